//! A real sound server, a virtual microphone, and a recording played into it.
//!
//! `cargo xtask test microphone` starts a private PipeWire and runs these. What the server or a busy machine
//! loses is not a failure; that it is counted, that its place is silence and that time stays true is tested.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod cable;
mod counter;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use cable::{Cable, Hang, RATE_HZ, make_default, play};
use counter::Found;
use cstalk_audio::ring::RingReader;
use cstalk_audio::{SpeechResampler, decode_speech};
use cstalk_capture::{CaptureSettings, CaptureState, DeviceChoice, Microphone};
use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::{Model, Provider};

/// Aborts the test when a device callback allocates.
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;

/// Nothing that is waited for takes this long on any machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How soon a microphone that is back must deliver.
const RESUME_LIMIT: Duration = Duration::from_secs(2);

fn open(device: DeviceChoice) -> (Microphone, RingReader) {
    let settings =
        CaptureSettings { device, capacity: Duration::from_secs(10), ..CaptureSettings::default() };
    Microphone::open(settings).unwrap()
}

/// Waits until `done`, reading meanwhile.
fn read_until(reader: &mut RingReader, samples: &mut Vec<f32>, what: &str, done: impl Fn(&[f32]) -> bool) {
    let began = Instant::now();
    while !done(samples) {
        assert!(began.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(5));
        reader.read(samples);
    }
}

/// Sample time less clock time since `began`, in ms. Blocks can be late, never early, so it is the most of a
/// second that tells.
fn ahead_ms(reader: &mut RingReader, samples: &mut Vec<f32>, began: Instant) -> f64 {
    let until = Instant::now() + Duration::from_secs(1);
    let mut most = f64::NEG_INFINITY;
    while Instant::now() < until {
        let sample_s = reader.counts().elapsed() as f64 / f64::from(RATE_HZ);
        most = most.max((sample_s - began.elapsed().as_secs_f64()) * 1e3);
        thread::sleep(Duration::from_millis(2));
        reader.read(samples);
    }
    most
}

fn runs_on(microphone: &Microphone, id_end: &str) -> bool {
    matches!(microphone.state(), CaptureState::Running { device } if device.id.ends_with(id_end))
}

fn temporary_wav(name: &str, samples: &[i16]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    samples.iter().for_each(|&sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
    path
}

/// The device is the server's default, and the command says so.
#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn the_command_lists_the_microphone() {
    let cable = Cable::plug("listed");
    make_default(&cable);
    let output = Command::new(env!("CARGO_BIN_EXE_cstalk")).args(["devices", "--json"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let default =
        list["devices"].as_array().unwrap().iter().find(|device| device["default"] == true).unwrap();
    assert_eq!(default["id"], "pulseaudio:listed.monitor");
    assert_eq!(default["format"]["rate_hz"], RATE_HZ);
    let error = Microphone::open(CaptureSettings {
        device: DeviceChoice::Named("no such microphone".into()),
        ..CaptureSettings::default()
    });
    let error = error.map(drop).unwrap_err();
    assert_eq!(error.kind(), cstalk_capture::CaptureErrorKind::NoDevice);
    assert!(error.to_string().contains("listed.monitor"), "{error}");
}

/// Every sample that was played says its number, so that each one that is missing can be told.
#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn samples_arrive_exactly_and_losses_are_counted_in_true_time() {
    const PLAYED_S: usize = 20;
    let cable = Cable::plug("counted");
    let (microphone, mut reader) = open(DeviceChoice::Named("counted.monitor".into()));
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| runs_on(&microphone, "counted.monitor"));
    let (began, at_begin) = (Instant::now(), reader.counts());
    let ahead_at_first_ms = ahead_ms(&mut reader, &mut samples, began);

    let wav = temporary_wav("counter.wav", &counter::signal(PLAYED_S * RATE_HZ as usize));
    let mut player = play(&cable, &wav);
    while player.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < PATIENCE * 3, "the player hangs");
        thread::sleep(Duration::from_millis(5));
        reader.read(&mut samples);
    }
    // A loss is found within two seconds.
    let until = Instant::now() + Duration::from_millis(2_500);
    read_until(&mut reader, &mut samples, "the end", |_| Instant::now() >= until);
    let off_ms = ahead_ms(&mut reader, &mut samples, began) - ahead_at_first_ms;
    let (ring, counts, wall_s) = (reader.counts(), microphone.counts(), began.elapsed().as_secs_f64());
    // What was counted above is in the samples.
    reader.read(&mut samples);
    let found = Found::look(&samples);
    let arrived = (ring.written - at_begin.written) as f64 / f64::from(RATE_HZ) / wall_s;
    println!(
        "MEASURED samples: {:.2} % of {wall_s:.1} s arrived; of {PLAYED_S} s played {:.2} s found exactly in {} \
         pieces, {} samples altered, {} lost; counted: {} presumed lost, {} late, {} overrun; time off by {off_ms:.1} ms",
        100.0 * arrived,
        found.exact as f64 / f64::from(RATE_HZ),
        found.pieces,
        found.altered,
        found.lost,
        counts.presumed_lost,
        counts.late,
        ring.overrun
    );
    assert!(off_ms.abs() <= 50.0, "sample time is {off_ms} ms off the clock");
    assert!(found.exact >= RATE_HZ as usize, "not even a second of {PLAYED_S} was found");
    assert_eq!(found.altered, 0, "samples arrived altered");
    // What is less than a hop is not noticed as a loss, and a busy machine can be late from the first.
    let counted = counts.presumed_lost + ring.overrun + counts.late;
    assert!(found.lost <= counted + u64::from(RATE_HZ) / 20, "{} lost, {counted} counted", found.lost);
    // Silence put in is in the samples.
    let silent = samples.iter().filter(|sample| **sample == 0.0).count() as u64;
    assert!(silent >= ring.lost(), "{silent} silent, {} lost", ring.lost());
    assert_eq!(samples.len() as u64, reader.position());
}

