//! The transition table of a warning.

use crate::suppression::{Suppression, allowed};
use record::{Level, Timestamp};

/// Whether the model still sees what it warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Yes.
    Active,
    /// The last judgement no longer gives the signal.
    Cleared,
    /// A late or corrected result made the finding void; the new finding, if any, is another warning.
    Superseded,
}

/// How far people are with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handling {
    /// Nobody has taken it up.
    Raised,
    /// The enterprise has seen it and answers for it.
    Acknowledged,
    /// Handled: cause and measure are stated and accepted.
    Closed,
    /// Was closed, and someone found that it was not over.
    Reopened,
}

impl Handling {
    /// All, in the order of a life.
    pub const ALL: [Self; 4] = [Self::Raised, Self::Acknowledged, Self::Closed, Self::Reopened];

    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    /// The handling of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|handling| handling.name() == name)
    }

    /// Someone must still act.
    pub const fn open(self) -> bool {
        !matches!(self, Self::Closed)
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Quality assurance of the enterprise.
    Enterprise,
    /// The regulator.
    Regulator,
    /// The model, on box or center.
    Model,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A further finding joined, of this level.
    Join(Level),
    /// The model no longer sees the condition.
    Clear,
    /// A re-run no longer gives any of its findings.
    Supersede,
    /// Seen and taken up.
    Acknowledge,
    /// Cause and measure stated; over.
    Close,
    /// Not over after all.
    Reopen,
    /// Hold notices back until then.
    Silence {
        /// First instant at which notices go out again.
        until: Timestamp,
    },
    /// Let notices out again.
    Unsilence,
}

impl Act {
    const fn name(self) -> &'static str {
        match self {
            Self::Join(_) => "join",
            Self::Clear => "clear",
            Self::Supersede => "supersede",
            Self::Acknowledge => "acknowledge",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Silence { .. } => "silence",
            Self::Unsilence => "unsilence",
        }
    }
}

/// Where a warning stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The highest level of its findings; it only rises.
    pub level: Level,
    /// What the model sees.
    pub condition: Condition,
    /// How far people are.
    pub handling: Handling,
    /// Whether notices are held back.
    pub suppression: Suppression,
}

/// Why an act is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The warning does not stand where this act can happen.
    #[error("cannot {act} a warning that is {handling}")]
    Order {
        /// The act.
        act: &'static str,
        /// Where the warning stands.
        handling: &'static str,
    },
    /// This actor may not do this.
    #[error("{actor:?} may not {act} a warning of level {level:?}")]
    Authority {
        /// Who tried.
        actor: Actor,
        /// The act.
        act: &'static str,
        /// Level of the warning.
        level: Level,
    },
    /// Nothing is left to do on it.
    #[error("cannot {act} a superseded warning")]
    Superseded {
        /// The act.
        act: &'static str,
    },
    /// The suppression would end in the past or too late.
    #[error("a suppression ends after now and within {} days", crate::SUPPRESSION_MAX_DAYS)]
    Until,
}

impl Warning {
    /// A warning as the model raises it.
    pub const fn raised(level: Level) -> Self {
        Self { level, condition: Condition::Active, handling: Handling::Raised, suppression: Suppression::None }
    }

    /// Where the warning stands after `act` of `actor` at `now`.
    ///
    /// | act | who | from → to |
    /// |---|---|---|
    /// | join | model | open → same, level may rise, condition active |
    /// | clear, supersede | model | condition only |
    /// | acknowledge | enterprise | raised, reopened → acknowledged |
    /// | close | regulator; enterprise below orange | acknowledged → closed |
    /// | reopen | enterprise, regulator | closed → reopened |
    /// | silence, unsilence | regulator; enterprise below red | open |
    ///
    /// Fails with the [`Refusal`] that names what stands against it; the warning is unchanged then.
    pub fn after(self, act: Act, actor: Actor, now: Timestamp) -> Result<Self, Refusal> {
        if self.condition == Condition::Superseded && !matches!(act, Act::Close | Act::Acknowledge) {
            return Err(Refusal::Superseded { act: act.name() });
        }
        if !self.may(act, actor) {
            return Err(Refusal::Authority { actor, act: act.name(), level: self.level });
        }
        let order = Refusal::Order { act: act.name(), handling: self.handling.name() };
        match (act, self.handling) {
            (Act::Join(level), handling) if handling.open() => {
                Ok(Self { level: self.level.max(level), condition: Condition::Active, ..self })
            }
            (Act::Clear, _) => Ok(Self { condition: Condition::Cleared, ..self }),
            (Act::Supersede, _) => Ok(Self { condition: Condition::Superseded, ..self }),
            (Act::Acknowledge, Handling::Raised | Handling::Reopened) => {
                Ok(Self { handling: Handling::Acknowledged, ..self })
            }
            (Act::Close, Handling::Acknowledged) => {
                Ok(Self { handling: Handling::Closed, suppression: Suppression::None, ..self })
            }
            (Act::Reopen, Handling::Closed) => Ok(Self { handling: Handling::Reopened, ..self }),
            (Act::Silence { until }, handling) if handling.open() => {
                if allowed(now, until) {
                    Ok(Self { suppression: Suppression::Silenced { until }, ..self })
                } else {
                    Err(Refusal::Until)
                }
            }
            (Act::Unsilence, handling) if handling.open() => Ok(Self { suppression: Suppression::None, ..self }),
            _ => Err(order),
        }
    }

