//! arkit-52 and metahuman-251.
//!
//! **To MetaHuman**: the weights of the stock mapping pose asset, summed and put into 0..1. Left out is the asset's stray
//! 0.031 of `browLateralL` in ten unrelated poses; `tongueRollDown`, gone since 2022, is `tongueBendDown`. `mouthClose` has
//! no pose: all four `mouthLipsTogether` are `clamp(mouthClose / jawOpen, 0, 1)`, and 0 when the jaw is shut.
//!
//! **From MetaHuman**: the inverse of those weights where poses overlap,
//!
//! - `mouthPucker` = mean of the four `mouthLipsPurse`; `mouthFunnel` = mean of the four `mouthFunnel` less 0.752 of it
//! - `mouthRollLower` = mean of the lower rolls; `mouthRollUpper` = (mean of the upper rolls less 0.499 of it) / 0.998
//! - `browOuterUp` = `browRaiseOuter` of the side; `browInnerUp` = mean over the sides of the larger of `browRaiseIn` less
//!   `browRaiseOuter`, and `browLateral` as far as `browRaiseIn` reaches (so a full raise of both survives the limit at 1)
//! - `mouthDimpleRight` = `mouthDimpleR` less 0.003 of `mouthSmileRight`
//! - `jawForward` = `jawFwd` / 0.999, `tongueOut` = `tongueOut` / 0.769, `cheekPuff` = mean of the `mouthCheekBlow`
//! - every other shape: the mean of the expressions that it drives
//!
//! and then, all of them 0 for a row that came from ARKit,
//!
//! - the stand-ins of `facts/metahuman_to_arkit_extras.csv` are added with their weights and reasons; the two that matter
//!   for speech are the labiodental ones, `mouthLowerLipBite` (0.8 of `mouthRollLower` with both sides) and
//!   `mouthLowerLipTowardsTeeth` (0.5)
//! - `mouthClose` = seal * `jawOpen`, where the seal is the largest of: the mean of the four `mouthLipsTogether`; the mean of
//!   the ten `mouthSticky`; the mean of the six `mouthLipsSticky` phases; the mean of `mouthLipsPress`; the mean of
//!   `mouthStretchLipsClose`; and the mean of the four `mouthLipsTowards` beyond the 0.412 that belongs to the pucker.
//!   `mouthPress` does not count: it has ARKit twins of its own (`mouthPressLeft/Right`), which close the lips there.
//!
//! Dropped, because no ARKit shape resembles them: `browLateral` alone, ears, lashes, pupils, `eyeLowerLidDown`,
//! `eyeParallelLookDirection`, nostrils, `mouthUp/Down`, cheek suck, `mouthLipsBlow` alone, lip thickness and pull, rolls
//! outwards, corner sharpness, `jawBack`, chin compress, clench, teeth, neck, and the tongue other than `tongueOut`.
//!
//! Eye angles follow the eye shapes by a linear fit to two captures of the Live Link Face app (r2 0.94..0.97 for yaw and
//! 0.999 for pitch); rolls are 0.

use std::sync::LazyLock;

use crate::build::{arkit_name, is_stray_weight, position};
use crate::facts::{FACTS, number, text};
use crate::map::{LIVE_LINK_UNIT_DEGREES, MetahumanHead};
use crate::rig::{Rig, RigId};

/// Eye yaw outwards and inwards, pitch down and up, in Live Link units for a full eye shape.
const EYE_YAW_OUT: f32 = 0.64;
const EYE_YAW_IN: f32 = 0.54;
const EYE_PITCH_DOWN: f32 = 0.616;
const EYE_PITCH_UP: f32 = 0.445;

/// First of HeadYaw, HeadPitch, HeadRoll, then left and right eye yaw, pitch, roll.
const HEAD: usize = 52;

struct Weight {
    arkit: usize,
    metahuman: usize,
    weight: f32,
}

pub(super) struct Tables {
    poses: Vec<Weight>,
    /// For every one of the 52 shapes, the expressions whose mean it is.
    means: Vec<Vec<usize>>,
    extras: Vec<Weight>,
    /// Groups of expressions of which each alone can seal the lips.
    seals: Vec<Vec<usize>>,
    lips_together: Vec<usize>,
    lips_towards: Vec<usize>,
    brow_raise_in: [usize; 2],
    brow_raise_outer: [usize; 2],
    brow_lateral: [usize; 2],
    shape: Shapes,
    weight: Overlaps,
}

/// Columns in arkit-52.
struct Shapes {
    jaw_open: usize,
    mouth_close: usize,
    funnel: usize,
    pucker: usize,
    roll_lower: usize,
    roll_upper: usize,
    brow_inner_up: usize,
    smile_right: usize,
    dimple_right: usize,
    scaled: [(usize, f32); 2],
    /// In, out, up, down of the left and of the right eye.
    eyes: [[usize; 4]; 2],
}

