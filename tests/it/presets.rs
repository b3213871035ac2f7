//! `--preset`, `--preview`, `--markers` and what `cstalk studio` refuses before it opens a page.

use std::path::Path;
use std::sync::Arc;

use cstalk_engine::{Preset, Stream};
use cstalk_model::{Model, Provider};

use crate::support::run;
use crate::support::sounds::write_voice;

const PRESET: &str = r#"{"schema":"cstalk-preset/1","name":"warm","emotion":{"happy":0.5},"style":{"jaw":1},
    "head_motion":0.9,"blinks":false,"gaze":false,"seed":7,"smoothing_ms":0}"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_voice(&folder.path().join("voice.wav"), 1.0);
    std::fs::write(folder.path().join("warm.json"), PRESET).unwrap();
    folder
}

#[test]
fn a_preset_is_its_options_and_an_option_beside_it_wins() {
    let folder = folder();
    let made = |options: &str| {
        run(folder.path(), &format!("animate voice.wav -o face.csv --rig board {options}")).expect(0);
        std::fs::read(folder.path().join("face.csv")).unwrap()
    };
    let options =
        "--emotion happy=0.5 --style jaw=1 --head-motion 0.9 --blinks off --gaze off --seed 7 --smoothing 0";
    assert_eq!(made("--preset warm.json"), made(options));
    assert_ne!(made("--preset warm.json"), made(""));
    assert_eq!(made("--preset warm.json --emotion angry=1"), made(&options.replace("happy=0.5", "angry=1")));
    assert_eq!(made("--preset warm.json --blinks on"), made(&options.replace("--blinks off", "--blinks on")));
    let blended = r#"{"schema":"cstalk-preset/1","blinks":0.5,"gaze":1.5,"part_weights":{"brows":0.25}}"#;
    std::fs::write(folder.path().join("blended.json"), blended).unwrap();
    assert_eq!(made("--preset blended.json"), made("--blinks 0.5 --gaze 1.5 --part-weights brows=0.25"));
    assert_ne!(made("--preset blended.json"), made("--preset blended.json --part-weights brows=1"));
    let keys =
        r#"{"schema":"cstalk-preset/1","emotion_keys":[{"time_s":0},{"time_s":0.6,"weights":{"happy":1}}]}"#;
    std::fs::write(folder.path().join("keys.json"), keys).unwrap();
    std::fs::write(folder.path().join("mood.csv"), "time_s,happy\n0,0\n0.6,1\n").unwrap();
    assert_eq!(made("--preset keys.json"), made("--emotion-curve mood.csv"));
}

#[test]
fn a_preset_that_hears_names_its_model_and_an_emotion_beside_it_wins() {
    let folder = folder();
    let made = |options: &str| {
        run(folder.path(), &format!("animate voice.wav -o face.csv --rig board {options}")).expect(0);
        std::fs::read(folder.path().join("face.csv")).unwrap()
    };
    let heard = r#"{"schema":"cstalk-preset/1","emotion_from_voice":{"model":"ear.onnx","strength":0.5}}"#;
    std::fs::write(folder.path().join("heard.json"), heard).unwrap();
    let ear = cstalk_model::sample::untrained_emotion_bytes(&["neutral", "angry", "happy"]).unwrap();
    std::fs::write(folder.path().join("ear.onnx"), ear).unwrap();
    assert_eq!(made("--preset heard.json"), made("--emotion auto=0.5 --emotion-model ear.onnx"));
    std::fs::remove_file(folder.path().join("ear.onnx")).unwrap();
    assert_eq!(made("--preset heard.json --emotion sad=1"), made("--emotion sad=1"), "it is not looked for");
    let said = run(folder.path(), "animate voice.wav -o none.csv --preset heard.json");
    assert!(said.code != 0 && said.err.contains("ear.onnx"), "{}", said.err);
}

