//! Another vocal tract: formants moved up or down while pitch, tempo and labels stay where they are.
//!
//! The warp scales the mel axis of finished features (vocal tract length perturbation, Jaitly and Hinton 2013), so it
//! costs next to nothing. A few voices become many: without it the nasals of a voice never heard before sound alike.

use cstalk_audio::FEATURE_BIN_COUNT as MEL_BINS;

/// Moves what lies in mel band `k * factor` of every row of `features` `[row, 80]` to band `k`; above the last band
/// its value is held. A factor above 1 lowers formants: a longer vocal tract.
pub fn warp(features: &mut [f32], factor: f32) {
    let last = MEL_BINS - 1;
    let places: Vec<(usize, f32)> = (0..MEL_BINS)
        .map(|band| {
            let place = (band as f32 * factor).clamp(0.0, last as f32);
            (place as usize, place.fract())
        })
        .collect();
    let mut source = [0.0; MEL_BINS];
    for row in features.chunks_exact_mut(MEL_BINS) {
        source.copy_from_slice(row);
        for (value, (band, part)) in row.iter_mut().zip(&places) {
            *value = source[*band] * (1.0 - part) + source[(band + 1).min(last)] * part;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formant_moves_by_the_factor_in_every_row() {
        for factor in [0.86, 1.0, 1.16] {
            let peak = |row: &[f32]| {
                row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(band, _)| band)
            };
            let bump = |centre: f32| (0..MEL_BINS).map(move |band| -(band as f32 - centre).powi(2));
            let mut features: Vec<f32> = bump(40.0).chain(bump(20.0)).collect();
            warp(&mut features, factor);
            for (row, centre) in features.chunks(MEL_BINS).zip([40.0, 20.0]) {
                let wanted = centre / factor;
                assert!((peak(row) as f32 - wanted).abs() <= 1.0, "{factor}: {} for {wanted}", peak(row));
            }
        }
    }

    #[test]
    fn the_factor_one_changes_nothing_and_the_top_is_held() {
        let features: Vec<f32> = (0..MEL_BINS).map(|band| band as f32).collect();
        let mut same = features.clone();
        warp(&mut same, 1.0);
        assert_eq!(same, features);
        let mut longer = features;
        warp(&mut longer, 1.25);
        assert_eq!(longer[MEL_BINS - 1], (MEL_BINS - 1) as f32);
    }
}
