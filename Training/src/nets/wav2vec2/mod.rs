//! `Wav2Vec2`: the speech encoder of the papers, frozen, from published weights.
//!
//! wav2vec 2.0 (Baevski et al. 2020, section 2 and appendix A), in the variants that are published: norms over
//! groups or layers in the convolutions, norms before or after the blocks of the transformer. Equal to Hugging Face's
//! `Wav2Vec2Model` in evaluation mode on the same weights; dropout, layer drop and masking are training's and absent.
//!
//! It has no state: standardisation, group norm and attention see all of a window, so a model on it is run window by
//! window ([`cstalk_onnx::CardWindow`]).

mod published;
#[cfg(test)]
mod tests;

pub use published::{LoadedWav2Vec2, Wav2Vec2Error};

use super::backend::{Backend, Conv1d, Init};

/// One layer of the convolutions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvLayer {
    /// Channels out.
    pub channels: i64,
    /// Taps.
    pub kernel: i64,
    /// Steps in for one step out.
    pub stride: i64,
}

/// Sizes and variants of a [`Wav2Vec2`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wav2Vec2Shape {
    /// The convolutions, from the samples on.
    pub convs: Vec<ConvLayer>,
    /// Whether the convolutions have biases.
    pub conv_bias: bool,
    /// Norm over time after the first convolution only (`group`), or over channels after each (`layer`).
    pub group_norm: bool,
    /// Channels of the transformer.
    pub channels: i64,
    /// Blocks of the transformer.
    pub layers: i64,
    /// Attention heads.
    pub heads: i64,
    /// Channels inside the feed-forward part of a block.
    pub inner_channels: i64,
    /// Norms before each part of a block and after the last block, instead of after each part.
    pub norm_first: bool,
    /// Taps of the positional convolution.
    pub position_kernel: i64,
    /// Its groups.
    pub position_groups: i64,
    /// Whether the samples are brought to mean 0 and variance 1 first.
    pub standardised: bool,
}

impl Wav2Vec2Shape {
    /// Samples from one vector to the next.
    pub fn stride_samples(&self) -> i64 {
        self.convs.iter().map(|conv| conv.stride).product()
    }

    /// Samples that one vector of the convolutions sees (400 as published).
    pub fn reach_samples(&self) -> i64 {
        let step = |(reach, stride): (i64, i64), conv: &ConvLayer| {
            (reach + (conv.kernel - 1) * stride, stride * conv.stride)
        };
        self.convs.iter().fold((1, 1), step).0
    }
}

/// The encoder.
#[derive(Clone, Debug)]
pub struct Wav2Vec2 {
    /// Its sizes.
    pub shape: Wav2Vec2Shape,
}

/// Added to the variance of the samples.
const SAMPLE_EPSILON: f64 = 1e-7;
/// Added to the variance over time after the first convolution.
const NORM_EPSILON: f64 = 1e-5;

impl Wav2Vec2 {
    /// What the names of all frozen tensors begin with.
    pub const PREFIX: &str = "wav2vec2.";

    /// What the window is heard as: `samples` `[batch, hop, stride]` to `[batch, hop, channels]`.
    ///
    /// A learnt mix of all hidden states (a weight a state), then a learnt layer norm; these two are all that is
    /// trained. Row `k` is centred on the first sample of hop `k`, where row `k` of the curves stands.
    pub fn forward<B: Backend>(&self, b: &mut B, samples: &B::Tensor) -> B::Tensor {
        let signal = self.aligned(b, samples);
        let states = self.hidden_states(b, &signal);
        let count = states.len() as i64;
        let weights = b.param("mix.layers", &[1, 1, count], Init::Constant(1.0 / count as f64));
        let mixed = (0..count).zip(&states).fold(None, |sum, (index, state)| {
            let weight = b.channels(&weights, index, index + 1);
            let part = b.mul(state, &weight);
            Some(match sum {
                None => part,
                Some(sum) => b.add(&sum, &part),
            })
        });
        // There is always a state: the first one is the transformer's input.
        let mixed = mixed.unwrap_or(signal);
        b.layer_norm(&mixed, "mix.exit", self.shape.channels)
    }

    /// `[batch, hop, stride]` as the signal `[batch, 1, sample]` whose vectors are as many as the hops and centred on
    /// their first samples: with a reach of 400 samples 200 zeros in front and 120 samples fewer at the end.
    fn aligned<B: Backend>(&self, b: &mut B, samples: &B::Tensor) -> B::Tensor {
        let signal = b.signal(samples);
        let standard = self.standardised(b, &signal);
        let (reach, stride) = (self.shape.reach_samples(), self.shape.stride_samples());
        let before = reach / 2;
        b.pad_time(standard.as_ref().unwrap_or(&signal), before, reach - stride - before)
    }

    /// All hidden states of `samples` `[batch, 1, sample]`, `[batch, time, channels]` each: the transformer's input,
    /// then what each block gives; the last one is the model's output.
    pub fn reference<B: Backend>(&self, b: &mut B, samples: &B::Tensor) -> Vec<B::Tensor> {
        let standard = self.standardised(b, samples);
        self.hidden_states(b, standard.as_ref().unwrap_or(samples))
    }

