//! What is wrong with a file is either one clear error or a warning beside usable samples.

use cstalk_audio::{AudioErrorKind, AudioWarning, SpeechReader, decode_speech};
use proptest::prelude::*;

use crate::signals::{WavBytes, file_of, fixture, noise, sine, to_f32};

/// One second of 16 kHz sine as 16-bit wav.
fn second() -> WavBytes {
    WavBytes::pcm16(16_000, 1, &to_f32(&sine(440.0, 16_000, 16_000)))
}

fn read(name: &str, bytes: &[u8]) -> cstalk_audio::Result<(Vec<f32>, Vec<AudioWarning>)> {
    let (_folder, path) = file_of(name, bytes);
    let mut reader = SpeechReader::open(path)?;
    let mut speech = Vec::new();
    while reader.read(&mut speech)? {}
    // The end stays the end.
    assert!(!reader.read(&mut speech)?);
    Ok((speech, reader.info().warnings.clone()))
}

#[test]
fn unusable_files_are_one_clear_error() {
    let text = "This is a shopping list, not a recording.\n".repeat(200);
    let no_payload = WavBytes { payload: Vec::new(), ..second() };
    let claims_payload = WavBytes { payload_length: Some(32_000), ..no_payload.clone() };
    for (name, bytes, kind, part) in [
        ("empty.wav", Vec::new(), AudioErrorKind::BadInput, "0 bytes"),
        ("text.wav", text.into_bytes(), AudioErrorKind::BadInput, "no audio found"),
        ("one-byte.wav", vec![b'R'], AudioErrorKind::BadInput, "wanted"),
        ("header.wav", second().bytes()[..30].to_vec(), AudioErrorKind::BadInput, "wanted"),
        ("no-samples.wav", no_payload.bytes(), AudioErrorKind::BadInput, "zero audio samples"),
        ("all-missing.wav", claims_payload.bytes(), AudioErrorKind::BadInput, "zero audio samples"),
        (
            "slow.wav",
            WavBytes { rate_hz: 4_000, ..second() }.bytes(),
            AudioErrorKind::Unsupported,
            "got 4000 Hz",
        ),
        (
            "fast.wav",
            WavBytes { rate_hz: 384_000, ..second() }.bytes(),
            AudioErrorKind::Unsupported,
            "got 384000 Hz",
        ),
        ("zero-hz.wav", WavBytes { rate_hz: 0, ..second() }.bytes(), AudioErrorKind::Unsupported, "got 0 Hz"),
    ] {
        let error = read(name, &bytes).unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        let message = error.to_string();
        assert!(message.contains(name) && message.contains(part), "{name}: {message}");
    }
}

#[test]
fn nine_channels_are_refused() {
    let nine = WavBytes::pcm16(48_000, 9, &[0.1; 9 * 480]);
    let error = read("nine.wav", &nine.bytes()).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::Unsupported, "{error}");
    assert!(error.to_string().contains("9"), "{error}");
}

#[test]
fn a_missing_file_or_a_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = SpeechReader::open(folder.path().join("missing.wav")).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::Io);
    assert!(error.to_string().contains("missing.wav"));
    assert_eq!(SpeechReader::open(folder.path()).unwrap_err().kind(), AudioErrorKind::BadInput);
}

#[test]
fn a_truncated_file_gives_what_is_there() {
    let (speech, warnings) = read("cut.wav", &second().bytes()[..44 + 20_001]).unwrap();
    assert_eq!(speech.len(), 10_000);
    let [AudioWarning::Truncated { declared_s, decoded_s }] = warnings[..] else { panic!("{warnings:?}") };
    assert!((declared_s - 1.0).abs() < 1e-3 && (decoded_s - 0.625).abs() < 1e-9);
}

#[test]
fn truncated_fixtures_of_every_codec_give_what_is_there() {
    for name in [
        "burst.flac",
        "burst.mp3",
        "burst.ogg",
        "burst.aiff",
        "burst-48k-faststart.m4a",
        "burst-ms-adpcm.wav",
    ] {
        let whole = std::fs::read(fixture(name)).unwrap();
        let full_count = decode_speech(fixture(name)).unwrap().len();
        let (speech, warnings) = read(name, &whole[..whole.len() * 7 / 10]).unwrap();
        assert!(speech.len() > 2_000 && speech.len() < full_count, "{name}: {} samples", speech.len());
        // An ogg stream cut between two pages is a well-formed shorter stream.
        if name != "burst.ogg" {
            let told = |warning: &AudioWarning| {
                matches!(warning, AudioWarning::Truncated { .. } | AudioWarning::BrokenOff { .. })
            };
            assert!(warnings.iter().any(told), "{name}: {warnings:?}");
        }
    }
}

#[test]
fn an_mp4_file_cut_before_its_tables_is_refused_as_incomplete() {
    let whole = std::fs::read(fixture("burst.m4a")).unwrap();
    let error = read("cut.m4a", &whole[..whole.len() * 7 / 10]).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::BadInput);
    assert!(error.to_string().contains("incomplete"), "{error}");
}

