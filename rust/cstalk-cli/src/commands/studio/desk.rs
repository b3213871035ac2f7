//! What all pages of one studio share: the takes and the models.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cstalk_audio::SPEECH_RATE_HZ;
use cstalk_engine::{Preset, StreamSettings};
use cstalk_model::{Model, ModelKind, catalogue};
use serde_json::{Value, json};

use super::marks::{self, Marks};
use crate::failure::{Failure, Result};
use crate::markers::Markers;
use crate::model_choice::{self, ModelChoice};
use crate::recording::{self, Recording};

/// Longest take: its sound is held in memory.
const LONGEST_S: usize = 1_800;
/// Most takes at a time.
const MOST_TAKES: usize = 200;

/// One recording.
pub(crate) struct Take {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) state: TakeState,
}

pub(crate) enum TakeState {
    Reading,
    Ready { samples: Vec<f32>, warnings: Vec<String> },
    Failed { message: String },
}

impl Take {
    /// The samples.
    ///
    /// # Errors
    /// Input: a take that is not ready, or failed.
    pub(crate) fn samples(&self) -> Result<&[f32]> {
        match &self.state {
            TakeState::Ready { samples, .. } => Ok(samples),
            TakeState::Reading => Err(Failure::input(format!("{} is still being read", self.name))),
            TakeState::Failed { message } => Err(Failure::input(message.clone())),
        }
    }

    /// Length of what is there, in seconds.
    fn duration_s(&self) -> f64 {
        self.samples().map_or(0.0, |samples| samples.len() as f64 / f64::from(SPEECH_RATE_HZ))
    }

    fn row(&self, marks: &Marks) -> Value {
        match &self.state {
            TakeState::Reading => json!({"id": self.id, "name": self.name, "status": "reading"}),
            TakeState::Ready { warnings, .. } => {
                let (markers, of_markers) = marks.state(self.id, self.duration_s());
                let warnings: Vec<&String> = warnings.iter().chain(&of_markers).collect();
                json!({
                    "id": self.id, "name": self.name, "status": "ready", "warnings": warnings,
                    "duration": self.duration_s(), "markers": markers,
                })
            }
            TakeState::Failed { message } => {
                json!({"id": self.id, "name": self.name, "status": "failed", "error": message})
            }
        }
    }
}

/// Takes and models.
pub(crate) struct Desk {
    choice: ModelChoice,
    takes: Mutex<Vec<Arc<Take>>>,
    marks: Marks,
    models: Mutex<HashMap<String, Arc<Model>>>,
    /// Counts changes of the list of takes.
    changes: AtomicU64,
    next_id: AtomicU64,
    /// Where recordings that were dragged in lie, and files on their way to the page.
    pub(crate) folder: tempfile::TempDir,
}

