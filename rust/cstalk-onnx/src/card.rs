//! The model card: what a model file says about itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Value of [`ModelCard::schema`] that this version reads and writes.
pub const CARD_SCHEMA: &str = "cstalk-model-card/1";

/// What a model says about itself: the contract between training and running it.
///
/// Stored as JSON in the ONNX metadata under [`CARD_KEY`](crate::CARD_KEY). An unknown key is an error,
/// because a key that is not understood may change what the numbers mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelCard {
    /// [`CARD_SCHEMA`].
    pub schema: String,
    /// What comes out; a card that does not say gives curves.
    #[serde(default)]
    pub kind: ModelKind,
    /// Name of the model, for example `live`.
    pub name: String,
    /// Version of the model (not of the program).
    pub version: String,
    /// One or two sentences for people.
    pub description: String,
    /// Name of the rig whose controls come out, for example `board-185`; empty for [`ModelKind::Emotion`], as are
    /// `controls`, `predicted` and `style`.
    pub rig: String,
    /// Version of the rig's control list.
    pub rig_schema_version: u32,
    /// Names of the output columns, in order.
    pub controls: Vec<String>,
    /// Which controls the model was trained to move; the others come out as 0. One entry a control.
    pub predicted: Vec<bool>,
    /// Rate of the speech the features are made from, in Hz.
    pub sample_rate_hz: u32,
    /// Samples between two output rows.
    pub hop_samples: u32,
    /// How many hops an output row lags behind the newest features it was made from. With a `window` these are the
    /// hops that the first row of a block waits for: `block_hops + future_hops - 1`.
    pub look_ahead_hops: u32,
    /// The features a step takes.
    pub features: CardFeatures,
    /// The window that a call hears, for a model without states; absent for a model that streams hop by hop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<CardWindow>,
    /// Names of the emotion weights, in order of the `emotion` input (or of the `emotion_logits` output); the first is
    /// the resting one.
    pub emotions: Vec<String>,
    /// Names of the style values, in order of the `style` input.
    pub style: Vec<String>,
    /// Identities the model can take on; empty if it knows only one.
    pub identities: Vec<String>,
    /// State tensors carried from one call to the next.
    pub states: Vec<CardState>,
    /// How the weights are stored.
    pub precision: Precision,
    /// Number of weights. Filled in by [`GraphBuilder::finish`](crate::GraphBuilder::finish).
    pub parameters: u64,
    /// Where the weights come from.
    pub training: Training,
    /// Licence of the weights, as an SPDX expression or a name.
    pub licence: String,
    /// True if the licence of any training corpus forbids commercial use.
    pub non_commercial: bool,
    /// SHA-256 of the weights, 64 lower-case hexadecimal digits. Filled in by
    /// [`GraphBuilder::finish`](crate::GraphBuilder::finish) and checked when a file is read.
    pub weights_sha256: String,
    /// Measured results by name.
    pub metrics: BTreeMap<String, f64>,
}

/// What a model gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// Rows of a rig's controls, for speech, emotion and style.
    #[default]
    Curves,
    /// How likely each emotion is, from speech alone.
    Emotion,
}

impl ModelKind {
    /// Names of the graph's inputs before the states.
    #[must_use]
    pub fn inputs(self) -> &'static [&'static str] {
        match self {
            ModelKind::Curves => &["features", "emotion", "style"],
            ModelKind::Emotion => &["features"],
        }
    }

    /// Name of the graph's output before the states.
    #[must_use]
    pub fn output(self) -> &'static str {
        match self {
            ModelKind::Curves => "curves",
            ModelKind::Emotion => "emotion_logits",
        }
    }
}

impl std::fmt::Display for ModelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ModelKind::Curves => "curves",
            ModelKind::Emotion => "emotion",
        })
    }
}

/// The features a step takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFeatures {
    /// Kind of feature: `log-mel`, or `samples` (the speech itself, a hop of samples in a row), which needs a
    /// [`ModelCard::window`] and has 0 in the four fields that describe a spectrum.
    pub kind: String,
    /// Numbers in a feature row.
    pub bins: u32,
    /// Samples between two feature rows.
    pub hop_samples: u32,
    /// Samples a feature row looks at.
    pub window_samples: u32,
    /// Length of the Fourier transform, at least the window.
    pub fft_samples: u32,
    /// Lower edge of the lowest mel filter, in Hz.
    pub low_hz: f32,
    /// Upper edge of the highest mel filter, in Hz.
    pub high_hz: f32,
    /// Added to the mel power before the logarithm.
    pub floor: f32,
    /// Feature rows in one step.
    pub frames_per_hop: u32,
}

