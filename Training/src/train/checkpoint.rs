//! Checkpoints: everything needed to go on, and the best weights so far.
//!
//! A checkpoint is a safetensors file named by its step and `checkpoint.json`, which names that file and is renamed
//! into place last; so a run that is killed at any moment leaves the checkpoint before it whole.

use super::error::{Result, TrainError};
use super::optimizer::AdamW;
use crate::nets::ParameterStore;
use crate::nets::parameters::read_tensors;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tch::Tensor;

const INDEX: &str = "checkpoint.json";
const PARAMETER: &str = "parameter/";
const OPTIMIZER: &str = "optimizer/";

/// Where a run stands, apart from its tensors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Name of the stage.
    pub stage: String,
    /// Steps of the training loop, skipped ones included; also the number of the next batch.
    pub step: u64,
    /// Steps the optimiser applied.
    pub applied_steps: i64,
    /// Seconds of training, over all resumed runs.
    pub elapsed_s: f64,
    /// Seconds of audio that went through the network.
    pub audio_s: f64,
    /// Lowest held-out loss so far and the step it was measured at.
    pub best: Option<(f64, u64)>,
    /// Hash of the configuration, budget left out.
    pub config_hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    tensors: String,
    standing: Standing,
}

/// Writes the checkpoint into `folder`, which exists, and removes the one before it.
///
/// # Errors
/// [`TrainError`] when a file cannot be written; the checkpoint before it is still there then.
pub fn save(
    folder: &Path,
    standing: &Standing,
    parameters: &ParameterStore,
    optimizer: &AdamW,
) -> Result<()> {
    let mut named: Vec<(String, Tensor)> = parameters
        .iter()
        .map(|(name, parameter)| (format!("{PARAMETER}{name}"), parameter.tensor.detach()))
        .collect();
    named.extend(
        optimizer
            .state()
            .into_iter()
            .map(|(name, tensor)| (format!("{OPTIMIZER}{name}"), tensor.shallow_clone())),
    );
    let tensors = format!("checkpoint-{:09}.safetensors", standing.step);
    write_tensors(&folder.join(&tensors), &named)?;
    let before = read_index(folder).ok().map(|index| index.tensors).filter(|name| *name != tensors);
    write_json(&folder.join(INDEX), &Index { tensors, standing: standing.clone() })?;
    if let Some(name) = before {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(TrainError::io(&path))?;
    }
    Ok(())
}

/// Reads the standing of the checkpoint in `folder`; None when there is none.
///
/// # Errors
/// [`TrainError::Checkpoint`] when the file is there but makes no sense.
pub fn standing(folder: &Path) -> Result<Option<Standing>> {
    if !folder.join(INDEX).exists() {
        return Ok(None);
    }
    Ok(Some(read_index(folder)?.standing))
}

/// Puts the tensors of the checkpoint in `folder` back into `parameters` and `optimizer`.
///
/// # Errors
/// [`TrainError`] when a tensor is missing or of another shape.
pub fn restore(folder: &Path, parameters: &mut ParameterStore, optimizer: &mut AdamW) -> Result<Standing> {
    let index = read_index(folder)?;
    let path = folder.join(&index.tensors);
    let tensors = read_tensors(&path)?;
    let under = |prefix: &str| -> BTreeMap<String, Tensor> {
        tensors
            .iter()
            .filter_map(|(name, tensor)| {
                Some((name.strip_prefix(prefix)?.to_owned(), tensor.shallow_clone()))
            })
            .collect()
    };
    parameters.set_all(&under(PARAMETER), &[""])?;
    if !optimizer.restore(&under(OPTIMIZER), index.standing.applied_steps) {
        let reason = "the optimiser's state is missing or of another size".to_owned();
        return Err(TrainError::Checkpoint { path, reason });
    }
    Ok(index.standing)
}

/// Writes named tensors as safetensors, atomically.
///
/// # Errors
/// [`TrainError`] when the file cannot be written.
pub fn write_tensors(path: &Path, named: &[(String, Tensor)]) -> Result<()> {
    let temporary = temporary_name(path);
    let contiguous: Vec<(&str, Tensor)> = named
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor.to_device(tch::Device::Cpu).contiguous()))
        .collect();
    Tensor::write_safetensors(&contiguous, &temporary)?;
    fs::rename(&temporary, path).map_err(TrainError::io(path))
}

/// Writes `value` as readable JSON, atomically.
///
/// # Errors
/// [`TrainError`] when the file cannot be written.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let text = serde_json::to_vec_pretty(value).map_err(|error| TrainError::io(path)(error.into()))?;
    let temporary = temporary_name(path);
    fs::write(&temporary, text).map_err(TrainError::io(&temporary))?;
    fs::rename(&temporary, path).map_err(TrainError::io(path))
}

/// Reads a JSON file of a run.
///
/// # Errors
/// [`TrainError`] when it cannot be read or does not say what it should.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read(path).map_err(TrainError::io(path))?;
    serde_json::from_slice(&text)
        .map_err(|error| TrainError::Checkpoint { path: path.to_path_buf(), reason: error.to_string() })
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

fn read_index(folder: &Path) -> Result<Index> {
    read_json(&folder.join(INDEX))
}
