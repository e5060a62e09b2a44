//! Logging in and out, who is logged in, and showing the password again.
//!
//! A failed login makes the next one wait, twice as long each time; a name nobody has waits the same way, and its
//! password is checked against a hash of nothing, so that neither words nor time tell which names exist.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use record::Timestamp;
use state::people;

use crate::access;
use crate::api::{Login, Me};
use crate::audit::{self, Address, AuditEvent, LOGIN, LOGOUT, Outcome};
use crate::extract::{Body, Signed};
use crate::token::{Token, cookie_gone};
use crate::{Problem, ProblemCode, Site, password};

/// A session not used for this long has ended.
pub const SESSION_IDLE_MS: i64 = 30 * 60 * 1000;
/// A session ends this long after the login, used or not.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// Failed logins that are not delayed: a person may mistype.
pub const FREE_FAILURES: u64 = 3;
/// Wait after the first failure that is delayed; doubles with each further one.
pub const DELAY_FIRST_MS: i64 = 1000;
/// Longest wait.
pub const DELAY_MAX_MS: i64 = 15 * 60 * 1000;
/// Names nobody has whose failures are remembered. Beyond it the oldest is forgotten.
const STRANGERS_MAX: usize = 4096;
/// Longest login name looked at, bytes.
const NAME_LEN_MAX: usize = 64;
const US_PER_MS: i64 = 1000;

/// When the next login may be tried after `failures` in a row, the last at `failed_at`.
pub(crate) fn next_try(failures: u64, failed_at: Timestamp) -> Timestamp {
    let delayed = failures.saturating_sub(FREE_FAILURES);
    if delayed == 0 {
        return failed_at;
    }
    let doublings = u32::try_from(delayed - 1).unwrap_or(u32::MAX);
    let delay_ms = 2_i64.checked_pow(doublings).and_then(|n| n.checked_mul(DELAY_FIRST_MS)).unwrap_or(DELAY_MAX_MS);
    Timestamp(failed_at.0.saturating_add(delay_ms.min(DELAY_MAX_MS) * US_PER_MS))
}

/// Failed logins under names nobody has, kept in memory only: whoever can restart the program needs no password.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<BTreeMap<String, (u64, Timestamp)>>);

/// The waits that are in the audit trail already: knocking during one wait fills one row, not the disk.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<BTreeMap<String, Timestamp>>);

impl Waits {
    /// Whether this wait of a name, begun by the failure at `failed_at`, has no row yet.
    pub(crate) fn is_new(&self, name: &str, failed_at: Timestamp) -> bool {
        let mut waits = self.0.lock().expect("invariant: no panic while the map is held");
        if waits.len() >= STRANGERS_MAX && !waits.contains_key(name) {
            waits.pop_first();
        }
        waits.insert(name.to_owned(), failed_at) != Some(failed_at)
    }
}

impl Strangers {
    fn failures(&self, name: &str) -> Option<(u64, Timestamp)> {
        self.0.lock().expect("invariant: no panic while the map is held").get(name).copied()
    }

