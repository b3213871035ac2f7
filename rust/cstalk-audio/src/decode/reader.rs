//! A speech file as a stream of 16 kHz mono samples.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::delay;
use super::mended_file::{HeaderVerdict, MendedFile};
use super::packets::{PacketStream, TrackFacts};
use super::trim::Trimmer;
use super::warning::{AudioWarning, level_warnings};
use crate::error::{AudioError, Result};
use crate::level::{LevelMeter, LevelReport};
use crate::resample::SpeechResampler;
use crate::{SampleRate, SampleSpan};

/// What is known about the file behind a [`SpeechReader`].
#[derive(Clone, Debug, PartialEq)]
pub struct SpeechSource {
    /// Rate of the recording itself.
    pub rate: SampleRate,
    /// Channels of the recording, 1 to 8.
    pub channel_count: usize,
    /// Container in words, such as "Waveform Audio File Format".
    pub container: String,
    /// Codec in words, such as "PCM Signed 16-bit Little-Endian".
    pub codec: String,
    /// Length the header declares, in samples a channel at [`rate`](Self::rate), where it does;
    /// mp4 files count encoder delay and padding (some 20 ms) in.
    pub declared_samples: Option<SampleSpan>,
    /// What was wrong so far; complete once [`SpeechReader::read`] has returned `false`.
    pub warnings: Vec<AudioWarning>,
}

impl SpeechSource {
    /// Length the header declares, in seconds.
    pub fn declared_duration_s(&self) -> Option<f64> {
        self.declared_samples.map(|span| span.seconds(self.rate))
    }
}

/// Decodes a speech file block by block to 16 kHz mono `f32`.
///
/// Reads wav (PCM, float, A-law, mu-law, ADPCM), aiff, flac, mp3, ogg vorbis and m4a/mp4/aac
/// (AAC-LC, ALAC) at 8 to 192 kHz with 1 to 8 channels, mixed by their plain mean.
///
/// Encoder delay and padding are cut off, so sample 0 is time 0 of the recording. Where a file does
/// not state its delay (MP3 without a LAME tag, bare AAC) the usual one is cut, and an
/// [`AudioWarning::DelayAssumed`] says so. What is lost to damage becomes silence, so the rest keeps
/// its time; only an MP3 packet whose very header is destroyed (26 ms) leaves no trace to fill.
///
/// Memory stays flat whatever the length of the file. Does file I/O: not for an audio callback.
///
/// ```no_run
/// # fn main() -> cstalk_audio::Result<()> {
/// let mut reader = cstalk_audio::SpeechReader::open("speech.wav")?;
/// let mut block = Vec::new();
/// while reader.read(&mut block)? {
///     // use the block
///     block.clear();
/// }
/// for warning in &reader.info().warnings {
///     eprintln!("{warning}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct SpeechReader {
    path: PathBuf,
    packets: PacketStream,
    trimmer: Trimmer,
    resampler: SpeechResampler,
    meter: LevelMeter,
    source: SpeechSource,
    ended: bool,
}

