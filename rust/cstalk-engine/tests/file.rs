//! A file run is the stream's rows, at the wanted rate, on the wanted rig.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::path::Path;
use std::sync::Arc;

use cstalk_audio::{SpeechReader, decode_speech, write_wav16};
use cstalk_engine::file::{OutputSettings, Progress, animate};
use cstalk_engine::{ErrorKind, Next, Stream, StreamSettings};
use cstalk_model::{Model, Provider, sample};
use cstalk_rig::{CurveRate, RigId, Take};

fn stream() -> Stream {
    let model = Model::from_bytes(&sample::untrained_bytes().unwrap(), Provider::Embedded).unwrap();
    Stream::new(Arc::new(model), StreamSettings::default()).unwrap()
}

fn wav(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("tone.wav");
    let samples: Vec<f32> = (0..44_100 * 3).map(|n| 0.3 * (n as f32 * 0.02).sin()).collect();
    write_wav16(&path, &samples, 44_100).unwrap();
    path
}

fn run(path: &Path, rig: RigId, rate: CurveRate) -> Take {
    let mut take = Take::new(rig, rate);
    let mut told: Vec<Progress> = Vec::new();
    let mut reader = SpeechReader::open(path).unwrap();
    let report = animate(
        &mut reader,
        &mut stream(),
        &OutputSettings { rig, rate },
        |row| take.push_row(row),
        |progress| told.push(progress),
    )
    .unwrap();
    assert_eq!(report.row_count as usize, take.row_count());
    assert!((report.duration_s - 3.0).abs() < 1e-9 && report.hop_times.hop_count > 0);
    assert_eq!((report.source.rate_hz, report.source.channel_count), (44_100, 1));
    assert!(told.windows(2).all(|pair| pair[0].done_s <= pair[1].done_s) && told.len() >= 3);
    assert!((told.last().unwrap().done_s - 3.0).abs() < 1e-9);
    take
}

#[test]
fn a_file_gives_the_rows_of_a_stream_at_any_rate_on_any_rig() {
    let folder = tempfile::tempdir().unwrap();
    let path = wav(folder.path());
    let mut whole = Take::new(RigId::Board185, CurveRate::MODEL);
    let mut stream = stream();
    stream.push(&decode_speech(&path).unwrap()).unwrap();
    stream.finish();
    while let Next::Row { values, .. } = stream.next().unwrap() {
        whole.push_row(values).unwrap();
    }
    assert_eq!(whole.row_count(), 150);
    for rig in RigId::ALL {
        assert_eq!(run(&path, rig, CurveRate::MODEL), whole.to_rig(rig).unwrap(), "{rig}");
    }
    for hz in [24.0, 29.97, 30.0, 60.0] {
        let rate = CurveRate::from_hz(hz).unwrap();
        let got = run(&path, RigId::Board185, rate);
        assert_eq!(got.row_count(), (3.0 * rate.hz()).ceil() as usize, "{hz} rows a second");
        let wanted = whole.resampled(rate);
        for (got, wanted) in got.values().iter().zip(wanted.values()) {
            assert!((got - wanted).abs() < 1e-4, "{hz} rows a second: {got}, wanted {wanted}");
        }
    }
}

#[test]
fn a_sink_that_fails_ends_the_run_with_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = SpeechReader::open(wav(folder.path())).unwrap();
    let mut full = Take::new(RigId::Arkit52, CurveRate::MODEL);
    let output = OutputSettings { rig: RigId::Board185, rate: CurveRate::MODEL };
    // The take wants rows of another rig, so it refuses them.
    let error = animate(&mut reader, &mut stream(), &output, |row| full.push_row(row), |_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Output);
    assert!(error.to_string().contains("61") && error.to_string().contains("185"), "{error}");
}
