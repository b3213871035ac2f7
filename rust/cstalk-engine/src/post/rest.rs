//! Lets the mouth of a neutral face come to rest while there is no sound at all.

use cstalk_rig::Rig;

use super::contact::{part, touches_lips};

/// Level below which there is no sound that a listener would call speech, dB re full scale (RMS).
const SILENCE_DB: f32 = -62.0;
/// Silence shorter than this is left alone: it may be the hold of a plosive or a break in a phrase. The
/// level is heard up to 0.05 s ahead of the row, so 0.3 s are left after the sound.
const HANGOVER_S: f32 = 0.35;
/// The mouth comes to rest in this time.
const EASE_S: f32 = 0.16;
/// The mouth is handed back in this time, within the model's look-ahead.
const RETURN_S: f32 = 0.04;

/// Eases jaw, lips and tongue to zero in digital silence and very quiet pauses.
///
/// What it promises: while the sound is above -62 dB, and for 0.3 s after it, rows pass bit for bit. The
/// level is heard with the model's look-ahead (2 hops), so at the row where sound begins the mouth is
/// already the model's again. It acts in proportion to the weight of `neutral`: the rest of an emotional
/// face, such as the open jaw of surprise, is the model's to decide. Corners, brows and lids are never
/// touched.
#[derive(Debug, Clone)]
pub struct MouthRest {
    columns: Vec<usize>,
    hop_s: f32,
    silent_s: f32,
    /// 0 = the model's mouth, 1 = at rest.
    rest: f32,
}

impl MouthRest {
    /// Rest for rows of `rig` that are `hop_s` seconds apart.
    pub fn new(rig: &Rig, hop_s: f32) -> Self {
        let moves =
            |name: &str| touches_lips(name) && part(name).is_some_and(|part| !part.starts_with("teeth"));
        let columns = (0..rig.columns().len()).filter(|&at| moves(&rig.columns()[at].name)).collect();
        Self { columns, hop_s, silent_s: 0.0, rest: 0.0 }
    }

    /// Eases the next row, given the level heard up to the look-ahead and the weight of `neutral` (0..1).
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&mut self, level_db: f32, neutral: f32, row: &mut [f32]) {
        if level_db >= SILENCE_DB {
            self.silent_s = 0.0;
            self.rest = (self.rest - self.hop_s / RETURN_S).max(0.0);
        } else {
            self.silent_s += self.hop_s;
            if self.silent_s > HANGOVER_S {
                self.rest = (self.rest + self.hop_s / EASE_S).min(1.0);
            }
        }
        let left = 1.0 - self.rest * neutral.clamp(0.0, 1.0);
        if left < 1.0 {
            self.columns.iter().for_each(|&column| row[column] *= left);
        }
    }

    /// Forgets all rows.
    pub fn reset(&mut self) {
        self.silent_s = 0.0;
        self.rest = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    const SOUND_DB: f32 = -30.0;
    const NONE_DB: f32 = -77.0;

    /// Share of the jaw that is left at each row, for a level by hop; the neutral weight is constant.
    fn left(levels_db: &[f32], neutral: f32) -> Vec<f32> {
        let rig = Rig::get(RigId::Board185);
        let jaw = rig.index_of("CTRL_C_jaw.ty").unwrap();
        let mut rest = MouthRest::new(rig, 0.02);
        levels_db
            .iter()
            .map(|&level_db| {
                let mut row = vec![1.0; rig.columns().len()];
                rest.apply(level_db, neutral, &mut row);
                row[jaw]
            })
            .collect()
    }

    #[test]
    fn rows_with_sound_and_a_long_plosive_are_untouched() {
        let mut levels_db = vec![SOUND_DB; 20];
        levels_db.extend([NONE_DB; 15]);
        levels_db.extend([SOUND_DB; 20]);
        assert!(left(&levels_db, 1.0).iter().all(|&left| left == 1.0));
    }

    #[test]
    fn the_mouth_rests_in_long_silence_and_is_back_before_the_sound() {
        let mut levels_db = vec![SOUND_DB; 5];
        levels_db.extend([NONE_DB; 60]);
        levels_db.extend([SOUND_DB; 20]);
        let left = left(&levels_db, 1.0);
        assert!(left[..20].iter().all(|&left| left == 1.0));
        assert!(left[30..65].iter().all(|&left| left == 0.0), "{left:?}");
        // Step 65 hears the sound; its row is two hops earlier than the sound, which is row 67.
        assert!(left[66..].iter().all(|&left| left == 1.0), "{left:?}");
        assert!(left.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 0.5 + 1e-6));
    }

    #[test]
    fn an_emotional_face_keeps_its_own_rest_and_a_smile_is_never_touched() {
        assert!(left(&[NONE_DB; 100], 0.0).iter().all(|&left| left == 1.0));
        let rig = Rig::get(RigId::Board185);
        let mut rest = MouthRest::new(rig, 0.02);
        let mut row = vec![1.0; rig.columns().len()];
        (0..100).for_each(|_| rest.apply(NONE_DB, 1.0, &mut row));
        for (control, value) in rig.columns().iter().zip(&row) {
            let moved = touches_lips(&control.name) && !control.name.contains("teeth");
            assert_eq!(*value == 1.0, !moved, "{}", control.name);
        }
    }
}
