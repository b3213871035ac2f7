//! The closed set of operations a network may use.

/// How a parameter starts before anything was learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Every value the same.
    Constant(f64),
    /// Normal with mean zero and this standard deviation.
    Normal(f64),
}

/// Shape of one causal convolution over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CausalConv {
    /// Channels in.
    pub inputs: i64,
    /// Channels out.
    pub outputs: i64,
    /// Taps.
    pub kernel: i64,
    /// Hops between two taps.
    pub dilation: i64,
}

impl CausalConv {
    /// Hops of the past that a stream has to keep: `(kernel - 1) * dilation`.
    pub fn past_hops(&self) -> i64 {
        (self.kernel - 1) * self.dilation
    }
}

/// Shape of one convolution over time without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv1d {
    /// Channels in.
    pub inputs: i64,
    /// Channels out.
    pub outputs: i64,
    /// Taps.
    pub kernel: i64,
    /// Steps in for one step out.
    pub stride: i64,
    /// Groups of channels that do not see each other.
    pub groups: i64,
    /// Whether there is a bias.
    pub bias: bool,
}

/// One interpreter of a network.
///
/// Tensors that flow through a network are `[batch, time, channels]`; parameters are asked for by dotted
/// name, which is also their key in checkpoints and their initialiser's name in an exported graph.
/// `param` is learnt, `constant` is set from statistics and never touched by an optimiser. The operations from
/// [`Backend::signal`] on are for networks that hear a whole window; those with `[batch, channels, time]` say so.
pub trait Backend {
    /// A tensor (libtorch) or the name of a value (ONNX).
    type Tensor;

    /// A learnt parameter of shape `shape`.
    fn param(&mut self, name: &str, shape: &[i64], init: Init) -> Self::Tensor;

    /// A stored parameter that is not trained, of shape `shape`.
    fn constant(&mut self, name: &str, shape: &[i64], init: Init) -> Self::Tensor;

    /// Affine map of the last axis: weight `name.weight` `[outputs, inputs]`, bias `name.bias` `[outputs]`.
    fn linear(&mut self, x: &Self::Tensor, name: &str, inputs: i64, outputs: i64) -> Self::Tensor;

    /// Product of the last axis with the learnt table `name` `[inputs, outputs]`: a weighted sum of its rows.
    fn blend(&mut self, weights: &Self::Tensor, name: &str, inputs: i64, outputs: i64) -> Self::Tensor;

    /// Product of the last axis with the stored table `name` `[inputs, outputs]`, which no optimiser touches.
    fn constant_blend(
        &mut self,
        weights: &Self::Tensor,
        name: &str,
        inputs: i64,
        outputs: i64,
    ) -> Self::Tensor;

    /// Layer normalisation of the last axis: `name.weight`, `name.bias`, both `[channels]`, epsilon 1e-5.
    fn layer_norm(&mut self, x: &Self::Tensor, name: &str, channels: i64) -> Self::Tensor;

    /// Causal dilated convolution over time, as long as its input.
    ///
    /// Tap `k` of the kernel looks `(kernel - 1 - k) * dilation` hops back. Weight `name.weight` is
    /// `[outputs, kernel * inputs]` with tap 0, the oldest, first; bias `name.bias` is `[outputs]`. What lies
    /// before the beginning is zeros; a stream carries the last [`CausalConv::past_hops`] inputs as state `name`.
    fn causal_conv(&mut self, x: &Self::Tensor, name: &str, conv: CausalConv) -> Self::Tensor;

    /// `x` `[batch, time, channels]`, `hops` hops later; zeros before the beginning. A stream carries the last `hops`
    /// inputs as state `name`.
    fn delay(&mut self, x: &Self::Tensor, name: &str, hops: i64, channels: i64) -> Self::Tensor;

    /// Exact GELU.
    fn gelu(&mut self, x: &Self::Tensor) -> Self::Tensor;

    /// Logistic function.
    fn sigmoid(&mut self, x: &Self::Tensor) -> Self::Tensor;

    /// Difference `a - b`, with broadcasting.
    fn sub(&mut self, a: &Self::Tensor, b: &Self::Tensor) -> Self::Tensor;

    /// Sum, with broadcasting.
    fn add(&mut self, a: &Self::Tensor, b: &Self::Tensor) -> Self::Tensor;

    /// Product, with broadcasting.
    fn mul(&mut self, a: &Self::Tensor, b: &Self::Tensor) -> Self::Tensor;

    /// `a` and `b` side by side on the last axis.
    fn join(&mut self, a: &Self::Tensor, b: &Self::Tensor) -> Self::Tensor;

    /// Channels `[start, end)` of the last axis.
    fn channels(&mut self, x: &Self::Tensor, start: i64, end: i64) -> Self::Tensor;

    /// `[batch, time, channels]` as one channel `[batch, 1, time * channels]`.
    fn signal(&mut self, x: &Self::Tensor) -> Self::Tensor;

    /// The last two axes exchanged.
    fn turned(&mut self, x: &Self::Tensor) -> Self::Tensor;

    /// `x` `[batch, channels, time]` with so many zeros before and after; a negative number takes steps away.
    fn pad_time(&mut self, x: &Self::Tensor, before: i64, after: i64) -> Self::Tensor;

    /// Convolution of `[batch, channels, time]`: weight `name.weight` `[outputs, inputs / groups, kernel]`, bias
    /// `name.bias` `[outputs]` if there is one.
    fn conv1d(&mut self, x: &Self::Tensor, name: &str, conv: Conv1d) -> Self::Tensor;

    /// `[batch, channels, time]` with each channel normalised over time: `name.weight`, `name.bias`, both `[channels]`.
    fn time_norm(&mut self, x: &Self::Tensor, name: &str, channels: i64, epsilon: f64) -> Self::Tensor;

    /// Scaled dot-product attention over all of time, `[batch, time, channels]` each, in `heads` equal parts of the
    /// channels.
    fn attention(
        &mut self,
        query: &Self::Tensor,
        key: &Self::Tensor,
        value: &Self::Tensor,
        heads: i64,
        channels: i64,
    ) -> Self::Tensor;
}
