//! The espeak-ng corpus: own sentences in many languages and voices, with phone times from phoneme events.
//!
//! Phoneme events are exact to under a millisecond, but the silent closure of a plosive lies before its event, at the
//! end of the phone before. [`phone_spans`] moves it to the plosive, where lips and tongue are shut.

use sha2::{Digest, Sha256};

use super::espeak_library::{Delivery, EspeakSpeech, PhonemeEvent};
use super::recorded::hex;
use super::store::{CorpusCard, Store};
use super::{
    CorpusError, Split, Utterance, espeak_library, split_span, text, tidy_spans, words_between_silences,
};
use crate::phones::{Phone, PhoneKind, PhoneSpan, UnknownIpa, phones_of_ipa};

/// Name of the corpus.
pub(super) const NAME: &str = "espeak";

/// (text language, espeak-ng voice).
const VOICES: &[(&str, &str)] = &[
    ("cmn", "cmn-latn-pinyin"),
    ("de", "de"),
    ("en", "en-us"),
    ("en", "en"),
    ("es", "es"),
    ("fr", "fr"),
    ("it", "it"),
    ("ja", "ja"),
    ("nl", "nl"),
    ("pl", "pl"),
    ("pt", "pt"),
    ("sv", "sv"),
    ("tr", "tr"),
];

/// Speaker variants for training, with their sex; each voice takes four of them.
const TRAIN_VARIANTS: &[(&str, &str)] =
    &[("m1", "m"), ("f2", "f"), ("m3", "m"), ("f4", "f"), ("m4", "m"), ("f3", "f"), ("m7", "m"), ("f1", "f")];
const TRAIN_PASS_COUNT: usize = 4;
/// The variant that is kept for evaluation.
const TEST_VARIANT: (&str, &str) = ("f5", "f");
/// Every so many sentences one is spoken by the test variant.
const TEST_SENTENCE_STRIDE: usize = 4;

/// Pauses shorter than this are joins inside a phrase.
const MIN_PAUSE_S: f64 = 0.04;
const BLOCK_S: f64 = 0.005;

/// One sentence in one voice.
struct Order {
    lang: &'static str,
    voice: &'static str,
    variant: (&'static str, &'static str),
    split: Split,
    sentence_index: usize,
    sentence: &'static str,
    rate_wpm: i32,
    pitch: i32,
    pitch_range: i32,
}

/// Builds the corpus; returns the store and whether it was built now.
pub(super) fn build(
    out_dir: &std::path::Path,
    sentence_limit: usize,
    progress: &mut dyn FnMut(&str),
) -> Result<(Store, bool), CorpusError> {
    let orders = orders(sentence_limit);
    let dir = out_dir.join(NAME);
    let inputs_sha256 = fingerprint(&orders)?;
    if Store::is_current(&dir, &inputs_sha256) {
        return Ok((Store::open(&dir)?, false));
    }
    let mut writer = Store::create(
        &dir,
        CorpusCard {
            name: NAME.into(),
            kind: "synthesised".into(),
            licence: "own sentences spoken by espeak-ng (GPL-3.0 program; its output is not covered)".into(),
            non_commercial: false,
            inputs_sha256,
        },
    )?;
    let order_count = orders.len();
    for (index, order) in orders.iter().enumerate() {
        if index % 100 == 0 {
            progress(&format!("{NAME}: sentence {} of {order_count}", index + 1));
        }
        let (utterance, samples) = speak(order)?;
        writer.add(utterance, &samples)?;
    }
    Ok((writer.finish()?, true))
}

