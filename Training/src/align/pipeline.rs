//! The rounds of learning and aligning, resumable after each.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::accuracy::{BoundaryErrors, ClosureDrops};
use super::chain::chain_of;
use super::durations::{Tempo, mean_log_lengths};
use super::examples::{Example, Pool};
use super::learning::{Course, learn};
use super::variation::{LIGHT, STRONG};
use super::{AlignError, BoundaryAccuracy, ClosureSanity, PhoneNet, acoustics, viterbi};
use crate::corpus::{CorpusError, Split, Store, Utterance, write_atomically};
use crate::phones::{PHONE_COUNT, PhoneSpan, StressedPhone};

/// How much of the log prior is taken off the log posterior in the search.
const PRIOR_WEIGHT: f32 = 0.6;
/// Share of aligned utterances, the worst by score, that are not learnt from.
const DROPPED_SHARE: f64 = 0.12;

/// Share of exact times in later rounds; with much less of them the boundaries drift from round to round.
const EXACT_SHARE: f64 = 0.65;
/// Peak learning rates of the first round and of later ones.
const PEAK_RATES: (f64, f64) = (2e-3, 6e-4);

/// What to align and how long to learn.
#[derive(Clone, Debug)]
pub struct AlignRequest {
    /// Folder with the corpora; recordings in it are aligned in place.
    pub corpus_dir: PathBuf,
    /// Folder for weights, log and report.
    pub out_dir: PathBuf,
    /// Steps of learning from synthesised speech.
    pub bootstrap_step_count: usize,
    /// Steps of learning in each later round.
    pub round_step_count: usize,
    /// Rounds after the first.
    pub round_count: usize,
    /// Recorded train speech aligned for each later round, in hours.
    pub hours_per_round: f64,
    /// Seed of everything random.
    pub seed: u64,
}

/// What an alignment run found; written as `report.json`.
#[derive(Clone, Debug, Serialize)]
pub struct AlignReport {
    /// Against the exact times of synthesised voices that were kept out, by corpus.
    pub synthesised_test: Vec<(String, BoundaryAccuracy)>,
    /// Closures in recorded speech, by corpus.
    pub recorded_closures: Vec<(String, ClosureSanity)>,
    /// By recorded corpus: utterances, those that could not be aligned, and the median score.
    pub recorded: Vec<AlignedCorpus>,
}

/// One recorded corpus after alignment.
#[derive(Clone, Debug, Serialize)]
pub struct AlignedCorpus {
    /// Name.
    pub name: String,
    /// Utterances.
    pub utterance_count: usize,
    /// Utterances shorter than their transcript needs; they stay without phones.
    pub unaligned_count: usize,
    /// Scores below which 5 %, 50 % and 95 % of the utterances lie.
    pub score_quantiles: [f32; 3],
}

/// An alignment of one utterance.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// Gapless phones.
    pub phones: Vec<PhoneSpan>,
    /// Mean log posterior over spoken feature frames.
    pub score: f32,
}

/// Progress on disk, so that a stopped run continues.
#[derive(Default, Serialize, Deserialize)]
struct Progress {
    request_sha256: String,
    finished_rounds: usize,
    is_complete: bool,
}

/// Runs what is still to be done and returns the report.
///
/// # Errors
/// [`AlignError`]; rounds finished before the error are kept.
pub fn run(request: &AlignRequest, say: &mut dyn FnMut(&str)) -> Result<AlignReport, AlignError> {
    fs::create_dir_all(&request.out_dir).map_err(CorpusError::file(&request.out_dir))?;
    let mut stores = open_stores(&request.corpus_dir)?;
    let mut progress = read_progress(request, &stores);
    let net = {
        let (synthesised, recorded): (Vec<&Store>, Vec<&Store>) =
            stores.iter().partition(|store| store.card().kind == "synthesised");
        if synthesised.is_empty() {
            return Err(AlignError::BadRequest(format!(
                "no synthesised corpus in {}; run `cstalk-train corpus` first",
                request.corpus_dir.display()
            )));
        }
        learn_rounds(request, &synthesised, &recorded, &mut progress, say)?
    };
    align_stores(&net, &mut stores, progress.is_complete, say)?;
    let report = report(&net, &stores)?;
    write_json(&request.out_dir.join("report.json"), &report)?;
    progress.is_complete = true;
    write_progress(request, &progress)?;
    Ok(report)
}

