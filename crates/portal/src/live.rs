//! The event stream `/api/v1/live`: what happened, to every open page, over a bounded memory.
//!
//! Comes in: events the program publishes, which never waits for a page. Goes out: to each page the events after the
//! last it saw (`Last-Event-ID`), in order. A page that was away longer than the memory gets `gap` and asks again.
//! Never: a queue for each page, a stream that outlives its session, or a word that its person may not hear.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt as _};
use record::{Timestamp, Zone};
use state::people::OrganisationKind;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::access::{self, Action, shows};
use crate::api::{Changed, LATEST_LEN_MAX, LiveEvent, Topic};
use crate::extract::Signed;
use crate::guard::session_of;
use crate::{Problem, ProblemCode, Site};

/// Events remembered for pages that were away.
pub const EVENTS_MAX: usize = 1024;
/// Bytes of remembered events; the oldest go first.
pub const EVENTS_LEN_MAX: usize = 4 * 1024 * 1024;
/// Streams open at once.
pub const STREAMS_MAX: usize = 64;
/// A comment this often keeps proxies from cutting a quiet stream.
pub const KEEP_ALIVE_MS: u64 = 15_000;
/// A stream looks this often whether its session still lives.
pub const SESSION_CHECK_MS: u64 = 15_000;
/// Browsers wait this long before they connect again.
pub const RETRY_MS: u64 = 3_000;

/// One event as it goes out. Ids grow by one.
#[derive(Clone, Debug)]
struct Sent {
    id: u64,
    name: &'static str,
    data: Arc<str>,
    about: About,
}

/// What an event tells of: who may hear it depends on it.
#[derive(Clone, Debug)]
enum About {
    /// Readings of one zone.
    Readings(Zone),
    /// Something to ask again for; the same without its id.
    Changed(Topic, Arc<str>),
    /// That events were lost.
    Gap,
}

/// What one person may hear.
#[derive(Clone, Debug, Default)]
struct Hearing {
    /// The highest zone of readings.
    readings: Option<Zone>,
    /// What may be asked for again.
    topics: Vec<Topic>,
    /// Ids too: everything of this end is the person's own.
    ids: bool,
}

impl Hearing {
    fn of(signed: &Signed) -> Self {
        let who = signed.who();
        let of_topic = |topic: &Topic| match topic {
            Topic::Status => Action::ViewOverview,
            Topic::Boxes => Action::ViewBoxes,
            Topic::Warnings => Action::ViewWarnings,
            Topic::Series => Action::ViewSeries,
        };
        let topics = [Topic::Status, Topic::Boxes, Topic::Warnings, Topic::Series];
        let topics = topics.into_iter().filter(|topic| access::cell(&who, of_topic(topic)).is_some());
        let ids = match who.organisation.kind {
            OrganisationKind::Enterprise => true,
            OrganisationKind::Office => who.organisation.region.is_country(),
        };
        let readings = access::cell(&who, Action::ViewLive).map(|cell| cell.zone);
        Self { readings, topics: topics.collect(), ids }
    }

    /// What of an event this person hears.
    fn of_event(&self, sent: &Sent) -> Option<Arc<str>> {
        match &sent.about {
            About::Gap => Some(Arc::clone(&sent.data)),
            About::Readings(zone) => {
                let heard = self.readings.is_some_and(|highest| shows(highest, *zone));
                heard.then(|| Arc::clone(&sent.data))
            }
            About::Changed(topic, _) if !self.topics.contains(topic) => None,
            About::Changed(_, without_id) => Some(Arc::clone(if self.ids { &sent.data } else { without_id })),
        }
    }
}

#[derive(Debug)]
struct Memory {
    events: VecDeque<Sent>,
    len: usize,
    next: u64,
}

#[derive(Debug)]
struct Shared {
    memory: Mutex<Memory>,
    newest: watch::Sender<u64>,
    streams: Arc<Semaphore>,
}

/// The broadcaster. Cheap to clone: clones share one memory.
#[derive(Clone, Debug)]
pub struct Live(Arc<Shared>);

