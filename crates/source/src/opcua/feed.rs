//! The publish loop: messages in order of their sequence numbers, without a hole that is not said.
//!
//! The library's own loop acknowledges a message before anybody has seen it. This one asks for messages with requests
//! that carry only the acknowledgements it was given, and fetches what is missing by Republish (OPC 10000-4 §5.14.6).
//! Every await is on a future kept in the struct, so that dropping the caller's future loses nothing.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use futures::stream::{FuturesOrdered, StreamExt};
use opcua::client::services::{Publish, Republish};
use opcua::client::{Session, UARequest};
use opcua::types::{
    DataChangeNotification, DataValue, Error, NotificationMessage, PublishResponse, RepublishResponse,
    StatusChangeNotification, StatusCode, SubscriptionAcknowledgement,
};

use super::link::service;
use crate::{Fault, SrcErr, Stage};

/// Publish requests kept with the server, so that it can answer at once.
const PUBLISH_DEPTH: usize = 3;
/// Longest hole to ask for message by message; a longer one is another subscription.
const HOLE_MAX: u32 = 1_000;

/// What the server published.
#[derive(Debug)]
pub(super) enum Fed {
    /// A message with values.
    Message(Message),
    /// The server has told everything it had queued.
    EndOfCycle,
    /// A message the server no longer has.
    Hole { sequence: u32 },
}

/// Values of one notification message, by client handle.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) sequence: u32,
    pub(super) values: Vec<(u32, DataValue)>,
}

/// The loop of one subscription.
pub(super) struct Feed {
    session: Arc<Session>,
    subscription: u32,
    /// Longest time from a request, or an answer, to the next answer.
    quiet_max: Duration,
    depth: usize,
    flights: FuturesOrdered<BoxFuture<'static, Result<PublishResponse, Error>>>,
    heard: Instant,
    /// Messages to ask for again.
    holes: VecDeque<u32>,
    republish: Option<BoxFuture<'static, Result<RepublishResponse, Error>>>,
    /// The message that showed the hole waits until it is filled.
    stalled: Option<PublishResponse>,
    expected: Option<u32>,
    acks: Vec<u32>,
    out: VecDeque<Fed>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Feed(subscription {}, expected {:?})", self.subscription, self.expected)
    }
}

impl Feed {
    /// A new subscription.
    pub(super) fn fresh(session: Arc<Session>, subscription: u32, quiet_max: Duration) -> Self {
        Self {
            session,
            subscription,
            quiet_max,
            depth: PUBLISH_DEPTH,
            flights: FuturesOrdered::new(),
            heard: Instant::now(),
            holes: VecDeque::new(),
            republish: None,
            stalled: None,
            expected: None,
            acks: Vec::new(),
            out: VecDeque::new(),
        }
    }

    /// A subscription taken over: `done` is the last durable message, `available` what the server can send again.
    pub(super) fn resumed(mut self, done: u32, available: &[u32]) -> Self {
        let mut last = done;
        for sequence in available {
            if ahead(done, *sequence) == 0 {
                self.acks.push(*sequence);
            } else if ahead(last, *sequence) > 0 {
                last = *sequence;
            }
        }
        self.expected = Some(following(done));
        self.ask_again(following(last));
        self.expected = Some(following(last));
        self
    }

    /// Gives acknowledgements to the next request.
    pub(super) fn ack(&mut self, sequences: impl IntoIterator<Item = u32>) {
        self.acks.extend(sequences);
    }

    /// What the server published next. Cancel-safe.
    pub(super) async fn next(&mut self) -> Result<Fed, SrcErr> {
        loop {
            if let Some(fed) = self.out.pop_front() {
                return Ok(fed);
            }
            if let Some(hole) = self.holes.front().copied() {
                let answer = self.republished(hole).await;
                self.republish = None;
                self.holes.pop_front();
                self.refill(hole, answer)?;
            } else if let Some(response) = self.stalled.take() {
                self.accept(response)?;
            } else {
                let response = self.published().await?;
                if let Some(response) = response {
                    self.arrived(response)?;
                }
            }
        }
    }

