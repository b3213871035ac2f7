//! The exported whole: ear and generator.

use super::backend::Backend;
use super::blocks::reach_hops;
use super::ear::{Ear, EarShape};
use super::generator::{Conditions, Generator, GeneratorShape, Motion};
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

/// Speech encoder and generator as one causal network.
#[derive(Clone, Debug)]
pub struct LiveNet {
    /// The speech encoder.
    pub ear: Ear,
    /// The decoder.
    pub generator: Generator,
}

impl LiveNet {
    /// The network of these sizes.
    pub fn new(shape: &LiveShape) -> Self {
        Self {
            ear: Ear { shape: shape.ear.clone() },
            generator: Generator { heard_channels: shape.ear.channels, shape: shape.generator.clone() },
        }
    }

    /// `features` `[batch, time, 160]` and conditions per hop to rows and contacts.
    pub fn forward<B: Backend>(
        &self,
        b: &mut B,
        features: &B::Tensor,
        conditions: &Conditions<'_, B::Tensor>,
    ) -> Motion<B::Tensor> {
        let heard = self.ear.forward(b, features);
        self.generator.forward(b, &heard, conditions)
    }

    /// The output of step `m` is the row at `m - look_ahead_hops()` hops.
    pub fn look_ahead_hops(&self) -> i64 {
        self.ear.shape.look_ahead_hops()
    }

    /// Hops of the past that reach one row, its own step not counted.
    pub fn reach_hops(&self) -> i64 {
        let ear = &self.ear.shape;
        let generator = &self.generator.shape;
        (ear.kernel - 1)
            + reach_hops(ear.kernel, &ear.dilations)
            + reach_hops(generator.kernel, &generator.dilations)
    }
}
