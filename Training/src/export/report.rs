//! The training report beside a model: what it learnt from, how, and how well.

use super::parity::ParityReport;
use super::{Result, write_reports};
use crate::train::TrainError;
use crate::train::record::RunRecord;
use crate::train::run::{BestStanding, LOG_FILE};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Points of a loss curve that are kept.
const CURVE_POINTS: usize = 24;

/// One point of the loss curves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// `train` or `held_out`.
    pub kind: String,
    /// Step.
    pub step: u64,
    /// Seconds of training.
    pub elapsed_s: f64,
    /// Means.
    pub losses: BTreeMap<String, f64>,
}

/// Everything the report says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingReport {
    /// The run and what it was determined by.
    pub run: RunRecord,
    /// The weights that were exported.
    pub best: BestStanding,
    /// Size of the model file.
    pub model_bytes: usize,
    /// How exactly the engines agreed.
    pub parity: ParityReport,
    /// Loss curves, thinned.
    pub curves: Vec<CurvePoint>,
}

impl TrainingReport {
    /// Puts the report of the run in `folder` together.
    ///
    /// # Errors
    /// [`super::ExportError`] when the run's log cannot be read.
    pub fn gather(
        folder: &Path,
        run: RunRecord,
        best: BestStanding,
        model: &[u8],
        parity: &ParityReport,
    ) -> Result<Self> {
        let path = folder.join(LOG_FILE);
        let text = std::fs::read_to_string(&path).map_err(TrainError::io(&path))?;
        let points: Vec<CurvePoint> =
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let curves = ["train", "held_out"].iter().flat_map(|kind| thinned(&points, kind)).collect();
        Ok(Self { run, best, model_bytes: model.len(), parity: parity.clone(), curves })
    }

    /// Writes `<model>.report.json` and `<model>.report.md`.
    ///
    /// # Errors
    /// [`super::ExportError`] when they cannot be written.
    pub fn write(&self, model: &Path) -> Result<()> {
        write_reports(model, self, &self.markdown())
    }

    /// The report for people.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_markdown(&mut text);
        text
    }

    fn write_markdown(&self, text: &mut String) -> std::fmt::Result {
        let best = &self.best.standing;
        writeln!(text, "# Training report\n")?;
        writeln!(
            text,
            "All face curves but the captured ones are *performed*: made by rule from phones, not recorded from faces.\n"
        )?;
        writeln!(text, "| | |\n|---|---|")?;
        writeln!(text, "| model file | {} bytes |", self.model_bytes)?;
        writeln!(text, "| seed, configuration | {}, `{}` |", self.run.config.seed, self.run.config_hash)?;
        writeln!(text, "| steps | {} |", best.step)?;
        writeln!(text, "| training time | {:.1} min |", best.elapsed_s / 60.0)?;
        writeln!(text, "| speech seen | {:.1} h |", best.audio_s / 3600.0)?;
        if let Some(wav2vec2) = &self.run.config.wav2vec2 {
            writeln!(text, "| encoder, frozen | wav2vec 2.0, weights `{}` |", wav2vec2.weights_sha256)?;
        }
        if let Some(before) = &self.run.tuned_from {
            writeln!(
                text,
                "| fine-tuned from | {}, {} steps, `{}` |",
                before.name, before.steps, before.config_hash
            )?;
        }
        if let Some(earlier) = &self.run.earlier {
            let ear = &earlier.best;
            writeln!(
                text,
                "| before it, the ear | seed {}, `{}`, {} steps, {:.1} min, {:.1} h seen, phones right in {:.1} % of held-out rows |",
                earlier.seed,
                ear.config_hash,
                ear.step,
                ear.elapsed_s / 60.0,
                ear.audio_s / 3600.0,
                100.0 * earlier.held_out.get("accuracy").copied().unwrap_or(f64::NAN)
            )?;
        }
        self.write_corpora(text)?;
        self.parity.write_markdown(text)?;
        self.write_curves(text)
    }

    fn write_corpora(&self, text: &mut String) -> std::fmt::Result {
        writeln!(
            text,
            "\n## Learnt from\n\n| corpus | faces | hours | part of the draws | licence |\n|---|---|---|---|---|"
        )?;
        // A tuned model's shares are those of the model before; what tuning itself drew stands in its own report.
        let tuned = self.run.tuned_from.is_some();
        let share = |share: f64| if tuned { "-".to_owned() } else { format!("{:.1} %", 100.0 * share) };
        for corpus in &self.run.corpora {
            let (name, licence) = (&corpus.name, &corpus.licence);
            let share = share(corpus.share);
            writeln!(text, "| {name} | performed | {:.2} | {share} | {licence} |", corpus.hours)?;
        }
        for take in &self.run.captures {
            let (corpus, name, licence) = (&take.corpus, &take.name, &take.licence);
            let share = share(self.run.config.window.captured_probability / self.run.captures.len() as f64);
            writeln!(text, "| {corpus} {name} | captured | {:.2} | {share} | {licence} |", take.hours)?;
        }
        Ok(())
    }

    fn write_curves(&self, text: &mut String) -> std::fmt::Result {
        let points: Vec<&CurvePoint> = self.curves.iter().filter(|point| point.kind == "held_out").collect();
        let Some(first) = points.first() else { return Ok(()) };
        let names: Vec<&String> = first.losses.keys().collect();
        write!(text, "\n## Held-out windows\n\n| step | min |")?;
        names.iter().try_for_each(|name| write!(text, " {name} |"))?;
        writeln!(text, "\n|{}", "---|".repeat(names.len() + 2))?;
        for point in points {
            write!(text, "| {} | {:.1} |", point.step, point.elapsed_s / 60.0)?;
            for name in &names {
                write!(text, " {:.4} |", point.losses.get(*name).copied().unwrap_or(f64::NAN))?;
            }
            writeln!(text)?;
        }
        Ok(())
    }
}

/// At most [`CURVE_POINTS`] points of a kind, the last one included.
fn thinned(points: &[CurvePoint], kind: &str) -> Vec<CurvePoint> {
    let of_kind: Vec<&CurvePoint> = points.iter().filter(|point| point.kind == kind).collect();
    let stride = of_kind.len().div_ceil(CURVE_POINTS).max(1);
    of_kind.into_iter().rev().step_by(stride).rev().cloned().collect()
}
