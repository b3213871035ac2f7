//! What the fuzz targets share: a file on disk for readers that want a path, bounded reading of sound, reading of takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use cstalk_audio::SpeechReader;
use cstalk_rig::RigId;
use cstalk_rig::formats::{Format, ReadOptions};

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

/// Reads `bytes` as a take.
///
/// An accepted take holds finite numbers, in its own rig and mapped to every other.
pub fn read_take(bytes: &[u8], format: Option<Format>, extension: &str) {
    let options = ReadOptions { format, ..ReadOptions::default() };
    with_file(bytes, extension, |path| {
        let Ok(imported) = cstalk_rig::formats::read_take(path, &options) else { return };
        assert!(imported.take.values().iter().all(|value| value.is_finite()), "a value is not finite");
        // Mapping costs a pass over the take: enough of it is seen in short ones.
        if imported.take.row_count() > 100 {
            return;
        }
        for rig in [RigId::Board185, RigId::MetaHuman251, RigId::Arkit52] {
            if let Ok(mapped) = imported.take.to_rig(rig) {
                assert!(
                    mapped.values().iter().all(|value| value.is_finite()),
                    "a mapped value is not finite"
                );
            }
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
