//! Praat's TextGrid as text, long and short (Praat manual, "TextGrid file formats").
//!
//! To Praat both are the same: numbers, texts in quotes and flags in angle brackets that stand alone count, in their
//! order; all other words are for people, and so is what follows a `!` up to the end of its line.

use super::{Label, MOST_LABELS, Parsed, Tier, names, shown};

/// Whether a file is meant to be a TextGrid.
pub(super) fn is_one(name: &str, text: &str) -> bool {
    let beginning = text.trim_start();
    name.to_lowercase().ends_with(".textgrid")
        || ["File type", "\"ooTextFile", "ooBinaryFile", "\"Praat chronological"]
            .iter()
            .any(|sign| beginning.starts_with(sign))
}

/// The interval tiers; points have no length and are passed over.
///
/// # Errors
/// What is no TextGrid, or not a whole one, or has no interval tier.
pub(super) fn read(text: &str) -> Parsed<Vec<Tier>> {
    const WANTED: &str = "a TextGrid that Praat saved with `Save as text file` (File type = \"ooTextFile\")";
    let mut reader = Reader { rest: text, line: 1 };
    match reader.token()? {
        Some(Token::Text(kind)) if kind.starts_with("ooTextFile") => (),
        other => return Err(reader.unlike(WANTED, other)),
    }
    match reader.token()? {
        Some(Token::Text(class)) if class == "TextGrid" => (),
        other => return Err(reader.unlike("Object class = \"TextGrid\"", other)),
    }
    reader.number("the beginning of the TextGrid")?;
    reader.number("its end")?;
    match reader.token()? {
        Some(Token::Flag("<exists>")) => (),
        Some(Token::Flag("<absent>")) => return Err("wanted tiers, got none".to_owned()),
        other => return Err(reader.unlike("<exists>", other)),
    }
    let (mut tiers, mut points, mut label_count) = (Vec::new(), Vec::new(), 0);
    for _ in 0..reader.count("the number of tiers", &mut label_count)? {
        let class = reader.text("the class of a tier")?;
        let has_points = match class.as_str() {
            "IntervalTier" => false,
            "TextTier" => true,
            _ => {
                let got = Some(Token::Text(class));
                return Err(reader.unlike("the class IntervalTier or TextTier", got));
            }
        };
        let mut tier = Tier { name: reader.text("the name of a tier")?, labels: Vec::new() };
        reader.number("the beginning of a tier")?;
        reader.number("the end of a tier")?;
        for _ in 0..reader.count("the number of labels of a tier", &mut label_count)? {
            let from_s = reader.number("the time of a label")?;
            let line = reader.line;
            let to_s = if has_points { from_s } else { reader.number("the end of a label")? };
            let text = reader.text("the text of a label")?;
            if !has_points {
                tier.labels.push(Label { line, from_s, to_s, text });
            }
        }
        if has_points { &mut points } else { &mut tiers }.push(tier);
    }
    if tiers.is_empty() {
        return Err(format!("wanted an interval tier, got point tiers only: {}", names(&points)));
    }
    Ok(tiers)
}

#[derive(Debug)]
enum Token<'a> {
    Number(f64),
    Text(String),
    Flag(&'a str),
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn number(&mut self, wanted: &str) -> Parsed<f64> {
        match self.token()? {
            Some(Token::Number(number)) => Ok(number),
            other => Err(self.unlike(&format!("{wanted} as a number"), other)),
        }
    }

    fn text(&mut self, wanted: &str) -> Parsed<String> {
        match self.token()? {
            Some(Token::Text(text)) => Ok(text),
            other => Err(self.unlike(&format!("{wanted} in quotes"), other)),
        }
    }

    /// A number of things; `total` counts them over the whole file.
    fn count(&mut self, wanted: &str, total: &mut usize) -> Parsed<usize> {
        let number = self.number(wanted)?;
        if number < 0.0 || number.fract() != 0.0 {
            return Err(self.unlike(wanted, Some(Token::Number(number))));
        }
        let count = number.min(MOST_LABELS as f64 + 1.0) as usize;
        *total += count;
        if *total > MOST_LABELS {
            return Err(format!("line {}: wanted at most {MOST_LABELS} labels, got more", self.line));
        }
        Ok(count)
    }

    /// The next word that counts; nothing at the end.
    fn token(&mut self) -> Parsed<Option<Token<'a>>> {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.pass(blank);
            let Some(first) = self.rest.chars().next() else { return Ok(None) };
            if first == '"' {
                return self.quoted().map(|text| Some(Token::Text(text)));
            }
            if first == '!' {
                self.pass(self.rest.find('\n').unwrap_or(self.rest.len()));
                continue;
            }
            let end = self.rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(self.rest.len());
            let word = self.pass(end);
            if word.starts_with('<') {
                return Ok(Some(Token::Flag(word)));
            }
            match word.parse::<f64>() {
                Ok(number) if number.is_finite() => return Ok(Some(Token::Number(number))),
                Err(_) if !begins_as_number(word) => (),
                _ => return Err(format!("line {}: wanted a number, got {}", self.line, shown(word))),
            }
        }
    }

    /// A text in quotes; those inside it are doubled.
    fn quoted(&mut self) -> Parsed<String> {
        let began = self.line;
        let mut text = String::new();
        self.pass(1);
        loop {
            let Some(end) = self.rest.find('"') else {
                return Err(format!(
                    "line {began}: wanted a quote at the end of the text {}, got the end of the file",
                    shown(self.rest)
                ));
            };
            text.push_str(self.pass(end));
            self.pass(1);
            match self.rest.chars().next() {
                Some('"') => text.push_str(self.pass(1)),
                Some(next) if !next.is_whitespace() => {
                    return Err(format!(
                        "line {}: wanted a blank behind the text {}, got `{next}`; quotes inside a text are doubled",
                        self.line,
                        shown(&text)
                    ));
                }
                _ => return Ok(text),
            }
        }
    }

    /// Goes on by `length` bytes, which end between characters, and returns them.
    fn pass(&mut self, length: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(length);
        self.line += passed.matches('\n').count();
        self.rest = rest;
        passed
    }

    fn unlike(&self, wanted: &str, got: Option<Token<'_>>) -> String {
        let got = match got {
            Some(Token::Number(number)) => format!("the number {number}"),
            Some(Token::Text(text)) => format!("the text {}", shown(&text)),
            Some(Token::Flag(flag)) => shown(flag),
            None => "the end of the file".to_owned(),
        };
        format!("line {}: wanted {wanted}, got {got}", self.line)
    }
}

fn begins_as_number(word: &str) -> bool {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    unsigned.strip_prefix('.').unwrap_or(unsigned).starts_with(|c: char| c.is_ascii_digit())
}
