//! One audio track of one file, decoded packet by packet through symphonia.

use std::path::Path;

use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_AC3, CODEC_ID_EAC3, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3, CODEC_ID_OPUS,
    CODEC_ID_SPEEX, CODEC_ID_WMA,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::well_known::FORMAT_ID_ISOMP4;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::{MetadataOptions, RawValue};
use symphonia::core::packet::Packet;
use symphonia::core::units::TimeBase;

use super::delay::{AAC_LEAST_DELAY_SAMPLES, MP3_USUAL_DELAY_SAMPLES};
use crate::error::{AudioError, Result};
use crate::resample::check_layout;

/// Longest block of silence given out at once in place of what was lost, in samples a channel.
const MAX_SILENCE_BLOCK_SAMPLES: u64 = 65_536;
/// Longest gap between two packets that is believed and filled with silence.
const MAX_GAP_S: u64 = 3_600;

/// What can be read, for messages.
const READABLE: &str = "wav, aiff, flac, mp3, ogg vorbis, or m4a/mp4/aac (AAC-LC, ALAC)";

/// The decoded packets of a file's default audio track.
pub(super) struct PacketStream {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    /// Seconds a tick of the track's clock lasts, as a fraction.
    tick: Option<TimeBase>,
    /// Where the next packet should start, in ticks.
    expected_ticks: Option<i64>,
    /// Silence still to give out in place of what was lost, in samples a channel.
    silence_samples: u64,
    /// The packet that follows that silence.
    held: Option<Packet>,
    rate_hz: u32,
    channel_count: usize,
    /// The newest packet's samples, interleaved.
    interleaved: Vec<f32>,
    /// Holds a packet's samples back that were decoded at opening.
    prefetched: bool,
    decoded_samples: u64,
    damaged_count: u64,
    broken: Option<String>,
    ended: bool,
}

/// What [`PacketStream`] found about the track before decoding it.
pub(super) struct TrackFacts {
    pub(super) container: &'static str,
    pub(super) codec: &'static str,
    /// Samples a channel the container declares; estimates are left out.
    pub(super) declared_samples: Option<u64>,
    /// The track's number, when the container is an mp4 file and may carry an edit list.
    pub(super) mp4_track_id: Option<u32>,
    /// Text of the comment in which iTunes states encoder delay and length.
    pub(super) itunes_gapless: Option<String>,
    /// Usual encoder delay in samples of a codec that always has one, when the stream itself does
    /// not state it.
    pub(super) unstated_delay_samples: Option<u64>,
}

