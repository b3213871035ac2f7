//! Models beside each other on the same clips and emotions: what a change of training did, with paired intervals.
//!
//! Every clip is played in every emotion at full weight by every model, without post-processing, and compared with the
//! performer on the true labels in the same emotion (*performed*, not captured). EVE and LVE as in [`super::distance`],
//! over all emotions; region distance as in [`super::correlation`], mean over emotions; variance ratio the same, 1 where
//! nothing collapsed to the mean. An interval is a 95 % bootstrap over clips; a difference is taken clip by clip, so it
//! is much surer than two intervals side by side.

use std::path::PathBuf;
use std::sync::Arc;

use cstalk_model::{Model, Provider, catalogue};
use rayon::prelude::*;
use serde::Serialize;

use super::clips::{self, Clip};
use super::contact::ContactCounts;
use super::correlation::RegionActivity;
use super::distance::FaceDistance;
use super::mesh::FaceMesh;
use super::run::mixed;
use super::statistics::{Estimate, bootstrap, mean};
use super::subject::{Emotion, Subject, emotion_at};
use super::tables::{Table, interval};
use super::{EvaluationError, Result, recordings_folder, speech, write_whole};
use crate::performer::EMOTION_COUNT;

/// Compares models on the same clips and emotions, each with the first.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// Models as NAME=FILE or a name of the catalogue; the first is what the others are compared with.
    #[arg(required = true, num_args = 1..)]
    models: Vec<String>,
    /// Test clips, in equal parts from every corpus.
    #[arg(long, default_value_t = 40)]
    clips: usize,
    /// Folder of built and aligned corpora.
    #[arg(long, default_value = "target/corpus")]
    corpus: PathBuf,
    /// Folder of shared recordings and the mesh; CSTALK_DATA or ../shared/data if absent.
    #[arg(long)]
    recordings: Option<PathBuf>,
    /// Heading of the table.
    #[arg(long, default_value = "Models side by side")]
    title: String,
    /// Writes the table as Markdown.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// One model on all clips.
#[derive(Clone, Debug, Serialize)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// Upper-face vertex error, mm^2.
    pub eve_mm2: Option<Estimate>,
    /// Lip vertex error, mm^2.
    pub lve_mm2: Option<Estimate>,
    /// Frobenius distance of region correlations, mean over emotions.
    pub region_distance: Option<Estimate>,
    /// Activity variance over the reference's, mean over regions and emotions.
    pub variance_ratio: Option<Estimate>,
    /// F1 of lip closures over all emotions.
    pub closure_f1: Option<Estimate>,
    /// This EVE minus the first model's, mm^2.
    pub eve_change: Option<Estimate>,
    /// This region distance minus the first model's.
    pub distance_change: Option<Estimate>,
}

/// What one clip shows, by emotion.
#[derive(Clone, Debug)]
struct Played {
    face: Vec<FaceDistance>,
    activity: Vec<RegionActivity>,
    reference: Vec<RegionActivity>,
    closures: Vec<ContactCounts>,
}

/// Compares and returns the table.
///
/// # Errors
/// A model cannot be loaded or fails, or there are no clips or no mesh.
pub fn run(args: &Args) -> Result<String> {
    let recordings = args.recordings.clone().unwrap_or_else(recordings_folder);
    let mesh =
        FaceMesh::load(&recordings.join("mesh")).map_err(|e| EvaluationError::new("evaluation mesh", e))?;
    let sets = clips::load(&args.corpus, args.clips, |what, why| eprintln!("SKIPPED {what}: {why}"))?;
    let clips = mixed(&sets, args.clips);
    if clips.is_empty() {
        return Err(EvaluationError::new("comparison", "no test clips; `cstalk-train corpus` makes them"));
    }
    let mut compared: Vec<Compared> = Vec::new();
    let mut first: Vec<Played> = Vec::new();
    for text in &args.models {
        let (name, model) = text.split_once('=').unwrap_or((text, text));
        let path = catalogue::find(model).map_err(|e| EvaluationError::new("model", e))?;
        let model = Model::load(path, Provider::Embedded).map_err(|e| EvaluationError::new("model", e))?;
        let subject = Subject::BareModel(Arc::new(model));
        let played: Vec<Played> =
            clips.par_iter().map(|clip| play(&subject, clip, &mesh)).collect::<Result<_>>()?;
        if first.is_empty() {
            first.clone_from(&played);
        }
        compared.push(Compared::of(name, &played, &first));
        eprintln!("{name}: done");
    }
    let table = table(&args.title, clips.len(), &compared).markdown();
    if let Some(out) = &args.out {
        write_whole(out, table.as_bytes())?;
    }
    Ok(table)
}

fn play(subject: &Subject, clip: &Clip, mesh: &FaceMesh) -> Result<Played> {
    let mut played =
        Played { face: Vec::new(), activity: Vec::new(), reference: Vec::new(), closures: Vec::new() };
    for emotion in (0..EMOTION_COUNT).map(|index| -> Emotion { emotion_at(index, 1.0) }) {
        let (rows, reference) = (subject.rows(clip, emotion)?, Subject::Labels.rows(clip, emotion)?);
        played.face.push(FaceDistance::between(mesh, &rows, &reference));
        played.activity.push(RegionActivity::of([&rows[..]]));
        played.reference.push(RegionActivity::of([&reference[..]]));
        played.closures.push(speech::closures_of_rows(&rows, clip, mesh));
    }
    Ok(played)
}

