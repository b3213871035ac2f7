//! The procedural performer: phones, prosody, emotion and a speaker's style in, *performed* board-185 curves out.
//!
//! Nobody publishes paired speech and MetaHuman curves in any amount, so the networks learn from an explicit,
//! deterministic model of how a face moves with known phones. Its curves are *performed*, never *captured*.
//!
//! Flow: [`gestures`] (what each phone asks of each articulator) -> [`trajectory`] (coarticulation and lip
//! contacts over time) -> [`controls`] (articulators, [`emotion`] prototypes and [`style`] to board controls) ->
//! [`contacts`] (poses that win over everything that could open the lips).

pub mod cli;
pub mod contacts;
pub mod controls;
pub mod emotion;
pub mod gestures;
pub mod lip_gap;
pub mod prosody;
pub mod style;
pub mod trajectory;

use crate::phones::PhoneSpan;
pub use controls::predicted_controls;
pub use emotion::{EMOTION_COUNT, EMOTION_NAMES};
pub use lip_gap::lip_gap_mm;
pub use prosody::Prosody;
pub use style::{STYLE_COUNT, STYLE_NAMES, Style};

/// Number of columns of a performed row: the board-185 control space.
pub const BOARD_COUNT: usize = 185;
/// Seconds between performed rows: the 20 ms model hop.
pub const HOP_S: f64 = 0.02;

/// Everything the performer may know of one stretch of speech.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// Phones with times in seconds from the start of the stretch, in order; gaps count as silence.
    pub phones: &'a [PhoneSpan],
    /// Effort and accent per hop; at least `hops` long or the last value is held.
    pub prosody: &'a Prosody,
    /// Rows to perform; row `k` is at `k * 20 ms`.
    pub hops: usize,
    /// Emotion weights `[hop, emotion]` in the order of [`EMOTION_NAMES`]; the last row is held, none = neutral.
    pub emotion: &'a [[f32; EMOTION_COUNT]],
    /// The virtual speaker, in the order of [`STYLE_NAMES`], about N(0,1), clamped to +-3.
    pub style: [f32; STYLE_COUNT],
}

/// Performed curves and the contact labels that losses and tests need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    /// Board-185 values `[hop, control]`, in each control's range; unpredicted controls are 0.
    pub rows: Vec<f32>,
    /// `[hop]`: 1 inside the hold of a bilabial closure, 0 outside, between during its approach and release.
    pub bilabial: Vec<f32>,
    /// `[hop]`: the same for lower lip against upper teeth.
    pub labiodental: Vec<f32>,
}

/// Returns the performance of a script: a pure function of its arguments.
#[must_use]
pub fn perform(script: &Script<'_>) -> Performance {
    let style = Style::new(script.style);
    let articulation = trajectory::articulate(script.phones, script.prosody, script.hops, &style);
    let mut performance = Performance {
        rows: vec![0.0; script.hops * BOARD_COUNT],
        bilabial: articulation.iter().map(|pose| pose.bilabial).collect(),
        labiodental: articulation.iter().map(|pose| pose.labiodental).collect(),
    };
    let neutral = emotion::neutral();
    for (hop, (row, pose)) in performance.rows.chunks_exact_mut(BOARD_COUNT).zip(&articulation).enumerate() {
        let weights = script.emotion.get(hop).or(script.emotion.last()).unwrap_or(&neutral);
        controls::write_row(pose, &style, weights, script.prosody.at(hop), row);
    }
    performance
}

#[cfg(test)]
mod tests;
