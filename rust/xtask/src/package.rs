//! `cargo xtask package`: the plugin as users install it, in `target/package/CSTalk`.
//!
//! The folder holds what Unreal compiles and ships: descriptor, sources, content, the library built for this platform with
//! the C++ half of the bridge, ONNX Runtime under our own name where it was fetched, and the licences of all of it. It is
//! checked against the descriptor and the Build.cs files, and a C++ program is built from nothing but the folder.

use crate::child;
use crate::layout::Layout;
use crate::{cmake, onnxruntime, system, third_party};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What goes into the package.
#[derive(Args)]
pub(crate) struct PackageOptions {
    /// Build microphones in on Linux too: the plugin then needs libasound in Unreal's sysroot and on every machine
    #[arg(long)]
    microphone: bool,
}

impl PackageOptions {
    /// Windows and macOS have what microphones link anywhere; Unreal's Linux toolchain does not.
    fn has_microphone(&self) -> bool {
        self.microphone || !cfg!(target_os = "linux")
    }
}

/// Folders and files of the repository that the plugin holds; all that git tracks in them.
const SHIPPED: [&str; 10] = [
    "CSTalk.uplugin",
    "Source",
    "Content",
    "Config",
    "Resources",
    "Plugin/MANUAL.md",
    "Plugin/Samples",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "CHANGELOG.md",
];
const LIBRARY_MODULE: &str = "Source/ThirdParty/CSTalkLibrary";
/// The C++ half of the bridge, compiled by the plugin.
const BRIDGE_SOURCES: [&str; 4] = ["cstalk/bridge.h", "cstalk/bridge.cc", "rust/cxx.h", "rust/cxx.cc"];

/// Unreal's name of this platform, and what the native files are called on it.
struct Platform {
    name: &'static str,
    library: &'static str,
    onnx_runtime: &'static str,
}

fn platform() -> Platform {
    match std::env::consts::OS {
        "windows" => {
            Platform { name: "Win64", library: "cstalk.lib", onnx_runtime: "cstalk_onnxruntime.dll" }
        }
        "macos" => {
            Platform { name: "Mac", library: "libcstalk.a", onnx_runtime: "libcstalk_onnxruntime.dylib" }
        }
        _ => Platform { name: "Linux", library: "libcstalk.a", onnx_runtime: "libcstalk_onnxruntime.so" },
    }
}

/// Builds, gathers, checks, and puts the folder in place; prints what it holds.
///
/// # Errors
/// A missing tool, a failed build, or a package that lacks something: the message names it.
pub(crate) fn run(layout: &Layout, options: &PackageOptions) -> Result<()> {
    for tool in ["cmake", "ninja", "git"] {
        ensure!(system::find_program(tool).is_some(), "{tool} is missing (Debian: cmake, ninja-build, git)");
    }
    let platform = platform();
    let native = layout.artifacts.join("package/native");
    println!("building the library for {} (release; a few minutes the first time)", platform.name);
    let build_log = build_native(layout, options, &native)?;
    let libraries = system_libraries(&build_log, platform.name)?;
    let packages = layout.artifacts.join("package");
    let scratch = tempfile::tempdir_in(&packages).context("cannot make a folder in target/package")?;
    let folder = scratch.path().join("CSTalk");
    copy_tracked(layout, &folder)?;
    copy_native(layout, options, &platform, &native, &libraries, &folder)?;
    check(&folder, &platform)?;
    check_that_it_builds(layout, &folder, &platform, scratch.path())?;
    let place = packages.join("CSTalk");
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("cannot replace {}", place.display()))?;
    }
    fs::rename(&folder, &place).with_context(|| format!("cannot make {}", place.display()))?;
    show(layout, &place)
}

/// Returns what the build printed.
fn build_native(layout: &Layout, options: &PackageOptions, native: &Path) -> Result<String> {
    let on_off = |on: bool| if on { "ON" } else { "OFF" };
    let onnx = onnxruntime::library(layout).map_or_else(String::new, |file| file.display().to_string());
    let settings = [
        ("CMAKE_BUILD_TYPE", "Release".to_owned()),
        ("CSTALK_PROFILE", "release".to_owned()),
        ("CSTALK_TESTS", "OFF".to_owned()),
        ("CSTALK_MICROPHONE", on_off(options.has_microphone()).to_owned()),
        ("CSTALK_CARGO_TARGET_DIR", layout.cargo_target.display().to_string()),
        ("CSTALK_ONNX_RUNTIME", onnx),
    ];
    cmake::build(layout, "package", native, &settings)
}

/// Copies what git tracks, so that nothing of this machine comes along.
fn copy_tracked(layout: &Layout, folder: &Path) -> Result<()> {
    let output = Command::new("git")
        .current_dir(&layout.root)
        .args(["ls-files", "-z", "--"])
        .args(SHIPPED)
        .output()
        .context("cannot run git")?;
    ensure!(output.status.success(), "git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim());
    let listed = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        copy(&layout.root.join(name), &folder.join(name))?;
    }
    Ok(())
}

