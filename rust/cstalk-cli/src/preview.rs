//! `--preview`: a take as one page that can be mailed: sound, curves and a face, no network.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cstalk_audio::SPEECH_RATE_HZ;
use cstalk_engine::Stream;
use serde_json::json;

use crate::face_rows::{self, FaceRows};
use crate::failure::{Failure, Result};
use crate::markers::Markers;
use crate::say::complain;
use crate::{page, recording, written};

/// Longest take of a preview: about 47 MB of page.
const LONGEST_S: usize = 600;

/// Writes the preview of `input`, animated by `stream`, to `path`; phones are those of `markers`, or those that lie
/// beside the recording.
///
/// # Errors
/// Input: a recording that cannot be read or is longer than ten minutes, a place that cannot be written.
pub(crate) fn write(path: &Path, input: &Path, markers: Option<Markers>, stream: &mut Stream) -> Result<()> {
    let samples = read(input)?;
    let markers = markers.or_else(|| markers_beside(input));
    let markers = markers.map(|markers| fitted(markers, samples.len() as f64 / f64::from(SPEECH_RATE_HZ)));
    stream.reset()?;
    face_rows::check_rig(stream.rig().id())?;
    stream.push(&samples)?;
    stream.finish();
    let mut face_rows = FaceRows::new()?;
    let mut rows = Vec::new();
    stream.drain(|row| face_rows.append(row.values, &mut rows))?;
    let (scales, packed_rows) = packed(&rows, FaceRows::COLUMN_COUNT);
    let card = stream.model().card();
    let take = json!({
        "name": input.file_name().unwrap_or_default().to_string_lossy(),
        "model": format!("{} {}", card.name, card.version),
        "facts": face_rows::facts()?,
        "rate": stream.rate()?.hz(),
        "sampleRate": SPEECH_RATE_HZ,
        "sound": BASE64.encode(sound(&samples)),
        "scales": scales,
        "rows": BASE64.encode(packed_rows),
        "markers": markers,
    });
    written::write(path, page::with_take(&take).as_bytes())
}

fn read(input: &Path) -> Result<Vec<f32>> {
    let recording = recording::read(input, LONGEST_S)?.ok_or_else(|| {
        Failure::input(format!(
            "--preview: wanted a recording of at most {} minutes, got a longer one",
            LONGEST_S / 60
        ))
        .about(input.display())
        .advise("a shorter recording; the curves themselves have no limit")
    })?;
    Ok(recording.samples)
}

/// A preview that nobody asked to have phones does without those of a bad file.
fn markers_beside(input: &Path) -> Option<Markers> {
    Markers::beside(input)?.map_err(|failure| complain!("warning: {}", failure.message())).ok()
}

/// Markers of a recording of `duration_s` seconds; says what is odd about them.
fn fitted(mut markers: Markers, duration_s: f64) -> Markers {
    for warning in markers.warnings.iter().chain(&markers.warning_beyond(duration_s)) {
        complain!("warning: {}: {warning}", markers.name);
    }
    markers.cut(duration_s);
    markers
}

/// Samples as 16-bit little-endian numbers.
pub(crate) fn sound(samples: &[f32]) -> Vec<u8> {
    let sixteen_bits = |sample: &f32| (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
    samples.iter().flat_map(|sample| sixteen_bits(sample).to_le_bytes()).collect()
}

/// Rows as 16-bit numbers, and for each column what one step of them is worth.
fn packed(rows: &[f32], column_count: usize) -> (Vec<f32>, Vec<u8>) {
    let mut largest = vec![0.0_f32; column_count];
    for row in rows.chunks_exact(column_count) {
        for (largest, value) in largest.iter_mut().zip(row) {
            *largest = largest.max(value.abs());
        }
    }
    let scales: Vec<f32> = largest.iter().map(|largest| largest / f32::from(i16::MAX)).collect();
    let step = |value: f32, scale: f32| if scale > 0.0 { (value / scale).round() as i16 } else { 0 };
    let packed = rows
        .chunks_exact(column_count)
        .flat_map(|row| row.iter().zip(&scales))
        .flat_map(|(value, scale)| step(*value, *scale).to_le_bytes())
        .collect();
    (scales, packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_rows_come_back_within_half_a_step() {
        let rows = [0.5, -90.0, 0.0, -1.0, 45.0, 0.0];
        let (scales, bytes) = packed(&rows, 3);
        for (index, wanted) in rows.iter().enumerate() {
            let step = i16::from_le_bytes([bytes[2 * index], bytes[2 * index + 1]]);
            let got = f32::from(step) * scales[index % 3];
            assert!((got - wanted).abs() <= 0.51 * scales[index % 3], "{got} {wanted}");
        }
    }

    #[test]
    fn loud_samples_are_cut_and_do_not_wrap() {
        assert_eq!(sound(&[2.0, -2.0]), [i16::MAX.to_le_bytes(), (-i16::MAX).to_le_bytes()].concat());
    }
}
