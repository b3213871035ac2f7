//! The best path through a chain of phones.

use super::acoustics;
use super::chain::{Link, State, states_of};
use crate::phones::PhoneSpan;

/// Reached from the state itself, from the state before it, or around an optional silence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Stay,
    Advance,
    Around,
}

/// Which link every feature frame belongs to on the best path, or `None` if the chain does not fit into the utterance.
///
/// `scores` is `[feature frame, class]`, larger is better.
pub(super) fn best_path(links: &[Link], scores: &[f32], class_count: usize) -> Option<Vec<usize>> {
    let states = states_of(links);
    let frame_count = scores.len() / class_count;
    if frame_count == 0 || states.is_empty() {
        return None;
    }
    let second_entry = states.iter().position(|state| state.link_index == 1 && links[0].is_optional);
    let mut totals = vec![f32::NEG_INFINITY; states.len()];
    let mut earlier = totals.clone();
    let mut steps = vec![Step::Stay; states.len() * frame_count];
    for frame_index in 0..frame_count {
        let frame_scores = &scores[frame_index * class_count..(frame_index + 1) * class_count];
        std::mem::swap(&mut totals, &mut earlier);
        for (index, state) in states.iter().enumerate() {
            let (best, step) = if frame_index == 0 {
                let starts = index == 0 || Some(index) == second_entry;
                (if starts { 0.0 } else { f32::NEG_INFINITY }, Step::Advance)
            } else {
                best_predecessor(&states, &earlier, index, *state)
            };
            totals[index] = best + frame_scores[state.class_index];
            steps[frame_index * states.len() + index] = step;
        }
    }
    let mut at = final_state(links, &states, &totals)?;
    let mut path = vec![0; frame_count];
    for frame_index in (0..frame_count).rev() {
        path[frame_index] = states[at].link_index;
        if frame_index > 0 {
            at = match steps[frame_index * states.len() + at] {
                Step::Stay => at,
                Step::Advance => at - 1,
                Step::Around => states[at].around?,
            };
        }
    }
    Some(path)
}

fn best_predecessor(states: &[State], earlier: &[f32], index: usize, state: State) -> (f32, Step) {
    let mut best = (f32::NEG_INFINITY, Step::Advance);
    if state.may_stay {
        best = (earlier[index], Step::Stay);
    }
    if index > 0 {
        let from = &states[index - 1];
        let follows = !state.is_entry || from.may_stay;
        if follows && earlier[index - 1] > best.0 {
            best = (earlier[index - 1], Step::Advance);
        }
    }
    if let Some(around) = state.around
        && earlier[around] > best.0
    {
        best = (earlier[around], Step::Around);
    }
    best
}

/// The better of the chain's last state and, if its last link is optional, the last state of the link before.
fn final_state(links: &[Link], states: &[State], totals: &[f32]) -> Option<usize> {
    let last = states.len() - 1;
    let mut best = last;
    if links.len() >= 2 && links[links.len() - 1].is_optional {
        let before = states.iter().rposition(|state| state.link_index == links.len() - 2)?;
        if totals[before] > totals[best] {
            best = before;
        }
    }
    totals[best].is_finite().then_some(best)
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
        let path = best_path(&links, &scores(&parts), PHONE_COUNT).unwrap();
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
        let path = best_path(&links, &scores(&parts), PHONE_COUNT).unwrap();
        assert_eq!(runs(&links, &path).len(), 4);
        assert_eq!(links[path[0]].phone.symbol(), "m");
    }

    #[test]
    fn every_phone_lasts_its_least_length_even_if_unheard() {
        let links = chain_of(&words(&["mta"]));
        let path = best_path(&links, &scores(&[("m", 10), ("a", 10)]), PHONE_COUNT).unwrap();
        let found = runs(&links, &path);
        assert_eq!(found[1], ("t".to_owned(), 3), "{found:?}");
    }

    #[test]
    fn a_chain_longer_than_the_utterance_is_refused() {
        let links = chain_of(&words(&["mtaspa"]));
        assert!(best_path(&links, &scores(&[("m", 17)]), PHONE_COUNT).is_none());
        assert!(best_path(&links, &scores(&[("m", 18)]), PHONE_COUNT).is_some());
        assert!(best_path(&links, &[], PHONE_COUNT).is_none());
        assert!(best_path(&chain_of(&[]), &scores(&[("sil", 5)]), PHONE_COUNT).is_some());
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
            let path = best_path(&links, &noisy, PHONE_COUNT).unwrap();
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
