//! What both web ends share: sessions, roles, problem+json, SSE, static assets.
//!
//! Comes in: HTTP requests from a browser. Goes out: what an end ([`ends`]) knows, as the documents of [`api`], to a
//! logged-in person only. Never: a document without a session, a state change without the session's CSRF token, a
//! failure answered as an empty list.
//!
//! A program opens its end with a [`Site`] over its state, a [`Live`] it publishes to, and its own answers:
//! [`enterprise`] or [`governance`] give the axum router, [`openapi`] its description.
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod access;
pub mod api;
pub mod audit;
pub mod code;
pub mod ends;
pub mod guard;
pub mod live;
pub mod login;
pub mod names;
pub mod notary;
pub mod password;
pub mod people;
pub mod signature;

mod assets;
mod extract;
mod problem;
mod router;
mod routes;
mod site;
mod token;

pub use extract::{Allowed, Signed};
pub use live::Live;
pub use problem::{PROBLEM_JSON, Problem, ProblemCode};
pub use router::{enterprise, governance, openapi};
pub use routes::enrolment::{BOX_ID_LEN_MAX, CODE_HOURS_MAX, is_box_id};
pub use routes::warnings::open_by_level;
pub use site::{Clock, Site, SiteConfig};
