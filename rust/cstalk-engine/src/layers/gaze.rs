//! Small saccades around a straight look, with fixations between them.

use cstalk_rig::Rig;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{column, ease, sequence};
use crate::error::Result;

/// Fixations between saccades: shortest and longest.
const FIXATION_S: (f32, f32) = (0.4, 2.6);
/// Share of saccades that return to the straight look.
const RETURN_SHARE: f32 = 0.4;
/// Distance of a fixation from the straight look, in units of the control (1 = as far as the eyes go).
const RADIUS: (f32, f32) = (0.04, 0.14);
/// Eyes wander less up and down than sideways.
const VERTICAL_SHARE: f32 = 0.5;
/// Duration of a saccade: a fixed part and a part that grows with its distance.
const SACCADE_S: f32 = 0.03;
const SACCADE_S_PER_UNIT: f32 = 0.2;

const LAYER: u64 = 2;

/// The gaze layer; moves `CTRL_C_eye.tx` and `CTRL_C_eye.ty`.
#[derive(Debug, Clone)]
pub struct Gaze {
    columns: [usize; 2],
    hop_s: f32,
    chance: ChaCha8Rng,
    from: [f32; 2],
    to: [f32; 2],
    /// Time since the running saccade began, and how long it and the fixation after it take.
    since_s: f32,
    saccade_s: f32,
    fixation_s: f32,
}

impl Gaze {
    /// The gaze of `seed`, for rows of `rig` that are `hop_s` seconds apart; it begins straight ahead.
    ///
    /// # Errors
    /// `BadModel` if the rig has no centre gaze.
    pub fn new(rig: &Rig, seed: u64, hop_s: f32) -> Result<Self> {
        let columns = [column(rig, "CTRL_C_eye.tx")?, column(rig, "CTRL_C_eye.ty")?];
        let mut chance = sequence(seed, LAYER);
        let fixation_s = chance.random_range(FIXATION_S.0..FIXATION_S.1);
        let straight = [0.0; 2];
        Ok(Self {
            columns,
            hop_s,
            chance,
            from: straight,
            to: straight,
            since_s: SACCADE_S,
            saccade_s: SACCADE_S,
            fixation_s,
        })
    }

    /// Turns the eyes of the next row, `strength` times as far as usual.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&mut self, strength: f32, row: &mut [f32]) {
        if self.since_s >= self.saccade_s + self.fixation_s {
            self.begin_saccade();
        }
        let share = ease(self.since_s / self.saccade_s);
        for axis in 0..2 {
            row[self.columns[axis]] +=
                strength * (self.from[axis] + (self.to[axis] - self.from[axis]) * share);
        }
        self.since_s += self.hop_s;
    }

    fn begin_saccade(&mut self) {
        self.from = self.to;
        self.to = if self.chance.random::<f32>() < RETURN_SHARE {
            [0.0; 2]
        } else {
            let angle = self.chance.random_range(0.0..std::f32::consts::TAU);
            let radius = self.chance.random_range(RADIUS.0..RADIUS.1);
            [radius * angle.cos(), VERTICAL_SHARE * radius * angle.sin()]
        };
        let distance = (self.to[0] - self.from[0]).hypot(self.to[1] - self.from[1]);
        self.since_s = 0.0;
        self.saccade_s = SACCADE_S + SACCADE_S_PER_UNIT * distance;
        self.fixation_s = self.chance.random_range(FIXATION_S.0..FIXATION_S.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    #[test]
    fn the_gaze_stays_small_rests_often_and_jumps_fast() {
        let rig = Rig::get(RigId::Board185);
        let mut gaze = Gaze::new(rig, 11, 0.02).unwrap();
        let [across, up] = ["CTRL_C_eye.tx", "CTRL_C_eye.ty"].map(|name| rig.index_of(name).unwrap());
        let mut row = vec![0.0; rig.columns().len()];
        let mut looks: Vec<[f32; 2]> = Vec::new();
        for _ in 0..50 * 300 {
            row.fill(0.0);
            gaze.apply(1.0, &mut row);
            looks.push([row[across], row[up]]);
        }
        assert_eq!(looks[0], [0.0, 0.0]);
        assert!(looks.iter().all(|look| look[0].hypot(look[1]) <= RADIUS.1 + 1e-6));
        let still = looks.windows(2).filter(|pair| pair[0] == pair[1]).count() as f32 / looks.len() as f32;
        assert!((0.9..0.99).contains(&still), "{still} of all rows rest");
        let straight = looks.iter().filter(|look| **look == [0.0, 0.0]).count() as f32 / looks.len() as f32;
        assert!((0.25..0.6).contains(&straight), "{straight} of all rows look straight");
        // A saccade is over within four rows.
        let longest = looks
            .windows(2)
            .map(|pair| pair[0] != pair[1])
            .fold((0, 0), |(most, run), moves| if moves { (most.max(run + 1), run + 1) } else { (most, 0) });
        assert!(longest.0 <= 5, "{} rows", longest.0);
    }
}
