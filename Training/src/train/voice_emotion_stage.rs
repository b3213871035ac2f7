//! The stage that hears emotions: acted speech in, one emotion a clip.

use super::autocast::Autocast;
use super::checkpoint::{self, write_json};
use super::config::TrainConfig;
use super::ear_stage::with;
use super::error::{Result, TrainError};
use super::feeder::make_batch;
use super::losses::{LossPart, class_loss};
use super::record::RunRecord;
use super::run::{Losses, Objective, RunSummary};
use super::stages::{StageOptions, augmenter, recorded_run};
use super::statistics;
use super::voice_clips::{VOICE_EMOTIONS, VoiceClips, VoiceEmotionConfig, VoiceEmotionWindows, VoicePart};
use super::voice_emotion_score::{SCORE_FILE, TestClip, score, test_clips};
use super::window::Batch;
use crate::nets::{ParameterStore, TorchBackend, VoiceEmotion};
use std::path::Path;
use std::sync::Arc;
use tch::{Device, Kind, Tensor};

/// Name of the stage in records and checkpoints.
pub const STAGE_NAME: &str = "emotion";

/// The network that hears emotions.
struct VoiceEmotionObjective {
    net: VoiceEmotion,
    class_weights: Tensor,
    label_smoothing: f64,
    test: Vec<TestClip>,
}

impl Objective for VoiceEmotionObjective {
    fn name(&self) -> &'static str {
        STAGE_NAME
    }

    fn losses(&self, parameters: &mut ParameterStore, batch: &Batch, autocast: Option<&Autocast>) -> Losses {
        let mut backend = TorchBackend::whole(parameters);
        let logits = with(autocast, || self.net.forward(&mut backend, &batch.features)).to_kind(Kind::Float);
        let rows = batch.phones.size()[1];
        let logits = logits.narrow(1, self.net.look_ahead_hops(), rows);
        let (loss, right) = class_loss(&logits, &batch.phones, &self.class_weights, self.label_smoothing);
        Losses {
            parts: vec![LossPart { name: "emotion", value: loss, weight: 1.0 }],
            measures: vec![("accuracy", right)],
        }
    }

    fn measure_best(&self, parameters: &mut ParameterStore, _: &[Batch], folder: &Path) -> Result<()> {
        write_json(&folder.join(SCORE_FILE), &score(&self.net, parameters, &self.test)?)
    }
}

/// The network of a configuration.
pub fn net_of(config: &VoiceEmotionConfig) -> VoiceEmotion {
    VoiceEmotion { shape: config.shape.clone(), emotion_count: VOICE_EMOTIONS.len() as i64 }
}

/// Trains the network that hears emotions; beside the weights lies how it does on the test speakers.
///
/// # Errors
/// [`TrainError`].
pub fn train_voice_emotion(config: &TrainConfig, options: &StageOptions) -> Result<RunSummary> {
    config.check()?;
    let Some(own) = &config.voice_emotion else {
        return Err(TrainError::Config("this stage needs a table [voice_emotion]".to_owned()));
    };
    let clips = Arc::new(VoiceClips::open(&options.corpora, own)?);
    let corpus = clips.corpus_use();
    if corpus.non_commercial && !config.speech.allow_non_commercial {
        let what = format!(
            "{} may not be used commercially ({}), nor may the model; speech.allow_non_commercial = true accepts that",
            corpus.name, corpus.licence
        );
        return Err(TrainError::Config(what));
    }
    let net = net_of(own);
    let augmenter = Arc::new(augmenter(config, options)?);
    let windows = |part: VoicePart, stream: u64| VoiceEmotionWindows {
        clips: Arc::clone(&clips),
        augmenter: (part == VoicePart::Learn).then(|| Arc::clone(&augmenter)),
        part,
        hops: config.window.hops,
        look_ahead_hops: net.look_ahead_hops(),
        overhang_s: config.window.overhang_s,
        seed: config.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream),
    };
    let objective = VoiceEmotionObjective {
        class_weights: Tensor::from_slice(&clips.class_weights()),
        label_smoothing: own.label_smoothing,
        test: test_clips(&clips, net.look_ahead_hops())?,
        net: net.clone(),
    };
    tch::manual_seed(config.seed as i64);
    let mut parameters = ParameterStore::new(Device::Cpu);
    let statistics_windows = windows(VoicePart::Learn, 3);
    let batch = make_batch(&statistics_windows, 0, 1)?;
    tch::no_grad(|| objective.losses(&mut parameters, &batch, None));
    if checkpoint::standing(&options.folder)?.is_none() {
        statistics::set_feature_constants(&mut parameters, &statistics_windows, config.statistics_windows)?;
    }
    let record = RunRecord {
        stage: STAGE_NAME.to_owned(),
        config: config.clone(),
        config_hash: config.hash(),
        corpora: vec![corpus],
        captures: Vec::new(),
        phones: Vec::new(),
        earlier: None,
        encoder_weights: None,
        tuned_from: None,
    };
    let learn = Arc::new(windows(VoicePart::Learn, 1));
    let held_out = Arc::new(windows(VoicePart::Choose, 2));
    recorded_run(&objective, &record, options, learn, held_out, &mut parameters)
}
