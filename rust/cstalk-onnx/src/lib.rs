//! Writes and inspects ONNX files and the model card they carry.
//!
//! - [`ModelCard`]: what a model says about itself, stored as JSON in the ONNX metadata.
//! - [`GraphBuilder`]: builds an ONNX graph (opset 17, IR 8) node by node and ends in file bytes with a card.
//! - [`ModelFile`]: reads such a file back, whatever the bytes: card, ports, node counts, sizes.
//! - [`stored_weights`]: the weights of such a file as numbers, to train further.
//! - [`write_model`]: writes file bytes under a temporary name and renames them.
//! - [`sample`]: a tiny random, **untrained** model that keeps the contract, for tests and benches.
//!
//! # The streaming contract of a model
//!
//! | port | shape | meaning |
//! | --- | --- | --- |
//! | input `features` | `[1, time, feature]` | feature rows, `frames_per_hop * bins` numbers a hop |
//! | input `emotion` | `[1, time, emotion]` | weights of the card's `emotions` |
//! | input `style` | `[1, time, style]` | values of the card's `style` |
//! | input `state_in.<name>` | as the card says | zero at the start of a stream |
//! | output `curves` | `[1, time, control]` | one row a hop, `look_ahead_hops` late |
//! | output `state_out.<name>` | as the card says | fed to `state_in.<name>` of the next call |
//!
//! All ports are f32.
//!
//! A card with a `window` ([`CardWindow`]) has no states: each call hears one whole window of plain samples, gives a
//! row for each of its hops, and only the rows of the block in its middle count.
//!
//! ```
//! use cstalk_onnx::{ModelFile, sample::{SampleSpec, untrained_model}};
//!
//! let spec = SampleSpec::new("toy", 1, vec!["jaw".to_owned(), "brow".to_owned()]);
//! let file = ModelFile::parse(&untrained_model(&spec)?)?;
//! assert_eq!(file.card().controls, ["jaw", "brow"]);
//! # Ok::<(), cstalk_onnx::Error>(())
//! ```
#![warn(missing_docs)]

mod card;
mod card_check;
mod contract;
mod error;
mod file;
mod graph;
mod ops;
mod proto;
mod quantise;
pub mod sample;
mod stored;
mod weights;
mod wire;
mod write;

pub use card::{
    CARD_SCHEMA, CardFeatures, CardState, CardWindow, Corpus, CorpusKind, ModelCard, Precision, Training,
};
pub use error::{Error, ErrorKind, Result};
pub use file::{CARD_KEY, ModelFile, Port};
pub use graph::{AttributeValue, Dim, Edge, ElementType, GraphBuilder, IR_VERSION, OPSET_VERSION};
pub use ops::Conv1d;
pub use quantise::{QuantisedMatrix, quantise_columns};
pub use stored::{StoredWeight, stored_weights};
pub use write::write_model;
