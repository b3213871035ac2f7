//! The CSTalk generator: speech representation, emotion and style to board-185 rows.

use super::backend::{Backend, Init};
use super::blocks::{Film, ResidualBlock};
use super::{CONTROL_COUNT, EMOTION_COUNT, STYLE_COUNT};
use serde::{Deserialize, Serialize};

/// Sizes of a [`Generator`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorShape {
    /// Channels of every block.
    pub channels: i64,
    /// Taps of every convolution.
    pub kernel: i64,
    /// Dilation of each residual block, hops.
    pub dilations: Vec<i64>,
    /// Numbers in one learnt emotion embedding.
    pub emotion_channels: i64,
    /// Numbers the style vector is projected to.
    pub style_channels: i64,
    /// Whether a row is the mean of three hops, the middle one twice as heavy: it takes the tremble out of lips that make
    /// up their mind hop by hop, and a hop of the look-ahead.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub smooth: bool,
}

impl GeneratorShape {
    /// Hops between what is decided and the row that shows it.
    pub fn smoothing_hops(&self) -> i64 {
        i64::from(self.smooth)
    }
}

impl Default for GeneratorShape {
    fn default() -> Self {
        Self {
            channels: 104,
            kernel: 3,
            dilations: vec![1, 2, 4, 1, 2, 4],
            emotion_channels: 16,
            style_channels: 16,
            smooth: false,
        }
    }
}

/// Conditions of every hop, `[batch, time, _]` each.
pub struct Conditions<'a, T> {
    /// Weights of the named emotions, `[batch, time, emotion]`.
    pub emotion: &'a T,
    /// Style axes, `[batch, time, 8]`, about N(0, 1).
    pub style: &'a T,
    /// An offset to the projected style, broadcast against `[batch, time, style_channels]`: who was captured.
    /// None in performed data and in every exported graph.
    pub identity: Option<&'a T>,
}

/// What the generator returns.
pub struct Motion<T> {
    /// Board-185 rows `[batch, time, 185]`.
    pub rows: T,
    /// Logits of the bilabial and the labiodental contact `[batch, time, 2]`, for the row
    /// [`GeneratorShape::smoothing_hops`] later.
    pub contact_logits: T,
}

/// The causal TCN decoder whose every block is conditioned.
///
/// Lip contacts are not left to regression: two contact strengths are heard in the speech alone and blended
/// over the free row as fixed poses (`row * (1 - c * yields) + c * holds`, the performer's own rule), so neither
/// emotion nor style can reopen or delay a closure.
#[derive(Clone, Debug)]
pub struct Generator {
    /// Channels of what it hears.
    pub heard_channels: i64,
    /// Its sizes.
    pub shape: GeneratorShape,
}

impl Generator {
    /// Name of the constant `[185]`: standard deviation of each predicted control, 0 for the others.
    pub const CONTROL_SCALE: &str = "generator.control_scale";
    /// Name of the constant `[185]`: mean of each predicted control, 0 for the others.
    pub const CONTROL_MEAN: &str = "generator.control_mean";
    /// Name of the constant `[2, 185]`: share of each control that gives way to a full contact.
    pub const CONTACT_YIELDS: &str = "generator.contact_yields";
    /// Name of the constant `[2, 185]`: what a full contact adds to each control.
    pub const CONTACT_HOLDS: &str = "generator.contact_holds";
    /// Name of the constant `[2]` that contact logits are multiplied with: 1 in training, calibrated at export.
    pub const CONTACT_GAIN: &str = "generator.contact_gain";
    /// Name of the constant `[2]` that is then added to the contact logits: 0 in training, calibrated at export.
    pub const CONTACT_SHIFT: &str = "generator.contact_shift";
    /// Name of the constant `[1]` of one half, with which smooth rows are made.
    pub const HALF: &str = "generator.half";
    /// Contacts: bilabial, labiodental.
    pub const CONTACT_COUNT: i64 = 2;

