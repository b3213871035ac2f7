//! What a row of speech is labelled with: phones and articulation, by time.

use crate::nets::PhoneHead;
use crate::phones::{Phone, PhoneSpan};

/// Samples between two rows.
pub const HOP_SAMPLES: usize = 320;
/// Seconds between two rows.
pub const HOP_S: f64 = 0.02;
/// The label of a row that nothing is known about.
pub const UNKNOWN: i64 = -1;
/// Articulatory labels of one row.
pub const ARTICULATION_COUNT: usize = PhoneHead::ARTICULATION_COUNT as usize;

/// The phone at time `row * 20 ms` for `row_count` rows; silence outside the spans.
pub fn phone_rows(spans: &[PhoneSpan], row_count: usize) -> Vec<Phone> {
    let mut rows = vec![Phone::SILENCE; row_count];
    for span in spans {
        let first = (span.start_s / HOP_S).ceil().max(0.0) as usize;
        let end = (span.end_s / HOP_S).ceil().max(0.0) as usize;
        for row in rows.iter_mut().take(end).skip(first) {
            *row = span.phone;
        }
    }
    rows
}

/// Bilabial, labiodental (0 or 1), rounding and jaw opening (0..1) of a phone, in the order of [`PhoneHead`].
pub fn articulation(phone: Phone) -> [f32; ARTICULATION_COUNT] {
    let features = phone.features();
    let flag = |on: bool| if on { 1.0 } else { 0.0 };
    [flag(features.bilabial), flag(features.labiodental), features.rounding, features.jaw_open]
}

/// `spans` at `speed` times their speed, moved by `shift_s` afterwards.
pub fn rescaled(spans: &[PhoneSpan], speed: f64, shift_s: f64) -> Vec<PhoneSpan> {
    spans
        .iter()
        .map(|span| PhoneSpan {
            start_s: span.start_s / speed + shift_s,
            end_s: span.end_s / speed + shift_s,
            ..*span
        })
        .collect()
}

/// The part of `spans` inside `0..end_s`.
pub fn clipped(spans: &[PhoneSpan], end_s: f64) -> Vec<PhoneSpan> {
    spans
        .iter()
        .filter(|span| span.end_s > 0.0 && span.start_s < end_s)
        .map(|span| PhoneSpan { start_s: span.start_s.max(0.0), end_s: span.end_s.min(end_s), ..*span })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(phone: &str, start_s: f64, end_s: f64) -> PhoneSpan {
        PhoneSpan { phone: Phone::from_ipa(phone).unwrap(), start_s, end_s, stress: 0 }
    }

    #[test]
    fn a_row_has_the_phone_of_its_time() {
        let rows = phone_rows(&[span("m", 0.03, 0.06), span("a", 0.06, 0.1)], 6);
        let symbols: Vec<&str> = rows.iter().map(|phone| phone.symbol()).collect();
        assert_eq!(symbols, ["sil", "sil", "m", "a", "a", "sil"]);
        assert_eq!(articulation(rows[2])[0], 1.0);
        assert_eq!(articulation(rows[3])[0], 0.0);
    }

    #[test]
    fn spans_follow_speed_and_crop() {
        let moved = rescaled(&[span("m", 1.0, 1.2), span("a", 1.2, 2.0)], 2.0, -0.55);
        assert!((moved[0].start_s + 0.05).abs() < 1e-12);
        let inside = clipped(&moved, 0.2);
        assert_eq!(inside[0].start_s, 0.0);
        assert_eq!(inside[1].end_s, 0.2);
    }
}
