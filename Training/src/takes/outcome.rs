//! Before and after: what tuning changed on what was learnt from, and on what was not.
//!
//! Figures are those of `evaluation::captured`: Pearson's r and best lag of jaw, rounding and closure; the control error
//! over each control's deviation in the take; and the lip vertex error on the evaluation head (root form, mm) where its mesh
//! is at hand. Over several takes they are means weighted by length.
//!
//! **Overfit** is: the control error fell by at least 5 % on the learnt part, and on the held-out part by less than a
//! quarter of that (or it rose).

use super::windows::SplitTake;
use super::{Result, TakeError};
use crate::evaluation::captured::{CaptureFigures, Reference, compare};
use crate::evaluation::mesh::FaceMesh;
use crate::evaluation::statistics::Follow;
use crate::evaluation::subject::{Emotion, Subject};
use crate::evaluation::tables::number;
use crate::performer::BOARD_COUNT;
use crate::train::checkpoint::write_json;
use crate::train::labels::HOP_S;
use cstalk_model::Model;
use serde::Serialize;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Report for machines in a tuned run's folder.
pub const OUTCOME_FILE: &str = "finetune.json";
/// Report for people there.
pub const OUTCOME_PAGE: &str = "finetune.md";

const IMPROVED: f64 = 0.05;
const CARRIED_OVER: f64 = 0.25;

/// Which part of a take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakePart {
    /// Learnt from.
    Learnt,
    /// The end of a take that was learnt from; it chose the weights that were kept, but gave no gradient.
    HeldOut,
    /// A whole take that tuning never saw.
    Test,
}

impl TakePart {
    const ALL: [Self; 3] = [Self::Learnt, Self::HeldOut, Self::Test];

    fn name(self) -> &'static str {
        match self {
            Self::Learnt => "learnt",
            Self::HeldOut => "held out",
            Self::Test => "test",
        }
    }
}

/// One part of one take under both models.
#[derive(Clone, Debug, Serialize)]
pub struct PartFigures {
    /// The part.
    pub part: TakePart,
    /// Its length, s.
    pub length_s: f64,
    /// The model before.
    pub before: CaptureFigures,
    /// The tuned model.
    pub after: CaptureFigures,
}

/// Means over takes of one part under one model; `None` where no take has the figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Mean absolute error over the control's deviation.
    pub control_error: Option<f64>,
    /// Jaw, Pearson's r.
    pub jaw_r: Option<f64>,
    /// Jaw, lag of the best r, ms; above 0 the model is late.
    pub jaw_lag_ms: Option<f64>,
    /// Rounding, Pearson's r.
    pub rounding_r: Option<f64>,
    /// Closure, Pearson's r.
    pub closure_r: Option<f64>,
    /// Lip vertex error, mm.
    pub lve_root_mm: Option<f64>,
}

/// Whether tuning generalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The held-out part improved with the learnt one.
    Better,
    /// Neither part improved.
    Unchanged,
    /// Only the learnt part improved.
    Overfit,
}

/// The outcome of a tuning.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Schema of this file.
    pub schema: &'static str,
    /// The model before.
    pub tuned_from: String,
    /// What was kept from before.
    pub kept: String,
    /// Training, minutes.
    pub minutes: f64,
    /// Steps of training.
    pub steps: u64,
    /// The step whose weights were kept.
    pub best_step: u64,
    /// Part by part and take by take.
    pub figures: Vec<PartFigures>,
    /// Means before and after, by part.
    pub summaries: Vec<(TakePart, Summary, Summary)>,
    /// Whether it generalised.
    pub verdict: Verdict,
    /// The verdict in words, with what to do.
    pub advice: String,
    /// Why there are no millimetres, if there are none.
    pub without_mesh: Option<String>,
}

/// What is compared.
pub struct Comparison<'a> {
    /// The model before.
    pub before: Arc<Model>,
    /// The tuned model.
    pub after: Arc<Model>,
    /// Weights of the emotions that the takes are in.
    pub emotion: Emotion,
    /// The evaluation head.
    pub mesh: Option<&'a FaceMesh>,
}

impl Comparison<'_> {
    /// Figures of a take that was learnt from.
    ///
    /// # Errors
    /// [`TakeError::Evaluation`] when a model fails.
    pub fn of_learnt(&self, take: &SplitTake) -> Result<Vec<PartFigures>> {
        let parts = [(TakePart::Learnt, take.learn.clone()), (TakePart::HeldOut, take.held_out.clone())];
        self.of(take, &parts)
    }

    /// Figures of a take that was not.
    ///
    /// # Errors
    /// [`TakeError::Evaluation`] when a model fails.
    pub fn of_test(&self, take: &SplitTake) -> Result<Vec<PartFigures>> {
        self.of(take, &[(TakePart::Test, 0..take.held_out.end)])
    }

    fn of(&self, take: &SplitTake, parts: &[(TakePart, Range<usize>)]) -> Result<Vec<PartFigures>> {
        let heard = |model: &Arc<Model>| {
            Subject::Model(Arc::clone(model)).heard_rows(&take.take.samples, self.emotion, usize::MAX)
        };
        let (before, after) = (heard(&self.before)?, heard(&self.after)?);
        let figures = parts.iter().map(|(part, hops)| {
            let rows = hops.start * BOARD_COUNT..hops.end * BOARD_COUNT;
            let reference =
                Reference { take: &take.take.id, rows: &take.take.rows[rows.clone()], mask: &take.take.mask };
            let judged = |name: &str, from: &[f32]| {
                compare(name, &from[rows.start..rows.end.min(from.len())], &reference, self.mesh)
            };
            PartFigures {
                part: *part,
                length_s: hops.len() as f64 * HOP_S,
                before: judged("before", &before),
                after: judged("after", &after),
            }
        });
        Ok(figures.collect())
    }
}

