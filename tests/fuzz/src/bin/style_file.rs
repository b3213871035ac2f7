//! Style files, and styles as they are given on the command line.

#![no_main]

use cstalk_engine::{STYLE_LIMIT, Style};

const DIMENSIONS: [&str; 8] =
    ["articulation", "jaw", "rounding", "smile", "brows", "asymmetry", "lids", "head"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    cstalk_fuzz::with_file(bytes, "json", |path| check(Style::open(path).ok()));
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(text.parse().ok());
    }
});

/// An accepted style stays inside its limits.
fn check(style: Option<Style>) {
    let dimensions = DIMENSIONS.map(str::to_owned);
    let Some(Ok(row)) = style.map(|style| style.resolve(&dimensions)) else { return };
    assert!(row.iter().all(|value| value.abs() <= STYLE_LIMIT));
}
