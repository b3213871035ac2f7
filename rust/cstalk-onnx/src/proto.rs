//! The generated ONNX messages.
//!
//! Included instead of declared as a module, so that rustfmt leaves the generated text alone.
#![allow(missing_docs, dead_code, unreachable_pub, clippy::all, rustdoc::all)]

include!("generated/onnx.rs");
