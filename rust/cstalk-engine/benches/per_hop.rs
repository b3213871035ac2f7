//! Cost of one 20 ms hop, stage by stage, on an untrained model of the live model's size.
//!
//! `cargo bench -p cstalk-engine`

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use cstalk_audio::LogMel;
use cstalk_engine::activity::ActivityTracker;
use cstalk_engine::layers::{Blinks, Gaze, HeadMotion};
use cstalk_engine::post::{MouthRest, Ranges, Smoothing};
use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::{Model, Provider, StepInput, sample};
use cstalk_rig::{Rig, RigId, RigMap};

const HOP_S: f32 = 0.02;

fn hop() -> Vec<f32> {
    (0..320).map(|n| 0.2 * (n as f32 * 0.11).sin()).collect()
}

fn stages(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("hop");
    let rig = Rig::get(RigId::Board185);
    let samples = hop();
    let mut row = vec![0.1f32; rig.columns().len()];

    let (mut log_mel, mut features) = (LogMel::new(), Vec::new());
    group.bench_function("features", |bench| {
        bench.iter(|| {
            features.clear();
            log_mel.push(black_box(&samples), &mut features);
        });
    });
    features.clear();
    log_mel.push(&samples, &mut features);
    features.truncate(160);

    let mut activity = ActivityTracker::new(HOP_S);
    group.bench_function("activity", |bench| bench.iter(|| activity.update(black_box(&features))));

    let model = Model::from_bytes(
        &sample::untrained_live_size_bytes().expect("the sample model is valid"),
        Provider::Embedded,
    )
    .expect("the sample model loads");
    let mut session = model.session().expect("the embedded provider always can");
    let (emotion, style) = ([1.0, 0.0, 0.0, 0.0, 0.0], [0.0; 8]);
    let mut curves = Vec::new();
    group.bench_function("network", |bench| {
        bench.iter(|| {
            curves.clear();
            let input = StepInput { features: black_box(&features), emotion: &emotion, style: &style };
            session.step(&input, 1, &mut curves).expect("the model runs");
        });
    });

    let ranges = Ranges::new(rig);
    let mut smoothing = Smoothing::new(rig, 15.0, HOP_S);
    let mut rest = MouthRest::new(rig, HOP_S);
    group.bench_function("post", |bench| {
        bench.iter(|| {
            ranges.apply(black_box(&mut row));
            rest.apply(-20.0, 1.0, &mut row);
            smoothing.apply(&mut row);
            ranges.apply(&mut row);
        });
    });

    let heard = activity.update(&features);
    let mut blinks = Blinks::new(rig, 1, HOP_S).expect("the board has lids");
    let mut gaze = Gaze::new(rig, 1, HOP_S).expect("the board has a gaze");
    let mut head = HeadMotion::new(rig, 1, HOP_S).expect("the board has a head");
    group.bench_function("layers", |bench| {
        bench.iter(|| {
            row.fill(0.0);
            blinks.apply(&heard, 1.0, &mut row);
            gaze.apply(1.0, &mut row);
            head.apply(&heard, 1.0, black_box(&mut row));
        });
    });

    let map = RigMap::between(RigId::Board185, RigId::MetaHuman251).expect("the board maps");
    let mut mapped = vec![0.0; RigId::MetaHuman251.column_count()];
    group.bench_function("rig map", |bench| bench.iter(|| map.apply(black_box(&row), &mut mapped)));

    let mut stream = Stream::new(Arc::new(model), StreamSettings::default()).expect("default settings fit");
    group.bench_function("whole", |bench| {
        bench.iter(|| {
            stream.push(black_box(&samples)).expect("the stream is open");
            while let Next::Row { values, .. } = stream.next().expect("the model runs") {
                black_box(values);
            }
        });
    });
    group.finish();
}

criterion_group!(per_hop, stages);
criterion_main!(per_hop);
