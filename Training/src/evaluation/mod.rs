//! Evaluation: every figure of a model, with its definition, its uncertainty and baselines beside it.
//!
//! `cstalk-train eval` writes `target/eval/report.json` and `report.html`; `cstalk-train plot` draws curves over a waveform.
//! What counts is in [`contact`] (lip closures and bites from phone labels), [`distance`] (millimetres and control values
//! against a reference), [`signals`] (movement, settling, tremble), [`correlation`] (which regions move together) and
//! [`captured`] (real mouth curves). [`subject`] holds what is judged: the model and the baselines.
//! Absent recordings become named skips, never silence.

pub mod captured;
mod chart;
pub mod cli;
pub mod clips;
pub mod comparison;
pub mod contact;
pub mod correlation;
pub mod distance;
pub mod emotions;
pub mod look_ahead;
pub mod loudness;
pub mod mesh;
pub mod noise;
mod page;
pub mod plot;
pub mod report;
mod run;
pub mod signals;
pub mod speech;
pub mod statistics;
pub mod streaming;
pub mod subject;
pub(crate) mod tables;

use cstalk_rig::{Rig, RigId, RigMap};

/// Controls of a board-185 row.
pub const BOARD_CONTROL_COUNT: usize = 185;

/// What stops an evaluation.
#[derive(Debug, thiserror::Error)]
#[error("{context}: {source}")]
pub struct EvaluationError {
    context: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl EvaluationError {
    pub(crate) fn new(
        context: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { context: context.into(), source: source.into() }
    }
}

/// Result with this module's error.
pub type Result<T> = std::result::Result<T, EvaluationError>;

/// Board-185 rows as ARKit-52 rows, `[row, column]` with the head and eye columns of that rig.
#[must_use]
pub fn arkit_rows(board_rows: &[f32]) -> Vec<f32> {
    let width = Rig::get(RigId::Arkit52).columns().len();
    let mut out = vec![0.0; board_rows.len() / BOARD_CONTROL_COUNT * width];
    if let Ok(map) = RigMap::between(RigId::Board185, RigId::Arkit52) {
        for (row, arkit) in board_rows.chunks_exact(BOARD_CONTROL_COUNT).zip(out.chunks_exact_mut(width)) {
            // Both widths come from the rigs, so the map has nothing to refuse.
            let applied = map.apply(row, arkit);
            debug_assert!(applied.is_ok());
        }
    }
    out
}

/// The column of an ARKit shape; the names used here are checked by a test.
fn arkit_column(name: &str) -> usize {
    Rig::get(RigId::Arkit52).index_of(name).unwrap_or(0)
}

/// The folder of recordings and captures: `CSTALK_DATA`, else `../shared/data` beside the repository.
#[must_use]
pub fn recordings_folder() -> std::path::PathBuf {
    std::env::var_os("CSTALK_DATA").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        std::path::PathBuf::from,
    )
}

/// A folder below [`recordings_folder`]; `None` and a printed skip where it is absent.
#[cfg(test)]
pub(crate) fn shared_data(test: &str, name: &str) -> Option<std::path::PathBuf> {
    let folder = recordings_folder().join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED {test}: no {}", folder.display());
    None
}

/// Writes a file under a temporary name and renames it, so that no reader sees a part.
fn write_whole(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder
        .map_or(Ok(()), std::fs::create_dir_all)
        .map_err(|e| EvaluationError::new(path.display().to_string(), e))?;
    crate::corpus::write_atomically(path, bytes).map_err(|e| EvaluationError::new("writing", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_that_figures_use_exist() {
        for name in
            ["JawOpen", "MouthFunnel", "MouthPucker", "BrowInnerUp", "BrowOuterUpLeft", "BrowOuterUpRight"]
        {
            assert!(Rig::get(RigId::Arkit52).index_of(name).is_some(), "{name}");
        }
        assert!(RigMap::between(RigId::Board185, RigId::Arkit52).is_ok());
    }
}
