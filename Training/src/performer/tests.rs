use super::*;
use crate::phones::Phone;

fn speak(symbols: &str, phone_s: f64) -> Vec<PhoneSpan> {
    symbols
        .split_whitespace()
        .enumerate()
        .map(|(index, symbol)| PhoneSpan {
            phone: Phone::from_ipa(symbol).expect("a phone of the inventory"),
            start_s: 0.3 + index as f64 * phone_s,
            end_s: 0.3 + (index + 1) as f64 * phone_s,
            stress: 0,
        })
        .collect()
}

fn voice(hops: usize) -> Prosody {
    let samples: Vec<f32> = (0..hops * 320)
        .map(|n| {
            0.2 * (n as f32 * std::f32::consts::TAU * (120.0 + 60.0 * (n as f32 / 9000.0).sin()) / 16000.0)
                .sin()
        })
        .collect();
    Prosody::of(&samples)
}

fn act(phones: &[PhoneSpan], emotion: [f32; EMOTION_COUNT], dials: [f32; STYLE_COUNT]) -> Performance {
    let hops = 110;
    perform(&Script { phones, prosody: &voice(hops), hops, emotion: &[emotion], style: dials })
}

fn blends() -> Vec<[f32; EMOTION_COUNT]> {
    let mut blends = vec![
        emotion::neutral(),
        [0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [1.0 / EMOTION_COUNT as f32; EMOTION_COUNT],
    ];
    for index in 1..EMOTION_COUNT {
        let mut one = [0.0; EMOTION_COUNT];
        one[index] = 1.0;
        blends.push(one);
    }
    blends
}

fn row(performance: &Performance, hop: usize) -> &[f32] {
    &performance.rows[hop * BOARD_COUNT..(hop + 1) * BOARD_COUNT]
}

#[test]
fn lips_close_on_bilabials_whatever_the_emotion_style_and_neighbours() {
    for text in ["a p a m a b a", "u b u m u p u", "i m i p i b i", "s p t m k b s"] {
        for emotion in blends() {
            for dial in [-3.0, 0.0, 3.0] {
                let performance = act(&speak(text, 0.09), emotion, [dial; STYLE_COUNT]);
                for hop in (0..110).filter(|&hop| performance.bilabial[hop] >= 1.0) {
                    let gap_mm = lip_gap_mm(row(&performance, hop));
                    assert!(gap_mm < 0.8, "{text} {emotion:?} dials {dial} hop {hop}: {gap_mm} mm");
                }
            }
        }
    }
}

#[test]
fn lips_stay_apart_on_everything_else_in_mid_phrase() {
    for text in ["a t a s a k a", "u k u ʃ u w u", "i n i l i z i", "f a v i f u v"] {
        let phones = speak(text, 0.12);
        for emotion in blends() {
            let performance = act(&phones, emotion, [0.0; STYLE_COUNT]);
            for phone in &phones[1..] {
                let hop = ((phone.start_s + phone.end_s) / 2.0 / HOP_S).round() as usize;
                let gap_mm = lip_gap_mm(row(&performance, hop));
                assert!(gap_mm > 1.7, "{text} {} {emotion:?}: {gap_mm} mm", phone.phone.symbol());
            }
        }
    }
}

#[test]
fn every_slider_is_monotonic_in_every_control() {
    let phones = speak("a p i s u m a", 0.1);
    for index in 1..EMOTION_COUNT {
        let at = |weight: f32| {
            let mut emotion = emotion::neutral();
            emotion[0] = 1.0 - weight;
            emotion[index] = weight;
            act(&phones, emotion, [0.0; STYLE_COUNT])
        };
        let steps: Vec<Performance> = [0.0, 0.25, 0.5, 0.75, 1.0].map(at).to_vec();
        for cell in 0..steps[0].rows.len() {
            let moves: Vec<f32> =
                steps.windows(2).map(|pair| pair[1].rows[cell] - pair[0].rows[cell]).collect();
            let rises = moves.iter().all(|step| *step > -1e-4);
            let falls = moves.iter().all(|step| *step < 1e-4);
            assert!(rises || falls, "{} control {}: {moves:?}", EMOTION_NAMES[index], cell % BOARD_COUNT);
        }
    }
}

#[test]
fn silence_rests_and_speech_moves() {
    let silent = act(&[], emotion::neutral(), [0.0; STYLE_COUNT]);
    assert!(silent.rows.iter().all(|value| value.abs() < 0.3));
    assert!(lip_gap_mm(row(&silent, 50)) < 1.0);
    let spoken = act(&speak("a m a", 0.1), emotion::neutral(), [0.0; STYLE_COUNT]);
    // 250 ms after the last phone the mouth is at rest again.
    assert!(lip_gap_mm(row(&spoken, 43)) < 1.2);
    let jaw = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185).index_of("CTRL_C_jaw.ty").expect("jaw");
    let widest = (0..110).map(|hop| row(&spoken, hop)[jaw]).fold(0.0, f32::max);
    assert!((0.2..0.7).contains(&widest), "{widest}");
}

#[test]
fn rows_are_finite_and_in_range_for_hostile_scripts() {
    let phones = speak("a p", 0.0);
    let mut hostile = [0.0; EMOTION_COUNT];
    (hostile[0], hostile[2], hostile[4]) = (f32::MAX, 1.0, 9.0);
    let performance = act(&phones, hostile, [f32::NAN; STYLE_COUNT]);
    let rig = cstalk_rig::Rig::get(cstalk_rig::RigId::Board185);
    for (index, value) in performance.rows.iter().enumerate() {
        let control = &rig.columns()[index % BOARD_COUNT];
        assert!(
            value.is_finite() && (control.min..=control.max).contains(value),
            "{} = {value}",
            control.name
        );
    }
}

#[test]
fn only_predicted_controls_move() {
    let predicted = predicted_controls();
    assert!(predicted.iter().filter(|predicted| **predicted).count() > 60);
    for emotion in blends() {
        let performance = act(&speak("a p i θ u f k ʃ", 0.1), emotion, [1.0; STYLE_COUNT]);
        for (index, value) in performance.rows.iter().enumerate() {
            assert!(predicted[index % BOARD_COUNT] || *value == 0.0, "control {}", index % BOARD_COUNT);
        }
    }
}

#[test]
fn the_differentiable_gap_agrees_with_the_mesh_on_closures_and_open_vowels() {
    let model = lip_gap::GapModel::measured();
    assert!(model.product_mm < -30.0, "{}", model.product_mm);
    let performance = act(&speak("a p a m i b e", 0.1), emotion::neutral(), [0.0; STYLE_COUNT]);
    for hop in 0..110 {
        let row = row(&performance, hop);
        let (exact, fast) = (lip_gap_mm(row), model.gap_mm(row));
        assert!((exact - fast).abs() < 0.6, "hop {hop}: {exact} against {fast}");
    }
}
