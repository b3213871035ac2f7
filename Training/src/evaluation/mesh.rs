//! The evaluation head: ARKit rows become millimetres.
//!
//! `mesh/ict_face.npz` is USC ICT's generic head (MIT) in centimetres with one displacement field per expression shape;
//! `mesh/regions.json` names the lip and upper-face vertices. Shapes called `_L`/`_R` belong to the ARKit shapes
//! `...Left`/`...Right`; both halves of `browInnerUp` and `cheekPuff` follow the one ARKit shape. The head has no
//! shape for `TongueOut`, and its `cheekRaiser` and `PupilDilate` have no ARKit name: those move nothing here.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use cstalk_rig::{Rig, RigId};
use serde::Deserialize;

/// Vertices of the teeth in ICT-FaceKit's order (its `vertex_indices.json` and README).
const TEETH: std::ops::Range<usize> = 17_039..21_451;
/// Millimetres in a unit of the file.
const MM_PER_UNIT: f32 = 10.0;
/// Half the width of the front teeth and of the lip before them, millimetres.
const BITE_HALF_WIDTH_MM: f32 = 9.0;

/// What is wrong with the mesh files.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct MeshError {
    /// The file.
    pub path: PathBuf,
    /// What was wanted and found.
    pub reason: String,
}

/// The parts of the head that figures need.
#[derive(Clone, Debug)]
pub struct FaceMesh {
    /// Lips and the skin around them.
    pub lips: VertexSet,
    /// Eyes, brows and forehead.
    pub upper_face: VertexSet,
    inner_lips: VertexSet,
    lower_lip_rim: VertexSet,
    incisors_mm: Vec<[f32; 3]>,
}

/// Some vertices and how ARKit shapes move them.
#[derive(Clone, Debug, Default)]
pub struct VertexSet {
    /// Rest positions, `[vertex, axis]`, millimetres; y is up, z is forward.
    rest_mm: Vec<f32>,
    /// ARKit column and the displacement at weight 1, `[vertex, axis]`, millimetres.
    shapes: Vec<(usize, Vec<f32>)>,
}

