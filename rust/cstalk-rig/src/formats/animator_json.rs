//! Exported keys of a MetaHuman Animator performance.
//!
//! ```json
//! {"metadata": {"sequenceLengthSeconds": 24.55, "numFrames": 1472},
//!  "curves": {"CTRL_expressions_jawOpen": {"t": [0.0, 0.01668], "v": [0.1, 0.2]}}}
//! ```
//!
//! Curves are keyed where they move; between keys they are linear, and a curve without keys is 0. The rate is
//! `numFrames / sequenceLengthSeconds`, or else the usual step of the curve with the most keys. Written files have a key
//! on every row, and hold nothing but metahuman-251.
//!
//! Solved values may lie a little outside 0..1; they are kept as they are, and [`crate::RigMap`] clamps.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Result};
use crate::formats::json::json_error;
use crate::formats::output::file_value;
use crate::formats::timing::{KeyedCurve, RowTiming, rate_of, take_of_curves};
use crate::formats::{Format, Imported, ReadOptions};
use crate::names::{HeaderPlan, MAX_FILE_COLUMNS, quoted};
use crate::rate::CurveRate;
use crate::rig::{Control, RigId};
use crate::take::Take;

/// Most keys of all curves together: 384 MiB.
const MAX_KEYS: usize = 1 << 25;

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(rename = "sequenceLengthSeconds")]
    length_s: Option<f64>,
    #[serde(rename = "numFrames")]
    row_count: Option<f64>,
}

/// Reads a file of this format.
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] with file, line, wanted and got.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Imported> {
    if let Some(rig) = options.rig.filter(|rig| *rig != RigId::MetaHuman251) {
        return Err(Error::unsupported(format!("animator-json: wanted rig metahuman-251, got {rig}")));
    }
    let file = File::open(path).map_err(|source| Error::io("open", path, source))?;
    let mut reader = serde_json::Deserializer::from_reader(BufReader::new(file));
    let wrong = |error: serde_json::Error| json_error(path, error);
    let (metadata, curves) = reader.deserialize_map(Document).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    imported(metadata, curves, options).map_err(|error| error.at(path, None))
}

/// Writes a take of metahuman-251 in this format; see [`crate::formats::write_take`].
///
/// # Errors
/// Those of [`crate::formats::write_take`].
pub fn write(path: &Path, take: &Take) -> Result<()> {
    crate::formats::write_take(path, Format::AnimatorJson, take)
}

fn imported(
    metadata: Metadata,
    curves: Vec<(String, KeyedCurve)>,
    options: &ReadOptions,
) -> Result<Imported> {
    let names: Vec<&str> = curves.iter().map(|(name, _)| name.as_str()).collect();
    let plan = HeaderPlan::new(&names, Some(RigId::MetaHuman251))?;
    let named_rate = match (metadata.row_count, metadata.length_s) {
        (Some(rows), Some(length_s)) if length_s > 0.0 => Some(CurveRate::from_hz(rows / length_s)?),
        _ => None,
    };
    let densest = curves.iter().max_by_key(|(_, curve)| curve.times_s.len());
    let rate = match options.rate.or(named_rate) {
        Some(rate) => rate,
        None => densest.and_then(|(_, curve)| rate_of(&curve.times_s)).unwrap_or_else(|| {
            Err(Error::bad_input(
                "rate: wanted numFrames and sequenceLengthSeconds, or a curve of two keys, got neither",
            ))
        })?,
    };
    let last_time_s =
        curves.iter().filter_map(|(_, curve)| curve.times_s.last().copied()).fold(0.0, f64::max);
    let mut placed = Vec::with_capacity(curves.len());
    for ((_, mut curve), target) in curves.into_iter().zip(&plan.targets) {
        if let Some(target) = target {
            curve.values.iter_mut().for_each(|value| *value *= target.scale);
            placed.push((target.column, curve));
        }
    }
    let take = take_of_curves(RigId::MetaHuman251, &placed, rate, last_time_s)?;
    let (named, timing) = (plan.named(), RowTiming::even(&take));
    Ok(Imported { take, warnings: plan.warnings, start_timecode: None, named, timing })
}

pub(super) fn write_header(out: &mut impl Write, rate: CurveRate, row_count: usize) -> std::io::Result<()> {
    write!(
        out,
        "{{\"metadata\":{{\"sequenceLengthSeconds\":{},\"numFrames\":{row_count}}},\n\"curves\":{{",
        rate.time_s(row_count)
    )
}

