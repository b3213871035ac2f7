//! FACEGOOD: mouth curves of one real speaker, captured together with the sound.
//!
//! The takes are 30 rows/s of FACEGOOD's own rig weights. They become board-185 rows at 50 Hz through ARKit
//! (`Training/facts/facegood_to_arkit.csv`), and only the mouth controls that the takes really move are supervised.
//!
//! The capture is late: its jaw follows the sound, where a real jaw runs slightly ahead. Rows are therefore read
//! [`CAPTURE_DELAY_ROWS`] later than they are stamped. `the_jaw_of_the_capture_is_late` holds the measured lag.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cstalk_audio::decode_speech;
use cstalk_rig::{Region, Rig, RigId, RigMap};

use super::Split;
use crate::performer::BOARD_COUNT;

/// How many capture rows (1/30 s) the curves lag behind the sound.
pub const CAPTURE_DELAY_ROWS: f64 = 1.5;

/// Rows of the result per second.
const BOARD_ROW_HZ: f64 = 50.0;
/// A weight below this never moved a lip.
const MOVED_WEIGHT: f32 = 0.02;
/// The take that is for evaluation only.
const TEST_TAKE: &str = "1114_3_15";

const MAP_CSV: &str = include_str!("../../facts/facegood_to_arkit.csv");

/// Speech with the face curves that were captured with it.
#[derive(Clone, Debug)]
pub struct CapturedTake {
    /// Name of the take.
    pub id: String,
    /// The sound, 16 kHz mono.
    pub samples: Vec<f32>,
    /// Board-185 rows, `[hop, control]`; row k is at k * 320 samples.
    pub rows: Vec<f32>,
    /// The controls that the capture supervises; the others are 0 in `rows` and say nothing.
    pub mask: [bool; BOARD_COUNT],
    /// Train, or evaluation only.
    pub split: Split,
}

