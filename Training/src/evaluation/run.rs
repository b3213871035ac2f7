//! One evaluation from start to end.

use std::path::PathBuf;
use std::sync::Arc;

use cstalk_model::Model;
use rayon::prelude::*;

use super::captured;
use super::clips::{self, Clip, ClipSet, spread};
use super::mesh::FaceMesh;
use super::plot::picture;
use super::report::{
    ContactFigures, DistanceFigures, JawLag, Judged, ModelSummary, Report, SetSummary, SpeakerFigures,
    TrembleFigures,
};
use super::signals::mouth_energy_above;
use super::speech::{self, CAPTURE_TREMBLE_HZ, ClipFigures, TREMBLE_HZ};
use super::subject::{NEUTRAL, Subject, mean_row};
use super::{EvaluationError, Result, emotions, look_ahead, noise, streaming};
use crate::corpus::Split;
use crate::corpus::facegood::{self, CapturedTake};
use crate::performer::predicted_controls;
use crate::train::autoregressive_stage::AutoregressiveModel;

/// A model and what it is judged on.
pub(super) struct Evaluation {
    pub(super) model: Arc<Model>,
    /// The autoregressive decoder, where one was trained.
    pub(super) baseline: Option<Arc<AutoregressiveModel>>,
    /// Folder of built corpora.
    pub(super) corpora: PathBuf,
    /// Folder of shared recordings, captures and the mesh.
    pub(super) recordings: PathBuf,
    pub(super) sizes: Sizes,
}

/// How many clips each part takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// A corpus; 0 for all.
    utterances: usize,
    /// For closures under emotions, over all corpora.
    emotion_clips: usize,
    /// For sliders and region correlations.
    response_clips: usize,
    /// For silence and noise.
    noise_clips: usize,
    /// For streamed against whole.
    streaming_clips: usize,
}

impl Sizes {
    /// The sizes that belong to a number of utterances a corpus (0: all).
    pub(super) fn of_utterances(utterances: usize) -> Self {
        let at_most = |most: usize| if utterances == 0 { most } else { most.min(utterances) };
        Self {
            utterances,
            emotion_clips: at_most(60),
            response_clips: at_most(24),
            noise_clips: at_most(20),
            streaming_clips: at_most(4),
        }
    }
}

impl Evaluation {
    /// Computes everything that the recordings at hand allow.
    pub(super) fn run(&self) -> Result<Report> {
        let mesh = FaceMesh::load(&self.recordings.join("mesh"))
            .map_err(|e| EvaluationError::new("evaluation mesh", e))?;
        let mut report =
            Report { schema: "cstalk-evaluation/1".into(), model: self.summary(), ..Report::default() };
        let sets = clips::load(&self.corpora, self.sizes.utterances, |what, why| report.skip(what, why))?;
        report.sets.extend(sets.iter().map(|set| SetSummary {
            name: set.name.clone(),
            available_count: set.available_count,
            taken_count: set.clips.len(),
        }));
        let model = Subject::Model(Arc::clone(&self.model));
        for set in &sets {
            self.judge_set(set, &mesh, &mut report)?;
            let Some(clip) = set.clips.first() else { continue };
            let title = format!("{} {}, neutral, first three seconds", set.name, clip.id);
            let pair = [model.clone(), Subject::Labels];
            report.pictures.push(picture(&title, clip, &pair, &mesh, NEUTRAL, (0.0, 3.0))?);
        }
        if sets.is_empty() {
            report.skip("closures under emotion, sliders, noise, streaming", "no speech test set");
        } else {
            report.emotion_closures =
                emotions::closures(&model, &mixed(&sets, self.sizes.emotion_clips), &mesh)?;
            report.emotion_responses = emotions::responses(&model, &mixed(&sets, self.sizes.response_clips))?;
            self.judge_noise(&mixed(&sets, self.sizes.noise_clips), &mut report)?;
            report.streaming = streaming::judge(&model, &mixed(&sets, self.sizes.streaming_clips))?;
        }
        self.judge_captures(&mesh, &mut report)?;
        if self.baseline.is_none() {
            let why =
                "train one (`cstalk-train train autoregressive`) and name its folder with --autoregressive";
            report.skip("autoregressive decoder", why);
        }
        Ok(report)
    }

