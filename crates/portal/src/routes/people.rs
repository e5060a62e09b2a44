//! `/people`, `/organisations` and `/recoveries`: accounts of this end, for its administrators.
//!
//! A person or organisation of another division is, to whoever asks, one that does not exist.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use record::Timestamp;
use state::people::{self as stored, Credential, Organisation, Recovery, organisations};
use state::region::Region;

use super::account::end_one;
use crate::access::{self, Scope};
use crate::api::{
    AccountState, Because, Invitation, NewOrganisation, NewPerson, NewRecovery, OrganisationView, Page, PersonRow,
    Proven, RecoveryRow, SessionRow,
};
use crate::audit::{self, AuditEvent};
use crate::code::{self, code_hash, new_code};
use crate::extract::{Allowed, Body};
use crate::login::{lives_until, next_try};
use crate::people::{self, AccountError, NewAccount, code_end, object, told};
use crate::signature::{self, Meaning, ToSign};
use crate::{Problem, ProblemCode, Site};

/// Longest reason, characters.
pub(super) const REASON_CHARS_MAX: usize = 500;
/// Longest id or name of an organisation, characters.
const ORGANISATION_CHARS_MAX: usize = 64;

/// The accounts of the region by name, in one page.
#[utoipa::path(get, path = "/people", operation_id = "list_people", tag = "people", responses(
    (status = 200, body = Page<PersonRow>),
    (status = 403, body = Problem, content_type = "application/problem+json", description = "not for this role"),
))]
pub(crate) async fn list(State(site): State<Arc<Site>>, allowed: Allowed) -> Result<Json<Page<PersonRow>>, Problem> {
    let (db, now) = (site.state.read(), site.now());
    let invited = stored::invited(db, now).await?;
    let rows = stored::all(db, allowed.region().as_ref()).await?;
    let items = rows
        .iter()
        .map(|row| {
            let until = invited.iter().find(|(name, _)| *name == row.person.name).map(|(_, until)| *until);
            view(row, until, now)
        })
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// Open an account. The code this gives is shown once; the person chooses a password with it.
#[utoipa::path(post, path = "/people", operation_id = "invite_person", tag = "people", request_body = NewPerson, responses(
    (status = 201, body = Invitation),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "not allowed, or not usable"),
))]
pub(crate) async fn invite(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(new): Body<NewPerson>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    let (now, code) = (site.now(), new_code());
    let by = allowed.person();
    let organisation = new.organisation.unwrap_or_else(|| by.organisation.clone());
    let write = site.state.write().await?;
    let home = organisations::by_id(&*write, &organisation).await?;
    if !home.is_some_and(|home| may_touch(&allowed, &home)) {
        drop(write);
        return Err(allowed.not_here(&site, "organisation", &organisation).await);
    }
    let account = NewAccount { name: new.name, display_name: new.display_name, role: new.role.into(), organisation };
    let hash = code_hash(code::ACCOUNT, &code);
    let person = people::invite(&write, account, (hash, &by.name), now).await.map_err(account_problem)?;
    let event = AuditEvent { new: told(&person), ..allowed.event(&site, object(&person.name)) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    let expires_at = code_end(now).into();
    Ok((StatusCode::CREATED, Json(Invitation { name: person.name, code, expires_at, signature: None })))
}

/// A new code for a person who has not yet chosen a password; the old one ends.
#[utoipa::path(post, path = "/people/{name}/invitation", operation_id = "invite_again", tag = "people", params(("name" = String, Path)), responses(
    (status = 201, body = Invitation),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such person, or one with a password"),
))]
pub(crate) async fn invite_again(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    let known = theirs(&site, &allowed, &name).await?;
    if known.password_hash != crate::password::NOBODY || known.person.closed_at.is_some() {
        let why = format!("person `{name}` has chosen a password or is closed; ask for a recovery");
        return Err(Problem::new(ProblemCode::Conflict).detail(why));
    }
    let (now, code) = (site.now(), new_code());
    let write = site.state.write().await?;
    let by = (name.as_str(), allowed.person().name.as_str());
    stored::add_code(&*write, code_hash(code::ACCOUNT, &code), by, now, code_end(now)).await?;
    let event = AuditEvent { new: "invitation".to_owned(), ..allowed.event(&site, object(&name)) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok((StatusCode::CREATED, Json(Invitation { name, code, expires_at: code_end(now).into(), signature: None })))
}

/// Close an account for ever and end its sessions.
#[utoipa::path(post, path = "/people/{name}/closure", operation_id = "close_account", tag = "people", params(("name" = String, Path)), request_body = Because, responses(
    (status = 204, description = "closed"),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such person, or oneself"),
))]
pub(crate) async fn close(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(name): Path<String>,
    Body(because): Body<Because>,
) -> Result<StatusCode, Problem> {
    let reason = reason(&because.reason)?;
    let known = theirs(&site, &allowed, &name).await?;
    if name == allowed.person().name {
        return Err(Problem::new(ProblemCode::Conflict).detail("nobody closes the own account"));
    }
    if known.person.closed_at.is_some() {
        return Err(Problem::new(ProblemCode::Conflict).detail(format!("person `{name}` is closed already")));
    }
    let write = site.state.write().await?;
    stored::close(&*write, &name, site.now()).await?;
    let event = AuditEvent {
        old: told(&known.person),
        new: "closed".to_owned(),
        reason,
        ..allowed.event(&site, object(&name))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The sessions of a person, the last begun first, in one page.
#[utoipa::path(get, path = "/people/{name}/sessions", operation_id = "list_sessions_of", tag = "people", params(("name" = String, Path)), responses(
    (status = 200, body = Page<SessionRow>),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such person"),
))]
pub(crate) async fn sessions(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(name): Path<String>,
) -> Result<Json<Page<SessionRow>>, Problem> {
    theirs(&site, &allowed, &name).await?;
    session_rows(&site, &allowed, &name).await
}

