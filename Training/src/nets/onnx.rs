//! The ONNX interpreter: writes a network down as a streaming graph, or as one that hears whole windows.

use super::backend::{Backend, CausalConv, Conv1d, Init};
use super::parameters::ParameterError;
use cstalk_onnx::{Dim, Edge, ElementType, GraphBuilder, Precision, quantise_columns};
use std::collections::{BTreeMap, HashMap};
use tch::{Kind, Tensor};

/// How weights are stored.
///
/// Matrices follow the precision; biases, norms, tables and constants are always f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Storage {
    #[default]
    F32,
    F16,
    Int8,
}

/// Writes operations into a [`GraphBuilder`], with weights from stored parameters.
///
/// The batch axis is 1 and the time axis dynamic; every causal convolution has a state port, or zeros before the
/// beginning in a graph that hears whole windows. The first parameter that is missing or of another shape is kept and returned by [`OnnxBackend::finish`].
pub struct OnnxBackend<'a> {
    graph: GraphBuilder,
    parameters: &'a BTreeMap<String, Tensor>,
    storage: Storage,
    whole_windows: bool,
    weights: HashMap<String, Edge>,
    mistake: Option<ParameterError>,
}

impl<'a> OnnxBackend<'a> {
    /// A graph called `name` with weights from `parameters`, stored as `precision` says.
    pub fn new(name: &str, parameters: &'a BTreeMap<String, Tensor>, precision: Precision) -> Self {
        let storage = match precision {
            Precision::F16Storage => Storage::F16,
            Precision::Int8Dynamic => Storage::Int8,
            _ => Storage::F32,
        };
        Self {
            graph: GraphBuilder::new(name),
            parameters,
            storage,
            whole_windows: false,
            weights: HashMap::new(),
            mistake: None,
        }
    }

    /// The same for a graph without states, each call of which hears a whole window.
    pub fn for_whole_windows(self) -> Self {
        Self { whole_windows: true, ..self }
    }

    /// An input port `[1, time, width]`.
    pub fn input(&mut self, name: &str, width: i64) -> Edge {
        self.graph.input(name, ElementType::F32, &Dim::rows(width as usize))
    }

    /// An output port `[1, time, width]` that carries `value`.
    pub fn output(&mut self, name: &str, value: &Edge, width: i64) {
        self.graph.output(name, value, ElementType::F32, &Dim::rows(width as usize));
    }

    /// The graph.
    ///
    /// # Errors
    /// The first parameter that did not fit.
    pub fn finish(self) -> Result<GraphBuilder, ParameterError> {
        match self.mistake {
            Some(mistake) => Err(mistake),
            None => Ok(self.graph),
        }
    }

    /// Values of the parameter `name`, zeros and a kept mistake where it does not fit.
    fn values(&mut self, name: &str, shape: &[i64]) -> Tensor {
        let found = match self.parameters.get(name) {
            None => Err(ParameterError::Missing(name.to_owned())),
            Some(tensor) if tensor.size() != shape => Err(ParameterError::Shape {
                name: name.to_owned(),
                wanted: shape.to_vec(),
                got: tensor.size(),
            }),
            Some(tensor) => Ok(tensor.detach().to_device(tch::Device::Cpu).to_kind(Kind::Float)),
        };
        found.unwrap_or_else(|mistake| {
            self.mistake.get_or_insert(mistake);
            Tensor::zeros(shape, (Kind::Float, tch::Device::Cpu))
        })
    }

    fn flat(&mut self, tensor: &Tensor) -> Vec<f32> {
        Vec::<f32>::try_from(tensor.contiguous().reshape([-1])).unwrap_or_else(|error| {
            self.mistake.get_or_insert(error.into());
            vec![0.0; tensor.numel()]
        })
    }

    fn stored_f32(&mut self, name: &str, shape: &[i64]) -> Edge {
        if let Some(edge) = self.weights.get(name) {
            return edge.clone();
        }
        let tensor = self.values(name, shape);
        let values = self.flat(&tensor);
        let edge = self.graph.weight_f32(name, &sizes(shape), &values);
        self.weights.insert(name.to_owned(), edge.clone());
        edge
    }

