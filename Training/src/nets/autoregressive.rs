//! A decoder after FaceFormer (CVPR 2022), as a baseline on the same data: every row is made from the rows before it.
//!
//! One transformer decoder layer with a periodic position code and the biased causal attention of the paper's code; the
//! alignment mask lets a row see the one heard hop of its own time, so its cross-attention is an affine map. It runs
//! freely, in training as in use. It is judged, never shipped, so it computes with libtorch only.

use super::backend::{Backend, Init};
use super::{CONTROL_COUNT, EMOTION_COUNT, STYLE_COUNT, TorchBackend};
use tch::{Kind, Tensor};

/// Sizes as FaceFormer has them for its larger set.
const CHANNELS: i64 = 128;
const HEADS: i64 = 4;
const INNER_CHANNELS: i64 = 256;
/// Rows after which the position code repeats: one second.
const PERIOD_ROWS: i64 = 50;

/// The decoder for speech of so many channels.
#[derive(Clone, Copy, Debug)]
pub struct Autoregressive {
    /// Channels of what it hears.
    pub heard_channels: i64,
}

impl Autoregressive {
    /// Standardised rows `[batch, row, 185]` from `heard` `[batch, row, heard_channels]`, emotion weights
    /// `[batch, row, emotion]` and style `[batch, row, 8]`.
    pub fn forward(
        &self,
        b: &mut TorchBackend<'_>,
        heard: &Tensor,
        emotion: &Tensor,
        style: &Tensor,
    ) -> Tensor {
        let name = |part: &str| format!("autoregressive.{part}");
        let rows = heard.size()[1];
        let memory = b.linear(heard, &name("memory"), self.heard_channels, CHANNELS);
        let seen = b.linear(&memory, &name("cross"), CHANNELS, CHANNELS);
        let mood = b.blend(emotion, &name("emotion"), EMOTION_COUNT, CHANNELS);
        let condition = mood + b.linear(style, &name("style"), STYLE_COUNT, CHANNELS);
        let start = b.param(&name("start"), &[1, 1, CONTROL_COUNT], Init::Constant(0.0));
        let mut before = start.expand([heard.size()[0], 1, CONTROL_COUNT], true);
        let (mut keys, mut values, mut out) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..rows {
            let at = |tensor: &Tensor| tensor.narrow(1, row, 1);
            let x = b.linear(&before, &name("embed"), CONTROL_COUNT, CHANNELS) + at(&condition);
            let x = x + position_code(row);
            let all = b.linear(&x, &name("attention"), CHANNELS, 3 * CHANNELS);
            keys.push(all.narrow(2, CHANNELS, CHANNELS));
            values.push(all.narrow(2, 2 * CHANNELS, CHANNELS));
            let mixed = attend(&all.narrow(2, 0, CHANNELS), &Tensor::cat(&keys, 1), &Tensor::cat(&values, 1));
            let mixed = b.linear(&mixed, &name("attention_exit"), CHANNELS, CHANNELS);
            let x = b.layer_norm(&(x + mixed), &name("norm0"), CHANNELS);
            let x = b.layer_norm(&(x + at(&seen)), &name("norm1"), CHANNELS);
            let inner = b.linear(&x, &name("inner"), CHANNELS, INNER_CHANNELS).relu();
            let inner = b.linear(&inner, &name("inner_exit"), INNER_CHANNELS, CHANNELS);
            let x = b.layer_norm(&(x + inner), &name("norm2"), CHANNELS);
            before = b.linear(&x, &name("head"), CHANNELS, CONTROL_COUNT);
            out.push(before.shallow_clone());
        }
        Tensor::cat(&out, 1)
    }
}

/// The periodic sinusoidal code of a row, `[channel]`.
fn position_code(row: i64) -> Tensor {
    let place = (row % PERIOD_ROWS) as f64;
    let values: Vec<f32> = (0..CHANNELS)
        .map(|channel| {
            let angle = place / 10_000f64.powf((channel / 2 * 2) as f64 / CHANNELS as f64);
            (if channel % 2 == 0 { angle.sin() } else { angle.cos() }) as f32
        })
        .collect();
    Tensor::from_slice(&values)
}

/// Attention of the newest row over all rows so far, each head the more forgetful the steeper its slope.
fn attend(query: &Tensor, keys: &Tensor, values: &Tensor) -> Tensor {
    let (batch, count) = (keys.size()[0], keys.size()[1]);
    let width = CHANNELS / HEADS;
    let split = |tensor: &Tensor| tensor.reshape([batch, -1, HEADS, width]).transpose(1, 2);
    let slopes: Vec<f32> =
        (1..=HEADS).map(|head| 2f64.powf(-8.0 * head as f64 / HEADS as f64) as f32).collect();
    let ages: Vec<f32> = (0..count).map(|key| ((count - 1 - key) / PERIOD_ROWS) as f32).collect();
    let bias = Tensor::from_slice(&slopes).reshape([HEADS, 1, 1]) * Tensor::from_slice(&ages).neg();
    let scores = split(query).matmul(&split(keys).transpose(2, 3)) / (width as f64).sqrt() + bias;
    let mixed = scores.softmax(-1, Kind::Float).matmul(&split(values));
    mixed.transpose(1, 2).reshape([batch, 1, CHANNELS])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nets::ParameterStore;
    use tch::Device;

    #[test]
    fn a_row_depends_on_what_was_heard_up_to_it() {
        tch::manual_seed(1);
        let float = (Kind::Float, Device::Cpu);
        let net = Autoregressive { heard_channels: 6 };
        let mut parameters = ParameterStore::new(Device::Cpu);
        let mut b = TorchBackend::whole(&mut parameters);
        let heard = Tensor::randn([1, 12, 6], float);
        let emotion = Tensor::rand([1, 12, EMOTION_COUNT], float);
        let style = Tensor::randn([1, 12, STYLE_COUNT], float);
        let before = net.forward(&mut b, &heard, &emotion, &style);
        let other = heard.copy();
        let _ = other.narrow(1, 5, 1).fill_(2.0);
        let after = net.forward(&mut b, &other, &emotion, &style);
        for row in 0..12 {
            let change = (&after - &before).narrow(1, row, 1).abs().max().double_value(&[]);
            assert_eq!(change > 0.0, row >= 5, "row {row}: {change}");
        }
    }
}