fn orders(sentence_limit: usize) -> Vec<Order> {
    let mut orders = Vec::new();
    for (voice_index, &(lang, voice)) in VOICES.iter().enumerate() {
        let sentences = text::own_sentences(lang);
        for pass in 0..=TRAIN_PASS_COUNT {
            let is_test = pass == TRAIN_PASS_COUNT;
            let variant = if is_test {
                TEST_VARIANT
            } else {
                TRAIN_VARIANTS[(voice_index * 3 + pass) % TRAIN_VARIANTS.len()]
            };
            let stride = if is_test { TEST_SENTENCE_STRIDE } else { 1 };
            for (sentence_index, &sentence) in
                sentences.iter().enumerate().take(sentence_limit).step_by(stride)
            {
                let turn = (voice_index * 31 + pass * 17 + sentence_index * 7) as i32;
                orders.push(Order {
                    lang,
                    voice,
                    variant,
                    split: if is_test { Split::Test } else { Split::Train },
                    sentence_index,
                    sentence,
                    rate_wpm: 125 + (turn * 13) % 80,
                    pitch: 30 + (turn * 11) % 40,
                    pitch_range: 30 + (turn * 5) % 40,
                });
            }
        }
    }
    orders
}

fn fingerprint(orders: &[Order]) -> Result<String, CorpusError> {
    let mut hash = Sha256::new();
    hash.update(b"espeak 2\n");
    hash.update(espeak_library::lock()?.version()?);
    for order in orders {
        hash.update(format!(
            "\n{} {} {:?} {} {} {} {}",
            order.voice,
            order.variant.0,
            order.split,
            order.rate_wpm,
            order.pitch,
            order.pitch_range,
            order.sentence
        ));
    }
    Ok(hex(&hash.finalize()))
}

fn speak(order: &Order) -> Result<(Utterance, Vec<f32>), CorpusError> {
    let speaker = format!("{}+{}", order.voice, order.variant.0);
    let id = format!("{speaker}-{:02}", order.sentence_index);
    let delivery = Delivery {
        voice: speaker.clone(),
        rate_wpm: order.rate_wpm,
        pitch: order.pitch,
        pitch_range: order.pitch_range,
    };
    let speech = espeak_library::lock()?.speak(&delivery, order.sentence)?;
    let samples = at_speech_rate(&speech)?;
    let phones = phone_spans(&speech.phonemes, f64::from(speech.rate_hz), &samples)
        .map_err(|source| CorpusError::Pronunciation { id: id.clone(), source })?;
    let utterance = Utterance {
        id,
        corpus: NAME.into(),
        speaker,
        sex: order.variant.1.into(),
        age: None,
        lang: order.lang.into(),
        accent: String::new(),
        text: order.sentence.into(),
        emotion: None,
        split: order.split,
        sample_count: samples.len(),
        transcript: words_between_silences(&phones),
        phones,
        alignment_score: None,
    };
    Ok((utterance, samples))
}

fn at_speech_rate(speech: &EspeakSpeech) -> Result<Vec<f32>, CorpusError> {
    let mut resampler = cstalk_audio::SpeechResampler::new(speech.rate_hz, 1).map_err(|error| {
        CorpusError::Synthesiser(format!("espeak-ng's sound cannot be resampled: {error}"))
    })?;
    let mut samples = Vec::new();
    resampler.push(&speech.samples, &mut samples);
    resampler.finish(&mut samples);
    Ok(samples)
}

/// The phones of sorted phoneme events over `samples` (16 kHz), closures given to their plosives.
fn phone_spans(
    events: &[PhonemeEvent],
    event_rate_hz: f64,
    samples: &[f32],
) -> Result<Vec<PhoneSpan>, UnknownIpa> {
    let duration_s = samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let mut spans: Vec<PhoneSpan> = Vec::new();
    for (index, event) in events.iter().enumerate() {
        let start_s = event.sample as f64 / event_rate_hz;
        let end_s = events.get(index + 1).map_or(duration_s, |next| next.sample as f64 / event_rate_hz);
        let phones = phones_of_ipa(without_aspiration(&event.ipa))?;
        if phones.is_empty() {
            spans.push(PhoneSpan { phone: Phone::SILENCE, start_s, end_s, stress: 0 });
        } else {
            spans.extend(split_span(&phones, start_s, end_s));
        }
    }
    let mut spans = tidy_spans(spans, duration_s, MIN_PAUSE_S);
    move_closures(&mut spans, samples);
    // What is left of a short pause before a plosive is no pause.
    Ok(tidy_spans(spans, duration_s, MIN_PAUSE_S))
}

