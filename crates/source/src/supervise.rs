//! When to try again, and when to pull: what a supervisor of connectors needs to decide without a clock or a die of
//! its own. Both are arguments, so every schedule can be replayed in a test.

use std::time::{Duration, Instant};

use crate::SrcErr;

/// Upper end of the first wait.
pub const BACKOFF_BASE: Duration = Duration::from_millis(500);
/// Upper end of every wait.
pub const BACKOFF_CAP: Duration = Duration::from_secs(30);
/// Running this long without an error forgets all earlier ones.
pub const HEALTHY_AFTER: Duration = Duration::from_secs(60);

/// Full-jitter exponential backoff (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog 2015): a wait is
/// drawn evenly between zero and a ceiling that doubles with each failure, so that many boxes do not come back at once.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    failures: u32,
    opened: Option<Instant>,
}

impl Backoff {
    /// The connector is open and delivering.
    pub fn opened(&mut self, now: Instant) {
        self.opened = Some(now);
    }

    /// How long to wait after this error. `draw` is an even draw from [0, 1). A wait the fault demands (refused login,
    /// refused certificate, busy server) is never shortened by jitter.
    pub fn failed(&mut self, error: &SrcErr, now: Instant, draw: f64) -> Duration {
        if self.opened.take().is_some_and(|opened| now.saturating_duration_since(opened) >= HEALTHY_AFTER) {
            self.failures = 0;
        }
        let doublings = self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        if let Some(demanded) = error.retry_after() {
            return demanded;
        }
        let ceiling = BACKOFF_BASE.saturating_mul(1 << doublings).min(BACKOFF_CAP);
        ceiling.mul_f64(draw.clamp(0.0, 1.0))
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}

/// Paces a source that is asked and does not push: one pull at a time, at a steady rate, without catching up on pulls
/// that a slow source or disk made late.
#[derive(Clone, Debug)]
pub struct Poller {
    every: Duration,
    due: Instant,
}

impl Poller {
    /// First pull at `now` plus a part of the interval given by `draw` from [0, 1), so that sources do not pull in step.
    pub fn new(every: Duration, now: Instant, draw: f64) -> Self {
        Self { every, due: now + every.mul_f64(draw.clamp(0.0, 1.0)) }
    }

    /// When the next pull is due.
    pub fn due(&self) -> Instant {
        self.due
    }

    /// A pull ended at `now`. With `more` waiting the next one is due at once.
    pub fn pulled(&mut self, now: Instant, more: bool) {
        self.due = if more { now } else { (self.due + self.every).max(now) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fault, REFUSED_WAIT, Stage};

    fn transient() -> SrcErr {
        SrcErr::new(Stage::Connect, Fault::Transient, "refused")
    }

    #[test]
    fn waits_double_up_to_the_cap_and_are_forgotten_after_a_healthy_minute() {
        let start = Instant::now();
        let mut backoff = Backoff::default();
        let ceilings: Vec<u128> = (0..9).map(|_| backoff.failed(&transient(), start, 1.0).as_millis()).collect();
        assert_eq!(ceilings, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
        backoff.opened(start);
        assert_eq!(backoff.failed(&transient(), start + Duration::from_secs(59), 1.0), BACKOFF_CAP);
        backoff.opened(start);
        assert_eq!(backoff.failed(&transient(), start + HEALTHY_AFTER, 1.0), BACKOFF_BASE);
        assert_eq!(backoff.failed(&transient(), start, 0.25), Duration::from_millis(250));
    }

    #[test]
    fn a_refused_login_waits_five_minutes_whatever_is_drawn() {
        let refused = SrcErr::new(Stage::Auth, Fault::Auth, "password");
        assert_eq!(Backoff::default().failed(&refused, Instant::now(), 0.0), REFUSED_WAIT);
    }

    #[test]
    fn a_late_pull_is_not_made_up_for() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut poller = Poller::new(second, start, 0.0);
        poller.pulled(start + Duration::from_millis(100), false);
        assert_eq!(poller.due(), start + second);
        poller.pulled(start + 5 * second, false);
        assert_eq!(poller.due(), start + 5 * second);
        poller.pulled(start + 5 * second, true);
        assert_eq!(poller.due(), start + 5 * second);
    }
}
