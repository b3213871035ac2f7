//! Any rate and channel count to 16 kHz mono, block by block.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::error::{AudioError, AudioErrorKind, Result};
use crate::level::finite_sample;
use crate::{SPEECH_RATE_HZ, SampleRate, SampleSpan};

/// Lowest sample rate taken, in Hz (telephone).
pub const MIN_RATE_HZ: u32 = 8_000;
/// Highest sample rate taken, in Hz.
pub const MAX_RATE_HZ: u32 = 192_000;
/// Most channels taken.
pub const MAX_CHANNEL_COUNT: usize = 8;

/// Smallest transform block on either side, in samples. At 48 kHz this gives 10 ms blocks, half a
/// block of delay, and a response that is flat to 7.4 kHz.
const MIN_BLOCK_SAMPLES: usize = 160;

/// Streaming conversion of interleaved samples at any rate to 16 kHz mono speech samples.
///
/// Channels are mixed by their plain mean, so a voice on one of two channels comes out at half
/// level and voices in opposite phase cancel ([`SpeechReader`](crate::SpeechReader) warns of that).
/// The filter's delay is taken out: sample 0 of the output is time 0 of the input. After
/// [`finish`](Self::finish) exactly `round(n * 16000 / from_hz)` samples have come out for `n`
/// samples a channel. Input at 16 kHz mono passes through bit for bit.
///
/// The same samples give the same bits for any division into pushes, even between the channels of
/// one instant. Samples that are not finite count as 0, samples beyond
/// ±[`SAMPLE_LIMIT`](crate::SAMPLE_LIMIT) are held there.
///
/// **Real-time.** [`push`](Self::push) allocates only when the sink has to grow, and neither locks
/// nor blocks, but does its work in bursts of one transform block: call it from a worker rather
/// than the device callback.
///
/// Built on rubato's synchronous FFT resampler with a Blackman window (stop band below -70 dB).
pub struct SpeechResampler {
    mixer: Mixer,
    conversion: Conversion,
}

enum Conversion {
    /// The input already is at 16 kHz.
    None,
    Fft(Box<FftConversion>),
}

impl SpeechResampler {
    /// A stream at sample 0.
    ///
    /// # Errors
    /// [`AudioErrorKind::Unsupported`] when `from_hz` is outside 8,000 to 192,000 or
    /// `channel_count` outside 1 to 8.
    pub fn new(from_hz: u32, channel_count: usize) -> Result<Self> {
        check_layout(from_hz, channel_count)
            .map_err(|message| AudioError::new(AudioErrorKind::Unsupported, message))?;
        let conversion = if from_hz == SPEECH_RATE_HZ {
            Conversion::None
        } else {
            Conversion::Fft(Box::new(FftConversion::new(from_hz)))
        };
        Ok(Self { mixer: Mixer::new(channel_count), conversion })
    }

    /// Takes interleaved samples and appends the speech samples that became complete to `sink`.
    pub fn push(&mut self, interleaved: &[f32], sink: &mut Vec<f32>) {
        match &mut self.conversion {
            Conversion::None => self.mixer.mix(interleaved, |sample| sink.push(sample)),
            Conversion::Fft(fft) => self.mixer.mix(interleaved, |sample| fft.take(sample, sink)),
        }
    }

    /// Appends what is still inside and starts over: the next pushed sample is sample 0 again.
    ///
    /// An incomplete group of channels at the very end is dropped.
    pub fn finish(&mut self, sink: &mut Vec<f32>) {
        self.mixer.reset();
        if let Conversion::Fft(fft) = &mut self.conversion {
            fft.flush(sink);
        }
    }

    /// Most speech samples by which the output can lag behind the input: filter delay plus one
    /// transform block. 0 at 16 kHz.
    pub fn latency(&self) -> SampleSpan {
        match &self.conversion {
            Conversion::None => SampleSpan(0),
            Conversion::Fft(fft) => SampleSpan((fft.delay_samples + fft.block_out.len()) as u64),
        }
    }
}

impl std::fmt::Debug for SpeechResampler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SpeechResampler")
            .field("channel_count", &self.mixer.channel_count)
            .field("latency", &self.latency())
            .finish_non_exhaustive()
    }
}

/// What is wrong with a rate or channel count, if anything: wanted and got, in words.
pub(crate) fn check_layout(from_hz: u32, channel_count: usize) -> std::result::Result<(), String> {
    if !(MIN_RATE_HZ..=MAX_RATE_HZ).contains(&from_hz) {
        return Err(format!(
            "wanted a sample rate of {MIN_RATE_HZ} to {MAX_RATE_HZ} Hz, got {from_hz} Hz; convert the audio first"
        ));
    }
    if !(1..=MAX_CHANNEL_COUNT).contains(&channel_count) {
        return Err(format!(
            "wanted 1 to {MAX_CHANNEL_COUNT} channels, got {channel_count}; mix the audio down first"
        ));
    }
    Ok(())
}

/// Plain mean over channels, resumable between any two values.
struct Mixer {
    channel_count: usize,
    gathered: usize,
    sum: f64,
}

impl Mixer {
    fn new(channel_count: usize) -> Self {
        Self { channel_count, gathered: 0, sum: 0.0 }
    }

    fn reset(&mut self) {
        (self.gathered, self.sum) = (0, 0.0);
    }

