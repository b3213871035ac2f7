//! Recognises control names as they occur in the world: other spellings, older rigs, neighbours that carry no control.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::error::{Error, Result};
use crate::facts::{FACTS, text};
use crate::map::LIVE_LINK_UNIT_DEGREES;
use crate::rig::{Control, Rig, RigId, Unit};

/// Most columns that a file may name.
pub(crate) const MAX_FILE_COLUMNS: usize = 4096;
/// Most names that one warning lists.
const LISTED_NAMES: usize = 12;

/// Where the values of one column of a file go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Target {
    pub(crate) column: usize,
    /// The rig's value is this times the file's value.
    pub(crate) scale: f32,
}

#[derive(Debug, PartialEq)]
enum Resolved {
    Column(Target),
    /// An older name of a control.
    Replaced(Target),
    /// A curve that is known and carries no control, such as `HeadControlSwitch`.
    Beside,
    /// An older control that has no successor.
    Gone,
    Unknown,
}

/// How the columns of a file map to the columns of a rig.
#[derive(Debug)]
pub(crate) struct HeaderPlan {
    pub(crate) rig: RigId,
    /// One entry a column of the file.
    pub(crate) targets: Vec<Option<Target>>,
    pub(crate) warnings: Vec<String>,
}

impl HeaderPlan {
    /// Finds the rig (unless it is given) and the column of every name.
    pub(crate) fn new(names: &[&str], rig: Option<RigId>) -> Result<HeaderPlan> {
        if names.len() > MAX_FILE_COLUMNS {
            return Err(Error::bad_input(format!(
                "header: wanted at most {MAX_FILE_COLUMNS} columns, got {}",
                names.len()
            )));
        }
        let rig = match rig {
            Some(rig) => rig,
            None => recognised_rig(names)?,
        };
        let mut targets = vec![None; names.len()];
        let mut source = vec![None; rig.column_count()];
        let (mut replaced, mut gone, mut unknown, mut twice) = (vec![], vec![], vec![], vec![]);
        for pass_for_replaced in [false, true] {
            for (index, name) in names.iter().enumerate() {
                let target = match resolve(rig, name) {
                    Resolved::Column(target) if !pass_for_replaced => target,
                    Resolved::Replaced(target) if pass_for_replaced => {
                        replaced.push(format!(
                            "{} as {}",
                            quoted(name),
                            Rig::get(rig).columns()[target.column].name
                        ));
                        target
                    }
                    Resolved::Gone if pass_for_replaced => {
                        gone.push(quoted(name));
                        continue;
                    }
                    Resolved::Unknown if pass_for_replaced => {
                        unknown.push(quoted(name));
                        continue;
                    }
                    _ => continue,
                };
                if source[target.column].is_some() {
                    twice.push(quoted(name));
                    continue;
                }
                source[target.column] = Some(index);
                targets[index] = Some(target);
            }
        }
        let columns = Rig::get(rig).columns();
        let missing: Vec<String> = columns
            .iter()
            .zip(&source)
            .filter(|(_, from)| from.is_none())
            .map(|(c, _)| c.name.clone())
            .collect();
        if source.iter().take(Rig::get(rig).control_count()).all(Option::is_none) {
            return Err(Error::bad_input(format!(
                "header: wanted names of {rig} controls, got none of them"
            )));
        }
        let warnings = [
            ("older names read", replaced),
            ("older controls without a successor left out", gone),
            ("unknown columns left out", unknown),
            ("columns named twice, the first kept", twice),
            ("columns missing, 0 there", missing),
        ];
        let warnings = warnings
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(what, names)| listed(what, &names));
        Ok(HeaderPlan { rig, targets, warnings: warnings.collect() })
    }

    /// Which columns of the rig some column of the file goes to, `[column]`.
    pub(crate) fn named(&self) -> Vec<bool> {
        let mut named = vec![false; self.rig.column_count()];
        self.targets.iter().flatten().for_each(|target| named[target.column] = true);
        named
    }
}

/// The factor by which a file's number exceeds the rig's: files carry the head of arkit-52 in degrees.
pub(crate) fn file_scale(control: &Control) -> f32 {
    if control.unit == Unit::LiveLinkAngle && control.name.starts_with("Head") {
        LIVE_LINK_UNIT_DEGREES
    } else {
        1.0
    }
}

/// A piece of hostile text, short and printable.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 48;
    let shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '?' } else { c }).collect();
    if shown.len() < text.len() { format!("\"{shown}...\"") } else { format!("\"{shown}\"") }
}

fn listed(what: &str, names: &[String]) -> String {
    let shown = names[..names.len().min(LISTED_NAMES)].join(", ");
    match names.len().saturating_sub(LISTED_NAMES) {
        0 => format!("{what}: {shown}"),
        more => format!("{what}: {shown} and {more} more"),
    }
}

fn recognised_rig(names: &[&str]) -> Result<RigId> {
    let controls_named = |rig: &RigId| {
        let control_count = Rig::get(*rig).control_count();
        let is_control = |name: &&&str| matches!(resolve(*rig, name), Resolved::Column(target) | Resolved::Replaced(target) if target.column < control_count);
        names.iter().filter(is_control).count()
    };
    let best = RigId::ALL.into_iter().max_by_key(controls_named).filter(|rig| controls_named(rig) > 0);
    best.ok_or_else(|| {
        let shown: Vec<String> = names.iter().take(4).map(|name| quoted(name)).collect();
        Error::bad_input(format!(
            "header: wanted control names of board-185, metahuman-251 or arkit-52, got {}",
            if shown.is_empty() { "no columns".to_owned() } else { shown.join(", ") }
        ))
    })
}

