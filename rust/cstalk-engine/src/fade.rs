//! A straight way from the values that were to the values that are asked for.

/// Values on their way; `default` is one that has arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fade {
    from: Vec<f32>,
    done_rows: u32,
    all_rows: u32,
}

impl Fade {
    /// A fade from these values over so many rows; 0 is none.
    pub(crate) fn from_values(values: &[f32], all_rows: u32) -> Self {
        Self { from: values.to_vec(), done_rows: 0, all_rows }
    }

    /// Forgets where it came from: the next row is what is asked for.
    pub(crate) fn cancel(&mut self) {
        self.all_rows = 0;
    }

    /// Turns what is asked for into the next row on the way there; from the last row of the fade on it is untouched.
    ///
    /// **Real-time:** no allocation.
    pub(crate) fn apply(&mut self, wanted: &mut [f32]) {
        if self.done_rows >= self.all_rows {
            return;
        }
        self.done_rows += 1;
        if self.done_rows < self.all_rows {
            let share = self.done_rows as f32 / self.all_rows as f32;
            for (value, from) in wanted.iter_mut().zip(&self.from) {
                *value = from + (*value - from) * share;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fade_begins_at_once_goes_straight_and_ends_bit_for_bit() {
        let mut fade = Fade::from_values(&[1.0, -1.0], 4);
        let rows: Vec<[f32; 2]> = (0..6)
            .map(|_| {
                let mut row = [0.0, 0.3];
                fade.apply(&mut row);
                row
            })
            .collect();
        let firsts: Vec<f32> = rows.iter().map(|row| row[0]).collect();
        assert_eq!(firsts, [0.75, 0.5, 0.25, 0.0, 0.0, 0.0]);
        assert_eq!(rows[3][1].to_bits(), 0.3f32.to_bits());
        let mut none = [0.7];
        Fade::from_values(&[0.0], 0).apply(&mut none);
        Fade::default().apply(&mut none);
        assert_eq!(none, [0.7]);
    }
}
