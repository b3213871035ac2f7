//! Rooms: convolution with measured impulse responses, without their delay.

use super::super::error::{Result, TrainError};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use std::path::Path;

/// Longest tail that is kept, samples.
const LONGEST_SAMPLES: usize = 9600;

/// Impulse responses that begin with their direct path and have unit energy.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    responses: Vec<Vec<f32>>,
}

impl Rooms {
    /// Every sound file in `folder`, in the order of the names.
    ///
    /// # Errors
    /// [`TrainError`] when the folder or a file in it cannot be read.
    pub fn load(folder: &Path) -> Result<Self> {
        let mut responses = Vec::new();
        for path in sound_files(folder)? {
            let samples = cstalk_audio::decode_speech(&path)
                .map_err(|error| TrainError::Corpus(format!("{}: {error}", path.display())))?;
            responses.extend(aligned(&samples));
        }
        Ok(Self { responses })
    }

    /// Puts `samples` into one of the rooms, mixed with the dry sound; without rooms nothing happens.
    pub fn apply(&self, samples: &mut [f32], rng: &mut ChaCha8Rng) {
        if self.responses.is_empty() || samples.is_empty() {
            return;
        }
        let response = &self.responses[rng.random_range(0..self.responses.len())];
        let wet = rng.random_range(0.3f32..1.0);
        let Some(reverberant) = convolve(samples, response) else { return };
        for (sample, reverberant) in samples.iter_mut().zip(reverberant) {
            *sample = *sample * (1.0 - wet) + reverberant * wet;
        }
    }
}

/// Sound files of a folder by name.
pub(super) fn sound_files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(TrainError::io(folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(TrainError::io(folder))?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        if matches!(extension.as_str(), "wav" | "flac" | "ogg" | "mp3") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The response from its highest peak on, with unit energy; None when it is silent.
fn aligned(samples: &[f32]) -> Option<Vec<f32>> {
    let (peak, height) =
        samples.iter().enumerate().map(|(index, x)| (index, x.abs())).max_by(|a, b| a.1.total_cmp(&b.1))?;
    if height <= 0.0 {
        return None;
    }
    let tail = &samples[peak..samples.len().min(peak + LONGEST_SAMPLES)];
    let energy = tail.iter().map(|x| x * x).sum::<f32>().sqrt();
    let sign = samples[peak].signum();
    Some(tail.iter().map(|x| sign * x / energy).collect())
}

/// The first `samples.len()` values of the convolution.
fn convolve(samples: &[f32], response: &[f32]) -> Option<Vec<f32>> {
    let size = fast_size(samples.len() + response.len());
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
    let spectrum_of = |signal: &[f32]| -> Option<Vec<Complex<f32>>> {
        let mut padded = vec![0.0; size];
        padded[..signal.len()].copy_from_slice(signal);
        let mut spectrum = forward.make_output_vec();
        forward.process(&mut padded, &mut spectrum).ok()?;
        Some(spectrum)
    };
    let mut product = spectrum_of(samples)?;
    for (a, b) in product.iter_mut().zip(spectrum_of(response)?) {
        *a *= b / size as f32;
    }
    let mut result = vec![0.0; size];
    inverse.process(&mut product, &mut result).ok()?;
    result.truncate(samples.len());
    Some(result)
}

/// The next size of the form 2^a or 9 * 2^a, which transform quickly.
fn fast_size(least: usize) -> usize {
    let power = least.next_power_of_two();
    let nine_eighths = power / 16 * 9;
    if nine_eighths >= least { nine_eighths } else { power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_direct_path_stays_where_it_was() {
        let mut response = vec![0.0; 700];
        response[500] = -0.5;
        response[640] = 0.25;
        let response = aligned(&response).unwrap();
        let mut click = vec![0.0; 1000];
        click[100] = 1.0;
        let wet = convolve(&click, &response).unwrap();
        let loudest = (0..1000).max_by(|a, b| wet[*a].abs().total_cmp(&wet[*b].abs())).unwrap();
        assert_eq!(loudest, 100);
        assert!(wet[100] > 0.0 && wet[240] < 0.0);
        assert!(wet[..99].iter().all(|x| x.abs() < 1e-5));
    }

    #[test]
    fn sizes_fit() {
        for least in [1, 16, 100, 73_600, 65_537] {
            assert!(fast_size(least) >= least);
        }
        assert_eq!(fast_size(73_600), 73_728);
    }
}
