//! Blinks at random intervals, rather more at the ends of phrases.

use cstalk_rig::Rig;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};

use super::{column, ease, sequence};
use crate::activity::Activity;
use crate::error::Result;

/// Length of a blink: 13 frames at 60 fps, the profile that published talking-head demos use.
pub const BLINK_DURATION_S: f32 = 0.217;
/// The lid closes fast, reaching full closure here, and opens slowly.
const CLOSED_AT_S: f32 = 0.080;

/// Mean interval between blinks of people in conversation.
const MEAN_INTERVAL_S: f32 = 4.0;
/// Spread of the log of the interval.
const INTERVAL_SIGMA: f32 = 0.55;
const INTERVAL_LIMITS_S: (f32, f32) = (0.6, 15.0);
/// Share of phrase ends that bring a blink.
const PHRASE_END_SHARE: f32 = 0.55;
/// No phrase end brings a blink sooner than this after the last one.
const REFRACTORY_S: f32 = 1.0;

const LAYER: u64 = 1;

/// The blink layer; writes `CTRL_L_eye_blink.ty` and `CTRL_R_eye_blink.ty`.
#[derive(Debug, Clone)]
pub struct Blinks {
    columns: [usize; 2],
    hop_s: f32,
    chance: ChaCha8Rng,
    interval: LogNormal<f32>,
    /// Time since the last blink began.
    since_s: f32,
    /// Time from the last blink's begin to the next one's.
    next_s: f32,
}

impl Blinks {
    /// The blinks of `seed`, for rows of `rig` that are `hop_s` seconds apart.
    ///
    /// # Errors
    /// `BadModel` if the rig has no eyelids.
    pub fn new(rig: &Rig, seed: u64, hop_s: f32) -> Result<Self> {
        let columns = [column(rig, "CTRL_L_eye_blink.ty")?, column(rig, "CTRL_R_eye_blink.ty")?];
        let mu = MEAN_INTERVAL_S.ln() - INTERVAL_SIGMA * INTERVAL_SIGMA / 2.0;
        let interval = LogNormal::new(mu, INTERVAL_SIGMA).map_err(|error| {
            crate::error::EngineError::new(crate::error::ErrorKind::Misuse, error.to_string())
        })?;
        let mut blinks = Self {
            columns,
            hop_s,
            chance: sequence(seed, LAYER),
            interval,
            since_s: BLINK_DURATION_S,
            next_s: 0.0,
        };
        // A clip begins at a random point between two blinks, never inside one.
        let share: f32 = blinks.chance.random();
        blinks.next_s = BLINK_DURATION_S + 0.2 + share * blinks.draw_interval_s();
        Ok(blinks)
    }

    /// Closes the lids of the next row as far as a blink of `strength` wants: 0 leaves them, 1 shuts them whatever
    /// the emotion does.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&mut self, activity: &Activity, strength: f32, row: &mut [f32]) {
        if activity.phrase_ended && self.since_s > REFRACTORY_S {
            // Both numbers are drawn even if unused: later draws do not depend on the sound's detail.
            let (chance, delay): (f32, f32) = (self.chance.random(), self.chance.random());
            if chance < PHRASE_END_SHARE {
                self.next_s = self.next_s.min(self.since_s + 0.15 * delay);
            }
        }
        if self.since_s >= self.next_s {
            self.since_s = 0.0;
            self.next_s = self.draw_interval_s();
        }
        let closure = strength * lid_closure(self.since_s);
        if closure > 0.0 {
            for &column in &self.columns {
                row[column] += closure * (1.0 - row[column]);
            }
        }
        self.since_s += self.hop_s;
    }

    fn draw_interval_s(&mut self) -> f32 {
        self.interval.sample(&mut self.chance).clamp(INTERVAL_LIMITS_S.0, INTERVAL_LIMITS_S.1)
    }
}

