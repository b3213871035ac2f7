//! Model files: the ONNX graph and the card inside it.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = cstalk_onnx::ModelFile::parse(bytes) {
        // A file that was accepted has a card that says what the graph has.
        assert_eq!(model.card().controls.len(), model.card().predicted.len());
    }
});
