//! A signal whose samples say their own number, and what of it is found in a recording.

/// Numbers before they begin again; 0 is silence.
const COUNT: i64 = 30_000;

/// The signal, from 1.
pub(crate) fn signal(sample_count: usize) -> Vec<i16> {
    (0..sample_count as i64).map(|index| (index % COUNT + 1) as i16).collect()
}

/// What was found of the signal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Samples with a number.
    pub exact: usize,
    /// Runs of consecutive numbers.
    pub pieces: usize,
    /// Samples that are neither silent nor a number.
    pub altered: usize,
    /// Numbers that are missing between the first and the last, if fewer than a round in one place.
    pub lost: u64,
}

impl Found {
    pub(crate) fn look(samples: &[f32]) -> Self {
        let mut found = Self::default();
        let mut last: Option<i64> = None;
        let mut was_silent = true;
        for &sample in samples {
            if sample == 0.0 {
                was_silent = true;
                continue;
            }
            let scaled = sample * 32_768.0;
            let number = scaled.round() as i64;
            if (scaled - number as f32).abs() > 0.01 || !(1..=COUNT).contains(&number) {
                found.altered += 1;
                continue;
            }
            found.exact += 1;
            let skipped = last.map_or(0, |last| (number - last - 1).rem_euclid(COUNT));
            found.lost += skipped as u64;
            found.pieces += usize::from(was_silent || skipped > 0);
            (last, was_silent) = (Some(number), false);
        }
        found
    }
}

#[test]
fn losses_silences_and_alterations_are_told_apart() {
    let number = |number: i64| number as f32 / 32_768.0;
    let samples = [0.0, 1.0, 2.0, 0.0, 3.0, 7.0, 7.5, 8.0, 0.0].map(|value: f32| value / 32_768.0);
    let wanted = Found { exact: 5, pieces: 3, altered: 1, lost: 3 };
    assert_eq!(Found::look(&samples), wanted);
    assert_eq!(Found::look(&[number(COUNT), number(1)]), Found { exact: 2, pieces: 1, altered: 0, lost: 0 });
}
