use proptest::prelude::*;

use super::*;

/// The file that the Montreal Forced Aligner writes for a word, but for its times.
const LONG: &str = r#"File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 1.5
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "words"
        xmin = 0
        xmax = 1.5
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 0.2
            text = ""
        intervals [2]:
            xmin = 0.2
            xmax = 0.5
            text = "am"
        intervals [3]:
            xmin = 0.5
            xmax = 1.5
            text = "<eps>"
    item [2]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 1.5
        intervals: size = 4
        intervals [1]:
            xmin = 0
            xmax = 0.2
            text = "sil"
        intervals [2]:
            xmin = 0.2
            xmax = 0.35
            text = "a"
        intervals [3]:
            xmin = 0.35
            xmax = 0.5
            text = "m"
        intervals [4]:
            xmin = 0.5
            xmax = 1.5
            text = "spn"
    item [3]:
        class = "TextTier"
        name = "bell"
        xmin = 0
        xmax = 1.5
        points: size = 1
        points [1]:
            number = 0.3
            mark = "ding"
"#;

fn spans(spans: &[Span]) -> String {
    let shown: Vec<String> =
        spans.iter().map(|span| format!("{} {:.3} {:.3}", span.label, span.from_s, span.to_s)).collect();
    shown.join("; ")
}

/// Name of a tier, and start, end and text of its labels.
type Row<'a> = (&'a str, &'a [(f64, f64, &'a str)]);

