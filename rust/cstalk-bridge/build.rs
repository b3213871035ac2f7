//! Writes the C++ half of the bridge; hosts compile it themselves, with their own standard library and flags.
//!
//! `CSTALK_BRIDGE_SOURCES` names a folder that receives the four files: `cstalk/bridge.h`, `cstalk/bridge.cc`,
//! `rust/cxx.h`, `rust/cxx.cc`. They are generated, not committed, so that they always fit the cxx of the lock file.

use std::path::{Path, PathBuf};
use std::{env, fs};

const SOURCES_ENV: &str = "CSTALK_BRIDGE_SOURCES";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/bridge.rs");
    println!("cargo:rerun-if-env-changed={SOURCES_ENV}");
    // Generates only: what this returns would compile the C++ with this machine's compiler.
    drop(cxx_build::bridge("src/bridge.rs"));
    let Some(into) = env::var_os(SOURCES_ENV).filter(|folder| !folder.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let generated = PathBuf::from(env::var("OUT_DIR")?).join("cxxbridge");
    let package = env::var("CARGO_PKG_NAME")?;
    let cxx_header = PathBuf::from(env::var("DEP_CXXBRIDGE1_HEADER")?);
    let cxx_source = cxx_header.with_file_name("../src/cxx.cc");
    let header_name = format!("{package}/src/bridge.rs.h");
    let source_name = format!("{package}/src/bridge.rs.cc");
    put(&generated.join("include").join(header_name), &into.join("cstalk/bridge.h"))?;
    put(&generated.join("sources").join(source_name), &into.join("cstalk/bridge.cc"))?;
    put(&cxx_header, &into.join("rust/cxx.h"))?;
    put(&cxx_source, &into.join("rust/cxx.cc"))
}

/// Copies a file; one that is there with the same content keeps its time, so that nothing is compiled again for it.
fn put(from: &Path, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let content = fs::read(from).map_err(|error| format!("{}: {error}", from.display()))?;
    if fs::read(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, content).map_err(|error| format!("{}: {error}", to.display()).into())
}
