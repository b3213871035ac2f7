//! Emotion weights over time, read from a CSV file.

use std::path::Path;

use super::strength;
use super::{EmotionWeights, check_written};
use crate::error::{EngineError, ErrorKind, Result};
use crate::face_parts::{PART_COUNT, part_index};

const TIME_COLUMN: &str = "time_s";
/// What the header of a column with the strength of a part of the face begins with.
const STRENGTH_PREFIX: &str = "strength:";

/// The weights of all emotions of a curve at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct EmotionKey {
    /// Time in seconds; 0 is the recording's first sample.
    pub time_s: f64,
    /// One weight an emotion, in the order of [`EmotionCurve::emotions`], each >= 0.
    pub weights: Vec<f32>,
    /// Strength of the emotion by part of the face, in the order of [`crate::FACE_PARTS`]; 1 for those that have no
    /// column.
    pub strengths: [f32; PART_COUNT],
}

impl EmotionKey {
    /// Strengths that leave the emotion as the model shows it.
    pub const FULL: [f32; PART_COUNT] = [1.0; PART_COUNT];
}

/// Emotion weights that change over time: linear between keys, held before the first and after the last.
///
/// Two keys at the same time make a step, two equal keys a hold. The file form is CSV with a header row; columns
/// `strength:PART` change the strength of the emotion in a part of the face ([`crate::EmotionStrength`]) and multiply
/// that of the settings. What Excel writes is understood: a byte order mark, semicolons with decimal commas, tabs,
/// rows without any value.
///
/// ```
/// use cstalk_engine::EmotionCurve;
/// let csv = "time_s,happy,angry\n0.0,0,0\n1.5,0.8,0\n3.0,0,0.5\n";
/// let curve = EmotionCurve::from_csv("mood.csv", csv.as_bytes())?;
/// assert_eq!(curve.emotions(), ["happy", "angry"]);
/// assert_eq!(curve.keys().len(), 3);
/// # Ok::<(), cstalk_engine::EngineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EmotionCurve {
    emotions: Vec<String>,
    has_strengths: bool,
    keys: Vec<EmotionKey>,
}

impl EmotionCurve {
    /// A curve of these keys, whose weights stand in the order of `emotions`.
    ///
    /// # Errors
    /// `BadInput` for no keys, an emotion twice or without a name, another number of weights, time running backwards, a
    /// time that is not finite, a weight outside 0 to 2 or a strength above 1.5.
    pub fn new(emotions: Vec<String>, keys: Vec<EmotionKey>) -> Result<Self> {
        let bad = |what: String| Err(EngineError::bad_input(format!("emotion keys: {what}")));
        if keys.is_empty() {
            return bad("wanted at least one, got none".to_owned());
        }
        if let Some(twice) =
            emotions.iter().enumerate().find(|(index, name)| emotions[..*index].contains(name))
        {
            return bad(format!("emotion `{}` is named twice", twice.1));
        }
        // As in a file, where blanks around a name are no part of it.
        let is_name =
            |name: &String| !name.is_empty() && name.trim() == name && !name.starts_with(STRENGTH_PREFIX);
        if let Some(odd) = emotions.iter().find(|name| !is_name(name)) {
            return bad(format!("`{odd}` is no name for an emotion"));
        }
        let mut before_s = f64::NEG_INFINITY;
        for key in &keys {
            if !key.time_s.is_finite() || key.time_s < before_s {
                return bad(format!("time runs backwards: {} s after {before_s} s", key.time_s));
            }
            before_s = key.time_s;
            if key.weights.len() != emotions.len() {
                return bad(format!(
                    "key at {before_s} s: wanted {} weights, got {}",
                    emotions.len(),
                    key.weights.len()
                ));
            }
            EmotionWeights::written(emotions.iter().cloned().zip(key.weights.iter().copied()).collect())?;
            for (name, strength) in crate::FACE_PARTS.iter().zip(key.strengths) {
                strength::check(name, strength).map_err(EngineError::bad_input)?;
            }
        }
        let has_strengths = keys.iter().any(|key| key.strengths != EmotionKey::FULL);
        Ok(Self { emotions, has_strengths, keys })
    }

