//! Named parameters, as the optimiser, the checkpoints and the exporter see them.

use super::backend::Init;
use std::collections::BTreeMap;
use std::path::Path;
use tch::{Device, Kind, Tensor};

/// Why stored parameters cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ParameterError {
    /// libtorch refused.
    #[error("libtorch: {0}")]
    Torch(#[from] tch::TchError),
    /// A tensor that the network needs is not there.
    #[error("no tensor called {0} in the stored parameters")]
    Missing(String),
    /// A tensor has another shape than the network's.
    #[error("tensor {name} is {got:?}, wanted {wanted:?}")]
    Shape {
        /// The parameter.
        name: String,
        /// Shape in the network.
        wanted: Vec<i64>,
        /// Shape in the file.
        got: Vec<i64>,
    },
    /// A value is not finite.
    #[error("tensor {0} holds a value that is not finite")]
    NotFinite(String),
}

/// One named tensor.
#[derive(Debug)]
pub struct Parameter {
    /// Its value; requires a gradient when `trained`.
    pub tensor: Tensor,
    /// Whether an optimiser may change it.
    pub trained: bool,
}

/// All parameters of a network, by dotted name, in the order of the names.
#[derive(Debug)]
pub struct ParameterStore {
    device: Device,
    entries: BTreeMap<String, Parameter>,
    frozen: BTreeMap<String, Tensor>,
}

impl ParameterStore {
    /// An empty store whose tensors will lie on `device`.
    pub fn new(device: Device) -> Self {
        Self::with_frozen(device, BTreeMap::new())
    }

    /// A store whose networks find `frozen` tensors, which are none of its parameters: nothing trains, counts, saves or
    /// restores them. A network that wants another shape under such a name gets a parameter of its own.
    pub fn with_frozen(device: Device, frozen: BTreeMap<String, Tensor>) -> Self {
        let frozen = frozen.into_iter().map(|(name, tensor)| (name, tensor.to_device(device))).collect();
        Self { device, entries: BTreeMap::new(), frozen }
    }

    /// Where the tensors lie.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Every parameter with its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.entries.iter().map(|(name, parameter)| (name.as_str(), parameter))
    }

    /// The tensor called `name`.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.entries.get(name).map(|parameter| &parameter.tensor)
    }

    /// Numbers in all tensors whose name starts with one of `prefixes`.
    pub fn count(&self, prefixes: &[&str]) -> usize {
        self.iter()
            .filter(|(name, _)| prefixes.iter().any(|prefix| name.starts_with(prefix)))
            .map(|(_, parameter)| parameter.tensor.numel())
            .sum()
    }

    /// The tensor called `name`, made and filled by `init` at the first call.
    pub(super) fn get_or_create(&mut self, name: &str, shape: &[i64], init: Init, trained: bool) -> Tensor {
        if let Some(parameter) = self.entries.get(name) {
            return parameter.tensor.shallow_clone();
        }
        if let Some(tensor) = self.frozen.get(name).filter(|tensor| tensor.size() == shape) {
            return tensor.shallow_clone();
        }
        let options = (Kind::Float, self.device);
        let tensor = match init {
            Init::Constant(value) => Tensor::full(shape, value, options),
            Init::Normal(deviation) => Tensor::randn(shape, options) * deviation,
        };
        let tensor = tensor.set_requires_grad(trained);
        let shared = tensor.shallow_clone();
        self.entries.insert(name.to_owned(), Parameter { tensor, trained });
        shared
    }

    /// No parameter is learnt any more.
    pub fn freeze(&mut self) {
        for parameter in self.entries.values_mut() {
            parameter.tensor = parameter.tensor.detach();
            parameter.trained = false;
        }
    }

    /// Overwrites the value of `name`.
    ///
    /// # Errors
    /// [`ParameterError`] if there is no such parameter, the shape differs or a value is not finite.
    pub fn set(&mut self, name: &str, value: &Tensor) -> Result<(), ParameterError> {
        let parameter = self.entries.get_mut(name).ok_or_else(|| ParameterError::Missing(name.to_owned()))?;
        let (wanted, got) = (parameter.tensor.size(), value.size());
        if wanted != got {
            return Err(ParameterError::Shape { name: name.to_owned(), wanted, got });
        }
        if !bool::try_from(value.isfinite().all())? {
            return Err(ParameterError::NotFinite(name.to_owned()));
        }
        tch::no_grad(|| parameter.tensor.f_copy_(value))?;
        Ok(())
    }

    /// Overwrites every parameter whose name starts with one of `prefixes` with `values`, which must hold it.
    ///
    /// # Errors
    /// As [`ParameterStore::set`].
    pub fn set_all(
        &mut self,
        values: &BTreeMap<String, Tensor>,
        prefixes: &[&str],
    ) -> Result<(), ParameterError> {
        let names: Vec<String> = self
            .entries
            .keys()
            .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
            .cloned()
            .collect();
        for name in names {
            let value = values.get(&name).ok_or_else(|| ParameterError::Missing(name.clone()))?;
            self.set(&name, value)?;
        }
        Ok(())
    }

    /// Copies of all values, apart from the graph.
    pub fn snapshot(&self) -> BTreeMap<String, Tensor> {
        self.iter().map(|(name, parameter)| (name.to_owned(), parameter.tensor.detach().copy())).collect()
    }
}

/// Tensors of a safetensors file by name.
///
/// # Errors
/// libtorch's, when the file cannot be read or is not safetensors.
pub fn read_tensors(path: &Path) -> Result<BTreeMap<String, Tensor>, ParameterError> {
    Ok(Tensor::read_safetensors(path)?.into_iter().collect())
}
