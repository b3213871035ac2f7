//! The gate: every engine must compute what libtorch computes, in one piece and as a stream.
//!
//! A streaming network is tried on random windows of several lengths, hop by hop and whole. A network that hears a window
//! at a time is tried on the windows of a random clip, and the engine's stream over that clip must be made of them.

use super::{ExportError, Result};
use crate::nets::{
    CONTROL_COUNT, EMOTION_COUNT, ParameterStore, SAMPLES_PER_HOP, STYLE_COUNT, TorchBackend, Wav2Vec2,
};
use crate::performer::EMOTION_NAMES;
use cstalk_engine::post::Ranges;
use cstalk_engine::{Next, Stream, StreamSettings};
use cstalk_model::{CardWindow, ErrorKind, Model, Provider, StepInput};
use cstalk_onnx::Precision;
use cstalk_rig::{Rig, RigId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use tch::{Device, Tensor};

/// Lengths of the random windows, hops.
const WINDOW_HOPS: [usize; 3] = [1, 37, 150];

/// Largest differences of one engine, in units of the controls (or logits).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineParity {
    /// The engine.
    pub engine: String,
    /// Against libtorch on whole windows.
    pub to_torch: f32,
    /// Against whole windows: hop by hop, or the stream of a network that hears a window at a time.
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

impl ParityReport {
    /// Appends the section of a training report that tells it.
    ///
    /// # Errors
    /// None with a `String`.
    pub fn write_markdown(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n## Engines against libtorch\n\n| engine | to libtorch | stream to whole |\n|---|---|---|"
        )?;
        for engine in &self.engines {
            writeln!(text, "| {} | {:.1e} | {:.1e} |", engine.engine, engine.to_torch, engine.streamed)?;
        }
        for skipped in &self.skipped {
            writeln!(text, "\nNot run: {skipped}")?;
        }
        Ok(())
    }
}

