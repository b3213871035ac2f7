//! The network as a file.

use super::Result;
use crate::nets::generator::Conditions;
use crate::nets::onnx::OnnxBackend;
use crate::nets::{CONTROL_COUNT, EMOTION_COUNT, Generator, LiveNet, STYLE_COUNT};
use crate::train::calibration::ContactCalibration;
use cstalk_onnx::ModelCard;
use std::collections::BTreeMap;
use tch::Tensor;

/// Puts the contact calibration into the constants that hold it.
pub fn set_calibration(weights: &mut BTreeMap<String, Tensor>, calibrations: &[ContactCalibration; 2]) {
    let gain = calibrations.map(|calibration| calibration.gain);
    let shift = calibrations.map(|calibration| calibration.shift);
    weights.insert(Generator::CONTACT_GAIN.to_owned(), Tensor::from_slice(&gain));
    weights.insert(Generator::CONTACT_SHIFT.to_owned(), Tensor::from_slice(&shift));
}

/// The bytes of an ONNX file of `net` with `weights`, stored as the card's precision says: streaming, or for whole
/// windows if the card has one.
///
/// # Errors
/// [`super::ExportError`] when a weight is missing or of another shape, or the card does not fit the graph.
pub fn write_graph(net: &LiveNet, weights: &BTreeMap<String, Tensor>, card: ModelCard) -> Result<Vec<u8>> {
    let mut backend = OnnxBackend::new(&card.name, weights, card.precision);
    if card.window.is_some() {
        backend = backend.for_whole_windows();
    }
    let features = backend.input("features", net.encoder.inputs_per_hop());
    let emotion = backend.input("emotion", EMOTION_COUNT);
    let style = backend.input("style", STYLE_COUNT);
    let conditions = Conditions { emotion: &emotion, style: &style, identity: None };
    let motion = net.forward(&mut backend, &features, &conditions);
    backend.output("curves", &motion.rows, CONTROL_COUNT);
    Ok(backend.finish()?.finish(card)?)
}
