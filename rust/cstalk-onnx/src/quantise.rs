//! Symmetric 8-bit weights, one scale a column.

/// A matrix as 8-bit integers with one scale a column: `value = quantised * scale[column]`.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantisedMatrix {
    /// `[row, column]`, each in -127..=127.
    pub quantised: Vec<i8>,
    /// `[column]`, each above 0.
    pub scales: Vec<f32>,
}

/// Quantises a matrix `[row, column]` (row-major) symmetrically, column by column.
///
/// The error of an element is at most half its column's scale. A column of zeros gets a tiny scale.
/// Elements after the last whole row are ignored.
#[must_use]
pub fn quantise_columns(matrix: &[f32], column_count: usize) -> QuantisedMatrix {
    let mut largest = vec![0.0_f32; column_count];
    for row in matrix.chunks_exact(column_count.max(1)) {
        for (largest, value) in largest.iter_mut().zip(row) {
            *largest = largest.max(value.abs());
        }
    }
    let scales: Vec<f32> = largest.iter().map(|largest| (largest / 127.0).max(1e-8)).collect();
    let quantised = matrix
        .chunks_exact(column_count.max(1))
        .flat_map(|row| row.iter().zip(&scales))
        .map(|(value, scale)| (value / scale).round().clamp(-127.0, 127.0) as i8)
        .collect();
    QuantisedMatrix { quantised, scales }
}

#[cfg(test)]
mod tests {
    use super::quantise_columns;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_error_is_at_most_half_a_scale(
            column_count in 1_usize..5,
            values in proptest::collection::vec(-1e3_f32..1e3, 20),
        ) {
            let matrix = quantise_columns(&values, column_count);
            for (index, quantised) in matrix.quantised.iter().enumerate() {
                let scale = matrix.scales[index % column_count];
                prop_assert!((f32::from(*quantised) * scale - values[index]).abs() <= 0.5001 * scale);
            }
        }
    }
}
