//! The gate: every engine must compute what libtorch computes, in one piece and as a stream.

use super::{ExportError, Result};
use crate::nets::generator::Conditions;
use crate::nets::{
    CONTROL_COUNT, EMOTION_COUNT, FEATURES_PER_HOP, LiveNet, ParameterStore, STYLE_COUNT, TorchBackend,
};
use cstalk_model::{ErrorKind, Model, Provider, StepInput};
use cstalk_onnx::Precision;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tch::{Device, Tensor};

/// Lengths of the random windows, hops.
const WINDOW_HOPS: [usize; 3] = [1, 37, 150];

/// Largest differences of one engine, in units of the controls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineParity {
    /// The engine.
    pub engine: String,
    /// Against libtorch on whole windows.
    pub to_torch: f32,
    /// Hop by hop against whole windows.
    pub streamed: f32,
}

/// What the gate found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParityReport {
    /// Engines that ran; all agreed.
    pub engines: Vec<EngineParity>,
    /// Engines that are not installed here, and why.
    pub skipped: Vec<String>,
    /// Difference to libtorch that was allowed.
    pub torch_limit: f32,
    /// Difference between stream and whole that was allowed.
    pub stream_limit: f32,
}

/// Random inputs of one window.
struct Probe {
    hops: usize,
    features: Vec<f32>,
    emotion: Vec<f32>,
    style: Vec<f32>,
}

impl Probe {
    fn random(hops: usize, rng: &mut ChaCha8Rng) -> Self {
        let mut numbers = |count: i64, low: f32, high: f32| -> Vec<f32> {
            (0..hops * count as usize).map(|_| rng.random_range(low..high)).collect()
        };
        Self {
            hops,
            features: numbers(FEATURES_PER_HOP, -11.5, 3.0),
            emotion: numbers(EMOTION_COUNT, 0.0, 0.5),
            style: numbers(STYLE_COUNT, -2.0, 2.0),
        }
    }

    /// Inputs of hops `first..first + count`.
    fn step(&self, first: usize, count: usize) -> StepInput<'_> {
        fn part(values: &[f32], width: i64, first: usize, count: usize) -> &[f32] {
            &values[first * width as usize..(first + count) * width as usize]
        }
        StepInput {
            features: part(&self.features, FEATURES_PER_HOP, first, count),
            emotion: part(&self.emotion, EMOTION_COUNT, first, count),
            style: part(&self.style, STYLE_COUNT, first, count),
        }
    }
}

/// Runs the file `bytes` on every engine that is installed and compares it with libtorch on `weights`.
///
/// # Errors
/// [`ExportError::Parity`] naming engine, difference and limit; [`ExportError::Engine`] when an engine that is there
/// cannot run the file.
pub fn check(
    net: &LiveNet,
    weights: &BTreeMap<String, Tensor>,
    bytes: &[u8],
    precision: Precision,
    seed: u64,
) -> Result<ParityReport> {
    let (torch_limit, stream_limit) = limits(precision);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let probes = WINDOW_HOPS.map(|hops| Probe::random(hops, &mut rng));
    let wanted: Vec<Vec<f32>> =
        probes.iter().map(|probe| torch_rows(net, weights, probe)).collect::<Result<_>>()?;
    let mut report = ParityReport { torch_limit, stream_limit, ..ParityReport::default() };
    for provider in [Provider::Embedded, Provider::Cpu] {
        let model = match Model::from_bytes(bytes, provider) {
            Ok(model) => model,
            Err(error) if error.kind() == ErrorKind::InstallRuntime => {
                report.skipped.push(format!("{provider}: {error}"));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let parity = engine_parity(&model, provider, &probes, &wanted)?;
        if parity.to_torch.is_nan() || parity.to_torch > torch_limit {
            return Err(refusal(&parity, "libtorch", parity.to_torch, torch_limit));
        }
        if parity.streamed.is_nan() || parity.streamed > stream_limit {
            return Err(refusal(&parity, "its own whole windows as a stream", parity.streamed, stream_limit));
        }
        report.engines.push(parity);
    }
    Ok(report)
}

fn refusal(parity: &EngineParity, other: &str, difference: f32, limit: f32) -> ExportError {
    ExportError::Parity(format!(
        "{} differs from {other} by {difference:e}, allowed {limit:e}",
        parity.engine
    ))
}

/// Allowed differences: to libtorch, and of a stream to the whole.
fn limits(precision: Precision) -> (f32, f32) {
    match precision {
        Precision::F32 => (1e-4, 1e-5),
        Precision::F16Storage => (1e-2, 1e-5),
        Precision::F16 => (2e-2, 1e-2),
        // Activations are quantised by the range within one call, so a stream differs from the whole as well.
        Precision::Int8Dynamic => (0.25, 0.25),
    }
}

fn engine_parity(
    model: &Model,
    provider: Provider,
    probes: &[Probe],
    wanted: &[Vec<f32>],
) -> Result<EngineParity> {
    let mut parity = EngineParity { engine: provider.to_string(), to_torch: 0.0, streamed: 0.0 };
    for (probe, wanted) in probes.iter().zip(wanted) {
        let mut whole = Vec::new();
        model.session()?.step(&probe.step(0, probe.hops), probe.hops, &mut whole)?;
        let mut streamed = Vec::new();
        let mut session = model.session()?;
        for hop in 0..probe.hops {
            session.step(&probe.step(hop, 1), 1, &mut streamed)?;
        }
        parity.to_torch = parity.to_torch.max(largest_difference(&whole, wanted));
        parity.streamed = parity.streamed.max(largest_difference(&streamed, &whole));
    }
    Ok(parity)
}

fn torch_rows(net: &LiveNet, weights: &BTreeMap<String, Tensor>, probe: &Probe) -> Result<Vec<f32>> {
    let tensor =
        |values: &[f32], width: i64| Tensor::from_slice(values).reshape([1, probe.hops as i64, width]);
    let (features, emotion, style) = (
        tensor(&probe.features, FEATURES_PER_HOP),
        tensor(&probe.emotion, EMOTION_COUNT),
        tensor(&probe.style, STYLE_COUNT),
    );
    let conditions = Conditions { emotion: &emotion, style: &style, identity: None };
    let mut parameters = ParameterStore::new(Device::Cpu);
    let rows = tch::no_grad(|| {
        net.forward(&mut TorchBackend::whole(&mut parameters), &features, &conditions);
        parameters.set_all(weights, &[""])?;
        let motion = net.forward(&mut TorchBackend::whole(&mut parameters), &features, &conditions);
        Ok::<Tensor, crate::nets::ParameterError>(motion.rows.contiguous().reshape([-1]))
    })?;
    let rows = Vec::<f32>::try_from(rows).map_err(crate::nets::ParameterError::from)?;
    debug_assert_eq!(rows.len(), probe.hops * CONTROL_COUNT as usize);
    Ok(rows)
}

/// NaN if a difference is, infinite if the lengths differ.
fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::INFINITY;
    }
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |largest, difference| {
        if difference.is_nan() || difference > largest { difference } else { largest }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_never_overlooked() {
        assert_eq!(largest_difference(&[1.0, 2.0], &[1.5, 2.0]), 0.5);
        assert!(largest_difference(&[f32::NAN], &[1.0]).is_nan());
        assert_eq!(largest_difference(&[1.0], &[]), f32::INFINITY);
    }
}
