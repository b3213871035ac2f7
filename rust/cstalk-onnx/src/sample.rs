//! A tiny model with random weights: **untrained, its curves mean nothing**.
//!
//! It keeps the whole contract (card, ports, streaming state), so tests and benches of every crate run on real
//! ONNX, whether or not a trained model is at hand. It must never be shipped; its card says what it is.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::card::{CARD_SCHEMA, CardFeatures, CardWindow, ModelCard, ModelKind, Precision, Training};
use crate::error::Result;
use crate::graph::{Dim, Edge, ElementType, GraphBuilder};

/// Name of every sample model.
pub const SAMPLE_NAME: &str = "untrained-sample";
/// Taps of each causal convolution.
const KERNEL: usize = 3;

/// What an [`untrained_model`] looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSpec {
    /// Name of the rig for the card.
    pub rig: String,
    /// Version of the rig's control list for the card.
    pub rig_schema_version: u32,
    /// Names of the output columns.
    pub controls: Vec<String>,
    /// Which controls move; the others come out as 0. One entry a control.
    pub predicted: Vec<bool>,
    /// Channels inside.
    pub channel_count: usize,
    /// Causal convolutions, each with a state and with emotion and style mixed in.
    pub block_count: usize,
    /// Seed of the weights.
    pub seed: u64,
}

impl SampleSpec {
    /// One block of 32 channels, all controls predicted, seed 1.
    #[must_use]
    pub fn new(rig: &str, rig_schema_version: u32, controls: Vec<String>) -> Self {
        Self {
            rig: rig.to_owned(),
            rig_schema_version,
            predicted: vec![true; controls.len()],
            controls,
            channel_count: 32,
            block_count: 1,
            seed: 1,
        }
    }
}

/// A card for a model of the product's usual rates and inputs; weights, states and counts are filled in by
/// [`GraphBuilder::finish`].
#[must_use]
pub fn untrained_card(spec: &SampleSpec) -> ModelCard {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    ModelCard {
        schema: CARD_SCHEMA.to_owned(),
        kind: ModelKind::Curves,
        name: SAMPLE_NAME.to_owned(),
        version: "0".to_owned(),
        description: "Random weights, not trained: for tests of the machinery, useless for animation."
            .to_owned(),
        rig: spec.rig.clone(),
        rig_schema_version: spec.rig_schema_version,
        controls: spec.controls.clone(),
        predicted: spec.predicted.clone(),
        sample_rate_hz: 16_000,
        hop_samples: 320,
        look_ahead_hops: 2,
        window: None,
        features: CardFeatures {
            kind: CardFeatures::LOG_MEL.to_owned(),
            bins: 80,
            hop_samples: 160,
            window_samples: 400,
            fft_samples: 512,
            low_hz: 20.0,
            high_hz: 7600.0,
            floor: 1e-5,
            frames_per_hop: 2,
        },
        emotions: names(&["neutral", "happy", "sad", "angry", "surprised"]),
        style: names(&["articulation", "jaw", "rounding", "smile", "brows", "asymmetry", "lids", "head"]),
        identities: Vec::new(),
        states: Vec::new(),
        precision: Precision::F32,
        parameters: 0,
        training: Training {
            corpora: Vec::new(),
            seed: spec.seed,
            steps: 0,
            config_hash: "untrained".to_owned(),
        },
        licence: "MIT OR Apache-2.0".to_owned(),
        non_commercial: false,
        weights_sha256: String::new(),
        metrics: BTreeMap::new(),
    }
}

