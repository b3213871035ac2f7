//! Runs the fuzz targets of `tests/fuzz`: coverage-guided, on the stable compiler.

use crate::child;
use crate::layout::Layout;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

/// What to fuzz and for how long.
#[derive(Args)]
pub(crate) struct FuzzOptions {
    /// Seconds for each target
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u32,
    /// Only these targets
    pub(crate) targets: Vec<String>,
}

/// What a run of the targets came to.
pub(crate) struct FuzzReport {
    /// One line for the table.
    pub(crate) detail: String,
}

// Coverage counters for libFuzzer without the nightly compiler: what cargo-fuzz passes for `--sanitizer none`.
const INSTRUMENTATION: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 \
    --cfg fuzzing";

/// Builds the targets and runs each for the given time, two at once, starting from its seeds and what earlier runs
/// found (kept under `target-fuzz/corpus`).
///
/// # Errors
/// A target does not build, crashes (the message names the input that did it), or ran no input at all.
pub(crate) fn run(layout: &Layout, options: &FuzzOptions) -> Result<FuzzReport> {
    let started = Instant::now();
    let host = host_triple()?;
    let target_folder = layout.root.join("target-fuzz");
    let names = targets(layout)?;
    for wanted in &options.targets {
        ensure!(names.contains(wanted), "no fuzz target {wanted}; there are: {}", names.join(", "));
    }
    let chosen: Vec<String> = names
        .into_iter()
        .filter(|name| options.targets.is_empty() || options.targets.contains(name))
        .collect();
    let mut build = layout.cargo();
    build
        // Not --locked: a dependency that a crate gained must not need a second lock file to be mended by hand.
        .args(["build", "--release", "--manifest-path", "tests/fuzz/Cargo.toml", "--target", &host])
        .arg("--target-dir")
        .arg(&target_folder)
        // With --target, build scripts and procedural macros stay free of the instrumentation.
        .env("RUSTFLAGS", INSTRUMENTATION);
    child::run(layout, "fuzz-build", &mut build).context("cannot build the fuzz targets")?;
    let executables = target_folder.join(&host).join("release");

    let seeds = target_folder.join("seeds");
    let mut make_seeds = layout.cargo();
    make_seeds.args(["run", "--locked", "-p", "cstalk-tests", "--example", "fuzz_seeds", "--"]).arg(&seeds);
    child::run(layout, "fuzz-seeds", &mut make_seeds).context("cannot make the seeds")?;

    let waiting = Mutex::new(chosen.clone());
    let results = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.pop());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(2) {
            scope.spawn(|| {
                while let Some(name) = next() {
                    let result = run_target(layout, &executables.join(&name), &name, &seeds, options.seconds);
                    if let Ok(mut results) = results.lock() {
                        results.push((name, result));
                    }
                }
            });
        }
    });
    let results = results.into_inner().map_err(|_| anyhow::anyhow!("a fuzz worker panicked"))?;
    ensure!(results.len() == chosen.len(), "only {} of {} fuzz targets ran", results.len(), chosen.len());
    let mut total_runs = 0;
    let mut crashed = Vec::new();
    for (name, result) in results {
        match result {
            Ok(runs) => total_runs += runs,
            Err(problem) => crashed.push(format!("{name}: {problem:#}")),
        }
    }
    if !crashed.is_empty() {
        bail!("{} of {} targets\n{}", crashed.len(), chosen.len(), crashed.join("\n"));
    }
    let seconds = started.elapsed().as_secs();
    Ok(FuzzReport {
        detail: format!("{} targets, {total_runs} inputs, nothing found, {seconds} s", chosen.len()),
    })
}

fn run_target(
    layout: &Layout,
    executable: &Path,
    name: &str,
    generated_seeds: &Path,
    seconds: u32,
) -> Result<u64> {
    let corpus = layout.root.join("target-fuzz/corpus").join(name);
    let artifacts = layout.root.join("tests/fuzz/artifacts").join(name);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let mut command = Command::new(executable);
    command
        .arg(&corpus)
        .args(
            [layout.root.join("tests/fuzz/seeds"), generated_seeds.to_path_buf()]
                .map(|seeds| seeds.join(name))
                .iter()
                .filter(|seeds| seeds.is_dir()),
        )
        .arg(format!("-max_total_time={seconds}"))
        .args([
            "-max_len=65536",
            "-rss_limit_mb=1024",
            "-malloc_limit_mb=512",
            "-timeout=10",
            "-print_final_stats=1",
        ])
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    let finished = child::run(layout, &format!("fuzz-{name}"), &mut command)?;
    let runs = executed_inputs(&finished.log).context("the fuzzer did not say how many inputs it ran")?;
    ensure!(runs > 0, "ran no input");
    Ok(runs)
}

fn executed_inputs(log: &str) -> Option<u64> {
    log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

/// The targets: every executable of the fuzz crate.
fn targets(layout: &Layout) -> Result<Vec<String>> {
    let folder = layout.root.join("tests/fuzz/src/bin");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.push(name);
        }
    }
    names.sort();
    ensure!(!names.is_empty(), "no fuzz targets in {}", folder.display());
    Ok(names)
}

fn host_triple() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("cannot run rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .context("rustc -vV names no host")
}

#[cfg(test)]
mod tests {
    use super::executed_inputs;

    #[test]
    fn number_of_inputs_is_read_from_the_final_statistics() {
        let log = "Done 120 runs in 10 second(s)\nstat::number_of_executed_units: 120\nstat::slowest_unit_time_sec: 0";
        assert_eq!(executed_inputs(log), Some(120));
        assert_eq!(executed_inputs("nothing"), None);
    }
}
