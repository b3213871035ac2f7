//! Curves of any rig and format as board-185 rows at 50 Hz, with the controls that the source can tell.
//!
//! A control is supervised where a column of the source that really moves drives it, and the models predict it. Eyelids
//! are not: a capture's blinks do not come from the speech, and the engine blinks by itself.

use super::pairs::TakeFiles;
use super::{Result, TakeError};
use crate::corpus::facegood::is_mouth;
use crate::performer::{self, BOARD_COUNT};
use crate::train::labels::{HOP_S, HOP_SAMPLES};
use cstalk_audio::decode_speech;
use cstalk_rig::formats::{Format, Imported, ReadOptions, read_take};
use cstalk_rig::{Region, Rig, RigId, RigMap, Unit};

/// A column that moves less than this over the whole take is still.
const STILL_RANGE: f32 = 0.02;
/// How far a weight may lie outside its range before it is counted: solvers round.
const RANGE_SLACK: f32 = 1e-3;

/// A file of curves and its sound, as read.
pub struct SourceTake {
    /// Stem of its files.
    pub name: String,
    /// Format of the curves.
    pub format: Format,
    /// The curves as the file has them.
    pub imported: Imported,
    /// The sound, 16 kHz mono.
    pub samples: Vec<f32>,
    /// Columns of the source's rig that move, `[column]`.
    pub moves: Vec<bool>,
    /// Controls of board-185 that the source supervises.
    pub mask: [bool; BOARD_COUNT],
}

/// One column of the source with values outside its range.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct OutOfRange {
    /// The control.
    pub control: String,
    /// Values outside.
    pub value_count: usize,
    /// The value that is furthest outside.
    pub worst: f32,
    /// How far that is.
    pub beyond: f32,
}

/// Reads the curves of a take, and its sound. What is wrong with the sound comes beside the take, so that its curves can be
/// looked at nevertheless.
///
/// # Errors
/// [`TakeError::Curves`] naming file, line and value.
pub fn read(files: &TakeFiles) -> Result<(SourceTake, Option<TakeError>)> {
    let (samples, wrong) = match sound_of(files) {
        Ok(samples) => (samples, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let format = Format::of_file(&files.curves)?;
    let imported = read_take(&files.curves, &ReadOptions { format: Some(format), ..ReadOptions::default() })?;
    let moves = moving_columns(&imported);
    let mask = supervised(imported.take.rig(), &moves)?;
    Ok((SourceTake { name: files.name.clone(), format, imported, samples, moves, mask }, wrong))
}

fn sound_of(files: &TakeFiles) -> Result<Vec<f32>> {
    let Some(sound) = &files.sound else {
        let reason = "no sound: wanted a wav, flac, mp3, m4a or ogg of the same name beside the curves";
        return Err(TakeError::path(&files.curves, reason));
    };
    Ok(decode_speech(sound)?)
}

impl SourceTake {
    /// Time of the last row of curves, seconds.
    pub fn last_row_s(&self) -> f64 {
        self.imported.take.rate().time_s(self.imported.take.row_count().saturating_sub(1))
    }

    /// Length of the sound, seconds.
    pub fn sound_s(&self) -> f64 {
        self.samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ)
    }

    /// Hops of the curves, sound or not.
    pub fn curve_hops(&self) -> std::ops::Range<usize> {
        0..(self.last_row_s() / HOP_S + 1e-6) as usize + 1
    }

    /// Hops of the sound that also have curves, when the curves lie `offset_ms` late.
    pub fn common_hops(&self, offset_ms: f64) -> std::ops::Range<usize> {
        let offset_s = offset_ms / 1000.0;
        let first = (-offset_s / HOP_S).ceil().max(0.0) as usize;
        let last = ((self.last_row_s() - offset_s) / HOP_S + 1e-6).floor();
        let end = if last < 0.0 { 0 } else { last as usize + 1 };
        let end = end.min(self.samples.len() / HOP_SAMPLES);
        first.min(end)..end
    }

    /// Board-185 rows `[hop, control]` for `hops` of the sound, the curves being `offset_ms` late. Sparse rows are linear
    /// between, values are put into their range, and controls that are not supervised are 0.
    ///
    /// # Errors
    /// [`TakeError::Curves`] for a take without rows.
    pub fn board_rows(&self, hops: std::ops::Range<usize>, offset_ms: f64) -> Result<Vec<f32>> {
        let take = &self.imported.take;
        let map = RigMap::between(take.rig(), RigId::Board185)?;
        let board = Rig::get(RigId::Board185).columns();
        let mut source = vec![0.0; take.column_count()];
        let mut rows = vec![0.0; hops.len() * BOARD_COUNT];
        for (hop, row) in hops.zip(rows.chunks_exact_mut(BOARD_COUNT)) {
            take.sample_at(hop as f64 * HOP_S + offset_ms / 1000.0, &mut source)?;
            map.apply(&source, row)?;
            for ((value, supervised), control) in row.iter_mut().zip(self.mask).zip(board) {
                *value = if supervised { control.clamped(*value) } else { 0.0 };
            }
        }
        Ok(rows)
    }

    /// Columns with weights outside their range, the worst first.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        let take = &self.imported.take;
        let controls = Rig::get(take.rig()).columns().iter().enumerate();
        let mut found: Vec<OutOfRange> = controls
            .filter(|(_, control)| control.unit == Unit::Weight)
            .filter_map(|(column, control)| {
                let name = control.name.clone();
                let mut outside = OutOfRange { control: name, value_count: 0, worst: 0.0, beyond: 0.0 };
                for value in take.curve(column) {
                    let beyond = (value - control.max).max(control.min - value);
                    outside.value_count += usize::from(beyond > RANGE_SLACK);
                    if beyond > outside.beyond {
                        (outside.worst, outside.beyond) = (value, beyond);
                    }
                }
                (outside.value_count > 0).then_some(outside)
            })
            .collect();
        found.sort_by(|a, b| b.beyond.total_cmp(&a.beyond));
        found
    }

    /// Whether the source supervises any control of the visible mouth, its opening included.
    pub fn tells_the_mouth(&self) -> bool {
        let board = Rig::get(RigId::Board185);
        let opening = board.index_of("CTRL_C_jaw.ty").is_some_and(|jaw| self.mask[jaw]);
        opening
            && board.columns().iter().zip(self.mask).filter(|(c, on)| *on && is_mouth(c.region)).count() > 1
    }
}

