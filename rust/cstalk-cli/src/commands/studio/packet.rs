//! What goes over the socket: a JSON head, and bytes that belong to it.
//!
//! On the wire a packet is one binary message: the head's length as 32-bit little-endian number, the head, the bytes.

use serde::Deserialize;
use serde_json::Value;

/// One packet from the studio to the page.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) head: Value,
    pub(crate) body: Vec<u8>,
}

impl Packet {
    pub(crate) fn new(head: Value) -> Self {
        Self { head, body: Vec::new() }
    }

    pub(crate) fn with(head: Value, body: Vec<u8>) -> Self {
        Self { head, body }
    }

    pub(crate) fn with_rows(head: Value, rows: &[f32]) -> Self {
        Self::with(head, rows.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let head = self.head.to_string();
        let mut bytes = Vec::with_capacity(4 + head.len() + self.body.len());
        bytes.extend_from_slice(&(head.len() as u32).to_le_bytes());
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What the page asks for.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Order {
    /// A recording, in the body.
    Open { name: String },
    /// Phones and words with their times, in the body, for the take of the same name or else the one that is chosen.
    Mark { name: String, take: Option<u32> },
    /// The phones and words of a take.
    Markers { take: u32 },
    /// Forget a take.
    Remove { take: u32 },
    /// The sound of a take.
    Sound { take: u32 },
    /// Curves of a take, the ones between the times of `visible` first where that helps.
    Solve { id: u32, side: Side, take: u32, preset: Value, visible: [f64; 2] },
    /// A file of curves.
    Export { id: u32, take: u32, preset: Value, format: String, rig: Option<String>, fps: f64 },
    /// Whether a preset in the body is one.
    Preset { name: String },
    /// The keys of an emotion curve file in the body.
    Curve { name: String },
    /// Go live: from a microphone, or from a take as if it came from one.
    Live { take: Option<u32>, device: Option<String>, preset: Value },
    /// The microphones of this machine.
    Devices,
    /// New settings for the live run.
    Steer { preset: Value },
    /// End of the live run.
    Stop,
}

/// Which of two settings that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Side {
    A,
    B,
}

/// Takes a message apart.
///
/// # Errors
/// What is wrong with it, for the page.
pub(crate) fn read(message: &[u8]) -> Result<(Order, &[u8]), String> {
    let (length, rest) = message.split_first_chunk::<4>().ok_or("wanted a packet, got less than 4 bytes")?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > rest.len() {
        return Err(format!("wanted a head of {length} bytes, got {}", rest.len()));
    }
    let (head, body) = rest.split_at(length);
    let order = serde_json::from_slice(head).map_err(|error| format!("head of a packet: {error}"))?;
    Ok((order, body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn packets_are_read_or_refused() {
        let bytes = Packet::with(json!({"type": "open", "name": "a.wav"}), vec![1, 2]).to_bytes();
        assert_eq!(read(&bytes).unwrap(), (Order::Open { name: "a.wav".to_owned() }, &[1, 2][..]));
        let odd = |head: Value| read(&Packet::new(head).to_bytes()).unwrap_err();
        assert!(odd(json!({"type": "format-disk"})).contains("format-disk"));
        assert!(odd(json!({"type": "open", "name": "a", "now": true})).contains("now"));
        assert!(odd(json!({"type": "remove", "take": -1})).contains("-1"));
        assert!(read(&[]).unwrap_err().contains("4 bytes"));
        assert!(read(&[255, 255, 255, 255, b'{']).unwrap_err().contains("got 1"));
    }
}
