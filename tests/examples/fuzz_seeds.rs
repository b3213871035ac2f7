//! Writes the seeds of the fuzz targets that the crates' own writers can make: `fuzz_seeds FOLDER`, one folder a target.
//!
//! It is not in the fuzz crate because everything there is linked with libFuzzer's own main.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use cstalk_onnx::ModelFile;
use cstalk_onnx::sample::{SampleSpec, untrained_model};
use cstalk_rig::formats::{Format, write_take};
use cstalk_rig::{CurveRate, RigId, Take};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("wanted the folder for the seeds")?);
    // Few controls keep the files small; the fuzzer changes every byte of them.
    let spec =
        SampleSpec::new("board-185", 1, vec!["CTRL_C_jaw.ty".to_owned(), "CTRL_C_mouth.tx".to_owned()]);
    let model = untrained_model(&spec)?;
    seed(&folder, "onnx_model", "untrained.onnx", &model)?;
    seed(&folder, "model_card", "untrained.json", ModelFile::parse(&model)?.card().to_json()?.as_bytes())?;
    seed(&folder, "emotion_curve", "mood.csv", b"time_s,happy,angry\n0.0,0,0\n1.5,0.8,0\n3.0,0,0.5\n")?;
    let spreadsheet = b"\xef\xbb\xbftime_s;happy;strength:brows\r\n0;0,5;1\r\n1,5;1;0,25\r\n;;\r\n";
    seed(&folder, "emotion_curve", "spreadsheet.csv", spreadsheet)?;
    let style = br#"{"schema": "cstalk-style/1", "name": "broad", "values": {"jaw": 0.5, "smile": -1}}"#;
    seed(&folder, "style_file", "broad.json", style)?;
    seed(&folder, "style_file", "inline", b"jaw=0.5,smile=-1")?;
    let sweep: Vec<f32> = (0..800_u16).map(|index| (f32::from(index) * 0.1).sin() * 0.5).collect();
    let wav = folder.join("audio_wav");
    fs::create_dir_all(&wav)?;
    cstalk_audio::write_wav16(wav.join("sweep.wav"), &sweep, 16_000)?;
    for format in Format::ALL {
        let target = format!("take_{}", format.name().replace('-', "_"));
        for rig in [RigId::Board185, RigId::MetaHuman251, RigId::Arkit52] {
            if format.rig().is_some_and(|only| only != rig) {
                continue;
            }
            let mut take = Take::new(rig, CurveRate::MODEL);
            for value in [0.0, 0.25, 0.5] {
                take.push_row(&vec![value; take.column_count()])?;
            }
            for target in [&target, "take_any"] {
                fs::create_dir_all(folder.join(target))?;
                let name = format!("{rig}-{}.{}", format.name(), format.extension());
                write_take(&folder.join(target).join(name), format, &take)?;
            }
        }
    }
    Ok(())
}

fn seed(folder: &Path, target: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let folder = folder.join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}
