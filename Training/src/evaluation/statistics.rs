//! Figures with their uncertainty: percentiles, correlation with its best lag, bootstrap intervals.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

/// Resamplings behind every interval.
pub const BOOTSTRAP_COUNT: usize = 1000;

/// A figure with the 95 % interval of a bootstrap over utterances.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure over all utterances.
    pub value: f64,
    /// 2.5 % of the resampled figures lie below.
    pub low: f64,
    /// 2.5 % of the resampled figures lie above.
    pub high: f64,
}

/// The figure `of` all `items` and its interval under resampling the items with replacement.
/// `None` without items or where the figure is undefined. Seeded, so that a report repeats itself.
pub fn bootstrap<T>(
    items: &[T],
    of: impl Fn(&mut dyn Iterator<Item = &T>) -> Option<f64>,
) -> Option<Estimate> {
    let value = of(&mut items.iter())?;
    let mut random = ChaCha8Rng::seed_from_u64(185);
    let mut picks = vec![0; items.len()];
    let mut figures = Vec::with_capacity(BOOTSTRAP_COUNT);
    for _ in 0..BOOTSTRAP_COUNT {
        for pick in &mut picks {
            *pick = random.random_range(0..items.len());
        }
        figures.extend(of(&mut picks.iter().map(|&pick| &items[pick])));
    }
    Some(Estimate { value, low: percentile(&mut figures, 2.5)?, high: percentile(&mut figures, 97.5)? })
}

/// The value below which `percent` of the values lie, linear between ranks; `None` without values. Sorts in place.
pub fn percentile(values: &mut [f64], percent: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let position = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    let below = values[position.floor() as usize];
    let above = values[position.ceil() as usize];
    Some(below + (above - below) * position.fract())
}

/// The mean; `None` without values.
pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_usize);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / count as f64)
}

/// The standard deviation (over n); 0 without values.
pub fn deviation(values: &[f64]) -> f64 {
    let Some(centre) = mean(values.iter().copied()) else { return 0.0 };
    mean(values.iter().map(|value| (value - centre).powi(2))).unwrap_or(0.0).sqrt()
}

/// Pearson's r; `None` if fewer than three pairs or either side never moves.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let count = a.len().min(b.len());
    if count < 3 {
        return None;
    }
    let (a, b) = (&a[..count], &b[..count]);
    let (centre_a, centre_b) = (mean(a.iter().copied())?, mean(b.iter().copied())?);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - centre_a, y - centre_b);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    let scale = (aa * bb).sqrt();
    (scale > 1e-12 * count as f64).then(|| ab / scale)
}

/// How well one curve follows another, and how late.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Follow {
    /// Pearson's r without any shift.
    pub r: f64,
    /// The largest r over shifts.
    pub best_r: f64,
    /// The shift of the largest r, refined by a parabola: positive where `follower` is late.
    pub lag_ms: f64,
}

/// How `follower` follows `leader`, both at `row_hz`, over shifts up to `reach_ms` either way.
/// `None` if either side never moves or the curves are too short for the shifts.
pub fn follow(follower: &[f64], leader: &[f64], row_hz: f64, reach_ms: f64) -> Option<Follow> {
    let count = follower.len().min(leader.len());
    let reach = (reach_ms / 1000.0 * row_hz).round() as usize;
    if count < 2 * reach + 3 {
        return None;
    }
    let middle = &leader[reach..count - reach];
    let mut scores = Vec::with_capacity(2 * reach + 1);
    for shift in 0..=2 * reach {
        scores.push(pearson(&follower[shift..shift + middle.len()], middle)?);
    }
    let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
    let refine = match (best.checked_sub(1).map(|at| scores[at]), scores.get(best + 1)) {
        (Some(before), Some(&after)) => {
            let bend = before - 2.0 * scores[best] + after;
            if bend < 0.0 { (before - after) / (2.0 * bend) } else { 0.0 }
        }
        _ => 0.0,
    };
    let lag_ms = (best as f64 + refine - reach as f64) / row_hz * 1000.0;
    Some(Follow { r: pearson(&follower[..count], &leader[..count])?, best_r: scores[best], lag_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_linear_between_ranks() {
        for (percent, wanted) in [(0.0, 1.0), (50.0, 2.5), (90.0, 3.7), (100.0, 4.0)] {
            let found = percentile(&mut [4.0, 2.0, 1.0, 3.0], percent).unwrap();
            assert!((found - wanted).abs() < 1e-12, "{percent} %: {found}");
        }
        assert_eq!(percentile(&mut [], 50.0), None);
    }

    #[test]
    fn the_interval_of_a_mean_is_that_of_the_normal_law() {
        let items: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
        let estimate = bootstrap(&items, |picked| mean(picked.copied())).unwrap();
        let half_width = 1.96 * deviation(&items) / 20.0;
        assert!((estimate.value - 9.5).abs() < 1e-12);
        assert!(
            (estimate.value - estimate.low - half_width).abs() < 0.12 * half_width,
            "{estimate:?} {half_width}"
        );
        assert!(
            (estimate.high - estimate.value - half_width).abs() < 0.12 * half_width,
            "{estimate:?} {half_width}"
        );
        assert_eq!(bootstrap(&items, |picked| mean(picked.copied())), Some(estimate), "not repeatable");
        assert_eq!(bootstrap(&[] as &[f64], |picked| mean(picked.copied())), None);
    }

    #[test]
    fn r_of_known_pairs() {
        let up = [1.0, 2.0, 3.0, 4.0];
        assert!((pearson(&up, &[2.0, 4.0, 6.0, 8.0]).unwrap() - 1.0).abs() < 1e-12);
        assert!((pearson(&up, &[8.0, 6.0, 4.0, 2.0]).unwrap() + 1.0).abs() < 1e-12);
        assert!((pearson(&up, &[1.0, -1.0, -1.0, 1.0]).unwrap()).abs() < 1e-12);
        assert_eq!(pearson(&up, &[3.0; 4]), None);
    }

    #[test]
    fn a_late_curve_shows_its_lag() {
        let wave = |time_s: f64| (time_s * 9.0).sin() + 0.5 * (time_s * 23.0 + 1.0).sin();
        for late_ms in [-60.0, -13.0, 0.0, 20.0, 47.0] {
            let leader: Vec<_> = (0..500).map(|k| wave(f64::from(k) * 0.02)).collect();
            let follower: Vec<_> = (0..500).map(|k| wave(f64::from(k) * 0.02 - late_ms / 1000.0)).collect();
            let found = follow(&follower, &leader, 50.0, 200.0).unwrap();
            assert!((found.lag_ms - late_ms).abs() < 1.5, "{late_ms} ms: {found:?}");
            assert!(found.best_r > 0.97 && found.best_r >= found.r - 0.02, "{found:?}");
        }
    }
}
