//! Signals and files that the other modules build their cases from.

use std::f64::consts::TAU;
use std::path::PathBuf;

/// Sine of `hz` at amplitude 0.5, as 64-bit floats for exact comparison.
pub(crate) fn sine(hz: f64, rate_hz: u32, sample_count: usize) -> Vec<f64> {
    (0..sample_count).map(|index| 0.5 * (TAU * hz * index as f64 / f64::from(rate_hz)).sin()).collect()
}

pub(crate) fn to_f32(samples: &[f64]) -> Vec<f32> {
    samples.iter().map(|&sample| sample as f32).collect()
}

/// White noise in [-1, 1) from a linear congruential generator (the one of tests/reference).
pub(crate) fn noise(sample_count: usize) -> Vec<f64> {
    let mut state: u32 = 12_345;
    (0..sample_count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state) / 2f64.powi(31) - 1.0
        })
        .collect()
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Bytes of a wav file, field by field, so that tests can make any of them lie.
#[derive(Clone)]
pub(crate) struct WavBytes {
    pub(crate) format_tag: u16,
    pub(crate) channel_count: u16,
    pub(crate) rate_hz: u32,
    pub(crate) bits: u16,
    pub(crate) payload: Vec<u8>,
    pub(crate) riff_length: Option<u32>,
    pub(crate) payload_length: Option<u32>,
    pub(crate) after: Vec<u8>,
}

impl WavBytes {
    /// 16-bit PCM.
    pub(crate) fn pcm16(rate_hz: u32, channel_count: u16, samples: &[f32]) -> Self {
        let payload =
            samples.iter().flat_map(|sample| ((sample * 32_767.0).round() as i16).to_le_bytes()).collect();
        Self {
            format_tag: 1,
            channel_count,
            rate_hz,
            bits: 16,
            payload,
            riff_length: None,
            payload_length: None,
            after: Vec::new(),
        }
    }

    /// 32-bit float.
    pub(crate) fn float32(rate_hz: u32, channel_count: u16, samples: &[f32]) -> Self {
        let payload = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        Self { format_tag: 3, bits: 32, payload, ..Self::pcm16(rate_hz, channel_count, &[]) }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let block_bytes = self.channel_count * self.bits.div_ceil(8);
        let true_length = self.payload.len() as u32;
        let riff_length = 36 + true_length + self.after.len() as u32;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend(self.riff_length.unwrap_or(riff_length).to_le_bytes());
        bytes.extend(b"WAVEfmt ");
        bytes.extend(16u32.to_le_bytes());
        bytes.extend(self.format_tag.to_le_bytes());
        bytes.extend(self.channel_count.to_le_bytes());
        bytes.extend(self.rate_hz.to_le_bytes());
        bytes.extend(self.rate_hz.wrapping_mul(u32::from(block_bytes)).to_le_bytes());
        bytes.extend(block_bytes.to_le_bytes());
        bytes.extend(self.bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(self.payload_length.unwrap_or(true_length).to_le_bytes());
        bytes.extend(&self.payload);
        bytes.extend(&self.after);
        bytes
    }
}

/// A file with the given bytes that lives as long as the returned folder.
pub(crate) fn file_of(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}
