//! Missing, corrupt and foreign models, missing and wrong ONNX Runtime: exit code 3, and how to mend it.

use std::path::{Path, PathBuf};

use crate::support::sounds::write_voice;
use crate::support::{MODELS, Said, cstalk, names_in, skipped, take};

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "lengths stand in the file: keep them");
    let at = bytes.windows(from.len()).position(|window| window == from).expect("the pattern is there");
    let mut bytes = bytes.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

fn animate(folder: &Path, arguments: &[&str], library: Option<&Path>) -> Said {
    let mut command = cstalk();
    command.current_dir(folder).args(["animate", "voice.wav"]).args(arguments);
    if let Some(library) = library {
        command.env("CSTALK_ORT_LIB", library);
    }
    command.output().unwrap().into()
}

#[test]
fn broken_models_are_refused_with_the_file_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 0.2);
    let good = std::fs::read(MODELS.join("live.onnx")).unwrap();
    let mut flipped = good.clone();
    let middle = good.len() / 2;
    flipped[middle] ^= 0x40;
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("empty", Vec::new(), "empty"),
        ("text", b"I am no model.".repeat(100), "ONNX"),
        ("truncated", good[..good.len() / 2].to_vec(), "truncated.onnx"),
        ("flipped", flipped, "flipped.onnx"),
        ("foreign", replaced(&good, b"cstalk.card", b"someone.els"), "cstalk.card"),
        ("newer", replaced(&good, b"cstalk-model-card/1", b"cstalk-model-card/9"), "cstalk-model-card/1"),
        ("renamed", replaced(&good, b"CTRL_C_jaw.ty", b"CTRL_C_jow.ty"), "CTRL_C_jow.ty"),
    ];
    for (name, bytes, part) in cases {
        let file = format!("{name}.onnx");
        std::fs::write(folder.path().join(&file), bytes).unwrap();
        let said = animate(folder.path(), &["--model", &file], None);
        said.expect_error(3, &[&file, part, "cstalk models"]);
    }
    animate(folder.path(), &["--model", "missing.onnx"], None)
        .expect_error(3, &["missing.onnx", "cstalk models"]);
    animate(folder.path(), &["--model", "nobody"], None).expect_error(3, &["nobody", "live"]);
    assert!(!folder.path().join("voice.csv").exists());

    let mut command = cstalk();
    command.env("CSTALK_MODELS", folder.path().join("nowhere")).current_dir(folder.path());
    let said = Said::from(command.args(["animate", "voice.wav"]).output().unwrap());
    said.expect_error(3, &["CSTALK_MODELS", "nowhere"]);
}

#[test]
fn onnx_runtime_that_is_asked_for_and_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 0.2);
    let text = folder.path().join("libonnxruntime.so");
    std::fs::write(&text, "no library").unwrap();
    let nowhere = folder.path().join("nowhere.so");
    for library in [&nowhere, &text] {
        for provider in ["cpu", "cuda", "tensorrt"] {
            let said = animate(folder.path(), &["--provider", provider], Some(library));
            said.expect_error(3, &[&library.display().to_string(), "cargo xtask ort", "embedded"]);
        }
    }
    assert_eq!(names_in(folder.path()), ["libonnxruntime.so", "voice.wav"]);
}

#[test]
fn another_library_in_place_of_onnx_runtime_is_refused() {
    let places = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6", "/lib64/libm.so.6"];
    let Some(other) = places.map(PathBuf::from).into_iter().find(|path| path.is_file()) else {
        return skipped(
            "another_library_in_place_of_onnx_runtime_is_refused",
            "no libm.so.6 at a usual place",
        );
    };
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 0.2);
    animate(folder.path(), &["--provider", "cpu"], Some(&other))
        .expect_error(3, &["libm.so.6", "cargo xtask ort"]);
    assert!(!folder.path().join("voice.csv").exists());
}

#[test]
fn onnx_runtime_and_the_embedded_engine_give_the_same_curves() {
    let name = "onnx_runtime_and_the_embedded_engine_give_the_same_curves";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let library = std::env::var_os("CSTALK_ORT_LIB").map(PathBuf::from).or_else(|| {
        let folder = root.join("target/ort").join(cstalk_model::ONNX_RUNTIME_VERSION);
        folder.is_dir().then_some(folder)
    });
    let Some(library) = library else {
        return skipped(name, "ONNX Runtime is not here; `cargo xtask ort` fetches it");
    };
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 1.0);
    animate(folder.path(), &["-o", "embedded.csv", "--rig", "board"], None).expect(0);
    animate(folder.path(), &["-o", "cpu.csv", "--rig", "board", "--provider", "cpu"], Some(&library))
        .expect(0);
    let [embedded, cpu] = ["embedded.csv", "cpu.csv"].map(|name| take(&folder.path().join(name)));
    for (one, other) in embedded.values().iter().zip(cpu.values()) {
        assert!((one - other).abs() <= 1e-4, "{one} {other}");
    }
}
