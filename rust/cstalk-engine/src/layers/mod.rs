//! Procedural motion that the network leaves alone: blinks, gaze and head, each behind its own switch.
//!
//! Every layer is a causal function of its seed, the row index and the [`Activity`] so far. It reads no
//! clock and draws its own random numbers, so a switch changes the controls of its own layer only and a
//! streamed run equals a whole one.

mod blinks;
mod gaze;
mod head;

use cstalk_rig::Rig;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

pub use blinks::{BLINK_DURATION_S, Blinks};
pub use gaze::Gaze;
pub use head::HeadMotion;

use crate::activity::Activity;
use crate::error::{EngineError, ErrorKind, Result};

/// Which layers run, and how strongly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LayerSettings {
    /// Whether the eyes blink.
    pub(crate) blinks: bool,
    /// Whether the gaze wanders.
    pub(crate) gaze: bool,
    /// Strength of head motion, 0 (still) to 1.
    pub(crate) head_motion: f32,
    /// The same seed and sound give the same motion.
    pub(crate) seed: u64,
}

/// The layers of one stream.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    blinks: Option<Blinks>,
    gaze: Option<Gaze>,
    head: Option<HeadMotion>,
}

impl Layers {
    pub(crate) fn new(rig: &Rig, settings: &LayerSettings, hop_s: f32) -> Result<Self> {
        let seed = settings.seed;
        Ok(Self {
            blinks: settings.blinks.then(|| Blinks::new(rig, seed, hop_s)).transpose()?,
            gaze: settings.gaze.then(|| Gaze::new(rig, seed, hop_s)).transpose()?,
            head: (settings.head_motion > 0.0)
                .then(|| HeadMotion::new(rig, seed, hop_s, settings.head_motion))
                .transpose()?,
        })
    }

    /// Adds the layers' motion to the next row of the rig.
    pub(crate) fn apply(&mut self, activity: &Activity, row: &mut [f32]) {
        if let Some(blinks) = &mut self.blinks {
            blinks.apply(activity, row);
        }
        if let Some(gaze) = &mut self.gaze {
            gaze.apply(row);
        }
        if let Some(head) = &mut self.head {
            head.apply(activity, row);
        }
    }
}

/// A random sequence of its own for each layer: switching one layer off leaves the others as they are.
fn sequence(seed: u64, layer: u64) -> ChaCha8Rng {
    let mut sequence = ChaCha8Rng::seed_from_u64(seed);
    sequence.set_stream(layer);
    sequence
}

fn column(rig: &Rig, name: &str) -> Result<usize> {
    rig.index_of(name).ok_or_else(|| {
        EngineError::new(ErrorKind::BadModel, format!("rig {} has no control `{name}` to move", rig.id()))
    })
}

/// 0 at 0, 1 at 1, flat at both ends.
fn ease(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}
