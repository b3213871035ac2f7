//! Reading a published wav2vec 2.0 from a folder: `config.json`, `model.safetensors`, `preprocessor_config.json`.

use super::{ConvLayer, Wav2Vec2, Wav2Vec2Shape};
use crate::nets::parameters::{ParameterError, read_tensors};
use crate::nets::{ParameterStore, SAMPLES_PER_HOP, TorchBackend};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use tch::{Device, Kind, Tensor};

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";
const PREPROCESSOR: &str = "preprocessor_config.json";
const PICKLED_WEIGHTS: &str = "pytorch_model.bin";

/// Why a folder is not a wav2vec 2.0 that can be used.
#[derive(Debug, thiserror::Error)]
pub enum Wav2Vec2Error {
    /// A file is missing or cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A value of the configuration stands for a network that this is not.
    #[error("{path}: \"{key}\": wanted {wanted}, got {got}")]
    Config {
        /// The configuration.
        path: PathBuf,
        /// Its key.
        key: &'static str,
        /// What can be used.
        wanted: String,
        /// What it says.
        got: String,
    },
    /// The weights do not fit the configuration.
    #[error("{path} does not fit the {CONFIG} beside it: {source}")]
    Weights {
        /// The weights.
        path: PathBuf,
        /// The first tensor that does not fit.
        source: ParameterError,
    },
}

/// An encoder with its weights.
#[derive(Debug)]
pub struct LoadedWav2Vec2 {
    /// The network.
    pub net: Wav2Vec2,
    /// Its tensors by the names that the network asks for, 32-bit floats on the CPU.
    pub tensors: BTreeMap<String, Tensor>,
    /// SHA-256 of the file of weights, in hexadecimal digits.
    pub weights_sha256: String,
}

/// What is read of `config.json`.
#[derive(Deserialize)]
struct Config {
    model_type: String,
    conv_dim: Vec<i64>,
    conv_kernel: Vec<i64>,
    conv_stride: Vec<i64>,
    #[serde(default)]
    conv_bias: bool,
    feat_extract_norm: String,
    #[serde(default = "gelu")]
    feat_extract_activation: String,
    #[serde(default = "gelu")]
    hidden_act: String,
    hidden_size: i64,
    num_hidden_layers: i64,
    num_attention_heads: i64,
    intermediate_size: i64,
    #[serde(default)]
    do_stable_layer_norm: bool,
    #[serde(default = "norm_epsilon")]
    layer_norm_eps: f64,
    num_conv_pos_embeddings: i64,
    num_conv_pos_embedding_groups: i64,
    #[serde(default)]
    add_adapter: bool,
    #[serde(default)]
    adapter_attn_dim: Option<i64>,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn norm_epsilon() -> f64 {
    super::NORM_EPSILON
}

#[derive(Deserialize)]
struct Preprocessor {
    #[serde(default = "yes")]
    do_normalize: bool,
}

fn yes() -> bool {
    true
}

impl Wav2Vec2 {
    /// Reads the encoder in `folder`. Without a `preprocessor_config.json` samples are standardised, as the published
    /// preprocessor does unless told otherwise. Tensors of heads and of pre-training are left out.
    ///
    /// # Errors
    /// [`Wav2Vec2Error`], naming the file and the key or tensor.
    pub fn load(folder: &Path) -> Result<LoadedWav2Vec2, Wav2Vec2Error> {
        let config_path = folder.join(CONFIG);
        let config: Config = read_json(&config_path)?;
        let preprocessor_path = folder.join(PREPROCESSOR);
        let standardised = !preprocessor_path.exists() || {
            let preprocessor: Preprocessor = read_json(&preprocessor_path)?;
            preprocessor.do_normalize
        };
        let shape = config.shape(standardised).map_err(|(key, wanted, got)| Wav2Vec2Error::Config {
            path: config_path,
            key,
            wanted,
            got,
        })?;
        let path = folder.join(WEIGHTS);
        if !path.exists() && folder.join(PICKLED_WEIGHTS).exists() {
            let reason = format!(
                "not there, only {PICKLED_WEIGHTS}; convert it once: python -c \"from transformers import \
                 Wav2Vec2Model as M; M.from_pretrained('{0}').save_pretrained('{0}')\"",
                folder.display()
            );
            return Err(Wav2Vec2Error::File { path, reason });
        }
        let weights_sha256 = sha256_of(&path)?;
        let net = Self { shape };
        let fitting = || net.fitting(named(read_tensors(&path)?)?);
        let tensors = fitting().map_err(|source| Wav2Vec2Error::Weights { path, source })?;
        Ok(LoadedWav2Vec2 { net, tensors, weights_sha256 })
    }