#[test]
fn a_truncated_mp4_file_with_64_bit_lengths_gives_what_is_there() {
    // An encoder leaves eight free bytes before the media box for just this change.
    let mut bytes = std::fs::read(fixture("burst-48k-faststart.m4a")).unwrap();
    let free = bytes.windows(4).position(|window| window == b"free").unwrap() - 4;
    assert_eq!(bytes[free + 12..free + 16], *b"mdat");
    let media_bytes = u64::from(u32::from_be_bytes(bytes[free + 8..free + 12].try_into().unwrap())) + 8;
    bytes[free..free + 4].copy_from_slice(&1u32.to_be_bytes());
    bytes[free + 4..free + 8].copy_from_slice(b"mdat");
    bytes[free + 8..free + 16].copy_from_slice(&media_bytes.to_be_bytes());
    let (whole, warnings) = read("long.m4a", &bytes).unwrap();
    assert_eq!((whole.len(), warnings), (16_000, vec![]));
    let (part, warnings) = read("long-cut.m4a", &bytes[..bytes.len() * 7 / 10]).unwrap();
    assert!(part.len() > 4_000 && part.len() < 16_000);
    assert!(matches!(warnings[..], [AudioWarning::Truncated { .. }]), "{warnings:?}");
}

#[test]
fn headers_that_lie_about_lengths_are_mended() {
    let honest = read("honest.wav", &second().bytes()).unwrap();
    assert_eq!(honest.1, []);
    for (riff_length, payload_length, told) in [
        (Some(0), Some(0), true), // recorder crashed before it closed the file
        (Some(36), Some(0), true),
        (Some(u32::MAX), Some(u32::MAX), false), // streamed by ffmpeg
        (Some(0x7fff_ffff), Some(0x7fff_ffdb), false), // streamed by sox
        (Some(4), None, false),                  // only the outer length is wrong
        (Some(1_000_000), None, false),
        (None, Some(1_000_000), true),
    ] {
        let case = WavBytes { riff_length, payload_length, ..second() };
        let (speech, warnings) = read("lie.wav", &case.bytes()).unwrap();
        assert_eq!(speech, honest.0, "{riff_length:?} {payload_length:?}");
        assert_eq!(warnings.len(), usize::from(told), "{riff_length:?} {payload_length:?}: {warnings:?}");
    }
    // A shorter declared length is believed: what follows are other chunks.
    let short = WavBytes { payload_length: Some(3_200), ..second() };
    assert_eq!(read("short.wav", &short.bytes()).unwrap().0.len(), 1_600);
}

#[test]
fn an_honestly_empty_payload_before_other_chunks_is_not_read_as_audio() {
    let case = WavBytes { payload: Vec::new(), after: b"LIST\x04\0\0\0INFO".to_vec(), ..second() };
    let error = read("empty-payload.wav", &case.bytes()).unwrap_err();
    assert!(error.to_string().contains("zero audio samples"), "{error}");
}

