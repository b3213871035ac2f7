//! Whether the device has delivered what was due: losses that it does not report, and late deliveries.
//!
//! Sample times are compared with the monotonic clock. A block can be late, never early, so the *least* lag
//! within a second tells the truth: when even that grew by more than [`TOLERANCE_MS`], samples are missing.
//! Their place is filled with silence. When they come after all (a delivery stalled and then caught up),
//! as many are dropped as silence was put in for them, so time stays true either way.
//!
//! A device's crystal is never exactly the computer's. Drift moves the least lag a little at a time, a lost
//! block moves it at once: changes of up to [`DRIFT_MS`] in [`DRIFT_WINDOW_COUNT`] s are followed as drift
//! (600 parts in a million, twice what a poor crystal does), greater ones add up as losses. So sample times
//! are those of the device while it delivers, and those of the clock while it loses.

/// Growth of the lag that counts as a loss, in ms: less than one hop of the model.
const TOLERANCE_MS: f64 = 15.0;
/// How long the least lag is looked for, in ns.
const WINDOW_NS: u64 = 1_000_000_000;
/// Change of the least lag that can be drift, in ms: less than the smallest usual block.
const DRIFT_MS: f64 = 2.4;
/// Windows over which drift is looked for.
const DRIFT_WINDOW_COUNT: u32 = 4;
/// Sample times ahead of the clock from which a device is no device, in s.
const RUNAWAY_S: f64 = 3.0;

/// What to do with a block that arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Sample times that are missing before the block.
    pub missing: u64,
    /// Sample times at the start of the block whose place is silence already.
    pub late: u64,
    /// The device delivers faster than time passes; the block is of no use.
    pub runs_away: bool,
}

/// Compares sample times with the monotonic clock. Pure arithmetic, for the device callback.
#[derive(Debug)]
pub(crate) struct ArrivalClock {
    rate_hz: f64,
    /// When sample time 0 began, by the monotonic clock; `None` before the first block.
    origin_ns: Option<f64>,
    /// The device was opened and its first block is awaited.
    is_fresh: bool,
    /// Lag that is normal for this device, in sample times; `None` within the first window.
    normal_lag: Option<f64>,
    least_lag: f64,
    window_end_ns: u64,
    drift: Drift,
    /// Sample times filled with silence on this clock's word that have not come after all.
    presumed_lost: u64,
    /// Sample times that came late and are still to be dropped.
    to_drop: u64,
}

impl ArrivalClock {
    pub(crate) fn new(rate_hz: u32) -> Self {
        Self {
            rate_hz: f64::from(rate_hz),
            origin_ns: None,
            is_fresh: true,
            normal_lag: None,
            least_lag: f64::INFINITY,
            window_end_ns: 0,
            drift: Drift::default(),
            presumed_lost: 0,
            to_drop: 0,
        }
    }

    /// The device is opened anew: its delays may differ.
    pub(crate) fn restart(&mut self) {
        self.is_fresh = true;
        self.presumed_lost = 0;
        self.to_drop = 0;
    }

    /// Judges a block of `sample_count` sample times that arrived at `now_ns`, `elapsed` sample times having
    /// been accounted for before it.
    pub(crate) fn arrived(&mut self, now_ns: u64, elapsed: u64, sample_count: u64) -> Verdict {
        let mut verdict = Verdict::default();
        let block = sample_count as f64;
        let Some(origin_ns) = self.origin_ns else {
            self.origin_ns = Some(now_ns as f64 - (block + elapsed as f64) / self.rate_hz * 1e9);
            self.begin(now_ns, 0.0);
            return verdict;
        };
        let due = (now_ns as f64 - origin_ns) * 1e-9 * self.rate_hz;
        let lag = due - elapsed as f64 - block;
        if self.is_fresh {
            // Nothing was there to be late: what lacks is lost.
            verdict.missing = lag.max(0.0) as u64;
            self.begin(now_ns, lag.min(0.0));
            return verdict;
        }
        if lag < -RUNAWAY_S * self.rate_hz {
            return Verdict { runs_away: true, ..verdict };
        }
        // Samples still to be dropped count as dropped, so that they are not judged twice.
        self.least_lag = self.least_lag.min(lag + self.to_drop as f64);
        if now_ns >= self.window_end_ns {
            verdict.missing = self.end_window();
            self.window_end_ns = now_ns + WINDOW_NS;
            self.least_lag = f64::INFINITY;
        }
        verdict.late = self.to_drop.min(sample_count);
        self.to_drop -= verdict.late;
        verdict
    }

