//! The model that fine-tuning starts from: a generator's training run, or a shipped `.onnx` file.
//!
//! A file carries all its weights under the names of the parameters (`nets::onnx` wrote them there), and the sizes of the
//! network follow from the shapes of weights and stream states. What it does not carry, the phone head and the state of the
//! optimiser, fine-tuning does not need.

use super::{Result, TakeError};
use crate::export::card::{CardText, card_of};
use crate::export::graph::{set_calibration, write_graph};
use crate::nets::parameters::read_tensors;
use crate::nets::{
    EMOTION_COUNT, EarShape, FEATURES_PER_HOP, Generator, GeneratorShape, LiveNet, LiveShape, ParameterStore,
};
use crate::performer::{EMOTION_NAMES, STYLE_NAMES};
use crate::train::TrainConfig;
use crate::train::calibration::{CALIBRATION_FILE, ContactCalibration};
use crate::train::checkpoint::{Standing, read_json};
use crate::train::record::{CaptureUse, RunRecord};
use crate::train::run::{BEST_WEIGHTS, BestStanding};
use crate::train::speech::CorpusUse;
use cstalk_model::{Model, ModelFile, Provider};
use cstalk_onnx::{CorpusKind, ModelCard, Precision, stored_weights};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tch::Tensor;

/// A trained model, opened up.
pub struct StartingPoint {
    /// Name of the folder or file.
    pub name: String,
    /// What it was made from.
    pub record: RunRecord,
    /// Where its weights stand.
    pub best: BestStanding,
    /// Its parameters by name, the contact calibration in its constants.
    pub weights: BTreeMap<String, Tensor>,
    /// The contact calibration.
    pub calibrations: [ContactCalibration; 2],
}

impl StartingPoint {
    /// Opens the run in a folder or the model in a file.
    ///
    /// # Errors
    /// [`TakeError::Model`] naming what does not fit: no run, no model, other emotions or style axes, 8-bit weights.
    pub fn read(path: &Path) -> Result<Self> {
        let point = if path.is_dir() { Self::of_run(path)? } else { Self::of_file(path)? };
        let emotions = point.weights.get("generator.emotion").map_or(0, |table| table.size()[0]);
        if emotions != EMOTION_COUNT {
            let reason = format!("wanted a model of {EMOTION_COUNT} emotions, got one of {emotions}");
            return Err(TakeError::model(path, reason));
        }
        Ok(point)
    }

    fn of_run(folder: &Path) -> Result<Self> {
        let wrong = |error: &dyn std::fmt::Display| {
            TakeError::model(folder, format!("wanted the folder of a finished generator's run: {error}"))
        };
        let record = RunRecord::read(folder).map_err(|error| wrong(&error))?;
        if record.config.wav2vec2.is_some() {
            return Err(wrong(
                &"it hears through wav2vec 2.0, and only models with an ear can be fine-tuned",
            ));
        }
        let best = BestStanding::read(folder).map_err(|error| wrong(&error))?;
        let mut weights = read_tensors(&folder.join(BEST_WEIGHTS)).map_err(|error| wrong(&error))?;
        let calibrations: [ContactCalibration; 2] =
            read_json(&folder.join(CALIBRATION_FILE)).map_err(|error| wrong(&error))?;
        set_calibration(&mut weights, &calibrations);
        Ok(Self { name: name_of(folder), record, best, weights, calibrations })
    }

    fn of_file(path: &Path) -> Result<Self> {
        let (_, bytes) = ModelFile::read(path).map_err(|error| TakeError::model(path, error))?;
        let (file, stored) = stored_weights(&bytes).map_err(|error| TakeError::model(path, error))?;
        let card = file.card();
        for (what, wanted, got) in
            [("emotions", &EMOTION_NAMES[..], &card.emotions), ("style axes", &STYLE_NAMES[..], &card.style)]
        {
            if got != wanted {
                let reason = format!("wanted the {what} {}, got {}", wanted.join(", "), got.join(", "));
                return Err(TakeError::model(path, reason));
            }
        }
        let mut weights = BTreeMap::new();
        for weight in stored {
            let shape: Vec<i64> = weight.shape.iter().map(|size| *size as i64).collect();
            let tensor = Tensor::from_slice(&weight.values).reshape(shape.as_slice());
            // Matrices of linear layers stand transposed in a graph; tables of blends do not.
            let is_matrix = weight.name.ends_with(".weight") && shape.len() == 2;
            let tensor = if is_matrix { tensor.transpose(0, 1).contiguous() } else { tensor };
            weights.insert(weight.name, tensor);
        }
        let shape = shape_of(&weights, card)
            .ok_or_else(|| TakeError::model(path, "its weights are not those of an ear and a generator"))?;
        let calibrations = calibrations_of(&weights, card)
            .ok_or_else(|| TakeError::model(path, "its contacts are not calibrated"))?;
        Ok(Self {
            name: name_of(path),
            record: record_of(card, shape),
            best: best_of(card),
            weights,
            calibrations,
        })
    }

    /// The network.
    pub fn net(&self) -> LiveNet {
        LiveNet::new(&self.record.config.shape)
    }

    /// Puts the weights of ear and generator into `parameters`, which holds every parameter already.
    ///
    /// # Errors
    /// [`TakeError::Train`] naming a weight that is missing or of another shape.
    pub fn fill(&self, parameters: &mut ParameterStore) -> Result<()> {
        let filled = parameters.set_all(&self.weights, &["ear.", "generator."]);
        Ok(filled.map_err(crate::train::TrainError::from)?)
    }