/// Rows of a stream over speech samples.
fn rows_of(stream: &mut Stream, rows: &mut Vec<(i64, Vec<f32>)>) {
    while let Next::Row { time, values } = stream.next().unwrap() {
        rows.push((time.0, values.to_vec()));
    }
}

fn offline(model: &Arc<Model>, samples: &[f32]) -> Vec<(i64, Vec<f32>)> {
    let mut resampler = SpeechResampler::new(RATE_HZ, 1).unwrap();
    let (mut speech, mut rows) = (Vec::new(), Vec::new());
    resampler.push(samples, &mut speech);
    resampler.finish(&mut speech);
    let mut stream = Stream::new(Arc::clone(model), StreamSettings::default()).unwrap();
    stream.push(&speech).unwrap();
    stream.finish();
    rows_of(&mut stream, &mut rows);
    rows
}

/// Greatest difference of two runs' rows, as far as both go.
fn difference(one: &[(i64, Vec<f32>)], other: &[(i64, Vec<f32>)]) -> f32 {
    let pairs = one.iter().zip(other);
    pairs.fold(0.0, |most: f32, ((time, row), (other_time, other_row))| {
        assert_eq!(time, other_time);
        row.iter().zip(other_row).fold(most, |most, (a, b)| most.max((a - b).abs()))
    })
}

/// A voice goes through the air, so to speak, and moves the face as its file does.
#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn live_curves_equal_the_offline_curves_of_the_same_samples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let speech = decode_speech(root.join("tests/fixtures/speech/german_sentence.wav")).unwrap();
    let model = Arc::new(Model::load(root.join("Content/Models/live.onnx"), Provider::Embedded).unwrap());
    // Linear interpolation to the rate of the server, so that nothing is resampled on the way.
    let following = speech.iter().skip(1).chain([&0.0]);
    let voice: Vec<i16> = (speech.iter().zip(following))
        .flat_map(|(now, next)| (0..3).map(move |part| now + (next - now) * part as f32 / 3.0))
        .map(|sample| (sample * 32_000.0).round() as i16)
        .collect();

    let cable = Cable::plug("voice");
    let (microphone, mut reader) = open(DeviceChoice::Named("voice.monitor".into()));
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| runs_on(&microphone, "voice.monitor"));
    let wav = temporary_wav("voice.wav", &voice);
    let mut resampler = SpeechResampler::new(RATE_HZ, 1).unwrap();
    let mut stream = Stream::new(Arc::clone(&model), StreamSettings::default()).unwrap();
    let (mut pushed, mut speech, mut live) = (0, Vec::new(), Vec::new());
    let mut player = play(&cable, &wav);
    let mut end = None;
    while end.is_none_or(|end| Instant::now() < end) {
        if end.is_none() && player.try_wait().unwrap().is_some() {
            end = Some(Instant::now() + Duration::from_secs(1));
        }
        thread::sleep(Duration::from_millis(2));
        reader.read(&mut samples);
        speech.clear();
        resampler.push(&samples[pushed..], &mut speech);
        pushed = samples.len();
        stream.push(&speech).unwrap();
        rows_of(&mut stream, &mut live);
    }
    drop(microphone);
    player.wait().unwrap();

    let whole = offline(&model, &samples);
    assert!(
        live.len() + 50 > whole.len() && live.len() > 200,
        "{} live, {} offline",
        live.len(),
        whole.len()
    );
    let same_samples = difference(&live, &whole);
    let loudest = live.iter().flat_map(|(_, row)| row).fold(0.0_f32, |most, value| most.max(value.abs()));
    assert!(loudest > 0.2, "the face did not move: {loudest}");

    let wanted: Vec<f32> = voice.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
    let place = find(&samples, &wanted);
    let of_the_file = place.map(|place| {
        difference(&offline(&model, &samples[place..place + wanted.len()]), &offline(&model, &wanted))
    });
    println!(
        "MEASURED voice: {} rows live against offline differ by {same_samples:e} at most; {}",
        live.len(),
        match of_the_file {
            Some(most) =>
                format!("all {} samples found exactly, curves of the file differ by {most:e}", wanted.len()),
            None => "some of the voice was lost on this machine, so the curves of its file are not compared"
                .into(),
        }
    );
    assert!(same_samples <= 1e-5);
    assert!(of_the_file.unwrap_or(0.0) <= 1e-5);
}

