//! From the model's rows to rows at another rate, one at a time.

use cstalk_rig::CurveRate;

use crate::error::Result;

/// Turns rows at one rate into rows at another by linear interpolation, without holding more than two.
///
/// Row `j` of the output stands at `j / rate` seconds. At equal rates rows pass bit for bit. Times are
/// compared as whole numbers, so there is no drift over hours.
#[derive(Debug, Clone)]
pub struct RateConverter {
    /// Output row `j` lies at input position `j * numerator / denominator`.
    numerator: u128,
    denominator: u128,
    to: CurveRate,
    last: Vec<f32>,
    between: Vec<f32>,
    heard_rows: u128,
    sent_rows: u128,
}

impl RateConverter {
    /// A converter for rows of `column_count` values.
    pub fn new(from: CurveRate, to: CurveRate, column_count: usize) -> Self {
        Self {
            numerator: u128::from(from.numerator()) * u128::from(to.denominator()),
            denominator: u128::from(from.denominator()) * u128::from(to.numerator()),
            to,
            last: vec![0.0; column_count],
            between: vec![0.0; column_count],
            heard_rows: 0,
            sent_rows: 0,
        }
    }

    /// Takes the next input row and sends the output rows that are now known.
    ///
    /// # Errors
    /// Those of `send`.
    pub fn push(&mut self, row: &[f32], mut send: impl FnMut(&[f32]) -> Result<()>) -> Result<()> {
        loop {
            let at = self.sent_rows * self.numerator;
            let (index, rest) = (at / self.denominator, at % self.denominator);
            if index > self.heard_rows || (index == self.heard_rows && rest > 0) {
                break;
            }
            if index == self.heard_rows {
                send(row)?;
            } else {
                let share = (rest as f64 / self.denominator as f64) as f32;
                for ((between, last), now) in self.between.iter_mut().zip(&self.last).zip(row) {
                    *between = last + (now - last) * share;
                }
                send(&self.between)?;
            }
            self.sent_rows += 1;
        }
        self.last.copy_from_slice(row);
        self.heard_rows += 1;
        Ok(())
    }

    /// Sends the rows after the last input row that still lie before the end of the sound, holding the
    /// last row. Returns how many rows came out in all.
    ///
    /// # Errors
    /// Those of `send`.
    pub fn finish(
        &mut self,
        sample_count: u64,
        sample_rate_hz: u32,
        mut send: impl FnMut(&[f32]) -> Result<()>,
    ) -> Result<u64> {
        let (numerator, denominator) = (u128::from(self.to.numerator()), u128::from(self.to.denominator()));
        let before_end =
            |row: u128| row * denominator * u128::from(sample_rate_hz) < u128::from(sample_count) * numerator;
        while self.heard_rows > 0 && before_end(self.sent_rows) {
            send(&self.last)?;
            self.sent_rows += 1;
        }
        Ok(self.sent_rows as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(rows: &[f32], sample_count: u64, to: CurveRate) -> Vec<f32> {
        let mut converter = RateConverter::new(CurveRate::new(50, 1).unwrap(), to, 1);
        let mut out = Vec::new();
        for row in rows {
            let send = |values: &[f32]| {
                out.push(values[0]);
                Ok(())
            };
            converter.push(&[*row], send).unwrap();
        }
        let send = |values: &[f32]| {
            out.push(values[0]);
            Ok(())
        };
        let count = converter.finish(sample_count, 16_000, send).unwrap();
        assert_eq!(count, out.len() as u64);
        out
    }

    #[test]
    fn a_ramp_stays_a_ramp_at_every_rate() {
        let rows: Vec<f32> = (0..500).map(|row| row as f32 / 50.0).collect();
        for (numerator, denominator) in
            [(24, 1), (25, 1), (24_000, 1_001), (30, 1), (50, 1), (60, 1), (120, 1), (7, 3)]
        {
            let rate = CurveRate::new(numerator, denominator).unwrap();
            let out = convert(&rows, 160_000, rate);
            let hz = f64::from(numerator) / f64::from(denominator);
            assert_eq!(out.len(), (10.0 * hz).ceil() as usize, "{hz} Hz");
            for (index, value) in out.iter().enumerate() {
                // The last input row is held for the last hop.
                let wanted = (index as f64 / hz).min(499.0 / 50.0);
                assert!((f64::from(*value) - wanted).abs() < 1e-5, "{hz} Hz, row {index}: {value}");
            }
        }
    }

    #[test]
    fn equal_rates_pass_bit_for_bit() {
        let rows: Vec<f32> = (0..97).map(|row| (row as f32 * 1.7).sin()).collect();
        assert_eq!(convert(&rows, 97 * 320, CurveRate::new(50, 1).unwrap()), rows);
        assert_eq!(convert(&rows, 97 * 320 - 319, CurveRate::new(100, 2).unwrap()), rows);
    }

    #[test]
    fn no_rows_in_no_rows_out() {
        assert!(convert(&[], 0, CurveRate::new(30, 1).unwrap()).is_empty());
        assert_eq!(convert(&[0.5], 1, CurveRate::new(60, 1).unwrap()), [0.5]);
    }
}
