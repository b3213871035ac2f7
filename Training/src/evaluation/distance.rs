//! How far a prediction is from a reference: on the evaluation head in millimetres, and in control values.
//!
//! Formulas, with p the prediction, g the reference, v a vertex and t a row:
//! LVE = mean over t of max over lip vertices of |p - g|^2 (mm^2), and the same with the root inside the mean (mm);
//! EVE = the same over upper-face vertices;
//! FDD = mean over upper-face vertices of [std over t of |g(t) - rest|^2] - [the same of p] (mm^2), signed: above 0 the
//! prediction is too still; FDD abs = mean of the absolute differences;
//! MOD = mean over t of |gap of p - gap of g| (mm);
//! control error = mean over t and controls of |p - g|, raw and over the control's standard deviation in the reference;
//! speed error = the same of the difference of successive rows, times 50 rows/s.

use cstalk_rig::{Rig, RigId};

use super::contact::ROW_S;
use super::mesh::{FaceMesh, VertexSet};
use super::statistics::deviation;
use super::{BOARD_CONTROL_COUNT, arkit_rows};

/// A control that moves less than this in the reference has no scale of its own.
const LEAST_DEVIATION: f64 = 0.01;

/// Distances of one clip. Sums over rows, so that clips pool by addition; [`FaceDistance::figures`] divides.
#[derive(Clone, Copy, Debug, Default)]
pub struct FaceDistance {
    row_count: f64,
    lip_square_mm2: f64,
    lip_root_mm: f64,
    upper_square_mm2: f64,
    upper_root_mm: f64,
    opening_mm: f64,
    still_mm2: f64,
    still_absolute_mm2: f64,
    clip_count: f64,
}

/// Distances on the evaluation head; the formulas stand in the module's text.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct FaceFigures {
    /// Lip vertex error, mm^2.
    pub lve_mm2: f64,
    /// Lip vertex error with the root taken per row, mm.
    pub lve_root_mm: f64,
    /// Upper-face vertex error, mm^2.
    pub eve_mm2: f64,
    /// Upper-face vertex error with the root taken per row, mm.
    pub eve_root_mm: f64,
    /// Mouth opening difference, mm.
    pub mod_mm: f64,
    /// Upper-face dynamics deviation, signed, mm^2.
    pub fdd_mm2: f64,
    /// Upper-face dynamics deviation, absolute, mm^2.
    pub fdd_absolute_mm2: f64,
}

impl FaceDistance {
    /// The distances between two board-185 row sequences; the longer one is cut.
    #[must_use]
    pub fn between(mesh: &FaceMesh, prediction: &[f32], reference: &[f32]) -> Self {
        let width = Rig::get(RigId::Arkit52).columns().len();
        let (prediction, reference) = (arkit_rows(prediction), arkit_rows(reference));
        let mut sum = Self { clip_count: 1.0, ..Self::default() };
        let (mut p_mm, mut g_mm) = (Vec::new(), Vec::new());
        let mut stillness = Stillness::new(&mesh.upper_face, width);
        for (p, g) in prediction.chunks_exact(width).zip(reference.chunks_exact(width)) {
            sum.row_count += 1.0;
            mesh.lips.pose(p, &mut p_mm);
            mesh.lips.pose(g, &mut g_mm);
            let worst = largest_square(&p_mm, &g_mm);
            sum.lip_square_mm2 += worst;
            sum.lip_root_mm += worst.sqrt();
            sum.opening_mm += f64::from((mesh.lip_gap_mm(p) - mesh.lip_gap_mm(g)).abs());
            mesh.upper_face.pose(p, &mut p_mm);
            mesh.upper_face.pose(g, &mut g_mm);
            let worst = largest_square(&p_mm, &g_mm);
            sum.upper_square_mm2 += worst;
            sum.upper_root_mm += worst.sqrt();
            stillness.see(&p_mm, &g_mm);
        }
        (sum.still_mm2, sum.still_absolute_mm2) = stillness.difference();
        sum
    }

