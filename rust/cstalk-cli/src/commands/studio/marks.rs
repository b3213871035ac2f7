//! Phones of the takes, from files that lie beside them or were dragged in.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::desk::{Take, lock};
use crate::markers::Markers;

/// What is known of the phones of each take, by its id.
#[derive(Default)]
pub(super) struct Marks {
    of_takes: Mutex<HashMap<u32, Marked>>,
}

struct Marked {
    /// Grows when a take gets other markers, so that pages see it.
    version: u32,
    markers: Option<Markers>,
    warnings: Vec<String>,
}

impl Marks {
    /// Takes what lies beside a recording; a file that was dragged in meanwhile stays.
    pub(super) fn put_beside(&self, take: u32, recording: &Path) {
        let Some(found) = Markers::beside(recording) else { return };
        lock(&self.of_takes).entry(take).or_insert_with(|| match found {
            Ok(markers) => Marked { version: 1, warnings: named_warnings(&markers), markers: Some(markers) },
            Err(failure) => {
                Marked { version: 1, warnings: vec![failure.message().to_owned()], markers: None }
            }
        });
    }

    /// Takes markers that were dragged in.
    pub(super) fn put(&self, take: u32, markers: Markers) {
        let mut of_takes = lock(&self.of_takes);
        let version = of_takes.get(&take).map_or(1, |marked| marked.version + 1);
        let warnings = named_warnings(&markers);
        of_takes.insert(take, Marked { version, markers: Some(markers), warnings });
    }

    pub(super) fn forget(&self, take: u32) {
        lock(&self.of_takes).remove(&take);
    }

    /// Version of a take's markers, if it has some, and what is odd about them.
    pub(super) fn state(&self, take: u32, duration_s: f64) -> (Option<u32>, Vec<String>) {
        let of_takes = lock(&self.of_takes);
        let Some(Marked { version, markers, warnings }) = of_takes.get(&take) else {
            return (None, Vec::new());
        };
        let beyond = markers
            .as_ref()
            .and_then(|markers| Some(format!("{}: {}", markers.name, markers.warning_beyond(duration_s)?)));
        (markers.as_ref().map(|_| *version), warnings.iter().cloned().chain(beyond).collect())
    }

    /// The markers of a take of `duration_s` seconds, for the page.
    pub(super) fn of(&self, take: u32, duration_s: f64) -> Value {
        let of_takes = lock(&self.of_takes);
        let marked = of_takes.get(&take);
        let mut markers = marked.and_then(|marked| marked.markers.clone()).unwrap_or_default();
        markers.cut(duration_s);
        let version = marked.map(|marked| marked.version);
        json!({"type": "markers", "take": take, "version": version, "markers": markers})
    }
}

/// The take that a file of markers is meant for: the chosen one if it has the same name up to the ending, otherwise
/// another of that name, otherwise the chosen one.
pub(super) fn meant<'a>(takes: &'a [Arc<Take>], name: &str, chosen: Option<u32>) -> Option<&'a Arc<Take>> {
    let stem = |name: &str| Path::new(name).file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let has_name = |take: &&Arc<Take>| stem(&take.name) == stem(name);
    let chosen = takes.iter().find(|take| Some(take.id) == chosen);
    chosen.filter(has_name).or_else(|| takes.iter().find(has_name)).or(chosen)
}

/// What the page is told of markers that it sent.
pub(super) fn answer(take: &Take, markers: &Markers) -> Value {
    json!({
        "type": "marked", "name": markers.name, "take": take.name,
        "phones": markers.phones.len(), "words": markers.words.len(),
    })
}

fn named_warnings(markers: &Markers) -> Vec<String> {
    markers.warnings.iter().map(|warning| format!("{}: {warning}", markers.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::desk::TakeState;
    use super::*;

    #[test]
    fn a_file_goes_to_the_take_of_its_name_or_to_the_chosen_one() {
        let take = |(id, name): (u32, &str)| {
            let (name, path) = (name.to_owned(), std::path::PathBuf::new());
            Arc::new(Take { id, name, path, state: TakeState::Reading })
        };
        let takes: Vec<Arc<Take>> =
            [(1, "a.wav"), (2, "B.mp3"), (3, "b.wav")].into_iter().map(take).collect();
        for (name, chosen, wanted) in [
            ("a.TextGrid", Some(2), Some(1)),
            ("b.lab", Some(3), Some(3)),
            ("b.lab", Some(1), Some(2)),
            ("b.lab", None, Some(2)),
            ("other.txt", Some(3), Some(3)),
            ("other.txt", Some(9), None),
            ("other.txt", None, None),
        ] {
            assert_eq!(meant(&takes, name, chosen).map(|take| take.id), wanted, "{name} {chosen:?}");
        }
    }

    #[test]
    fn what_was_dragged_in_wins_over_what_lies_beside() {
        let folder = tempfile::tempdir().unwrap();
        let recording = folder.path().join("voice.wav");
        let marks = Marks::default();
        marks.put_beside(1, &recording);
        assert_eq!(marks.state(1, 9.0), (None, Vec::new()));
        std::fs::write(recording.with_extension("TextGrid"), "nothing").unwrap();
        marks.put_beside(1, &recording);
        let (version, warnings) = marks.state(1, 9.0);
        assert!(version.is_none() && warnings[0].contains("voice.TextGrid: line 1"), "{warnings:?}");
        marks.put(1, Markers::read("a.lab", b"0 1 m\n1 2 a\n2 2 x").unwrap());
        marks.put_beside(1, &recording);
        let (version, warnings) = marks.state(1, 1.5);
        assert_eq!(version, Some(2));
        assert!(warnings[0].contains("without a length") && warnings[1].contains("2.00 s"), "{warnings:?}");
        let told = marks.of(1, 1.5);
        assert_eq!(told["markers"]["phones"], json!([[0.0, 1.0, "m"], [1.0, 1.5, "a"]]));
        assert_eq!((&told["version"], &told["markers"]["name"]), (&json!(2), &json!("a.lab")));
        marks.forget(1);
        assert_eq!(marks.state(1, 1.5).0, None);
    }
}