    fn may(self, act: Act, actor: Actor) -> bool {
        match act {
            Act::Join(_) | Act::Clear | Act::Supersede => actor == Actor::Model,
            Act::Acknowledge => actor == Actor::Enterprise,
            Act::Reopen => actor != Actor::Model,
            Act::Close => actor == Actor::Regulator || (actor == Actor::Enterprise && self.level < Level::Orange),
            Act::Silence { .. } | Act::Unsilence => {
                actor == Actor::Regulator || (actor == Actor::Enterprise && self.level < Level::Red)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Handling::{Acknowledged, Closed, Raised, Reopened};
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_000_000);
    const DAY_US: i64 = 86_400_000_000;

    fn standing(level: Level, handling: Handling) -> Warning {
        Warning { handling, ..Warning::raised(level) }
    }

    #[test]
    fn a_life_goes_from_raised_over_acknowledged_to_closed_and_back() {
        let rows = [
            (Raised, Act::Acknowledge, Actor::Enterprise, Some(Acknowledged)),
            (Raised, Act::Close, Actor::Regulator, None),
            (Raised, Act::Reopen, Actor::Regulator, None),
            (Acknowledged, Act::Acknowledge, Actor::Enterprise, None),
            (Acknowledged, Act::Close, Actor::Regulator, Some(Closed)),
            (Closed, Act::Close, Actor::Regulator, None),
            (Closed, Act::Acknowledge, Actor::Enterprise, None),
            (Closed, Act::Reopen, Actor::Enterprise, Some(Reopened)),
            (Reopened, Act::Acknowledge, Actor::Enterprise, Some(Acknowledged)),
        ];
        for (from, act, actor, to) in rows {
            let got = standing(Level::Orange, from).after(act, actor, NOW);
            assert_eq!(got.as_ref().ok().map(|warning| warning.handling), to, "{from:?} {act:?} {got:?}");
        }
    }

    #[test]
    fn the_enterprise_closes_only_what_is_below_orange() {
        for (level, allowed) in
            [(Level::Notice, true), (Level::Yellow, true), (Level::Orange, false), (Level::Red, false)]
        {
            let got = standing(level, Acknowledged).after(Act::Close, Actor::Enterprise, NOW);
            let refused = Refusal::Authority { actor: Actor::Enterprise, act: "close", level };
            assert_eq!(got, if allowed { Ok(standing(level, Closed)) } else { Err(refused) });
        }
    }

    #[test]
    fn a_red_warning_cannot_be_silenced_by_the_enterprise_nor_longer_than_thirty_days_by_anyone() {
        let until = |days: i64| Act::Silence { until: Timestamp(NOW.0 + days * DAY_US) };
        let red = standing(Level::Red, Raised);
        assert!(matches!(red.after(until(1), Actor::Enterprise, NOW), Err(Refusal::Authority { .. })));
        assert_eq!(red.after(until(31), Actor::Regulator, NOW), Err(Refusal::Until));
        assert_eq!(red.after(until(0), Actor::Regulator, NOW), Err(Refusal::Until));
        let silenced = red.after(until(30), Actor::Regulator, NOW).expect("allowed");
        assert!(silenced.suppression.holds(NOW));
        assert!(!silenced.suppression.holds(Timestamp(NOW.0 + 30 * DAY_US)));
    }

    #[test]
    fn a_superseded_warning_can_only_be_put_away() {
        let superseded = standing(Level::Yellow, Raised).after(Act::Supersede, Actor::Model, NOW).expect("allowed");
        let joined = superseded.after(Act::Join(Level::Red), Actor::Model, NOW);
        assert_eq!(joined, Err(Refusal::Superseded { act: "join" }));
        let seen = superseded.after(Act::Acknowledge, Actor::Enterprise, NOW).expect("allowed");
        assert_eq!(seen.after(Act::Close, Actor::Enterprise, NOW).map(|w| w.handling), Ok(Closed));
    }

    #[test]
    fn names_read_back() {
        for handling in Handling::ALL {
            assert_eq!(Handling::parse(handling.name()), Some(handling));
        }
        assert_eq!(Handling::parse("done"), None);
    }

    fn acts() -> impl Strategy<Value = Act> {
        prop_oneof![
            Just(Act::Join(Level::Yellow)),
            Just(Act::Join(Level::Red)),
            Just(Act::Clear),
            Just(Act::Supersede),
            Just(Act::Acknowledge),
            Just(Act::Close),
            Just(Act::Reopen),
            (0_i64..40).prop_map(|days| Act::Silence { until: Timestamp(days * DAY_US) }),
            Just(Act::Unsilence),
        ]
    }

    proptest! {
        #[test]
        fn no_act_lowers_a_level_or_closes_what_nobody_acknowledged(
            acts in proptest::collection::vec((acts(), 0_usize..3), 0..40)
        ) {
            let mut warning = Warning::raised(Level::Yellow);
            for (act, actor) in acts {
                let actor = [Actor::Enterprise, Actor::Regulator, Actor::Model][actor];
                let Ok(next) = warning.after(act, actor, NOW) else { continue };
                prop_assert!(next.level >= warning.level);
                prop_assert!(next.handling != Closed || matches!(warning.handling, Acknowledged | Closed));
                prop_assert!(actor != Actor::Model || next.handling == warning.handling);
                warning = next;
            }
        }
    }
}
