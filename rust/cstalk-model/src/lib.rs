//! The model contract and the providers that run a model.
//!
//! [`Model::load`] reads an ONNX file, checks its card against its graph, the rig and the features this build
//! computes, and prepares it on a [`Provider`]. [`Model::session`] gives one stream of steps through it.
//!
//! | provider | engine | needs |
//! | --- | --- | --- |
//! | `embedded` | rten, in this binary | nothing |
//! | `cpu` | ONNX Runtime | its library (see [`Provider`]) |
//! | `cuda`, `tensorrt` | ONNX Runtime | its GPU library, CUDA, a GPU |
//!
//! A provider that was asked for and cannot run is an error that says what is missing; there is no silent
//! change to another one. Only this crate names the engines.
//!
//! ```
//! use cstalk_model::{Model, Provider, StepInput, sample};
//!
//! let model = Model::from_bytes(&sample::untrained_bytes()?, Provider::Embedded)?;
//! let card = model.card();
//! let (features, style) = (vec![0.0; card.step_feature_count()], vec![0.0; card.style.len()]);
//! let mut emotion = vec![0.0; card.emotions.len()];
//! emotion[0] = 1.0;
//!
//! let mut session = model.session()?;
//! let mut curves = Vec::new();
//! session.step(&StepInput { features: &features, emotion: &emotion, style: &style }, 1, &mut curves)?;
//! assert_eq!(curves.len(), card.controls.len());
//! # Ok::<(), cstalk_model::Error>(())
//! ```
#![warn(missing_docs)]

pub mod catalogue;
mod check;
mod embedded;
mod error;
mod layout;
mod model;
mod onnx_runtime;
mod provider;
mod runtime_library;
pub mod sample;
mod session;

pub use cstalk_onnx::{CardWindow, ModelCard, ModelFile, ModelKind};
pub use embedded::on_step_thread;
pub use error::{Error, ErrorKind, Result};
pub use model::{Model, ModelSettings};
pub use provider::{Provider, ProviderReport};
pub use runtime_library::{LIBRARY_ENV, ONNX_RUNTIME_VERSION};
pub use session::{Session, StepInput};