/// Aligns one utterance; `None` if it is too short for its transcript.
///
/// # Errors
/// [`AlignError::Torch`].
pub fn align_utterance(
    net: &PhoneNet,
    samples: &[f32],
    words: &[Vec<StressedPhone>],
) -> Result<Option<Alignment>, AlignError> {
    let links = chain_of(words);
    let posteriors = net.log_posteriors(&acoustics::normalised_features(samples))?;
    let prior = net.log_prior()?;
    let scaled: Vec<f32> = posteriors
        .chunks_exact(PHONE_COUNT)
        .flat_map(|frame| frame.iter().zip(&prior).map(|(posterior, prior)| posterior - PRIOR_WEIGHT * prior))
        .collect();
    // Once by sound alone to find the tempo, then with the lengths that phones have at that tempo.
    let Some(first_path) = viterbi::best_path(&links, &scaled, PHONE_COUNT, None) else { return Ok(None) };
    let tempo = Tempo::of_path(&links, &first_path, &net.log_lengths()?);
    let Some(path) = viterbi::best_path(&links, &scaled, PHONE_COUNT, Some(&tempo)) else { return Ok(None) };
    let spoken: Vec<f32> = path
        .iter()
        .enumerate()
        .filter(|&(_, &link)| !links[link].phone.is_silence())
        .map(|(frame_index, &link)| posteriors[frame_index * PHONE_COUNT + links[link].phone.index()])
        .collect();
    let duration_s = samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ);
    Ok(Some(Alignment {
        phones: viterbi::spans_of(&links, &path, duration_s),
        score: spoken.iter().sum::<f32>() / spoken.len().max(1) as f32,
    }))
}

fn open_stores(corpus_dir: &Path) -> Result<Vec<Store>, AlignError> {
    let mut stores = Vec::new();
    for name in crate::corpus::build::known_corpora() {
        let dir = corpus_dir.join(name);
        if dir.is_dir() {
            stores.push(Store::open(&dir)?);
        }
    }
    Ok(stores)
}

fn read_progress(request: &AlignRequest, stores: &[Store]) -> Progress {
    let mut hash = Sha256::new();
    hash.update(format!(
        "align 2 {} {} {} {} {}",
        request.bootstrap_step_count,
        request.round_step_count,
        request.round_count,
        request.hours_per_round,
        request.seed
    ));
    for store in stores {
        hash.update(format!("\n{} {}", store.card().name, store.card().inputs_sha256));
    }
    let request_sha256 = crate::corpus::hex(&hash.finalize());
    let stored = fs::read_to_string(request.out_dir.join("progress.json"))
        .ok()
        .and_then(|text| serde_json::from_str::<Progress>(&text).ok());
    match stored {
        Some(progress) if progress.request_sha256 == request_sha256 => progress,
        _ => Progress { request_sha256, ..Progress::default() },
    }
}

fn write_progress(request: &AlignRequest, progress: &Progress) -> Result<(), AlignError> {
    write_json(&request.out_dir.join("progress.json"), progress)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), AlignError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CorpusError::Malformed { path: path.into(), message: error.to_string() })?;
    Ok(write_atomically(path, text.as_bytes())?)
}

fn weights_path(request: &AlignRequest, round: usize) -> PathBuf {
    request.out_dir.join(format!("phone_net_{round}.safetensors"))
}

/// All rounds that are not finished; returns the net of the last.
fn learn_rounds(
    request: &AlignRequest,
    synthesised: &[&Store],
    recorded: &[&Store],
    progress: &mut Progress,
    say: &mut dyn FnMut(&str),
) -> Result<PhoneNet, AlignError> {
    let log_path = request.out_dir.join("log.jsonl");
    let mut log = File::options()
        .append(progress.finished_rounds > 0)
        .truncate(progress.finished_rounds == 0)
        .write(true)
        .create(true)
        .open(&log_path)
        .map_err(CorpusError::file(&log_path))?;
    tch::manual_seed(request.seed as i64);
    let mut net = match progress.finished_rounds {
        0 => PhoneNet::new(),
        finished => PhoneNet::load(&weights_path(request, finished - 1))?,
    };
    net.set_log_lengths(&mean_log_lengths(
        exact_examples(synthesised).iter().map(|example| &example.phones[..]),
    ))?;
    for round in progress.finished_rounds..=request.round_count {
        let mut pools =
            vec![Pool { examples: exact_examples(synthesised), variation: STRONG, share: EXACT_SHARE }];
        if round > 0 {
            let examples = aligned_examples(&net, recorded, request, round, say)?;
            pools.push(Pool { examples, variation: LIGHT, share: 1.0 - EXACT_SHARE });
        }
        let course = Course {
            step_count: if round == 0 { request.bootstrap_step_count } else { request.round_step_count },
            peak_rate: if round == 0 { PEAK_RATES.0 } else { PEAK_RATES.1 },
            seed: request.seed.wrapping_add(round as u64),
        };
        learn(&mut net, &pools, course, &format!("round {round}"), &mut |record| {
            say(&format!(
                "{}: step {} of {}, loss {:.3}, frames right {:.1} %, {:.0} s",
                record.stage,
                record.step,
                record.step_count,
                record.loss,
                record.frame_accuracy * 100.0,
                record.elapsed_s
            ));
            let line = serde_json::to_string(record).map_err(|error| CorpusError::Malformed {
                path: log_path.clone(),
                message: error.to_string(),
            })?;
            Ok(writeln!(log, "{line}").map_err(CorpusError::file(&log_path))?)
        })?;
        net.save(&weights_path(request, round))?;
        progress.finished_rounds = round + 1;
        progress.is_complete = false;
        write_progress(request, progress)?;
        let accuracy = held_out_accuracy(&net, synthesised)?;
        for (name, boundaries) in accuracy {
            say(&format!(
                "round {round}: {name} held out, median {:.1} ms, within 20 ms {:.1} %, bias {:+.1} ms, lips {:.1} ms",
                boundaries.median_ms,
                boundaries.share_within_20_ms * 100.0,
                boundaries.bias_ms,
                boundaries.lip_closure_median_ms
            ));
        }
    }
    Ok(net)
}

