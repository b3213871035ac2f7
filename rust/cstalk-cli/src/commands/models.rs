//! `cstalk models`: what is installed.

use clap::Args;
use cstalk_model::{ModelKind, catalogue};
use serde_json::json;

use crate::failure::{Exit, Failure, Result};
use crate::say::{self, say};
use crate::written;

#[derive(Args)]
#[command(after_help = "Examples:\n  cstalk models\n  CSTALK_MODELS=/my/models cstalk models --json")]
pub(crate) struct ModelsArgs {
    /// Prints the list as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ModelsArgs) -> Result<Exit> {
    let folders = catalogue::folders()?;
    let entries = catalogue::list()?;
    if args.json {
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| match &entry.card {
                Ok(card) => json!({"name": entry.name, "path": entry.path, "card": card}),
                Err(error) => json!({"name": entry.name, "path": entry.path, "error": error.to_string()}),
            })
            .collect();
        say::text(&written::to_json(&json!({"folders": folders, "models": entries}))?);
    } else {
        for entry in &entries {
            match &entry.card {
                Ok(card) => say!(
                    "{:12} {} {}, {:.2} M weights, {} {} emotions, {}{}\n{:12} {}\n{:12} {}",
                    entry.name,
                    card.name,
                    card.version,
                    card.parameters as f64 / 1e6,
                    match card.kind {
                        ModelKind::Curves => "shows",
                        ModelKind::Emotion => "hears",
                    },
                    card.emotions.len(),
                    card.licence,
                    if card.non_commercial { " (NOT for commercial use)" } else { "" },
                    "",
                    card.description,
                    "",
                    entry.path.display()
                ),
                Err(error) => say!("{:12} BROKEN: {error}", entry.name),
            }
        }
    }
    if entries.is_empty() {
        let places: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        let places =
            if places.is_empty() { "no folder of models is there".to_owned() } else { places.join(", ") };
        let failure =
            Failure::new(Exit::Installation, format!("wanted at least one model, found none ({places})"));
        return Err(
            failure.advise("put Content/Models beside the executable, or name a folder in CSTALK_MODELS")
        );
    }
    Ok(if entries.iter().any(|entry| entry.card.is_err()) { Exit::Installation } else { Exit::Done })
}