/// Weights with which one pose leans on the main expression of another.
struct Overlaps {
    pucker_on_funnel: f32,
    pucker_on_towards: f32,
    lower_on_upper_roll: f32,
    upper_roll: f32,
    smile_on_dimple_right: f32,
}

pub(super) fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(build);
    &TABLES
}

fn build() -> Tables {
    let rig = Rig::get(RigId::Arkit52);
    let shape = |live_link: &str| {
        rig.index_of(&arkit_name(live_link))
            .unwrap_or_else(|| panic!("embedded tables: no ARKit shape {live_link}"))
    };
    let expression = |name: &str| {
        let replaced = FACTS
            .legacy_controls
            .iter()
            .find(|row| text(row, "name") == name)
            .map(|row| text(row, "replacement"));
        let current = replaced.filter(|replacement| !replacement.is_empty()).unwrap_or(name);
        position(current).unwrap_or_else(|| panic!("embedded tables: no expression {name}"))
    };
    let starting_with = |prefixes: &[&str]| -> Vec<usize> {
        FACTS
            .raw_controls
            .iter()
            .enumerate()
            .filter(|(_, row)| {
                prefixes.iter().any(|prefix| crate::build::stem(text(row, "name")).starts_with(prefix))
            })
            .map(|(index, _)| index)
            .collect()
    };
    let sides = |stem: &str| {
        [expression(&format!("CTRL_expressions_{stem}L")), expression(&format!("CTRL_expressions_{stem}R"))]
    };
    let weights = |rows: &[crate::facts::FactRow]| -> Vec<Weight> {
        rows.iter()
            .filter(|row| {
                !text(row, "weight").is_empty() && text(row, "arkit") != "MouthClose" && !is_stray_weight(row)
            })
            .map(|row| Weight {
                arkit: shape(text(row, "arkit")),
                metahuman: expression(text(row, "metahuman_curve")),
                weight: number(row, "weight"),
            })
            .collect()
    };
    let poses = weights(&FACTS.arkit_weights);
    let weight_of = |live_link: &str, name: &str| {
        let (arkit, metahuman) = (shape(live_link), expression(name));
        let found = poses.iter().find(|pose| pose.arkit == arkit && pose.metahuman == metahuman);
        found
            .map_or_else(|| panic!("embedded tables: no weight of {live_link} on {name}"), |pose| pose.weight)
    };
    // A shape is read back from the expressions that it drives fully. The ones that other shapes share, and the one
    // that is scaled down, are named.
    let means = (0..52)
        .map(|arkit| match rig.columns()[arkit].name.as_str() {
            "mouthPucker" => starting_with(&["mouthLipsPurse"]),
            "mouthRollLower" => starting_with(&["mouthLowerLipRollIn"]),
            "browOuterUpLeft" => vec![sides("browRaiseOuter")[0]],
            "browOuterUpRight" => vec![sides("browRaiseOuter")[1]],
            "cheekPuff" => starting_with(&["mouthCheekBlow"]),
            "tongueOut" => vec![expression("CTRL_expressions_tongueOut")],
            _ => poses
                .iter()
                .filter(|pose| pose.arkit == arkit && pose.weight > 0.9)
                .map(|pose| pose.metahuman)
                .collect(),
        })
        .collect();
    let eye = |side: &str| ["In", "Out", "Up", "Down"].map(|way| shape(&format!("EyeLook{way}{side}")));
    Tables {
        means,
        extras: weights(&FACTS.arkit_extras),
        seals: [
            &["mouthLipsTogether"][..],
            &["mouthSticky"],
            &["mouthLipsSticky"],
            &["mouthLipsPress"],
            &["mouthStretchLipsClose"],
        ]
        .map(starting_with)
        .into(),
        lips_together: starting_with(&["mouthLipsTogether"]),
        lips_towards: starting_with(&["mouthLipsTowards"]),
        brow_raise_in: sides("browRaiseIn"),
        brow_raise_outer: sides("browRaiseOuter"),
        brow_lateral: sides("browLateral"),
        shape: Shapes {
            jaw_open: shape("JawOpen"),
            mouth_close: shape("MouthClose"),
            funnel: shape("MouthFunnel"),
            pucker: shape("MouthPucker"),
            roll_lower: shape("MouthRollLower"),
            roll_upper: shape("MouthRollUpper"),
            brow_inner_up: shape("BrowInnerUp"),
            smile_right: shape("MouthSmileRight"),
            dimple_right: shape("MouthDimpleRight"),
            scaled: [
                (shape("JawForward"), weight_of("JawForward", "CTRL_expressions_jawFwd")),
                (shape("TongueOut"), weight_of("TongueOut", "CTRL_expressions_tongueOut")),
            ],
            eyes: [eye("Left"), eye("Right")],
        },
        weight: Overlaps {
            pucker_on_funnel: weight_of("MouthPucker", "CTRL_expressions_mouthFunnelUL"),
            pucker_on_towards: weight_of("MouthPucker", "CTRL_expressions_mouthLipsTowardsUL"),
            lower_on_upper_roll: weight_of("MouthRollLower", "CTRL_expressions_mouthUpperLipRollInL"),
            upper_roll: weight_of("MouthRollUpper", "CTRL_expressions_mouthUpperLipRollInL"),
            smile_on_dimple_right: weight_of("MouthSmileRight", "CTRL_expressions_mouthDimpleR"),
        },
        poses,
    }
}