    /// The figures of the pooled rows (FDD: of the pooled clips); `None` without rows.
    #[must_use]
    pub fn figures(&self) -> Option<FaceFigures> {
        (self.row_count > 0.0).then(|| FaceFigures {
            lve_mm2: self.lip_square_mm2 / self.row_count,
            lve_root_mm: self.lip_root_mm / self.row_count,
            eve_mm2: self.upper_square_mm2 / self.row_count,
            eve_root_mm: self.upper_root_mm / self.row_count,
            mod_mm: self.opening_mm / self.row_count,
            fdd_mm2: self.still_mm2 / self.clip_count,
            fdd_absolute_mm2: self.still_absolute_mm2 / self.clip_count,
        })
    }
}

impl<'a> std::iter::Sum<&'a FaceDistance> for FaceDistance {
    fn sum<I: Iterator<Item = &'a Self>>(clips: I) -> Self {
        clips.fold(Self::default(), |sum, clip| Self {
            row_count: sum.row_count + clip.row_count,
            lip_square_mm2: sum.lip_square_mm2 + clip.lip_square_mm2,
            lip_root_mm: sum.lip_root_mm + clip.lip_root_mm,
            upper_square_mm2: sum.upper_square_mm2 + clip.upper_square_mm2,
            upper_root_mm: sum.upper_root_mm + clip.upper_root_mm,
            opening_mm: sum.opening_mm + clip.opening_mm,
            still_mm2: sum.still_mm2 + clip.still_mm2,
            still_absolute_mm2: sum.still_absolute_mm2 + clip.still_absolute_mm2,
            clip_count: sum.clip_count + clip.clip_count,
        })
    }
}

fn largest_square(a_mm: &[f32], b_mm: &[f32]) -> f64 {
    let squares = a_mm.chunks_exact(3).zip(b_mm.chunks_exact(3));
    let squares = squares.map(|(a, b)| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>());
    f64::from(squares.fold(0.0, f32::max))
}

/// Running sums for the standard deviation over time of each vertex's squared motion.
struct Stillness {
    rest_mm: Vec<f32>,
    /// Per vertex: sum and sum of squares of the prediction, then of the reference.
    sums: Vec<[f64; 4]>,
    row_count: f64,
}

impl Stillness {
    fn new(vertices: &VertexSet, arkit_width: usize) -> Self {
        let mut rest_mm = Vec::new();
        vertices.pose(&vec![0.0; arkit_width], &mut rest_mm);
        Self { sums: vec![[0.0; 4]; vertices.vertex_count()], rest_mm, row_count: 0.0 }
    }

    fn see(&mut self, p_mm: &[f32], g_mm: &[f32]) {
        self.row_count += 1.0;
        let vertices = p_mm.chunks_exact(3).zip(g_mm.chunks_exact(3)).zip(self.rest_mm.chunks_exact(3));
        for (sums, ((p, g), rest)) in self.sums.iter_mut().zip(vertices) {
            let motion =
                |at: &[f32]| f64::from(at.iter().zip(rest).map(|(a, b)| (a - b).powi(2)).sum::<f32>());
            let (p, g) = (motion(p), motion(g));
            *sums = [sums[0] + p, sums[1] + p * p, sums[2] + g, sums[3] + g * g];
        }
    }

    /// Mean over vertices of deviation(reference) - deviation(prediction), signed and absolute.
    fn difference(&self) -> (f64, f64) {
        let spread = |sum: f64, squares: f64| {
            let centre = sum / self.row_count;
            (squares / self.row_count - centre * centre).max(0.0).sqrt()
        };
        let differences = || self.sums.iter().map(|s| spread(s[2], s[3]) - spread(s[0], s[1]));
        let mean = |values: &mut dyn Iterator<Item = f64>| super::statistics::mean(values).unwrap_or(0.0);
        if self.row_count == 0.0 {
            return (0.0, 0.0);
        }
        (mean(&mut differences()), mean(&mut differences().map(f64::abs)))
    }
}

/// Distances in control values; the formulas stand in the module's text.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct ControlFigures {
    /// Mean absolute error, control units.
    pub error: f64,
    /// Mean absolute error over the control's deviation in the reference.
    pub standard_error: f64,
    /// Mean absolute error of the speed, control units a second.
    pub speed_error: f64,
}

