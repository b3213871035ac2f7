//! `--model` and `--provider`, and the model that they choose; `--emotion-model`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use cstalk_model::{Model, ModelKind, Provider, catalogue};

use crate::failure::{Failure, Result};
use crate::say::complain;

/// Which model runs, and on what.
#[derive(Args, Clone)]
pub(crate) struct ModelChoice {
    /// Name of an installed model, or a model file [default: that of --preset, or live]
    #[arg(long, value_name = "NAME|FILE", help_heading = "Model")]
    pub(crate) model: Option<String>,
    /// What runs the model: embedded, cpu, cuda or tensorrt
    #[arg(long, value_name = "PROVIDER", default_value = "embedded", help_heading = "Model")]
    pub(crate) provider: Provider,
}

impl ModelChoice {
    /// This choice, or the model of a preset where none was chosen.
    pub(crate) fn or(&self, preset_model: Option<String>) -> Self {
        Self { model: self.model.clone().or(preset_model), provider: self.provider }
    }

    fn name(&self) -> &str {
        self.model.as_deref().unwrap_or(catalogue::DEFAULT_MODEL)
    }

    /// The file of the chosen model.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        catalogue::find(self.name()).map_err(Failure::from)
    }

    /// Loads the chosen model; what was asked for runs, or it is an error.
    pub(crate) fn load(&self) -> Result<Arc<Model>> {
        let model = Arc::new(Model::load(self.path()?, self.provider)?);
        if model.card().kind != ModelKind::Curves {
            return Err(wrong_kind("--model", &model, ModelKind::Curves).advise(format!(
                "`--emotion auto --emotion-model {}`, which hears the emotion for a model of curves",
                self.name()
            )));
        }
        note_licence(&model);
        Ok(model)
    }
}

/// Loads the model that hears emotions for `--emotion auto`. It is so small that it always runs embedded.
pub(crate) fn load_emotion_model(name: &str) -> Result<Arc<Model>> {
    let model = Arc::new(Model::load(catalogue::find(name)?, Provider::Embedded)?);
    if model.card().kind != ModelKind::Emotion {
        let installed: Vec<String> = emotion_models();
        let advice = if installed.is_empty() {
            "a model of kind emotion; `cstalk models` says of what kind each is".to_owned()
        } else {
            format!("--emotion-model {}", installed.join(" or "))
        };
        return Err(wrong_kind("--emotion-model", &model, ModelKind::Emotion).advise(advice));
    }
    note_licence(&model);
    Ok(model)
}

/// Names of the installed models that hear emotions.
pub(crate) fn emotion_models() -> Vec<String> {
    let is_one =
        |entry: &catalogue::Entry| entry.card.as_ref().is_ok_and(|card| card.kind == ModelKind::Emotion);
    catalogue::list().unwrap_or_default().into_iter().filter(is_one).map(|entry| entry.name).collect()
}

fn wrong_kind(option: &str, model: &Model, wanted: ModelKind) -> Failure {
    let card = model.card();
    Failure::usage(format!(
        "{option}: wanted a model of kind {wanted}, got `{} {}` of kind {}",
        card.name, card.version, card.kind
    ))
}

/// Says on standard error what a user must not overlook.
fn note_licence(model: &Model) {
    let card = model.card();
    if card.non_commercial {
        let corpora: Vec<String> = card
            .training
            .corpora
            .iter()
            .map(|corpus| format!("{} ({})", corpus.name, corpus.licence))
            .collect();
        complain!(
            "note: the model {} {} is NOT for commercial use: it learnt from {}",
            card.name,
            card.version,
            corpora.join(", ")
        );
    }
}
