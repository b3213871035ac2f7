//! `cstalk animate`: recordings to files of curves, one after the other.

use std::path::PathBuf;

use clap::Args;
use cstalk_engine::file::FileReport;
use serde::Serialize;

use crate::failure::{Exit, Failure, Result};
use crate::job::{Job, Workshop};
use crate::markers::Markers;
use crate::model_choice::ModelChoice;
use crate::options::{CurveOptions, EMOTION_HELP, EmotionChoice, FaceOptions};
use crate::outputs;
use crate::progress::Bar;
use crate::say::{complain, say};
use crate::{preview, written};

#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EMOTION_HELP}"))]
pub(crate) struct AnimateArgs {
    /// Recordings: wav, flac, mp3, ogg, m4a; any rate from 8 to 192 kHz, up to 8 channels
    #[arg(value_name = "IN", required = true)]
    inputs: Vec<PathBuf>,
    /// File of curves, or folder for several [default: beside each recording]
    #[arg(short, long, value_name = "OUT|DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    curves: CurveOptions,
    #[command(flatten)]
    face: FaceOptions,
    #[command(flatten)]
    model: ModelChoice,
    /// Writes what was found and how long it took as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    /// Writes a page with sound, face and curves that opens anywhere without a network; for one recording
    #[arg(long, value_name = "FILE.html")]
    preview: Option<PathBuf>,
    /// Phones and words for the preview: a TextGrid or a label file [default: IN.TextGrid or IN.lab beside the
    /// recording]
    #[arg(long, value_name = "FILE", requires = "preview")]
    markers: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cstalk animate voice.wav                                         writes voice.csv beside it
  cstalk animate voice.wav -o face.csv --emotion happy=0.7 --fps 30
  cstalk animate voice.wav --emotion-curve mood.csv                time_s,happy,angry / 0,0,0 / 2.5,0.8,0
  cstalk animate voice.wav --emotion angry=1 --emotion-strength brows=0.5,mouth=0.8
  cstalk animate voice.wav --emotion auto --emotion-model emotion-nc     heard in the voice; not for commercial use
  cstalk animate voice.wav --style articulation=1,jaw=-0.5 --head-motion 0.8 --seed 7
  cstalk animate line1.wav line2.mp3 -o curves/ --rig arkit --format livelink-csv --fps 60
  cstalk animate voice.wav --preset warm.json --preview warm.html  settings of `cstalk studio`; a page to mail
  cstalk animate voice.wav --preview voice.html --markers voice.TextGrid         phones below the sound
  cstalk animate voice.wav --blinks off --gaze off --head-motion 0  the network's own curves";

/// One recording of the JSON report.
#[derive(Serialize)]
struct Entry {
    input: PathBuf,
    output: Option<PathBuf>,
    error: Option<String>,
    #[serde(flatten)]
    report: Option<FileReport>,
}

pub(crate) fn run(args: &AnimateArgs) -> Result<Exit> {
    let curves = args.curves.output_settings()?;
    if args.preview.is_some() && args.inputs.len() > 1 {
        let message = format!("--preview shows one recording, got {}", args.inputs.len());
        return Err(Failure::usage(message).advise("one command each"));
    }
    let mut markers = args.markers.as_deref().map(Markers::open).transpose()?;
    let outputs = outputs::of_inputs(&args.inputs, args.out.as_deref(), args.curves.format)?;
    let preset = args.face.load_preset()?;
    let emotion_model = args.face.load_emotion_model(&preset)?;
    if args.face.emotion_model.is_some() && !matches!(args.face.emotion, Some(EmotionChoice::Auto(_))) {
        return Err(Failure::usage("--emotion-model goes with --emotion auto only").advise("--emotion auto"));
    }
    let settings = args.face.stream_settings(&preset, emotion_model.as_ref())?;
    let workshop =
        Workshop { model: args.model.or(preset.model).load()?, format: args.curves.format, curves };
    // Settings that the model cannot follow are wrong for every file: say so once, before the first.
    drop(workshop.stream(&settings)?);
    let mut entries = Vec::new();
    let mut exit = Exit::Done;
    for (input, output) in args.inputs.iter().zip(outputs) {
        let job = Job { input: input.clone(), output, settings: settings.clone() };
        let bar = Bar::of_file(&input.display().to_string());
        let result = workshop.run(&job, |progress| bar.show(progress));
        bar.clear();
        let result = result.and_then(|report| match &args.preview {
            Some(path) => {
                preview::write(path, input, markers.take(), &mut workshop.stream(&settings)?)?;
                say!("{}: a page to look at", path.display());
                Ok(report)
            }
            None => Ok(report),
        });
        let (error, report) = match result {
            Ok(report) => {
                tell(&job, &report);
                (None, Some(report))
            }
            Err(failure) => {
                complain!("{failure}");
                exit = failure.exit();
                (Some(failure.message().to_owned()), None)
            }
        };
        let output = report.is_some().then_some(job.output);
        entries.push(Entry { input: job.input, output, error, report });
    }
    if let Some(path) = &args.report {
        written::write_json(path, &entries)?;
    }
    Ok(exit)
}

fn tell(job: &Job, report: &FileReport) {
    for warning in &report.source.warnings {
        complain!("warning: {}: {warning}", job.input.display());
    }
    say!(
        "{}: {:.2} s of speech, {} rows at {} a second ({}), {:.2} s ({:.4} of real time)",
        job.output.display(),
        report.duration_s,
        report.row_count,
        report.rate_hz,
        report.rig,
        report.wall_s,
        report.real_time_factor,
    );
}
