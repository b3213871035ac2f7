//! One run of the engine, live or over a file: samples in, rows of curves out.

mod changes;
mod steps;

use std::sync::Arc;

use cstalk_audio::{FEATURE_BIN_COUNT, FEATURE_HOP_SAMPLES, LogMel, SampleTime};
use cstalk_model::{Model, ModelKind, Session};
use cstalk_rig::{CurveRate, Rig, RigId};

use crate::activity::{ActivityDelay, ActivityTracker};
use crate::clock::RowClock;
use crate::emotion::EmotionTrack;
use crate::error::{EngineError, ErrorKind, Result};
use crate::fade::Fade;
use crate::latency::Latency;
use crate::layers::Layers;
use crate::neutral_face::{FASTEST_PER_S, NeutralFace};
use crate::part_weights::PartWeighting;
use crate::post::{MouthRest, Ranges, Smoothing};
use crate::settings::StreamSettings;
use crate::windows::WindowRows;

use self::steps::Batch;

/// Samples beyond this are cut: 18 dB above full scale, far over any recording and far below overflow.
const SAMPLE_LIMIT: f32 = 8.0;
/// Samples that are cleaned at once.
const BLOCK_SAMPLES: usize = 512;

/// What [`Stream::next`] found.
#[derive(Debug, PartialEq)]
pub enum Next<'stream> {
    /// The next row of curves.
    Row {
        /// The sample of the 16 kHz speech at which the row stands.
        time: SampleTime,
        /// One value a column of [`Stream::rig`], inside its range.
        values: &'stream [f32],
    },
    /// All rows that the samples so far allow are out: [`Stream::push`] more, or [`Stream::finish`].
    NeedMore,
    /// The stream was finished and all its rows are out: [`Stream::reset`] begins a new one.
    Finished,
}

/// One row as [`Stream::drain`] hands it on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrainedRow<'stream> {
    /// The sample of the 16 kHz speech at which the row stands.
    pub time: SampleTime,
    /// One value a column of [`Stream::rig`], inside its range.
    pub values: &'stream [f32],
    /// Emotion weights of the row, in the order of the model card's emotions.
    pub emotion_weights: &'stream [f32],
}

/// The engine's state machine.
///
/// Push 16 kHz mono samples in blocks of any size, take rows until [`Next::NeedMore`], finish, take the
/// rest. Row `k` stands at sample `k * hop`, and a clip of `n` samples has `ceil(n / hop)` rows. The same samples give
/// the same bits whatever the blocks, live or not, with [`Stream::next`] or [`Stream::drain`]: the model steps so many
/// hops at once only as change no bit ([`Session::hops_at_once`]).
///
/// A model with a window on its card hears windows at fixed places of the clip instead, one a block of rows, which
/// keeps the promise. Its rows leave one a hop as well, at the steady delay that [`Stream::latency`] tells (block and
/// future); but the call for the first row of a block computes the whole block, and so takes as long.
///
/// **Real-time:** a stream owns no thread and reads no clock. [`Stream::next`] runs the network (about a
/// millisecond or less), so it belongs in a worker, not in an audio callback. Memory is bounded by the
/// largest block pushed before rows are taken.
///
/// ```
/// use std::sync::Arc;
/// use cstalk_engine::{Next, Stream, StreamSettings};
/// # use cstalk_model::{Model, Provider};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let model = Arc::new(Model::from_bytes(&cstalk_model::sample::untrained_bytes()?, Provider::Embedded)?);
/// let mut stream = Stream::new(model, StreamSettings::default())?;
/// stream.push(&[0.0; 1_000])?;
/// stream.finish();
/// let mut times = Vec::new();
/// while let Next::Row { time, values } = stream.next()? {
///     assert_eq!(values.len(), 185);
///     times.push(time.0);
/// }
/// assert_eq!(times, [0, 320, 640, 960]);
/// # Ok(())
/// # }
/// ```
pub struct Stream {
    model: Arc<Model>,
    session: Session,
    settings: StreamSettings,
    rig: &'static Rig,
    /// Log-mel values of one hop.
    step_values: usize,
    /// The windows of a model that hears them; its steps only follow the sound for the layers.
    windows: Option<WindowRows>,
    clock: RowClock,
    log_mel: LogMel,
    /// Features not yet stepped over, `[feature frame, bin]`, from `taken` on.
    features: Vec<f32>,
    taken: usize,
    emotion: EmotionTrack,
    emotion_fade: Fade,
    emotion_row: Vec<f32>,
    /// How fast the strength of the emotion changes, in 1/s.
    strength_per_s: f32,
    /// There while the emotion has another strength than 1 in some part of the face.
    neutral_face: Option<NeutralFace>,
    /// What is asked for, and what the next row has on its way there.
    style_wanted: Vec<f32>,
    style_fade: Fade,
    style_row: Vec<f32>,
    row: Vec<f32>,
    batch: Batch,
    activity: ActivityTracker,
    activity_delay: ActivityDelay,
    mouth_rest: Option<MouthRest>,
    smoothing: Smoothing,
    layers: Layers,
    part_weighting: PartWeighting,
    ranges: Ranges,
    replaced_samples: u64,
}

