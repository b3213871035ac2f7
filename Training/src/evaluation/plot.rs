//! Curves over a waveform with phone labels, to look at.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_audio::decode_speech;
use cstalk_model::{Model, Provider, catalogue};

use super::chart::{Mark, Panel, panels};
use super::clips::Clip;
use super::contact::ROW_S;
use super::loudness::loudness_db;
use super::mesh::FaceMesh;
use super::speech::gaps_mm;
use super::subject::{Emotion, NEUTRAL, Subject, emotion_at};
use super::{EvaluationError, Result, arkit_column, arkit_rows, recordings_folder, write_whole};
use crate::corpus::Store;
use crate::performer::EMOTION_NAMES;
use crate::phones::PhoneSpan;

/// Samples behind one point of the drawn waveform.
const WAVE_STEP_SAMPLES: usize = 10;

/// Draws jaw, lip gap, rounding and brows of a model over a waveform with phone labels, as SVG.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Speech file.
    #[arg(long, conflicts_with = "utterance", required_unless_present = "utterance")]
    wav: Option<PathBuf>,
    /// JSON list of phone spans ({"phone", "start_s", "end_s", "stress"}) for --wav; draws the performer too.
    #[arg(long, requires = "wav")]
    labels: Option<PathBuf>,
    /// Utterance of a built corpus instead of a file, as `corpus/id`.
    #[arg(long)]
    utterance: Option<String>,
    /// Folder of built corpora.
    #[arg(long, default_value = "target/corpus")]
    corpus: PathBuf,
    /// Model by name or path; `none` draws the performer only.
    #[arg(long, default_value = catalogue::DEFAULT_MODEL)]
    model: String,
    /// Emotion at full strength.
    #[arg(long, default_value = "neutral", value_parser = clap::builder::PossibleValuesParser::new(EMOTION_NAMES))]
    emotion: String,
    /// First second drawn.
    #[arg(long, default_value_t = 0.0)]
    from_s: f64,
    /// Last second drawn; the end of the sound if absent.
    #[arg(long)]
    to_s: Option<f64>,
    /// Evaluation mesh folder; the shared recordings' `mesh` if absent.
    #[arg(long)]
    mesh: Option<PathBuf>,
    /// The picture.
    #[arg(short, long)]
    out: PathBuf,
}

/// Draws the picture.
///
/// # Errors
/// The sound, labels, model or mesh cannot be read, or the picture cannot be written.
pub fn run(args: Args) -> Result<()> {
    let clip = clip(&args)?;
    let folder = args.mesh.clone().unwrap_or_else(|| recordings_folder().join("mesh"));
    let mesh = FaceMesh::load(&folder).map_err(|e| EvaluationError::new("evaluation mesh", e))?;
    let mut subjects = Vec::new();
    if args.model != "none" {
        let path = catalogue::find(&args.model).map_err(|e| EvaluationError::new("model", e))?;
        let model = Model::load(path, Provider::Embedded).map_err(|e| EvaluationError::new("model", e))?;
        subjects.push(Subject::Model(Arc::new(model)));
    }
    if !clip.phones.is_empty() {
        subjects.push(Subject::Labels);
    }
    if subjects.is_empty() {
        return Err(EvaluationError::new(
            "plot",
            "nothing to draw: no model, and no labels for the performer",
        ));
    }
    let index = EMOTION_NAMES.iter().position(|name| *name == args.emotion).unwrap_or(0);
    let emotion = if index == 0 { NEUTRAL } else { emotion_at(index, 1.0) };
    let title = format!("{}, {}", clip.id, args.emotion);
    let span_s = (args.from_s, args.to_s.unwrap_or(f64::INFINITY));
    let svg = picture(&title, &clip, &subjects, &mesh, emotion, span_s)?;
    write_whole(&args.out, svg.as_bytes())
}

fn clip(args: &Args) -> Result<Clip> {
    if let Some(name) = &args.utterance {
        let bad = |why: String| EvaluationError::new(format!("--utterance {name}"), why);
        let (corpus, id) = name.split_once('/').ok_or_else(|| bad("wanted corpus/id".into()))?;
        let store = Store::open(args.corpus.join(corpus)).map_err(|e| EvaluationError::new(corpus, e))?;
        let index = store.utterances().iter().position(|utterance| utterance.id == id);
        let index = index.ok_or_else(|| bad(format!("corpus {corpus} has no utterance {id}")))?;
        let samples = store.samples(index).map_err(|e| EvaluationError::new(corpus, e))?;
        return Ok(named_clip(id, samples, store.utterances()[index].phones.clone()));
    }
    let wav = args.wav.as_deref().unwrap_or(Path::new(""));
    let samples = decode_speech(wav).map_err(|e| EvaluationError::new("sound", e))?;
    let phones: Vec<PhoneSpan> = match &args.labels {
        Some(path) => {
            let context = || path.display().to_string();
            let text = std::fs::read(path).map_err(|e| EvaluationError::new(context(), e))?;
            serde_json::from_slice(&text).map_err(|e| EvaluationError::new(context(), e))?
        }
        None => Vec::new(),
    };
    Ok(named_clip(&wav.file_name().unwrap_or_default().to_string_lossy(), samples, phones))
}