impl Live {
    /// An empty memory. Ids begin at the program's start in microseconds, so that an id from before a restart is never
    /// taken for one after it.
    pub fn new(started_at: Timestamp) -> Self {
        let next = u64::try_from(started_at.0).unwrap_or(0).max(1);
        Self(Arc::new(Shared {
            memory: Mutex::new(Memory { events: VecDeque::new(), len: 0, next }),
            newest: watch::Sender::new(next - 1),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
        }))
    }

    /// Tells every open page. Never waits. Readings of several zones, or more than [`LATEST_LEN_MAX`] of them, become
    /// several events; `Gap` is the portal's own and is not published.
    pub fn publish(&self, event: &LiveEvent) -> Result<(), serde_json::Error> {
        match event {
            LiveEvent::Readings(readings) => {
                for zone in [Zone::White, Zone::Grey, Zone::Black] {
                    let of_zone: Vec<_> = readings.iter().filter(|reading| Zone::from(reading.zone) == zone).collect();
                    for chunk in of_zone.chunks(LATEST_LEN_MAX) {
                        self.keep("readings", serde_json::to_string(chunk)?, About::Readings(zone));
                    }
                }
            }
            LiveEvent::Changed(changed) => {
                let without_id = serde_json::to_string(&Changed { topic: changed.topic, id: None })?;
                let about = About::Changed(changed.topic, without_id.into());
                self.keep("changed", serde_json::to_string(changed)?, about);
            }
            LiveEvent::Gap => {}
        }
        Ok(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().expect("invariant: no panic while the memory is held")
    }

    fn keep(&self, name: &'static str, data: String, about: About) {
        let mut memory = self.memory();
        let id = memory.next;
        memory.next += 1;
        memory.len += data.len();
        memory.events.push_back(Sent { id, name, data: data.into(), about });
        while memory.events.len() > EVENTS_MAX || memory.len > EVENTS_LEN_MAX {
            let Some(oldest) = memory.events.pop_front() else { break };
            memory.len -= oldest.data.len();
        }
        drop(memory);
        self.0.newest.send_replace(id);
    }

    /// The next event after `seen`: `Gap` with the newest id if events in between are forgotten or `seen` is not ours.
    fn after(&self, seen: u64) -> Option<Sent> {
        let memory = self.memory();
        let newest = memory.next - 1;
        if seen == newest {
            return None;
        }
        let first = memory.events.front().map_or(memory.next, |oldest| oldest.id);
        if seen > newest || seen + 1 < first {
            return Some(Sent { id: newest, name: "gap", data: "null".into(), about: About::Gap });
        }
        let place = usize::try_from(seen + 1 - first).expect("invariant: at most EVENTS_MAX events are remembered");
        memory.events.get(place).cloned()
    }
}

/// One page's stream: where it is, and what it must check now and then.
struct Listener {
    site: Arc<Site>,
    signed: Signed,
    hearing: Hearing,
    seen: u64,
    newest: watch::Receiver<u64>,
    check_at: Timestamp,
    _permit: OwnedSemaphorePermit,
}

impl Listener {
    /// The next event, or nothing once the session has ended or cannot be checked.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut quiet_too_long = false;
        loop {
            if quiet_too_long || self.site.now() >= self.check_at {
                match session_of(&self.site, &self.signed.token).await {
                    Ok(Some(_)) => self.check_at = next_check(&self.site),
                    Ok(None) | Err(_) => return None,
                }
            }
            self.newest.mark_unchanged();
            if let Some(sent) = self.site.live.after(self.seen) {
                self.seen = sent.id;
                let Some(data) = self.hearing.of_event(&sent) else { continue };
                let event = Event::default().id(sent.id.to_string()).event(sent.name).data(&*data);
                return Some((Ok(event), self));
            }
            quiet_too_long = tokio::select! {
                changed = self.newest.changed() => changed.map(|()| false).ok()?,
                () = tokio::time::sleep(Duration::from_millis(SESSION_CHECK_MS)) => true,
            };
        }
    }
}

