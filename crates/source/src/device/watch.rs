//! From what was seen to what is told: values, faults and gaps, and each change of an alarm once.
//!
//! Comes in: samples, levels and reports. Goes out: a [`Batch`] whose cursor holds how every alarm was told in it. So an
//! alarm that did not become durable is an alarm again, and one that did is told after a restart as a state. Never: a
//! number for what could not be read, an alarm held back for other values.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use record::{Cause, Flags, Gap, Quality, Reject, RejectReason, SourceId, SourceKey, Timestamp, Zone};
use rust_decimal::Decimal;

use super::fence::Fence;
use super::gpsd::{Heard, Report};
use super::points::{Bound, Point, Points};
use super::state::State;
use super::sysfs::{BAD_DECODING, BAD_NOT_CONNECTED, BAD_OUT_OF_RANGE, Sample, Unread};
use crate::fnv::Fnv;
use crate::mapping::Plan;
use crate::{AckToken, Batch, FAULT, Raw, RawValue, SrcErr, time};

/// Least mode of a report that is a position.
const MODE_FIX: u8 = 2;

/// Everything between looking and the batch.
#[derive(Debug)]
pub(super) struct Watch {
    source: SourceId,
    points: Points,
    fence: Option<Fence>,
    state: State,
    /// Alarms whose state was told since the connector was opened.
    told: BTreeSet<Point>,
    pending: Batch,
}

/// When something was, by the source and by the box, and what the source's time is worth.
#[derive(Clone, Copy, Debug)]
struct At {
    source: Option<(Timestamp, Flags)>,
    received: Timestamp,
}

/// What is said of one point.
struct Said<'a> {
    value: RawValue,
    text: &'a str,
    status: u32,
    more: &'a [(&'a str, &'a str)],
}

impl Watch {
    /// Goes on from a state. With `away` something may have been missed until `now`.
    pub(super) fn new(
        plan: &Plan,
        points: Points,
        fence: Option<Fence>,
        resumed: Option<(State, Cause)>,
        now: Timestamp,
    ) -> Self {
        let mut pending = Batch::default();
        let mut state = State::default();
        if let Some((saved, cause)) = resumed {
            let from = Some(Timestamp(saved.newest));
            pending.gaps.push(Gap {
                source: plan.source().clone(),
                address: None,
                from,
                until: now,
                lost: None,
                cause,
                filled: false,
            });
            state = saved;
        }
        let known = |address: &str| points.values().any(|bound| *bound.address == *address);
        state.good.retain(|address, _| known(address));
        state.faults.retain(|address, _| known(address));
        Self { source: plan.source().clone(), points, fence, state, told: BTreeSet::new(), pending }
    }

    pub(super) fn newest(&self) -> Timestamp {
        Timestamp(self.state.newest)
    }

    pub(super) fn has_pending(&self) -> bool {
        !(self.pending.items.is_empty() && self.pending.rejects.is_empty() && self.pending.gaps.is_empty())
    }

    /// Everything told since the last batch, with the state after it. No await: nothing can get lost in between.
    pub(super) fn batch(&mut self, ack: AckToken, now: Timestamp) -> Result<Batch, SrcErr> {
        let mut state = self.state.clone();
        state.newest = now.0;
        let cursor = Some(state.encode()?);
        self.state = state;
        Ok(Batch { cursor, ack, ..std::mem::take(&mut self.pending) })
    }

    /// A sensor was read, or could not be.
    pub(super) fn sampled(&mut self, point: Point, outcome: Result<Sample, Unread>, received: Timestamp) {
        let at = At { source: None, received };
        match outcome {
            Err(unread) => self.fault(point, &unread, at),
            Ok(Sample { text, value, beside }) => {
                self.good(point, received);
                let more: Vec<(&str, &str)> = beside.iter().map(|(name, text)| (*name, &**text)).collect();
                self.say(point, Said { value: RawValue::Scaled(value), text: &text, status: 0, more: &more }, at);
            }
        }
    }

