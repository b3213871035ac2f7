//! Takes: what they refuse, and resampling, slicing, mirroring and merging.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_rig::{CurveRate, Region, Rig, RigId, Take};
use proptest::prelude::*;

fn rate(text: &str) -> CurveRate {
    text.parse().unwrap()
}

/// A take whose jaw is a ramp of one tenth a row.
fn ramp(rows: usize, per_second: &str) -> Take {
    let jaw = Rig::get(RigId::Arkit52).index_of("jawOpen").unwrap();
    let mut take = Take::new(RigId::Arkit52, rate(per_second));
    for k in 0..rows {
        let mut row = [0.0; 61];
        row[jaw] = k as f32 / 10.0;
        take.push_row(&row).unwrap();
    }
    take
}

fn jaw(take: &Take) -> Vec<f32> {
    take.curve(Rig::get(take.rig()).index_of("jawOpen").unwrap()).collect()
}

#[test]
fn numbers_that_are_not_finite_are_refused_by_name() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut values = vec![0.0; 122];
        values[61 + 17] = bad;
        let error =
            Take::from_values(RigId::Arkit52, CurveRate::MODEL, values.clone()).unwrap_err().to_string();
        assert_eq!(error, format!("row 1: jawOpen: wanted a finite number, got {bad}"));
        let mut take = Take::new(RigId::Arkit52, CurveRate::MODEL);
        assert!(take.push_row(&values[61..]).is_err());
        assert_eq!(take.row_count(), 0);
    }
    let error = Take::from_values(RigId::Arkit52, CurveRate::MODEL, vec![0.0; 60]).unwrap_err().to_string();
    assert_eq!(error, "take of arkit-52: wanted a multiple of 61 values, got 60");
}

#[test]
fn resampling_keeps_times() {
    let take = ramp(11, "50");
    assert_eq!(take.resampled(rate("50")), take);
    let up = take.resampled(rate("100"));
    assert_eq!((up.row_count(), up.rate()), (21, rate("100")));
    for (k, value) in jaw(&up).into_iter().enumerate() {
        assert!((value - k as f32 / 20.0).abs() < 1e-6);
    }
    // 0.2 s at 29.97 rows a second: rows at 0 .. 5 * 1001 / 30000 s.
    let down = take.resampled(rate("29.97"));
    assert_eq!(down.row_count(), 6);
    assert!((jaw(&down)[5] - (5.0 * 1001.0 / 30000.0 * 5.0) as f32).abs() < 1e-6);
    assert_eq!(Take::new(RigId::Arkit52, CurveRate::MODEL).resampled(rate("60")).row_count(), 0);
    assert_eq!(ramp(1, "50").resampled(rate("60")).row_count(), 1);
}

#[test]
fn sampling_interpolates_and_holds() {
    let take = ramp(3, "10");
    let mut row = [0.0; 61];
    for (time_s, wanted) in
        [(-5.0, 0.0), (0.0, 0.0), (0.05, 0.05), (0.1, 0.1), (0.19, 0.19), (0.2, 0.2), (9.0, 0.2)]
    {
        take.sample_at(time_s, &mut row).unwrap();
        assert!((row[17] - wanted).abs() < 1e-6, "{time_s}");
    }
    assert!(take.sample_at(f64::NAN, &mut row).is_err());
    assert!(take.sample_at(0.0, &mut [0.0; 3]).is_err());
    assert!(Take::new(RigId::Arkit52, CurveRate::MODEL).sample_at(0.0, &mut row).is_err());
}

#[test]
fn slices_begin_at_their_start() {
    let take = ramp(11, "50");
    assert_eq!(jaw(&take.sliced(0.04, 0.1).unwrap()), [0.2, 0.3, 0.4]);
    assert_eq!(jaw(&take.sliced(0.05, 0.061).unwrap()), [0.3]);
    assert_eq!(take.sliced(0.0, 99.0).unwrap(), take);
    assert_eq!(take.sliced(5.0, 9.0).unwrap().row_count(), 0);
    for (start_s, end_s) in [(-1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(take.sliced(start_s, end_s).is_err());
    }
}

#[test]
fn merging_takes_columns_by_region() {
    let mouth = ramp(4, "50");
    let mut brows = vec![0.0; 61 * 2];
    let brow = Rig::get(RigId::Arkit52).index_of("browInnerUp").unwrap();
    (brows[brow], brows[61 + brow], brows[17]) = (0.0, 1.0, 0.9);
    let brows = Take::from_values(RigId::Arkit52, rate("25"), brows).unwrap();
    let merged = mouth.merged(&brows, |control| control.region == Region::Brow).unwrap();
    assert_eq!(jaw(&merged), jaw(&mouth));
    assert_eq!(merged.curve(brow).collect::<Vec<_>>(), [0.0, 0.5, 1.0, 1.0]);
    assert!(mouth.merged(&Take::new(RigId::Arkit52, CurveRate::MODEL), |_| true).is_err());
    assert!(mouth.merged(&mouth.to_rig(RigId::Board185).unwrap(), |_| true).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mirroring_a_take_twice_and_mapping_to_its_own_rig_change_nothing(values in prop::collection::vec(-2.0_f32..2.0, 257 * 3)) {
        for id in RigId::ALL {
            let take = Take::from_values(id, CurveRate::MODEL, values[..3 * id.column_count()].to_vec()).unwrap();
            prop_assert_eq!(&take.mirrored().mirrored(), &take);
            prop_assert_eq!(&take.to_rig(id).unwrap(), &take);
        }
    }

    #[test]
    fn resampling_up_and_back_returns_the_rows(values in prop::collection::vec(-2.0_f32..2.0, 61 * 9), factor in 1_u32..8) {
        let take = Take::from_values(RigId::Arkit52, CurveRate::MODEL, values).unwrap();
        let back = take.resampled(CurveRate::new(50 * factor, 1).unwrap()).resampled(CurveRate::MODEL);
        prop_assert_eq!(back.row_count(), take.row_count());
        for (a, b) in back.values().iter().zip(take.values()) {
            prop_assert!((a - b).abs() < 1e-5);
        }
    }
}
