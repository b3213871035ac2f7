//! Building an ONNX graph node by node.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use prost::Message as _;

use crate::card::{CardState, ModelCard};
use crate::error::{Error, Result};
use crate::file::{CARD_KEY, ModelFile};
use crate::proto::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, TensorShapeProto, TypeProto, ValueInfoProto, attribute_proto::AttributeType, tensor_proto,
    tensor_shape_proto, type_proto,
};
use crate::weights;

/// Operator set the graphs are written in.
pub const OPSET_VERSION: i64 = 17;
/// Version of the ONNX file format written.
pub const IR_VERSION: i64 = 8;

/// Element type of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ElementType {
    /// 32-bit float.
    F32,
    /// 16-bit float.
    F16,
    /// Signed 8-bit integer.
    I8,
    /// Unsigned 8-bit integer.
    U8,
    /// Signed 32-bit integer.
    I32,
    /// Signed 64-bit integer.
    I64,
}

impl ElementType {
    pub(crate) fn code(self) -> i32 {
        (match self {
            Self::F32 => tensor_proto::DataType::Float,
            Self::F16 => tensor_proto::DataType::Float16,
            Self::I8 => tensor_proto::DataType::Int8,
            Self::U8 => tensor_proto::DataType::Uint8,
            Self::I32 => tensor_proto::DataType::Int32,
            Self::I64 => tensor_proto::DataType::Int64,
        }) as i32
    }

    pub(crate) fn from_code(code: i32) -> Option<Self> {
        [Self::F32, Self::F16, Self::I8, Self::U8, Self::I32, Self::I64]
            .into_iter()
            .find(|element| element.code() == code)
    }

    pub(crate) fn byte_count(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::F16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::I64 => 8,
        }
    }
}

/// One axis of a port: a fixed size or a name for a size known only when the graph runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Dim {
    /// Always this many.
    Fixed(usize),
    /// Any size; axes of one name have one size.
    Named(String),
}

impl Dim {
    /// The time axis: any number of hops.
    #[must_use]
    pub fn time() -> Self {
        Self::Named("time".to_owned())
    }

    /// `[1, time, width]`, the shape of every port but the states.
    #[must_use]
    pub fn rows(width: usize) -> [Self; 3] {
        [Self::Fixed(1), Self::time(), Self::Fixed(width)]
    }
}

