//! One course of learning for the classifier.

use std::time::Instant;

use rand::SeedableRng;
use serde::Serialize;
use tch::nn::OptimizerConfig;
use tch::{Reduction, Tensor, nn};

use super::examples::{Pool, draw_batch};
use super::{AlignError, PhoneNet};
use crate::phones::PHONE_COUNT;

const BATCH_COUNT: usize = 16;
const WEIGHT_DECAY: f64 = 0.01;
const MAX_GRADIENT_NORM: f64 = 2.0;
const LABEL_SMOOTHING: f64 = 0.05;
const REPORT_STRIDE: usize = 50;

/// How long and how fast to learn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) step_count: usize,
    pub(super) peak_rate: f64,
    pub(super) seed: u64,
}

/// One line of the log.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LearningRecord {
    pub(super) stage: String,
    pub(super) step: usize,
    pub(super) step_count: usize,
    pub(super) loss: f64,
    /// Share of feature frames whose phone was right, on the varied speech learnt from.
    pub(super) frame_accuracy: f64,
    pub(super) elapsed_s: f64,
}

/// Teaches `net` from the pools; `report` gets a record every 50 steps.
pub(super) fn learn(
    net: &mut PhoneNet,
    pools: &[Pool<'_>],
    course: Course,
    stage: &str,
    report: &mut dyn FnMut(&LearningRecord) -> Result<(), AlignError>,
) -> Result<(), AlignError> {
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(course.seed);
    let mut optimiser = nn::AdamW::default().wd(WEIGHT_DECAY).build(net.variables(), course.peak_rate)?;
    let mut counts = [0_u64; PHONE_COUNT];
    let started = Instant::now();
    let (mut losses, mut accuracies) = (Vec::new(), Vec::new());
    for step in 0..course.step_count {
        optimiser.set_lr(course.peak_rate * rate_share(step, course.step_count));
        let batch = draw_batch(pools, BATCH_COUNT, &mut counts, &mut random)?;
        let scores = net.scores(&batch.features, true);
        let loss = scores.f_cross_entropy_loss::<Tensor>(
            &batch.labels,
            None,
            Reduction::Mean,
            -100,
            LABEL_SMOOTHING,
        )?;
        optimiser.backward_step_clip_norm(&loss, MAX_GRADIENT_NORM);
        losses.push(loss.f_double_value(&[])?);
        accuracies.push(frame_accuracy(&scores, &batch.labels)?);
        if (step + 1) % REPORT_STRIDE == 0 || step + 1 == course.step_count {
            report(&LearningRecord {
                stage: stage.into(),
                step: step + 1,
                step_count: course.step_count,
                loss: mean(&losses),
                frame_accuracy: mean(&accuracies),
                elapsed_s: started.elapsed().as_secs_f64(),
            })?;
            losses.clear();
            accuracies.clear();
        }
    }
    net.set_prior(&counts)
}

/// Share of the peak learning rate: a short rise, then half a cosine down to 2 %.
fn rate_share(step: usize, step_count: usize) -> f64 {
    let rise = (step_count as f64 * 0.08).max(1.0);
    let at = step as f64 + 1.0;
    if at < rise {
        return at / rise;
    }
    let progress = (at - rise) / (step_count as f64 - rise).max(1.0);
    0.02 + 0.98 * 0.5 * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos())
}

fn frame_accuracy(scores: &Tensor, labels: &Tensor) -> Result<f64, AlignError> {
    let _guard = tch::no_grad_guard();
    let known = labels.f_ge(0)?;
    let right = scores.f_argmax(1, false)?.f_eq_tensor(labels)?.f_logical_and(&known)?;
    let known_count = known.f_sum(tch::Kind::Double)?.f_double_value(&[])?;
    Ok(right.f_sum(tch::Kind::Double)?.f_double_value(&[])? / known_count.max(1.0))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls() {
        let shares: Vec<f64> = (0..100).map(|step| rate_share(step, 100)).collect();
        assert!(shares[0] < 0.2 && shares[99] < 0.03);
        assert!(shares[7..].windows(2).all(|pair| pair[1] <= pair[0]));
        assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
    }
}
