//! How the time of a voice's samples runs against the host's clock.

/// Time over which the least delayed arrival is looked for, in seconds.
const WINDOW_S: f64 = 0.5;
/// How fast an offset is taken back, in 1/s, and the fastest, in seconds a second; at the start and later.
const START_PULL_PER_S: f64 = 1.0;
const START_SLEW: f64 = 0.05;
const PULL_PER_S: f64 = 0.2;
const SLEW: f64 = 0.01;
/// How long the start is.
const START_S: f64 = 4.0;
/// Largest lasting difference between two clocks: 2000 parts in a million, ten times a bad crystal.
const DRIFT_LIMIT: f64 = 2e-3;
/// An offset above this is no drift (the machine slept, the device was away): the clock is set anew.
const RESET_S: f64 = 1.0;

/// Host time to voice time, on a straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockLine {
    /// Host time from which on the line holds, in seconds.
    pub host_s: f64,
    /// Voice time there, in seconds.
    pub voice_s: f64,
    /// Voice seconds a host second; about 1.
    pub slope: f64,
}

impl ClockLine {
    /// Voice time at a host time, in seconds: samples up to it have arrived then, unless something is late.
    pub fn voice_at(&self, host_s: f64) -> f64 {
        self.voice_s + self.slope * (host_s - self.host_s)
    }

    /// Host time at a voice time, in seconds.
    pub fn host_at(&self, voice_s: f64) -> f64 {
        self.host_s + (voice_s - self.voice_s) / self.slope
    }
}

/// Follows the line slowly and without a jump.
///
/// What arrives is late by a block, a scheduler's whim or a stall, and never early. So of all arrivals within
/// half a second only the least delayed counts, and a loop of second order takes its offset back within seconds: the
/// first part pulls, the second learns how much faster one clock runs. The line is only ever bent, at most by 1 % (5 % in
/// the first four seconds); beyond an offset of 1 s it is set anew, and that is counted.
///
/// It reads no clock: host times are passed in, from any origin, in seconds.
#[derive(Debug, Clone)]
pub struct HostClock {
    line: ClockLine,
    began_s: f64,
    window_end_s: f64,
    /// Least of (voice time by the line - voice time arrived) in this window.
    least_ahead_s: Option<f64>,
    drift: f64,
    offset_s: f64,
    reset_count: u64,
}

impl HostClock {
    /// A clock on which `voice_s` has arrived at `host_s`.
    pub fn new(host_s: f64, voice_s: f64) -> Self {
        Self {
            line: ClockLine { host_s, voice_s, slope: 1.0 },
            began_s: host_s,
            window_end_s: host_s + WINDOW_S,
            least_ahead_s: None,
            drift: 0.0,
            offset_s: 0.0,
            reset_count: 0,
        }
    }

    /// Begins anew on another line, but keeps what was learnt about the drift.
    pub fn restart(&mut self, host_s: f64, voice_s: f64) {
        let (drift, reset_count) = (self.drift, self.reset_count);
        *self = Self { drift, reset_count, ..Self::new(host_s, voice_s) };
        self.line.slope = 1.0 + drift;
    }

    /// Takes note that at `host_s` all samples up to `voice_s` had arrived.
    pub fn observe(&mut self, host_s: f64, voice_s: f64) {
        let ahead_s = self.line.voice_at(host_s) - voice_s;
        self.least_ahead_s = Some(self.least_ahead_s.map_or(ahead_s, |least| least.min(ahead_s)));
    }

    /// Bends the line if a window has ended; returns whether it did. To be called every few ms.
    pub fn advance(&mut self, host_s: f64) -> bool {
        if host_s < self.window_end_s {
            return false;
        }
        let mut bend = 0.0;
        if let Some(ahead_s) = self.least_ahead_s.take() {
            self.offset_s = ahead_s;
            if ahead_s.abs() > RESET_S {
                let voice_s = self.line.voice_at(host_s) - ahead_s;
                self.restart(host_s, voice_s);
                self.reset_count += 1;
                return true;
            }
            let starting = host_s - self.began_s < START_S;
            let (pull, slew) = if starting { (START_PULL_PER_S, START_SLEW) } else { (PULL_PER_S, SLEW) };
            bend = (-pull * ahead_s).clamp(-slew, slew);
            // Critically damped; while the pull is at its limit the offset says nothing about drift.
            if !starting && bend.abs() < slew {
                self.drift -= PULL_PER_S * PULL_PER_S / 4.0 * ahead_s * WINDOW_S;
                self.drift = self.drift.clamp(-DRIFT_LIMIT, DRIFT_LIMIT);
            }
        }
        self.line = ClockLine { host_s, voice_s: self.line.voice_at(host_s), slope: 1.0 + self.drift + bend };
        self.window_end_s = host_s + WINDOW_S;
        true
    }

