//! Running the command, and making recordings for it.

pub(crate) mod sounds;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use cstalk_rig::formats::{ReadOptions, read_take};
use cstalk_rig::{CurveRate, Take};

/// A folder that holds the sample model as `live.onnx`.
pub(crate) static MODELS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("models");
    std::fs::create_dir_all(&folder).unwrap();
    // Test processes of two cargo runs may do this at once: rename, so that none reads half a file.
    let temporary = tempfile::NamedTempFile::new_in(&folder).unwrap();
    std::fs::write(temporary.path(), cstalk_model::sample::untrained_bytes().unwrap()).unwrap();
    temporary.persist(folder.join("live.onnx")).unwrap();
    folder
});

/// The command with the sample model as `live`, whatever the environment says.
pub(crate) fn cstalk() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cstalk"));
    command.env("CSTALK_MODELS", MODELS.as_os_str()).env_remove("CSTALK_ORT_LIB");
    command
}

/// What a finished command said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// Number of error blocks.
    pub(crate) fn error_count(&self) -> usize {
        self.err.lines().filter(|line| line.starts_with("error:")).count()
    }

    /// Asserts one error block that contains all of `parts`.
    pub(crate) fn expect_error(self, code: i32, parts: &[&str]) -> Self {
        let said = self.expect(code);
        assert_eq!(said.error_count(), 1, "one error block: {}", said.err);
        for part in parts {
            assert!(said.err.contains(part), "wanted `{part}` in: {}", said.err);
        }
        said
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the command was not killed"),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// Runs the command with arguments separated by blanks, in `folder`.
pub(crate) fn run(folder: &Path, arguments: &str) -> Said {
    cstalk().current_dir(folder).args(arguments.split_whitespace()).output().unwrap().into()
}

/// The take in a file.
pub(crate) fn take(path: &Path) -> Take {
    read_take(path, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}")).take
}

/// As [`take`], for files at the model's rate, which one row does not tell.
pub(crate) fn take_at_model_rate(path: &Path) -> Take {
    let options = ReadOptions { rate: Some(CurveRate::MODEL), ..ReadOptions::default() };
    read_take(path, &options).unwrap_or_else(|error| panic!("{error}")).take
}

/// Names of everything in a folder, hidden files too, sorted.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A report.csv by column name.
pub(crate) fn report(path: &Path) -> Vec<std::collections::HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

/// Says that a test could not run, in the form that the test command counts.
pub(crate) fn skipped(name: &str, reason: &str) {
    println!("SKIPPED {name}: {reason}");
}