    fn mix(&mut self, interleaved: &[f32], mut take: impl FnMut(f32)) {
        if self.channel_count == 1 {
            interleaved.iter().for_each(|&sample| take(finite_sample(sample)));
            return;
        }
        for &sample in interleaved {
            self.sum += f64::from(finite_sample(sample));
            self.gathered += 1;
            if self.gathered == self.channel_count {
                take((self.sum / self.channel_count as f64) as f32);
                self.reset();
            }
        }
    }
}

/// Fixed blocks through rubato, with the delay cut off the front and the length made exact.
struct FftConversion {
    resampler: Fft<f32>,
    from: SampleRate,
    block_in: Vec<f32>,
    filled: usize,
    block_out: Vec<f32>,
    delay_samples: usize,
    /// Output samples still to be thrown away (the filter's delay).
    to_skip: usize,
    taken_count: u64,
    given_count: u64,
}

impl FftConversion {
    fn new(from_hz: u32) -> Self {
        let block_in_samples = block_in_samples(from_hz);
        let resampler = Fft::<f32>::new_custom(
            from_hz as usize,
            SPEECH_RATE_HZ as usize,
            block_in_samples,
            1,
            1,
            WindowFunction::Blackman,
            FixedSync::Both,
        )
        .expect("rates and block length are positive");
        let delay_samples = resampler.output_delay();
        Self {
            from: SampleRate(from_hz),
            block_in: vec![0.0; resampler.input_frames_next()],
            filled: 0,
            block_out: vec![0.0; resampler.output_frames_next()],
            delay_samples,
            to_skip: delay_samples,
            taken_count: 0,
            given_count: 0,
            resampler,
        }
    }

    #[inline]
    fn take(&mut self, sample: f32, sink: &mut Vec<f32>) {
        self.block_in[self.filled] = sample;
        self.filled += 1;
        self.taken_count += 1;
        if self.filled == self.block_in.len() {
            self.convert_block(u64::MAX, sink);
        }
    }

    fn flush(&mut self, sink: &mut Vec<f32>) {
        let wanted = SampleSpan(self.taken_count).at_rate(self.from, SampleRate::SPEECH).0;
        while self.given_count < wanted {
            self.block_in[self.filled..].fill(0.0);
            self.convert_block(wanted, sink);
        }
        self.resampler.reset();
        self.filled = 0;
        self.to_skip = self.delay_samples;
        (self.taken_count, self.given_count) = (0, 0);
    }

    /// Converts the input block and appends its output, up to `total` samples since the start.
    fn convert_block(&mut self, total: u64, sink: &mut Vec<f32>) {
        let (in_samples, out_samples) = (self.block_in.len(), self.block_out.len());
        let input = SequentialSlice::new(&self.block_in, 1, in_samples).expect("one channel, whole block");
        let mut output =
            SequentialSlice::new_mut(&mut self.block_out, 1, out_samples).expect("one channel, whole block");
        self.resampler
            .process_into_buffer(&input, &mut output, None)
            .expect("both blocks have the length the resampler asked for");
        self.filled = 0;
        let skipped = self.to_skip.min(out_samples);
        self.to_skip -= skipped;
        let fresh = &self.block_out[skipped..];
        let room = usize::try_from(total - self.given_count).unwrap_or(usize::MAX);
        let kept = &fresh[..fresh.len().min(room)];
        self.given_count += kept.len() as u64;
        sink.extend_from_slice(kept);
    }
}

/// Input samples of one transform block: the shortest that is a whole number of samples on both
/// sides, even on both sides (so that the delay, half a block, is a whole number of samples too),
/// and not below [`MIN_BLOCK_SAMPLES`] on either.
fn block_in_samples(from_hz: u32) -> usize {
    let divisor = greatest_common_divisor(from_hz, SPEECH_RATE_HZ);
    let unit_in = (from_hz / divisor) as usize;
    let unit_out = (SPEECH_RATE_HZ / divisor) as usize;
    let least = MIN_BLOCK_SAMPLES.div_ceil(unit_in.min(unit_out));
    let both_even =
        |units: usize| (units * unit_in).is_multiple_of(2) && (units * unit_out).is_multiple_of(2);
    let units = if both_even(least) { least } else { least.next_multiple_of(2) };
    units * unit_in
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_even_whole_and_short_for_common_rates() {
        for (from_hz, block_in, block_out) in [
            (8_000, 160, 320),
            (11_025, 882, 1_280),
            (22_050, 882, 640),
            (24_000, 240, 160),
            (32_000, 320, 160),
            (44_100, 882, 320),
            (48_000, 480, 160),
            (96_000, 960, 160),
            (192_000, 1_920, 160),
        ] {
            let conversion = FftConversion::new(from_hz);
            assert_eq!((conversion.block_in.len(), conversion.block_out.len()), (block_in, block_out));
            assert_eq!(conversion.delay_samples * 2, block_out);
        }
    }

    #[test]
    fn refuses_what_it_cannot_convert() {
        for (from_hz, channel_count) in [(0, 1), (7_999, 1), (192_001, 1), (16_000, 0), (48_000, 9)] {
            let error = SpeechResampler::new(from_hz, channel_count).unwrap_err();
            assert_eq!(error.kind(), AudioErrorKind::Unsupported);
            assert!(error.to_string().contains("wanted"));
        }
    }
}