fn copy_native(
    layout: &Layout,
    options: &PackageOptions,
    platform: &Platform,
    native: &Path,
    libraries: &[String],
    folder: &Path,
) -> Result<()> {
    let module = folder.join(LIBRARY_MODULE);
    let generated = layout.cargo_target.join("cstalk-native/include");
    for name in BRIDGE_SOURCES {
        copy(&generated.join(name), &module.join("include").join(name))?;
    }
    let library_folder = module.join("lib").join(platform.name);
    copy(&native.join("lib").join(platform.library), &library_folder.join(platform.library))?;
    fs::write(library_folder.join("system-libraries.txt"), libraries.join("\n") + "\n")?;
    let licences = folder.join("Licenses");
    let onnx_runtime = native.join("lib").join(platform.onnx_runtime);
    if let Some(fetched) = onnxruntime::library(layout).filter(|_| onnx_runtime.is_file()) {
        let binaries = folder.join("Binaries/ThirdParty/CSTalk").join(platform.name);
        copy(&onnx_runtime, &binaries.join(platform.onnx_runtime))?;
        for name in ["LICENSE", "ThirdPartyNotices.txt"] {
            copy(&fetched.with_file_name(name), &licences.join("onnxruntime").join(name))?;
        }
    } else {
        println!(
            "ONNX Runtime is not in target/ort, so the package has only the embedded provider (cargo xtask ort)"
        );
    }
    third_party::write(layout, options.has_microphone(), &licences.join("rust-libraries.txt"))
}

/// Names of the libraries that the archive wants from the system, as rustc told them while it was built.
fn system_libraries(build_log: &str, platform: &str) -> Result<Vec<String>> {
    let line = build_log.lines().rev().find_map(|line| line.split_once("native-static-libs: "));
    let (_, list) = line.context("rustc did not say which system libraries the archive wants")?;
    Ok(library_names(list, platform))
}