pub(super) fn write_curve(
    out: &mut impl Write,
    control: &Control,
    first: bool,
    rate: CurveRate,
    values: impl ExactSizeIterator<Item = f32>,
) -> std::io::Result<()> {
    write!(out, "{}\n\"{}\":{{\"t\":[", if first { "" } else { "," }, control.name)?;
    for row in 0..values.len() {
        write!(out, "{}{:.6}", if row == 0 { "" } else { "," }, rate.time_s(row))?;
    }
    out.write_all(b"],\"v\":[")?;
    for (row, value) in values.enumerate() {
        write!(out, "{}{}", if row == 0 { "" } else { "," }, file_value(control, value))?;
    }
    out.write_all(b"]}")
}

pub(super) fn write_end(out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(b"\n}}\n")
}

struct Document;

impl<'de> Visitor<'de> for Document {
    type Value = (Metadata, Vec<(String, KeyedCurve)>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with metadata and curves")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let (mut metadata, mut curves) = (Metadata::default(), None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "metadata" => metadata = map.next_value()?,
                "curves" => curves = Some(map.next_value_seed(Curves)?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match curves {
            Some(curves) => Ok((metadata, curves)),
            None => Err(A::Error::custom("wanted the key curves, got an object without it")),
        }
    }
}

struct Curves;

impl<'de> DeserializeSeed<'de> for Curves {
    type Value = Vec<(String, KeyedCurve)>;
    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Curves {
    type Value = Vec<(String, KeyedCurve)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of curves")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let mut curves = Vec::new();
        let mut keys_left = MAX_KEYS;
        while let Some(name) = map.next_key::<String>()? {
            if curves.len() == MAX_FILE_COLUMNS {
                return Err(A::Error::custom(format!("wanted at most {MAX_FILE_COLUMNS} curves, got more")));
            }
            let curve = map.next_value_seed(OneCurve { name: &name, keys_left })?;
            keys_left -= curve.values.len();
            curves.push((name, curve));
        }
        Ok(curves)
    }
}

struct OneCurve<'a> {
    name: &'a str,
    keys_left: usize,
}

impl<'de> DeserializeSeed<'de> for OneCurve<'_> {
    type Value = KeyedCurve;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<KeyedCurve, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneCurve<'_> {
    type Value = KeyedCurve;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "curve {}: an object with times t and values v", quoted(self.name))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<KeyedCurve, A::Error> {
        let name = quoted(self.name);
        let mut curve = KeyedCurve::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "t" => curve.times_s = map.next_value_seed(Numbers { most: self.keys_left })?,
                "v" => {
                    let values: Vec<f64> = map.next_value_seed(Numbers { most: self.keys_left })?;
                    curve.values = values.into_iter().map(|value| value as f32).collect();
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if curve.times_s.len() != curve.values.len() {
            let (times, values) = (curve.times_s.len(), curve.values.len());
            return Err(A::Error::custom(format!(
                "curve {name}: wanted as many values as times, got {values} and {times}"
            )));
        }
        if !curve.values.iter().all(|value| value.is_finite()) {
            return Err(A::Error::custom(format!(
                "curve {name}: wanted finite numbers, got one that is not"
            )));
        }
        if curve.times_s.first().is_some_and(|first| *first < 0.0) {
            return Err(A::Error::custom(format!(
                "curve {name}: wanted times from 0 on, got {}",
                curve.times_s[0]
            )));
        }
        if let Some(pair) = curve.times_s.windows(2).find(|pair| pair[1] <= pair[0]) {
            return Err(A::Error::custom(format!(
                "curve {name}: wanted a time after {}, got {}",
                pair[0], pair[1]
            )));
        }
        Ok(curve)
    }
}

struct Numbers {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Numbers {
    type Value = Vec<f64>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Vec<f64>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Numbers {
    type Value = Vec<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Vec<f64>, A::Error> {
        let mut numbers = Vec::new();
        while let Some(number) = seq.next_element()? {
            if numbers.len() == self.most {
                return Err(A::Error::custom(format!(
                    "wanted at most {MAX_KEYS} keys in the file, got more"
                )));
            }
            numbers.push(number);
        }
        Ok(numbers)
    }
}
