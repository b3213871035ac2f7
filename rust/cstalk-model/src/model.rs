//! A model, checked and prepared on a provider.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_onnx::{ModelCard, ModelFile};

use crate::check::check_card;
use crate::embedded::{self, EmbeddedModel};
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::onnx_runtime::RuntimeModel;
use crate::provider::{Provider, ProviderReport};
use crate::session::Session;

/// How a model is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelSettings {
    /// What runs it.
    pub provider: Provider,
    /// The ONNX Runtime library (file or folder) for providers that need it; `None`: look in the usual places.
    pub onnx_runtime: Option<PathBuf>,
}

impl From<Provider> for ModelSettings {
    fn from(provider: Provider) -> Self {
        Self { provider, onnx_runtime: None }
    }
}

/// A model, checked and prepared on a provider. Share it by `Arc`; each stream takes a [`Session`].
pub struct Model {
    file: ModelFile,
    layout: Arc<Layout>,
    engine: Engine,
    report: ProviderReport,
}

enum Engine {
    Embedded(Arc<EmbeddedModel>),
    OnnxRuntime(Arc<RuntimeModel>),
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("file", &self.file)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Reads a model file, checks it and prepares it on a provider (or with whole [`ModelSettings`]).
    ///
    /// # Errors
    /// The message begins with the path unless the provider is at fault. `BadInput`: the file cannot be read.
    /// `BadModel`: not an ONNX file, no card, damaged, or a card that does not fit the graph, the rig or the
    /// features of this build. `InstallRuntime`, `ChooseAnotherProvider`: the provider cannot run here.
    pub fn load(path: impl AsRef<Path>, settings: impl Into<ModelSettings>) -> Result<Self> {
        let path = path.as_ref();
        let (file, bytes) = ModelFile::read(path)?;
        Self::prepare(file, bytes, &settings.into()).map_err(|error| match error.kind() {
            crate::ErrorKind::BadModel => Error::new(error.kind(), format!("{}: {error}", path.display())),
            _ => error,
        })
    }

    /// As [`load`](Self::load), from the bytes of a model file.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_bytes(bytes: &[u8], settings: impl Into<ModelSettings>) -> Result<Self> {
        Self::prepare(ModelFile::parse(bytes)?, bytes.to_vec(), &settings.into())
    }

    fn prepare(file: ModelFile, bytes: Vec<u8>, settings: &ModelSettings) -> Result<Self> {
        check_card(file.card())?;
        let layout = Arc::new(Layout::of(file.card()));
        let (engine, detail) = match settings.provider {
            Provider::Embedded => {
                let model = EmbeddedModel::load(&file, bytes, Arc::clone(&layout))?;
                (Engine::Embedded(Arc::new(model)), embedded::DETAIL.to_owned())
            }
            provider @ (Provider::Cpu | Provider::Cuda | Provider::TensorRt) => {
                let library = settings.onnx_runtime.as_deref();
                let model = RuntimeModel::load(bytes, Arc::clone(&layout), provider, library)?;
                let detail = model.detail().to_owned();
                (Engine::OnnxRuntime(Arc::new(model)), detail)
            }
        };
        let report = ProviderReport { asked: settings.provider, running: settings.provider, detail };
        Ok(Self { file, layout, engine, report })
    }

    /// What the model says about itself.
    #[must_use]
    pub fn card(&self) -> &ModelCard {
        self.file.card()
    }

    /// Ports, node counts and sizes of the file.
    #[must_use]
    pub fn file(&self) -> &ModelFile {
        &self.file
    }

    /// Which provider was asked for and which one runs.
    #[must_use]
    pub fn provider(&self) -> &ProviderReport {
        &self.report
    }

    /// A new stream of steps, at its start. It keeps what it needs of the model alive.
    ///
    /// # Errors
    /// `Internal` if the engine cannot prepare another session (`embedded` always can).
    pub fn session(&self) -> Result<Session> {
        let layout = Arc::clone(&self.layout);
        Ok(match &self.engine {
            Engine::Embedded(model) => Session::new(layout, Box::new(model.session())),
            Engine::OnnxRuntime(model) => Session::new(layout, Box::new(model.session()?)),
        })
    }
}
