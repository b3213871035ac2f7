//! board-185 and metahuman-251, by the sign table.
//!
//! A channel with several expressions on one half drives all of them with the same value: the ramps of the three
//! `lipSticky` phases and the four `neck_swallow` phases are not established, so every phase follows the channel. The
//! way back takes their mean. `CTRL_C_eye` moves both eyes on top of their own channels.

use std::sync::LazyLock;

use crate::build::{DISPUTED_RIGHT_CHANNELS, board_rows, position};
use crate::facts::{names, text};
use crate::map::MetahumanHead;

const EYES_X: Gaze = Gaze { channel: "CTRL_C_eye.tx", eyes: ["CTRL_L_eye.tx", "CTRL_R_eye.tx"] };
const EYES_Y: Gaze = Gaze { channel: "CTRL_C_eye.ty", eyes: ["CTRL_L_eye.ty", "CTRL_R_eye.ty"] };

/// First of the three head angles in board-185 (pitch, yaw, roll); the three shifts follow.
const HEAD: usize = 179;

struct Gaze {
    channel: &'static str,
    eyes: [&'static str; 2],
}

struct Channel {
    board: usize,
    /// Board column that is added before the split, for the two eyes.
    added: Option<usize>,
    min: f32,
    max: f32,
    positive: Vec<usize>,
    negative: Vec<usize>,
    /// Both halves drive the same expression; the way back writes the positive half.
    both_halves: bool,
}

/// One entry a channel that drives expressions.
pub(super) struct Tables(Vec<Channel>);

pub(super) fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(build);
    &TABLES
}

fn build() -> Tables {
    let rows = board_rows();
    let column = |name: &str| rows.iter().position(|row| text(row, "control") == name);
    let expressions = |row, half| -> Vec<usize> {
        names(row, half)
            .map(|name| position(name).unwrap_or_else(|| panic!("embedded sign table: no expression {name}")))
            .collect()
    };
    let channels = rows.iter().enumerate().filter_map(|(board, row)| {
        let name = text(row, "control");
        if [EYES_X.channel, EYES_Y.channel].contains(&name) {
            return None;
        }
        let both_halves = DISPUTED_RIGHT_CHANNELS.contains(&name);
        let negative = expressions(row, "negative_raw");
        let positive = if both_halves { negative.clone() } else { expressions(row, "positive_raw") };
        if positive.is_empty() && negative.is_empty() {
            return None;
        }
        let added = [EYES_X, EYES_Y]
            .iter()
            .find(|gaze| gaze.eyes.contains(&name))
            .and_then(|gaze| column(gaze.channel));
        Some(Channel {
            board,
            added,
            min: crate::facts::number(row, "min"),
            max: crate::facts::number(row, "max"),
            positive,
            negative,
            both_halves,
        })
    });
    Tables(channels.collect())
}

/// Rows have 185 and 257 values.
pub(super) fn to_metahuman(board: &[f32], metahuman: &mut [f32]) {
    metahuman.fill(0.0);
    for channel in &tables().0 {
        let own = board[channel.board].clamp(channel.min, channel.max);
        let value = match channel.added {
            Some(added) => (own + board[added].clamp(-1.0, 1.0)).clamp(channel.min, channel.max),
            None => own,
        };
        // `clamp` and not `max`, because a NaN has to come out as one.
        let (positive, negative) = if channel.both_halves {
            (value.abs(), value.abs())
        } else {
            (value.clamp(0.0, 1.0), (-value).clamp(0.0, 1.0))
        };
        for expression in &channel.positive {
            metahuman[*expression] = positive;
        }
        for expression in &channel.negative {
            metahuman[*expression] = negative;
        }
    }
    MetahumanHead::write(metahuman, board[HEAD], board[HEAD + 1], board[HEAD + 2]);
    metahuman[MetahumanHead::SHIFT].copy_from_slice(&board[HEAD + 3..]);
}

/// Rows have 257 and 185 values.
pub(super) fn from_metahuman(metahuman: &[f32], board: &mut [f32]) {
    board.fill(0.0);
    let mean = |expressions: &[usize]| -> f32 {
        let sum: f32 = expressions.iter().map(|expression| metahuman[*expression].clamp(0.0, 1.0)).sum();
        sum / expressions.len().max(1) as f32
    };
    for channel in &tables().0 {
        let negative = if channel.both_halves { 0.0 } else { mean(&channel.negative) };
        board[channel.board] = (mean(&channel.positive) - negative).clamp(channel.min, channel.max);
    }
    (board[HEAD], board[HEAD + 1], board[HEAD + 2]) = MetahumanHead::read(metahuman);
    board[HEAD + 3..].copy_from_slice(&metahuman[MetahumanHead::SHIFT]);
}
