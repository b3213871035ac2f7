//! A take: the curves of one performance on one rig, at one rate.

use crate::error::{Error, Result};
use crate::map::RigMap;
use crate::rate::CurveRate;
use crate::rig::{Control, Rig, RigId, check_row};

/// Most values (rows times columns) that a take may hold: 1 GiB, about 4.8 hours of metahuman-251 at 60 rows a second.
///
/// Readers stop at it, so a hostile file cannot use up the memory. Longer performances are written row by row with
/// [`crate::formats::TakeWriter`].
pub const MAX_TAKE_VALUES: usize = 1 << 28;

/// Curve rows of one performance. Every value is finite.
///
/// Shape `[curve row, column]`, row after row; row `k` lies at `k / rate` seconds and time 0 is audio sample 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Take {
    rig: RigId,
    rate: CurveRate,
    values: Vec<f32>,
}

impl Take {
    /// An empty take; fill it with [`Take::push_row`].
    #[must_use]
    pub fn new(rig: RigId, rate: CurveRate) -> Self {
        Self { rig, rate, values: Vec::new() }
    }

    /// A take of these values, shape `[curve row, column]`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when the values do not fill whole rows, one is NaN or infinite, or there are more
    /// than [`MAX_TAKE_VALUES`].
    pub fn from_values(rig: RigId, rate: CurveRate, values: Vec<f32>) -> Result<Self> {
        let columns = rig.column_count();
        if !values.len().is_multiple_of(columns) {
            return Err(Error::bad_input(format!(
                "take of {rig}: wanted a multiple of {columns} values, got {}",
                values.len()
            )));
        }
        check_size(values.len())?;
        for (row_index, row) in values.chunks_exact(columns).enumerate() {
            check_finite(rig, row)
                .map_err(|message| Error::bad_input(format!("row {row_index}: {message}")))?;
        }
        Ok(Self { rig, rate, values })
    }

    /// Appends one row.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] on a wrong length, a value that is NaN or infinite, or a take that is full.
    pub fn push_row(&mut self, row: &[f32]) -> Result<()> {
        check_row(self.rig, row)?;
        check_finite(self.rig, row)
            .map_err(|message| Error::bad_input(format!("row {}: {message}", self.row_count())))?;
        check_size(self.values.len() + row.len())?;
        self.values.extend_from_slice(row);
        Ok(())
    }

    /// The rig whose columns these are.
    #[must_use]
    pub fn rig(&self) -> RigId {
        self.rig
    }

    /// Rows a second.
    #[must_use]
    pub fn rate(&self) -> CurveRate {
        self.rate
    }