    /// Rows and contacts from `heard` `[batch, time, heard_channels]`.
    ///
    /// The scale and mean constants carry the mask of predicted controls: where both are 0 the output is 0.
    pub fn forward<B: Backend>(
        &self,
        b: &mut B,
        heard: &B::Tensor,
        conditions: &Conditions<'_, B::Tensor>,
    ) -> Motion<B::Tensor> {
        let shape = &self.shape;
        let condition = self.condition(b, conditions);
        let mut x = b.linear(heard, "generator.entry", self.heard_channels, shape.channels);
        for (index, &dilation) in shape.dilations.iter().enumerate() {
            let name = format!("generator.block{index}");
            let film = self.film(b, &name, &condition);
            let block =
                ResidualBlock { channels: shape.channels, kernel: shape.kernel, dilation, centred: false };
            x = block.forward(b, &name, &x, Some(&film));
        }
        let x = b.layer_norm(&x, "generator.exit", shape.channels);
        let standard = b.linear(&x, "generator.head", shape.channels, CONTROL_COUNT);
        let scale = b.constant(Self::CONTROL_SCALE, &[CONTROL_COUNT], Init::Constant(1.0));
        let mean = b.constant(Self::CONTROL_MEAN, &[CONTROL_COUNT], Init::Constant(0.0));
        let scaled = b.mul(&standard, &scale);
        let free = b.add(&scaled, &mean);
        let contact_logits = self.contact_logits(b, heard);
        let contacts = self.contacts(b, &contact_logits);
        let yields = b.constant_blend(&contacts, Self::CONTACT_YIELDS, Self::CONTACT_COUNT, CONTROL_COUNT);
        let holds = b.constant_blend(&contacts, Self::CONTACT_HOLDS, Self::CONTACT_COUNT, CONTROL_COUNT);
        let yielded = b.mul(&free, &yields);
        let kept = b.sub(&free, &yielded);
        let mut rows = b.add(&kept, &holds);
        if shape.smooth {
            for name in ["generator.mean0", "generator.mean1"] {
                rows = Self::mean_with_last(b, name, &rows);
            }
        }
        Motion { rows, contact_logits }
    }

    /// Mean of every row and the one before; twice this is 1/4, 1/2, 1/4.
    fn mean_with_last<B: Backend>(b: &mut B, name: &str, rows: &B::Tensor) -> B::Tensor {
        let half = b.constant(Self::HALF, &[1], Init::Constant(0.5));
        let last = b.delay(rows, name, 1, CONTROL_COUNT);
        let both = b.add(rows, &last);
        b.mul(&both, &half)
    }

    /// Logits of the contacts `[batch, time, 2]` before their calibration.
    pub fn contact_logits<B: Backend>(&self, b: &mut B, heard: &B::Tensor) -> B::Tensor {
        b.linear(heard, "generator.contact", self.heard_channels, Self::CONTACT_COUNT)
    }

    /// Strengths `[batch, time, 2]`; where the lips close on each other they are not at the teeth.
    fn contacts<B: Backend>(&self, b: &mut B, logits: &B::Tensor) -> B::Tensor {
        let gain = b.constant(Self::CONTACT_GAIN, &[Self::CONTACT_COUNT], Init::Constant(1.0));
        let shift = b.constant(Self::CONTACT_SHIFT, &[Self::CONTACT_COUNT], Init::Constant(0.0));
        let sharper = b.mul(logits, &gain);
        let sharper = b.add(&sharper, &shift);
        let both = b.sigmoid(&sharper);
        let bilabial = b.channels(&both, 0, 1);
        let labiodental = b.channels(&both, 1, 2);
        let hidden = b.mul(&labiodental, &bilabial);
        let labiodental = b.sub(&labiodental, &hidden);
        b.join(&bilabial, &labiodental)
    }

    fn condition<B: Backend>(&self, b: &mut B, conditions: &Conditions<'_, B::Tensor>) -> B::Tensor {
        let shape = &self.shape;
        let emotion = b.blend(conditions.emotion, "generator.emotion", EMOTION_COUNT, shape.emotion_channels);
        let mut style = b.linear(conditions.style, "generator.style", STYLE_COUNT, shape.style_channels);
        if let Some(identity) = conditions.identity {
            style = b.add(&style, identity);
        }
        b.join(&emotion, &style)
    }

    fn film<B: Backend>(&self, b: &mut B, name: &str, condition: &B::Tensor) -> Film<B::Tensor> {
        let shape = &self.shape;
        let inputs = shape.emotion_channels + shape.style_channels;
        let both = b.linear(condition, &format!("{name}.film"), inputs, 2 * shape.channels);
        Film {
            gain: b.channels(&both, 0, shape.channels),
            bias: b.channels(&both, shape.channels, 2 * shape.channels),
        }
    }
}