impl PacketStream {
    /// Finds the container, the default audio track and its decoder, and decodes a first packet.
    ///
    /// # Errors
    /// `BadInput` when the bytes are no audio, `Unsupported` when they are audio of a sort, rate or
    /// channel count that is not taken, `Io` when reading fails.
    pub(super) fn open(path: &Path, source: Box<dyn MediaSource>) -> Result<(Self, TrackFacts)> {
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(source, Default::default());
        let mut format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| probe_error(path, error))?;
        let format_id = format.format_info().format;
        let itunes_gapless =
            if format_id == FORMAT_ID_ISOMP4 { itunes_gapless(format.as_mut()) } else { None };
        let (track, parameters) = audio_track(path, format.as_ref())?;
        let (track_id, tick) = (track.id, track.time_base);
        let unstated_delay_samples = match parameters.codec {
            CODEC_ID_MP3 if track.delay.is_none() => Some(MP3_USUAL_DELAY_SAMPLES),
            CODEC_ID_AAC => Some(AAC_LEAST_DELAY_SAMPLES),
            _ => None,
        };
        // Without a tag the demuxers of bare streams guess the length from the first packets.
        let guessed = unstated_delay_samples.is_some() && format_id != FORMAT_ID_ISOMP4;
        let declared_samples = track.num_frames.filter(|_| !guessed);
        let decoder = make_decoder(path, symphonia::default::get_codecs(), parameters)?;
        let facts = TrackFacts {
            container: format.format_info().long_name,
            codec: decoder.codec_info().long_name,
            declared_samples,
            mp4_track_id: (format_id == FORMAT_ID_ISOMP4).then_some(track_id),
            itunes_gapless,
            unstated_delay_samples,
        };
        let mut packets = Self {
            format,
            decoder,
            track_id,
            tick,
            expected_ticks: None,
            silence_samples: 0,
            held: None,
            rate_hz: 0,
            channel_count: 0,
            interleaved: Vec::new(),
            prefetched: false,
            decoded_samples: 0,
            damaged_count: 0,
            broken: None,
            ended: false,
        };
        packets.prefetch(path)?;
        Ok((packets, facts))
    }

    /// Samples a second of each channel, in Hz.
    pub(super) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Number of channels, 1 to 8.
    pub(super) fn channel_count(&self) -> usize {
        self.channel_count
    }

    /// Samples a channel decoded so far, with those standing in for damaged packets.
    pub(super) fn decoded_samples(&self) -> u64 {
        self.decoded_samples
    }

    /// Packets replaced by silence so far.
    pub(super) fn damaged_count(&self) -> u64 {
        self.damaged_count
    }

    /// Why decoding broke off before the end, if it did.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// The next packet's samples, interleaved and never empty, or `None` at the end.
    pub(super) fn next(&mut self, path: &Path) -> Result<Option<&mut [f32]>> {
        if self.prefetched {
            self.prefetched = false;
        } else if !self.decode_next(path)? {
            return Ok(None);
        }
        Ok(Some(&mut self.interleaved))
    }

    /// Decodes up to the first packet with samples, which tells rate and channels for certain.
    fn prefetch(&mut self, path: &Path) -> Result<()> {
        self.prefetched = self.decode_next(path)?;
        if self.prefetched {
            return Ok(());
        }
        Err(match (&self.broken, self.damaged_count) {
            (Some(reason), _) => AudioError::bad_input(path, format!("no sample could be decoded: {reason}")),
            (None, 0) => AudioError::bad_input(path, "wanted speech, got a file with zero audio samples"),
            (None, count) => AudioError::bad_input(
                path,
                format!("no sample could be decoded: all {count} packets are damaged"),
            ),
        })
    }

    /// Puts the next samples into `interleaved`; `false` at the end.
    fn decode_next(&mut self, path: &Path) -> Result<bool> {
        loop {
            if self.silence_samples > 0 {
                self.give_silence();
                return Ok(true);
            }
            let Some(packet) = self.next_packet_in_time(path)? else { return Ok(false) };
            if self.silence_samples > 0 {
                self.held = Some(packet);
                continue;
            }
            let decoded = match self.decoder.decode(&packet) {
                Ok(decoded) => decoded,
                // A feature that is missing from the start is missing for good; one that is wanted
                // in the middle of a good stream is damage.
                Err(error @ SymphoniaError::Unsupported(_)) if self.channel_count == 0 => {
                    return Err(open_error(path, error));
                }
                Err(_) => {
                    self.damaged_count += 1;
                    self.silence_samples = self.samples_of(packet.dur.get());
                    continue;
                }
            };
            check_spec(path, decoded.spec(), self.rate_hz, self.channel_count)?;
            (self.rate_hz, self.channel_count) = (decoded.spec().rate(), decoded.spec().channels().count());
            decoded.copy_to_vec_interleaved(&mut self.interleaved);
            if !self.interleaved.is_empty() {
                self.decoded_samples += (self.interleaved.len() / self.channel_count) as u64;
                return Ok(true);
            }
        }
    }

    /// One block of the silence that is due.
    fn give_silence(&mut self) {
        let count = self.silence_samples.min(MAX_SILENCE_BLOCK_SAMPLES);
        self.silence_samples -= count;
        self.decoded_samples += count;
        self.interleaved.clear();
        self.interleaved.resize(count as usize * self.channel_count, 0.0);
    }

    /// The next packet of the track. When packets before it were lost, the silence that stands for
    /// them becomes due, so that everything after keeps its time.
    fn next_packet_in_time(&mut self, path: &Path) -> Result<Option<Packet>> {
        if let Some(packet) = self.held.take() {
            return Ok(Some(packet));
        }
        while !self.ended {
            let Some(packet) = self.next_packet(path)? else {
                self.ended = true;
                break;
            };
            if packet.track_id != self.track_id {
                continue;
            }
            let start = packet.pts.get();
            let gap_ticks = self.expected_ticks.map_or(0, |expected| start.saturating_sub(expected));
            self.expected_ticks = Some(start.saturating_add_unsigned(packet.block_dur().get()));
            let gap_samples = self.samples_of(u64::try_from(gap_ticks).unwrap_or(0));
            if gap_samples > MAX_GAP_S * u64::from(self.rate_hz) {
                self.broken = Some("its time stamps jump by more than an hour".to_owned());
                self.ended = true;
                break;
            }
            if gap_samples > 0 {
                self.damaged_count += 1;
                self.silence_samples = gap_samples;
            }
            return Ok(Some(packet));
        }
        Ok(None)
    }

    /// Samples a channel that `ticks` of the track's clock last; 0 while the layout is unknown.
    fn samples_of(&self, ticks: u64) -> u64 {
        let Some(tick) = self.tick.filter(|_| self.channel_count > 0) else { return 0 };
        let seconds_numerator = u128::from(ticks) * u128::from(tick.numer.get());
        let samples = seconds_numerator * u128::from(self.rate_hz) / u128::from(tick.denom.get());
        u64::try_from(samples).unwrap_or(u64::MAX)
    }

    /// The next packet of any track; the end of the file or of its readable part is `None`.
    fn next_packet(&mut self, path: &Path) -> Result<Option<Packet>> {
        loop {
            match self.format.next_packet() {
                Ok(packet) => return Ok(packet),
                Err(SymphoniaError::ResetRequired) => self.follow_chained_stream(path)?,
                Err(SymphoniaError::IoError(source)) if source.raw_os_error().is_some() => {
                    return Err(AudioError::io(path, "cannot read", source));
                }
                // The container stops making sense here: keep what came before.
                Err(error) => {
                    self.broken = Some(error.to_string());
                    return Ok(None);
                }
            }
        }
    }

    /// A chained ogg file starts its next stream: the same audio goes on under a new track.
    fn follow_chained_stream(&mut self, path: &Path) -> Result<()> {
        let (track, parameters) = audio_track(path, self.format.as_ref())?;
        let (track_id, tick) = (track.id, track.time_base);
        self.decoder = make_decoder(path, symphonia::default::get_codecs(), parameters)?;
        (self.track_id, self.tick, self.expected_ticks) = (track_id, tick, None);
        Ok(())
    }
}

