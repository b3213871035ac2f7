//! Writes and inspects ONNX files and the model card they carry.