impl Stream {
    /// A stream at its start.
    ///
    /// # Errors
    /// `BadModel` if the model gives no curves, the card's controls are not a known rig's or an emotion model does
    /// not fit; `BadInput` if the settings name an emotion or style that the model does not know or are out of range.
    pub fn new(model: Arc<Model>, settings: StreamSettings) -> Result<Self> {
        settings.check()?;
        let card = model.card();
        if card.kind != ModelKind::Curves {
            let message = format!(
                "model `{} {}`: wanted a model of kind \"curves\", got one of kind \"{}\", which hears emotions and \
                 moves no face: it goes beside a model of curves",
                card.name, card.version, card.kind
            );
            return Err(EngineError::new(ErrorKind::BadModel, message));
        }
        let rig_id: RigId = card.rig.parse().map_err(|error: cstalk_rig::Error| {
            EngineError::because(ErrorKind::BadModel, format!("model card: {error}"), error)
        })?;
        // Loading the model has checked that its controls are the rig's columns, in their order.
        let rig = Rig::get(rig_id);
        let hop_s = card.hop_samples as f32 / card.sample_rate_hz as f32;
        let emotion = EmotionTrack::new(&settings.emotion, card)?;
        let style_row = settings.style.resolve(&card.style)?;
        let session = model.session().map_err(bad_model)?;
        let mut stream = Self {
            step_values: FEATURE_BIN_COUNT * (card.hop_samples as usize / FEATURE_HOP_SAMPLES),
            windows: WindowRows::of(card),
            clock: RowClock::new(u64::from(card.hop_samples), u64::from(card.look_ahead_hops)),
            emotion_row: vec![0.0; card.emotions.len()],
            emotion_fade: Fade::default(),
            style_wanted: style_row.clone(),
            style_fade: Fade::default(),
            batch: Batch::default(),
            row: vec![0.0; rig.columns().len()],
            activity: ActivityTracker::new(hop_s),
            activity_delay: ActivityDelay::new(card.look_ahead_hops),
            mouth_rest: settings.mouth_rest.then(|| MouthRest::new(rig, hop_s)),
            smoothing: Smoothing::new(rig, settings.smoothing_ms, hop_s),
            layers: Layers::new(rig, &settings.motion, settings.seed, hop_s)?,
            part_weighting: PartWeighting::new(rig, settings.part_weights)?,
            ranges: Ranges::new(rig),
            log_mel: LogMel::new(),
            features: Vec::new(),
            taken: 0,
            replaced_samples: 0,
            neutral_face: None,
            strength_per_s: FASTEST_PER_S,
            session,
            settings,
            rig,
            emotion,
            style_row,
            model,
        };
        stream.check_emotion(&stream.emotion, &stream.settings.emotion_strength)?;
        stream.prepare_neutral_face()?;
        Ok(stream)
    }

    /// Takes the next samples, 16 kHz mono, nominally -1..1, in a block of any length.
    ///
    /// Samples that are not finite count as 0 and samples beyond +-8 are cut; [`Stream::replaced_samples`]
    /// counts both.
    ///
    /// # Errors
    /// `Misuse` after [`Stream::finish`].
    pub fn push(&mut self, samples: &[f32]) -> Result<()> {
        if self.clock.is_finished() {
            let message = "samples were pushed into a finished stream: reset it first";
            return Err(EngineError::new(ErrorKind::Misuse, message));
        }
        self.drop_taken_features();
        for block in samples.chunks(BLOCK_SAMPLES) {
            let mut clean = [0.0; BLOCK_SAMPLES];
            for (clean, &sample) in clean.iter_mut().zip(block) {
                let cut = if sample.is_finite() { sample.clamp(-SAMPLE_LIMIT, SAMPLE_LIMIT) } else { 0.0 };
                self.replaced_samples += u64::from(cut != sample);
                *clean = cut;
            }
            self.hear(&clean[..block.len()]);
        }
        self.clock.hear(samples.len() as u64);
        Ok(())
    }

    /// Ends the clip: after this, [`Stream::next`] gives the rows that were waiting for look-ahead. A second
    /// call does nothing.
    ///
    pub fn finish(&mut self) {
        if !self.clock.is_finished() {
            self.drop_taken_features();
            let mut zeros = self.clock.finish();
            while zeros > 0 {
                let block = zeros.min(BLOCK_SAMPLES as u64);
                self.hear(&[0.0; BLOCK_SAMPLES][..block as usize]);
                zeros -= block;
            }
        }
    }

