//! What an administrator of the governance end does with boxes: let one enrol, look at its certificates and renew them,
//! retire it, accept it again after it was frozen.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use record::{BoxId, EnterpriseId, Timestamp};
use serde_json::json;
use state::boxes::{self, Registered};
use state::{certificates, enrolment};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::boxes::theirs;
use super::people::reason;
use crate::api::{
    Accepted, Because, CertificateRow, Changed, EnrolmentCode, LiveEvent, NewEnrolment, Page, Retired, Retirement,
    RotationAsked, Topic,
};
use crate::audit::{self, AuditEvent};
use crate::code::{self, code_hash, new_code};
use crate::extract::{Allowed, Body};
use crate::signature::{self, Meaning, ToSign};
use crate::{Problem, ProblemCode, Site};

/// Longest box id: it names a folder and stands in the log's origin.
pub const BOX_ID_LEN_MAX: usize = 40;
/// Longest life of an enrolment code, hours.
pub const CODE_HOURS_MAX: u32 = 30 * 24;
/// Life of an enrolment code if nothing else is asked, hours.
const CODE_HOURS_DEFAULT: u32 = 72;
const US_PER_HOUR: i64 = 3_600_000_000;

pub(crate) fn router() -> OpenApiRouter<Arc<Site>> {
    OpenApiRouter::new()
        .routes(routes!(enrol))
        .routes(routes!(certificates, rotate))
        .routes(routes!(retire))
        .routes(routes!(accept))
}

/// A name a box can have: `a-z`, `0-9` and `-`, at most [`BOX_ID_LEN_MAX`] of them, not beginning with `-`.
pub fn is_box_id(text: &str) -> bool {
    let usable = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.len() <= BOX_ID_LEN_MAX && !text.starts_with('-') && text.bytes().all(usable)
}

/// Make a code with which a box enrols. It is shown once.
#[utoipa::path(post, path = "/boxes/codes", operation_id = "make_enrolment_code", tag = "boxes", request_body = NewEnrolment, responses(
    (status = 201, body = EnrolmentCode),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "not usable, or no such enterprise"),
))]
async fn enrol(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(new): Body<NewEnrolment>,
) -> Result<(StatusCode, Json<EnrolmentCode>), Problem> {
    let hours = new.valid_hours.unwrap_or(CODE_HOURS_DEFAULT);
    if !(1..=CODE_HOURS_MAX).contains(&hours) {
        return Err(Problem::invalid(format!("valid_hours is {hours}, allowed are 1 to {CODE_HOURS_MAX}")));
    }
    if !is_box_id(&new.box_id) {
        let why = format!("box_id {:?}: use a-z, 0-9 and -, at most {BOX_ID_LEN_MAX}", new.box_id);
        return Err(Problem::invalid(why));
    }
    let invalid = |error: record::IdError| Problem::invalid(error.to_string());
    let enterprise: EnterpriseId = new.enterprise.parse().map_err(invalid)?;
    let box_id: BoxId = new.box_id.parse().map_err(invalid)?;
    let known = boxes::enterprises_within(site.state.read(), &allowed.within()).await?;
    if !known.iter().any(|row| row.id == enterprise) {
        return Err(allowed.not_here(&site, "enterprise", enterprise.as_str()).await);
    }
    if boxes::enterprise_key(site.state.read(), &enterprise).await?.is_none() {
        let why = format!("enterprise {enterprise} has no key yet: the operator adds it");
        return Err(Problem::new(ProblemCode::Conflict).detail(why));
    }
    let (now, code) = (site.now(), new_code());
    let expires_at = Timestamp(now.0.saturating_add(i64::from(hours) * US_PER_HOUR));
    let write = site.state.write().await?;
    let hash = code_hash(code::ENROLMENT, &code);
    enrolment::add_code(&*write, hash, &enterprise, &box_id, now, expires_at).await?;
    let event = AuditEvent {
        new: format!("code for {enterprise}, {hours} h"),
        ..allowed.event(&site, format!("box/{box_id}"))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    let code = EnrolmentCode { code, box_id: box_id.to_string(), expires_at: expires_at.into() };
    Ok((StatusCode::CREATED, Json(code)))
}

/// All certificates a box was ever given, the newest first, in one page.
#[utoipa::path(get, path = "/boxes/{id}/certificates", operation_id = "list_certificates", tag = "boxes", params(("id" = String, Path)), responses(
    (status = 200, body = Page<CertificateRow>),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such box"),
))]
async fn certificates(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<Json<Page<CertificateRow>>, Problem> {
    let known = theirs(&site, &allowed, &id).await?;
    let rows = certificates::of_box(site.state.read(), &known.box_.id).await?;
    let items = rows.into_iter().map(|row| CertificateRow {
        fingerprint: row.fingerprint.to_string(),
        issued_at: row.issued_at.into(),
        not_after: row.not_after.into(),
        revoked_at: row.revoked_at.map(Into::into),
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// Ask that a box gets a new key and certificate. It renews them by itself at its next heartbeat; the old ones are revoked
/// once it has shown the new.
#[utoipa::path(post, path = "/boxes/{id}/certificates", operation_id = "rotate_certificate", tag = "boxes", params(("id" = String, Path)), request_body = Because, responses(
    (status = 202, body = RotationAsked),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such box, or out of service"),
))]
async fn rotate(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Body(because): Body<Because>,
) -> Result<(StatusCode, Json<RotationAsked>), Problem> {
    let reason = reason(&because.reason)?;
    let known = theirs(&site, &allowed, &id).await?;
    if known.retired_at.is_some() {
        return Err(Problem::new(ProblemCode::Conflict).detail(format!("box {id} is out of service")));
    }
    let now = site.now();
    let write = site.state.write().await?;
    certificates::ask_rotation(&*write, &known.box_.id, now).await?;
    let event =
        AuditEvent { new: "certificate to be renewed".to_owned(), reason, ..allowed.event(&site, format!("box/{id}")) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(RotationAsked { box_id: id, asked_at: now.into() })))
}

