//! Recordings: good ones, and bad ones byte by byte.

use std::path::{Path, PathBuf};

/// Syllables of a buzzing tone at `rate_hz`, in -0.5..0.5.
pub(crate) fn voice(rate_hz: u32, seconds: f64) -> Vec<f32> {
    (0..(f64::from(rate_hz) * seconds).round() as usize)
        .map(|n| {
            let time_s = n as f64 / f64::from(rate_hz);
            let syllable = (time_s * 15.0).sin().max(0.0);
            (0.5 * syllable * (time_s * 880.0).sin()) as f32
        })
        .collect()
}

/// A mono 16-bit recording of [`voice`] at 16 kHz.
pub(crate) fn write_voice(path: &Path, seconds: f64) -> PathBuf {
    std::fs::write(path, wav16(&voice(16_000, seconds), 1, 16_000)).unwrap();
    path.to_owned()
}

/// Sample format tags of the wav header.
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const MU_LAW: u16 = 7;

/// A wav file with the given payload; sizes in the header are those of the payload.
fn wav(tag: u16, channel_count: u16, rate_hz: u32, bits: u16, payload: &[u8]) -> Vec<u8> {
    let block_bytes = channel_count * bits / 8;
    let mut bytes = b"RIFF".to_vec();
    // All formats but PCM say how many bytes of their own follow: none.
    let extension: &[u8] = if tag == PCM { &[] } else { &[0, 0] };
    bytes.extend((36 + extension.len() as u32 + payload.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend((16 + extension.len() as u32).to_le_bytes());
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channel_count.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend((rate_hz * u32::from(block_bytes)).to_le_bytes());
    bytes.extend(block_bytes.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(extension);
    bytes.extend(b"data");
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend(payload);
    bytes
}

/// 16-bit wav; each sample is repeated in all channels.
pub(crate) fn wav16(samples: &[f32], channel_count: u16, rate_hz: u32) -> Vec<u8> {
    let mut payload = Vec::new();
    for sample in samples {
        let value = (sample.clamp(-1.0, 1.0) * 32_767.0) as i16;
        (0..channel_count).for_each(|_| payload.extend(value.to_le_bytes()));
    }
    wav(PCM, channel_count, rate_hz, 16, &payload)
}

/// Mono 32-bit float wav.
pub(crate) fn wav_float(samples: &[f32], rate_hz: u32) -> Vec<u8> {
    let payload: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    wav(FLOAT, 1, rate_hz, 32, &payload)
}

/// Mono mu-law wav: what a telephone line delivers.
pub(crate) fn wav_mu_law(samples: &[f32], rate_hz: u32) -> Vec<u8> {
    let payload: Vec<u8> = samples.iter().map(|sample| mu_law((sample * 32_767.0) as i16)).collect();
    wav(MU_LAW, 1, rate_hz, 8, &payload)
}

/// One sample as ITU-T G.711 mu-law.
fn mu_law(sample: i16) -> u8 {
    const BIAS: i32 = 0x84;
    let (sign, magnitude) = if sample < 0 { (0x80, -i32::from(sample)) } else { (0, i32::from(sample)) };
    let magnitude = magnitude.min(32_635) + BIAS;
    let exponent = (24 - magnitude.leading_zeros() as i32).max(0);
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) | mantissa) as u8
}

/// The same bytes of a PCM file with another length in the header of the data chunk.
pub(crate) fn with_declared_bytes(mut wav: Vec<u8>, declared_bytes: u32) -> Vec<u8> {
    wav[40..44].copy_from_slice(&declared_bytes.to_le_bytes());
    wav[4..8].copy_from_slice(&declared_bytes.saturating_add(36).to_le_bytes());
    wav
}
