//! Reading a model file back: card, ports, node counts, sizes.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use prost::Message as _;

use crate::card::ModelCard;
use crate::contract;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{Dim, ElementType};
use crate::proto::{ModelProto, ValueInfoProto, tensor_shape_proto::dimension, type_proto};
use crate::{weights, wire};

/// Metadata key under which a model file carries its card.
pub const CARD_KEY: &str = "cstalk.card";

/// An input or output of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Name.
    pub name: String,
    /// Element type; `None` for a type this product does not use.
    pub element: Option<ElementType>,
    /// Axes.
    pub shape: Vec<Dim>,
}

impl Port {
    /// Type and shape for people, for example `F32 [1, time, 160]`.
    #[must_use]
    pub fn type_text(&self) -> String {
        let shape = contract::shape_text(&self.shape);
        match self.element {
            Some(element) => format!("{element:?} {shape}"),
            None => format!("another type {shape}"),
        }
    }

    fn from_proto(proto: &ValueInfoProto) -> Self {
        let tensor = match proto.r#type.as_ref().and_then(|kind| kind.value.as_ref()) {
            Some(type_proto::Value::TensorType(tensor)) => Some(tensor),
            _ => None,
        };
        let shape = tensor.and_then(|tensor| tensor.shape.as_ref()).map_or_else(Vec::new, |shape| {
            shape
                .dim
                .iter()
                .map(|dim| match &dim.value {
                    Some(dimension::Value::DimValue(size)) => {
                        usize::try_from(*size).map_or_else(|_| Dim::Named(size.to_string()), Dim::Fixed)
                    }
                    Some(dimension::Value::DimParam(name)) => Dim::Named(name.clone()),
                    None => Dim::Named("?".to_owned()),
                })
                .collect()
        });
        let element = tensor.and_then(|tensor| ElementType::from_code(tensor.elem_type()));
        Self { name: proto.name().to_owned(), element, shape }
    }
}

/// What a model file says, without running it.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFile {
    card: ModelCard,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    node_counts: BTreeMap<String, usize>,
    file_bytes: u64,
}

impl ModelFile {
    /// Reads and checks a model file; also returns its bytes, which a provider needs to run it.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and `BadInput` if the file cannot be read. The message begins with the path.
    pub fn read(path: impl AsRef<Path>) -> Result<(Self, Vec<u8>)> {
        let path = path.as_ref();
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::BadInput, format!("cannot read the model {}", path.display()))
                .because(error)
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        // One byte more than allowed, so that a file that grows meanwhile is still refused.
        file.take(wire::MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        let parsed = Self::parse(&bytes).map_err(|error| error.at(path.display()))?;
        Ok((parsed, bytes))
    }

    /// Reads and checks the bytes of a model file: it must be ONNX, carry a valid card, have exactly the ports
    /// the card promises and weights with the card's hash.
    ///
    /// Safe for any bytes: never panics, and takes memory of a small multiple of their length (at most a
    /// million list entries of some hundred bytes).
    ///
    /// # Errors
    /// `BadModel`, saying what was wanted and what was found.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() as u64 > wire::MAX_FILE_BYTES {
            return Err(Error::bad_model(format!("larger than {} bytes", wire::MAX_FILE_BYTES)));
        }
        if bytes.is_empty() {
            return Err(Error::bad_model("the file is empty"));
        }
        wire::check_entries(bytes)?;
        let model = ModelProto::decode(bytes)
            .map_err(|error| Error::bad_model("not an ONNX file, or damaged").because(error))?;
        let Some(graph) = &model.graph else {
            return Err(Error::bad_model("not an ONNX model: it has no graph"));
        };
        let mut cards = model.metadata_props.iter().filter(|entry| entry.key() == CARD_KEY);
        let Some(card) = cards.next() else {
            return Err(Error::bad_model(format!(
                "an ONNX file ({} nodes, made by \"{}\") without a CSTalk model card (metadata \"{CARD_KEY}\"): \
                 not a model of this product",
                graph.node.len(),
                model.producer_name(),
            )));
        };
        if cards.next().is_some() {
            return Err(Error::bad_model(format!("two entries \"{CARD_KEY}\" in the metadata")));
        }
        let card = ModelCard::from_json(card.value())?;
        let inputs: Vec<Port> = graph.input.iter().map(Port::from_proto).collect();
        let outputs: Vec<Port> = graph.output.iter().map(Port::from_proto).collect();
        contract::check(&card, &inputs, &outputs)?;
        if let Some(fault) = graph.initializer.iter().find_map(weights::storage_fault) {
            return Err(Error::bad_model(fault));
        }
        let parameters = weights::parameter_count(&graph.initializer);
        if parameters != card.parameters {
            return Err(Error::card_key(
                "parameters",
                format_args!("{parameters} (counted)"),
                card.parameters,
            ));
        }
        let sha256 = weights::weights_sha256(&graph.initializer);
        if sha256 != card.weights_sha256 {
            return Err(Error::card_key(
                "weights_sha256",
                format_args!("{sha256} (computed; the file is damaged or was changed)"),
                &card.weights_sha256,
            ));
        }
        let mut node_counts = BTreeMap::new();
        for node in &graph.node {
            *node_counts.entry(node.op_type().to_owned()).or_insert(0) += 1;
        }
        Ok(Self { card, inputs, outputs, node_counts, file_bytes: bytes.len() as u64 })
    }

    /// The card.
    #[must_use]
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// The card, by value.
    #[must_use]
    pub fn into_card(self) -> ModelCard {
        self.card
    }

    /// Input ports in the graph's order.
    #[must_use]
    pub fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    /// Output ports in the graph's order.
    #[must_use]
    pub fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// How many nodes of each operation the graph has.
    #[must_use]
    pub fn node_counts(&self) -> &BTreeMap<String, usize> {
        &self.node_counts
    }

    /// Number of weights.
    #[must_use]
    pub fn parameter_count(&self) -> u64 {
        self.card.parameters
    }

    /// Size of the file.
    #[must_use]
    pub fn file_bytes(&self) -> u64 {
        self.file_bytes
    }
}