impl Desk {
    /// # Errors
    /// No room for temporary files.
    pub(crate) fn new(choice: ModelChoice) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("cstalk-studio-")
            .tempdir()
            .map_err(|error| Failure::input(format!("cannot make a temporary folder: {error}")))?;
        Ok(Self {
            choice,
            takes: Mutex::default(),
            marks: Marks::default(),
            models: Mutex::default(),
            changes: AtomicU64::new(1),
            next_id: AtomicU64::new(1),
            folder,
        })
    }

    /// Puts a recording on the list and reads it on a thread of its own.
    ///
    /// # Errors
    /// Input: the list is full.
    pub(crate) fn open(self: &Arc<Self>, path: PathBuf, name: String) -> Result<()> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed) as u32;
        {
            let mut takes = lock(&self.takes);
            if takes.len() >= MOST_TAKES {
                return Err(Failure::input(format!(
                    "wanted at most {MOST_TAKES} takes, got one more: {name}"
                )));
            }
            let state = TakeState::Reading;
            takes.push(Arc::new(Take { id, name: name.clone(), path: path.clone(), state }));
        }
        self.changed();
        let desk = self.clone();
        std::thread::spawn(move || {
            let state = read(&path, &name);
            desk.marks.put_beside(id, &path);
            let mut takes = lock(&desk.takes);
            match takes.iter_mut().find(|take| take.id == id) {
                Some(place) => *place = Arc::new(Take { id, name, path, state }),
                // It was removed meanwhile.
                None => desk.marks.forget(id),
            }
            drop(takes);
            desk.changed();
        });
        Ok(())
    }

    /// Keeps the bytes of a recording that was dragged in, and opens it.
    ///
    /// # Errors
    /// Input: no room, or the list is full.
    pub(crate) fn open_bytes(self: &Arc<Self>, name: &str, bytes: &[u8]) -> Result<()> {
        let shown = shown(name);
        let extension: String = Path::new(name)
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(format!("{id}.{extension}"));
        std::fs::write(&path, bytes)
            .map_err(|error| Failure::input(format!("cannot keep {shown}: {error}")))?;
        self.open(path, shown)
    }

    /// Gives a file of phones to the take of the same name, or to the chosen one; returns what the page is told.
    ///
    /// # Errors
    /// Input: no take to give it to, or those of reading it.
    pub(crate) fn mark(&self, name: &str, bytes: &[u8], chosen: Option<u32>) -> Result<Value> {
        let name = shown(name);
        let take = marks::meant(&lock(&self.takes), &name, chosen).cloned().ok_or_else(|| {
            Failure::input(format!(
                "{name}: wanted a take for these phones, got none; open the recording first"
            ))
        })?;
        let markers = Markers::read(&name, bytes)?;
        let answer = marks::answer(&take, &markers);
        self.marks.put(take.id, markers);
        self.changed();
        Ok(answer)
    }

    /// The phones and words of a take, for the page.
    ///
    /// # Errors
    /// Input: no such take.
    pub(crate) fn markers(&self, id: u32) -> Result<Value> {
        Ok(self.marks.of(id, self.take(id)?.duration_s()))
    }

    pub(crate) fn remove(&self, id: u32) {
        lock(&self.takes).retain(|take| take.id != id);
        self.marks.forget(id);
        self.changed();
    }

    /// # Errors
    /// Input: no such take.
    pub(crate) fn take(&self, id: u32) -> Result<Arc<Take>> {
        let takes = lock(&self.takes);
        let take = takes.iter().find(|take| take.id == id);
        take.cloned().ok_or_else(|| Failure::input(format!("there is no take {id} any more")))
    }

    /// The list for the page, and the number of its latest change.
    pub(crate) fn list(&self) -> Value {
        lock(&self.takes).iter().map(|take| take.row(&self.marks)).collect()
    }

    pub(crate) fn change_number(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// The model that a preset names: one that is installed, or the one of the command line.
    ///
    /// # Errors
    /// Usage: a name of neither; those of loading it.
    pub(crate) fn model(&self, preset: &Preset) -> Result<Arc<Model>> {
        let name =
            preset.model.as_deref().or(self.choice.model.as_deref()).unwrap_or(catalogue::DEFAULT_MODEL);
        if let Some(model) = lock(&self.models).get(name) {
            return Ok(model.clone());
        }
        // A page may not name files.
        let is_known = self.model_names().iter().any(|known| known == name);
        if !is_known {
            return Err(Failure::usage(format!(
                "wanted one of the models {}, got `{name}`",
                self.model_names().join(", ")
            )));
        }
        let choice = ModelChoice { model: Some(name.to_owned()), provider: self.choice.provider };
        let model = choice.load()?;
        lock(&self.models).insert(name.to_owned(), model.clone());
        Ok(model)
    }

    /// The engine's settings of a preset; loads the model that its emotion is heard with, one of those installed.
    ///
    /// # Errors
    /// Usage: a model that is not installed or hears no emotion; those of loading it and of the preset.
    pub(crate) fn settings(&self, preset: &Preset) -> Result<StreamSettings> {
        let heard = preset.emotion_from_voice.as_ref().map(|heard| self.emotion_model(&heard.model));
        Ok(preset.stream_settings(heard.transpose()?.as_ref())?)
    }

    fn emotion_model(&self, name: &str) -> Result<Arc<Model>> {
        if let Some(model) =
            lock(&self.models).get(name).filter(|model| model.card().kind == ModelKind::Emotion)
        {
            return Ok(model.clone());
        }
        let installed = model_choice::emotion_models();
        if !installed.iter().any(|known| known == name) {
            let known =
                if installed.is_empty() { "none is installed".to_owned() } else { installed.join(", ") };
            return Err(Failure::usage(format!(
                "wanted one of the models that hear emotions ({known}), got `{name}`"
            )));
        }
        let model = model_choice::load_emotion_model(name)?;
        lock(&self.models).insert(name.to_owned(), model.clone());
        Ok(model)
    }

    /// The models that hear emotions, for the page.
    pub(crate) fn emotion_models(&self) -> Value {
        let names = model_choice::emotion_models();
        let rows = names.iter().filter_map(|name| {
            // A broken model does not keep the others from being used; `cstalk models` says what ails it.
            let model = self.emotion_model(name).ok()?;
            let card = model.card();
            Some(json!({
                "name": name, "title": format!("{} {}", card.name, card.version),
                "nonCommercial": card.non_commercial, "about": card.description,
            }))
        });
        rows.collect()
    }

    fn model_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.choice.model.iter().cloned().collect();
        for entry in catalogue::list().unwrap_or_default() {
            let moves_a_face = entry.card.as_ref().is_ok_and(|card| card.kind == ModelKind::Curves);
            if moves_a_face && !names.contains(&entry.name) {
                names.push(entry.name);
            }
        }
        names
    }

    /// The models for the page, the default one first.
    ///
    /// # Errors
    /// The default model cannot be loaded.
    pub(crate) fn models(&self) -> Result<Value> {
        let default = self.model(&Preset::default())?;
        let default_name = self.choice.model.as_deref().unwrap_or(catalogue::DEFAULT_MODEL);
        let row = |name: &str, model: &Model| {
            let card = model.card();
            json!({
                "name": name, "title": format!("{} {}", card.name, card.version),
                "emotions": card.emotions, "style": card.style,
                "lookAheadMs": 1_000.0 * f64::from((card.look_ahead_hops + 1) * card.hop_samples)
                    / f64::from(card.sample_rate_hz),
                "nonCommercial": card.non_commercial, "about": card.description,
            })
        };
        let mut rows = vec![row(default_name, &default)];
        for name in self.model_names().iter().filter(|name| *name != default_name) {
            // A broken model does not keep the others from being used; `cstalk models` says what ails it.
            if let Ok(model) = self.model(&Preset { model: Some(name.clone()), ..Preset::default() }) {
                rows.push(row(name, &model));
            }
        }
        Ok(Value::Array(rows))
    }
}

/// A file's name as it is shown.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}

fn read(path: &Path, name: &str) -> TakeState {
    let read = || -> Result<TakeState> {
        let recording = recording::read(path, LONGEST_S)?.ok_or_else(|| {
            Failure::input(format!(
                "wanted at most {} minutes, got more; `cstalk animate` takes any length",
                LONGEST_S / 60
            ))
        })?;
        let Recording { samples, warnings } = recording;
        Ok(TakeState::Ready { samples, warnings })
    };
    // Decoders see files that nobody has vetted; a panic in one must not end the studio.
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(state)) => state,
        Ok(Err(failure)) => {
            // Of a file that was dragged in, the path here means nothing to a person.
            TakeState::Failed { message: failure.message().replace(&path.display().to_string(), name) }
        }
        Err(_) => TakeState::Failed { message: "a fault in cstalk itself; please report it".to_owned() },
    }
}

/// A lock; what a thread left behind that panicked is as good as before, since each change is one assignment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
