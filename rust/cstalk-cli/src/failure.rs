//! What went wrong, in a form for people, and the exit code that goes with it.

use std::fmt;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// Some input or output failed; which one was said.
    InputFailed = 1,
    /// The command line asks for something that does not exist or fit together.
    Usage = 2,
    /// A part of the installation is missing or broken.
    Installation = 3,
}

/// An error with its exit code and what to do next.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    advice: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), advice: None }
    }

    /// A recording, curve or style file, or an output file, is at fault.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Exit::InputFailed, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Says what to do next.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Puts the file that the error is about in front, unless the message names it already.
    pub(crate) fn about(mut self, name: impl fmt::Display) -> Self {
        let name = name.to_string();
        if !self.message.contains(&name) {
            self.message = format!("{name}: {}", self.message);
        }
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.advice {
            Some(advice) => write!(f, "\n  try: {advice}"),
            None => Ok(()),
        }
    }
}

impl From<cstalk_engine::EngineError> for Failure {
    fn from(error: cstalk_engine::EngineError) -> Self {
        use cstalk_engine::ErrorKind;
        let exit = match error.kind() {
            ErrorKind::BadModel => Exit::Installation,
            _ => Exit::InputFailed,
        };
        let failure = Self::new(exit, error.to_string());
        match error.kind() {
            ErrorKind::Output => failure.advise(OUTPUT_ADVICE),
            ErrorKind::BadModel => failure.advise(MODEL_ADVICE),
            _ => failure,
        }
    }
}

impl From<cstalk_audio::AudioError> for Failure {
    fn from(error: cstalk_audio::AudioError) -> Self {
        let failure = Self::input(error.to_string());
        match error.kind() {
            cstalk_audio::AudioErrorKind::Unsupported => {
                failure.advise("convert it to wav, for example with `ffmpeg -i IN -ar 16000 -ac 1 OUT.wav`")
            }
            _ => failure,
        }
    }
}

impl From<cstalk_rig::Error> for Failure {
    /// This command only writes with that crate, so whatever fails there is an output.
    fn from(error: cstalk_rig::Error) -> Self {
        Self::input(error.to_string()).advise(OUTPUT_ADVICE)
    }
}

impl From<cstalk_model::Error> for Failure {
    fn from(error: cstalk_model::Error) -> Self {
        use cstalk_model::ErrorKind;
        let failure = Self::new(Exit::Installation, error.to_string());
        match error.kind() {
            // Its message says how to get the library.
            ErrorKind::InstallRuntime => failure,
            ErrorKind::ChooseAnotherProvider => {
                failure.advise("another --provider; `cstalk doctor` says which ones run here")
            }
            _ => failure.advise(MODEL_ADVICE),
        }
    }
}

const OUTPUT_ADVICE: &str = "another place with -o, or more room or rights there; nothing was left behind";
const MODEL_ADVICE: &str = "`cstalk models` lists what is installed; --model takes one of them or a file";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_block_that_names_the_file_once() {
        let failure = Failure::input("cannot open").about("a.wav").about("a.wav").advise("b.wav");
        assert_eq!(failure.to_string(), "error: a.wav: cannot open\n  try: b.wav");
    }
}
