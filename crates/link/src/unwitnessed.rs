//! The alarm when something stays unwitnessed for longer than it may.
//!
//! Comes in: when the oldest unwitnessed segment was closed, and the time. Goes out: that the alarm begins, and that it is
//! over, each once. Never: an alarm while nothing is unwitnessed, or one that ends while something is.

use record::Timestamp;

/// A change of the alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Unwitnessed for longer than allowed.
    Raised {
        /// When the oldest unwitnessed segment was closed.
        since: Timestamp,
    },
    /// Witnessed again.
    Over,
}

/// Remembers whether the alarm is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwitnessed {
    max_us: i64,
    raised: bool,
}

impl Unwitnessed {
    /// Off, and raised after `max_s` seconds.
    pub fn new(max_s: u64) -> Self {
        let max_us = i64::try_from(max_s).unwrap_or(i64::MAX).saturating_mul(1_000_000);
        Self { max_us, raised: false }
    }

    /// Whether it is on.
    pub fn is_raised(&self) -> bool {
        self.raised
    }

    /// What changes at `now`, if the oldest unwitnessed segment was closed at `oldest`; `None`: all is witnessed.
    ///
    /// Once raised it stays until what is unwitnessed is younger than allowed; a clock set back raises nothing.
    pub fn at(&mut self, oldest: Option<Timestamp>, now: Timestamp) -> Option<Alarm> {
        let late = oldest.filter(|since| now.0.saturating_sub(since.0) > self.max_us);
        match (late, self.raised) {
            (Some(since), false) => {
                self.raised = true;
                Some(Alarm::Raised { since })
            }
            (None, true) => {
                self.raised = false;
                Some(Alarm::Over)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    /// Requirement WIT-05.
    #[test]
    fn the_alarm_is_raised_once_and_over_once() {
        let mut alarm = Unwitnessed::new(60);
        let mut at = |oldest: Option<i64>, now: i64| {
            let change = alarm.at(oldest.map(|s| Timestamp(s * SECOND)), Timestamp(now * SECOND));
            (change, alarm.is_raised())
        };
        let raised = Alarm::Raised { since: Timestamp(10 * SECOND) };
        assert_eq!(at(None, 0), (None, false));
        assert_eq!(at(Some(10), 70), (None, false), "as long as allowed");
        assert_eq!(at(Some(10), 71), (Some(raised), true));
        assert_eq!(at(Some(10), 500), (None, true));
        assert_eq!(at(Some(400), 500), (None, true), "some were witnessed, the oldest is still too old");
        assert_eq!(at(Some(450), 500), (Some(Alarm::Over), false));
        assert_eq!(at(Some(450), 511), (Some(Alarm::Raised { since: Timestamp(450 * SECOND) }), true));
        assert_eq!(at(None, 512), (Some(Alarm::Over), false));
        assert_eq!(at(Some(900), 512), (None, false), "a clock set back");
    }

    #[test]
    fn extremes_do_not_overflow() {
        let mut never = Unwitnessed::new(u64::MAX);
        assert_eq!(never.at(Some(Timestamp(i64::MIN)), Timestamp(i64::MAX)), None);
        let mut at_once = Unwitnessed::new(0);
        assert_eq!(at_once.at(Some(Timestamp(0)), Timestamp(0)), None);
        assert!(at_once.at(Some(Timestamp(i64::MIN)), Timestamp(i64::MAX)).is_some());
    }
}
