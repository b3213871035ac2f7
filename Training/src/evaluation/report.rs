//! The report: every figure as data, and the same as tables.

use serde::Serialize;

use super::captured::{CaptureFigures, jaw_behind_loudness};
use super::clips::Clip;
use super::contact::ContactCounts;
use super::distance::{ControlFigures, FaceDistance, FaceFigures};
use super::emotions::{EmotionClosures, EmotionResponse};
use super::look_ahead::LookAheadFigures;
use super::mesh::FaceMesh;
use super::noise::{NoiseFigures, SettleFigures};
use super::signals::BandEnergy;
use super::speech::ClipFigures;
use super::statistics::{Estimate, Follow, bootstrap, mean, percentile};
use super::streaming::StreamingFigures;
use super::tables::{Table, interval, interval_percent, number, percent};

/// Everything that an evaluation found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// `cstalk-evaluation/1`.
    pub schema: String,
    /// Name, version and weights of the model.
    pub model: ModelSummary,
    /// Test sets, with how many of their utterances were taken.
    pub sets: Vec<SetSummary>,
    /// What could not be computed and why.
    pub skipped: Vec<Skip>,
    /// Contacts by set, group and subject.
    pub contacts: Vec<ContactFigures>,
    /// Closure F1 of every speaker with at least ten wanted closures (the model only).
    pub speakers: Vec<SpeakerFigures>,
    /// Closures when faces are shown sooner after their sound (the model only).
    pub look_aheads: Vec<LookAheadFigures>,
    /// Closures under emotions.
    pub emotion_closures: Vec<EmotionClosures>,
    /// What sliders do.
    pub emotion_responses: Vec<EmotionResponse>,
    /// Distances to the performed reference.
    pub distances: Vec<DistanceFigures>,
    /// Real mouth curves.
    pub captured: Vec<CaptureFigures>,
    /// Jaws against the loudness of their own sound.
    pub jaw_lags: Vec<JawLag>,
    /// Silence and noise.
    pub noise: Vec<NoiseFigures>,
    /// Coming to rest.
    pub settle: Vec<SettleFigures>,
    /// Tremble.
    pub tremble: Vec<TrembleFigures>,
    /// Streamed against whole.
    pub streaming: Vec<StreamingFigures>,
    /// Curves over labels, as SVG; in the page only.
    #[serde(skip)]
    pub pictures: Vec<String>,
}

/// Which model was judged.
#[derive(Debug, Default, Serialize)]
pub struct ModelSummary {
    /// Name on the card.
    pub name: String,
    /// Version on the card.
    pub version: String,
    /// Digest of the weights.
    pub weights_sha256: String,
    /// Parameters.
    pub parameters: u64,
    /// Provider that ran.
    pub provider: String,
}

/// A test set.
#[derive(Debug, Serialize)]
pub struct SetSummary {
    /// Corpus.
    pub name: String,
    /// Usable test utterances.
    pub available_count: usize,
    /// Those taken.
    pub taken_count: usize,
}

