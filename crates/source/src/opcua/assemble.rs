//! From notification messages to raw values: each with its context of the time, none twice, and what is lost said.
//!
//! A server may tell the nodes of one scan in any order. So the context of a whole cycle is learned first, then its
//! values are made. Everything that has to outlive the process is in the state, which is the cursor.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::tz::TimeZone;
use opcua::types::{DataValue, StatusCode};
use record::{Cause, Gap, Qualifiers, Quality, SourceId, SourceKey, Timestamp};
use serde::{Deserialize, Serialize};

use super::counter::Ledger;
use super::feed::{Message, ahead};
use super::nodes::{Nodes, Place};
use super::value;
use crate::mapping::{ORIGINAL_TIME, StreamId};
use crate::{Context, Cursor, Raw, SrcErr, time};

/// Values of a context node kept for items that come late.
const HISTORY_KEPT: usize = 64;
/// Values of a context node kept in the cursor.
const HISTORY_SAVED: usize = 2;

/// What outlives the process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Of the nodes the rest speaks of.
    pub(super) fingerprint: u64,
    /// Subscription at the server; 0 for none.
    pub(super) subscription: u32,
    /// Last message of the last cycle that is complete.
    pub(super) done: u32,
    /// Last message delivered: equal to `done`, or within the next cycle.
    pub(super) seen: u32,
    /// Newest source time of any stream, in ticks.
    pub(super) newest: i64,
    /// Source time of the last value by stream, in ticks, and how many values before had the same. In the cursor the
    /// ticks are counted back from `newest`, which makes them short.
    last: Vec<Option<(i64, u32)>>,
    counters: Vec<Ledger>,
    /// Latest values of context nodes.
    context: BTreeMap<usize, Vec<Saved>>,
}

/// A context value in the cursor: since when it holds, in ticks, and its text.
type Saved = (i64, Option<Box<str>>);

/// A context value and since when it holds.
#[derive(Clone, Debug)]
struct Known {
    ticks: i64,
    /// Changes when the text does, so that equal contexts are seen without comparing texts.
    id: u64,
    text: Option<Box<str>>,
}

/// The context made last for a rule, and what it was made of.
#[derive(Clone, Debug)]
struct Made {
    of: Vec<Option<u64>>,
    context: Context,
    original: Option<Timestamp>,
}

/// Everything between the feed and the batch.
#[derive(Debug)]
pub(super) struct Assembler {
    source: SourceId,
    nodes: Nodes,
    zone: TimeZone,
    state: State,
    history: Vec<VecDeque<Known>>,
    next_id: u64,
    made: Vec<Option<Made>>,
    /// Nodes whose next value is the one the server had when we subscribed, which we may have already.
    initial: Vec<bool>,
    /// Why something after a time in ticks may be lost, by counter, until a later reading settles it.
    doubts: Vec<Option<(Cause, i64)>>,
    /// Why something may be lost of streams without counter, until the first value after it is here.
    doubt: Option<Cause>,
}

impl Assembler {
    /// Nothing is known yet.
    pub(super) fn new(source: SourceId, nodes: Nodes, zone: TimeZone) -> Self {
        let state = State {
            fingerprint: nodes.fingerprint,
            last: vec![None; nodes.streams.len()],
            counters: vec![Ledger::default(); nodes.counters],
            ..State::default()
        };
        let (count, rules, counters) = (nodes.nodes.len(), nodes.rules.len(), nodes.counters);
        Self {
            source,
            nodes,
            zone,
            state,
            history: vec![VecDeque::new(); count],
            next_id: 0,
            made: vec![None; rules],
            initial: vec![true; count],
            doubts: vec![None; counters],
            doubt: None,
        }
    }

    /// Takes over a state of the same nodes.
    pub(super) fn restore(&mut self, state: State) {
        for (node, values) in &state.context {
            for (ticks, text) in values {
                self.learn(*node, *ticks, text.clone());
            }
        }
        self.state = state;
        for (ticks, _) in self.state.last.iter_mut().flatten() {
            *ticks = self.state.newest - *ticks;
        }
    }

