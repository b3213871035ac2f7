//! The network that hears emotions as a model file, with a report of how often it is right.

use super::card::{CardText, card_frame};
use super::parity::{Gate, ParityReport};
use super::{ExportRequest, Exported, Result, write_reports};
use crate::nets::onnx::OnnxBackend;
use crate::nets::{FEATURES_PER_HOP, VoiceEmotion};
use crate::train::TrainError;
use crate::train::checkpoint::read_json;
use crate::train::record::RunRecord;
use crate::train::run::{BEST_WEIGHTS, BestStanding};
use crate::train::voice_clips::{VOICE_EMOTIONS, VoiceEmotionConfig};
use crate::train::voice_emotion_score::{SCORE_FILE, VoiceEmotionScore};
use crate::train::voice_emotion_stage::net_of;
use cstalk_onnx::{Corpus, CorpusKind, ModelCard, ModelKind, Precision};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use tch::Tensor;

/// Writes the best weights of a run that hears emotions as a model, with its reports beside it.
///
/// # Errors
/// [`super::ExportError`]; then there is no new file under the model's name.
pub fn export(request: &ExportRequest, record: &RunRecord) -> Result<Exported> {
    let Some(config) = &record.config.voice_emotion else {
        return Err(TrainError::Config("the run has no table [voice_emotion]".to_owned()).into());
    };
    let best = BestStanding::read(&request.run)?;
    let score: VoiceEmotionScore = read_json(&request.run.join(SCORE_FILE))?;
    let weights = crate::nets::parameters::read_tensors(&request.run.join(BEST_WEIGHTS))?;
    let net = net_of(config);
    let card = card_of(record, &best, &score, &net, request.precision, &request.text);
    let bytes = write_graph(&net, &weights, card)?;
    let gate = Gate {
        widths: [FEATURES_PER_HOP, 0, 0],
        forward: &|backend, [features, ..]| net.forward(backend, features),
        weights: &weights,
        window: None,
        precision: request.precision,
    };
    let parity = gate.check(&bytes, record.config.seed)?;
    let report =
        Report { run: record, best: &best, score: &score, model_bytes: bytes.len(), parity: &parity };
    write_reports(&request.model, &report, &report.markdown(config))?;
    cstalk_onnx::write_model(&request.model, &bytes)?;
    Ok(Exported { model_bytes: bytes.len(), parity })
}

fn card_of(
    record: &RunRecord,
    best: &BestStanding,
    score: &VoiceEmotionScore,
    net: &VoiceEmotion,
    precision: Precision,
    text: &CardText,
) -> ModelCard {
    let corpora = record.corpora.iter().map(|corpus| Corpus {
        name: corpus.name.clone(),
        kind: CorpusKind::Labelled,
        hours: corpus.hours,
        licence: corpus.licence.clone(),
    });
    let figures = [
        ("test.clip_accuracy", score.clip_accuracy),
        ("test.mean_recall", score.mean_recall),
        ("test.hop_accuracy", score.hop_accuracy),
        ("test.majority_baseline", score.majority),
    ];
    ModelCard {
        kind: ModelKind::Emotion,
        look_ahead_hops: net.look_ahead_hops() as u32,
        emotions: VOICE_EMOTIONS.map(str::to_owned).to_vec(),
        precision,
        metrics: figures.map(|(name, value)| (name.to_owned(), value)).into(),
        ..card_frame(record, best, corpora.collect(), text)
    }
}

fn write_graph(net: &VoiceEmotion, weights: &BTreeMap<String, Tensor>, card: ModelCard) -> Result<Vec<u8>> {
    let mut backend = OnnxBackend::new(&card.name, weights, card.precision);
    let features = backend.input("features", FEATURES_PER_HOP);
    let logits = net.forward(&mut backend, &features);
    backend.output(ModelKind::Emotion.output(), &logits, net.emotion_count);
    Ok(backend.finish()?.finish(card)?)
}

/// What the JSON report holds.
#[derive(Serialize)]
struct Report<'a> {
    run: &'a RunRecord,
    best: &'a BestStanding,
    score: &'a VoiceEmotionScore,
    model_bytes: usize,
    parity: &'a ParityReport,
}

impl Report<'_> {
    /// The report for people.
    fn markdown(&self, config: &VoiceEmotionConfig) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_markdown(config, &mut text);
        text
    }

    fn write_markdown(&self, config: &VoiceEmotionConfig, text: &mut String) -> std::fmt::Result {
        let (score, best) = (self.score, &self.best.standing);
        let percent = |part: f64| format!("{:.0} %", 100.0 * part);
        let listed = |names: &std::collections::BTreeSet<String>| {
            names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
        };
        writeln!(text, "# Emotion from the voice: training report\n")?;
        if self.run.corpora.iter().any(|corpus| corpus.non_commercial) {
            writeln!(
                text,
                "**Not for commercial use**, as its corpus is not. Never used unless it is named.\n"
            )?;
        }
        writeln!(text, "| | |\n|---|---|")?;
        for corpus in &self.run.corpora {
            writeln!(text, "| learnt from | {}, {:.2} h, {} |", corpus.name, corpus.hours, corpus.licence)?;
        }
        writeln!(text, "| model file | {} bytes |", self.model_bytes)?;
        writeln!(text, "| seed, configuration | {}, `{}` |", self.run.config.seed, self.run.config_hash)?;
        writeln!(text, "| steps, minutes | {}, {:.1} |", best.step, best.elapsed_s / 60.0)?;
        writeln!(text, "| best weights chosen on | {} |", listed(&config.choose_speakers))?;
        writeln!(text, "| figures measured on | {} |", listed(&config.test_speakers))?;
        let clips: u32 = score.confusion.iter().flatten().sum();
        writeln!(
            text,
            "\n## On {clips} clips of speakers never heard before\n\n\
             A clip is heard as the emotion with the largest mean weight over its speech. The speakers are new, the two \
             sentences are not: nobody says anything else in this corpus.\n\n| figure | value |\n|---|---|"
        )?;
        let (low, high) = score.clip_interval;
        writeln!(
            text,
            "| clips right | {} (95 % interval by resampling clips {} to {}) |",
            percent(score.clip_accuracy),
            percent(low),
            percent(high)
        )?;
        writeln!(text, "| mean over the emotions of their part right | {} |", percent(score.mean_recall))?;
        writeln!(text, "| 20 ms rows right | {} |", percent(score.hop_accuracy))?;
        writeln!(text, "| always the commonest emotion | {} of clips |", percent(score.majority))?;
        writeln!(text, "| chance | {} |", percent(1.0 / score.emotions.len() as f64))?;
        for (speaker, accuracy) in &score.speakers {
            writeln!(text, "| {speaker}, clips right | {} |", percent(*accuracy))?;
        }
        writeln!(text, "\nRows: acted; columns: heard.\n\n| | {} |", score.emotions.join(" | "))?;
        writeln!(text, "|{}", "---|".repeat(score.emotions.len() + 1))?;
        for (name, row) in score.emotions.iter().zip(&score.confusion) {
            let counts: Vec<String> = row.iter().map(u32::to_string).collect();
            writeln!(text, "| {name} | {} |", counts.join(" | "))?;
        }
        self.parity.write_markdown(text)
    }
}
