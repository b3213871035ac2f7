//! `--model` and `--provider`, and the model that they choose.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use cstalk_model::{Model, Provider, catalogue};

use crate::failure::{Failure, Result};

/// Which model runs, and on what.
#[derive(Args, Clone)]
pub(crate) struct ModelChoice {
    /// Name of an installed model, or a model file
    #[arg(long, value_name = "NAME|FILE", default_value = catalogue::DEFAULT_MODEL, help_heading = "Model")]
    pub(crate) model: String,
    /// What runs the model: embedded, cpu, cuda or tensorrt
    #[arg(long, value_name = "PROVIDER", default_value = "embedded", help_heading = "Model")]
    pub(crate) provider: Provider,
}

impl ModelChoice {
    /// The file of the chosen model.
    pub(crate) fn path(&self) -> Result<PathBuf> {
        catalogue::find(&self.model).map_err(Failure::from)
    }

    /// Loads the chosen model; what was asked for runs, or it is an error.
    pub(crate) fn load(&self) -> Result<Arc<Model>> {
        Ok(Arc::new(Model::load(self.path()?, self.provider)?))
    }
}
