//! Wav, aiff and mp4 headers that lie about lengths, put right before the demuxer sees them.
//!
//! Recorders that crash or stream leave the RIFF and `data` lengths at 0, at all ones, or at more
//! than the file holds; files above 4 GiB (RF64, BW64) keep the true lengths elsewhere. The length
//! of the file settles all of these, so the header fields are overlaid with values that agree with
//! it, and what had to be changed is reported.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

/// Most chunks looked at before `data`; real files have a handful.
const MAX_CHUNK_COUNT: usize = 1_000;
/// A length that means "until the end of the file" to the demuxer.
const UNKNOWN_LENGTH: u32 = u32::MAX;
/// Lengths from here on are what writers to a pipe put down (`0x7fff_ffff` less a header, or all
/// ones) when they cannot come back to fill in the true one.
const STREAMED_LENGTH_FROM: u32 = 0x7fff_0000;

/// What was found wrong with a wav or aiff header.
#[derive(Debug, Default, PartialEq)]
pub(super) struct HeaderVerdict {
    /// Payload bytes the header declares, when the file holds fewer.
    pub(super) missing_payload: Option<MissingPayload>,
    /// A contradiction that was settled, in words.
    pub(super) mended: Option<String>,
}

/// An audio chunk that claims more than the file holds.
#[derive(Debug, PartialEq)]
pub(super) struct MissingPayload {
    pub(super) declared_bytes: u64,
    pub(super) present_bytes: u64,
}

/// A file with a few header bytes overlaid.
#[derive(Debug)]
pub(super) struct MendedFile {
    file: File,
    byte_count: u64,
    position: u64,
    overlays: Vec<(u64, [u8; 4])>,
}

impl MendedFile {
    /// Examines `file`; one that is neither wav, aiff nor mp4 passes through unchanged.
    ///
    /// # Errors
    /// Errors of the operating system; a cut-off header is left for the demuxer to refuse.
    pub(super) fn examine(mut file: File, byte_count: u64) -> io::Result<(Self, HeaderVerdict)> {
        let mut overlays = Vec::new();
        let verdict = match examine_form(&mut file, byte_count, &mut overlays) {
            // Cut off inside the header.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => HeaderVerdict::default(),
            other => other?,
        };
        file.seek(SeekFrom::Start(0))?;
        Ok((Self { file, byte_count, position: 0, overlays }, verdict))
    }
}

fn examine_form(
    file: &mut File,
    byte_count: u64,
    overlays: &mut Vec<(u64, [u8; 4])>,
) -> io::Result<HeaderVerdict> {
    let mut marker = [0; 12];
    file.read_exact(&mut marker)?;
    let (kind, [a, b, c, d], form) =
        (&marker[..4], [marker[4], marker[5], marker[6], marker[7]], &marker[8..]);
    match (kind, form) {
        (b"RIFF", b"WAVE") => examine_wav(file, byte_count, false, overlays),
        (b"RF64" | b"BW64", b"WAVE") => examine_wav(file, byte_count, true, overlays),
        (b"FORM", b"AIFF" | b"AIFC") => {
            examine_aiff(file, byte_count, u32::from_be_bytes([a, b, c, d]), overlays)
        }
        (_, _) if &marker[4..8] == b"ftyp" => examine_mp4(file, byte_count, overlays),
        _ => Ok(HeaderVerdict::default()),
    }
}

/// Mp4: the demuxer finds no sample in a media box that is longer than the file, so that box is cut
/// down to what is there. The sample tables still tell the true length.
fn examine_mp4(
    file: &mut File,
    byte_count: u64,
    overlays: &mut Vec<(u64, [u8; 4])>,
) -> io::Result<HeaderVerdict> {
    let mut start: u64 = 0;
    for _ in 0..MAX_CHUNK_COUNT {
        file.seek(SeekFrom::Start(start))?;
        let mut header = [0; 16];
        file.read_exact(&mut header)?;
        let [a, b, c, d, kind @ .., e, f, g, h, i, j, k, l] = header;
        let (short, long) = (u32::from_be_bytes([a, b, c, d]), u64::from_be_bytes([e, f, g, h, i, j, k, l]));
        let box_bytes = if short == 1 { long } else { u64::from(short) };
        let present = byte_count - start;
        if kind == *b"mdat" && box_bytes > present {
            if short == 1 {
                let [e, f, g, h, i, j, k, l] = present.to_be_bytes();
                overlays.extend([(start + 8, [e, f, g, h]), (start + 12, [i, j, k, l])]);
            } else {
                // Smaller than the declared length, so it fits as well.
                overlays.push((start, u32::try_from(present).unwrap_or(0).to_be_bytes()));
            }
        }
        if box_bytes < 8 || box_bytes >= present {
            break;
        }
        start += box_bytes;
    }
    Ok(HeaderVerdict::default())
}