fn exact_examples<'a>(stores: &[&'a Store]) -> Vec<Example<'a>> {
    stores
        .iter()
        .flat_map(|&store| {
            store
                .utterances()
                .iter()
                .enumerate()
                .filter(|(_, u)| u.split == Split::Train && !u.phones.is_empty())
                .map(move |(utterance_index, u)| Example { store, utterance_index, phones: u.phones.clone() })
        })
        .collect()
}

/// Aligns a random part of the recorded train speech and keeps the better ones.
fn aligned_examples<'a>(
    net: &PhoneNet,
    stores: &[&'a Store],
    request: &AlignRequest,
    round: usize,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<Example<'a>>, AlignError> {
    let mut members: Vec<(&'a Store, usize)> = stores
        .iter()
        .flat_map(|&store| {
            let is_train = |index: &usize| store.utterances()[*index].split == Split::Train;
            (0..store.utterances().len()).filter(is_train).map(move |index| (store, index))
        })
        .collect();
    members
        .shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(request.seed.wrapping_mul(31) + round as u64));
    let mut seconds = 0.0;
    let mut scored = Vec::new();
    for (store, utterance_index) in members {
        if seconds > request.hours_per_round * 3600.0 {
            break;
        }
        let utterance = &store.utterances()[utterance_index];
        seconds += utterance.duration_s();
        let samples = store.samples(utterance_index)?;
        if let Some(alignment) = align_utterance(net, &samples, &utterance.transcript)? {
            scored.push((alignment.score, Example { store, utterance_index, phones: alignment.phones }));
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let kept = scored.len() - (scored.len() as f64 * DROPPED_SHARE) as usize;
    say(&format!("round {round}: learning from {kept} of {} aligned recordings", scored.len()));
    Ok(scored.into_iter().take(kept).map(|(_, example)| example).collect())
}

/// Aligns all recorded corpora in place, unless that was done.
fn align_stores(
    net: &PhoneNet,
    stores: &mut [Store],
    is_complete: bool,
    say: &mut dyn FnMut(&str),
) -> Result<(), AlignError> {
    for store in stores.iter_mut().filter(|store| store.card().kind == "recorded") {
        if is_complete && store.utterances().iter().any(|utterance| !utterance.phones.is_empty()) {
            continue;
        }
        let mut utterances: Vec<Utterance> = store.utterances().to_vec();
        let count = utterances.len();
        for (index, utterance) in utterances.iter_mut().enumerate() {
            if index % 500 == 0 {
                say(&format!("{}: aligning utterance {} of {count}", store.card().name, index + 1));
            }
            let alignment = align_utterance(net, &store.samples(index)?, &utterance.transcript)?;
            utterance.alignment_score = alignment.as_ref().map(|alignment| alignment.score);
            utterance.phones = alignment.map(|alignment| alignment.phones).unwrap_or_default();
        }
        store.rewrite(utterances)?;
    }
    Ok(())
}

fn report(net: &PhoneNet, stores: &[Store]) -> Result<AlignReport, AlignError> {
    let (synthesised, recorded): (Vec<&Store>, Vec<&Store>) =
        stores.iter().partition(|store| store.card().kind == "synthesised");
    let mut report = AlignReport {
        synthesised_test: held_out_accuracy(net, &synthesised)?,
        recorded_closures: Vec::new(),
        recorded: Vec::new(),
    };
    for store in recorded {
        let name = &store.card().name;
        let mut drops = ClosureDrops::default();
        for (index, utterance) in store.utterances().iter().enumerate() {
            drops.add(&utterance.phones, &store.samples(index)?);
        }
        report.recorded_closures.push((name.clone(), drops.summary()));
        let mut scores: Vec<f32> = store.utterances().iter().filter_map(|u| u.alignment_score).collect();
        scores.sort_by(f32::total_cmp);
        let quantile = |percent: usize| scores.get(scores.len() * percent / 100).copied().unwrap_or(f32::NAN);
        report.recorded.push(AlignedCorpus {
            name: name.clone(),
            utterance_count: store.utterances().len(),
            unaligned_count: store.utterances().len() - scores.len(),
            score_quantiles: [quantile(5), quantile(50), quantile(95)],
        });
    }
    Ok(report)
}

/// Boundary errors on the voices that were kept out, by corpus.
fn held_out_accuracy(
    net: &PhoneNet,
    stores: &[&Store],
) -> Result<Vec<(String, BoundaryAccuracy)>, AlignError> {
    let mut found = Vec::new();
    for store in stores {
        let mut errors = BoundaryErrors::default();
        for (index, utterance) in store.utterances().iter().enumerate() {
            if utterance.split == Split::Test
                && let Some(alignment) = align_utterance(net, &store.samples(index)?, &utterance.transcript)?
            {
                errors.add(&alignment.phones, &utterance.phones);
            }
        }
        found.push((store.card().name.clone(), errors.summary()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::CorpusCard;
    use crate::corpus::build::{BuildRequest, build};

    /// Synthesised corpora of a sentence each, and a "recorded" one made of a kept-out voice without its times.
    fn small_corpora(dir: &Path) -> Result<(), CorpusError> {
        let request = BuildRequest {
            shared_data_dir: dir.join("absent"),
            out_dir: dir.to_path_buf(),
            names: vec!["flite_en".into(), "espeak".into()],
            sentence_limit: 1,
        };
        let built = build(&request, &mut |_| {})?;
        let card = CorpusCard {
            name: "kerstin_de".into(),
            kind: "recorded".into(),
            licence: "none".into(),
            non_commercial: false,
            inputs_sha256: "test".into(),
        };
        let mut writer = Store::create(dir.join("kerstin_de"), card)?;
        let source = &built[0].store;
        for (index, utterance) in source.utterances().iter().enumerate().take(3) {
            let mut unaligned = utterance.clone();
            unaligned.phones.clear();
            if index == 2 {
                unaligned.transcript = vec![unaligned.transcript.concat().repeat(20)];
            }
            writer.add(unaligned, &source.samples(index)?)?;
        }
        writer.finish().map(|_| ())
    }

    #[test]
    fn recordings_are_aligned_and_a_second_run_has_nothing_to_do() {
        let temp = tempfile::tempdir().unwrap();
        match small_corpora(temp.path()) {
            Err(CorpusError::Synthesiser(reason)) => {
                println!("SKIPPED recordings_are_aligned_and_a_second_run_has_nothing_to_do: {reason}");
                return;
            }
            other => other.unwrap(),
        }
        let request = AlignRequest {
            corpus_dir: temp.path().to_path_buf(),
            out_dir: temp.path().join("aligner"),
            bootstrap_step_count: 6,
            round_step_count: 2,
            round_count: 1,
            hours_per_round: 1.0,
            seed: 5,
        };
        let report = run(&request, &mut |_| {}).unwrap();
        assert_eq!((report.recorded[0].utterance_count, report.recorded[0].unaligned_count), (3, 1));
        assert!(report.synthesised_test.iter().all(|(_, accuracy)| accuracy.boundary_count > 0));
        let aligned = Store::open(temp.path().join("kerstin_de")).unwrap();
        for utterance in &aligned.utterances()[..2] {
            assert!(utterance.alignment_score.is_some_and(|score| score < 0.0));
            assert_eq!(utterance.phones[0].start_s, 0.0);
            assert!(utterance.phones.windows(2).all(|pair| pair[0].end_s == pair[1].start_s));
            let spoken = utterance.phones.iter().filter(|span| !span.phone.is_silence()).count();
            assert_eq!(spoken, utterance.transcript.concat().len(), "{}", utterance.id);
        }
        assert!(aligned.utterances()[2].phones.is_empty(), "too long a transcript is refused");

        let mut said = Vec::new();
        run(&request, &mut |line| said.push(line.to_owned())).unwrap();
        assert!(said.is_empty(), "the second run worked again: {said:?}");
        assert_eq!(Store::open(temp.path().join("kerstin_de")).unwrap().utterances(), aligned.utterances());
    }
}
