//! Shipped models are found by name or path, and a broken one is listed as broken.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cstalk_model::{ErrorKind, catalogue, sample};

#[test]
fn models_are_listed_and_found() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let bytes = sample::untrained_bytes().unwrap();
    for (folder, name) in [(&first, "live.onnx"), (&second, "live.onnx"), (&second, "studio.onnx")] {
        cstalk_onnx::write_model(folder.path().join(name), &bytes).unwrap();
    }
    std::fs::write(second.path().join("broken.onnx"), "no model").unwrap();
    std::fs::write(second.path().join("readme.txt"), "no model").unwrap();
    let folders = [first.path().to_path_buf(), second.path().to_path_buf()];

    let entries = catalogue::list_in(&folders).unwrap();
    let names: Vec<(&str, bool)> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.card.is_ok())).collect();
    assert_eq!(names, [("broken", false), ("live", true), ("studio", true)]);
    assert_eq!(entries[1].path, first.path().join("live.onnx"), "the first folder wins");
    assert_eq!(entries[2].card.as_ref().unwrap().name, "untrained-sample");

    assert_eq!(catalogue::find_in(&folders, "studio").unwrap(), second.path().join("studio.onnx"));
    let path = second.path().join("live.onnx");
    assert_eq!(catalogue::find_in(&folders, path.to_str().unwrap()).unwrap(), path);

    let error = catalogue::find_in(&folders, "large").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadInput);
    let message = error.to_string();
    assert!(message.contains("\"large\"") && message.contains("broken, live, studio"), "{message}");
    for missing in ["large.onnx", "no/such/large"] {
        let error = catalogue::find_in(&folders, missing).unwrap_err();
        assert!(error.to_string().contains(missing), "{error}");
    }
    let gone = [first.path().join("gone")];
    assert_eq!(catalogue::list_in(&gone).unwrap_err().kind(), ErrorKind::BadInput);
}