fn next_check(site: &Site) -> Timestamp {
    let wait_us = i64::try_from(SESSION_CHECK_MS).expect("invariant: seconds") * 1000;
    Timestamp(site.now().0.saturating_add(wait_us))
}

/// What happens, as it happens.
///
/// Server-sent events; each `data` is the `data` of a `LiveEvent`. Give `Last-Event-ID` to go on after it.
#[utoipa::path(get, path = "/live", tag = "live", responses(
    (status = 200, body = LiveEvent, content_type = "text/event-stream", description = "endless"),
    (status = 401, body = Problem, content_type = "application/problem+json", description = "nobody is logged in"),
    (status = 429, body = Problem, content_type = "application/problem+json", description = "too many streams"),
))]
pub(crate) async fn listen(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    signed: Signed,
) -> Result<Response, Problem> {
    let streams = Arc::clone(&site.live.0.streams);
    let permit = streams.try_acquire_owned().map_err(|error| {
        Problem::new(ProblemCode::TooMany).detail(format!("{STREAMS_MAX} streams are open: {error}"))
    })?;
    let newest = site.live.0.newest.subscribe();
    let current = *newest.borrow();
    let seen = match headers.get("last-event-id") {
        None => current,
        Some(id) => {
            let id = id.to_str().ok().and_then(|id| id.parse().ok());
            id.ok_or_else(|| Problem::invalid("Last-Event-ID is not an id this stream gave"))?
        }
    };
    let check_at = next_check(&site);
    let hearing = Hearing::of(&signed);
    let listener = Listener { site, signed, hearing, seen, newest, check_at, _permit: permit };
    let stream = hello(futures::stream::unfold(listener, Listener::next));
    let keep_alive = KeepAlive::new().interval(Duration::from_millis(KEEP_ALIVE_MS));
    let mut response = Sse::new(stream).keep_alive(keep_alive).into_response();
    // nginx holds streams back unless told otherwise.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Says first how long to wait before connecting again, so that the page knows at once that the stream is open.
fn hello(events: impl Stream<Item = Result<Event, Infallible>>) -> impl Stream<Item = Result<Event, Infallible>> {
    let first = Event::default().retry(Duration::from_millis(RETRY_MS)).comment("open");
    futures::stream::once(async { Ok(first) }).chain(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(id: usize) -> LiveEvent {
        LiveEvent::Changed(Changed { topic: Topic::Series, id: Some(id.to_string()) })
    }

    #[test]
    fn a_page_gets_every_event_after_the_one_it_saw() {
        let live = Live::new(Timestamp(100));
        assert!(live.after(99).is_none());
        live.publish(&changed(1)).unwrap();
        live.publish(&changed(2)).unwrap();
        let first = live.after(99).unwrap();
        assert_eq!((first.id, first.name, &*first.data), (100, "changed", r#"{"topic":"series","id":"1"}"#));
        assert_eq!(live.after(100).unwrap().id, 101);
        assert!(live.after(101).is_none());
    }

    #[test]
    fn a_page_that_was_away_too_long_or_before_a_restart_is_told_of_the_gap() {
        let live = Live::new(Timestamp(1));
        for id in 0..EVENTS_MAX + 3 {
            live.publish(&changed(id)).unwrap();
        }
        assert_eq!(live.memory().events.len(), EVENTS_MAX);
        let newest = u64::try_from(EVENTS_MAX + 3).unwrap();
        let gap = live.after(1).unwrap();
        assert_eq!((gap.id, gap.name), (newest, "gap"));
        assert_eq!(live.after(3).unwrap().id, 4);
        let of_a_later_start = live.after(newest + 5).unwrap();
        assert_eq!((of_a_later_start.id, of_a_later_start.name), (newest, "gap"));
    }

    #[test]
    fn the_memory_is_bounded_in_bytes_too() {
        let live = Live::new(Timestamp(1));
        for _ in 0..5 {
            live.keep("readings", "x".repeat(EVENTS_LEN_MAX / 4 + 1), About::Readings(Zone::White));
        }
        let memory = live.memory();
        assert_eq!((memory.events.len(), memory.len), (3, 3 * (EVENTS_LEN_MAX / 4 + 1)));
    }
}
