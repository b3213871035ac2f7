//! Emotion weights over time, read from a CSV file.

use std::path::Path;

use super::EmotionWeights;
use crate::error::{EngineError, ErrorKind, Result};

const TIME_COLUMN: &str = "time_s";

/// The weights of all emotions of a curve at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct EmotionKey {
    /// Time in seconds; 0 is the recording's first sample.
    pub time_s: f64,
    /// One weight an emotion, in the order of [`EmotionCurve::emotions`], each >= 0.
    pub weights: Vec<f32>,
}

/// Emotion weights that change over time: linear between keys, held before the first and after the last.
///
/// Two keys at the same time make a step. The file form is CSV with a header row:
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
    keys: Vec<EmotionKey>,
}

impl EmotionCurve {
    /// The curve in a CSV file.
    ///
    /// # Errors
    /// `BadInput` naming the file and line: no such file, no `time_s` column, an emotion twice, a row of
    /// another length, a value that is not a number >= 0, time running backwards, no rows.
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
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text);
        let header = reader.headers().map_err(|error| bad(1, error.to_string()))?.clone();
        // Excel writes a byte order mark before the first name.
        let first = header.get(0).unwrap_or_default().trim_start_matches('\u{feff}');
        if first != TIME_COLUMN {
            return Err(bad(1, format!("wanted a header `time_s,happy,...`, got `{first}` as first column")));
        }
        let emotions: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
        if emotions.is_empty() {
            return Err(bad(1, "wanted at least one emotion column after `time_s`".to_owned()));
        }
        if let Some(twice) = emotions.iter().enumerate().find(|(at, name)| emotions[..*at].contains(name)) {
            return Err(bad(1, format!("emotion `{}` has two columns", twice.1)));
        }
        let mut keys: Vec<EmotionKey> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = line_of(error.position(), text);
                bad(line, error.to_string())
            })?;
            let line = line_of(record.position(), text);
            let key = read_key(&record, &emotions).map_err(|what| bad(line, what))?;
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
        Ok(Self { emotions, keys })
    }

    /// Names of the emotions that have a column, in the order of the columns.
    pub fn emotions(&self) -> &[String] {
        &self.emotions
    }

    /// All keys, by time.
    pub fn keys(&self) -> &[EmotionKey] {
        &self.keys
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

/// The line, counted from 1, on which the record at `position` begins. The reader's own count stops short
/// of the empty lines that it skipped.
fn line_of(position: Option<&csv::Position>, text: &[u8]) -> u64 {
    let Some(position) = position else { return 0 };
    let rest = text.get(position.byte() as usize..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
}

fn read_key(record: &csv::StringRecord, emotions: &[String]) -> std::result::Result<EmotionKey, String> {
    if record.len() != emotions.len() + 1 {
        return Err(format!("wanted {} values as in the header, got {}", emotions.len() + 1, record.len()));
    }
    let time_s = number(TIME_COLUMN, &record[0])?;
    let mut weights = Vec::with_capacity(emotions.len());
    for (name, text) in emotions.iter().zip(record.iter().skip(1)) {
        let weight = number(name, text)? as f32;
        if !weight.is_finite() || weight < 0.0 {
            return Err(format!("emotion `{name}`: wanted a weight from 0 to 1, got `{text}`"));
        }
        weights.push(weight);
    }
    Ok(EmotionKey { time_s, weights })
}

fn number(column: &str, text: &str) -> std::result::Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .ok_or_else(|| format!("column `{column}`: wanted a number, got `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::super::{EmotionSource, EmotionTrack};
    use super::*;
    use std::sync::Arc;

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
        ];
        for (text, wanted) in cases {
            let error = EmotionCurve::from_csv("mood.csv", text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("mood.csv") && error.contains(wanted), "{text:?}: {error}");
        }
        let not_utf8 = EmotionCurve::from_csv("mood.csv", b"time_s,happy\n0,\xff\xfe\n").unwrap_err();
        assert!(not_utf8.to_string().contains("line 2"), "{not_utf8}");
    }

    #[test]
    fn weights_are_linear_between_keys_and_held_outside() {
        let text = "\u{feff}time_s, happy\n1.0, 0.0\n2.0, 1.0\n3.0, 1.0\n3.0, 0.25\n";
        let curve = EmotionCurve::from_csv("mood.csv", text.as_bytes()).unwrap();
        let known = ["neutral", "happy"].map(String::from);
        let track = EmotionTrack::new(&EmotionSource::Curve(Arc::new(curve)), &known).unwrap();
        let mut row = [0.0; 2];
        for (time_s, wanted) in
            [(-5.0, 0.0), (0.0, 0.0), (1.5, 0.5), (1.75, 0.75), (2.5, 1.0), (3.0, 0.25), (1e9, 0.25)]
        {
            track.weights_at(time_s, &mut row);
            assert!((row[1] - wanted).abs() < 1e-6, "{time_s} s: {row:?}");
            assert!((row[0] + row[1] - 1.0).abs() < 1e-6, "{time_s} s: {row:?}");
        }
    }
}