    fn tried(&self, name: &str, now: Timestamp) {
        let mut names = self.0.lock().expect("invariant: no panic while the map is held");
        if names.len() >= STRANGERS_MAX && !names.contains_key(name) {
            let oldest = names.iter().min_by_key(|(_, (_, at))| *at).map(|(name, _)| name.clone());
            if let Some(oldest) = oldest {
                names.remove(&oldest);
            }
        }
        let entry = names.entry(name.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
    }
}

/// What came of asking for a login.
enum Admitted {
    /// The try is counted: check the password against this, or against nothing.
    Try(Option<people::Credential>),
    /// Wait this long, seconds. The wait began with the failure at this time.
    Wait(u64, Timestamp),
}

/// Counts the try and gives what to check the password against, or says how long to wait.
async fn admit(site: &Site, name: &str, now: Timestamp) -> Result<Admitted, Problem> {
    let wait = |failures: u64, failed_at: Timestamp| {
        let wait_us = next_try(failures, failed_at).0.saturating_sub(now.0);
        let seconds = u64::try_from(wait_us).ok().filter(|us| *us > 0).map(|us| us.div_ceil(1_000_000));
        seconds.map(|seconds| (seconds, failed_at))
    };
    let write = site.state.write().await?;
    let credential = people::credential(&*write, name).await?.filter(|known| known.person.closed_at.is_none());
    let failures = match &credential {
        Some(known) => known.failed_at.map(|at| (known.failed_logins, at)),
        None => site.strangers.failures(name),
    };
    if let Some((seconds, failed_at)) = failures.and_then(|(failures, at)| wait(failures, at)) {
        return Ok(Admitted::Wait(seconds, failed_at));
    }
    match &credential {
        Some(_) => people::login_tried(&*write, name, now).await?,
        None => site.strangers.tried(name, now),
    }
    write.commit().await?;
    Ok(Admitted::Try(credential))
}

fn delayed(seconds: u64) -> Problem {
    Problem {
        retry_after_s: Some(seconds),
        ..Problem::new(ProblemCode::LoginDelayed).detail(format!("wait {seconds} s before the next login"))
    }
}

/// Shows that the person of a session knows the password. A wrong one counts as a failed login and makes the next wait.
pub(crate) async fn knows_password(site: &Site, signed: &Signed, password: String, act: &str) -> Result<(), Problem> {
    let name = &signed.person().name;
    let refused = |reason: &str| AuditEvent {
        outcome: Outcome::Refused,
        reason: reason.to_owned(),
        ..signed.event(site, act, crate::people::object(name))
    };
    let credential = match admit(site, name, site.now()).await? {
        Admitted::Try(credential) => credential,
        Admitted::Wait(seconds, since) => {
            if site.waits.is_new(name, since) {
                audit::record_alone(site, &refused("login_delayed")).await?;
            }
            return Err(delayed(seconds));
        }
    };
    let too_long = password.chars().count() > password::PASSWORD_CHARS_MAX;
    let phc = credential.map(|known| known.password_hash);
    if too_long || !password_holds(site, password, phc).await? {
        audit::record_alone(site, &refused("password_refused")).await?;
        return Err(Problem::new(ProblemCode::PasswordRefused));
    }
    Ok(people::forget_failures(site.state.read(), name).await?)
}

/// Checks a password away from the async threads, one at a time.
async fn password_holds(site: &Site, password: String, phc: Option<String>) -> Result<bool, Problem> {
    let _turn = site.password_checks.acquire().await.map_err(|error| Problem::internal(&error))?;
    let check = move || match phc {
        Some(phc) => password::verify(&password, &phc),
        None => password::verify(&password, password::NOBODY).map(|_| false),
    };
    let checked = tokio::task::spawn_blocking(check).await.map_err(|error| Problem::internal(&error))?;
    checked.map_err(|error| Problem::internal(&error))
}

/// Log in.
///
/// Sets the session's cookie. A wrong name and a wrong password are the same answer.
#[utoipa::path(post, path = "/session", tag = "session", request_body = Login, security(()), responses(
    (status = 200, body = Me),
    (status = "4XX", body = Problem, content_type = "application/problem+json", description = "refused or delayed"),
))]
pub(crate) async fn log_in(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    address: Address,
    Body(login): Body<Login>,
) -> Result<Response, Problem> {
    let now = site.now();
    let name = login.name.trim().to_lowercase();
    let event = AuditEvent {
        who: audit::shortened(&name),
        act: LOGIN.to_owned(),
        address: address.0.clone(),
        ..AuditEvent::new(now)
    };
    let refused = |reason: &str| AuditEvent { outcome: Outcome::Refused, reason: reason.to_owned(), ..event.clone() };
    if name.len() > NAME_LEN_MAX || login.password.chars().count() > password::PASSWORD_CHARS_MAX {
        audit::record_alone(&site, &refused("login_refused")).await?;
        return Err(Problem::new(ProblemCode::LoginRefused));
    }
    let credential = match admit(&site, &name, now).await? {
        Admitted::Try(credential) => credential,
        Admitted::Wait(seconds, since) => {
            if site.waits.is_new(&name, since) {
                audit::record_alone(&site, &refused("login_delayed")).await?;
            }
            return Err(delayed(seconds));
        }
    };
    let phc = credential.as_ref().map(|known| known.password_hash.clone());
    let holds = password_holds(&site, login.password, phc).await?;
    let Some(known) = credential.filter(|_| holds) else {
        tracing::warn!(person = name, "login refused");
        audit::record_alone(&site, &refused("login_refused")).await?;
        return Err(Problem::new(ProblemCode::LoginRefused));
    };
    let token = Token::random();
    let write = site.state.write().await?;
    if let Some(old) = Token::of_cookie(&headers, &site.cookie_name) {
        people::end(&*write, old.stored()).await?;
    }
    let idle_before = Timestamp(now.0 - SESSION_IDLE_MS * US_PER_MS);
    people::begin(&*write, (&name, &address.0), token.stored(), now, idle_before).await?;
    let session = people::session(&*write, token.stored()).await?;
    // The account was closed between the password and now.
    let session = session.ok_or_else(|| Problem::new(ProblemCode::LoginRefused))?;
    let done = AuditEvent { organisation: known.person.organisation, session: Some(token.stored()), ..event.clone() };
    audit::record(&site, &write, &done).await?;
    write.commit().await?;
    tracing::info!(person = name, "logged in");
    let cookie = token.cookie(&site.cookie_name, site.config.https);
    let signed = Signed { session, token: Arc::new(token), address };
    Ok(([(header::SET_COOKIE, cookie)], Json(me(&site, &signed))).into_response())
}

