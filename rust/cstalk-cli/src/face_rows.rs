//! Rows of curves in the form that the page draws, and what it must know to read them.

use cstalk_engine::FACE_PARTS;
use cstalk_engine::post::{LipGap, SHUT_MM};
use cstalk_rig::{Region, Rig, RigId, RigMap};
use serde_json::{Value, json};

use crate::failure::{Exit, Failure, Result};

/// What the names of MetaHuman expressions begin with.
const EXPRESSION_PREFIX: &str = "CTRL_expressions_";

/// Makes the page's rows: the board's columns, those of arkit-52, and the gap between the lips in mm.
pub(crate) struct FaceRows {
    arkit_map: &'static RigMap,
    arkit: Vec<f32>,
    gap: LipGap,
}

impl FaceRows {
    /// Values of one row.
    pub(crate) const COLUMN_COUNT: usize = RigId::Board185.column_count() + RigId::Arkit52.column_count() + 1;

    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            arkit_map: RigMap::between(RigId::Board185, RigId::Arkit52)?,
            arkit: vec![0.0; RigId::Arkit52.column_count()],
            gap: LipGap::new(Rig::get(RigId::Board185))?,
        })
    }

    /// Appends the page's row for one of the board.
    ///
    /// # Errors
    /// The row is not the board's.
    pub(crate) fn append(&mut self, board: &[f32], rows: &mut Vec<f32>) -> Result<()> {
        self.arkit_map.apply(board, &mut self.arkit)?;
        rows.extend_from_slice(board);
        rows.extend_from_slice(&self.arkit);
        rows.push(self.gap.gap_mm(board)?);
        Ok(())
    }
}

/// The page draws rows of the board only.
///
/// # Errors
/// A model of another rig.
pub(crate) fn check_rig(rig: RigId) -> Result<()> {
    if rig == RigId::Board185 {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, format!("the page draws models of board-185, got one of {rig}")))
}

/// Names, ranges and regions of the columns, and which expressions the halves of a board's channel drive.
pub(crate) fn facts() -> Result<Value> {
    let board = Rig::get(RigId::Board185);
    let metahuman = Rig::get(RigId::MetaHuman251);
    let map = RigMap::between(RigId::Board185, RigId::MetaHuman251)?;
    let mut row = vec![0.0; board.column_count()];
    let mut expressions = vec![0.0; metahuman.column_count()];
    let mut columns = Vec::new();
    for (column, control) in board.columns().iter().enumerate() {
        let mut driven_by = |value: f32| -> Result<Vec<&str>> {
            if column >= board.control_count() || value == 0.0 {
                return Ok(Vec::new());
            }
            row[column] = value;
            map.apply(&row, &mut expressions)?;
            row[column] = 0.0;
            let names = metahuman.columns()[..metahuman.control_count()].iter().zip(&expressions);
            let driven = names.filter(|(_, weight)| **weight > 0.5);
            Ok(driven.map(|(expression, _)| short_name(&expression.name)).collect())
        };
        columns.push(json!({
            "name": control.name,
            "min": control.min,
            "max": control.max,
            "region": control.region.name(),
            "up": driven_by(control.max)?,
            "down": driven_by(control.min)?,
        }));
    }
    let arkit: Vec<&str> =
        Rig::get(RigId::Arkit52).columns().iter().map(|control| control.name.as_str()).collect();
    Ok(json!({
        "columns": columns,
        "controlCount": board.control_count(),
        "arkit": arkit,
        "regions": Region::ALL.map(Region::name),
        "parts": FACE_PARTS,
        "shutMm": SHUT_MM,
    }))
}

fn short_name(expression: &str) -> &str {
    expression.strip_prefix(EXPRESSION_PREFIX).unwrap_or(expression)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_drive_every_expression_and_a_row_has_all_its_parts() {
        let facts = facts().unwrap();
        let columns = facts["columns"].as_array().unwrap();
        assert_eq!(columns.len(), 185);
        let mut driven: Vec<&str> = columns
            .iter()
            .flat_map(|column| ["up", "down"].map(|half| column[half].as_array().unwrap()))
            .flatten()
            .map(|name| name.as_str().unwrap())
            .collect();
        driven.sort_unstable();
        driven.dedup();
        assert_eq!(driven.len(), 251, "each expression is driven by some half of a channel");
        let jaw = columns.iter().find(|column| column["name"] == "CTRL_C_jaw.ty").unwrap();
        assert_eq!(jaw["up"], json!(["jawOpen"]));
        let mut rows = Vec::new();
        FaceRows::new().unwrap().append(&[0.0; 185], &mut rows).unwrap();
        assert_eq!(rows.len(), FaceRows::COLUMN_COUNT);
        assert!((rows[rows.len() - 1] - cstalk_engine::post::NEUTRAL_GAP_MM).abs() < 1e-6);
    }
}
