//! What a shorter look-ahead costs: the closures that a viewer sees when faces are shown before their rows can be there.
//!
//! A model with a look-ahead of A ms gives the row of a moment A ms of sound after it. Shown L ms after the sound, with
//! L < A, the newest row there is lags the sound by A - L. So the rows of the model, A - L later, are judged against the
//! phones. From L = A on a longer look-ahead changes nothing: the model hears no farther. Other trade-offs need other
//! networks, each trained for its look-ahead; this curve is of one network.

use serde::Serialize;

use super::BOARD_CONTROL_COUNT;
use super::arkit_rows;
use super::clips::Clip;
use super::contact::{ContactCounts, ROW_S, closure_delays_s, wanted_closures};
use super::mesh::FaceMesh;
use super::speech::{closures_of_rows, gaps_mm};
use super::statistics::{Estimate, bootstrap, percentile};

/// Look-aheads that are tried, ms.
pub const LOOK_AHEADS_MS: [f64; 6] = [0.0, 20.0, 40.0, 60.0, 120.0, 240.0];

/// Closures of one set at one look-ahead.
#[derive(Clone, Debug, Serialize)]
pub struct LookAheadFigures {
    /// Corpus.
    pub set: String,
    /// Sound heard beyond the moment that is shown, ms.
    pub look_ahead_ms: f64,
    /// How far the shown rows lag their sound, ms.
    pub lag_ms: f64,
    /// Clips.
    pub clip_count: usize,
    /// F1 of closures.
    pub f1: Option<Estimate>,
    /// Median closure delay, ms.
    pub delay_median_ms: Option<f64>,
}

/// Judges the rows that a model with a look-ahead of `model_ms` gave for some clips of a set.
#[must_use]
pub fn judge(set: &str, clips: &[(&Clip, &[f32])], model_ms: f64, mesh: &FaceMesh) -> Vec<LookAheadFigures> {
    let at = |look_ahead_ms: f64| {
        let lag_rows = ((model_ms - look_ahead_ms).max(0.0) / (ROW_S * 1e3)).round() as usize;
        let late: Vec<(&Clip, Vec<f32>)> =
            clips.iter().map(|(clip, rows)| (*clip, later(rows, lag_rows))).collect();
        let counts: Vec<ContactCounts> =
            late.iter().map(|(clip, rows)| closures_of_rows(rows, clip, mesh)).collect();
        let delays = |(clip, rows): &(&Clip, Vec<f32>)| {
            closure_delays_s(&gaps_mm(&arkit_rows(rows), mesh), &wanted_closures(&clip.phones))
        };
        let mut delays_ms: Vec<f64> = late.iter().flat_map(delays).map(|s| s * 1e3).collect();
        LookAheadFigures {
            set: set.to_owned(),
            look_ahead_ms,
            lag_ms: lag_rows as f64 * ROW_S * 1e3,
            clip_count: clips.len(),
            f1: bootstrap(&counts, |picked| picked.copied().sum::<ContactCounts>().f1()),
            delay_median_ms: percentile(&mut delays_ms, 50.0),
        }
    };
    LOOK_AHEADS_MS.map(at).into()
}

/// The same rows so many rows later; the first one stands until then.
fn later(rows: &[f32], lag_rows: usize) -> Vec<f32> {
    let width = BOARD_CONTROL_COUNT;
    let row_count = rows.len() / width;
    let row = |at: usize| &rows[at * width..(at + 1) * width];
    (0..row_count).flat_map(|at| row(at.saturating_sub(lag_rows))).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_rows_are_the_same_rows() {
        let rows: Vec<f32> =
            (0..4 * BOARD_CONTROL_COUNT).map(|at| (at / BOARD_CONTROL_COUNT) as f32).collect();
        let firsts =
            |rows: &[f32]| -> Vec<f32> { rows.iter().step_by(BOARD_CONTROL_COUNT).copied().collect() };
        assert_eq!(firsts(&later(&rows, 0)), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(firsts(&later(&rows, 1)), [0.0, 0.0, 1.0, 2.0]);
        assert_eq!(firsts(&later(&rows, 9)), [0.0; 4]);
        assert!(later(&[], 3).is_empty());
    }
}
