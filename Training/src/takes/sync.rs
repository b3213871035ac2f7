//! How late the curves are against the sound.
//!
//! The mouth opening of the curves (inner-lip gap in millimetres) is correlated with the opening that a model hears in the
//! sound, or with its loudness where there is no model, over +-500 ms. Movements slower than a second are taken out of both
//! first, so that phrases do not blur the peak; a parabola through the peak gives the time between rows.
//!
//! Confident means: a correlation of at least 0.35 at the peak, which no other peak (120 ms or further away) comes near to,
//! away from the ends of the search.

use crate::evaluation::statistics::{mean, pearson};
use crate::performer::BOARD_COUNT;
use crate::performer::lip_gap::GapModel;
use crate::train::labels::HOP_S;
use serde::Serialize;

/// Offsets are searched this far either way, ms.
pub const REACH_MS: f64 = 500.0;
/// Offsets smaller than this are left alone: people and models differ by as much.
pub const TOLERATED_MS: f64 = 20.0;

const REACH_ROWS: usize = 25;
/// Rows on either side of a row whose mean is taken out.
const SLOW_ROWS: usize = 25;
/// Second peaks are searched this far away from the first.
const APART_ROWS: usize = 6;
const LEAST_PEAK: f64 = 0.35;
const SECOND_SHARE: f64 = 0.7;

/// The offset of one take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SyncEstimate {
    /// How late the curves are, ms; negative where they are early.
    pub offset_ms: f64,
    /// What the curves were compared with.
    pub against: String,
    /// Correlation at the peak.
    pub peak_r: f64,
    /// The highest other peak.
    pub second_r: f64,
    /// Offset in the last third less that in the first third, ms, where both are clear: clocks that run apart.
    pub drift_ms: Option<f64>,
    /// Whether the peak is high and alone.
    pub confident: bool,
}

/// The offset of board-185 rows against those expected from the sound, both `[hop, control]` from the same time on.
/// `None` where either mouth does not move or there are fewer than 3 s.
pub fn estimate(rows: &[f32], expected: &[f32], against: &str) -> Option<SyncEstimate> {
    let (ours, theirs) = (opening_mm(rows), opening_mm(expected));
    let count = ours.len().min(theirs.len());
    let whole = peak(&ours[..count], &theirs[..count])?;
    let third = |part: usize| {
        let range = part * count / 3..(part + 1) * count / 3;
        peak(&ours[range.clone()], &theirs[range]).filter(|peak| peak.confident())
    };
    let drift_ms = third(0).zip(third(2)).map(|(first, last)| last.offset_ms - first.offset_ms);
    Some(SyncEstimate {
        offset_ms: whole.offset_ms,
        against: against.to_owned(),
        peak_r: whole.r,
        second_r: whole.second_r,
        drift_ms,
        confident: whole.confident(),
    })
}

/// Inner-lip gap of board-185 rows, mm, `[row]`.
pub fn opening_mm(rows: &[f32]) -> Vec<f64> {
    let model = GapModel::measured();
    rows.chunks_exact(BOARD_COUNT).map(|row| f64::from(model.gap_mm(row))).collect()
}

struct Peak {
    offset_ms: f64,
    r: f64,
    second_r: f64,
    at_the_end: bool,
}

impl Peak {
    fn confident(&self) -> bool {
        self.r >= LEAST_PEAK && self.second_r <= SECOND_SHARE * self.r && !self.at_the_end
    }
}

fn peak(ours: &[f64], theirs: &[f64]) -> Option<Peak> {
    let count = ours.len().min(theirs.len());
    if count < 6 * REACH_ROWS {
        return None;
    }
    let (ours, theirs) = (quick(&ours[..count]), quick(&theirs[..count]));
    let middle = &theirs[REACH_ROWS..count - REACH_ROWS];
    let scores: Vec<f64> = (0..=2 * REACH_ROWS)
        .map(|shift| pearson(&ours[shift..shift + middle.len()], middle))
        .collect::<Option<_>>()?;
    let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
    let at_the_end = best == 0 || best + 1 == scores.len();
    let refined = if at_the_end {
        0.0
    } else {
        let (before, after) = (scores[best - 1], scores[best + 1]);
        let bend = before - 2.0 * scores[best] + after;
        if bend < 0.0 { (before - after) / (2.0 * bend) } else { 0.0 }
    };
    let is_peak = |at: usize| {
        at.abs_diff(best) >= APART_ROWS
            && (at == 0 || scores[at - 1] <= scores[at])
            && scores.get(at + 1).is_none_or(|after| *after <= scores[at])
    };
    let others = (0..scores.len()).filter(|&at| is_peak(at)).map(|at| scores[at]);
    Some(Peak {
        offset_ms: (best as f64 + refined - REACH_ROWS as f64) * HOP_S * 1000.0,
        r: scores[best],
        second_r: others.fold(0.0, f64::max),
        at_the_end,
    })
}

/// A curve without its mean over the second around each row.
fn quick(curve: &[f64]) -> Vec<f64> {
    let around = |row: usize| &curve[row.saturating_sub(SLOW_ROWS)..(row + SLOW_ROWS + 1).min(curve.len())];
    (0..curve.len()).map(|row| curve[row] - mean(around(row).iter().copied()).unwrap_or(0.0)).collect()
}