    /// The curve in a CSV file.
    ///
    /// # Errors
    /// `BadInput` naming the file and line: no such file, no `time_s` column, an emotion twice, an unknown part of
    /// the face, a row of another length, a value that is not a number >= 0, a weight above 2, a strength above
    /// 1.5, time running backwards, no rows.
    pub fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read(path).map_err(|error| {
            let message = format!("cannot read the emotion curve {}: {error}", path.display());
            EngineError::because(ErrorKind::BadInput, message, error)
        })?;
        Self::from_csv(&path.display().to_string(), &text)
    }

    /// The curve in CSV text; `name` stands in error messages for the file.
    ///
    /// # Errors
    /// As [`EmotionCurve::open`].
    pub fn from_csv(name: &str, text: &[u8]) -> Result<Self> {
        let bad = |line: u64, what: String| {
            EngineError::new(ErrorKind::BadInput, format!("{name}, line {line}: {what}"))
        };
        let separator = separator_of(text);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text);
        let header = reader.headers().map_err(|error| bad(1, error.to_string()))?.clone();
        let columns = read_header(&header).map_err(|what| bad(1, what))?;
        let mut keys: Vec<EmotionKey> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = line_of(error.position(), text);
                bad(line, error.to_string())
            })?;
            let line = line_of(record.position(), text);
            if record.iter().all(str::is_empty) {
                continue;
            }
            let key = read_key(&record, &columns, separator).map_err(|what| bad(line, what))?;
            if let Some(before) = keys.last().filter(|before| before.time_s > key.time_s) {
                let (now_s, before_s) = (key.time_s, before.time_s);
                return Err(bad(line, format!("time runs backwards: {now_s} s after {before_s} s")));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(bad(
                2,
                "wanted at least one row of weights, the curve ends after its header".to_owned(),
            ));
        }
        let has_strengths = columns.iter().any(|column| matches!(column, Column::Strength(_)));
        let emotions = columns.into_iter().filter_map(|column| match column {
            Column::Emotion(name) => Some(name),
            Column::Strength(_) => None,
        });
        Ok(Self { emotions: emotions.collect(), has_strengths, keys })
    }

    /// Names of the emotions that have a column, in the order of the columns.
    pub fn emotions(&self) -> &[String] {
        &self.emotions
    }

    /// All keys, by time.
    pub fn keys(&self) -> &[EmotionKey] {
        &self.keys
    }

    /// The curve as CSV text, which [`EmotionCurve::from_csv`] reads back to the same keys, to the bit.
    pub fn to_csv(&self) -> String {
        let parts = crate::FACE_PARTS.iter().filter(|_| self.has_strengths);
        let header = std::iter::once(TIME_COLUMN.to_owned())
            .chain(self.emotions.iter().cloned())
            .chain(parts.map(|part| format!("{STRENGTH_PREFIX}{part}")));
        let mut text = line(header);
        for EmotionKey { time_s, weights, strengths } in &self.keys {
            let strengths = strengths.iter().filter(|_| self.has_strengths);
            let values = weights.iter().chain(strengths).map(f32::to_string);
            text += &line(std::iter::once(time_s.to_string()).chain(values));
        }
        text
    }

    /// Strengths of all keys, if the curve has any.
    pub(super) fn strengths(&self) -> Option<Vec<[f32; PART_COUNT]>> {
        self.has_strengths.then(|| self.keys.iter().map(|key| key.strengths).collect())
    }

    /// Key times in seconds and weights `[key, emotion]` in the order of a model's `emotions`.
    pub(super) fn resolve(&self, emotions: &[String]) -> Result<(Vec<f64>, Vec<f32>)> {
        let mut times_s = Vec::with_capacity(self.keys.len());
        let mut weights = Vec::with_capacity(self.keys.len() * emotions.len());
        for key in &self.keys {
            let pairs = self.emotions.iter().cloned().zip(key.weights.iter().copied()).collect();
            times_s.push(key.time_s);
            weights.extend(EmotionWeights::new(pairs)?.resolve(emotions)?);
        }
        Ok((times_s, weights))
    }
}