/// A short TextGrid of interval tiers.
fn short(tiers: &[Row<'_>]) -> String {
    let mut text = format!(
        "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n9\n<exists>\n{}\n",
        tiers.len()
    );
    for (name, labels) in tiers {
        text.push_str(&format!("\"IntervalTier\"\n\"{name}\"\n0\n9\n{}\n", labels.len()));
        for (from_s, to_s, label) in *labels {
            text.push_str(&format!("{from_s}\n{to_s}\n\"{}\"\n", label.replace('"', "\"\"")));
        }
    }
    text
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn one_textgrid_in_any_form_gives_the_same_phones_and_words() {
    let brief = "\"ooTextFile\" \"TextGrid\" ! old style\n0 1.5 <exists> 2 \"IntervalTier\" \"Words\" 0 1.5 2 \
                 0 .2 \"\" .2 .5 \"am\"\n\"IntervalTier\" \"Anna - phones\" 0 1.5 2 ! two\n.2 .35 \"a\" .35 .5 \" m\n\"";
    let forms = [
        LONG.as_bytes().to_vec(),
        LONG.replace('\n', "\r\n").into_bytes(),
        LONG.replace('\n', "\r").into_bytes(),
        [b"\xEF\xBB\xBF", LONG.as_bytes()].concat(),
        utf16(LONG, u16::to_le_bytes),
        utf16(LONG, u16::to_be_bytes),
        brief.as_bytes().to_vec(),
    ];
    for (index, bytes) in forms.iter().enumerate() {
        for name in ["takes/voice.TextGrid", "takes/voice.txt"] {
            let markers = Markers::read(name, bytes).unwrap();
            assert_eq!(spans(&markers.phones), "a 0.200 0.350; m 0.350 0.500", "form {index}");
            assert_eq!(spans(&markers.words), "am 0.200 0.500", "form {index}");
            assert!(markers.warnings.is_empty(), "{:?}", markers.warnings);
            assert!(name.ends_with(&markers.name));
        }
    }
}

#[test]
fn tiers_are_chosen_by_their_names() {
    type Case = (&'static [&'static str], Option<usize>, Option<usize>, &'static str);
    // Tier names, the tiers of phones and words, and a part of the warning.
    const TABLE: [Case; 10] = [
        (&["Mary"], Some(0), None, ""),
        (&["words", "phones"], Some(1), Some(0), ""),
        (&["PHONEMES", "Word"], Some(0), Some(1), ""),
        (&["ORT-MAU", "KAN-MAU", "MAU"], Some(2), Some(0), ""),
        (&["ORT", "TRL", "SEGMENT"], Some(2), Some(0), ""),
        (
            &["a - words", "a - phones", "b - words", "b - phones"],
            Some(1),
            Some(0),
            "`a - phones`, `b - phones`",
        ),
        (&["words"], None, Some(0), "no tier of phones"),
        (&["words", "report"], None, Some(0), "`report`"),
        (&["report", "phon"], Some(1), None, ""),
        (&["phone words", "x"], None, Some(0), "no tier of phones"),
    ];
    for (tiers, phones, words, warning) in TABLE {
        let labels: Vec<[(f64, f64, &str); 1]> = tiers.iter().map(|name| [(0.0, 1.0, *name)]).collect();
        let tiers: Vec<Row<'_>> =
            tiers.iter().zip(&labels).map(|(name, labels)| (*name, &labels[..])).collect();
        let markers = Markers::read("a.TextGrid", short(&tiers).as_bytes()).unwrap();
        let label = |spans: &[Span]| spans.first().map(|span| span.label.clone());
        assert_eq!(label(&markers.phones).as_deref(), phones.map(|index| tiers[index].0), "{tiers:?}");
        assert_eq!(label(&markers.words).as_deref(), words.map(|index| tiers[index].0), "{tiers:?}");
        assert_eq!(warning.is_empty(), markers.warnings.is_empty(), "{tiers:?} {:?}", markers.warnings);
        assert!(markers.warnings.concat().contains(warning), "{tiers:?} {:?}", markers.warnings);
    }
}

#[test]
fn label_files_are_read_in_their_units() {
    for (text, wanted) in [
        ("0.5\t0.75\tm\n0.75\t1\ta b\n", "m 0.500 0.750; a b 0.750 1.000"),
        ("\n0.5 0.75 m\r\n  0.75   1.0   a  \r\n", "m 0.500 0.750; a 0.750 1.000"),
        // Audacity, with the pitch of a label.
        ("0.500000\t0.750000\tb\n\\\t1484.6\t2969.3\n0.75\t1\tsil\n", "b 0.500 0.750"),
        // HTK: whole numbers, and large ones.
        (
            "0 5000000 sil\n5000000 7500000 m -61.5 am\n7500000 10000000 a -50\n",
            "m 0.500 0.750; a 0.750 1.000",
        ),
        // Whole seconds.
        ("0 1 m\n1 2 a", "m 0.000 1.000; a 1.000 2.000"),
        ("0 900000.0 m", "m 0.000 900000.000"),
        // Silences in all spellings.
        ("0 1 <p:>\n1 2 SIL\n2 3 _\n3 4\n4 5 pau\n5 6 p", "p 5.000 6.000"),
    ] {
        assert_eq!(spans(&Markers::read("a.lab", text.as_bytes()).unwrap().phones), wanted, "{text}");
    }
}

#[test]
fn what_is_odd_is_left_out_with_a_warning() {
    for (text, wanted, warning) in [
        ("0 1 m\n1 1 x\n1 2 a", "m 0.000 1.000; a 1.000 2.000", "1 labels without a length"),
        ("0 1.2 m\n1 2 a", "m 0.000 1.000; a 1.000 2.000", "1 labels reached"),
        ("0 1.01 m\n1 2 a", "m 0.000 1.000; a 1.000 2.000", ""),
        ("0 1 m\n0 2 a", "a 0.000 2.000", "1 labels reached"),
        ("0 1 sil", "", "silence"),
    ] {
        let markers = Markers::read("a.lab", text.as_bytes()).unwrap();
        assert_eq!(spans(&markers.phones), wanted, "{text}");
        assert!(markers.warnings.concat().contains(warning), "{text}: {:?}", markers.warnings);
        assert_eq!(markers.warnings.is_empty(), warning.is_empty(), "{text}: {:?}", markers.warnings);
    }
    let mut markers = Markers::read("a.lab", b"0 1 m\n1 2 a\n2 3 p").unwrap();
    assert_eq!(markers.warning_beyond(2.96), None);
    assert!(
        markers
            .warning_beyond(1.5)
            .unwrap()
            .contains("labels up to 3.00 s, but the recording ends at 1.50 s")
    );
    markers.cut(1.5);
    assert_eq!(spans(&markers.phones), "m 0.000 1.000; a 1.000 1.500");
}

#[test]
fn bad_files_are_named_with_line_wanted_and_got() {
    let grid = |from: &str, to: &str| LONG.replacen(from, to, 1).into_bytes();
    let many = "0 1 a\n".repeat(MOST_LABELS + 1).into_bytes();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("a.lab", b"".to_vec(), &["wanted lines", "got none"]),
        ("a.lab", b"Am Abend.\n".to_vec(), &["line 1", "start, end and label", "`Am Abend.`"]),
        ("a.lab", b"0 1 a\n1 two b".to_vec(), &["line 2", "`1 two b`"]),
        ("a.lab", b"0 1 a\n1,5 2 b".to_vec(), &["line 2", "`1,5 2 b`"]),
        ("a.lab", b"0 1 a\n1 inf b".to_vec(), &["line 2", "inf"]),
        ("a.lab", b"0.5 label".to_vec(), &["line 1"]),
        ("a.lab", b"0 1 a\n2 1 b".to_vec(), &["line 2", "wanted an end after 2 s, got 1 s"]),
        ("a.lab", b"-1 1 a".to_vec(), &["line 1", "from 0 s on", "-1"]),
        ("a.lab", b"3 4 a\n1 2 b".to_vec(), &["line 2", "order", "got 1 s after 3 s"]),
        ("a.lab", b"#\n0.1 100 pau".to_vec(), &["line 1", "xwaves"]),
        ("a.lab", b"0 1 a\n\n1 2 \xE9".to_vec(), &["line 3", "UTF-8", "0xe9"]),
        ("a.lab", many, &["line 100001", "at most 100000"]),
        ("a.lab", format!("0 1 {}", "x".repeat(201)).into_bytes(), &["line 1", "at most 200"]),
        ("a.lab", vec![b' '; LARGEST_BYTES + 1], &["16 MiB"]),
        ("a.lab", utf16("0 1 a", u16::to_le_bytes)[2..].to_vec(), &["byte order mark", "zero bytes"]),
        ("a.lab", utf16("0 1 a", u16::to_le_bytes)[..5].to_vec(), &["odd number"]),
        ("a.lab", vec![0xFF, 0xFE, 0x00, 0xD8], &["half a character"]),
        ("a.TextGrid", b"".to_vec(), &["line 1", "ooTextFile", "end of the file"]),
        ("a.TextGrid", b"0 1 a".to_vec(), &["line 1", "ooTextFile", "number 0"]),
        ("a.txt", b"ooBinaryFile\x08TextGrid".to_vec(), &["Save as text file"]),
        ("a.txt", b"\"Praat chronological TextGrid text file\"\n0 1".to_vec(), &["Save as text file"]),
        ("a.TextGrid", grid("\"TextGrid\"", "\"PitchTier\""), &["line 2", "TextGrid", "`PitchTier`"]),
        ("a.TextGrid", grid("<exists>", "<absent>"), &["wanted tiers, got none"]),
        ("a.TextGrid", grid("size = 3", "size = 4"), &["class of a tier", "end of the file"]),
        ("a.TextGrid", grid("size = 3", "size = 2.5"), &["line 7", "number of tiers", "2.5"]),
        ("a.TextGrid", grid("size = 3", "size = -1"), &["line 7", "-1"]),
        ("a.TextGrid", grid("size = 3", "size = 1e300"), &["line 7", "at most"]),
        ("a.TextGrid", grid("\"IntervalTier\"", "\"Tier\""), &["line 10", "IntervalTier", "`Tier`"]),
        ("a.TextGrid", grid("xmax = 0.2", "xmax = 0,2"), &["line 17", "wanted a number", "`0,2`"]),
        ("a.TextGrid", grid("xmax = 0.2", "xmax = nan"), &["line 17", "`nan`"]),
        ("a.TextGrid", grid("xmax = 0.2", "xmax = --undefined--"), &["line 18", "end of a label", "text"]),
        ("a.TextGrid", grid("\"am\"", "\"a\"m\""), &["line 22", "doubled"]),
        (
            "a.TextGrid",
            LONG.as_bytes()[..LONG.len() - 2].to_vec(),
            &["line 57", "a quote", "end of the file"],
        ),
        ("a.TextGrid", LONG.as_bytes()[..700].to_vec(), &["end of the file"]),
        (
            "a.TextGrid",
            short(&[("Mary", &[]), ("John", &[])]).into_bytes(),
            &["a tier of phones", "`Mary`, `John`"],
        ),
        ("a.TextGrid", short(&[]).into_bytes(), &["interval tier", "none"]),
        (
            "a.TextGrid",
            short(&[("bell", &[])]).replace("IntervalTier", "TextTier").into_bytes(),
            &["interval tier", "`bell`"],
        ),
        ("a.TextGrid", short(&[("phones", &[(2.0, 1.0, "a")])]).into_bytes(), &["line 13", "after 2 s"]),
    ];
    for (name, bytes, parts) in table {
        let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        let failure = Markers::read(name, &bytes).expect_err(&format!("{beginning:?} wanted {parts:?}"));
        for part in [&[name], parts].concat() {
            assert!(failure.message().contains(part), "{beginning:?} wanted {part}: {}", failure.message());
        }
        assert!(failure.message().len() < 400, "{}", failure.message());
    }
}

#[test]
fn a_file_beside_the_recording_is_found_and_a_transcript_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("voice.wav");
    assert!(Markers::beside(&recording).is_none());
    std::fs::write(folder.path().join("voice.lab"), "am Abend\n").unwrap();
    assert!(Markers::beside(&recording).is_none(), "a transcript");
    std::fs::write(folder.path().join("voice.lab"), "\n0 1 m\nbad\n").unwrap();
    let failure = Markers::beside(&recording).unwrap().unwrap_err();
    assert!(failure.message().contains("voice.lab: line 3"), "{}", failure.message());
    std::fs::write(folder.path().join("voice.TextGrid"), LONG).unwrap();
    assert_eq!(Markers::beside(&recording).unwrap().unwrap().name, "voice.TextGrid");
    let failure = Markers::open(folder.path()).unwrap_err();
    assert!(failure.message().contains("regular file"), "{}", failure.message());
}

