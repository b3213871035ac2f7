//! One page: its socket, what it asks for, and what it is sent.

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, sync_channel};
use std::time::Duration;

use cstalk_engine::{EmotionCurve, Preset, PresetKey};
use cstalk_rig::RigId;
use cstalk_rig::formats::Format;
use serde_json::{Value, json};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

use super::desk::Desk;
use super::packet::{self, Order, Packet, Side};
use super::{export, live, solve};
use crate::failure::{Failure, Result};
use crate::{face_rows, preview};

/// Largest recording that may be dragged in.
pub(crate) const LARGEST_MESSAGE: usize = 256 << 20;
/// Packets that wait for the socket; whoever makes more waits too.
const WAITING_PACKETS: usize = 64;
/// How long the socket listens before it looks whether there is something to send.
const LISTEN: Duration = Duration::from_millis(2);
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) struct Session {
    desk: Arc<Desk>,
    packets: SyncSender<Packet>,
    solvers: [Arc<solve::Solver>; 2],
    live: Option<Sender<live::Steering>>,
}

/// Serves a page until it goes.
///
/// # Errors
/// Those of the socket, which has to be given up then.
pub(crate) fn serve(
    stream: TcpStream,
    desk: &Arc<Desk>,
    preset: &Preset,
) -> std::result::Result<(), tungstenite::Error> {
    stream.set_read_timeout(Some(LISTEN))?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
    stream.set_nodelay(true)?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(LARGEST_MESSAGE))
        .max_frame_size(Some(LARGEST_MESSAGE));
    let mut socket = WebSocket::from_raw_socket(stream, Role::Server, Some(limits));
    let (packets, waiting) = sync_channel(WAITING_PACKETS);
    let solvers = [Side::A, Side::B].map(|side| solve::Solver::start(side, desk.clone(), packets.clone()));
    let mut session = Session { desk: desk.clone(), packets, solvers, live: None };
    send(&mut socket, &hello(desk, preset))?;
    let ended = session.talk(&mut socket, &waiting);
    for solver in &session.solvers {
        solver.close();
    }
    ended
}

impl Session {
    fn talk(
        &mut self,
        socket: &mut WebSocket<TcpStream>,
        waiting: &Receiver<Packet>,
    ) -> std::result::Result<(), tungstenite::Error> {
        let mut told_change = 0;
        loop {
            let change = self.desk.change_number();
            if change != told_change {
                told_change = change;
                send(socket, &Packet::new(json!({"type": "takes", "takes": self.desk.list()})))?;
            }
            while let Ok(packet) = waiting.try_recv() {
                send(socket, &packet)?;
            }
            match socket.read() {
                Ok(Message::Binary(bytes)) => {
                    if let Some(answer) = self.obey(&bytes) {
                        send(socket, &answer)?;
                    }
                }
                Ok(Message::Close(_)) | Err(tungstenite::Error::ConnectionClosed) => return Ok(()),
                Ok(_) => (),
                Err(tungstenite::Error::Io(error)) if is_pause(&error) => (),
                Err(error) => return Err(error),
            }
        }
    }

    /// Does what a message asks for; returns what is to be said at once.
    fn obey(&mut self, message: &[u8]) -> Option<Packet> {
        let done = match packet::read(message) {
            Ok((order, body)) => self.follow(order, body),
            Err(why) => Err(Failure::input(why)),
        };
        done.unwrap_or_else(|failure| {
            Some(Packet::new(json!({"type": "refused", "message": failure.message()})))
        })
    }

