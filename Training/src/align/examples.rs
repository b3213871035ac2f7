//! What the classifier learns from: random stretches of utterances with the phone of every feature frame.

use cstalk_audio::{FEATURE_BIN_COUNT, SPEECH_RATE_HZ};
use rand::{Rng, RngExt};
use tch::Tensor;

use super::variation::Variation;
use super::{AlignError, acoustics};
use crate::corpus::Store;
use crate::phones::{PHONE_COUNT, PhoneSpan};

/// Feature frames of one stretch.
const STRETCH_FRAMES: usize = 200;
/// Longer utterances are cut before features are computed.
const LONGEST_S: f64 = 4.0;
/// Marks feature frames beyond the end of an utterance; libtorch's cross-entropy passes over it.
const NO_LABEL: i64 = -100;

/// One utterance and its phones.
#[derive(Clone, Debug)]
pub(super) struct Example<'a> {
    pub(super) store: &'a Store,
    pub(super) utterance_index: usize,
    pub(super) phones: Vec<PhoneSpan>,
}

/// Examples that are varied alike.
#[derive(Debug)]
pub(super) struct Pool<'a> {
    pub(super) examples: Vec<Example<'a>>,
    pub(super) variation: Variation,
    /// Share of every batch.
    pub(super) share: f64,
}

/// Features `[batch, bin, feature frame]` and class labels `[batch, feature frame]`.
pub(super) struct Batch {
    pub(super) features: Tensor,
    pub(super) labels: Tensor,
}

/// Draws a batch; `counts` grows by the classes drawn.
pub(super) fn draw_batch(
    pools: &[Pool<'_>],
    batch_count: usize,
    counts: &mut [u64; PHONE_COUNT],
    random: &mut impl Rng,
) -> Result<Batch, AlignError> {
    let mut features = Vec::with_capacity(batch_count * STRETCH_FRAMES * FEATURE_BIN_COUNT);
    let mut labels = Vec::with_capacity(batch_count * STRETCH_FRAMES);
    for _ in 0..batch_count {
        let pool = choose_pool(pools, random)?;
        let example = &pool.examples[random.random_range(0..pool.examples.len())];
        draw_stretch(example, &pool.variation, &mut features, &mut labels, random)?;
    }
    for &label in &labels {
        if let Some(count) = usize::try_from(label).ok().and_then(|class| counts.get_mut(class)) {
            *count += 1;
        }
    }
    let shape = [batch_count as i64, STRETCH_FRAMES as i64, FEATURE_BIN_COUNT as i64];
    Ok(Batch {
        features: Tensor::from_slice(&features).f_view(shape)?.f_transpose(1, 2)?.f_contiguous()?,
        labels: Tensor::from_slice(&labels).f_view([batch_count as i64, STRETCH_FRAMES as i64])?,
    })
}

fn choose_pool<'p, 'a>(pools: &'p [Pool<'a>], random: &mut impl Rng) -> Result<&'p Pool<'a>, AlignError> {
    let usable = || pools.iter().filter(|pool| !pool.examples.is_empty());
    let total: f64 = usable().map(|pool| pool.share).sum();
    let mut left = random.random_range(0.0..1.0) * total;
    for pool in usable() {
        left -= pool.share;
        if left < 0.0 {
            return Ok(pool);
        }
    }
    usable()
        .next_back()
        .ok_or_else(|| AlignError::BadRequest("there is no speech with phone times to learn from".into()))
}

fn draw_stretch(
    example: &Example<'_>,
    variation: &Variation,
    features: &mut Vec<f32>,
    labels: &mut Vec<i64>,
    random: &mut impl Rng,
) -> Result<(), AlignError> {
    let rate_hz = f64::from(SPEECH_RATE_HZ);
    let samples = example.store.samples(example.utterance_index)?;
    let longest = (LONGEST_S * rate_hz) as usize;
    let start = random.random_range(0..=samples.len().saturating_sub(longest));
    let cut = &samples[start..samples.len().min(start + longest)];
    let (varied, speed) = variation.vary(cut, random);
    let mut own_features = acoustics::normalised_features(&varied);
    variation.mask(&mut own_features, random);
    let frame_count = own_features.len() / FEATURE_BIN_COUNT;
    let start_s = start as f64 / rate_hz;
    let moved: Vec<PhoneSpan> = example
        .phones
        .iter()
        .map(|span| PhoneSpan {
            start_s: (span.start_s - start_s) / speed,
            end_s: (span.end_s - start_s) / speed,
            ..*span
        })
        .collect();
    let own_labels = acoustics::labels(&moved, frame_count);
    let first = random.random_range(0..=frame_count.saturating_sub(STRETCH_FRAMES));
    let taken = frame_count.min(STRETCH_FRAMES);
    features.extend_from_slice(&own_features[first * FEATURE_BIN_COUNT..(first + taken) * FEATURE_BIN_COUNT]);
    features.resize(features.len() + (STRETCH_FRAMES - taken) * FEATURE_BIN_COUNT, 0.0);
    labels.extend(own_labels[first..first + taken].iter().map(|&label| i64::from(label)));
    labels.resize(labels.len() + STRETCH_FRAMES - taken, NO_LABEL);
    Ok(())
}