#[test]
fn large_wav_files_are_read_by_their_64_bit_lengths() {
    let plain = second();
    let mut bytes = b"RF64\xff\xff\xff\xffWAVEds64".to_vec();
    bytes.extend(28u32.to_le_bytes());
    bytes.extend((plain.payload.len() as u64 + 72).to_le_bytes());
    bytes.extend((plain.payload.len() as u64).to_le_bytes());
    bytes.extend(16_000u64.to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    let rest =
        WavBytes { payload_length: Some(u32::MAX), after: b"LIST\x04\0\0\0INFO".to_vec(), ..plain.clone() };
    bytes.extend(&rest.bytes()[12..]);
    let (speech, warnings) = read("large.wav", &bytes).unwrap();
    assert_eq!(speech, read("plain.wav", &plain.bytes()).unwrap().0);
    assert_eq!(warnings, []);
}

#[test]
fn samples_that_are_not_finite_are_replaced_and_counted() {
    let mut samples = to_f32(&sine(440.0, 16_000, 1_600));
    samples[100] = f32::NAN;
    samples[101] = f32::INFINITY;
    samples[102] = f32::NEG_INFINITY;
    let (speech, warnings) = read("nan.wav", &WavBytes::float32(16_000, 1, &samples).bytes()).unwrap();
    assert_eq!(speech[100..103], [0.0; 3]);
    assert_eq!(speech[99], samples[99]);
    assert_eq!(warnings, [AudioWarning::NonFinite { count: 3 }]);
}

#[test]
fn levels_are_judged() {
    let tone = sine(440.0, 16_000, 16_000);
    let scaled = |factor: f64| to_f32(&tone.iter().map(|sample| sample * factor).collect::<Vec<_>>());
    let hard: Vec<f32> = scaled(8.0).iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    let stereo =
        |right: f32| -> Vec<f32> { scaled(1.0).iter().flat_map(|&left| [left, right * left]).collect() };
    let check = |channel_count: u16, samples: &[f32]| {
        read("levels.wav", &WavBytes::float32(16_000, channel_count, samples).bytes()).unwrap().1
    };
    assert_eq!(check(1, &scaled(1.0)), []);
    assert_eq!(check(1, &[0.0; 1_600]), [AudioWarning::Silent]);
    assert!(
        matches!(check(1, &scaled(1e-3))[..], [AudioWarning::Quiet { peak_db }] if (peak_db + 66.02).abs() < 0.1)
    );
    assert!(matches!(check(1, &hard)[..], [AudioWarning::Clipped { fraction }] if fraction > 0.5));
    assert!(
        matches!(check(1, &scaled(65_536.0))[..], [AudioWarning::AboveFullScale { peak }] if peak > 32_000.0)
    );
    assert_eq!(check(2, &stereo(1.0)), []);
    assert_eq!(check(2, &stereo(0.0)), []);
    assert!(
        matches!(check(2, &stereo(-1.0))[..], [AudioWarning::OppositePhase { correlation }] if correlation < -0.99)
    );
}

#[test]
fn damage_in_the_middle_keeps_the_timing() {
    // A destroyed MP3 header leaves no trace of its packet: 26 ms, 418 samples.
    for (name, from, lost) in
        [("burst.mp3", 0.5, 418), ("burst.flac", 0.7, 0), ("burst-48k-faststart.m4a", 0.5, 0)]
    {
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        let start = (bytes.len() as f64 * from) as usize;
        for (byte, value) in bytes[start..start + 300].iter_mut().zip(noise(300)) {
            *byte = (value * 127.0) as i8 as u8;
        }
        let (speech, _) = read(name, &bytes).unwrap();
        let start = speech.iter().position(|sample| sample.abs() > 0.125).unwrap();
        let end = speech.iter().rposition(|sample| sample.abs() > 0.125).unwrap();
        assert!(start.abs_diff(4_000) < 16, "{name}: the tone starts at {start}");
        assert!(end.abs_diff(12_000) < lost + 16, "{name}: the tone ends at {end}");
    }
}

#[test]
fn lost_packets_leave_silence_in_their_place() {
    // The page of an ogg stream after the first audio pages goes missing.
    let whole = std::fs::read(fixture("burst.ogg")).unwrap();
    let pages: Vec<usize> = (0..whole.len() - 4).filter(|&at| &whole[at..at + 4] == b"OggS").collect();
    assert!(pages.len() > 8, "the fixture has {} pages", pages.len());
    let mut bytes = whole.clone();
    bytes.drain(pages[6]..pages[7]);
    let (speech, warnings) = read("lost.ogg", &bytes).unwrap();
    assert!(
        warnings.iter().any(|warning| matches!(warning, AudioWarning::DamagedPackets { .. })),
        "{warnings:?}"
    );
    assert!(speech.len().abs_diff(16_000) < 160, "{} samples", speech.len());
    let end = speech.iter().rposition(|sample| sample.abs() > 0.125).unwrap();
    assert!(end.abs_diff(12_000) < 16, "the tone ends at {end}");
}

#[test]
fn every_warning_says_something() {
    for warning in [
        AudioWarning::Truncated { declared_s: 2.0, decoded_s: 1.0 },
        AudioWarning::BrokenOff { decoded_s: 1.0, reason: "why".into() },
        AudioWarning::HeaderMended { detail: "what".into() },
        AudioWarning::DelayAssumed { delay_s: 0.025 },
        AudioWarning::DamagedPackets { count: 3 },
        AudioWarning::NonFinite { count: 3 },
        AudioWarning::Clipped { fraction: 0.5 },
        AudioWarning::AboveFullScale { peak: 3.0 },
        AudioWarning::Silent,
        AudioWarning::Quiet { peak_db: -66.0 },
        AudioWarning::OppositePhase { correlation: -1.0 },
    ] {
        assert!(warning.to_string().len() > 20, "{warning:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Flipped bytes anywhere in any fixture: samples or an error, never a panic, all finite.
    #[test]
    fn hostile_bytes_never_panic(
        name in prop::sample::select(vec![
            "burst.aiff", "burst-ima-adpcm.wav", "burst-ms-adpcm.wav", "burst-mulaw.wav", "burst.flac",
            "burst.mp3", "burst.ogg", "burst.m4a", "burst-alac.m4a", "burst.aac",
        ]),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        near_start in any::<bool>(),
        kept in 0.2f64..1.0,
    ) {
        let mut bytes = std::fs::read(fixture(name)).unwrap();
        let reach = if near_start { 200 } else { bytes.len() };
        for (index, value) in flips {
            bytes[index.index(reach)] = value;
        }
        bytes.truncate((bytes.len() as f64 * kept) as usize);
        let (_folder, path) = file_of(name, &bytes);
        if let Ok(speech) = decode_speech(path) {
            prop_assert!(speech.iter().all(|sample| sample.is_finite()));
        }
    }
}