/// Something that was not computed.
#[derive(Debug, Serialize)]
pub struct Skip {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Contacts of a group of clips under a subject.
#[derive(Debug, Serialize)]
pub struct ContactFigures {
    /// Corpus, or `all`.
    pub set: String,
    /// `all`, a language or a speaker group.
    pub group: String,
    /// The subject.
    pub subject: String,
    /// Clips.
    pub clip_count: usize,
    /// Closures wanted.
    pub wanted_count: usize,
    /// F1 of closures.
    pub f1: Option<Estimate>,
    /// Recall of closures.
    pub recall: Option<Estimate>,
    /// Precision of closures.
    pub precision: Option<Estimate>,
    /// Recall of lower lip on upper teeth.
    pub bite_recall: Option<Estimate>,
    /// Share of vowels whose middle looks like a bite.
    pub vowel_bite_share: Option<Estimate>,
    /// Median closure delay, ms.
    pub delay_median_ms: Option<f64>,
    /// 90th percentile of the absolute closure delay, ms.
    pub delay_p90_ms: Option<f64>,
}

/// Closures of one speaker.
#[derive(Debug, Serialize)]
pub struct SpeakerFigures {
    /// Corpus.
    pub set: String,
    /// Speaker.
    pub speaker: String,
    /// Closures wanted.
    pub wanted_count: usize,
    /// F1.
    pub f1: f64,
}

/// Distances of a set under a subject.
#[derive(Debug, Serialize)]
pub struct DistanceFigures {
    /// Corpus.
    pub set: String,
    /// The subject.
    pub subject: String,
    /// On the evaluation head.
    pub face: Option<FaceFigures>,
    /// In controls.
    pub controls: Option<ControlFigures>,
}

/// A jaw against the loudness of its own sound.
#[derive(Debug, Serialize)]
pub struct JawLag {
    /// Captured take or test set.
    pub set: String,
    /// Captured (as the reader gives it: add 50 ms for the lag as stamped), performed or predicted.
    pub source: String,
    /// How the jaw follows.
    pub follow: Option<Follow>,
}

/// Share of mouth energy at high frequencies.
#[derive(Debug, Serialize)]
pub struct TrembleFigures {
    /// Corpus or capture.
    pub set: String,
    /// The subject.
    pub subject: String,
    /// Above 12 Hz.
    pub above_12_hz: Option<f64>,
    /// Above 10 Hz.
    pub above_10_hz: Option<f64>,
}

/// A clip and what a subject did with it.
pub(super) type Judged<'a> = (&'a Clip, &'a ClipFigures);

impl ContactFigures {
    pub(super) fn of(set: &str, group: &str, subject: &str, judged: &[Judged<'_>]) -> Self {
        let closures = |of: fn(ContactCounts) -> Option<f64>| {
            bootstrap(judged, |picked| of(picked.map(|(_, figures)| figures.closures).sum()))
        };
        let mut delays_ms: Vec<f64> =
            judged.iter().flat_map(|(_, figures)| &figures.closure_delays_s).map(|s| s * 1000.0).collect();
        let mut distances_ms: Vec<f64> = delays_ms.iter().map(|delay| delay.abs()).collect();
        Self {
            set: set.to_owned(),
            group: group.to_owned(),
            subject: subject.to_owned(),
            clip_count: judged.len(),
            wanted_count: judged.iter().map(|(_, figures)| figures.closures.wanted).sum(),
            f1: closures(ContactCounts::f1),
            recall: closures(ContactCounts::recall),
            precision: closures(ContactCounts::precision),
            bite_recall: bootstrap(judged, |picked| {
                picked.map(|(_, figures)| figures.bites).sum::<ContactCounts>().recall()
            }),
            vowel_bite_share: bootstrap(judged, |picked| {
                let (all, bitten) = picked
                    .fold((0, 0), |sum, (_, figures)| (sum.0 + figures.vowels.0, sum.1 + figures.vowels.1));
                (all > 0).then(|| bitten as f64 / all as f64)
            }),
            delay_median_ms: percentile(&mut delays_ms, 50.0),
            delay_p90_ms: percentile(&mut distances_ms, 90.0),
        }
    }
}

impl SpeakerFigures {
    /// Speakers with at least ten wanted closures, worst first.
    pub(super) fn of_all(judged: &[Judged<'_>]) -> Vec<Self> {
        let mut speakers: std::collections::BTreeMap<(&str, &str), Vec<ContactCounts>> =
            std::collections::BTreeMap::new();
        for (clip, figures) in judged {
            speakers.entry((&clip.set, &clip.speaker)).or_default().push(figures.closures);
        }
        let mut list: Vec<Self> = speakers
            .into_iter()
            .filter_map(|((set, speaker), counts)| {
                let counts: ContactCounts = counts.into_iter().sum();
                let (set, speaker) = (set.to_owned(), speaker.to_owned());
                (counts.wanted >= 10).then_some(Self {
                    set,
                    speaker,
                    wanted_count: counts.wanted,
                    f1: counts.f1()?,
                })
            })
            .collect();
        list.sort_by(|a, b| a.f1.total_cmp(&b.f1));
        list
    }
}

impl DistanceFigures {
    pub(super) fn of(
        set: &str,
        subject: &str,
        judged: &[Judged<'_>],
        references: &[&[f32]],
        mask: &[bool; super::BOARD_CONTROL_COUNT],
    ) -> Self {
        let clips: Vec<(&[f32], &[f32])> = judged
            .iter()
            .zip(references)
            .map(|((_, figures), reference)| (&figures.rows[..], *reference))
            .collect();
        Self {
            set: set.to_owned(),
            subject: subject.to_owned(),
            face: judged
                .iter()
                .filter_map(|(_, figures)| figures.face.as_ref())
                .sum::<FaceDistance>()
                .figures(),
            controls: super::distance::control_figures(&clips, mask),
        }
    }
}

impl TrembleFigures {
    pub(super) fn new(set: &str, subject: &str, above_12: BandEnergy, above_10: BandEnergy) -> Self {
        let (set, subject) = (set.to_owned(), subject.to_owned());
        Self { set, subject, above_12_hz: above_12.share(), above_10_hz: above_10.share() }
    }

