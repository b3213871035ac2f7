//! `cstalk-train perform`: the performer on one utterance, to look at and to compare models with.

use std::path::PathBuf;

use cstalk_engine::{EmotionWeights, Style as NamedStyle};
use cstalk_rig::formats::{Format, write_take};
use cstalk_rig::{CurveRate, RigId, Take};

use super::{EMOTION_COUNT, EMOTION_NAMES, Prosody, STYLE_NAMES, Script, perform};
use crate::corpus::Store;

/// Performs one utterance of a corpus from its phone times (curves are performed, not captured).
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Folder of the corpus, for example target/corpus/flite.
    corpus: PathBuf,
    /// Utterance by its id.
    utterance: String,
    /// Emotion weights, for example happy=0.7,angry=0.2.
    #[arg(long, value_name = "NAME=WEIGHT,...")]
    emotion: Option<EmotionWeights>,
    /// Style dials, for example articulation=1,smile=-0.5.
    #[arg(long, value_name = "NAME=VALUE,...")]
    style: Option<NamedStyle>,
    /// Curves, CSV of board-185 at 50 Hz.
    #[arg(short, long)]
    out: PathBuf,
    /// Also writes the utterance's sound as 16 kHz WAV.
    #[arg(long)]
    wav: Option<PathBuf>,
}

/// Why an utterance could not be performed.
#[derive(Debug, thiserror::Error)]
pub enum PerformError {
    /// The corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] crate::corpus::CorpusError),
    /// No such utterance.
    #[error("{corpus} has no utterance \"{wanted}\"; its ids are in utterances.jsonl", corpus = .corpus.display())]
    NoUtterance {
        /// Folder.
        corpus: PathBuf,
        /// Id asked for.
        wanted: String,
    },
    /// The utterance has no phone times.
    #[error("utterance \"{0}\" has no phone times: run `cstalk-train align` first")]
    NotAligned(String),
    /// Emotion or style is wrong.
    #[error(transparent)]
    Engine(#[from] cstalk_engine::EngineError),
    /// The curves cannot be written.
    #[error(transparent)]
    Rig(#[from] cstalk_rig::Error),
    /// The sound cannot be written.
    #[error(transparent)]
    Audio(#[from] cstalk_audio::AudioError),
}

/// Performs and writes; returns a line for the screen.
///
/// # Errors
/// [`PerformError`], naming the file or utterance.
pub fn run(args: &Args) -> Result<String, PerformError> {
    let store = Store::open(&args.corpus)?;
    let found = store.utterances().iter().position(|utterance| utterance.id == args.utterance);
    let index = found.ok_or_else(|| PerformError::NoUtterance {
        corpus: args.corpus.clone(),
        wanted: args.utterance.clone(),
    })?;
    let utterance = &store.utterances()[index];
    if utterance.phones.is_empty() {
        return Err(PerformError::NotAligned(utterance.id.clone()));
    }
    let samples = store.samples(index)?;
    let emotion = args.emotion.clone().unwrap_or_else(EmotionWeights::neutral);
    let resolved = emotion.resolve(&EMOTION_NAMES.map(String::from))?;
    let weights: [f32; EMOTION_COUNT] = std::array::from_fn(|index| resolved[index]);
    let style = args.style.clone().unwrap_or_else(NamedStyle::average);
    let performance = perform(&Script {
        phones: &utterance.phones,
        prosody: &Prosody::of(&samples),
        hops: samples.len().div_ceil(320),
        emotion: &[weights],
        style: STYLE_NAMES.map(|name| style.value(name)),
    });
    let take = Take::from_values(RigId::Board185, CurveRate::new(50, 1)?, performance.rows)?;
    write_take(&args.out, Format::Csv, &take)?;
    if let Some(wav) = &args.wav {
        cstalk_audio::write_wav16(wav, &samples, cstalk_audio::SPEECH_RATE_HZ)?;
    }
    Ok(format!("{}: \"{}\", {:.2} s performed", args.out.display(), utterance.text, utterance.duration_s()))
}