    /// `x` with what came before it in front: the state `name`, or zeros where a call hears a whole window.
    fn with_past(&mut self, x: &Edge, name: &str, hops: i64, channels: i64) -> Edge {
        if self.whole_windows {
            return self.graph.pad(x, &[0, hops, 0, 0, 0, 0]);
        }
        let past = self.graph.state(name, &sizes(&[1, hops, channels]));
        let longer = self.graph.concat(&[&past, x], 1);
        let next = self.graph.slice(&longer, 1, -hops, i64::MAX);
        self.graph.set_state(name, &next);
        longer
    }

    /// `x` times the transposed matrix `name` `[outputs, inputs]`.
    fn times_matrix(&mut self, x: &Edge, name: &str, inputs: i64, outputs: i64) -> Edge {
        let matrix = self.values(name, &[outputs, inputs]).transpose(0, 1);
        let values = self.flat(&matrix);
        let shape = sizes(&[inputs, outputs]);
        match self.storage {
            Storage::F32 => {
                let weight = self.graph.weight_f32(name, &shape, &values);
                self.graph.matmul(x, &weight)
            }
            Storage::F16 => {
                let weight = self.graph.weight_f16(name, &shape, &values);
                let weight = self.graph.cast(&weight, ElementType::F32);
                self.graph.matmul(x, &weight)
            }
            Storage::Int8 => {
                let quantised = quantise_columns(&values, outputs as usize);
                let weight = self.graph.weight_i8(name, &shape, &quantised.quantised);
                let scales = format!("{name}.scale");
                let scales = self.graph.weight_f32(&scales, &[outputs as usize], &quantised.scales);
                self.graph.matmul_int8(x, &weight, &scales)
            }
        }
    }
}

