//! What the fuzz targets share: a file on disk for readers that want a path, and bounded reading of sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cstalk_audio::SpeechReader;

/// Most samples that a target reads: a few kilobytes of FLAC can stand for hours of silence, and hours of it say
/// nothing that minutes do not.
const MAX_SPEECH_SAMPLES: usize = 1 << 21;

/// Decodes `bytes` as a sound file with the given extension.
///
/// Whatever the bytes are, decoded samples are finite.
pub fn read_sound(bytes: &[u8], extension: &str) {
    with_file(bytes, extension, |path| {
        let Ok(mut reader) = SpeechReader::open(path) else { return };
        let mut speech = Vec::new();
        let mut read_samples = 0;
        while reader.read(&mut speech).unwrap_or(false) && read_samples < MAX_SPEECH_SAMPLES {
            assert!(speech.iter().all(|sample| sample.is_finite()), "a decoded sample is not finite");
            read_samples += speech.len();
            speech.clear();
        }
    });
}

/// Puts `bytes` into this process's scratch file and calls `body` with its path.
pub fn with_file(bytes: &[u8], extension: &str, body: impl FnOnce(&Path)) {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let folder = parent.join(format!("cstalk-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a scratch folder");
        folder
    });
    let path = folder.join(format!("input.{extension}"));
    fs::write(&path, bytes).expect("a scratch file");
    body(&path);
}
