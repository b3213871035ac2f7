//! Stage 1: the ear learns phones.

use super::autocast::Autocast;
use super::losses::{EarLossConfig, ear_losses};
use super::run::{Losses, Objective};
use super::window::Batch;
use crate::nets::{Ear, EarShape, ParameterStore, PhoneHead, TorchBackend};
use tch::Tensor;

/// The ear with its phone head.
pub struct EarObjective {
    /// The speech encoder.
    pub ear: Ear,
    /// The classifier.
    pub head: PhoneHead,
    /// Class weights, `[phone]`.
    pub class_weights: Tensor,
    /// Loss weights.
    pub config: EarLossConfig,
}

impl EarObjective {
    /// An ear of `shape` that tells `class_weights.len()` phones apart.
    pub fn new(shape: &EarShape, class_weights: &[f32], config: &EarLossConfig) -> Self {
        Self {
            ear: Ear { shape: shape.clone() },
            head: PhoneHead { channels: shape.channels, phone_count: class_weights.len() as i64 },
            class_weights: Tensor::from_slice(class_weights),
            config: config.clone(),
        }
    }

    /// Losses of what the ear heard, `[batch, hop, channels]`.
    pub fn losses_of(&self, backend: &mut TorchBackend<'_>, heard: &Tensor, batch: &Batch) -> Losses {
        let rows = batch.phones.size()[1];
        let late_hops = self.ear.shape.look_ahead_hops();
        let (logits, articulation) = self.head.forward(backend, &heard.narrow(1, late_hops, rows));
        let (parts, accuracy) = ear_losses(&logits, &articulation, batch, &self.class_weights, &self.config);
        Losses { parts, measures: vec![("accuracy", accuracy)] }
    }
}

impl Objective for EarObjective {
    fn name(&self) -> &'static str {
        "ear"
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let mut backend = TorchBackend::whole(parameters);
        let heard = with(autocast, || self.ear.forward(&mut backend, &batch.features));
        self.losses_of(&mut backend, &heard.to_kind(tch::Kind::Float), batch)
    }
}

/// Runs `forward` under autocast where there is one.
pub(crate) fn with<T>(autocast: Option<&Autocast>, forward: impl FnOnce() -> T) -> T {
    match autocast {
        Some(autocast) => autocast.run(forward),
        None => forward(),
    }
}
