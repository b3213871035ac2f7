//! `cstalk live`: a microphone, or a recording at the pace of one, to a face in Unreal and to rows of curves.

mod livelink;
mod ndjson;
mod performance;
mod report;
pub(super) mod source;
mod view;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use clap::Args;
use cstalk_audio::GateSettings;
use cstalk_engine::live::{LivePool, VoiceSettings};
use cstalk_rig::{CurveRate, RigId};

use self::livelink::LiveLinkSender;
use self::ndjson::RowPrinter;
use self::performance::Performance;
use self::source::Source;
use self::view::View;
use crate::failure::{Exit, Failure, Result};
use crate::model_choice::ModelChoice;
use crate::options::{EMOTION_HELP, EmotionChoice, FaceOptions, rate};
use crate::written;

#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{LIVE_HELP}\n\n{EMOTION_HELP}"))]
pub(crate) struct LiveArgs {
    /// Microphone: default, or an id, name or part of a name from `cstalk devices`
    #[arg(long, value_name = "NAME", default_value = "default", help_heading = "Sound")]
    device: String,
    /// Plays a recording into the engine at the pace of a microphone instead
    #[arg(long, value_name = "FILE", conflicts_with = "device", help_heading = "Sound")]
    from_file: Option<PathBuf>,
    /// Silences what is below this level, in dB below full scale: a fan, music, people in the background; 20 ms later
    #[arg(long, value_name = "DB", num_args = 0..=1, default_missing_value = "-45", allow_hyphen_values = true,
          value_parser = gate_level, help_heading = "Sound")]
    gate: Option<f32>,
    /// Ends after so many seconds [default: with the recording, or on Ctrl-C]
    #[arg(long, value_name = "N", value_parser = seconds, help_heading = "Sound")]
    seconds: Option<f64>,
    /// Sends the face to Unreal (its Live Link Face source, 61 ARKit values over UDP); the port is 11111 unless named
    #[arg(long, value_name = "HOST[:PORT]", help_heading = "Output")]
    livelink: Option<String>,
    /// Name under which Unreal lists the face
    #[arg(long, value_name = "NAME", default_value = "CSTalk", help_heading = "Output")]
    subject: String,
    /// Prints a row a line on standard output: {"time_s":0.02,"values":{"jawOpen":0.1,...}}
    #[arg(long, help_heading = "Output")]
    ndjson: bool,
    /// Rig of the printed rows: metahuman (251 curves), board (185 controls) or arkit (52 shapes)
    #[arg(long, value_name = "RIG", default_value = "metahuman", help_heading = "Output")]
    rig: RigId,
    /// Rows and packets a second
    #[arg(long, value_name = "N", default_value = "60", value_parser = rate, help_heading = "Output")]
    fps: CurveRate,
    /// How long after its sound a face is shown, in ms, 0 to 2000; play the voice as much later to be in time
    /// [default: the model's look-ahead and 20 ms, which is 80 for `live`]
    #[arg(long, value_name = "MS", help_heading = "Output")]
    delay: Option<f64>,
    /// Writes delays with their parts, drops and drift as JSON, also after Ctrl-C
    #[arg(long, value_name = "FILE.json", help_heading = "Output")]
    report: Option<PathBuf>,
    #[command(flatten)]
    face: FaceOptions,
    #[command(flatten)]
    model: ModelChoice,
}

const LOWEST_GATE_DB: f32 = -90.0;

const EXAMPLES: &str = "\
Examples:
  cstalk live --livelink 127.0.0.1                           your microphone moves a face in Unreal on this machine
  cstalk live --device headset --livelink 192.168.1.20:11111 --subject Anna --emotion happy=0.5
  cstalk live --from-file voice.wav --ndjson --rig arkit     rows on standard output, as fast as a microphone
  cstalk live --gate -40 --livelink 127.0.0.1                in a room that is never quiet
  cstalk live --seconds 60 --report live.json                measures delays on your machine
  cstalk devices                                             names of the microphones";

