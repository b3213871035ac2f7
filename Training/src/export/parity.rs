//! The gate: every engine must compute what libtorch computes, in one piece and as a stream.

use super::{ExportError, Result};
use crate::nets::{ParameterStore, TorchBackend};
use cstalk_model::{ErrorKind, Model, Provider, StepInput};
use cstalk_onnx::Precision;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tch::{Device, Tensor};

/// Lengths of the random windows, hops.
const WINDOW_HOPS: [usize; 3] = [1, 37, 150];

/// What is compared.
pub struct Subject<'a> {
    /// Numbers a hop in features, emotion and style; 0 for what is no input.
    pub widths: [i64; 3],
    /// The network: rows `[1, hop, _]` of features, emotion and style, `[1, hop, width]` each.
    pub forward: &'a dyn Fn(&mut TorchBackend<'_>, &[Tensor; 3]) -> Tensor,
}

/// Largest differences of one engine, in units of the controls (or logits).
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
    widths: [i64; 3],
    /// Features, emotion, style.
    parts: [Vec<f32>; 3],
}

/// Ranges of the random features, emotion and style.
const PROBE_RANGES: [(f32, f32); 3] = [(-11.5, 3.0), (0.0, 0.5), (-2.0, 2.0)];

impl Probe {
    fn random(hops: usize, widths: [i64; 3], rng: &mut ChaCha8Rng) -> Self {
        let parts = std::array::from_fn(|part| {
            let (low, high) = PROBE_RANGES[part];
            (0..hops * widths[part] as usize).map(|_| rng.random_range(low..high)).collect()
        });
        Self { hops, widths, parts }
    }

    /// Inputs of hops `first..first + count`.
    fn step(&self, first: usize, count: usize) -> StepInput<'_> {
        let part = |part: usize| {
            let width = self.widths[part] as usize;
            &self.parts[part][first * width..(first + count) * width]
        };
        StepInput { features: part(0), emotion: part(1), style: part(2) }
    }

    fn tensors(&self) -> [Tensor; 3] {
        std::array::from_fn(|part| {
            Tensor::from_slice(&self.parts[part]).reshape([1, self.hops as i64, self.widths[part]])
        })
    }
}

/// Runs the file `bytes` on every engine that is installed and compares it with libtorch on `weights`.
///
/// # Errors
/// [`ExportError::Parity`] naming engine, difference and limit; [`ExportError::Engine`] when an engine that is there
/// cannot run the file.
pub fn check(
    subject: &Subject<'_>,
    weights: &BTreeMap<String, Tensor>,
    bytes: &[u8],
    precision: Precision,
    seed: u64,
) -> Result<ParityReport> {
    let (torch_limit, stream_limit) = limits(precision);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let probes = WINDOW_HOPS.map(|hops| Probe::random(hops, subject.widths, &mut rng));
    let wanted: Vec<Vec<f32>> =
        probes.iter().map(|probe| torch_rows(subject, weights, probe)).collect::<Result<_>>()?;
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

fn torch_rows(subject: &Subject<'_>, weights: &BTreeMap<String, Tensor>, probe: &Probe) -> Result<Vec<f32>> {
    let inputs = probe.tensors();
    let mut parameters = ParameterStore::new(Device::Cpu);
    let rows = tch::no_grad(|| {
        let _ = (subject.forward)(&mut TorchBackend::whole(&mut parameters), &inputs);
        parameters.set_all(weights, &[""])?;
        let rows = (subject.forward)(&mut TorchBackend::whole(&mut parameters), &inputs);
        Ok::<Tensor, crate::nets::ParameterError>(rows.contiguous().reshape([-1]))
    })?;
    Ok(Vec::<f32>::try_from(rows).map_err(crate::nets::ParameterError::from)?)
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
