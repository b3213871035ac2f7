//! Puts rows and keys with their own times onto the even grid of a take.

use crate::error::{Error, Result};
use crate::rate::CurveRate;
use crate::rig::RigId;
use crate::take::{MAX_TAKE_VALUES, Take};

/// A time this close to a row of the grid, in rows, is that row: times in files are rounded.
const SNAP_ROWS: f64 = 0.02;
/// Longest hole between rows, so that two lines cannot ask for a gigabyte of rows.
pub(super) const MAX_GAP_S: f64 = 60.0;

/// How regular the rows of a file were, before they were put onto an even grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RowTiming {
    /// Rows that the file has a time and values for; of a file with keys, rows of the take.
    pub row_count: usize,
    /// Rows that are missing between them at the take's rate.
    pub dropped_row_count: usize,
    /// Longest time between two rows, seconds.
    pub largest_step_s: f64,
}

impl RowTiming {
    /// Of rows at increasing times.
    pub(super) fn of(times_s: &[f64], rate: CurveRate) -> Self {
        let steps = times_s.windows(2).map(|pair| pair[1] - pair[0]);
        let (mut dropped, mut largest_step_s) = (0.0, 0.0_f64);
        for step_s in steps {
            dropped += ((step_s * rate.hz()).round() - 1.0).max(0.0);
            largest_step_s = largest_step_s.max(step_s);
        }
        Self { row_count: times_s.len(), dropped_row_count: dropped as usize, largest_step_s }
    }

    /// Of a take whose file knows no other times than those of an even grid.
    pub(super) fn even(take: &Take) -> Self {
        Self { row_count: take.row_count(), dropped_row_count: 0, largest_step_s: take.rate().time_s(1) }
    }
}

/// The rate at which these increasing times tick: the mean of the steps that are near the median step, so that holes
/// do not count and rounding averages out. `None` for fewer than two times.
pub(super) fn rate_of(times_s: &[f64]) -> Option<Result<CurveRate>> {
    let mut steps: Vec<f64> = times_s.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if steps.is_empty() {
        return None;
    }
    let middle = (steps.len() - 1) / 2;
    let (_, median, _) = steps.select_nth_unstable_by(middle, f64::total_cmp);
    let median = *median;
    let (mut sum, mut count) = (0.0, 0.0);
    for step in steps {
        if (step - median).abs() <= 0.2 * median {
            sum += step;
            count += 1.0;
        }
    }
    Some(CurveRate::from_hz(count / sum))
}

/// A take of rows at increasing times, shape `[row, column]`; true when rows had to be interpolated.
///
/// Before the first time the first row holds, so that time 0 stays the sound's time 0.
pub(super) fn take_of_rows(
    rig: RigId,
    times_s: &[f64],
    values: Vec<f32>,
    rate: Option<CurveRate>,
) -> Result<(Take, bool)> {
    let Some(last_time_s) = times_s.last() else {
        return Err(Error::bad_input("wanted at least one row, got none"));
    };
    let rate = match rate {
        Some(rate) => rate,
        None => rate_of(times_s).unwrap_or_else(|| {
            Err(Error::bad_input("rate: wanted two rows or a given rate to tell the rate from, got one row"))
        })?,
    };
    let on_grid = |(index, time_s): (usize, &f64)| (time_s * rate.hz() - index as f64).abs() <= SNAP_ROWS;
    if times_s.iter().enumerate().all(on_grid) {
        return Ok((Take::from_values(rig, rate, values)?, false));
    }
    if let Some(pair) = times_s.windows(2).find(|pair| pair[1] - pair[0] > MAX_GAP_S) {
        return Err(Error::bad_input(format!(
            "times: wanted rows at most {MAX_GAP_S} s apart, got none between {} s and {} s",
            pair[0], pair[1]
        )));
    }
    let columns = rig.column_count();
    let mut evened = grid(rig, *last_time_s, rate)?;
    let mut lower = 0;
    for (row_index, row) in evened.chunks_exact_mut(columns).enumerate() {
        let place = Place::of(times_s, row_index, rate, &mut lower);
        let from = &values[place.lower * columns..][..columns];
        let to = &values[place.upper * columns..][..columns];
        for ((out, a), b) in row.iter_mut().zip(from).zip(to) {
            *out = a + (b - a) * place.share;
        }
    }
    Ok((Take::from_values(rig, rate, evened)?, true))
}

