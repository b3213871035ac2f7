//! Cost of a step of 1 and of 16 hops, on the embedded provider and on ONNX Runtime, with an untrained model of
//! the size of `live`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use cstalk_model::{Model, Provider, StepInput, sample};

#[allow(clippy::unwrap_used, reason = "a bench that cannot run has nothing to say")]
fn step(criterion: &mut Criterion) {
    let bytes = sample::untrained_live_size_bytes().unwrap();
    let mut group = criterion.benchmark_group("step");
    for provider in [Provider::Embedded, Provider::Cpu] {
        let model = match Model::from_bytes(&bytes, provider) {
            Ok(model) => model,
            Err(error) => {
                eprintln!("SKIPPED step/{provider}: {error}");
                continue;
            }
        };
        let card = model.card();
        for hops in [1, 16] {
            let features = vec![-4.0; hops * card.step_feature_count()];
            let (emotion, style) =
                (vec![0.2; hops * card.emotions.len()], vec![0.0; hops * card.style.len()]);
            let input = StepInput { features: &features, emotion: &emotion, style: &style };
            let mut session = model.session().unwrap();
            let mut curves = Vec::new();
            group.bench_with_input(BenchmarkId::new(provider.name(), hops), &hops, |bencher, hops| {
                bencher.iter(|| {
                    curves.clear();
                    session.step(black_box(&input), *hops, &mut curves).unwrap();
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, step);
criterion_main!(benches);