/// One line of CSV; cells that would not read back as they are stand in quotes.
fn line(cells: impl Iterator<Item = String>) -> String {
    let cells = cells.map(|cell| match cell.contains([',', ';', '\t', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    });
    cells.collect::<Vec<_>>().join(",") + "\n"
}

/// The line, counted from 1, on which the record at `position` begins. The reader's own count stops short
/// of the empty lines that it skipped.
fn line_of(position: Option<&csv::Position>, text: &[u8]) -> u64 {
    let Some(position) = position else { return 0 };
    let rest = text.get(position.byte() as usize..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
}

/// A column after the time.
enum Column {
    Emotion(String),
    /// Place of a part of the face.
    Strength(usize),
}

/// A comma, unless the first line has none but semicolons (Excel where the comma is decimal) or tabs.
fn separator_of(text: &[u8]) -> u8 {
    let header = text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
    let has = |separator: u8| header.contains(&separator);
    [b';', b'\t'].into_iter().find(|separator| has(*separator) && !has(b',')).unwrap_or(b',')
}

fn read_header(header: &csv::StringRecord) -> std::result::Result<Vec<Column>, String> {
    // Excel writes a byte order mark before the first name.
    let first = header.get(0).unwrap_or_default().trim_start_matches('\u{feff}');
    if first != TIME_COLUMN {
        return Err(format!("wanted a header `time_s,happy,...`, got `{first}` as first column"));
    }
    let mut columns = Vec::new();
    for (index, name) in header.iter().enumerate().skip(1) {
        if name.is_empty() {
            return Err(format!("column {} has no name: wanted an emotion or `strength:PART`", index + 1));
        }
        if header.iter().skip(1).take(index - 1).any(|before| before == name) {
            return Err(format!("emotion `{name}` has two columns"));
        }
        columns.push(match name.strip_prefix(STRENGTH_PREFIX) {
            Some(part) => Column::Strength(part_index(part.trim())?),
            None => Column::Emotion(name.to_owned()),
        });
    }
    if columns.is_empty() {
        return Err("wanted at least one emotion column after `time_s`".to_owned());
    }
    Ok(columns)
}

fn read_key(
    record: &csv::StringRecord,
    columns: &[Column],
    separator: u8,
) -> std::result::Result<EmotionKey, String> {
    if record.len() != columns.len() + 1 {
        return Err(format!("wanted {} values as in the header, got {}", columns.len() + 1, record.len()));
    }
    let number = |column: &str, text: &str| number(column, text, separator);
    let time_s = number(TIME_COLUMN, &record[0])?;
    let mut weights = Vec::with_capacity(columns.len());
    let mut strengths = [1.0; PART_COUNT];
    for (column, text) in columns.iter().zip(record.iter().skip(1)) {
        match column {
            Column::Emotion(name) => {
                let weight = number(name, text)? as f32;
                if !weight.is_finite() || weight < 0.0 {
                    return Err(format!("emotion `{name}`: wanted a weight from 0 to 1, got `{text}`"));
                }
                check_written(name, weight)?;
                weights.push(weight);
            }
            Column::Strength(part) => {
                let name = crate::FACE_PARTS[*part];
                let strength = number(&format!("{STRENGTH_PREFIX}{name}"), text)? as f32;
                strength::check(name, strength)?;
                strengths[*part] = strength;
            }
        }
    }
    Ok(EmotionKey { time_s, weights, strengths })
}

fn number(column: &str, text: &str, separator: u8) -> std::result::Result<f64, String> {
    // Where fields are not separated by commas, a comma is a decimal one.
    let read = if separator == b',' { text.parse::<f64>() } else { text.replace(',', ".").parse() };
    read.ok()
        .filter(|value| value.is_finite())
        .ok_or_else(|| format!("column `{column}`: wanted a number, got `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::super::track::KeyTrack;
    use super::*;
    use crate::FACE_PARTS;

    fn curve(text: &str) -> EmotionCurve {
        EmotionCurve::from_csv("mood.csv", text.as_bytes()).unwrap()
    }

    #[test]
    fn faulty_files_are_refused_with_their_line() {
        let cases = [
            ("", "line 1"),
            ("seconds,happy\n0,1\n", "line 1: wanted a header"),
            ("time_s\n0\n", "at least one emotion column"),
            ("time_s,happy,happy\n0,1,1\n", "`happy` has two columns"),
            ("time_s,happy\n", "at least one row"),
            ("time_s,happy\n0,1\n1\n", "line 3: wanted 2 values"),
            ("time_s,happy\n0,1\n1,0.5,3\n", "line 3: wanted 2 values"),
            ("time_s,happy\n0,much\n", "line 2: column `happy`"),
            ("time_s,happy\n0,-0.5\n", "line 2: emotion `happy`"),
            ("time_s,happy\n0,inf\n", "line 2: column `happy`"),
            ("time_s,happy\n1,0\n\n0,0\n", "line 4: time runs backwards"),
            ("time_s,happy\n1,0\n,\n0,0\n", "line 4: time runs backwards"),
            ("time_s,happy\n0,70\n", "line 2: emotion `happy`: wanted a weight from 0 to 1 (0.7 for 70 %)"),
            ("time_s,happy,\n0,1,\n", "line 1: column 3 has no name"),
            ("time_s;happy\n0;1,5,5\n", "line 2: column `happy`: wanted a number, got `1,5,5`"),
            ("time_s,happy\n0,0,5\n", "line 2: wanted 2 values"),
            ("time_s,strength:brow\n0,1\n", "line 1: unknown part of the face `brow`: known are brows, eyes"),
            ("time_s,strength:jaw\n0,1.6\n", "line 2: emotion strength of `jaw`: wanted 0 to 1.5"),
            ("time_s,happy\n,\n", "at least one row"),
        ];
        for (text, wanted) in cases {
            let error = EmotionCurve::from_csv("mood.csv", text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("mood.csv") && error.contains(wanted), "{text:?}: {error}");
        }
        let not_utf8 = EmotionCurve::from_csv("mood.csv", b"time_s,happy\n0,\xff\xfe\n").unwrap_err();
        assert!(not_utf8.to_string().contains("line 2"), "{not_utf8}");
    }

    #[test]
    fn written_text_reads_back_to_the_bit() {
        for text in [
            "time_s,happy\n0,0\n0.1,0.3333333\n0.1,1\n",
            "time_s,strength:brows,sad,happy\n-1.5,0.7,0.1,0.2\n1000.0001,1.5,0,1\n",
            "time_s,strength:jaw\n0,0.5\n",
            "time_s,\"sad, or not\",\"a \"\"b\"\"\",x;y\n0,0.5,0.2,0\n",
        ] {
            let read = curve(text);
            let again = curve(&read.to_csv());
            assert_eq!((read.emotions(), read.keys()), (again.emotions(), again.keys()), "{text}");
        }
    }

    #[test]
    fn weights_are_linear_between_keys_and_held_outside() {
        let text = "\u{feff}time_s, happy\n1.0, 0.0\n2.0, 1.0\n3.0, 1.0\n3.0, 0.25\n";
        let known = ["neutral", "happy"].map(String::from);
        let (times_s, weights) = curve(text).resolve(&known).unwrap();
        let track = KeyTrack::new(times_s, weights, None, known.len());
        let mut row = [0.0; 2];
        for (time_s, wanted) in
            [(-5.0, 0.0), (0.0, 0.0), (1.5, 0.5), (1.75, 0.75), (2.5, 1.0), (3.0, 0.25), (1e9, 0.25)]
        {
            track.weights_at(time_s, &mut row);
            assert!((row[1] - wanted).abs() < 1e-6, "{time_s} s: {row:?}");
            assert!((row[0] + row[1] - 1.0).abs() < 1e-6, "{time_s} s: {row:?}");
        }
    }

    #[test]
    fn spreadsheets_in_any_language_give_the_same_curve() {
        let wanted = curve("time_s,happy,strength:brows\n0,0.5,1\n1.5,1.05,0.25\n");
        for text in [
            "\u{feff}time_s;happy;strength:brows\r\n0;0,5;1\r\n1,5;1,05;0,25\r\n;;\r\n",
            "time_s\thappy\tstrength: brows\n0\t0.5\t1\n1.5\t1.05\t0,25\n",
            "time_s , happy,strength:brows\n\n0,.5,1\n,,\n1.5,1.05,.25",
        ] {
            assert_eq!(curve(text), wanted, "{text:?}");
        }
        assert_eq!(wanted.emotions(), ["happy"]);
        assert_eq!(FACE_PARTS[0], "brows");
        assert_eq!(wanted.keys()[1].strengths, [0.25, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert!(curve("time_s,happy\n0,1\n").strengths().is_none());
    }
}