/// The bytes of a model with random weights drawn from the seed: normalisation, a linear layer, causal
/// convolutions (kernel 3, dilations 1, 2, 4, 1, ..., each with a state, written as Slice/Concat/MatMul) with
/// emotion and style mixed in, and a linear layer to the controls. Outputs lie within -0.5..0.5; the controls
/// that are not predicted are 0. The same spec gives the same bytes.
///
/// # Errors
/// `BadModel` if the spec makes an invalid card (no controls, doubled names).
pub fn untrained_model(spec: &SampleSpec) -> Result<Vec<u8>> {
    let card = untrained_card(spec);
    let (features_width, channels) = (card.step_feature_count(), spec.channel_count);
    let mut net = Net { graph: GraphBuilder::new(SAMPLE_NAME), rng: ChaCha8Rng::seed_from_u64(spec.seed) };

    let features = net.graph.input("features", ElementType::F32, &Dim::rows(features_width));
    let emotion = net.graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    let style = net.graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let mood = net.graph.concat(&[&emotion, &style], 2);
    let mood_width = card.emotions.len() + card.style.len();

    // Rough statistics of log-mel speech: around -5, give or take 4.
    let mean = net.graph.constant_f32(-5.0);
    let centred = net.graph.sub(&features, &mean);
    let normalised = net.graph.scale(&centred, 0.25);
    let mut hidden = net.linear("enter", &normalised, features_width, channels);
    for block in 0..spec.block_count {
        let name = format!("block{block}");
        let convolved = net.causal_conv(&name, &hidden, channels, 1 << (block % 3));
        let gain = net.linear(&format!("{name}.gain"), &mood, mood_width, channels);
        let shift = net.linear(&format!("{name}.shift"), &mood, mood_width, channels);
        let one = net.graph.constant_f32(1.0);
        let gain = net.graph.add(&gain, &one);
        let modulated = net.graph.mul(&convolved, &gain);
        let modulated = net.graph.add(&modulated, &shift);
        let active = net.graph.gelu(&modulated);
        hidden = net.graph.add(&hidden, &active);
    }
    net.leave(&hidden, channels, &spec.predicted);
    net.graph.finish(card)
}

/// As [`untrained_model`], but for plain samples a window at a time: each row hears its own hop and what that is
/// against the whole window, so that a window cut elsewhere gives other rows.
///
/// # Errors
/// As [`untrained_model`], and if the window is not one.
pub fn untrained_window_model(spec: &SampleSpec, window: CardWindow) -> Result<Vec<u8>> {
    let card = untrained_card(spec);
    let card = ModelCard {
        look_ahead_hops: window.look_ahead_hops(),
        features: CardFeatures::samples(card.hop_samples),
        window: Some(window),
        ..card
    };
    let (width, channels) = (card.step_feature_count(), spec.channel_count);
    let mut net = Net { graph: GraphBuilder::new(SAMPLE_NAME), rng: ChaCha8Rng::seed_from_u64(spec.seed) };
    let features = net.graph.input("features", ElementType::F32, &Dim::rows(width));
    let emotion = net.graph.input("emotion", ElementType::F32, &Dim::rows(card.emotions.len()));
    let style = net.graph.input("style", ElementType::F32, &Dim::rows(card.style.len()));
    let heard = net.linear("enter", &features, width, channels);
    let by_channel = net.graph.transpose(&heard, &[0, 2, 1]);
    let gain = net.graph.weight_f32("spread.weight", &[channels], &vec![1.0; channels]);
    let bias = net.graph.weight_f32("spread.bias", &[channels], &vec![0.0; channels]);
    let spread = net.graph.instance_normalisation(&by_channel, &gain, &bias, 1e-5);
    let spread = net.graph.transpose(&spread, &[0, 2, 1]);
    let hidden = net.graph.concat(&[&spread, &emotion, &style], 2);
    let hidden_width = channels + card.emotions.len() + card.style.len();
    net.leave(&hidden, hidden_width, &spec.predicted);
    net.graph.finish(card)
}

