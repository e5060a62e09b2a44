//! A public witness (C2SP tlog-witness v1.0.0) beside the link, for any client: `POST /add-checkpoint`, and
//! `GET /<hex of SHA-256 of the origin>/checkpoint` for those who watch the logs.
//!
//! Comes in: requests of anybody, with no login but the log's signature. Goes out: cosignatures by a key of the witness's
//! own, only for the logs of the configuration. A head is committed before its cosignature is given. Never: the key that
//! cosigns in receipts, or work for a body beyond [`seal::witness::REQUEST_LEN_MAX`].

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use seal::witness::{Head, Heads, Kept, PATH_ADD_CHECKPOINT, REQUEST_LEN_MAX, Witness};
use state::State;
use state::witness::{self as heads, Cosigned};
use tokio::sync::Semaphore;

use crate::clock;

/// How long a body may take to arrive.
const BODY_MAX: Duration = Duration::from_secs(10);
/// Requests worked on at once: each verifies up to a hundred signatures. More are told to come again.
const REQUESTS_MAX: usize = 16;
/// Media type of a checkpoint.
const NOTE_MEDIA_TYPE: &str = "text/plain; charset=utf-8";

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct Door {
    witness: Witness,
    state: State,
    working: Semaphore,
}

impl Door {
    pub(crate) fn new(witness: Witness, state: State) -> Arc<Self> {
        Arc::new(Self { witness, state, working: Semaphore::new(REQUESTS_MAX) })
    }
}

/// The witness's routes.
pub(crate) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route(PATH_ADD_CHECKPOINT, post(adding))
        .route("/{origin_hash}/checkpoint", get(showing))
        .with_state(door)
}

/// The heads in the state. Each call is a change of its own: the compare-and-set is one statement.
struct Stored<'a> {
    state: &'a State,
    now: record::Timestamp,
}

impl Heads for Stored<'_> {
    type Error = state::Error;

    async fn head(&mut self, origin: &str) -> Result<Option<Head>, state::Error> {
        let newest = heads::newest(self.state.read(), origin).await?;
        Ok(newest.map(|cosigned| Head { size: cosigned.head.size, root: cosigned.head.root }))
    }

    async fn replace(&mut self, held: Option<Head>, new: &Kept) -> Result<bool, state::Error> {
        let row = |head: Head| heads::Head { size: head.size, root: head.root };
        let cosigned = Cosigned { head: row(new.head), note: new.note.clone(), cosigned_at: self.now };
        let write = self.state.write().await?;
        let done = heads::replace(&*write, &new.origin, held.map(row), &cosigned).await?;
        write.commit().await?;
        Ok(done)
    }
}

async fn adding(Shared(door): Shared<Arc<Door>>, body: Body) -> Response {
    let Ok(_working) = door.working.try_acquire() else {
        return refused(StatusCode::TOO_MANY_REQUESTS, "too many requests, come again");
    };
    let body = match tokio::time::timeout(BODY_MAX, to_bytes(body, REQUEST_LEN_MAX)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
        Err(_elapsed) => return refused(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
    };
    let now = clock::now();
    let mut kept = Stored { state: &door.state, now };
    let answer = match door.witness.add_checkpoint(&body, clock::seconds(now), &mut kept).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "the witness cannot keep heads");
            return refused(StatusCode::SERVICE_UNAVAILABLE, "the witness cannot keep heads just now");
        }
    };
    let labels = [("status", answer.status().to_string())];
    metrics::counter!("yaoxia_witness_requests_total", &labels).increment(1);
    if matches!(answer.status(), 409 | 422) {
        tracing::info!(status = answer.status(), answer = answer.body().trim_end(), "head not cosigned");
    }
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, answer.media_type())], answer.body()).into_response()
}

/// The newest cosigned checkpoint of a log, so that the log cannot show a watcher another one unnoticed.
async fn showing(Shared(door): Shared<Arc<Door>>, Path(origin_hash): Path<String>) -> Response {
    let Some(origin) = door.witness.origins().find(|origin| seal::log_id(origin).to_string() == origin_hash) else {
        return refused(StatusCode::NOT_FOUND, "unknown log");
    };
    match heads::newest(door.state.read(), origin).await {
        Ok(Some(cosigned)) => {
            ([(header::CONTENT_TYPE, NOTE_MEDIA_TYPE), (header::CACHE_CONTROL, "no-cache")], cosigned.note)
                .into_response()
        }
        Ok(None) => refused(StatusCode::NOT_FOUND, "nothing cosigned yet"),
        Err(error) => {
            tracing::error!(%error, "the witness cannot read heads");
            refused(StatusCode::SERVICE_UNAVAILABLE, "the witness cannot read heads just now")
        }
    }
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, [(header::CONTENT_TYPE, NOTE_MEDIA_TYPE)], format!("{why}\n")).into_response()
}
