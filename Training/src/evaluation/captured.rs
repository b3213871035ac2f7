//! Real mouth curves: how well a subject follows a speaker who was captured, and when.

use serde::Serialize;

use super::clips::Clip;
use super::contact::ROW_S;
use super::distance::{ControlFigures, FaceDistance, FaceFigures, control_figures};
use super::loudness::loudness_db;
use super::mesh::FaceMesh;
use super::speech::{mouth_curves, mouth_curves_of};
use super::statistics::{Follow, follow};
use super::subject::{NEUTRAL, Subject};
use super::{BOARD_CONTROL_COUNT, Result, arkit_rows};
use crate::corpus::facegood::CapturedTake;
use crate::performer::lip_gap_mm;

/// Lags are searched this far either way, ms.
pub const LAG_REACH_MS: f64 = 200.0;

/// How a subject follows a captured take.
#[derive(Clone, Debug, Serialize)]
pub struct CaptureFigures {
    /// The take.
    pub take: String,
    /// The subject.
    pub subject: String,
    /// Jaw opening; `None` if either side never moves it.
    pub jaw: Option<Follow>,
    /// Rounding: the larger of funnel and pucker.
    pub rounding: Option<Follow>,
    /// Closure: 1 with shut lips, 0 from a gap of 4 mm.
    pub closure: Option<Follow>,
    /// Distances on the evaluation head over the supervised controls (the others at rest on both sides).
    pub face: Option<FaceFigures>,
    /// Distances in the supervised controls.
    pub controls: Option<ControlFigures>,
}

/// Judges a subject on a take.
///
/// # Errors
/// The subject failed.
pub fn judge(subject: &Subject, take: &CapturedTake, mesh: &FaceMesh) -> Result<CaptureFigures> {
    let rows = subject.rows(&clip_of(take), NEUTRAL)?;
    let reference = Reference { take: &take.id, rows: &take.rows, mask: &take.mask };
    Ok(compare(subject.name(), &rows, &reference, Some(mesh)))
}

/// Rows that were captured.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// Name of the take.
    pub take: &'a str,
    /// Board-185 rows, 0 where nothing is supervised.
    pub rows: &'a [f32],
    /// The supervised controls.
    pub mask: &'a [bool; BOARD_CONTROL_COUNT],
}

/// How board-185 `rows` of `subject` follow captured ones. Without the evaluation mesh there are no millimetres, and lip
/// gaps are those of the performer's table.
#[must_use]
pub fn compare(
    subject: &str,
    rows: &[f32],
    reference: &Reference<'_>,
    mesh: Option<&FaceMesh>,
) -> CaptureFigures {
    let mouth = |rows: &[f32]| match mesh {
        Some(mesh) => mouth_curves(rows, mesh),
        None => {
            let gaps_mm: Vec<f32> = rows.chunks_exact(BOARD_CONTROL_COUNT).map(lip_gap_mm).collect();
            mouth_curves_of(&arkit_rows(rows), &gaps_mm)
        }
    };
    let curves = mouth(rows).into_iter().zip(mouth(reference.rows));
    let mut follows = curves.map(|(ours, theirs)| follow(&ours, &theirs, 1.0 / ROW_S, LAG_REACH_MS));
    let (jaw, rounding, closure) =
        (follows.next().flatten(), follows.next().flatten(), follows.next().flatten());
    let mut supervised = rows.to_vec();
    for row in supervised.chunks_exact_mut(BOARD_CONTROL_COUNT) {
        row.iter_mut().zip(reference.mask).filter(|(_, kept)| !**kept).for_each(|(value, _)| *value = 0.0);
    }
    let distance = |mesh| FaceDistance::between(mesh, &supervised, reference.rows).figures();
    CaptureFigures {
        take: reference.take.to_owned(),
        subject: subject.to_owned(),
        jaw,
        rounding,
        closure,
        face: mesh.and_then(distance),
        controls: control_figures(&[(&supervised, reference.rows)], reference.mask),
    }
}

/// How the jaw of board-185 rows follows the loudness of its own sound. A jaw that leads has a negative lag.
#[must_use]
pub fn jaw_behind_loudness(rows: &[f32], samples: &[f32], mesh: &FaceMesh) -> Option<Follow> {
    let [jaw, _, _] = mouth_curves(rows, mesh);
    follow(&jaw, &loudness_db(samples), 1.0 / ROW_S, LAG_REACH_MS)
}

/// The take as a clip without phones.
#[must_use]
pub fn clip_of(take: &CapturedTake) -> Clip {
    Clip {
        id: take.id.clone(),
        set: "facegood".into(),
        lang: "zh".into(),
        speaker: "facegood".into(),
        groups: Vec::new(),
        samples: take.samples.clone(),
        phones: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Split;
    use crate::corpus::facegood::{CAPTURE_DELAY_ROWS, takes};
    use crate::evaluation::shared_data;

    #[test]
    fn the_jaw_of_the_capture_is_late() {
        let test = "the_jaw_of_the_capture_is_late";
        let (Some(folder), Some(mesh)) = (shared_data(test, "face/facegood"), shared_data(test, "mesh"))
        else {
            return;
        };
        let mesh = FaceMesh::load(&mesh).unwrap();
        let takes = takes(&folder).unwrap();
        assert_eq!(takes.len(), 5);
        assert_eq!(takes.iter().filter(|take| take.split == Split::Test).count(), 1);
        for take in &takes {
            assert_eq!(take.rows.len(), take.samples.len().div_ceil(320) * BOARD_CONTROL_COUNT);
            let found = jaw_behind_loudness(&take.rows, &take.samples, &mesh).unwrap();
            let raw_lag_ms = found.lag_ms + CAPTURE_DELAY_ROWS / 30.0 * 1000.0;
            eprintln!("{}: r {:.3}, lag {raw_lag_ms:.0} ms as stamped", take.id, found.best_r);
            assert!(found.best_r > 0.6, "{}: {found:?}", take.id);
            assert!((-10.0..50.0).contains(&raw_lag_ms), "{}: {raw_lag_ms} ms as stamped", take.id);
        }
    }

    #[test]
    fn a_take_follows_itself_and_its_delayed_copy() {
        let test = "a_take_follows_itself_and_its_delayed_copy";
        let (Some(folder), Some(mesh)) = (shared_data(test, "face/facegood"), shared_data(test, "mesh"))
        else {
            return;
        };
        let mesh = FaceMesh::load(&mesh).unwrap();
        let take = takes(&folder).unwrap().pop().unwrap();
        let curves = mouth_curves(&take.rows, &mesh);
        let late = mouth_curves(&[vec![0.0; 2 * BOARD_CONTROL_COUNT], take.rows.clone()].concat(), &mesh);
        for (curve, late) in curves.iter().zip(&late) {
            let found = follow(late, curve, 50.0, LAG_REACH_MS).unwrap();
            assert!((found.lag_ms - 40.0).abs() < 4.0 && found.best_r > 0.99, "{found:?}");
        }
    }
}
