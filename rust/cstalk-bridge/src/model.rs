//! Loading a model, and what its card says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_engine::latency::Latency;
use cstalk_model::{ModelKind, ModelSettings, Provider};

use crate::bridge::{Code, ModelFacts, Rate, Status};
use crate::guard::{Refusal, Result, guard_into};

/// A loaded model, or nothing.
pub struct Model(Option<Arc<cstalk_model::Model>>);

impl Model {
    pub(crate) fn get(&self) -> Result<&Arc<cstalk_model::Model>> {
        self.0.as_ref().ok_or_else(|| Refusal::misuse("the model is empty: load it first"))
    }
}

/// Reads and checks a model file; the handle is empty unless `status` is ok. With an empty path it is empty and ok.
///
/// Paths must be absolute: what a relative one means depends on the host's current folder. A provider other than
/// `embedded` needs the path of its library: nothing is searched for, so a library of another program is never taken.
pub fn load_model(path: &str, provider: u8, onnx_runtime_path: &str, status: &mut Status) -> Box<Model> {
    let model = guard_into(status, || {
        if path.is_empty() {
            return Ok(None);
        }
        let path = absolute("model file", path)?;
        let provider = Provider::ALL.get(usize::from(provider)).copied().ok_or_else(|| {
            Refusal::bad_input(format!("provider: wanted a number from 0 to 3, got {provider}"))
        })?;
        let onnx_runtime = match (provider, onnx_runtime_path.is_empty()) {
            (Provider::Embedded, _) => None,
            (_, false) => Some(absolute("ONNX Runtime library", onnx_runtime_path)?),
            (_, true) => {
                let message = format!(
                    "the provider \"{provider}\" needs the absolute path of the ONNX Runtime library that came \
                     with CSTalk, got none; \"embedded\" needs no library"
                );
                return Err(Refusal::new(Code::InstallRuntime, message));
            }
        };
        let model = cstalk_model::Model::load(&path, ModelSettings { provider, onnx_runtime })?;
        Ok(Some(Arc::new(model)))
    });
    Box::new(Model(model.flatten()))
}

/// What the model says about itself; empty unless `status` is ok.
pub fn model_facts(model: &Model, status: &mut Status) -> ModelFacts {
    let facts = guard_into(status, || {
        let model = model.get()?;
        let card = model.card();
        let latency = Latency {
            look_ahead_samples: (u64::from(card.look_ahead_hops) + 1) * u64::from(card.hop_samples),
            hop_samples: u64::from(card.hop_samples),
            sample_rate_hz: card.sample_rate_hz,
        };
        Ok(ModelFacts {
            name: card.name.clone(),
            version: card.version.clone(),
            description: card.description.clone(),
            licence: card.licence.clone(),
            non_commercial: card.non_commercial,
            gives_curves: card.kind == ModelKind::Curves,
            run_by: model.provider().to_string(),
            rate: Rate { numerator: card.sample_rate_hz, denominator: card.hop_samples },
            look_ahead_ms: latency.look_ahead_ms(),
            emotions: card.emotions.clone(),
            styles: card.style.clone(),
        })
    });
    facts.unwrap_or_else(|| ModelFacts {
        name: String::new(),
        version: String::new(),
        description: String::new(),
        licence: String::new(),
        non_commercial: false,
        gives_curves: false,
        run_by: String::new(),
        rate: Rate { numerator: 0, denominator: 1 },
        look_ahead_ms: 0.0,
        emotions: Vec::new(),
        styles: Vec::new(),
    })
}

fn absolute(what: &str, text: &str) -> Result<PathBuf> {
    let path = Path::new(text);
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(Refusal::bad_input(format!("{what}: wanted an absolute path, got \"{text}\"")))
}
