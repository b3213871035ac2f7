//! The autoregressive baseline: a frozen ear, a decoder after FaceFormer, the same windows as the generator.

use super::autocast::Autocast;
use super::error::{Result, TrainError};
use super::losses::{LossPart, MotionLossConfig, MotionScale, motion_losses};
use super::record::RunRecord;
use super::run::{BEST_WEIGHTS, Losses, Objective};
use super::window::Batch;
use crate::nets::parameters::read_tensors;
use crate::nets::{
    Autoregressive, Backend, CONTROL_COUNT, EMOTION_COUNT, Ear, FEATURES_PER_HOP, Generator, Init,
    ParameterStore, STYLE_COUNT, TorchBackend,
};
use cstalk_audio::LogMel;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tch::{Device, Kind, Tensor};

/// Name of the stage.
pub const AUTOREGRESSIVE_STAGE: &str = "autoregressive";
/// Rows of a training window that are run: each needs all before it, one after another.
const MOST_ROWS: i64 = 100;

/// Position and velocity of freely run rows.
pub struct AutoregressiveObjective {
    /// The ear, which learns nothing here.
    pub ear: Ear,
    /// The decoder.
    pub net: Autoregressive,
    /// Standardisation.
    pub scale: MotionScale,
    /// Loss weights.
    pub config: MotionLossConfig,
}

impl Objective for AutoregressiveObjective {
    fn name(&self) -> &'static str {
        AUTOREGRESSIVE_STAGE
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, _: Option<&Autocast>) -> Losses {
        let Some(motion) = &batch.motion else {
            return Losses { parts: Vec::new(), measures: Vec::new() };
        };
        let late_hops = self.ear.shape.look_ahead_hops();
        let rows = motion.rows.size()[1].min(MOST_ROWS);
        let mut backend = TorchBackend::whole(parameters);
        let heard = tch::no_grad(|| self.ear.forward(&mut backend, &batch.features));
        let at_rows = |tensor: &Tensor| tensor.narrow(1, late_hops, rows);
        let (emotion, style) = (at_rows(&motion.emotion), at_rows(&motion.style));
        let made = self.net.forward(&mut backend, &at_rows(&heard), &emotion, &style);
        let predicted = board_rows(&mut backend, &made);
        let parts = motion_losses(&predicted, &motion.first_rows(rows), &self.scale, &self.config);
        let kept = |part: &LossPart| matches!(part.name, "position" | "velocity");
        Losses { parts: parts.into_iter().filter(kept).collect(), measures: Vec::new() }
    }
}

fn board_rows(backend: &mut TorchBackend<'_>, standard: &Tensor) -> Tensor {
    let scale = backend.constant(Generator::CONTROL_SCALE, &[CONTROL_COUNT], Init::Constant(1.0));
    let mean = backend.constant(Generator::CONTROL_MEAN, &[CONTROL_COUNT], Init::Constant(0.0));
    standard * scale + mean
}

/// A trained baseline that makes rows from sound.
pub struct AutoregressiveModel {
    ear: Ear,
    net: Autoregressive,
    // libtorch's tensors may move between threads, but not be shared.
    parameters: Mutex<ParameterStore>,
}

impl AutoregressiveModel {
    /// The baseline in the folder of its run.
    ///
    /// # Errors
    /// [`TrainError`] when there is no finished run of this stage.
    pub fn load(folder: &Path) -> Result<Self> {
        let record = RunRecord::read(folder)?;
        if record.stage != AUTOREGRESSIVE_STAGE {
            let (folder, stage) = (folder.display(), &record.stage);
            let message = format!("{folder} holds a run of stage {stage}, wanted {AUTOREGRESSIVE_STAGE}");
            return Err(TrainError::Config(message));
        }
        let shape = record.config.shape.ear;
        let net = Autoregressive { heard_channels: shape.channels };
        let model =
            Self { ear: Ear { shape }, net, parameters: Mutex::new(ParameterStore::new(Device::Cpu)) };
        let silence = vec![0.0; 320];
        let _ = model.rows(&silence, &[0.0; EMOTION_COUNT as usize]);
        {
            let mut parameters = model.parameters.lock().unwrap_or_else(PoisonError::into_inner);
            parameters.set_all(&read_tensors(&folder.join(BEST_WEIGHTS))?, &[""])?;
        }
        Ok(model)
    }

    /// Board-185 rows `[row, 185]` of 16 kHz samples in one emotion, average style.
    ///
    /// # Errors
    /// libtorch's.
    pub fn rows(&self, samples: &[f32], emotion: &[f32]) -> Result<Vec<f32>> {
        let late_hops = self.ear.shape.look_ahead_hops();
        let rows = samples.len().div_ceil(320) as i64;
        let mut padded = samples.to_vec();
        padded.resize((rows + late_hops + 2) as usize * 320, 0.0);
        let mut features = Vec::new();
        LogMel::new().push(&padded, &mut features);
        features.truncate((rows + late_hops) as usize * FEATURES_PER_HOP as usize);
        let features = Tensor::from_slice(&features).reshape([1, -1, FEATURES_PER_HOP]);
        let emotion =
            Tensor::from_slice(emotion).reshape([1, 1, EMOTION_COUNT]).expand([1, rows, EMOTION_COUNT], true);
        let style = Tensor::zeros([1, rows, STYLE_COUNT], (Kind::Float, Device::Cpu));
        let mut parameters = self.parameters.lock().unwrap_or_else(PoisonError::into_inner);
        let made = tch::no_grad(|| {
            let mut backend = TorchBackend::whole(&mut parameters);
            let heard = self.ear.forward(&mut backend, &features).narrow(1, late_hops, rows);
            let made = self.net.forward(&mut backend, &heard, &emotion, &style);
            board_rows(&mut backend, &made)
        });
        Ok(Vec::<f32>::try_from(made.reshape([-1]).contiguous())?)
    }
}
