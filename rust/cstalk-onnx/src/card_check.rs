//! Rules a card keeps by itself, without looking at the graph or at a rig.

use std::collections::HashSet;

use crate::card::{CARD_SCHEMA, CardFeatures, CardState, CardWindow, ModelCard, ModelKind, Training};
use crate::error::{Error, Result};

/// No list in a card is longer than this; a longer one is damage or malice.
const MAX_LIST_LEN: usize = 4096;
/// No state tensor has more elements than this (64 MiB of f32).
const MAX_STATE_ELEMENTS: usize = 1 << 24;
/// No window is longer than this (82 s of 20 ms hops).
const MAX_WINDOW_HOPS: u32 = 4096;

impl ModelCard {
    /// Checks the rules a card keeps by itself: lists are as long as they must be and without duplicates,
    /// counts are positive and agree with each other, numbers are finite.
    ///
    /// Whether the card agrees with the graph is checked by [`ModelFile`](crate::ModelFile), whether it
    /// agrees with a rig by whoever runs the model.
    ///
    /// # Errors
    /// `BadModel`; the message names the key, what was wanted and what was found.
    pub fn validate(&self) -> Result<()> {
        if self.schema != CARD_SCHEMA {
            return Err(Error::card_key(
                "schema",
                format_args!("{CARD_SCHEMA:?}"),
                format_args!("{:?}", self.schema),
            ));
        }
        for (key, text) in [("name", &self.name), ("version", &self.version), ("licence", &self.licence)] {
            not_blank(key, text)?;
        }
        names("emotions", &self.emotions, 1)?;
        match self.kind {
            ModelKind::Curves => {
                not_blank("rig", &self.rig)?;
                names("controls", &self.controls, 1)?;
                names("style", &self.style, 1)?;
            }
            ModelKind::Emotion => {
                nothing("rig", self.rig.len())?;
                nothing("controls", self.controls.len())?;
                nothing("style", self.style.len())?;
            }
        }
        names("identities", &self.identities, 0)?;
        if self.predicted.len() != self.controls.len() {
            return Err(Error::card_key(
                "predicted",
                format_args!("{} entries (one a control)", self.controls.len()),
                format_args!("{}", self.predicted.len()),
            ));
        }
        positive("sample_rate_hz", self.sample_rate_hz)?;
        positive("hop_samples", self.hop_samples)?;
        features(&self.features, self.sample_rate_hz)?;
        let step_samples = u64::from(self.features.frames_per_hop) * u64::from(self.features.hop_samples);
        if step_samples != u64::from(self.hop_samples) {
            return Err(Error::card_key(
                "hop_samples",
                format_args!("{step_samples} (features.frames_per_hop times features.hop_samples)"),
                self.hop_samples,
            ));
        }
        at_most("look_ahead_hops", self.look_ahead_hops, 1_000)?;
        states(&self.states)?;
        self.check_window()?;
        if self.parameters == 0 {
            return Err(Error::card_key("parameters", "at least 1", 0));
        }
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if self.weights_sha256.len() != 64 || !self.weights_sha256.bytes().all(hex) {
            return Err(Error::card_key(
                "weights_sha256",
                "64 lower-case hexadecimal digits",
                format_args!("{:?}", self.weights_sha256),
            ));
        }
        training(&self.training)?;
        for (name, value) in &self.metrics {
            finite(&format!("metrics.{name}"), *value)?;
        }
        Ok(())
    }

    /// A window goes with plain samples and without states, and determines the look-ahead.
    fn check_window(&self) -> Result<()> {
        let samples = self.features.kind == CardFeatures::SAMPLES;
        let Some(window) = &self.window else {
            return if samples {
                let wanted = format_args!("past, block and future hops (features.kind is \"samples\")");
                Err(Error::card_key("window", wanted, "none"))
            } else {
                Ok(())
            };
        };
        if !samples {
            let wanted = format_args!("\"{}\" (the card has a window)", CardFeatures::SAMPLES);
            return Err(Error::card_key("features.kind", wanted, format_args!("{:?}", self.features.kind)));
        }
        window_hops(window)?;
        if !self.states.is_empty() {
            return Err(Error::card_key("states", "none (the card has a window)", self.states.len()));
        }
        if self.look_ahead_hops != window.look_ahead_hops() {
            return Err(Error::card_key(
                "look_ahead_hops",
                format_args!("{} (window.block_hops + window.future_hops - 1)", window.look_ahead_hops()),
                self.look_ahead_hops,
            ));
        }
        Ok(())
    }
}

fn window_hops(window: &CardWindow) -> Result<()> {
    positive("window.block_hops", window.block_hops)?;
    at_most("window.past_hops + block_hops + future_hops", window.hop_count(), MAX_WINDOW_HOPS)
}

fn not_blank(key: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::card_key(key, "some text", format_args!("{text:?}")));
    }
    Ok(())
}

fn nothing(key: &str, length: usize) -> Result<()> {
    if length == 0 {
        return Ok(());
    }
    Err(Error::card_key(
        key,
        "nothing (a model of kind \"emotion\" has no curves)",
        format_args!("{length} long"),
    ))
}