/// Take a box out of service and revoke its certificates, with a signature. Its evidence stays.
#[utoipa::path(post, path = "/boxes/{id}/retirement", operation_id = "retire_box", tag = "boxes", params(("id" = String, Path)), request_body = Retirement, responses(
    (status = 200, body = Retired),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such box, retired already, or no good proof"),
))]
async fn retire(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Body(retirement): Body<Retirement>,
) -> Result<Json<Retired>, Problem> {
    let reason = reason(&retirement.reason)?;
    let known = theirs(&site, &allowed, &id).await?;
    if known.retired_at.is_some() {
        return Err(Problem::new(ProblemCode::Conflict).detail(format!("box {id} is out of service already")));
    }
    let (now, record) = (site.now(), format!("box/{id}/retirement"));
    let bytes = retirement_bytes(&known, &reason);
    let write = site.state.write().await?;
    boxes::retire(&*write, &id, now).await?;
    let what = ToSign { record: &record, bytes: &bytes, meaning: Meaning::Responsibility, reason: &reason };
    let signature = match signature::sign(&site, &write, &allowed.signed, &retirement.proof, &what).await {
        Ok(signature) => signature,
        Err(problem) => {
            drop(write);
            return Err(signature::refused(&site, &allowed.signed, &record, problem).await);
        }
    };
    let event = AuditEvent {
        old: "in service".to_owned(),
        new: "retired".to_owned(),
        reason,
        ..allowed.event(&site, format!("box/{id}"))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    told(&site, &id)?;
    Ok(Json(Retired { box_id: id, retired_at: now.into(), signature: signature::view(&signature)? }))
}

/// Accept a frozen box again, with a signature. What froze it stays as evidence.
#[utoipa::path(post, path = "/boxes/{id}/acceptance", operation_id = "accept_box", tag = "boxes", params(("id" = String, Path)), request_body = Retirement, responses(
    (status = 200, body = Accepted),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such box, not frozen, or no good proof"),
))]
async fn accept(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Body(acceptance): Body<Retirement>,
) -> Result<Json<Accepted>, Problem> {
    let reason = reason(&acceptance.reason)?;
    let known = theirs(&site, &allowed, &id).await?;
    let Some((_, why)) = &known.frozen else {
        return Err(Problem::new(ProblemCode::Conflict).detail(format!("box {id} is not frozen")));
    };
    let (now, record) = (site.now(), format!("box/{id}/acceptance"));
    let box_ = &known.box_;
    let bytes = json!([box_.id.as_str(), box_.enterprise.as_str(), box_.origin, why, reason]).to_string().into_bytes();
    let write = site.state.write().await?;
    boxes::unfreeze(&*write, &id).await?;
    let what = ToSign { record: &record, bytes: &bytes, meaning: Meaning::Responsibility, reason: &reason };
    let signature = match signature::sign(&site, &write, &allowed.signed, &acceptance.proof, &what).await {
        Ok(signature) => signature,
        Err(problem) => {
            drop(write);
            return Err(signature::refused(&site, &allowed.signed, &record, problem).await);
        }
    };
    let event = AuditEvent {
        old: format!("frozen: {why}"),
        new: "in service".to_owned(),
        reason,
        ..allowed.event(&site, format!("box/{id}"))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    told(&site, &id)?;
    Ok(Json(Accepted { box_id: id, accepted_at: now.into(), signature: signature::view(&signature)? }))
}

/// Tells the pages that a box is another.
fn told(site: &Site, id: &str) -> Result<(), Problem> {
    let changed = LiveEvent::Changed(Changed { topic: Topic::Boxes, id: Some(id.to_owned()) });
    site.live.publish(&changed).map_err(|error| Problem::internal(&error))
}

/// What is signed at a retirement: which box, of whom, with which log, and why.
pub(crate) fn retirement_bytes(known: &Registered, reason: &str) -> Vec<u8> {
    let box_ = &known.box_;
    json!([box_.id.as_str(), box_.enterprise.as_str(), box_.origin, reason]).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_id_never_leaves_its_folder() {
        for good in ["box-1", "plant-3", "0"] {
            assert!(is_box_id(good), "{good}");
        }
        for bad in ["", "-x", "..", "a/b", "Box", "a b", "盒", &"a".repeat(41)] {
            assert!(!is_box_id(bad), "{bad}");
        }
    }
}