const LIVE_HELP: &str = "\
In Unreal:
  Enable the plugins Live Link and Apple ARKit Face Support, restart the editor, and start this command with --livelink. In
  the window Live Link the face appears under its name. On the MetaHuman tick Use ARKit Face and choose it. docs/live.md has
  it step by step, and what to look at when nothing moves.

Delay:
  A face is shown --delay ms after its sound. 60 ms of that is sound that the model hears ahead; 80 leaves room for the
  device and the machine. If the voice is played as well, delay it as much. With a shorter delay the newest row there is
  is shown, which lags the sound by what is missing. The report says how long rows really take (sound_to_curve).

Time:
  time_s counts the sound from its first sample; a row stands at the sound of that time. A microphone that is unplugged
  leaves silence, and time goes on.";

pub(crate) fn run(args: &LiveArgs) -> Result<Exit> {
    let preset = args.face.load_preset()?;
    let emotion_model = args.face.load_emotion_model(&preset)?;
    if args.face.emotion_model.is_some() && !matches!(args.face.emotion, Some(EmotionChoice::Auto(_))) {
        return Err(Failure::usage("--emotion-model goes with --emotion auto only").advise("--emotion auto"));
    }
    let settings = VoiceSettings {
        stream: args.face.stream_settings(&preset, emotion_model.as_ref())?,
        gate: args.gate.map(gate_settings),
        delay_ms: args.delay,
        ..VoiceSettings::default()
    };
    let sender = args
        .livelink
        .as_deref()
        .map(|address| LiveLinkSender::new(address, &args.subject, args.fps))
        .transpose()?;
    let is_over = over_on_ctrl_c()?;
    let model = args.model.or(preset.model).load()?;
    // One voice keeps one core busy for a twentieth of the time.
    let pool = LivePool::new(model, 1)?;
    let (source, reader) = match &args.from_file {
        Some(path) => Source::recording(path)?,
        None => Source::microphone(&args.device)?,
    };
    let voice = pool.add_voice(reader, settings).map_err(|error| match error.kind() {
        cstalk_engine::ErrorKind::BadInput => Failure::usage(error.to_string()),
        _ => Failure::from(error),
    })?;
    let view = View::new(!args.ndjson);
    let printer = args.ndjson.then(|| RowPrinter::new(args.rig));
    let mut performance = Performance::new(&pool, &voice, args.fps, printer, sender, view)?;
    performance.run(&source, args.seconds, &is_over)?;
    let report = performance.report(&source);
    drop(performance);
    if let Some(path) = &args.report {
        written::write_json(path, &report)?;
    }
    if !args.ndjson {
        report.tell();
    }
    match report.failure() {
        Some(what) => Err(Failure::input(what)),
        None => Ok(Exit::Done),
    }
}

/// Becomes true on Ctrl-C or when the system asks the process to end.
fn over_on_ctrl_c() -> Result<Arc<AtomicBool>> {
    let is_over = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_over);
    ctrlc::set_handler(move || asked.store(true, Relaxed))
        .map_err(|error| Failure::new(Exit::Installation, format!("cannot listen for Ctrl-C: {error}")))?;
    Ok(is_over)
}

/// A gate that opens at a level and closes 6 dB below, as the usual one does.
fn gate_settings(open_dbfs: f32) -> GateSettings {
    let usual = GateSettings::default();
    let close_dbfs = (open_dbfs - (usual.open_dbfs - usual.close_dbfs)).max(LOWEST_GATE_DB);
    GateSettings { open_dbfs, close_dbfs, ..usual }
}

fn gate_level(text: &str) -> std::result::Result<f32, String> {
    let wanted = || format!("wanted {LOWEST_GATE_DB} to 0 dB, got `{text}`");
    text.parse::<f32>().ok().filter(|level| (LOWEST_GATE_DB..=0.0).contains(level)).ok_or_else(wanted)
}

fn seconds(text: &str) -> std::result::Result<f64, String> {
    let wanted = || format!("wanted seconds above 0, got `{text}`");
    text.parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0).ok_or_else(wanted)
}
