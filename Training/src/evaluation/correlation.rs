//! Which regions of the face move together.
//!
//! Activity of a region at a row = mean over its controls of |value| over the control's range.
//! Per emotion, Pearson's r of the activities of every pair of regions over all rows gives a symmetric matrix;
//! the distance of two sequences is the Frobenius norm of the difference of their matrices, over pairs of regions that the
//! reference moves. A region that the prediction never moves correlates with nothing (0).

use cstalk_rig::{Region, Rig, RigId};

use super::BOARD_CONTROL_COUNT;
use super::statistics::{deviation, pearson};

/// A region whose activity deviates less than this over time does not move.
const STILL_DEVIATION: f64 = 1e-3;

/// Activities of the fifteen regions over time, `[region][row]`.
#[derive(Clone, Debug)]
pub struct RegionActivity {
    curves: Vec<Vec<f64>>,
}

impl RegionActivity {
    /// The activities of pooled board-185 row sequences.
    #[must_use]
    pub fn of<'a>(clips: impl IntoIterator<Item = &'a [f32]>) -> Self {
        let controls = Rig::get(RigId::Board185).columns();
        let mut members = vec![Vec::new(); Region::ALL.len()];
        for (column, control) in controls.iter().enumerate() {
            let reach = control.max.abs().max(control.min.abs()).max(1e-6);
            members[control.region.index()].push((column, f64::from(reach)));
        }
        let mut curves = vec![Vec::new(); members.len()];
        for rows in clips {
            for row in rows.chunks_exact(BOARD_CONTROL_COUNT) {
                for (curve, members) in curves.iter_mut().zip(&members) {
                    let shares = members.iter().map(|&(column, reach)| f64::from(row[column].abs()) / reach);
                    curve.push(super::statistics::mean(shares).unwrap_or(0.0));
                }
            }
        }
        Self { curves }
    }

    fn moves(&self, region: usize) -> bool {
        deviation(&self.curves[region]) > STILL_DEVIATION
    }

    fn correlation(&self, a: usize, b: usize) -> f64 {
        if !self.moves(a) || !self.moves(b) {
            return 0.0;
        }
        pearson(&self.curves[a], &self.curves[b]).unwrap_or(0.0)
    }

    /// The names of the regions that move.
    #[must_use]
    pub fn moving(&self) -> Vec<&'static str> {
        Region::ALL.iter().filter(|region| self.moves(region.index())).map(|region| region.name()).collect()
    }

    /// Frobenius distance of the correlation matrices, over regions that `reference` moves; `None` if fewer than two do.
    #[must_use]
    pub fn distance(&self, reference: &Self) -> Option<f64> {
        let moving: Vec<usize> =
            (0..reference.curves.len()).filter(|&region| reference.moves(region)).collect();
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
        let moving = (0..reference.curves.len()).filter(|&region| reference.moves(region));
        super::statistics::mean(
            moving.map(|region| {
                (deviation(&self.curves[region]) / deviation(&reference.curves[region])).powi(2)
            }),
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
        assert_eq!(reference.moving(), ["brow", "jaw-chin"]);
        assert!(reference.distance(&reference).unwrap() < 1e-9);
        // r goes from 1 to -1 in both off-diagonal cells.
        assert!((of(&against).distance(&reference).unwrap() - 8.0_f64.sqrt()).abs() < 1e-6);
        assert!((of(&still).distance(&reference).unwrap() - 2.0_f64.sqrt()).abs() < 1e-6);
        assert!((of(&half).variance_ratio(&reference).unwrap() - 0.25).abs() < 1e-6);
        assert_eq!(reference.distance(&of(&still)), None);
    }
}
