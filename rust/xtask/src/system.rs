//! System packages that tests and training use: checked, and installed where that is allowed.

use crate::child;
use crate::layout::Layout;
use crate::{sound_server, wheel};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Debian package, how to tell that it is there, and what goes without it.
struct Package {
    name: &'static str,
    is_present: fn() -> bool,
    used_for: &'static str,
}

const PACKAGES: [Package; 9] = [
    Package {
        name: "g++",
        is_present: || find_program("c++").is_some(),
        used_for: "libtorch's C++ layer, libFuzzer",
    },
    Package {
        name: "python3-pip",
        is_present: || wheel::pip().is_ok(),
        used_for: "fetching ONNX Runtime, libtorch",
    },
    Package {
        name: "flite",
        is_present: || find_program("flite").is_some(),
        used_for: "speech with phone times",
    },
    Package {
        name: "espeak-ng",
        is_present: || find_program("espeak-ng").is_some(),
        used_for: "speech, languages",
    },
    Package { name: "libasound2-dev", is_present: has_alsa, used_for: "microphones" },
    Package {
        name: "pkg-config",
        is_present: || find_program("pkg-config").is_some(),
        used_for: "finding libasound",
    },
    Package {
        name: "pipewire pipewire-pulse wireplumber pulseaudio-utils dbus-daemon",
        is_present: sound_server::is_installed,
        used_for: "the microphone test",
    },
    Package {
        name: "cmake ninja-build patchelf",
        is_present: has_cmake,
        used_for: "C++ hosts, the plugin package",
    },
    Package {
        name: "clang libc++-dev libc++abi-dev",
        is_present: has_libcxx,
        used_for: "C++ hosts with another standard library, types of the Unreal plugin",
    },
];

/// What the tests of the studio's page use besides; a set of its own, as not every system has them as packages.
const PAGE_PACKAGES: [Package; 2] = [
    Package {
        name: "npm",
        is_present: || find_program("npm").is_some() && find_program("node").is_some(),
        used_for: "building the studio's page",
    },
    Package {
        name: "chromium",
        is_present: || browser().is_some(),
        used_for: "looking at the studio's page",
    },
];

/// Checks for the packages; as root on a system with apt-get installs the missing ones. Returns a line saying what is.
///
/// # Errors
/// Packages are missing and may not be installed from here, or apt-get failed: the message names them.
pub(crate) fn ensure(layout: &Layout) -> Result<String> {
    ensure_all(layout, &PACKAGES)
}

/// As [`ensure`], for what the tests of the studio's page use.
///
/// # Errors
/// Those of [`ensure`].
pub(crate) fn ensure_for_page(layout: &Layout) -> Result<String> {
    ensure_all(layout, &PAGE_PACKAGES)
}

/// A browser of the Chromium family.
pub(crate) fn browser() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find_program)
}

fn ensure_all(layout: &Layout, packages: &[Package]) -> Result<String> {
    let missing: Vec<&Package> = packages.iter().filter(|package| !(package.is_present)()).collect();
    if missing.is_empty() {
        let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
        return Ok(format!("all there: {}", names.join(", ")));
    }
    // One entry can be several packages.
    let names: Vec<&str> = missing.iter().flat_map(|package| package.name.split(' ')).collect();
    if find_program("apt-get").is_none() || !is_root() {
        let wanted: Vec<String> =
            missing.iter().map(|package| format!("{} ({})", package.name, package.used_for)).collect();
        bail!(
            "missing: {}. On Debian or Ubuntu: sudo apt-get install {}",
            wanted.join(", "),
            names.join(" ")
        );
    }
    println!("    installing {} with apt-get", names.join(", "));
    if install(layout, &names).is_err() {
        // A fresh machine has no package list yet.
        child::run(layout, "apt-get-update", apt_get().arg("update")).context("apt-get update")?;
        install(layout, &names).with_context(|| format!("apt-get install {}", names.join(" ")))?;
    }
    Ok(format!("installed: {}", names.join(", ")))
}

fn has_cmake() -> bool {
    ["cmake", "ninja", "patchelf"].iter().all(|name| find_program(name).is_some())
}

/// Whether clang and a libc++ for it are there; the file is where Debian's libc++-dev puts it.
fn has_libcxx() -> bool {
    find_program("clang++").is_some() && Path::new("/usr/include/c++/v1/vector").is_file()
}

/// Whether what microphones link is there: always, but for Linux with ALSA's library as a package of its own.
pub(crate) fn has_alsa() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let mut command = Command::new("pkg-config");
    command.args(["--exists", "alsa"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Arguments for cargo: everything, or on a machine without what microphones link, everything else.
pub(crate) fn feature_arguments() -> &'static [&'static str] {
    if has_alsa() { &[] } else { &["--no-default-features"] }
}

/// The program of this name on the search path.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let file_name = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file_name)).find(|path| path.is_file())
}

fn install(layout: &Layout, names: &[&str]) -> Result<()> {
    let mut command = apt_get();
    command.args(["install", "--yes", "--no-install-recommends"]).args(names);
    child::run(layout, "apt-get-install", &mut command).map(drop)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    use super::find_program;

    #[test]
    fn programs_are_found_on_the_search_path_only() {
        assert!(find_program("cargo").is_some());
        assert!(find_program("no-such-program-anywhere").is_none());
    }
}
