//! How long phones last: learnt from exact times, scaled to the tempo of the speaker.

use super::chain::Link;
use crate::phones::{PHONE_COUNT, PhoneSpan};

/// Feature frames a second.
const FRAMES_PER_S: f64 = 100.0;
/// Length in feature frames of a class that was never seen.
const USUAL_FRAMES: f32 = 8.0;
/// Deviation of the logarithm of a length around its mean.
const LOG_DEVIATION: f32 = 0.45;
/// Weight of lengths against sounds.
const LENGTH_WEIGHT: f32 = 2.5;
/// Longest length considered, as a multiple of the mean.
const LONGEST_SHARE: f32 = 6.0;
/// Longest length considered, in feature frames, at least and at most.
const LONGEST_FRAMES: (f32, f32) = (40.0, 160.0);

/// Mean logarithm of the length in feature frames of each class over the spans of many utterances.
pub(super) fn mean_log_lengths<'a>(utterances: impl Iterator<Item = &'a [PhoneSpan]>) -> [f32; PHONE_COUNT] {
    let mut sums = [0.0_f64; PHONE_COUNT];
    let mut counts = [0_u32; PHONE_COUNT];
    for span in utterances.flatten().filter(|span| span.end_s > span.start_s) {
        let class = span.phone.index();
        sums[class] += ((span.end_s - span.start_s) * FRAMES_PER_S).ln();
        counts[class] += 1;
    }
    let mut means = [USUAL_FRAMES.ln(); PHONE_COUNT];
    for ((mean, sum), count) in means.iter_mut().zip(sums).zip(counts) {
        if count > 0 {
            *mean = (sum / f64::from(count)) as f32;
        }
    }
    means
}

/// Expected lengths of phones in one utterance.
#[derive(Clone, Debug)]
pub(super) struct Tempo {
    /// Logarithm of the expected length in feature frames, `[class]`.
    log_lengths: Vec<f32>,
}

impl Tempo {
    /// The tempo at which the spoken phones of a path last as long as they do on average.
    pub(super) fn of_path(links: &[Link], path: &[usize], log_lengths: &[f32]) -> Tempo {
        let spoken_frames = path.iter().filter(|&&link| !links[link].phone.is_silence()).count() as f32;
        let expected_frames: f32 = links
            .iter()
            .filter(|link| !link.phone.is_silence())
            .map(|link| log_lengths.get(link.phone.index()).map_or(USUAL_FRAMES, |log| log.exp()))
            .sum();
        let log_stretch = if spoken_frames > 0.0 && expected_frames > 0.0 {
            (spoken_frames / expected_frames).ln()
        } else {
            0.0
        };
        Tempo { log_lengths: log_lengths.iter().map(|log| log + log_stretch).collect() }
    }

    /// Scores of a link's lengths from its least on; `None` for silences, which last as long as they like.
    pub(super) fn length_scores(&self, link: &Link) -> Option<Vec<f32>> {
        if link.phone.is_silence() {
            return None;
        }
        let expected = self.log_lengths.get(link.phone.index()).copied().unwrap_or(USUAL_FRAMES.ln());
        let longest = (expected.exp() * LONGEST_SHARE).clamp(LONGEST_FRAMES.0, LONGEST_FRAMES.1) as usize;
        let score = |frames: usize| {
            let deviation = ((frames as f32).ln() - expected) / LOG_DEVIATION;
            -0.5 * LENGTH_WEIGHT * deviation * deviation
        };
        Some((link.min_frames..=longest.max(link.min_frames)).map(score).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::chain::chain_of;
    use crate::phones::{Phone, phones_of_ipa};

    #[test]
    fn lengths_are_learnt_and_follow_the_tempo() {
        let m = Phone::from_ipa("m").unwrap();
        let spans = [PhoneSpan { phone: m, start_s: 0.0, end_s: 0.1, stress: 0 }];
        let means = mean_log_lengths([&spans[..]].into_iter());
        assert!((means[m.index()].exp() - 10.0).abs() < 1e-3);
        assert!((means[3].exp() - USUAL_FRAMES).abs() < 1e-3);

        let links = chain_of(&[phones_of_ipa("m").unwrap()]);
        let path = [vec![0; 5], vec![1; 20], vec![2; 5]].concat();
        let slow = Tempo::of_path(&links, &path, &means);
        let scores = slow.length_scores(&links[1]).unwrap();
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
        assert_eq!(best + links[1].min_frames, 20);
        assert!(slow.length_scores(&links[0]).is_none());
    }
}
