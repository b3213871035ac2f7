//! The weights of a model file as numbers, for training that starts from a shipped model.

use prost::Message as _;

use crate::error::{Error, Result};
use crate::file::ModelFile;
use crate::graph::ElementType;
use crate::proto::{ModelProto, TensorProto};
use crate::weights::CONSTANT_PREFIX;

/// One weight as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredWeight {
    /// Name of the initialiser.
    pub name: String,
    /// Sizes of the axes, as stored: matrices are `[inputs, outputs]`.
    pub shape: Vec<usize>,
    /// Values, row-major.
    pub values: Vec<f32>,
}

/// The file's card and ports beside all its weights, those of 16 bits widened to 32.
///
/// # Errors
/// As [`ModelFile::parse`], and `BadModel` naming a weight of another type: matrices of 8 bits have lost too much to
/// be trained further.
pub fn stored_weights(bytes: &[u8]) -> Result<(ModelFile, Vec<StoredWeight>)> {
    let file = ModelFile::parse(bytes)?;
    let model = ModelProto::decode(bytes)
        .map_err(|error| Error::bad_model("not an ONNX file, or damaged").because(error))?;
    let initialisers = model.graph.map(|graph| graph.initializer).unwrap_or_default();
    let weights = initialisers
        .iter()
        .filter(|tensor| !tensor.name().starts_with(CONSTANT_PREFIX))
        .map(stored)
        .collect::<Result<_>>()?;
    Ok((file, weights))
}

fn stored(tensor: &TensorProto) -> Result<StoredWeight> {
    let (name, raw) = (tensor.name().to_owned(), tensor.raw_data());
    let values = match ElementType::from_code(tensor.data_type()) {
        Some(ElementType::F32) => raw
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect(),
        Some(ElementType::F16) => {
            raw.chunks_exact(2).map(|bytes| half::f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()).collect()
        }
        other => {
            let got = other.map_or_else(|| "another type".to_owned(), |element| format!("{element:?}"));
            return Err(Error::bad_model(format!(
                "weight \"{name}\": wanted F32 or F16, got {got}; take the 32-bit file of this model"
            )));
        }
    };
    let shape = tensor.dims.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect();
    Ok(StoredWeight { name, shape, values })
}
