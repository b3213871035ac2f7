//! The best path through a chain of phones, each phone scored as a whole with its length.

use super::acoustics;
use super::chain::Link;
use super::durations::Tempo;
use crate::phones::PhoneSpan;

/// Best total score, and how it was reached, of a link that ends before each feature frame.
struct Column {
    /// Score if the link ends at a boundary; negative infinity where it cannot.
    end_scores: Vec<f32>,
    /// The boundary at which the link then began.
    starts: Vec<u32>,
    /// Whether the optional link before was left out at that beginning, by boundary.
    skips: Vec<bool>,
}

/// Which link every feature frame belongs to on the best path, or `None` if the chain does not fit into the utterance.
///
/// `scores` is `[feature frame, class]`, larger is better. With a tempo, the length of each phone counts as well.
pub(super) fn best_path(
    links: &[Link],
    scores: &[f32],
    class_count: usize,
    tempo: Option<&Tempo>,
) -> Option<Vec<usize>> {
    let frame_count = scores.len() / class_count;
    if frame_count == 0 || links.is_empty() {
        return None;
    }
    let mut columns: Vec<Column> = Vec::with_capacity(links.len());
    for (index, link) in links.iter().enumerate() {
        let (entries, skips) = entries(links, &columns, index, frame_count);
        let sums = running_sums(scores, class_count, link.phone.index());
        let lengths = tempo.and_then(|tempo| tempo.length_scores(link));
        let (end_scores, starts) = match lengths {
            Some(lengths) => ends_by_length(&entries, &sums, link.min_frames, &lengths),
            None => ends_of_any_length(&entries, &sums, link.min_frames),
        };
        columns.push(Column { end_scores, starts, skips });
    }
    trace(links, &columns, frame_count)
}

/// Best score with which link `index` can begin at each boundary, and whether the link before is then left out.
fn entries(links: &[Link], columns: &[Column], index: usize, frame_count: usize) -> (Vec<f32>, Vec<bool>) {
    let mut best = vec![f32::NEG_INFINITY; frame_count + 1];
    let mut skips = vec![false; frame_count + 1];
    if index == 0 {
        best[0] = 0.0;
        return (best, skips);
    }
    best.copy_from_slice(&columns[index - 1].end_scores);
    if links[index - 1].is_optional {
        for boundary in 0..=frame_count {
            let around = match index {
                1 if boundary == 0 => 0.0,
                1 => f32::NEG_INFINITY,
                _ => columns[index - 2].end_scores[boundary],
            };
            if around > best[boundary] {
                (best[boundary], skips[boundary]) = (around, true);
            }
        }
    }
    (best, skips)
}

/// Sum of a class's scores before each boundary.
fn running_sums(scores: &[f32], class_count: usize, class_index: usize) -> Vec<f32> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain(scores.chunks_exact(class_count).map(|frame| {
            sum += frame[class_index];
            sum
        }))
        .collect()
}

/// Ends of a link whose length does not matter beyond its least.
fn ends_of_any_length(entries: &[f32], sums: &[f32], min_frames: usize) -> (Vec<f32>, Vec<u32>) {
    let mut ends = vec![f32::NEG_INFINITY; entries.len()];
    let mut starts = vec![0; entries.len()];
    let (mut best, mut best_start) = (f32::NEG_INFINITY, 0);
    for end in min_frames..entries.len() {
        let start = end - min_frames;
        let gain = entries[start] - sums[start];
        if gain > best {
            (best, best_start) = (gain, start as u32);
        }
        (ends[end], starts[end]) = (best + sums[end], best_start);
    }
    (ends, starts)
}

/// Ends of a link whose lengths from `min_frames` on are scored by `lengths`.
fn ends_by_length(entries: &[f32], sums: &[f32], min_frames: usize, lengths: &[f32]) -> (Vec<f32>, Vec<u32>) {
    let mut ends = vec![f32::NEG_INFINITY; entries.len()];
    let mut starts = vec![0; entries.len()];
    for start in 0..entries.len() {
        if entries[start] == f32::NEG_INFINITY {
            continue;
        }
        let base = entries[start] - sums[start];
        for (end, length_score) in (start + min_frames..entries.len()).zip(lengths) {
            let total = base + sums[end] + length_score;
            if total > ends[end] {
                (ends[end], starts[end]) = (total, start as u32);
            }
        }
    }
    (ends, starts)
}

fn trace(links: &[Link], columns: &[Column], frame_count: usize) -> Option<Vec<usize>> {
    let mut index = links.len() - 1;
    if index > 0
        && links[index].is_optional
        && columns[index - 1].end_scores[frame_count] > columns[index].end_scores[frame_count]
    {
        index -= 1;
    }
    if !columns[index].end_scores[frame_count].is_finite() {
        return None;
    }
    let mut path = vec![0; frame_count];
    let mut end = frame_count;
    while end > 0 {
        let start = columns[index].starts[end] as usize;
        path[start..end].fill(index);
        end = start;
        if end > 0 {
            index = index.checked_sub(if columns[index].skips[start] { 2 } else { 1 })?;
        }
    }
    Some(path)
}

