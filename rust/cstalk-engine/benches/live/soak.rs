//! Hours in minutes: a voice in simulated time, with jittered, late and lost blocks and another clock.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cstalk_audio::ring::ring;
use cstalk_engine::live::{Turn, VoiceCore, VoiceSettings};
use cstalk_model::Model;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::machine::memory_mb;
use crate::{Result, sound};

const PPM: [f64; 3] = [0.0, 200.0, -200.0];
const RATE_HZ: f64 = 16_000.0;
const BLOCK_SAMPLES: usize = 320;
const DELAY_S: f64 = 0.15;

pub(crate) fn run(model: &Arc<Model>, minutes: f64) -> Result<Vec<Value>> {
    println!(
        "{minutes} minutes in simulated time; each 20 s a block of 20 ms is lost, and one is 0.2 s late with all behind it\n"
    );
    println!(
        "| device clock | found | largest offset in the last minute | lost | memory after 2 min | at the end | held | took |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    PPM.iter().map(|&ppm| perform(model, ppm, minutes)).collect()
}

fn perform(model: &Arc<Model>, ppm: f64, minutes: f64) -> Result<Value> {
    let took = Instant::now();
    let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let device_hz = RATE_HZ * (1.0 + ppm * 1e-6);
    let speech = sound::speech(60.0)?;
    let (mut writer, reader) = ring(16_000, 1, Duration::from_secs(1))?;
    let settings = VoiceSettings { delay_ms: Some(DELAY_S * 1e3), ..VoiceSettings::default() };
    let now_s = Cell::new(0.0);
    let (mut core, voice) = VoiceCore::new(Arc::clone(model), reader, &settings, 0.0)?;
    let mut face = vec![0.0; voice.rig().columns().len()];
    let block_count = (minutes * 60.0 * RATE_HZ) as usize / BLOCK_SAMPLES;
    let (mut worst_s, mut early_mb, mut late_until_s) = (0.0f64, None, 0.0);
    for index in 1..=block_count {
        let captured_s = (index * BLOCK_SAMPLES) as f64 / device_hz;
        if index % 1_000 == 0 {
            writer.lose(BLOCK_SAMPLES as u64);
        } else {
            let start = index * BLOCK_SAMPLES % (speech.len() - BLOCK_SAMPLES);
            writer.write(&speech[start..start + BLOCK_SAMPLES]);
        }
        if index % 1_000 == 500 {
            late_until_s = captured_s + 0.2;
        }
        let jitter_s = chance.random::<f64>().powi(2) * 0.015;
        now_s.set((captured_s + jitter_s).max(late_until_s).max(now_s.get()));
        if now_s.get() < late_until_s {
            continue;
        }
        while core.step(|| now_s.get()) == Turn::More {}
        if captured_s > minutes * 60.0 - 60.0 && now_s.get() > late_until_s {
            let shown = voice.sample_at(now_s.get(), &mut face)?;
            worst_s = worst_s.max((shown.time_s - (now_s.get() * device_hz / RATE_HZ - DELAY_S)).abs());
        }
        if index == 6_000 {
            early_mb = memory_mb();
        }
    }
    let report = voice.report();
    let figures = json!({
        "ppm": ppm, "minutes": minutes, "found_ppm": report.clock.drift_ppm, "worst_offset_ms": worst_s * 1e3,
        "lost_s": report.input.missed_s, "skipped_s": report.input.skipped_s, "early_mb": early_mb,
        "late_mb": memory_mb(), "held_bytes": report.held_bytes, "took_s": took.elapsed().as_secs_f64(),
    });
    println!(
        "| {ppm:+.0} ppm | {:+.0} ppm | {:.2} ms | {:.2} s | {:.1} MB | {:.1} MB | {} bytes | {:.0} s |",
        report.clock.drift_ppm,
        worst_s * 1e3,
        report.input.missed_s,
        early_mb.unwrap_or(0.0),
        memory_mb().unwrap_or(0.0),
        report.held_bytes,
        took.elapsed().as_secs_f64(),
    );
    Ok(figures)
}