#[test]
fn a_preset_that_is_none_is_refused_by_name_and_nothing_is_written() {
    let folder = folder();
    for (text, wanted) in [
        ("{", "warm.json"),
        (r#"{"schema":"cstalk-preset/2"}"#, "wanted schema"),
        (r#"{"schema":"cstalk-preset/1","emotion":{"glad":1}}"#, "glad"),
        (r#"{"schema":"cstalk-preset/1","model":"no-such-model"}"#, "no-such-model"),
    ] {
        std::fs::write(folder.path().join("warm.json"), text).unwrap();
        for command in
            ["animate voice.wav -o face.csv --preset warm.json", "studio voice.wav --preset warm.json"]
        {
            let said = run(folder.path(), command);
            assert_ne!(said.code, 0, "{command}: {text}");
            assert!(said.err.contains(wanted), "{command}: {text}: {}", said.err);
        }
        assert!(!folder.path().join("face.csv").exists(), "{text}");
    }
}

#[test]
fn every_preset_that_ships_is_one_and_the_shipped_model_can_show_it() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Content");
    let model = Arc::new(Model::load(content.join("Models/live.onnx"), Provider::Embedded).unwrap());
    let mut shipped: Vec<_> =
        content.join("Presets").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    shipped.sort();
    assert!(shipped.len() >= 6, "{shipped:?}");
    for path in &shipped {
        let preset = Preset::open(path).unwrap();
        assert_eq!(Some(preset.name.as_str()), path.file_stem().unwrap().to_str());
        let stream = Stream::new(Arc::clone(&model), preset.stream_settings(None).unwrap());
        assert!(stream.is_ok(), "{}: {}", path.display(), stream.err().unwrap());
    }
}

#[test]
fn a_preview_is_one_page_with_the_take_in_it() {
    let folder = folder();
    let said = run(folder.path(), "animate voice.wav -o face.csv --preview face.html").expect(0);
    assert!(said.out.contains("face.html"), "{}", said.out);
    let page = std::fs::read_to_string(folder.path().join("face.html")).unwrap();
    assert!(page.contains(r#""name":"voice.wav""#) && page.contains(r#""sound":""#));
    // 50 rows of 247 values and 16000 samples, both of two bytes, in base64.
    let take = page.len() - 600_000;
    assert!(take > 4 * (50 * 247 * 2 + 32_000) / 3, "{}", page.len());
    let two = run(folder.path(), "animate voice.wav voice.wav -o out/ --preview face.html").expect(2);
    assert!(two.err.contains("one recording"), "{}", two.err);
}

#[test]
fn a_preview_has_the_phones_that_are_named_or_lie_beside_the_recording() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let page = |options: &str, warning: &str| {
        let command = format!("animate voice.wav -o face.csv --preview face.html {options}");
        let said = run(folder.path(), &command).expect(0);
        assert_eq!(said.err.contains("warning"), !warning.is_empty(), "{options}: {}", said.err);
        assert!(said.err.contains(warning), "{options}: {}", said.err);
        std::fs::read_to_string(folder.path().join("face.html")).unwrap()
    };
    assert!(page("", "").contains(r#""markers":null"#));
    write("voice.lab", "0.1 0.2 m\n0.2 0.3 sil\n0.3 0.4 </script>a");
    let beside =
        r#""markers":{"name":"voice.lab","phones":[[0.1,0.2,"m"],[0.3,0.4,"\u003c/script>a"]],"words":[]}"#;
    assert!(page("", "").contains(beside));
    write("voice.TextGrid", "torn");
    assert!(page("", "voice.TextGrid: line 1: wanted a TextGrid").contains(r#""markers":null"#));
    write("long.txt", "0.5\t2\tm\n2\t3\ta");
    let cut = r#""markers":{"name":"long.txt","phones":[[0.5,1.0,"m"]],"words":[]}"#;
    assert!(
        page("--markers long.txt", "labels up to 3.00 s, but the recording ends at 1.00 s").contains(cut)
    );
}

#[test]
fn markers_that_cannot_be_used_are_refused_and_nothing_is_written() {
    let folder = folder();
    let alone = run(folder.path(), "animate voice.wav -o face.csv --markers a.TextGrid");
    alone.expect_error(2, &["--preview"]);
    for (text, parts) in [
        (None, &["a.TextGrid", "cannot read"][..]),
        (Some(""), &["a.TextGrid: line 1", "got the end of the file"]),
        (Some("File type = \"ooTextFile\"\nObject class = \"Sound\"\n"), &["a.TextGrid: line 2", "`Sound`"]),
    ] {
        if let Some(text) = text {
            std::fs::write(folder.path().join("a.TextGrid"), text).unwrap();
        }
        let command = "animate voice.wav -o face.csv --preview face.html --markers a.TextGrid";
        run(folder.path(), command).expect_error(1, parts);
        for name in ["face.csv", "face.html"] {
            assert!(!folder.path().join(name).exists(), "{text:?} {name}");
        }
    }
}
