//! A new certificate for an enrolled box, asked over a connection that shows the old one.
//!
//! Comes in: a signing request for a new key. Goes out: the certificate, bound to the same box. The old one stays good until
//! the box first beats with the new one, so that an answer that was lost costs nothing.

use std::sync::Arc;

use link::{Message as _, PROTOCOL, Problem, ProblemKind, RenewReply, RenewRequest};
use record::Timestamp;
use state::audit::Event;
use state::boxes::Registered;
use state::{State, certificates};

use crate::ingest::unavailable;
use crate::keys::Keys;

/// Certificates of one box that are good at once: the one in use, and answers to it that were lost.
const LIVING_MAX: usize = 8;
/// What the audit trail calls it.
const ACT: &str = "renew_certificate";

/// Gives the box a certificate for the key in its request.
///
/// Fails if the request cannot be read, or if the box holds [`LIVING_MAX`] living certificates already.
pub(crate) async fn renew(
    state: &State,
    keys: &Arc<Keys>,
    from: &Registered,
    body: &[u8],
    now: Timestamp,
) -> Result<RenewReply, Problem> {
    let malformed = |why: String| Problem::new(ProblemKind::Malformed, why);
    let request = RenewRequest::from_bytes(body).map_err(|error| malformed(format!("body: {error}")))?;
    if request.protocol != PROTOCOL {
        let error = link::Error::Protocol { expected: PROTOCOL, found: request.protocol };
        return Err(malformed(format!("protocol: {error}")));
    }
    let box_ = &from.box_;
    let issued = keys.authority.certify_box(&request.csr, box_.id.as_str());
    let issued = issued.map_err(|error| malformed(format!("csr: {error:#}")))?;
    let write = state.write().await.map_err(|error| unavailable(&error))?;
    let held = certificates::of_box(&*write, &box_.id).await.map_err(|error| unavailable(&error))?;
    let living = held.iter().filter(|row| row.revoked_at.is_none() && row.not_after > now).count();
    if living >= LIVING_MAX {
        let why = format!("{living} certificates of box {} are good already: it uses none of the newer ones", box_.id);
        return Err(Problem::new(ProblemKind::Busy, why));
    }
    certificates::add(&*write, &box_.id, issued.fingerprint, now, issued.not_after)
        .await
        .map_err(|error| unavailable(&error))?;
    let event = Event {
        // A login name has no colon: no person can be mistaken for a box.
        who: format!("box:{}", box_.id),
        organisation: box_.enterprise.to_string(),
        act: ACT.to_owned(),
        object: format!("box/{}", box_.id),
        new: issued.fingerprint.to_string(),
        ..Event::new(now)
    };
    state::audit::append(&write, &event).await.map_err(|error| unavailable(&error))?;
    write.commit().await.map_err(|error| unavailable(&error))?;
    tracing::info!(box_id = %box_.id, fingerprint = %issued.fingerprint, "certificate issued");
    Ok(RenewReply { protocol: PROTOCOL, certificate: issued.certificate })
}
