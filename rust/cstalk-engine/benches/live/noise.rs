//! A room that is never quiet: what the mouth does in pauses, with and without a gate, as a table and a picture.

use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cstalk_audio::ring::ring;
use cstalk_audio::{GateSettings, SPEECH_RATE_HZ};
use cstalk_engine::live::{Turn, VoiceCore, VoiceSettings};
use cstalk_engine::post::{LipGap, touches_lips};
use cstalk_engine::{Motion, StreamSettings};
use cstalk_model::Model;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::{Result, sound};

/// Root mean square of the fan, dB below full scale.
const FANS_DB: [f32; 5] = [f32::NEG_INFINITY, -65.0, -55.0, -45.0, -35.0];
/// The fan of the picture.
const PICTURE_DB: f32 = -45.0;
/// The sentence, and the pause after it.
const SPEECH_S: f64 = 3.0;
const PAUSE_S: f64 = 3.0;
/// The gate is held, and the mouth comes to rest, in this time after the sentence.
const BORDER_S: f64 = 1.0;
const HOP_S: f64 = 0.02;

pub(crate) fn run(model: &Arc<Model>, picture: Option<&Path>) -> Result<Vec<Value>> {
    println!(
        "the sample sentence ({SPEECH_S} s) and a pause of {PAUSE_S} s, over a fan (noise below 500 Hz)\n"
    );
    println!(
        "| fan | gate | movement in the pause, of that in clean speech | lip gap in the pause, mean | jaw in speech, off the clean one |"
    );
    println!("| --- | --- | --- | --- | --- |");
    let clean_speech = sentence_and_pause()?;
    let clean = perform(model, &clean_speech, None)?;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for fan_db in FANS_DB {
        let (samples, fan_peak_db) = with_fan(&clean_speech, fan_db);
        // As a person sets it: a little above what the meter shows while nobody speaks.
        let gate_db = (fan_peak_db + 8.0).clamp(-60.0, -12.0).round();
        for gate in [None, Some(gate_db)] {
            let curves = perform(model, &samples, gate)?;
            let figures = json!({
                "fan_db": fan_db.is_finite().then_some(fan_db), "gate_db": gate,
                "pause_movement_share": curves.movement(true) / clean.movement(false),
                "pause_gap_mm": curves.pause_gap_mm(),
                "speech_jaw_difference": curves.jaw_difference(&clean),
            });
            println!(
                "| {} | {} | {:.2} % | {:.2} mm | {:.3} |",
                if fan_db.is_finite() { format!("{fan_db:.0} dB") } else { "none".to_owned() },
                gate.map_or("none".to_owned(), |db| format!("{db:.0} dB")),
                100.0 * figures["pause_movement_share"].as_f64().unwrap_or(0.0),
                figures["pause_gap_mm"].as_f64().unwrap_or(0.0),
                figures["speech_jaw_difference"].as_f64().unwrap_or(0.0),
            );
            if fan_db == PICTURE_DB {
                lines.push((samples.clone(), curves));
            }
            rows.push(figures);
        }
    }
    if let (Some(path), [(samples, open), (_, gated)]) = (picture, &lines[..]) {
        std::fs::write(path, draw(samples, &clean, open, gated))?;
        println!("\n{}", path.display());
    }
    Ok(rows)
}

fn sentence_and_pause() -> Result<Vec<f32>> {
    let mut samples = sound::speech(SPEECH_S)?;
    samples.resize(((SPEECH_S + PAUSE_S) * f64::from(SPEECH_RATE_HZ)) as usize, 0.0);
    Ok(samples)
}

/// The samples over a fan, and the fan's peak in dB.
fn with_fan(samples: &[f32], fan_db: f32) -> (Vec<f32>, f32) {
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let share = 1.0 - (-std::f32::consts::TAU * 500.0 / SPEECH_RATE_HZ as f32).exp();
    let mut low = 0.0;
    let mut fan: Vec<f32> = samples
        .iter()
        .map(|_| {
            low += share * (chance.random::<f32>() - 0.5 - low);
            low
        })
        .collect();
    let rms = (fan.iter().map(|value| value * value).sum::<f32>() / fan.len() as f32).sqrt();
    let gain = 10f32.powf(fan_db / 20.0) / rms;
    fan.iter_mut().for_each(|value| *value *= gain);
    let peak = fan.iter().fold(0.0f32, |peak, value| peak.max(value.abs()));
    let sum = samples.iter().zip(&fan).map(|(sample, fan)| sample + fan).collect();
    (sum, (20.0 * peak.log10()).max(-90.0))
}

/// What the mouth did, a value a row.
struct Curves {
    jaw: Vec<f32>,
    gap_mm: Vec<f32>,
    /// Summed squared speed of the mouth's controls against the row before.
    movement: Vec<f64>,
}

impl Curves {
    /// Mean movement in the pause or in the speech.
    fn movement(&self, in_pause: bool) -> f64 {
        let rows = rows(in_pause);
        self.movement[rows.clone()].iter().sum::<f64>() / rows.len() as f64
    }

    fn pause_gap_mm(&self) -> f64 {
        let rows = rows(true);
        f64::from(self.gap_mm[rows.clone()].iter().sum::<f32>()) / rows.len() as f64
    }

    fn jaw_difference(&self, other: &Self) -> f64 {
        let rows = rows(false);
        let pairs = self.jaw[rows.clone()].iter().zip(&other.jaw[rows.clone()]);
        f64::from(pairs.map(|(a, b)| (a - b).abs()).sum::<f32>()) / rows.len() as f64
    }
}

