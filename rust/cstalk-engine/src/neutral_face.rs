//! The neutral face beside the emotional one, for an emotion that is weaker or stronger in parts of the face.

use cstalk_model::{Session, StepInput};
use cstalk_rig::Rig;

use crate::error::Result;
use crate::face_parts::{JAW, MOUTH, PART_COUNT, part_of};
use crate::post::{ClosureGuard, Ranges};

/// A strength changes by at most this much a second, so that a jump of it is a quick move and no cut.
pub(crate) const FASTEST_PER_S: f32 = 10.0;

/// A second session of the model that hears the same and shows no emotion, and the mix of both faces.
#[derive(Debug)]
pub(crate) struct NeutralFace {
    session: Session,
    emotion_row: Vec<f32>,
    /// Axes `[hop, emotion]` and `[hop, column]`, of the steps made together, and the row that is mixed next.
    emotions: Vec<f32>,
    rows: Vec<f32>,
    row: Vec<f32>,
    emotional: Vec<f32>,
    /// For each column its part of the face.
    parts: Vec<usize>,
    /// Strengths of the last row; none before the first.
    strength: Option<[f32; PART_COUNT]>,
    hop_s: f32,
    guard: ClosureGuard,
}

impl NeutralFace {
    /// A neutral face that goes on from `session`, of a model with `emotion_count` emotions. `strength` is what the
    /// row before the next one had, if there was one.
    pub(crate) fn new(
        rig: &Rig,
        session: Session,
        emotion_count: usize,
        strength: Option<[f32; PART_COUNT]>,
        hop_s: f32,
    ) -> Result<Self> {
        let mut emotion_row = vec![0.0; emotion_count];
        if let Some(resting) = emotion_row.first_mut() {
            *resting = 1.0;
        }
        let columns = rig.columns();
        Ok(Self {
            session,
            emotion_row,
            emotions: Vec::new(),
            rows: Vec::new(),
            row: vec![0.0; columns.len()],
            emotional: vec![0.0; columns.len()],
            parts: columns.iter().map(|control| part_of(control.region)).collect(),
            strength,
            hop_s,
            guard: ClosureGuard::new(rig)?,
        })
    }

    /// Steps the model over the same hops; `styles` has axes `[hop, style]`.
    pub(crate) fn step(&mut self, features: &[f32], styles: &[f32], hops: usize) -> cstalk_model::Result<()> {
        self.rows.clear();
        self.emotions.clear();
        (0..hops).for_each(|_| self.emotions.extend_from_slice(&self.emotion_row));
        let input = StepInput { features, emotion: &self.emotions, style: styles };
        self.session.step(&input, hops, &mut self.rows)
    }

    /// Chooses the row of one of the hops stepped last.
    pub(crate) fn take_row(&mut self, hop: usize) {
        let width = self.row.len();
        self.row.copy_from_slice(&self.rows[hop * width..(hop + 1) * width]);
    }

    /// Turns the emotional `row`, inside its ranges, into the mix of both faces, going towards the strengths
    /// `wanted` by at most `fastest_per_s`.
    ///
    /// A part of strength 1 keeps its bits, unless closed lips would open.
    pub(crate) fn mix(
        &mut self,
        wanted: [f32; PART_COUNT],
        fastest_per_s: f32,
        ranges: &Ranges,
        row: &mut [f32],
    ) -> Result<()> {
        let fastest = fastest_per_s * self.hop_s;
        let strength = match self.strength {
            None => wanted,
            Some(last) => {
                std::array::from_fn(|part| last[part] + (wanted[part] - last[part]).clamp(-fastest, fastest))
            }
        };
        self.strength = Some(strength);
        if strength == [1.0; PART_COUNT] {
            return Ok(());
        }
        ranges.apply(&mut self.row);
        self.emotional.copy_from_slice(row);
        for ((value, neutral), &part) in row.iter_mut().zip(&self.row).zip(&self.parts) {
            if strength[part] != 1.0 {
                *value = neutral + strength[part] * (*value - neutral);
            }
        }
        ranges.apply(row);
        self.guard.apply(&self.row, &self.emotional, row)
    }

    /// Strength of the emotion in the mouth of the last row, 0..1: the larger of lips' and jaw's.
    pub(crate) fn mouth_strength(&self) -> f32 {
        self.strength.map_or(1.0, |strength| strength[MOUTH].max(strength[JAW]).min(1.0))
    }

    /// Whether the last row was the emotional one everywhere.
    pub(crate) fn is_idle(&self) -> bool {
        self.strength == Some([1.0; PART_COUNT])
    }
}
