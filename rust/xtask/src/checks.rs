//! `cargo xtask test`: everything CI runs, in one table.

use crate::child;
use crate::fuzz::{self, FuzzOptions};
use crate::layout::Layout;
use crate::sound_server::SoundServer;
use crate::step::{Outcome, Steps};
use crate::{cpp, demo, fences, links, page, setup, system};
use anyhow::Result;
use clap::Args;
use std::process::{Command, ExitCode, Stdio};

/// Which steps to run.
#[derive(Args)]
pub(crate) struct TestOptions {
    /// Only these steps (see --list); what they need must be there already
    steps: Vec<String>,
    /// Names of all steps
    #[arg(long)]
    list: bool,
    /// Seconds for each fuzz target
    #[arg(long, default_value_t = 10)]
    fuzz_seconds: u32,
}

/// Steps in the order in which they run: cheap ones that fail early first, fetching before what needs it.
const STEPS: [(&str, &str); 19] = [
    ("packages", "system packages that tests use"),
    ("format", "rustfmt"),
    ("fences", "arrows between crates"),
    ("links", "links in the written documentation"),
    ("onnx-runtime", "the library behind the cpu provider"),
    ("clippy", "lints of the runtime crates, warnings are errors"),
    ("test", "tests of the runtime crates"),
    ("page", "the studio's page: built again, and used in a browser"),
    ("microphone", "capture from a virtual microphone of a private sound server"),
    ("cpp", "the bridge to C++: lints, tests, C++ hosts of two compilers"),
    ("doc", "documentation builds without a warning"),
    ("unreal", "the Unreal plugin's types, against declarations of the engine"),
    ("libtorch", "the library behind the training crate"),
    ("training-clippy", "lints of the training crate"),
    ("training-test", "tests of the training crate"),
    ("training-doc", "documentation of the training crate"),
    ("fuzz", "a short run of each fuzz target"),
    ("deny", "licences, sources and duplicates of dependencies"),
    ("demo", "the main job on the sample recording"),
];

