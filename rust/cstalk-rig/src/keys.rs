//! Fewer keys for the same curve.

use crate::error::{Error, Result};

/// Rows of `curve` that are enough as keys with straight lines between them, in order.
///
/// At every row the lines differ from the curve by at most `tolerance`. The result is empty where the whole curve stays
/// within `tolerance` of 0; otherwise it holds the first and the last row. Rows are chosen where the curve is farthest
/// from the lines so far, so that peaks stay keys (the method of Ramer, and Douglas and Peucker, with the distance along
/// the value axis).
///
/// # Errors
/// [`crate::ErrorKind::BadInput`] for a tolerance that is negative or not finite, or a value that is not finite.
pub fn key_rows(curve: &[f32], tolerance: f32) -> Result<Vec<usize>> {
    if !tolerance.is_finite() || tolerance < 0.0 {
        return Err(Error::bad_input(format!("tolerance of keys: wanted 0 or more, got {tolerance}")));
    }
    if let Some((row, value)) = curve.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(Error::bad_input(format!("row {row} of the curve: wanted a finite value, got {value}")));
    }
    if curve.iter().all(|value| value.abs() <= tolerance) {
        return Ok(Vec::new());
    }
    let last = curve.len() - 1;
    let mut is_key = vec![false; curve.len()];
    is_key[0] = true;
    is_key[last] = true;
    let mut spans = vec![(0, last)];
    while let Some((from, to)) = spans.pop() {
        if let Some(row) = farthest_row(curve, from, to, f64::from(tolerance)) {
            is_key[row] = true;
            spans.extend([(from, row), (row, to)]);
        }
    }
    Ok(is_key.iter().enumerate().filter_map(|(row, key)| key.then_some(row)).collect())
}

/// The row between two keys that is farthest from the line between them, if it is farther than `tolerance`.
fn farthest_row(curve: &[f32], from: usize, to: usize, tolerance: f64) -> Option<usize> {
    let (start, end) = (f64::from(curve[from]), f64::from(curve[to]));
    let slope = (end - start) / (to - from).max(1) as f64;
    let mut farthest = None;
    let mut most = tolerance;
    for (steps, value) in curve[from..to].iter().enumerate().skip(1) {
        let away = (f64::from(*value) - (start + slope * steps as f64)).abs();
        if away > most {
            (farthest, most) = (Some(from + steps), away);
        }
    }
    farthest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_between_keys_stay_within_the_tolerance(
            curve in prop::collection::vec(-1.0f32..1.0, 1..200), tolerance in 0.0f32..0.5
        ) {
            let keys = key_rows(&curve, tolerance).unwrap();
            if keys.is_empty() {
                prop_assert!(curve.iter().all(|value| value.abs() <= tolerance));
            } else {
                prop_assert_eq!((keys[0], keys[keys.len() - 1]), (0, curve.len() - 1));
            }
            for span in keys.windows(2) {
                prop_assert!(span[0] < span[1]);
                for row in span[0]..=span[1] {
                    let share = (row - span[0]) as f64 / (span[1] - span[0]) as f64;
                    let line = f64::from(curve[span[0]]) * (1.0 - share) + f64::from(curve[span[1]]) * share;
                    prop_assert!((line - f64::from(curve[row])).abs() <= f64::from(tolerance) + 1e-9);
                }
            }
        }
    }

    #[test]
    fn shapes_keep_the_keys_that_they_need() {
        let cases: [(&[f32], f32, &[usize]); 7] = [
            (&[], 0.0, &[]),
            (&[0.0, 0.01, -0.01], 0.01, &[]),
            (&[0.5], 0.0, &[0]),
            (&[0.0, 0.25, 0.5, 0.75, 1.0], 0.0, &[0, 4]),
            (&[0.0, 0.0, 1.0, 0.0, 0.0], 0.1, &[0, 1, 2, 3, 4]),
            (&[0.0, 0.5, 1.0, 0.5, 0.0], 0.1, &[0, 2, 4]),
            (&[0.3, 0.3, 0.3, 0.3], 0.0, &[0, 3]),
        ];
        for (curve, tolerance, wanted) in cases {
            assert_eq!(key_rows(curve, tolerance).unwrap(), wanted, "{curve:?}");
        }
        for (curve, tolerance) in [(&[0.0, f32::NAN][..], 0.1), (&[1.0], -0.1), (&[1.0], f32::NAN)] {
            assert!(key_rows(curve, tolerance).unwrap_err().to_string().contains("wanted"));
        }
    }
}