impl SpeechReader {
    /// Opens `path` and decodes its first packet, so [`info`](Self::info) holds facts, not claims.
    ///
    /// # Errors
    /// - `BadInput`: empty, damaged, no audio, or zero audio samples;
    /// - `Unsupported`: a codec, sample rate or channel count that is not taken;
    /// - `Io`: the file cannot be opened or read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| AudioError::io(path, "cannot open", source))?;
        let metadata = file.metadata().map_err(|source| AudioError::io(path, "cannot examine", source))?;
        if !metadata.is_file() {
            return Err(AudioError::bad_input(path, "wanted a regular file"));
        }
        if metadata.len() == 0 {
            return Err(AudioError::bad_input(path, "wanted an audio file, got an empty one (0 bytes)"));
        }
        let (file, verdict) = MendedFile::examine(file, metadata.len())
            .map_err(|source| AudioError::io(path, "cannot read", source))?;
        let (packets, facts) = PacketStream::open(path, Box::new(file))?;
        let resampler = SpeechResampler::new(packets.rate_hz(), packets.channel_count())?;
        let delay = delay::find(path, metadata.len(), &facts, packets.rate_hz())?;
        let rate = SampleRate(packets.rate_hz());
        let mut warnings = Vec::new();
        if delay.assumed {
            let delay_s = SampleSpan(delay.trim.skip_samples).seconds(rate);
            warnings.push(AudioWarning::DelayAssumed { delay_s });
        }
        warnings.extend(verdict.mended.clone().map(|detail| AudioWarning::HeaderMended { detail }));
        let source = SpeechSource {
            rate,
            channel_count: packets.channel_count(),
            container: facts.container.to_owned(),
            codec: facts.codec.to_owned(),
            declared_samples: declared_samples(&facts, &verdict).map(SampleSpan),
            warnings,
        };
        Ok(Self {
            path: path.to_owned(),
            packets,
            trimmer: Trimmer::new(delay.trim),
            resampler,
            meter: LevelMeter::default(),
            source,
            ended: false,
        })
    }

    /// Appends the next block of speech samples to `out`: at least one sample with `true`, none
    /// with `false`, which means the end.
    ///
    /// A file that breaks off is no error: what it holds comes out, and a warning is kept.
    ///
    /// # Errors
    /// `Io` when reading fails, `Unsupported` when rate or channels change on the way.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<bool> {
        let before = out.len();
        let channel_count = self.source.channel_count;
        while out.len() == before && !self.ended {
            if let Some(silence) = self.trimmer.leading_silence() {
                (0..channel_count).for_each(|_| self.resampler.push(silence, out));
                continue;
            }
            match self.packets.next(&self.path)? {
                Some(interleaved) => {
                    let interleaved = self.trimmer.trim(interleaved, channel_count);
                    self.meter.observe(interleaved, channel_count);
                    self.resampler.push(interleaved, out);
                }
                None => {
                    self.resampler.finish(out);
                    self.ended = true;
                    self.gather_warnings();
                }
            }
        }
        Ok(out.len() > before)
    }

    /// What is known about the file; its warnings are complete after the end was read.
    pub fn info(&self) -> &SpeechSource {
        &self.source
    }

    /// Levels of what has been read so far, before mixing and resampling.
    pub fn levels(&self) -> LevelReport {
        self.meter.report()
    }

    fn gather_warnings(&mut self) {
        let decoded = SampleSpan(self.packets.decoded_samples());
        let decoded_s = decoded.seconds(self.source.rate);
        let warnings = &mut self.source.warnings;
        match (self.packets.broken(), self.source.declared_samples) {
            (_, Some(declared)) if decoded < declared => {
                let declared_s = declared.seconds(self.source.rate);
                warnings.push(AudioWarning::Truncated { declared_s, decoded_s });
            }
            (Some(reason), _) => {
                warnings.push(AudioWarning::BrokenOff { decoded_s, reason: reason.to_owned() });
            }
            _ => {}
        }
        if self.packets.damaged_count() > 0 {
            warnings.push(AudioWarning::DamagedPackets { count: self.packets.damaged_count() });
        }
        warnings.extend(level_warnings(&self.meter.report()));
    }
}

/// The length the header declares, also where a mended header no longer says so.
fn declared_samples(facts: &TrackFacts, verdict: &HeaderVerdict) -> Option<u64> {
    match (facts.declared_samples, &verdict.missing_payload) {
        (Some(present_samples), Some(missing)) if missing.present_bytes > 0 => {
            let scaled = u128::from(present_samples) * u128::from(missing.declared_bytes)
                / u128::from(missing.present_bytes);
            u64::try_from(scaled).ok()
        }
        (declared, _) => declared,
    }
}

impl std::fmt::Debug for SpeechReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SpeechReader")
            .field("path", &self.path)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// The whole of `path` as 16 kHz mono speech samples.
///
/// For short recordings and tests; [`SpeechReader`] does the same with flat memory.
///
/// # Errors
/// Those of [`SpeechReader::open`] and [`SpeechReader::read`].
pub fn decode_speech(path: impl AsRef<Path>) -> Result<Vec<f32>> {
    let mut reader = SpeechReader::open(path)?;
    let mut speech = Vec::new();
    while reader.read(&mut speech)? {}
    Ok(speech)
}
