//! Every codec's fixture decodes, and its tone starts and ends on time.

use cstalk_audio::{AudioErrorKind, AudioWarning, SpeechReader, decode_speech};

use crate::signals::{file_of, fixture};

/// Where the tone of a fixture starts and ends in ms: the first and last sample above a quarter
/// of full scale (the tone has half).
fn tone_ms(speech: &[f32]) -> (f64, f64) {
    let loud = |sample: &f32| sample.abs() > 0.125;
    let start = speech.iter().position(loud).unwrap();
    let end = speech.iter().rposition(loud).unwrap();
    (start as f64 / 16.0, end as f64 / 16.0)
}

fn read_all(path: &std::path::Path) -> (Vec<f32>, SpeechReader) {
    let mut reader = SpeechReader::open(path).unwrap();
    let mut speech = Vec::new();
    while reader.read(&mut speech).unwrap() {}
    (speech, reader)
}

#[test]
fn every_codec_is_on_time() {
    // Name, source rate, longest length in samples (padding the container does not state).
    for (name, rate_hz, longest) in [
        ("burst.aiff", 11_025, 16_000),
        ("burst-alaw.wav", 8_000, 16_000),
        ("burst-mulaw.wav", 8_000, 16_000),
        ("burst-ima-adpcm.wav", 22_050, 16_400),
        ("burst-ms-adpcm.wav", 22_050, 16_400),
        ("burst.flac", 44_100, 16_000),
        ("burst.mp3", 44_100, 16_000),
        ("burst-no-info-tag.mp3", 44_100, 16_400),
        ("burst.ogg", 44_100, 16_000),
        ("burst.m4a", 44_100, 16_000),
        ("burst-48k-faststart.m4a", 48_000, 16_000),
        ("burst-alac.m4a", 44_100, 16_000),
        ("burst.aac", 44_100, 16_400),
    ] {
        let (speech, reader) = read_all(&fixture(name));
        assert_eq!(reader.info().rate.0, rate_hz, "{name}");
        assert_eq!(reader.info().channel_count, 1, "{name}");
        assert!((16_000..=longest).contains(&speech.len()), "{name}: {} samples", speech.len());
        let (start_ms, end_ms) = tone_ms(&speech);
        assert!((start_ms - 250.0).abs() < 1.0, "{name}: the tone starts at {start_ms} ms");
        assert!((end_ms - 750.0).abs() < 1.0, "{name}: the tone ends at {end_ms} ms");
    }
}

#[test]
fn an_unstated_delay_is_reported_and_a_stated_one_is_not() {
    for (name, assumed) in [
        ("burst-no-info-tag.mp3", true),
        ("burst.aac", true),
        ("burst.mp3", false),
        ("burst.m4a", false),
        ("burst.ogg", false),
        ("burst.flac", false),
    ] {
        let (_, reader) = read_all(&fixture(name));
        let found =
            reader.info().warnings.iter().any(|warning| matches!(warning, AudioWarning::DelayAssumed { .. }));
        assert_eq!(found, assumed, "{name}: {:?}", reader.info().warnings);
        assert_eq!(reader.info().warnings.len(), usize::from(assumed), "{name}");
    }
}

#[test]
fn opus_is_refused_by_name() {
    let error = SpeechReader::open(fixture("burst-opus.ogg")).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::Unsupported);
    for part in ["burst-opus.ogg", "Opus", "wanted"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn the_name_of_a_file_does_not_matter() {
    let bytes = std::fs::read(fixture("burst.flac")).unwrap();
    let (_folder, path) = file_of("really-flac.wav", &bytes);
    assert_eq!(decode_speech(&path).unwrap(), decode_speech(fixture("burst.flac")).unwrap());
}

/// Renames the boxes `from` to `to` (same length), which hides them from any reader.
fn rename_box(bytes: &mut [u8], from: &[u8; 4], to: &[u8; 4]) {
    let mut renamed = 0;
    for start in 0..bytes.len() - 4 {
        if &bytes[start..start + 4] == from {
            bytes[start..start + 4].copy_from_slice(to);
            renamed += 1;
        }
    }
    assert_eq!(renamed, 1);
}

#[test]
fn without_an_edit_list_the_least_delay_of_aac_is_assumed() {
    let mut bytes = std::fs::read(fixture("burst.m4a")).unwrap();
    rename_box(&mut bytes, b"edts", b"free");
    let (_folder, path) = file_of("no-edit-list.m4a", &bytes);
    let (speech, reader) = read_all(&path);
    assert!((tone_ms(&speech).0 - 250.0).abs() < 1.0);
    assert!(matches!(reader.info().warnings[..], [AudioWarning::DelayAssumed { .. }]));
}

/// An mp4 box.
fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(kind);
    bytes.extend(content);
    bytes
}

