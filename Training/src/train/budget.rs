//! How long a run may take, and the learning rate along it.

use serde::{Deserialize, Serialize};

/// End of a run: after so many steps, so many minutes of training, or whichever comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Steps.
    pub steps: Option<u64>,
    /// Minutes of training, summed over resumed runs.
    pub minutes: Option<f64>,
}

impl Budget {
    /// How much of the budget is used, 0..1.
    pub fn fraction(&self, step: u64, elapsed_s: f64) -> f64 {
        let by_steps = self.steps.map_or(0.0, |steps| step as f64 / steps.max(1) as f64);
        let by_time = self.minutes.map_or(0.0, |minutes| elapsed_s / (60.0 * minutes).max(1e-9));
        by_steps.max(by_time).clamp(0.0, 1.0)
    }

    /// Whether neither end is set.
    pub fn is_endless(&self) -> bool {
        self.steps.is_none() && self.minutes.is_none()
    }
}

/// Warm-up and decay of the learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateSchedule {
    /// Steps over which the rate rises from zero.
    pub warm_up_steps: u64,
    /// Part of the highest rate that is left at the end.
    pub last_part: f64,
}

impl Default for RateSchedule {
    fn default() -> Self {
        Self { warm_up_steps: 200, last_part: 0.02 }
    }
}

impl RateSchedule {
    /// Factor on the highest learning rate at `step`, `fraction` (0..1) of the run being over: a linear rise, then
    /// half a cosine.
    pub fn factor(&self, step: u64, fraction: f64) -> f64 {
        let rise = ((step + 1) as f64 / self.warm_up_steps.max(1) as f64).min(1.0);
        let wave = 0.5 * (1.0 + (std::f64::consts::PI * fraction.clamp(0.0, 1.0)).cos());
        rise * (self.last_part + (1.0 - self.last_part) * wave)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_end_counts() {
        let both = Budget { steps: Some(100), minutes: Some(1.0) };
        assert_eq!(both.fraction(50, 6.0), 0.5);
        assert_eq!(both.fraction(5, 30.0), 0.5);
        assert_eq!(both.fraction(500, 0.0), 1.0);
        assert!(Budget::default().is_endless());
    }

    #[test]
    fn the_rate_rises_and_falls() {
        let schedule = RateSchedule { warm_up_steps: 10, last_part: 0.1 };
        assert!(schedule.factor(0, 0.0) < schedule.factor(5, 0.0));
        assert!((schedule.factor(10, 0.0) - 1.0).abs() < 1e-12);
        assert!((schedule.factor(1000, 1.0) - 0.1).abs() < 1e-12);
        assert!(schedule.factor(100, 0.3) > schedule.factor(100, 0.6));
    }
}
