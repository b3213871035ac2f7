//! The studio's page: built again and compared, then used in a real browser.

use crate::child;
use crate::layout::Layout;
use crate::sound_server::SoundServer;
use crate::step::Outcome;
use crate::system;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the page's sources lie.
const FOLDER: &str = "rust/cstalk-cli/page";
const TESTS: [&str; 3] = ["tests/face.test.mjs", "tests/markers.test.mjs", "tests/studio.test.mjs"];
/// The tests that want a private sound server besides.
const MICROPHONE_TEST: &str = "tests/microphone.test.mjs";
/// What npm says where its registry cannot be reached.
const NO_NETWORK: [&str; 5] = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT"];

/// Builds the page from its sources, compares it with the one that is kept, and runs its tests in a browser.
pub(crate) fn check(layout: &Layout) -> Outcome {
    if let Err(problem) = system::ensure_for_page(layout) {
        return Outcome::Skipped(format!("{problem:#}"));
    }
    let Some(browser) = system::browser() else {
        return Outcome::Skipped("needs a browser (Debian: chromium)".into());
    };
    if let Err(problem) = install(layout) {
        let text = format!("{problem:#}");
        let is_offline = NO_NETWORK.iter().any(|sign| text.contains(sign));
        return if is_offline {
            Outcome::Skipped("npm cannot reach its registry".into())
        } else {
            Outcome::Failed(text)
        };
    }
    match build_and_test(layout, &browser) {
        Ok(detail) => Outcome::Passed(detail),
        Err(problem) => Outcome::Failed(format!("{problem:#}")),
    }
}

fn install(layout: &Layout) -> Result<()> {
    // Nothing that a package brings along is run while it is installed.
    let mut command = in_folder(layout, "npm");
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    child::run(layout, "page-packages", &mut command).map(drop)
}

fn build_and_test(layout: &Layout, browser: &Path) -> Result<String> {
    let mut types = in_folder(layout, "node");
    child::run(layout, "page-types", types.args(["node_modules/typescript/bin/tsc", "--noEmit"]))?;
    let mut compare = in_folder(layout, "node");
    let compared = child::run(layout, "page-build", compare.args(["build.mjs", "--check"]))?;
    child::run(layout, "page-cstalk", layout.cargo().args(["build", "--locked", "-p", "cstalk-cli"]))?;
    let (passed, _) = run_tests(layout, "page-tests", browser, &TESTS, |_| ())?;
    Ok(format!("{}; {passed} tests in {}", compared.log.trim(), browser.display()))
}

/// Runs the tests of the page's live mode on a microphone of `server`; returns how many passed and what they said.
///
/// # Errors
/// A test fails. Without a browser or the page's packages the reason comes back as `Ok(Err(reason))`.
pub(crate) fn test_microphone(
    layout: &Layout,
    server: &SoundServer,
) -> Result<std::result::Result<(u64, String), String>> {
    let Some(browser) = system::browser() else {
        return Ok(Err("the page's live mode needs a browser (Debian: chromium)".into()));
    };
    if !layout.root.join(FOLDER).join("node_modules").is_dir() {
        return Ok(Err("the page's live mode needs its packages: `cargo xtask test page` first".into()));
    }
    let equip = |command: &mut Command| server.equip(command);
    run_tests(layout, "page-microphone", &browser, &[MICROPHONE_TEST], equip).map(Ok)
}

fn run_tests(
    layout: &Layout,
    step: &str,
    browser: &Path,
    files: &[&str],
    equip: impl Fn(&mut Command),
) -> Result<(u64, String)> {
    let mut tests = in_folder(layout, "node");
    tests.args(["--test", "--test-concurrency=1", "--test-reporter=tap"]).args(files);
    tests.env("CSTALK", layout.debug_executable("cstalk")).env("CHROMIUM", browser);
    equip(&mut tests);
    let tested = child::run(layout, step, &mut tests)?;
    let passed = passed_count(&tested.log).context("the tests of the page did not say how many passed")?;
    if passed == 0 {
        bail!("no test of the page ran");
    }
    Ok((passed, tested.log))
}

/// A program in the page's folder; `npm` is a script on some systems, so it is started by its path.
fn in_folder(layout: &Layout, program: &str) -> Command {
    let mut command = Command::new(system::find_program(program).unwrap_or_else(|| PathBuf::from(program)));
    command.current_dir(layout.root.join(FOLDER));
    command
}

fn passed_count(log: &str) -> Option<u64> {
    log.lines().rev().find_map(|line| line.strip_prefix("# pass "))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::passed_count;

    #[test]
    fn the_count_is_that_of_the_closing_lines() {
        assert_eq!(passed_count("# pass 2\nok 1\n# tests 18\n# pass 16\n# fail 0\n"), Some(16));
        assert_eq!(passed_count("nothing"), None);
    }
}