/// End a session of a person.
#[utoipa::path(delete, path = "/people/{name}/sessions/{id}", operation_id = "end_session_of", tag = "people", params(("name" = String, Path), ("id" = String, Path)), responses(
    (status = 204, description = "ended"),
    (status = 404, body = Problem, content_type = "application/problem+json", description = "no such person or session"),
))]
pub(crate) async fn end_session(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path((name, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    theirs(&site, &allowed, &name).await?;
    end_one(&site, &allowed, &name, &id).await
}

/// Recoveries that wait for a second administrator, the oldest first, in one page.
#[utoipa::path(get, path = "/recoveries", operation_id = "list_recoveries", tag = "people", responses(
    (status = 200, body = Page<RecoveryRow>),
))]
pub(crate) async fn recoveries(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
) -> Result<Json<Page<RecoveryRow>>, Problem> {
    let db = site.state.read();
    let own: Vec<String> =
        stored::all(db, allowed.region().as_ref()).await?.into_iter().map(|row| row.person.name).collect();
    let waiting = stored::recoveries(db, site.now()).await?.into_iter().filter(|row| own.contains(&row.person));
    Ok(Json(Page { items: waiting.map(recovery_view).collect(), next: None }))
}

/// Ask that a person may choose a new password; another administrator approves.
#[utoipa::path(post, path = "/recoveries", operation_id = "ask_recovery", tag = "people", request_body = NewRecovery, responses(
    (status = 201, body = RecoveryRow),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such person"),
))]
pub(crate) async fn ask_recovery(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(new): Body<NewRecovery>,
) -> Result<(StatusCode, Json<RecoveryRow>), Problem> {
    let (now, reason) = (site.now(), reason(&new.reason)?);
    let known = theirs(&site, &allowed, &new.person).await?;
    if known.person.closed_at.is_some() {
        return Err(Problem::new(ProblemCode::Conflict).detail(format!("person `{}` is closed", new.person)));
    }
    let asked = Recovery {
        id: format!("{:032x}", rand::random::<u128>()),
        person: new.person,
        reason: reason.clone(),
        asked_by: allowed.person().name.clone(),
        asked_at: now,
        expires_at: code_end(now),
        approved: None,
    };
    let write = site.state.write().await?;
    stored::ask_recovery(&*write, &asked).await?;
    let event =
        AuditEvent { new: format!("recovery/{}", asked.id), reason, ..allowed.event(&site, object(&asked.person)) };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok((StatusCode::CREATED, Json(recovery_view(asked))))
}

