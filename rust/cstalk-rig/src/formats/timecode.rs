//! Timecodes of the Live Link Face app: `HH:MM:SS:FF.sub`.

/// A moment of the day, as hours to seconds and a count of frames within the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Timecode {
    /// Whole seconds since midnight.
    pub(super) seconds: u32,
    /// Frames since the second began, with the fraction of one.
    pub(super) subsecond_frames: f64,
}

/// Seconds of a day.
pub(super) const DAY_S: f64 = 86_400.0;

impl Timecode {
    /// Reads `13:13:04:31.652`, `13:13:04:31` or the drop-frame spelling `13:13:04;31`.
    pub(super) fn parse(text: &str) -> Option<Timecode> {
        let mut parts = text.split([':', ';']);
        let mut whole = |limit: u32| parts.next()?.trim().parse::<u32>().ok().filter(|part| *part < limit);
        let (hours, minutes, seconds) = (whole(24)?, whole(60)?, whole(60)?);
        let subsecond_frames: f64 = parts.next()?.trim().parse().ok()?;
        if parts.next().is_some() || !(0.0..1000.0).contains(&subsecond_frames) {
            return None;
        }
        Some(Timecode { seconds: (hours * 60 + minutes) * 60 + seconds, subsecond_frames })
    }

    /// Frames since midnight when a second has `base` of them.
    pub(super) fn total_frames(self, base: u32) -> f64 {
        f64::from(self.seconds) * f64::from(base) + self.subsecond_frames
    }

    /// Text of the moment `frames` after midnight; days wrap.
    pub(super) fn text(frames: u64, base: u32) -> String {
        let (seconds, frame) = (frames / u64::from(base), frames % u64::from(base));
        let (minutes, hours) = (seconds / 60, seconds / 3600 % 24);
        format!("{hours:02}:{:02}:{:02}:{frame:02}.000", minutes % 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_moment_agree() {
        let moment = Timecode::parse("13:13:04:31.652").unwrap();
        assert_eq!(moment, Timecode { seconds: 47_584, subsecond_frames: 31.652 });
        assert_eq!(Timecode::parse("00:00:01;02"), Some(Timecode { seconds: 1, subsecond_frames: 2.0 }));
        for (frames, base, text) in
            [(0, 60, "00:00:00:00.000"), (59, 30, "00:00:01:29.000"), (5_184_061, 60, "00:00:01:01.000")]
        {
            assert_eq!(Timecode::text(frames, base), text);
        }
        for text in [
            "",
            "1:2:3",
            "24:00:00:00",
            "00:60:00:00",
            "a:b:c:d",
            "0:0:0:nan",
            "0:0:0:-1",
            "0:0:0:0:0",
            "::::",
        ] {
            assert_eq!(Timecode::parse(text), None, "{text}");
        }
    }
}
