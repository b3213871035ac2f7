//! What was wrong with a recording that could be used all the same.

use std::fmt;

use crate::level::LevelReport;

/// Something about a recording that a person should know; the decoded audio is used nevertheless.
///
/// `Display` says it in one sentence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AudioWarning {
    /// The file ends before the length its header declares; what was there has been decoded.
    Truncated {
        /// Length the header declares, in seconds.
        declared_s: f64,
        /// Length that could be decoded, in seconds.
        decoded_s: f64,
    },
    /// The stream broke off with an error; what came before it has been decoded.
    BrokenOff {
        /// Length decoded before the break, in seconds.
        decoded_s: f64,
        /// The decoder's words.
        reason: String,
    },
    /// The header contradicts the file (lengths) and was corrected.
    HeaderMended {
        /// Which field said what, and what was taken instead.
        detail: String,
    },
    /// The codec always puts some samples before the recording and the file does not say how many:
    /// the usual number was cut off, so all times may be off by some 10 ms.
    DelayAssumed {
        /// What was cut off at the start, in seconds.
        delay_s: f64,
    },
    /// Packets were lost or could not be decoded; silence stands in their place, so the timing is kept.
    DamagedPackets {
        /// Number of places where that happened.
        count: u64,
    },
    /// Samples were not-a-number or infinite and were replaced by silence.
    NonFinite {
        /// Number of such samples, all channels together.
        count: u64,
    },
    /// Many samples are at full scale.
    Clipped {
        /// Share of all samples, 0 to 1.
        fraction: f64,
    },
    /// Samples lie far beyond full scale: the values are probably not scaled to ±1.
    AboveFullScale {
        /// Greatest absolute sample; 1 is full scale.
        peak: f32,
    },
    /// Nothing but zeros.
    Silent,
    /// The loudest sample is so quiet that speech will hardly be found.
    Quiet {
        /// Level of the loudest sample in dB below full scale (negative).
        peak_db: f32,
    },
    /// The two stereo channels are in opposite phase and largely cancel in the mono mix.
    OppositePhase {
        /// Correlation of the channels, -1 to 1.
        correlation: f32,
    },
}

/// Share of full-scale samples from which clipping is worth a word: 1 in 1,000.
const CLIPPED_FRACTION: f64 = 1e-3;
/// Twice full scale: 6 dB beyond what a float recording may reach by honest overshoot.
const PEAK_LIMIT: f32 = 2.0;
/// -50 dB: 10 dB below the quietest corpus speech.
const QUIET_PEAK: f32 = 0.003_162_3;
/// Below this correlation less than a quarter of the energy survives the mix.
const OPPOSITE_CORRELATION: f32 = -0.5;

/// The warnings that follow from the levels of a whole recording.
pub(super) fn level_warnings(levels: &LevelReport) -> Vec<AudioWarning> {
    let mut warnings = Vec::new();
    if levels.non_finite_count > 0 {
        warnings.push(AudioWarning::NonFinite { count: levels.non_finite_count });
    }
    if levels.peak == 0.0 {
        warnings.push(AudioWarning::Silent);
    } else if levels.peak < QUIET_PEAK {
        warnings.push(AudioWarning::Quiet { peak_db: 20.0 * levels.peak.log10() });
    }
    if levels.peak > PEAK_LIMIT {
        warnings.push(AudioWarning::AboveFullScale { peak: levels.peak });
    } else if levels.clipped_fraction() >= CLIPPED_FRACTION {
        warnings.push(AudioWarning::Clipped { fraction: levels.clipped_fraction() });
    }
    if let Some(correlation) = levels.stereo_correlation.filter(|&value| value < OPPOSITE_CORRELATION) {
        warnings.push(AudioWarning::OppositePhase { correlation });
    }
    warnings
}

impl fmt::Display for AudioWarning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { declared_s, decoded_s } => write!(
                formatter,
                "the file is cut short: its header declares {declared_s:.3} s, {decoded_s:.3} s are there and are used"
            ),
            Self::BrokenOff { decoded_s, reason } => {
                write!(formatter, "decoding broke off ({reason}): the {decoded_s:.3} s before that are used")
            }
            Self::HeaderMended { detail } => write!(formatter, "the header contradicts the file: {detail}"),
            Self::DelayAssumed { delay_s } => write!(
                formatter,
                "the file does not state its encoder delay: the usual {:.0} ms were cut off, times may be off by some 10 ms",
                delay_s * 1000.0
            ),
            Self::DamagedPackets { count } => {
                write!(formatter, "damaged or missing packets were replaced by silence in {count} places")
            }
            Self::NonFinite { count } => {
                write!(formatter, "{count} samples were not finite and were replaced by 0")
            }
            Self::Clipped { fraction } => {
                write!(formatter, "{:.1} % of the samples are clipped at full scale", fraction * 100.0)
            }
            Self::AboveFullScale { peak } => write!(
                formatter,
                "samples reach {peak} where full scale is 1: the values are probably not scaled to ±1"
            ),
            Self::Silent => write!(formatter, "the recording is digital silence"),
            Self::Quiet { peak_db } => {
                write!(formatter, "the recording is very quiet: its peak is {peak_db:.1} dB below full scale")
            }
            Self::OppositePhase { correlation } => write!(
                formatter,
                "the two channels are in opposite phase (correlation {correlation:.2}) and largely cancel in the mono mix"
            ),
        }
    }
}