/// Mandarin events write aspiration as a plain h: "ph", "ts.h".
fn without_aspiration(ipa: &str) -> &str {
    match ipa.strip_suffix('h') {
        Some(bare) if !bare.is_empty() => bare,
        _ => ipa,
    }
}

/// Moves the start of every plosive and affricate back over the silence right before it.
fn move_closures(spans: &mut [PhoneSpan], samples: &[f32]) {
    const QUIET_SHARE: f64 = 0.05;
    const VERY_QUIET_SHARE: f64 = 0.01;
    const MAX_CLOSURE_S: f64 = 0.12;
    const MAX_CLOSURE_IN_PAUSE_S: f64 = 0.06;
    const MIN_LEFT_S: f64 = 0.025;
    let loud = loud_rms(samples);
    for index in 1..spans.len() {
        let (before, after) = spans.split_at_mut(index);
        let (Some(previous), Some(stop)) = (before.last_mut(), after.first_mut()) else { continue };
        if !matches!(stop.phone.features().kind, PhoneKind::Plosive | PhoneKind::Affricate) {
            continue;
        }
        // Silence inside a voiceless neighbour is only its own if it is not almost digital.
        let share = match previous.phone.features().kind {
            PhoneKind::Vowel | PhoneKind::Approximant | PhoneKind::Nasal => QUIET_SHARE,
            _ => VERY_QUIET_SHARE,
        };
        let in_pause = previous.phone.is_silence();
        let longest_s = if in_pause { MAX_CLOSURE_IN_PAUSE_S } else { MAX_CLOSURE_S };
        let least_left_s = if in_pause { 0.0 } else { MIN_LEFT_S };
        let earliest_s = (stop.start_s - longest_s).max(previous.start_s + least_left_s);
        let mut start_s = stop.start_s;
        while start_s - BLOCK_S >= earliest_s && rms(samples, start_s - BLOCK_S, start_s) < share * loud {
            start_s -= BLOCK_S;
        }
        previous.end_s = start_s;
        stop.start_s = start_s;
    }
}

fn rms(samples: &[f32], start_s: f64, end_s: f64) -> f64 {
    let rate_hz = f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let start = ((start_s * rate_hz) as usize).min(samples.len());
    let end = ((end_s * rate_hz) as usize).clamp(start, samples.len());
    let energy: f64 = samples[start..end].iter().map(|&sample| f64::from(sample).powi(2)).sum();
    (energy / (end - start).max(1) as f64).sqrt()
}