    /// A switch was looked at. Tells its state on the first look, every change after it, and nothing else.
    pub(super) fn looked(
        &mut self,
        place: usize,
        name: &str,
        outcome: Result<(bool, Box<str>), Unread>,
        received: Timestamp,
    ) {
        let (point, at) = (Point::Switch(place), At { source: None, received });
        let (open, text) = match outcome {
            Ok(level) => level,
            Err(unread) => return self.fault(point, &unread, at),
        };
        self.good(point, received);
        let before = self.state.open.insert(name.into(), open);
        let first = self.told.insert(point);
        let (value, shown) = (RawValue::Bool(open), if open { "open" } else { "closed" });
        // Open on the very first look ever is an alarm: nobody was told of it.
        if before.map_or(open, |before| before != open) {
            let change = if open { "raised" } else { "cleared" };
            let more = [("change", change), ("state", shown)];
            self.say(point, Said { value, text: &text, status: 0, more: &more }, at);
        } else if first {
            let more = [("state", shown)];
            self.say(Point::SwitchState(place), Said { value, text: &text, status: 0, more: &more }, at);
        }
    }

    /// Nobody looked at the switches for a while; what happened meanwhile is unknown.
    pub(super) fn unwatched(&mut self, since: Timestamp, until: Timestamp) {
        let switches = self.points.iter().filter(|(point, _)| matches!(point, Point::Switch(_)));
        let addresses: Vec<Box<str>> = switches.map(|(_, bound)| bound.address.clone()).collect();
        for address in addresses {
            self.gap(address, Some(since), until, Cause::Unknown);
        }
    }

    /// Something came from the receiver.
    pub(super) fn heard(&mut self, heard: Heard, now: Timestamp) {
        match heard {
            Heard::Report(report, received) => self.reported(&report, received),
            Heard::Lost(why) => {
                let unread = Unread::new(BAD_NOT_CONNECTED, why, "");
                let at = At { source: None, received: now };
                for point in [Point::Fix, Point::Latitude, Point::Longitude, Point::Speed, Point::Inside] {
                    self.fault(point, &unread, at);
                }
            }
        }
    }

    fn reported(&mut self, report: &Report, received: Timestamp) {
        let at = At { source: report.time.as_deref().and_then(|text| time::parse(text, &TimeZone::UTC)), received };
        let mode = report.mode.to_string();
        self.good(Point::Fix, received);
        let value = RawValue::Number(Decimal::from(report.mode));
        self.say(Point::Fix, Said { value, text: &mode, status: 0, more: &[] }, at);
        let latitude = self.position(Point::Latitude, report, report.latitude.as_deref(), Some(90), at);
        let longitude = self.position(Point::Longitude, report, report.longitude.as_deref(), Some(180), at);
        // Told either way; only the place is needed further on.
        drop(self.position(Point::Speed, report, report.speed.as_deref(), None, at));
        match (latitude, longitude) {
            (Ok(latitude), Ok(longitude)) => self.placed(report, latitude, longitude, at),
            (Err(unread), _) | (_, Err(unread)) => self.fault(Point::Inside, &unread, at),
        }
    }

    /// Tells one number of a report. `most` bounds it on both sides.
    fn position(
        &mut self,
        point: Point,
        report: &Report,
        text: Option<&str>,
        most: Option<u8>,
        at: At,
    ) -> Result<Decimal, Unread> {
        let number = match text {
            _ if report.mode < MODE_FIX => {
                Err(Unread::new(BAD_NOT_CONNECTED, "the receiver has no fix", text.unwrap_or("")))
            }
            None => Err(Unread::new(BAD_NOT_CONNECTED, "the report does not hold it", "")),
            Some(text) => match super::exact::parse(text) {
                None => Err(Unread::new(BAD_DECODING, format!("`{text}` is not a plain decimal"), text)),
                Some(number) if most.is_some_and(|most| number.abs() > Decimal::from(most)) => {
                    Err(Unread::new(BAD_OUT_OF_RANGE, format!("{text} degrees are not on the earth"), text))
                }
                Some(number) => Ok(number),
            },
        };
        match &number {
            Err(unread) => self.fault(point, unread, at),
            Ok(number) => {
                self.good(point, at.received);
                let value = RawValue::Number(*number);
                self.say(point, Said { value, text: text.unwrap_or(""), status: 0, more: &[] }, at);
            }
        }
        number
    }

