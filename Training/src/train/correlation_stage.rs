//! The correlation module's own stage, and the frozen module as a supervisor of generators.

use super::autocast::Autocast;
use super::ear_stage::with;
use super::error::{Result, TrainError};
use super::hidden_regions::{draw_hidden, masked_square, windows_of};
use super::losses::LossPart;
use super::record::RunRecord;
use super::run::{BEST_WEIGHTS, Losses, Objective};
use super::window::{Batch, BatchMotion};
use crate::nets::parameters::read_tensors;
use crate::nets::{Correlation, ParameterStore, TorchBackend};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cell::RefCell;
use std::path::Path;
use tch::{Device, Kind, Tensor};

/// Name of the stage.
pub const CORRELATION_STAGE: &str = "correlation";

/// Reconstruction of hidden regions.
pub struct CorrelationObjective {
    /// The module.
    pub net: Correlation,
    /// Hops that the batches' rows are behind their steps.
    pub late_hops: i64,
}

impl Objective for CorrelationObjective {
    fn name(&self) -> &'static str {
        CORRELATION_STAGE
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let Some(motion) = &batch.motion else {
            return Losses { parts: Vec::new(), measures: Vec::new() };
        };
        let mut rng = rng_of(motion);
        let mut backend = TorchBackend::whole(parameters);
        let (rows, emotion) = windows_of(&self.net, &motion.rows, &row_emotion(motion, self.late_hops));
        let rows = self.net.standardised(&mut backend, &rows);
        let hidden = draw_hidden(&self.net, rows.size()[0], &mut rng);
        let guessed = with(autocast, || self.net.forward(&mut backend, &rows, &emotion, &hidden));
        let columns = self.net.hidden_columns(&hidden);
        let value = masked_square(&guessed, &rows, &columns);
        Losses { parts: vec![LossPart { name: "hidden", value, weight: 1.0 }], measures: Vec::new() }
    }
}

/// A trained module that no longer changes.
pub struct Supervisor {
    net: Correlation,
    parameters: RefCell<ParameterStore>,
    late_hops: i64,
    /// Its part in a generator's loss.
    pub weight: f64,
}

/// Windows of a batch that are supervised: the module is several times the generator.
const SUPERVISED_WINDOWS: i64 = 6;

impl Supervisor {
    /// The module in the folder of its run, for a generator that looks `late_hops` ahead.
    ///
    /// # Errors
    /// [`TrainError`] when there is no finished correlation run in the folder.
    pub fn load(folder: &Path, late_hops: i64, weight: f64) -> Result<Self> {
        let record = RunRecord::read(folder)?;
        if record.stage != CORRELATION_STAGE {
            let folder = folder.display();
            return Err(TrainError::Config(format!(
                "{folder} holds a run of stage {}, wanted {CORRELATION_STAGE}",
                record.stage
            )));
        }
        let net = Correlation::new(&record.config.correlation, &crate::performer::predicted_controls());
        let mut parameters = ParameterStore::new(Device::Cpu);
        declare(&net, &mut parameters);
        parameters.set_all(&read_tensors(&folder.join(BEST_WEIGHTS))?, &["correlation."])?;
        parameters.freeze();
        Ok(Self { net, parameters: RefCell::new(parameters), late_hops, weight })
    }

    /// The module.
    pub fn net(&self) -> &Correlation {
        &self.net
    }

    /// Standardised reconstruction of hidden regions `[window, region]` from board rows and their emotion, and the
    /// standardised rows themselves, `[window, window_rows, 185]` both.
    pub fn reconstruct(&self, rows: &Tensor, emotion: &Tensor, hidden: &Tensor) -> (Tensor, Tensor) {
        let mut parameters = self.parameters.borrow_mut();
        let mut backend = TorchBackend::whole(&mut parameters);
        let rows = self.net.standardised(&mut backend, rows);
        let guessed = self.net.forward(&mut backend, &rows, emotion, hidden);
        (guessed, rows)
    }

    /// How badly the regions of predicted rows `[batch, row, 185]` fit each other: the squared distance between some
    /// regions and what the module makes of the others. One side, drawn anew for every batch, is held fast, so that
    /// the two cannot meet in a face that does not move.
    pub fn loss(&self, predicted: &Tensor, motion: &BatchMotion, autocast: Option<&Autocast>) -> LossPart {
        let mut rng = rng_of(motion);
        let batch = predicted.size()[0].min(SUPERVISED_WINDOWS);
        let emotion = row_emotion(motion, self.late_hops);
        let (rows, emotion) =
            windows_of(&self.net, &predicted.narrow(0, 0, batch), &emotion.narrow(0, 0, batch));
        let hidden = draw_hidden(&self.net, rows.size()[0], &mut rng);
        let (guessed, rows) = with(autocast, || self.reconstruct(&rows, &emotion, &hidden));
        let (guessed, rows) =
            if rng.random_bool(0.5) { (guessed.detach(), rows) } else { (guessed, rows.detach()) };
        let performed: Tensor = 1.0 - motion.captured.narrow(0, 0, batch);
        let per_batch = rows.size()[0] / batch;
        let performed = performed.repeat([1, per_batch, 1]).reshape([-1, 1, 1]);
        let columns = self.net.hidden_columns(&hidden) * performed;
        LossPart { name: "correlation", value: masked_square(&guessed, &rows, &columns), weight: self.weight }
    }
}

/// Makes every parameter exist.
pub(super) fn declare(net: &Correlation, parameters: &mut ParameterStore) {
    let float = (Kind::Float, Device::Cpu);
    let rows = Tensor::zeros([1, net.window_rows(), crate::nets::CONTROL_COUNT], float);
    let emotion = Tensor::zeros([1, net.window_rows(), crate::nets::EMOTION_COUNT], float);
    let hidden = Tensor::zeros([1, net.regions().len() as i64], float);
    let mut backend = TorchBackend::whole(parameters);
    let _ = tch::no_grad(|| {
        let rows = net.standardised(&mut backend, &rows);
        net.forward(&mut backend, &rows, &emotion, &hidden)
    });
}

/// Emotion weights by row, `[batch, row, emotion]`.
pub(super) fn row_emotion(motion: &BatchMotion, late_hops: i64) -> Tensor {
    motion.emotion.narrow(1, late_hops, motion.rows.size()[1])
}

/// The same random numbers for the same batch, so that held-out losses can be compared.
fn rng_of(motion: &BatchMotion) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(motion.rows.sum(Kind::Double).double_value(&[]).to_bits())
}