fn rows(in_pause: bool) -> std::ops::Range<usize> {
    let row = |time_s: f64| (time_s / HOP_S) as usize;
    if in_pause { row(SPEECH_S + BORDER_S)..row(SPEECH_S + PAUSE_S) } else { row(0.2)..row(SPEECH_S) }
}

fn perform(model: &Arc<Model>, samples: &[f32], gate_db: Option<f32>) -> Result<Curves> {
    let gate = gate_db.map(|open_dbfs| GateSettings {
        open_dbfs,
        close_dbfs: open_dbfs - 6.0,
        ..GateSettings::default()
    });
    let still = StreamSettings { motion: Motion::STILL, ..StreamSettings::default() };
    let settings = VoiceSettings { stream: still, gate, ..VoiceSettings::default() };
    let (writer, reader) = ring(SPEECH_RATE_HZ, 1, Duration::from_secs(1))?;
    let now_s = Cell::new(0.0);
    let (mut core, voice) = VoiceCore::new(Arc::clone(model), reader, &settings, 0.0)?;
    let columns = voice.rig().columns();
    let jaw = voice.rig().index_of("CTRL_C_jaw.ty").ok_or("the rig has no jaw")?;
    let mouth: Vec<usize> = (0..columns.len()).filter(|&at| touches_lips(&columns[at].name)).collect();
    let mut gap = LipGap::new(voice.rig())?;
    let mut curves = Curves { jaw: Vec::new(), gap_mm: Vec::new(), movement: Vec::new() };
    let mut last: Option<Vec<f32>> = None;
    let mut blocks = samples.chunks(160);
    let mut writer = Some(writer);
    loop {
        match (blocks.next(), &mut writer) {
            (Some(block), Some(writer)) => drop(writer.write(block)),
            // Without a writer the voice ends, and the rows that wait for look-ahead come.
            _ => writer = None,
        }
        now_s.set(now_s.get() + 0.01);
        let mut turn = core.step(|| now_s.get());
        while turn == Turn::More {
            turn = core.step(|| now_s.get());
        }
        while voice
            .newest_s()
            .is_some_and(|newest_s| curves.jaw.len() as f64 * HOP_S < newest_s + 0.5 * HOP_S)
        {
            let mut face = vec![0.0; columns.len()];
            voice.curves_at(curves.jaw.len() as f64 * HOP_S, &mut face)?;
            curves.jaw.push(face[jaw]);
            curves.gap_mm.push(gap.gap_mm(&face)?);
            let speed =
                |last: &Vec<f32>| mouth.iter().map(|&at| f64::from(face[at] - last[at]).powi(2)).sum();
            curves.movement.push(last.as_ref().map_or(0.0, speed));
            last = Some(face);
        }
        if turn == Turn::Ended {
            break;
        }
    }
    Ok(curves)
}

/// The sound, and the jaw over clean speech, over the fan, and over the fan with a gate.
fn draw(samples: &[f32], clean: &Curves, open: &Curves, gated: &Curves) -> String {
    const WIDTH: f64 = 900.0;
    let seconds = samples.len() as f64 / f64::from(SPEECH_RATE_HZ);
    let x = |time_s: f64| 60.0 + (WIDTH - 80.0) * time_s / seconds;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} 400\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let mut wave = String::new();
    for (index, block) in samples.chunks(80).enumerate() {
        let at = x(index as f64 * 80.0 / f64::from(SPEECH_RATE_HZ));
        let (low, high) = block.iter().fold((0.0f32, 0.0f32), |(low, high), v| (low.min(*v), high.max(*v)));
        let y = |value: f32| 60.0 - 90.0 * f64::from(value.clamp(-0.5, 0.5));
        let _ = write!(wave, "M{at:.1} {:.1}V{:.1}", y(low), y(high) - 0.3);
    }
    let _ = writeln!(svg, "<path d=\"{wave}\" stroke=\"#888\" fill=\"none\"/>");
    let names = ["clean speech", "over the fan", "over the fan, with a gate"];
    let panels = [(clean, "#2a7", names[0]), (open, "#c33", names[1]), (gated, "#26c", names[2])];
    for (panel, (curves, colour, name)) in panels.into_iter().enumerate() {
        let base = 200.0 + 85.0 * panel as f64;
        let points: Vec<String> = curves
            .jaw
            .iter()
            .enumerate()
            .map(|(row, jaw)| format!("{:.1},{:.1}", x(row as f64 * HOP_S), base - 130.0 * f64::from(*jaw)))
            .collect();
        let _ = writeln!(
            svg,
            "<path d=\"M60 {base}H{}\" stroke=\"#ddd\"/><polyline points=\"{}\" stroke=\"{colour}\" fill=\"none\" \
             stroke-width=\"1.5\"/><text x=\"62\" y=\"{}\" fill=\"{colour}\">jaw: {name}</text>",
            WIDTH - 20.0,
            points.join(" "),
            base - 50.0
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"62\" y=\"14\">sound: a sentence, then a pause, over a fan of {PICTURE_DB} dB</text>"
    );
    for second in 0..=seconds as usize {
        let _ = writeln!(svg, "<text x=\"{:.0}\" y=\"395\">{second} s</text>", x(second as f64));
    }
    svg + "</svg>\n"
}
