//! What boxes can ask over HTTP: comes in requests whose connection proved a certificate, goes out the link's messages.
//!
//! Every answer but 200 is a problem that says where and why; each is counted, and what was refused is kept. A body is
//! never read beyond its limit, and never longer than [`BODY_MAX`] may take.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Extension, Path, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use link::{CenterState, Heartbeat, MESSAGE_LEN_MAX, Message, PROTOCOL, Problem, ProblemKind, UPLOAD_LEN_MAX};
use record::{Digest, Timestamp};
use seal::checkpoint::SignedCheckpoint;
use seal::{VerifierKey, tree};
use state::boxes::{Registered, Report};
use state::{State, boxes, certificates};
use tokio::sync::Semaphore;

use crate::clock;
use crate::enrol::enrol;
use crate::ingest::{Ingest, Refused, unavailable};
use crate::keys::Keys;
use crate::news::News;
use crate::renewal::renew;
use crate::tls::Peer;

/// How long a body may take to arrive.
const BODY_MAX: Duration = Duration::from_secs(60);
/// Uploads in memory at once; a box that is told `busy` tries again.
const UPLOADS_MAX: usize = 16;

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct Doors {
    pub(crate) state: State,
    pub(crate) keys: Arc<Keys>,
    pub(crate) ingest: Arc<Ingest>,
    pub(crate) refused: Arc<Refused>,
    pub(crate) news: News,
    uploads: Semaphore,
    /// Certificates that boxes have beaten with since the start: those before them are revoked.
    settled: Mutex<BTreeSet<Digest>>,
}

impl Doors {
    pub(crate) fn new(
        state: State,
        keys: Arc<Keys>,
        ingest: Arc<Ingest>,
        refused: Arc<Refused>,
        news: News,
    ) -> Arc<Self> {
        Arc::new(Self {
            state,
            keys,
            ingest,
            refused,
            news,
            uploads: Semaphore::new(UPLOADS_MAX),
            settled: Mutex::default(),
        })
    }
}

/// The link's routes.
pub(crate) fn router(doors: Arc<Doors>) -> Router {
    Router::new()
        .route(link::PATH_ENROL, post(enrolling))
        .route(link::PATH_STATE, get(asking))
        .route(&format!("{}/{{seg_no}}", link::PATH_SEGMENTS), put(uploading))
        .route(link::PATH_HEARTBEAT, post(beating))
        .route(link::PATH_CERTIFICATE, post(renewing))
        .fallback(async || answer::<CenterState>(Err(Problem::new(ProblemKind::NotFound, "no such path in /link/v1"))))
        .with_state(doors)
}

async fn enrolling(Shared(doors): Shared<Arc<Doors>>, body: Body) -> Response {
    let (body, read) = collect(body, MESSAGE_LEN_MAX).await;
    let result = match read {
        Ok(()) => enrol(&doors.state, &doors.keys, &body, clock::now()).await,
        Err(problem) => Err(problem),
    };
    match &result {
        Ok(reply) => doors.news.box_changed(&reply.box_id),
        // The body holds a code: what is kept is why it was refused, not the code.
        Err(problem) => doors.refused.keep("enrol", None, problem, &[]).await,
    }
    answer(result)
}

async fn asking(Shared(doors): Shared<Arc<Doors>>, Extension(peer): Extension<Peer>) -> Response {
    let result = match doors.sender(peer).await {
        Ok((from, shown)) => doors.held(&from, shown).await,
        Err(problem) => Err(problem),
    };
    if let Err(problem) = &result {
        doors.refused.keep("state", None, problem, &[]).await;
    }
    answer(result)
}

