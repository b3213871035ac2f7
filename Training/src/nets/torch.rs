//! The libtorch interpreter: training, whole clips and streams.

use super::backend::{Backend, CausalConv, Conv1d, Init};
use super::parameters::ParameterStore;
use std::collections::HashMap;
use tch::{Kind, Tensor};

/// Computes with libtorch on the parameters of a store, which it fills at the first pass.
pub struct TorchBackend<'a> {
    parameters: &'a mut ParameterStore,
    states: Option<HashMap<String, Tensor>>,
}

impl<'a> TorchBackend<'a> {
    /// For whole clips: what lies before the beginning is zeros.
    pub fn whole(parameters: &'a mut ParameterStore) -> Self {
        Self { parameters, states: None }
    }

    /// For a stream: every call goes on where the one before ended.
    pub fn stream(parameters: &'a mut ParameterStore) -> Self {
        Self { parameters, states: Some(HashMap::new()) }
    }

    /// `x` with `past_hops` hops of what came before it in front.
    fn with_past(&mut self, x: &Tensor, name: &str, past_hops: i64) -> Tensor {
        let Some(states) = &mut self.states else {
            return x.constant_pad_nd([0, 0, past_hops, 0]);
        };
        let (batch, channels) = (x.size()[0], x.size()[2]);
        let past = states
            .remove(name)
            .unwrap_or_else(|| Tensor::zeros([batch, past_hops, channels], (Kind::Float, x.device())));
        let longer = Tensor::cat(&[&past, x], 1);
        states.insert(name.to_owned(), longer.narrow(1, longer.size()[1] - past_hops, past_hops).copy());
        longer
    }
}

impl Backend for TorchBackend<'_> {
    type Tensor = Tensor;

    fn param(&mut self, name: &str, shape: &[i64], init: Init) -> Tensor {
        self.parameters.get_or_create(name, shape, init, true)
    }

    fn constant(&mut self, name: &str, shape: &[i64], init: Init) -> Tensor {
        self.parameters.get_or_create(name, shape, init, false)
    }

    fn linear(&mut self, x: &Tensor, name: &str, inputs: i64, outputs: i64) -> Tensor {
        let spread = Init::Normal(1.0 / (inputs as f64).sqrt());
        let weight = self.param(&format!("{name}.weight"), &[outputs, inputs], spread);
        let bias = self.param(&format!("{name}.bias"), &[outputs], Init::Constant(0.0));
        x.linear(&weight, Some(&bias))
    }

    fn blend(&mut self, weights: &Tensor, name: &str, inputs: i64, outputs: i64) -> Tensor {
        let table = self.param(name, &[inputs, outputs], Init::Normal(0.5));
        weights.matmul(&table)
    }

    fn constant_blend(&mut self, weights: &Tensor, name: &str, inputs: i64, outputs: i64) -> Tensor {
        let table = self.constant(name, &[inputs, outputs], Init::Constant(0.0));
        weights.matmul(&table)
    }

    fn layer_norm(&mut self, x: &Tensor, name: &str, channels: i64) -> Tensor {
        let weight = self.param(&format!("{name}.weight"), &[channels], Init::Constant(1.0));
        let bias = self.param(&format!("{name}.bias"), &[channels], Init::Constant(0.0));
        x.layer_norm([channels], Some(&weight), Some(&bias), 1e-5, false)
    }

    // One matrix product over the taps laid side by side: on these sizes it is faster than libtorch's own
    // dilated convolution, and it is the form the exported graph has.
    fn causal_conv(&mut self, x: &Tensor, name: &str, conv: CausalConv) -> Tensor {
        let length = x.size()[1];
        let longer = self.with_past(x, name, conv.past_hops());
        let taps: Vec<Tensor> =
            (0..conv.kernel).map(|tap| longer.narrow(1, tap * conv.dilation, length)).collect();
        let side_by_side = Tensor::cat(&taps, 2);
        self.linear(&side_by_side, name, conv.kernel * conv.inputs, conv.outputs)
    }

    fn delay(&mut self, x: &Tensor, name: &str, hops: i64, _channels: i64) -> Tensor {
        let length = x.size()[1];
        self.with_past(x, name, hops).narrow(1, 0, length)
    }

    fn gelu(&mut self, x: &Tensor) -> Tensor {
        x.gelu("none")
    }

    fn sigmoid(&mut self, x: &Tensor) -> Tensor {
        x.sigmoid()
    }

    fn sub(&mut self, a: &Tensor, b: &Tensor) -> Tensor {
        a - b
    }

    fn add(&mut self, a: &Tensor, b: &Tensor) -> Tensor {
        a + b
    }

    fn mul(&mut self, a: &Tensor, b: &Tensor) -> Tensor {
        a * b
    }

    fn join(&mut self, a: &Tensor, b: &Tensor) -> Tensor {
        Tensor::cat(&[a, b], -1)
    }

    fn channels(&mut self, x: &Tensor, start: i64, end: i64) -> Tensor {
        x.narrow(-1, start, end - start)
    }

    fn signal(&mut self, x: &Tensor) -> Tensor {
        x.reshape([x.size()[0], 1, -1])
    }

    fn turned(&mut self, x: &Tensor) -> Tensor {
        x.transpose(-2, -1)
    }

    fn pad_time(&mut self, x: &Tensor, before: i64, after: i64) -> Tensor {
        x.constant_pad_nd([before, after])
    }

    fn conv1d(&mut self, x: &Tensor, name: &str, conv: Conv1d) -> Tensor {
        let inputs = conv.inputs / conv.groups;
        let spread = Init::Normal(1.0 / ((inputs * conv.kernel) as f64).sqrt());
        let weight = self.param(&format!("{name}.weight"), &[conv.outputs, inputs, conv.kernel], spread);
        let bias =
            conv.bias.then(|| self.param(&format!("{name}.bias"), &[conv.outputs], Init::Constant(0.0)));
        x.conv1d(&weight, bias.as_ref(), conv.stride, 0, 1, conv.groups)
    }

    fn time_norm(&mut self, x: &Tensor, name: &str, channels: i64, epsilon: f64) -> Tensor {
        let weight = self.param(&format!("{name}.weight"), &[channels], Init::Constant(1.0));
        let bias = self.param(&format!("{name}.bias"), &[channels], Init::Constant(0.0));
        x.group_norm(channels, Some(&weight), Some(&bias), epsilon, false)
    }

    fn attention(
        &mut self,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
        heads: i64,
        channels: i64,
    ) -> Tensor {
        let (batch, time) = (query.size()[0], query.size()[1]);
        let [query, key, value] =
            [query, key, value].map(|x| x.reshape([batch, time, heads, channels / heads]).transpose(1, 2));
        let none = None::<&Tensor>;
        Tensor::scaled_dot_product_attention(&query, &key, &value, none, 0.0, false, None, false)
            .transpose(1, 2)
            .reshape([batch, time, channels])
    }
}
