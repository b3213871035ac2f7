//! Checks that relative links in the written documentation lead somewhere.

use crate::layout::Layout;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Checks every Markdown file in the root and in the folders with documentation; returns how many relative links were followed.
///
/// # Errors
/// Links without a target, each with its file.
pub(crate) fn check(layout: &Layout) -> Result<usize> {
    let mut followed = 0;
    let mut broken = Vec::new();
    for folder in ["", "docs", "Plugin", "tests/unreal"].map(|name| layout.root.join(name)) {
        for file in markdown_files(&folder)? {
            let text =
                fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            for target in relative_targets(&text) {
                followed += 1;
                if !folder.join(target).exists() {
                    broken.push(format!("{}: {target} is not there", layout.shown(&file)));
                }
            }
        }
    }
    ensure!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(followed)
}

fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Targets of `[text](target)` that are neither addresses nor places in the same file, without their `#place`.
fn relative_targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .filter(|target| {
            !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:")
        })
        .map(|target| target.split('#').next().unwrap_or(target))
}

#[cfg(test)]
mod tests {
    use super::relative_targets;

    #[test]
    fn only_links_to_files_are_followed() {
        let text =
            "![picture](docs/a.svg) [web](https://example.org/x) [here](#place) [part](b.md#place) [open](";
        assert_eq!(relative_targets(text).collect::<Vec<_>>(), ["docs/a.svg", "b.md"]);
    }
}
