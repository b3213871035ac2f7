//! Which regions of a face are hidden when the correlation module has to guess them.

use crate::nets::correlation::Correlation;
use cstalk_rig::Region;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use tch::{Kind, Tensor};

/// A way to hide regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hiding {
    /// Brows, eyelids, cheeks, gaze, lashes and nose.
    Upper,
    /// Mouth, jaw, tongue, teeth and neck.
    Lower,
    /// One region.
    One(Region),
    /// One to three regions at random.
    Few,
}

/// Whether a region belongs to the upper face.
pub fn is_upper(region: Region) -> bool {
    use Region::{Brow, CheekSquint, Eyelid, Gaze, Lash, Nose};
    matches!(region, Brow | Eyelid | CheekSquint | Gaze | Lash | Nose)
}

impl Hiding {
    /// Name for tables.
    pub fn name(self) -> String {
        match self {
            Self::Upper => "upper face".to_owned(),
            Self::Lower => "lower face".to_owned(),
            Self::One(region) => region.name().to_owned(),
            Self::Few => "1-3 regions".to_owned(),
        }
    }

    /// The training mixture: a quarter each upper and lower face, else one to three regions.
    pub fn draw(rng: &mut ChaCha8Rng) -> Self {
        match rng.random_range(0..4) {
            0 => Self::Upper,
            1 => Self::Lower,
            _ => Self::Few,
        }
    }

    /// 1 for every hidden region, in the module's order; at least one region is left.
    pub fn regions(self, net: &Correlation, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let regions = net.regions();
        let flags = |hides: &dyn Fn(usize, Region) -> bool| -> Vec<f32> {
            let hidden = regions.iter().enumerate().map(|(index, entry)| hides(index, entry.region));
            hidden.map(|hidden| if hidden { 1.0 } else { 0.0 }).collect()
        };
        match self {
            Self::Upper => flags(&|_, region| is_upper(region)),
            Self::Lower => flags(&|_, region| !is_upper(region)),
            Self::One(hidden) => flags(&|_, region| region == hidden),
            Self::Few => {
                let most = regions.len().saturating_sub(1).clamp(1, 3);
                let mut order: Vec<usize> = (0..regions.len()).collect();
                order.shuffle(rng);
                order.truncate(rng.random_range(1..=most));
                flags(&|index, _| order.contains(&index))
            }
        }
    }
}

/// Windows for the module out of longer ones, `[window, window_rows, _]`: rows, and their emotion.
pub fn windows_of(net: &Correlation, rows: &Tensor, emotion: &Tensor) -> (Tensor, Tensor) {
    let length = net.window_rows();
    let count = rows.size()[1] / length;
    let cut = |tensor: &Tensor| {
        let width = tensor.size()[2];
        tensor.narrow(1, 0, count * length).reshape([-1, length, width])
    };
    (cut(rows), cut(emotion))
}

/// Hidden regions `[window, region]` of the training mixture.
pub fn draw_hidden(net: &Correlation, windows: i64, rng: &mut ChaCha8Rng) -> Tensor {
    let flags: Vec<f32> = (0..windows).flat_map(|_| Hiding::draw(rng).regions(net, rng)).collect();
    Tensor::from_slice(&flags).reshape([windows, -1])
}

/// Mean squared difference of `a` and `b` `[window, row, 185]` over the columns with a 1 in `columns` `[window, 1, 185]`.
pub fn masked_square(a: &Tensor, b: &Tensor, columns: &Tensor) -> Tensor {
    let columns = columns.expand_as(a);
    ((a - b).square() * &columns).sum(Kind::Float) / columns.sum(Kind::Float).clamp_min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nets::correlation::CorrelationShape;
    use rand::SeedableRng;

    #[test]
    fn something_is_hidden_and_something_is_left() {
        let net = Correlation::new(&CorrelationShape::default(), &crate::performer::predicted_controls());
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for _ in 0..200 {
            let flags = Hiding::draw(&mut rng).regions(&net, &mut rng);
            let hidden = flags.iter().filter(|flag| **flag == 1.0).count();
            assert!((1..net.regions().len()).contains(&hidden), "{flags:?}");
        }
        let upper = Hiding::Upper.regions(&net, &mut rng);
        let lower = Hiding::Lower.regions(&net, &mut rng);
        assert!(upper.iter().zip(&lower).all(|(a, b)| a + b == 1.0));
    }
}
