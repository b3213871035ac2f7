//! The ring: what goes in comes out in its place, whatever is lost; and no call of the writer allocates.

use std::thread;
use std::time::Duration;

use assert_no_alloc::assert_no_alloc;
use cstalk_audio::AudioErrorKind;
use cstalk_audio::ring::{RingCounts, RingReader, ring};
use proptest::prelude::*;

/// What a ring is put through.
#[derive(Clone, Debug)]
enum Act {
    Write(usize),
    /// A source of samples that ends `.1` sample times early.
    WriteShort(usize, usize),
    Lose(u64),
    Read,
    Skip(u64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0_usize..200).prop_map(Act::Write),
        1 => (0_usize..50, 0_usize..50).prop_map(|(count, short)| Act::WriteShort(count, short)),
        3 => prop_oneof![0_u64..20, 1_000_u64..5_000].prop_map(Act::Lose),
        4 => Just(Act::Read),
        1 => (0_u64..100).prop_map(Act::Skip),
    ]
}

fn read_all(reader: &mut RingReader, sink: &mut Vec<f32>) {
    while reader.read(sink) > 0 {}
}

proptest! {
    #[test]
    fn what_comes_out_is_what_went_in_with_silence_in_the_place_of_losses(
        acts in prop::collection::vec(act(), 0..600),
        channel_count in 1_usize..=3,
    ) {
        // 10 ms at 8 kHz: 80 sample times, so that overruns are common.
        let (mut writer, mut reader) = ring(8_000, channel_count, Duration::from_millis(10)).unwrap();
        let (mut expected, mut got) = (Vec::new(), Vec::new());
        let mut next = 0.0_f32;
        let mut counts = RingCounts::default();
        for act in acts {
            match act {
                Act::Write(count) | Act::WriteShort(count, _) => {
                    let short = if let Act::WriteShort(_, short) = act { short.min(count) } else { 0 };
                    let block: Vec<f32> = (0..(count - short) * channel_count)
                        .map(|_| { next += 1.0; next })
                        .collect();
                    let lost = assert_no_alloc(|| if short > 0 {
                        writer.write_with(count, block.iter().copied())
                    } else {
                        writer.write(&block)
                    }) as usize;
                    let kept = (count - lost) * channel_count;
                    expected.extend_from_slice(&block[..kept]);
                    expected.resize(expected.len() + lost * channel_count, 0.0);
                }
                Act::Lose(count) => {
                    assert_no_alloc(|| writer.lose(count));
                    expected.resize(expected.len() + count as usize * channel_count, 0.0);
                }
                Act::Read => {
                    let before = got.len();
                    let count = reader.read(&mut got);
                    prop_assert_eq!(got.len() - before, count * channel_count);
                    prop_assert!(count <= 80);
                }
                Act::Skip(most) => {
                    let skipped = reader.skip(most);
                    prop_assert!(skipped <= most);
                    let begin = got.len();
                    got.extend_from_slice(&expected[begin..begin + skipped as usize * channel_count]);
                }
            }
            counts = writer.counts();
            prop_assert_eq!(counts.elapsed() as usize * channel_count, expected.len());
            prop_assert_eq!(reader.counts(), counts);
            prop_assert_eq!(reader.position() as usize * channel_count, got.len());
            prop_assert_eq!(reader.waiting(), counts.elapsed() - reader.position());
        }
        drop(writer);
        read_all(&mut reader, &mut got);
        prop_assert!(reader.is_abandoned());
        prop_assert_eq!(reader.counts(), counts);
        prop_assert_eq!(got, expected);
    }
}

#[test]
fn two_threads_agree_on_every_sample() {
    let (mut writer, mut reader) = ring(8_000, 2, Duration::from_millis(20)).unwrap();
    let feeder = thread::spawn(move || {
        let mut expected = Vec::new();
        let mut next = 0.0_f32;
        for turn in 0..20_000_u64 {
            let count = (turn * 7 % 61) as usize;
            let block: Vec<f32> = (0..count * 2)
                .map(|_| {
                    next += 1.0;
                    next
                })
                .collect();
            let lost = assert_no_alloc(|| writer.write(&block)) as usize;
            expected.extend_from_slice(&block[..(count - lost) * 2]);
            expected.resize(expected.len() + lost * 2, 0.0);
            if turn % 97 == 0 {
                writer.lose(turn % 11);
                expected.resize(expected.len() + (turn % 11) as usize * 2, 0.0);
            }
        }
        expected
    });
    let mut got = Vec::new();
    while !reader.is_abandoned() {
        reader.read(&mut got);
    }
    assert!(got == feeder.join().unwrap(), "the reader got something else than was written");
}

#[test]
fn the_gauge_follows_the_sound_and_falls_in_silence() {
    let (mut writer, reader) = ring(16_000, 1, Duration::from_secs(1)).unwrap();
    let gauge = reader.gauge();
    assert_eq!(gauge.level().dbfs(), (-120.0, -120.0));
    assert!(reader.last_arrival().is_none());
    // A square wave of half scale for longer than the meter remembers; the ring may overrun meanwhile.
    let square: Vec<f32> = (0..160).map(|index| if index % 16 < 8 { 0.5 } else { -0.5 }).collect();
    let mut reader = reader;
    let mut sink = Vec::new();
    for _ in 0..300 {
        writer.write(&square);
        reader.read(&mut sink);
    }
    let level = gauge.level();
    assert!((level.peak - 0.5).abs() < 1e-6 && (level.rms - 0.5).abs() < 1e-3, "{level:?}");
    assert!(reader.last_arrival().is_some());
    writer.write(&[f32::NAN, f32::INFINITY]);
    assert!(gauge.level().peak.is_finite() && gauge.level().rms.is_finite());
    writer.lose(16_000);
    assert!(gauge.level().dbfs().0 < -30.0, "{:?}", gauge.level());
}

#[test]
fn rates_channels_and_capacities_out_of_range_are_named() {
    let table = [
        (4_000, 1, 100, "4000 Hz"),
        (48_000, 0, 100, "got 0"),
        (48_000, 9, 100, "got 9"),
        (48_000, 1, 1, "got 1ms"),
        (48_000, 1, 61_000, "got 61s"),
    ];
    for (rate_hz, channel_count, capacity_ms, named) in table {
        let error = ring(rate_hz, channel_count, Duration::from_millis(capacity_ms)).unwrap_err();
        assert_eq!(error.kind(), AudioErrorKind::Unsupported);
        assert!(error.to_string().contains(named), "{error}");
    }
}
