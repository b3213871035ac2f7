//! One recording to one file of curves: what `animate` does once and `batch` many times.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cstalk_audio::SpeechReader;
use cstalk_engine::file::{self, FileReport, OutputSettings, Progress};
use cstalk_engine::{Stream, StreamSettings};
use cstalk_model::Model;
use cstalk_rig::formats::{Format, TakeWriter};

use crate::failure::{Exit, Failure, Result};

/// One recording, and where its curves go.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
    pub(crate) settings: StreamSettings,
}

/// What all jobs of a run have in common.
pub(crate) struct Workshop {
    pub(crate) model: Arc<Model>,
    pub(crate) format: Format,
    pub(crate) curves: OutputSettings,
}

impl Workshop {
    /// Animates one recording. The output appears whole or not at all.
    pub(crate) fn run(&self, job: &Job, progress: impl FnMut(Progress)) -> Result<FileReport> {
        // Decoders of third parties see files that nobody has vetted: a panic in one must not take the
        // other files of a batch with it.
        catch_unwind(AssertUnwindSafe(|| self.animate(job, progress)))
            .unwrap_or_else(|_| {
                Err(Failure::input("a fault in cstalk itself (see above); please report it with the file"))
            })
            .map_err(|failure| failure.about(job.input.display()))
    }

    fn animate(&self, job: &Job, progress: impl FnMut(Progress)) -> Result<FileReport> {
        let mut reader = SpeechReader::open(&job.input)?;
        let mut stream = self.stream(&job.settings)?;
        if let Some(folder) = job.output.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        let mut writer = TakeWriter::create(&job.output, self.format, self.curves.rig, self.curves.rate)?;
        let report =
            file::animate(&mut reader, &mut stream, &self.curves, |row| writer.write_row(row), progress)?;
        writer.finish()?;
        Ok(report)
    }

    /// A stream of these settings.
    ///
    /// # Errors
    /// Usage: an emotion or style that the model does not know.
    pub(crate) fn stream(&self, settings: &StreamSettings) -> Result<Stream> {
        Stream::new(self.model.clone(), settings.clone()).map_err(|error| match error.kind() {
            cstalk_engine::ErrorKind::BadInput => Failure::new(Exit::Usage, error.to_string()),
            _ => Failure::from(error),
        })
    }
}

/// Makes a folder for outputs.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Failure::input(format!("cannot make the folder {}: {error}", folder.display()))
            .advise("another place with -o")
    })
}