/// Rows have 61 and 257 values.
pub(super) fn to_metahuman(arkit: &[f32], metahuman: &mut [f32]) {
    let tables = tables();
    metahuman.fill(0.0);
    for pose in &tables.poses {
        metahuman[pose.metahuman] += pose.weight * unit(arkit[pose.arkit]);
    }
    let jaw_open = unit(arkit[tables.shape.jaw_open]);
    let together = if jaw_open == 0.0 { 0.0 } else { unit(unit(arkit[tables.shape.mouth_close]) / jaw_open) };
    for expression in &tables.lips_together {
        metahuman[*expression] = together;
    }
    for value in &mut metahuman[..MetahumanHead::PITCH] {
        *value = unit(*value);
    }
    let degrees = |column: usize| arkit[column] * LIVE_LINK_UNIT_DEGREES;
    MetahumanHead::write(metahuman, degrees(HEAD + 1), degrees(HEAD), degrees(HEAD + 2));
}

/// Rows have 257 and 61 values.
pub(super) fn from_metahuman(metahuman: &[f32], arkit: &mut [f32]) {
    let tables = tables();
    let (shape, weight) = (&tables.shape, &tables.weight);
    let value = |expression: usize| unit(metahuman[expression]);
    let mean = |expressions: &[usize]| -> f32 {
        expressions.iter().map(|expression| value(*expression)).sum::<f32>() / expressions.len().max(1) as f32
    };
    arkit.fill(0.0);
    for (shape, expressions) in arkit.iter_mut().zip(&tables.means) {
        *shape = mean(expressions);
    }
    for (scaled, share) in shape.scaled {
        arkit[scaled] = unit(arkit[scaled] / share);
    }
    let pucker = arkit[shape.pucker];
    arkit[shape.funnel] = unit(arkit[shape.funnel] - weight.pucker_on_funnel * pucker);
    arkit[shape.roll_upper] = unit(
        (arkit[shape.roll_upper] - weight.lower_on_upper_roll * arkit[shape.roll_lower]) / weight.upper_roll,
    );
    arkit[shape.dimple_right] =
        unit(arkit[shape.dimple_right] - weight.smile_on_dimple_right * arkit[shape.smile_right]);
    let inner_up = |side: usize| {
        let raise_in = value(tables.brow_raise_in[side]);
        let beyond_outer = raise_in - value(tables.brow_raise_outer[side]);
        beyond_outer.max(value(tables.brow_lateral[side]).min(raise_in)).max(0.0)
    };
    arkit[shape.brow_inner_up] = (inner_up(0) + inner_up(1)) / 2.0;

    for extra in &tables.extras {
        arkit[extra.arkit] = unit(arkit[extra.arkit] + extra.weight * value(extra.metahuman));
    }
    let towards = (mean(&tables.lips_towards) - weight.pucker_on_towards * pucker).max(0.0);
    let seal = tables.seals.iter().map(|group| mean(group)).fold(towards, f32::max);
    arkit[shape.mouth_close] = unit(seal) * arkit[shape.jaw_open];

    let (pitch, yaw, roll) = MetahumanHead::read(metahuman);
    for (column, degrees) in [yaw, pitch, roll].into_iter().enumerate() {
        arkit[HEAD + column] = degrees / LIVE_LINK_UNIT_DEGREES;
    }
    for (eye, outwards) in [-1.0, 1.0].into_iter().enumerate() {
        let [look_in, look_out, look_up, look_down] = shape.eyes[eye].map(|column| arkit[column]);
        arkit[HEAD + 3 + 3 * eye] = outwards * (EYE_YAW_OUT * look_out - EYE_YAW_IN * look_in);
        arkit[HEAD + 4 + 3 * eye] = EYE_PITCH_DOWN * look_down - EYE_PITCH_UP * look_up;
    }
}

fn unit(value: f32) -> f32 {
    value.clamp(0.0, 1.0)
}
