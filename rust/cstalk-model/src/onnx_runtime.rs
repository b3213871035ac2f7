//! ONNX Runtime, through ort and a library opened at run time.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Tensor, TensorRef};

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::provider::Provider;
use crate::runtime_library;
use crate::session::Run;

/// A model on ONNX Runtime, shared by its sessions.
pub(crate) struct RuntimeModel {
    environment: Environment,
    provider: Provider,
    bytes: Vec<u8>,
    layout: Arc<Layout>,
    /// Engine sessions not in use: one is made at once to see that the model runs, others when needed.
    spare: Mutex<Vec<Session>>,
    detail: String,
}

impl RuntimeModel {
    pub(crate) fn load(
        bytes: Vec<u8>,
        layout: Arc<Layout>,
        provider: Provider,
        library: Option<&Path>,
    ) -> Result<Self> {
        let (environment, library) = runtime_library::open(library)?;
        let detail = format!("ONNX Runtime from {}, 1 thread", library.display());
        let model = Self { environment, provider, bytes, layout, spare: Mutex::new(Vec::new()), detail };
        let first = model.engine_session()?;
        model.give_back(first);
        Ok(model)
    }

    /// The library, for the provider report.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn session(self: &Arc<Self>) -> Result<RuntimeSession> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let session = match spare {
            Some(session) => session,
            None => self.engine_session()?,
        };
        Ok(RuntimeSession {
            states: zero_states(&self.layout)?,
            session: Some(session),
            shared: Arc::clone(self),
        })
    }

    fn give_back(&self, session: Session) {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    fn engine_session(&self) -> Result<Session> {
        // One thread without spinning: the model is too small to share, and a spinning thread takes a core.
        let mut builder = Session::builder(&self.environment)
            .map_err(settings_refused)?
            .with_optimization_level(GraphOptimizationLevel::All)
            .map_err(settings_refused)?
            .with_intra_threads(1)
            .map_err(settings_refused)?
            .with_intra_op_spinning(false)
            .map_err(settings_refused)?;
        let execution = match self.provider {
            Provider::Cuda => Some(ep::CUDA::default().build().error_on_failure()),
            Provider::TensorRt => Some(ep::TensorRT::default().build().error_on_failure()),
            Provider::Cpu | Provider::Embedded => None,
        };
        if let Some(execution) = execution {
            builder = builder.with_execution_providers([execution]).map_err(|error| {
                Error::from_engine(
                    ErrorKind::ChooseAnotherProvider,
                    &format!(
                        "the provider \"{}\" cannot run here (it needs the GPU build of ONNX Runtime, set by \
                         {}, and its CUDA libraries; \"embedded\" and \"cpu\" do not)",
                        self.provider,
                        runtime_library::LIBRARY_ENV
                    ),
                    &error,
                )
            })?;
        }
        let session = builder.commit_from_memory(&self.bytes).map_err(|error| {
            Error::from_engine(ErrorKind::BadModel, "ONNX Runtime refuses the model", &error)
        })?;
        Ok(session)
    }
}

/// One stream on ONNX Runtime.
pub(crate) struct RuntimeSession {
    shared: Arc<RuntimeModel>,
    /// Always there until dropped.
    session: Option<Session>,
    states: Vec<DynValue>,
}

impl Run for RuntimeSession {
    fn run(&mut self, inputs: [&[f32]; 3], hops: usize, curves_out: &mut Vec<f32>) -> Result<()> {
        let failed =
            |error: &ort::Error| Error::from_engine(ErrorKind::Internal, "ONNX Runtime failed", error);
        let layout = &self.shared.layout;
        let Some(session) = self.session.as_mut() else {
            return Err(Error::new(ErrorKind::Internal, "the session was given back"));
        };
        let mut values: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(3 + self.states.len());
        for ((name, width), input) in layout.inputs.iter().copied().zip(layout.input_widths).zip(inputs) {
            let tensor =
                TensorRef::from_array_view(([1, hops, width], input)).map_err(|error| failed(&error))?;
            values.push((name, tensor.into()));
        }
        for (state, value) in layout.states.iter().zip(self.states.drain(..)) {
            values.push((&state.input_name, value.into()));
        }
        let mut results = session.run(values).map_err(|error| failed(&error))?;
        let curves = results
            .get(layout.output)
            .ok_or_else(|| Error::new(ErrorKind::Internal, "ONNX Runtime gave no rows"))?;
        let (_, rows) = curves.try_extract_tensor::<f32>().map_err(|error| failed(&error))?;
        curves_out.extend_from_slice(rows);
        for state in &layout.states {
            let value = results.remove(&state.output_name).ok_or_else(|| {
                Error::new(ErrorKind::Internal, format!("ONNX Runtime gave no \"{}\"", state.output_name))
            })?;
            self.states.push(value);
        }
        Ok(())
    }

    fn reset(&mut self) -> Result<()> {
        self.states = zero_states(&self.shared.layout)?;
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Run>> {
        let mut other = self.shared.session()?;
        for (copy, state) in other.states.iter_mut().zip(&self.states) {
            let failed = |error: &ort::Error| {
                Error::from_engine(ErrorKind::Internal, "ONNX Runtime cannot copy a state", error)
            };
            let (shape, values) = state.try_extract_tensor::<f32>().map_err(|error| failed(&error))?;
            let tensor = Tensor::from_array((shape.to_vec(), values.to_vec()));
            *copy = tensor.map_err(|error| failed(&error))?.into_dyn();
        }
        Ok(Box::new(other))
    }
}

impl Drop for RuntimeSession {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.shared.give_back(session);
        }
    }
}

fn settings_refused<R>(error: ort::Error<R>) -> Error {
    Error::from_engine(ErrorKind::Internal, "ONNX Runtime refuses its settings", &error)
}

fn zero_states(layout: &Layout) -> Result<Vec<DynValue>> {
    layout
        .states
        .iter()
        .map(|state| {
            let zeros = vec![0.0_f32; state.shape.iter().product()];
            Tensor::from_array((state.shape.clone(), zeros)).map(Tensor::into_dyn).map_err(|error| {
                Error::from_engine(ErrorKind::Internal, "ONNX Runtime has no memory for a state", &error)
            })
        })
        .collect()
}