impl VertexSet {
    /// Vertices in the set.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.rest_mm.len() / 3
    }

    /// Writes the positions `[vertex, axis]` in millimetres for one ARKit row.
    pub fn pose(&self, arkit_row: &[f32], out_mm: &mut Vec<f32>) {
        out_mm.clear();
        out_mm.extend_from_slice(&self.rest_mm);
        for (column, displacement) in &self.shapes {
            let weight = arkit_row.get(*column).copied().unwrap_or(0.0);
            if weight != 0.0 {
                for (position, step) in out_mm.iter_mut().zip(displacement) {
                    *position += weight * step;
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Regions {
    inner_lip_upper_mid: usize,
    inner_lip_lower_mid: usize,
    lip_vertices: Vec<usize>,
    upper_face_vertices: Vec<usize>,
}

impl FaceMesh {
    /// Loads `ict_face.npz` and `regions.json` from a folder.
    ///
    /// # Errors
    /// A missing or malformed file; the message names it.
    pub fn load(folder: &Path) -> Result<Self, MeshError> {
        let regions_path = folder.join("regions.json");
        let regions = std::fs::read(&regions_path)
            .map_err(|e| e.to_string())
            .and_then(|text| serde_json::from_slice::<Regions>(&text).map_err(|e| e.to_string()))
            .map_err(|reason| MeshError { path: regions_path, reason })?;
        let path = folder.join("ict_face.npz");
        let head = WholeHead::read(&path).map_err(|reason| MeshError { path: path.clone(), reason })?;
        let inner = [regions.inner_lip_upper_mid, regions.inner_lip_lower_mid];
        let all = [&regions.lip_vertices[..], &regions.upper_face_vertices[..], &inner[..]];
        if let Some(vertex) = all.concat().into_iter().find(|&vertex| vertex >= head.vertex_count()) {
            let reason = format!("vertex {vertex} of regions.json, but {} vertices", head.vertex_count());
            return Err(MeshError { path, reason });
        }
        if head.vertex_count() < TEETH.end {
            let reason = format!("{} vertices, but the teeth end at {}", head.vertex_count(), TEETH.end);
            return Err(MeshError { path, reason });
        }
        let (rim, incisors) = head.bite_vertices(&regions.lip_vertices, inner[1]);
        Ok(Self {
            lips: head.subset(&regions.lip_vertices),
            upper_face: head.subset(&regions.upper_face_vertices),
            inner_lips: head.subset(&inner),
            lower_lip_rim: head.subset(&rim),
            incisors_mm: incisors.iter().map(|&vertex| head.position_mm(vertex)).collect(),
        })
    }

    /// The vertical distance between the middles of the inner lips, millimetres; negative where the lips would overlap.
    #[must_use]
    pub fn lip_gap_mm(&self, arkit_row: &[f32]) -> f32 {
        let mut gap = self.inner_lips.rest_mm[1] - self.inner_lips.rest_mm[4];
        for (column, displacement) in &self.inner_lips.shapes {
            gap += arkit_row.get(*column).copied().unwrap_or(0.0) * (displacement[1] - displacement[4]);
        }
        gap
    }

    /// The smallest distance between the rim of the lower lip and the upper incisors, millimetres.
    /// The upper teeth do not move; at rest it is 1.25.
    #[must_use]
    pub fn bite_distance_mm(&self, arkit_row: &[f32]) -> f32 {
        let mut rim_mm = Vec::new();
        self.lower_lip_rim.pose(arkit_row, &mut rim_mm);
        let square =
            |rim: &[f32], tooth: &[f32; 3]| rim.iter().zip(tooth).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
        let distances = rim_mm
            .chunks_exact(3)
            .flat_map(|rim| self.incisors_mm.iter().map(move |tooth| square(rim, tooth)));
        distances.fold(f32::INFINITY, f32::min).sqrt()
    }
}

/// All vertices and shapes of the file.
struct WholeHead {
    /// `[vertex, axis]`, file units.
    positions: Vec<f32>,
    /// ARKit column and displacement `[vertex, axis]`, file units; several entries may share a column.
    shapes: Vec<(usize, Vec<f32>)>,
}

impl WholeHead {
    fn read(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|e| e.to_string())?;
        let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| e.to_string())?;
        let positions: Vec<f32> = array(&mut archive, "vertices")?;
        let names: Vec<String> = array(&mut archive, "names")?;
        let deltas: Vec<half::f16> = array(&mut archive, "deltas")?;
        if positions.is_empty() || deltas.len() != names.len() * positions.len() {
            let (deltas, names, positions) = (deltas.len(), names.len(), positions.len());
            return Err(format!("{deltas} displacements for {names} shapes of {positions} coordinates"));
        }
        let rig = Rig::get(RigId::Arkit52);
        let shapes: Vec<_> = names
            .iter()
            .zip(deltas.chunks_exact(positions.len()))
            .filter_map(|(name, deltas)| {
                let column = rig.index_of(&arkit_name(name))?;
                Some((column, deltas.iter().map(|delta| delta.to_f32()).collect()))
            })
            .collect();
        match rig.index_of("JawOpen") {
            Some(jaw) if shapes.iter().any(|(column, _)| *column == jaw) => Ok(Self { positions, shapes }),
            _ => Err("no shape called jawOpen".into()),
        }
    }

    fn vertex_count(&self) -> usize {
        self.positions.len() / 3
    }

    fn position_mm(&self, vertex: usize) -> [f32; 3] {
        std::array::from_fn(|axis| self.positions[vertex * 3 + axis] * MM_PER_UNIT)
    }

    fn subset(&self, vertices: &[usize]) -> VertexSet {
        let pick = |from: &[f32]| -> Vec<f32> {
            let axes =
                |&vertex: &usize| from[vertex * 3..vertex * 3 + 3].iter().map(|value| value * MM_PER_UNIT);
            vertices.iter().flat_map(axes).collect()
        };
        let mut shapes: Vec<(usize, Vec<f32>)> = Vec::new();
        for (column, displacement) in &self.shapes {
            let picked = pick(displacement);
            match shapes.iter_mut().find(|(known, _)| known == column) {
                Some((_, sum)) => sum.iter_mut().zip(picked).for_each(|(sum, value)| *sum += value),
                None => shapes.push((*column, picked)),
            }
        }
        VertexSet { rest_mm: pick(&self.positions), shapes }
    }

    /// The rim of the lower lip (lip vertices that the jaw carries, within 4 mm below the inner lip) and the edges of the upper
    /// incisors (teeth that the jaw leaves alone, the foremost 6 mm and lowest 4 mm), both within 9 mm of the middle.
    fn bite_vertices(&self, lips: &[usize], inner_lower_mid: usize) -> (Vec<usize>, Vec<usize>) {
        let jaw = Rig::get(RigId::Arkit52).index_of("JawOpen");
        let drop_mm = |vertex: usize| -> f32 {
            let steps = self.shapes.iter().filter(|(column, _)| Some(*column) == jaw);
            steps.map(|(_, step)| step[vertex * 3 + 1] * MM_PER_UNIT).sum()
        };
        let central = |vertex: usize| self.position_mm(vertex)[0].abs() < BITE_HALF_WIDTH_MM;
        let rim_floor_mm = self.position_mm(inner_lower_mid)[1] - 4.0;
        let rim = lips.iter().copied().filter(|&vertex| {
            central(vertex) && drop_mm(vertex) < -15.0 && self.position_mm(vertex)[1] > rim_floor_mm
        });
        let upper: Vec<usize> =
            TEETH.filter(|&vertex| central(vertex) && drop_mm(vertex).abs() < 0.01).collect();
        let front_mm =
            upper.iter().map(|&vertex| self.position_mm(vertex)[2]).fold(f32::NEG_INFINITY, f32::max) - 6.0;
        let edge_mm =
            upper.iter().map(|&vertex| self.position_mm(vertex)[1]).fold(f32::INFINITY, f32::min) + 4.0;
        let is_edge = |vertex: &usize| {
            let [_, y, z] = self.position_mm(*vertex);
            z > front_mm && y < edge_mm
        };
        (rim.collect(), upper.into_iter().filter(is_edge).collect())
    }
}

fn array<T: npyz::Deserialize>(
    archive: &mut zip::ZipArchive<BufReader<File>>,
    name: &str,
) -> Result<Vec<T>, String> {
    let entry = archive.by_name(&format!("{name}.npy")).map_err(|e| format!("{name}: {e}"))?;
    let table = npyz::NpyFile::new(entry).map_err(|e| format!("{name}: {e}"))?;
    if table.order() != npyz::Order::C {
        return Err(format!("{name}: stored column by column"));
    }
    table.into_vec().map_err(|e| format!("{name}: {e}"))
}

fn arkit_name(ict_name: &str) -> String {
    let name = match ict_name {
        "browInnerUp_L" | "browInnerUp_R" => "browInnerUp".to_owned(),
        "cheekPuff_L" | "cheekPuff_R" => "cheekPuff".to_owned(),
        other => other.replace("_L", "Left").replace("_R", "Right"),
    };
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::shared_data;

    fn row(weights: &[(&str, f32)]) -> Vec<f32> {
        let rig = Rig::get(RigId::Arkit52);
        let mut row = vec![0.0; rig.columns().len()];
        for (name, weight) in weights {
            row[rig.index_of(name).unwrap()] = *weight;
        }
        row
    }

    fn mesh(test: &str) -> Option<FaceMesh> {
        let folder = shared_data(test, "mesh")?;
        Some(FaceMesh::load(&folder).unwrap())
    }

    #[test]
    fn gaps_of_known_faces() {
        let Some(mesh) = mesh("gaps_of_known_faces") else { return };
        let cases: [(&[(&str, f32)], f32); 5] = [
            (&[], 0.763),
            (&[("JawOpen", 1.0)], 33.51),
            (&[("JawOpen", 0.5), ("MouthClose", 0.5)], -2.33),
            (&[("MouthFunnel", 1.0)], 14.49),
            (&[("BrowInnerUp", 1.0)], 0.763),
        ];
        for (weights, wanted_mm) in cases {
            let found_mm = mesh.lip_gap_mm(&row(weights));
            assert!((found_mm - wanted_mm).abs() < 0.02, "{weights:?}: {found_mm}");
        }
    }

    #[test]
    fn the_lower_lip_bites_only_where_it_meets_the_teeth() {
        let Some(mesh) = mesh("the_lower_lip_bites_only_where_it_meets_the_teeth") else { return };
        assert!((mesh.bite_distance_mm(&row(&[])) - 1.2526).abs() < 0.01);
        let rolled = mesh.bite_distance_mm(&row(&[("JawOpen", 0.1), ("MouthRollLower", 0.5)]));
        assert!(rolled < 1.2, "{rolled}");
        for open in [("JawOpen", 0.2), ("MouthFunnel", 0.5), ("MouthPucker", 0.8)] {
            let distance = mesh.bite_distance_mm(&row(&[open]));
            assert!(distance > 4.5, "{open:?}: {distance}");
        }
    }

    #[test]
    fn poses_are_linear_and_halves_add_up() {
        let Some(mesh) = mesh("poses_are_linear_and_halves_add_up") else { return };
        assert_eq!((mesh.lips.vertex_count(), mesh.upper_face.vertex_count()), (1646, 2644));
        let (mut rest, mut half, mut whole) = (Vec::new(), Vec::new(), Vec::new());
        mesh.upper_face.pose(&row(&[]), &mut rest);
        mesh.upper_face.pose(&row(&[("BrowInnerUp", 0.5)]), &mut half);
        mesh.upper_face.pose(&row(&[("BrowInnerUp", 1.0)]), &mut whole);
        let moved = |side: fn(f32) -> bool| {
            rest.chunks_exact(3)
                .zip(whole.chunks_exact(3))
                .filter(|(a, _)| side(a[0]))
                .any(|(a, b)| b[1] - a[1] > 2.0)
        };
        assert!(moved(|x| x > 5.0) && moved(|x| x < -5.0), "one half of the brow stays");
        for ((a, b), c) in rest.iter().zip(&half).zip(&whole) {
            assert!((b - a - (c - b)).abs() < 1e-3);
        }
    }

    #[test]
    fn a_mesh_that_is_none_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert!(FaceMesh::load(folder.path()).unwrap_err().to_string().contains("regions.json"));
        let regions = r#"{"inner_lip_upper_mid":0,"inner_lip_lower_mid":1,"lip_vertices":[0],"upper_face_vertices":[1]}"#;
        std::fs::write(folder.path().join("regions.json"), regions).unwrap();
        std::fs::write(folder.path().join("ict_face.npz"), b"not a zip").unwrap();
        assert!(FaceMesh::load(folder.path()).unwrap_err().to_string().contains("ict_face.npz"));
    }
}
