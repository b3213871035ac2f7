//! One audio track of one file, decoded packet by packet through symphonia.

use std::path::Path;

use symphonia::core::audio::AudioSpec;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

use crate::error::{AudioError, Result};
use crate::resample::check_layout;

/// Longest stretch of silence that stands in for one damaged packet, in samples a channel.
const MAX_PACKET_SAMPLES: u64 = 65_536;

/// What can be read, for messages.
const READABLE: &str = "wav, aiff, flac, mp3, ogg vorbis, or m4a/mp4/aac (AAC-LC, ALAC)";

/// The decoded packets of a file's default audio track.
pub(super) struct PacketStream {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
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
    /// Samples a channel the container declares.
    pub(super) declared_samples: Option<u64>,
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
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| open_error(path, error))?;
        let (track, parameters) = audio_track(path, format.as_ref())?;
        let (track_id, declared_samples) = (track.id, track.num_frames);
        let decoder = make_decoder(path, symphonia::default::get_codecs(), parameters)?;
        let facts = TrackFacts {
            container: format.format_info().long_name,
            codec: decoder.codec_info().long_name,
            declared_samples,
        };
        let mut packets = Self {
            format,
            decoder,
            track_id,
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

    fn decode_next(&mut self, path: &Path) -> Result<bool> {
        while !self.ended {
            let Some(packet) = self.next_packet(path)? else {
                self.ended = true;
                break;
            };
            if packet.track_id != self.track_id {
                continue;
            }
            self.interleaved.clear();
            let decoded = match self.decoder.decode(&packet) {
                Ok(decoded) => decoded,
                Err(SymphoniaError::DecodeError(_) | SymphoniaError::IoError(_)) => {
                    self.stand_in_for(&packet);
                    if self.interleaved.is_empty() { continue } else { return Ok(true) }
                }
                Err(error) => return Err(open_error(path, error)),
            };
            check_spec(path, decoded.spec(), self.rate_hz, self.channel_count)?;
            (self.rate_hz, self.channel_count) = (decoded.spec().rate(), decoded.spec().channels().count());
            decoded.copy_to_vec_interleaved(&mut self.interleaved);
            if !self.interleaved.is_empty() {
                self.decoded_samples += (self.interleaved.len() / self.channel_count) as u64;
                return Ok(true);
            }
        }
        Ok(false)
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
        let track_id = track.id;
        self.decoder = make_decoder(path, symphonia::default::get_codecs(), parameters)?;
        self.track_id = track_id;
        Ok(())
    }

    /// Silence as long as the damaged packet, so that everything after it keeps its time.
    fn stand_in_for(&mut self, packet: &Packet) {
        self.damaged_count += 1;
        // Before the first good packet the layout is unknown, and so is what the packet held.
        let samples = packet.dur.get().min(MAX_PACKET_SAMPLES);
        self.interleaved.resize(samples as usize * self.channel_count, 0.0);
        if self.channel_count > 0 {
            self.decoded_samples += samples;
        }
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
            format!("its audio codec {} cannot be decoded ({detail}); wanted {READABLE}", parameters.codec),
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