/// The bytes of a model of kind `emotion` with random weights: normalisation, one causal convolution and a linear
/// layer to as many logits as `emotions`, within about -4..4. The same arguments give the same bytes.
///
/// # Errors
/// `BadModel` if the names make an invalid card.
pub fn untrained_emotion_model(emotions: &[&str], seed: u64) -> Result<Vec<u8>> {
    const CHANNELS: usize = 16;
    let card = ModelCard {
        kind: ModelKind::Emotion,
        rig_schema_version: 0,
        emotions: emotions.iter().map(|name| (*name).to_owned()).collect(),
        style: Vec::new(),
        ..untrained_card(&SampleSpec { seed, ..SampleSpec::new("", 0, Vec::new()) })
    };
    let width = card.step_feature_count();
    let mut net = Net { graph: GraphBuilder::new(SAMPLE_NAME), rng: ChaCha8Rng::seed_from_u64(seed) };
    let features = net.graph.input("features", ElementType::F32, &Dim::rows(width));
    let normalised = net.graph.scale(&features, 0.25);
    let hidden = net.linear("enter", &normalised, width, CHANNELS);
    let convolved = net.causal_conv("block", &hidden, CHANNELS, 2);
    let active = net.graph.tanh(&convolved);
    let logits = net.linear("leave", &active, CHANNELS, emotions.len());
    let logits = net.graph.scale(&logits, 2.0);
    let output = ModelKind::Emotion.output();
    net.graph.output(output, &logits, ElementType::F32, &Dim::rows(emotions.len()));
    net.graph.finish(card)
}

struct Net {
    graph: GraphBuilder,
    rng: ChaCha8Rng,
}

impl Net {
    /// Random matrix `[input, output]`, scaled so that the output varies about as much as the input.
    fn matrix(&mut self, name: &str, input: usize, output: usize) -> Edge {
        let bound = (3.0 / input.max(1) as f32).sqrt();
        let values: Vec<f32> = (0..input * output).map(|_| self.rng.random_range(-bound..=bound)).collect();
        self.graph.weight_f32(name, &[input, output], &values)
    }

    fn linear(&mut self, name: &str, x: &Edge, input: usize, output: usize) -> Edge {
        let matrix = self.matrix(&format!("{name}.weight"), input, output);
        let bias: Vec<f32> = (0..output).map(|_| self.rng.random_range(-0.1..=0.1)).collect();
        let bias = self.graph.weight_f32(&format!("{name}.bias"), &[output], &bias);
        let product = self.graph.matmul(x, &matrix);
        self.graph.add(&product, &bias)
    }

    /// The output port: a row within -0.5..0.5, 0 where nothing is predicted.
    fn leave(&mut self, hidden: &Edge, width: usize, predicted: &[bool]) {
        let curves = self.linear("leave", hidden, width, predicted.len());
        let bounded = self.graph.tanh(&curves);
        let mask: Vec<f32> = predicted.iter().map(|predicted| if *predicted { 0.5 } else { 0.0 }).collect();
        let mask = self.graph.weight_f32("mask", &[mask.len()], &mask);
        let curves = self.graph.mul(&bounded, &mask);
        self.graph.output("curves", &curves, ElementType::F32, &Dim::rows(predicted.len()));
    }

    /// Convolution over `[past, now]`, as one matrix product of the taps side by side.
    fn causal_conv(&mut self, name: &str, x: &Edge, channels: usize, dilation: usize) -> Edge {
        let past_len = (KERNEL - 1) * dilation;
        let past = self.graph.state(name, &[1, past_len, channels]);
        let whole = self.graph.concat(&[&past, x], 1);
        let next = self.graph.slice(&whole, 1, -(past_len as i64), i64::MAX);
        self.graph.set_state(name, &next);
        let mut taps = Vec::with_capacity(KERNEL);
        for tap in 0..KERNEL {
            let start = (tap * dilation) as i64;
            let behind = ((KERNEL - 1 - tap) * dilation) as i64;
            let end = if behind == 0 { i64::MAX } else { -behind };
            taps.push(self.graph.slice(&whole, 1, start, end));
        }
        let taps = self.graph.concat(&taps.iter().collect::<Vec<_>>(), 2);
        self.linear(name, &taps, KERNEL * channels, channels)
    }
}
