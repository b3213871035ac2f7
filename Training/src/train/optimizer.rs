//! AdamW whose whole state can be saved, with an average of the weights over time.

use super::error::Result;
use crate::nets::ParameterStore;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tch::{Kind, Tensor};

/// Constants of [`AdamW`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptimizerConfig {
    /// Highest learning rate, after the warm-up.
    pub learning_rate: f64,
    /// Factor on the learning rate of parameters whose name starts with the key.
    pub rate_factors: BTreeMap<String, f64>,
    /// Decay of the mean gradient.
    pub beta1: f64,
    /// Decay of the mean squared gradient.
    pub beta2: f64,
    /// Added to the root of the mean squared gradient.
    pub epsilon: f64,
    /// Decoupled decay of matrices, per step and unit of learning rate.
    pub weight_decay: f64,
    /// Largest norm of the whole gradient.
    pub clip_norm: f64,
    /// Decay of the average of the weights; ramps up over the first steps.
    pub average_decay: f64,
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self {
            learning_rate: 2e-3,
            rate_factors: BTreeMap::new(),
            beta1: 0.9,
            beta2: 0.98,
            epsilon: 1e-8,
            weight_decay: 0.02,
            clip_norm: 1.0,
            average_decay: 0.999,
        }
    }
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// Norm of the whole gradient before clipping.
    pub gradient_norm: f64,
    /// False when the gradient was not finite and nothing was changed.
    pub applied: bool,
}

/// AdamW over the trained parameters of a store, kept as flat vectors in the order of the names.
#[derive(Debug)]
pub struct AdamW {
    config: OptimizerConfig,
    names: Vec<String>,
    step: i64,
    mean: Tensor,
    square: Tensor,
    average: Tensor,
    rate: Tensor,
    decay: Tensor,
}

impl AdamW {
    /// An optimiser at step 0 for what `parameters` holds now.
    pub fn new(config: &OptimizerConfig, parameters: &ParameterStore) -> Self {
        let trained: Vec<(&str, &Tensor)> = parameters
            .iter()
            .filter(|(_, parameter)| parameter.trained)
            .map(|(name, parameter)| (name, &parameter.tensor))
            .collect();
        let options = (Kind::Float, parameters.device());
        let per_number = |value: &dyn Fn(&str, &Tensor) -> f64| {
            let filled: Vec<Tensor> = trained
                .iter()
                .map(|(name, tensor)| Tensor::full([tensor.numel() as i64], value(name, tensor), options))
                .collect();
            Tensor::cat(&filled, 0)
        };
        let average = flat_values(trained.iter().map(|(_, tensor)| *tensor));
        Self {
            config: config.clone(),
            names: trained.iter().map(|(name, _)| (*name).to_owned()).collect(),
            step: 0,
            mean: average.zeros_like(),
            square: average.zeros_like(),
            rate: per_number(&|name, _| rate_factor(config, name)),
            decay: per_number(&|_, tensor| if tensor.dim() > 1 { config.weight_decay } else { 0.0 }),
            average,
        }
    }

    /// Steps taken.
    pub fn step_count(&self) -> i64 {
        self.step
    }

    /// One step along the gradients in `parameters`, which are cleared; `rate` scales the learning rate.
    ///
    /// # Errors
    /// libtorch's.
    pub fn step(&mut self, parameters: &mut ParameterStore, rate: f64) -> Result<StepReport> {
        tch::no_grad(|| self.step_without_graph(parameters, rate))
    }