/// A path as gapless spans over an utterance of `duration_s`.
pub(super) fn spans_of(links: &[Link], path: &[usize], duration_s: f64) -> Vec<PhoneSpan> {
    let mut spans: Vec<PhoneSpan> = Vec::new();
    let mut current = None;
    for (frame_index, &link_index) in path.iter().enumerate() {
        if current == Some(link_index) {
            continue;
        }
        let start_s = if frame_index == 0 { 0.0 } else { acoustics::boundary_s(frame_index) };
        if let Some(last) = spans.last_mut() {
            last.end_s = start_s;
        }
        let link = links[link_index];
        spans.push(PhoneSpan { phone: link.phone, start_s, end_s: duration_s, stress: link.stress });
        current = Some(link_index);
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::chain::chain_of;
    use crate::phones::{PHONE_COUNT, Phone, StressedPhone};

    /// Scores that prefer the classes of `symbols` in turn, each for the given number of feature frames.
    fn scores(parts: &[(&str, usize)]) -> Vec<f32> {
        let mut scores = Vec::new();
        for &(symbol, frame_count) in parts {
            let class = if symbol == "sil" { 0 } else { Phone::from_ipa(symbol).unwrap().index() };
            for _ in 0..frame_count {
                let mut frame = vec![-5.0; PHONE_COUNT];
                frame[class] = -0.1;
                scores.extend(frame);
            }
        }
        scores
    }

    fn words(texts: &[&str]) -> Vec<Vec<StressedPhone>> {
        texts.iter().map(|text| crate::phones::phones_of_ipa(text).unwrap()).collect()
    }

    fn runs(links: &[Link], path: &[usize]) -> Vec<(String, usize)> {
        let mut runs: Vec<(String, usize)> = Vec::new();
        for (frame_index, &link) in path.iter().enumerate() {
            match runs.last_mut() {
                Some((_, count)) if path[frame_index - 1] == link => *count += 1,
                _ => runs.push((links[link].phone.symbol().to_owned(), 1)),
            }
        }
        runs
    }

    #[test]
    fn clear_scores_give_their_own_boundaries() {
        let links = chain_of(&words(&["ma", "pa"]));
        let parts = [("sil", 10), ("m", 6), ("a", 9), ("sil", 4), ("p", 8), ("a", 5)];
        let path = best_path(&links, &scores(&parts), PHONE_COUNT, None).unwrap();
        let wanted: Vec<_> = parts.iter().map(|&(s, n)| (s.to_owned(), n)).collect();
        assert_eq!(runs(&links, &path), wanted);
        let spans = spans_of(&links, &path, 0.421);
        assert_eq!(spans.len(), 6);
        assert!((spans[1].start_s - acoustics::boundary_s(10)).abs() < 1e-9);
        assert_eq!(spans[5].end_s, 0.421);
        assert!(spans.windows(2).all(|pair| pair[0].end_s == pair[1].start_s));
    }

    #[test]
    fn silences_are_left_out_where_nobody_pauses() {
        let links = chain_of(&words(&["ma", "pa"]));
        let parts = [("m", 6), ("a", 9), ("p", 8), ("a", 5)];
        let path = best_path(&links, &scores(&parts), PHONE_COUNT, None).unwrap();
        assert_eq!(runs(&links, &path).len(), 4);
        assert_eq!(links[path[0]].phone.symbol(), "m");
    }

    #[test]
    fn every_phone_lasts_its_least_length_even_if_unheard() {
        let links = chain_of(&words(&["mta"]));
        let path = best_path(&links, &scores(&[("m", 10), ("a", 10)]), PHONE_COUNT, None).unwrap();
        let found = runs(&links, &path);
        assert_eq!(found[1], ("t".to_owned(), 3), "{found:?}");
    }

    #[test]
    fn lengths_decide_where_sounds_do_not() {
        let links = chain_of(&words(&["mna"]));
        let flat = vec![-1.0; 24 * PHONE_COUNT];
        let tempo = Tempo::of_path(&links, &[1; 24], &[2.0; PHONE_COUNT]);
        let path = best_path(&links[1..4], &flat, PHONE_COUNT, Some(&tempo)).unwrap();
        assert_eq!(runs(&links[1..4], &path).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [8, 8, 8]);
    }

    #[test]
    fn a_chain_longer_than_the_utterance_is_refused() {
        let links = chain_of(&words(&["mtaspa"]));
        assert!(best_path(&links, &scores(&[("m", 17)]), PHONE_COUNT, None).is_none());
        assert!(best_path(&links, &scores(&[("m", 18)]), PHONE_COUNT, None).is_some());
        assert!(best_path(&links, &[], PHONE_COUNT, None).is_none());
        assert!(best_path(&chain_of(&[]), &scores(&[("sil", 5)]), PHONE_COUNT, None).is_some());
    }

    #[test]
    fn the_path_beats_every_other_in_a_small_case() {
        let links = chain_of(&words(&["am"]));
        let mut state = 7_u32;
        for _ in 0..20 {
            let noisy: Vec<f32> = (0..10 * PHONE_COUNT)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) as f32 / 1e7
                })
                .collect();
            let path = best_path(&links, &noisy, PHONE_COUNT, None).unwrap();
            let total = |path: &[usize]| -> f32 {
                path.iter().enumerate().map(|(t, &l)| noisy[t * PHONE_COUNT + links[l].phone.index()]).sum()
            };
            let mut best = f32::NEG_INFINITY;
            // All lengths of (silence, a, m, silence) that obey the rules.
            for lead in [0, 3, 4] {
                for a in 3..=7 {
                    for tail in [0, 3, 4] {
                        let Some(m) = 10_usize.checked_sub(lead + a + tail).filter(|&m| m >= 3) else {
                            continue;
                        };
                        let other = [vec![0; lead], vec![1; a], vec![2; m], vec![3; tail]].concat();
                        best = best.max(total(&other));
                    }
                }
            }
            assert!((total(&path) - best).abs() < 1e-3, "{} {best}", total(&path));
        }
    }
}