    /// The tensors again, if the network runs on them.
    fn fitting(
        &self,
        mut tensors: BTreeMap<String, Tensor>,
    ) -> Result<BTreeMap<String, Tensor>, ParameterError> {
        let float = (Kind::Float, Device::Cpu);
        let standard = |part: &str| format!("{}standard.{part}", Self::PREFIX);
        tensors.insert(standard("weight"), Tensor::ones([1], float));
        tensors.insert(standard("bias"), Tensor::zeros([1], float));
        // What the network has to make up on one short pass is what the file lacks.
        let copies = tensors.iter().map(|(name, tensor)| (name.clone(), tensor.shallow_clone())).collect();
        let mut parameters = ParameterStore::with_frozen(Device::Cpu, copies);
        let signal = Tensor::zeros([1, 1, 2 * self.shape.reach_samples()], float);
        tch::no_grad(|| self.reference(&mut TorchBackend::whole(&mut parameters), &signal));
        if let Some((name, wanted)) = parameters.iter().next() {
            let (name, wanted) = (name.to_owned(), wanted.tensor.size());
            return Err(match tensors.get(&name) {
                Some(tensor) => ParameterError::Shape { name, wanted, got: tensor.size() },
                None => ParameterError::Missing(name),
            });
        }
        for (name, tensor) in &tensors {
            if !bool::try_from(tensor.isfinite().all())? {
                return Err(ParameterError::NotFinite(name.clone()));
            }
        }
        Ok(tensors)
    }
}

impl Config {
    /// The shape, or the key that cannot be used with what was wanted and what is there.
    fn shape(&self, standardised: bool) -> Result<Wav2Vec2Shape, (&'static str, String, String)> {
        let text = |key: &'static str, wanted: &[&str], got: &str| {
            let quoted: Vec<String> = wanted.iter().map(|wanted| format!("{wanted:?}")).collect();
            if wanted.contains(&got) { Ok(()) } else { Err((key, quoted.join(" or "), format!("{got:?}"))) }
        };
        text("model_type", &["wav2vec2"], &self.model_type)?;
        text("feat_extract_norm", &["group", "layer"], &self.feat_extract_norm)?;
        text("feat_extract_activation", &["gelu"], &self.feat_extract_activation)?;
        text("hidden_act", &["gelu"], &self.hidden_act)?;
        let rule = |key: &'static str, kept: bool, wanted: String, got: String| {
            if kept { Ok(()) } else { Err((key, wanted, got)) }
        };
        let eps = self.layer_norm_eps;
        let usual = (eps - norm_epsilon()).abs() < 1e-9;
        rule("layer_norm_eps", usual, norm_epsilon().to_string(), eps.to_string())?;
        rule("add_adapter", !self.add_adapter, "false".to_owned(), "true".to_owned())?;
        let adapter = self.adapter_attn_dim;
        rule("adapter_attn_dim", adapter.is_none(), "null".to_owned(), format!("{adapter:?}"))?;
        let layers = self.conv_dim.len();
        for (key, list) in [
            ("conv_dim", &self.conv_dim),
            ("conv_kernel", &self.conv_kernel),
            ("conv_stride", &self.conv_stride),
        ] {
            let good =
                !list.is_empty() && list.len() == layers && list.iter().all(|n| (1..=65_536).contains(n));
            rule(key, good, format!("{} positive numbers", layers.max(1)), format!("{list:?}"))?;
        }
        for (key, value) in [
            ("hidden_size", self.hidden_size),
            ("num_hidden_layers", self.num_hidden_layers),
            ("intermediate_size", self.intermediate_size),
            ("num_conv_pos_embeddings", self.num_conv_pos_embeddings),
        ] {
            rule(key, (1..=65_536).contains(&value), "1 to 65536".to_owned(), value.to_string())?;
        }
        for (key, value) in [
            ("num_attention_heads", self.num_attention_heads),
            ("num_conv_pos_embedding_groups", self.num_conv_pos_embedding_groups),
        ] {
            let divides = value > 0 && self.hidden_size % value == 0;
            rule(key, divides, format!("a divisor of {}", self.hidden_size), value.to_string())?;
        }
        let convs = (self.conv_dim.iter().zip(&self.conv_kernel).zip(&self.conv_stride))
            .map(|((&channels, &kernel), &stride)| ConvLayer { channels, kernel, stride })
            .collect();
        let stride = self.conv_stride.iter().try_fold(1_i64, |product, stride| product.checked_mul(*stride));
        let wanted = format!("strides with the product {SAMPLES_PER_HOP}");
        rule("conv_stride", stride == Some(SAMPLES_PER_HOP), wanted, format!("{:?}", self.conv_stride))?;
        Ok(Wav2Vec2Shape {
            convs,
            conv_bias: self.conv_bias,
            group_norm: self.feat_extract_norm == "group",
            channels: self.hidden_size,
            layers: self.num_hidden_layers,
            heads: self.num_attention_heads,
            inner_channels: self.intermediate_size,
            norm_first: self.do_stable_layer_norm,
            position_kernel: self.num_conv_pos_embeddings,
            position_groups: self.num_conv_pos_embedding_groups,
            standardised,
        })
    }
}

