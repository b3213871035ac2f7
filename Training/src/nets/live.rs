//! The exported whole: speech encoder and generator.

use super::backend::Backend;
use super::blocks::reach_hops;
use super::ear::{Ear, EarShape};
use super::generator::{Conditions, Generator, GeneratorShape, Motion};
use super::wav2vec2::Wav2Vec2;
use super::{FEATURES_PER_HOP, SAMPLES_PER_HOP};
use serde::{Deserialize, Serialize};

/// Sizes of a [`LiveNet`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveShape {
    /// Sizes of the speech encoder.
    #[serde(default)]
    pub ear: EarShape,
    /// Sizes of the decoder.
    #[serde(default)]
    pub generator: GeneratorShape,
}

/// What hears the speech.
#[derive(Clone, Debug)]
pub enum Encoder {
    /// Log-mel features, causal, trained here.
    Ear(Ear),
    /// Plain samples, a whole window, frozen.
    Wav2Vec2(Wav2Vec2),
}

impl Encoder {
    /// Numbers it takes for a hop: log-mel features or samples.
    pub fn inputs_per_hop(&self) -> i64 {
        match self {
            Self::Ear(_) => FEATURES_PER_HOP,
            Self::Wav2Vec2(_) => SAMPLES_PER_HOP,
        }
    }

    /// Channels of what it hears.
    pub fn channels(&self) -> i64 {
        match self {
            Self::Ear(ear) => ear.shape.channels,
            Self::Wav2Vec2(encoder) => encoder.shape.channels,
        }
    }

    /// `features` `[batch, time, inputs_per_hop]` to `[batch, time, channels]`.
    pub fn forward<B: Backend>(&self, b: &mut B, features: &B::Tensor) -> B::Tensor {
        match self {
            Self::Ear(ear) => ear.forward(b, features),
            Self::Wav2Vec2(encoder) => encoder.forward(b, features),
        }
    }

    /// The output of step `m` is for the row at `m - look_ahead_hops()` hops; none where a window is heard as a whole.
    pub fn look_ahead_hops(&self) -> i64 {
        match self {
            Self::Ear(ear) => ear.shape.look_ahead_hops(),
            Self::Wav2Vec2(_) => 0,
        }
    }
}

/// Speech encoder and generator as one network, causal with an [`Ear`].
#[derive(Clone, Debug)]
pub struct LiveNet {
    /// The speech encoder.
    pub encoder: Encoder,
    /// The decoder.
    pub generator: Generator,
}

impl LiveNet {
    /// The network of these sizes, with an ear.
    pub fn new(shape: &LiveShape) -> Self {
        Self::on(Encoder::Ear(Ear { shape: shape.ear.clone() }), &shape.generator)
    }

    /// A generator of these sizes on any encoder.
    pub fn on(encoder: Encoder, shape: &GeneratorShape) -> Self {
        let generator = Generator { heard_channels: encoder.channels(), shape: shape.clone() };
        Self { encoder, generator }
    }

    /// `features` `[batch, time, inputs_per_hop]` and conditions per hop to rows and contacts.
    pub fn forward<B: Backend>(
        &self,
        b: &mut B,
        features: &B::Tensor,
        conditions: &Conditions<'_, B::Tensor>,
    ) -> Motion<B::Tensor> {
        let heard = self.encoder.forward(b, features);
        self.generator.forward(b, &heard, conditions)
    }

    /// The output of step `m` is the row at `m - look_ahead_hops()` hops.
    pub fn look_ahead_hops(&self) -> i64 {
        self.encoder.look_ahead_hops()
    }

    /// The contacts of step `m` are for the row at `m - contact_look_ahead_hops()` hops: smooth rows show them later.
    pub fn contact_look_ahead_hops(&self) -> i64 {
        self.look_ahead_hops() - self.generator.shape.smoothing_hops()
    }
}

impl LiveShape {
    /// Hops of the past that reach one row of a network with an ear, its own step not counted.
    pub fn reach_hops(&self) -> i64 {
        let (ear, generator) = (&self.ear, &self.generator);
        (ear.kernel - 1)
            + reach_hops(ear.kernel, &ear.dilations)
            + reach_hops(generator.kernel, &generator.dilations)
            + 2 * generator.smoothing_hops()
    }
}
