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
    put(&read(&generated.join("include").join(header_name))?, &into.join("cstalk/bridge.h"))?;
    put(&read(&generated.join("sources").join(source_name))?, &into.join("cstalk/bridge.cc"))?;
    put(&read(&cxx_header)?, &into.join("rust/cxx.h"))?;
    put(&fitted(&read(&cxx_source)?)?, &into.join("rust/cxx.cc"))
}

/// cxx's runtime file with its header beside it, and without the check of C++20 ranges, which the libc++ of clang 14 to
/// 16 fails although nothing here uses them.
fn fitted(source: &str) -> Result<String, String> {
    let changes = [
        ("#include \"../include/cxx.h\"", "#include \"cxx.h\""),
        (
            "#if __cplusplus >= 202002L\nstatic_assert(std::ranges::contiguous_range",
            "#if 0 // C++20 ranges are not used here, and older libc++ fails these checks.\n\
             static_assert(std::ranges::contiguous_range",
        ),
    ];
    changes.iter().try_fold(source.replace("\r\n", "\n"), |text, (from, to)| {
        if text.matches(from).count() != 1 {
            return Err(format!(
                "cxx.cc: wanted `{from}` once; this version of cxx needs another change here"
            ));
        }
        Ok(text.replace(from, to))
    })
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a file; one that is there with the same content keeps its time, so that nothing is compiled again for it.
fn put(content: &str, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    if fs::read_to_string(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, content).map_err(|error| format!("{}: {error}", to.display()).into())
}