    pub(super) fn of(set: &str, subject: &str, judged: &[Judged<'_>]) -> Self {
        let (mut above_12, mut above_10) = (BandEnergy::default(), BandEnergy::default());
        for (_, figures) in judged {
            above_12 += figures.tremble;
            above_10 += figures.capture_tremble;
        }
        Self::new(set, subject, above_12, above_10)
    }
}

impl JawLag {
    /// Means of r and the median lag over clips.
    pub(super) fn of(set: &str, source: &str, judged: &[Judged<'_>], mesh: &FaceMesh) -> Self {
        let follow = |(clip, figures): &Judged<'_>| jaw_behind_loudness(&figures.rows, &clip.samples, mesh);
        let follows: Vec<Follow> = judged.iter().filter_map(follow).collect();
        let mut lags: Vec<f64> = follows.iter().map(|follow| follow.lag_ms).collect();
        let mut pooled = || {
            Some(Follow {
                r: mean(follows.iter().map(|follow| follow.r))?,
                best_r: mean(follows.iter().map(|follow| follow.best_r))?,
                lag_ms: percentile(&mut lags, 50.0)?,
            })
        };
        Self { set: set.to_owned(), source: source.to_owned(), follow: pooled() }
    }
}

impl Report {
    /// Notes something that was not computed.
    pub(super) fn skip(&mut self, what: &str, why: &str) {
        self.skipped.push(Skip { what: what.to_owned(), why: why.to_owned() });
    }