/// Approve a recovery, with a signature. The code this gives is shown once.
#[utoipa::path(post, path = "/recoveries/{id}/approval", operation_id = "approve_recovery", tag = "people", params(("id" = String, Path)), request_body = Proven, responses(
    (status = 201, body = Invitation),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "no such recovery, not by this person, or no good proof"),
))]
pub(crate) async fn approve_recovery(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Path(id): Path<String>,
    Body(proven): Body<Proven>,
) -> Result<(StatusCode, Json<Invitation>), Problem> {
    let asked = stored::recovery(site.state.read(), &id).await?;
    let person = match &asked {
        Some(asked) => stored::credential(site.state.read(), &asked.person).await?,
        None => None,
    };
    let in_reach = match &person {
        Some(known) => is_theirs(&site, &allowed, known).await?,
        None => false,
    };
    if !in_reach {
        return Err(allowed.not_here(&site, "recovery", &id).await);
    }
    let (now, code, by) = (site.now(), new_code(), allowed.person().name.clone());
    let write = site.state.write().await?;
    let approved = stored::approve_recovery(&*write, &id, &by, now).await.map_err(conflict)?;
    let (record, bytes) = (format!("recovery/{id}"), recovery_bytes(&approved));
    let what = ToSign { record: &record, bytes: &bytes, meaning: Meaning::Approval, reason: &approved.reason };
    let signature = match signature::sign(&site, &write, &allowed.signed, &proven.proof, &what).await {
        Ok(signature) => signature,
        Err(problem) => {
            drop(write);
            return Err(signature::refused(&site, &allowed.signed, &record, problem).await);
        }
    };
    stored::add_code(&*write, code_hash(code::ACCOUNT, &code), (&approved.person, &by), now, code_end(now)).await?;
    let event = AuditEvent {
        new: format!("recovery/{id} approved"),
        reason: approved.reason.clone(),
        ..allowed.event(&site, object(&approved.person))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    let signature = Some(signature::view(&signature)?);
    let given = Invitation { name: approved.person, code, expires_at: code_end(now).into(), signature };
    Ok((StatusCode::CREATED, Json(given)))
}

/// What the approver of a recovery signs: every field of the request.
pub(crate) fn recovery_bytes(recovery: &Recovery) -> Vec<u8> {
    let Recovery { id, person, reason, asked_by, asked_at, expires_at, approved: _ } = recovery;
    serde_json::json!([id, person, reason, asked_by, asked_at.0, expires_at.0]).to_string().into_bytes()
}

/// The organisations of the region by id, in one page.
#[utoipa::path(get, path = "/organisations", operation_id = "list_organisations", tag = "people", responses(
    (status = 200, body = Page<OrganisationView>),
))]
pub(crate) async fn organisations(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
) -> Result<Json<Page<OrganisationView>>, Problem> {
    let rows = organisations::within(site.state.read(), allowed.region().as_ref()).await?;
    Ok(Json(Page { items: rows.iter().map(Into::into).collect(), next: None }))
}

/// Add an office in the administrator's region.
#[utoipa::path(post, path = "/organisations", operation_id = "add_organisation", tag = "people", request_body = NewOrganisation, responses(
    (status = 201, body = OrganisationView),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "not usable, taken, or another region"),
))]
pub(crate) async fn add_organisation(
    State(site): State<Arc<Site>>,
    allowed: Allowed,
    Body(new): Body<NewOrganisation>,
) -> Result<(StatusCode, Json<OrganisationView>), Problem> {
    let usable = |c: char| c.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&c);
    if new.id.is_empty() || new.id.len() > ORGANISATION_CHARS_MAX || !new.id.chars().all(usable) {
        let why =
            format!("organisation id {:?}: use 1 to {ORGANISATION_CHARS_MAX} of a-z, A-Z, 0-9, '.', '_', '-'", new.id);
        return Err(Problem::invalid(why));
    }
    for name in [&new.name.zh, &new.name.en] {
        let chars = name.trim().chars().count();
        if chars == 0 || chars > ORGANISATION_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(Problem::invalid(format!("a name needs 1 to {ORGANISATION_CHARS_MAX} characters")));
        }
    }
    let region: Region = new.region.parse().map_err(|error| Problem::invalid(format!("{error}")))?;
    let office = Organisation {
        id: new.id,
        name_zh: new.name.zh.trim().to_owned(),
        name_en: new.name.en.trim().to_owned(),
        kind: stored::OrganisationKind::Office,
        region,
    };
    if !may_touch(&allowed, &office) {
        return Err(allowed.not_here(&site, "region", office.region.as_str()).await);
    }
    let write = site.state.write().await?;
    organisations::add(&*write, &office, site.now()).await.map_err(conflict)?;
    let event = AuditEvent {
        new: format!("{} {} {}", office.name_zh, office.kind.word(), office.region),
        ..allowed.event(&site, format!("organisation/{}", office.id))
    };
    audit::record(&site, &write, &event).await?;
    write.commit().await?;
    Ok((StatusCode::CREATED, Json((&office).into())))
}

