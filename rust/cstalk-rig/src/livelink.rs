//! The packets in which the Live Link Face app sends a face over the network, version 6.
//!
//! One UDP packet a face, big endian, to port 11111 unless told otherwise:
//!
//! | field | type |
//! |---|---|
//! | version | u8, 6 |
//! | device id | i32 length, then text; the app sends a UUID of 36 letters |
//! | subject name | i32 length, then UTF-8 |
//! | frame number, part of a frame | i32, f32 |
//! | frames a second | i32 / i32 |
//! | number of values | u8, 61 |
//! | values | 61 f32, in the order of the columns of arkit-52 |
//!
//! Shapes are 0..1, angles in Live Link units. The layout is the common ground of two public senders and one
//! receiver (see `facts/livelink_face_columns.csv` for the order); Epic does not document it.

use crate::error::{Error, Result};
use crate::rate::CurveRate;
use crate::rig::RigId;

/// The port that Unreal's Live Link Face source listens on.
pub const LIVE_LINK_PORT: u16 = 11_111;
/// Values of a packet: the columns of arkit-52.
pub const LIVE_LINK_VALUE_COUNT: usize = RigId::Arkit52.column_count();
/// Longest device id and subject name, in bytes.
pub const LIVE_LINK_NAME_BYTES: usize = 256;

const VERSION: u8 = 6;

/// One face of one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveLinkPacket {
    /// Tells senders apart; any text of up to [`LIVE_LINK_NAME_BYTES`].
    pub device_id: String,
    /// The name under which a receiver lists the face.
    pub subject: String,
    /// Frames since midnight, or since any other begin, at `rate`.
    pub frame_number: i32,
    /// Part of a frame after that, 0..1.
    pub sub_frame: f32,
    /// Frames a second.
    pub rate: CurveRate,
    /// One value a column of arkit-52.
    pub values: [f32; LIVE_LINK_VALUE_COUNT],
}

impl LiveLinkPacket {
    /// Writes the packet's bytes in place of what is in `bytes`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] for a name that is empty or too long.
    pub fn encode(&self, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.clear();
        bytes.push(VERSION);
        write_text(bytes, "device id", &self.device_id)?;
        write_text(bytes, "subject name", &self.subject)?;
        bytes.extend(self.frame_number.to_be_bytes());
        bytes.extend(self.sub_frame.to_be_bytes());
        bytes.extend(self.rate.numerator().to_be_bytes());
        bytes.extend(self.rate.denominator().to_be_bytes());
        bytes.push(LIVE_LINK_VALUE_COUNT as u8);
        bytes.extend(self.values.iter().flat_map(|value| value.to_be_bytes()));
        Ok(())
    }

    /// The packet in the bytes of a datagram.
    ///
    /// # Errors
    /// [`crate::ErrorKind::BadInput`] with the field, wanted and got: another version, a name that is no text or too long,
    /// a rate that is none, another number of values, a value that is not finite, bytes missing or left.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let mut rest = Rest(bytes);
        let [version] = rest.take("version")?;
        if version != VERSION {
            return Err(wrong(format!("wanted version {VERSION}, got {version}")));
        }
        let device_id = rest.text("device id")?;
        let subject = rest.text("subject name")?;
        let frame_number = i32::from_be_bytes(rest.take("frame number")?);
        let sub_frame = f32::from_be_bytes(rest.take("part of a frame")?);
        let numerator = u32::from_be_bytes(rest.take("frames a second")?);
        let denominator = u32::from_be_bytes(rest.take("frames a second")?);
        let rate = CurveRate::new(numerator, denominator)?;
        let [count] = rest.take("number of values")?;
        if usize::from(count) != LIVE_LINK_VALUE_COUNT {
            return Err(wrong(format!("wanted {LIVE_LINK_VALUE_COUNT} values, got {count}")));
        }
        let mut values = [0.0; LIVE_LINK_VALUE_COUNT];
        for value in &mut values {
            *value = f32::from_be_bytes(rest.take("values")?);
        }
        if let Some(value) = values.iter().chain([&sub_frame]).find(|value| !value.is_finite()) {
            return Err(wrong(format!("wanted finite numbers, got {value}")));
        }
        if !rest.0.is_empty() {
            return Err(wrong(format!("{} bytes are left after the values", rest.0.len())));
        }
        Ok(Self { device_id, subject, frame_number, sub_frame, rate, values })
    }
}

fn write_text(bytes: &mut Vec<u8>, what: &str, text: &str) -> Result<()> {
    if !(1..=LIVE_LINK_NAME_BYTES).contains(&text.len()) {
        let length = text.len();
        return Err(wrong(format!("{what}: wanted 1 to {LIVE_LINK_NAME_BYTES} bytes, got {length}")));
    }
    bytes.extend((text.len() as i32).to_be_bytes());
    bytes.extend(text.as_bytes());
    Ok(())
}

/// What of a packet was not read yet.
struct Rest<'bytes>(&'bytes [u8]);