/// Aiff: the demuxer refuses a file that is shorter than its header says, so the lengths of the
/// whole and of the sound chunk are cut down to what is there.
fn examine_aiff(
    file: &mut File,
    byte_count: u64,
    declared_form_bytes: u32,
    overlays: &mut Vec<(u64, [u8; 4])>,
) -> io::Result<HeaderVerdict> {
    let mut verdict = HeaderVerdict::default();
    let form_bytes = u32::try_from(byte_count - 8).unwrap_or(UNKNOWN_LENGTH);
    if declared_form_bytes <= form_bytes {
        return Ok(verdict);
    }
    overlays.push((4, form_bytes.to_be_bytes()));
    let mut chunk_start: u64 = 12;
    for _ in 0..MAX_CHUNK_COUNT {
        file.seek(SeekFrom::Start(chunk_start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let declared = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let present = byte_count - (chunk_start + 8);
        if &header[..4] == b"SSND" && u64::from(declared) > present {
            // Offset and block size come before the samples.
            verdict.missing_payload = Some(MissingPayload {
                declared_bytes: u64::from(declared).saturating_sub(8),
                present_bytes: present.saturating_sub(8),
            });
            let length = u32::try_from(present).unwrap_or(UNKNOWN_LENGTH);
            overlays.push((chunk_start + 4, length.to_be_bytes()));
            break;
        }
        chunk_start += 8 + u64::from(declared) + u64::from(declared % 2);
    }
    Ok(verdict)
}

fn examine_wav(
    file: &mut File,
    byte_count: u64,
    large: bool,
    overlays: &mut Vec<(u64, [u8; 4])>,
) -> io::Result<HeaderVerdict> {
    let mut verdict = HeaderVerdict::default();
    // The demuxer believes this length more than the chunks; the chunks are what counts.
    overlays.push((0, *b"RIFF"));
    overlays.push((4, UNKNOWN_LENGTH.to_le_bytes()));
    let mut chunk_start: u64 = 12;
    let mut large_payload_bytes = None;
    for _ in 0..MAX_CHUNK_COUNT {
        file.seek(SeekFrom::Start(chunk_start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let declared = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        let body_start = chunk_start + 8;
        match &header[..4] {
            b"ds64" if large => {
                let mut lengths = [0; 16];
                file.read_exact(&mut lengths)?;
                let (_, payload) = lengths.split_at(8);
                large_payload_bytes = payload.try_into().ok().map(u64::from_le_bytes);
            }
            b"data" => {
                let present_bytes = byte_count.saturating_sub(body_start);
                let declared_bytes = large_payload_bytes.unwrap_or(u64::from(declared));
                let streamed = declared >= STREAMED_LENGTH_FROM && large_payload_bytes.is_none();
                let unset = declared_bytes == 0 && !chunks_fill(file, body_start, byte_count)?;
                if unset {
                    verdict.mended = Some(format!(
                        "it declares 0 bytes of audio, {present_bytes} bytes follow and were read"
                    ));
                } else if streamed && declared_bytes > present_bytes {
                    // Written to a pipe: an honest "unknown", not a fault.
                } else if declared_bytes > present_bytes {
                    verdict.missing_payload = Some(MissingPayload { declared_bytes, present_bytes });
                }
                let usable = if unset { present_bytes } else { declared_bytes.min(present_bytes) };
                let length = u32::try_from(usable).unwrap_or(UNKNOWN_LENGTH);
                overlays.push((chunk_start + 4, length.to_le_bytes()));
                return Ok(verdict);
            }
            _ => {}
        }
        // Chunks are padded to an even length.
        chunk_start = body_start + u64::from(declared) + u64::from(declared % 2);
    }
    Ok(verdict)
}

/// Whether well-formed chunks reach from `start` exactly to the end of the file (also when there
/// are none): then what comes before them really is as short as it says.
fn chunks_fill(file: &mut File, start: u64, byte_count: u64) -> io::Result<bool> {
    let mut chunk_start = start;
    for _ in 0..MAX_CHUNK_COUNT {
        if chunk_start >= byte_count {
            // A missing last padding byte is a common, harmless fault.
            return Ok(chunk_start <= byte_count + 1);
        }
        if byte_count - chunk_start < 8 {
            return Ok(false);
        }
        file.seek(SeekFrom::Start(chunk_start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        if !header[..4].iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return Ok(false);
        }
        chunk_start += 8 + u64::from(length) + u64::from(length % 2);
    }
    Ok(false)
}

impl Read for MendedFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(out)?;
        let end = self.position + count as u64;
        for &(offset, bytes) in &self.overlays {
            for (address, byte) in (offset..).zip(bytes) {
                if (self.position..end).contains(&address) {
                    out[(address - self.position) as usize] = byte;
                }
            }
        }
        self.position = end;
        Ok(count)
    }
}

impl Seek for MendedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

impl MediaSource for MendedFile {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.byte_count)
    }
}
