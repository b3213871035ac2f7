//! The maps between rigs: tables of known cases, and round trips.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_rig::map::LIVE_LINK_UNIT_DEGREES;
use cstalk_rig::{ErrorKind, Rig, RigId, RigMap};
use proptest::prelude::*;

/// Values that are given and values that are wanted; everything else is 0.
type Case<'a> = (&'a [(&'a str, f32)], &'a [(&'a str, f32)]);

const DISPUTED: [&str; 2] = ["CTRL_R_nose_nasolabialDeepen.ty", "CTRL_R_nose_wrinkleUpper.ty"];

fn row(rig: RigId, values: &[(&str, f32)]) -> Vec<f32> {
    let columns = Rig::get(rig);
    let mut row = vec![0.0; rig.column_count()];
    for (name, value) in values {
        row[columns.index_of(name).unwrap_or_else(|| panic!("{name}"))] = *value;
    }
    row
}

fn mapped(from: RigId, to: RigId, row: &[f32]) -> Vec<f32> {
    let mut out = vec![f32::NAN; to.column_count()];
    RigMap::between(from, to).unwrap().apply(row, &mut out).unwrap();
    out
}

/// Every column of the row that is not 0, for comparing against a table.
fn moving(rig: RigId, row: &[f32]) -> Vec<(String, f32)> {
    let names = Rig::get(rig).columns().iter().map(|control| control.name.replace("CTRL_expressions_", ""));
    names.zip(row).filter(|(_, value)| value.abs() > 1e-6).map(|(name, value)| (name, *value)).collect()
}

#[track_caller]
fn check(from: RigId, to: RigId, given: &[(&str, f32)], wanted: &[(&str, f32)]) {
    let got = moving(to, &mapped(from, to, &row(from, given)));
    let mut wanted: Vec<(String, f32)> =
        wanted.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let mut sorted = got.clone();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    let names = |pairs: &[(String, f32)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&sorted), names(&wanted), "{given:?} gives {got:?}");
    for ((name, got), (_, wanted)) in sorted.iter().zip(&wanted) {
        assert!((got - wanted).abs() < 1e-5, "{given:?}: {name}: wanted {wanted}, got {got}");
    }
}

#[test]
fn board_channels_drive_the_expressions_of_the_sign_table() {
    let cases: &[Case<'_>] = &[
        (&[("CTRL_C_jaw.ty", 0.5)], &[("jawOpen", 0.5)]),
        (&[("CTRL_L_eye_blink.ty", 0.7)], &[("eyeBlinkL", 0.7)]),
        (&[("CTRL_L_eye_blink.ty", -0.7)], &[("eyeWidenL", 0.7)]),
        (&[("CTRL_C_jaw_fwdBack.ty", 0.3)], &[("jawBack", 0.3)]),
        (&[("CTRL_C_jaw_fwdBack.ty", -0.3)], &[("jawFwd", 0.3)]),
        (&[("CTRL_C_tongue_inOut.ty", -0.4)], &[("tongueOut", 0.4)]),
        (&[("CTRL_C_jaw.tx", 0.4)], &[("jawLeft", 0.4)]),
        (&[("CTRL_R_mouth_lipsRollD.ty", -0.4)], &[("mouthLowerLipRollOutR", 0.4)]),
        (&[("CTRL_C_eye.tx", 0.5)], &[("eyeLookLeftL", 0.5), ("eyeLookLeftR", 0.5)]),
        (&[("CTRL_C_eye.ty", -0.5), ("CTRL_L_eye.ty", 0.2)], &[("eyeLookDownL", 0.3), ("eyeLookDownR", 0.5)]),
        (&[("CTRL_C_eye.tx", 1.0), ("CTRL_R_eye.tx", 1.0)], &[("eyeLookLeftL", 1.0), ("eyeLookLeftR", 1.0)]),
        (
            &[("CTRL_L_mouth_lipSticky.ty", 0.6)],
            &[("mouthLipsStickyLPh1", 0.6), ("mouthLipsStickyLPh2", 0.6), ("mouthLipsStickyLPh3", 0.6)],
        ),
        (
            &[("CTRL_C_neck_swallow.ty", 0.6)],
            &[
                ("neckSwallowPh1", 0.6),
                ("neckSwallowPh2", 0.6),
                ("neckSwallowPh3", 0.6),
                ("neckSwallowPh4", 0.6),
            ],
        ),
        (
            &[("CTRL_L_mouth_lipsPressU.ty", 0.6), ("CTRL_L_mouth_lipsPressD.ty", 0.9)],
            &[("mouthLipsPressL", 0.6)],
        ),
        (&[("CTRL_lookAtSwitch", 1.0)], &[]),
        // Both halves of the disputed right channels.
        (&[("CTRL_R_nose_wrinkleUpper.ty", 0.6)], &[("noseWrinkleUpperR", 0.6)]),
        (&[("CTRL_R_nose_wrinkleUpper.ty", -0.6)], &[("noseWrinkleUpperR", 0.6)]),
        // Out of range is put into it.
        (&[("CTRL_C_jaw.ty", -3.0), ("CTRL_L_eye_blink.ty", -3.0)], &[("eyeWidenL", 1.0)]),
        (
            &[("HeadPitch", 10.0), ("HeadYaw", 20.0), ("HeadRoll", 5.0), ("HeadTranslationX", -2.0)],
            &[("HeadYaw", -10.0), ("HeadRoll", 20.0), ("HeadPitch", 5.0), ("HeadTranslationX", -2.0)],
        ),
    ];
    for (given, wanted) in cases {
        check(RigId::Board185, RigId::MetaHuman251, given, wanted);
    }
}

#[test]
fn every_expression_is_reached_from_the_board() {
    let mut reached = [false; 257];
    for column in 0..179 {
        for value in [-1.0, 1.0] {
            let mut board = vec![0.0; 185];
            board[column] = value;
            for (reached, value) in
                reached.iter_mut().zip(mapped(RigId::Board185, RigId::MetaHuman251, &board))
            {
                *reached |= value > 0.0;
            }
        }
    }
    assert!(reached[..251].iter().all(|reached| *reached));
}

#[test]
fn arkit_shapes_drive_the_expressions_of_the_stock_mapping() {
    let cases: &[Case<'_>] = &[
        (&[("jawOpen", 0.5)], &[("jawOpen", 0.5)]),
        (&[("jawForward", 1.0)], &[("jawFwd", 0.999)]),
        (&[("browDownLeft", 1.0)], &[("browDownL", 1.0)]),
        (
            &[("browInnerUp", 0.4)],
            &[("browRaiseInL", 0.4), ("browRaiseInR", 0.4), ("browLateralL", 0.4), ("browLateralR", 0.4)],
        ),
        (&[("browOuterUpLeft", 0.4)], &[("browRaiseInL", 0.4), ("browRaiseOuterL", 0.4)]),
        (&[("eyeLookInLeft", 0.4)], &[("eyeLookRightL", 0.4)]),
        (&[("eyeLookOutRight", 0.4)], &[("eyeLookRightR", 0.4)]),
        (
            &[("mouthRollLower", 0.5)],
            &[
                ("mouthLowerLipRollInL", 0.5),
                ("mouthLowerLipRollInR", 0.5),
                ("mouthUpperLipRollInL", 0.2495),
                ("mouthUpperLipRollInR", 0.2495),
            ],
        ),
        (
            &[("tongueOut", 1.0)],
            &[
                ("tongueOut", 0.769),
                ("tongueDown", 0.826),
                ("tongueWide", 0.628),
                ("tongueBendDown", 0.2473),
                ("tongueRight", 0.07),
            ],
        ),
        (&[("mouthPressLeft", 0.5)], &[("mouthPressUL", 0.5), ("mouthPressDL", 0.5)]),
        (
            &[("mouthClose", 0.1), ("jawOpen", 0.4)],
            &[
                ("jawOpen", 0.4),
                ("mouthLipsTogetherUL", 0.25),
                ("mouthLipsTogetherUR", 0.25),
                ("mouthLipsTogetherDL", 0.25),
                ("mouthLipsTogetherDR", 0.25),
            ],
        ),
        (&[("mouthClose", 0.5)], &[]),
        (
            &[("HeadYaw", 0.2), ("HeadPitch", 0.1), ("HeadRoll", -0.1)],
            &[("HeadRoll", 10.0), ("HeadYaw", -5.0), ("HeadPitch", -5.0)],
        ),
    ];
    for (given, wanted) in cases {
        check(RigId::Arkit52, RigId::MetaHuman251, given, wanted);
    }
    let pucker = mapped(RigId::Arkit52, RigId::MetaHuman251, &row(RigId::Arkit52, &[("mouthPucker", 1.0)]));
    assert_eq!(moving(RigId::MetaHuman251, &pucker).len(), 12);
}

#[test]
fn expressions_without_a_twin_have_a_stand_in() {
    const P: &str = "CTRL_expressions_";
    let cases: &[Case<'_>] = &[
        // Lips together shut the mouth by as much as the jaw opens it.
        (&[("jawOpen", 0.4), ("mouthLipsTogether*", 1.0)], &[("jawOpen", 0.4), ("mouthClose", 0.4)]),
        (&[("jawOpen", 0.4), ("mouthLipsTogether*", 0.5)], &[("jawOpen", 0.4), ("mouthClose", 0.2)]),
        (&[("jawOpen", 0.4), ("mouthSticky*", 1.0)], &[("jawOpen", 0.4), ("mouthClose", 0.4)]),
        (&[("jawOpen", 0.4), ("mouthLipsSticky*", 1.0)], &[("jawOpen", 0.4), ("mouthClose", 0.4)]),
        (&[("jawOpen", 0.4), ("mouthLipsTowards*", 1.0)], &[("jawOpen", 0.4), ("mouthClose", 0.4)]),
        (
            &[("jawOpen", 0.4), ("mouthLipsPress*", 0.5)],
            &[("jawOpen", 0.4), ("mouthClose", 0.2), ("mouthPressLeft", 0.5), ("mouthPressRight", 0.5)],
        ),
        (
            &[("jawOpen", 0.4), ("mouthPress*", 0.5)],
            &[("jawOpen", 0.4), ("mouthPressLeft", 0.5), ("mouthPressRight", 0.5)],
        ),
        (&[("mouthLipsTogether*", 1.0)], &[]),
        // The towards of a pucker is the pucker's own.
        (
            &[
                ("jawOpen", 0.4),
                ("mouthLipsPurse*", 0.5),
                ("mouthLipsTowards*", 0.206),
                ("mouthFunnel*", 0.376),
            ],
            &[("jawOpen", 0.4), ("mouthPucker", 0.5)],
        ),
        (&[("mouthFunnel*", 0.6)], &[("mouthFunnel", 0.6)]),
        (&[("mouthLowerLipBite*", 1.0)], &[("mouthRollLower", 0.8)]),
        (&[("mouthLowerLipTowardsTeeth*", 1.0)], &[("mouthRollLower", 0.5)]),
        (&[("browRaiseIn*", 0.5)], &[("browInnerUp", 0.5)]),
        (&[("browLateral*", 0.5)], &[]),
        (
            &[("browRaiseIn*", 0.5), ("browRaiseOuter*", 0.5)],
            &[("browOuterUpLeft", 0.5), ("browOuterUpRight", 0.5)],
        ),
        (&[("mouthUpperLipRollIn*", 0.499)], &[("mouthRollUpper", 0.5)]),
        (&[("neckSwallow*", 1.0), ("teeth*", 1.0), ("eyelashes*", 1.0)], &[]),
    ];
    for (given, wanted) in cases {
        let mut metahuman = vec![0.0; 257];
        for (pattern, value) in *given {
            let start = format!("{P}{}", pattern.trim_end_matches('*'));
            let matches = |name: &str| name == start || (pattern.ends_with('*') && name.starts_with(&start));
            for (control, slot) in Rig::get(RigId::MetaHuman251).columns().iter().zip(&mut metahuman) {
                if matches(&control.name) {
                    *slot = *value;
                }
            }
        }
        let arkit = mapped(RigId::MetaHuman251, RigId::Arkit52, &metahuman);
        let got = moving(RigId::Arkit52, &arkit);
        assert_eq!(got.len(), wanted.len(), "{given:?} gives {got:?}");
        for (name, value) in *wanted {
            let found = got.iter().find(|(got, _)| got == name).map(|(_, value)| *value);
            assert!(found.is_some_and(|found| (found - value).abs() < 1e-5), "{given:?} gives {got:?}");
        }
    }
}

#[test]
fn wrong_rows_are_refused_and_the_same_rig_is_the_identity() {
    let map = RigMap::between(RigId::Board185, RigId::Arkit52).unwrap();
    assert_eq!((map.from(), map.to()), (RigId::Board185, RigId::Arkit52));
    let error = map.apply(&[0.0; 184], &mut [0.0; 61]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    assert_eq!(error.to_string(), "row of board-185: wanted 185 values, got 184");
    assert!(map.apply(&[0.0; 185], &mut [0.0; 62]).is_err());
    for id in RigId::ALL {
        let row: Vec<f32> = (0..id.column_count()).map(|k| k as f32).collect();
        assert_eq!(mapped(id, id, &row), row);
    }
}

fn weights(rig: RigId) -> impl Strategy<Value = Vec<f32>> {
    let ranges: Vec<_> = Rig::get(rig).columns().iter().map(|control| control.min..=control.max).collect();
    // Half of the values rest, as they do in a face.
    let value = |range: std::ops::RangeInclusive<f32>| prop_oneof![Just(0.0_f32), range];
    ranges.into_iter().map(value).collect::<Vec<_>>()
}

fn close(a: &[f32], b: &[f32], tolerance: f32, rig: RigId) {
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= tolerance, "{}: {a} {b}", Rig::get(rig).columns()[index].name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn board_survives_the_way_through_metahuman(mut board in weights(RigId::Board185)) {
        let rig = Rig::get(RigId::Board185);
        for name in ["CTRL_C_eye.tx", "CTRL_C_eye.ty", "CTRL_L_mouth_lipsPressD.ty", "CTRL_R_mouth_lipsPressD.ty", "CTRL_lookAtSwitch"] {
            board[rig.index_of(name).unwrap()] = 0.0;
        }
        for name in DISPUTED {
            let column = rig.index_of(name).unwrap();
            board[column] = board[column].abs();
        }
        let metahuman = mapped(RigId::Board185, RigId::MetaHuman251, &board);
        close(&mapped(RigId::MetaHuman251, RigId::Board185, &metahuman), &board, 1e-6, RigId::Board185);
    }

    #[test]
    fn arkit_survives_the_way_through_metahuman(mut arkit in weights(RigId::Arkit52)) {
        let rig = Rig::get(RigId::Arkit52);
        let at = |name: &str| rig.index_of(name).unwrap();
        // Make the row well formed, as the module's documentation defines it.
        arkit[at("mouthClose")] = arkit[at("mouthClose")].min(arkit[at("jawOpen")]);
        arkit[at("mouthFunnel")] = arkit[at("mouthFunnel")].min(1.0 - 0.752 * arkit[at("mouthPucker")]);
        arkit[at("mouthRollUpper")] = arkit[at("mouthRollUpper")].min((1.0 - 0.499 * arkit[at("mouthRollLower")]) / 0.998);
        arkit[at("mouthDimpleRight")] = arkit[at("mouthDimpleRight")].min(1.0 - 0.003 * arkit[at("mouthSmileRight")]);
        for to in [RigId::MetaHuman251, RigId::Board185] {
            let mut arkit = arkit.clone();
            if to == RigId::Board185 {
                // A board channel has one half at a time.
                for (one, other) in [
                    ("eyeBlinkLeft", "eyeWideLeft"), ("eyeBlinkRight", "eyeWideRight"), ("jawLeft", "jawRight"),
                    ("mouthLeft", "mouthRight"), ("eyeLookInLeft", "eyeLookOutLeft"), ("eyeLookInRight", "eyeLookOutRight"),
                    ("eyeLookUpLeft", "eyeLookDownLeft"), ("eyeLookUpRight", "eyeLookDownRight"),
                ] {
                    if arkit[at(one)] > 0.0 {
                        arkit[at(other)] = 0.0;
                    }
                }
            }
            let back = mapped(to, RigId::Arkit52, &mapped(RigId::Arkit52, to, &arkit));
            close(&back[..55], &arkit[..55], 2e-5, RigId::Arkit52);
        }
    }

    #[test]
    fn maps_stay_in_range_whatever_comes_in(wild in prop::collection::vec(-5.0_f32..5.0, 257)) {
        for from in RigId::ALL {
            for to in RigId::ALL {
                if from == to {
                    continue;
                }
                let out = mapped(from, to, &wild[..from.column_count()]);
                for (control, value) in Rig::get(to).columns()[..Rig::get(to).control_count()].iter().zip(out) {
                    prop_assert!((control.min..=control.max).contains(&value), "{} {value}", control.name);
                }
            }
        }
    }

    #[test]
    fn mirroring_twice_is_the_identity(row in prop::collection::vec(-5.0_f32..5.0, 257)) {
        for id in RigId::ALL {
            let (row, rig) = (&row[..id.column_count()], Rig::get(id));
            let (mut once, mut twice) = (row.to_vec(), row.to_vec());
            rig.mirror(row, &mut once).unwrap();
            rig.mirror(&once, &mut twice).unwrap();
            prop_assert_eq!(row, &twice[..]);
        }
    }

    #[test]
    fn mirroring_the_board_mirrors_the_face(mut board in weights(RigId::Board185)) {
        // The left twins of the disputed channels have no negative half to mirror onto.
        for name in DISPUTED {
            let column = Rig::get(RigId::Board185).index_of(name).unwrap();
            board[column] = board[column].abs();
        }
        for to in [RigId::MetaHuman251, RigId::Arkit52] {
            let mut mirrored_board = board.clone();
            Rig::get(RigId::Board185).mirror(&board, &mut mirrored_board).unwrap();
            let face = mapped(RigId::Board185, to, &board);
            let mut mirrored_face = face.clone();
            Rig::get(to).mirror(&face, &mut mirrored_face).unwrap();
            // 0.003: the stock mapping's smile leans on the right dimple only.
            close(&mapped(RigId::Board185, to, &mirrored_board), &mirrored_face, 0.0031, to);
        }
    }
}

#[test]
fn live_link_units_are_the_stock_graph_s() {
    assert_eq!(LIVE_LINK_UNIT_DEGREES, 50.0);
    let arkit = row(RigId::Arkit52, &[("HeadYaw", 0.4), ("HeadPitch", -0.2), ("HeadRoll", 0.1)]);
    let board = mapped(RigId::Arkit52, RigId::Board185, &arkit);
    check(RigId::Arkit52, RigId::Board185, &[("HeadYaw", 0.4)], &[("HeadYaw", 20.0)]);
    let rig = Rig::get(RigId::Board185);
    for (name, degrees) in [("HeadYaw", 20.0), ("HeadPitch", -10.0), ("HeadRoll", 5.0)] {
        assert!((board[rig.index_of(name).unwrap()] - degrees).abs() < 1e-4, "{name}");
    }
    // Looking left with both eyes: the left eye looks out and the right one in.
    let gaze = mapped(RigId::Board185, RigId::Arkit52, &row(RigId::Board185, &[("CTRL_C_eye.tx", 0.5)]));
    let arkit = Rig::get(RigId::Arkit52);
    let at = |name: &str| gaze[arkit.index_of(name).unwrap()];
    assert_eq!((at("eyeLookOutLeft"), at("eyeLookInRight")), (0.5, 0.5));
    assert!(at("LeftEyeYaw") < -0.2 && at("RightEyeYaw") < -0.2);
}