    fn summary(&self) -> ModelSummary {
        let card = self.model.card();
        ModelSummary {
            name: card.name.clone(),
            version: card.version.clone(),
            weights_sha256: card.weights_sha256.clone(),
            parameters: card.parameters,
            provider: self.model.provider().to_string(),
        }
    }

    fn judge_set(&self, set: &ClipSet, mesh: &FaceMesh, report: &mut Report) -> Result<()> {
        let judge_all = |subject: &Subject, references: Option<&[ClipFigures]>| -> Result<Vec<ClipFigures>> {
            let judge = |(index, clip): (usize, &Clip)| {
                speech::judge(subject, clip, mesh, references.map(|references| &references[index].rows[..]))
            };
            set.clips.par_iter().enumerate().map(judge).collect()
        };
        let performed = judge_all(&Subject::Labels, None)?;
        let references: Vec<&[f32]> = performed.iter().map(|figures| &figures.rows[..]).collect();
        let mask = predicted_controls();
        let mut subjects = vec![
            Subject::Model(Arc::clone(&self.model)),
            Subject::MeanPose(mean_row(&set.clips, &Subject::Labels)?),
            Subject::LoudnessJaw,
        ];
        subjects.extend(self.baseline.iter().map(|baseline| Subject::Autoregressive(Arc::clone(baseline))));
        for subject in &subjects {
            let figures = judge_all(subject, Some(&performed))?;
            let judged: Vec<Judged<'_>> = set.clips.iter().zip(&figures).collect();
            let name = subject.name();
            report.contacts.push(ContactFigures::of(&set.name, "all", name, &judged));
            report.distances.push(DistanceFigures::of(&set.name, name, &judged, &references, &mask));
            if matches!(subject, Subject::Model(_)) {
                report.tremble.push(TrembleFigures::of(&set.name, name, &judged));
                report.jaw_lags.push(JawLag::of(&set.name, name, &judged, mesh));
                report.speakers.extend(SpeakerFigures::of_all(&judged));
                let rows: Vec<(&Clip, &[f32])> =
                    judged.iter().map(|(clip, figures)| (*clip, &figures.rows[..])).collect();
                let card = self.model.card();
                let hop_ms = f64::from(card.hop_samples) * 1e3 / f64::from(card.sample_rate_hz);
                let model_ms = f64::from(card.look_ahead_hops + 1) * hop_ms;
                report.look_aheads.extend(look_ahead::judge(&set.name, &rows, model_ms, mesh));
                for group in groups(&set.clips) {
                    let members: Vec<Judged<'_>> =
                        judged.iter().copied().filter(|(clip, _)| is_in(clip, &group)).collect();
                    report.contacts.push(ContactFigures::of(&set.name, &group, name, &members));
                }
            }
        }
        let judged: Vec<Judged<'_>> = set.clips.iter().zip(&performed).collect();
        report.contacts.push(ContactFigures::of(&set.name, "all", Subject::Labels.name(), &judged));
        report.tremble.push(TrembleFigures::of(&set.name, Subject::Labels.name(), &judged));
        report.jaw_lags.push(JawLag::of(&set.name, Subject::Labels.name(), &judged, mesh));
        Ok(())
    }

    fn judge_noise(&self, clips: &[Clip], report: &mut Report) -> Result<()> {
        let folder = self.recordings.join("augment/noise");
        let noises = noise::test_noises(&folder, |what, why| report.skip(what, why))?;
        let subjects = [
            Subject::Model(Arc::clone(&self.model)),
            Subject::BareModel(Arc::clone(&self.model)),
            Subject::LoudnessJaw,
        ];
        let judged: Vec<_> = subjects
            .par_iter()
            .map(|subject| noise::judge(subject, clips, &noises))
            .collect::<Result<_>>()?;
        for (figures, settle) in judged {
            report.noise.extend(figures);
            report.settle.push(settle);
        }
        Ok(())
    }