/// Log out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204, description = "the session has ended")))]
pub(crate) async fn log_out(State(site): State<Arc<Site>>, signed: Signed) -> Result<Response, Problem> {
    let write = site.state.write().await?;
    people::end(&*write, signed.token.stored()).await?;
    audit::record(&site, &write, &signed.event(&site, LOGOUT, String::new())).await?;
    write.commit().await?;
    let gone = cookie_gone(&site.cookie_name, site.config.https);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// Who is logged in.
#[utoipa::path(get, path = "/session", tag = "session", responses(
    (status = 200, body = Me),
    (status = 401, body = Problem, content_type = "application/problem+json", description = "nobody"),
))]
pub(crate) async fn who(State(site): State<Arc<Site>>, signed: Signed) -> Json<Me> {
    Json(me(&site, &signed))
}

fn me(site: &Site, signed: &Signed) -> Me {
    let Signed { session, token, .. } = signed;
    Me {
        name: session.person.name.clone(),
        display_name: session.person.display_name.clone(),
        role: session.person.role.into(),
        organisation: (&session.organisation).into(),
        acts: access::acts(&signed.who()).into_iter().map(|action| action.word().to_owned()).collect(),
        csrf_token: token.csrf(),
        session_ends_at: ends_at(session).into(),
        end: site.config.end,
        site: site.config.name.clone(),
        catalogue: site.catalogue(),
    }
}

fn ends_at(session: &people::Session) -> Timestamp {
    Timestamp(session.began_at.0.saturating_add(SESSION_MS * US_PER_MS))
}

/// Whether the session still lives at `now`.
pub(crate) fn lives(session: &people::Session, now: Timestamp) -> bool {
    now < lives_until(session.began_at, session.seen_at)
}

/// When a session begun and last used at these times ends if it is not used again.
pub(crate) fn lives_until(began_at: Timestamp, seen_at: Timestamp) -> Timestamp {
    let latest = began_at.0.saturating_add(SESSION_MS * US_PER_MS);
    Timestamp(latest.min(seen_at.0.saturating_add(SESSION_IDLE_MS * US_PER_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_beyond_the_free_ones_doubles_the_wait_up_to_the_longest() {
        let at = Timestamp(1_000_000_000_000);
        let waits: Vec<i64> = (0..=16).map(|n| (next_try(n, at).0 - at.0) / 1_000_000).collect();
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        assert_eq!((next_try(u64::MAX, at).0 - at.0) / 1_000_000, 900);
    }

    #[test]
    fn remembered_strangers_are_bounded_and_the_oldest_is_forgotten() {
        let strangers = Strangers::default();
        for n in 0..=STRANGERS_MAX {
            strangers.tried(&format!("n{n}"), Timestamp(i64::try_from(n).unwrap()));
        }
        assert_eq!(strangers.0.lock().unwrap().len(), STRANGERS_MAX);
        assert_eq!(strangers.failures("n0"), None);
        assert_eq!(strangers.failures("n1"), Some((1, Timestamp(1))));
    }
}