async fn uploading(
    Shared(doors): Shared<Arc<Doors>>,
    Extension(peer): Extension<Peer>,
    Path(seg_no): Path<String>,
    body: Body,
) -> Response {
    let Ok(_upload) = doors.uploads.try_acquire() else {
        let problem = Problem::new(ProblemKind::Busy, format!("{UPLOADS_MAX} uploads are under way"));
        doors.refused.keep("segments", None, &problem, &[]).await;
        return answer::<link::Receipt>(Err(problem));
    };
    let from = match doors.welcome(peer).await {
        Ok(from) => from,
        Err(problem) => {
            doors.refused.keep("segments", None, &problem, &[]).await;
            return answer::<link::Receipt>(Err(problem));
        }
    };
    let (body, read) = collect(body, UPLOAD_LEN_MAX).await;
    let result = match (read, seg_no.parse()) {
        (Err(problem), _) => Err(problem),
        (Ok(()), Err(error)) => {
            Err(Problem::new(ProblemKind::Malformed, format!("segment number {seg_no:?}: {error}")))
        }
        (Ok(()), Ok(seg_no)) => doors.ingest.put(&from, seg_no, body.clone()).await,
    };
    match &result {
        Ok(_receipt) => doors.news.box_changed(from.box_.id.as_str()),
        Err(problem) => {
            doors.refused.keep("segments", Some(from.box_.id.as_str()), problem, &body).await;
            if problem.kind == ProblemKind::Forked {
                doors.freeze(&from, problem).await;
            }
        }
    }
    answer(result)
}

async fn beating(Shared(doors): Shared<Arc<Doors>>, Extension(peer): Extension<Peer>, body: Body) -> Response {
    let (body, read) = collect(body, MESSAGE_LEN_MAX).await;
    let (result, from) = match (read, doors.sender(peer).await) {
        (Err(problem), from) => (Err(problem), from.ok().map(|(from, _)| from)),
        (Ok(()), Err(problem)) => (Err(problem), None),
        (Ok(()), Ok((from, shown))) => (doors.heard(&from, shown, &body, clock::now()).await, Some(from)),
    };
    if let Err(problem) = &result {
        let box_id = from.as_ref().map(|from| from.box_.id.as_str());
        doors.refused.keep("heartbeat", box_id, problem, &body).await;
        if let Some(from) = from.filter(|_| problem.kind == ProblemKind::Forked) {
            doors.freeze(&from, problem).await;
        }
    }
    answer(result)
}

async fn renewing(Shared(doors): Shared<Arc<Doors>>, Extension(peer): Extension<Peer>, body: Body) -> Response {
    let (body, read) = collect(body, MESSAGE_LEN_MAX).await;
    let result = match (read, doors.welcome(peer).await) {
        (Err(problem), _) | (Ok(()), Err(problem)) => Err(problem),
        (Ok(()), Ok(from)) => renew(&doors.state, &doors.keys, &from, &body, clock::now()).await,
    };
    if let Err(problem) = &result {
        doors.refused.keep("certificate", None, problem, &body).await;
    }
    answer(result)
}

impl Doors {
    /// The box whose certificate the connection proved, and which that was.
    async fn sender(&self, peer: Peer) -> Result<(Registered, Digest), Problem> {
        let Some(certificate) = peer.certificate else {
            let why = "the connection showed no client certificate: enrol first, then connect with the certificate";
            return Err(Problem::new(ProblemKind::CertificateMissing, why));
        };
        let found = certificates::box_of(self.state.read(), certificate, clock::now()).await;
        let found = found.map_err(|error| unavailable(&error))?.map(|from| (from, certificate));
        found.ok_or_else(|| {
            let why = format!("certificate {certificate} is bound to no box here, is revoked or has ended");
            Problem::new(ProblemKind::CertificateUnknown, why)
        })
    }

    /// The same, if segments of it are accepted.
    async fn welcome(&self, peer: Peer) -> Result<Registered, Problem> {
        let (from, _) = self.sender(peer).await?;
        if let Some((_, why)) = &from.frozen {
            return Err(Problem::new(ProblemKind::Frozen, why.clone()));
        }
        if from.retired_at.is_some() {
            return Err(Problem::new(ProblemKind::Retired, format!("box {} is out of service", from.box_.id)));
        }
        Ok(from)
    }

    async fn held(&self, from: &Registered, shown: Digest) -> Result<CenterState, Problem> {
        let now = clock::now();
        let due = certificates::rotation_due(self.state.read(), &from.box_.id, shown, now).await;
        let head = state::ingest::head(self.state.read(), &from.box_.id).await;
        let head = head.map_err(|error| unavailable(&error))?;
        let (size, root) = head.map_or_else(|| (0, tree::empty_root()), |head| (head.size, head.root));
        Ok(CenterState {
            protocol: PROTOCOL,
            size,
            root: root.to_string(),
            clock_us: now.0,
            frozen: from.frozen.as_ref().map(|(_, why)| why.clone()),
            renew: due.map_err(|error| unavailable(&error))?,
        })
    }

