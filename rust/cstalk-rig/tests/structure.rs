//! The rigs' shape: counts, names, pairs, regions, ranges.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;

use cstalk_rig::{Certainty, Region, Rig, RigId, Side, Unit};

#[test]
fn every_rig_has_its_columns() {
    let cases = [
        (RigId::Board185, 179, 185, "CTRL_L_brow_down.ty", "HeadTranslationZ"),
        (RigId::MetaHuman251, 251, 257, "CTRL_expressions_browDownL", "HeadTranslationZ"),
        (RigId::Arkit52, 52, 61, "eyeBlinkLeft", "RightEyeRoll"),
    ];
    for (id, controls, columns, first, last) in cases {
        let rig = Rig::get(id);
        assert_eq!((rig.id(), rig.control_count(), rig.column_count()), (id, controls, columns));
        assert_eq!(rig.columns().len(), id.column_count());
        assert_eq!(rig.columns()[0].name, first);
        assert_eq!(rig.columns()[columns - 1].name, last);
        assert_eq!(rig.schema_version(), 1);
        let names: HashSet<String> = rig.columns().iter().map(|c| c.name.to_ascii_lowercase()).collect();
        assert_eq!(names.len(), columns, "{id}: names differ in more than case");
        for (index, control) in rig.columns().iter().enumerate() {
            assert_eq!(rig.index_of(&control.name), Some(index));
            assert_eq!(rig.index_of(&control.name.to_uppercase()), Some(index));
            assert!(control.min < control.max, "{}", control.name);
            assert_eq!(control.region == Region::Head, control.name.starts_with("Head"), "{}", control.name);
            assert_eq!(index < controls, control.unit == Unit::Weight, "{}", control.name);
        }
        assert_eq!(rig.index_of("no such control"), None);
    }
}

#[test]
fn the_board_ends_in_its_eleven_extra_columns() {
    let board = Rig::get(RigId::Board185);
    let names: Vec<&str> = board.columns()[174..].iter().map(|c| c.name.as_str()).collect();
    let wanted = [
        "CTRL_C_eye.tx",
        "CTRL_C_eye.ty",
        "CTRL_L_mouth_lipsPressD.ty",
        "CTRL_R_mouth_lipsPressD.ty",
        "CTRL_lookAtSwitch",
        "HeadPitch",
        "HeadYaw",
        "HeadRoll",
        "HeadTranslationX",
        "HeadTranslationY",
        "HeadTranslationZ",
    ];
    assert_eq!(names, wanted);
}

#[test]
fn expressions_stand_in_byte_order_and_shapes_in_packet_order() {
    let metahuman = Rig::get(RigId::MetaHuman251);
    let names: Vec<&str> = metahuman.columns()[..251].iter().map(|c| c.name.as_str()).collect();
    assert!(names.is_sorted());
    let arkit = Rig::get(RigId::Arkit52);
    for (name, udp_index) in
        [("jawLeft", 15), ("jawRight", 16), ("mouthClose", 18), ("mouthLeft", 21), ("HeadYaw", 52)]
    {
        assert_eq!(arkit.index_of(name), Some(udp_index), "{name}");
    }
}

#[test]
fn every_pair_is_mutual_and_alike() {
    for id in RigId::ALL {
        let columns = Rig::get(id).columns();
        for (index, control) in columns.iter().enumerate() {
            assert!(control.mirror_sign == 1.0 || control.mirror_sign == -1.0);
            let Some(pair) = control.pair else {
                assert_eq!(
                    control.side,
                    Side::Center,
                    "{}: a control of one side has a partner",
                    control.name
                );
                continue;
            };
            let partner = &columns[pair];
            assert_eq!(partner.pair, Some(index), "{} and {}", control.name, partner.name);
            assert_ne!(pair, index, "{}", control.name);
            assert_eq!(control.mirror_sign, partner.mirror_sign, "{} and {}", control.name, partner.name);
            assert_eq!(control.region, partner.region, "{} and {}", control.name, partner.name);
            let opposite = match control.side {
                Side::Left => Side::Right,
                Side::Right => Side::Left,
                Side::Center => Side::Center,
            };
            assert_eq!(partner.side, opposite, "{} and {}", control.name, partner.name);
        }
    }
}

