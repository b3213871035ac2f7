//! A library that is missing or none is an error with the cause and the remedy, and does no lasting harm.
//!
//! One test in a file of its own: a process opens ONNX Runtime once, so the order matters.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and says what it skips"
)]

use std::path::{Path, PathBuf};

use cstalk_model::{ErrorKind, Model, ModelSettings, Provider, sample};

mod common;

fn load(library: &Path) -> Result<Model, cstalk_model::Error> {
    let settings = ModelSettings { provider: Provider::Cpu, onnx_runtime: Some(library.to_path_buf()) };
    Model::from_bytes(&sample::untrained_bytes().unwrap(), settings)
}

/// Some shared library that is not ONNX Runtime: the C library this test itself uses.
fn another_library() -> Option<PathBuf> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|line| line.contains("libc.so") || line.contains("libc-"))?;
    line.split_whitespace().last().map(PathBuf::from)
}

#[test]
fn libraries_that_cannot_be_used_are_errors_and_a_good_one_still_loads() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("libonnxruntime.so");
    std::fs::write(&text, "no library").unwrap();
    std::fs::create_dir(folder.path().join("empty folder")).unwrap();
    let mut cases = vec![
        (folder.path().join("missing.so"), "no such file or folder"),
        (folder.path().join("missing folder"), "no such file or folder"),
        (folder.path().join("empty folder"), "in this folder"),
        (text.clone(), "failed to load"),
    ];
    match another_library() {
        Some(library) => cases.push((library, "OrtGetApiBase")),
        None => println!("SKIPPED libraries_that_cannot_be_used/another library: no /proc"),
    }
    for (library, cause) in cases {
        let error = load(&library).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InstallRuntime, "{error}");
        let message = error.to_string();
        for wanted in [cause, "cargo xtask ort", "embedded"] {
            assert!(message.contains(wanted), "{}: wanted {wanted:?} in {message}", library.display());
        }
    }

    let Some(good) = common::onnx_runtime() else {
        println!("SKIPPED libraries_that_cannot_be_used/a good one: no ONNX Runtime library");
        return;
    };
    let model = load(&good).unwrap();
    assert_eq!(model.provider().running, Provider::Cpu);
    // The same library by another spelling is the same library; another one is refused by name.
    let detail = model.provider().detail.clone();
    let file = PathBuf::from(detail.split(" from ").nth(1).unwrap().split(", ").next().unwrap());
    load(&file.parent().unwrap().join(".").join(file.file_name().unwrap())).unwrap();
    let error = load(&text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InstallRuntime);
    assert!(error.to_string().contains("already uses"), "{error}");
}

#[test]
fn providers_have_names() {
    for provider in Provider::ALL {
        assert_eq!(provider.name().parse::<Provider>().unwrap(), provider);
    }
    let error = "gpu".parse::<Provider>().unwrap_err();
    assert!(error.to_string().contains("embedded, cpu, cuda, tensorrt"), "{error}");
    assert_eq!(Provider::default(), Provider::Embedded);
}