impl std::fmt::Display for Dim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fixed(size) => write!(f, "{size}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// A value in the graph under construction: an input, a weight or the result of a node. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Edge(Arc<str>);

impl Edge {
    /// Name of the value in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// Value of a node attribute.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// One integer.
    Int(i64),
    /// One float.
    Float(f32),
    /// A list of integers.
    Ints(Vec<i64>),
    /// A string.
    Text(String),
}

/// Builds an ONNX graph node by node and ends in the bytes of a file.
///
/// Operations ([`matmul`](Self::matmul) and the others) return the edge they make and never fail; the first
/// mistake (a name given twice, a weight whose length does not fit its shape, an edge of another builder, a
/// state that is never set) is kept and returned by [`finish`](Self::finish).
#[derive(Debug)]
pub struct GraphBuilder {
    graph: GraphProto,
    names: HashSet<Arc<str>>,
    fresh_count: u64,
    constants: HashMap<(ElementType, Vec<usize>, Vec<u8>), Edge>,
    states: Vec<CardState>,
    states_set: HashSet<String>,
    mistake: Option<Error>,
}

impl GraphBuilder {
    /// An empty graph of the given name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            graph: GraphProto { name: Some(name.to_owned()), ..GraphProto::default() },
            names: HashSet::new(),
            fresh_count: 0,
            constants: HashMap::new(),
            states: Vec::new(),
            states_set: HashSet::new(),
            mistake: None,
        }
    }

    /// Adds an input port.
    pub fn input(&mut self, name: &str, element: ElementType, shape: &[Dim]) -> Edge {
        self.graph.input.push(port(name, element, shape));
        self.claim(name)
    }

    /// Adds an output port that carries `value`.
    pub fn output(&mut self, name: &str, value: &Edge, element: ElementType, shape: &[Dim]) {
        self.check_known(value);
        self.graph.output.push(port(name, element, shape));
        let result = self.claim(name);
        self.push_node("Identity", &[value], Vec::new(), &[result]);
    }

    /// Adds the input `state_in.<name>` (f32, fixed shape); must be matched by [`set_state`](Self::set_state).
    pub fn state(&mut self, name: &str, shape: &[usize]) -> Edge {
        self.states.push(CardState { name: name.to_owned(), shape: shape.to_vec() });
        self.input(&format!("state_in.{name}"), ElementType::F32, &fixed(shape))
    }

    /// Adds the output `state_out.<name>`: the value of the state for the next call.
    pub fn set_state(&mut self, name: &str, value: &Edge) {
        let Some(shape) =
            self.states.iter().find(|state| state.name == name).map(|state| fixed(&state.shape))
        else {
            self.note(format!("state \"{name}\" is set but was never read"));
            return;
        };
        self.states_set.insert(name.to_owned());
        self.output(&format!("state_out.{name}"), value, ElementType::F32, &shape);
    }

    /// Adds 32-bit float weights, row-major.
    pub fn weight_f32(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Edge {
        self.weight(name, ElementType::F32, shape, f32_bytes(values))
    }

    /// Adds weights rounded to 16-bit floats, row-major.
    pub fn weight_f16(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Edge {
        self.weight(name, ElementType::F16, shape, f16_bytes(values))
    }

    /// Adds signed 8-bit weights, row-major.
    pub fn weight_i8(&mut self, name: &str, shape: &[usize], values: &[i8]) -> Edge {
        self.weight(name, ElementType::I8, shape, values.iter().map(|value| value.to_le_bytes()[0]).collect())
    }

    /// A constant list of integers (axes, bounds, shapes); the same list is stored once.
    pub fn constant_i64(&mut self, values: &[i64]) -> Edge {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(ElementType::I64, &[values.len()], raw)
    }

    /// A constant scalar; the same number is stored once.
    pub fn constant_f32(&mut self, value: f32) -> Edge {
        self.constant(ElementType::F32, &[], f32_bytes(&[value]))
    }

    /// A constant scalar as a 16-bit float; the same number is stored once.
    pub fn constant_f16(&mut self, value: f32) -> Edge {
        self.constant(ElementType::F16, &[], f16_bytes(&[value]))
    }

    /// Adds a node of any operation with one result.
    ///
    /// Write every attribute out: not every engine fills in the defaults.
    pub fn node(&mut self, op: &str, inputs: &[&Edge], attributes: &[(&str, AttributeValue)]) -> Edge {
        let result = self.fresh(op);
        self.check_and_push(op, inputs, attributes, std::slice::from_ref(&result));
        result
    }

    /// Adds a node of any operation with `N` results.
    pub fn node_n<const N: usize>(
        &mut self,
        op: &str,
        inputs: &[&Edge],
        attributes: &[(&str, AttributeValue)],
    ) -> [Edge; N] {
        let results = std::array::from_fn(|_| self.fresh(op));
        self.check_and_push(op, inputs, attributes, &results);
        results
    }

    /// Adds a node of any operation with a number of results known only at run time.
    pub fn node_many(
        &mut self,
        op: &str,
        inputs: &[&Edge],
        attributes: &[(&str, AttributeValue)],
        result_count: usize,
    ) -> Vec<Edge> {
        let results: Vec<Edge> = (0..result_count).map(|_| self.fresh(op)).collect();
        self.check_and_push(op, inputs, attributes, &results);
        results
    }

    /// The bytes of a model file with its card.
    ///
    /// Fills in what the graph itself determines: the card's `states`, `parameters` and `weights_sha256`.
    ///
    /// # Errors
    /// `BadGraph` for the first mistake made while building, `BadModel` if card and graph do not agree.
    pub fn finish(mut self, mut card: ModelCard) -> Result<Vec<u8>> {
        self.check_states()?;
        card.states = std::mem::take(&mut self.states);
        card.parameters = weights::parameter_count(&self.graph.initializer);
        card.weights_sha256 = weights::weights_sha256(&self.graph.initializer);
        let text = card.to_json()?;
        let bytes =
            self.encode(vec![StringStringEntryProto { key: Some(CARD_KEY.to_owned()), value: Some(text) }]);
        ModelFile::parse(&bytes)?;
        Ok(bytes)
    }

    /// The bytes of an ONNX file without a card: not a model of this product, but good for testing one
    /// operation against another implementation.
    ///
    /// # Errors
    /// `BadGraph` for the first mistake made while building.
    pub fn finish_without_card(mut self) -> Result<Vec<u8>> {
        self.check_states()?;
        Ok(self.encode(Vec::new()))
    }

    fn check_states(&mut self) -> Result<()> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        match self.states.iter().find(|state| !self.states_set.contains(&state.name)) {
            Some(state) => Err(Error::bad_graph(format!("state \"{}\" is read but never set", state.name))),
            None => Ok(()),
        }
    }

    fn encode(self, metadata_props: Vec<StringStringEntryProto>) -> Vec<u8> {
        ModelProto {
            ir_version: Some(IR_VERSION),
            producer_name: Some("cstalk".to_owned()),
            producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            opset_import: vec![OperatorSetIdProto {
                domain: Some(String::new()),
                version: Some(OPSET_VERSION),
            }],
            graph: Some(self.graph),
            metadata_props,
            ..ModelProto::default()
        }
        .encode_to_vec()
    }

    fn weight(&mut self, name: &str, element: ElementType, shape: &[usize], raw: Vec<u8>) -> Edge {
        if name.starts_with(weights::CONSTANT_PREFIX) {
            self.note(format!("weight \"{name}\": names of weights do not begin with \"const.\""));
        }
        let tensor = initialiser(name, element, shape, raw);
        if let Some(fault) = weights::storage_fault(&tensor) {
            self.note(fault);
        }
        self.graph.initializer.push(tensor);
        self.claim(name)
    }

    fn constant(&mut self, element: ElementType, shape: &[usize], raw: Vec<u8>) -> Edge {
        let key = (element, shape.to_vec(), raw);
        if let Some(edge) = self.constants.get(&key) {
            return edge.clone();
        }
        let name = format!("{}{}", weights::CONSTANT_PREFIX, self.constants.len());
        self.graph.initializer.push(initialiser(&name, element, shape, key.2.clone()));
        let edge = self.claim(&name);
        self.constants.insert(key, edge.clone());
        edge
    }

    fn claim(&mut self, name: &str) -> Edge {
        let name: Arc<str> = name.into();
        if name.is_empty() || !self.names.insert(Arc::clone(&name)) {
            self.note(format!("the name \"{name}\" is empty or used twice"));
        }
        Edge(name)
    }

    fn fresh(&mut self, op: &str) -> Edge {
        loop {
            let name: Arc<str> = format!("{}.{}", op.to_ascii_lowercase(), self.fresh_count).into();
            self.fresh_count += 1;
            if self.names.insert(Arc::clone(&name)) {
                return Edge(name);
            }
        }
    }

    fn check_known(&mut self, edge: &Edge) {
        if !self.names.contains(&edge.0) {
            self.note(format!("the value \"{}\" belongs to another graph", edge.name()));
        }
    }

    fn check_and_push(
        &mut self,
        op: &str,
        inputs: &[&Edge],
        attributes: &[(&str, AttributeValue)],
        results: &[Edge],
    ) {
        for input in inputs {
            self.check_known(input);
        }
        let attributes = attributes.iter().map(|(name, value)| attribute(name, value)).collect();
        self.push_node(op, inputs, attributes, results);
    }

    fn push_node(&mut self, op: &str, inputs: &[&Edge], attribute: Vec<AttributeProto>, results: &[Edge]) {
        self.graph.node.push(NodeProto {
            name: Some(format!("{op}_{}", self.graph.node.len())),
            op_type: Some(op.to_owned()),
            input: inputs.iter().map(|edge| edge.name().to_owned()).collect(),
            output: results.iter().map(|edge| edge.name().to_owned()).collect(),
            attribute,
            ..NodeProto::default()
        });
    }

    fn note(&mut self, mistake: String) {
        if self.mistake.is_none() {
            self.mistake = Some(Error::bad_graph(mistake));
        }
    }
}

