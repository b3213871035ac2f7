//! One clip under one subject: contacts, distances to the performed reference, tremble.

use super::clips::Clip;
use super::contact::{
    ContactCounts, closure_delays_s, made_closures, match_bites, match_closures, speech_regions, vowel_rows,
    wanted_bites, wanted_closures,
};
use super::distance::FaceDistance;
use super::mesh::FaceMesh;
use super::signals::{BandEnergy, mouth_energy_above};
use super::subject::{Emotion, NEUTRAL, Subject};
use super::{BOARD_CONTROL_COUNT, Result, arkit_column, arkit_rows};

/// Tremble above this frequency is counted against the target, Hz.
pub const TREMBLE_HZ: f64 = 12.0;
/// The real capture is measured above this frequency, Hz.
pub const CAPTURE_TREMBLE_HZ: f64 = 10.0;

/// What one clip shows under one subject.
#[derive(Clone, Debug, Default)]
pub struct ClipFigures {
    /// Lip closures.
    pub closures: ContactCounts,
    /// Delay of each made closure, seconds.
    pub closure_delays_s: Vec<f64>,
    /// Lower lip on upper teeth.
    pub bites: ContactCounts,
    /// Vowels, and those whose middle row looks like a bite.
    pub vowels: (usize, usize),
    /// Distance to the performed reference; `None` for the reference itself.
    pub face: Option<FaceDistance>,
    /// Energy above 12 Hz.
    pub tremble: BandEnergy,
    /// Energy above 10 Hz.
    pub capture_tremble: BandEnergy,
    /// The rows.
    pub rows: Vec<f32>,
}

/// The figures of a clip under a subject at the neutral face; `reference` are the performed rows to compare with.
///
/// # Errors
/// The subject failed.
pub fn judge(
    subject: &Subject,
    clip: &Clip,
    mesh: &FaceMesh,
    reference: Option<&[f32]>,
) -> Result<ClipFigures> {
    let rows = subject.rows(clip, NEUTRAL)?;
    let arkit = arkit_rows(&rows);
    let width = arkit.len() / (rows.len() / BOARD_CONTROL_COUNT).max(1);
    let row = |k: usize| &arkit[k * width..(k + 1) * width];
    let row_count = rows.len() / BOARD_CONTROL_COUNT;
    let gaps_mm = gaps_mm(&arkit, mesh);
    let wanted = wanted_closures(&clip.phones);
    let bite = |k: usize| mesh.bite_distance_mm(row(k));
    let vowels = vowel_rows(&clip.phones, row_count);
    Ok(ClipFigures {
        closures: closures_of(&gaps_mm, clip),
        closure_delays_s: closure_delays_s(&gaps_mm, &wanted),
        bites: match_bites(&wanted_bites(&clip.phones), row_count, bite),
        vowels: (
            vowels.len(),
            vowels.iter().filter(|&&k| bite(k) < super::contact::BITE_DISTANCE_MM).count(),
        ),
        face: reference.map(|reference| FaceDistance::between(mesh, &rows, reference)),
        tremble: mouth_energy_above(&rows, TREMBLE_HZ),
        capture_tremble: mouth_energy_above(&rows, CAPTURE_TREMBLE_HZ),
        rows,
    })
}

/// Only the closures, under any emotion.
///
/// # Errors
/// The subject failed.
pub fn closures(subject: &Subject, clip: &Clip, mesh: &FaceMesh, emotion: Emotion) -> Result<ContactCounts> {
    Ok(closures_of_rows(&subject.rows(clip, emotion)?, clip, mesh))
}

/// The closures of board-185 rows of a clip.
#[must_use]
pub fn closures_of_rows(rows: &[f32], clip: &Clip, mesh: &FaceMesh) -> ContactCounts {
    closures_of(&gaps_mm(&arkit_rows(rows), mesh), clip)
}

fn closures_of(gaps_mm: &[f32], clip: &Clip) -> ContactCounts {
    let regions = speech_regions(&clip.phones);
    match_closures(&wanted_closures(&clip.phones), &made_closures(gaps_mm, &regions), &regions)
}

/// The inner-lip gap of ARKit rows, millimetres, `[row]`.
#[must_use]
pub fn gaps_mm(arkit: &[f32], mesh: &FaceMesh) -> Vec<f32> {
    let width = cstalk_rig::Rig::get(cstalk_rig::RigId::Arkit52).columns().len();
    arkit.chunks_exact(width).map(|row| mesh.lip_gap_mm(row)).collect()
}

/// Jaw opening, rounding (the larger of funnel and pucker) and closure (1 with shut lips, 0 from a gap of 4 mm) of board rows.
#[must_use]
pub fn mouth_curves(board_rows: &[f32], mesh: &FaceMesh) -> [Vec<f64>; 3] {
    let arkit = arkit_rows(board_rows);
    let gaps_mm = gaps_mm(&arkit, mesh);
    mouth_curves_of(&arkit, &gaps_mm)
}

/// The same of ARKit rows whose inner-lip gaps are known, millimetres, `[row]`.
#[must_use]
pub fn mouth_curves_of(arkit: &[f32], gaps_mm: &[f32]) -> [Vec<f64>; 3] {
    let width = cstalk_rig::Rig::get(cstalk_rig::RigId::Arkit52).columns().len();
    let column = |name: &str| super::signals::column(arkit, width, arkit_column(name));
    let rounding =
        column("MouthFunnel").into_iter().zip(column("MouthPucker")).map(|(a, b)| a.max(b)).collect();
    let closure = gaps_mm.iter().map(|gap| (1.0 - f64::from(*gap) / 4.0).clamp(0.0, 1.0)).collect();
    [column("JawOpen"), rounding, closure]
}
