//! `cstalk-train export`: from a run to a model file.

use super::card::CardText;
use super::{ExportRequest, Result, export};
use crate::train::record::RunRecord;
use crate::train::voice_emotion_stage::STAGE_NAME;
use cstalk_onnx::Precision;
use std::path::PathBuf;

/// Writes the best weights of a run (generator or emotion) as a model, after checking every engine against libtorch.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the run.
    #[arg(long)]
    run: PathBuf,
    /// The model file to write; reports are written beside it.
    #[arg(long)]
    out: PathBuf,
    /// Folder of the frozen wav2vec 2.0, if it is not where the run found it.
    #[arg(long)]
    wav2vec2: Option<PathBuf>,
    /// How weights are stored.
    #[arg(long, value_enum, default_value_t = Weights::F32)]
    precision: Weights,
    /// Name of the model [default: live, or emotion-nc].
    #[arg(long)]
    name: Option<String>,
    /// Version of the model.
    #[arg(long, default_value = "0.1.0")]
    model_version: String,
    /// What the card says about it [default: what kind of model it is].
    #[arg(long)]
    description: Option<String>,
    /// Licence of the weights [default: MIT OR Apache-2.0, or that of the emotional corpus].
    #[arg(long)]
    licence: Option<String>,
}

const LIVE_DESCRIPTION: &str = "Live speech to board-185 curves with twelve emotions and eight style axes.";
const EMOTION_DESCRIPTION: &str = "Hears which of seven emotions a voice carries, live. Learnt from actors who speak \
     two English sentences; often wrong. Not for commercial use.";

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Weights {
    /// 32-bit floats.
    F32,
    /// Matrices as 16-bit floats, 32-bit arithmetic.
    #[value(name = "f16-storage")]
    Half,
    /// Matrices as 8-bit integers.
    #[value(name = "int8-dynamic")]
    Int8,
}

/// Exports as `args` say.
///
/// # Errors
/// [`super::ExportError`]; then there is no new file under the model's name.
pub fn run(args: &Args) -> Result<()> {
    let record = RunRecord::read(&args.run)?;
    let corpus_licence = record.corpora.first().map(|corpus| corpus.licence.clone());
    let (name, description, licence) = match corpus_licence {
        Some(licence) if record.stage == STAGE_NAME => ("emotion-nc", EMOTION_DESCRIPTION, licence),
        _ => ("live", LIVE_DESCRIPTION, "MIT OR Apache-2.0".to_owned()),
    };
    let request = ExportRequest {
        run: args.run.clone(),
        model: args.out.clone(),
        encoder_weights: args.wav2vec2.clone(),
        precision: match args.precision {
            Weights::F32 => Precision::F32,
            Weights::Half => Precision::F16Storage,
            Weights::Int8 => Precision::Int8Dynamic,
        },
        text: CardText {
            name: args.name.clone().unwrap_or_else(|| name.to_owned()),
            version: args.model_version.clone(),
            description: args.description.clone().unwrap_or_else(|| description.to_owned()),
            licence: args.licence.clone().unwrap_or(licence),
        },
    };
    let exported = export(&request)?;
    eprintln!("{}: {} bytes", args.out.display(), exported.model_bytes);
    for engine in &exported.parity.engines {
        eprintln!(
            "{}: {:.1e} to libtorch, {:.1e} streamed to whole",
            engine.engine, engine.to_torch, engine.streamed
        );
    }
    for skipped in &exported.parity.skipped {
        eprintln!("SKIPPED parity on {skipped}");
    }
    Ok(())
}
