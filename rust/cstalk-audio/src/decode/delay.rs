//! How much of the decoded audio is not the recording: encoder delay and padding.
//!
//! Vorbis, FLAC, PCM, ALAC and MP3 with a LAME tag state it inside the stream, where the decoder
//! applies it. AAC states it outside: in the mp4 edit list or in an iTunes comment. MP3 without a
//! tag and bare AAC do not state it at all, yet always have it.

use std::fs::File;
use std::path::Path;

use super::edit_list;
use super::packets::TrackFacts;
use super::trim::SampleTrim;
use crate::error::{AudioError, Result};

/// MP3 samples before the recording: 529 of the decoder, always, and 576 of LAME by default.
pub(super) const MP3_USUAL_DELAY_SAMPLES: u64 = 529 + 576;
/// AAC-LC samples before the recording: the one block every encoder has to send first.
pub(super) const AAC_LEAST_DELAY_SAMPLES: u64 = 1_024;

/// A trim, and whether the file states it or it is the usual one for the codec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Delay {
    pub(super) trim: SampleTrim,
    pub(super) assumed: bool,
}

/// The delay of the track described by `facts`, which decodes to `rate_hz`.
pub(super) fn find(path: &Path, byte_count: u64, facts: &TrackFacts, rate_hz: u32) -> Result<Delay> {
    let mut stated = None;
    if let Some(track_id) = facts.mp4_track_id {
        let mut file = File::open(path).map_err(|source| AudioError::io(path, "cannot open", source))?;
        stated = edit_list::read_trim(&mut file, byte_count, track_id, rate_hz);
    }
    stated = stated.or_else(|| facts.itunes_gapless.as_deref().and_then(trim_of_itunes_comment));
    Ok(match (stated, facts.unstated_delay_samples) {
        (Some(trim), _) => Delay { trim, assumed: false },
        (None, Some(skip_samples)) => {
            Delay { trim: SampleTrim { skip_samples, ..Default::default() }, assumed: true }
        }
        (None, None) => Delay::default(),
    })
}

/// The trim in an `iTunSMPB` comment: hexadecimal fields, of which the second is the delay and the
/// fourth the length of the recording, in samples.
fn trim_of_itunes_comment(comment: &str) -> Option<SampleTrim> {
    let mut fields = comment.split_whitespace().skip(1).map(|field| u64::from_str_radix(field, 16));
    let skip_samples = fields.next()?.ok()?;
    let _padding = fields.next()?.ok()?;
    let keep_samples = fields.next()?.ok()?;
    Some(SampleTrim { silence_samples: 0, skip_samples, keep_samples: Some(keep_samples) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn itunes_comments() {
        let whole = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        let wanted = SampleTrim { silence_samples: 0, skip_samples: 2_112, keep_samples: Some(0x003f_31f6) };
        assert_eq!(trim_of_itunes_comment(whole), Some(wanted));
        for broken in
            ["", " 00000000", " 00000000 00000840 000001CA", " 0 xyz 0 0", " 0 1 2 10000000000000000"]
        {
            assert_eq!(trim_of_itunes_comment(broken), None, "{broken:?}");
        }
    }
}