    /// The report as tables, in reading order.
    pub(super) fn tables(&self) -> Vec<Table> {
        let mut tables = vec![
            self.contact_table(),
            self.speaker_table(),
            self.look_ahead_table(),
            self.emotion_closure_table(),
            self.capture_table(),
            self.distance_table(),
            self.noise_table(),
            self.settle_table(),
            self.tremble_table(),
            self.response_table(),
            self.moved_table(),
            self.streaming_table(),
            self.lag_table(),
            self.set_table(),
            self.skip_table(),
        ];
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    fn contact_table(&self) -> Table {
        let mut table = Table::new(
            "Lip contacts",
            "Wanted closures: p, b, m spans (touching ones are one closure). Made closures: longest runs of rows in speech with \
             the vertical inner-lip gap of the evaluation head below max(1.5 mm, 10 % of the clip's 95th percentile). Speech: \
             first to last phone without pauses of 150 ms or more. A made closure matches a wanted one within 40 ms, one to \
             one; one that lies wholly within 40 ms of a pause is the pause's closed mouth and never false. Bites (f, v): rim \
             of the lower lip within 2.0 mm of the upper incisors within 40 ms of the phone; a closed mouth also bites \
             (1.25 mm), so the share of vowel middles that look like a bite stands beside it. Delay: middle of the smallest \
             gap minus middle of the phone; median, and 90th percentile of its size. Brackets: 95 % bootstrap over utterances. \
             Targets: F1 >= 0.90, bite recall >= 0.85, |median delay| <= 15 ms. Phone times of recorded speech are \
             forced alignments and carry their own error.",
            &[
                "set",
                "group",
                "subject",
                "clips",
                "closures",
                "F1",
                "recall",
                "precision",
                "bite recall",
                "vowels bitten",
                "delay median, ms",
                "delay p90, ms",
            ],
        );
        table.rows.extend(self.contacts.iter().map(|row| {
            vec![
                row.set.clone(),
                row.group.clone(),
                row.subject.clone(),
                row.clip_count.to_string(),
                row.wanted_count.to_string(),
                interval(row.f1, 3),
                interval(row.recall, 3),
                interval(row.precision, 3),
                interval(row.bite_recall, 3),
                percent(row.vowel_bite_share.map(|share| share.value), 1),
                number(row.delay_median_ms, 0),
                number(row.delay_p90_ms, 0),
            ]
        }));
        table
    }

    fn speaker_table(&self) -> Table {
        let mut table = Table::new(
            "Spread over speakers",
            "Closure F1 of the model for every speaker with at least ten wanted closures; every speaker stands in report.json.",
            &["set", "speakers", "worst", "10th percentile", "median", "90th percentile"],
        );
        let mut sets: Vec<&str> = self.speakers.iter().map(|speaker| speaker.set.as_str()).collect();
        sets.sort_unstable();
        sets.dedup();
        for set in sets {
            let mut scores: Vec<f64> = self.speakers.iter().filter(|s| s.set == set).map(|s| s.f1).collect();
            let count = scores.len().to_string();
            let mut cells = vec![set.to_owned(), count];
            cells.extend([0.0, 10.0, 50.0, 90.0].map(|p| number(percentile(&mut scores, p), 3)));
            table.rows.push(cells);
        }
        table
    }

    fn emotion_closure_table(&self) -> Table {
        let mut table = Table::new(
            "Closures under emotion",
            "The same closure figures of the model with each emotion at 0.5 and 1 and with random blends. Loss: neutral recall \
             minus this recall, in points. Target: worst loss <= 2.",
            &["emotion", "recall", "F1", "loss, points"],
        );
        table.rows.extend(self.emotion_closures.iter().map(|row| {
            vec![row.emotion.clone(), number(row.recall, 3), number(row.f1, 3), number(row.loss_points, 1)]
        }));
        table
    }

    fn capture_table(&self) -> Table {
        let mut table = Table::new(
            "Real mouth curves (FACEGOOD, one Mandarin speaker)",
            "Pearson's r at lag 0, the largest r over shifts of +-200 ms and its lag (positive: the subject is late), for jaw \
             opening (JawOpen), rounding (larger of MouthFunnel and MouthPucker) and closure (1 with shut lips, 0 from a gap of \
             4 mm). The capture's rows are read 1.5 capture rows (50 ms) later than stamped. Distances over the controls \
             that the capture supervises. Target on the held-out take 1114_3_15: jaw r >= 0.85, |lag| <= 20 ms.",
            &[
                "take",
                "subject",
                "jaw r",
                "jaw best r",
                "jaw lag, ms",
                "rounding best r",
                "rounding lag, ms",
                "closure best r",
                "closure lag, ms",
                "LVE, mm^2 (root, mm)",
                "MOD, mm",
                "control error",
                "over deviation",
            ],
        );
        for row in &self.captured {
            let lag = |follow: Option<Follow>| number(follow.map(|follow| follow.lag_ms), 0);
            let best = |follow: Option<Follow>| number(follow.map(|follow| follow.best_r), 3);
            table.rows.push(vec![
                row.take.clone(),
                row.subject.clone(),
                number(row.jaw.map(|follow| follow.r), 3),
                best(row.jaw),
                lag(row.jaw),
                best(row.rounding),
                lag(row.rounding),
                best(row.closure),
                lag(row.closure),
                row.face.map_or_else(
                    || "-".into(),
                    |face| format!("{:.1} ({:.2})", face.lve_mm2, face.lve_root_mm),
                ),
                number(row.face.map(|face| face.mod_mm), 2),
                number(row.controls.map(|controls| controls.error), 4),
                number(row.controls.map(|controls| controls.standard_error), 3),
            ]);
        }
        table
    }

    fn distance_table(&self) -> Table {
        let mut table = Table::new(
            "Distance to the performed reference",
            "The reference is the performer on the true labels, neutral, average style: performed, not captured. LVE (EVE): mean \
             over rows of the largest squared distance of a lip (upper-face) vertex, and with the root per row. FDD: mean over \
             upper-face vertices of the deviation over time of the squared motion, reference minus subject (signed; above 0 \
             is too still), and absolute. MOD: mean |gap difference|. Control error: mean absolute, raw and over the \
             control's deviation in the reference; speed error per second.",
            &[
                "set",
                "subject",
                "LVE, mm^2",
                "root, mm",
                "EVE, mm^2",
                "root, mm",
                "FDD, mm^2",
                "abs",
                "MOD, mm",
                "control error",
                "over deviation",
                "speed error, 1/s",
            ],
        );
        for row in &self.distances {
            let face = |of: fn(FaceFigures) -> f64, digits| number(row.face.map(of), digits);
            let controls = |of: fn(ControlFigures) -> f64, digits| number(row.controls.map(of), digits);
            table.rows.push(vec![
                row.set.clone(),
                row.subject.clone(),
                face(|f| f.lve_mm2, 2),
                face(|f| f.lve_root_mm, 2),
                face(|f| f.eve_mm2, 3),
                face(|f| f.eve_root_mm, 2),
                face(|f| f.fdd_mm2, 4),
                face(|f| f.fdd_absolute_mm2, 4),
                face(|f| f.mod_mm, 2),
                controls(|c| c.error, 4),
                controls(|c| c.standard_error, 3),
                controls(|c| c.speed_error, 3),
            ]);
        }
        table
    }

    fn noise_table(&self) -> Table {
        let mut table = Table::new(
            "Silence and noise",
            "Movement energy of the mouth (mean over rows of the summed squared speed of the mouth's controls) where nobody \
             speaks, over that in clean speech of the same subject. Pauses: more than 200 ms before the first and 300 ms after \
             the last phone. The noises are kept out of training; the music is synthetic. Targets: clean <= 1 %, noise <= 5 %.",
            &["condition", "subject", "energy over that in speech"],
        );
        table.rows.extend(
            self.noise
                .iter()
                .map(|row| vec![row.condition.clone(), row.subject.clone(), interval_percent(row.share, 2)]),
        );
        table
    }

    fn settle_table(&self) -> Table {
        let mut table = Table::new(
            "Coming to rest",
            "Time from the end of the last phone until the mouth stays within 5 % of its travel in speech (95th percentile of \
             the distance from rest) of where it rests 1.5 s later. Target: <= 200 ms.",
            &["subject", "clips", "median, ms", "90th percentile, ms"],
        );
        table.rows.extend(self.settle.iter().map(|row| {
            vec![
                row.subject.clone(),
                row.clip_count.to_string(),
                number(row.median_ms, 0),
                number(row.p90_ms, 0),
            ]
        }));
        table
    }

    fn tremble_table(&self) -> Table {
        let mut table = Table::new(
            "Tremble",
            "Share of the energy of the mouth's controls above 12 and 10 Hz (Hann windows of 1.28 s, without the mean). A real \
             MetaHuman Animator capture has 0.37 % above 10 Hz.",
            &["set", "subject", "above 12 Hz", "above 10 Hz"],
        );
        table.rows.extend(self.tremble.iter().map(|row| {
            vec![
                row.set.clone(),
                row.subject.clone(),
                percent(row.above_12_hz, 3),
                percent(row.above_10_hz, 3),
            ]
        }));
        table
    }

    fn response_table(&self) -> Table {
        let mut table = Table::new(
            "Emotion sliders",
            "Length of the mean move of all controls against neutral at four slider positions; region-correlation distance \
             (Frobenius, off the diagonal, regions that the reference moves) and mean ratio of region activity variances, both \
             against the performer on true labels under the same emotion.",
            &["emotion", "0.25", "0.5", "0.75", "1", "rising", "region distance", "variance ratio"],
        );
        for row in &self.emotion_responses {
            let mut cells = vec![row.emotion.clone()];
            cells.extend(row.move_lengths.iter().map(|length| format!("{length:.3}")));
            cells.push(if row.is_monotonic { "yes" } else { "no" }.to_owned());
            cells.push(number(row.region_distance, 2));
            cells.push(number(row.variance_ratio, 2));
            table.rows.push(cells);
        }
        table
    }

    fn moved_table(&self) -> Table {
        let mut table = Table::new(
            "What each emotion moves",
            "The ten most moved controls at slider 1: mean of (value - value at neutral) over all rows. For neutral: the largest \
             mean values of the neutral face itself.",
            &["emotion", "control", "mean move"],
        );
        for response in &self.emotion_responses {
            table.rows.extend(response.most_moved.iter().map(|moved| {
                vec![response.emotion.clone(), moved.control.clone(), format!("{:+.3}", moved.mean_move)]
            }));
        }
        table
    }

    fn look_ahead_table(&self) -> Table {
        let mut table = Table::new(
            "Closures and look-ahead",
            "Live, a face can be shown sooner after its sound than the model's look-ahead allows; the newest row then lags the \
             sound. Closure F1 and median closure delay as above, of the model's rows shifted by that lag. From the model's \
             own look-ahead on nothing changes: it hears no farther.",
            &["set", "look-ahead, ms", "shown lag, ms", "closure F1", "median delay, ms"],
        );
        table.rows.extend(self.look_aheads.iter().map(|row| {
            vec![
                row.set.clone(),
                format!("{:.0}", row.look_ahead_ms),
                format!("{:.0}", row.lag_ms),
                interval(row.f1, 3),
                number(row.delay_median_ms, 0),
            ]
        }));
        table
    }

    fn streaming_table(&self) -> Table {
        let mut table = Table::new(
            "Streaming = offline",
            "Largest absolute difference of any control between a clip pushed in blocks and pushed whole. Target: <= 1e-5.",
            &["block, samples", "clips", "largest difference"],
        );
        table.rows.extend(self.streaming.iter().map(|row| {
            let difference =
                row.max_difference.map_or_else(|| "row counts differ".into(), |value| format!("{value:.1e}"));
            vec![row.block_samples.to_string(), row.clip_count.to_string(), difference]
        }));
        table
    }

    fn lag_table(&self) -> Table {
        let mut table = Table::new(
            "Jaw and loudness",
            "Jaw opening against the loudness (dB) of its own sound: the largest r over shifts of +-200 ms, and its lag (positive: \
             the jaw is late; negative: it leads). Test sets: means of r and median lag over clips. Captures as the reader gives \
             them; add 50 ms for the lag as stamped. A real jaw opens before the sound; sources that disagree by more than a row \
             teach a model two timings.",
            &["set", "source", "best r", "lag, ms"],
        );
        table.rows.extend(self.jaw_lags.iter().map(|row| {
            let (r, lag) = (row.follow.map(|follow| follow.best_r), row.follow.map(|follow| follow.lag_ms));
            vec![row.set.clone(), row.source.clone(), number(r, 3), number(lag, 0)]
        }));
        table
    }

    fn set_table(&self) -> Table {
        let mut table = Table::new(
            "Test sets",
            "Utterances with phone times; the taken ones are spread evenly over the set.",
            &["set", "usable", "taken"],
        );
        table.rows.extend(
            self.sets.iter().map(|set| {
                vec![set.name.clone(), set.available_count.to_string(), set.taken_count.to_string()]
            }),
        );
        table
    }

    fn skip_table(&self) -> Table {
        let mut table =
            Table::new("Skipped", "What was not computed in this run, and why.", &["what", "why"]);
        table.rows.extend(self.skipped.iter().map(|skip| vec![skip.what.clone(), skip.why.clone()]));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(speaker: &str) -> Clip {
        Clip {
            id: "x".into(),
            set: "set".into(),
            lang: "en".into(),
            speaker: speaker.into(),
            groups: Vec::new(),
            samples: Vec::new(),
            phones: Vec::new(),
        }
    }

    fn figures(wanted: usize, matched: usize, false_made: usize) -> ClipFigures {
        ClipFigures { closures: ContactCounts { wanted, matched, false_made }, ..ClipFigures::default() }
    }

    #[test]
    fn counts_are_pooled_before_they_are_divided() {
        let clip = clip("a");
        let (good, bad) = (figures(9, 9, 0), figures(1, 0, 1));
        let found = ContactFigures::of("set", "all", "model", &[(&clip, &good), (&clip, &bad)]);
        let recall = found.recall.unwrap();
        assert!((recall.value - 0.9).abs() < 1e-12 && recall.low == 0.0 && recall.high == 1.0, "{recall:?}");
        assert!((found.f1.unwrap().value - 0.9).abs() < 1e-12);
        assert_eq!(found.delay_median_ms, None);
    }

    #[test]
    fn speakers_with_few_closures_are_left_out() {
        let (a, b) = (clip("a"), clip("b"));
        let (many, few) = (figures(20, 10, 0), figures(3, 3, 0));
        let found = SpeakerFigures::of_all(&[(&a, &many), (&b, &few)]);
        assert_eq!(found.len(), 1);
        assert!((found[0].f1 - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn every_skip_is_a_row() {
        let mut report = Report::default();
        report.skip("corpus x", "absent");
        let tables = report.tables();
        assert_eq!(tables.len(), 1);
        assert!(tables[0].markdown().contains("| corpus x | absent |"));
    }
}
