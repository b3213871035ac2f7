//! Lines of start, end and label: Audacity's label tracks and `.lab` files, in seconds or in HTK's units.

use super::{Label, MOST_LABELS, Parsed, shown};

/// HTK counts in 100 ns. A file is one of HTK's if all its times are whole numbers and the last is at least this
/// (10 ms; as seconds, more than a day).
const HTK_LEAST: f64 = 100_000.0;
const HTK_UNIT_S: f64 = 1e-7;

/// The labels of a text.
///
/// # Errors
/// A line without two times, or a format that only looks like this one.
pub(super) fn read(text: &str) -> Parsed<Vec<Label>> {
    let mut labels = Vec::new();
    let (mut are_whole, mut latest) = (true, 0.0_f64);
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        // Audacity writes the pitch of a label into a line of its own, behind a backslash.
        if line.is_empty() || line.starts_with('\\') {
            continue;
        }
        if line == "#" || line.starts_with("#!MLF!#") {
            return Err(format!(
                "line {number}: wanted start, end and label in each line, got the `{line}` of an xwaves label file or \
                 an HTK master file"
            ));
        }
        if labels.len() == MOST_LABELS {
            return Err(format!("line {number}: wanted at most {MOST_LABELS} labels, got more"));
        }
        let [start, end, rest] = fields(line);
        let (Some(from_s), Some(to_s)) = (time(start), time(end)) else {
            return Err(format!(
                "line {number}: wanted start, end and label, such as `0.52 0.61 m`, got {}",
                shown(line)
            ));
        };
        are_whole &= [start, end].iter().all(|field| field.bytes().all(|byte| byte.is_ascii_digit()));
        latest = latest.max(from_s).max(to_s);
        labels.push(Label { line: number, from_s, to_s, text: rest.to_owned() });
    }
    if labels.is_empty() {
        return Err("wanted lines of start, end and label, got none".to_owned());
    }
    if are_whole && latest >= HTK_LEAST {
        for label in &mut labels {
            label.from_s *= HTK_UNIT_S;
            label.to_s *= HTK_UNIT_S;
            // Behind the label HTK writes how well it fits.
            let label_end = label.text.find(char::is_whitespace).unwrap_or(label.text.len());
            label.text.truncate(label_end);
        }
    }
    Ok(labels)
}

/// Whether the first line has two times, as labels have and a transcript has not.
pub(super) fn begins_with_times(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let [start, end, _] = fields(first.trim());
    time(start).is_some() && time(end).is_some()
}

/// The first two words of a line, and the rest.
fn fields(line: &str) -> [&str; 3] {
    let (start, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (end, rest) = rest.trim_start().split_once(char::is_whitespace).unwrap_or((rest.trim_start(), ""));
    [start, end, rest.trim_start()]
}

fn time(field: &str) -> Option<f64> {
    field.parse().ok().filter(|time: &f64| time.is_finite())
}