fn resolve(rig: RigId, name: &str) -> Resolved {
    let columns = Rig::get(rig);
    let name = name.trim();
    let target =
        |column: usize, scale: f32| Target { column, scale: scale / file_scale(&columns.columns()[column]) };
    if let Some(column) = columns.index_of(name) {
        return Resolved::Column(target(column, 1.0));
    }
    match rig {
        RigId::Board185 => {
            // Unreal drops the suffix of one-dimensional widgets.
            if let Some(column) = columns.index_of(&format!("{name}.ty")) {
                return Resolved::Column(target(column, 1.0));
            }
            if let Some((column, sign)) = OLD_BOARD_NAMES.get(&name.to_ascii_lowercase()) {
                return Resolved::Replaced(target(*column, *sign));
            }
        }
        RigId::MetaHuman251 => {
            // The DNA file writes a dot where Unreal writes an underscore.
            let unreal_name = name.replacen('.', "_", 1);
            if let Some(column) = columns.index_of(&unreal_name) {
                return Resolved::Column(target(column, 1.0));
            }
            let is_named =
                |row: &&crate::facts::FactRow| text(row, "name").eq_ignore_ascii_case(&unreal_name);
            if let Some(row) = FACTS.legacy_controls.iter().find(is_named) {
                return match columns.index_of(text(row, "replacement")) {
                    Some(column) => Resolved::Replaced(target(column, 1.0)),
                    None => Resolved::Gone,
                };
            }
            if FACTS.extra_curves.iter().any(|row| text(row, "name").eq_ignore_ascii_case(&unreal_name)) {
                return Resolved::Beside;
            }
        }
        RigId::Arkit52 => {}
    }
    Resolved::Unknown
}

/// Names of the older face board, as published data sets still carry them, with the sign against today's channel.
static OLD_BOARD_NAMES: LazyLock<HashMap<String, (usize, f32)>> = LazyLock::new(|| {
    let board = Rig::get(RigId::Board185);
    let renamed = FACTS.gui_controls.iter().filter_map(|row| {
        let (now, before) = (text(row, "control"), text(row, "name_in_emoface_medtalk"));
        if before.is_empty() || before == now {
            return None;
        }
        // The one name that was turned round with its sign.
        let sign = if before == "CTRL_C_tongue_narrowWide.ty" { -1.0 } else { 1.0 };
        Some((before.to_ascii_lowercase(), (board.index_of(now)?, sign)))
    });
    renamed.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_spellings_and_ages_find_their_column() {
        let cases = [
            (RigId::MetaHuman251, "CTRL_expressions.jawOpen", "CTRL_expressions_jawOpen", 1.0),
            (RigId::MetaHuman251, "ctrl_expressions_jawopen", "CTRL_expressions_jawOpen", 1.0),
            (RigId::MetaHuman251, "CTRL_expressions_tongueRollDown", "CTRL_expressions_tongueBendDown", 1.0),
            (RigId::Board185, "CTRL_L_eye_blink", "CTRL_L_eye_blink.ty", 1.0),
            (RigId::Board185, "CTRL_C_tongue.tx", "CTRL_C_tongue_move.tx", 1.0),
            (RigId::Board185, "CTRL_C_tongue_narrowWide.ty", "CTRL_C_tongue_wideNarrow.ty", -1.0),
            (RigId::Arkit52, "JawOpen", "jawOpen", 1.0),
            (RigId::Arkit52, "HeadYaw", "HeadYaw", 0.02),
            (RigId::Arkit52, "leftEyeYaw", "LeftEyeYaw", 1.0),
        ];
        for (rig, found, wanted, scale) in cases {
            let column = Rig::get(rig).index_of(wanted).unwrap();
            match resolve(rig, found) {
                Resolved::Column(target) | Resolved::Replaced(target) => {
                    assert_eq!(target, Target { column, scale }, "{found}");
                }
                other => panic!("{found}: {other:?}"),
            }
        }
        assert_eq!(resolve(RigId::MetaHuman251, "CTRL_expressions_headTurnUpCor"), Resolved::Gone);
        assert_eq!(resolve(RigId::MetaHuman251, "MHFDSVersion"), Resolved::Beside);
        assert_eq!(resolve(RigId::MetaHuman251, "jawOpen"), Resolved::Unknown);
    }

    #[test]
    fn a_current_name_wins_over_the_older_one_of_the_same_control() {
        let names = ["CTRL_expressions_tongueRollDown", "CTRL_expressions_tongueBendDown"];
        let plan = HeaderPlan::new(&names, None).unwrap();
        assert_eq!(plan.rig, RigId::MetaHuman251);
        assert!(plan.targets[0].is_none() && plan.targets[1].is_some());
        assert!(plan.warnings.iter().any(|warning| warning.contains("twice")), "{:?}", plan.warnings);
        assert!(HeaderPlan::new(&["a", "b"], None).is_err());
        assert!(HeaderPlan::new(&["jawOpen"], Some(RigId::Board185)).is_err());
    }
}