fn named_clip(id: &str, samples: Vec<f32>, phones: Vec<PhoneSpan>) -> Clip {
    let none = String::new;
    Clip {
        id: id.to_owned(),
        set: none(),
        lang: none(),
        speaker: none(),
        groups: Vec::new(),
        samples,
        phones,
    }
}

/// Jaw, lip gap, rounding and brows of subjects over the sound and its phones, as SVG, between two times.
///
/// # Errors
/// A subject failed, or nothing lies between the times.
pub(super) fn picture(
    title: &str,
    clip: &Clip,
    subjects: &[Subject],
    mesh: &FaceMesh,
    emotion: Emotion,
    (from_s, to_s): (f64, f64),
) -> Result<String> {
    let width = cstalk_rig::Rig::get(cstalk_rig::RigId::Arkit52).columns().len();
    let peak = clip.samples.iter().fold(0.01, |peak: f32, sample| peak.max(sample.abs()));
    let peak = (f64::from(peak) * 100.0).ceil() / 100.0;
    let wave = Panel {
        title: "sound",
        curves: vec![("", clip.samples.iter().step_by(WAVE_STEP_SAMPLES).map(|s| f64::from(*s)).collect())],
        step_s: WAVE_STEP_SAMPLES as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ),
        range: (-peak, peak),
        level: None,
    };
    let strip = |title, range, level| Panel { title, curves: Vec::new(), step_s: ROW_S, range, level };
    let mut strips = vec![
        wave,
        strip("loudness, dB", (-80.0, 0.0), None),
        strip("jaw open", (0.0, 0.6), None),
        strip("lip gap, mm", (-2.0, 14.0), Some(f64::from(super::contact::SHUT_GAP_MM))),
        strip("bite distance, mm", (0.0, 8.0), Some(f64::from(super::contact::BITE_DISTANCE_MM))),
        strip("rounding", (0.0, 1.0), None),
        strip("brows up - down", (-1.0, 1.0), None),
    ];
    strips[1].curves.push(("", loudness_db(&clip.samples)));
    for subject in subjects {
        let arkit = arkit_rows(&subject.rows(clip, emotion)?);
        let column = |name: &str| super::signals::column(&arkit, width, arkit_column(name));
        let [funnel, pucker] = ["MouthFunnel", "MouthPucker"].map(column);
        let brows = ["BrowInnerUp", "BrowOuterUpLeft", "BrowOuterUpRight", "BrowDownLeft", "BrowDownRight"]
            .map(column);
        let brow =
            |k: usize| (brows[0][k] + (brows[1][k] + brows[2][k]) / 2.0 - brows[3][k] - brows[4][k]) / 2.0;
        let name = subject.name();
        strips[2].curves.push((name, column("JawOpen")));
        strips[3].curves.push((name, gaps_mm(&arkit, mesh).iter().map(|gap| f64::from(*gap)).collect()));
        let bites = arkit.chunks_exact(width).map(|row| f64::from(mesh.bite_distance_mm(row)));
        strips[4].curves.push((name, bites.collect()));
        strips[5].curves.push((name, funnel.iter().zip(&pucker).map(|(a, b)| a.max(*b)).collect()));
        strips[6].curves.push((name, (0..brows[0].len()).map(brow).collect()));
    }
    let mark = |span: &PhoneSpan| -> Mark {
        let features = span.phone.features();
        let text = if span.phone.is_silence() { "" } else { span.phone.symbol() };
        (span.start_s, span.end_s, text.to_owned(), features.bilabial || features.labiodental)
    };
    let marks: Vec<Mark> = clip.phones.iter().map(mark).collect();
    let end_s = clip.samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let to_s = to_s.min(end_s);
    if to_s <= from_s {
        return Err(EvaluationError::new("plot", format!("nothing between {from_s} s and {to_s} s")));
    }
    Ok(panels(title, &strips, &marks, from_s, to_s))
}
