//! The bridge to C++: its own lints and tests, then C++ hosts built by cmake and driven for real.

use crate::child;
use crate::layout::Layout;
use crate::step::Outcome;
use crate::{cmake, onnxruntime, system};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// One way to compile the hosts. All are without exceptions and RTTI, as Unreal's modules are.
struct Toolchain {
    name: &'static str,
    c: &'static str,
    cpp: &'static str,
    flags: &'static str,
    /// Sanitizers, or nothing.
    sanitize: &'static str,
}

const TOOLCHAINS: [Toolchain; 2] = [
    Toolchain { name: "gcc", c: "gcc", cpp: "g++", flags: "", sanitize: "" },
    // Another standard library than the one that the compiler of the Rust side has, as in Unreal on Linux.
    Toolchain {
        name: "clang-libc++",
        c: "clang",
        cpp: "clang++",
        flags: "-stdlib=libc++",
        sanitize: "address,undefined",
    },
];

/// Lints, tests and hosts; also returns what could not run, each as `name: reason`.
pub(crate) fn run(layout: &Layout) -> (Outcome, Vec<String>) {
    if system::find_program("c++").is_none() {
        return (Outcome::Skipped("the bridge needs a C++ compiler (Debian: g++)".into()), Vec::new());
    }
    let mut skipped = Vec::new();
    match all(layout, &mut skipped) {
        Ok(detail) => (Outcome::Passed(detail), skipped),
        Err(problem) => (Outcome::Failed(format!("{problem:#}")), skipped),
    }
}

fn all(layout: &Layout, skipped: &mut Vec<String>) -> Result<String> {
    let package = ["--locked", "-p", "cstalk-bridge"];
    let mut lints = layout.cargo();
    lints.arg("clippy").args(package).args(["--no-deps", "--all-targets", "--", "-D", "warnings"]);
    child::run(layout, "cpp-clippy", &mut lints)?;
    child::run(layout, "cpp-rust", layout.cargo().arg("test").args(package))?;
    if ["cmake", "ninja"].iter().any(|name| system::find_program(name).is_none()) {
        skipped.push("cpp hosts: cmake or ninja is missing (Debian: cmake, ninja-build)".into());
        return Ok("lints and tests of the bridge".into());
    }
    // What the tests of the command have built already.
    child::run(layout, "cpp-command", layout.cargo().args(["build", "--locked"]))?;
    let (mut test_count, mut names) = (0, Vec::new());
    for toolchain in &TOOLCHAINS {
        if !works(layout, toolchain)? {
            let reason = format!(
                "no {} {} (Debian: clang, libc++-dev, libc++abi-dev)",
                toolchain.cpp, toolchain.flags
            );
            skipped.push(format!("cpp hosts with {}: {reason}", toolchain.name));
            continue;
        }
        test_count += hosts(layout, toolchain, skipped)?;
        names.push(toolchain.name);
    }
    ensure!(!names.is_empty(), "no compiler can build the hosts");
    Ok(format!("{test_count} C++ tests with {}; curves equal to the command's", names.join(" and ")))
}

/// Whether the compiler is there with its standard library.
fn works(layout: &Layout, toolchain: &Toolchain) -> Result<bool> {
    let folder = build_folder(layout, toolchain);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let probe = folder.join("probe.cpp");
    fs::write(&probe, "#include <vector>\nint main() { return std::vector<int>().size(); }\n")?;
    let mut command = Command::new(toolchain.cpp);
    command.args(toolchain.flags.split_whitespace()).arg(&probe).arg("-o").arg(folder.join("probe"));
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(status.is_ok_and(|status| status.success()))
}

fn build_folder(layout: &Layout, toolchain: &Toolchain) -> PathBuf {
    layout.artifacts.join("cpp").join(toolchain.name)
}

/// Configures, builds and tests; returns how many tests passed.
fn hosts(layout: &Layout, toolchain: &Toolchain, skipped: &mut Vec<String>) -> Result<u64> {
    let folder = build_folder(layout, toolchain);
    let path = |path: &Path| path.display().to_string();
    let command = layout.cargo_target.join("debug").join(format!("cstalk{}", std::env::consts::EXE_SUFFIX));
    // By full path: cmake forgets all settings of a folder in which the name of the compiler changes.
    let compiler = |name: &str| {
        let found =
            system::find_program(name).with_context(|| format!("{name} is not on the search path"))?;
        anyhow::Ok(path(&found))
    };
    let settings = [
        ("CMAKE_C_COMPILER", compiler(toolchain.c)?),
        ("CMAKE_CXX_COMPILER", compiler(toolchain.cpp)?),
        ("CMAKE_CXX_FLAGS", toolchain.flags.to_owned()),
        ("CSTALK_PROFILE", "dev".to_owned()),
        ("CSTALK_CARGO_TARGET_DIR", path(&layout.cargo_target)),
        ("CSTALK_NO_EXCEPTIONS", "ON".to_owned()),
        ("CSTALK_SANITIZE", toolchain.sanitize.to_owned()),
        ("CSTALK_CLI", path(&command)),
        ("CSTALK_ONNX_RUNTIME", onnxruntime::library(layout).map_or_else(String::new, |file| path(&file))),
        ("CSTALK_TESTS", "ON".to_owned()),
    ];
    let step = format!("cpp-{}", toolchain.name);
    cmake::build(layout, &step, &folder, &settings)?;
    let mut test = Command::new("ctest");
    test.arg("--test-dir").arg(&folder).args(["--verbose", "--no-tests=error"]);
    let log = child::run(layout, &format!("{step}-ctest"), &mut test)?.log;
    skipped.extend(log.lines().filter_map(|line| {
        line.split_once(": SKIPPED ").map(|(_, reason)| format!("{reason} ({})", toolchain.name))
    }));
    ensure!(
        log.contains("offline: "),
        "the curves were not compared with the command's; see the log of ctest"
    );
    passed_count(&log).context("ctest said nothing about its tests")
}

/// From ctest's closing line, such as `100% tests passed, 0 tests failed out of 12`.
fn passed_count(log: &str) -> Option<u64> {
    let line = log.lines().rev().find(|line| line.contains("tests passed, 0 tests failed out of"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::passed_count;

    #[test]
    fn tests_are_counted_from_the_closing_line() {
        let log = "11: x\n100% tests passed, 0 tests failed out of 12\n\nTotal Test time (real) = 1 sec\n";
        assert_eq!(passed_count(log), Some(12));
        assert_eq!(passed_count("50% tests passed, 1 tests failed out of 2"), None);
    }
}