    /// The box is at a place: inside or outside, and a change of that.
    fn placed(&mut self, report: &Report, latitude: Decimal, longitude: Decimal, at: At) {
        let Some(fence) = &self.fence else { return };
        let distance_m = fence.distance_m(latitude, longitude);
        let before = self.state.inside;
        let inside = fence.inside(distance_m, before);
        self.good(Point::Inside, at.received);
        let (value, text) = (RawValue::Bool(inside), if inside { "true" } else { "false" });
        self.say(Point::Inside, Said { value: value.clone(), text, status: 0, more: &[] }, at);
        self.state.inside = Some(inside);
        let first = self.told.insert(Point::FenceState);
        let distance = format!("{distance_m:.0}");
        let more = [
            ("distance_m", &*distance),
            ("latitude", report.latitude.as_deref().unwrap_or("")),
            ("longitude", report.longitude.as_deref().unwrap_or("")),
            ("state", if inside { "inside" } else { "outside" }),
        ];
        let point = match before {
            // Outside at the very first place ever is an alarm: nobody was told of it.
            _ if !inside && before != Some(false) => Point::Left,
            Some(false) if inside => Point::Entered,
            _ if first => Point::FenceState,
            _ => return,
        };
        self.say(point, Said { value, text, status: 0, more: &more }, at);
    }

    /// A good value ends what was out of order, and the gap it made.
    fn good(&mut self, point: Point, received: Timestamp) {
        let Some(address) = self.points.get(&point).map(|bound| bound.address.clone()) else { return };
        let before = self.state.good.insert(address.clone(), received.0);
        if self.state.faults.remove(&address).is_some() {
            self.gap(address, before.map(Timestamp), received, Cause::Disconnected);
        }
    }

    /// Tells once why there is no value. An event is not told without a value: it would be an alarm nobody raised.
    fn fault(&mut self, point: Point, unread: &Unread, at: At) {
        let Some(bound) = self.points.get(&point) else { return };
        let mut hash = Fnv::default();
        hash.field(unread.reason.as_bytes());
        hash.field(unread.text.as_bytes());
        let hash = hash.finish();
        if self.state.faults.insert(bound.address.clone(), hash) == Some(hash) {
            return;
        }
        if !matches!(point, Point::Switch(_)) {
            let more = [(FAULT, &*unread.reason)];
            return self.say(
                point,
                Said { value: RawValue::Absent, text: &unread.text, status: unread.status, more: &more },
                at,
            );
        }
        let reject = Reject {
            source: self.source.clone(),
            key: key(at.received, self.state.count),
            address: bound.address.clone(),
            verbatim: unread.text.clone(),
            unit: None,
            reason: RejectReason::Type,
            detail: unread.reason.clone(),
            received: at.received,
            zone: Zone::White,
        };
        self.state.count += 1;
        self.pending.rejects.push(reject);
    }

    fn gap(&mut self, address: Box<str>, from: Option<Timestamp>, until: Timestamp, cause: Cause) {
        let source = self.source.clone();
        self.pending.gaps.push(Gap { source, address: Some(address), from, until, lost: None, cause, filled: false });
    }

    fn say(&mut self, point: Point, said: Said<'_>, at: At) {
        let Some(Bound { stream, unit, context, .. }) = self.points.get(&point) else { return };
        let mut context = Arc::clone(context);
        if !said.more.is_empty() {
            let all = Arc::make_mut(&mut context);
            all.extend(said.more.iter().map(|(name, text)| ((*name).into(), (*text).into())));
        }
        let flags = at.source.map_or(Flags::default(), |(_, flags)| flags);
        self.pending.items.push(Raw {
            stream: *stream,
            key: key(at.received, self.state.count),
            version: 1,
            value: said.value,
            text: said.text.into(),
            unit: unit.map(Into::into),
            quality: Quality { status: said.status, flags },
            t_source: at.source.map(|(at, _)| at),
            t_server: None,
            t_acq: at.received,
            t_original: None,
            context,
        });
        self.state.count += 1;
    }
}

/// A sensor has no keys of its own: box time and a count that goes on over restarts make one that never comes twice.
fn key(received: Timestamp, count: u64) -> SourceKey {
    SourceKey::parse(&format!("{}-{count}", received.0)).expect("two numbers are a key")
}
