//! Steps of a long command: run in order, timed, summed up in a table.

use std::time::{Duration, Instant};

/// How a step ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It did what it should; a few words on what that was.
    Passed(String),
    /// It ran and something is wrong.
    Failed(String),
    /// It could not run here; what it would need.
    Skipped(String),
}

/// A finished step.
struct Record {
    name: String,
    outcome: Outcome,
    took: Duration,
}

/// The steps of one command.
#[derive(Default)]
pub(crate) struct Steps {
    records: Vec<Record>,
    skipped_tests: Vec<String>,
}

impl Steps {
    /// Runs a step and prints its result; says whether it passed.
    pub(crate) fn run(&mut self, name: &str, about: &str, body: impl FnOnce() -> Outcome) -> bool {
        println!("[{}] {name}: {about}", self.records.len() + 1);
        let started = Instant::now();
        let outcome = body();
        let took = started.elapsed();
        match &outcome {
            Outcome::Passed(detail) => println!("    passed in {:.1} s: {detail}", took.as_secs_f64()),
            Outcome::Failed(detail) => println!("    FAILED after {:.1} s: {detail}", took.as_secs_f64()),
            Outcome::Skipped(detail) => println!("    skipped: {detail}"),
        }
        let passed = matches!(outcome, Outcome::Passed(_));
        self.records.push(Record { name: name.to_owned(), outcome, took });
        passed
    }

    /// Notes tests inside a step that could not run, each as `name: reason`.
    pub(crate) fn note_skipped_tests(&mut self, skipped: impl IntoIterator<Item = String>) {
        self.skipped_tests.extend(skipped);
    }

    /// How many steps failed.
    pub(crate) fn failed_count(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.outcome, Outcome::Failed(_))).count()
    }

    /// The table, the names of all that was skipped, and the closing line `N passed, N failed, N skipped`.
    pub(crate) fn summary(&self) -> String {
        let width = self.records.iter().map(|record| record.name.len()).max().unwrap_or(0).max("step".len());
        let mut text = format!("\n{:width$}  result   seconds  notes\n", "step");
        let (mut passed, mut skipped) = (0, 0);
        for Record { name, outcome, took } in &self.records {
            let (word, detail) = match outcome {
                Outcome::Passed(detail) => {
                    passed += 1;
                    ("passed", detail)
                }
                Outcome::Failed(detail) => ("FAILED", detail),
                Outcome::Skipped(detail) => {
                    skipped += 1;
                    ("skipped", detail)
                }
            };
            let first_line = detail.lines().next().unwrap_or_default();
            text += &format!("{name:width$}  {word:7}  {:7.1}  {first_line}\n", took.as_secs_f64());
        }
        let total: Duration = self.records.iter().map(|record| record.took).sum();
        text += &format!("{:width$}  {:7}  {:7.1}\n", "total", "", total.as_secs_f64());
        for skipped_test in &self.skipped_tests {
            text += &format!("skipped inside a step: {skipped_test}\n");
        }
        text += &format!("{passed} passed, {} failed, {skipped} skipped", self.failed_count());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Steps};

    #[test]
    fn summary_counts_every_outcome_and_names_what_was_skipped() {
        let mut steps = Steps::default();
        assert!(steps.run("one", "", || Outcome::Passed("fine".into())));
        assert!(!steps.run("two", "", || Outcome::Failed("first line\nsecond line".into())));
        assert!(!steps.run("three", "", || Outcome::Skipped("no tool".into())));
        steps.note_skipped_tests(["speech_test: no recordings".to_owned()]);
        let summary = steps.summary();
        assert_eq!(summary.lines().last(), Some("1 passed, 1 failed, 1 skipped"));
        assert!(summary.contains("first line") && !summary.contains("second line"));
        assert!(summary.contains("skipped inside a step: speech_test: no recordings"));
        assert_eq!(steps.failed_count(), 1);
    }
}
