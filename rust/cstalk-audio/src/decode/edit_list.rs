//! Where an mp4 file's audio really starts: the edit list.
//!
//! AAC encoders put 1,024 to 2,112 samples of priming before the recording. The mp4 edit list says
//! how many; the demuxer does not apply it, so it is read here. Source: ISO/IEC 14496-12, 8.6.6.

use std::io::{self, Read, Seek, SeekFrom};

use super::trim::SampleTrim;

/// Most boxes looked at on one level; real files have a few dozen.
const MAX_BOX_COUNT: usize = 4_096;
/// Most edits read; one or two are usual.
const MAX_EDIT_COUNT: u32 = 16;

/// A box: its kind, and where its content lies.
#[derive(Clone, Copy)]
struct BoxSpan {
    kind: [u8; 4],
    start: u64,
    end: u64,
}

/// The trim stated for track `track_id`, in samples at `rate_hz`; `None` when the file is no mp4,
/// states no edit for that track, or is damaged there.
pub(super) fn read_trim(
    file: &mut (impl Read + Seek),
    byte_count: u64,
    track_id: u32,
    rate_hz: u32,
) -> Option<SampleTrim> {
    let whole = BoxSpan { kind: *b"file", start: 0, end: byte_count };
    let first = boxes(file, whole, 1).ok()?;
    if !first.iter().any(|found| found.kind == *b"ftyp") {
        return None;
    }
    let movie = child(file, whole, b"moov")?;
    let movie_header = child(file, movie, b"mvhd")?;
    let movie_rate_hz = timescale(file, movie_header)?;
    let tracks = boxes(file, movie, MAX_BOX_COUNT).ok()?;
    for track in tracks.into_iter().filter(|found| found.kind == *b"trak") {
        let header = child(file, track, b"tkhd")?;
        if track_number(file, header)? != track_id {
            continue;
        }
        let media = child(file, track, b"mdia")?;
        let media_header = child(file, media, b"mdhd")?;
        let media_rate_hz = timescale(file, media_header)?;
        let edits = child(file, track, b"edts")?;
        let list = child(file, edits, b"elst")?;
        let scale = Scale { movie_rate_hz, media_rate_hz, rate_hz };
        return trim_of_edits(&read_edits(file, list)?, scale);
    }
    None
}

/// One entry of the list; the duration counts movie ticks, the start counts media ticks.
struct Edit {
    duration_ticks: u64,
    /// Negative for an empty edit.
    start_ticks: i64,
}

#[derive(Clone, Copy)]
struct Scale {
    movie_rate_hz: u32,
    media_rate_hz: u32,
    rate_hz: u32,
}

impl Scale {
    fn samples(self, ticks: u64, tick_hz: u32) -> Option<u64> {
        let scaled = u128::from(ticks) * u128::from(self.rate_hz) / u128::from(tick_hz);
        u64::try_from(scaled).ok()
    }
}

/// Empty edits at the front become silence, the first real edit the trim. Further edits reorder
/// the recording, which no recorder of speech does: then only the start is taken.
fn trim_of_edits(edits: &[Edit], scale: Scale) -> Option<SampleTrim> {
    let empty_count = edits.iter().take_while(|edit| edit.start_ticks < 0).count();
    let (empty, real) = edits.split_at(empty_count);
    let first = real.first()?;
    let silence_ticks = empty.iter().try_fold(0u64, |sum, edit| sum.checked_add(edit.duration_ticks))?;
    let keep_samples = if real.len() == 1 && first.duration_ticks > 0 {
        Some(scale.samples(first.duration_ticks, scale.movie_rate_hz)?)
    } else {
        None
    };
    Some(SampleTrim {
        silence_samples: scale.samples(silence_ticks, scale.movie_rate_hz)?,
        skip_samples: scale.samples(u64::try_from(first.start_ticks).ok()?, scale.media_rate_hz)?,
        keep_samples,
    })
}

fn read_edits(file: &mut (impl Read + Seek), list: BoxSpan) -> Option<Vec<Edit>> {
    let mut content = content_reader(file, list)?;
    let wide = read_u32(&mut content)? >> 24 == 1;
    let count = read_u32(&mut content)?;
    if count > MAX_EDIT_COUNT {
        return None;
    }
    (0..count)
        .map(|_| {
            let (duration_ticks, start_ticks) = if wide {
                (read_u64(&mut content)?, read_u64(&mut content)?.cast_signed())
            } else {
                (u64::from(read_u32(&mut content)?), i64::from(read_u32(&mut content)?.cast_signed()))
            };
            read_u32(&mut content)?; // playback rate
            Some(Edit { duration_ticks, start_ticks })
        })
        .collect()
}

/// Ticks a second from an `mvhd` or `mdhd` box.
fn timescale(file: &mut (impl Read + Seek), header: BoxSpan) -> Option<u32> {
    let mut content = content_reader(file, header)?;
    let wide = read_u32(&mut content)? >> 24 == 1;
    skip_times(&mut content, wide)?;
    read_u32(&mut content).filter(|&tick_hz| tick_hz > 0)
}

fn track_number(file: &mut (impl Read + Seek), header: BoxSpan) -> Option<u32> {
    let mut content = content_reader(file, header)?;
    let wide = read_u32(&mut content)? >> 24 == 1;
    skip_times(&mut content, wide)?;
    read_u32(&mut content)
}

/// Creation and modification time.
fn skip_times(content: &mut impl Read, wide: bool) -> Option<()> {
    for _ in 0..if wide { 4 } else { 2 } {
        read_u32(content)?;
    }
    Some(())
}

fn child(file: &mut (impl Read + Seek), parent: BoxSpan, kind: &[u8; 4]) -> Option<BoxSpan> {
    boxes(file, parent, MAX_BOX_COUNT).ok()?.into_iter().find(|found| found.kind == *kind)
}

/// The first boxes directly inside `parent`; a box that does not fit ends the list.
fn boxes(file: &mut (impl Read + Seek), parent: BoxSpan, most: usize) -> io::Result<Vec<BoxSpan>> {
    let mut found = Vec::new();
    let mut start = parent.start;
    while found.len() < most && start.saturating_add(8) <= parent.end {
        file.seek(SeekFrom::Start(start))?;
        let mut header = [0; 8];
        file.read_exact(&mut header)?;
        let [a, b, c, d, kind @ ..] = header;
        let (header_bytes, box_bytes) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, parent.end - start),
            1 => {
                let mut long = [0; 8];
                file.read_exact(&mut long)?;
                (16, u64::from_be_bytes(long))
            }
            short => (8, u64::from(short)),
        };
        let end = start.saturating_add(box_bytes);
        if box_bytes < header_bytes || end > parent.end {
            break;
        }
        found.push(BoxSpan { kind, start: start + header_bytes, end });
        start = end;
    }
    Ok(found)
}

fn content_reader<F: Read + Seek>(file: &mut F, span: BoxSpan) -> Option<io::Take<&mut F>> {
    file.seek(SeekFrom::Start(span.start)).ok()?;
    Some(file.take(span.end - span.start))
}

fn read_u32(content: &mut impl Read) -> Option<u32> {
    let mut bytes = [0; 4];
    content.read_exact(&mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes))
}

fn read_u64(content: &mut impl Read) -> Option<u64> {
    let mut bytes = [0; 8];
    content.read_exact(&mut bytes).ok()?;
    Some(u64::from_be_bytes(bytes))
}
