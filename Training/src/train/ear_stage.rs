//! Stage 1: the ear learns phones.

use super::autocast::Autocast;
use super::losses::{EarLossConfig, ear_losses};
use super::run::{Losses, Objective};
use super::window::Batch;
use crate::nets::{Ear, EarShape, ParameterStore, PhoneHead, TorchBackend};
use tch::Tensor;

/// What a speech encoder is asked about phones.
pub struct PhoneLosses {
    /// The classifier.
    pub head: PhoneHead,
    /// Class weights, `[phone]`.
    pub class_weights: Tensor,
    /// Loss weights.
    pub config: EarLossConfig,
}

impl PhoneLosses {
    /// For an encoder of so many `channels` that has `class_weights.len()` phones to tell apart.
    pub fn new(channels: i64, class_weights: &[f32], config: &EarLossConfig) -> Self {
        Self {
            head: PhoneHead { channels, phone_count: class_weights.len() as i64 },
            class_weights: Tensor::from_slice(class_weights),
            config: config.clone(),
        }
    }

    /// Losses of what the encoder heard, `[batch, hop, channels]`, of which step `m` is for row `m - late_hops`.
    pub fn losses_of(
        &self,
        backend: &mut TorchBackend<'_>,
        heard: &Tensor,
        batch: &Batch,
        late_hops: i64,
    ) -> Losses {
        let rows = batch.phones.size()[1];
        let (logits, articulation) = self.head.forward(backend, &heard.narrow(1, late_hops, rows));
        let (parts, accuracy) = ear_losses(&logits, &articulation, batch, &self.class_weights, &self.config);
        Losses { parts, measures: vec![("accuracy", accuracy)] }
    }
}

/// The ear with its phone head.
pub struct EarObjective {
    /// The speech encoder.
    pub ear: Ear,
    /// Its losses.
    pub phones: PhoneLosses,
}

impl EarObjective {
    /// An ear of `shape` that tells `class_weights.len()` phones apart.
    pub fn new(shape: &EarShape, class_weights: &[f32], config: &EarLossConfig) -> Self {
        Self {
            ear: Ear { shape: shape.clone() },
            phones: PhoneLosses::new(shape.channels, class_weights, config),
        }
    }
}

impl Objective for EarObjective {
    fn name(&self) -> &'static str {
        "ear"
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let mut backend = TorchBackend::whole(parameters);
        let heard = with(autocast, || self.ear.forward(&mut backend, &batch.features));
        let late_hops = self.ear.shape.look_ahead_hops();
        self.phones.losses_of(&mut backend, &heard.to_kind(tch::Kind::Float), batch, late_hops)
    }
}

/// Runs `forward` under autocast where there is one.
pub(crate) fn with<T>(autocast: Option<&Autocast>, forward: impl FnOnce() -> T) -> T {
    match autocast {
        Some(autocast) => autocast.run(forward),
        None => forward(),
    }
}