/// Where all of `wanted` is in `samples`, to half a step of 16 bits.
fn find(samples: &[f32], wanted: &[f32]) -> Option<usize> {
    let last = samples.len().checked_sub(wanted.len())?;
    (0..=last).find(|&place| {
        let here = samples[place..].iter().zip(wanted);
        here.into_iter().all(|(got, wanted)| (got - wanted).abs() < 0.5 / 32_768.0)
    })
}

#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn an_unplugged_microphone_comes_back() {
    let _other = Cable::plug("other");
    let mut cable = Some(Cable::plug("usb"));
    let (microphone, mut reader) = open(DeviceChoice::Named("usb.monitor".into()));
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| runs_on(&microphone, "usb.monitor"));
    let began = Instant::now();
    let ahead_at_first_ms = ahead_ms(&mut reader, &mut samples, began);
    let mut noticed_ms = Vec::new();
    let mut resumed_ms = Vec::new();
    for _ in 0..3 {
        drop(cable.take());
        let unplugged = Instant::now();
        read_until(&mut reader, &mut samples, "waiting", |_| {
            matches!(microphone.state(), CaptureState::Waiting { .. })
        });
        noticed_ms.push(unplugged.elapsed().as_millis());
        let until = Instant::now() + Duration::from_secs(1);
        read_until(&mut reader, &mut samples, "a while", |_| Instant::now() >= until);
        let CaptureState::Waiting { why, .. } = microphone.state() else { panic!("resumed from nothing") };
        assert!(why.contains("usb.monitor"), "{why}");

        cable = Some(Cable::plug("usb"));
        let back = Instant::now();
        read_until(&mut reader, &mut samples, "running again", |_| runs_on(&microphone, "usb.monitor"));
        resumed_ms.push(back.elapsed().as_millis());
    }
    let off_ms = ahead_ms(&mut reader, &mut samples, began) - ahead_at_first_ms;
    println!(
        "MEASURED unplug: noticed after {noticed_ms:?} ms, resumed {resumed_ms:?} ms after the return; time off by \
         {off_ms:.1} ms after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    // A busy machine may be slow once.
    let quickest = resumed_ms.iter().min().unwrap();
    assert!(*quickest < RESUME_LIMIT.as_millis(), "{resumed_ms:?} ms");
    assert!(off_ms.abs() <= 60.0, "{off_ms} ms off");
    assert!(microphone.counts().reopened >= 3);
}

/// Nothing is reported, nothing ends: samples just do not come.
#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn a_sound_server_that_hangs_leaves_silence_in_true_time() {
    const HANG: Duration = Duration::from_millis(1_500);
    let _cable = Cable::plug("hanging");
    let (microphone, mut reader) = open(DeviceChoice::Named("hanging.monitor".into()));
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| runs_on(&microphone, "hanging.monitor"));
    let (began, at_begin) = (Instant::now(), reader.counts());
    let ahead_at_first_ms = ahead_ms(&mut reader, &mut samples, began);
    {
        let _hang = Hang::begin();
        let until = Instant::now() + HANG;
        read_until(&mut reader, &mut samples, "the hang", |_| Instant::now() >= until);
        let state = microphone.state();
        assert!(matches!(state, CaptureState::Waiting { .. }), "{state:?}");
    }
    read_until(&mut reader, &mut samples, "running again", |_| runs_on(&microphone, "hanging.monitor"));
    let until = Instant::now() + Duration::from_millis(2_500);
    read_until(&mut reader, &mut samples, "the end", |_| Instant::now() >= until);
    let off_ms = ahead_ms(&mut reader, &mut samples, began) - ahead_at_first_ms;
    let lost = reader.counts().lost() - at_begin.lost();
    println!("MEASURED hang of {HANG:?}: {lost} sample times lost and filled, time off by {off_ms:.1} ms");
    assert!(off_ms.abs() <= 50.0, "{off_ms} ms off");
}

#[test]
#[ignore = "needs a private sound server: cargo xtask test microphone"]
fn another_default_is_followed() {
    let first = Cable::plug("first");
    make_default(&first);
    let (microphone, mut reader) = open(DeviceChoice::Default);
    let mut samples = Vec::new();
    read_until(&mut reader, &mut samples, "running", |_| runs_on(&microphone, "first.monitor"));
    let second = Cable::plug("second");
    make_default(&second);
    let changed = Instant::now();
    read_until(&mut reader, &mut samples, "the new default", |_| runs_on(&microphone, "second.monitor"));
    println!("MEASURED default: followed after {} ms", changed.elapsed().as_millis());
}
