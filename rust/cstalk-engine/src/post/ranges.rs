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

    /// Cuts `row` to the ranges.
    ///
    /// **Real-time:** no allocation.
    pub fn apply(&self, row: &mut [f32]) {
        for (value, &(min, max)) in row.iter_mut().zip(&self.limits) {
            *value = value.clamp(min, max);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cstalk_rig::RigId;

    #[test]
    fn values_are_cut_to_their_own_range() {
        let rig = Rig::get(RigId::Board185);
        for value in [-1e9, -1.0, -0.3, 0.0, 0.7, 1.0, 1e9, f32::INFINITY] {
            let mut row = vec![value; rig.columns().len()];
            Ranges::new(rig).apply(&mut row);
            for (control, got) in rig.columns().iter().zip(row) {
                assert_eq!(got, value.max(control.min).min(control.max), "{} of {value}", control.name);
            }
        }
    }
}