    /// The next row of curves, or why there is none.
    ///
    /// # Errors
    /// `BadModel` if the provider fails or the model gives a value that is not finite: the stream must be
    /// reset before it is used again.
    #[allow(clippy::should_implement_trait, reason = "the row is borrowed from the stream")]
    pub fn next(&mut self) -> Result<Next<'_>> {
        loop {
            if self.clock.all_rows_out() {
                return Ok(Next::Finished);
            }
            if self.features.len() - self.taken < self.step_values {
                return Ok(Next::NeedMore);
            }
            self.step(1)?;
            if let Some(row_sample) = self.take_row(0)? {
                return Ok(Next::Row { time: SampleTime(row_sample), values: &self.row });
            }
        }
    }

    /// Hands all rows that the samples so far allow to `each`, in order: those that [`Stream::next`] would give one by
    /// one, many times as fast where samples of many hops wait (the embedded provider).
    ///
    /// # Errors
    /// `BadModel` as [`Stream::next`], and whatever `each` returns: the stream must be reset before it is used again.
    pub fn drain<Failure: From<EngineError>>(
        &mut self,
        mut each: impl FnMut(DrainedRow<'_>) -> std::result::Result<(), Failure>,
    ) -> std::result::Result<(), Failure> {
        loop {
            let hops = self.hops_ready();
            if hops == 0 {
                return Ok(());
            }
            self.step(hops)?;
            for hop in 0..hops {
                if let Some(row_sample) = self.take_row(hop)? {
                    each(self.drained(row_sample))?;
                }
            }
        }
    }

    /// Forgets everything heard: the stream is as new.
    ///
    /// # Errors
    /// `BadModel` if the provider has no memory for its states.
    pub fn reset(&mut self) -> Result<()> {
        let model = self.model.clone();
        let hop_s = self.hop_s();
        self.session.reset().map_err(bad_model)?;
        self.clock.reset();
        self.log_mel.reset();
        if let Some(windows) = &mut self.windows {
            windows.reset();
        }
        self.features.clear();
        self.taken = 0;
        self.replaced_samples = 0;
        self.emotion = EmotionTrack::new(&self.settings.emotion, model.card())?;
        self.emotion_fade.cancel();
        self.style_fade.cancel();
        self.neutral_face = None;
        self.prepare_neutral_face()?;
        self.activity = ActivityTracker::new(hop_s);
        self.activity_delay.reset();
        if let Some(rest) = &mut self.mouth_rest {
            rest.reset();
        }
        self.smoothing.reset();
        self.part_weighting.arrive();
        self.layers = Layers::new(self.rig, &self.settings.motion, self.settings.seed, hop_s)?;
        Ok(())
    }

    /// The rig whose columns the rows have.
    pub fn rig(&self) -> &'static Rig {
        self.rig
    }

    /// Rows a second.
    ///
    /// # Errors
    /// `BadModel` if the card's hop makes a rate that no curve can have.
    pub fn rate(&self) -> Result<CurveRate> {
        let card = self.model.card();
        CurveRate::new(card.sample_rate_hz, card.hop_samples)
            .map_err(|error| EngineError::because(ErrorKind::BadModel, format!("model card: {error}"), error))
    }

    /// The model that runs.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Samples pushed since the start or the last reset.
    pub fn heard_samples(&self) -> u64 {
        self.clock.heard_samples()
    }

    /// Emotion weights of the last row, in the order of the model card's emotions; all 0 before the first.
    pub fn emotion_weights(&self) -> &[f32] {
        &self.emotion_row
    }

    /// Samples that were not finite or far beyond full scale, and were replaced.
    pub fn replaced_samples(&self) -> u64 {
        self.replaced_samples
    }

    /// The delay that the algorithm itself makes.
    pub fn latency(&self) -> Latency {
        let card = self.model.card();
        let hop_samples = u64::from(card.hop_samples);
        Latency {
            look_ahead_samples: (u64::from(card.look_ahead_hops) + 1) * hop_samples,
            hop_samples,
            sample_rate_hz: card.sample_rate_hz,
        }
    }

    fn hear(&mut self, samples: &[f32]) {
        self.log_mel.push(samples, &mut self.features);
        if let Some(windows) = &mut self.windows {
            windows.hear(samples);
        }
    }

    fn drop_taken_features(&mut self) {
        self.features.drain(..self.taken);
        self.taken = 0;
    }

    fn hop_s(&self) -> f32 {
        let card = self.model.card();
        card.hop_samples as f32 / card.sample_rate_hz as f32
    }
}

fn needs_streaming(model: &Model, what: &str) -> EngineError {
    let card = model.card();
    EngineError::new(
        ErrorKind::BadInput,
        format!(
            "{what} needs a model that streams hop by hop, such as `live`; `{} {}` hears a window at a time",
            card.name, card.version
        ),
    )
}

fn bad_model(error: cstalk_model::Error) -> EngineError {
    EngineError::because(ErrorKind::BadModel, error.to_string(), error)
}
