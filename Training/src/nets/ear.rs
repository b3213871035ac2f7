//! `Ear`: log-mel features to a speech representation at 50 Hz.

use super::FEATURES_PER_HOP;
use super::backend::{Backend, CausalConv, Init};
use super::blocks::ResidualBlock;
use serde::{Deserialize, Serialize};

/// Sizes of an [`Ear`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarShape {
    /// Channels of the representation.
    pub channels: i64,
    /// Taps of every convolution.
    pub kernel: i64,
    /// Dilation of each residual block, hops.
    pub dilations: Vec<i64>,
    /// Whether every block sees as much future as past.
    #[serde(default)]
    pub centred: bool,
}

/// Hops between the step that computes a row and the row's time where nothing is centred: 60 ms with the step itself.
const CAUSAL_LOOK_AHEAD_HOPS: i64 = 2;

impl EarShape {
    /// The output of step `m` is for the row at `m - look_ahead_hops()` hops: two hops, or what the centred blocks see
    /// of the future if that is more.
    pub fn look_ahead_hops(&self) -> i64 {
        let delays: i64 = self.blocks().map(|block| block.delay_hops()).sum();
        delays.max(CAUSAL_LOOK_AHEAD_HOPS)
    }

    fn blocks(&self) -> impl Iterator<Item = ResidualBlock> {
        let (channels, kernel, centred) = (self.channels, self.kernel, self.centred);
        self.dilations.iter().map(move |&dilation| ResidualBlock { channels, kernel, dilation, centred })
    }
}

impl Default for EarShape {
    fn default() -> Self {
        Self { channels: 128, kernel: 3, dilations: vec![1, 2, 4, 8, 1, 2], centred: false }
    }
}

/// The speech encoder.
#[derive(Clone, Debug)]
pub struct Ear {
    /// Its sizes.
    pub shape: EarShape,
}

impl Ear {
    /// Name of the constant `[160]` that is subtracted from the features.
    pub const FEATURE_MEAN: &str = "ear.feature_shift";
    /// Name of the constant `[160]` that the features are multiplied with after the shift.
    pub const FEATURE_GAIN: &str = "ear.feature_gain";

    /// `features` `[batch, time, 160]`, ln mel energies, to `[batch, time, channels]`.
    pub fn forward<B: Backend>(&self, b: &mut B, features: &B::Tensor) -> B::Tensor {
        let width = FEATURES_PER_HOP;
        let shift = b.constant(Self::FEATURE_MEAN, &[width], Init::Constant(0.0));
        let gain = b.constant(Self::FEATURE_GAIN, &[width], Init::Constant(1.0));
        let shifted = b.add(features, &shift);
        let normal = b.mul(&shifted, &gain);
        let entry = CausalConv {
            inputs: width,
            outputs: self.shape.channels,
            kernel: self.shape.kernel,
            dilation: 1,
        };
        let mut x = b.causal_conv(&normal, "ear.entry", entry);
        for (index, block) in self.shape.blocks().enumerate() {
            x = block.forward(b, &format!("ear.block{index}"), &x, None);
        }
        b.layer_norm(&x, "ear.exit", self.shape.channels)
    }
}

/// What the ear is pre-trained on; never exported.
#[derive(Clone, Debug)]
pub struct PhoneHead {
    /// Channels of the ear.
    pub channels: i64,
    /// Phone classes, silence included.
    pub phone_count: i64,
}

impl PhoneHead {
    /// Articulatory outputs, in this order: bilabial and labiodental (logits), rounding and jaw opening (0..1).
    pub const ARTICULATION_COUNT: i64 = 4;

    /// `heard` `[batch, time, channels]` to phone logits `[batch, time, phone]` and articulation
    /// `[batch, time, 4]`.
    pub fn forward<B: Backend>(&self, b: &mut B, heard: &B::Tensor) -> (B::Tensor, B::Tensor) {
        let phones = b.linear(heard, "phone_head.phone", self.channels, self.phone_count);
        let articulation =
            b.linear(heard, "phone_head.articulation", self.channels, Self::ARTICULATION_COUNT);
        (phones, articulation)
    }
}