/// The control distances of pooled clips `(prediction, reference)` over the controls of a mask.
/// The standard error leaves out controls that the reference never moves (deviation below 0.01). `None` without rows.
#[must_use]
pub fn control_figures(
    clips: &[(&[f32], &[f32])],
    mask: &[bool; BOARD_CONTROL_COUNT],
) -> Option<ControlFigures> {
    let (mut error, mut standard, mut speed) = (Vec::new(), Vec::new(), Vec::new());
    for column in (0..BOARD_CONTROL_COUNT).filter(|&column| mask[column]) {
        let (mut sum, mut count, mut speed_sum, mut speed_count) = (0.0, 0.0, 0.0, 0.0);
        let mut reference_values = Vec::new();
        for (prediction, reference) in clips {
            let at = |rows: &[f32]| super::signals::column(rows, BOARD_CONTROL_COUNT, column);
            let (p, g) = (at(prediction), at(reference));
            let misses: Vec<f64> = p.iter().zip(&g).map(|(p, g)| p - g).collect();
            sum += misses.iter().map(|miss| miss.abs()).sum::<f64>();
            count += misses.len() as f64;
            speed_sum += misses.windows(2).map(|pair| (pair[1] - pair[0]).abs() / ROW_S).sum::<f64>();
            speed_count += misses.len().saturating_sub(1) as f64;
            reference_values.extend(g);
        }
        if count == 0.0 || speed_count == 0.0 {
            return None;
        }
        error.push(sum / count);
        speed.push(speed_sum / speed_count);
        let scale = deviation(&reference_values);
        if scale >= LEAST_DEVIATION {
            standard.push(sum / count / scale);
        }
    }
    Some(ControlFigures {
        error: super::statistics::mean(error)?,
        standard_error: super::statistics::mean(standard)?,
        speed_error: super::statistics::mean(speed)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::shared_data;

    fn jaw_rows(curve: &[f32]) -> Vec<f32> {
        let jaw = Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap();
        let mut rows = vec![0.0; curve.len() * BOARD_CONTROL_COUNT];
        for (row, value) in rows.chunks_exact_mut(BOARD_CONTROL_COUNT).zip(curve) {
            row[jaw] = *value;
        }
        rows
    }

    #[test]
    fn a_face_is_no_distance_from_itself_and_grows_with_the_jaw() {
        let Some(folder) = shared_data("a_face_is_no_distance_from_itself_and_grows_with_the_jaw", "mesh")
        else {
            return;
        };
        let mesh = FaceMesh::load(&folder).unwrap();
        let still = jaw_rows(&[0.0; 4]);
        let same = FaceDistance::between(&mesh, &still, &still).figures().unwrap();
        assert_eq!((same.lve_mm2, same.eve_mm2, same.mod_mm, same.fdd_mm2), (0.0, 0.0, 0.0, 0.0));
        let small = FaceDistance::between(&mesh, &jaw_rows(&[0.1; 4]), &still).figures().unwrap();
        let large = FaceDistance::between(&mesh, &jaw_rows(&[0.2; 4]), &still).figures().unwrap();
        assert!((small.mod_mm - 3.275).abs() < 0.05, "{small:?}");
        assert!((large.lve_mm2 / small.lve_mm2 - 4.0).abs() < 0.01, "squared: {small:?} {large:?}");
        assert!((large.lve_root_mm / small.lve_root_mm - 2.0).abs() < 0.01);
    }

    #[test]
    fn control_errors_of_known_curves() {
        let reference = jaw_rows(&[0.0, 0.2, 0.0, 0.2]);
        let prediction = jaw_rows(&[0.1, 0.1, 0.1, 0.1]);
        let mut mask = [false; BOARD_CONTROL_COUNT];
        mask[Rig::get(RigId::Board185).index_of("CTRL_C_jaw.ty").unwrap()] = true;
        let found = control_figures(&[(&prediction, &reference)], &mask).unwrap();
        assert!((found.error - 0.1).abs() < 1e-6, "{found:?}");
        assert!((found.standard_error - 1.0).abs() < 1e-5, "{found:?}");
        assert!((found.speed_error - 10.0).abs() < 1e-4, "{found:?}");
        assert!(control_figures(&[], &mask).is_none());
    }
}