impl Rest<'_> {
    fn take<const COUNT: usize>(&mut self, what: &str) -> Result<[u8; COUNT]> {
        let (taken, rest) =
            self.0.split_first_chunk().ok_or_else(|| wrong(format!("it ends within its {what}")))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn text(&mut self, what: &str) -> Result<String> {
        let length = i32::from_be_bytes(self.take(what)?);
        let length = usize::try_from(length)
            .ok()
            .filter(|length| (1..=LIVE_LINK_NAME_BYTES).contains(length))
            .ok_or_else(|| {
                wrong(format!("{what}: wanted 1 to {LIVE_LINK_NAME_BYTES} bytes, got {length}"))
            })?;
        let (text, rest) =
            self.0.split_at_checked(length).ok_or_else(|| wrong(format!("it ends within its {what}")))?;
        self.0 = rest;
        let text = std::str::from_utf8(text).map_err(|_| wrong(format!("{what}: it is not UTF-8")))?;
        Ok(text.to_owned())
    }
}

fn wrong(what: String) -> Error {
    Error::bad_input(format!("Live Link Face packet: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packets() -> impl Strategy<Value = LiveLinkPacket> {
        (
            ("[ -~]{1,36}", "\\PC{1,20}", any::<i32>(), 0.0f32..1.0),
            prop_oneof![Just((60, 1)), Just((24_000, 1_001)), Just((30, 1))],
            prop::collection::vec(-1.0f32..1.0, LIVE_LINK_VALUE_COUNT),
        )
            .prop_map(|((device_id, subject, frame_number, sub_frame), rate, values)| {
                LiveLinkPacket {
                    device_id,
                    subject,
                    frame_number,
                    sub_frame,
                    rate: CurveRate::new(rate.0, rate.1).unwrap(),
                    values: values.try_into().unwrap(),
                }
            })
    }

    proptest! {
        #[test]
        fn packets_come_back_and_parts_of_them_are_refused(packet in packets(), cut in 0.0f64..1.0) {
            let mut bytes = vec![9; 3];
            packet.encode(&mut bytes).unwrap();
            prop_assert_eq!(&LiveLinkPacket::decode(&bytes).unwrap(), &packet);
            let part = (cut * bytes.len() as f64) as usize;
            prop_assert!(LiveLinkPacket::decode(&bytes[..part]).is_err());
            bytes.push(0);
            prop_assert!(LiveLinkPacket::decode(&bytes).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = LiveLinkPacket::decode(&bytes);
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_app() {
        let mut values = [0.0; LIVE_LINK_VALUE_COUNT];
        values[17] = 0.5;
        let packet = LiveLinkPacket {
            device_id: "0".repeat(36),
            subject: "Face".to_owned(),
            frame_number: 258,
            sub_frame: 0.25,
            rate: CurveRate::new(60, 1).unwrap(),
            values,
        };
        let mut bytes = Vec::new();
        packet.encode(&mut bytes).unwrap();
        // The low byte of the length of a UUID is the letter that other senders take for a mark.
        assert_eq!(bytes[..5], [6, 0, 0, 0, b'$']);
        assert_eq!(bytes[41..49], [0, 0, 0, 4, b'F', b'a', b'c', b'e']);
        assert_eq!(bytes[49..66], [0, 0, 1, 2, 0x3e, 0x80, 0, 0, 0, 0, 0, 60, 0, 0, 0, 1, 61]);
        assert_eq!(bytes.len(), 66 + 61 * 4);
        assert_eq!(bytes[66 + 17 * 4..66 + 18 * 4], [0x3f, 0, 0, 0]);
        assert_eq!(crate::Rig::get(RigId::Arkit52).columns()[17].name, "jawOpen");
    }

    #[test]
    fn bad_packets_are_refused_with_wanted_and_got() {
        let good = LiveLinkPacket {
            device_id: "d".to_owned(),
            subject: "s".to_owned(),
            frame_number: 0,
            sub_frame: 0.0,
            rate: CurveRate::MODEL,
            values: [0.0; LIVE_LINK_VALUE_COUNT],
        };
        let mut bytes = Vec::new();
        good.encode(&mut bytes).unwrap();
        let changed = |at: usize, byte: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            LiveLinkPacket::decode(&bytes).unwrap_err().to_string()
        };
        assert!(changed(0, 7).contains("version 6, got 7"));
        assert!(changed(1, 0x80).contains("device id"));
        assert!(changed(6, 0x80).contains("subject name"));
        assert!(changed(27, 52).contains("61 values, got 52"), "{}", changed(27, 52));

        for (device_id, subject) in [("", "s"), ("d", ""), ("d", &*"s".repeat(257))] {
            let bad = LiveLinkPacket { device_id: device_id.into(), subject: subject.into(), ..good.clone() };
            assert!(bad.encode(&mut Vec::new()).is_err());
        }
        let infinite = LiveLinkPacket { values: [f32::INFINITY; LIVE_LINK_VALUE_COUNT], ..good };
        infinite.encode(&mut bytes).unwrap();
        assert!(LiveLinkPacket::decode(&bytes).unwrap_err().to_string().contains("finite"));
    }
}