/// Means before and after of every part that there is.
pub fn summaries(figures: &[PartFigures]) -> Vec<(TakePart, Summary, Summary)> {
    let of = |part: TakePart| {
        let of_part: Vec<&PartFigures> = figures.iter().filter(|figures| figures.part == part).collect();
        let mean = |of: &dyn Fn(&PartFigures) -> &CaptureFigures| summary(&of_part, of);
        (!of_part.is_empty()).then(|| (part, mean(&|f| &f.before), mean(&|f| &f.after)))
    };
    TakePart::ALL.into_iter().filter_map(of).collect()
}

fn summary(figures: &[&PartFigures], of: &dyn Fn(&PartFigures) -> &CaptureFigures) -> Summary {
    let mean = |value: &dyn Fn(&CaptureFigures) -> Option<f64>| {
        let (mut sum, mut length_s) = (0.0, 0.0);
        for figures in figures {
            if let Some(value) = value(of(figures)) {
                sum += value * figures.length_s;
                length_s += figures.length_s;
            }
        }
        (length_s > 0.0).then(|| sum / length_s)
    };
    let r = |follow: Option<Follow>| follow.map(|follow| follow.r);
    Summary {
        control_error: mean(&|f| f.controls.map(|controls| controls.standard_error)),
        jaw_r: mean(&|f| r(f.jaw)),
        jaw_lag_ms: mean(&|f| f.jaw.map(|jaw| jaw.lag_ms)),
        rounding_r: mean(&|f| r(f.rounding)),
        closure_r: mean(&|f| r(f.closure)),
        lve_root_mm: mean(&|f| f.face.map(|face| face.lve_root_mm)),
    }
}

/// The verdict on control errors before and after, of the learnt and of the held-out part, and what to do.
pub fn verdict(learnt: (f64, f64), held_out: (f64, f64)) -> (Verdict, String) {
    let fall = |(before, after): (f64, f64)| 1.0 - after / before.max(1e-9);
    let (learnt, held_out) = (fall(learnt), fall(held_out));
    let changes = format!(
        "the control error changed by {:+.1} % on the learnt part and by {:+.1} % on the held-out part",
        -100.0 * learnt,
        -100.0 * held_out
    );
    if learnt < IMPROVED && held_out < IMPROVED {
        let advice = "tuning changed little. Try more minutes, or look at the check of the takes: an offset or dead \
                      controls teach nothing";
        return (Verdict::Unchanged, format!("{changes}: {advice}."));
    }
    if learnt >= IMPROVED && held_out < CARRIED_OVER * learnt {
        let advice = "OVERFIT (the learnt part fell by at least 5 %, the held-out part by less than a quarter of that). Tune \
                      for fewer minutes, with a lower --learning-rate, or add takes with other sentences";
        return (Verdict::Overfit, format!("{changes}: {advice}."));
    }
    (Verdict::Better, format!("{changes}: what was learnt carries over."))
}

impl Outcome {
    /// Writes both reports into the run's `folder`.
    ///
    /// # Errors
    /// [`TakeError`] when they cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        write_json(&folder.join(OUTCOME_FILE), self)?;
        let path = folder.join(OUTCOME_PAGE);
        crate::corpus::write_atomically(&path, self.markdown().as_bytes())
            .map_err(|error| TakeError::path(&path, error.to_string()))
    }

    /// The report for people, also on a screen.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_markdown(&mut text);
        text
    }

    fn write_markdown(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# Tuned from {}\n", self.tuned_from)?;
        writeln!(
            text,
            "{} steps in {:.1} minutes; kept from before: {}; the weights of step {} did best on the held-out part.\n",
            self.steps, self.minutes, self.kept, self.best_step
        )?;
        writeln!(
            text,
            "| part | model | control error | jaw r | lag ms | rounding r | closure r | lips mm |"
        )?;
        writeln!(text, "|---|---|---|---|---|---|---|---|")?;
        for (part, before, after) in &self.summaries {
            for (model, summary) in [("before", before), ("after", after)] {
                writeln!(text, "| {} | {model} | {} |", part.name(), summary.cells().join(" | "))?;
            }
        }
        writeln!(
            text,
            "\nControl error: mean absolute error over the control's deviation in the take, supervised controls. r: Pearson's. \
             Lag: of the best r, above 0 the model is late. Lips: mean over rows of the largest lip vertex error. The held-out \
             part is the end of each take; it gave no gradient, but chose the weights."
        )?;
        if let Some(reason) = &self.without_mesh {
            writeln!(text, "\nNo millimetres: {reason}.")?;
        }
        writeln!(text, "\n{}", self.advice)
    }
}

impl Summary {
    fn cells(&self) -> [String; 6] {
        [
            number(self.control_error, 3),
            number(self.jaw_r, 3),
            number(self.jaw_lag_ms, 0),
            number(self.rounding_r, 3),
            number(self.closure_r, 3),
            number(self.lve_root_mm, 2),
        ]
    }
}
