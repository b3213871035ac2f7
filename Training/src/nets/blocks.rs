//! The residual block that both halves of the network are made of.

use super::backend::{Backend, CausalConv};

/// Feature-wise gain and bias for one block, `[batch, time, channels]` each; the gain is relative to one.
pub struct Film<T> {
    /// Added to one and multiplied in.
    pub gain: T,
    /// Added.
    pub bias: T,
}

/// `x + pointwise(gelu(film(conv(norm(x)))))`, causal, on `[batch, time, channels]`.
///
/// A centred block sees as much future as past: what it adds to is as late as the middle tap, so every centred block
/// makes its output [`ResidualBlock::delay_hops`] later.
#[derive(Clone, Copy, Debug)]
pub struct ResidualBlock {
    /// Channels in, inside and out.
    pub channels: i64,
    /// Taps of the convolution.
    pub kernel: i64,
    /// Hops between taps.
    pub dilation: i64,
    /// Whether the output belongs to the middle tap instead of the last one.
    pub centred: bool,
}

impl ResidualBlock {
    /// How much later the output is than the input.
    pub fn delay_hops(&self) -> i64 {
        if self.centred { (self.kernel - 1) / 2 * self.dilation } else { 0 }
    }

    /// Applies the block called `name`; `film` is left out where nothing conditions it.
    pub fn forward<B: Backend>(
        &self,
        b: &mut B,
        name: &str,
        x: &B::Tensor,
        film: Option<&Film<B::Tensor>>,
    ) -> B::Tensor {
        let conv = CausalConv {
            inputs: self.channels,
            outputs: self.channels,
            kernel: self.kernel,
            dilation: self.dilation,
        };
        let normed = b.layer_norm(x, &format!("{name}.norm"), self.channels);
        let mut inner = b.causal_conv(&normed, &format!("{name}.conv"), conv);
        if let Some(film) = film {
            let scaled = b.mul(&inner, &film.gain);
            inner = b.add(&inner, &scaled);
            inner = b.add(&inner, &film.bias);
        }
        let active = b.gelu(&inner);
        let mixed = b.linear(&active, &format!("{name}.mix"), self.channels, self.channels);
        match self.delay_hops() {
            0 => b.add(x, &mixed),
            hops => {
                let middle = b.delay(x, &format!("{name}.middle"), hops, self.channels);
                b.add(&middle, &mixed)
            }
        }
    }
}

/// Hops of the past that reach one output of a chain of blocks with these dilations.
pub fn reach_hops(kernel: i64, dilations: &[i64]) -> i64 {
    dilations.iter().map(|dilation| (kernel - 1) * dilation).sum()
}