    /// The standardised samples, where they are.
    fn standardised<B: Backend>(&self, b: &mut B, signal: &B::Tensor) -> Option<B::Tensor> {
        self.shape.standardised.then(|| b.time_norm(signal, &self.name("standard"), 1, SAMPLE_EPSILON))
    }

    fn hidden_states<B: Backend>(&self, b: &mut B, signal: &B::Tensor) -> Vec<B::Tensor> {
        let heard = self.convolved(b, signal);
        let inputs = self.shape.convs.last().map_or(1, |conv| conv.channels);
        let channels = self.shape.channels;
        let normed = b.layer_norm(&heard, &self.name("feature_projection.layer_norm"), inputs);
        let projected = b.linear(&normed, &self.name("feature_projection.projection"), inputs, channels);
        let mut x = self.with_position(b, &projected);
        let last = self.shape.layers - 1;
        if !self.shape.norm_first {
            x = b.layer_norm(&x, &self.name("encoder.layer_norm"), channels);
        }
        let mut states = vec![];
        for index in 0..self.shape.layers {
            let mut next = self.block(b, &x, &self.name(&format!("encoder.layers.{index}")));
            if self.shape.norm_first && index == last {
                next = b.layer_norm(&next, &self.name("encoder.layer_norm"), channels);
            }
            states.push(std::mem::replace(&mut x, next));
        }
        states.push(x);
        states
    }

    /// The convolutions, `[batch, 1, sample]` to `[batch, time, channels]`.
    fn convolved<B: Backend>(&self, b: &mut B, signal: &B::Tensor) -> B::Tensor {
        let mut inputs = 1;
        let mut x = None;
        for (index, layer) in self.shape.convs.iter().enumerate() {
            let name = self.name(&format!("feature_extractor.conv_layers.{index}"));
            let (channels, bias) = (layer.channels, self.shape.conv_bias);
            let conv = Conv1d {
                inputs,
                outputs: channels,
                kernel: layer.kernel,
                stride: layer.stride,
                groups: 1,
                bias,
            };
            let mut y = b.conv1d(x.as_ref().unwrap_or(signal), &format!("{name}.conv"), conv);
            let norm = format!("{name}.layer_norm");
            if !self.shape.group_norm {
                let by_channel = b.turned(&y);
                let normed = b.layer_norm(&by_channel, &norm, channels);
                y = b.turned(&normed);
            } else if index == 0 {
                y = b.time_norm(&y, &norm, channels, NORM_EPSILON);
            }
            x = Some(b.gelu(&y));
            inputs = channels;
        }
        b.turned(x.as_ref().unwrap_or(signal))
    }

    /// `x` with what a wide grouped convolution over it tells of the places.
    fn with_position<B: Backend>(&self, b: &mut B, x: &B::Tensor) -> B::Tensor {
        let kernel = self.shape.position_kernel;
        let conv = Conv1d {
            inputs: self.shape.channels,
            outputs: self.shape.channels,
            kernel,
            stride: 1,
            groups: self.shape.position_groups,
            bias: true,
        };
        let by_channel = b.turned(x);
        let padded = b.pad_time(&by_channel, kernel / 2, (kernel - 1) / 2);
        let convolved = b.conv1d(&padded, &self.name("encoder.pos_conv_embed.conv"), conv);
        let active = b.gelu(&convolved);
        let position = b.turned(&active);
        b.add(x, &position)
    }

    fn block<B: Backend>(&self, b: &mut B, x: &B::Tensor, name: &str) -> B::Tensor {
        let channels = self.shape.channels;
        let (first, second) = (format!("{name}.layer_norm"), format!("{name}.final_layer_norm"));
        if self.shape.norm_first {
            let normed = b.layer_norm(x, &first, channels);
            let attended = self.attention(b, &normed, name);
            let x = b.add(x, &attended);
            let normed = b.layer_norm(&x, &second, channels);
            let fed = self.feed_forward(b, &normed, name);
            b.add(&x, &fed)
        } else {
            let attended = self.attention(b, x, name);
            let sum = b.add(x, &attended);
            let x = b.layer_norm(&sum, &first, channels);
            let fed = self.feed_forward(b, &x, name);
            let sum = b.add(&x, &fed);
            b.layer_norm(&sum, &second, channels)
        }
    }

    fn attention<B: Backend>(&self, b: &mut B, x: &B::Tensor, name: &str) -> B::Tensor {
        let channels = self.shape.channels;
        let [query, key, value] = ["q_proj", "k_proj", "v_proj"]
            .map(|part| b.linear(x, &format!("{name}.attention.{part}"), channels, channels));
        let attended = b.attention(&query, &key, &value, self.shape.heads, channels);
        b.linear(&attended, &format!("{name}.attention.out_proj"), channels, channels)
    }

    fn feed_forward<B: Backend>(&self, b: &mut B, x: &B::Tensor, name: &str) -> B::Tensor {
        let (channels, inner) = (self.shape.channels, self.shape.inner_channels);
        let wide = b.linear(x, &format!("{name}.feed_forward.intermediate_dense"), channels, inner);
        let active = b.gelu(&wide);
        b.linear(&active, &format!("{name}.feed_forward.output_dense"), inner, channels)
    }

    fn name(&self, published: &str) -> String {
        format!("{}{published}", Self::PREFIX)
    }
}
