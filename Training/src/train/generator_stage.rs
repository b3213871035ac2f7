//! Stage 2: the generator learns to perform what the ear hears.

use super::autocast::Autocast;
use super::calibration::{CALIBRATION_FILE, ContactScores};
use super::checkpoint::write_json;
use super::correlation_stage::Supervisor;
use super::ear_stage::{PhoneLosses, with};
use super::error::Result;
use super::losses::{MotionLossConfig, MotionScale, contact_loss, motion_losses};
use super::run::{Losses, Objective};
use super::window::Batch;
use crate::nets::generator::Conditions;
use crate::nets::{Backend, Init, LiveNet, ParameterStore, TorchBackend};
use std::path::Path;
use tch::{Kind, Tensor};

/// Name of the learnt offset `[style_channels]` of the captured speaker; not exported.
const CAPTURED_IDENTITY: &str = "identity.captured";

/// Speech encoder and generator together.
pub struct GeneratorObjective {
    /// The network.
    pub net: LiveNet,
    /// The encoder's own losses, kept as a regulariser.
    pub phones: PhoneLosses,
    /// Standardisation and lip gap.
    pub scale: MotionScale,
    /// The correlation module, where one supervises.
    pub supervisor: Option<Supervisor>,
    /// Loss weights.
    pub config: MotionLossConfig,
}

impl Objective for GeneratorObjective {
    fn name(&self) -> &'static str {
        "generator"
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let Some(motion) = &batch.motion else {
            return Losses { parts: Vec::new(), measures: Vec::new() };
        };
        let mut backend = TorchBackend::whole(parameters);
        let width = self.net.generator.shape.style_channels;
        let identity = backend.param(CAPTURED_IDENTITY, &[width], Init::Constant(0.0));
        let (heard, rows, contact_logits) = with(autocast, || {
            let heard = self.net.encoder.forward(&mut backend, &batch.features);
            let identity = &motion.captured * identity;
            let conditions =
                Conditions { emotion: &motion.emotion, style: &motion.style, identity: Some(&identity) };
            let moved = self.net.generator.forward(&mut backend, &heard, &conditions);
            let float = |tensor: &Tensor| tensor.to_kind(Kind::Float);
            (float(&heard), float(&moved.rows), float(&moved.contact_logits))
        });
        let row_count = motion.rows.size()[1];
        let late_hops = self.net.look_ahead_hops();
        let compared = rows.narrow(1, late_hops, row_count);
        let mut parts = motion_losses(&compared, motion, &self.scale, &self.config);
        let logits = contact_logits.narrow(1, self.net.contact_look_ahead_hops(), row_count);
        parts.push(contact_loss(&logits, motion, self.config.contact));
        parts.extend(self.supervisor.iter().map(|module| module.loss(&compared, motion, autocast)));
        let ear = self.phones.losses_of(&mut backend, &heard, batch, late_hops);
        parts.extend(ear.parts.into_iter().map(|mut part| {
            part.weight *= self.config.ear;
            part
        }));
        let mut measures = ear.measures;
        measures.extend(self.lip_measures(&compared, motion));
        Losses { parts, measures }
    }

    fn measure_best(&self, parameters: &mut ParameterStore, held_out: &[Batch], folder: &Path) -> Result<()> {
        let smooth = self.net.generator.shape.smooth;
        let mut scores = [ContactScores::new(smooth), ContactScores::new(smooth)];
        for batch in held_out {
            let Some(motion) = &batch.motion else { continue };
            let logits = tch::no_grad(|| self.contact_logits(parameters, batch));
            // Captures carry no contact labels.
            let performed = motion.captured.reshape([-1]).eq(0.0).nonzero().squeeze_dim(-1);
            let labels = [&motion.bilabial, &motion.labiodental];
            for (contact, (scores, label)) in scores.iter_mut().zip(labels).enumerate() {
                let logits = logits.select(-1, contact as i64);
                scores.add(&logits.index_select(0, &performed), &label.index_select(0, &performed))?;
            }
        }
        write_json(&folder.join(CALIBRATION_FILE), &scores.map(|scores| scores.calibrate()))
    }
}

impl GeneratorObjective {
    /// Contact logits `[batch, row, 2]`.
    fn contact_logits(&self, parameters: &mut ParameterStore, batch: &Batch) -> Tensor {
        let mut backend = TorchBackend::whole(parameters);
        let heard = self.net.encoder.forward(&mut backend, &batch.features);
        let logits = self.net.generator.contact_logits(&mut backend, &heard);
        logits.narrow(1, self.net.contact_look_ahead_hops(), batch.phones.size()[1])
    }

    /// Part of the held bilabial rows whose gap is shut, and part of the clearly open rows whose gap is not.
    fn lip_measures(
        &self,
        rows: &Tensor,
        motion: &super::window::BatchMotion,
    ) -> [(&'static str, Tensor); 2] {
        let (gap_mm, wanted_mm) = (self.scale.gap.gap_mm(rows), self.scale.gap.gap_mm(&motion.rows));
        let part = |hits: Tensor, of: &Tensor| {
            let of = of.to_kind(Kind::Float);
            (hits.to_kind(Kind::Float) * &of).sum(Kind::Float) / of.sum(Kind::Float).clamp_min(1.0)
        };
        let performed = motion.captured.squeeze_dim(-1).eq(0.0);
        let shut = motion.bilabial.ge(0.999).logical_and(&performed);
        let open = wanted_mm.ge(self.config.clearly_open_mm).logical_and(&performed);
        // Twice the gap that the loss asks for: what a viewer still takes as shut.
        let limit_mm = 2.0 * self.config.shut_mm;
        [("lips_shut", part(gap_mm.le(limit_mm), &shut)), ("lips_open", part(gap_mm.gt(limit_mm), &open))]
    }
}
