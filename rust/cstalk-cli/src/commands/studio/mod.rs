//! `cstalk studio`: a page in the browser that shows the face and turns its knobs, on this machine only.

mod desk;
mod export;
mod http;
mod live;
mod marks;
mod packet;
mod session;
mod solve;

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Args;
use cstalk_engine::Preset;

use self::desk::Desk;
use self::http::{Answer, Door};
use crate::failure::{Exit, Failure, Result};
use crate::model_choice::ModelChoice;
use crate::page;
use crate::say::say;

/// Pages and requests at a time; more are turned away.
const MOST_CONNECTIONS: usize = 16;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct StudioArgs {
    /// Recordings to begin with; more can be dragged into the page. Phones in voice.TextGrid or voice.lab beside
    /// voice.wav are shown with it
    #[arg(value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Port of the page on this machine [default: a free one]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Settings to begin with, as the page saves them
    #[arg(long, value_name = "FILE.json")]
    preset: Option<PathBuf>,
    #[command(flatten)]
    model: ModelChoice,
}

const EXAMPLES: &str = "\
Examples:
  cstalk studio                                 prints an address; open it in a browser
  cstalk studio line1.wav line2.mp3 --port 8000
  cstalk studio voice.wav --preset warm.json    settings that the page saved; `cstalk animate` takes the same file

Only this machine can reach the page, and only with the token in its address. Nothing is sent anywhere.
Ctrl-C ends it.";

pub(crate) fn run(args: &StudioArgs) -> Result<Exit> {
    let preset = args.preset.as_deref().map_or_else(|| Ok(Preset::default()), Preset::open)?;
    let desk = Arc::new(Desk::new(args.model.clone())?);
    // A model or preset that cannot work is told here, not by a page without curves.
    let model = desk.model(&preset)?;
    drop(cstalk_engine::Stream::new(model, desk.settings(&preset)?)?);
    for input in &args.inputs {
        let name = input.file_name().unwrap_or(input.as_os_str()).to_string_lossy().into_owned();
        desk.open(input.clone(), name)?;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).map_err(|error| {
        Failure::input(format!("port {} of this machine: {error}", args.port)).advise("another --port")
    })?;
    let port = listener
        .local_addr()
        .map_err(|error| Failure::input(format!("the port of the page is not known: {error}")))?
        .port();
    let token: String = rand::random::<[u8; 16]>().iter().map(|byte| format!("{byte:02x}")).collect();
    let door = Arc::new(Door { port, token });
    say!("The studio is open at\n  {}\nCtrl-C ends it.", door.address());
    serve(&listener, &door, &desk, &Arc::new(preset));
    Ok(Exit::Done)
}

/// Answers requests, each on a thread of its own, until the process ends.
fn serve(listener: &TcpListener, door: &Arc<Door>, desk: &Arc<Desk>, preset: &Arc<Preset>) {
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::AcqRel) >= MOST_CONNECTIONS {
            open.fetch_sub(1, Ordering::AcqRel);
            continue;
        }
        let (door, desk, preset, open) = (door.clone(), desk.clone(), preset.clone(), open.clone());
        std::thread::spawn(move || {
            // A page that goes away in the middle of something is no fault.
            let _ = attend(stream, &door, &desk, &preset);
            open.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

fn attend(
    mut stream: TcpStream,
    door: &Door,
    desk: &Arc<Desk>,
    preset: &Preset,
) -> std::result::Result<(), tungstenite::Error> {
    let head = http::read_head(&mut stream)?;
    let answer = door.answer(&head);
    http::write_answer(&mut stream, &answer, page::studio())?;
    if let Answer::Socket { .. } = answer {
        session::serve(stream, desk, preset)?;
    }
    Ok(())
}