/// Runs the steps, prints the table and the closing count; the exit code says whether any failed.
///
/// # Errors
/// An unknown step name. A failing step is no error here: it is in the table.
pub(crate) fn run(layout: &Layout, options: &TestOptions) -> Result<ExitCode> {
    if options.list {
        for (name, about) in STEPS {
            println!("{name:16} {about}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    for wanted in &options.steps {
        anyhow::ensure!(STEPS.iter().any(|(name, _)| name == wanted), "no step {wanted}; see --list");
    }
    let chosen = |name: &str| options.steps.is_empty() || options.steps.iter().any(|wanted| wanted == name);
    let mut steps = Steps::default();
    let mut libtorch_is_there = true;
    for (name, about) in STEPS {
        if !chosen(name) {
            continue;
        }
        match name {
            "packages" => {
                setup::packages(&mut steps, layout);
            }
            "onnx-runtime" => {
                setup::onnx_runtime(&mut steps, layout);
            }
            "libtorch" => libtorch_is_there = setup::libtorch_for_training(&mut steps, layout),
            "training-clippy" | "training-test" | "training-doc" if !libtorch_is_there => {
                steps.run(name, about, || Outcome::Skipped("needs libtorch, see the step libtorch".into()));
            }
            "cpp" => {
                let mut skipped = Vec::new();
                steps.run(name, about, || {
                    let (outcome, not_run) = cpp::run(layout);
                    skipped = not_run;
                    outcome
                });
                steps.note_skipped_tests(skipped);
            }
            "test" | "training-test" => run_tests(&mut steps, layout, name, about),
            _ => {
                steps.run(name, about, || single(layout, name, options));
            }
        }
    }
    println!("{}", steps.summary());
    Ok(if steps.failed_count() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A step that has no effect on others.
fn single(layout: &Layout, name: &str, options: &TestOptions) -> Outcome {
    let result = match name {
        "format" => format_check(layout),
        "fences" => layout.metadata().and_then(|metadata| fences::check(&metadata)).map(|count| {
            format!("{count} arrows, all point down; fenced libraries are named by their crates alone")
        }),
        "clippy" => clippy(layout, name, system::feature_arguments()),
        "links" => links::check(layout).map(|count| format!("{count} relative links lead somewhere")),
        "doc" => documentation(layout, name, system::feature_arguments()),
        "training-doc" => documentation(layout, name, &["-p", "cstalk-training"]),
        "training-clippy" => clippy(layout, name, &["-p", "cstalk-training"]),
        "fuzz" => {
            if system::find_program("c++").is_none() {
                return Outcome::Skipped("libFuzzer needs a C++ compiler (Debian: g++)".into());
            }
            let options = FuzzOptions { seconds: options.fuzz_seconds, targets: Vec::new() };
            fuzz::run(layout, &options).map(|report| report.detail)
        }
        "deny" => return deny(layout),
        "page" => return page::check(layout),
        "microphone" => return microphone(layout),
        "unreal" => return unreal(layout),
        "demo" => demo::run(layout).map(|()| "curves and picture are in target/demo".to_owned()),
        other => Err(anyhow::anyhow!("step {other} has no body")),
    };
    match result {
        Ok(detail) => Outcome::Passed(detail),
        Err(problem) => Outcome::Failed(format!("{problem:#}")),
    }
}

fn clippy(layout: &Layout, name: &str, chosen: &[&str]) -> Result<String> {
    let mut command = layout.cargo();
    command.args(["clippy", "--locked", "--all-targets"]).args(chosen).args(["--", "-D", "warnings"]);
    child::run(layout, name, &mut command).map(|_| "clean".to_owned())
}

fn format_check(layout: &Layout) -> Result<String> {
    child::run(layout, "format", layout.cargo().args(["fmt", "--all", "--", "--check"]))?;
    let fuzz = ["fmt", "--manifest-path", "tests/fuzz/Cargo.toml", "--", "--check"];
    child::run(layout, "format-fuzz", layout.cargo().args(fuzz))?;
    Ok("clean".to_owned())
}

fn documentation(layout: &Layout, name: &str, chosen: &[&str]) -> Result<String> {
    let mut command = layout.cargo();
    command.args(["doc", "--locked", "--no-deps"]).args(chosen).env("RUSTDOCFLAGS", "-D warnings");
    child::run(layout, name, &mut command).map(|_| "target/doc".to_owned())
}

/// Runs the ignored tests that need a sound server, with one.
fn microphone(layout: &Layout) -> Outcome {
    if !system::has_alsa() {
        return Outcome::Skipped("needs libasound (Debian: libasound2-dev pkg-config)".into());
    }
    let mut command = layout.cargo();
    command.args(["test", "--locked", "-p", "cstalk-cli", "--test", "microphone"]);
    // Built before the server runs, so that the sound has the machine for itself.
    if let Err(problem) = child::run(layout, "microphone-build", command.arg("--no-run")) {
        return Outcome::Failed(format!("{problem:#}"));
    }
    let server = match SoundServer::start(layout) {
        Ok(server) => server,
        Err(problem) => return Outcome::Skipped(format!("{problem:#}")),
    };
    let mut command = layout.cargo();
    command.args(["test", "--locked", "-p", "cstalk-cli", "--test", "microphone", "--"]);
    command.args(["--ignored", "--show-output", "--test-threads", "1"]);
    server.equip(&mut command);
    let tested = child::run(layout, "microphone", &mut command)
        .and_then(|finished| Ok((finished.log, page::test_microphone(layout, &server)?)));
    match tested {
        Ok((log, page)) => {
            let of_page = page.as_ref().map_or("", |(_, log)| log);
            for line in log.lines().chain(of_page.lines()).filter_map(measured) {
                println!("    {line}");
            }
            let page = match page {
                Ok((passed, _)) => format!("{passed} with the page in a browser"),
                Err(reason) => format!("skipped: {reason}"),
            };
            match TestCounts::read(&log).passed {
                0 => Outcome::Failed("no test ran".into()),
                passed => Outcome::Passed(format!("{passed} tests passed, {page}")),
            }
        }
        Err(problem) => Outcome::Failed(format!("{problem:#}")),
    }
}

/// What a test measured, in a line of its own or a remark of the page's tests.
fn measured(line: &str) -> Option<&str> {
    line.trim().trim_start_matches("# ").strip_prefix("MEASURED ")
}

/// cargo-deny takes long to build from source and fetches nothing that the tests need, so it is used where it is.
fn deny(layout: &Layout) -> Outcome {
    let version =
        Command::new("cargo-deny").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !version.is_ok_and(|status| status.success()) {
        return Outcome::Skipped("cargo-deny is not installed (cargo install --locked cargo-deny)".into());
    }
    // Advisories need a database from the network; licences, bans and sources do not.
    let mut command = layout.cargo();
    command.args(["deny", "--offline", "check", "licenses", "bans", "sources"]);
    match child::run(layout, "deny", &mut command) {
        Ok(_) => Outcome::Passed("licences, bans and sources".into()),
        Err(problem) => Outcome::Failed(format!("{problem:#}")),
    }
}

/// Type-checks the Unreal plugin without an engine; the tables are in the log.
fn unreal(layout: &Layout) -> Outcome {
    let missing: Vec<&str> =
        ["python3", "clang++"].into_iter().filter(|name| system::find_program(name).is_none()).collect();
    if !missing.is_empty() {
        return Outcome::Skipped(format!("needs {} (Debian: python3, clang)", missing.join(" and ")));
    }
    let mut command = Command::new("python3");
    command.args(["-m", "harness.run"]).current_dir(layout.root.join("tests/unreal"));
    match child::run(layout, "unreal", &mut command) {
        Ok(finished) => {
            let passed = finished.log.lines().filter(|line| line.ends_with("  pass")).count();
            let found = finished.log.lines().find(|line| line.ends_with("seeded mistakes found"));
            Outcome::Passed(format!("{passed} variants pass, {}", found.unwrap_or("no mistakes were seeded")))
        }
        Err(problem) => Outcome::Failed(format!("{problem:#}")),
    }
}

/// Runs `cargo test`; a run in which no test ran counts as failed, tests that skipped themselves are named.
fn run_tests(steps: &mut Steps, layout: &Layout, name: &str, about: &str) {
    let mut skipped_tests = Vec::new();
    steps.run(name, about, || {
        let mut command = layout.cargo();
        command.args(["test", "--locked", "--no-fail-fast"]);
        if name == "training-test" {
            command.args(["-p", "cstalk-training"]);
        } else {
            command.args(system::feature_arguments());
        }
        // The output of passing tests is wanted for the skips that they announce.
        command.args(["--", "--show-output"]);
        match child::run(layout, name, &mut command) {
            Ok(finished) => {
                let counts = TestCounts::read(&finished.log);
                skipped_tests = announced_skips(&finished.log);
                if counts.passed == 0 {
                    return Outcome::Failed("no test ran".into());
                }
                Outcome::Passed(format!(
                    "{} tests passed, {} ignored, {} could not run here",
                    counts.passed,
                    counts.ignored,
                    skipped_tests.len()
                ))
            }
            Err(problem) => Outcome::Failed(format!("{problem:#}")),
        }
    });
    steps.note_skipped_tests(skipped_tests);
}

/// Sums of libtest's closing lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct TestCounts {
    passed: u64,
    ignored: u64,
}

impl TestCounts {
    fn read(log: &str) -> Self {
        let mut counts = Self::default();
        for line in log.lines().filter_map(|line| line.strip_prefix("test result: ")) {
            for part in line.split([';', '.']) {
                let mut words = part.split_whitespace();
                let (number, word) =
                    (words.next().and_then(|number| number.parse::<u64>().ok()), words.next());
                match (number, word) {
                    (Some(number), Some("passed")) => counts.passed += number,
                    (Some(number), Some("ignored")) => counts.ignored += number,
                    _ => {}
                }
            }
        }
        counts
    }
}

/// Lines `SKIPPED name: reason` that tests printed, each once.
fn announced_skips(log: &str) -> Vec<String> {
    let mut skips: Vec<String> =
        log.lines().filter_map(|line| line.trim().strip_prefix("SKIPPED ")).map(str::to_owned).collect();
    skips.sort();
    skips.dedup();
    skips
}

#[cfg(test)]
mod tests {
    use super::{TestCounts, announced_skips};

    #[test]
    fn counts_are_summed_over_all_test_binaries() {
        let log = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s\n\
                   noise 99 passed\n\
                   test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(TestCounts::read(log), TestCounts { passed: 15, ignored: 1 });
        assert_eq!(TestCounts::read("nothing"), TestCounts::default());
    }

    #[test]
    fn skips_are_named_once() {
        let log = "SKIPPED b: no data\nfine\n  SKIPPED a: no flite\nSKIPPED b: no data\n";
        assert_eq!(announced_skips(log), ["a: no flite", "b: no data"]);
    }
}
