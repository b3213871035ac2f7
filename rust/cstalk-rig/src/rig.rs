//! Rigs: named, ordered sets of face controls with ranges, regions and mirror partners.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use crate::build;
use crate::error::{Error, Result};
use crate::region::Region;

/// Which ordered set of controls a row of numbers belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RigId {
    /// The MetaHuman face board: what models predict. 185 columns.
    Board185,
    /// The raw expressions that a MetaHuman face reads, `CTRL_expressions_*`. 251 controls and 6 head curves.
    MetaHuman251,
    /// Apple's face shapes as the Live Link Face app sends them. 52 controls and 9 angles.
    Arkit52,
}

impl RigId {
    /// All rigs.
    pub const ALL: [RigId; 3] = [RigId::Board185, RigId::MetaHuman251, RigId::Arkit52];

    /// The name in files and command lines, for example `board-185`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            RigId::Board185 => "board-185",
            RigId::MetaHuman251 => "metahuman-251",
            RigId::Arkit52 => "arkit-52",
        }
    }

    /// Number of columns of a row, head columns included: 185, 257 or 61.
    #[must_use]
    pub const fn column_count(self) -> usize {
        match self {
            RigId::Board185 => 185,
            RigId::MetaHuman251 => 257,
            RigId::Arkit52 => 61,
        }
    }
}

impl fmt::Display for RigId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RigId {
    type Err = Error;

    /// Reads the full name or the short one: `board`, `metahuman`, `arkit`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "board" | "board-185" => Ok(RigId::Board185),
            "metahuman" | "metahuman-251" => Ok(RigId::MetaHuman251),
            "arkit" | "arkit-52" => Ok(RigId::Arkit52),
            _ => Err(Error::unsupported(format!(
                "rig: wanted board (board-185), metahuman (metahuman-251) or arkit (arkit-52), got \"{text}\""
            ))),
        }
    }
}

/// The character's own side of the face that a control moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each name says what it is")]
pub enum Side {
    Left,
    Right,
    Center,
}

/// How well the sources agree on what a control's positive and negative halves do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Several sources agree.
    High,
    /// Sources agree on the half that matters, or differ in naming.
    Medium,
    /// One source only.
    Single,
    /// Sources contradict each other; the sign used here is the majority's.
    Conflict,
}

/// What one unit of a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A share of the control's full motion, 0..1 or -1..1.
    Weight,
    /// Degrees.
    Degrees,
    /// Centimetres.
    Centimetres,
    /// The Live Link Face app's angle unit; see [`crate::map::LIVE_LINK_UNIT_DEGREES`].
    LiveLinkAngle,
}

/// One named scalar of a rig.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// Name as the target reads it, for example `CTRL_C_jaw.ty`, `CTRL_expressions_jawOpen`, `jawOpen`.
    pub name: String,
    /// Smallest meaningful value, in [`Control::unit`].
    pub min: f32,
    /// Largest meaningful value, in [`Control::unit`].
    pub max: f32,
    /// Meaning of one unit.
    pub unit: Unit,
    /// The character's side that it moves.
    pub side: Side,
    /// The face region that it belongs to.
    pub region: Region,
    /// Column of the mirror partner; the partner's pair is this column. `None` for a control that mirrors onto itself.
    pub pair: Option<usize>,
    /// Sign under mirroring: the mirrored row holds `mirror_sign * row[pair or itself]` here. 1 or -1.
    pub mirror_sign: f32,
    /// How sure the facts behind it are.
    pub certainty: Certainty,
}

impl Control {
    /// The value put into the control's range; a NaN stays one.
    #[must_use]
    pub fn clamped(&self, value: f32) -> f32 {
        value.clamp(self.min, self.max)
    }
}

/// A named, ordered set of controls.
#[derive(Debug)]
pub struct Rig {
    id: RigId,
    columns: Vec<Control>,
    control_count: usize,
    index_by_name: HashMap<String, usize>,
}

impl Rig {
    /// The rig with this id; built once for the process.
    #[must_use]
    pub fn get(id: RigId) -> &'static Rig {
        static BOARD: LazyLock<Rig> = LazyLock::new(build::board);
        static METAHUMAN: LazyLock<Rig> = LazyLock::new(build::metahuman);
        static ARKIT: LazyLock<Rig> = LazyLock::new(build::arkit);
        match id {
            RigId::Board185 => &BOARD,
            RigId::MetaHuman251 => &METAHUMAN,
            RigId::Arkit52 => &ARKIT,
        }
    }

    pub(crate) fn assembled(id: RigId, columns: Vec<Control>, control_count: usize) -> Rig {
        let index_by_name = columns
            .iter()
            .enumerate()
            .map(|(index, control)| (control.name.to_ascii_lowercase(), index))
            .collect();
        Rig { id, columns, control_count, index_by_name }
    }

    /// Which rig this is.
    #[must_use]
    pub fn id(&self) -> RigId {
        self.id
    }

    /// Version of the column list; it changes whenever a column is added, removed, renamed or moved.
    #[must_use]
    pub fn schema_version(&self) -> u32 {
        1
    }

    /// All columns in order: the controls first, then head columns (and eye angles for arkit-52).
    ///
    /// Head columns: board-185 has `HeadPitch`, `HeadYaw`, `HeadRoll` as the head moves (nod, turn, tilt) in degrees, then
    /// `HeadTranslationX/Y/Z` in centimetres. metahuman-251 has the curves of the same names that Unreal's face graph
    /// reads, whose axes are the head bone's: see [`crate::map`]. arkit-52 has `HeadYaw`, `HeadPitch`, `HeadRoll` and the
    /// six eye angles in Live Link units, and its columns stand in the order of the Live Link UDP packet.
    #[must_use]
    pub fn columns(&self) -> &[Control] {
        &self.columns
    }

    /// Number of columns before the head columns: 179, 251 or 52.
    #[must_use]
    pub fn control_count(&self) -> usize {
        self.control_count
    }

    /// Number of columns of a row: 185, 257 or 61.
    #[must_use]
    pub fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// Column of the control with this name, ignoring ASCII case as Unreal's names do.
    #[must_use]
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.index_by_name.get(&name.to_ascii_lowercase()).copied()
    }

    /// Writes the left-right mirror image of `row` into `mirrored`. Does not allocate.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when a row is not [`Rig::column_count`] long.
    pub fn mirror(&self, row: &[f32], mirrored: &mut [f32]) -> Result<()> {
        check_row(self.id, row)?;
        check_row(self.id, mirrored)?;
        for (index, control) in self.columns.iter().enumerate() {
            mirrored[index] = control.mirror_sign * row[control.pair.unwrap_or(index)];
        }
        Ok(())
    }
}

pub(crate) fn check_row(rig: RigId, row: &[f32]) -> Result<()> {
    if row.len() == rig.column_count() {
        Ok(())
    } else {
        Err(Error::bad_input(format!(
            "row of {rig}: wanted {} values, got {}",
            rig.column_count(),
            row.len()
        )))
    }
}