/// Inputs of one window.
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

    /// Neutral, of an average speaker: what a stream with plain settings gives the network.
    fn neutral(features: Vec<f32>) -> Self {
        let hops = features.len() / SAMPLES_PER_HOP as usize;
        let neutral: Vec<f32> =
            EMOTION_NAMES.iter().map(|name| if *name == "neutral" { 1.0 } else { 0.0 }).collect();
        Self {
            hops,
            widths: [SAMPLES_PER_HOP, EMOTION_COUNT, STYLE_COUNT],
            parts: [features, neutral.repeat(hops), vec![0.0; hops * STYLE_COUNT as usize]],
        }
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

/// A network on features, emotion and style, `[1, hop, width]` each: rows `[1, hop, _]`.
pub type Forward<'a> = &'a dyn Fn(&mut TorchBackend<'_>, &[Tensor; 3]) -> Tensor;

/// What a file is compared with.
pub struct Gate<'a> {
    /// Numbers a hop in features, emotion and style; 0 for what is no input.
    pub widths: [i64; 3],
    /// The network.
    pub forward: Forward<'a>,
    /// Its weights, those of a frozen encoder too.
    pub weights: &'a BTreeMap<String, Tensor>,
    /// The window that it hears, if it does not stream.
    pub window: Option<CardWindow>,
    /// How the file stores the weights.
    pub precision: Precision,
}

impl Gate<'_> {
    /// Runs the file `bytes` on every engine that is installed and compares it with libtorch; `seed` of random inputs.
    ///
    /// # Errors
    /// [`ExportError::Parity`] naming engine, difference and limit; [`ExportError::Engine`] when an engine that is there
    /// cannot run the file.
    pub fn check(&self, bytes: &[u8], seed: u64) -> Result<ParityReport> {
        let (torch_limit, stream_limit) = limits(self.precision);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let clip = self.window.map(|window| Clip::random(window, &mut rng));
        let probes = match &clip {
            Some(clip) => clip.probes(),
            None => WINDOW_HOPS.map(|hops| Probe::random(hops, self.widths, &mut rng)).into(),
        };
        let wanted: Vec<Vec<f32>> = probes
            .iter()
            .map(|probe| torch_rows(self.forward, self.weights, probe))
            .collect::<Result<_>>()?;
        let mut report = ParityReport { torch_limit, stream_limit, ..ParityReport::default() };
        for provider in [Provider::Embedded, Provider::Cpu] {
            let model = match Model::from_bytes(bytes, provider) {
                Ok(model) => Arc::new(model),
                Err(error) if error.kind() == ErrorKind::InstallRuntime => {
                    report.skipped.push(format!("{provider}: {error}"));
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let parity = engine_parity(&model, provider, &probes, &wanted, clip.as_ref())?;
            if parity.to_torch.is_nan() || parity.to_torch > torch_limit {
                return Err(refusal(&parity, "libtorch", parity.to_torch, torch_limit));
            }
            if parity.streamed.is_nan() || parity.streamed > stream_limit {
                return Err(refusal(
                    &parity,
                    "its own whole windows as a stream",
                    parity.streamed,
                    stream_limit,
                ));
            }
            report.engines.push(parity);
        }
        Ok(report)
    }
}

/// A random sound for a network that hears a window at a time.
struct Clip {
    window: CardWindow,
    samples: Vec<f32>,
}

impl Clip {
    /// Noise that swells, two blocks and a half long, with a last hop that is not whole.
    fn random(window: CardWindow, rng: &mut ChaCha8Rng) -> Self {
        let count = (window.block_hops as usize * 5).div_ceil(2) * SAMPLES_PER_HOP as usize + 100;
        let swell = |n: usize| 0.3 * (n as f32 / 2_500.0).sin().abs();
        let samples = (0..count).map(|n| swell(n) * rng.random_range(-1.0..1.0f32)).collect();
        Self { window, samples }
    }

    fn row_count(&self) -> usize {
        self.samples.len().div_ceil(SAMPLES_PER_HOP as usize)
    }

    /// The windows of all blocks, zeros outside.
    fn probes(&self) -> Vec<Probe> {
        let hop = SAMPLES_PER_HOP as usize;
        let blocks = self.row_count().div_ceil(self.window.block_hops as usize);
        let mut padded = vec![0.0; self.window.past_hops as usize * hop];
        padded.extend_from_slice(&self.samples);
        let (block, whole) = (self.window.block_hops as usize * hop, self.window.hop_count() as usize * hop);
        padded.resize((blocks - 1) * block + whole, 0.0);
        padded.windows(whole).step_by(block).map(|window| Probe::neutral(window.to_vec())).collect()
    }

    /// Rows of the clip, cut to the rig's ranges as a stream does, from those of its windows.
    fn rows_of(&self, windows: &[Vec<f32>]) -> Vec<f32> {
        let width = CONTROL_COUNT as usize;
        let (past, block) = (self.window.past_hops as usize, self.window.block_hops as usize);
        let mut rows: Vec<f32> = windows
            .iter()
            .flat_map(|rows| rows.iter().copied().skip(past * width).take(block * width))
            .take(self.row_count() * width)
            .collect();
        let ranges = Ranges::new(Rig::get(RigId::Board185));
        rows.chunks_mut(width).for_each(|row| ranges.apply(row));
        rows
    }

    /// Rows of a stream over the clip, pushed in uneven pieces.
    fn streamed(&self, model: &Arc<Model>) -> cstalk_engine::Result<Vec<f32>> {
        let mut stream = Stream::new(Arc::clone(model), StreamSettings::bare())?;
        let mut rows = Vec::new();
        for piece in self.samples.chunks(1_237) {
            stream.push(piece)?;
            while let Next::Row { values, .. } = stream.next()? {
                rows.extend_from_slice(values);
            }
        }
        stream.finish();
        while let Next::Row { values, .. } = stream.next()? {
            rows.extend_from_slice(values);
        }
        Ok(rows)
    }
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
    model: &Arc<Model>,
    provider: Provider,
    probes: &[Probe],
    wanted: &[Vec<f32>],
    clip: Option<&Clip>,
) -> Result<EngineParity> {
    let mut parity = EngineParity { engine: provider.to_string(), to_torch: 0.0, streamed: 0.0 };
    let mut windows = Vec::new();
    for (probe, wanted) in probes.iter().zip(wanted) {
        let mut whole = Vec::new();
        model.session()?.step(&probe.step(0, probe.hops), probe.hops, &mut whole)?;
        parity.to_torch = worse(parity.to_torch, largest_difference(&whole, wanted));
        windows.push(whole);
    }
    if let Some(clip) = clip {
        let streamed = clip.streamed(model).map_err(|error| ExportError::Stream(Box::new(error)))?;
        parity.streamed = largest_difference(&streamed, &clip.rows_of(&windows));
        return Ok(parity);
    }
    for (probe, whole) in probes.iter().zip(&windows) {
        let mut streamed = Vec::new();
        let mut session = model.session()?;
        for hop in 0..probe.hops {
            session.step(&probe.step(hop, 1), 1, &mut streamed)?;
        }
        parity.streamed = worse(parity.streamed, largest_difference(&streamed, whole));
    }
    Ok(parity)
}

fn torch_rows(forward: Forward<'_>, weights: &BTreeMap<String, Tensor>, probe: &Probe) -> Result<Vec<f32>> {
    let inputs = probe.tensors();
    let frozen = weights
        .iter()
        .filter(|(name, _)| name.starts_with(Wav2Vec2::PREFIX))
        .map(|(name, tensor)| (name.clone(), tensor.shallow_clone()))
        .collect();
    let mut parameters = ParameterStore::with_frozen(Device::Cpu, frozen);
    let rows = tch::no_grad(|| {
        let _ = forward(&mut TorchBackend::whole(&mut parameters), &inputs);
        parameters.set_all(weights, &[""])?;
        let rows = forward(&mut TorchBackend::whole(&mut parameters), &inputs);
        Ok::<Tensor, crate::nets::ParameterError>(rows.contiguous().reshape([-1]))
    })?;
    Ok(Vec::<f32>::try_from(rows).map_err(crate::nets::ParameterError::from)?)
}

/// NaN if a difference is, infinite if the lengths differ.
fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::INFINITY;
    }
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, worse)
}

