//! The ONNX Runtime library for the `cpu` provider and for the tests that compare providers.

use crate::layout::Layout;
use crate::wheel::{self, Scratch, Wheel};
use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::env::consts::{ARCH, OS};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Version that is fetched; the runtime looks in `target/ort/<version>`.
pub(crate) const VERSION: &str = "1.31.1";

/// One platform's library.
struct Pin {
    os: &'static str,
    arch: &'static str,
    wheel: Wheel,
    /// Member of the wheel, and the name of the file it becomes.
    library: &'static str,
    library_sha256: &'static str,
}

const fn wheel(platform: &'static str, sha256: &'static str) -> Wheel {
    Wheel { requirement: "onnxruntime==1.31.1", sha256, platform, python: "3.13" }
}

// The library is the same file in the wheels of every Python version, so one wheel a platform is enough.
const PINS: [Pin; 4] = [
    Pin {
        os: "linux",
        arch: "x86_64",
        wheel: wheel(
            "manylinux_2_28_x86_64",
            "74a6a52994616c4d18b33db1e13c226333a70a6ba07480a5cab9c2a50dff1430",
        ),
        library: "libonnxruntime.so.1.31.1",
        library_sha256: "fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3",
    },
    Pin {
        os: "linux",
        arch: "aarch64",
        wheel: wheel(
            "manylinux_2_28_aarch64",
            "dcaedc50333876f3829ab966b242147f0e548229e29c36fe44622ecf748c25ee",
        ),
        library: "libonnxruntime.so.1.31.1",
        library_sha256: "8aa3b76b28c778a2b1dd660d34161adb1d508c9ccd04ff9dc80e26eca5df8467",
    },
    Pin {
        os: "windows",
        arch: "x86_64",
        wheel: wheel("win_amd64", "0558f29d5f6ac09957390c9c5495931485ee8ae7f0ce781ccee86a0ae5c2348b"),
        library: "onnxruntime.dll",
        library_sha256: "68d0d5f502be4509e2a16f932627a95137d748b2fae519027f80125c0b1f550b",
    },
    Pin {
        os: "macos",
        arch: "aarch64",
        wheel: wheel("macosx_14_0_arm64", "e4ad067d36e2220218e085d7223283b2ee1bc73d887e811fd14d21cf901a11ee"),
        library: "libonnxruntime.1.31.1.dylib",
        library_sha256: "07fde7652b628c2c744155cf49020f368ddf5e1e13fc17817d1350514446bef8",
    },
];

/// Puts the library with its licences into `into` (default `target/ort/<version>`); returns a line saying so.
///
/// A file that is there with the right hash is left alone; one with another hash is replaced.
///
/// # Errors
/// No pin for this platform, no pip, no connection, or a file that does not have the pinned hash.
pub(crate) fn fetch(layout: &Layout, into: Option<&Path>) -> Result<String> {
    let Some(pin) = PINS.iter().find(|pin| pin.os == OS && pin.arch == ARCH) else {
        bail!(
            "no ONNX Runtime is pinned for {OS} on {ARCH}; set CSTALK_ORT_LIB to a library of version {VERSION}, \
             or use the embedded provider, which needs none"
        );
    };
    let folder = into.map_or_else(|| layout.artifacts.join("ort").join(VERSION), Path::to_path_buf);
    let library = folder.join(pin.library);
    let licence_is_there = folder.join("LICENSE").is_file();
    if licence_is_there && library.is_file() && sha256_of(&library)? == pin.library_sha256 {
        return Ok(format!("ONNX Runtime {VERSION} is in {}", layout.shown(&library)));
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let scratch = Scratch::new(&folder)?;
    let wheel_path = wheel::download(layout, &pin.wheel, &scratch.0)?;
    let library_member = format!("onnxruntime/capi/{}", pin.library);
    wheel::unpack(&wheel_path, |member| match member {
        "onnxruntime/LICENSE" => Some(folder.join("LICENSE")),
        "onnxruntime/ThirdPartyNotices.txt" => Some(folder.join("ThirdPartyNotices.txt")),
        member if member == library_member => Some(scratch.0.join(pin.library)),
        _ => None,
    })?;
    let unpacked = scratch.0.join(pin.library);
    let found = sha256_of(&unpacked)?;
    ensure!(
        found == pin.library_sha256,
        "{} in the wheel has SHA-256 {found}, wanted {}",
        pin.library,
        pin.library_sha256
    );
    fs::rename(&unpacked, &library).with_context(|| format!("cannot write {}", library.display()))?;
    Ok(format!("ONNX Runtime {VERSION} fetched into {}", layout.shown(&library)))
}

/// The fetched library, if it is there.
pub(crate) fn library(layout: &Layout) -> Option<PathBuf> {
    let pin = PINS.iter().find(|pin| pin.os == OS && pin.arch == ARCH)?;
    Some(layout.artifacts.join("ort").join(VERSION).join(pin.library)).filter(|file| file.is_file())
}

fn sha256_of(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::{PINS, sha256_of};

    #[test]
    fn hash_is_sha256_in_hex() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let file = folder.path().join("abc");
        std::fs::write(&file, "abc").expect("written");
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of(&file).expect("hash"), expected);
    }

    #[test]
    fn every_pin_is_a_whole_hash_and_the_pinned_version() {
        for pin in &PINS {
            for hash in [pin.wheel.sha256, pin.library_sha256] {
                assert_eq!(hash.len(), 64, "{} {}", pin.os, pin.arch);
                assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            }
            assert!(pin.wheel.requirement.ends_with(super::VERSION));
        }
    }
}
