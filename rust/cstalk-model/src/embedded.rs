//! The engine built into this binary: rten.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cstalk_onnx::ModelFile;
use rten::{ModelOptions, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensorView, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::session::Run;

/// Version of the engine, for the provider report.
pub(crate) const DETAIL: &str = "rten 0.27, 1 thread";

/// A model prepared on the engine, shared by its sessions.
pub(crate) struct EmbeddedModel {
    model: rten::Model,
    layout: Arc<Layout>,
    step_inputs: Vec<NodeId>,
    state_inputs: Vec<NodeId>,
    /// The rows, then states in the layout's order.
    outputs: Vec<NodeId>,
    /// Whether a row depends on its own inputs and the states alone, and not on which others run with it.
    rows_are_apart: bool,
}

/// Scales numbers by the range of all rows of a run, as models with 8-bit activations do.
const MIXES_ROWS: &str = "DynamicQuantizeLinear";

impl EmbeddedModel {
    pub(crate) fn load(file: &ModelFile, bytes: Vec<u8>, layout: Arc<Layout>) -> Result<Self> {
        let rows_are_apart = !file.node_counts().contains_key(MIXES_ROWS);
        let model =
            guarded(|| ModelOptions::with_all_ops().prepack_weights(true).load(bytes))?.map_err(|error| {
                Error::from_engine(ErrorKind::BadModel, "the embedded provider refuses the model", &error)
            })?;
        let node = |name: &str| {
            model.node_id(name).map_err(|error| {
                Error::from_engine(ErrorKind::BadModel, &format!("no value \"{name}\" in the graph"), &error)
            })
        };
        let step_inputs = layout.inputs.iter().map(|name| node(name)).collect::<Result<Vec<_>>>()?;
        let state_inputs =
            layout.states.iter().map(|state| node(&state.input_name)).collect::<Result<Vec<_>>>()?;
        let mut outputs = vec![node(layout.output)?];
        for state in &layout.states {
            outputs.push(node(&state.output_name)?);
        }
        Ok(Self { step_inputs, state_inputs, outputs, rows_are_apart, model, layout })
    }

    pub(crate) fn session(self: &Arc<Self>) -> EmbeddedSession {
        EmbeddedSession { states: zero_states(&self.layout), waiting: None, shared: Arc::clone(self) }
    }
}

/// Hops of a step at most: more are not faster, and take memory.
const HOPS_AT_ONCE: usize = 64;

/// One stream on the engine.
///
/// The engine multiplies a single row by another routine than several rows, which sums in another order. So that a
/// stream has the same bits whatever the steps it is cut into, no run has a single row: a hop that comes alone runs twice
/// in a row, and the states stay as they were before it. The next step runs it again before its own hops.
pub(crate) struct EmbeddedSession {
    shared: Arc<EmbeddedModel>,
    states: Vec<Value>,
    /// Inputs of the last hop, if the states are those before it.
    waiting: Option<StepParts>,
}

/// Rows of a step's inputs.
type StepParts = [Vec<f32>; 3];

impl Run for EmbeddedSession {
    fn run(&mut self, inputs: [&[f32]; 3], hops: usize, curves_out: &mut Vec<f32>) -> Result<()> {
        let width = self.shared.layout.output_width;
        if self.hops_at_once() == 1 {
            return self.compute(inputs, hops, Keep::New, curves_out);
        }
        let before = curves_out.len();
        match self.waiting.take() {
            None if hops == 1 => {
                let twice = inputs.map(|row| [row, row].concat());
                self.compute(twice.each_ref().map(Vec::as_slice), 2, Keep::Old, curves_out)?;
                curves_out.truncate(before + width);
                self.waiting = Some(inputs.map(<[f32]>::to_vec));
            }
            None => self.compute(inputs, hops, Keep::New, curves_out)?,
            Some(mut joined) => {
                for (part, rows) in joined.iter_mut().zip(inputs) {
                    part.extend_from_slice(rows);
                }
                self.compute(joined.each_ref().map(Vec::as_slice), hops + 1, Keep::New, curves_out)?;
                curves_out.drain(before..(before + width).min(curves_out.len()));
            }
        }
        Ok(())
    }

    fn hops_at_once(&self) -> usize {
        // Without states each hop is a window of its own, and large.
        let is_alike = self.shared.rows_are_apart && !self.shared.layout.states.is_empty();
        if is_alike { HOPS_AT_ONCE } else { 1 }
    }

    fn reset(&mut self) -> Result<()> {
        self.states = zero_states(&self.shared.layout);
        self.waiting = None;
        Ok(())
    }

    fn fork(&self) -> Result<Box<dyn Run>> {
        let (states, waiting) = (self.states.clone(), self.waiting.clone());
        Ok(Box::new(Self { states, waiting, ..self.shared.session() }))
    }
}

/// Which states a run leaves behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Those before it.
    Old,
    /// Those after it.
    New,
}

