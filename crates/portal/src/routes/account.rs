//! The own account: password, sessions, re-authentication, and how an invited person gets in.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use record::{Digest, Timestamp};
use state::{people as stored, signatures};

use super::people::{account_problem, session_rows};
use crate::access::Action;
use crate::api::{CodeUse, Page, PasswordChange, Proof, Reauthentication, SessionRow};
use crate::audit::{self, Address, AuditEvent, Outcome};
use crate::code::{self, code_hash};
use crate::extract::{Allowed, Body};
use crate::login::knows_password;
use crate::people::{hashed, object};
use crate::signature::PROOF_MS;
use crate::token::Token;
use crate::{Problem, ProblemCode, Site};

/// Act of choosing a password with a code, which is no row of the access table.
const USE_CODE: &str = "use_code";

/// Change the own password. Every other session of the person ends.
#[utoipa::path(put, path = "/session/password", operation_id = "change_password", tag = "session", request_body = PasswordChange, responses(
    (status = 204, description = "changed"),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "wrong or unusable password"),
))]
pub(crate) async fn change_password(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(change): Body<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let signed = &allowed.signed;
    knows_password(&site, signed, change.old_password, allowed.action.word()).await?;
    let hash = hashed(change.new_password).await.map_err(account_problem)?;
    let name = &signed.person().name;
    let write = site.state.write().await?;
    stored::replace_password(&*write, name, &hash).await?;
    stored::end_all(&*write, name, Some(signed.token.stored())).await?;
    let event = AuditEvent { new: "password".to_owned(), ..allowed.event(&site, object(name)) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show the password again, to sign something.
#[utoipa::path(post, path = "/session/proof", operation_id = "reauthenticate", tag = "session", request_body = Reauthentication, responses(
    (status = 200, body = Proof),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "wrong password, or too many"),
))]
pub(crate) async fn reauthenticate(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(shown): Body<Reauthentication>,
) -> Result<Json<Proof>, Problem> {
    let signed = &allowed.signed;
    knows_password(&site, signed, shown.password, allowed.action.word()).await?;
    let (now, token) = (site.now(), Token::random());
    let name = &signed.person().name;
    let write = site.state.write().await?;
    signatures::reauthenticated(&*write, token.proof_stored(), (name, signed.token.stored()), now).await?;
    let event = AuditEvent { new: "proof".to_owned(), ..allowed.event(&site, object(name)) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    let expires_at = Timestamp(now.0.saturating_add(PROOF_MS * 1000)).into();
    Ok(Json(Proof { proof: token.proof_text(), expires_at }))
}

/// The own sessions, the last begun first, in one page.
#[utoipa::path(get, path = "/sessions", operation_id = "list_sessions", tag = "session", responses(
    (status = 200, body = Page<SessionRow>),
))]
pub(crate) async fn sessions(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
) -> Result<Json<Page<SessionRow>>, Problem> {
    session_rows(&site, &allowed, &allowed.person().name).await
}

/// End one of the own sessions.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "end_session", tag = "session", params(("id" = String, Path)), responses(
    (status = 204, description = "ended"),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such session of the person"),
))]
pub(crate) async fn end_session(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let name = allowed.person().name.clone();
    end_one(&site, &allowed, &name, &id).await
}

/// Ends a session of a person; of anybody else's, or none, the answer is that there is no such session.
pub(super) async fn end_one(site: &Site, allowed: &Allowed, name: &str, id: &str) -> Result<StatusCode, Problem> {
    let write = site.state.write().await?;
    let theirs = stored::of_person(&*write, name).await?;
    let Some(session) = Digest::from_hex(id).and_then(|id| theirs.into_iter().find(|session| session.id == id)) else {
        drop(write);
        return Err(allowed.not_here(site, "session", id).await);
    };
    stored::end(&*write, session.id).await?;
    let event = AuditEvent { old: format!("session {}", session.id), ..allowed.event(site, object(name)) };
    audit::record(site, &write, &event).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Choose a password with a code of an invitation or a recovery; then log in with it.
#[utoipa::path(post, path = "/session/code", operation_id = "use_code", tag = "session", request_body = CodeUse, security(()), responses(
    (status = 204, description = "the password is set"),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such code, or an unusable password"),
))]
pub(crate) async fn use_code(
    State(site): State<Arc<Site>>,
    Address(address): Address,
    Body(given): Body<CodeUse>,
) -> Result<StatusCode, Problem> {
    let now = site.now();
    let event = AuditEvent { act: USE_CODE.to_owned(), address, ..AuditEvent::new(now) };
    let hash = code_hash(code::ACCOUNT, &given.code);
    if stored::code_is_of(site.state.read(), hash, now).await?.is_none() {
        // Wrong codes come from anybody; a row for each would let anybody fill the disk, so one a wait is kept.
        let minute = Timestamp(now.0 - now.0.rem_euclid(60_000_000));
        if site.waits.is_new("", minute) {
            let refused = AuditEvent { outcome: Outcome::Refused, reason: "code_refused".to_owned(), ..event };
            audit::record_alone(&site, &refused).await?;
        }
        return Err(Problem::new(ProblemCode::CodeRefused));
    }
    let password = hashed(given.new_password).await.map_err(account_problem)?;
    let write = site.state.write().await?;
    let person = stored::use_code(&*write, hash, now).await?;
    let person = person.ok_or_else(|| Problem::new(ProblemCode::CodeRefused))?;
    stored::set_password(&*write, &person, &password).await?;
    let known = stored::credential(&*write, &person).await?;
    let known = known.ok_or_else(|| Problem::new(ProblemCode::CodeRefused))?;
    let event = AuditEvent {
        who: person.clone(),
        organisation: known.person.organisation,
        object: object(&person),
        new: "password".to_owned(),
        ..event
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    tracing::info!(person, act = Action::OwnAccount.word(), "password chosen with a code");
    Ok(StatusCode::NO_CONTENT)
}