/// The C++ runtime is left out: the archive holds no C++, and the host brings its own. On Mac the frameworks only: the
/// plain libraries there are all parts of libSystem, which every program links.
fn library_names(list: &str, platform: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut words = list.split_whitespace();
    while let Some(word) = words.next() {
        let name = match word {
            "-framework" => words.next().unwrap_or_default(),
            _ if platform == "Mac" => continue,
            word => word.strip_prefix("-l").unwrap_or(word).trim_end_matches(".lib"),
        };
        let is_runtime = ["stdc++", "c++", "c"].contains(&name) || name.starts_with('/');
        if !name.is_empty() && !is_runtime && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether the folder holds everything that the descriptor and the Build.cs files name.
fn check(folder: &Path, platform: &Platform) -> Result<()> {
    let descriptor = folder.join("CSTalk.uplugin");
    let text = fs::read_to_string(&descriptor)
        .with_context(|| format!("the package has no {}", descriptor.display()))?;
    let descriptor: Value = serde_json::from_str(&text).context("CSTalk.uplugin is not JSON")?;
    let modules = descriptor["Modules"].as_array().context("CSTalk.uplugin lists no modules")?;
    let mut wanted: Vec<PathBuf> = Vec::new();
    for module in modules {
        let name = module["Name"].as_str().context("a module of CSTalk.uplugin has no name")?;
        wanted.push(Path::new("Source").join(name).join(format!("{name}.Build.cs")));
    }
    let library = Path::new(LIBRARY_MODULE);
    wanted.push(library.join("CSTalkLibrary.Build.cs"));
    wanted.extend(BRIDGE_SOURCES.iter().map(|name| library.join("include").join(name)));
    let library_folder = library.join("lib").join(platform.name);
    wanted.extend([platform.library, "system-libraries.txt"].map(|name| library_folder.join(name)));
    wanted.extend(
        ["CSTalkNative.h", "CSTalkNative.cpp"].map(|name| Path::new("Source/CSTalk/Private").join(name)),
    );
    wanted.extend(
        ["Content/Models/live.onnx", "Licenses/rust-libraries.txt", "LICENSE-MIT", "LICENSE-APACHE"]
            .map(PathBuf::from),
    );
    let missing: Vec<String> = wanted
        .iter()
        .filter(|name| !folder.join(name).is_file())
        .map(|name| name.display().to_string())
        .collect();
    ensure!(missing.is_empty(), "the package lacks {}", missing.join(", "));
    check_modules(folder, modules)
}

/// Each of our own modules that a Build.cs file depends on must be there.
fn check_modules(folder: &Path, modules: &[Value]) -> Result<()> {
    for module in modules {
        let name = module["Name"].as_str().unwrap_or_default();
        let rules = fs::read_to_string(folder.join("Source").join(name).join(format!("{name}.Build.cs")))?;
        for named in
            rules.split('"').filter(|word| word.starts_with("CSTalk") && !word.contains(['.', '/', ' ', ':']))
        {
            let places = [folder.join("Source").join(named), folder.join("Source/ThirdParty").join(named)];
            if !places.iter().any(|place| place.join(format!("{named}.Build.cs")).is_file()) {
                bail!("{name}.Build.cs names {named}, and the package has no such module");
            }
        }
    }
    Ok(())
}

/// Builds and runs a program from the folder alone, as the plugin's module would be built.
fn check_that_it_builds(layout: &Layout, folder: &Path, platform: &Platform, scratch: &Path) -> Result<()> {
    if cfg!(windows) {
        println!("the check that a program builds from the package runs with g++ or clang++ only");
        return Ok(());
    }
    let program = scratch.join("host");
    let source = scratch.join("host.cpp");
    fs::write(&source, HOST)?;
    let private = folder.join("Source/CSTalk/Private");
    let module = folder.join(LIBRARY_MODULE);
    let library_folder = module.join("lib").join(platform.name);
    let mut compile = Command::new("c++");
    compile
        .args(["-std=c++17", "-fno-exceptions", "-fno-rtti", "-I"])
        .arg(&private)
        .arg("-I")
        .arg(module.join("include"));
    compile.arg(&source).arg(private.join("CSTalkNative.cpp")).arg(library_folder.join(platform.library));
    for name in fs::read_to_string(library_folder.join("system-libraries.txt"))?.lines() {
        match platform.name {
            "Mac" => compile.args(["-framework", name]),
            _ => compile.arg(format!("-l{name}")),
        };
    }
    child::run(layout, "package-host-build", compile.arg("-o").arg(&program))?;
    let mut run = Command::new(&program);
    run.arg(folder.join("Content/Models/live.onnx"));
    if let Ok(entries) = fs::read_dir(folder.join("Binaries/ThirdParty/CSTalk").join(platform.name)) {
        run.args(entries.filter_map(Result::ok).map(|entry| entry.path()));
    }
    child::run(layout, "package-host-run", &mut run).map(drop)
}

/// Loads the shipped model, and once more by the shipped ONNX Runtime where there is one.
const HOST: &str = r#"
#include "CSTalkNative.h"
#include <cstdio>
int main(int Count, char** Arguments)
{
    cstalk::Status Told = cstalk::CheckLibrary();
    for (int Index = 1; Told.IsOk() && Index < Count; ++Index)
    {
        cstalk::Model Model;
        cstalk::ModelOptions Options;
        if (Index == 2)
        {
            Options.RunBy = cstalk::Provider::Cpu;
            Options.OnnxRuntimePath = Arguments[2];
        }
        Told = Model.Load(Arguments[1], Options);
        std::printf("%s\n", Told.IsOk() ? Model.Facts().RunBy.c_str() : Told.Message.c_str());
    }
    return Told.IsOk() && Count > 1 ? 0 : 1;
}
"#;

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

/// Prints the folders with the number and size of their files.
fn show(layout: &Layout, place: &Path) -> Result<()> {
    println!("{}:", layout.shown(place));
    let mut total = 0;
    let mut folders = vec![place.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let (mut count, mut bytes) = (0, 0);
        let mut below = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                below.push(entry.path());
            } else {
                count += 1;
                bytes += entry.metadata()?.len();
            }
        }
        below.sort_by(|one, other| other.cmp(one));
        folders.extend(below);
        total += bytes;
        if count > 0 {
            let name = folder.strip_prefix(place).unwrap_or(&folder).display().to_string();
            println!(
                "  {:48} {count:4} files {:9.3} MB",
                if name.is_empty() { "." } else { &name },
                bytes as f64 / 1e6
            );
        }
    }
    println!(
        "  {:.1} MB; holds what the descriptor and the Build.cs files name; a C++ program builds from it",
        total as f64 / 1e6
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::library_names;

    #[test]
    fn system_libraries_are_named_once_and_without_the_runtimes() {
        let linux = "-lstdc++ -lasound -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -lm";
        assert_eq!(library_names(linux, "Linux"), ["asound", "gcc_s", "util", "rt", "pthread", "m", "dl"]);
        let windows = "kernel32.lib ntdll.lib userenv.lib ws2_32.lib dbghelp.lib /defaultlib:msvcrt";
        assert_eq!(library_names(windows, "Win64"), ["kernel32", "ntdll", "userenv", "ws2_32", "dbghelp"]);
        assert_eq!(library_names("-framework CoreAudio -lc++ -lSystem", "Mac"), ["CoreAudio"]);
    }
}