/// How far the lids are shut `since_s` after the blink began, 0..1.
fn lid_closure(since_s: f32) -> f32 {
    if since_s >= BLINK_DURATION_S {
        0.0
    } else if since_s < CLOSED_AT_S {
        ease(since_s / CLOSED_AT_S)
    } else {
        ease(1.0 - (since_s - CLOSED_AT_S) / (BLINK_DURATION_S - CLOSED_AT_S))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    const HOP_S: f32 = 0.02;

    fn run(seed: u64, activity: impl Fn(usize) -> Activity, row_count: usize) -> Vec<f32> {
        let rig = Rig::get(RigId::Board185);
        let mut blinks = Blinks::new(rig, seed, HOP_S).unwrap();
        let left = rig.index_of("CTRL_L_eye_blink.ty").unwrap();
        let mut row = vec![0.0; rig.columns().len()];
        (0..row_count)
            .map(|index| {
                row.fill(0.0);
                blinks.apply(&activity(index), 1.0, &mut row);
                row[left]
            })
            .collect()
    }

    fn quiet(_: usize) -> Activity {
        Activity { level_db: -77.0, loudness: 0.0, speaking: false, phrase_ended: false }
    }

    fn begins(closure: &[f32]) -> Vec<usize> {
        (1..closure.len()).filter(|&row| closure[row - 1] == 0.0 && closure[row] > 0.0).collect()
    }

    #[test]
    fn intervals_are_log_normal_around_four_seconds() {
        let closure = run(7, quiet, 50 * 4_000);
        let begins = begins(&closure);
        let mut intervals_s: Vec<f32> =
            begins.windows(2).map(|pair| (pair[1] - pair[0]) as f32 * HOP_S).collect();
        let mean_s = intervals_s.iter().sum::<f32>() / intervals_s.len() as f32;
        assert!((3.6..4.4).contains(&mean_s), "mean {mean_s} s");
        intervals_s.sort_by(f32::total_cmp);
        let median_s = intervals_s[intervals_s.len() / 2];
        assert!(median_s < mean_s - 0.2, "skewed to the right: median {median_s}, mean {mean_s}");
        assert!(intervals_s[0] >= INTERVAL_LIMITS_S.0 - HOP_S);
    }

    #[test]
    fn a_blink_shuts_fast_opens_slowly_and_lasts_its_time() {
        let closure = run(3, quiet, 50 * 60);
        let begin = begins(&closure)[0] - 1;
        let blink = &closure[begin..begin + 12];
        let peak = blink.iter().position(|&shut| shut == 1.0).expect("the lids meet");
        assert_eq!(peak, 4, "{blink:?}");
        let end = blink.iter().rposition(|&shut| shut > 0.0).unwrap();
        assert_eq!(end, 10, "{blink:?}");
        assert!(closure.iter().all(|shut| (0.0..=1.0).contains(shut)));
    }

    #[test]
    fn phrase_ends_bring_blinks() {
        let phrase_ends = |row: usize| Activity { phrase_ended: row % 150 == 149, ..quiet(row) };
        let mut near_share = 0.0;
        for seed in 0..10 {
            let begins = begins(&run(seed, phrase_ends, 50 * 600));
            let near = begins.iter().filter(|&&begin| begin > 149 && (begin - 149) % 150 <= 9).count();
            near_share += near as f32 / begins.len() as f32 / 10.0;
        }
        // By chance 10 of 150 rows would hold 7 % of the blinks.
        assert!(near_share > 0.3, "{near_share}");
    }

    #[test]
    fn lids_widened_by_surprise_still_shut() {
        let rig = Rig::get(RigId::Board185);
        let mut blinks = Blinks::new(rig, 3, HOP_S).unwrap();
        let left = rig.index_of("CTRL_L_eye_blink.ty").unwrap();
        let mut most = f32::MIN;
        let mut row = vec![0.0; rig.columns().len()];
        for index in 0..3_000 {
            row[left] = -0.6;
            blinks.apply(&quiet(index), 1.0, &mut row);
            most = most.max(row[left]);
        }
        assert_eq!(most, 1.0);
    }
}