    /// Sample times of silence that are due at `now_ns` when nothing is being delivered.
    pub(crate) fn silence_due(&self, now_ns: u64, elapsed: u64) -> u64 {
        match self.origin_ns {
            Some(origin_ns) => {
                ((now_ns as f64 - origin_ns) * 1e-9 * self.rate_hz - elapsed as f64).max(0.0) as u64
            }
            None => 0,
        }
    }

    fn begin(&mut self, now_ns: u64, lag: f64) {
        self.is_fresh = false;
        self.normal_lag = None;
        self.least_lag = lag;
        self.window_end_ns = now_ns + WINDOW_NS;
        self.drift = Drift::default();
    }

    /// Returns how many sample times are missing, or arranges for late ones to be dropped.
    fn end_window(&mut self) -> u64 {
        let samples_per_ms = self.rate_hz / 1_000.0;
        let Some(mut normal_lag) = self.normal_lag else {
            self.normal_lag = Some(self.least_lag);
            return 0;
        };
        normal_lag += self.drift.end_window(self.least_lag, DRIFT_MS * samples_per_ms);
        self.normal_lag = Some(normal_lag);
        let growth = self.least_lag - normal_lag;
        if growth > TOLERANCE_MS * samples_per_ms {
            let missing = growth as u64;
            self.presumed_lost += missing;
            self.drift.shift(-(missing as f64));
            return missing;
        }
        if growth < -TOLERANCE_MS * samples_per_ms {
            let late = ((-growth) as u64).min(self.presumed_lost);
            self.presumed_lost -= late;
            self.to_drop += late;
            self.drift.shift(late as f64);
            // What is more than that: the first window was the late one.
            self.normal_lag = Some(normal_lag.min(self.least_lag + late as f64));
        }
        0
    }
}

/// Follows the least lag as far as its change is slow.
#[derive(Debug)]
struct Drift {
    window_count: u32,
    least_lag: f64,
    /// Least lag of the windows before; `None` at first.
    before: Option<f64>,
}

impl Default for Drift {
    fn default() -> Self {
        Self { window_count: 0, least_lag: f64::INFINITY, before: None }
    }
}

impl Drift {
    /// Takes the least lag of one window; returns by how much the normal lag has drifted.
    fn end_window(&mut self, least_lag: f64, most: f64) -> f64 {
        self.least_lag = self.least_lag.min(least_lag);
        self.window_count += 1;
        if self.window_count < DRIFT_WINDOW_COUNT {
            return 0.0;
        }
        let now = std::mem::replace(&mut self.least_lag, f64::INFINITY);
        self.window_count = 0;
        let change = self.before.replace(now).map_or(0.0, |before| now - before);
        if change.abs() <= most { change } else { 0.0 }
    }