/// Whatever comes out can be drawn.
fn check(markers: &Markers) -> std::result::Result<(), TestCaseError> {
    for spans in [&markers.phones, &markers.words] {
        for span in spans {
            prop_assert!(0.0 <= span.from_s && span.from_s < span.to_s && span.to_s.is_finite(), "{span:?}");
            prop_assert!(!span.label.is_empty() && !is_silence(&span.label));
        }
        for pair in spans.windows(2) {
            prop_assert!(pair[0].to_s <= pair[1].from_s, "{pair:?}");
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..200), is_grid: bool) {
        let name = if is_grid { "a.TextGrid" } else { "a.lab" };
        if let Ok(markers) = Markers::read(name, &bytes) {
            check(&markers)?;
        }
    }

    /// Damaged files: a piece is cut out, and some bytes are others.
    #[test]
    fn no_damage_does_harm(
        cut in 0..LONG.len(), length in 0usize..60, changes in prop::collection::vec((0..LONG.len(), any::<u8>()), 0..4),
    ) {
        let mut bytes = LONG.as_bytes().to_vec();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes.drain(cut..(cut + length).min(LONG.len()));
        if let Ok(markers) = Markers::read("a.TextGrid", &bytes) {
            check(&markers)?;
        }
    }

    #[test]
    fn lines_of_numbers_do_no_harm(lines in prop::collection::vec("[-0-9.e]{1,4}[ \t]{1,2}[0-9.]{1,7} [a-z\"<>_]{0,3}", 0..12)) {
        if let Ok(markers) = Markers::read("a.lab", lines.join("\n").as_bytes()) {
            check(&markers)?;
        }
    }

    /// What is written is read again, in both encodings.
    #[test]
    fn labels_come_back(
        steps in prop::collection::vec((1u32..500, 1u32..500, "[a-zA-Zʰː\"ŋɡ!<]{1,6}"), 0..20), big_endian: bool,
    ) {
        let mut at_ms = 0;
        let mut wanted = Vec::new();
        for (gap_ms, length_ms, label) in steps {
            let from_ms = at_ms + gap_ms;
            at_ms = from_ms + length_ms;
            let span = Span { from_s: f64::from(from_ms) / 1e3, to_s: f64::from(at_ms) / 1e3, label };
            if !is_silence(&span.label) {
                wanted.push(span);
            }
        }
        let labels: Vec<(f64, f64, &str)> =
            wanted.iter().map(|span| (span.from_s, span.to_s, span.label.as_str())).collect();
        let text = short(&[("phones", &labels)]);
        let unit = if big_endian { u16::to_be_bytes } else { u16::to_le_bytes };
        for bytes in [text.as_bytes().to_vec(), utf16(&text, unit)] {
            let markers = Markers::read("a.TextGrid", &bytes).unwrap();
            prop_assert_eq!(&markers.phones, &wanted);
        }
        if !wanted.is_empty() {
            let lines: Vec<String> =
                wanted.iter().map(|span| format!("{:.3}\t{:.3}\t{}", span.from_s, span.to_s, span.label)).collect();
            prop_assert_eq!(&Markers::read("a.txt", lines.join("\n").as_bytes()).unwrap().phones, &wanted);
        }
    }
}
