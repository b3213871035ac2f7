//! Random inputs and whole runs, shared by the tests.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test file uses a part")]

use cstalk_model::{Model, ModelKind, Session, StepInput};

/// Inputs of a stream: features, emotion, style, each `[hop, width]`.
#[derive(Clone)]
pub(crate) struct Inputs {
    pub(crate) parts: [Vec<f32>; 3],
    widths: [usize; 3],
    hops: usize,
}

impl Inputs {
    /// Noise from a seed, in about the ranges of log-mel features, weights and style values.
    pub(crate) fn random(model: &Model, hops: usize, seed: u64) -> Self {
        let card = model.card();
        let emotions = if card.kind == ModelKind::Curves { card.emotions.len() } else { 0 };
        let widths = [card.step_feature_count(), emotions, card.style.len()];
        let mut state = seed;
        let mut unit = || {
            // Splitmix64: enough noise for a test.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
        };
        let features = (0..hops * widths[0]).map(|_| unit() * 11.0 - 10.0).collect();
        let emotion = (0..hops * widths[1]).map(|_| unit()).collect();
        let style = (0..hops * widths[2]).map(|_| unit() * 4.0 - 2.0).collect();
        Self { parts: [features, emotion, style], widths, hops }
    }

    pub(crate) fn step(&self, from: usize, hops: usize) -> [&[f32]; 3] {
        std::array::from_fn(|part| {
            let width = self.widths[part];
            &self.parts[part][from * width..(from + hops) * width]
        })
    }
}

/// Runs all hops, at most `hops_a_step` at a time.
pub(crate) fn run_all(session: &mut Session, inputs: &Inputs, hops_a_step: usize) -> Vec<f32> {
    let mut curves = Vec::new();
    for from in (0..inputs.hops).step_by(hops_a_step) {
        let hops = hops_a_step.min(inputs.hops - from);
        let [features, emotion, style] = inputs.step(from, hops);
        session.step(&StepInput { features, emotion, style }, hops, &mut curves).unwrap();
    }
    curves
}

pub(crate) fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |largest, (a, b)| largest.max((a - b).abs()))
}

/// The folder or file of an ONNX Runtime library for the tests, if there is one.
pub(crate) fn onnx_runtime() -> Option<std::path::PathBuf> {
    if let Some(path) = std::env::var_os("CSTALK_ORT_LIB") {
        return Some(path.into());
    }
    let fetched = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/ort")
        .join(cstalk_model::ONNX_RUNTIME_VERSION);
    fetched.is_dir().then_some(fetched)
}
