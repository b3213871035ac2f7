//! What the correlation module is worth: hidden regions reconstructed by it, by a linear regression from the other
//! regions, and by the mean pose.

use super::checkpoint::write_json;
use super::correlation_stage::{Supervisor, row_emotion};
use super::error::{Result, TrainError};
use super::feeder::{WindowSource, make_batch};
use super::hidden_regions::{Hiding, masked_square, windows_of};
use crate::nets::{CONTROL_COUNT, EMOTION_COUNT};
use cstalk_rig::formats::{ReadOptions, read_take};
use cstalk_rig::{CurveRate, RigId};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tch::{Device, Kind, Tensor};

/// File of the report in the run's folder.
pub const REPORT_FILE: &str = "report.json";
/// Capture that no training saw, below the folder of the shared data.
pub const SOLVE: &str = "face/metahuman_animator_solve/arkittest_mha_curves.json";
const BATCH: usize = 16;

/// Mean squared error of hidden controls in one set, in squared deviations of the performed training material.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HiddenError {
    /// What was hidden.
    pub hidden: String,
    /// The module.
    pub module: f64,
    /// Ridge regression from the controls that were seen and the emotion, row by row.
    pub linear: f64,
    /// The mean pose of the training material.
    pub mean_pose: f64,
}

/// The report of one module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrelationReport {
    /// Held-out performed windows.
    pub held_out_windows: usize,
    /// Errors on them.
    pub held_out: Vec<HiddenError>,
    /// Rows of the captured solve, at 50 Hz; none where its file is not there.
    pub solve_rows: usize,
    /// Errors on it, all controls that move in it, emotion unknown and given as neutral.
    pub solve: Vec<HiddenError>,
}

/// Measures a trained module on `held_out` windows and on the solve below `shared_data`, fitting the regression on `learn`.
///
/// # Errors
/// Those of the windows, of libtorch and of writing the report.
pub fn measure(
    supervisor: &Supervisor,
    learn: &dyn WindowSource,
    held_out: &dyn WindowSource,
    windows: usize,
    shared_data: &Path,
    folder: &Path,
) -> Result<CorrelationReport> {
    let mut moments = RowMoments::default();
    for number in 0..(windows.div_ceil(BATCH) as u64) {
        let (rows, emotion) = rows_of(supervisor, learn, number)?;
        moments.add(&standardised(supervisor, &rows, &emotion), &emotion);
    }
    let (mut rows, mut emotions) = (Vec::new(), Vec::new());
    for number in 0..(windows.div_ceil(BATCH) as u64) {
        let (windows, emotion) = rows_of(supervisor, held_out, number)?;
        rows.push(windows);
        emotions.push(emotion);
    }
    let (rows, emotions) = (Tensor::cat(&rows, 0), Tensor::cat(&emotions, 0));
    let mut report = CorrelationReport {
        held_out_windows: usize::try_from(rows.size()[0]).unwrap_or(0),
        held_out: errors(supervisor, &moments, &rows, &emotions)?,
        solve_rows: 0,
        solve: Vec::new(),
    };
    let path = shared_data.join(SOLVE);
    if path.is_file() {
        let rows = solve_windows(supervisor, &path)?;
        let emotion =
            Tensor::zeros([rows.size()[0], rows.size()[1], EMOTION_COUNT], (Kind::Float, Device::Cpu));
        let _ = emotion.narrow(2, 0, 1).fill_(1.0);
        report.solve_rows = usize::try_from(rows.size()[0] * rows.size()[1]).unwrap_or(0);
        report.solve = errors(supervisor, &moments, &rows, &emotion)?;
    }
    write_json(&folder.join(REPORT_FILE), &report)?;
    Ok(report)
}

/// The report as a Markdown table.
pub fn table(report: &CorrelationReport) -> String {
    let mut text = String::from(
        "| set | hidden | module | linear regression | mean pose |\n| --- | --- | --- | --- | --- |\n",
    );
    let sets =
        [("held-out performed windows", &report.held_out), ("MetaHuman Animator solve", &report.solve)];
    for (set, errors) in sets {
        for error in errors {
            text.push_str(&format!(
                "| {set} | {} | {:.3} | {:.3} | {:.3} |\n",
                error.hidden, error.module, error.linear, error.mean_pose
            ));
        }
    }
    text
}

fn rows_of(supervisor: &Supervisor, source: &dyn WindowSource, number: u64) -> Result<(Tensor, Tensor)> {
    let batch = make_batch(source, number, BATCH)?;
    let motion = batch.motion.ok_or_else(|| TrainError::Config("windows without motion".to_owned()))?;
    let emotion = row_emotion(&motion, source.look_ahead_hops());
    Ok(windows_of(supervisor.net(), &motion.rows, &emotion))
}

fn standardised(supervisor: &Supervisor, rows: &Tensor, emotion: &Tensor) -> Tensor {
    let nothing =
        Tensor::zeros([rows.size()[0], supervisor.net().regions().len() as i64], (Kind::Float, Device::Cpu));
    tch::no_grad(|| supervisor.reconstruct(rows, emotion, &nothing).1)
}

