//! Checks the arrows between crates: which crate may depend on which, and which alone may name a fenced library.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;

/// Library, and the crates that may name it.
const FENCED: [(&str, &[&str]); 8] = [
    ("ort", &["cstalk-model"]),
    ("rten", &["cstalk-model"]),
    ("cpal", &["cstalk-capture"]),
    ("alsa", &["cstalk-capture"]),
    ("cxx", &["cstalk-bridge"]),
    ("tch", &["cstalk-training"]),
    ("torch-sys", &["cstalk-training"]),
    ("symphonia", &["cstalk-audio"]),
];

/// Our crates, each with those of ours that it may depend on.
const ARROWS: [(&str, &[&str]); 11] = [
    ("cstalk-rig", &[]),
    ("cstalk-audio", &[]),
    ("cstalk-onnx", &[]),
    ("cstalk-capture", &["cstalk-audio"]),
    ("cstalk-model", &["cstalk-rig", "cstalk-audio", "cstalk-onnx"]),
    ("cstalk-engine", &["cstalk-rig", "cstalk-audio", "cstalk-onnx", "cstalk-model"]),
    ("cstalk-bridge", &["cstalk-rig", "cstalk-audio", "cstalk-model", "cstalk-engine", "cstalk-capture"]),
    (
        "cstalk-cli",
        &["cstalk-rig", "cstalk-audio", "cstalk-onnx", "cstalk-model", "cstalk-engine", "cstalk-capture"],
    ),
    ("cstalk-training", &["cstalk-rig", "cstalk-audio", "cstalk-onnx", "cstalk-model", "cstalk-engine"]),
    ("cstalk-tests", &["cstalk-rig", "cstalk-audio", "cstalk-onnx", "cstalk-model", "cstalk-engine"]),
    ("xtask", &[]),
];

/// Checks `cargo metadata`; returns how many arrows were looked at.
///
/// # Errors
/// One line for each arrow that is not allowed.
pub(crate) fn check(metadata: &Value) -> Result<usize> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let ours: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let mut looked_at = 0;
    let mut broken = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package has no name")?;
        let allowed = ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
        let dependencies = package["dependencies"].as_array().context("a package lists no dependencies")?;
        for dependency in dependencies {
            let target = dependency["name"].as_str().context("a dependency has no name")?;
            let fence = FENCED.iter().find(|(library, _)| *library == target);
            if let Some((_, may)) = fence.filter(|(_, may)| !may.contains(&name)) {
                broken.push(format!("{name} names {target}, which is for {} alone", may.join(", ")));
            }
            if ours.contains(target) {
                looked_at += 1;
                match allowed {
                    None => broken.push(format!("{name} is not in the table of arrows in xtask's fences.rs")),
                    Some(allowed) if !allowed.contains(&target) => {
                        broken.push(format!("{name} depends on {target}: that arrow does not point down"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(looked_at)
}

#[cfg(test)]
mod tests {
    use super::check;
    use serde_json::{Value, json};

    /// Crates with the names of what they depend on.
    type Crates<'a> = &'a [(&'a str, &'a [&'a str])];

    fn workspace(packages: Crates<'_>) -> Value {
        let packages: Vec<Value> = packages
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<Value> =
                    dependencies.iter().map(|name| json!({ "name": name })).collect();
                json!({ "name": name, "dependencies": dependencies })
            })
            .collect();
        json!({ "packages": packages })
    }

    #[test]
    fn arrows_that_point_down_pass_and_are_counted() {
        let fine: Crates<'_> = &[
            ("cstalk-rig", &["serde"]),
            ("cstalk-model", &["cstalk-rig", "ort"]),
            ("cstalk-engine", &["cstalk-model"]),
        ];
        assert_eq!(check(&workspace(fine)).expect("allowed"), 2);
    }

    #[test]
    fn each_kind_of_wrong_arrow_is_named() {
        let cases: [(Crates<'_>, &str); 3] = [
            (&[("cstalk-engine", &["ort"])], "cstalk-engine names ort"),
            (&[("cstalk-rig", &["cstalk-model"]), ("cstalk-model", &[])], "does not point down"),
            (&[("cstalk-new", &["cstalk-rig"]), ("cstalk-rig", &[])], "not in the table"),
        ];
        for (packages, expected) in cases {
            let problem = check(&workspace(packages)).expect_err("refused").to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