/// What is wrong with a take.
#[derive(Debug, thiserror::Error)]
pub enum FacegoodError {
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A curve table is not what it should be.
    #[error("{path}: {reason}")]
    Table {
        /// The file.
        path: PathBuf,
        /// Wanted and found.
        reason: String,
    },
    /// The sound could not be decoded, or the rig maps are missing.
    #[error("{context}: {source}")]
    Other {
        /// What was being done.
        context: String,
        /// Why it failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The five takes below a folder, in order of name, `1114_3_15` marked as test.
///
/// # Errors
/// A missing or malformed table or sound file; the message names it.
pub fn takes(folder: &Path) -> Result<Vec<CapturedTake>, FacegoodError> {
    let mut tables = Vec::new();
    for path in table_paths(folder)? {
        let table = WeightTable::read(&path)?;
        let sound = path.with_extension("flac");
        let samples = decode_speech(&sound).map_err(|e| other(format!("decoding {}", sound.display()), e))?;
        tables.push((path, table, samples));
    }
    let moved = moved_shapes(tables.iter().map(|(_, table, _)| table));
    let mapping = |e| other("arkit-52 to board-185".into(), e);
    let map = RigMap::between(RigId::Arkit52, RigId::Board185).map_err(mapping)?;
    let mask = supervised_controls(map, &moved).map_err(mapping)?;
    tables
        .into_iter()
        .map(|(path, table, samples)| {
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let split = if id == TEST_TAKE { Split::Test } else { Split::Train };
            let rows = board_rows(&table, map, &mask, samples.len()).map_err(mapping)?;
            Ok(CapturedTake { id, samples, rows, mask, split })
        })
        .collect()
}

fn other(context: String, source: impl std::error::Error + Send + Sync + 'static) -> FacegoodError {
    FacegoodError::Other { context, source: Box::new(source) }
}

fn table_paths(folder: &Path) -> Result<Vec<PathBuf>, FacegoodError> {
    let read = |source| FacegoodError::Read { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// One line of the map: an ARKit column takes at least `weight` times a FACEGOOD column.
struct MapEntry {
    arkit_column: usize,
    facegood_column: &'static str,
    weight: f32,
}

/// The lines of the map that the publisher calls valid.
static MAP: LazyLock<Vec<MapEntry>> = LazyLock::new(|| {
    let rig = Rig::get(RigId::Arkit52);
    MAP_CSV
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let [arkit, facegood_column, weight, "valid", _origin] = fields[..] else { return None };
            Some(MapEntry {
                arkit_column: rig.index_of(arkit)?,
                facegood_column,
                weight: weight.parse().ok()?,
            })
        })
        .collect()
});

/// FACEGOOD weights over time, already gathered into ARKit columns.
struct WeightTable {
    /// ARKit rows, `[capture row, arkit column]`.
    arkit: Vec<f32>,
    /// Rows a second.
    row_hz: f64,
}

impl WeightTable {
    fn read(path: &Path) -> Result<Self, FacegoodError> {
        let text =
            std::fs::read(path).map_err(|source| FacegoodError::Read { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|reason| FacegoodError::Table { path: path.to_owned(), reason })
    }

    fn parse(text: &[u8]) -> Result<Self, String> {
        let width = Rig::get(RigId::Arkit52).columns().len();
        let mut reader = csv::Reader::from_reader(text);
        let header = reader.headers().map_err(|e| e.to_string())?.clone();
        if header.get(0) != Some("time_s") {
            return Err("the first column should be time_s".into());
        }
        let entries: Vec<_> = MAP
            .iter()
            .filter_map(|entry| {
                header.iter().position(|name| name == entry.facegood_column).map(|at| (at, entry))
            })
            .collect();
        if entries.is_empty() {
            return Err("no column of the FACEGOOD rig".into());
        }
        let (mut arkit, mut times) = (Vec::new(), Vec::new());
        for (line, record) in reader.records().enumerate() {
            let record = record.map_err(|e| e.to_string())?;
            let cell = |at: usize| -> Result<f64, String> {
                let text = record.get(at).unwrap_or_default();
                let value = text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
                value.ok_or_else(|| format!("row {line}, column {at}: \"{text}\" is not a number"))
            };
            times.push(cell(0)?);
            let start = arkit.len();
            arkit.resize(start + width, 0.0_f32);
            for (at, entry) in &entries {
                let weight = (cell(*at)? as f32 * entry.weight).clamp(0.0, 1.0);
                let slot = &mut arkit[start + entry.arkit_column];
                *slot = slot.max(weight);
            }
        }
        match times[..] {
            [first, .., last] if last > first => {
                Ok(Self { arkit, row_hz: (times.len() - 1) as f64 / (last - first) })
            }
            _ => Err("fewer than two rows, or times that do not rise".into()),
        }
    }

    /// The ARKit row at a time in seconds, linear between capture rows, held at the ends.
    fn row_at(&self, time_s: f64, out: &mut [f32]) {
        let last = self.arkit.len() / out.len() - 1;
        let position = (time_s * self.row_hz).clamp(0.0, last as f64);
        let before = position as usize;
        let after = (before + 1).min(last);
        let share = (position - before as f64) as f32;
        let width = out.len();
        for (column, value) in out.iter_mut().enumerate() {
            let (a, b) = (self.arkit[before * width + column], self.arkit[after * width + column]);
            *value = a + (b - a) * share;
        }
    }
}

/// The ARKit columns that some take moves.
fn moved_shapes<'a>(tables: impl Iterator<Item = &'a WeightTable>) -> Vec<usize> {
    let width = Rig::get(RigId::Arkit52).columns().len();
    let mut largest = vec![0.0_f32; width];
    for table in tables {
        for row in table.arkit.chunks_exact(width) {
            for (top, value) in largest.iter_mut().zip(row) {
                *top = top.max(*value);
            }
        }
    }
    (0..width).filter(|&column| largest[column] > MOVED_WEIGHT).collect()
}

/// The mouth controls that any of the moved shapes drives.
fn supervised_controls(map: &RigMap, moved: &[usize]) -> cstalk_rig::Result<[bool; BOARD_COUNT]> {
    let board = Rig::get(RigId::Board185);
    let mut shape = vec![0.0; Rig::get(RigId::Arkit52).columns().len()];
    let mut row = [0.0; BOARD_COUNT];
    let mut mask = [false; BOARD_COUNT];
    for &column in moved {
        shape[column] = 1.0;
        map.apply(&shape, &mut row)?;
        shape[column] = 0.0;
        for ((control, value), supervised) in board.columns().iter().zip(row).zip(&mut mask) {
            *supervised |= value.abs() > 1e-4 && is_mouth(control.region);
        }
    }
    Ok(mask)
}

/// Whether a region is part of the visible mouth: lips, their corners and the jaw.
#[must_use]
pub fn is_mouth(region: Region) -> bool {
    matches!(
        region,
        Region::MouthCorners | Region::UpperLip | Region::LowerLip | Region::LipClosure | Region::JawChin
    )
}

fn board_rows(
    table: &WeightTable,
    map: &RigMap,
    mask: &[bool; BOARD_COUNT],
    sample_count: usize,
) -> cstalk_rig::Result<Vec<f32>> {
    let mut arkit = vec![0.0; Rig::get(RigId::Arkit52).columns().len()];
    let hop_count = sample_count.div_ceil(320);
    let mut rows = vec![0.0; hop_count * BOARD_COUNT];
    for (hop, row) in rows.chunks_exact_mut(BOARD_COUNT).enumerate() {
        table.row_at(hop as f64 / BOARD_ROW_HZ + CAPTURE_DELAY_ROWS / table.row_hz, &mut arkit);
        map.apply(&arkit, row)?;
        for (value, supervised) in row.iter_mut().zip(mask) {
            if !supervised {
                *value = 0.0;
            }
        }
    }
    Ok(rows)
}
