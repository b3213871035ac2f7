//! The number of curve rows a second, kept exact so that 29.97 does not drift.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Curve rows a second as an exact fraction, for example 50/1 or 30000/1001.
///
/// Row `k` of a take lies at `k * denominator / numerator` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RatePair", into = "RatePair")]
pub struct CurveRate {
    numerator: u32,
    denominator: u32,
}

#[derive(Serialize, Deserialize)]
struct RatePair {
    numerator: u32,
    denominator: u32,
}

impl TryFrom<RatePair> for CurveRate {
    type Error = Error;
    fn try_from(pair: RatePair) -> Result<Self> {
        Self::new(pair.numerator, pair.denominator)
    }
}

impl From<CurveRate> for RatePair {
    fn from(rate: CurveRate) -> Self {
        Self { numerator: rate.numerator, denominator: rate.denominator }
    }
}

/// Fastest rate this crate accepts, rows a second.
pub const MAX_RATE_HZ: f64 = 1000.0;
/// Slowest rate this crate accepts, rows a second.
pub const MIN_RATE_HZ: f64 = 0.1;

impl CurveRate {
    /// The model's own rate: one row every 320 samples at 16 kHz.
    pub const MODEL: CurveRate = CurveRate { numerator: 50, denominator: 1 };

    /// A rate of `numerator / denominator` rows a second, reduced to lowest terms.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] outside 0.1..=1000 rows a second or with a zero.
    pub fn new(numerator: u32, denominator: u32) -> Result<Self> {
        let wrong = || {
            Error::bad_input(format!(
                "curve rate: wanted {MIN_RATE_HZ} to {MAX_RATE_HZ} rows a second, got {numerator}/{denominator}"
            ))
        };
        if numerator == 0 || denominator == 0 {
            return Err(wrong());
        }
        let hz = f64::from(numerator) / f64::from(denominator);
        if !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&hz) {
            return Err(wrong());
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        Ok(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// The exact rate meant by a decimal number of rows a second.
    ///
    /// Whole numbers and the broadcast rates (n * 1000/1001) are recognised within 0.02 %; anything else is kept to
    /// a thousandth of a row a second.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] outside 0.1..=1000 or not finite.
    pub fn from_hz(hz: f64) -> Result<Self> {
        if !hz.is_finite() || !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&hz) {
            return Err(Error::bad_input(format!(
                "curve rate: wanted {MIN_RATE_HZ} to {MAX_RATE_HZ} rows a second, got {hz}"
            )));
        }
        let near = |candidate: f64| (hz - candidate).abs() <= candidate * 2.0e-4;
        let whole = hz.round().max(1.0);
        if near(whole) {
            return Self::new(whole as u32, 1);
        }
        for nominal in [24_u32, 30, 48, 60, 120, 240] {
            if near(f64::from(nominal) * 1000.0 / 1001.0) {
                return Self::new(nominal * 1000, 1001);
            }
        }
        Self::new((hz * 1000.0).round() as u32, 1000)
    }

    /// Rows of the numerator's unit, in lowest terms.
    #[must_use]
    pub fn numerator(self) -> u32 {
        self.numerator
    }

    /// Seconds of the denominator's unit, in lowest terms.
    #[must_use]
    pub fn denominator(self) -> u32 {
        self.denominator
    }

    /// Rows a second as a decimal number.
    #[must_use]
    pub fn hz(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// Time of row `row_index`, seconds after audio sample 0.
    #[must_use]
    pub fn time_s(self, row_index: usize) -> f64 {
        row_index as f64 * f64::from(self.denominator) / f64::from(self.numerator)
    }

    /// Frames a second of the timecode that counts this rate (29.97 counts as 30, 59.94 as 60).
    #[must_use]
    pub fn timecode_base(self) -> u32 {
        self.numerator.div_ceil(self.denominator)
    }
}

impl fmt::Display for CurveRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl FromStr for CurveRate {
    type Err = Error;

    /// Reads `50`, `29.97` or `30000/1001`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::bad_input(format!(
                "curve rate: wanted a number of rows a second such as 50, 29.97 or 30000/1001, got \"{text}\""
            ))
        };
        match text.split_once('/') {
            Some((numerator, denominator)) => Self::new(
                numerator.trim().parse().map_err(|_| wrong())?,
                denominator.trim().parse().map_err(|_| wrong())?,
            ),
            None => Self::from_hz(text.trim().parse().map_err(|_| wrong())?),
        }
    }
}

fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_decimals_name_exact_rates() {
        for (text, numerator, denominator) in [
            ("50", 50, 1),
            ("29.97", 30000, 1001),
            ("23.976", 24000, 1001),
            ("59.94", 60000, 1001),
            ("60000/1001", 60000, 1001),
            ("100/2", 50, 1),
            ("12.5", 25, 2),
        ] {
            let rate: CurveRate = text.parse().unwrap();
            assert_eq!((rate.numerator(), rate.denominator()), (numerator, denominator), "{text}");
            assert_eq!(rate.to_string().parse::<CurveRate>().unwrap(), rate);
        }
        for text in ["0", "-1", "nan", "inf", "1/0", "0/1", "1e9", "fast", ""] {
            assert!(text.parse::<CurveRate>().is_err(), "{text}");
        }
    }

    #[test]
    fn row_times_do_not_drift() {
        let rate = CurveRate::new(30000, 1001).unwrap();
        assert!((rate.time_s(107_892) - 3_599.996_4).abs() < 1e-9);
        assert_eq!(rate.timecode_base(), 30);
    }
}