fn moving_columns(imported: &Imported) -> Vec<bool> {
    let columns = imported.take.column_count();
    let mut ranges = vec![(f32::INFINITY, f32::NEG_INFINITY); columns];
    for row in imported.take.rows() {
        for ((low, high), value) in ranges.iter_mut().zip(row) {
            (*low, *high) = (low.min(*value), high.max(*value));
        }
    }
    ranges.into_iter().map(|(low, high)| high - low > STILL_RANGE).collect()
}

/// The predicted controls that any of the moving columns drives, from rest or with the jaw open (ARKit's `mouthClose` does
/// nothing in a shut mouth).
fn supervised(rig: RigId, moves: &[bool]) -> Result<[bool; BOARD_COUNT]> {
    let (source, board) = (Rig::get(rig), Rig::get(RigId::Board185));
    let map = RigMap::between(rig, RigId::Board185)?;
    let rest = vec![0.0; source.column_count()];
    let mut open = rest.clone();
    let jaws = ["CTRL_C_jaw.ty", "CTRL_expressions_jawOpen", "jawOpen"];
    jaws.iter().filter_map(|name| source.index_of(name)).for_each(|jaw| open[jaw] = 1.0);
    let predicted = performer::predicted_controls();
    let (mut from, mut to, mut mask) = ([0.0; BOARD_COUNT], [0.0; BOARD_COUNT], [false; BOARD_COUNT]);
    for base in [rest, open] {
        map.apply(&base, &mut from)?;
        for (column, control) in source.columns().iter().enumerate().filter(|(column, _)| moves[*column]) {
            let mut posed = base.clone();
            posed[column] = if posed[column] == control.max { control.min } else { control.max };
            map.apply(&posed, &mut to)?;
            for index in 0..BOARD_COUNT {
                mask[index] |= (to[index] - from[index]).abs() > 1e-4;
            }
        }
    }
    for ((on, predicted), control) in mask.iter_mut().zip(predicted).zip(board.columns()) {
        *on &= predicted && control.region != Region::Eyelid;
    }
    Ok(mask)
}
