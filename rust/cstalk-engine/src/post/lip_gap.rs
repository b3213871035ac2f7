//! The inner lip gap of a row in millimetres, as an evaluation head shows it.

use cstalk_rig::{Rig, RigId, RigMap};

use crate::error::{EngineError, ErrorKind, Result};

/// Gap of the neutral head in mm: lips that touch.
pub const NEUTRAL_GAP_MM: f32 = 0.763;

/// Change of the gap in mm at weight 1 of each ARKit shape; shapes not named move it by less than 0.1 mm.
///
/// Measured on the generic head of USC ICT (MIT licence), between the two middle inner-lip vertices, which every shape
/// moves linearly.
pub const GAP_MM_PER_SHAPE: [(&str, f32); 25] = [
    ("JawOpen", 32.75),
    ("MouthClose", -38.94),
    ("MouthFunnel", 13.73),
    ("MouthPucker", -0.52),
    ("MouthLowerDownLeft", 3.38),
    ("MouthLowerDownRight", 3.38),
    ("MouthUpperUpLeft", 3.55),
    ("MouthUpperUpRight", 3.55),
    ("NoseSneerLeft", 3.11),
    ("NoseSneerRight", 3.11),
    ("MouthPressLeft", -1.27),
    ("MouthPressRight", -1.27),
    ("MouthRollLower", -3.75),
    ("MouthRollUpper", 1.82),
    ("MouthShrugLower", -6.88),
    ("MouthShrugUpper", 5.26),
    ("JawForward", 1.29),
    ("JawLeft", -0.23),
    ("JawRight", -0.23),
    ("MouthLeft", -0.66),
    ("MouthRight", -0.66),
    ("MouthDimpleLeft", -0.36),
    ("MouthDimpleRight", -0.36),
    ("MouthFrownLeft", -0.12),
    ("MouthFrownRight", -0.12),
];

/// Measures the gap of rows of one rig.
#[derive(Debug, Clone)]
pub struct LipGap {
    map: &'static RigMap,
    /// Column of arkit-52 and mm.
    shapes_mm: Vec<(usize, f32)>,
    arkit: Vec<f32>,
}

impl LipGap {
    /// The gap of rows of `rig`.
    ///
    /// # Errors
    /// `BadModel` if no map leads from the rig to ARKit shapes.
    pub fn new(rig: &Rig) -> Result<Self> {
        let map = RigMap::between(rig.id(), RigId::Arkit52)
            .map_err(|error| EngineError::because(ErrorKind::BadModel, error.to_string(), error))?;
        let arkit = Rig::get(RigId::Arkit52);
        let shapes_mm = GAP_MM_PER_SHAPE
            .iter()
            .filter_map(|(name, mm)| arkit.index_of(name).map(|column| (column, *mm)))
            .collect();
        Ok(Self { map, shapes_mm, arkit: vec![0.0; arkit.columns().len()] })
    }

    /// The gap of `row` in mm; below 0 the lips press into each other.
    ///
    /// **Real-time:** no allocation.
    ///
    /// # Errors
    /// `Misuse` if the row does not have the rig's number of columns.
    pub fn gap_mm(&mut self, row: &[f32]) -> Result<f32> {
        self.map
            .apply(row, &mut self.arkit)
            .map_err(|error| EngineError::because(ErrorKind::Misuse, error.to_string(), error))?;
        let moved_mm: f32 = self.shapes_mm.iter().map(|(column, mm)| mm * self.arkit[*column]).sum();
        Ok(NEUTRAL_GAP_MM + moved_mm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_of_the_table_is_known_and_the_jaw_opens_the_lips() {
        let rig = Rig::get(RigId::Board185);
        let mut gap = LipGap::new(rig).unwrap();
        assert_eq!(gap.shapes_mm.len(), GAP_MM_PER_SHAPE.len());
        let mut row = vec![0.0; rig.columns().len()];
        assert_eq!(gap.gap_mm(&row).unwrap(), NEUTRAL_GAP_MM);
        row[rig.index_of("CTRL_C_jaw.ty").unwrap()] = 0.5;
        let open_mm = gap.gap_mm(&row).unwrap();
        assert!(open_mm > 10.0, "{open_mm}");
        for name in [
            "L_mouth_lipsTogetherU",
            "R_mouth_lipsTogetherU",
            "L_mouth_lipsTogetherD",
            "R_mouth_lipsTogetherD",
        ] {
            row[rig.index_of(&format!("CTRL_{name}.ty")).unwrap()] = 1.0;
        }
        assert!(gap.gap_mm(&row).unwrap() < 1.0);
        assert!(gap.gap_mm(&row[1..]).is_err());
    }
}
