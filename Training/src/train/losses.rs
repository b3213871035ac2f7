//! What a good ear and a good face are, as numbers to make smaller.

use super::window::{Batch, BatchMotion};
use crate::nets::{CONTROL_COUNT, PhoneHead};
use crate::performer::lip_gap::GapModel;
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor};

/// One named part of a loss; the sum of `weight * value` is minimised.
#[derive(Debug)]
pub struct LossPart {
    /// Its name in the log.
    pub name: &'static str,
    /// Scalar.
    pub value: Tensor,
    /// Weight in the sum.
    pub weight: f64,
}

/// Weights of the ear's losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EarLossConfig {
    /// Of the articulatory heads against the phones.
    pub articulation: f64,
    /// Exponent on a phone's share that its class weight falls with.
    pub class_exponent: f64,
    /// Part of the label that is spread over all classes.
    pub label_smoothing: f64,
}

impl Default for EarLossConfig {
    fn default() -> Self {
        Self { articulation: 0.5, class_exponent: 0.25, label_smoothing: 0.05 }
    }
}

/// Class weights `[phone]` with mean 1 over the rows: rare phones weigh more, silence half.
pub fn class_weights(shares: &[f64], exponent: f64) -> Vec<f32> {
    let mut weights: Vec<f64> = shares.iter().map(|share| share.max(1e-4).powf(-exponent)).collect();
    if let Some(silence) = weights.first_mut() {
        *silence *= 0.5;
    }
    let mean: f64 = weights.iter().zip(shares).map(|(weight, share)| weight * share).sum();
    weights.iter().map(|weight| (weight / mean.max(1e-9)) as f32).collect()
}

/// Losses of phone logits `[batch, row, phone]` and articulation `[batch, row, 4]` against a batch's labels, and the
/// part of rows whose phone is right.
pub fn ear_losses(
    logits: &Tensor,
    articulation: &Tensor,
    batch: &Batch,
    class_weights: &Tensor,
    config: &EarLossConfig,
) -> (Vec<LossPart>, Tensor) {
    let known = batch.phones.ge(0).to_kind(Kind::Float);
    let count = known.sum(Kind::Float).clamp_min(1.0);
    let (phone, right) = class_loss(logits, &batch.phones, class_weights, config.label_smoothing);

    let contacts = 2;
    let values = PhoneHead::ARTICULATION_COUNT - contacts;
    let wanted = &batch.articulation;
    let articulation = articulation.to_kind(Kind::Float);
    let contact = articulation
        .narrow(-1, 0, contacts)
        .binary_cross_entropy_with_logits::<Tensor>(
            &wanted.narrow(-1, 0, contacts),
            None,
            None,
            tch::Reduction::None,
        )
        .sum_dim_intlist(-1, false, Kind::Float);
    let opening = (articulation.narrow(-1, contacts, values) - wanted.narrow(-1, contacts, values))
        .square()
        .sum_dim_intlist(-1, false, Kind::Float);
    let articulation = ((contact + opening * 4.0) * &known).sum(Kind::Float) / &count;

    let parts = vec![
        LossPart { name: "phone", value: phone, weight: 1.0 },
        LossPart { name: "articulation", value: articulation, weight: config.articulation },
    ];
    (parts, right)
}

/// Cross-entropy of logits `[batch, row, class]` against `labels` `[batch, row]` where they are known, weighted by class
/// (`[class]`), with `smoothing` of each label spread over all classes; and the part of known rows whose class is right.
pub fn class_loss(
    logits: &Tensor,
    labels: &Tensor,
    class_weights: &Tensor,
    smoothing: f64,
) -> (Tensor, Tensor) {
    let known = labels.ge(0).to_kind(Kind::Float);
    let count = known.sum(Kind::Float).clamp_min(1.0);
    let classes = logits.size()[2];
    let labels = labels.clamp_min(0);
    let log_posteriors = logits.to_kind(Kind::Float).log_softmax(-1, Kind::Float);
    let hit = log_posteriors.gather(-1, &labels.unsqueeze(-1), false).squeeze_dim(-1);
    let spread = log_posteriors.mean_dim(-1, false, Kind::Float);
    let smoothing = if classes > 1 { smoothing } else { 0.0 };
    let row = (hit * (1.0 - smoothing) + spread * smoothing).neg();
    let weights = class_weights.index_select(0, &labels.reshape([-1])).view_as(&labels) * &known;
    let loss = (&row * &weights).sum(Kind::Float) / weights.sum(Kind::Float).clamp_min(1e-6);
    let right = log_posteriors.argmax(-1, false).eq_tensor(&labels).to_kind(Kind::Float) * &known;
    (loss, right.sum(Kind::Float) / count)
}

