//! Runs a child program with its output in a log file, and says that it is alive.

use crate::layout::Layout;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const POLL: Duration = Duration::from_millis(100);
const SIGN_OF_LIFE_PIPE: Duration = Duration::from_secs(60);
const TAIL_BYTES: u64 = 4096;
const TAIL_LINES: usize = 40;

/// A child that ended well.
pub(crate) struct Finished {
    /// Everything it printed.
    pub(crate) log: String,
}

/// Runs `command` to its end with standard output and error in `target/xtask/<name>.log`.
///
/// On a terminal the last line of the log is shown while it runs, in a pipe one line a minute.
///
/// # Errors
/// The program cannot be started or ends with another code than 0; the message holds the tail of the log.
pub(crate) fn run(layout: &Layout, name: &str, command: &mut Command) -> Result<Finished> {
    let log_path = log_path(layout, name)?;
    let log_file = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log_file.try_clone()?)
        .stderr(log_file)
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let mut progress = Progress::start(name);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(POLL);
        progress.show(&log_path);
    };
    progress.clear();
    let log = read_lossy(&log_path)?;
    if !status.success() {
        let tail = tail_lines(&log, TAIL_LINES);
        bail!("{program} ended with {status}\n{tail}\n(whole log: {})", layout.shown(&log_path));
    }
    Ok(Finished { log })
}

/// The log file of a step; its folder exists afterwards.
pub(crate) fn log_path(layout: &Layout, name: &str) -> Result<PathBuf> {
    let folder = layout.artifacts.join("xtask");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.join(format!("{name}.log")))
}

fn read_lossy(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn tail_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// One line that changes on a terminal; a line a minute elsewhere.
struct Progress {
    name: String,
    started: Instant,
    last_shown: Instant,
    on_terminal: bool,
}

impl Progress {
    fn start(name: &str) -> Self {
        let now = Instant::now();
        Self { name: name.to_owned(), started: now, last_shown: now, on_terminal: io::stdout().is_terminal() }
    }

    fn show(&mut self, log_path: &Path) {
        let every = if self.on_terminal { POLL } else { SIGN_OF_LIFE_PIPE };
        if self.last_shown.elapsed() < every {
            return;
        }
        self.last_shown = Instant::now();
        let seconds = self.started.elapsed().as_secs();
        let line: String =
            last_line(log_path).unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect();
        if self.on_terminal {
            print!("\r\x1b[2K  {} {seconds} s  {line}", self.name);
        } else {
            println!("  {} still runs after {seconds} s: {line}", self.name);
        }
        // Nothing depends on the line being seen.
        let _ = io::stdout().flush();
    }

    fn clear(&self) {
        if self.on_terminal {
            print!("\r\x1b[2K");
            let _ = io::stdout().flush();
        }
    }
}

fn last_line(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let tail = String::from_utf8_lossy(&tail).into_owned();
    Ok(tail.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::tail_lines;

    #[test]
    fn tail_is_the_end_of_the_log() {
        assert_eq!(tail_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail_lines("a", 2), "a");
        assert_eq!(tail_lines("", 2), "");
    }
}
