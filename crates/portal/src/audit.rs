//! The audit trail as the portal writes it: every login, every act of a person that changes something, every refusal.
//!
//! Comes in: what a handler did, inside the change it made. Goes out: a row of the trail, or a failed act: what cannot be
//! recorded is not done.

use async_trait::async_trait;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use state::audit::{self, Row};
use state::{State, Write};
use std::convert::Infallible;
use std::net::SocketAddr;

pub use state::audit::{Event as AuditEvent, Outcome};

use crate::access::Action;
use crate::extract::{Allowed, Signed};
use crate::{Problem, Site};

/// Who acts where a command of the operator does.
pub const OPERATOR: &str = "operator";
/// Words of acts that are no row of the access table.
pub(crate) const LOGIN: &str = "login";
pub(crate) const LOGOUT: &str = "logout";

/// Keeps what was done. [`Trail`] is the real one; a test has one that fails.
#[async_trait]
pub trait AuditLog: Send + Sync + 'static {
    /// Keeps the event in the change it tells of. A failure fails the act.
    async fn record(&self, write: &Write, event: &AuditEvent) -> Result<Row, state::Error>;
}

/// The audit trail in the installation's state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trail;

#[async_trait]
impl AuditLog for Trail {
    async fn record(&self, write: &Write, event: &AuditEvent) -> Result<Row, state::Error> {
        audit::append(write, event).await
    }
}

/// Where a request came from, as the connection says; empty if the program does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| peer.ip().to_string()).unwrap_or_default()))
    }
}

impl Signed {
    /// An event of this person, now: say what it is about.
    pub(crate) fn event(&self, site: &Site, act: &str, object: String) -> AuditEvent {
        AuditEvent {
            who: self.person().name.clone(),
            organisation: self.session.organisation.id.clone(),
            act: act.to_owned(),
            object,
            address: self.address.0.clone(),
            session: Some(self.token.stored()),
            ..AuditEvent::new(site.now())
        }
    }
}

impl Allowed {
    /// An event of this person doing what was allowed, now.
    pub(crate) fn event(&self, site: &Site, object: String) -> AuditEvent {
        self.signed.event(site, self.action.word(), object)
    }

    /// The answer for a thing that is not there or lies elsewhere: the same, and on record. Who asks learns nothing.
    pub(crate) async fn not_here(&self, site: &Site, what: &str, id: &str) -> Problem {
        let object = format!("{what}/{}", shortened(id));
        let event =
            AuditEvent { outcome: Outcome::Refused, reason: "not_found".to_owned(), ..self.event(site, object) };
        match record_alone(site, &event).await {
            Ok(()) => Problem::not_found(what, id),
            Err(problem) => problem,
        }
    }
}

/// Longest part of what a stranger sent that the trail keeps, characters.
const SENT_CHARS_MAX: usize = 64;

/// What a stranger sent, as far as the trail keeps it.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SENT_CHARS_MAX).collect()
}

/// Records an event in the change it tells of.
pub(crate) async fn record(site: &Site, write: &Write, event: &AuditEvent) -> Result<Row, Problem> {
    Ok(site.audit.record(write, event).await?)
}

/// Records an event that changes nothing else: a refusal.
pub(crate) async fn record_alone(site: &Site, event: &AuditEvent) -> Result<(), Problem> {
    let write = site.state.write().await?;
    record(site, &write, event).await?;
    Ok(write.commit().await?)
}

/// An event of the operator's command.
pub(crate) fn of_operator(action: Action, object: String, at: record::Timestamp) -> AuditEvent {
    AuditEvent { who: OPERATOR.to_owned(), act: action.word().to_owned(), object, ..AuditEvent::new(at) }
}

/// Records what the operator's command did, in a change of its own, where no open end is at hand.
pub async fn record_operator(
    state: &State,
    action: Action,
    object: String,
    reason: &str,
    at: record::Timestamp,
) -> Result<(), state::Error> {
    let write = state.write().await?;
    let event = AuditEvent { reason: reason.to_owned(), ..of_operator(action, object, at) };
    audit::append(&write, &event).await?;
    write.commit().await
}
