//! What one row sequence tells by itself: how much the mouth moves where, how fast it settles, how much it trembles.

use std::ops::Range;
use std::sync::LazyLock;

use cstalk_rig::{Rig, RigId};
use realfft::RealFftPlanner;

use super::BOARD_CONTROL_COUNT;
use super::contact::ROW_S;
use crate::corpus::facegood::is_mouth;

/// Rows of the spectra behind [`energy_above`]: 1.28 s.
const SPECTRUM_ROWS: usize = 64;
/// The mouth has settled within this share of its travel in speech.
const SETTLED_SHARE: f64 = 0.05;

/// Columns of board-185 in the visible mouth.
pub static MOUTH_COLUMNS: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let columns = Rig::get(RigId::Board185).columns();
    (0..columns.len()).filter(|&column| is_mouth(columns[column].region)).collect()
});

/// One column over time.
#[must_use]
pub fn column(rows: &[f32], width: usize, column: usize) -> Vec<f64> {
    rows.chunks_exact(width).map(|row| f64::from(row[column])).collect()
}

/// Mean over rows of the sum over mouth controls of the squared speed, 1/s^2. Row k moves from row k - 1.
/// `None` without rows.
#[must_use]
pub fn mouth_energy(rows: &[f32], inside: impl IntoIterator<Item = usize>) -> Option<f64> {
    let row = |k: usize| rows.get(k * BOARD_CONTROL_COUNT..(k + 1) * BOARD_CONTROL_COUNT);
    super::statistics::mean(inside.into_iter().filter_map(|k| {
        let (before, now) = (row(k.checked_sub(1)?)?, row(k)?);
        let squares = MOUTH_COLUMNS.iter().map(|&column| f64::from(now[column] - before[column]).powi(2));
        Some(squares.sum::<f64>() / (ROW_S * ROW_S))
    }))
}

/// How long after `end_row` the mouth is last further from rest than 5 % of its 95th percentile in `speech`, seconds.
/// Rest is the mean of the last half second. `None` if the clip ends before 1 s of silence or the mouth never moves.
#[must_use]
pub fn settle_s(rows: &[f32], speech: Range<usize>, end_row: usize) -> Option<f64> {
    let row_count = rows.len() / BOARD_CONTROL_COUNT;
    if row_count < end_row + 50 {
        return None;
    }
    let rest: Vec<f64> = MOUTH_COLUMNS
        .iter()
        .map(|&at| {
            super::statistics::mean(
                (row_count - 25..row_count).map(|k| f64::from(rows[k * BOARD_CONTROL_COUNT + at])),
            )
        })
        .collect::<Option<_>>()?;
    let distance = |k: usize| -> f64 {
        let row = &rows[k * BOARD_CONTROL_COUNT..];
        MOUTH_COLUMNS
            .iter()
            .zip(&rest)
            .map(|(&at, rest)| (f64::from(row[at]) - rest).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    let mut travel: Vec<f64> = speech.map(distance).collect();
    let bar =
        SETTLED_SHARE * super::statistics::percentile(&mut travel, 95.0).filter(|travel| *travel > 1e-6)?;
    let last = (end_row..row_count).rev().find(|&k| distance(k) > bar);
    Some(last.map_or(0.0, |k| (k + 1 - end_row) as f64 * ROW_S))
}

/// Energy of a curve above a frequency and in all: Hann windows of 64 rows, half overlapping, each without its mean.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BandEnergy {
    /// Above the frequency.
    pub above: f64,
    /// At all frequencies but 0.
    pub all: f64,
}

impl BandEnergy {
    /// Share above the frequency, 0..1; `None` if nothing moves.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.all > 1e-12).then(|| self.above / self.all)
    }
}

impl std::ops::AddAssign for BandEnergy {
    fn add_assign(&mut self, other: Self) {
        self.above += other.above;
        self.all += other.all;
    }
}