    fn follow(&mut self, order: Order, body: &[u8]) -> Result<Option<Packet>> {
        match order {
            Order::Open { name } => self.desk.open_bytes(&name, body)?,
            Order::Mark { name, take } => return Ok(Some(Packet::new(self.desk.mark(&name, body, take)?))),
            Order::Markers { take } => return Ok(Some(Packet::new(self.desk.markers(take)?))),
            Order::Remove { take } => self.desk.remove(take),
            Order::Sound { take } => {
                let take = self.desk.take(take)?;
                let head = json!({"type": "sound", "take": take.id});
                return Ok(Some(Packet::with(head, preview::sound(take.samples()?))));
            }
            Order::Solve { id, side, take, preset, visible } => {
                let request = || -> Result<solve::Request> {
                    Ok(solve::Request {
                        id,
                        take: self.desk.take(take)?,
                        preset: read_preset(&preset)?,
                        visible,
                    })
                };
                match request() {
                    Ok(request) => self.solvers[side as usize].ask(request),
                    Err(failure) => {
                        let head = json!({
                            "type": "unsolved", "id": id, "side": side, "message": failure.message(),
                        });
                        return Ok(Some(Packet::new(head)));
                    }
                }
            }
            Order::Export { id, take, preset, format, rig, fps } => {
                let (take, preset) = (self.desk.take(take)?, read_preset(&preset)?);
                let wish = export::Wish { id, take, preset, format, rig, fps };
                export::start(self.desk.clone(), wish, self.packets.clone());
            }
            Order::Preset { name } => {
                let preset = Preset::from_json(&name, &String::from_utf8_lossy(body))?;
                return Ok(Some(Packet::new(json!({"type": "preset", "preset": preset}))));
            }
            Order::Curve { name } => {
                let keys = PresetKey::of(&EmotionCurve::from_csv(&name, body)?);
                return Ok(Some(Packet::new(json!({"type": "keys", "keys": keys}))));
            }
            Order::Live { take, device, preset } => {
                self.stop_live();
                let sound = match (take, device) {
                    (Some(take), None) => live::Sound::Take(self.desk.take(take)?),
                    (None, Some(device)) => live::Sound::Microphone(device),
                    _ => return Err(Failure::input("live: wanted a take or a device")),
                };
                let preset = read_preset(&preset)?;
                self.live = Some(live::start(self.desk.clone(), sound, preset, self.packets.clone()));
            }
            Order::Devices => return Ok(Some(devices())),
            Order::Steer { preset } => {
                let preset = Box::new(read_preset(&preset)?);
                if let Some(live) = &self.live {
                    // A run that has ended needs no steering.
                    let _ = live.send(live::Steering::Preset(preset));
                }
            }
            Order::Stop => self.stop_live(),
        }
        Ok(None)
    }

    fn stop_live(&mut self) {
        if let Some(live) = self.live.take() {
            // A run that has ended cannot be stopped.
            let _ = live.send(live::Steering::Stop);
        }
    }
}

fn read_preset(preset: &Value) -> Result<Preset> {
    Ok(Preset::from_json("of the page", &preset.to_string())?)
}

/// Names of the microphones, or why there are none.
fn devices() -> Packet {
    Packet::new(match cstalk_capture::devices() {
        Ok(devices) => {
            let rows: Vec<Value> = devices
                .iter()
                .map(|device| json!({"id": device.id, "name": device.name, "default": device.is_default}))
                .collect();
            json!({"type": "devices", "devices": rows})
        }
        Err(error) => json!({"type": "devices", "devices": [], "message": error.to_string()}),
    })
}

/// What the page must know before anything else.
fn hello(desk: &Desk, preset: &Preset) -> Packet {
    let made = || -> Result<Value> {
        let formats: Vec<Value> = Format::ALL
            .iter()
            .map(|format| json!({"name": format.name(), "rig": format.rig().map(RigId::name)}))
            .collect();
        Ok(json!({
            "type": "hello", "version": env!("CARGO_PKG_VERSION"), "facts": face_rows::facts()?,
            "models": desk.models()?, "emotionModels": desk.emotion_models(), "formats": formats, "rigs": RigId::ALL.map(RigId::name), "preset": preset,
        }))
    };
    Packet::new(made().unwrap_or_else(|failure| json!({"type": "refused", "message": failure.message()})))
}

fn send(socket: &mut WebSocket<TcpStream>, packet: &Packet) -> std::result::Result<(), tungstenite::Error> {
    socket.send(Message::binary(packet.to_bytes()))
}

fn is_pause(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
