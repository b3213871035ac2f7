//! From a sample written to a curve read: by rows, and by the first sign of a syllable.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use cstalk_audio::SpeechResampler;
use cstalk_audio::ring::ring;
use cstalk_engine::live::{LivePool, VoiceSettings};
use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::Model;
use serde_json::{Value, json};

use crate::Result;
use crate::sound::{deliver, syllables};

/// Rate and block of some devices.
const DEVICES: [(u32, usize); 5] =
    [(16_000, 160), (48_000, 480), (48_000, 256), (44_100, 441), (48_000, 1_024)];
const HOP_S: f64 = 0.02;
const READER_PAUSE: Duration = Duration::from_micros(250);
const JAW: &str = "CTRL_C_jaw.ty";

pub(crate) fn run(model: &Arc<Model>, seconds: f64) -> Result<Vec<Value>> {
    println!(
        "| device | block | row: p50 | p95 | p99 | longest | syllable: p50 | p95 | model's own lag | compute p99 |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut rows = Vec::new();
    for (rate_hz, block_samples) in DEVICES {
        let figures = measure(model, rate_hz, block_samples, seconds.max(5.0))?;
        println!(
            "| {rate_hz} Hz | {:.1} ms | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} |",
            block_samples as f64 * 1e3 / f64::from(rate_hz),
            figures.rows_ms.at(0.5),
            figures.rows_ms.at(0.95),
            figures.rows_ms.at(0.99),
            figures.rows_ms.at(1.0),
            figures.events_ms.at(0.5),
            figures.events_ms.at(0.95),
            figures.model_lag_ms,
            figures.compute_p99_ms,
        );
        rows.push(json!({
            "rate_hz": rate_hz, "block_samples": block_samples,
            "row_ms": figures.rows_ms.json(), "syllable_ms": figures.events_ms.json(),
            "model_lag_ms": figures.model_lag_ms, "compute_p99_ms": figures.compute_p99_ms,
        }));
    }
    println!(
        "\nms from the write of a sample to the first look that shows its row (row), and from the write of a"
    );
    println!(
        "syllable's first sample to the first look whose jaw is half open for it (syllable); in a file run that"
    );
    println!("jaw comes the model's own lag after the sample, and the rest of the column is the way.");
    Ok(rows)
}

struct Figures {
    rows_ms: Times,
    events_ms: Times,
    model_lag_ms: f64,
    compute_p99_ms: f64,
}

/// Times in ms, sorted.
pub(crate) struct Times(Vec<f64>);

impl Times {
    fn new(mut times_ms: Vec<f64>) -> Self {
        times_ms.sort_by(f64::total_cmp);
        Self(times_ms)
    }

    /// The quantile by rank; 0 if there is nothing.
    fn at(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    fn json(&self) -> Value {
        json!({"count": self.0.len(), "p50": self.at(0.5), "p95": self.at(0.95), "p99": self.at(0.99), "max": self.at(1.0)})
    }
}

fn measure(model: &Arc<Model>, rate_hz: u32, block_samples: usize, seconds: f64) -> Result<Figures> {
    let (samples, onsets) = syllables(rate_hz, seconds);
    let crossings_s = offline_crossings(model, rate_hz, &samples, &onsets)?;
    let pool = LivePool::new(Arc::clone(model), 1)?;
    let (mut writer, reader) = ring(rate_hz, 1, Duration::from_secs(1))?;
    // The newest row there is, as soon as it is there.
    let settings =
        VoiceSettings { stream: StreamSettings::bare(), delay_ms: Some(0.0), ..VoiceSettings::default() };
    let voice = pool.add_voice(reader, settings)?;
    let jaw = voice.rig().index_of(JAW).ok_or("the rig has no jaw")?;
    let thresholds = crossings_s.iter().map(|crossing| crossing.threshold).collect::<Vec<_>>();
    let is_over = AtomicBool::new(false);
    let (writes, looks) = std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut looks: Vec<(f64, f32, Instant)> = Vec::new();
            let mut face = vec![0.0; voice.rig().columns().len()];
            while !is_over.load(Relaxed) {
                if let Ok(shown) = voice.sample_at(pool.now_s(), &mut face)
                    && voice.newest_s().is_some()
                    && looks.last().is_none_or(|last| last.0 < shown.time_s)
                {
                    looks.push((shown.time_s, face[jaw], Instant::now()));
                }
                std::thread::sleep(READER_PAUSE);
            }
            looks
        });
        let mut writes: Vec<(usize, Instant)> = Vec::new();
        deliver(&mut writer, &samples, block_samples, |written, at| writes.push((written, at)));
        std::thread::sleep(Duration::from_millis(300));
        is_over.store(true, Relaxed);
        (writes, looking.join())
    });
    let looks = looks.map_err(|_| "the reader failed")?;
    // Silence that was put in would shift all times.
    let input = voice.report().input;
    if input.filled_s > 0.0 && input.stale_count > 1 {
        return Err("the machine stood still for a quarter of a second: measure again".into());
    }
    let written_at = |sample: usize| {
        let block = writes.partition_point(|(written, _)| *written <= sample);
        writes.get(block).map(|(_, at)| *at)
    };
    let mut rows_ms = Vec::new();
    // Rows whose look-ahead lies behind the end of the sound wait for silence to take its place.
    let row_count = ((seconds - 0.2) / HOP_S) as usize;
    for row in 0..row_count {
        let time_s = row as f64 * HOP_S;
        let sample = (time_s * f64::from(rate_hz)).round() as usize;
        let seen = looks.iter().find(|(shown_s, ..)| *shown_s >= time_s - 1e-9);
        if let (Some(written), Some((_, _, seen))) = (written_at(sample), seen) {
            rows_ms.push(seen.saturating_duration_since(written).as_secs_f64() * 1e3);
        }
    }
    let mut events_ms = Vec::new();
    for (onset, threshold) in onsets.iter().zip(thresholds) {
        let onset_s = *onset as f64 / f64::from(rate_hz);
        let seen = looks.iter().find(|(shown_s, jaw, _)| *shown_s > onset_s - 0.1 && *jaw >= threshold);
        if let (Some(written), Some((_, _, seen))) = (written_at(*onset), seen) {
            events_ms.push(seen.saturating_duration_since(written).as_secs_f64() * 1e3);
        }
    }
    let lags = crossings_s.iter().map(|crossing| crossing.lag_s * 1e3).collect();
    Ok(Figures {
        rows_ms: Times::new(rows_ms),
        events_ms: Times::new(events_ms),
        model_lag_ms: Times::new(lags).at(0.5),
        compute_p99_ms: voice.report().compute.p99_ms,
    })
}