#[test]
fn mirroring_knows_directions() {
    let cases = [
        (RigId::Board185, "CTRL_L_eye.tx", Some("CTRL_R_eye.tx"), -1.0),
        (RigId::Board185, "CTRL_L_eye.ty", Some("CTRL_R_eye.ty"), 1.0),
        (RigId::Board185, "CTRL_C_eye.tx", None, -1.0),
        (RigId::Board185, "CTRL_C_jaw.tx", None, -1.0),
        (RigId::Board185, "CTRL_C_jaw.ty", None, 1.0),
        (RigId::Board185, "CTRL_C_mouth_lipShiftD.ty", None, -1.0),
        (RigId::Board185, "CTRL_C_tongue_bendTwist.tx", None, -1.0),
        (RigId::Board185, "CTRL_C_teethU.tx", None, -1.0),
        (RigId::Board185, "CTRL_L_mouth_corner.tx", Some("CTRL_R_mouth_corner.tx"), 1.0),
        (RigId::Board185, "CTRL_L_nose_wrinkleUpper.ty", Some("CTRL_R_nose_wrinkleUpper.ty"), 1.0),
        (RigId::Board185, "HeadYaw", None, -1.0),
        (RigId::Board185, "HeadPitch", None, 1.0),
        (RigId::MetaHuman251, "CTRL_expressions_eyeLookLeftL", Some("CTRL_expressions_eyeLookRightR"), 1.0),
        (RigId::MetaHuman251, "CTRL_expressions_jawLeft", Some("CTRL_expressions_jawRight"), 1.0),
        (RigId::MetaHuman251, "HeadYaw", None, 1.0),
        (RigId::MetaHuman251, "HeadRoll", None, -1.0),
        (RigId::Arkit52, "mouthLeft", Some("mouthRight"), 1.0),
        (RigId::Arkit52, "LeftEyeYaw", Some("RightEyeYaw"), -1.0),
        (RigId::Arkit52, "LeftEyePitch", Some("RightEyePitch"), 1.0),
    ];
    for (id, name, pair, sign) in cases {
        let rig = Rig::get(id);
        let control = &rig.columns()[rig.index_of(name).unwrap()];
        assert_eq!(control.pair.map(|pair| rig.columns()[pair].name.as_str()), pair, "{name}");
        assert_eq!(control.mirror_sign, sign, "{name}");
    }
}

#[test]
fn regions_follow_the_names() {
    let cases = [
        ("CTRL_L_brow_raiseIn.ty", Region::Brow),
        ("CTRL_R_eye_blink.ty", Region::Eyelid),
        ("CTRL_L_eye_squintInner.ty", Region::CheekSquint),
        ("CTRL_C_eye.tx", Region::Gaze),
        ("CTRL_L_eyelashes_tweakerIn.ty", Region::Lash),
        ("CTRL_R_nose_wrinkleUpper.ty", Region::Nose),
        ("CTRL_L_mouth_cornerPull.ty", Region::MouthCorners),
        ("CTRL_L_mouth_funnelU.ty", Region::UpperLip),
        ("CTRL_L_mouth_purseD.ty", Region::LowerLip),
        ("CTRL_L_mouth_lipBiteD.ty", Region::LowerLip),
        ("CTRL_L_mouth_lipsTogetherD.ty", Region::LipClosure),
        ("CTRL_C_jaw.ty", Region::JawChin),
        ("CTRL_C_tongue_inOut.ty", Region::Tongue),
        ("CTRL_C_teethU.tx", Region::Teeth),
        ("CTRL_L_ear_up.ty", Region::NeckEar),
        ("HeadPitch", Region::Head),
    ];
    let board = Rig::get(RigId::Board185);
    for (name, region) in cases {
        assert_eq!(board.columns()[board.index_of(name).unwrap()].region, region, "{name}");
    }
    for region in Region::ALL {
        assert_eq!(region.name().parse::<Region>().unwrap(), region);
        assert_eq!(Region::ALL[region.index()], region);
        assert!(board.columns().iter().any(|control| control.region == region), "{region} is on the board");
    }
}

#[test]
fn uncertain_facts_stay_flagged() {
    let board = Rig::get(RigId::Board185);
    let count = |certainty| board.columns()[..178].iter().filter(|c| c.certainty == certainty).count();
    // The table's 5, 27 and 4, and the two disputed nose channels that it calls high.
    assert_eq!(count(Certainty::Medium), 5);
    assert_eq!(count(Certainty::Single), 27);
    assert_eq!(count(Certainty::Conflict), 6);
}

#[test]
fn names_of_rigs_and_mirrors_of_wrong_rows() {
    for id in RigId::ALL {
        assert_eq!(id.to_string().parse::<RigId>().unwrap(), id);
    }
    for (text, id) in
        [("board", RigId::Board185), ("metahuman", RigId::MetaHuman251), ("arkit", RigId::Arkit52)]
    {
        assert_eq!(text.parse::<RigId>().unwrap(), id);
    }
    assert!("ARKit".parse::<RigId>().unwrap_err().to_string().contains("arkit-52"));
    let error = Rig::get(RigId::Arkit52).mirror(&[0.0; 60], &mut [0.0; 61]).unwrap_err();
    assert_eq!(error.to_string(), "row of arkit-52: wanted 61 values, got 60");
}
