//! `cstalk-train export`: from a run to a model file.

use super::card::CardText;
use super::{ExportRequest, Result, export};
use cstalk_onnx::Precision;
use std::path::PathBuf;

/// Writes the best weights of a generator's run as a model, after checking every engine against libtorch.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the generator's run.
    #[arg(long)]
    run: PathBuf,
    /// The model file to write; reports are written beside it.
    #[arg(long)]
    out: PathBuf,
    /// How weights are stored.
    #[arg(long, value_enum, default_value_t = Weights::F32)]
    precision: Weights,
    /// Name of the model.
    #[arg(long, default_value = "live")]
    name: String,
    /// Version of the model.
    #[arg(long, default_value = "0.1.0")]
    model_version: String,
    /// What the card says about it.
    #[arg(
        long,
        default_value = "Live speech to board-185 curves with twelve emotions and eight style axes."
    )]
    description: String,
    /// Licence of the weights.
    #[arg(long, default_value = "MIT OR Apache-2.0")]
    licence: String,
}

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
    let request = ExportRequest {
        run: args.run.clone(),
        model: args.out.clone(),
        precision: match args.precision {
            Weights::F32 => Precision::F32,
            Weights::Half => Precision::F16Storage,
            Weights::Int8 => Precision::Int8Dynamic,
        },
        text: CardText {
            name: args.name.clone(),
            version: args.model_version.clone(),
            description: args.description.clone(),
            licence: args.licence.clone(),
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