impl CardFeatures {
    /// [`CardFeatures::kind`] of log-mel spectra.
    pub const LOG_MEL: &str = "log-mel";
    /// [`CardFeatures::kind`] of plain samples.
    pub const SAMPLES: &str = "samples";

    /// Plain samples, `hop_samples` a row.
    #[must_use]
    pub fn samples(hop_samples: u32) -> Self {
        Self {
            kind: Self::SAMPLES.to_owned(),
            bins: hop_samples,
            hop_samples,
            window_samples: hop_samples,
            fft_samples: 0,
            low_hz: 0.0,
            high_hz: 0.0,
            floor: 0.0,
            frames_per_hop: 1,
        }
    }
}

/// The window of a model that hears one at a time, in hops: block `b` of rows, `b * block_hops` and on, is computed
/// from the rows before it, its own and those after it. What lies outside the clip is zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardWindow {
    /// Hops before the block.
    pub past_hops: u32,
    /// Rows that one call gives.
    pub block_hops: u32,
    /// Hops after the block.
    pub future_hops: u32,
}

impl CardWindow {
    /// Hops of the whole window. Saturates for a card that is refused.
    #[must_use]
    pub fn hop_count(&self) -> u32 {
        self.past_hops.saturating_add(self.block_hops).saturating_add(self.future_hops)
    }

    /// [`ModelCard::look_ahead_hops`] of a model with this window.
    #[must_use]
    pub fn look_ahead_hops(&self) -> u32 {
        self.block_hops.saturating_add(self.future_hops).saturating_sub(1)
    }
}

/// One state tensor: input `state_in.<name>`, output `state_out.<name>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardState {
    /// Name without prefix.
    pub name: String,
    /// Fixed shape.
    pub shape: Vec<usize>,
}

/// How the weights are stored, and therefore how exact the outputs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// 32-bit floats throughout.
    #[serde(rename = "f32")]
    F32,
    /// 16-bit floats in the file, 32-bit arithmetic.
    #[serde(rename = "f16-storage")]
    F16Storage,
    /// 16-bit floats throughout, 32-bit ports.
    #[serde(rename = "f16")]
    F16,
    /// 8-bit integer matrices with scales, activations quantised per call.
    #[serde(rename = "int8-dynamic")]
    Int8Dynamic,
}

/// Where the weights come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Corpora trained on; empty only for a model that was not trained.
    pub corpora: Vec<Corpus>,
    /// Seed of the run.
    pub seed: u64,
    /// Optimiser steps.
    pub steps: u64,
    /// Hash of the training configuration.
    pub config_hash: String,
}

/// One training corpus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// Name.
    pub name: String,
    /// How its faces were made.
    pub kind: CorpusKind,
    /// Hours of speech used.
    pub hours: f64,
    /// Licence, as an SPDX expression or a name.
    pub licence: String,
}

/// How the faces of a corpus were made, if it has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorpusKind {
    /// By rule from the words, by the performer.
    Performed,
    /// Recorded from people.
    Captured,
    /// No faces: recorded speech with labels.
    Labelled,
}

impl ModelCard {
    /// Numbers in a row that comes out: controls, or emotions.
    #[must_use]
    pub fn output_width(&self) -> usize {
        match self.kind {
            ModelKind::Curves => self.controls.len(),
            ModelKind::Emotion => self.emotions.len(),
        }
    }

    /// Width of the `features` input: numbers in one step.
    ///
    /// Saturates instead of overflowing for a card that [`validate`](Self::validate) refuses.
    #[must_use]
    pub fn step_feature_count(&self) -> usize {
        (self.features.bins as usize).saturating_mul(self.features.frames_per_hop as usize)
    }

    /// Reads a card from JSON and validates it.
    ///
    /// # Errors
    /// `BadModel`, naming the key or the place in the text.
    pub fn from_json(text: &str) -> crate::Result<Self> {
        // A card of another schema should be called that, not reported by its first unknown key.
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
        }
        let bad = |error| crate::Error::bad_model("model card").because(error);
        let head: Head = serde_json::from_str(text).map_err(bad)?;
        if let Some(schema) = head.schema.filter(|schema| schema != CARD_SCHEMA) {
            return Err(crate::Error::card_key(
                "schema",
                format_args!("{CARD_SCHEMA:?}"),
                format_args!("{schema:?}"),
            ));
        }
        let card: Self = serde_json::from_str(text).map_err(bad)?;
        card.validate()?;
        Ok(card)
    }

    /// The card as JSON, validated.
    ///
    /// # Errors
    /// `BadModel`, naming the key.
    pub fn to_json(&self) -> crate::Result<String> {
        self.validate()?;
        serde_json::to_string(self).map_err(|error| crate::Error::bad_model("model card").because(error))
    }
}
