//! The repository's cmake project, configured and built in a folder of the target folder.

use crate::child;
use crate::layout::Layout;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Configures the project in `folder` with these settings (`NAME`, value) and builds it; returns what building printed.
///
/// Logs are `STEP-configure` and `STEP-build`.
///
/// # Errors
/// cmake fails.
pub(crate) fn build(
    layout: &Layout,
    step: &str,
    folder: &Path,
    settings: &[(&str, String)],
) -> Result<String> {
    drop_if_moved(layout, folder)?;
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(layout.root.join("cmake")).arg("-B").arg(folder).args(["-G", "Ninja"]);
    configure.args(settings.iter().map(|(name, value)| format!("-D{name}={value}")));
    child::run(layout, &format!("{step}-configure"), &mut configure)?;
    let mut build = Command::new("cmake");
    Ok(child::run(layout, &format!("{step}-build"), build.arg("--build").arg(folder))?.log)
}

/// cmake refuses a folder that it configured elsewhere, as after the repository or its target folder has moved.
fn drop_if_moved(layout: &Layout, folder: &Path) -> Result<()> {
    let Ok(cache) = fs::read_to_string(folder.join("CMakeCache.txt")) else { return Ok(()) };
    // cmake writes paths without links.
    let plain = |path: &Path| fs::canonicalize(path).with_context(|| format!("{}", path.display()));
    if was_made_in(&cache, &plain(folder)?) && was_made_of(&cache, &plain(&layout.root.join("cmake"))?) {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn was_made_in(cache: &str, folder: &Path) -> bool {
    setting(cache, "CMAKE_CACHEFILE_DIR").is_some_and(|place| Path::new(place) == folder)
}

fn was_made_of(cache: &str, source: &Path) -> bool {
    setting(cache, "CMAKE_HOME_DIRECTORY").is_some_and(|place| Path::new(place) == source)
}

/// Value of a line such as `CMAKE_HOME_DIRECTORY:INTERNAL=/home/me/cstalk/cmake`.
fn setting<'cache>(cache: &'cache str, name: &str) -> Option<&'cache str> {
    cache.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":INTERNAL="))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CACHE: &str = "# generated\nCMAKE_CACHEFILE_DIR:INTERNAL=/home/me/cstalk/target/cpp/gcc\n\
        CMAKE_HOME_DIRECTORY:INTERNAL=/home/me/cstalk/cmake\nCMAKE_HOME_DIRECTORY-ADVANCED:INTERNAL=1\n";

    #[test]
    fn a_folder_that_was_made_elsewhere_is_known() {
        assert!(was_made_in(CACHE, Path::new("/home/me/cstalk/target/cpp/gcc")));
        assert!(was_made_of(CACHE, Path::new("/home/me/cstalk/cmake")));
        assert!(!was_made_in(CACHE, Path::new("/home/me/elsewhere/target/cpp/gcc")));
        assert!(!was_made_of(CACHE, Path::new("/home/me/elsewhere/cmake")));
        assert!(!was_made_of("", Path::new("/home/me/cstalk/cmake")), "a cache that says nothing is no good");
    }
}
