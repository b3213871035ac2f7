//! Whether a clip streamed in blocks gives the rows of the whole clip.

use serde::Serialize;

use super::Result;
use super::clips::Clip;
use super::subject::{NEUTRAL, Subject};

/// Blocks that are tried, samples: one hop and less, device sizes, odd ones.
const BLOCKS_SAMPLES: [usize; 6] = [37, 160, 320, 480, 1_024, 7_919];

/// Streamed against whole.
#[derive(Clone, Debug, Serialize)]
pub struct StreamingFigures {
    /// Size of the blocks, samples.
    pub block_samples: usize,
    /// Clips tried.
    pub clip_count: usize,
    /// Largest absolute difference of any control at any row; `None` if the row counts differ.
    pub max_difference: Option<f32>,
}

/// Judges a subject that hears.
///
/// # Errors
/// The subject failed.
pub fn judge(subject: &Subject, clips: &[Clip]) -> Result<Vec<StreamingFigures>> {
    let whole: Vec<Vec<f32>> = clips
        .iter()
        .map(|clip| subject.heard_rows(&clip.samples, NEUTRAL, usize::MAX))
        .collect::<Result<_>>()?;
    let mut figures = Vec::new();
    for block_samples in BLOCKS_SAMPLES {
        let mut max_difference = Some(0.0_f32);
        for (clip, whole) in clips.iter().zip(&whole) {
            let streamed = subject.heard_rows(&clip.samples, NEUTRAL, block_samples)?;
            max_difference = max_difference.zip(largest_difference(&streamed, whole)).map(|(a, b)| a.max(b));
        }
        figures.push(StreamingFigures { block_samples, clip_count: clips.len(), max_difference });
    }
    Ok(figures)
}

fn largest_difference(a: &[f32], b: &[f32]) -> Option<f32> {
    (a.len() == b.len()).then(|| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_row_is_not_a_small_difference() {
        assert_eq!(largest_difference(&[1.0, 2.0], &[1.0, 2.5]), Some(0.5));
        assert_eq!(largest_difference(&[1.0], &[1.0, 2.0]), None);
    }
}