#[test]
fn without_an_edit_list_the_comment_of_itunes_counts() {
    let mut bytes = std::fs::read(fixture("burst.m4a")).unwrap();
    rename_box(&mut bytes, b"edts", b"free");
    // The movie box is the last one, so its own metadata can be replaced by appending to it.
    if bytes.windows(4).any(|window| window == b"udta") {
        rename_box(&mut bytes, b"udta", b"free");
    }
    let comment = b" 00000000 00000400 00000000 0000000000005622 00000000 00000000";
    let flags = [0u8; 4];
    let freeform = boxed(
        b"----",
        &[
            boxed(b"mean", &[&flags[..], b"com.apple.iTunes"].concat()),
            boxed(b"name", &[&flags[..], b"iTunSMPB"].concat()),
            boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], &comment[..]].concat()),
        ]
        .concat(),
    );
    let handler = boxed(b"hdlr", &[&[0; 8], &b"mdirappl"[..], &[0; 9]].concat());
    let meta = boxed(b"meta", &[&flags[..], &handler, &boxed(b"ilst", &freeform)].concat());
    let user = boxed(b"udta", &meta);
    let movie = bytes.windows(4).position(|window| window == b"moov").unwrap() - 4;
    let movie_bytes = u32::from_be_bytes(bytes[movie..movie + 4].try_into().unwrap());
    assert_eq!(movie + movie_bytes as usize, bytes.len());
    bytes[movie..movie + 4].copy_from_slice(&(movie_bytes + user.len() as u32).to_be_bytes());
    bytes.extend(user);
    let (_folder, path) = file_of("itunes.m4a", &bytes);
    let (speech, reader) = read_all(&path);
    let assumed = |warning: &AudioWarning| matches!(warning, AudioWarning::DelayAssumed { .. });
    assert!(!reader.info().warnings.iter().any(assumed));
    assert!((tone_ms(&speech).0 - 250.0).abs() < 1.0);
    // 0x5622 = 22,050 samples at 44.1 kHz.
    assert_eq!(speech.len(), 8_000);
}

#[test]
fn an_empty_edit_is_silence_before_the_recording() {
    let mut bytes = std::fs::read(fixture("burst.m4a")).unwrap();
    let list = bytes.windows(4).position(|window| window == b"elst").unwrap();
    let entry = list + 12;
    assert_eq!(bytes[list + 8..entry], [0, 0, 0, 1], "the fixture has one edit");
    // Turned into an empty edit of 100 ms; the movie counts ms. It lacks a real edit, which makes
    // the list meaningless: the usual delay applies and is reported.
    bytes[entry..entry + 4].copy_from_slice(&100u32.to_be_bytes());
    bytes[entry + 4..entry + 8].copy_from_slice(&(-1i32).to_be_bytes());
    let (_folder, path) = file_of("only-empty.m4a", &bytes);
    let (_, reader) = read_all(&path);
    assert!(matches!(reader.info().warnings[..], [AudioWarning::DelayAssumed { .. }]));

    // Two edits, version 0, in the room of the old list plus the box after `edts` cannot be made
    // without moving the tables, so the `edts` is appended anew at the end of its track instead.
    let mut bytes = std::fs::read(fixture("burst.m4a")).unwrap();
    rename_box(&mut bytes, b"edts", b"free");
    let mut list = vec![0, 0, 0, 0, 0, 0, 0, 2];
    for (duration_ms, start) in [(100u32, -1i32), (1_000, 1_024)] {
        list.extend(duration_ms.to_be_bytes());
        list.extend(start.to_be_bytes());
        list.extend([0, 1, 0, 0]);
    }
    let edits = boxed(b"edts", &boxed(b"elst", &list));
    let find = |bytes: &[u8], kind: &[u8; 4]| bytes.windows(4).position(|w| w == kind).unwrap() - 4;
    let size = |bytes: &[u8], at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let (movie, track) = (find(&bytes, b"moov"), find(&bytes, b"trak"));
    let track_end = track + size(&bytes, track) as usize;
    for at in [movie, track] {
        let grown = size(&bytes, at) + edits.len() as u32;
        bytes[at..at + 4].copy_from_slice(&grown.to_be_bytes());
    }
    bytes.splice(track_end..track_end, edits);
    let (_folder, path) = file_of("delayed.m4a", &bytes);
    let (speech, reader) = read_all(&path);
    assert_eq!(reader.info().warnings, []);
    assert_eq!(speech.len(), 17_600);
    assert!((tone_ms(&speech).0 - 350.0).abs() < 1.0);
}
