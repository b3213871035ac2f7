//! `cstalk doctor`: what works here and what is missing.

use clap::Args;
use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::{Model, Provider, catalogue};
use serde::Serialize;
use serde_json::json;

use crate::failure::{Exit, Failure, Result};
use crate::say::{self, say};
use crate::written;

#[derive(Args)]
#[command(
    after_help = "Example:\n  cstalk doctor --json\n\nExit code 3 if a part is broken that everyday work needs: the default model on the embedded provider."
)]
pub(crate) struct DoctorArgs {
    /// Prints the findings as JSON
    #[arg(long)]
    json: bool,
}

/// What became of one check.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Works,
    /// Not there, and nothing needs it unless it is asked for.
    Absent,
    Broken,
}

#[derive(Serialize)]
struct Finding {
    part: String,
    state: State,
    detail: String,
}

impl Finding {
    fn new(part: impl Into<String>, state: State, detail: impl Into<String>) -> Self {
        Self { part: part.into(), state, detail: detail.into() }
    }
}

pub(crate) fn run(args: &DoctorArgs) -> Result<Exit> {
    let findings = examine();
    let is_broken = findings.iter().any(|finding| finding.state == State::Broken);
    if args.json {
        let version = env!("CARGO_PKG_VERSION");
        say::text(&written::to_json(
            &json!({"version": version, "works": !is_broken, "findings": findings}),
        )?);
    } else {
        for Finding { part, state, detail } in &findings {
            let mark = match state {
                State::Works => "works ",
                State::Absent => "absent",
                State::Broken => "BROKEN",
            };
            say!("{mark}  {part:22} {detail}");
        }
    }
    Ok(if is_broken { Exit::Installation } else { Exit::Done })
}

fn examine() -> Vec<Finding> {
    let core_count = std::thread::available_parallelism().map_or(1, usize::from);
    let system = format!("{} {}, {core_count} cores", std::env::consts::OS, std::env::consts::ARCH);
    let mut findings =
        vec![Finding::new(format!("cstalk {}", env!("CARGO_PKG_VERSION")), State::Works, system)];
    findings.extend(models());
    let default_model = catalogue::find(catalogue::DEFAULT_MODEL);
    for provider in Provider::ALL {
        let part = format!("provider {provider}");
        findings.push(match &default_model {
            Ok(path) => match Model::load(path, provider).map_err(Failure::from).and_then(speak) {
                Ok(detail) => Finding::new(part, State::Works, detail),
                Err(failure) => {
                    let state = if provider == Provider::Embedded { State::Broken } else { State::Absent };
                    Finding::new(part, state, failure.message())
                }
            },
            Err(_) => {
                let detail = format!("not tried: there is no model `{}`", catalogue::DEFAULT_MODEL);
                Finding::new(part, State::Absent, detail)
            }
        });
    }
    findings
}

fn models() -> Vec<Finding> {
    let part = |name: &str| format!("model {name}");
    let entries = match catalogue::list() {
        Ok(entries) => entries,
        Err(error) => return vec![Finding::new("models", State::Broken, error.to_string())],
    };
    let mut findings: Vec<Finding> = entries
        .iter()
        .map(|entry| match &entry.card {
            Ok(card) => {
                let detail = format!("{} {}, {}", card.name, card.version, entry.path.display());
                Finding::new(part(&entry.name), State::Works, detail)
            }
            Err(error) => Finding::new(part(&entry.name), State::Broken, error.to_string()),
        })
        .collect();
    if let Err(error) = catalogue::find(catalogue::DEFAULT_MODEL) {
        findings.push(Finding::new(part(catalogue::DEFAULT_MODEL), State::Broken, error.to_string()));
    }
    findings
}

/// Runs the model over a short sound; returns what ran it.
fn speak(model: Model) -> Result<String> {
    let report = model.provider().to_string();
    let mut stream = Stream::new(std::sync::Arc::new(model), StreamSettings::default())?;
    let samples: Vec<f32> = (0..3_200).map(|n| 0.1 * (n as f32 * 0.1).sin()).collect();
    stream.push(&samples)?;
    stream.finish();
    let mut row_count = 0;
    while let Next::Row { .. } = stream.next()? {
        row_count += 1;
    }
    if row_count != 10 {
        let message = format!("0.2 s of sound: wanted 10 rows of curves, got {row_count}");
        return Err(Failure::new(Exit::Installation, message));
    }
    Ok(report)
}