fn audio_track<'a>(
    path: &Path,
    format: &'a dyn FormatReader,
) -> Result<(&'a Track, &'a AudioCodecParameters)> {
    format
        .default_track(TrackType::Audio)
        .and_then(|track| match &track.codec_params {
            Some(CodecParameters::Audio(parameters)) => Some((track, parameters)),
            _ => None,
        })
        .ok_or_else(|| {
            let container = format.format_info().long_name;
            AudioError::unsupported(
                path,
                format!("the {container} file has no audio track that can be read; wanted {READABLE}"),
            )
        })
}

fn make_decoder(
    path: &Path,
    codecs: &CodecRegistry,
    parameters: &AudioCodecParameters,
) -> Result<Box<dyn AudioDecoder>> {
    let channel_count = parameters.channels.as_ref().map_or(1, |channels| channels.count());
    if let Some(rate_hz) = parameters.sample_rate {
        check_layout(rate_hz, channel_count).map_err(|message| AudioError::unsupported(path, message))?;
    }
    codecs.make_audio_decoder(parameters, &AudioDecoderOptions::default()).map_err(|error| match error {
        SymphoniaError::Unsupported(detail) => AudioError::unsupported(
            path,
            format!(
                "its audio codec {} cannot be decoded ({detail}); wanted {READABLE}",
                codec_name(parameters.codec)
            ),
        ),
        other => open_error(path, other),
    })
}

fn check_spec(path: &Path, spec: &AudioSpec, rate_hz: u32, channel_count: usize) -> Result<()> {
    let (now_hz, now_count) = (spec.rate(), spec.channels().count());
    check_layout(now_hz, now_count).map_err(|message| AudioError::unsupported(path, message))?;
    if rate_hz != 0 && (rate_hz, channel_count) != (now_hz, now_count) {
        return Err(AudioError::unsupported(
            path,
            format!(
                "the audio changes from {rate_hz} Hz, {channel_count} channels to {now_hz} Hz, {now_count} channels on the way; wanted one layout"
            ),
        ));
    }
    Ok(())
}

/// A name a person knows for the codecs that files are likely to hold and this crate does not take.
fn codec_name(codec: AudioCodecId) -> String {
    let name = match codec {
        CODEC_ID_OPUS => "Opus",
        CODEC_ID_SPEEX => "Speex",
        CODEC_ID_MP1 => "MPEG layer 1",
        CODEC_ID_MP2 => "MPEG layer 2",
        CODEC_ID_AAC => "AAC (other than LC)",
        CODEC_ID_AC3 => "AC-3",
        CODEC_ID_EAC3 => "E-AC-3",
        CODEC_ID_WMA => "WMA",
        other => return format!("number {other}"),
    };
    name.to_owned()
}

/// The iTunes comment about gapless playback, if the file has one.
fn itunes_gapless(format: &mut dyn FormatReader) -> Option<String> {
    let mut metadata = format.metadata();
    let revision = metadata.skip_to_latest()?;
    let tag = revision.media.tags.iter().find(|tag| tag.raw.key.ends_with("iTunSMPB"))?;
    match &tag.raw.value {
        RawValue::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// An error before any container was recognised: the bytes are no audio as far as anyone can tell.
fn probe_error(path: &Path, error: SymphoniaError) -> AudioError {
    match error {
        SymphoniaError::Unsupported(detail) if detail.contains("probe") => {
            AudioError::bad_input(path, format!("no audio found in it; wanted {READABLE}"))
        }
        SymphoniaError::Unsupported(detail) if detail.contains("missing") => AudioError::bad_input(
            path,
            format!("incomplete: {detail}; wanted a whole file, the end may be cut off"),
        ),
        other => open_error(path, other),
    }
}

fn open_error(path: &Path, error: SymphoniaError) -> AudioError {
    match error {
        SymphoniaError::IoError(source) if source.raw_os_error().is_some() => {
            AudioError::io(path, "cannot read", source)
        }
        SymphoniaError::IoError(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
            AudioError::bad_input(
                path,
                format!("not an audio file, or one that is cut off in its header; wanted {READABLE}"),
            )
        }
        SymphoniaError::Unsupported(detail) => {
            AudioError::unsupported(path, format!("cannot be decoded ({detail}); wanted {READABLE}"))
        }
        other => {
            AudioError::bad_input(path, format!("damaged or not an audio file ({other}); wanted {READABLE}"))
        }
    }
}
