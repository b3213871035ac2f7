//! A CPU-only libtorch for the training crate, cut out of the public wheels.
//!
//! `libtorch_cpu.so` of the CUDA wheel needs of all CUDA libraries only cudart and cupti, so those
//! members are unpacked and the rest (2 GB more) is left where it is. `libtorch.so` in the wheel does nothing but pull
//! in the CUDA half; ours is an empty library of that name.

use crate::child;
use crate::layout::Layout;
use crate::wheel::{self, Scratch, Wheel};
use anyhow::{Context, Result, bail};
use std::env;
use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that tch binds.
pub(crate) const VERSION: &str = "2.11.0";

const LIBRARIES: [&str; 6] =
    ["libc10.so", "libcudart.so.13", "libcupti.so.13", "libgomp.so.1", "libtorch.so", "libtorch_cpu.so"];

const TORCH: Wheel = Wheel {
    requirement: "torch==2.11.0",
    sha256: "0f68f4ac6d95d12e896c3b7a912b5871619542ec54d3649cf48cc1edd4dd2756",
    platform: "manylinux_2_28_x86_64",
    python: "3.12",
};
// The versions that torch 2.11.0 asks for through cuda-toolkit 13.0.2.
const CUDA_RUNTIME: Wheel = Wheel {
    requirement: "nvidia-cuda-runtime==13.0.96",
    sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
    platform: "manylinux_2_17_x86_64",
    python: "3.12",
};
const CUPTI: Wheel = Wheel {
    requirement: "nvidia-cuda-cupti==13.0.85",
    sha256: "4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8",
    platform: "manylinux_2_25_x86_64",
    python: "3.12",
};

/// Why libtorch cannot be fetched here, if it cannot.
pub(crate) fn unsupported() -> Option<String> {
    ((OS, ARCH) != ("linux", "x86_64")).then(|| {
        format!("libtorch is fetched on linux x86_64 only, this is {OS} {ARCH}; set LIBTORCH to a libtorch {VERSION}")
    })
}

/// Puts a CPU libtorch into `into` (default `target/libtorch/<version>`); returns a line saying so.
///
/// A complete folder is left alone. A LIBTORCH of the user's own wins and nothing is fetched.
///
/// # Errors
/// Another platform, no pip, no C compiler, no connection, no room (0.5 GB, 1.1 GB while unpacking).
pub(crate) fn fetch(layout: &Layout, into: Option<&Path>) -> Result<String> {
    let own = env::var_os("LIBTORCH").map(PathBuf::from).filter(|path| *path != layout.libtorch());
    if let (Some(own), None) = (own, into) {
        return Ok(format!("LIBTORCH is set to {}: used as it is", own.display()));
    }
    if let Some(reason) = unsupported() {
        bail!("{reason}");
    }
    let folder = into.map_or_else(|| layout.libtorch(), Path::to_path_buf);
    if is_complete(&folder) {
        return Ok(format!("libtorch {VERSION} is in {}", layout.shown(&folder)));
    }
    let parent = folder.parent().context("the folder for libtorch has no parent")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let scratch = Scratch::new(parent)?;
    let view = scratch.0.join("view");
    fs::create_dir_all(view.join("lib"))?;
    for wheel in [&TORCH, &CUDA_RUNTIME, &CUPTI] {
        println!("    fetching {}", wheel.requirement);
        let file = wheel::download(layout, wheel, &scratch.0)?;
        wheel::unpack(&file, |member| place(member).map(|inside| view.join(inside)))?;
        fs::remove_file(&file)?;
    }
    make_empty_library(layout, &scratch.0, &view.join("lib/libtorch.so"))?;
    fs::write(view.join("build-version"), format!("{VERSION}\n"))?;
    // The folder appears under its name only when it is whole.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot replace {}", folder.display()))?;
    }
    fs::rename(&view, &folder).with_context(|| format!("cannot write {}", folder.display()))?;
    Ok(format!("libtorch {VERSION} fetched into {}", layout.shown(&folder)))
}

/// Where a member of one of the wheels goes inside the folder.
fn place(member: &str) -> Option<PathBuf> {
    if let Some(header) = member.strip_prefix("torch/include/") {
        return Some(Path::new("include").join(header));
    }
    if let Some(licence) = member.strip_prefix("torch-2.11.0.dist-info/licenses/") {
        return Some(Path::new("licenses").join(licence));
    }
    let library = member.strip_prefix("torch/lib/").or_else(|| member.strip_prefix("nvidia/cu13/lib/"))?;
    let wanted = matches!(library, "libtorch_cpu.so" | "libc10.so" | "libcudart.so.13" | "libcupti.so.13")
        || library.starts_with("libgomp");
    wanted.then(|| Path::new("lib").join(library))
}

fn make_empty_library(layout: &Layout, scratch: &Path, target: &Path) -> Result<()> {
    let source = scratch.join("empty.c");
    fs::write(&source, "void cstalk_libtorch_view(void) {}\n")?;
    let mut command = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
    command.args(["-shared", "-fPIC", "-Wl,-soname,libtorch.so", "-o"]).arg(target).arg(&source);
    child::run(layout, "libtorch-stub", &mut command)
        .context("cannot build the empty libtorch.so with the C compiler")?;
    Ok(())
}

fn is_complete(folder: &Path) -> bool {
    let version = fs::read_to_string(folder.join("build-version")).unwrap_or_default();
    let has_library = |name: &&str| folder.join("lib").join(name).metadata().is_ok_and(|file| file.len() > 0);
    version.trim() == VERSION && LIBRARIES.iter().all(has_library) && folder.join("include").is_dir()
}

#[cfg(test)]
mod tests {
    use super::{LIBRARIES, VERSION, is_complete, place};
    use std::fs;

    #[test]
    fn only_the_cpu_half_is_taken() {
        let cases = [
            ("torch/lib/libtorch_cpu.so", Some("lib/libtorch_cpu.so")),
            ("torch/lib/libgomp.so.1", Some("lib/libgomp.so.1")),
            ("nvidia/cu13/lib/libcudart.so.13", Some("lib/libcudart.so.13")),
            ("torch/include/ATen/ATen.h", Some("include/ATen/ATen.h")),
            ("torch-2.11.0.dist-info/licenses/LICENSE", Some("licenses/LICENSE")),
            ("torch/lib/libtorch.so", None),
            ("torch/lib/libtorch_cuda.so", None),
            ("torch/nn/modules/linear.py", None),
        ];
        for (member, expected) in cases {
            assert_eq!(place(member), expected.map(Into::into), "{member}");
        }
    }

    #[test]
    fn a_folder_is_complete_with_every_library_and_the_right_version() {
        let folder = tempfile::tempdir().expect("temporary folder");
        for part in ["lib", "include"] {
            fs::create_dir_all(folder.path().join(part)).expect("folder");
        }
        for library in LIBRARIES {
            fs::write(folder.path().join("lib").join(library), "x").expect("library");
        }
        assert!(!is_complete(folder.path()), "no version");
        fs::write(folder.path().join("build-version"), "2.10.0\n").expect("version");
        assert!(!is_complete(folder.path()), "another version");
        fs::write(folder.path().join("build-version"), format!("{VERSION}\n")).expect("version");
        assert!(is_complete(folder.path()));
        fs::write(folder.path().join("lib/libc10.so"), "").expect("library");
        assert!(!is_complete(folder.path()), "an empty library");
    }
}
