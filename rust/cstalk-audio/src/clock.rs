//! Time as counted samples: the only clock inside the product.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use crate::SPEECH_RATE_HZ;

/// Samples a second, in Hz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate(pub u32);

impl SampleRate {
    /// The rate of speech samples, 16 kHz.
    pub const SPEECH: Self = Self(SPEECH_RATE_HZ);
}

impl fmt::Display for SampleRate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} Hz", self.0)
    }
}

/// A point in time: the index of a sample, where 0 is the first sample of the recording.
///
/// Negative times are before the recording (padding that a filter looked at).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleTime(pub i64);

impl SampleTime {
    /// The first sample of the recording.
    pub const ZERO: Self = Self(0);

    /// Seconds since sample 0. For people; the code counts samples.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.0)
    }

    /// The sample nearest to `seconds` (ties away from zero; not-a-number becomes 0).
    pub fn from_seconds(seconds: f64, rate: SampleRate) -> Self {
        Self((seconds * f64::from(rate.0)).round() as i64)
    }

    /// Samples from `earlier` to `self`, or `None` when `earlier` is later.
    pub fn since(self, earlier: Self) -> Option<SampleSpan> {
        u64::try_from(i128::from(self.0) - i128::from(earlier.0)).ok().map(SampleSpan)
    }
}

/// A length of time: a number of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleSpan(pub u64);

impl SampleSpan {
    /// The length in seconds. For people; the code counts samples.
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.0)
    }

    /// The length nearest to `seconds`; negative and not-a-number become 0.
    pub fn from_seconds(seconds: f64, rate: SampleRate) -> Self {
        Self((seconds * f64::from(rate.0)).round() as u64)
    }

    /// The same length counted at another rate, rounded to the nearest sample (half up).
    ///
    /// This is the length contract of [`SpeechResampler`](crate::SpeechResampler).
    pub fn at_rate(self, from: SampleRate, to: SampleRate) -> Self {
        let (count, from, to) = (u128::from(self.0), u128::from(from.0.max(1)), u128::from(to.0));
        let rounded = (2 * count * to + from) / (2 * from);
        Self(u64::try_from(rounded).unwrap_or(u64::MAX))
    }
}

impl Add<SampleSpan> for SampleTime {
    type Output = Self;

    /// Saturates at the ends of the range.
    fn add(self, span: SampleSpan) -> Self {
        Self(self.0.saturating_add_unsigned(span.0))
    }
}

impl AddAssign<SampleSpan> for SampleTime {
    fn add_assign(&mut self, span: SampleSpan) {
        *self = *self + span;
    }
}

impl Sub<SampleSpan> for SampleTime {
    type Output = Self;

    /// Saturates at the ends of the range.
    fn sub(self, span: SampleSpan) -> Self {
        Self(self.0.saturating_sub_unsigned(span.0))
    }
}

impl Add for SampleSpan {
    type Output = Self;

    /// Saturates at the end of the range.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_convert_between_rates_half_up() {
        let speech = SampleRate::SPEECH;
        for (count, from_hz, wanted) in [
            (0, 48_000, 0),
            (1, 48_000, 0),
            (2, 48_000, 1),
            (3, 48_000, 1),
            (1, 8_000, 2),
            (44_100, 44_100, 16_000),
            (1, 32_000, 1),
            (3, 32_000, 2),
            (u64::MAX, 8_000, u64::MAX),
        ] {
            assert_eq!(SampleSpan(count).at_rate(SampleRate(from_hz), speech), SampleSpan(wanted));
        }
    }

    #[test]
    fn times_saturate_and_subtract() {
        assert_eq!(SampleTime(i64::MAX) + SampleSpan(u64::MAX), SampleTime(i64::MAX));
        assert_eq!(SampleTime(i64::MIN) - SampleSpan(1), SampleTime(i64::MIN));
        assert_eq!(SampleTime(-240).since(SampleTime(-400)), Some(SampleSpan(160)));
        assert_eq!(SampleTime(-400).since(SampleTime(-240)), None);
        assert_eq!(SampleTime(i64::MAX).since(SampleTime(i64::MIN)), Some(SampleSpan(u64::MAX)));
        assert_eq!(SampleTime::from_seconds(f64::NAN, SampleRate::SPEECH), SampleTime::ZERO);
        assert_eq!(SampleTime::from_seconds(-0.01, SampleRate::SPEECH), SampleTime(-160));
        assert_eq!(SampleTime(320).seconds(SampleRate::SPEECH), 0.02);
    }
}
