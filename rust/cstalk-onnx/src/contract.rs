//! Whether the ports of a graph are those its card promises.

use std::collections::BTreeMap;

use crate::card::{ModelCard, ModelKind};
use crate::error::{Error, Result};
use crate::file::Port;
use crate::graph::{Dim, ElementType};

/// Checks that inputs and outputs are exactly the ports of the contract, by name, type and shape.
pub(crate) fn check(card: &ModelCard, inputs: &[Port], outputs: &[Port]) -> Result<()> {
    let rows = |name: &str, width: usize| (name.to_owned(), Dim::rows(width).to_vec());
    let mut wanted_inputs = BTreeMap::from([rows("features", card.step_feature_count())]);
    if card.kind == ModelKind::Curves {
        wanted_inputs.extend([rows("emotion", card.emotions.len()), rows("style", card.style.len())]);
    }
    let mut wanted_outputs = BTreeMap::from([rows(card.kind.output(), card.output_width())]);
    for state in &card.states {
        let shape: Vec<Dim> = state.shape.iter().map(|size| Dim::Fixed(*size)).collect();
        wanted_inputs.insert(format!("state_in.{}", state.name), shape.clone());
        wanted_outputs.insert(format!("state_out.{}", state.name), shape);
    }
    check_side("input", wanted_inputs, inputs)?;
    check_side("output", wanted_outputs, outputs)
}

fn check_side(side: &str, mut wanted: BTreeMap<String, Vec<Dim>>, ports: &[Port]) -> Result<()> {
    for port in ports {
        let Some(shape) = wanted.remove(&port.name) else {
            return Err(Error::bad_model(format!(
                "graph {side} \"{}\" is not in the model card, or appears twice",
                port.name
            )));
        };
        if port.element != Some(ElementType::F32) || !same_shape(&shape, &port.shape) {
            return Err(Error::bad_model(format!(
                "graph {side} \"{}\": the model card wants F32 {}, the graph has {}",
                port.name,
                shape_text(&shape),
                port.type_text(),
            )));
        }
    }
    match wanted.into_keys().next() {
        Some(name) => Err(Error::bad_model(format!(
            "graph {side} \"{name}\" is wanted by the model card but missing in the graph"
        ))),
        None => Ok(()),
    }
}

/// Fixed sizes must agree; a named axis may have any name.
fn same_shape(wanted: &[Dim], got: &[Dim]) -> bool {
    wanted.len() == got.len()
        && wanted.iter().zip(got).all(|pair| match pair {
            (Dim::Fixed(wanted), Dim::Fixed(got)) => wanted == got,
            (Dim::Named(_), Dim::Named(_)) => true,
            _ => false,
        })
}

pub(crate) fn shape_text(shape: &[Dim]) -> String {
    let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    format!("[{}]", sizes.join(", "))
}
