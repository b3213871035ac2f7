//! Phones and words of a recording with their times, from the files that aligners and label editors write.

mod labels;
mod textgrid;

use std::io::Read;
use std::path::Path;

use serde::{Serialize, Serializer};

use crate::failure::{Failure, Result};

const LARGEST_BYTES: usize = 16 << 20;
/// Most labels of a file, those of all its tiers together.
const MOST_LABELS: usize = 100_000;
/// Longest label of a tier that is used, in characters.
const LONGEST_LABEL: usize = 200;
/// Labels may reach this far beyond the recording, or into the next label, before it is worth a word.
const SLACK_S: f64 = 0.05;

/// Labels that mark silence, noise or nothing, in lower case; so does anything in angle brackets.
const SILENCES: [&str; 9] = ["", "sil", "sp", "spn", "pau", "_", "#", "h#", "epi"];
/// Whole names of tiers of phones, which win over names that only contain one.
const PHONE_TIERS: [&str; 5] = ["phones", "phone", "phonemes", "segments", "mau"];

const ADVICE: &str =
    "a TextGrid with a tier of phones, or lines of start, end and label in seconds (docs/studio.md)";

/// What a parser returns; the error names line, wanted and got.
type Parsed<T> = std::result::Result<T, String>;

/// A phone or a word, from `from_s` to `to_s` in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub(crate) from_s: f64,
    pub(crate) to_s: f64,
    pub(crate) label: String,
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (self.from_s, self.to_s, &self.label).serialize(serializer)
    }
}

/// Phones and words, each in order, without gaps filled and without overlaps. Silences are not among them.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Markers {
    /// File that they come from.
    pub(crate) name: String,
    pub(crate) phones: Vec<Span>,
    pub(crate) words: Vec<Span>,
    /// What was odd about the file.
    #[serde(skip)]
    pub(crate) warnings: Vec<String>,
}

/// A label as it stands in a file.
#[derive(Debug)]
struct Label {
    line: usize,
    from_s: f64,
    to_s: f64,
    text: String,
}

/// Labels that belong together.
#[derive(Debug)]
struct Tier {
    name: String,
    labels: Vec<Label>,
}