/// Weights of the generator's losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MotionLossConfig {
    /// Squared error of standardised controls.
    pub position: f64,
    /// Squared error of their change from row to row.
    pub velocity: f64,
    /// Lips that do not close where they should. Keep it small: the jaw alone carries most of the gap, and a heavy
    /// weight shuts it for good.
    pub closure: f64,
    /// Lips that close, or nearly, where they should be apart.
    pub false_closure: f64,
    /// Squared error of the lip gap itself, in units of [`GAP_UNIT_MM`].
    pub gap: f64,
    /// Cross-entropy of the two contact strengths.
    pub contact: f64,
    /// Lower lips that are not at the teeth in f and v: weight of these rows' mouth controls besides.
    pub labiodental: f64,
    /// Factor on the mouth controls.
    pub mouth: f64,
    /// Regions that do not fit each other, where a correlation module supervises.
    pub correlation: f64,
    /// The ear's own losses, kept as a regulariser.
    pub ear: f64,
    /// Gap that counts as shut, mm.
    pub shut_mm: f64,
    /// Gap that counts as open, mm.
    pub open_mm: f64,
    /// Rows whose wanted gap is above this must not be nearly shut, mm.
    pub clearly_open_mm: f64,
}

impl Default for MotionLossConfig {
    fn default() -> Self {
        Self {
            position: 1.0,
            velocity: 0.7,
            closure: 0.02,
            false_closure: 0.5,
            gap: 1.0,
            contact: 1.0,
            labiodental: 1.0,
            mouth: 2.0,
            correlation: 0.1,
            ear: 0.2,
            shut_mm: 0.5,
            open_mm: 2.8,
            clearly_open_mm: 3.2,
        }
    }
}

/// Lip gap error that costs as much as one standardised control that is one deviation off, mm.
pub const GAP_UNIT_MM: f64 = 3.0;

/// The inner lip gap of rows as tensors, so that gradients pass.
#[derive(Debug)]
pub struct GapTensors {
    constant_mm: f64,
    linear_mm: Tensor,
    together: Tensor,
    jaw_index: i64,
    product_mm: f64,
}

impl GapTensors {
    /// Of a gap model.
    pub fn new(model: &GapModel, device: Device) -> Self {
        let mut together = vec![0.0f32; CONTROL_COUNT as usize];
        for index in model.together_indices {
            together[index] = 1.0 / model.together_indices.len() as f32;
        }
        Self {
            constant_mm: f64::from(model.constant_mm),
            linear_mm: Tensor::from_slice(&model.linear_mm).to_device(device),
            together: Tensor::from_slice(&together).to_device(device),
            jaw_index: model.jaw_index as i64,
            product_mm: f64::from(model.product_mm),
        }
    }

    /// Gap `[batch, row]` of rows `[batch, row, 185]`, mm.
    pub fn gap_mm(&self, rows: &Tensor) -> Tensor {
        let jaw = rows.select(-1, self.jaw_index);
        rows.matmul(&self.linear_mm) + jaw * rows.matmul(&self.together) * self.product_mm + self.constant_mm
    }
}

/// Tensors that the generator's losses need besides the batch.
#[derive(Debug)]
pub struct MotionScale {
    /// One over each control's deviation, 0 for controls that are not predicted, `[185]`.
    pub inverse_deviation: Tensor,
    /// Emphasis on mouth, jaw and tongue controls, 0 for the others, `[185]`.
    pub mouth: Tensor,
    /// Lip gap.
    pub gap: GapTensors,
}

/// Losses of predicted rows `[batch, row, 185]` against a batch's.
pub fn motion_losses(
    predicted: &Tensor,
    motion: &BatchMotion,
    scale: &MotionScale,
    config: &MotionLossConfig,
) -> Vec<LossPart> {
    let mean = |loss: &Tensor, weights: &Tensor| {
        (loss * weights).sum(Kind::Float) / weights.expand_as(loss).sum(Kind::Float).clamp_min(1.0)
    };
    let error = (predicted - &motion.rows) * &scale.inverse_deviation;
    let weights = &motion.mask * (&scale.mouth * (config.mouth - 1.0) + 1.0) * scale.inverse_deviation.sign();
    let position = mean(&error.square(), &weights);
    let rows = error.size()[1];
    let change = error.narrow(1, 1, rows - 1) - error.narrow(1, 0, rows - 1);
    let velocity = mean(&change.square(), &weights);

    let performed: Tensor = 1.0 - motion.captured.squeeze_dim(-1);
    let wanted_mm = scale.gap.gap_mm(&motion.rows);
    let gap_mm = scale.gap.gap_mm(predicted);
    let shut = motion.bilabial.ge(0.999).to_kind(Kind::Float) * &performed;
    let open = wanted_mm.ge(config.clearly_open_mm).to_kind(Kind::Float) * &performed;
    let too_open = hinge(&(&gap_mm - config.shut_mm));
    let too_shut = hinge(&(config.open_mm - &gap_mm));
    let closure = mean(&too_open, &shut);
    let false_closure = mean(&too_shut, &open);
    let off = (&gap_mm - &wanted_mm) / GAP_UNIT_MM;
    let gap = mean(&off.square(), &performed.expand_as(&off));
    let teeth_rows = motion.labiodental.unsqueeze(-1) * &performed.unsqueeze(-1);
    let teeth_weights = teeth_rows * (&scale.mouth * scale.inverse_deviation.sign());
    let labiodental = mean(&error.square(), &teeth_weights);
    vec![
        LossPart { name: "position", value: position, weight: config.position },
        LossPart { name: "velocity", value: velocity, weight: config.velocity },
        LossPart { name: "closure", value: closure, weight: config.closure },
        LossPart { name: "false_closure", value: false_closure, weight: config.false_closure },
        LossPart { name: "gap", value: gap, weight: config.gap },
        LossPart { name: "labiodental", value: labiodental, weight: config.labiodental },
    ]
}

