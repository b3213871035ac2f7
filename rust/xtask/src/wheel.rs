//! Fetches pinned Python wheels through pip and unpacks single members of them.
//!
//! A wheel is a zip archive; the native libraries in it depend on nothing of Python. pip is used as the downloader
//! because it already knows the user's proxy, certificates and mirrors, and it checks the hash. Nothing is installed,
//! and because platform, Python version and ABI are named, the local Python's own version does not matter.

use crate::child;
use crate::layout::Layout;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One wheel, pinned.
pub(crate) struct Wheel {
    /// `name==version` as pip takes it.
    pub(crate) requirement: &'static str,
    /// SHA-256 of the wheel file.
    pub(crate) sha256: &'static str,
    /// Platform tag of the wheel.
    pub(crate) platform: &'static str,
    /// Python version the wheel is for, `3.13`; the ABI follows from it.
    pub(crate) python: &'static str,
}

/// Downloads `wheel` into `folder` and returns the file.
///
/// # Errors
/// No pip (the message names the Debian package), no connection, no such wheel, or another hash: pip's own words.
pub(crate) fn download(layout: &Layout, wheel: &Wheel, folder: &Path) -> Result<PathBuf> {
    let pip = pip()?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{} --hash=sha256:{}\n", wheel.requirement, wheel.sha256))?;
    let name = wheel.requirement.split("==").next().unwrap_or(wheel.requirement);
    let abi = format!("cp{}", wheel.python.replace('.', ""));
    let mut command = Command::new(&pip[0]);
    command
        .args(&pip[1..])
        .args(["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir"])
        .args(["--disable-pip-version-check", "--implementation", "cp", "--abi", &abi, "--abi", "none"])
        .args(["--platform", wheel.platform, "--python-version", wheel.python, "--dest"])
        .arg(folder)
        .arg("--requirement")
        .arg(&requirements);
    child::run(layout, &format!("download-{name}"), &mut command)
        .with_context(|| format!("cannot download {}", wheel.requirement))?;
    fs::remove_file(&requirements)?;
    let prefix = format!("{}-", name.replace('-', "_"));
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if file_name.starts_with(&prefix) && file_name.ends_with(".whl") {
            return Ok(path);
        }
    }
    bail!("pip said that it downloaded {}, but left no wheel in {}", wheel.requirement, folder.display())
}

/// Unpacks the members for which `place` gives a target path, and returns the bytes written.
///
/// # Errors
/// The archive is damaged, or the target cannot be written.
pub(crate) fn unpack(wheel: &Path, mut place: impl FnMut(&str) -> Option<PathBuf>) -> Result<u64> {
    let file = File::open(wheel).with_context(|| format!("cannot open {}", wheel.display()))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).context("the wheel is not a zip archive")?;
    let mut written_bytes = 0;
    for index in 0..archive.len() {
        let mut member = archive.by_index(index)?;
        // `enclosed_name` refuses absolute paths and `..`.
        if member.is_dir() || member.enclosed_name().is_none() {
            continue;
        }
        let Some(target) = place(&member.name()?) else { continue };
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut out = File::create(&target).with_context(|| format!("cannot write {}", target.display()))?;
        written_bytes +=
            io::copy(&mut member, &mut out).with_context(|| format!("cannot unpack {}", target.display()))?;
    }
    ensure!(written_bytes > 0, "{} holds none of the wanted files", wheel.display());
    Ok(written_bytes)
}

/// A folder beside the result that goes away at the end, so that a broken download leaves nothing behind.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    /// Makes an empty scratch folder in `parent`.
    pub(crate) fn new(parent: &Path) -> Result<Self> {
        let path = parent.join(format!(".fetch-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A leftover folder does no harm: nothing looks into it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The command that runs pip here: program and first arguments.
pub(crate) fn pip() -> Result<Vec<String>> {
    let candidates: [&[&str]; 4] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip3"], &["pip"]];
    for candidate in candidates {
        let answers = Command::new(candidate[0])
            .args(&candidate[1..])
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if answers {
            return Ok(candidate.iter().map(|part| (*part).to_owned()).collect());
        }
    }
    bail!(
        "pip is missing: install Python with pip (Debian, Ubuntu: apt-get install python3-pip) and try again"
    )
}

#[cfg(test)]
mod tests {
    use super::unpack;
    use std::io::Write;

    fn archive(members: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("temporary folder");
        let file = std::fs::File::create(folder.path().join("a.whl")).expect("file");
        let mut writer = zip::ZipWriter::new(file);
        for (name, content) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("member");
            writer.write_all(content).expect("content");
        }
        writer.finish().expect("archive");
        folder
    }

    #[test]
    fn only_wanted_members_come_out() {
        let folder = archive(&[("x/keep.so", b"library"), ("x/leave.txt", b"no")]);
        let target = folder.path().join("deep/kept.so");
        let written =
            unpack(&folder.path().join("a.whl"), |name| (name == "x/keep.so").then(|| target.clone()));
        assert_eq!(written.expect("unpacks"), 7);
        assert_eq!(std::fs::read(&target).expect("written"), b"library");
    }

    #[test]
    fn members_that_climb_out_are_left_alone() {
        let folder = archive(&[("../outside", b"evil")]);
        let target = folder.path().join("taken");
        let result = unpack(&folder.path().join("a.whl"), |_| Some(target.clone()));
        assert!(result.is_err() && !target.exists());
    }

    #[test]
    fn a_wheel_without_the_wanted_member_is_an_error() {
        let folder = archive(&[("a", b"1")]);
        assert!(unpack(&folder.path().join("a.whl"), |_| None).is_err());
    }
}
