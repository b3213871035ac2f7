//! The Rust libraries inside the package, each with its licence and the notices that it asks to pass on.

use crate::layout::Layout;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Writes one file with name, version, licence and licence texts of every library that is linked into the bridge.
///
/// # Errors
/// cargo fails, or a library states no licence.
pub(crate) fn write(layout: &Layout, has_microphone: bool, path: &Path) -> Result<()> {
    let metadata = cargo_json(layout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut text = String::from(
        "Rust libraries inside the CSTalk library. Each is used under one of the licences that it offers.\n",
    );
    let mut count = 0;
    // Texts that many libraries share are printed once, with the names of all.
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, version) in linked(layout, has_microphone)? {
        let package = packages
            .iter()
            .find(|package| package["name"] == *name && package["version"] == *version)
            .with_context(|| format!("cargo metadata does not know {name} {version}"))?;
        if package["source"].is_null() {
            continue;
        }
        let licence =
            package["license"].as_str().with_context(|| format!("{name} {version} states no licence"))?;
        let authors: Vec<&str> =
            package["authors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        writeln!(text, "{name} {version}: {licence}{}", by(&authors))?;
        count += 1;
        let manifest = package["manifest_path"].as_str().context("a package has no path")?;
        let folder = Path::new(manifest).parent().context("a manifest lies in no folder")?;
        for file in licence_files(folder)? {
            let notice = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let notice = String::from_utf8_lossy(&notice).replace("\r\n", "\n").trim().to_owned();
            texts.entry(notice).or_default().push(format!("{name} {version}"));
        }
    }
    ensure!(count > 0, "cargo tree names no library");
    for (notice, names) in texts {
        write!(text, "\n{}\n{}\n\n{notice}\n", "=".repeat(100), names.join(", "))?;
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn by(authors: &[&str]) -> String {
    if authors.is_empty() { String::new() } else { format!("; {}", authors.join(", ")) }
}

fn cargo_json(layout: &Layout) -> Result<Value> {
    let output = layout
        .cargo()
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    serde_json::from_slice(&output.stdout).context("cargo metadata printed something else than JSON")
}

/// Name and version of what the bridge links on this platform, without build tools and tests.
fn linked(layout: &Layout, has_microphone: bool) -> Result<Vec<(String, String)>> {
    let mut command = layout.cargo();
    command.args([
        "tree",
        "--locked",
        "-p",
        "cstalk-bridge",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    if has_microphone {
        command.args(["--features", "microphone"]);
    }
    let output = command.output().context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr).trim());
    let mut found: Vec<(String, String)> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" v")?;
            Some((name.to_owned(), rest.split_whitespace().next()?.to_owned()))
        })
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

fn licence_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_uppercase();
        let is_notice = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"]
            .iter()
            .any(|start| name.starts_with(start));
        if is_notice && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
