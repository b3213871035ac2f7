//! What the emotion sliders do: which controls move, whether more slider is more face, and whether lips still close.

use cstalk_rig::{Rig, RigId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use serde::Serialize;

use super::clips::Clip;
use super::contact::ContactCounts;
use super::correlation::RegionActivity;
use super::mesh::FaceMesh;
use super::statistics::mean;
use super::subject::{Emotion, NEUTRAL, Subject, emotion_at};
use super::{BOARD_CONTROL_COUNT, Result, speech};
use crate::performer::{EMOTION_COUNT, EMOTION_NAMES};

/// Slider positions.
const WEIGHTS: [f32; 4] = [0.25, 0.5, 0.75, 1.0];
/// Slider positions at which closures are counted.
const CLOSURE_WEIGHTS: [f32; 2] = [0.5, 1.0];
/// Random blends beside the sweeps.
const BLEND_COUNT: usize = 6;
/// Controls listed for each emotion.
const LISTED_COUNT: usize = 10;

/// Closure recall under one emotion, beside the neutral one.
#[derive(Clone, Debug, Serialize)]
pub struct EmotionClosures {
    /// Weights as text.
    pub emotion: String,
    /// Recall.
    pub recall: Option<f64>,
    /// F1.
    pub f1: Option<f64>,
    /// Neutral recall minus this recall, points.
    pub loss_points: Option<f64>,
}

/// A control and how far an emotion moves it.
#[derive(Clone, Debug, Serialize)]
pub struct MovedControl {
    /// Board-185 name.
    pub control: String,
    /// Mean of (value at slider 1 - value at neutral) over all rows.
    pub mean_move: f64,
}

/// What one slider does.
#[derive(Clone, Debug, Serialize)]
pub struct EmotionResponse {
    /// The emotion.
    pub emotion: String,
    /// At 0.25, 0.5, 0.75, 1: the length of the mean move of all controls.
    pub move_lengths: Vec<f64>,
    /// Whether each step is longer than the one before.
    pub is_monotonic: bool,
    /// The most moved controls at 1.0; for neutral, the largest mean values of the neutral face itself.
    pub most_moved: Vec<MovedControl>,
    /// Frobenius distance of the region correlations to the performed reference at 1.0.
    pub region_distance: Option<f64>,
    /// Mean ratio of region activity variances, subject over reference, at 1.0.
    pub variance_ratio: Option<f64>,
    /// Regions that the reference moves at 1.0.
    pub regions: Vec<&'static str>,
    /// Correlations of these regions in the subject.
    pub correlations: Vec<Vec<f64>>,
    /// Correlations of these regions in the reference.
    pub reference_correlations: Vec<Vec<f64>>,
}

/// Closure recall over sweeps of every emotion and random blends; the first entry is neutral.
///
/// # Errors
/// The subject failed.
pub fn closures(subject: &Subject, clips: &[Clip], mesh: &FaceMesh) -> Result<Vec<EmotionClosures>> {
    let mut emotions = vec![NEUTRAL];
    emotions
        .extend((1..EMOTION_COUNT).flat_map(|index| CLOSURE_WEIGHTS.map(|weight| emotion_at(index, weight))));
    emotions.extend(blends());
    let mut figures: Vec<EmotionClosures> = Vec::new();
    for emotion in emotions {
        let counts: Vec<ContactCounts> = clips
            .par_iter()
            .map(|clip| speech::closures(subject, clip, mesh, emotion))
            .collect::<Result<_>>()?;
        let counts: ContactCounts = counts.into_iter().sum();
        let neutral = figures.first().map_or(counts.recall(), |first| first.recall);
        let loss_points = neutral.zip(counts.recall()).map(|(neutral, now)| (neutral - now) * 100.0);
        figures.push(EmotionClosures {
            emotion: shown(emotion),
            recall: counts.recall(),
            f1: counts.f1(),
            loss_points,
        });
    }
    Ok(figures)
}

/// What every slider does to a subject, with the performer on true labels as reference for the region correlations.
///
/// # Errors
/// The subject failed.
pub fn responses(subject: &Subject, clips: &[Clip]) -> Result<Vec<EmotionResponse>> {
    let rows = |subject: &Subject, emotion: Emotion| -> Result<Vec<Vec<f32>>> {
        clips.par_iter().map(|clip| subject.rows(clip, emotion)).collect()
    };
    let neutral = mean_values(&rows(subject, NEUTRAL)?);
    let mut responses = Vec::new();
    for (index, name) in EMOTION_NAMES.iter().enumerate() {
        let mut moves = vec![0.0; BOARD_CONTROL_COUNT];
        let mut move_lengths = Vec::new();
        for weight in WEIGHTS {
            let now = mean_values(&rows(subject, emotion_at(index, weight))?);
            moves = now.iter().zip(&neutral).map(|(now, neutral)| now - neutral).collect();
            move_lengths.push(moves.iter().map(|step| step * step).sum::<f64>().sqrt());
        }
        let full = rows(subject, emotion_at(index, 1.0))?;
        let reference =
            RegionActivity::of(rows(&Subject::Labels, emotion_at(index, 1.0))?.iter().map(Vec::as_slice));
        let activity = RegionActivity::of(full.iter().map(Vec::as_slice));
        responses.push(EmotionResponse {
            emotion: (*name).to_owned(),
            is_monotonic: index == 0 || is_rising(&move_lengths),
            most_moved: most_moved(if index == 0 { &neutral } else { &moves }),
            region_distance: activity.distance(&reference),
            variance_ratio: activity.variance_ratio(&reference),
            regions: reference.moving().iter().map(|region| region.name()).collect(),
            correlations: activity.matrix(&reference.moving()),
            reference_correlations: reference.matrix(&reference.moving()),
            move_lengths,
        });
    }
    Ok(responses)
}

fn blends() -> Vec<Emotion> {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut blend = || {
        let mut emotion: Emotion = std::array::from_fn(|_| random.random::<f32>());
        let sum: f32 = emotion.iter().sum();
        emotion.iter_mut().for_each(|weight| *weight = (*weight / sum * 100.0).round() / 100.0);
        emotion[0] = 1.0 - emotion[1..].iter().sum::<f32>();
        emotion
    };
    (0..BLEND_COUNT).map(|_| blend()).collect()
}

fn shown(emotion: Emotion) -> String {
    if emotion == NEUTRAL {
        return EMOTION_NAMES[0].to_owned();
    }
    let named = EMOTION_NAMES.iter().zip(emotion).skip(1).filter(|(_, weight)| *weight > 0.0);
    named.map(|(name, weight)| format!("{name} {weight:.2}")).collect::<Vec<_>>().join(" + ")
}

fn mean_values(clips: &[Vec<f32>]) -> Vec<f64> {
    let column =
        |column: usize| {
            mean(clips.iter().flat_map(|rows| {
                rows.chunks_exact(BOARD_CONTROL_COUNT).map(move |row| f64::from(row[column]))
            }))
        };
    (0..BOARD_CONTROL_COUNT).map(|at| column(at).unwrap_or(0.0)).collect()
}

fn is_rising(steps: &[f64]) -> bool {
    steps.first().is_some_and(|first| *first > 0.0) && steps.windows(2).all(|pair| pair[1] > pair[0])
}

fn most_moved(moves: &[f64]) -> Vec<MovedControl> {
    let controls = Rig::get(RigId::Board185).columns();
    let mut order: Vec<usize> = (0..moves.len()).collect();
    order.sort_by(|&a, &b| moves[b].abs().total_cmp(&moves[a].abs()));
    order
        .into_iter()
        .take(LISTED_COUNT)
        .map(|at| MovedControl { control: controls[at].name.to_string(), mean_move: moves[at] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blends_are_weights_that_add_up() {
        for emotion in blends() {
            assert!((emotion.iter().sum::<f32>() - 1.0).abs() < 1e-6);
            assert!(emotion.iter().all(|weight| (-1e-6..=1.0).contains(weight)), "{emotion:?}");
        }
        assert_eq!(shown(emotion_at(1, 0.25)), "happy 0.25");
        assert_eq!(shown(NEUTRAL), "neutral");
    }

    #[test]
    fn moves_are_ordered_by_size() {
        let mut moves = vec![0.0; BOARD_CONTROL_COUNT];
        (moves[3], moves[7], moves[9]) = (0.2, -0.5, 0.3);
        let listed: Vec<f64> = most_moved(&moves).iter().take(3).map(|moved| moved.mean_move).collect();
        assert_eq!(listed, [-0.5, 0.3, 0.2]);
        assert!(is_rising(&[0.1, 0.2, 0.4]) && !is_rising(&[0.1, 0.1]) && !is_rising(&[0.0, 0.0]));
    }
}
