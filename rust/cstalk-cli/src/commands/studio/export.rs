//! A file of curves for the page: the very job that `cstalk animate` does.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use cstalk_engine::Preset;
use cstalk_model::on_step_thread;
use cstalk_rig::CurveRate;
use cstalk_rig::formats::Format;
use serde_json::json;

use super::desk::{Desk, Take};
use super::packet::Packet;
use crate::failure::{Failure, Result};
use crate::job::{Job, Workshop};
use crate::options::CurveOptions;
use crate::outputs;

/// What the file shall be.
pub(crate) struct Wish {
    pub(crate) id: u32,
    pub(crate) take: Arc<Take>,
    pub(crate) preset: Preset,
    pub(crate) format: String,
    pub(crate) rig: Option<String>,
    pub(crate) fps: f64,
}

/// Makes the file on a thread of its own and sends it.
pub(crate) fn start(desk: Arc<Desk>, wish: Wish, packets: SyncSender<Packet>) {
    std::thread::spawn(move || {
        let packet = match on_step_thread(|| make(&desk, &wish)) {
            Ok((name, bytes)) => Packet::with(json!({"type": "file", "id": wish.id, "name": name}), bytes),
            Err(failure) => {
                Packet::new(json!({"type": "no-file", "id": wish.id, "message": failure.message()}))
            }
        };
        // Nobody listens any more: then nobody wants the file.
        let _ = packets.send(packet);
    });
}

fn make(desk: &Desk, wish: &Wish) -> Result<(String, Vec<u8>)> {
    let format: Format = wish.format.parse()?;
    let rig = wish.rig.as_deref().map(str::parse).transpose()?;
    let options = CurveOptions { format, rig, fps: CurveRate::from_hz(wish.fps)? };
    let curves = options.output_settings()?;
    let workshop = Workshop { model: desk.model(&wish.preset)?, format, curves };
    let folder = tempfile::tempdir_in(desk.folder.path())
        .map_err(|error| Failure::input(format!("cannot make a temporary folder: {error}")))?;
    let output = folder.path().join("curves");
    let job =
        Job { input: wish.take.path.clone(), output: output.clone(), settings: desk.settings(&wish.preset)? };
    workshop.run(&job, |_| ())?;
    let bytes = std::fs::read(&output)
        .map_err(|error| Failure::input(format!("cannot read the file of curves: {error}")))?;
    let name = outputs::in_folder("".as_ref(), wish.take.name.as_ref(), format);
    Ok((name.display().to_string(), bytes))
}
