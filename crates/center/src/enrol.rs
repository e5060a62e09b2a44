//! Enrolment: a one-time code becomes a certificate.
//!
//! Comes in: a code, a signing request, the public keys of a new box. Goes out: its name, its certificate and the keys it
//! needs to know, once. A code that was used, has ended or was never given is refused, each by its own name. Nothing is
//! stored unless all of it is.

use std::sync::Arc;

use link::{EnrolReply, EnrolRequest, Message as _, PROTOCOL, Problem, ProblemKind};
pub use portal::code::new_code;
pub use portal::{BOX_ID_LEN_MAX, is_box_id};
use record::{BoxId, Digest, EnterpriseId, Timestamp};
use seal::{Algorithm, RecipientKey, VerifierKey};
use state::boxes::Enrolled;
use state::enrolment::Redeemed;
use state::{State, boxes, certificates, enrolment};

use crate::ingest::unavailable;
use crate::keys::Keys;

/// What a code is stored as. Case, hyphens and spaces do not matter.
pub fn code_hash(code: &str) -> Digest {
    portal::code::code_hash(portal::code::ENROLMENT, code)
}

/// Origin of a box's log.
pub fn origin(center: &str, box_id: &BoxId) -> String {
    format!("{center}/box/{box_id}")
}

/// Enrols a box.
pub(crate) async fn enrol(state: &State, keys: &Arc<Keys>, body: &[u8], now: Timestamp) -> Result<EnrolReply, Problem> {
    let malformed =
        |what: &str, why: &dyn std::fmt::Display| Problem::new(ProblemKind::Malformed, format!("{what}: {why}"));
    let request = EnrolRequest::from_bytes(body).map_err(|error| malformed("body", &error))?;
    if request.protocol != PROTOCOL {
        let error = link::Error::Protocol { expected: PROTOCOL, found: request.protocol };
        return Err(malformed("protocol", &error));
    }
    let log_key = VerifierKey::parse(&request.log_key).map_err(|error| malformed("log_key", &error))?;
    if log_key.algorithm() != Algorithm::Ed25519 {
        return Err(malformed("log_key", &"is not an Ed25519 key"));
    }
    let read_key = RecipientKey::parse(&request.read_key).map_err(|error| malformed("read_key", &error))?;

    let write = state.write().await.map_err(|error| unavailable(&error))?;
    let redeemed = enrolment::redeem(&*write, code_hash(&request.code), now).await;
    let (enterprise, box_id) = granted(redeemed.map_err(|error| unavailable(&error))?)?;
    let center = keys.witness_vkey().name();
    let log_key = log_key.renamed(&origin(center, &box_id)).map_err(|error| malformed("log_key", &error))?;
    let issued = keys
        .authority
        .certify_box(&request.csr, box_id.as_str())
        .map_err(|error| malformed("csr", &format!("{error:#}")))?;
    let new = Enrolled {
        id: box_id.clone(),
        enterprise: enterprise.clone(),
        origin: log_key.name().to_owned(),
        vkey: log_key.to_string(),
        read_key: read_key.to_string(),
        enrolled_at: now,
    };
    match boxes::by_id(&*write, box_id.as_str()).await.map_err(|error| unavailable(&error))? {
        // The same box again with a new code: its certificate was lost or has ended.
        Some(known) if known.box_.vkey == new.vkey && known.retired_at.is_none() => {}
        _ => boxes::add(&*write, &new).await.map_err(|error| match error {
            state::Error::Conflict { .. } => Problem::new(ProblemKind::KeyTaken, error.to_string()),
            other => unavailable(&other),
        })?,
    }
    certificates::add(&*write, &box_id, issued.fingerprint, now, issued.not_after)
        .await
        .map_err(|error| unavailable(&error))?;
    let enterprise = told(&*write, &enterprise).await?;
    write.commit().await.map_err(|error| unavailable(&error))?;
    tracing::info!(%box_id, enterprise = enterprise.id, software = request.software, "box enrolled");
    Ok(EnrolReply {
        protocol: PROTOCOL,
        box_id: box_id.to_string(),
        enterprise,
        certificate: issued.certificate,
        authority: keys.authority.certificate_pem().to_owned(),
        origin: new.origin,
        vkey: new.vkey,
        witness_vkey: keys.witness_vkey().to_string(),
        center_key: keys.read.public().to_string(),
    })
}

fn granted(redeemed: Redeemed) -> Result<(EnterpriseId, BoxId), Problem> {
    let refused = |kind, why: String| Err(Problem::new(kind, why));
    match redeemed {
        Redeemed::Granted { enterprise, box_id } => Ok((enterprise, box_id)),
        Redeemed::Unknown => refused(ProblemKind::CodeUnknown, "this center never gave such a code".to_owned()),
        Redeemed::Expired { at } => {
            let why = format!("the code ended at {}: ask the center for a new one", rfc3339(at));
            refused(ProblemKind::CodeExpired, why)
        }
        Redeemed::Used { at } => {
            let why = format!("the code was used at {}: ask the center for a new one", rfc3339(at));
            refused(ProblemKind::CodeUsed, why)
        }
    }
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_out_of_range| format!("{} µs", at.0), |at| at.to_string())
}

async fn told(db: &impl state::Connection, id: &EnterpriseId) -> Result<link::Enterprise, Problem> {
    let all = boxes::enterprises(db).await.map_err(|error| unavailable(&error))?;
    let key = boxes::enterprise_key(db, id).await.map_err(|error| unavailable(&error))?;
    match (all.into_iter().find(|enterprise| enterprise.id == *id), key) {
        (Some(row), Some(key)) => {
            Ok(link::Enterprise { id: row.id.to_string(), name_zh: row.name_zh, name_en: row.name_en, key })
        }
        _ => Err(unavailable(&format!("enterprise {id} has no row or no key"))),
    }
}
