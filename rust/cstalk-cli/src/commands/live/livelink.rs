//! Sends faces to Unreal's Live Link Face source.

use std::net::{SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::{SystemTime, UNIX_EPOCH};

use cstalk_rig::CurveRate;
use cstalk_rig::livelink::{LIVE_LINK_NAME_BYTES, LIVE_LINK_PORT, LiveLinkPacket};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::failure::{Failure, Result};
use crate::say::complain;

/// A socket, an address and the packet in the making.
pub(super) struct LiveLinkSender {
    socket: UdpSocket,
    to: SocketAddr,
    packet: LiveLinkPacket,
    bytes: Vec<u8>,
    /// Seconds since midnight (UTC) of the first sample.
    began_s: f64,
    report: LiveLinkReport,
}

/// What was sent.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct LiveLinkReport {
    address: String,
    subject: String,
    packet_count: u64,
    /// Packets that the system refused to send.
    failed_count: u64,
}

impl LiveLinkSender {
    /// A sender to `HOST` or `HOST:PORT`.
    ///
    /// # Errors
    /// Usage: an address or a subject that cannot be used. Input: no socket.
    pub(super) fn new(address: &str, subject: &str, rate: CurveRate) -> Result<Self> {
        if !(1..=LIVE_LINK_NAME_BYTES).contains(&subject.len()) {
            let length = subject.len();
            let message = format!("--subject: wanted 1 to {LIVE_LINK_NAME_BYTES} bytes, got {length}");
            return Err(Failure::usage(message));
        }
        let to = resolve(address)?;
        let any: SocketAddr = if to.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0; 16], 0).into() };
        let socket = UdpSocket::bind(any)
            .and_then(|socket| {
                // A picture wall may listen on the whole subnet.
                socket.set_broadcast(true)?;
                Ok(socket)
            })
            .map_err(|error| Failure::input(format!("--livelink {address}: no socket: {error}")))?;
        let packet = LiveLinkPacket {
            device_id: device_id(subject),
            subject: subject.to_owned(),
            frame_number: 0,
            sub_frame: 0.0,
            rate,
            values: [0.0; _],
        };
        // A clock before 1970 gives midnight: the times of frames only have to grow.
        let since_1970_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let report =
            LiveLinkReport { address: to.to_string(), subject: subject.to_owned(), ..Default::default() };
        Ok(Self { socket, to, packet, bytes: Vec::new(), began_s: since_1970_s % 86_400.0, report })
    }

    /// Sends the face `arkit` (a row of arkit-52) of the sound at `time_s`.
    ///
    /// A packet that cannot be sent is counted and lost, as any packet may be.
    pub(super) fn send(&mut self, time_s: f64, arkit: &[f32]) -> Result<()> {
        let frame = (self.began_s + time_s) * self.packet.rate.hz();
        self.packet.frame_number = frame.floor() as i32;
        self.packet.sub_frame = frame.fract() as f32;
        self.packet.values.copy_from_slice(arkit);
        self.packet.encode(&mut self.bytes)?;
        match self.socket.send_to(&self.bytes, self.to) {
            Ok(_) => self.report.packet_count += 1,
            Err(error) => {
                if self.report.failed_count == 0 {
                    complain!("warning: a packet to {} was not sent: {error}", self.to);
                }
                self.report.failed_count += 1;
            }
        }
        Ok(())
    }

    pub(super) fn report(&self) -> LiveLinkReport {
        self.report.clone()
    }
}

fn resolve(address: &str) -> Result<SocketAddr> {
    let wrong = |why: String| {
        Failure::usage(format!("--livelink: wanted HOST or HOST:PORT, got `{address}`: {why}"))
            .advise("127.0.0.1 for Unreal on this machine, or the address of the other one")
    };
    let has_port = address.parse::<SocketAddr>().is_ok()
        || address.rsplit_once(':').is_some_and(|(host, port)| !host.contains(':') && !port.is_empty());
    let found = if has_port {
        address.to_socket_addrs()
    } else {
        (address.trim_matches(['[', ']']), LIVE_LINK_PORT).to_socket_addrs()
    };
    let addresses: Vec<SocketAddr> = found.map_err(|error| wrong(error.to_string()))?.collect();
    // Unreal listens on IPv4.
    let first = addresses.iter().find(|address| address.is_ipv4()).or(addresses.first());
    first.copied().ok_or_else(|| wrong("no such host".to_owned()))
}

/// A device id in the form of a UUID, as the app sends it: the same for the same subject.
fn device_id(subject: &str) -> String {
    let hash = Sha256::digest(subject.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02X}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_usual_port_unless_named() {
        for (text, wanted) in [
            ("127.0.0.1", "127.0.0.1:11111"),
            ("127.0.0.1:5000", "127.0.0.1:5000"),
            ("[::1]:5000", "[::1]:5000"),
            ("::1", "[::1]:11111"),
            ("[::1]", "[::1]:11111"),
        ] {
            assert_eq!(resolve(text).unwrap().to_string(), wanted, "{text}");
        }
        for text in ["", "127.0.0.1:", "127.0.0.1:70000", "no host of this name.invalid"] {
            let failure = resolve(text).unwrap_err().to_string();
            assert!(failure.contains("HOST:PORT"), "{text}: {failure}");
        }
    }

    #[test]
    fn a_subject_keeps_its_device() {
        let id = device_id("Anna");
        assert_eq!((id.len(), id.matches('-').count()), (36, 4));
        assert_eq!(id, device_id("Anna"));
        assert_ne!(id, device_id("Bert"));
    }
}