/// The tensors of the encoder by the network's names: with the prefix, and the positional convolution, which is stored
/// as a direction and a length for each tap (weight norm), multiplied out.
fn named(stored: BTreeMap<String, Tensor>) -> Result<BTreeMap<String, Tensor>, ParameterError> {
    let prefixed = stored.keys().any(|name| name.starts_with(Wav2Vec2::PREFIX));
    let parts = ["feature_extractor.", "feature_projection.", "encoder."];
    let mut tensors = BTreeMap::new();
    for (name, tensor) in stored {
        let bare = if prefixed { name.strip_prefix(Wav2Vec2::PREFIX) } else { Some(name.as_str()) };
        let Some(bare) = bare.filter(|bare| parts.iter().any(|part| bare.starts_with(part))) else {
            continue;
        };
        tensors.insert(format!("{}{bare}", Wav2Vec2::PREFIX), tensor.f_to_kind(Kind::Float)?);
    }
    let conv = format!("{}encoder.pos_conv_embed.conv", Wav2Vec2::PREFIX);
    for (length, direction) in
        [("weight_g", "weight_v"), ("parametrizations.weight.original0", "parametrizations.weight.original1")]
    {
        let pair = [length, direction]
            .map(|part| (format!("{conv}.{part}"), tensors.remove(&format!("{conv}.{part}"))));
        match pair {
            [(_, None), (_, None)] => {}
            [(_, Some(length)), (_, Some(direction))] => {
                let norm = direction.f_norm_scalaropt_dim(2.0, [0, 1], true)?;
                let weight = direction.f_mul(&length.f_div(&norm)?)?;
                tensors.insert(format!("{conv}.weight"), weight);
            }
            [(name, None), _] | [_, (name, None)] => return Err(ParameterError::Missing(name)),
        }
    }
    Ok(tensors)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Wav2Vec2Error> {
    let wrong = |reason: String| Wav2Vec2Error::File { path: path.to_path_buf(), reason };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))
}

fn sha256_of(path: &Path) -> Result<String, Wav2Vec2Error> {
    let wrong =
        |error: std::io::Error| Wav2Vec2Error::File { path: path.to_path_buf(), reason: error.to_string() };
    let mut hasher = Sha256::new();
    std::io::copy(&mut File::open(path).map_err(wrong)?, &mut hasher).map_err(wrong)?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