/// A mean over emotions of something of the pooled activities of subject and reference.
fn over_emotions(
    played: &[&Played],
    of: impl Fn(&RegionActivity, &RegionActivity) -> Option<f64>,
) -> Option<f64> {
    mean((0..EMOTION_COUNT).filter_map(|emotion| {
        let activity: RegionActivity = played.iter().map(|clip| &clip.activity[emotion]).sum();
        let reference: RegionActivity = played.iter().map(|clip| &clip.reference[emotion]).sum();
        of(&activity, &reference)
    }))
}

fn distance(played: &[&Played]) -> Option<f64> {
    over_emotions(played, |activity, reference| activity.distance(reference))
}

fn eve(played: &[&Played]) -> Option<f64> {
    Some(played.iter().flat_map(|clip| &clip.face).sum::<FaceDistance>().figures()?.eve_mm2)
}

impl Compared {
    fn of(name: &str, played: &[Played], first: &[Played]) -> Self {
        let pairs: Vec<(&Played, &Played)> = played.iter().zip(first).collect();
        let alone = |of: &dyn Fn(&[&Played]) -> Option<f64>| {
            bootstrap(&pairs, |picked| of(&picked.map(|pair| pair.0).collect::<Vec<_>>()))
        };
        let change = |of: &dyn Fn(&[&Played]) -> Option<f64>| {
            bootstrap(&pairs, |picked| {
                let (these, those): (Vec<&Played>, Vec<&Played>) = picked.copied().unzip();
                Some(of(&these)? - of(&those)?)
            })
        };
        Self {
            name: name.to_owned(),
            eve_mm2: alone(&eve),
            lve_mm2: alone(&|clips| {
                Some(clips.iter().flat_map(|clip| &clip.face).sum::<FaceDistance>().figures()?.lve_mm2)
            }),
            region_distance: alone(&distance),
            variance_ratio: alone(&|clips| over_emotions(clips, |a, reference| a.variance_ratio(reference))),
            closure_f1: alone(&|clips| {
                clips.iter().flat_map(|clip| &clip.closures).copied().sum::<ContactCounts>().f1()
            }),
            eve_change: change(&eve),
            distance_change: change(&distance),
        }
    }
}

fn table(title: &str, clip_count: usize, compared: &[Compared]) -> Table {
    let mut table = Table::new(
        title,
        &format!(
            "{clip_count} test clips, each in all {EMOTION_COUNT} emotions at full weight, models without post-processing, \
             against the performer on the true labels in the same emotion (performed, not captured). EVE, LVE: mean over \
             rows of the largest squared distance of an upper-face (lip) vertex, mm^2. Region distance: Frobenius norm of \
             the difference of the region correlation matrices, mean over emotions. Variance: of region activities over \
             the reference's, 1 where nothing collapsed. Changes: this model minus the first, clip by clip. Brackets: 95 % \
             bootstrap over clips; a change whose bracket holds 0 is none."
        ),
        &[
            "model",
            "EVE, mm^2",
            "LVE, mm^2",
            "region distance",
            "variance",
            "closure F1",
            "EVE change",
            "region distance change",
        ],
    );
    table.rows.extend(compared.iter().map(|model| {
        vec![
            model.name.clone(),
            interval(model.eve_mm2, 4),
            interval(model.lve_mm2, 2),
            interval(model.region_distance, 3),
            interval(model.variance_ratio, 3),
            interval(model.closure_f1, 3),
            interval(model.eve_change, 4),
            interval(model.distance_change, 3),
        ]
    }));
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::BOARD_CONTROL_COUNT;
    use cstalk_rig::{Rig, RigId};

    fn played(gain: f32, phase: f32) -> Played {
        let rig = Rig::get(RigId::Board185);
        let columns = ["CTRL_C_jaw.ty", "CTRL_L_brow_raiseIn.ty"].map(|name| rig.index_of(name).unwrap());
        let rows = |gain: f32| -> Vec<f32> {
            let mut rows = vec![0.0; 100 * BOARD_CONTROL_COUNT];
            for (k, row) in rows.chunks_exact_mut(BOARD_CONTROL_COUNT).enumerate() {
                for (at, column) in columns.iter().enumerate() {
                    row[*column] = gain * (0.5 + 0.5 * (k as f32 * 0.2 + phase * at as f32).sin());
                }
            }
            rows
        };
        let activity = |gain: f32| vec![RegionActivity::of([&rows(gain)[..]]); EMOTION_COUNT];
        Played {
            face: vec![FaceDistance::default(); EMOTION_COUNT],
            activity: activity(gain),
            reference: activity(1.0),
            closures: vec![ContactCounts::default(); EMOTION_COUNT],
        }
    }

    #[test]
    fn a_paired_change_is_sure_where_every_clip_changes_alike() {
        let full: Vec<Played> = (0..12).map(|k| played(1.0, 0.1 * k as f32)).collect();
        let half: Vec<Played> = (0..12).map(|k| played(0.5, 0.1 * k as f32)).collect();
        let compared = Compared::of("half", &half, &full);
        assert!((compared.variance_ratio.unwrap().value - 0.25).abs() < 1e-3);
        let change = compared.distance_change.unwrap();
        assert!(
            change.low <= 1e-9 && change.high >= -1e-9,
            "half as much moves together as before: {change:?}"
        );
        assert_eq!(table("t", 12, &[compared]).rows[0][0], "half");
    }
}