/// The keys of one curve: increasing times and as many values.
#[derive(Debug, Default)]
pub(super) struct KeyedCurve {
    pub(super) times_s: Vec<f64>,
    pub(super) values: Vec<f32>,
}

/// A take of curves with keys of their own, linear between keys and held outside them; a curve without keys is 0.
pub(super) fn take_of_curves(
    rig: RigId,
    curves: &[(usize, KeyedCurve)],
    rate: CurveRate,
    last_time_s: f64,
) -> Result<Take> {
    let columns = rig.column_count();
    let mut values = grid(rig, last_time_s, rate)?;
    for (column, curve) in curves.iter().filter(|(_, curve)| !curve.times_s.is_empty()) {
        let mut lower = 0;
        for (row_index, row) in values.chunks_exact_mut(columns).enumerate() {
            let place = Place::of(&curve.times_s, row_index, rate, &mut lower);
            let (a, b) = (curve.values[place.lower], curve.values[place.upper]);
            row[*column] = a + (b - a) * place.share;
        }
    }
    Take::from_values(rig, rate, values)
}

/// Zeros for every row up to the last time.
fn grid(rig: RigId, last_time_s: f64, rate: CurveRate) -> Result<Vec<f32>> {
    let rows = (last_time_s * rate.hz() + SNAP_ROWS).floor() + 1.0;
    let most = (MAX_TAKE_VALUES / rig.column_count()) as f64;
    if !(1.0..=most).contains(&rows) {
        return Err(Error::bad_input(format!(
            "length: wanted at most {most} rows of {rig}, got {last_time_s} s at {rate} rows a second"
        )));
    }
    Ok(vec![0.0; rows as usize * rig.column_count()])
}

/// Two neighbouring keys and the share of the second.
struct Place {
    lower: usize,
    upper: usize,
    share: f32,
}

impl Place {
    /// `lower` moves forward from call to call, because rows are asked for in order.
    fn of(times_s: &[f64], row_index: usize, rate: CurveRate, lower: &mut usize) -> Place {
        let time_s = rate.time_s(row_index);
        let snap_s = SNAP_ROWS / rate.hz();
        while *lower + 1 < times_s.len() && times_s[*lower + 1] <= time_s + snap_s {
            *lower += 1;
        }
        let last = times_s.len() - 1;
        let upper = (*lower + 1).min(last);
        let from_s = times_s[*lower];
        let near = time_s <= from_s + snap_s || upper == *lower;
        let share = if near { 0.0 } else { ((time_s - from_s) / (times_s[upper] - from_s)) as f32 };
        Place { lower: *lower, upper, share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_recognised_through_rounding_and_holes() {
        for (rate, digits) in
            [("50", 1e4), ("60", 1e5), ("29.97", 1e5), ("59.94", 1e5), ("24", 1e4), ("12.5", 1e6)]
        {
            let rate: CurveRate = rate.parse().unwrap();
            let times: Vec<f64> = (0..400)
                .filter(|k| k % 37 != 5)
                .map(|k| (rate.time_s(k) * digits).round() / digits)
                .collect();
            assert_eq!(rate_of(&times).unwrap().unwrap(), rate, "{rate}");
        }
        assert!(rate_of(&[0.0]).is_none());
        assert!(rate_of(&[0.0, 1000.0]).unwrap().is_err());
    }

    #[test]
    fn holes_are_bridged_and_the_start_is_held() {
        let rate = CurveRate::new(10, 1).unwrap();
        let curve = KeyedCurve { times_s: vec![0.2, 0.4, 0.7], values: vec![1.0, 0.0, 3.0] };
        let take = take_of_curves(RigId::Arkit52, &[(3, curve)], rate, 0.8).unwrap();
        let wanted = [1.0, 1.0, 1.0, 0.5, 0.0, 1.0, 2.0, 3.0, 3.0];
        let got: Vec<f32> = take.curve(3).collect();
        assert_eq!(got.len(), wanted.len());
        for (got, wanted) in got.iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-6, "{got} {wanted}");
        }
    }
}
