//! Which regions of the face move together.
//!
//! Activity of a region at a row = mean over its controls of |value| over the control's range.
//! Per emotion, Pearson's r of the activities of every pair of regions over all rows gives a symmetric matrix;
//! the distance of two sequences is the Frobenius norm of the difference of their matrices, over pairs of regions that the
//! reference moves. A region that the prediction never moves correlates with nothing (0).

use cstalk_rig::{Region, Rig, RigId};

use super::BOARD_CONTROL_COUNT;

/// A region whose activity deviates less than this over time does not move.
const STILL_DEVIATION: f64 = 1e-3;
const REGION_COUNT: usize = Region::ALL.len();

/// Activities of the fifteen regions, as far as means, deviations and correlations need them; clips pool by addition.
#[derive(Clone, Debug)]
pub struct RegionActivity {
    row_count: f64,
    sums: [f64; REGION_COUNT],
    products: [[f64; REGION_COUNT]; REGION_COUNT],
}

impl Default for RegionActivity {
    fn default() -> Self {
        Self { row_count: 0.0, sums: [0.0; REGION_COUNT], products: [[0.0; REGION_COUNT]; REGION_COUNT] }
    }
}

impl<'a> std::iter::Sum<&'a RegionActivity> for RegionActivity {
    fn sum<I: Iterator<Item = &'a Self>>(clips: I) -> Self {
        clips.fold(Self::default(), |mut sum, clip| {
            sum.row_count += clip.row_count;
            for a in 0..REGION_COUNT {
                sum.sums[a] += clip.sums[a];
                for b in 0..REGION_COUNT {
                    sum.products[a][b] += clip.products[a][b];
                }
            }
            sum
        })
    }
}

impl RegionActivity {
    /// The activities of pooled board-185 row sequences.
    #[must_use]
    pub fn of<'a>(clips: impl IntoIterator<Item = &'a [f32]>) -> Self {
        let controls = Rig::get(RigId::Board185).columns();
        let mut members = vec![Vec::new(); REGION_COUNT];
        for (column, control) in controls.iter().enumerate() {
            let reach = control.max.abs().max(control.min.abs()).max(1e-6);
            members[control.region.index()].push((column, f64::from(reach)));
        }
        let mut activity = Self::default();
        for row in clips.into_iter().flat_map(|rows| rows.chunks_exact(BOARD_CONTROL_COUNT)) {
            let values: [f64; REGION_COUNT] = std::array::from_fn(|region| {
                let shares =
                    members[region].iter().map(|&(column, reach)| f64::from(row[column].abs()) / reach);
                super::statistics::mean(shares).unwrap_or(0.0)
            });
            activity.row_count += 1.0;
            for a in 0..REGION_COUNT {
                activity.sums[a] += values[a];
                for b in 0..REGION_COUNT {
                    activity.products[a][b] += values[a] * values[b];
                }
            }
        }
        activity
    }

    fn covariance(&self, a: usize, b: usize) -> f64 {
        let count = self.row_count.max(1.0);
        self.products[a][b] / count - self.sums[a] * self.sums[b] / (count * count)
    }

    fn deviation(&self, region: usize) -> f64 {
        self.covariance(region, region).max(0.0).sqrt()
    }

    fn moves(&self, region: usize) -> bool {
        self.deviation(region) > STILL_DEVIATION
    }

    /// Pearson's r of the activities of two regions of [`Region::ALL`]; 0 where either does not move.
    #[must_use]
    pub fn correlation(&self, a: usize, b: usize) -> f64 {
        if !self.moves(a) || !self.moves(b) {
            return 0.0;
        }
        self.covariance(a, b) / (self.deviation(a) * self.deviation(b))
    }

    /// The regions that move.
    #[must_use]
    pub fn moving(&self) -> Vec<Region> {
        Region::ALL.into_iter().filter(|region| self.moves(region.index())).collect()
    }

    /// Correlations of `regions`, `[region, region]`.
    #[must_use]
    pub fn matrix(&self, regions: &[Region]) -> Vec<Vec<f64>> {
        let row = |a: &Region| regions.iter().map(|b| self.correlation(a.index(), b.index())).collect();
        regions.iter().map(row).collect()
    }

    /// Frobenius distance of the correlation matrices, over regions that `reference` moves; `None` if fewer than two do.
    #[must_use]
    pub fn distance(&self, reference: &Self) -> Option<f64> {
        let moving: Vec<usize> = (0..REGION_COUNT).filter(|&region| reference.moves(region)).collect();
        let square = |&a: &usize| -> f64 {
            moving
                .iter()
                .map(|&b| {
                    if a == b { 0.0 } else { (self.correlation(a, b) - reference.correlation(a, b)).powi(2) }
                })
                .sum()
        };
        (moving.len() >= 2).then(|| moving.iter().map(square).sum::<f64>().sqrt())
    }

    /// Mean over regions that `reference` moves of the ratio of the activity variances; 1 where nothing collapsed.
    #[must_use]
    pub fn variance_ratio(&self, reference: &Self) -> Option<f64> {
        let moving = (0..REGION_COUNT).filter(|&region| reference.moves(region));
        super::statistics::mean(
            moving.map(|region| (self.deviation(region) / reference.deviation(region)).powi(2)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(curve: impl Fn(usize) -> (f32, f32)) -> Vec<f32> {
        let rig = Rig::get(RigId::Board185);
        let (jaw, brow) =
            (rig.index_of("CTRL_C_jaw.ty").unwrap(), rig.index_of("CTRL_L_brow_raiseIn.ty").unwrap());
        let mut rows = vec![0.0; 200 * BOARD_CONTROL_COUNT];
        for (k, row) in rows.chunks_exact_mut(BOARD_CONTROL_COUNT).enumerate() {
            (row[jaw], row[brow]) = curve(k);
        }
        rows
    }

    #[test]
    fn distances_of_known_couplings() {
        let wave = |k: usize| 0.5 + 0.5 * (k as f32 * 0.2).sin();
        let together = rows(|k| (wave(k), wave(k)));
        let against = rows(|k| (wave(k), 1.0 - wave(k)));
        let half = rows(|k| (0.5 * wave(k), 0.5 * wave(k)));
        let still = rows(|_| (0.3, 0.3));
        let of = |rows: &Vec<f32>| RegionActivity::of([&rows[..]]);
        let reference = of(&together);
        assert_eq!(reference.moving(), [Region::Brow, Region::JawChin]);
        assert!(reference.distance(&reference).unwrap() < 1e-9);
        // r goes from 1 to -1 in both off-diagonal cells.
        assert!((of(&against).distance(&reference).unwrap() - 8.0_f64.sqrt()).abs() < 1e-6);
        assert!((of(&still).distance(&reference).unwrap() - 2.0_f64.sqrt()).abs() < 1e-6);
        assert!((of(&half).variance_ratio(&reference).unwrap() - 0.25).abs() < 1e-6);
        assert_eq!(reference.distance(&of(&still)), None);
    }
}