    /// All lags change by this much, because samples were put in or dropped.
    fn shift(&mut self, change: f64) {
        self.least_lag += change;
        if let Some(before) = &mut self.before {
            *before += change;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE_HZ: u32 = 48_000;
    const BLOCK: u64 = 480;

    /// A device on simulated time whose clock is wrong by `ppm` and whose blocks can be lost or arrive late.
    struct Simulation {
        clock: ArrivalClock,
        elapsed: u64,
        written: u64,
        missing: u64,
        late: u64,
        /// Sample times that the device has produced, delivered or not.
        produced: u64,
        ppm: f64,
    }

    impl Simulation {
        fn new(ppm: f64) -> Self {
            let clock = ArrivalClock::new(RATE_HZ);
            Self { clock, elapsed: 0, written: 0, missing: 0, late: 0, produced: 0, ppm }
        }

        /// One block is produced; `late_ms` is `None` when it is lost.
        fn block(&mut self, late_ms: Option<f64>) {
            self.produced += BLOCK;
            let Some(late_ms) = late_ms else { return };
            let now_ns = self.time_ns() + late_ms * 1e6;
            let verdict = self.clock.arrived(now_ns as u64, self.elapsed, BLOCK);
            assert!(!verdict.runs_away);
            self.missing += verdict.missing;
            self.late += verdict.late;
            self.written += BLOCK - verdict.late;
            self.elapsed += verdict.missing + BLOCK - verdict.late;
        }

        /// Monotonic time of the last produced sample.
        fn time_ns(&self) -> f64 {
            1e9 + self.produced as f64 / f64::from(RATE_HZ) / (1.0 + self.ppm * 1e-6) * 1e9
        }

        /// How far accounted time is outside of what the device's clock and the computer's say, in ms.
        fn off_ms(&self) -> f64 {
            let own = self.produced as f64;
            let monotonic = own / (1.0 + self.ppm * 1e-6);
            let inside = (self.elapsed as f64).clamp(own.min(monotonic), own.max(monotonic));
            (self.elapsed as f64 - inside) / f64::from(RATE_HZ) * 1e3
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn an_hour_with_jitter_and_lost_blocks_ends_within_a_hop(
            ppm in -200.0_f64..200.0,
            seed in any::<u64>(),
            lost_in_a_thousand in 0_u64..30,
        ) {
            let mut device = Simulation::new(ppm);
            let mut state = seed | 1;
            let mut random = move |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % below
            };
            for index in 0..360_000_u64 {
                let is_lost = index > 200 && random(1_000) < lost_in_a_thousand;
                device.block((!is_lost).then(|| random(15) as f64));
                // A loss is seen at the end of the next second.
                let unseen_ms = if index % 100 == 0 && lost_in_a_thousand < 3 { 50.0 } else { f64::INFINITY };
                prop_assert!(device.off_ms().abs() <= unseen_ms, "{} ms off at {index}", device.off_ms());
            }
            // The end is calm, so that the last loss is seen.
            (0..300).for_each(|_| device.block(Some(0.0)));
            prop_assert!(device.off_ms().abs() <= 20.0, "{} ms off", device.off_ms());
            prop_assert_eq!(device.late, 0);
        }
    }

    #[test]
    fn jitter_bursts_and_slow_drift_are_no_losses() {
        for ppm in [-250.0, 0.0, 250.0] {
            let mut device = Simulation::new(ppm);
            for index in 0..60_000_u64 {
                // Each second a delivery stalls for 300 ms and then catches up.
                let into = index % 100;
                let late_ms = if into < 30 { (30 - into) as f64 * 10.0 } else { (index * 7 % 10) as f64 };
                device.block(Some(late_ms));
            }
            assert_eq!((device.missing, device.late), (0, 0), "{ppm} ppm");
        }
    }

    #[test]
    fn what_was_presumed_lost_and_comes_after_all_is_dropped() {
        let mut device = Simulation::new(0.0);
        (0..300).for_each(|_| device.block(Some(0.0)));
        // Everything is 500 ms late for 3 s, then the delivery catches up.
        (0..300).for_each(|_| device.block(Some(500.0)));
        assert!(device.missing >= 23_000, "{} missing", device.missing);
        (0..400).for_each(|_| device.block(Some(0.0)));
        assert_eq!(device.late, device.missing);
        assert!(device.off_ms().abs() < 1.0, "{} ms", device.off_ms());
    }

    #[test]
    fn a_new_opening_puts_silence_where_nothing_was_open() {
        let mut clock = ArrivalClock::new(RATE_HZ);
        assert_eq!(clock.silence_due(5_000_000_000, 0), 0, "time begins with the first block");
        assert_eq!(clock.arrived(1_000_000_000, 0, 480), Verdict::default());
        assert_eq!(clock.silence_due(3_000_000_000, 480), 96_000);
        clock.restart();
        let verdict = clock.arrived(3_000_000_000, 480 + 95_000, 480);
        assert_eq!(verdict, Verdict { missing: 520, ..Verdict::default() });
    }

    #[test]
    fn a_device_without_a_clock_is_noticed() {
        let mut clock = ArrivalClock::new(RATE_HZ);
        let mut elapsed = 0;
        let ran_away = (0..1_000_u64).any(|index| {
            let verdict = clock.arrived(1_000 + index, elapsed, BLOCK);
            elapsed += BLOCK;
            verdict.runs_away
        });
        assert!(ran_away);
    }
}
