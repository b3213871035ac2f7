//! Where things are in the repository.

use anyhow::{Context, Result, ensure};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that the commands read and write.
pub(crate) struct Layout {
    /// Repository root.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: built executables.
    pub(crate) cargo_target: PathBuf,
    /// `target` in the root: fetched libraries, reports and logs, wherever cargo builds.
    pub(crate) artifacts: PathBuf,
}

impl Layout {
    /// Finds the root from where this crate was compiled, and asks cargo for its target folder.
    pub(crate) fn find() -> Result<Self> {
        let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root =
            manifest_dir.ancestors().nth(2).context("xtask lies two folders below the root")?.to_path_buf();
        ensure!(
            root.join("Cargo.toml").is_file(),
            "{} is gone: the repository was moved after xtask was built; run `cargo clean -p xtask` and try again",
            root.display()
        );
        let mut layout = Self { cargo_target: root.join("target"), artifacts: root.join("target"), root };
        layout.cargo_target = layout.metadata()?["target_directory"]
            .as_str()
            .map(PathBuf::from)
            .context("cargo metadata names no target directory")?;
        Ok(layout)
    }

    /// `cargo metadata` of the workspace, members only.
    pub(crate) fn metadata(&self) -> Result<serde_json::Value> {
        let output = self
            .cargo()
            .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
            .output()
            .context("cannot run cargo")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        serde_json::from_slice(&output.stdout).context("cargo metadata printed something else than JSON")
    }

    /// A cargo command in the root, free of what the outer `cargo run` put into the environment: a build script
    /// that watches such a variable would run again each time a person switches between `cargo` and `cargo xtask`.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            let is_outer = name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_")
                    || name.starts_with("CARGO_MANIFEST_")
                    || name == "CARGO_BIN_NAME"
            });
            if is_outer {
                command.env_remove(name);
            }
        }
        if env::var_os("LIBTORCH").is_some_and(|set| Path::new(&set) == self.libtorch()) {
            command.env_remove("LIBTORCH");
        }
        command
    }

    /// The release build of one of the workspace's executables.
    pub(crate) fn release_executable(&self, name: &str) -> PathBuf {
        self.cargo_target.join("release").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The everyday build of one of the workspace's executables.
    pub(crate) fn debug_executable(&self, name: &str) -> PathBuf {
        self.cargo_target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Where the fetched libtorch lies; the same path stands in `.cargo/config.toml`.
    pub(crate) fn libtorch(&self) -> PathBuf {
        self.artifacts.join("libtorch").join(crate::libtorch::VERSION)
    }

    /// A path as a person would type it from the root.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}