    async fn published(&mut self) -> Result<Option<PublishResponse>, SrcErr> {
        while self.flights.len() < self.depth {
            self.heard = Instant::now();
            let acks = std::mem::take(&mut self.acks).into_iter().map(|sequence_number| SubscriptionAcknowledgement {
                subscription_id: self.subscription,
                sequence_number,
            });
            let request = Publish::new(&self.session).acks(acks.collect());
            let session = Arc::clone(&self.session);
            self.flights.push_back(Box::pin(async move { request.send(session.channel()).await }));
        }
        let deadline = self.heard + self.quiet_max;
        let answer = tokio::time::timeout_at(deadline.into(), self.flights.next()).await;
        self.heard = Instant::now();
        match answer {
            Err(_) => {
                let detail = format!("no publish response within {} ms", self.quiet_max.as_millis());
                Err(SrcErr::new(Stage::Read, Fault::Transient, detail))
            }
            Ok(None) => Ok(None),
            Ok(Some(Ok(response))) => Ok(Some(response)),
            Ok(Some(Err(error))) if error.status() == StatusCode::BadTooManyPublishRequests && self.depth > 1 => {
                self.depth -= 1;
                Ok(None)
            }
            Ok(Some(Err(error))) => Err(service(Stage::Read, "publish", &error)),
        }
    }

    async fn republished(&mut self, sequence: u32) -> Result<RepublishResponse, Error> {
        let session = Arc::clone(&self.session);
        let subscription = self.subscription;
        let flight = self.republish.get_or_insert_with(|| {
            Box::pin(async move { Republish::new(subscription, sequence, &session).send(session.channel()).await })
        });
        flight.await
    }

    fn refill(&mut self, hole: u32, answer: Result<RepublishResponse, Error>) -> Result<(), SrcErr> {
        match answer {
            Ok(response) => self.take(response.notification_message),
            Err(error) if error.status() == StatusCode::BadMessageNotAvailable => {
                tracing::warn!(subscription = self.subscription, sequence = hole, "message is no longer available");
                self.out.push_back(Fed::Hole { sequence: hole });
                Ok(())
            }
            Err(error) => Err(service(Stage::Read, &format!("republish of message {hole}"), &error)),
        }
    }

    /// A response came: in order, after a hole, or again.
    fn arrived(&mut self, response: PublishResponse) -> Result<(), SrcErr> {
        if response.subscription_id != self.subscription {
            return Ok(());
        }
        let sequence = response.notification_message.sequence_number;
        let Some(expected) = self.expected else {
            return self.accept(response);
        };
        match ahead(expected, sequence) {
            0 if sequence == expected => self.accept(response),
            0 => {
                // Delivered before, by Republish: its acknowledgement was lost.
                self.acks.extend(has_values(&response.notification_message).then_some(sequence));
                Ok(())
            }
            1..=HOLE_MAX => {
                self.ask_again(sequence);
                self.stalled = Some(response);
                Ok(())
            }
            distance => {
                let detail = format!("message {sequence} is {distance} after the expected {expected}");
                Err(SrcErr::new(Stage::Read, Fault::Protocol, detail))
            }
        }
    }

    /// Asks for everything from the expected message up to, not including, `before`.
    fn ask_again(&mut self, before: u32) {
        let Some(mut sequence) = self.expected else { return };
        while sequence != before {
            self.holes.push_back(sequence);
            sequence = following(sequence);
        }
    }

    fn accept(&mut self, response: PublishResponse) -> Result<(), SrcErr> {
        let more = response.more_notifications;
        let sequence = response.notification_message.sequence_number;
        if has_values(&response.notification_message) {
            self.expected = Some(following(sequence));
            self.take(response.notification_message)?;
        } else {
            // A keep-alive carries the number of the next message and uses none up (§5.14.1.1).
            self.expected = Some(sequence);
        }
        if !more {
            self.out.push_back(Fed::EndOfCycle);
        }
        Ok(())
    }

    fn take(&mut self, message: NotificationMessage) -> Result<(), SrcErr> {
        let mut values = Vec::new();
        for notification in message.notification_data.into_iter().flatten() {
            if let Some(change) = notification.inner_as::<StatusChangeNotification>() {
                let detail = format!("the server ended subscription {}: {}", self.subscription, change.status);
                return Err(SrcErr::new(Stage::Read, Fault::Transient, detail));
            }
            if let Some(changes) = notification.into_inner_as::<DataChangeNotification>() {
                let items = changes.monitored_items.into_iter().flatten();
                values.extend(items.map(|item| (item.client_handle, item.value)));
            }
        }
        self.out.push_back(Fed::Message(Message { sequence: message.sequence_number, values }));
        Ok(())
    }
}

fn has_values(message: &NotificationMessage) -> bool {
    message.notification_data.as_ref().is_some_and(|data| !data.is_empty())
}

/// The number after: it runs from 1 and skips 0 when it wraps (OPC 10000-4 §5.14.1.1).
pub(super) fn following(sequence: u32) -> u32 {
    sequence.checked_add(1).unwrap_or(1)
}

/// How far `sequence` lies after `from`; 0 if it is the same or lies before.
pub(super) fn ahead(from: u32, sequence: u32) -> u32 {
    let distance = sequence.wrapping_sub(from);
    if distance > u32::MAX / 2 { 0 } else { distance }
}
