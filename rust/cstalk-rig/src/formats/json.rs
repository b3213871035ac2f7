//! The project's JSON of curves: a header, then rows.
//!
//! ```json
//! {"schema": "cstalk-take/1", "rig": "arkit-52", "rig_schema_version": 1,
//!  "rate": {"numerator": 50, "denominator": 1},
//!  "names": ["eyeBlinkLeft", "..."],
//!  "rows": [[0.0, 0.0], [0.1, 0.0]]}
//! ```
//!
//! `rows` comes last, so that a long take can be read and written row by row.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::formats::output::write_values;
use crate::formats::timing::RowTiming;
use crate::formats::{Format, Imported, ReadOptions};
use crate::names::{HeaderPlan, MAX_FILE_COLUMNS};
use crate::rate::CurveRate;
use crate::rig::{Rig, RigId};
use crate::take::Take;

const SCHEMA: &str = "cstalk-take/1";

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Imported> {
    let file = File::open(path).map_err(|source| Error::io("open", path, source))?;
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(file));
    let wrong = |error: serde_json::Error| json_error(path, error);
    let (take, plan) = reader.deserialize_map(Document { options }).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    let (named, timing) = (plan.named(), RowTiming::even(&take));
    Ok(Imported { take, warnings: plan.warnings, start_timecode: None, named, timing })
}

/// Writes a take in this format; see [`crate::formats::write_take`].
///
/// # Errors
/// Those of [`crate::formats::write_take`].
pub fn write(path: &Path, take: &Take) -> Result<()> {
    crate::formats::write_take(path, Format::Json, take)
}

pub(super) fn json_error(path: &Path, error: serde_json::Error) -> Error {
    if error.is_io() {
        return Error::io("read", path, error.into());
    }
    let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
    Error::bad_input(error.to_string()).at(path, line)
}

pub(super) fn write_header(out: &mut impl Write, rig: RigId, rate: CurveRate) -> std::io::Result<()> {
    let names: Vec<&str> = Rig::get(rig).columns().iter().map(|control| control.name.as_str()).collect();
    write!(
        out,
        "{{\"schema\":\"{SCHEMA}\",\"rig\":\"{rig}\",\"rig_schema_version\":{},\"rate\":{},\n\"names\":{},\n\"rows\":[",
        Rig::get(rig).schema_version(),
        serde_json::to_string(&rate)?,
        serde_json::to_string(&names)?
    )
}

pub(super) fn write_row(
    out: &mut impl Write,
    rig: RigId,
    row_index: usize,
    row: &[f32],
) -> std::io::Result<()> {
    out.write_all(if row_index == 0 { b"\n[" } else { b",\n[" })?;
    write_values(out, Rig::get(rig).columns(), row, false)?;
    out.write_all(b"]")
}

pub(super) fn write_end(out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(b"\n]}\n")
}

struct Document<'a> {
    options: &'a ReadOptions,
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = (Take, HeaderPlan);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with schema {SCHEMA}, rig, rate, names and rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let (mut rig, mut rate, mut plan) = (self.options.rig, self.options.rate, None);
        let mut read = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "schema" => {
                    let schema: String = map.next_value()?;
                    if schema != SCHEMA {
                        let got = crate::names::quoted(&schema);
                        return Err(A::Error::custom(format!("schema: wanted \"{SCHEMA}\", got {got}")));
                    }
                }
                "rig" => {
                    let named: RigId = map.next_value::<String>()?.parse().map_err(A::Error::custom)?;
                    if let Some(wanted) = self.options.rig.filter(|wanted| *wanted != named) {
                        return Err(A::Error::custom(format!("rig: wanted {wanted}, got {named}")));
                    }
                    rig = Some(named);
                }
                "rig_schema_version" => {
                    let got: u32 = map.next_value()?;
                    let wanted = Rig::get(rig.unwrap_or(RigId::Board185)).schema_version();
                    if got != wanted {
                        return Err(A::Error::custom(format!(
                            "rig_schema_version: wanted {wanted}, got {got}"
                        )));
                    }
                }
                "rate" => rate = Some(map.next_value::<CurveRate>()?),
                "names" => {
                    let names = map.next_value_seed(Names)?;
                    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
                    plan = Some(HeaderPlan::new(&borrowed, rig).map_err(A::Error::custom)?);
                }
                "rows" => {
                    let (Some(plan), Some(rate)) = (&plan, rate) else {
                        return Err(A::Error::custom(
                            "rows: wanted names and rate before them, got rows first",
                        ));
                    };
                    read = Some(map.next_value_seed(Rows { plan, take: Take::new(plan.rig, rate) })?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match (read, plan) {
            (Some(take), Some(plan)) if take.row_count() > 0 => Ok((take, plan)),
            (Some(_), _) => Err(A::Error::custom("rows: wanted at least one, got none")),
            _ => Err(A::Error::custom("wanted the key rows, got an object without it")),
        }
    }
}

struct Names;

impl<'de> DeserializeSeed<'de> for Names {
    type Value = Vec<String>;
    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Names {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of control names")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = seq.next_element()? {
            if names.len() == MAX_FILE_COLUMNS {
                return Err(A::Error::custom(format!("names: wanted at most {MAX_FILE_COLUMNS}, got more")));
            }
            names.push(name);
        }
        Ok(names)
    }
}

struct Rows<'a> {
    plan: &'a HeaderPlan,
    take: Take,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = Take;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Take, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = Take;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> std::result::Result<Take, A::Error> {
        let mut row = vec![0.0; self.take.column_count()];
        while seq.next_element_seed(Row { plan: self.plan, row: &mut row })?.is_some() {
            self.take.push_row(&row).map_err(A::Error::custom)?;
        }
        Ok(self.take)
    }
}

struct Row<'a> {
    plan: &'a HeaderPlan,
    row: &'a mut [f32],
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of {} numbers", self.plan.targets.len())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<(), A::Error> {
        for (index, target) in self.plan.targets.iter().enumerate() {
            let value: f32 = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &self))?;
            if let Some(target) = target {
                self.row[target.column] = target.scale * value;
            }
        }
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::invalid_length(self.plan.targets.len() + 1, &self)),
        }
    }
}
