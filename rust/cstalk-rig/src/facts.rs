//! The embedded tables of control names, signs and weights, read once into plain rows.
//!
//! They are part of the crate, so a mistake in them is a mistake in the crate: reading them stops with the table and
//! the row, and the structural tests read every table.

use std::sync::LazyLock;

const GUI_CONTROLS: &str = include_str!("../facts/metahuman_gui_controls.csv");
const RAW_CONTROLS: &str = include_str!("../facts/metahuman_raw_controls.csv");
const ARKIT_WEIGHTS: &str = include_str!("../facts/arkit_to_metahuman.csv");
const ARKIT_EXTRAS: &str = include_str!("../facts/metahuman_to_arkit_extras.csv");
const LIVE_LINK_COLUMNS: &str = include_str!("../facts/livelink_face_columns.csv");
const LEGACY_CONTROLS: &str = include_str!("../facts/metahuman_legacy_controls.csv");
const EXTRA_CURVES: &str = include_str!("../facts/metahuman_extra_curves.csv");

pub(crate) type FactRow = std::collections::HashMap<String, String>;

pub(crate) struct Facts {
    /// 174 face-board channels and four board-only ones, with the expressions that each half drives.
    pub(crate) gui_controls: Vec<FactRow>,
    /// 251 expression controls in byte order of their names.
    pub(crate) raw_controls: Vec<FactRow>,
    /// ARKit curve, MetaHuman curve, weight.
    pub(crate) arkit_weights: Vec<FactRow>,
    /// MetaHuman expressions that the ARKit table never drives, and the ARKit curve that stands in for them.
    pub(crate) arkit_extras: Vec<FactRow>,
    /// Columns of the Live Link Face app with their place in the CSV file and in the UDP packet.
    pub(crate) live_link_columns: Vec<FactRow>,
    /// Expression names of the 2022 rig with their replacement, where there is one.
    pub(crate) legacy_controls: Vec<FactRow>,
    /// Curves beside the expressions: head, switches, version marks.
    pub(crate) extra_curves: Vec<FactRow>,
}

pub(crate) static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts {
    gui_controls: table("metahuman_gui_controls", GUI_CONTROLS),
    raw_controls: table("metahuman_raw_controls", RAW_CONTROLS),
    arkit_weights: table("arkit_to_metahuman", ARKIT_WEIGHTS),
    arkit_extras: table("metahuman_to_arkit_extras", ARKIT_EXTRAS),
    live_link_columns: table("livelink_face_columns", LIVE_LINK_COLUMNS),
    legacy_controls: table("metahuman_legacy_controls", LEGACY_CONTROLS),
    extra_curves: table("metahuman_extra_curves", EXTRA_CURVES),
});

fn table(name: &str, text: &str) -> Vec<FactRow> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize::<FactRow>()
        .map(|row| row.unwrap_or_else(|error| panic!("embedded table {name}: {error}")))
        .collect()
}

/// The text in a column; empty where the table has nothing to say.
pub(crate) fn text<'a>(row: &'a FactRow, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

/// The number in a column.
pub(crate) fn number(row: &FactRow, column: &str) -> f32 {
    text(row, column)
        .parse()
        .unwrap_or_else(|_| panic!("embedded table: column {column} wants a number in {row:?}"))
}

/// The `|`-separated names in a column, none where it is empty.
pub(crate) fn names<'a>(row: &'a FactRow, column: &str) -> impl Iterator<Item = &'a str> {
    text(row, column).split('|').filter(|name| !name.is_empty())
}