impl EmbeddedSession {
    fn compute(
        &mut self,
        inputs: [&[f32]; 3],
        hops: usize,
        keep: Keep,
        curves_out: &mut Vec<f32>,
    ) -> Result<()> {
        let shared = &self.shared;
        let mut values: Vec<(NodeId, ValueOrView<'_>)> = Vec::with_capacity(3 + self.states.len());
        for ((id, width), input) in
            shared.step_inputs.iter().copied().zip(shared.layout.input_widths).zip(inputs)
        {
            let view = NdTensorView::try_from_data([1, hops, width], input)
                .map_err(|error| Error::from_engine(ErrorKind::Internal, "input shape", &error))?;
            values.push((id, view.into()));
        }
        match keep {
            Keep::Old => values.extend(
                shared.state_inputs.iter().zip(&self.states).map(|(id, state)| (*id, state.as_view().into())),
            ),
            // States are handed over, not lent, so that the engine may work in their memory.
            Keep::New => values.extend(
                shared.state_inputs.iter().zip(self.states.drain(..)).map(|(id, state)| (*id, state.into())),
            ),
        }
        let options = RunOptions::default().with_thread_pool(Some(step_pool()));
        let results =
            guarded(|| shared.model.run(values, &shared.outputs, Some(options)))?.map_err(|error| {
                Error::from_engine(ErrorKind::Internal, "the embedded provider failed", &error)
            })?;
        let mut results = results.into_iter();
        let curves: Tensor<f32> = results
            .next()
            .ok_or_else(|| Error::new(ErrorKind::Internal, "the embedded provider gave no rows"))?
            .try_into()
            .map_err(|error| {
                let output = format!("output \"{}\"", shared.layout.output);
                Error::from_engine(ErrorKind::BadModel, &output, &error)
            })?;
        match curves.data() {
            Some(rows) => curves_out.extend_from_slice(rows),
            None => curves_out.extend(curves.iter()),
        }
        if keep == Keep::New {
            self.states.extend(results);
        }
        Ok(())
    }
}

thread_local! {
    /// The engine's thread for steps that this thread asks for.
    static STEP_POOL: RefCell<Option<Arc<ThreadPool>>> = const { RefCell::new(None) };
}

/// One engine thread for each thread that steps sessions: they do not wait for each other, many sessions need no more
/// threads than a few, and one thread gives the same sums always.
fn step_pool() -> Arc<ThreadPool> {
    STEP_POOL.with_borrow_mut(|pool| {
        Arc::clone(pool.get_or_insert_with(|| Arc::new(ThreadPool::with_num_threads(1))))
    })
}

/// Runs `work` on a thread on which steps of the `embedded` provider run in place: nothing is handed over to another
/// thread and back for each step, which costs a busy machine two waits for a core.
///
/// Blocks until `work` is done. For workers that do little else than stepping sessions.
pub fn on_step_thread<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    /// The engine's thread must not keep itself alive.
    struct Forget;
    impl Drop for Forget {
        fn drop(&mut self) {
            STEP_POOL.set(None);
        }
    }
    let pool = Arc::new(ThreadPool::with_num_threads(1));
    pool.run(|| {
        let _forget = Forget;
        STEP_POOL.set(Some(Arc::clone(&pool)));
        work()
    })
}

fn zero_states(layout: &Layout) -> Vec<Value> {
    layout.states.iter().map(|state| Tensor::<f32>::zeros(&state.shape).into()).collect()
}

/// Runs the engine so that a panic inside it (a graph nobody tried before) becomes an error.
fn guarded<T>(call: impl FnOnce() -> T) -> Result<T> {
    // Nothing half-changed is seen afterwards: a failed load is dropped, a failed run loses its states.
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Error::new(ErrorKind::BadModel, format!("the embedded provider cannot run this graph: {text}"))
    })
}
