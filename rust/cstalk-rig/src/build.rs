//! Builds the three rigs from the embedded tables.

use crate::facts::{FACTS, FactRow, names, number, text};
use crate::region::Region;
use crate::rig::{Certainty, Control, Rig, RigId, Side, Unit};

const EXPRESSION_PREFIX: &str = "CTRL_expressions_";

/// Right-side channels that the table drives by their negative half only, against the left side and against one of
/// the two sources. Both halves drive the expression here, so the table's sign and the mirror of the left side work.
pub(crate) const DISPUTED_RIGHT_CHANNELS: [&str; 2] =
    ["CTRL_R_nose_nasolabialDeepen.ty", "CTRL_R_nose_wrinkleUpper.ty"];

/// Board columns after the 174 DNA channels: the board-only ones in their fixed order.
const BOARD_ONLY: [&str; 4] =
    ["CTRL_C_eye.tx", "CTRL_C_eye.ty", "CTRL_L_mouth_lipsPressD.ty", "CTRL_R_mouth_lipsPressD.ty"];

/// The 178 board rows of the table in column order: 174 DNA channels, then the board-only four.
pub(crate) fn board_rows() -> Vec<&'static FactRow> {
    let rows = &FACTS.gui_controls;
    let dna = rows.iter().filter(|row| text(row, "in_dna_174") == "1");
    let board_only = BOARD_ONLY.iter().map(|name| {
        rows.iter()
            .find(|row| text(row, "control") == *name)
            .unwrap_or_else(|| panic!("embedded table metahuman_gui_controls: no row {name}"))
    });
    dna.chain(board_only).collect()
}

pub(crate) fn board() -> Rig {
    let rows = board_rows();
    let mut columns: Vec<Control> = rows.iter().map(|row| board_control(row)).collect();
    columns.push(Control {
        name: "CTRL_lookAtSwitch".into(),
        region: Region::Gaze,
        ..plain("", Side::Center, Region::Gaze)
    });
    let control_count = columns.len();
    columns.extend(head_columns(["HeadPitch", "HeadYaw", "HeadRoll"], ["HeadYaw", "HeadRoll"]));
    let pairs: Vec<Option<usize>> = columns
        .iter()
        .map(|control| {
            let twin = swapped_side(&control.name)?;
            columns.iter().position(|other| other.name == twin)
        })
        .collect();
    for (control, pair) in columns.iter_mut().zip(&pairs) {
        control.pair = *pair;
    }
    // A channel mirrors with a minus when the mirror partner of its positive expression hangs on the negative half.
    for (index, row) in rows.iter().enumerate() {
        let partner = rows[pairs[index].unwrap_or(index)];
        let mirrored: Vec<&str> = names(row, "positive_raw").map(mirror_expression).collect();
        if !mirrored.is_empty() && names(partner, "negative_raw").any(|name| mirrored.contains(&name)) {
            let disputed = |row: &FactRow| DISPUTED_RIGHT_CHANNELS.contains(&text(row, "control"));
            if !disputed(row) && !disputed(partner) {
                columns[index].mirror_sign = -1.0;
            }
        }
    }
    Rig::assembled(RigId::Board185, columns, control_count)
}

fn board_control(row: &FactRow) -> Control {
    let name = text(row, "control");
    let expression = names(row, "positive_raw").chain(names(row, "negative_raw")).next();
    let region = match expression {
        Some(expression) => Region::of_expression(stem(expression)),
        // The two lower lipsPress channels drive nothing; they stand with their upper twins.
        None => Region::LipClosure,
    };
    let certainty = if DISPUTED_RIGHT_CHANNELS.contains(&name) {
        Certainty::Conflict
    } else {
        match text(row, "sign_confidence") {
            "high" => Certainty::High,
            "medium" => Certainty::Medium,
            "single" => Certainty::Single,
            _ => Certainty::Conflict,
        }
    };
    Control {
        min: number(row, "min"),
        max: number(row, "max"),
        certainty,
        ..plain(name, side(text(row, "side")), region)
    }
}

pub(crate) fn metahuman() -> Rig {
    let rows = &FACTS.raw_controls;
    let mut columns: Vec<Control> = rows
        .iter()
        .map(|row| {
            let name = text(row, "name");
            Control {
                min: number(row, "min"),
                max: number(row, "max"),
                pair: position(text(row, "mirror")),
                ..plain(name, side(text(row, "side")), Region::of_expression(stem(name)))
            }
        })
        .collect();
    let control_count = columns.len();
    // In the head bone's axes the curve named HeadYaw is the nod, so it is the one that keeps its sign.
    columns.extend(head_columns(["HeadPitch", "HeadYaw", "HeadRoll"], ["HeadPitch", "HeadRoll"]));
    Rig::assembled(RigId::MetaHuman251, columns, control_count)
}

