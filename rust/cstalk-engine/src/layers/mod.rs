//! Procedural motion that the network leaves alone: blinks, gaze and head, each with its own strength.
//!
//! Every layer is a causal function of its seed, the row index and the [`Activity`] so far. It reads no
//! clock, draws its own random numbers and runs at strength 0 too, so a strength changes the controls of its own
//! layer only, whenever it changes, and a streamed run equals a whole one.

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
use crate::fade::Fade;

/// Strength of head motion unless asked otherwise.
pub const DEFAULT_HEAD_MOTION: f32 = 0.5;
/// Largest strength of the gaze: twice as far as eyes usually wander.
pub const GAZE_LIMIT: f32 = 2.0;

/// How strongly the layers move the face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Motion {
    /// Head motion, 0 (still) to 1.
    pub head: f32,
    /// How far blinks shut the lids, 0 (no blinks) to 1 (they meet).
    pub blinks: f32,
    /// How far the gaze wanders, 0 (it stays straight) to [`GAZE_LIMIT`]; 1 is usual.
    pub gaze: f32,
}

impl Default for Motion {
    /// Whole blinks, the usual gaze, and head motion of [`DEFAULT_HEAD_MOTION`].
    fn default() -> Self {
        Self { head: DEFAULT_HEAD_MOTION, blinks: 1.0, gaze: 1.0 }
    }
}

impl Motion {
    /// No layer moves anything.
    pub const STILL: Self = Self { head: 0.0, blinks: 0.0, gaze: 0.0 };

    pub(crate) fn check(&self) -> Result<()> {
        let limits = [
            ("head motion", "0 (still) to 1", self.head, 1.0),
            ("blinks", "0 (none) to 1 (lids meet)", self.blinks, 1.0),
            ("gaze", "0 (straight) to 2 (1 is usual)", self.gaze, GAZE_LIMIT),
        ];
        for (name, wanted, strength, most) in limits {
            if !(0.0..=most).contains(&strength) {
                return Err(EngineError::bad_input(format!("{name}: wanted {wanted}, got {strength}")));
            }
        }
        Ok(())
    }

    fn strengths(&self) -> [f32; 3] {
        [self.head, self.blinks, self.gaze]
    }
}

/// The layers of one stream.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    head: HeadMotion,
    blinks: Blinks,
    gaze: Gaze,
    /// What is asked for, what the last row had, and the way from the one to the other.
    wanted: [f32; 3],
    strengths: [f32; 3],
    fade: Fade,
}

impl Layers {
    /// Layers at their start; the same `seed` and sound give the same motion.
    pub(crate) fn new(rig: &Rig, motion: &Motion, seed: u64, hop_s: f32) -> Result<Self> {
        Ok(Self {
            head: HeadMotion::new(rig, seed, hop_s)?,
            blinks: Blinks::new(rig, seed, hop_s)?,
            gaze: Gaze::new(rig, seed, hop_s)?,
            wanted: motion.strengths(),
            strengths: motion.strengths(),
            fade: Fade::default(),
        })
    }

    /// Other strengths, reached on a straight line over so many rows.
    pub(crate) fn fade_to(&mut self, motion: &Motion, rows: u32) {
        self.wanted = motion.strengths();
        self.fade = Fade::from_values(&self.strengths, rows);
    }

    /// Adds the layers' motion to the next row of the rig.
    pub(crate) fn apply(&mut self, activity: &Activity, row: &mut [f32]) {
        self.strengths = self.wanted;
        self.fade.apply(&mut self.strengths);
        let [head, blinks, gaze] = self.strengths;
        self.head.apply(activity, head, row);
        self.blinks.apply(activity, blinks, row);
        self.gaze.apply(gaze, row);
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