fn solve_windows(supervisor: &Supervisor, path: &Path) -> Result<Tensor> {
    let unread = |error: cstalk_rig::Error| TrainError::Corpus(format!("{}: {error}", path.display()));
    let take = read_take(path, &ReadOptions::default()).map_err(unread)?.take;
    let rate = CurveRate::new(50, 1).map_err(unread)?;
    let take = take.resampled(rate).to_rig(RigId::Board185).map_err(unread)?;
    let rows = Tensor::from_slice(take.values()).reshape([1, -1, CONTROL_COUNT]);
    let length = supervisor.net().window_rows();
    if rows.size()[1] < length {
        return Err(TrainError::Corpus(format!(
            "{}: wanted {length} rows at 50 Hz, found {}",
            path.display(),
            rows.size()[1]
        )));
    }
    Ok(windows_of(supervisor.net(), &rows, &rows).0)
}

fn errors(
    supervisor: &Supervisor,
    moments: &RowMoments,
    rows: &Tensor,
    emotion: &Tensor,
) -> Result<Vec<HiddenError>> {
    let net = supervisor.net();
    let regions = net.regions().iter().map(|entry| Hiding::One(entry.region));
    let hidings: Vec<Hiding> = [Hiding::Upper, Hiding::Lower].into_iter().chain(regions).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let windows = rows.size()[0];
    let spread = standardised(supervisor, rows, emotion).std_dim([0, 1].as_slice(), false, false);
    let moves = spread.gt(1e-3).to_kind(Kind::Float);
    let mut found = Vec::new();
    for hiding in hidings {
        let flags = hiding.regions(net, &mut rng);
        let hidden = Tensor::from_slice(&flags).unsqueeze(0).expand([windows, -1], true).contiguous();
        let (guessed, wanted) = tch::no_grad(|| supervisor.reconstruct(rows, emotion, &hidden));
        let columns = net.hidden_columns(&hidden) * &moves;
        let linear = moments.regressed(&wanted, emotion, &net.hidden_columns(&hidden).get(0))?;
        let error = |guess: &Tensor| masked_square(guess, &wanted, &columns).double_value(&[]);
        found.push(HiddenError {
            hidden: hiding.name(),
            module: error(&guessed),
            linear: error(&linear),
            mean_pose: error(&wanted.zeros_like()),
        });
    }
    Ok(found)
}

/// Second moments of `[controls, emotion, 1]` over rows.
#[derive(Default)]
struct RowMoments {
    sum: Option<Tensor>,
    count: f64,
}

/// Ridge, in parts of the row count.
const RIDGE: f64 = 1e-3;

impl RowMoments {
    fn inputs(rows: &Tensor, emotion: &Tensor) -> Tensor {
        let rows = rows.reshape([-1, CONTROL_COUNT]).to_kind(Kind::Double);
        let emotion = emotion.reshape([-1, EMOTION_COUNT]).to_kind(Kind::Double);
        let one = Tensor::ones([rows.size()[0], 1], (Kind::Double, Device::Cpu));
        Tensor::cat(&[rows, emotion, one], 1)
    }

    fn add(&mut self, rows: &Tensor, emotion: &Tensor) {
        let inputs = Self::inputs(rows, emotion);
        let square = inputs.transpose(0, 1).matmul(&inputs);
        self.count += inputs.size()[0] as f64;
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + square,
            None => square,
        });
    }

    /// Rows `[window, row, 185]` whose columns in `hidden` `[1, 185]` are regressed from the others and the emotion.
    fn regressed(&self, rows: &Tensor, emotion: &Tensor, hidden: &Tensor) -> Result<Tensor> {
        let moments =
            self.sum.as_ref().ok_or_else(|| TrainError::Config("no rows to regress on".to_owned()))?;
        let gone = hidden.reshape([-1]).gt(0.5);
        let gone_columns = gone.nonzero().reshape([-1]);
        let others = Tensor::ones([EMOTION_COUNT + 1], (Kind::Bool, Device::Cpu));
        let seen = Tensor::cat(&[gone.logical_not(), others], 0).nonzero().reshape([-1]);
        let from = moments.index_select(0, &seen);
        let square = from.index_select(1, &seen);
        let ridge = Tensor::eye(seen.size()[0], (Kind::Double, Device::Cpu)) * (RIDGE * self.count);
        let weights = Tensor::f_linalg_solve(&(square + ridge), &from.index_select(1, &gone_columns), true)?;
        let inputs = Self::inputs(rows, emotion).index_select(1, &seen);
        let guessed = inputs.matmul(&weights).to_kind(Kind::Float);
        let flat = rows.reshape([-1, CONTROL_COUNT]).copy();
        Ok(flat.index_copy(1, &gone_columns, &guessed).view_as(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regression_finds_a_linear_coupling() {
        tch::manual_seed(2);
        let float = (Kind::Float, Device::Cpu);
        let rows = Tensor::randn([4, 50, CONTROL_COUNT], float);
        let coupled = rows.narrow(2, 3, 1) * 0.5 + 0.2;
        rows.narrow(2, 7, 1).copy_(&coupled);
        let emotion = Tensor::rand([4, 50, EMOTION_COUNT], float);
        let mut moments = RowMoments::default();
        moments.add(&rows, &emotion);
        let hidden = Tensor::zeros([1, CONTROL_COUNT], float);
        let _ = hidden.narrow(1, 7, 1).fill_(1.0);
        let guessed = moments.regressed(&rows, &emotion, &hidden).unwrap();
        let worst = (&guessed - &rows).abs().max().double_value(&[]);
        assert!(worst < 0.02, "{worst}");
    }
}
