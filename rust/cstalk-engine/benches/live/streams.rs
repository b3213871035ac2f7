//! How many voices keep up, and what a busy machine does to one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cstalk_audio::SPEECH_RATE_HZ;
use cstalk_audio::ring::{RingWriter, ring};
use cstalk_engine::StreamSettings;
use cstalk_engine::live::{LivePool, LiveReport, Voice, VoiceSettings};
use cstalk_model::Model;
use serde_json::{Value, json};

use crate::machine::{OtherWork, core_count, memory_mb, processor_s};
use crate::{Result, sound};

const VOICE_COUNTS: [usize; 5] = [1, 4, 8, 16, 32];
const BLOCK_SAMPLES: usize = 160;

pub(crate) fn run(model: &Arc<Model>, seconds: f64) -> Result<Vec<Value>> {
    let workers = core_count().min(2);
    println!(
        "{workers} workers, {seconds} s of speech each, blocks of 10 ms at 16 kHz; the worst voice of each column\n"
    );
    println!("| voices | row p50 | p95 | p99 | longest | compute p50 | p99 | lost | cores used | memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    VOICE_COUNTS.iter().map(|&count| perform(model, count, workers, seconds)).collect()
}

pub(crate) fn stress(model: &Arc<Model>, voices: usize, minutes: f64) -> Result<Vec<Value>> {
    println!(
        "{voices} voice(s) for {minutes} minutes while {} threads of normal priority keep every core busy\n",
        core_count()
    );
    println!("| voices | row p50 | p95 | p99 | longest | compute p50 | p99 | lost | cores used | memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let _work = OtherWork::on_every_core();
    Ok(vec![perform(model, voices, core_count().min(2), 60.0 * minutes)?])
}

fn perform(model: &Arc<Model>, count: usize, workers: usize, seconds: f64) -> Result<Value> {
    let speech = sound::speech(60.0)?;
    let pool = LivePool::new(Arc::clone(model), workers)?;
    let mut voices: Vec<(RingWriter, Voice)> = Vec::new();
    for seed in 0..count as u64 {
        let (writer, reader) = ring(SPEECH_RATE_HZ, 1, Duration::from_secs(1))?;
        let stream = StreamSettings { seed, ..StreamSettings::default() };
        let voice = pool.add_voice(reader, VoiceSettings { stream, ..VoiceSettings::default() })?;
        voices.push((writer, voice));
    }
    let (began, began_processor_s) = (Instant::now(), processor_s());
    let block_count = (seconds * f64::from(SPEECH_RATE_HZ)) as usize / BLOCK_SAMPLES;
    for block in 0..block_count {
        let due = began + Duration::from_millis(10) * (block as u32 + 1);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        for (index, (writer, _)) in voices.iter_mut().enumerate() {
            // Each voice says something else.
            let start = (block + 37 * index) * BLOCK_SAMPLES % (speech.len() - BLOCK_SAMPLES);
            writer.write(&speech[start..start + BLOCK_SAMPLES]);
        }
    }
    std::thread::sleep(Duration::from_millis(250));
    let wall_s = began.elapsed().as_secs_f64();
    let cores = began_processor_s.zip(processor_s()).map(|(from, to)| (to - from) / wall_s);
    let reports: Vec<LiveReport> = voices.iter().map(|(_, voice)| voice.report()).collect();
    let worst = |value: &dyn Fn(&LiveReport) -> f64| reports.iter().map(value).fold(0.0, f64::max);
    // The quarter of a second after the last block brings nothing for any voice.
    let lost = |report: &LiveReport| {
        let input = &report.input;
        input.overrun_s + input.missed_s + input.late_s + input.skipped_s
    };
    let figures = json!({
        "voices": count, "workers": workers, "seconds": seconds,
        "row_p50_ms": worst(&|report| report.sound_to_curve.p50_ms),
        "row_p95_ms": worst(&|report| report.sound_to_curve.p95_ms),
        "row_p99_ms": worst(&|report| report.sound_to_curve.p99_ms),
        "row_max_ms": worst(&|report| report.sound_to_curve.max_ms),
        "compute_p50_ms": worst(&|report| report.compute.p50_ms),
        "compute_p99_ms": worst(&|report| report.compute.p99_ms),
        "lost_s": worst(&lost),
        "stale_count": worst(&|report| report.input.stale_count as f64),
        "cores_used": cores, "memory_mb": memory_mb(),
    });
    let number = |name: &str| figures[name].as_f64().unwrap_or(0.0);
    println!(
        "| {count} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {:.3} s | {:.2} | {:.0} MB |",
        number("row_p50_ms"),
        number("row_p95_ms"),
        number("row_p99_ms"),
        number("row_max_ms"),
        number("compute_p50_ms"),
        number("compute_p99_ms"),
        number("lost_s"),
        number("cores_used"),
        number("memory_mb"),
    );
    Ok(figures)
}