/// Cross-entropy of contact logits `[batch, row, 2]` against the performed contact strengths.
pub fn contact_loss(logits: &Tensor, motion: &BatchMotion, weight: f64) -> LossPart {
    let wanted = Tensor::stack(&[&motion.bilabial, &motion.labiodental], -1);
    let performed: Tensor = 1.0 - &motion.captured;
    let each = logits.binary_cross_entropy_with_logits::<Tensor>(&wanted, None, None, tch::Reduction::None)
        * &performed;
    let count = performed.expand_as(&each).sum(Kind::Float).clamp_min(1.0);
    LossPart { name: "contact", value: each.sum(Kind::Float) / count, weight }
}

/// The square of what is above zero, linear from a few millimetres on so that a wide miss does not drown the rest.
fn hinge(excess_mm: &Tensor) -> Tensor {
    let above = excess_mm.relu();
    above.square() / (above * 0.25 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_phones_weigh_more_and_the_mean_is_one() {
        let shares = [0.5, 0.3, 0.15, 0.05];
        let weights = class_weights(&shares, 0.25);
        assert!(weights[3] > weights[2] && weights[2] > weights[1] && weights[1] > weights[0]);
        let mean: f64 = weights.iter().zip(shares).map(|(weight, share)| f64::from(*weight) * share).sum();
        assert!((mean - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_gap_in_tensors_is_the_performers() {
        let model = GapModel::measured();
        let rows: Vec<f32> = (0..3 * 185).map(|n| ((n * 37 % 101) as f32) / 400.0).collect();
        let tensors = GapTensors::new(&model, Device::Cpu);
        let gaps = tensors.gap_mm(&Tensor::from_slice(&rows).reshape([1, 3, 185]));
        for (row, values) in rows.chunks(185).enumerate() {
            let got = gaps.double_value(&[0, row as i64]);
            assert!((got - f64::from(model.gap_mm(values))).abs() < 1e-3);
        }
    }

    #[test]
    fn an_open_mouth_in_a_closure_costs_and_a_shut_one_does_not() {
        let motion = |bilabial: f32| BatchMotion {
            emotion: Tensor::zeros([1, 4, crate::nets::EMOTION_COUNT], (Kind::Float, Device::Cpu)),
            style: Tensor::zeros([1, 4, 8], (Kind::Float, Device::Cpu)),
            rows: Tensor::zeros([1, 2, 185], (Kind::Float, Device::Cpu)),
            mask: Tensor::ones([1, 1, 185], (Kind::Float, Device::Cpu)),
            bilabial: Tensor::full([1, 2], f64::from(bilabial), (Kind::Float, Device::Cpu)),
            labiodental: Tensor::zeros([1, 2], (Kind::Float, Device::Cpu)),
            captured: Tensor::zeros([1, 1, 1], (Kind::Float, Device::Cpu)),
        };
        let model = GapModel::measured();
        let scale = MotionScale {
            inverse_deviation: Tensor::ones([185], (Kind::Float, Device::Cpu)),
            mouth: Tensor::zeros([185], (Kind::Float, Device::Cpu)),
            gap: GapTensors::new(&model, Device::Cpu),
        };
        let mut open = vec![0.0f32; 2 * 185];
        open[model.jaw_index] = 0.5;
        open[185 + model.jaw_index] = 0.5;
        let open = Tensor::from_slice(&open).reshape([1, 2, 185]);
        let closure = |rows: &Tensor, bilabial: f32| {
            let parts = motion_losses(rows, &motion(bilabial), &scale, &MotionLossConfig::default());
            parts.iter().find(|part| part.name == "closure").unwrap().value.double_value(&[])
        };
        assert!(closure(&open, 1.0) > 10.0);
        assert_eq!(closure(&open, 0.0), 0.0);
        assert!(closure(&Tensor::zeros([1, 2, 185], (Kind::Float, Device::Cpu)), 1.0) < 0.2);
    }
}
