//! Means and deviations that features and controls are standardised with.

use super::error::Result;
use super::feeder::{WindowSource, make_batch};
use crate::nets::{Ear, Generator, ParameterStore};
use crate::performer::contacts;
use tch::{Kind, Tensor};

const STATISTICS_BATCH: usize = 32;
/// Mel bins of one feature frame; both frames of a hop share their statistics.
const BIN_COUNT: i64 = 80;
/// Deviation below which a predicted control counts as still, in the control's own units.
const SMALLEST_DEVIATION: f64 = 1e-3;
/// Deviations are not taken as smaller than this, lest controls that hardly move outweigh the mouth.
const DEVIATION_FLOOR: f64 = 0.02;

/// Sets the ear's feature constants from `window_count` windows of `source`.
///
/// # Errors
/// Those of the source and of libtorch.
pub fn set_feature_constants(
    parameters: &mut ParameterStore,
    source: &dyn WindowSource,
    window_count: usize,
) -> Result<()> {
    let mut sum = Moments::default();
    for number in batches(window_count) {
        let batch = make_batch(source, number, STATISTICS_BATCH)?;
        sum.add(&batch.features.reshape([-1, BIN_COUNT]));
    }
    let (mean, deviation) = sum.mean_and_deviation();
    let twice = |bins: &Tensor| Tensor::cat(&[bins, bins], 0);
    parameters.set(Ear::FEATURE_MEAN, &twice(&mean.neg()))?;
    parameters.set(Ear::FEATURE_GAIN, &twice(&deviation.clamp_min(0.1).reciprocal()))?;
    Ok(())
}

/// Sets the generator's control constants from performed windows of `source`; `predicted` `[185]` says which controls
/// come out at all.
///
/// # Errors
/// Those of the source and of libtorch.
pub fn set_control_constants(
    parameters: &mut ParameterStore,
    source: &dyn WindowSource,
    window_count: usize,
    predicted: &[bool],
) -> Result<()> {
    let (scale, mean) = control_statistics(source, window_count, predicted)?;
    let moves = scale.gt(0.0).to_kind(Kind::Float);
    parameters.set(Generator::CONTROL_SCALE, &scale)?;
    parameters.set(Generator::CONTROL_MEAN, &mean)?;
    let poses = [contacts::bilabial(), contacts::labiodental()];
    let table = |of: fn(&contacts::ContactPose) -> &[f32]| {
        Tensor::stack(&poses.map(|pose| Tensor::from_slice(of(pose)) * &moves), 0)
    };
    parameters.set(Generator::CONTACT_YIELDS, &table(|pose| &pose.yields))?;
    parameters.set(Generator::CONTACT_HOLDS, &table(|pose| &pose.holds))?;
    Ok(())
}

/// Deviation and mean `[185]` of the controls in `predicted` over performed windows of `source`; both are 0 for controls
/// that are not predicted or do not move.
///
/// # Errors
/// Those of the source and of libtorch.
pub fn control_statistics(
    source: &dyn WindowSource,
    window_count: usize,
    predicted: &[bool],
) -> Result<(Tensor, Tensor)> {
    let mut sum = Moments::default();
    for number in batches(window_count) {
        if let Some(motion) = make_batch(source, number, STATISTICS_BATCH)?.motion {
            sum.add(&motion.rows.reshape([-1, motion.rows.size()[2]]));
        }
    }
    let (mean, deviation) = sum.mean_and_deviation();
    let predicted: Vec<f32> = predicted.iter().map(|on| if *on { 1.0 } else { 0.0 }).collect();
    let moves = Tensor::from_slice(&predicted) * deviation.gt(SMALLEST_DEVIATION).to_kind(Kind::Float);
    Ok((deviation.clamp_min(DEVIATION_FLOOR) * &moves, mean * &moves))
}

/// One over the generator's control scale, 0 where that is 0, `[185]`.
pub fn inverse_deviation(scale: &Tensor) -> Tensor {
    let moves = scale.gt(0.0).to_kind(Kind::Float);
    &moves / (scale + (1.0 - &moves))
}

fn batches(window_count: usize) -> std::ops::Range<u64> {
    0..window_count.div_ceil(STATISTICS_BATCH) as u64
}

#[derive(Default)]
struct Moments {
    count: f64,
    sums: Option<(Tensor, Tensor)>,
}

impl Moments {
    fn add(&mut self, rows: &Tensor) {
        let rows = rows.to_kind(Kind::Double);
        let (sum, squares) = (
            rows.sum_dim_intlist(0, false, Kind::Double),
            rows.square().sum_dim_intlist(0, false, Kind::Double),
        );
        self.count += rows.size()[0] as f64;
        self.sums = Some(match self.sums.take() {
            Some((s, q)) => (s + sum, q + squares),
            None => (sum, squares),
        });
    }

    /// Both 0 where nothing was added.
    fn mean_and_deviation(&self) -> (Tensor, Tensor) {
        let Some((sum, squares)) = &self.sums else {
            let nothing = Tensor::zeros([1], (Kind::Float, tch::Device::Cpu));
            return (nothing.shallow_clone(), nothing);
        };
        let mean = sum / self.count;
        let variance = squares / self.count - mean.square();
        (mean.to_kind(Kind::Float), variance.clamp_min(0.0).sqrt().to_kind(Kind::Float))
    }
}
