//! Counts what a protobuf message would unfold into before it is decoded.
//!
//! A list entry of two bytes becomes a structure of hundreds, so a hostile file of moderate size could ask for
//! any amount of memory. The walk knows just enough of `onnx.proto` to follow the messages that hold lists.

use crate::error::{Error, Result};

/// Files above this are refused; protobuf itself ends at 2 GiB.
pub(crate) const MAX_FILE_BYTES: u64 = 1 << 30;
/// More list entries than this in one file are refused: a transformer of a hundred layers has some thousands.
const MAX_ENTRIES: usize = 1_000_000;
/// The decoder refuses messages nested deeper than this, so they need no counting.
const MAX_DEPTH: usize = 100;

/// Refuses bytes that would unfold into more than [`MAX_ENTRIES`] list entries.
pub(crate) fn check_entries(bytes: &[u8]) -> Result<()> {
    let mut entries = 0;
    walk(bytes, Kind::Model, 0, &mut entries)
}

#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Other,
}

/// Which message a length-delimited field of a message holds; `None` for bytes that unfold into nothing.
fn child(parent: Kind, field: u64) -> Option<Kind> {
    match (parent, field) {
        (Kind::Model, 7) => Some(Kind::Graph),
        (Kind::Model, _) => Some(Kind::Other),
        (Kind::Graph, 1) => Some(Kind::Node),
        (Kind::Graph, 5) => Some(Kind::Tensor),
        (Kind::Graph, _) => Some(Kind::Other),
        (Kind::Node, 5) => Some(Kind::Attribute),
        (Kind::Node, _) => Some(Kind::Other),
        (Kind::Attribute, 5 | 10) => Some(Kind::Tensor),
        (Kind::Attribute, 6 | 11) => Some(Kind::Graph),
        // Packed floats and integers grow eightfold at most; text is kept as it is.
        (Kind::Attribute, 4 | 7 | 8 | 9) => None,
        (Kind::Attribute, _) => Some(Kind::Other),
        // raw_data and the packed number lists: as large in memory as in the file, or eight times.
        (Kind::Tensor, 1 | 4 | 5 | 7 | 9 | 10 | 11) => None,
        (Kind::Tensor, _) => Some(Kind::Other),
        (Kind::Other, _) => Some(Kind::Other),
    }
}

fn walk(mut bytes: &[u8], kind: Kind, depth: usize, entries: &mut usize) -> Result<()> {
    while !bytes.is_empty() {
        *entries += 1;
        if *entries > MAX_ENTRIES {
            return Err(Error::bad_model(format!("more than {MAX_ENTRIES} entries in one file")));
        }
        let broken = || Error::bad_model("not an ONNX file, or cut short");
        let Some(key) = varint(&mut bytes) else { return Err(broken()) };
        let skip = match key & 7 {
            0 => {
                varint(&mut bytes).ok_or_else(broken)?;
                continue;
            }
            1 => 8,
            5 => 4,
            2 => varint(&mut bytes).and_then(|length| usize::try_from(length).ok()).ok_or_else(broken)?,
            // Groups are not used by ONNX.
            _ => return Err(broken()),
        };
        let (field, rest) = bytes.split_at_checked(skip).ok_or_else(broken)?;
        bytes = rest;
        if key & 7 == 2
            && depth < MAX_DEPTH
            && let Some(child) = child(kind, key >> 3)
        {
            let walked = walk(field, child, depth + 1, entries);
            // Text and messages not followed by name look alike, so there what does not parse is text.
            if *entries > MAX_ENTRIES || !matches!(child, Kind::Other) {
                walked?;
            }
        }
    }
    Ok(())
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