/// The energies of one curve at `row_hz` above `above_hz`. Curves shorter than a window have none.
#[must_use]
pub fn energy_above(curve: &[f64], row_hz: f64, above_hz: f64) -> BandEnergy {
    let transform = RealFftPlanner::<f64>::new().plan_fft_forward(SPECTRUM_ROWS);
    let mut spectrum = transform.make_output_vec();
    let mut energy = BandEnergy::default();
    for start in (0..).step_by(SPECTRUM_ROWS / 2).take_while(|start| start + SPECTRUM_ROWS <= curve.len()) {
        let window = &curve[start..start + SPECTRUM_ROWS];
        let centre = super::statistics::mean(window.iter().copied()).unwrap_or(0.0);
        let hann = |k: usize| 0.5 - 0.5 * (std::f64::consts::TAU * k as f64 / SPECTRUM_ROWS as f64).cos();
        let mut windowed: Vec<f64> =
            window.iter().enumerate().map(|(k, value)| (value - centre) * hann(k)).collect();
        if transform.process(&mut windowed, &mut spectrum).is_err() {
            continue;
        }
        for (bin, value) in spectrum.iter().enumerate().skip(1) {
            energy.all += value.norm_sqr();
            if bin as f64 * row_hz / SPECTRUM_ROWS as f64 > above_hz {
                energy.above += value.norm_sqr();
            }
        }
    }
    energy
}

/// The energies of the mouth controls of board-185 rows.
#[must_use]
pub fn mouth_energy_above(rows: &[f32], above_hz: f64) -> BandEnergy {
    let mut sum = BandEnergy::default();
    for &at in MOUTH_COLUMNS.iter() {
        sum += energy_above(&column(rows, BOARD_CONTROL_COUNT, at), 1.0 / ROW_S, above_hz);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose first mouth control follows a function of the row.
    fn rows_of(row_count: usize, curve: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut rows = vec![0.0; row_count * BOARD_CONTROL_COUNT];
        for (k, row) in rows.chunks_exact_mut(BOARD_CONTROL_COUNT).enumerate() {
            row[MOUTH_COLUMNS[0]] = curve(k);
        }
        rows
    }

    #[test]
    fn the_mouth_is_a_part_of_the_face() {
        assert!((60..110).contains(&MOUTH_COLUMNS.len()), "{}", MOUTH_COLUMNS.len());
    }

    #[test]
    fn energy_is_that_of_the_speed() {
        let rows = rows_of(100, |k| k as f32 * 0.01);
        let energy = mouth_energy(&rows, 1..100).unwrap();
        assert!((energy - 0.25).abs() < 1e-4, "0.01 in 20 ms is 0.5/s: {energy}");
        assert_eq!(mouth_energy(&rows, []), None);
        assert_eq!(mouth_energy(&rows_of(100, |_| 0.7), 1..100), Some(0.0));
    }

    #[test]
    fn an_exponential_settles_when_its_law_says() {
        let tau_s = 0.06;
        let rows = rows_of(200, |k| if k < 100 { 1.0 } else { (-((k - 100) as f32) * 0.02 / tau_s).exp() });
        let wanted_s = f64::from(tau_s) * 20.0_f64.ln();
        let found_s = settle_s(&rows, 0..100, 100).unwrap();
        assert!((found_s - wanted_s).abs() <= ROW_S, "{found_s} {wanted_s}");
        assert_eq!(settle_s(&rows, 0..100, 180), None, "no silence to rest in");
        assert_eq!(settle_s(&rows_of(200, |_| 0.0), 0..100, 100), None);
    }

    #[test]
    fn a_tremble_is_seen_and_a_sway_is_not() {
        let wave = |hz: f64| -> Vec<f64> {
            (0..500).map(|k| (std::f64::consts::TAU * hz * f64::from(k) * ROW_S).sin()).collect()
        };
        assert!(energy_above(&wave(3.0), 50.0, 12.0).share().unwrap() < 1e-3);
        assert!(energy_above(&wave(20.0), 50.0, 12.0).share().unwrap() > 0.999);
        let mixed: Vec<f64> =
            wave(3.0).iter().zip(wave(20.0)).map(|(slow, fast)| slow + 0.1 * fast).collect();
        let share = energy_above(&mixed, 50.0, 12.0).share().unwrap();
        assert!((share - 0.01 / 1.01).abs() < 1e-3, "{share}");
        assert_eq!(energy_above(&[0.0; 200], 50.0, 12.0).share(), None);
    }
}
