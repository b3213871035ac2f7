//! Keeps every control inside the range that the rig gives it.

use cstalk_rig::Rig;

/// The ranges of a rig's columns.
#[derive(Debug, Clone)]
pub struct Ranges {
    limits: Vec<(f32, f32)>,
}

impl Ranges {
    /// The ranges of `rig`, in the order of its columns.
    pub fn new(rig: &Rig) -> Self {
        Self { limits: rig.columns().iter().map(|control| (control.min, control.max)).collect() }
    }

    /// Cuts `row` to the ranges; returns the column of the first value that is not finite, if any.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&self, row: &mut [f32]) -> Option<usize> {
        let mut broken = None;
        for (column, (value, &(min, max))) in row.iter_mut().zip(&self.limits).enumerate() {
            if !value.is_finite() && broken.is_none() {
                broken = Some(column);
            }
            *value = value.clamp(min, max);
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    #[test]
    fn values_are_cut_and_broken_ones_are_named() {
        let rig = Rig::get(RigId::Board185);
        let ranges = Ranges::new(rig);
        let inside: Vec<f32> =
            rig.columns().iter().map(|control| 0.5 * (control.min + control.max)).collect();
        for (value, broken) in [(1e9, false), (-1e9, false), (f32::INFINITY, true), (f32::NAN, true)] {
            let mut row = inside.clone();
            row[17] = value;
            assert_eq!(ranges.apply(&mut row), broken.then_some(17), "{value}");
            assert_eq!(row[..17], inside[..17]);
            if !value.is_nan() {
                let control = &rig.columns()[17];
                assert!((control.min..=control.max).contains(&row[17]));
            }
        }
    }
}
