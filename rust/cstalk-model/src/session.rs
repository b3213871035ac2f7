//! One stream of steps through a model.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, STEP_PARTS};

/// The inputs of a step, rows one after the other.
#[derive(Clone, Copy, Debug)]
pub struct StepInput<'a> {
    /// `[hop, feature]`: the feature frames of each hop side by side, [`ModelCard::step_feature_count`] a hop.
    ///
    /// [`ModelCard::step_feature_count`]: crate::ModelCard::step_feature_count
    pub features: &'a [f32],
    /// `[hop, emotion]`: weights 0..=1, in the order of the card's `emotions`; empty for a model that gives emotions.
    pub emotion: &'a [f32],
    /// `[hop, style]`: values in the order of the card's `style`; empty for a model that gives emotions.
    pub style: &'a [f32],
}

/// An engine's side of a session.
pub(crate) trait Run: Send {
    /// Appends `hops` rows to `curves_out`; inputs have the right length. After an error the states are lost.
    fn run(&mut self, inputs: [&[f32]; 3], hops: usize, curves_out: &mut Vec<f32>) -> Result<()>;

    /// States back to zero.
    fn reset(&mut self) -> Result<()>;

    /// See [`Session::hops_at_once`].
    fn hops_at_once(&self) -> usize {
        1
    }

    /// Another session with the same states.
    fn fork(&self) -> Result<Box<dyn Run>>;
}

/// One stream of steps through a model, with the states between them.
///
/// Sessions of one model are independent and may run on different threads at the same time.
///
/// **Real-time**: a step allocates and may block; it belongs on a worker thread, not in an audio callback.
pub struct Session {
    layout: Arc<Layout>,
    runner: Box<dyn Run>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(layout: Arc<Layout>, runner: Box<dyn Run>) -> Self {
        Self { layout, runner }
    }

    /// Runs the next `hops` hops and appends their rows, `[hop, control]` (or `[hop, emotion]`, logits, of a model of
    /// kind `emotion`), to `curves_out`.
    ///
    /// Row `i` of the stream so far is the pose `look_ahead_hops` (of the card) before its features.
    /// With a window on the card every step is a window of its own, and row `i` belongs to its hop `i`.
    /// Steps of up to [`hops_at_once`](Self::hops_at_once) hops give the bits of single steps; longer ones may differ
    /// from them by the rounding of the engine.
    ///
    /// # Errors
    /// `BadInput` if a slice is not `hops` rows long or has a number that is not finite: nothing has happened.
    /// `Internal` or `BadModel` if the engine fails or gives numbers that are not finite: the session is then
    /// as after [`reset`](Self::reset). In both cases `curves_out` is as before.
    pub fn step(&mut self, input: &StepInput<'_>, hops: usize, curves_out: &mut Vec<f32>) -> Result<()> {
        let inputs = [input.features, input.emotion, input.style];
        for ((name, width), values) in STEP_PARTS.iter().zip(self.layout.input_widths).zip(inputs) {
            check_input(name, width, hops, values)?;
        }
        if hops == 0 {
            return Ok(());
        }
        let before = curves_out.len();
        let result = self
            .runner
            .run(inputs, hops, curves_out)
            .and_then(|()| self.check_output(hops, curves_out.get(before..).unwrap_or_default()));
        if result.is_err() {
            curves_out.truncate(before);
            self.runner.reset()?;
        }
        result
    }

    /// How many hops a step may have for its rows to be those of single steps, bit for bit; at least 1.
    ///
    /// With the `embedded` provider many: a step of many hops takes a tenth of the time a hop. With others one.
    pub fn hops_at_once(&self) -> usize {
        self.runner.hops_at_once()
    }

    /// Back to the start of a stream: the next step is as the first of a new session.
    ///
    /// # Errors
    /// `Internal` if the engine has no memory for its states.
    pub fn reset(&mut self) -> Result<()> {
        self.runner.reset()
    }

    /// A session of its own that goes on from here: both give the same rows for the same inputs.
    ///
    /// # Errors
    /// `Internal` if the engine cannot prepare another session (`embedded` always can).
    pub fn fork(&self) -> Result<Self> {
        Ok(Self { layout: Arc::clone(&self.layout), runner: self.runner.fork()? })
    }

    fn check_output(&self, hops: usize, rows: &[f32]) -> Result<()> {
        let output = self.layout.output;
        let wanted = hops.saturating_mul(self.layout.output_width);
        if rows.len() != wanted {
            return Err(Error::new(
                ErrorKind::BadModel,
                format!("output \"{output}\": wanted {wanted} numbers for {hops} hops, got {}", rows.len()),
            ));
        }
        match rows.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(Error::new(
                ErrorKind::BadModel,
                format!(
                    "output \"{output}\": the model gives {} for column {}",
                    rows[index],
                    index % self.layout.output_width
                ),
            )),
            None => Ok(()),
        }
    }
}

fn check_input(name: &str, width: usize, hops: usize, values: &[f32]) -> Result<()> {
    if hops.checked_mul(width) != Some(values.len()) {
        let message = format!("{name}: wanted {hops} rows of {width} numbers, got {} numbers", values.len());
        return Err(Error::new(ErrorKind::BadInput, message));
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => {
            let message = format!("{name}: number {index} is {}, wanted finite numbers", values[index]);
            Err(Error::new(ErrorKind::BadInput, message))
        }
        None => Ok(()),
    }
}
