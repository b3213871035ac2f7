//! `cstalk inspect`: what a model file says about itself.

use clap::Args;
use cstalk_model::{ModelCard, ModelFile, ModelKind, catalogue};
use cstalk_onnx::CardFeatures;
use serde_json::json;

use crate::failure::{Exit, Failure, Result};
use crate::say::{self, say};
use crate::written;

#[derive(Args)]
#[command(after_help = "Examples:\n  cstalk inspect live\n  cstalk inspect my-model.onnx --json")]
pub(crate) struct InspectArgs {
    /// A model file, or the name of an installed model
    #[arg(value_name = "MODEL.onnx")]
    model: String,
    /// Prints card, ports and node counts as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &InspectArgs) -> Result<Exit> {
    let path = catalogue::find(&args.model)?;
    let (file, _bytes) = ModelFile::read(&path)
        .map_err(cstalk_model::Error::from)
        .map_err(|error| Failure::from(error).about(path.display()))?;
    if args.json {
        let ports = |ports: &[cstalk_onnx::Port]| -> Vec<_> {
            ports.iter().map(|port| json!({"name": port.name, "type": port.type_text()})).collect()
        };
        say::text(&written::to_json(&json!({
            "path": path,
            "file_bytes": file.file_bytes(),
            "parameters": file.parameter_count(),
            "inputs": ports(file.inputs()),
            "outputs": ports(file.outputs()),
            "nodes": file.node_counts(),
            "card": file.card(),
        }))?);
    } else {
        print_card(&path.display().to_string(), &file);
    }
    Ok(Exit::Done)
}

fn print_card(path: &str, file: &ModelFile) {
    let card = file.card();
    let line = |name: &str, value: String| say!("{name:14} {value}");
    say!("{} {}: {}\n", card.name, card.version, card.description);
    line("file", format!("{path}, {:.2} MB", file.file_bytes() as f64 / 1e6));
    line("weights", format!("{} ({:?}), sha256 {}", card.parameters, card.precision, card.weights_sha256));
    match card.kind {
        ModelKind::Curves => {
            let predicted = card.predicted.iter().filter(|predicted| **predicted).count();
            line("kind", "curves: moves a face".to_owned());
            line(
                "rig",
                format!(
                    "{}, schema {}; {predicted} of {} controls are predicted",
                    card.rig,
                    card.rig_schema_version,
                    card.controls.len()
                ),
            );
        }
        ModelKind::Emotion => {
            line("kind", "emotion: hears the emotion in a voice, for --emotion auto".to_owned())
        }
    }
    let hop_ms = f64::from(card.hop_samples) * 1e3 / f64::from(card.sample_rate_hz);
    let look_ahead_ms = f64::from(card.look_ahead_hops + 1) * hop_ms;
    line("time", format!("a row each {hop_ms} ms, look-ahead {look_ahead_ms} ms"));
    line("features", features(card));
    if let Some(window) = &card.window {
        let ms = |hops: u32| f64::from(hops) * hop_ms;
        line(
            "window",
            format!(
                "{} ms: blocks of {} ms of rows, {} ms before and {} ms after each are heard",
                ms(window.hop_count()),
                ms(window.block_hops),
                ms(window.past_hops),
                ms(window.future_hops)
            ),
        );
    }
    line("emotions", listed(&card.emotions));
    line("style", listed(&card.style));
    line("identities", listed(&card.identities));
    let training = &card.training;
    line(
        "training",
        format!("{} steps, seed {}, configuration {}", training.steps, training.seed, training.config_hash),
    );
    for corpus in &training.corpora {
        line("", format!("{}: {:.1} h {:?}, {}", corpus.name, corpus.hours, corpus.kind, corpus.licence));
    }
    let non_commercial = if card.non_commercial { " (NOT for commercial use)" } else { "" };
    line("licence", format!("{}{non_commercial}", card.licence));
    for (name, value) in &card.metrics {
        line("metric", format!("{name} = {value}"));
    }
    let nodes: Vec<String> =
        file.node_counts().iter().map(|(operation, count)| format!("{operation} {count}")).collect();
    line("graph", nodes.join(", "));
    for (kind, ports) in [("input", file.inputs()), ("output", file.outputs())] {
        for port in ports {
            line(kind, format!("{} {}", port.name, port.type_text()));
        }
    }
}

fn features(card: &ModelCard) -> String {
    let features = &card.features;
    if features.kind == CardFeatures::SAMPLES {
        return format!("plain samples at {} Hz, {} a hop", card.sample_rate_hz, features.hop_samples);
    }
    format!(
        "{} of {} bins, {} to {} Hz, window {} and hop {} samples at {} Hz",
        features.kind,
        features.bins,
        features.low_hz,
        features.high_hz,
        features.window_samples,
        features.hop_samples,
        card.sample_rate_hz
    )
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