    /// The model, ready to run in this process.
    ///
    /// # Errors
    /// [`TakeError::Export`] when the weights do not fit their network.
    pub fn model(&self) -> Result<Model> {
        let text = CardText {
            name: self.name.clone(),
            version: "0".to_owned(),
            description: "Made in memory to be measured.".to_owned(),
            licence: "as its source".to_owned(),
        };
        let (record, best) = (&self.record, &self.best);
        let card = card_of(record, best, &self.calibrations, &self.weights, Precision::F32, &text)?;
        let bytes = write_graph(&self.net(), &self.weights, card)?;
        Ok(Model::from_bytes(&bytes, Provider::Embedded).map_err(crate::export::ExportError::from)?)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Sizes of the network, from its weights and from the card's stream states.
fn shape_of(weights: &BTreeMap<String, Tensor>, card: &ModelCard) -> Option<LiveShape> {
    let size = |name: &str, axis: usize| weights.get(name)?.size().get(axis).copied();
    let blocks = |part: &str| -> Option<(i64, i64, Vec<i64>)> {
        let channels = size(&format!("{part}.block0.mix.weight"), 0)?;
        let kernel = size(&format!("{part}.block0.conv.weight"), 1)? / channels;
        let hops = |index: usize| {
            let name = format!("{part}.block{index}.conv");
            card.states.iter().find(|state| state.name == name).and_then(|state| state.shape.get(1).copied())
        };
        let dilations = (0..).map_while(hops).map(|hops| hops as i64 / (kernel - 1).max(1)).collect();
        Some((channels, kernel, dilations))
    };
    let (ear_channels, ear_kernel, ear_dilations) = blocks("ear")?;
    let (channels, kernel, dilations) = blocks("generator")?;
    let entry = size("ear.entry.weight", 1)?;
    (entry == ear_kernel * FEATURES_PER_HOP).then_some(())?;
    Some(LiveShape {
        ear: EarShape {
            channels: ear_channels,
            kernel: ear_kernel,
            dilations: ear_dilations,
            centred: card.states.iter().any(|state| state.name == "ear.block0.middle"),
        },
        generator: GeneratorShape {
            channels,
            kernel,
            dilations,
            emotion_channels: size("generator.emotion", 1)?,
            style_channels: size("generator.style.weight", 0)?,
            smooth: weights.contains_key(Generator::HALF),
        },
    })
}

fn calibrations_of(weights: &BTreeMap<String, Tensor>, card: &ModelCard) -> Option<[ContactCalibration; 2]> {
    let numbers = |name: &str| Vec::<f32>::try_from(weights.get(name)?).ok();
    let (gain, shift) = (numbers(Generator::CONTACT_GAIN)?, numbers(Generator::CONTACT_SHIFT)?);
    let f1 = |name: &str| card.metrics.get(&format!("held_out.{name}_f1")).map_or(0.0, |f1| *f1 as f32);
    let of = |index: usize, name: &str| {
        let (gain, shift) = (*gain.get(index)?, *shift.get(index)?);
        Some(ContactCalibration { gain, shift, contact_f1: f1(name) })
    };
    Some([of(0, "bilabial")?, of(1, "labiodental")?])
}

/// What a card tells of the run behind its model. A card of a non-commercial model does not say which corpus forbids it,
/// so that all of them count as such.
fn record_of(card: &ModelCard, shape: LiveShape) -> RunRecord {
    let of_kind = |kind: CorpusKind| card.training.corpora.iter().filter(move |corpus| corpus.kind == kind);
    let hours: f64 = of_kind(CorpusKind::Performed).map(|corpus| corpus.hours).sum();
    RunRecord {
        stage: "generator".to_owned(),
        config: TrainConfig { shape, seed: card.training.seed, ..TrainConfig::default() },
        config_hash: card.training.config_hash.clone(),
        corpora: of_kind(CorpusKind::Performed)
            .map(|corpus| CorpusUse {
                name: corpus.name.clone(),
                hours: corpus.hours,
                licence: corpus.licence.clone(),
                non_commercial: card.non_commercial,
                share: corpus.hours / hours.max(1e-9),
            })
            .collect(),
        captures: of_kind(CorpusKind::Captured)
            .map(|corpus| CaptureUse {
                name: "all".to_owned(),
                hours: corpus.hours,
                corpus: corpus.name.clone(),
                licence: corpus.licence.clone(),
                non_commercial: card.non_commercial,
            })
            .collect(),
        phones: crate::phones::Phone::all().map(|phone| phone.symbol().to_owned()).collect(),
        earlier: None,
        encoder_weights: None,
        tuned_from: None,
    }
}

fn best_of(card: &ModelCard) -> BestStanding {
    let contacts: BTreeSet<&str> = BTreeSet::from(["bilabial_f1", "labiodental_f1"]);
    let held_out = card.metrics.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix("held_out.").filter(|name| !contacts.contains(name))?;
        Some((name.to_owned(), *value))
    });
    BestStanding {
        standing: Standing {
            stage: "generator".to_owned(),
            step: card.training.steps,
            applied_steps: i64::try_from(card.training.steps).unwrap_or(i64::MAX),
            elapsed_s: 0.0,
            audio_s: 0.0,
            best: None,
            config_hash: card.training.config_hash.clone(),
        },
        held_out: held_out.collect(),
    }
}
