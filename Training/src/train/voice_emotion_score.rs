//! How often the emotion of a voice is heard right, on speakers that nothing was learnt from or chosen by.

use super::error::{Result, TrainError};
use super::labels::HOP_SAMPLES;
use super::voice_clips::{VOICE_EMOTIONS, VoiceClips, VoicePart, known_hops};
use crate::evaluation::statistics::{Estimate, bootstrap};
use crate::nets::{FEATURES_PER_HOP, ParameterStore, TorchBackend, VoiceEmotion};
use cstalk_audio::LogMel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tch::{Kind, Tensor};

/// File of the [`VoiceEmotionScore`] in a run's folder.
pub const SCORE_FILE: &str = "voice_emotion.json";

/// One clip as the network takes it.
pub struct TestClip {
    speaker: String,
    class: usize,
    /// `[1, hop, 160]`.
    features: Tensor,
    first_hop: i64,
    hop_count: i64,
}

/// Figures over the clips of the test speakers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceEmotionScore {
    /// Names of the emotions.
    pub emotions: Vec<String>,
    /// Clips by acted emotion (row) and heard emotion (column): the one with the largest mean weight over the clip.
    pub confusion: Vec<Vec<u32>>,
    /// Part of the clips heard right.
    pub clip_accuracy: f64,
    /// 95 % interval of it, by resampling clips.
    pub clip_interval: (f64, f64),
    /// Mean over the emotions of the part of their clips heard right.
    pub mean_recall: f64,
    /// Part of the single hops heard right.
    pub hop_accuracy: f64,
    /// Part of the clips that have the commonest emotion.
    pub majority: f64,
    /// Part of the clips heard right, by speaker.
    pub speakers: BTreeMap<String, f64>,
}

/// All clips of the test speakers, clean, whole.
///
/// # Errors
/// [`TrainError::Corpus`] when a clip cannot be read.
pub fn test_clips(clips: &VoiceClips, look_ahead_hops: i64) -> Result<Vec<TestClip>> {
    clips
        .part(VoicePart::Test)
        .iter()
        .map(|&index| {
            let mut samples = clips.samples(index)?;
            let known = known_hops(&samples);
            let hops = samples.len().div_ceil(HOP_SAMPLES) + look_ahead_hops as usize;
            samples.resize(hops * HOP_SAMPLES, 0.0);
            let mut features = Vec::new();
            LogMel::new().push(&samples, &mut features);
            Ok(TestClip {
                speaker: clips.utterance(index).speaker.clone(),
                class: clips.class(index),
                features: Tensor::from_slice(&features).reshape([1, -1, FEATURES_PER_HOP]),
                first_hop: known.start as i64 + look_ahead_hops,
                hop_count: known.len() as i64,
            })
        })
        .collect()
}

struct Heard<'a> {
    clip: &'a TestClip,
    class: usize,
    hits: f64,
}

/// Scores `net` with `parameters` on `clips`.
///
/// # Errors
/// [`TrainError`] when libtorch refuses or there is no clip.
pub fn score(
    net: &VoiceEmotion,
    parameters: &mut ParameterStore,
    clips: &[TestClip],
) -> Result<VoiceEmotionScore> {
    let mut heard = Vec::new();
    for clip in clips.iter().filter(|clip| clip.hop_count > 0) {
        let logits = tch::no_grad(|| net.forward(&mut TorchBackend::whole(parameters), &clip.features));
        let known = logits.narrow(1, clip.first_hop, clip.hop_count).squeeze_dim(0);
        let mean = known.softmax(-1, Kind::Float).mean_dim(0, false, Kind::Float);
        let right = known.argmax(-1, false).eq(clip.class as i64).to_kind(Kind::Float).sum(Kind::Float);
        heard.push(Heard {
            clip,
            class: i64::try_from(mean.argmax(-1, false))? as usize,
            hits: f64::try_from(right)?,
        });
    }
    let classes = VOICE_EMOTIONS.len();
    let mut confusion = vec![vec![0u32; classes]; classes];
    let mut speakers: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for heard in &heard {
        confusion[heard.clip.class][heard.class] += 1;
        let (hits, count) = speakers.entry(heard.clip.speaker.clone()).or_default();
        *hits += if heard.class == heard.clip.class { 1.0 } else { 0.0 };
        *count += 1.0;
    }
    let accuracy = |items: &mut dyn Iterator<Item = &Heard<'_>>| {
        crate::evaluation::statistics::mean(
            items.map(|heard| if heard.class == heard.clip.class { 1.0 } else { 0.0 }),
        )
    };
    let Some(Estimate { value, low, high }) = bootstrap(&heard, accuracy) else {
        return Err(TrainError::Corpus("there is no clip to test the emotion of voices on".to_owned()));
    };
    let sizes: Vec<u32> = confusion.iter().map(|row| row.iter().sum()).collect();
    let recalls = confusion
        .iter()
        .zip(&sizes)
        .enumerate()
        .filter(|(_, (_, size))| **size > 0)
        .map(|(class, (row, size))| f64::from(row[class]) / f64::from(*size));
    let hops: f64 = heard.iter().map(|heard| heard.clip.hop_count as f64).sum();
    Ok(VoiceEmotionScore {
        emotions: VOICE_EMOTIONS.map(str::to_owned).to_vec(),
        clip_accuracy: value,
        clip_interval: (low, high),
        mean_recall: crate::evaluation::statistics::mean(recalls).unwrap_or_default(),
        hop_accuracy: heard.iter().map(|heard| heard.hits).sum::<f64>() / hops,
        majority: f64::from(sizes.iter().copied().max().unwrap_or_default()) / heard.len() as f64,
        speakers: speakers.into_iter().map(|(name, (hits, count))| (name, hits / count)).collect(),
        confusion,
    })
}