impl Markers {
    /// The markers in the bytes of a file called `name`: a TextGrid by its beginning or ending, otherwise lines of
    /// start, end and label.
    ///
    /// # Errors
    /// Input: what is neither, or holds times that are not ordered; the message names file, line, wanted and got.
    pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let read = || -> Parsed<Self> {
            if bytes.len() > LARGEST_BYTES {
                return Err(format!("wanted at most {} MiB of labels, got more", LARGEST_BYTES >> 20));
            }
            let text = decoded(bytes)?;
            if textgrid::is_one(name, &text) {
                Self::of_tiers(textgrid::read(&text)?)
            } else {
                let mut markers = Self::default();
                markers.phones = markers.spans(labels::read(&text)?)?;
                Ok(markers)
            }
        };
        let mut markers =
            read().map_err(|problem| Failure::input(format!("{name}: {problem}")).advise(ADVICE))?;
        if markers.phones.is_empty() && markers.words.is_empty() {
            markers.warnings.push("nothing but silence in it".to_owned());
        }
        markers.name = Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(markers)
    }

    /// As [`Markers::read`], of the file at `path`.
    ///
    /// # Errors
    /// Also a file that cannot be read.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::read(&path.display().to_string(), &bytes_of(path)?)
    }

    /// The markers in the file that lies beside a recording under the same name, `voice.TextGrid` or `voice.lab`.
    ///
    /// # Errors
    /// Those of [`Markers::open`], for a file that is there.
    pub(crate) fn beside(recording: &Path) -> Option<Result<Self>> {
        let place = |extension| Some(recording.with_extension(extension)).filter(|path| path.is_file());
        if let Some(path) = place("TextGrid").or_else(|| place("textgrid")) {
            return Some(Self::open(&path));
        }
        let path = place("lab")?;
        // Aligners also call the transcript so that they read, which has no times.
        match bytes_of(&path) {
            Ok(bytes) if !labels::begins_with_times(&decoded(&bytes).unwrap_or_default()) => None,
            _ => Some(Self::open(&path)),
        }
    }

    /// What is to be said if the markers reach beyond the end of their recording.
    pub(crate) fn warning_beyond(&self, duration_s: f64) -> Option<String> {
        let ends = [&self.phones, &self.words].map(|spans| spans.last().map_or(0.0, |span| span.to_s));
        let end_s = ends[0].max(ends[1]);
        (end_s > duration_s + SLACK_S).then(|| {
            format!(
                "labels up to {end_s:.2} s, but the recording ends at {duration_s:.2} s: the rest is left out"
            )
        })
    }

    /// Leaves out what lies beyond the end of the recording.
    pub(crate) fn cut(&mut self, duration_s: f64) {
        for spans in [&mut self.phones, &mut self.words] {
            spans.retain(|span| span.from_s < duration_s);
            if let Some(last) = spans.last_mut() {
                last.to_s = last.to_s.min(duration_s);
            }
        }
    }

    fn of_tiers(tiers: Vec<Tier>) -> Parsed<Self> {
        let mut markers = Self::default();
        let phones = markers.chosen(&tiers, is_of_phones);
        let words = markers.chosen(&tiers, is_of_words);
        let phones = match (phones, words, tiers.len()) {
            (None, None, 1) => Some(0),
            (None, None, _) => {
                return Err(format!(
                    "wanted a tier of phones (its name contains phone or segment, or is MAU), or a single interval \
                     tier, got {}",
                    names(&tiers)
                ));
            }
            (None, Some(_), _) => {
                markers.warnings.push(format!("no tier of phones, only of words: {}", names(&tiers)));
                None
            }
            (Some(phones), ..) => Some(phones),
        };
        for (index, tier) in tiers.into_iter().enumerate() {
            if Some(index) == phones {
                markers.phones = markers.spans(tier.labels)?;
            } else if Some(index) == words {
                markers.words = markers.spans(tier.labels)?;
            }
        }
        Ok(markers)
    }

    /// Place of the tier whose name is of a kind.
    fn chosen(&mut self, tiers: &[Tier], is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
        let found = || (0..tiers.len()).filter(|index| is_wanted(&tiers[*index].name));
        let by_whole_name =
            found().find(|index| PHONE_TIERS.contains(&tiers[*index].name.to_lowercase().as_str()));
        if by_whole_name.is_none() && found().nth(1).is_some() {
            let several: Vec<String> = found().map(|index| shown(&tiers[index].name)).collect();
            self.warnings.push(format!("of the tiers {} the first is shown", several.join(", ")));
        }
        by_whole_name.or_else(|| found().next())
    }

    /// What of the labels can be drawn, checked.
    fn spans(&mut self, labels: Vec<Label>) -> Parsed<Vec<Span>> {
        let mut spans: Vec<Span> = Vec::new();
        let (mut before_s, mut points, mut overlaps) = (0.0_f64, 0, 0);
        for Label { line, from_s, to_s, text } in labels {
            if !(from_s >= 0.0 && to_s.is_finite()) {
                return Err(format!("line {line}: wanted times from 0 s on, got {from_s} to {to_s}"));
            }
            if to_s < from_s {
                return Err(format!("line {line}: wanted an end after {from_s} s, got {to_s} s"));
            }
            if from_s < before_s {
                return Err(format!(
                    "line {line}: wanted labels in the order of their times, got {from_s} s after {before_s} s"
                ));
            }
            before_s = from_s;
            let label = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_silence(&label) {
                continue;
            }
            if label.chars().count() > LONGEST_LABEL {
                return Err(format!(
                    "line {line}: wanted phones or words of at most {LONGEST_LABEL} characters, got {}",
                    shown(&label)
                ));
            }
            if to_s <= from_s {
                points += 1;
                continue;
            }
            if let Some(last) = spans.last_mut().filter(|last| last.to_s > from_s) {
                overlaps += usize::from(last.to_s > from_s + SLACK_S);
                last.to_s = from_s;
                if last.to_s <= last.from_s {
                    spans.pop();
                }
            }
            spans.push(Span { from_s, to_s, label });
        }
        if points > 0 {
            self.warnings.push(format!("{points} labels without a length are left out"));
        }
        if overlaps > 0 {
            self.warnings.push(format!("{overlaps} labels reached into the next one and are cut there"));
        }
        Ok(spans)
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| Failure::input(format!("cannot read {}: {error}", path.display()));
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Failure::input(format!("{}: wanted a regular file", path.display())));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LARGEST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Text in UTF-8, or in UTF-16 with a byte order mark; lines end in `\n`.
fn decoded(bytes: &[u8]) -> Parsed<String> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => of_utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => of_utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => of_utf8(rest)?,
        _ => of_utf8(bytes)?,
    };
    if text.contains('\0') {
        return Err("wanted text in UTF-8, or in UTF-16 with a byte order mark, got zero bytes; \
                    Praat writes text with `Save as text file`"
            .to_owned());
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn of_utf8(bytes: &[u8]) -> Parsed<String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        let got = bad.first().map_or_else(|| "the end".to_owned(), |byte| format!("the byte {byte:#04x}"));
        format!("line {line}: wanted text in UTF-8, or in UTF-16 with a byte order mark, got {got}")
    })
}

fn of_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Parsed<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("wanted UTF-16, got an odd number of bytes: the file is cut off".to_owned());
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).map_err(|_| "wanted UTF-16, got half a character".to_owned())
}

fn is_silence(label: &str) -> bool {
    let is_bracketed = label.starts_with('<') && label.ends_with('>');
    is_bracketed || SILENCES.contains(&label.to_lowercase().as_str())
}

/// Whether a part of a tier's name, between anything that is no letter, is `part`.
fn has_part(name: &str, part: &str) -> bool {
    name.split(|letter: char| !letter.is_alphabetic()).any(|found| found == part)
}

/// `words`, `Speaker - words`, and `ORT-MAU` as WebMAUS calls them.
fn is_of_words(tier: &str) -> bool {
    let name = tier.to_lowercase();
    name.contains("word") || has_part(&name, "ort")
}

/// `phones`, `Speaker - phones`, `phonemes`, `segments`, and `MAU` as WebMAUS calls them.
fn is_of_phones(tier: &str) -> bool {
    let name = tier.to_lowercase();
    !is_of_words(tier) && (name.contains("phon") || name.contains("segment") || has_part(&name, "mau"))
}

fn names(tiers: &[Tier]) -> String {
    let names: Vec<String> = tiers.iter().map(|tier| shown(&tier.name)).take(20).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The beginning of a text from a file, for a message.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let is_long = text.chars().nth(MOST).is_some();
    let beginning: String =
        text.chars().take(MOST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("`{beginning}{}`", if is_long { "..." } else { "" })
}

#[cfg(test)]
mod tests;