/// The larger difference; NaN, which `f32::max` would pass over, is the largest.
fn worse(a: f32, b: f32) -> f32 {
    if a.is_nan() || a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::graph::write_graph;
    use crate::nets::generator::Conditions;
    use crate::nets::{Encoder, GeneratorShape, LiveNet};
    use cstalk_onnx::{CardFeatures, ModelCard};
    use std::path::Path;

    #[test]
    fn differences_are_never_overlooked() {
        assert_eq!(largest_difference(&[1.0, 2.0], &[1.5, 2.0]), 0.5);
        assert!(largest_difference(&[f32::NAN, 1.0], &[1.0, 2.0]).is_nan());
        assert!(worse(f32::NAN, 1.0).is_nan() && worse(1.0, f32::NAN).is_nan());
        assert_eq!(largest_difference(&[1.0], &[]), f32::INFINITY);
    }

    #[test]
    fn every_variant_of_wav2vec2_passes_the_gate_and_other_weights_do_not() {
        let window = CardWindow { past_hops: 9, block_hops: 8, future_hops: 5 };
        for name in ["group-post", "layer-pre", "odd-plain"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wav2vec2").join(name);
            let loaded = Wav2Vec2::load(&folder).unwrap();
            let shape = GeneratorShape { channels: 12, dilations: vec![1, 2], ..GeneratorShape::default() };
            let net = LiveNet::on(Encoder::Wav2Vec2(loaded.net), &shape);
            tch::manual_seed(4);
            let mut parameters = ParameterStore::with_frozen(Device::Cpu, loaded.tensors);
            let probe = Probe::neutral(vec![0.1; 4 * SAMPLES_PER_HOP as usize]);
            let forward = |backend: &mut TorchBackend<'_>, [features, emotion, style]: &[Tensor; 3]| {
                net.forward(backend, features, &Conditions { emotion, style, identity: None }).rows
            };
            let _ = tch::no_grad(|| forward(&mut TorchBackend::whole(&mut parameters), &probe.tensors()));
            let mut weights = parameters.snapshot();
            weights.extend(Wav2Vec2::load(&folder).unwrap().tensors);
            let card = ModelCard {
                emotions: EMOTION_NAMES.map(str::to_owned).to_vec(),
                features: CardFeatures::samples(SAMPLES_PER_HOP as u32),
                look_ahead_hops: window.look_ahead_hops(),
                window: Some(window),
                ..cstalk_onnx::sample::untrained_card(&cstalk_model::sample::untrained_spec())
            };
            let bytes = write_graph(&net, &weights, card).unwrap();
            let check = |weights| {
                let (window, precision) = (Some(window), Precision::F32);
                Gate { widths: probe.widths, forward: &forward, weights, window, precision }.check(&bytes, 3)
            };
            let report = check(&weights).unwrap();
            assert!(report.engines.iter().any(|engine| engine.engine == "embedded"));
            assert!(report.engines.iter().all(|engine| engine.streamed == 0.0), "{name}: {report:?}");
            println!("{name}: {:?}", report.engines);

            let mut others: BTreeMap<String, Tensor> =
                weights.iter().map(|(name, tensor)| (name.clone(), tensor.copy())).collect();
            others.insert(
                "generator.head.bias".to_owned(),
                Tensor::ones([CONTROL_COUNT], (tch::Kind::Float, Device::Cpu)),
            );
            assert!(matches!(check(&others), Err(ExportError::Parity(_))), "{name}");
        }
    }
}