    /// Takes a heartbeat: keeps what the box says of itself and compares its head with ours.
    async fn heard(
        &self,
        from: &Registered,
        shown: Digest,
        body: &[u8],
        now: Timestamp,
    ) -> Result<CenterState, Problem> {
        let beat =
            Heartbeat::from_bytes(body).map_err(|error| Problem::new(ProblemKind::Malformed, error.to_string()))?;
        let held = self.held(from, shown).await?;
        if let Some(note) = &beat.checkpoint {
            let key = VerifierKey::parse(&from.box_.vkey).map_err(|error| unavailable(&error))?;
            let signed = SignedCheckpoint::open(note.as_bytes(), &key, &[])
                .map_err(|error| Problem::new(ProblemKind::Unverified, format!("checkpoint: {error}")))?;
            // A smaller or larger head may only be older or newer than ours; one of our size must be ours.
            if signed.checkpoint.size == held.size && signed.checkpoint.root.to_string() != held.root {
                let detail = format!(
                    "at {} segments the box signed root {}, held is {}",
                    held.size, signed.checkpoint.root, held.root
                );
                return Err(Problem::new(ProblemKind::Forked, detail).with_size(held.size));
            }
        }
        let report = Report {
            seen_at: now,
            box_clock: Timestamp(beat.clock_us),
            software: beat.software,
            durable_entries: beat.durable_entries,
            sealed_entries: beat.sealed_entries,
            sealed_segments: beat.sealed_segments,
            oldest_unsent_at: beat.oldest_unsent_us.map(Timestamp),
        };
        let write = self.state.write().await.map_err(|error| unavailable(&error))?;
        boxes::report(&*write, &from.box_.id, &report).await.map_err(|error| unavailable(&error))?;
        let new = !self.settled().contains(&shown);
        if new {
            let revoked = certificates::settle(&*write, &from.box_.id, shown, now).await;
            let revoked = revoked.map_err(|error| unavailable(&error))?;
            if revoked > 0 {
                tracing::info!(box_id = %from.box_.id, revoked, "certificates replaced");
            }
        }
        write.commit().await.map_err(|error| unavailable(&error))?;
        if new {
            self.settled().insert(shown);
        }
        self.news.box_changed(from.box_.id.as_str());
        Ok(held)
    }

    fn settled(&self) -> std::sync::MutexGuard<'_, BTreeSet<Digest>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log contradicts itself: nothing more of this box until a person decides. Both heads are kept: ours in
    /// evidence, the other among the refused.
    async fn freeze(&self, from: &Registered, problem: &Problem) {
        let frozen = async {
            let write = self.state.write().await?;
            boxes::freeze(&*write, &from.box_.id, &problem.detail, clock::now()).await?;
            write.commit().await
        };
        match frozen.await {
            Ok(()) => tracing::error!(box_id = %from.box_.id, why = problem.detail, "box frozen"),
            Err(error) => tracing::error!(box_id = %from.box_.id, %error, "box could not be frozen"),
        }
        self.news.box_changed(from.box_.id.as_str());
    }
}

/// Reads a body up to `limit`; what came before a failure is given too, as evidence.
async fn collect(body: Body, limit: usize) -> (Bytes, Result<(), Problem>) {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let reading = async {
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| {
                let why = format!("the body broke off after {} bytes: {error}", bytes.len());
                Problem::new(ProblemKind::Truncated, why)
            })?;
            if bytes.len() + chunk.len() > limit {
                let why = format!("the body is longer than the {limit} bytes allowed here");
                return Err(Problem::new(ProblemKind::TooLarge, why));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(())
    };
    let result = tokio::time::timeout(BODY_MAX, reading).await.unwrap_or_else(|_elapsed| {
        Err(Problem::new(ProblemKind::Truncated, format!("the body took longer than {} s", BODY_MAX.as_secs())))
    });
    (bytes.freeze(), result)
}

fn answer<T: Message>(result: Result<T, Problem>) -> Response {
    match result {
        Ok(message) => ([(header::CONTENT_TYPE, "application/json")], message.to_bytes()).into_response(),
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_bytes()).into_response()
        }
    }
}
