//! Maps from one rig to another, one row at a time.
//!
//! | from | to | how |
//! |---|---|---|
//! | board-185 | metahuman-251 | sign table: the positive half of a channel drives one expression, the negative half another |
//! | metahuman-251 | board-185 | positive expression minus negative expression |
//! | arkit-52 | metahuman-251 | weights of the stock mapping pose asset, and the stock rule for `mouthClose` |
//! | metahuman-251 | arkit-52 | the inverse of the line above, plus stand-ins for expressions that ARKit has no shape for |
//! | board-185 | arkit-52, and back | through metahuman-251 |
//!
//! **What comes back.** board -> metahuman -> board returns every row in range whose `CTRL_C_eye.*` (folded into both
//! eyes), `CTRL_*_mouth_lipsPressD.ty` and `CTRL_lookAtSwitch` (which drive nothing) are 0 and whose two disputed nose
//! channels (see [`crate::Certainty::Conflict`]) are not negative. arkit -> metahuman -> arkit returns every row in range
//! with `mouthClose <= jawOpen`, as long as no expression passes 1 on the way: that needs `mouthFunnel + 0.752 * mouthPucker <= 1`,
//! `0.499 * mouthRollLower + 0.998 * mouthRollUpper <= 1` and `mouthDimpleRight + 0.003 * mouthSmileRight <= 1`. The six
//! eye angles are not carried; they are computed again from the eye shapes.
//!
//! **Head.** board-185 and arkit-52 name head angles after the movement: pitch nods, yaw turns, roll tilts. The head
//! curves that Unreal's face graph reads are rotations about the head bone's axes, and the stock Live Link graph feeds
//! them so: `HeadRoll` = yaw, `HeadPitch` = roll, `HeadYaw` = -pitch, each Live Link unit being 50 degrees. (The stock
//! graph goes through a quaternion; between -90 and 90 degrees that changes nothing.) One source; a solved capture
//! agrees in that its `HeadPitch` is by far the smallest of the three, as a tilt is.

mod arkit;
mod board;

use crate::error::Result;
use crate::rig::{RigId, check_row};

/// Degrees of head rotation for one Live Link unit, as the stock MetaHuman Live Link graph scales them.
pub const LIVE_LINK_UNIT_DEGREES: f32 = 50.0;

pub(crate) const METAHUMAN_COLUMNS: usize = RigId::MetaHuman251.column_count();

/// A map between two rigs; see the [module](self).
#[derive(Debug)]
pub struct RigMap {
    from: RigId,
    to: RigId,
}

static MAPS: [[RigMap; 3]; 3] = {
    const fn maps_from(from: RigId) -> [RigMap; 3] {
        [
            RigMap { from, to: RigId::Board185 },
            RigMap { from, to: RigId::MetaHuman251 },
            RigMap { from, to: RigId::Arkit52 },
        ]
    }
    [maps_from(RigId::Board185), maps_from(RigId::MetaHuman251), maps_from(RigId::Arkit52)]
};

impl RigMap {
    /// The map between two rigs; the identity where they are the same. The first call builds its tables.
    ///
    /// # Errors
    /// None today; a rig without a way to another would be [`crate::ErrorKind::Unsupported`].
    pub fn between(from: RigId, to: RigId) -> Result<&'static RigMap> {
        board::tables();
        arkit::tables();
        Ok(&MAPS[from as usize][to as usize])
    }

    /// The rig of the rows that come in.
    #[must_use]
    pub fn from(&self) -> RigId {
        self.from
    }

    /// The rig of the rows that go out.
    #[must_use]
    pub fn to(&self) -> RigId {
        self.to
    }

    /// Maps one row. Does not allocate.
    ///
    /// Weights that come in are first put into their range (solvers write small negative ones), and weights that go out
    /// are in theirs; head columns are not clamped. A NaN that comes in comes out in the columns that depend on it.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when a row does not have its rig's number of columns.
    pub fn apply(&self, row_in: &[f32], row_out: &mut [f32]) -> Result<()> {
        check_row(self.from, row_in)?;
        check_row(self.to, row_out)?;
        let mut between = [0.0; METAHUMAN_COLUMNS];
        match (self.from, self.to) {
            (RigId::Board185, RigId::MetaHuman251) => board::to_metahuman(row_in, row_out),
            (RigId::MetaHuman251, RigId::Board185) => board::from_metahuman(row_in, row_out),
            (RigId::Arkit52, RigId::MetaHuman251) => arkit::to_metahuman(row_in, row_out),
            (RigId::MetaHuman251, RigId::Arkit52) => arkit::from_metahuman(row_in, row_out),
            (RigId::Board185, RigId::Arkit52) => {
                board::to_metahuman(row_in, &mut between);
                arkit::from_metahuman(&between, row_out);
            }
            (RigId::Arkit52, RigId::Board185) => {
                arkit::to_metahuman(row_in, &mut between);
                board::from_metahuman(&between, row_out);
            }
            _ => row_out.copy_from_slice(row_in),
        }
        Ok(())
    }
}

/// Places of the head curves in metahuman-251, in the order in which every rig's head movement is exchanged.
pub(crate) struct MetahumanHead;

impl MetahumanHead {
    pub(crate) const PITCH: usize = 251;
    pub(crate) const YAW: usize = 252;
    pub(crate) const ROLL: usize = 253;
    pub(crate) const SHIFT: std::ops::Range<usize> = 254..257;

    /// Writes a nod, turn and tilt in degrees as the curves about the head bone's axes.
    pub(crate) fn write(row: &mut [f32], pitch: f32, yaw: f32, roll: f32) {
        row[Self::ROLL] = yaw;
        row[Self::PITCH] = roll;
        row[Self::YAW] = -pitch;
    }

    /// Nod, turn and tilt in degrees.
    pub(crate) fn read(row: &[f32]) -> (f32, f32, f32) {
        (-row[Self::YAW], row[Self::ROLL], row[Self::PITCH])
    }
}
