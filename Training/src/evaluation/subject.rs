//! What is judged: a model through the engine, and the baselines that every table carries.

use std::sync::Arc;

use cstalk_engine::{EmotionSource, EmotionWeights, EngineError, Motion, Stream, StreamSettings};
use cstalk_model::Model;

use super::clips::Clip;
use super::loudness::jaw_from_loudness;
use super::{BOARD_CONTROL_COUNT, EvaluationError, Result};
use crate::performer::{EMOTION_COUNT, EMOTION_NAMES, Prosody, Script, perform};
use crate::train::autoregressive_stage::AutoregressiveModel;

/// Something that makes board-185 rows from a clip.
#[derive(Clone)]
pub enum Subject {
    /// The model as the product runs it, without blinks, gaze and head motion.
    Model(Arc<Model>),
    /// The model's own curves, without smoothing and mouth rest.
    BareModel(Arc<Model>),
    /// A decoder after FaceFormer on the same ear and data.
    Autoregressive(Arc<AutoregressiveModel>),
    /// One row for all time.
    MeanPose(Vec<f32>),
    /// The jaw follows the loudness, all else rests.
    LoudnessJaw,
    /// The procedural performer on the true phone labels: what the model was taught, so an upper bound, not a rival.
    Labels,
}

/// Weights of the emotions, in the order of [`EMOTION_NAMES`].
pub type Emotion = [f32; EMOTION_COUNT];

/// The neutral face.
pub const NEUTRAL: Emotion = {
    let mut weights = [0.0; EMOTION_COUNT];
    weights[0] = 1.0;
    weights
};

/// One emotion at a weight, the rest neutral.
#[must_use]
pub fn emotion_at(index: usize, weight: f32) -> Emotion {
    let mut emotion = [0.0; EMOTION_COUNT];
    emotion[index] = weight;
    emotion[0] += 1.0 - weight;
    emotion
}

impl Subject {
    /// The name that tables carry.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Subject::Model(_) => "model",
            Subject::BareModel(_) => "model, bare",
            Subject::Autoregressive(_) => "FaceFormer-style decoder",
            Subject::MeanPose(_) => "mean pose",
            Subject::LoudnessJaw => "energy -> jaw",
            Subject::Labels => "performer on true labels",
        }
    }

    /// Board-185 rows `[row, control]` of a clip, row k at k * 320 samples.
    ///
    /// # Errors
    /// The model or the engine failed.
    pub fn rows(&self, clip: &Clip, emotion: Emotion) -> Result<Vec<f32>> {
        match self {
            Subject::Model(_) | Subject::BareModel(_) => self.heard_rows(&clip.samples, emotion, usize::MAX),
            Subject::Autoregressive(model) => heard_by(model, &clip.samples, emotion),
            Subject::MeanPose(row) => Ok(row.repeat(clip.row_count())),
            Subject::LoudnessJaw => Ok(jaw_from_loudness(&clip.samples)),
            Subject::Labels => {
                let script = Script {
                    phones: &clip.phones,
                    prosody: &Prosody::of(&clip.samples),
                    hops: clip.row_count(),
                    emotion: &[emotion],
                    style: [0.0; 8],
                };
                Ok(perform(&script).rows)
            }
        }
    }

    /// Rows from the sound alone, pushed in blocks of `block_samples`.
    ///
    /// # Errors
    /// The model or the engine failed, or the subject needs phones.
    pub fn heard_rows(&self, samples: &[f32], emotion: Emotion, block_samples: usize) -> Result<Vec<f32>> {
        let (model, mut settings) = match self {
            Subject::Model(model) => {
                let still = StreamSettings { motion: Motion::STILL, ..StreamSettings::default() };
                (model, still)
            }
            Subject::BareModel(model) => (model, StreamSettings::bare()),
            Subject::Autoregressive(model) => return heard_by(model, samples, emotion),
            Subject::MeanPose(row) => return Ok(row.repeat(samples.len().div_ceil(320))),
            Subject::LoudnessJaw => return Ok(jaw_from_loudness(samples)),
            Subject::Labels => {
                return Err(EvaluationError::new("performer on true labels", "a sound has no labels"));
            }
        };
        let failed = |e| {
            EvaluationError::new("running the model", Box::new(e) as Box<dyn std::error::Error + Send + Sync>)
        };
        let pairs = EMOTION_NAMES.iter().zip(emotion).map(|(name, weight)| ((*name).to_owned(), weight));
        let weights =
            EmotionWeights::new(pairs.filter(|(_, weight)| *weight > 0.0).collect()).map_err(failed)?;
        settings.emotion = EmotionSource::Constant(weights);
        let mut stream = Stream::new(Arc::clone(model), settings).map_err(failed)?;
        let mut rows = Vec::with_capacity(samples.len().div_ceil(320) * BOARD_CONTROL_COUNT);
        for block in samples.chunks(block_samples.max(1)) {
            stream.push(block).map_err(failed)?;
            stream.drain(|row| keep(&mut rows, row.values)).map_err(failed)?;
        }
        stream.finish();
        stream.drain(|row| keep(&mut rows, row.values)).map_err(failed)?;
        Ok(rows)
    }
}

fn keep(rows: &mut Vec<f32>, row: &[f32]) -> std::result::Result<(), EngineError> {
    rows.extend_from_slice(row);
    Ok(())
}

fn heard_by(model: &AutoregressiveModel, samples: &[f32], emotion: Emotion) -> Result<Vec<f32>> {
    model.rows(samples, &emotion).map_err(|e| EvaluationError::new("autoregressive decoder", e))
}

/// The mean of all rows of some clips under another subject; zeros without rows.
///
/// # Errors
/// The other subject failed.
pub fn mean_row<'a>(clips: impl IntoIterator<Item = &'a Clip>, of: &Subject) -> Result<Vec<f32>> {
    let mut sum = vec![0.0_f64; BOARD_CONTROL_COUNT];
    let mut count = 0.0;
    for clip in clips {
        for row in of.rows(clip, NEUTRAL)?.chunks_exact(BOARD_CONTROL_COUNT) {
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
            count += 1.0;
        }
    }
    Ok(sum.into_iter().map(|sum| if count > 0.0 { (sum / count) as f32 } else { 0.0 }).collect())
}
