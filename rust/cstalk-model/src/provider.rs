//! The engines a model can run on, by name.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// What runs a model.
///
/// All but `embedded` need the ONNX Runtime library, looked for in this order: the path given in
/// [`ModelSettings`](crate::ModelSettings), the environment variable `CSTALK_ORT_LIB` (file or folder), next to
/// the executable, and where `cargo xtask ort` puts it. A process loads one such library for good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Provider {
    /// The engine built into this binary: always there, and the same bits in tool, editor and game.
    #[default]
    Embedded,
    /// ONNX Runtime on the CPU.
    Cpu,
    /// ONNX Runtime on an NVIDIA GPU.
    Cuda,
    /// ONNX Runtime with TensorRT on an NVIDIA GPU.
    TensorRt,
}

impl Provider {
    /// All providers, the default first.
    pub const ALL: [Self; 4] = [Self::Embedded, Self::Cpu, Self::Cuda, Self::TensorRt];

    /// Name as given on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::TensorRt => "tensorrt",
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Provider {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|provider| provider.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::new(ErrorKind::BadInput, format!("provider: wanted one of {names}, got \"{name}\""))
        })
    }
}

/// Which provider was asked for and which one runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderReport {
    /// Asked for.
    pub asked: Provider,
    /// Running. The same as `asked`: what cannot run is an error.
    pub running: Provider,
    /// The engine, its version and, for ONNX Runtime, the library file.
    pub detail: String,
}

impl fmt::Display for ProviderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.running, self.detail)
    }
}