/// The account of this name, if the act reaches it.
async fn theirs(site: &Site, allowed: &Allowed, name: &str) -> Result<Credential, Problem> {
    if let Some(known) = stored::credential(site.state.read(), name).await?
        && is_theirs(site, allowed, &known).await?
    {
        return Ok(known);
    }
    Err(allowed.not_here(site, "person", name).await)
}

async fn is_theirs(site: &Site, allowed: &Allowed, known: &Credential) -> Result<bool, Problem> {
    let home = organisations::by_id(site.state.read(), &known.person.organisation).await?;
    Ok(home.is_some_and(|home| may_touch(allowed, &home)))
}

/// Whether the act reaches an organisation.
fn may_touch(allowed: &Allowed, home: &Organisation) -> bool {
    let scope =
        Scope { region: Some(home.region.clone()), enterprise: home.id.parse().ok(), zone: record::Zone::White };
    access::may(&allowed.signed.who(), allowed.action, &scope).is_allowed()
}

/// The sessions of a person that live now.
pub(super) async fn session_rows(
    site: &Site,
    allowed: &Allowed,
    name: &str,
) -> Result<Json<Page<SessionRow>>, Problem> {
    let current = allowed.signed.token.stored();
    let open = stored::of_person(site.state.read(), name).await?;
    let items = open
        .into_iter()
        .filter(|session| site.now() < lives_until(session.began_at, session.seen_at))
        .map(|session| SessionRow {
            id: session.id.to_string(),
            began_at: session.began_at.into(),
            seen_at: session.seen_at.into(),
            address: session.address,
            current: session.id == current,
        })
        .collect();
    Ok(Json(Page { items, next: None }))
}

/// A reason as it is kept. Fails if it is empty, too long or holds control characters.
pub(super) fn reason(text: &str) -> Result<String, Problem> {
    let reason = text.trim();
    let chars = reason.chars().count();
    if chars == 0 || chars > REASON_CHARS_MAX || reason.chars().any(char::is_control) {
        return Err(Problem::invalid(format!("the reason needs 1 to {REASON_CHARS_MAX} characters on one line")));
    }
    Ok(reason.to_owned())
}

/// State's conflict as a conflict; anything else as it is.
pub(super) fn conflict(error: state::Error) -> Problem {
    match error {
        state::Error::Conflict { .. } => Problem::new(ProblemCode::Conflict).detail(error.to_string()),
        other => other.into(),
    }
}

/// Why an account cannot be opened or changed, as an answer.
pub(super) fn account_problem(error: AccountError) -> Problem {
    match error {
        AccountError::Name { .. }
        | AccountError::DisplayName
        | AccountError::Organisation { .. }
        | AccountError::Role { .. }
        | AccountError::Password { .. } => Problem::invalid(error.to_string()),
        AccountError::State(error) => conflict(error),
        AccountError::Hash(_) | AccountError::Thread(_) => Problem::internal(&error),
    }
}

fn view(row: &Credential, invited_until: Option<Timestamp>, now: Timestamp) -> PersonRow {
    let person = &row.person;
    let invited = row.password_hash == crate::password::NOBODY;
    let locked_until = row.failed_at.map(|at| next_try(row.failed_logins, at)).filter(|until| *until > now);
    PersonRow {
        name: person.name.clone(),
        display_name: person.display_name.clone(),
        role: person.role.into(),
        organisation: person.organisation.clone(),
        state: match person.closed_at {
            Some(_) => AccountState::Closed,
            None if invited => AccountState::Invited,
            None => AccountState::Open,
        },
        added_at: person.added_at.into(),
        closed_at: person.closed_at.map(Into::into),
        invited_until: invited_until.map(Into::into),
        failed_logins: row.failed_logins,
        locked_until: locked_until.map(Into::into),
    }
}

fn recovery_view(row: Recovery) -> RecoveryRow {
    RecoveryRow {
        id: row.id,
        person: row.person,
        reason: row.reason,
        asked_by: row.asked_by,
        asked_at: row.asked_at.into(),
        expires_at: row.expires_at.into(),
    }
}
