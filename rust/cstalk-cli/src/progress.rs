//! Progress bars: on a terminal only.

use std::io::IsTerminal;
use std::time::Duration;

use crate::say::complain;
use cstalk_engine::file::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar on standard error; nothing is drawn where that is no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
}

const FILE_TEMPLATE: &str = "{msg} [{bar:30}] {percent:>3} %  {elapsed}";
const COUNT_TEMPLATE: &str = "{msg} [{bar:30}] {pos}/{len}  {eta} left";

impl Bar {
    /// A bar for one recording, whose declared length may be unknown or wrong.
    pub(crate) fn of_file(name: &str) -> Self {
        Self::new(1_000, FILE_TEMPLATE, name)
    }

    /// A bar for many recordings.
    pub(crate) fn of_count(count: usize) -> Self {
        Self::new(count as u64, COUNT_TEMPLATE, "recordings")
    }

    fn new(length: u64, template: &str, message: &str) -> Self {
        let bar = ProgressBar::new(length);
        if std::io::stderr().is_terminal() {
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_message(message.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
        } else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { bar }
    }

    pub(crate) fn show(&self, progress: Progress) {
        if let Some(declared_s) = progress.declared_s.filter(|declared_s| *declared_s > 0.0) {
            self.bar.set_position((1_000.0 * (progress.done_s / declared_s).min(1.0)) as u64);
        }
    }

    pub(crate) fn step(&self) {
        self.bar.inc(1);
    }

    /// Prints a line to standard error above the bar.
    pub(crate) fn say(&self, line: &str) {
        self.bar.suspend(|| complain!("{line}"));
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
