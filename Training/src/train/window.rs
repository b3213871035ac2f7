//! One training window and a batch of them.

use super::labels::ARTICULATION_COUNT;
use crate::nets::{CONTROL_COUNT, EMOTION_COUNT, STYLE_COUNT};
use tch::{Device, Kind, Tensor};

/// Rows that a window's network output is compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowMotion {
    /// Weights of the emotions, `[hop, emotion]`.
    pub emotion: Vec<f32>,
    /// Style axes, `[8]`.
    pub style: Vec<f32>,
    /// Board-185 rows, `[hop, 185]`.
    pub rows: Vec<f32>,
    /// 1 for supervised controls, `[185]`.
    pub mask: Vec<f32>,
    /// `[hop]`: 1 inside the hold of a bilabial closure.
    pub bilabial: Vec<f32>,
    /// `[hop]`: the same for lip on teeth.
    pub labiodental: Vec<f32>,
    /// Whether the rows were captured from a face, not performed.
    pub captured: bool,
}

/// One window of speech with labels; row `k` of every label is at `k * 320` samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// What the encoder takes: features `[hop, 160]` or samples `[hop, 320]`.
    pub features: Vec<f32>,
    /// Class of each hop `[hop]`: phone index, or emotion index in windows of [`super::voice_clips`];
    /// [`super::labels::UNKNOWN`] where not known.
    pub phones: Vec<i64>,
    /// Articulation `[hop, 4]`; counts where the phone is known.
    pub articulation: Vec<f32>,
    /// Motion, in windows for the generator.
    pub motion: Option<WindowMotion>,
}

/// Tensors of [`WindowMotion`] for a batch.
#[derive(Debug)]
pub struct BatchMotion {
    /// `[batch, hop, emotion]`, by step.
    pub emotion: Tensor,
    /// `[batch, hop, 8]`, by step.
    pub style: Tensor,
    /// `[batch, row, 185]`.
    pub rows: Tensor,
    /// `[batch, 1, 185]`.
    pub mask: Tensor,
    /// `[batch, row]`.
    pub bilabial: Tensor,
    /// `[batch, row]`.
    pub labiodental: Tensor,
    /// `[batch, 1, 1]`: 1 for captured windows.
    pub captured: Tensor,
}

/// A batch for a network of some look-ahead. Labels have `hop - look-ahead` rows: row `r` belongs to the output of step
/// `r + look-ahead`.
#[derive(Debug)]
pub struct Batch {
    /// What the encoder takes, `[batch, hop, feature]`.
    pub features: Tensor,
    /// `[batch, row]`, int64: phones, or emotions of the voice.
    pub phones: Tensor,
    /// `[batch, row, 4]`.
    pub articulation: Tensor,
    /// Motion, in batches for the generator.
    pub motion: Option<BatchMotion>,
}

impl Batch {
    /// Stacks windows of `hop_count` hops each, for a network that looks `look_ahead_hops` ahead; all windows have
    /// motion or none has.
    pub fn stack(windows: &[Window], hop_count: usize, look_ahead_hops: i64) -> Self {
        let (batch, hops) = (windows.len() as i64, hop_count as i64);
        let rows = hops - look_ahead_hops;
        let stacked = |values: &dyn Fn(&Window) -> &[f32], width: i64| {
            let all: Vec<f32> = windows.iter().flat_map(|window| values(window).iter().copied()).collect();
            Tensor::from_slice(&all).reshape([batch, -1, width])
        };
        let features: Vec<f32> = windows.iter().flat_map(|window| window.features.iter().copied()).collect();
        let phones: Vec<i64> = windows.iter().flat_map(|window| window.phones.iter().copied()).collect();
        let motions: Vec<&WindowMotion> =
            windows.iter().filter_map(|window| window.motion.as_ref()).collect();
        Self {
            features: Tensor::from_slice(&features).reshape([batch, hops, -1]),
            phones: Tensor::from_slice(&phones).reshape([batch, hops]).narrow(1, 0, rows),
            articulation: stacked(&|window| &window.articulation, ARTICULATION_COUNT as i64)
                .narrow(1, 0, rows),
            motion: (!motions.is_empty()).then(|| BatchMotion::stack(&motions, hops, rows)),
        }
    }

    /// The same batch on `device`.
    pub fn to_device(&self, device: Device) -> Self {
        Self {
            features: self.features.to_device(device),
            phones: self.phones.to_device(device),
            articulation: self.articulation.to_device(device),
            motion: self.motion.as_ref().map(|motion| BatchMotion {
                emotion: motion.emotion.to_device(device),
                style: motion.style.to_device(device),
                rows: motion.rows.to_device(device),
                mask: motion.mask.to_device(device),
                bilabial: motion.bilabial.to_device(device),
                labiodental: motion.labiodental.to_device(device),
                captured: motion.captured.to_device(device),
            }),
        }
    }
}

impl BatchMotion {
    /// The same with only the first `rows` rows; emotion and style, which go by step, stay whole.
    pub fn first_rows(&self, rows: i64) -> Self {
        let (first, same) = (|tensor: &Tensor| tensor.narrow(1, 0, rows), Tensor::shallow_clone);
        Self {
            emotion: same(&self.emotion),
            style: same(&self.style),
            rows: first(&self.rows),
            mask: same(&self.mask),
            bilabial: first(&self.bilabial),
            labiodental: first(&self.labiodental),
            captured: same(&self.captured),
        }
    }

    fn stack(motions: &[&WindowMotion], hops: i64, rows: i64) -> Self {
        let batch = motions.len() as i64;
        let stacked = |values: &dyn Fn(&WindowMotion) -> &[f32], width: i64| {
            let all: Vec<f32> = motions.iter().flat_map(|motion| values(motion).iter().copied()).collect();
            Tensor::from_slice(&all).reshape([batch, -1, width])
        };
        let emotion = stacked(&|motion| &motion.emotion, EMOTION_COUNT);
        // The emotion asked for at step m acts on the row that comes out at step m.
        let before = emotion.narrow(1, 0, 1).expand([batch, hops - rows, EMOTION_COUNT], true);
        let emotion = Tensor::cat(&[&before, &emotion], 1);
        let captured: Vec<f32> =
            motions.iter().map(|motion| if motion.captured { 1.0 } else { 0.0 }).collect();
        Self {
            emotion: emotion.narrow(1, 0, hops),
            style: stacked(&|motion| &motion.style, STYLE_COUNT).expand([batch, hops, STYLE_COUNT], true),
            rows: stacked(&|motion| &motion.rows, CONTROL_COUNT).narrow(1, 0, rows),
            mask: stacked(&|motion| &motion.mask, CONTROL_COUNT),
            bilabial: stacked(&|motion| &motion.bilabial, hops).squeeze_dim(1).narrow(1, 0, rows),
            labiodental: stacked(&|motion| &motion.labiodental, hops).squeeze_dim(1).narrow(1, 0, rows),
            captured: Tensor::from_slice(&captured).reshape([batch, 1, 1]).to_kind(Kind::Float),
        }
    }
}
