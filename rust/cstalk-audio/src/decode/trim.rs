//! Cutting encoder delay and padding off a stream of decoded samples.

/// How the decoded samples of a track map to the time of the recording. The default changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SampleTrim {
    /// Silent samples before the first decoded one.
    pub(super) silence_samples: u64,
    /// Decoded samples to drop at the start (encoder delay).
    pub(super) skip_samples: u64,
    /// Decoded samples to keep after those, if stated (the rest is encoder padding).
    pub(super) keep_samples: Option<u64>,
}

/// Applies a [`SampleTrim`] block by block.
#[derive(Debug)]
pub(super) struct Trimmer {
    left: SampleTrim,
}

/// Silence is given out in blocks of at most this many samples.
static SILENCE: [f32; 4_096] = [0.0; 4_096];

impl Trimmer {
    pub(super) fn new(trim: SampleTrim) -> Self {
        Self { left: trim }
    }

    /// The next block of the silence that comes before the recording, one channel of it.
    pub(super) fn leading_silence(&mut self) -> Option<&'static [f32]> {
        if self.left.silence_samples == 0 {
            return None;
        }
        let count = self.left.silence_samples.min(SILENCE.len() as u64);
        self.left.silence_samples -= count;
        Some(&SILENCE[..count as usize])
    }

    /// The part of the next decoded block that belongs to the recording; may be empty.
    pub(super) fn trim<'a>(&mut self, interleaved: &'a mut [f32], channel_count: usize) -> &'a mut [f32] {
        let total = (interleaved.len() / channel_count) as u64;
        let skipped = self.left.skip_samples.min(total);
        self.left.skip_samples -= skipped;
        let mut kept = total - skipped;
        if let Some(keep_left) = &mut self.left.keep_samples {
            kept = kept.min(*keep_left);
            *keep_left -= kept;
        }
        let start = skipped as usize * channel_count;
        &mut interleaved[start..start + kept as usize * channel_count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_and_keeps_across_blocks() {
        let trim = SampleTrim { silence_samples: 5_000, skip_samples: 5, keep_samples: Some(4) };
        let mut trimmer = Trimmer::new(trim);
        let silence: Vec<usize> =
            std::iter::from_fn(|| trimmer.leading_silence().map(<[f32]>::len)).collect();
        assert_eq!(silence, [4_096, 904]);
        let mut kept = Vec::new();
        for block in 0..4 {
            let mut stereo: Vec<f32> = (0..3).flat_map(|n| [(block * 3 + n) as f32; 2]).collect();
            kept.extend_from_slice(trimmer.trim(&mut stereo, 2));
        }
        assert_eq!(kept, [5.0, 5.0, 6.0, 6.0, 7.0, 7.0, 8.0, 8.0]);
    }
}