    fn judge_captures(&self, mesh: &FaceMesh, report: &mut Report) -> Result<()> {
        let folder = self.recordings.join("face/facegood");
        if !folder.is_dir() {
            report.skip("real mouth curves (FACEGOOD)", &format!("no {}", folder.display()));
            return Ok(());
        }
        let takes = facegood::takes(&folder).map_err(|e| EvaluationError::new("FACEGOOD", e))?;
        for take in &takes {
            let follow = captured::jaw_behind_loudness(&take.rows, &take.samples, mesh);
            report.jaw_lags.push(JawLag { set: take.id.clone(), source: "captured".into(), follow });
        }
        let mean_pose = Subject::MeanPose(mean_captured_row(&takes));
        for take in takes.iter().filter(|take| take.split == Split::Test) {
            let subjects = [Subject::Model(Arc::clone(&self.model)), mean_pose.clone(), Subject::LoudnessJaw];
            for subject in &subjects {
                report.captured.push(captured::judge(subject, take, mesh)?);
            }
            let energies = (
                mouth_energy_above(&take.rows, TREMBLE_HZ),
                mouth_energy_above(&take.rows, CAPTURE_TREMBLE_HZ),
            );
            report.tremble.push(TrembleFigures::new(&take.id, "capture (30 rows/s)", energies.0, energies.1));
            let rows = subjects[0].rows(&captured::clip_of(take), NEUTRAL)?;
            let energies =
                (mouth_energy_above(&rows, TREMBLE_HZ), mouth_energy_above(&rows, CAPTURE_TREMBLE_HZ));
            report.tremble.push(TrembleFigures::new(&take.id, subjects[0].name(), energies.0, energies.1));
        }
        Ok(())
    }
}

/// The language of a single-language set is its `all`, so only sets with several languages list them; then the speaker groups.
fn groups(clips: &[Clip]) -> Vec<String> {
    let mut languages: Vec<String> = clips.iter().map(|clip| clip.lang.clone()).collect();
    languages.sort();
    languages.dedup();
    if languages.len() == 1 {
        languages.clear();
    }
    let mut groups: Vec<String> = clips.iter().flat_map(|clip| clip.groups.clone()).collect();
    groups.sort();
    groups.dedup();
    languages.extend(groups);
    languages
}

fn is_in(clip: &Clip, group: &str) -> bool {
    clip.lang == group || clip.groups.iter().any(|name| name == group)
}

/// `most` clips, taken in equal parts from all sets.
pub(super) fn mixed(sets: &[ClipSet], most: usize) -> Vec<Clip> {
    let share = most.div_ceil(sets.len().max(1));
    let pick = |set: &ClipSet| {
        spread(set.clips.len(), share.max(1)).map(|at| set.clips[at].clone()).collect::<Vec<_>>()
    };
    sets.iter().flat_map(pick).collect()
}

fn mean_captured_row(takes: &[CapturedTake]) -> Vec<f32> {
    let width = super::BOARD_CONTROL_COUNT;
    let train = || {
        takes.iter().filter(|take| take.split == Split::Train).flat_map(|take| take.rows.chunks_exact(width))
    };
    let mean = |column: usize| {
        super::statistics::mean(train().map(|row| f64::from(row[column]))).unwrap_or(0.0) as f32
    };
    (0..width).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(lang: &str, groups: &[&str]) -> Clip {
        Clip {
            id: lang.into(),
            set: "s".into(),
            lang: lang.into(),
            speaker: "a".into(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            samples: Vec::new(),
            phones: Vec::new(),
        }
    }

    #[test]
    fn groups_are_languages_where_there_are_several_and_speakers() {
        let clips = [clip("de", &["female"]), clip("en", &["male", "child"])];
        assert_eq!(groups(&clips), ["de", "en", "child", "female", "male"]);
        assert!(groups(&clips[..1]) == ["female"]);
        assert!(is_in(&clips[1], "child") && !is_in(&clips[0], "en"));
    }

    #[test]
    fn a_mix_takes_from_every_set() {
        let set = |name: &str, count| ClipSet {
            name: name.into(),
            available_count: count,
            clips: (0..count).map(|_| clip(name, &[])).collect(),
        };
        let picked = mixed(&[set("a", 10), set("b", 2)], 6);
        assert_eq!(picked.iter().filter(|clip| clip.lang == "a").count(), 3);
        assert_eq!(picked.iter().filter(|clip| clip.lang == "b").count(), 2);
    }
}