impl Backend for OnnxBackend<'_> {
    type Tensor = Edge;

    fn param(&mut self, name: &str, shape: &[i64], _init: Init) -> Edge {
        self.stored_f32(name, shape)
    }

    fn constant(&mut self, name: &str, shape: &[i64], _init: Init) -> Edge {
        self.stored_f32(name, shape)
    }

    fn linear(&mut self, x: &Edge, name: &str, inputs: i64, outputs: i64) -> Edge {
        let product = self.times_matrix(x, &format!("{name}.weight"), inputs, outputs);
        let bias = self.stored_f32(&format!("{name}.bias"), &[outputs]);
        self.graph.add(&product, &bias)
    }

    fn blend(&mut self, weights: &Edge, name: &str, inputs: i64, outputs: i64) -> Edge {
        let table = self.stored_f32(name, &[inputs, outputs]);
        self.graph.matmul(weights, &table)
    }

    fn constant_blend(&mut self, weights: &Edge, name: &str, inputs: i64, outputs: i64) -> Edge {
        let table = self.stored_f32(name, &[inputs, outputs]);
        self.graph.matmul(weights, &table)
    }

    fn layer_norm(&mut self, x: &Edge, name: &str, channels: i64) -> Edge {
        let weight = self.stored_f32(&format!("{name}.weight"), &[channels]);
        let bias = self.stored_f32(&format!("{name}.bias"), &[channels]);
        self.graph.layer_normalisation(x, &weight, &bias, 1e-5)
    }

    // A matrix product over the taps side by side: engines pack such a weight once, where a dilated convolution
    // over a single hop would be planned anew at every call.
    fn causal_conv(&mut self, x: &Edge, name: &str, conv: CausalConv) -> Edge {
        let past_hops = conv.past_hops();
        let longer = self.with_past(x, name, past_hops, conv.inputs);
        let taps: Vec<Edge> = (0..conv.kernel)
            .map(|tap| {
                let start = tap * conv.dilation;
                let end = if start == past_hops { i64::MAX } else { start - past_hops };
                self.graph.slice(&longer, 1, start, end)
            })
            .collect();
        let taps: Vec<&Edge> = taps.iter().collect();
        let side_by_side = self.graph.concat(&taps, 2);
        self.linear(&side_by_side, name, conv.kernel * conv.inputs, conv.outputs)
    }

    fn delay(&mut self, x: &Edge, name: &str, hops: i64, channels: i64) -> Edge {
        let longer = self.with_past(x, name, hops, channels);
        self.graph.slice(&longer, 1, 0, -hops)
    }

    fn gelu(&mut self, x: &Edge) -> Edge {
        self.graph.gelu(x)
    }

    fn sigmoid(&mut self, x: &Edge) -> Edge {
        self.graph.sigmoid(x)
    }

    fn sub(&mut self, a: &Edge, b: &Edge) -> Edge {
        self.graph.sub(a, b)
    }

    fn add(&mut self, a: &Edge, b: &Edge) -> Edge {
        self.graph.add(a, b)
    }

    fn mul(&mut self, a: &Edge, b: &Edge) -> Edge {
        self.graph.mul(a, b)
    }

    fn join(&mut self, a: &Edge, b: &Edge) -> Edge {
        self.graph.concat(&[a, b], 2)
    }

    fn channels(&mut self, x: &Edge, start: i64, end: i64) -> Edge {
        self.graph.slice(x, 2, start, end)
    }

    fn signal(&mut self, x: &Edge) -> Edge {
        self.graph.reshape(x, &[0, 1, -1])
    }

    fn turned(&mut self, x: &Edge) -> Edge {
        self.graph.transpose(x, &[0, 2, 1])
    }

    fn pad_time(&mut self, x: &Edge, before: i64, after: i64) -> Edge {
        let end = if after < 0 { after } else { i64::MAX };
        let inside =
            if before < 0 || after < 0 { self.graph.slice(x, 2, (-before).max(0), end) } else { x.clone() };
        self.graph.pad(&inside, &[0, 0, before.max(0), 0, 0, after.max(0)])
    }

    fn conv1d(&mut self, x: &Edge, name: &str, conv: Conv1d) -> Edge {
        let shape = [conv.outputs, conv.inputs / conv.groups, conv.kernel];
        let weight = self.stored_f32(&format!("{name}.weight"), &shape);
        let bias = conv.bias.then(|| self.stored_f32(&format!("{name}.bias"), &[conv.outputs]));
        let numbers = cstalk_onnx::Conv1d {
            kernel: conv.kernel,
            groups: conv.groups,
            stride: conv.stride,
            dilation: 1,
        };
        self.graph.conv1d(x, &weight, bias.as_ref(), numbers)
    }

    fn time_norm(&mut self, x: &Edge, name: &str, channels: i64, epsilon: f64) -> Edge {
        let weight = self.stored_f32(&format!("{name}.weight"), &[channels]);
        let bias = self.stored_f32(&format!("{name}.bias"), &[channels]);
        self.graph.instance_normalisation(x, &weight, &bias, epsilon as f32)
    }

    fn attention(&mut self, query: &Edge, key: &Edge, value: &Edge, heads: i64, channels: i64) -> Edge {
        let width = channels / heads;
        let scaled = self.graph.scale(query, 1.0 / (width as f32).sqrt());
        let mut parts = |x: &Edge, order: &[i64]| {
            let by_head = self.graph.reshape(x, &[0, 0, heads, width]);
            self.graph.transpose(&by_head, order)
        };
        let query = parts(&scaled, &[0, 2, 1, 3]);
        let key = parts(key, &[0, 2, 3, 1]);
        let value = parts(value, &[0, 2, 1, 3]);
        let scores = self.graph.matmul(&query, &key);
        let weights = self.graph.softmax(&scores, 3);
        let attended = self.graph.matmul(&weights, &value);
        let by_time = self.graph.transpose(&attended, &[0, 2, 1, 3]);
        self.graph.reshape(&by_time, &[0, 0, channels])
    }
}

fn sizes(shape: &[i64]) -> Vec<usize> {
    shape.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect()
}