    fn step_without_graph(&mut self, parameters: &mut ParameterStore, rate: f64) -> Result<StepReport> {
        let tensors: Vec<&Tensor> = self.names.iter().filter_map(|name| parameters.get(name)).collect();
        let pieces: Vec<Tensor> = tensors.iter().map(|tensor| gradient_or_zeros(tensor)).collect();
        let gradient = Tensor::f_cat(&pieces, 0)?;
        for tensor in &tensors {
            let mut gradient = tensor.grad();
            if gradient.defined() {
                let _ = gradient.f_zero_()?;
            }
        }
        let gradient_norm = gradient.norm().double_value(&[]);
        if !gradient_norm.is_finite() {
            return Ok(StepReport { gradient_norm, applied: false });
        }
        let c = &self.config;
        let gradient = gradient * (c.clip_norm / gradient_norm.max(c.clip_norm));
        self.step += 1;
        self.mean = &self.mean * c.beta1 + &gradient * (1.0 - c.beta1);
        self.square = &self.square * c.beta2 + gradient.square() * (1.0 - c.beta2);
        let unbias1 = 1.0 - c.beta1.powi(self.step as i32);
        let unbias2 = 1.0 - c.beta2.powi(self.step as i32);
        let direction = (&self.mean / unbias1) / ((&self.square / unbias2).sqrt() + c.epsilon);
        let values = flat_values(tensors.iter().copied());
        let change = (direction + &values * &self.decay) * &self.rate * (c.learning_rate * rate);
        let values = values - change;
        let keep = c.average_decay.min((1.0 + self.step as f64) / (10.0 + self.step as f64));
        self.average = &self.average * keep + &values * (1.0 - keep);
        scatter(&values, &tensors)?;
        Ok(StepReport { gradient_norm, applied: true })
    }

    /// Averaged weights of the trained parameters beside the constants as they are.
    ///
    /// # Errors
    /// libtorch's.
    pub fn averaged(&self, parameters: &ParameterStore) -> Result<BTreeMap<String, Tensor>> {
        let mut values = parameters.snapshot();
        let mut start = 0;
        for name in &self.names {
            if let Some(value) = values.get_mut(name) {
                let count = value.numel() as i64;
                *value = self.average.f_narrow(0, start, count)?.f_view_as(value)?.copy();
                start += count;
            }
        }
        Ok(values)
    }

    /// The state as named tensors for a checkpoint.
    pub fn state(&self) -> [(&'static str, &Tensor); 3] {
        [("mean", &self.mean), ("square", &self.square), ("average", &self.average)]
    }

    /// Goes on from `state` at `step`; false when a tensor is missing or of another size.
    pub fn restore(&mut self, state: &BTreeMap<String, Tensor>, step: i64) -> bool {
        let find = |name: &str| state.get(name).filter(|tensor| tensor.size() == self.mean.size());
        let (Some(mean), Some(square), Some(average)) = (find("mean"), find("square"), find("average"))
        else {
            return false;
        };
        let device = self.mean.device();
        (self.mean, self.square, self.average) =
            (mean.to_device(device), square.to_device(device), average.to_device(device));
        self.step = step;
        true
    }
}

fn rate_factor(config: &OptimizerConfig, name: &str) -> f64 {
    let matching = config.rate_factors.iter().filter(|(prefix, _)| name.starts_with(prefix.as_str()));
    matching.max_by_key(|(prefix, _)| prefix.len()).map_or(1.0, |(_, factor)| *factor)
}

fn flat_values<'a>(tensors: impl Iterator<Item = &'a Tensor>) -> Tensor {
    let flat: Vec<Tensor> = tensors.map(|tensor| tensor.detach().reshape([-1])).collect();
    Tensor::cat(&flat, 0)
}

fn gradient_or_zeros(tensor: &Tensor) -> Tensor {
    let gradient = tensor.grad();
    if gradient.defined() {
        gradient.to_kind(Kind::Float).reshape([-1])
    } else {
        Tensor::zeros([tensor.numel() as i64], (Kind::Float, tensor.device()))
    }
}

fn scatter(values: &Tensor, tensors: &[&Tensor]) -> Result<()> {
    let mut start = 0;
    for tensor in tensors {
        let count = tensor.numel() as i64;
        let mut target = tensor.shallow_clone();
        target.f_copy_(&values.f_narrow(0, start, count)?.f_view_as(tensor)?)?;
        start += count;
    }
    Ok(())
}
