//! Fewer keys for a curve of a take.

use crate::bridge::Status;
use crate::guard::{Refusal, guard};

/// Rows of one column, axes `[row, column]`, that are enough as keys; see [`cstalk_rig::key_rows`].
pub fn key_rows(
    values: &[f32],
    column_count: usize,
    column: usize,
    tolerance: f32,
    rows: &mut Vec<u32>,
) -> Status {
    guard(|| {
        if column >= column_count || !values.len().is_multiple_of(column_count) {
            return Err(Refusal::misuse(format!(
                "keys: wanted whole rows and one of their columns, got {} values in rows of {column_count} and column \
                 {column}",
                values.len()
            )));
        }
        let curve: Vec<f32> = values.iter().skip(column).step_by(column_count).copied().collect();
        let too_long = |_| Refusal::bad_input("keys: wanted fewer than 2^32 rows");
        let keys = cstalk_rig::key_rows(&curve, tolerance)?;
        *rows = keys.into_iter().map(u32::try_from).collect::<Result<_, _>>().map_err(too_long)?;
        Ok(())
    })
}