    /// All values, shape `[curve row, column]`.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The values without the take around them.
    #[must_use]
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// Number of curve rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.values.len() / self.rig.column_count()
    }

    /// Number of columns of a row.
    #[must_use]
    pub fn column_count(&self) -> usize {
        self.rig.column_count()
    }

    /// One row, if there is one with this index.
    #[must_use]
    pub fn row(&self, row_index: usize) -> Option<&[f32]> {
        let columns = self.column_count();
        let start = row_index.checked_mul(columns)?;
        self.values.get(start..start + columns)
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.column_count())
    }

    /// One column over time.
    pub fn curve(&self, column: usize) -> impl Iterator<Item = f32> {
        self.rows().filter_map(move |row| row.get(column).copied())
    }

    /// Rows over rate, seconds.
    #[must_use]
    pub fn duration_s(&self) -> f64 {
        self.rate.time_s(self.row_count())
    }

    /// Writes the row at `time_s` into `row`, interpolated linearly between rows and held before the first and after
    /// the last. Does not allocate.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] on a wrong row length, a time that is not finite, or an empty take.
    pub fn sample_at(&self, time_s: f64, row: &mut [f32]) -> Result<()> {
        check_row(self.rig, row)?;
        if !time_s.is_finite() || self.values.is_empty() {
            return Err(Error::bad_input(format!(
                "sampling a take: wanted a finite time and at least one row, got {time_s} s and {} rows",
                self.row_count()
            )));
        }
        self.blend_into(time_s * self.rate.hz(), row);
        Ok(())
    }

    /// The same performance at another rate, by linear interpolation.
    ///
    /// The last row of the result is the last one that is not later than the last row here, so nothing is invented
    /// beyond the end; resampling to the same rate returns the same values.
    #[must_use]
    pub fn resampled(&self, rate: CurveRate) -> Take {
        if rate == self.rate || self.values.is_empty() {
            return Take { rate, ..self.clone() };
        }
        // Exact in integers: last * (old denominator / old numerator) * (new numerator / new denominator).
        let last = (self.row_count() - 1) as u128;
        let up = last * u128::from(self.rate.denominator()) * u128::from(rate.numerator());
        let down = u128::from(self.rate.numerator()) * u128::from(rate.denominator());
        let rows = (up / down) as usize + 1;
        let step = self.rate.hz() / rate.hz();
        let mut values = vec![0.0; rows * self.column_count()];
        for (row_index, row) in values.chunks_exact_mut(self.column_count()).enumerate() {
            self.blend_into(row_index as f64 * step, row);
        }
        Take { rig: self.rig, rate, values }
    }

    fn blend_into(&self, position_rows: f64, row: &mut [f32]) {
        let last = self.row_count() - 1;
        let position = position_rows.clamp(0.0, last as f64);
        let lower = position.floor() as usize;
        let upper = (lower + 1).min(last);
        let share = (position - lower as f64) as f32;
        let columns = self.column_count();
        let from = &self.values[lower * columns..][..columns];
        let to = &self.values[upper * columns..][..columns];
        for ((out, a), b) in row.iter_mut().zip(from).zip(to) {
            *out = a + (b - a) * share;
        }
    }

    /// The same performance on another rig; see [`RigMap`].
    ///
    /// # Errors
    /// Those of [`RigMap::between`], and a result larger than [`MAX_TAKE_VALUES`].
    pub fn to_rig(&self, rig: RigId) -> Result<Take> {
        if rig == self.rig {
            return Ok(self.clone());
        }
        let map = RigMap::between(self.rig, rig)?;
        check_size(self.row_count() * rig.column_count())?;
        let mut values = vec![0.0; self.row_count() * rig.column_count()];
        for (row_in, row_out) in self.rows().zip(values.chunks_exact_mut(rig.column_count())) {
            map.apply(row_in, row_out)?;
        }
        Ok(Take { rig, rate: self.rate, values })
    }

    /// The left-right mirror image.
    #[must_use]
    pub fn mirrored(&self) -> Take {
        let mut values = vec![0.0; self.values.len()];
        let columns = Rig::get(self.rig).columns();
        for (row, mirrored) in self.rows().zip(values.chunks_exact_mut(columns.len())) {
            for (index, control) in columns.iter().enumerate() {
                mirrored[index] = control.mirror_sign * row[control.pair.unwrap_or(index)];
            }
        }
        Take { rig: self.rig, rate: self.rate, values }
    }

    /// The rows from `start_s` (included) to `end_s` (not included), moved so that the first of them lies at 0.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when the times are not finite, negative or in the wrong order.
    pub fn sliced(&self, start_s: f64, end_s: f64) -> Result<Take> {
        if !(start_s.is_finite() && end_s.is_finite() && 0.0 <= start_s && start_s <= end_s) {
            return Err(Error::bad_input(format!(
                "slice of a take: wanted 0 <= start <= end in seconds, got {start_s} to {end_s}"
            )));
        }
        // A thousandth of a row of slack, so that a time that names a row exactly includes it.
        let first_row =
            |time_s: f64| ((time_s * self.rate.hz() - 1e-3).ceil().max(0.0) as usize).min(self.row_count());
        let columns = self.column_count();
        let values = self.values[first_row(start_s) * columns..first_row(end_s) * columns].to_vec();
        Ok(Take { rig: self.rig, rate: self.rate, values })
    }

    /// This take with the columns for which `take_from_other` holds replaced by those of `other`, for example the
    /// upper face of a capture over the mouth of generated speech.
    ///
    /// `other` is resampled to this take's rate; the result is as long as the longer of the two, and the shorter one
    /// holds its last row.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] when the rigs differ or one of the takes is empty.
    pub fn merged(&self, other: &Take, take_from_other: impl Fn(&Control) -> bool) -> Result<Take> {
        if self.rig != other.rig {
            return Err(Error::bad_input(format!(
                "merging takes: wanted two takes of {}, got one of {}",
                self.rig, other.rig
            )));
        }
        let other = other.resampled(self.rate);
        let (Some(last), Some(other_last)) = (self.rows().last(), other.rows().last()) else {
            return Err(Error::bad_input("merging takes: wanted two takes with rows, got an empty one"));
        };
        let from_other: Vec<bool> = Rig::get(self.rig).columns().iter().map(take_from_other).collect();
        let rows = self.row_count().max(other.row_count());
        check_size(rows * self.column_count())?;
        let mut values = Vec::with_capacity(rows * self.column_count());
        for row_index in 0..rows {
            let own = self.row(row_index).unwrap_or(last);
            let theirs = other.row(row_index).unwrap_or(other_last);
            values.extend(
                from_other.iter().zip(own.iter().zip(theirs)).map(|(from, (a, b))| if *from { b } else { a }),
            );
        }
        Ok(Take { rig: self.rig, rate: self.rate, values })
    }
}

fn check_size(value_count: usize) -> Result<()> {
    if value_count > MAX_TAKE_VALUES {
        return Err(Error::bad_input(format!(
            "take: wanted at most {MAX_TAKE_VALUES} values, got {value_count} or more; split the performance"
        )));
    }
    Ok(())
}

fn check_finite(rig: RigId, row: &[f32]) -> std::result::Result<(), String> {
    match row.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(column) => {
            let name = Rig::get(rig).columns().get(column).map_or("?", |control| control.name.as_str());
            Err(format!("{name}: wanted a finite number, got {}", row[column]))
        }
    }
}