pub(crate) fn arkit() -> Rig {
    let mut rows: Vec<(usize, &FactRow)> = FACTS
        .live_link_columns
        .iter()
        .filter_map(|row| Some((text(row, "udp_index").parse().ok()?, row)))
        .collect();
    rows.sort_by_key(|(udp_index, _)| *udp_index);
    let live_link_names: Vec<&str> = rows.iter().map(|(_, row)| text(row, "name")).collect();
    let mut columns = Vec::with_capacity(rows.len());
    for (_, row) in &rows {
        let live_link_name = text(row, "name");
        let angle = number(row, "min") < 0.0;
        let pair = swapped_left_right(live_link_name)
            .and_then(|twin| live_link_names.iter().position(|name| *name == twin));
        let region = match driven_expression(live_link_name) {
            _ if live_link_name.starts_with("Head") => Region::Head,
            _ if angle => Region::Gaze,
            Some(expression) => Region::of_expression(stem(expression)),
            None => Region::LipClosure,
        };
        let turns = angle && !live_link_name.ends_with("Pitch");
        columns.push(Control {
            min: number(row, "min"),
            max: number(row, "max"),
            unit: if angle { Unit::LiveLinkAngle } else { Unit::Weight },
            pair,
            mirror_sign: if turns { -1.0 } else { 1.0 },
            ..plain(&arkit_name(live_link_name), arkit_side(live_link_name), region)
        });
    }
    Rig::assembled(RigId::Arkit52, columns, 52)
}

/// The rig's name of a Live Link column: shapes begin with a small letter as in Apple's list, angles keep theirs.
pub(crate) fn arkit_name(live_link_name: &str) -> String {
    let angle = ["Yaw", "Pitch", "Roll"].iter().any(|axis| live_link_name.ends_with(axis));
    let mut letters = live_link_name.chars();
    match letters.next() {
        Some(first) if !angle => first.to_ascii_lowercase().to_string() + letters.as_str(),
        _ => live_link_name.to_owned(),
    }
}

fn driven_expression(live_link_name: &str) -> Option<&'static str> {
    FACTS
        .arkit_weights
        .iter()
        .find(|row| text(row, "arkit") == live_link_name && !is_stray_weight(row))
        .map(|row| text(row, "metahuman_curve"))
}

/// The left-over 0.031 of browLateralL that the stock pose asset carries in ten unrelated poses.
pub(crate) fn is_stray_weight(row: &FactRow) -> bool {
    text(row, "metahuman_curve") == "CTRL_expressions_browLateralL" && text(row, "arkit") != "BrowInnerUp"
}

fn arkit_side(live_link_name: &str) -> Side {
    match live_link_name {
        "JawLeft" | "JawRight" | "MouthLeft" | "MouthRight" => Side::Center,
        name if name.ends_with("Left") || name.starts_with("LeftEye") => Side::Left,
        name if name.ends_with("Right") || name.starts_with("RightEye") => Side::Right,
        _ => Side::Center,
    }
}

fn head_columns(angles: [&str; 3], flipped: [&str; 2]) -> Vec<Control> {
    let angle = |name: &&str| Control {
        min: -90.0,
        max: 90.0,
        unit: Unit::Degrees,
        mirror_sign: if flipped.contains(name) { -1.0 } else { 1.0 },
        certainty: Certainty::Single,
        ..plain(name, Side::Center, Region::Head)
    };
    // The axis that points sideways is assumed to be X, and the unit to be centimetres.
    let shift = |name: &&str| Control {
        min: -100.0,
        max: 100.0,
        unit: Unit::Centimetres,
        mirror_sign: if *name == "HeadTranslationX" { -1.0 } else { 1.0 },
        certainty: Certainty::Single,
        ..plain(name, Side::Center, Region::Head)
    };
    let shifts = ["HeadTranslationX", "HeadTranslationY", "HeadTranslationZ"];
    angles.iter().map(angle).chain(shifts.iter().map(shift)).collect()
}

fn plain(name: &str, side: Side, region: Region) -> Control {
    Control {
        name: name.to_owned(),
        min: 0.0,
        max: 1.0,
        unit: Unit::Weight,
        side,
        region,
        pair: None,
        mirror_sign: 1.0,
        certainty: Certainty::High,
    }
}

fn side(letter: &str) -> Side {
    match letter {
        "L" => Side::Left,
        "R" => Side::Right,
        _ => Side::Center,
    }
}

pub(crate) fn stem(expression: &str) -> &str {
    expression.strip_prefix(EXPRESSION_PREFIX).unwrap_or(expression)
}

/// Column of an expression in metahuman-251.
pub(crate) fn position(expression: &str) -> Option<usize> {
    FACTS.raw_controls.iter().position(|row| text(row, "name") == expression)
}

fn mirror_expression(expression: &str) -> &str {
    FACTS
        .raw_controls
        .iter()
        .find(|row| text(row, "name") == expression)
        .map(|row| text(row, "mirror"))
        .filter(|mirror| !mirror.is_empty())
        .unwrap_or(expression)
}

fn swapped_side(board_name: &str) -> Option<String> {
    if let Some(rest) = board_name.strip_prefix("CTRL_L_") {
        Some(format!("CTRL_R_{rest}"))
    } else {
        board_name.strip_prefix("CTRL_R_").map(|rest| format!("CTRL_L_{rest}"))
    }
}

fn swapped_left_right(name: &str) -> Option<String> {
    if name.contains("Left") {
        Some(name.replace("Left", "Right"))
    } else if name.contains("Right") {
        Some(name.replace("Right", "Left"))
    } else {
        None
    }
}