/// Where the jaw of a file run is half open for a syllable.
struct Crossing {
    threshold: f32,
    /// After the syllable's first sample.
    lag_s: f64,
}

fn offline_crossings(
    model: &Arc<Model>,
    rate_hz: u32,
    samples: &[f32],
    onsets: &[usize],
) -> Result<Vec<Crossing>> {
    let mut speech = Vec::new();
    let mut resampler = SpeechResampler::new(rate_hz, 1)?;
    resampler.push(samples, &mut speech);
    resampler.finish(&mut speech);
    let mut stream = Stream::new(Arc::clone(model), StreamSettings::bare())?;
    let jaw = stream.rig().index_of(JAW).ok_or("the rig has no jaw")?;
    stream.push(&speech)?;
    stream.finish();
    let mut curve = Vec::new();
    while let Next::Row { values, .. } = stream.next()? {
        curve.push(values[jaw]);
    }
    let crossing = |onset: &usize| -> Result<Crossing> {
        let onset_s = *onset as f64 / f64::from(rate_hz);
        let first = ((onset_s - 0.1) / HOP_S).ceil() as usize;
        let rows = curve.get(first..first + 20).ok_or("the last syllable is cut")?;
        let rest = rows[0];
        let peak = rows.iter().copied().fold(rest, f32::max);
        if peak - rest < 0.02 {
            return Err("the model does not open the jaw for the syllable".into());
        }
        let threshold = rest + 0.5 * (peak - rest);
        let at = rows.iter().position(|value| *value >= threshold).unwrap_or(0);
        Ok(Crossing { threshold, lag_s: (first + at) as f64 * HOP_S - onset_s })
    };
    onsets.iter().map(crossing).collect()
}
