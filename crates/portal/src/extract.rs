//! What handlers take from a request: the logged-in person, an administrator, a JSON document, a query.
//!
//! Anything that does not read gives a [`Problem`] that says where; nothing falls back to a default.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use state::people;

use crate::token::Token;
use crate::{Problem, ProblemCode};

/// The session of the request. Put there by the guard; where it is missing the answer is `401`.
#[derive(Clone, Debug)]
pub struct Signed {
    pub(crate) session: people::Session,
    pub(crate) token: Arc<Token>,
}

impl Signed {
    /// The logged-in person.
    pub fn person(&self) -> &people::Person {
        &self.session.person
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(ProblemCode::Unauthenticated))
    }
}

/// A logged-in administrator; anyone else gets `403`.
#[derive(Clone, Debug)]
pub struct Administrator(pub Signed);

impl<S: Send + Sync> FromRequestParts<S> for Administrator {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let signed = Signed::from_request_parts(parts, state).await?;
        match signed.person().role {
            people::Role::Administrator => Ok(Self(signed)),
            people::Role::Viewer => Err(Problem::new(ProblemCode::Forbidden)),
        }
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