fn fixed(shape: &[usize]) -> Vec<Dim> {
    shape.iter().map(|size| Dim::Fixed(*size)).collect()
}

fn f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn f16_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect()
}

fn initialiser(name: &str, element: ElementType, shape: &[usize], raw: Vec<u8>) -> TensorProto {
    TensorProto {
        name: Some(name.to_owned()),
        data_type: Some(element.code()),
        dims: shape.iter().map(|size| *size as i64).collect(),
        raw_data: Some(raw),
        ..TensorProto::default()
    }
}

fn port(name: &str, element: ElementType, shape: &[Dim]) -> ValueInfoProto {
    use tensor_shape_proto::{Dimension, dimension::Value};
    let dim = shape
        .iter()
        .map(|dim| Dimension {
            value: Some(match dim {
                Dim::Fixed(size) => Value::DimValue(*size as i64),
                Dim::Named(name) => Value::DimParam(name.clone()),
            }),
            ..Dimension::default()
        })
        .collect();
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(type_proto::Tensor {
                elem_type: Some(element.code()),
                shape: Some(TensorShapeProto { dim }),
            })),
            ..TypeProto::default()
        }),
        ..ValueInfoProto::default()
    }
}

fn attribute(name: &str, value: &AttributeValue) -> AttributeProto {
    let mut proto = AttributeProto { name: Some(name.to_owned()), ..AttributeProto::default() };
    let kind = match value {
        AttributeValue::Int(value) => {
            proto.i = Some(*value);
            AttributeType::Int
        }
        AttributeValue::Float(value) => {
            proto.f = Some(*value);
            AttributeType::Float
        }
        AttributeValue::Ints(values) => {
            proto.ints.clone_from(values);
            AttributeType::Ints
        }
        AttributeValue::Text(text) => {
            proto.s = Some(text.clone().into_bytes());
            AttributeType::String
        }
    };
    proto.r#type = Some(kind as i32);
    proto
}