    /// The line as it is now.
    pub fn line(&self) -> ClockLine {
        self.line
    }

    /// How much faster the device's clock runs than the host's, in parts in a million.
    pub fn drift_ppm(&self) -> f64 {
        self.drift * 1e6
    }

    /// By how much the line was ahead of the least delayed arrival of the last window, in seconds.
    pub fn offset_s(&self) -> f64 {
        self.offset_s
    }

    /// How often the line was set anew.
    pub fn reset_count(&self) -> u64 {
        self.reset_count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};

    /// An hour of 10 ms blocks: jittered, each 500th 0.3 s late with all behind it waiting. Device off by `ppm`.
    /// Returns the largest offset after ten minutes, and the largest bend of the line between two looks, in seconds.
    fn hour(ppm: f64, jitter_ms: f64, seed: u64) -> (f64, f64, HostClock) {
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let device_hz = 48_000.0 * (1.0 + ppm * 1e-6);
        let mut clock = HostClock::new(5.0, 0.0);
        let (mut worst_s, mut largest_bend_s) = (0.0f64, 0.0f64);
        let mut stall_until_s = 0.0;
        for block in 1..=360_000u32 {
            let captured_s = 5.0 + f64::from(block) * 480.0 / device_hz;
            if block % 500 == 0 {
                stall_until_s = captured_s + 0.3;
            }
            let late_s = chance.random::<f64>().powi(3) * jitter_ms * 1e-3;
            let host_s = (captured_s + late_s).max(stall_until_s);
            clock.observe(host_s, f64::from(block) * 0.01);
            let before_s = clock.line().voice_at(host_s);
            if clock.advance(host_s) {
                largest_bend_s = largest_bend_s.max((clock.line().voice_at(host_s) - before_s).abs());
            }
            if host_s > 600.0 {
                let true_s = (host_s - 5.0) * device_hz / 48_000.0;
                worst_s = worst_s.max((clock.line().voice_at(host_s) - true_s).abs());
            }
        }
        (worst_s, largest_bend_s, clock)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn an_hour_with_another_clock_stays_within_a_quarter_of_a_hop(
            ppm in -200.0f64..200.0, jitter_ms in 0.0f64..30.0, seed in any::<u64>(),
        ) {
            let (worst_s, largest_jump_s, clock) = hour(ppm, jitter_ms, seed);
            prop_assert!(worst_s < 0.005, "{worst_s} s");
            prop_assert!(largest_jump_s < 1e-9, "{largest_jump_s} s");
            prop_assert!((clock.drift_ppm() - ppm).abs() < 100.0, "{} of {ppm}", clock.drift_ppm());
            prop_assert_eq!(clock.reset_count(), 0);
        }
    }

    #[test]
    fn a_loss_that_nobody_told_of_is_taken_back_slowly_and_a_sleep_at_once() {
        let mut clock = HostClock::new(0.0, 0.0);
        let mut run = |from_s: f64, to_s: f64, lost_s: f64| {
            let mut fastest = 0.0f64;
            let mut host_s = from_s;
            while host_s < to_s {
                host_s += 0.01;
                clock.observe(host_s, host_s - lost_s);
                clock.advance(host_s);
                fastest = fastest.max((clock.line().slope - 1.0).abs());
            }
            (clock.line().voice_at(host_s) - (host_s - lost_s), fastest, clock.reset_count())
        };
        run(0.0, 60.0, 0.0);
        let (offset_s, fastest, _) = run(60.0, 120.0, 0.2);
        assert!(offset_s.abs() < 0.005, "{offset_s}");
        assert!(fastest <= SLEW + DRIFT_LIMIT, "{fastest}");
        let (offset_s, _, reset_count) = run(120.0, 122.0, 8.0);
        assert!(offset_s.abs() < 0.005 && reset_count == 1, "{offset_s} {reset_count}");
    }
}
