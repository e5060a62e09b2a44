//! How many values were lost: what the source says it has emitted against what came.
//!
//! Comes in: readings of a counter node (`emitted` so far, with the time of the last value it counts) and the times of
//! the values received. Goes out: exact losses. A reading is settled one cycle after it came, so that values on their
//! way are not taken for lost; a surplus is carried over, never turned into a loss.

use record::Cause;
use serde::{Deserialize, Serialize};

/// Values counted by one counter node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ledger {
    /// Last settled reading: time in ticks, count.
    settled: Option<(i64, u64)>,
    /// Values received after the settled reading: time in ticks, how many. Sorted by time.
    received: Vec<(i64, u32)>,
    /// Values received beyond what the counter had counted.
    surplus: u64,
    /// Newest reading, and whether a whole cycle has passed since it came.
    reading: Option<(i64, u64)>,
    /// Reading that came in an earlier cycle and can be settled now.
    due: Option<(i64, u64)>,
    /// Time of the newest value that came after an overflow, in ticks.
    overflow: Option<i64>,
    /// The next reading is where counting begins; nothing before it is a loss.
    begins: bool,
}

/// Values that the source emitted and that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    /// Time of the last reading before, in ticks; `None` before the first.
    pub(super) from: Option<i64>,
    /// Time of the reading after, in ticks.
    pub(super) until: i64,
    /// How many; `None` if the counter began anew in between.
    pub(super) lost: Option<u64>,
    /// Overflow, if the source said so; otherwise the caller knows.
    pub(super) cause: Option<Cause>,
}

impl Ledger {
    /// A value of the counted streams came.
    pub(super) fn receive(&mut self, ticks: i64) {
        match self.received.last_mut() {
            Some((last, count)) if *last == ticks => *count += 1,
            Some((last, _)) if *last < ticks => self.received.push((ticks, 1)),
            None => self.received.push((ticks, 1)),
            Some(_) => match self.received.binary_search_by_key(&ticks, |(at, _)| *at) {
                Ok(at) => self.received[at].1 += 1,
                Err(at) => self.received.insert(at, (ticks, 1)),
            },
        }
    }

    /// A queue overflowed before the value of this time.
    pub(super) fn overflowed(&mut self, ticks: i64) {
        self.overflow = self.overflow.max(Some(ticks));
    }

    /// The counter said `count` at `ticks`.
    pub(super) fn read(&mut self, ticks: i64, count: u64) {
        if self.reading.is_none_or(|(_, before)| count >= before) {
            self.reading = Some((ticks, count));
            return;
        }
        // It began anew while an older reading waits: that one is settled with what came until then.
        self.due = self.reading.replace((ticks, count));
    }

    /// Counting begins with the next reading.
    pub(super) fn rebase(&mut self) {
        *self = Self { begins: true, ..Self::default() };
    }

    /// Time of the reading that the next end of a cycle settles, in ticks.
    pub(super) fn settles(&self) -> Option<i64> {
        self.due.map(|(ticks, _)| ticks)
    }

    /// Something waits for the end of a cycle.
    pub(super) fn waits(&self) -> bool {
        self.reading.is_some() || self.due.is_some()
    }

    /// A cycle ended: everything the server had queued is here. Returns what is now known to be lost, in order.
    pub(super) fn end_cycle(&mut self) -> Vec<Loss> {
        let losses = self.due.take().map(|(ticks, count)| self.settle(ticks, count));
        self.due = self.reading.take();
        losses.into_iter().flatten().collect()
    }

    fn settle(&mut self, ticks: i64, count: u64) -> Vec<Loss> {
        let split = self.received.partition_point(|(at, _)| *at <= ticks);
        let came: u64 = self.received.drain(..split).map(|(_, count)| u64::from(count)).sum::<u64>() + self.surplus;
        let from = self.settled.map(|(at, _)| at);
        let before = self.settled.map_or(0, |(_, count)| count);
        self.settled = Some((ticks, count));
        if std::mem::take(&mut self.begins) {
            self.surplus = 0;
            return Vec::new();
        }
        let restarted = count < before;
        let emitted = if restarted { count } else { count - before };
        let lost = emitted.saturating_sub(came);
        self.surplus = came.saturating_sub(emitted);
        let cause = self.overflow.map(|_| Cause::Overflow);
        // What was lost before a value younger than the reading shows in the next one.
        self.overflow = self.overflow.filter(|at| *at > ticks);
        let mut losses = Vec::new();
        if restarted {
            // What was counted between our last reading and the restart is not known to anyone; and what came of it
            // must not count against the new counter.
            self.surplus = 0;
            losses.push(Loss { from, until: ticks, lost: None, cause: Some(Cause::Unknown) });
        }
        if lost > 0 {
            losses.push(Loss { from, until: ticks, lost: Some(lost), cause });
        }
        losses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs two cycles so that the reading is settled.
    fn settled(ledger: &mut Ledger) -> Vec<Loss> {
        let mut losses = ledger.end_cycle();
        losses.extend(ledger.end_cycle());
        losses
    }

    #[test]
    fn what_came_and_was_counted_is_no_loss() {
        let mut ledger = Ledger::default();
        ledger.receive(10);
        ledger.receive(10);
        ledger.read(10, 2);
        assert_eq!(settled(&mut ledger), []);
        // Values of the second scan come a cycle after the counter that counts them.
        ledger.read(20, 4);
        assert_eq!(ledger.end_cycle(), []);
        ledger.receive(20);
        ledger.receive(20);
        assert_eq!(ledger.end_cycle(), []);
        assert_eq!(settled(&mut ledger), []);
    }

    #[test]
    fn a_loss_is_counted_exactly_and_once() {
        let mut ledger = Ledger::default();
        ledger.receive(10);
        ledger.read(10, 1);
        assert_eq!(settled(&mut ledger), []);
        ledger.receive(50);
        ledger.overflowed(50);
        ledger.read(50, 5);
        let loss = Loss { from: Some(10), until: 50, lost: Some(3), cause: Some(Cause::Overflow) };
        assert_eq!(settled(&mut ledger), [loss]);
        ledger.receive(60);
        ledger.read(60, 6);
        assert_eq!(settled(&mut ledger), []);
    }

    #[test]
    fn values_emitted_before_we_came_are_lost_to_us() {
        let mut ledger = Ledger::default();
        ledger.receive(10);
        ledger.read(10, 100);
        assert_eq!(settled(&mut ledger), [Loss { from: None, until: 10, lost: Some(99), cause: None }]);
    }

    #[test]
    fn a_surplus_is_carried_over() {
        let mut ledger = Ledger::default();
        ledger.receive(10);
        ledger.receive(10);
        ledger.read(10, 1);
        assert_eq!(settled(&mut ledger), []);
        ledger.read(20, 2);
        assert_eq!(settled(&mut ledger), []);
    }

    #[test]
    fn a_counter_that_begins_anew_leaves_an_open_loss() {
        let mut ledger = Ledger::default();
        ledger.receive(10);
        ledger.read(10, 1);
        assert_eq!(settled(&mut ledger), []);
        ledger.receive(30);
        ledger.read(30, 900);
        ledger.receive(50);
        ledger.read(50, 0);
        let mut losses = settled(&mut ledger);
        losses.extend(settled(&mut ledger));
        assert_eq!(
            losses,
            [
                Loss { from: Some(10), until: 30, lost: Some(898), cause: None },
                Loss { from: Some(30), until: 50, lost: None, cause: Some(Cause::Unknown) },
            ]
        );
    }
}
