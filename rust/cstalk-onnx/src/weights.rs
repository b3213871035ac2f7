//! Counting and hashing the weights of a graph.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::proto::{TensorProto, tensor_proto};

/// Initialisers whose names begin with this are constants of the graph (axes, bounds, 0.5), not weights.
pub(crate) const CONSTANT_PREFIX: &str = "const.";

/// The initialisers that are weights, in order of their names.
fn weights(initialisers: &[TensorProto]) -> Vec<&TensorProto> {
    let mut weights: Vec<_> =
        initialisers.iter().filter(|tensor| !tensor.name().starts_with(CONSTANT_PREFIX)).collect();
    weights.sort_by(|a, b| a.name().cmp(b.name()));
    weights
}

/// Number of elements of all weights.
pub(crate) fn parameter_count(initialisers: &[TensorProto]) -> u64 {
    weights(initialisers)
        .iter()
        .map(|tensor| {
            tensor
                .dims
                .iter()
                .fold(1_u64, |product, size| product.saturating_mul(u64::try_from(*size).unwrap_or(0)))
        })
        .fold(0, u64::saturating_add)
}

/// SHA-256 over name, type, shape and bytes of every weight, in order of the names.
pub(crate) fn weights_sha256(initialisers: &[TensorProto]) -> String {
    let mut hasher = Sha256::new();
    for tensor in weights(initialisers) {
        let raw = tensor.raw_data();
        hasher.update((tensor.name().len() as u64).to_le_bytes());
        hasher.update(tensor.name().as_bytes());
        hasher.update(tensor.data_type().to_le_bytes());
        hasher.update((tensor.dims.len() as u64).to_le_bytes());
        for size in &tensor.dims {
            hasher.update(size.to_le_bytes());
        }
        hasher.update((raw.len() as u64).to_le_bytes());
        hasher.update(raw);
    }
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What is wrong with the storage of an initialiser, if anything: only whole, embedded raw bytes of the
/// types this product writes are accepted.
pub(crate) fn storage_fault(tensor: &TensorProto) -> Option<String> {
    let name = tensor.name();
    if tensor.data_location() == tensor_proto::DataLocation::External || !tensor.external_data.is_empty() {
        return Some(format!("weight \"{name}\" lies outside the file"));
    }
    let Some(element) = crate::graph::ElementType::from_code(tensor.data_type()) else {
        return Some(format!("weight \"{name}\" has element type {}, which is not used", tensor.data_type()));
    };
    let bytes = tensor.dims.iter().try_fold(element.byte_count(), |product, size| {
        usize::try_from(*size).ok().and_then(|size| product.checked_mul(size))
    });
    if bytes != Some(tensor.raw_data().len()) {
        return Some(format!(
            "weight \"{name}\" of shape {:?} ({element:?}) has {} bytes",
            tensor.dims,
            tensor.raw_data().len()
        ));
    }
    None
}
