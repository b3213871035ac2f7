//! The operations networks use, as thin methods: one node each, every attribute written out, but for
//! [`gelu`](GraphBuilder::gelu) and [`matmul_int8`](GraphBuilder::matmul_int8), which opset 17 lacks.

use crate::graph::{AttributeValue, Edge, ElementType, GraphBuilder};

use AttributeValue::{Float, Int, Ints};

/// Operations of one input without attributes.
macro_rules! unary {
    ($($(#[$doc:meta])* $method:ident = $op:literal;)*) => {
        impl GraphBuilder {
            $($(#[$doc])* pub fn $method(&mut self, x: &Edge) -> Edge { self.node($op, &[x], &[]) })*
        }
    };
}

/// Operations of two inputs without attributes; shapes broadcast as in NumPy.
macro_rules! binary {
    ($($(#[$doc:meta])* $method:ident = $op:literal;)*) => {
        impl GraphBuilder {
            $($(#[$doc])* pub fn $method(&mut self, a: &Edge, b: &Edge) -> Edge { self.node($op, &[a, b], &[]) })*
        }
    };
}

unary! {
    /// The same value under a new name.
    identity = "Identity";
    /// Error function, element by element.
    erf = "Erf";
    /// Hyperbolic tangent, element by element.
    tanh = "Tanh";
    /// Logistic function, element by element.
    sigmoid = "Sigmoid";
    /// `max(x, 0)`, element by element.
    relu = "Relu";
    /// `exp(x)`, element by element.
    exp = "Exp";
    /// Square root, element by element.
    sqrt = "Sqrt";
    /// `-x`, element by element.
    neg = "Neg";
}

binary! {
    /// Matrix product of the last two axes; leading axes broadcast.
    matmul = "MatMul";
    /// `a + b`.
    add = "Add";
    /// `a - b`.
    sub = "Sub";
    /// `a * b`.
    mul = "Mul";
    /// `a / b`.
    div = "Div";
    /// `a` to the power `b`.
    pow = "Pow";
}

impl GraphBuilder {
    /// `x * factor`.
    pub fn scale(&mut self, x: &Edge, factor: f32) -> Edge {
        let factor = self.constant_f32(factor);
        self.mul(x, &factor)
    }

    /// Values side by side along `axis`.
    pub fn concat(&mut self, values: &[&Edge], axis: i64) -> Edge {
        self.node("Concat", values, &[("axis", Int(axis))])
    }

    /// Elements `start..end` of `axis`; negative bounds count from the end, `i64::MAX` is the end.
    pub fn slice(&mut self, x: &Edge, axis: i64, start: i64, end: i64) -> Edge {
        let (start, end) = (self.constant_i64(&[start]), self.constant_i64(&[end]));
        let (axes, steps) = (self.constant_i64(&[axis]), self.constant_i64(&[1]));
        self.node("Slice", &[x, &start, &end, &axes, &steps], &[])
    }

    /// Pieces of the given sizes along `axis`.
    pub fn split(&mut self, x: &Edge, axis: i64, sizes: &[i64]) -> Vec<Edge> {
        let lengths = self.constant_i64(sizes);
        self.node_many("Split", &[x, &lengths], &[("axis", Int(axis))], sizes.len())
    }

    /// Axes in the order of `permutation`.
    pub fn transpose(&mut self, x: &Edge, permutation: &[i64]) -> Edge {
        self.node("Transpose", &[x], &[("perm", Ints(permutation.to_vec()))])
    }

    /// Another shape; 0 keeps the size of that axis, -1 takes what is left.
    pub fn reshape(&mut self, x: &Edge, shape: &[i64]) -> Edge {
        let shape = self.constant_i64(shape);
        self.node("Reshape", &[x, &shape], &[("allowzero", Int(0))])
    }

    /// Adds axes of size 1.
    pub fn unsqueeze(&mut self, x: &Edge, axes: &[i64]) -> Edge {
        let axes = self.constant_i64(axes);
        self.node("Unsqueeze", &[x, &axes], &[])
    }

    /// Takes away axes of size 1.
    pub fn squeeze(&mut self, x: &Edge, axes: &[i64]) -> Edge {
        let axes = self.constant_i64(axes);
        self.node("Squeeze", &[x, &axes], &[])
    }

    /// Elements of `axis` picked by an integer edge.
    pub fn gather(&mut self, x: &Edge, indices: &Edge, axis: i64) -> Edge {
        self.node("Gather", &[x, indices], &[("axis", Int(axis))])
    }

    /// Zeros around `x`; `pads` has the counts before each axis, then those after each axis.
    pub fn pad(&mut self, x: &Edge, pads: &[i64]) -> Edge {
        let pads = self.constant_i64(pads);
        self.node("Pad", &[x, &pads], &[("mode", AttributeValue::Text("constant".to_owned()))])
    }

    /// Mean over `axes`, which stay with size 1.
    pub fn reduce_mean(&mut self, x: &Edge, axes: &[i64]) -> Edge {
        self.node("ReduceMean", &[x], &[("axes", Ints(axes.to_vec())), ("keepdims", Int(1))])
    }

    /// Softmax along `axis`.
    pub fn softmax(&mut self, x: &Edge, axis: i64) -> Edge {
        self.node("Softmax", &[x], &[("axis", Int(axis))])
    }

    /// Normalises the last axis to mean 0 and variance 1, then `* gain + bias`.
    pub fn layer_normalisation(&mut self, x: &Edge, gain: &Edge, bias: &Edge, epsilon: f32) -> Edge {
        self.node(
            "LayerNormalization",
            &[x, gain, bias],
            &[("axis", Int(-1)), ("epsilon", Float(epsilon)), ("stash_type", Int(1))],
        )
    }

    /// Normalises each channel of `x` `[1, channel, time]` to mean 0 and variance 1 over time, then `* gain + bias`,
    /// both `[channel]`.
    pub fn instance_normalisation(&mut self, x: &Edge, gain: &Edge, bias: &Edge, epsilon: f32) -> Edge {
        self.node("InstanceNormalization", &[x, gain, bias], &[("epsilon", Float(epsilon))])
    }

    /// One-dimensional convolution without padding: `x` `[1, in, time]`, `weight` `[out, in / groups, kernel]`.
    pub fn conv1d(&mut self, x: &Edge, weight: &Edge, bias: Option<&Edge>, conv: Conv1d) -> Edge {
        let inputs: Vec<&Edge> = [x, weight].into_iter().chain(bias).collect();
        self.node(
            "Conv",
            &inputs,
            &[
                ("group", Int(conv.groups)),
                ("kernel_shape", Ints(vec![conv.kernel])),
                ("pads", Ints(vec![0, 0])),
                ("strides", Ints(vec![conv.stride])),
                ("dilations", Ints(vec![conv.dilation])),
            ],
        )
    }

    /// Another element type.
    pub fn cast(&mut self, x: &Edge, to: ElementType) -> Edge {
        self.node("Cast", &[x], &[("to", Int(i64::from(to.code())))])
    }

    /// 8-bit form of `x` with the range it has now: `[quantised, scale, zero point]`.
    pub fn dynamic_quantize_linear(&mut self, x: &Edge) -> [Edge; 3] {
        self.node_n("DynamicQuantizeLinear", &[x], &[])
    }

    /// Integer matrix product of 8-bit values, as 32-bit integers; `b` is signed with zero point 0.
    pub fn matmul_integer(&mut self, a: &Edge, b: &Edge, a_zero_point: &Edge) -> Edge {
        self.node("MatMulInteger", &[a, b, a_zero_point], &[])
    }

    /// GELU in its exact form, `x / 2 * (1 + erf(x / sqrt 2))`, which engines fuse again.
    pub fn gelu(&mut self, x: &Edge) -> Edge {
        let root = self.constant_f32(std::f32::consts::SQRT_2);
        let (one, half) = (self.constant_f32(1.0), self.constant_f32(0.5));
        let scaled = self.div(x, &root);
        let erf = self.erf(&scaled);
        let shifted = self.add(&erf, &one);
        let product = self.mul(x, &shifted);
        self.mul(&product, &half)
    }

    /// `x` times an 8-bit matrix with one scale a column (see [`quantise_columns`](crate::quantise_columns));
    /// `x` is quantised at run time.
    pub fn matmul_int8(&mut self, x: &Edge, quantised: &Edge, scales: &Edge) -> Edge {
        let [x_quantised, x_scale, x_zero] = self.dynamic_quantize_linear(x);
        let sums = self.matmul_integer(&x_quantised, quantised, &x_zero);
        let sums = self.cast(&sums, ElementType::F32);
        let scale = self.mul(&x_scale, scales);
        self.mul(&sums, &scale)
    }
}

/// Numbers of a [`GraphBuilder::conv1d`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv1d {
    /// Taps.
    pub kernel: i64,
    /// Channel groups (1: every output sees every input).
    pub groups: i64,
    /// Steps between two outputs.
    pub stride: i64,
    /// Steps between two taps.
    pub dilation: i64,
}
