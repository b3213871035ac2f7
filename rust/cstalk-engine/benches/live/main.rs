//! Live voices measured through the whole path, in real time: delay, number of voices, a busy machine, a long run.
//!
//! `cargo xtask bench live` or `cargo bench -p cstalk-engine --bench live -- [latency] [streams] [stress] [soak]
//! [noise] [--seconds N] [--minutes N] [--voices N] [--model FILE] [--json FILE] [--picture FILE.svg]`. docs/live.md says what each table is.

#![allow(clippy::print_stdout, reason = "a bench talks on standard output")]

mod latency;
mod machine;
mod noise;
mod soak;
mod sound;
mod streams;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_model::{Model, Provider};
use serde_json::json;

/// Any trouble ends the bench.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What to measure, and for how long.
struct Options {
    parts: Vec<String>,
    seconds: f64,
    minutes: f64,
    voices: usize,
    model: PathBuf,
    json: Option<PathBuf>,
    picture: Option<PathBuf>,
}

const PARTS: [&str; 5] = ["latency", "streams", "stress", "soak", "noise"];

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content/Models/live.onnx");
        let mut options = Self {
            parts: Vec::new(),
            seconds: 10.0,
            minutes: 2.0,
            voices: 1,
            model,
            json: None,
            picture: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} wants a value"));
            match argument.as_str() {
                // Cargo says so to every bench.
                "--bench" => {}
                "--seconds" => options.seconds = value()?.parse()?,
                "--minutes" => options.minutes = value()?.parse()?,
                "--voices" => options.voices = value()?.parse()?,
                "--model" => options.model = value()?.into(),
                "--picture" => options.picture = Some(value()?.into()),
                "--json" => options.json = Some(value()?.into()),
                part if PARTS.contains(&part) => options.parts.push(part.to_owned()),
                other => return Err(format!("wanted {} or an option, got {other}", PARTS.join(", ")).into()),
            }
        }
        Ok(options)
    }
}

fn main() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    if options.parts.is_empty() {
        // As when cargo runs all benches: this one takes minutes of real time.
        println!("name what to measure: {}", PARTS.join(", "));
        return Ok(());
    }
    let model = Arc::new(Model::load(&options.model, Provider::Embedded)?);
    let card = model.card();
    println!("{} {}, {}", card.name, card.version, machine::describe());
    let mut report = serde_json::Map::new();
    report.insert("machine".into(), machine::describe().into());
    report.insert("model".into(), format!("{} {}", card.name, card.version).into());
    for part in &options.parts {
        println!("\n## {part}\n");
        let load = machine::load();
        let figures = match part.as_str() {
            "latency" => latency::run(&model, options.seconds)?,
            "streams" => streams::run(&model, options.seconds)?,
            "noise" => noise::run(&model, options.picture.as_deref())?,
            "stress" => streams::stress(&model, options.voices, options.minutes)?,
            _ => soak::run(&model, options.minutes.max(3.0))?,
        };
        println!("\nload average before and after: {load}, {}", machine::load());
        report.insert(
            part.clone(),
            json!({"load_before": load, "load_after": machine::load(), "rows": figures}),
        );
    }
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
        println!("\n{}", path.display());
    }
    Ok(())
}
