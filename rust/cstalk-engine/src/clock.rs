//! Which row of curves belongs to which sample: all bookkeeping of hops in one place.

/// Counts samples in, model steps and rows out, for one stream.
///
/// Row `k` stands at sample `k * hop_samples`. Model step `m` reads the samples before
/// `(m + 1) * hop_samples` and gives row `m - look_ahead_hops`, so the first `look_ahead_hops` steps of a
/// stream give no row, and a clip of `n` samples has `ceil(n / hop_samples)` rows.
#[derive(Debug, Clone)]
pub(crate) struct RowClock {
    hop_samples: u64,
    look_ahead_hops: u64,
    heard_samples: u64,
    step_count: u64,
    finished: bool,
}

impl RowClock {
    pub(crate) fn new(hop_samples: u64, look_ahead_hops: u64) -> Self {
        Self { hop_samples, look_ahead_hops, heard_samples: 0, step_count: 0, finished: false }
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.hop_samples, self.look_ahead_hops);
    }

    pub(crate) fn hear(&mut self, sample_count: u64) {
        self.heard_samples += sample_count;
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    pub(crate) fn heard_samples(&self) -> u64 {
        self.heard_samples
    }

    /// Model steps so far.
    pub(crate) fn step_count(&self) -> u64 {
        self.step_count
    }

    /// Ends the clip; returns how many zero samples make its last rows complete.
    pub(crate) fn finish(&mut self) -> u64 {
        self.finished = true;
        if self.heard_samples == 0 {
            return 0;
        }
        (self.row_count() + self.look_ahead_hops) * self.hop_samples - self.heard_samples
    }

    /// Rows of the samples heard so far, were the clip to end here.
    pub(crate) fn row_count(&self) -> u64 {
        self.heard_samples.div_ceil(self.hop_samples)
    }

    /// Whether every row of a finished clip is out.
    pub(crate) fn all_rows_out(&self) -> bool {
        self.steps_left() == 0
    }

    /// Steps until every row of a finished clip is out; no limit before it is finished.
    pub(crate) fn steps_left(&self) -> usize {
        if !self.finished {
            return usize::MAX;
        }
        let all = if self.heard_samples == 0 { 0 } else { self.row_count() + self.look_ahead_hops };
        usize::try_from(all.saturating_sub(self.step_count)).unwrap_or(usize::MAX)
    }

    /// The sample that the row of the coming step stands at; below 0 for steps that give no row.
    pub(crate) fn coming_row_sample(&self) -> i64 {
        (self.step_count as i64 - self.look_ahead_hops as i64) * self.hop_samples as i64
    }

    /// Counts a model step; returns the index of its row unless the row lies before the clip.
    pub(crate) fn step(&mut self) -> Option<u64> {
        let row = self.step_count.checked_sub(self.look_ahead_hops);
        self.step_count += 1;
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_gives_its_rows_and_no_more() {
        for look_ahead_hops in [0, 2, 5] {
            for heard_samples in [0u64, 1, 319, 320, 321, 640, 959, 960, 961, 16_000, 16_001] {
                let mut clock = RowClock::new(320, look_ahead_hops);
                clock.hear(heard_samples);
                let zeros = clock.finish();
                let steps_possible = (heard_samples + zeros) / 320;
                let mut rows = Vec::new();
                while !clock.all_rows_out() {
                    rows.extend(clock.step());
                }
                assert_eq!(rows, (0..heard_samples.div_ceil(320)).collect::<Vec<_>>(), "{heard_samples}");
                assert!(clock.step_count <= steps_possible, "{heard_samples} {look_ahead_hops}");
            }
        }
    }

    #[test]
    fn the_coming_row_is_the_look_ahead_behind_the_step() {
        let mut clock = RowClock::new(320, 2);
        let times: Vec<i64> = (0..4)
            .map(|_| {
                let time = clock.coming_row_sample();
                clock.step();
                time
            })
            .collect();
        assert_eq!(times, [-640, -320, 0, 320]);
    }
}
