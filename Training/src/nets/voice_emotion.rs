//! `VoiceEmotion`: which emotion a voice carries, hop by hop.

use super::backend::{Backend, Init};
use super::ear::{Ear, EarShape};
use serde::{Deserialize, Serialize};

/// Sizes of a [`VoiceEmotion`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VoiceEmotionShape {
    /// Sizes of the speech encoder.
    pub ear: EarShape,
    /// Channels that are averaged over time.
    pub pooled_channels: i64,
    /// The longer average is over 2 to the power of this many hops.
    pub pooled_octaves: u32,
    /// Channels between the averages and the output.
    pub hidden_channels: i64,
}

impl Default for VoiceEmotionShape {
    fn default() -> Self {
        Self {
            ear: EarShape { channels: 48, kernel: 3, dilations: vec![2, 4, 8, 16], centred: false },
            pooled_channels: 32,
            pooled_octaves: 7,
            hidden_channels: 48,
        }
    }
}

/// Octaves between the longer and the shorter average.
const OCTAVES_BETWEEN: u32 = 2;

/// A small causal classifier: an [`Ear`] of its own, a gate that says which hops count, and two running means.
///
/// The means are sums over the last 2^k hops, made of k delays, so that a stream and a whole clip agree to the last
/// bits of rounding. The normalisation after them divides by what the gate let through.
#[derive(Clone, Debug)]
pub struct VoiceEmotion {
    /// Its sizes.
    pub shape: VoiceEmotionShape,
    /// Emotions that it tells apart.
    pub emotion_count: i64,
}

impl VoiceEmotion {
    /// `features` `[batch, time, 160]`, ln mel energies, to logits `[batch, time, emotion]`.
    pub fn forward<B: Backend>(&self, b: &mut B, features: &B::Tensor) -> B::Tensor {
        let shape = &self.shape;
        let heard = Ear { shape: shape.ear.clone() }.forward(b, features);
        let gate = b.linear(&heard, "voice_emotion.gate", shape.ear.channels, 1);
        let gate = b.sigmoid(&gate);
        let values = b.linear(&heard, "voice_emotion.value", shape.ear.channels, shape.pooled_channels);
        let values = b.gelu(&values);
        let values = b.mul(&values, &gate);
        let mut sum = b.join(&values, &gate);
        let width = shape.pooled_channels + 1;
        let mut shorter = None;
        for octave in 0..shape.pooled_octaves {
            if octave + OCTAVES_BETWEEN == shape.pooled_octaves {
                shorter = Some(self.mean(b, &sum, octave));
            }
            let before = b.delay(&sum, &format!("voice_emotion.pool{octave}"), 1 << octave, width);
            sum = b.add(&sum, &before);
        }
        let longer = self.mean(b, &sum, shape.pooled_octaves);
        let (both, width) = match shorter {
            Some(shorter) => (b.join(&shorter, &longer), 2 * width),
            None => (longer, width),
        };
        let both = b.layer_norm(&both, "voice_emotion.norm", width);
        let hidden = b.linear(&both, "voice_emotion.hidden", width, shape.hidden_channels);
        let hidden = b.gelu(&hidden);
        b.linear(&hidden, "voice_emotion.head", shape.hidden_channels, self.emotion_count)
    }

    /// The output of step `m` is for the row at `m - look_ahead_hops()` hops.
    pub fn look_ahead_hops(&self) -> i64 {
        self.shape.ear.look_ahead_hops()
    }

    fn mean<B: Backend>(&self, b: &mut B, sum: &B::Tensor, octaves: u32) -> B::Tensor {
        let share = 1.0 / f64::from(1u32 << octaves);
        let scale = b.constant(&format!("voice_emotion.share{octaves}"), &[1], Init::Constant(share));
        b.mul(sum, &scale)
    }
}
