//! The phone classifier: a small convolutional net that hears both sides of each instant.

use std::path::Path;

use cstalk_audio::FEATURE_BIN_COUNT;
use tch::{Device, Kind, Tensor, nn, nn::Module, nn::ModuleT};

use super::AlignError;
use crate::phones::PHONE_COUNT;

const CHANNEL_COUNT: i64 = 160;
const KERNEL: i64 = 5;
/// Dilation of each residual convolution; with the first one they hear 45 feature frames (450 ms).
const DILATIONS: [i64; 5] = [1, 1, 2, 2, 4];
const DROPOUT: f64 = 0.1;

/// Phone posteriors from log-mel features at 100 Hz.
#[derive(Debug)]
pub struct PhoneNet {
    variables: nn::VarStore,
    first: nn::Conv1D,
    first_norm: nn::BatchNorm,
    blocks: Vec<(nn::Conv1D, nn::BatchNorm)>,
    last: nn::Conv1D,
    /// Logarithm of the share of each class in what was learnt from, `[class]`.
    log_prior: Tensor,
    /// Mean logarithm of each class's length in feature frames, `[class]`.
    log_length: Tensor,
}

impl PhoneNet {
    /// A fresh net; its weights follow libtorch's seed.
    #[must_use]
    pub fn new() -> PhoneNet {
        let variables = nn::VarStore::new(Device::Cpu);
        let root = variables.root();
        let first = nn::conv1d(
            &root / "first",
            FEATURE_BIN_COUNT as i64,
            CHANNEL_COUNT,
            KERNEL,
            nn::ConvConfig { padding: KERNEL / 2, ..Default::default() },
        );
        let first_norm = nn::batch_norm1d(&root / "first_norm", CHANNEL_COUNT, Default::default());
        let blocks = DILATIONS
            .iter()
            .enumerate()
            .map(|(index, &dilation)| {
                let config =
                    nn::ConvConfig { padding: dilation * (KERNEL / 2), dilation, ..Default::default() };
                let path = &root / "block" / index;
                (
                    nn::conv1d(&path / "conv", CHANNEL_COUNT, CHANNEL_COUNT, KERNEL, config),
                    nn::batch_norm1d(&path / "norm", CHANNEL_COUNT, Default::default()),
                )
            })
            .collect();
        let last = nn::conv1d(&root / "last", CHANNEL_COUNT, PHONE_COUNT as i64, 1, Default::default());
        let log_prior = root.zeros_no_train("log_prior", &[PHONE_COUNT as i64]);
        let log_length = root.zeros_no_train("log_length", &[PHONE_COUNT as i64]);
        PhoneNet { variables, first, first_norm, blocks, last, log_prior, log_length }
    }

    /// A net with the weights of a file.
    ///
    /// # Errors
    /// [`AlignError::Weights`] if the file is missing or belongs to another net.
    pub fn load(path: &Path) -> Result<PhoneNet, AlignError> {
        let mut net = PhoneNet::new();
        net.variables
            .load(path)
            .map_err(|source| AlignError::Weights { path: path.to_path_buf(), source })?;
        Ok(net)
    }

    /// Writes the weights (safetensors), under a temporary name first.
    ///
    /// # Errors
    /// [`AlignError::Weights`] or [`AlignError::Corpus`] if writing fails.
    pub fn save(&self, path: &Path) -> Result<(), AlignError> {
        let partial = path.with_extension("partial.safetensors");
        self.variables
            .save(&partial)
            .map_err(|source| AlignError::Weights { path: partial.clone(), source })?;
        std::fs::rename(&partial, path).map_err(crate::corpus::CorpusError::file(path))?;
        Ok(())
    }

    /// The variables, for an optimiser.
    pub(super) fn variables(&self) -> &nn::VarStore {
        &self.variables
    }