    pub(super) fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    /// The newest source time delivered.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        (self.state.newest != 0).then(|| value::instant(self.state.newest))
    }

    /// Goes on in a subscription that was kept.
    pub(super) fn kept(&mut self) {
        self.initial.fill(false);
    }

    /// Begins in a new subscription. `cause` says why there was one before.
    pub(super) fn subscribed(&mut self, subscription: u32, cause: Option<Cause>) {
        self.state.subscription = subscription;
        self.state.done = 0;
        self.state.seen = 0;
        self.initial.fill(true);
        if let Some(cause) = cause {
            self.lost(cause);
        }
    }

    /// Values are missing, how many is for the counters to say.
    pub(super) fn lost(&mut self, cause: Cause) {
        let since = self.state.newest;
        self.doubts.iter_mut().for_each(|doubt| *doubt = Some((cause, since)));
        if self.nodes.streams.iter().any(|stream| stream.counter.is_none()) && self.state.newest != 0 {
            self.doubt = Some(cause);
        }
    }

    /// The mapping was changed: counters begin with their next reading, so what was lost meanwhile cannot be counted.
    pub(super) fn rebase(&mut self, newest: i64, cause: Option<Cause>) {
        self.state.newest = newest;
        self.doubt = cause.filter(|_| newest != 0);
        self.state.counters.iter_mut().for_each(Ledger::rebase);
    }

    /// The message was delivered, here or before a restart.
    pub(super) fn has_seen(&self, sequence: u32) -> bool {
        self.state.seen != 0 && ahead(self.state.seen, sequence) == 0
    }

    /// Learns the context in a message.
    pub(super) fn context(&mut self, message: &Message) {
        for (handle, value) in &message.values {
            let Some(node) = self.node(*handle) else { continue };
            if self.nodes.nodes[node].context {
                let good = value.status.is_none_or(|status| !status.is_bad());
                let (_, text) = value::read(value);
                let text = Some(text).filter(|text| good && !text.is_empty());
                self.learn(node, self.ticks(value), text);
            }
        }
    }

    /// Makes the values of a message, unless they were delivered before the restart.
    pub(super) fn values(&mut self, message: Message, received: Timestamp, items: &mut Vec<Raw>, gaps: &mut Vec<Gap>) {
        if self.has_seen(message.sequence) {
            return;
        }
        let mut overflows = BTreeMap::new();
        for (at, (handle, value)) in message.values.into_iter().enumerate() {
            let Some(node) = self.node(handle) else { continue };
            let initial = std::mem::replace(&mut self.initial[node], false);
            if initial && value.status == Some(StatusCode::BadWaitingForInitialData) {
                continue;
            }
            let ticks = self.ticks(&value);
            if let (Some(counter), Some(count)) = (self.nodes.nodes[node].counter, value::count(&value)) {
                self.state.counters[counter].read(ticks, count);
            }
            let Some(stream) = self.nodes.nodes[node].stream else { continue };
            let index = usize::from(stream.0);
            let last = self.state.last[index].map(|(before, _)| before);
            if initial && last == Some(ticks) {
                continue;
            }
            let counter = self.nodes.streams[index].counter;
            if let Some(counter) = counter {
                self.state.counters[counter].receive(ticks);
            }
            if value.status.is_some_and(|status| status.overflow()) {
                match counter {
                    Some(counter) => self.state.counters[counter].overflowed(ticks),
                    None => {
                        let from = overflows.get(&index).map_or(last, |(from, _): &(Option<i64>, i64)| *from);
                        overflows.insert(index, (from, ticks));
                    }
                }
            }
            if let Some(cause) = self.doubt.take() {
                gaps.push(self.gap(None, self.newest(), value::instant(ticks), None, cause));
            }
            let repeats = self.passed(index, ticks);
            items.push(self.raw(stream, value, ticks, repeats, (message.sequence, at), received));
        }
        for (index, (from, until)) in overflows {
            let address = Some(self.nodes.streams[index].address.clone());
            gaps.push(self.gap(address, from.map(value::instant), value::instant(until), None, Cause::Overflow));
        }
        self.state.seen = message.sequence;
    }

    /// A cycle ended.
    pub(super) fn end_cycle(&mut self, gaps: &mut Vec<Gap>) {
        self.state.done = self.state.seen;
        for counter in 0..self.state.counters.len() {
            let settles = self.state.counters[counter].settles();
            for loss in self.state.counters[counter].end_cycle() {
                let doubt = self.doubts[counter].map(|(cause, _)| cause);
                // Before the first reading the box was not there.
                let before = if loss.from.is_none() { Cause::BoxDown } else { Cause::Unknown };
                let cause = loss.cause.or(doubt).unwrap_or(before);
                gaps.push(self.gap(None, loss.from.map(value::instant), value::instant(loss.until), loss.lost, cause));
            }
            // A reading from before the doubt began says nothing of what came after.
            if let (Some(settled), Some((_, since))) = (settles, &self.doubts[counter])
                && settled > *since
            {
                self.doubts[counter] = None;
            }
        }
        for known in &mut self.history {
            known.drain(..known.len().saturating_sub(HISTORY_KEPT));
        }
    }

    /// Something will be known at the end of the next cycle.
    pub(super) fn waits(&self) -> bool {
        self.state.counters.iter().any(Ledger::waits)
    }

    /// Everything needed to go on after what was delivered.
    pub(super) fn cursor(&mut self) -> Result<Cursor, SrcErr> {
        let saved = |known: &VecDeque<Known>| {
            known.iter().skip(known.len().saturating_sub(HISTORY_SAVED)).map(|it| (it.ticks, it.text.clone())).collect()
        };
        let context = self.history.iter().enumerate().filter(|(_, known)| !known.is_empty());
        self.state.context = context.map(|(node, known)| (node, saved(known))).collect();
        let mut state = self.state.clone();
        for (ticks, _) in state.last.iter_mut().flatten() {
            *ticks = state.newest - *ticks;
        }
        Cursor::new(serde_json::to_vec(&state).map_err(SrcErr::cursor)?)
    }

    fn node(&self, handle: u32) -> Option<usize> {
        let node = usize::try_from(handle).ok()?.checked_sub(1)?;
        (node < self.nodes.nodes.len()).then_some(node)
    }

    /// Source time, or the server's, or the newest known: something to order by.
    fn ticks(&self, value: &DataValue) -> i64 {
        let source = value::ticks(value.source_timestamp.as_ref());
        source.or_else(|| value::ticks(value.server_timestamp.as_ref())).unwrap_or(self.state.newest)
    }

    /// Notes the time of a stream's value. Returns how many values before it had the same.
    fn passed(&mut self, stream: usize, ticks: i64) -> u32 {
        let repeats = match self.state.last[stream] {
            Some((before, repeats)) if before == ticks => repeats + 1,
            _ => 0,
        };
        self.state.newest = self.state.newest.max(ticks);
        self.state.last[stream] = Some((ticks, repeats));
        repeats
    }

    fn learn(&mut self, node: usize, ticks: i64, text: Option<Box<str>>) {
        let known = &mut self.history[node];
        let at = known.partition_point(|it| it.ticks <= ticks);
        let before = at.checked_sub(1).and_then(|at| known.get(at));
        let id = match before {
            Some(before) if before.text == text => before.id,
            _ => {
                self.next_id += 1;
                self.next_id
            }
        };
        known.insert(at, Known { ticks, id, text });
    }

    fn raw(
        &mut self,
        stream: StreamId,
        data: DataValue,
        ticks: i64,
        repeats: u32,
        place: (u32, usize),
        received: Timestamp,
    ) -> Raw {
        let (context, t_original) = self.context_at(self.nodes.streams[usize::from(stream.0)].rule, ticks);
        let source = value::ticks(data.source_timestamp.as_ref());
        let server = value::ticks(data.server_timestamp.as_ref());
        let key = match (source, repeats) {
            (Some(ticks), 0) => ticks.to_string(),
            (Some(ticks), repeats) => format!("{ticks}#{repeats}"),
            // Without a source time nothing of the value itself tells it from the next.
            (None, _) => format!("{}.{}.{}", self.state.subscription, place.0, place.1),
        };
        let (value, text) = value::read(&data);
        Raw {
            stream,
            key: SourceKey::parse(&key).expect("digits and dots are a key"),
            version: 1,
            value,
            text,
            unit: None,
            quality: Quality { status: data.status.map_or(0, |status| status.bits()), ..Quality::default() },
            t_source: source.map(value::instant),
            t_server: server.map(value::instant),
            t_acq: received,
            t_original,
            context,
        }
    }

    /// The context of a rule at a time, shared with the value before if nothing has changed.
    fn context_at(&mut self, rule: usize, ticks: i64) -> (Context, Option<Timestamp>) {
        let at = |place: &Place| match place {
            Place::Const(_) => None,
            Place::Node(node) => {
                let known = &self.history[*node];
                let at = known.partition_point(|it| it.ticks <= ticks).checked_sub(1)?;
                known.get(at)
            }
        };
        let Nodes { rules, .. } = &self.nodes;
        let places = rules[rule].names.iter().map(|(_, place)| place).chain(&rules[rule].original);
        let of: Vec<Option<u64>> = places.map(|place| at(place).map(|known| known.id)).collect();
        if let Some(made) = self.made[rule].as_ref().filter(|made| made.of == of) {
            return (Arc::clone(&made.context), made.original);
        }
        let text = |place: &Place| match place {
            Place::Const(text) => Some(text.clone()),
            Place::Node(_) => at(place).and_then(|known| known.text.clone()),
        };
        let named = rules[rule].names.iter().filter_map(|(name, place)| Some((name.clone(), text(place)?)));
        let mut context: Qualifiers = named.collect();
        let written = rules[rule].original.as_ref().and_then(text);
        let original = written.as_deref().and_then(|text| time::parse(text, &self.zone)).map(|(at, _)| at);
        if let (Some(text), None) = (written, original) {
            context.insert(ORIGINAL_TIME.into(), text);
        }
        // A new original time alone does not make a new context.
        let same = self.made[rule].as_ref().map(|made| &made.context).filter(|before| ***before == context);
        let context = same.map_or_else(|| Arc::new(context), Arc::clone);
        self.made[rule] = Some(Made { of, context: Arc::clone(&context), original });
        (context, original)
    }

    fn gap(
        &self,
        address: Option<Box<str>>,
        from: Option<Timestamp>,
        until: Timestamp,
        lost: Option<u64>,
        cause: Cause,
    ) -> Gap {
        Gap { source: self.source.clone(), address, from, until, lost, cause, filled: false }
    }
}
