//! Wav in all its sorts, rates and channel counts; and the wav writer.

use cstalk_audio::{SPEECH_RATE_HZ, decode_speech, write_wav16};
use proptest::prelude::*;

use crate::signals::{WavBytes, file_of, sine, to_f32};

fn decoded(wav: &WavBytes) -> Vec<f32> {
    let (_folder, path) = file_of("case.wav", &wav.bytes());
    decode_speech(path).unwrap()
}

#[test]
fn every_sample_format_decodes_to_the_same_sine() {
    let wanted = sine(440.0, SPEECH_RATE_HZ, 4_000);
    let base = WavBytes::pcm16(SPEECH_RATE_HZ, 1, &[]);
    let integers = |bits: u16| -> Vec<u8> {
        let scale = 2f64.powi(i32::from(bits) - 1) - 1.0;
        let bytes = usize::from(bits / 8);
        wanted
            .iter()
            .flat_map(|sample| ((sample * scale).round() as i32).to_le_bytes()[..bytes].to_vec())
            .collect()
    };
    let unsigned: Vec<u8> = wanted.iter().map(|sample| (sample * 127.0 + 128.0).round() as u8).collect();
    let doubles: Vec<u8> = wanted.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let floats: Vec<u8> = wanted.iter().flat_map(|&sample| (sample as f32).to_le_bytes()).collect();
    for (format_tag, bits, payload, tolerance) in [
        (1, 8, unsigned, 8e-3),
        (1, 16, integers(16), 4e-5),
        (1, 24, integers(24), 1e-6),
        (1, 32, integers(32), 1e-6),
        (3, 32, floats, 1e-7),
        (3, 64, doubles, 1e-7),
    ] {
        let speech = decoded(&WavBytes { format_tag, bits, payload, ..base.clone() });
        assert_eq!(speech.len(), wanted.len(), "{bits} bits");
        let worst = speech
            .iter()
            .zip(&wanted)
            .map(|(got, wanted)| (f64::from(*got) - wanted).abs())
            .fold(0.0, f64::max);
        // Full scale of integers is 2^(bits - 1), of the test 2^(bits - 1) - 1.
        assert!(worst <= tolerance, "{bits} bits, tag {format_tag}: off by {worst}");
    }
}

#[test]
fn rates_and_channel_counts() {
    for (rate_hz, channel_count) in [
        (8_000, 1),
        (8_000, 8),
        (16_000, 2),
        (22_050, 3),
        (44_100, 2),
        (48_000, 6),
        (96_000, 4),
        (192_000, 8),
    ] {
        let mono = to_f32(&sine(440.0, rate_hz, rate_hz as usize / 10));
        let interleaved: Vec<f32> =
            mono.iter().flat_map(|&sample| std::iter::repeat_n(sample, usize::from(channel_count))).collect();
        let speech = decoded(&WavBytes::float32(rate_hz, channel_count, &interleaved));
        assert_eq!(speech.len(), 1_600, "{rate_hz} Hz, {channel_count} channels");
        let wanted = sine(440.0, SPEECH_RATE_HZ, speech.len());
        for index in 500..1_100 {
            let error = (f64::from(speech[index]) - wanted[index]).abs();
            assert!(error < 1e-3, "{rate_hz} Hz, {channel_count} channels: off by {error} at {index}");
        }
    }
}

#[test]
fn a_hundred_milliseconds_is_enough() {
    let speech = decoded(&WavBytes::pcm16(8_000, 1, &to_f32(&sine(200.0, 8_000, 800))));
    assert_eq!(speech.len(), 1_600);
}

#[test]
fn chunks_around_the_audio_are_ignored() {
    let samples = to_f32(&sine(440.0, SPEECH_RATE_HZ, 1_001));
    let plain = WavBytes::pcm16(SPEECH_RATE_HZ, 1, &samples);
    let list = b"LIST\x0a\0\0\0INFOxxxxxx".to_vec();
    assert_eq!(decoded(&WavBytes { after: list, ..plain.clone() }), decoded(&plain));
}

#[test]
fn the_writer_replaces_a_file_as_a_whole_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.wav");
    std::fs::write(&path, "old").unwrap();
    write_wav16(&path, &[0.0, 0.5, -0.5, 2.0, -2.0, f32::NAN], 16_000).unwrap();
    let step = 1.0 / 32_768.0;
    assert_eq!(decode_speech(&path).unwrap(), [0.0, 0.5, -0.5, 1.0 - step, -1.0, 0.0]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = folder.path().join("no/such/folder/out.wav");
    let error = write_wav16(&missing, &[0.0], 16_000).unwrap_err();
    assert_eq!(error.kind(), cstalk_audio::AudioErrorKind::Io);
    assert!(write_wav16(&path, &[0.0], 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn written_samples_come_back(samples in prop::collection::vec(-1.0f32..1.0, 1..500)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.wav");
        write_wav16(&path, &samples, SPEECH_RATE_HZ).unwrap();
        let back = decode_speech(&path).unwrap();
        prop_assert_eq!(back.len(), samples.len());
        for (got, wanted) in back.iter().zip(&samples) {
            prop_assert!((got - wanted).abs() <= 1.0 / 32_768.0);
        }
    }
}
