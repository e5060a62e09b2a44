//! What a follower remembers of series and batches from one result to the next, so that a result that comes in order
//! costs one statement and one step of the model, whatever the length of its series.
//!
//! Comes in: what was read from the tables or written to them. Goes out: the same, without asking again.
//! Never here: anything the tables do not say. A change that is not committed forgets everything ([`Turn`]), and nobody
//! but the follower that owns the memory writes points, batches or series; epochs are read each time.
//!
//! Two generations: what is used moves to the young one; when that is full, the old one is forgotten.

use std::collections::BTreeMap;

use record::{BatchId, Timestamp};
use rules::stability::Monitor;

use super::epoch::Epoch;
use crate::batches::BatchKey;
use crate::series::{Place, Point, Series, SeriesKey};

/// Points, and batches, that a generation holds before the older one is forgotten. Two generations of points take some
/// 150 MB.
const GENERATION_MAX: usize = 400_000;

/// What one follower remembers. Empty at start.
#[derive(Debug, Default)]
pub struct Memory {
    courses: Generations<SeriesKey, Course>,
    ends: Generations<BatchKey, Option<Timestamp>>,
}

/// A change under way. Dropped before [`Turn::keep`] it makes the memory forget everything, as the database does.
#[derive(Debug)]
pub struct Turn<'a> {
    memory: &'a mut Memory,
    kept: bool,
}

/// A series and the points of its newest epoch.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) series: Series,
    /// The points, if they have been read.
    pub(super) line: Option<Line>,
}

/// The current points of one epoch in series order, all judged.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) epoch: Epoch,
    pub(super) points: Vec<Point>,
    /// Has seen all points, in order.
    pub(super) monitor: Monitor,
}

impl Memory {
    /// Begins a change. Call it with a [`crate::Write`] of its own.
    pub fn turn(&mut self) -> Turn<'_> {
        Turn { memory: self, kept: false }
    }
}

impl Turn<'_> {
    /// The change is committed: what was learned in it is true.
    pub fn keep(mut self) {
        self.kept = true;
    }

    /// Takes a series out; [`Turn::put`] brings it back.
    pub(super) fn take(&mut self, key: &SeriesKey) -> Option<Course> {
        self.memory.courses.take(key)
    }

    pub(super) fn put(&mut self, course: Course) {
        let weight = course.line.as_ref().map_or(1, |line| line.points.len() + 1);
        self.memory.courses.put(course.series.key.clone(), course, weight);
    }

    /// Puts the points of a batch at its end, if the series is remembered and its order stays; else forgets its points.
    pub(super) fn move_batch(&mut self, key: &SeriesKey, batch: &BatchId, end: Timestamp) -> bool {
        let Some(Course { series, line }) = self.take(key) else { return false };
        let line = line.and_then(|mut line| line.move_batch(batch, end).then_some(line));
        let moved = line.is_some();
        self.put(Course { series, line });
        moved
    }

    /// When the batch ended, if it is remembered; `Some(None)` if it has not.
    pub(crate) fn end(&mut self, batch: &BatchKey) -> Option<Option<Timestamp>> {
        let end = self.memory.ends.take(batch)?;
        self.memory.ends.put(batch.clone(), end, 1);
        Some(end)
    }

    pub(crate) fn set_end(&mut self, batch: BatchKey, end: Option<Timestamp>) {
        self.memory.ends.put(batch, end, 1);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.kept {
            *self.memory = Memory::default();
        }
    }
}

impl Line {
    /// The result comes after all others and is the first of its batch here.
    pub(super) fn is_next(&self, place: &Place) -> bool {
        let later = self.points.last().is_none_or(|last| last.place < *place);
        later && !self.points.iter().any(|point| point.place.batch == place.batch)
    }

    /// Puts the points of a batch at its end. False, and nothing changed, if that would change the order of the points
    /// or the batch has none here: the series must then be judged again.
    pub(super) fn move_batch(&mut self, batch: &BatchId, end: Timestamp) -> bool {
        let moved = |point: &Point| match point.place.batch == *batch {
            true => Place { batch_end: end, ..point.place.clone() },
            false => point.place.clone(),
        };
        if !self.points.iter().any(|point| point.place.batch == *batch) || !self.points.is_sorted_by_key(moved) {
            return false;
        }
        for point in self.points.iter_mut().filter(|point| point.place.batch == *batch) {
            (point.place.batch_end, point.end_known) = (end, true);
        }
        true
    }
}

/// A map that forgets what has not been used for long.
#[derive(Debug)]
struct Generations<K, V> {
    young: BTreeMap<K, (V, usize)>,
    old: BTreeMap<K, (V, usize)>,
    /// Weight of the young.
    weight: usize,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self { young: BTreeMap::new(), old: BTreeMap::new(), weight: 0 }
    }
}

impl<K: Ord, V> Generations<K, V> {
    fn take(&mut self, key: &K) -> Option<V> {
        if let Some((value, weight)) = self.young.remove(key) {
            self.weight -= weight;
            return Some(value);
        }
        self.old.remove(key).map(|(value, _)| value)
    }

    fn put(&mut self, key: K, value: V, weight: usize) {
        self.old.remove(&key);
        if let Some((_, before)) = self.young.insert(key, (value, weight)) {
            self.weight -= before;
        }
        self.weight += weight;
        if self.weight > GENERATION_MAX {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_what_is_not_is_forgotten() {
        let mut map = Generations::default();
        for key in 0..3 * GENERATION_MAX {
            map.put(key, key, 1);
            assert_eq!(map.take(&0), Some(0), "used each time, kept");
            map.put(0, 0, 1);
            assert!(map.young.len() + map.old.len() <= 2 * GENERATION_MAX + 2);
        }
        assert_eq!(map.take(&1), None);
    }

    #[test]
    fn a_change_that_is_not_kept_forgets() {
        let mut memory = Memory::default();
        let batch = BatchKey {
            enterprise: "91330300MA2DEM3033".parse().unwrap(),
            product: "P".parse().unwrap(),
            batch: "1".parse().unwrap(),
        };
        let mut turn = memory.turn();
        turn.set_end(batch.clone(), Some(Timestamp(1)));
        turn.keep();
        assert_eq!(memory.turn().end(&batch), Some(Some(Timestamp(1))));
        assert_eq!(memory.turn().end(&batch), None, "the last turn was dropped");
    }
}
