//! `cstalk-train corpus`.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::build::{BuildRequest, BuiltCorpus, build, default_corpora};
use super::{CorpusError, Split};

/// Builds the speech corpora: recordings cut into utterances, and synthesised speech with phone times.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Folder that holds `speech/`.
    #[arg(long, default_value_os_t = default_shared_data_dir())]
    pub shared_data: PathBuf,
    /// Folder for the corpora.
    #[arg(long, default_value_os_t = default_corpus_dir())]
    pub out: PathBuf,
    /// Corpora to build [default: all except the non-commercial `ravdess`].
    #[arg(long, value_delimiter = ',')]
    pub corpora: Vec<String>,
    /// Synthesise at most so many sentences of a text and voice.
    #[arg(long)]
    pub sentence_limit: Option<usize>,
}

/// The folder of the repository.
fn repository_dir() -> &'static Path {
    let training_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    training_dir.parent().unwrap_or(training_dir)
}

/// The folder that the environment variable `CSTALK_DATA` names, else `shared/data` beside the repository.
#[must_use]
pub fn default_shared_data_dir() -> PathBuf {
    if let Some(named) = std::env::var_os("CSTALK_DATA") {
        return named.into();
    }
    let repository = repository_dir();
    repository.parent().unwrap_or(repository).join("shared/data")
}

/// `target/corpus` in the repository.
#[must_use]
pub fn default_corpus_dir() -> PathBuf {
    repository_dir().join("target/corpus")
}

/// Runs the command: progress to standard error, a table of the corpora to standard output.
///
/// # Errors
/// As [`build`].
pub fn run(args: &Args) -> Result<(), CorpusError> {
    let names = if args.corpora.is_empty() {
        default_corpora().into_iter().map(str::to_owned).collect()
    } else {
        args.corpora.clone()
    };
    let request = BuildRequest {
        shared_data_dir: args.shared_data.clone(),
        out_dir: args.out.clone(),
        names,
        sentence_limit: args.sentence_limit.unwrap_or(usize::MAX),
    };
    let built = build(&request, &mut |line| eprintln!("{line}"))?;
    let stdout = std::io::stdout();
    write_table(&mut stdout.lock(), &built).map_err(CorpusError::file("standard output"))
}

fn write_table(out: &mut dyn Write, built: &[BuiltCorpus]) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<20} {:>10} {:>9} {:>8} {:>8} {:>8}  ",
        "corpus", "utterances", "speakers", "train h", "test h", "aligned"
    )?;
    for corpus in built {
        let utterances = corpus.store.utterances();
        let speakers: std::collections::HashSet<&str> =
            utterances.iter().map(|u| u.speaker.as_str()).collect();
        writeln!(
            out,
            "{:<20} {:>10} {:>9} {:>8.2} {:>8.2} {:>8}  {}",
            corpus.store.card().name,
            utterances.len(),
            speakers.len(),
            corpus.store.hours(|u| u.split == Split::Train),
            corpus.store.hours(|u| u.split == Split::Test),
            utterances.iter().filter(|u| !u.phones.is_empty()).count(),
            if corpus.is_new { "built" } else { "was there" },
        )?;
    }
    Ok(())
}
