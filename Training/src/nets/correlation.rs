//! CSTalk's correlation module: what the other regions of a face say about the hidden ones.
//!
//! A transformer encoder over region x time-patch tokens, one more token a patch for the emotion (arXiv 2404.18604), on
//! top of a linear map from row to row: what moves together exactly needs no attention, so the transformer is left with
//! what depends on time and emotion. It is trained by hiding regions and reconstructing them, then frozen: it
//! supervises a generator and is never exported, so it computes with libtorch only.

use super::backend::{Backend, Init};
use super::{CONTROL_COUNT, EMOTION_COUNT, TorchBackend};
use cstalk_rig::{Region, Rig, RigId};
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Sizes of a [`Correlation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CorrelationShape {
    /// Numbers in a token.
    pub channels: i64,
    /// Transformer layers.
    pub layers: i64,
    /// Attention heads.
    pub heads: i64,
    /// Channels inside the feed-forward part.
    pub inner_channels: i64,
    /// Rows of a patch: 8 at 50 Hz are 160 ms.
    pub patch_rows: i64,
    /// Patches that are seen at once.
    pub patches: i64,
}

impl Default for CorrelationShape {
    fn default() -> Self {
        Self { channels: 128, layers: 3, heads: 4, inner_channels: 512, patch_rows: 8, patches: 8 }
    }
}

/// The module. Regions without a predicted control have no token.
#[derive(Clone, Debug)]
pub struct Correlation {
    /// Its sizes.
    pub shape: CorrelationShape,
    regions: Vec<RegionControls>,
}

/// A region that has a token, and its columns in board-185.
#[derive(Clone, Debug)]
pub struct RegionControls {
    /// The region.
    pub region: Region,
    /// Its predicted columns.
    pub columns: Vec<i64>,
}

impl Correlation {
    /// Name of the constant `[185]`: deviation of each predicted control, 0 for the others.
    pub const CONTROL_SCALE: &str = "correlation.control_scale";
    /// Name of the constant `[185]`: mean of each predicted control.
    pub const CONTROL_MEAN: &str = "correlation.control_mean";

    /// The module of these sizes for the controls in `predicted` `[185]`.
    pub fn new(shape: &CorrelationShape, predicted: &[bool]) -> Self {
        let controls = Rig::get(RigId::Board185).columns();
        let of = |region: Region| -> Vec<i64> {
            let inside = controls.iter().zip(predicted).enumerate();
            let inside = inside.filter(|(_, (control, on))| **on && control.region == region);
            inside.map(|(column, _)| column as i64).collect()
        };
        let regions = Region::ALL.map(|region| RegionControls { region, columns: of(region) });
        Self {
            shape: shape.clone(),
            regions: regions.into_iter().filter(|entry| !entry.columns.is_empty()).collect(),
        }
    }

    /// The regions that have tokens, in the order of every `[region]` axis.
    pub fn regions(&self) -> &[RegionControls] {
        &self.regions
    }

    /// Rows of a window.
    pub fn window_rows(&self) -> i64 {
        self.shape.patch_rows * self.shape.patches
    }

    /// Board-185 rows in deviations from the mean, 0 where nothing is predicted; same shape.
    pub fn standardised(&self, b: &mut TorchBackend<'_>, rows: &Tensor) -> Tensor {
        let scale = b.constant(Self::CONTROL_SCALE, &[CONTROL_COUNT], Init::Constant(1.0));
        let mean = b.constant(Self::CONTROL_MEAN, &[CONTROL_COUNT], Init::Constant(0.0));
        let moves = scale.gt(0.0).to_kind(tch::Kind::Float);
        (rows - mean) * &moves / (scale + (1.0 - &moves))
    }

    /// Which of the 185 columns `[batch, 1, 185]` belong to regions with a 1 in `hidden` `[batch, region]`.
    pub fn hidden_columns(&self, hidden: &Tensor) -> Tensor {
        let mut membership = vec![0.0f32; self.regions.len() * CONTROL_COUNT as usize];
        for (row, region) in membership.chunks_exact_mut(CONTROL_COUNT as usize).zip(&self.regions) {
            for column in &region.columns {
                row[*column as usize] = 1.0;
            }
        }
        let shape = [self.regions.len() as i64, CONTROL_COUNT];
        hidden.matmul(&Tensor::from_slice(&membership).reshape(shape)).unsqueeze(1)
    }

    /// Standardised rows `[batch, window_rows, 185]` as they ought to be by what is not hidden: `rows` of the same shape,
    /// `emotion` `[batch, window_rows, emotion]`, `hidden` `[batch, region]` with 1 for hidden regions.
    pub fn forward(
        &self,
        b: &mut TorchBackend<'_>,
        rows: &Tensor,
        emotion: &Tensor,
        hidden: &Tensor,
    ) -> Tensor {
        let shape = &self.shape;
        let batch = rows.size()[0];
        let mask = b.param("correlation.mask", &[shape.channels], Init::Normal(0.02));
        let mut tokens: Vec<Tensor> = Vec::new();
        for (index, region) in self.regions.iter().enumerate() {
            let width = shape.patch_rows * region.columns.len() as i64;
            let patches = rows.index_select(2, &Tensor::from_slice(&region.columns)).reshape([
                batch,
                shape.patches,
                width,
            ]);
            let name = format!("correlation.{}", region.region.name());
            let seen = b.linear(&patches, &format!("{name}.in"), width, shape.channels);
            let gone = hidden.narrow(1, index as i64, 1).unsqueeze(-1);
            tokens.push(&seen * (1.0 - &gone) + &mask * gone);
        }
        let weights =
            emotion.reshape([batch, shape.patches, shape.patch_rows, EMOTION_COUNT]).mean_dim(2, false, None);
        tokens.push(b.blend(&weights, "correlation.emotion", EMOTION_COUNT, shape.channels));
        let count = tokens.len() as i64;
        let places = b.param("correlation.place", &[count, 1, shape.channels], Init::Normal(0.02));
        let times = b.param("correlation.time", &[shape.patches, shape.channels], Init::Normal(0.02));
        // [batch, token, patch, channel]
        let x = Tensor::stack(&tokens, 1) + places + times;
        let mut x = x.reshape([batch, count * shape.patches, shape.channels]);
        for layer in 0..shape.layers {
            x = self.layer(b, &format!("correlation.layer{layer}"), &x);
        }
        let x = b.layer_norm(&x, "correlation.exit", shape.channels);
        let x = x.reshape([batch, count, shape.patches, shape.channels]);
        let visible = rows * (1.0 - self.hidden_columns(hidden));
        let mut wanted =
            b.linear(&visible, "correlation.direct", CONTROL_COUNT, CONTROL_COUNT).to_kind(tch::Kind::Float);
        for (index, region) in self.regions.iter().enumerate() {
            let width = shape.patch_rows * region.columns.len() as i64;
            let name = format!("correlation.{}.out", region.region.name());
            let patches = b.linear(&x.select(1, index as i64), &name, shape.channels, width);
            let rows = patches
                .reshape([batch, self.window_rows(), region.columns.len() as i64])
                .to_kind(tch::Kind::Float);
            wanted = wanted.index_add(2, &Tensor::from_slice(&region.columns), &rows);
        }
        wanted
    }

    fn layer(&self, b: &mut TorchBackend<'_>, name: &str, x: &Tensor) -> Tensor {
        let shape = &self.shape;
        let (batch, tokens, channels) = (x.size()[0], x.size()[1], shape.channels);
        let normed = b.layer_norm(x, &format!("{name}.attention_norm"), channels);
        let all = b.linear(&normed, &format!("{name}.attention"), channels, 3 * channels);
        let heads = all.reshape([batch, tokens, 3, shape.heads, channels / shape.heads]);
        let part = |index: i64| heads.select(2, index).transpose(1, 2);
        let mixed = Tensor::scaled_dot_product_attention::<Tensor>(
            &part(0),
            &part(1),
            &part(2),
            None,
            0.0,
            false,
            None,
            false,
        );
        let mixed = mixed.transpose(1, 2).reshape([batch, tokens, channels]);
        let x = x + b.linear(&mixed, &format!("{name}.attention_exit"), channels, channels);
        let normed = b.layer_norm(&x, &format!("{name}.inner_norm"), channels);
        let inner = b.linear(&normed, &format!("{name}.inner"), channels, shape.inner_channels).gelu("none");
        &x + b.linear(&inner, &format!("{name}.inner_exit"), shape.inner_channels, channels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nets::ParameterStore;
    use tch::{Device, Kind};

    const FLOAT: (Kind, Device) = (Kind::Float, Device::Cpu);

    #[test]
    fn hidden_regions_do_not_leak_and_seen_ones_are_heard() {
        tch::manual_seed(3);
        let shape = CorrelationShape {
            channels: 16,
            layers: 2,
            heads: 2,
            inner_channels: 32,
            patch_rows: 4,
            patches: 3,
        };
        let net = Correlation::new(&shape, &crate::performer::predicted_controls());
        assert!(net.regions().len() >= 10);
        let mut parameters = ParameterStore::new(Device::Cpu);
        let mut b = TorchBackend::whole(&mut parameters);
        let rows = Tensor::randn([2, net.window_rows(), CONTROL_COUNT], FLOAT);
        let emotion = Tensor::rand([2, net.window_rows(), EMOTION_COUNT], FLOAT);
        let hidden = Tensor::zeros([2, net.regions().len() as i64], FLOAT);
        let _ = hidden.narrow(1, 0, 1).fill_(1.0);
        let before = net.forward(&mut b, &rows, &emotion, &hidden);
        let change = |column: i64, b: &mut TorchBackend<'_>| {
            let other = rows.copy();
            let _ = other.narrow(2, column, 1).fill_(4.0);
            let after = net.forward(b, &other, &emotion, &hidden);
            (after - &before).abs().max().double_value(&[])
        };
        assert_eq!(change(net.regions()[0].columns[0], &mut b), 0.0);
        assert!(change(net.regions()[1].columns[0], &mut b) > 0.0);
    }

    #[test]
    fn hidden_columns_are_the_regions_controls() {
        let net = Correlation::new(&CorrelationShape::default(), &crate::performer::predicted_controls());
        let hidden = Tensor::zeros([1, net.regions().len() as i64], FLOAT);
        let _ = hidden.narrow(1, 2, 1).fill_(1.0);
        let columns = net.hidden_columns(&hidden);
        assert_eq!(columns.size(), [1, 1, CONTROL_COUNT]);
        let on: Vec<i64> =
            (0..CONTROL_COUNT).filter(|&column| columns.double_value(&[0, 0, column]) == 1.0).collect();
        assert_eq!(on, net.regions()[2].columns);
    }
}