fn names(key: &str, list: &[String], at_least: usize) -> Result<()> {
    if list.len() < at_least || list.len() > MAX_LIST_LEN {
        return Err(Error::card_key(key, format_args!("{at_least} to {MAX_LIST_LEN} names"), list.len()));
    }
    let mut seen = HashSet::new();
    for (index, name) in list.iter().enumerate() {
        not_blank(&format!("{key}[{index}]"), name)?;
        if !seen.insert(name.as_str()) {
            return Err(Error::card_key(key, "each name once", format_args!("{name:?} twice")));
        }
    }
    Ok(())
}

fn positive(key: &str, value: u32) -> Result<()> {
    if value == 0 { Err(Error::card_key(key, "at least 1", 0)) } else { Ok(()) }
}

fn at_most(key: &str, value: u32, limit: u32) -> Result<()> {
    if value > limit { Err(Error::card_key(key, format_args!("at most {limit}"), value)) } else { Ok(()) }
}

fn finite(key: &str, value: f64) -> Result<()> {
    if value.is_finite() { Ok(()) } else { Err(Error::card_key(key, "a finite number", value)) }
}

fn features(features: &CardFeatures, sample_rate_hz: u32) -> Result<()> {
    if ![CardFeatures::LOG_MEL, CardFeatures::SAMPLES].contains(&features.kind.as_str()) {
        let wanted = "\"log-mel\" or \"samples\"";
        return Err(Error::card_key("features.kind", wanted, format_args!("{:?}", features.kind)));
    }
    for (key, value) in [
        ("features.bins", features.bins),
        ("features.hop_samples", features.hop_samples),
        ("features.window_samples", features.window_samples),
        ("features.frames_per_hop", features.frames_per_hop),
    ] {
        positive(key, value)?;
        at_most(key, value, 1 << 20)?;
    }
    if features.kind == CardFeatures::SAMPLES {
        return plain_samples(features);
    }
    if features.fft_samples < features.window_samples {
        return Err(Error::card_key(
            "features.fft_samples",
            format_args!("at least features.window_samples ({})", features.window_samples),
            features.fft_samples,
        ));
    }
    let nyquist_hz = sample_rate_hz as f32 / 2.0;
    if !(features.low_hz >= 0.0 && features.low_hz < features.high_hz && features.high_hz <= nyquist_hz) {
        return Err(Error::card_key(
            "features.low_hz, features.high_hz",
            format_args!("0 <= low < high <= {nyquist_hz}"),
            format_args!("{} and {}", features.low_hz, features.high_hz),
        ));
    }
    if !(features.floor > 0.0 && features.floor.is_finite()) {
        return Err(Error::card_key("features.floor", "a positive number", features.floor));
    }
    Ok(())
}

/// Every field of plain samples follows from the hop.
fn plain_samples(features: &CardFeatures) -> Result<()> {
    let wanted = CardFeatures::samples(features.hop_samples);
    for (key, wanted, got) in [
        ("features.bins", wanted.bins, features.bins),
        ("features.window_samples", wanted.window_samples, features.window_samples),
        ("features.frames_per_hop", wanted.frames_per_hop, features.frames_per_hop),
        ("features.fft_samples", wanted.fft_samples, features.fft_samples),
    ] {
        if wanted != got {
            return Err(Error::card_key(key, format_args!("{wanted} for plain samples"), got));
        }
    }
    for (key, got) in [
        ("features.low_hz", features.low_hz),
        ("features.high_hz", features.high_hz),
        ("features.floor", features.floor),
    ] {
        if got != 0.0 {
            return Err(Error::card_key(key, "0 for plain samples", got));
        }
    }
    Ok(())
}

fn states(states: &[CardState]) -> Result<()> {
    if states.len() > MAX_LIST_LEN {
        return Err(Error::card_key("states", format_args!("at most {MAX_LIST_LEN}"), states.len()));
    }
    let mut seen = HashSet::new();
    for state in states {
        not_blank("states[].name", &state.name)?;
        if !seen.insert(state.name.as_str()) {
            return Err(Error::card_key("states", "each name once", format_args!("{:?} twice", state.name)));
        }
        let elements = state.shape.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        if state.shape.is_empty() || !elements.is_some_and(|count| (1..=MAX_STATE_ELEMENTS).contains(&count))
        {
            return Err(Error::card_key(
                &format!("states[{}].shape", state.name),
                format_args!("1 to {MAX_STATE_ELEMENTS} elements"),
                format_args!("{:?}", state.shape),
            ));
        }
    }
    Ok(())
}

fn training(training: &Training) -> Result<()> {
    for corpus in &training.corpora {
        not_blank("training.corpora[].name", &corpus.name)?;
        not_blank(&format!("training.corpora[{}].licence", corpus.name), &corpus.licence)?;
        let key = format!("training.corpora[{}].hours", corpus.name);
        finite(&key, corpus.hours)?;
        if corpus.hours < 0.0 {
            return Err(Error::card_key(&key, "0 or more", corpus.hours));
        }
    }
    Ok(())
}