/// The root mean square that 95 % of blocks stay below.
fn loud_rms(samples: &[f32]) -> f64 {
    let duration_s = samples.len() as f64 / f64::from(cstalk_audio::SPEECH_RATE_HZ);
    let block_count = (duration_s / BLOCK_S) as usize;
    let mut levels: Vec<f64> = (0..block_count)
        .map(|block| rms(samples, block as f64 * BLOCK_S, (block + 1) as f64 * BLOCK_S))
        .collect();
    levels.sort_by(f64::total_cmp);
    levels.get(block_count * 95 / 100).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sample: usize, ipa: &str) -> PhonemeEvent {
        PhonemeEvent { sample, ipa: ipa.into() }
    }

    /// 0.1 s pause, a loud vowel to 0.3 s that is silent from 0.24 s, a burst for p, then a vowel.
    fn vowel_closure_burst() -> Vec<f32> {
        let mut samples = vec![0.0; 1600];
        samples.extend((0..2240).map(|n| (n as f32 * 0.3).sin() * 0.5));
        samples.extend(vec![0.0; 960]);
        samples.extend((0..480).map(|n| (n as f32 * 1.7).sin() * 0.1));
        samples.extend((0..2720).map(|n| (n as f32 * 0.3).sin() * 0.5));
        samples
    }

    #[test]
    fn the_silence_before_a_burst_belongs_to_the_plosive() {
        let events = [event(0, ""), event(1600, "a"), event(4800, "ph"), event(5280, "aɪ")];
        let spans = phone_spans(&events, 16_000.0, &vowel_closure_burst()).unwrap();
        let symbols: Vec<_> = spans.iter().map(|s| s.phone.symbol()).collect();
        assert_eq!(symbols, ["sil", "a", "p", "a", "ɪ"]);
        assert!((spans[1].end_s - 0.24).abs() < 0.006, "{spans:?}");
        assert_eq!(spans[2].start_s, spans[1].end_s);
        assert!((spans[4].end_s - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_join_before_a_plosive_leaves_no_sliver_of_silence() {
        let mut samples = vowel_closure_burst();
        samples[3_200..3_840].fill(0.0);
        let events = [event(0, ""), event(1600, "a"), event(3840, ""), event(4800, "t"), event(5280, "a")];
        let spans = phone_spans(&events, 16_000.0, &samples).unwrap();
        let symbols: Vec<_> = spans.iter().map(|s| s.phone.symbol()).collect();
        assert_eq!(symbols, ["sil", "a", "t", "a"], "{spans:?}");
    }

    #[test]
    fn a_fricative_is_not_eaten_by_the_silence_rule() {
        let mut samples = vowel_closure_burst();
        for (n, sample) in samples[3840..4800].iter_mut().enumerate() {
            *sample = (n as f32 * 2.1).sin() * 0.015;
        }
        let events = [event(0, ""), event(1600, "a"), event(3840, "f"), event(4800, "t"), event(5280, "a")];
        let spans = phone_spans(&events, 16_000.0, &samples).unwrap();
        assert!((spans[2].end_s - 0.3).abs() < 1e-9, "{spans:?}");
    }

    #[test]
    fn orders_keep_the_test_variant_apart() {
        let all = orders(usize::MAX);
        assert!(all.iter().all(|o| (o.split == Split::Test) == (o.variant.0 == TEST_VARIANT.0)));
        let speakers: std::collections::HashSet<_> = all.iter().map(|o| (o.voice, o.variant.0)).collect();
        assert_eq!(speakers.len(), VOICES.len() * (TRAIN_PASS_COUNT + 1));
        assert!(all.iter().all(|o| (80..=450).contains(&o.rate_wpm) && (0..=100).contains(&o.pitch)));
    }

    #[test]
    fn events_are_exact_after_pauses() {
        let Ok(mut library) = espeak_library::lock() else {
            println!("SKIPPED events_are_exact_after_pauses: libespeak-ng is not installed");
            return;
        };
        let delivery = Delivery { voice: "de".into(), rate_wpm: 160, pitch: 50, pitch_range: 50 };
        let speech = library.speak(&delivery, "Achtung, am Abend, am Montag, alles.").unwrap();
        drop(library);
        let mut checked = 0;
        let lead = (speech.rate_hz / 50) as usize;
        let mut pause_start = None;
        for event in &speech.phonemes {
            if event.ipa.is_empty() {
                pause_start = pause_start.or(Some(event.sample));
                continue;
            }
            if pause_start.take().is_some_and(|start| event.sample - start > 2 * lead) {
                let onset =
                    speech.samples[event.sample - lead..].iter().position(|s| s.abs() > 0.002).unwrap();
                let late_ms = (onset as f64 - lead as f64) * 1000.0 / f64::from(speech.rate_hz);
                assert!(late_ms.abs() < 2.0, "sound begins {late_ms:.1} ms after the event of {}", event.ipa);
                checked += 1;
            }
        }
        assert!(checked >= 2, "only {checked} pauses");
    }
}