    /// Class scores `[batch, class, feature frame]` of features `[batch, bin, feature frame]`.
    pub(super) fn scores(&self, features: &Tensor, is_training: bool) -> Tensor {
        // Log-mel values deviate by about 3 from their mean.
        let mut hidden =
            self.first.forward(&(features / 3.0)).apply_t(&self.first_norm, is_training).gelu("none");
        for (conv, norm) in &self.blocks {
            let change = norm.forward_t(&conv.forward(&hidden), is_training).gelu("none");
            // Not in place: the convolution's gradient needs its input.
            hidden = change.dropout(DROPOUT, is_training) + hidden;
        }
        self.last.forward(&hidden)
    }

    /// Remembers how often each class was learnt from.
    pub(super) fn set_prior(&mut self, counts: &[u64]) -> Result<(), AlignError> {
        let total: f64 = counts.iter().map(|&count| count as f64 + 1.0).sum();
        let logs: Vec<f32> =
            counts.iter().map(|&count| (((count as f64 + 1.0) / total).ln()) as f32).collect();
        let _guard = tch::no_grad_guard();
        self.log_prior.f_copy_(&Tensor::from_slice(&logs))?;
        Ok(())
    }

    /// Remembers how long each class lasts: mean logarithms of lengths in feature frames.
    pub(super) fn set_log_lengths(&mut self, log_lengths: &[f32; PHONE_COUNT]) -> Result<(), AlignError> {
        let _guard = tch::no_grad_guard();
        self.log_length.f_copy_(&Tensor::from_slice(log_lengths))?;
        Ok(())
    }

    /// Mean logarithm of each class's length in feature frames, `[class]`.
    ///
    /// # Errors
    /// [`AlignError::Torch`].
    pub fn log_lengths(&self) -> Result<Vec<f32>, AlignError> {
        Ok(Vec::<f32>::try_from(&self.log_length)?)
    }

    /// Log prior of each class as learnt, `[class]`.
    ///
    /// # Errors
    /// [`AlignError::Torch`].
    pub fn log_prior(&self) -> Result<Vec<f32>, AlignError> {
        Ok(Vec::<f32>::try_from(&self.log_prior)?)
    }

    /// Log posteriors `[feature frame, class]` of normalised features `[feature frame, bin]`.
    ///
    /// # Errors
    /// [`AlignError::Torch`].
    pub fn log_posteriors(&self, features: &[f32]) -> Result<Vec<f32>, AlignError> {
        if features.is_empty() {
            return Ok(Vec::new());
        }
        let _guard = tch::no_grad_guard();
        let frame_count = (features.len() / FEATURE_BIN_COUNT) as i64;
        let input = Tensor::from_slice(features).f_view([1, frame_count, FEATURE_BIN_COUNT as i64])?;
        let scores = self.scores(&input.f_transpose(1, 2)?, false);
        let posteriors = scores.f_log_softmax(1, Kind::Float)?.f_transpose(1, 2)?.f_contiguous()?;
        Ok(Vec::<f32>::try_from(posteriors.f_view([-1])?)?)
    }
}

impl Default for PhoneNet {
    fn default() -> Self {
        PhoneNet::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posteriors_sum_to_one_and_weights_round_trip() {
        let features: Vec<f32> = (0..50 * FEATURE_BIN_COUNT).map(|n| ((n * 37) % 11) as f32 - 5.0).collect();
        let mut net = PhoneNet::new();
        let mut counts = vec![0_u64; PHONE_COUNT];
        counts[3] = 1_000;
        net.set_prior(&counts).unwrap();
        let posteriors = net.log_posteriors(&features).unwrap();
        assert_eq!(posteriors.len(), 50 * PHONE_COUNT);
        for frame in posteriors.chunks(PHONE_COUNT) {
            let sum: f32 = frame.iter().map(|p| p.exp()).sum();
            assert!((sum - 1.0).abs() < 1e-4, "{sum}");
        }
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("net.safetensors");
        net.save(&path).unwrap();
        let loaded = PhoneNet::load(&path).unwrap();
        assert_eq!(loaded.log_posteriors(&features).unwrap(), posteriors);
        assert_eq!(loaded.log_prior().unwrap(), net.log_prior().unwrap());
        assert!(loaded.log_prior().unwrap()[3] > -0.1);
        std::fs::write(&path, b"not weights").unwrap();
        assert!(matches!(PhoneNet::load(&path), Err(AlignError::Weights { .. })));
    }
}
