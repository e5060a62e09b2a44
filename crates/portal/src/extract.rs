//! What handlers take from a request: the logged-in person, what that person may do, a JSON document, a query.
//!
//! Anything that does not read gives a [`Problem`] that says where; nothing falls back to a default.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use record::Zone;
use serde::de::DeserializeOwned;
use state::people;
use state::region::{Region, Within};

use crate::access::{self, Action, Cell, Reach, Who};
use crate::audit::Address;
use crate::token::Token;
use crate::{Problem, ProblemCode};

/// The session of the request. Put there by the guard; where it is missing the answer is `401`.
#[derive(Clone, Debug)]
pub struct Signed {
    pub(crate) session: people::Session,
    pub(crate) token: Arc<Token>,
    pub(crate) address: Address,
}

impl Signed {
    /// The logged-in person.
    pub fn person(&self) -> &people::Person {
        &self.session.person
    }

    /// The person as the access table asks.
    pub fn who(&self) -> Who<'_> {
        Who { role: self.session.person.role, organisation: &self.session.organisation }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))
    }
}

/// A logged-in person whom the access table allows the route's act, and how far. Put there by the guard.
#[derive(Clone, Debug)]
pub struct Allowed {
    pub(crate) signed: Signed,
    pub(crate) action: Action,
    pub(crate) cell: Cell,
}

impl Allowed {
    /// The logged-in person.
    pub fn person(&self) -> &people::Person {
        self.signed.person()
    }

    /// Whose rows the act may touch: the condition of every query.
    pub fn within(&self) -> Within {
        access::within(&self.signed.who(), self.cell.reach)
    }

    /// The division whose organisations and people the act may touch; none for all of this end.
    pub fn region(&self) -> Option<Region> {
        (self.cell.reach == Reach::Own).then(|| self.signed.session.organisation.region.clone())
    }

    /// The same where what belongs to nobody known is the whole country's, or the enterprise's on its own box.
    pub(crate) fn office_region(&self) -> Option<Region> {
        let of_office = self.signed.session.organisation.kind == people::OrganisationKind::Office;
        self.region().filter(|region| of_office && !region.is_country())
    }

    /// The highest zone the act may read.
    pub fn zone(&self) -> Zone {
        self.cell.zone
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Allowed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(ProblemCode::Forbidden))
    }
}

/// A JSON document of a known form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(document)) => Ok(Self(document)),
            Err(JsonRejection::BytesRejection(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Problem::new(ProblemCode::TooLarge).detail(error.body_text()))
            }
            Err(error) => Err(Problem::invalid(error.body_text())),
        }
    }
}

/// The query of the address, of a known form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(query) = Query::try_from_uri(&parts.uri).map_err(|error| Problem::invalid(error.body_text()))?;
        Ok(Self(query))
    }
}
