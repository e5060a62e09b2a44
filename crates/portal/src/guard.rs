//! What stands before every handler: limits, the session, the CSRF token, and the headers of every answer.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use record::Timestamp;
use state::people;

use crate::access::{self, Known};
use crate::audit::{self, Address, AuditEvent, Outcome};
use crate::extract::{Allowed, Signed};
use crate::login::lives;
use crate::token::Token;
use crate::{Problem, ProblemCode, Site};

/// Largest request body of the web API, bytes: its documents are forms, never files.
pub const BODY_LEN_MAX: usize = 64 * 1024;
/// Longest time to the first byte of an answer.
pub const ANSWER_MS_MAX: u64 = 30_000;
/// Header that carries the session's CSRF token.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");
/// A session's last use is written at most this often: reading pages must not write the database every time.
const TOUCH_EVERY_MS: i64 = 60_000;

/// Where requests for nothing we know go.
const NOWHERE: [&str; 3] = ["/api/v1", "/api/v1/", "/api/v1/{*unknown}"];

/// Scripts, fonts and data come from our own origin only. Style elements may be inline: antd writes its styles at run
/// time, and styles cannot call out, since `connect-src`, `img-src` and `font-src` are our own.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// The session of a request's cookie, if it lives.
pub(crate) async fn session_of(site: &Site, token: &Token) -> Result<Option<people::Session>, Problem> {
    let now = site.now();
    let Some(session) = people::session(site.state.read(), token.stored()).await? else { return Ok(None) };
    Ok(Some(session).filter(|session| lives(session, now)))
}

/// Lets through requests of a living session; those that change something also need the session's CSRF token.
pub(crate) async fn signed_in(
    State(site): State<Arc<Site>>,
    address: Address,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let nobody = || Problem::new(ProblemCode::Unauthenticated);
    let token = Token::of_cookie(request.headers(), &site.cookie_name).ok_or_else(nobody)?;
    let session = session_of(&site, &token).await?.ok_or_else(nobody)?;
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let given = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok());
        if !given.is_some_and(|given| token.csrf_is(given)) {
            return Err(Problem::new(ProblemCode::CsrfRefused));
        }
    }
    let now = site.now();
    if now.0.saturating_sub(session.seen_at.0) >= TOUCH_EVERY_MS * 1000 {
        people::touch(site.state.read(), token.stored(), now).await?;
    }
    let seen_at = Timestamp(session.seen_at.0.max(now.0));
    let session = people::Session { seen_at, ..session };
    request.extensions_mut().insert(Signed { session, token: Arc::new(token), address });
    Ok(next.run(request).await)
}

/// Lets through what the access table allows. A route the table's list of routes does not name is refused to everybody;
/// a path nobody knows goes on to its `404`. What the role does not allow is recorded.
pub(crate) async fn allowed(
    State(site): State<Arc<Site>>,
    path: Option<MatchedPath>,
    signed: Signed,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let path = path.as_ref().map_or("", MatchedPath::as_str);
    let action = match access::known(request.method().as_str(), path) {
        Known::Act(action) => action,
        Known::OtherMethod => return Err(Problem::new(ProblemCode::MethodNotAllowed)),
        Known::Nothing if NOWHERE.contains(&path) => return Ok(next.run(request).await),
        Known::Nothing => return Err(Problem::new(ProblemCode::Forbidden)),
    };
    let Some(cell) = access::cell(&signed.who(), action) else {
        let object = audit::shortened(request.uri().path());
        let reason = "forbidden".to_owned();
        let event = AuditEvent { outcome: Outcome::Refused, reason, ..signed.event(&site, action.word(), object) };
        audit::record_alone(&site, &event).await?;
        return Err(Problem::new(ProblemCode::Forbidden));
    };
    request.extensions_mut().insert(Allowed { signed, action, cell });
    Ok(next.run(request).await)
}

/// Refuses a login sent by a page of another origin, which has no session whose token it could carry.
pub(crate) async fn same_origin(request: Request, next: Next) -> Result<Response, Problem> {
    if foreign(request.headers()) { Err(Problem::new(ProblemCode::CsrfRefused)) } else { Ok(next.run(request).await) }
}

/// Whether the browser says that the request comes from elsewhere. Programs that are no browser say nothing.
fn foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return !["same-origin", "none"].contains(&site);
    }
    match (headers.get(header::ORIGIN), text(header::HOST)) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(origin), Some(host)) => {
            let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            origin.is_none_or(|(_, authority)| authority != host)
        }
    }
}

/// Bounds the time to the first byte of an answer.
pub(crate) async fn timely(request: Request, next: Next) -> Result<Response, Problem> {
    let answer = tokio::time::timeout(Duration::from_millis(ANSWER_MS_MAX), next.run(request)).await;
    answer.map_err(|elapsed| Problem::new(ProblemCode::Timeout).detail(format!("{elapsed} after {ANSWER_MS_MAX} ms")))
}

/// Answers of the API are for this person, now: never kept.
pub(crate) async fn not_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The headers every answer carries.
pub(crate) async fn security_headers(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name, value| headers.insert(name, HeaderValue::from_static(value));
    say(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::X_FRAME_OPTIONS, "DENY");
    say(header::REFERRER_POLICY, "no-referrer");
    say(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    say(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    say(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    if site.config.https {
        say(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_foreign_when_the_browser_says_so() {
        let rows: [(&[(&str, &str)], bool); 8] = [
            (&[("host", "box:8080")], false),
            (&[("host", "box:8080"), ("origin", "http://box:8080")], false),
            (&[("host", "box:8080"), ("origin", "https://evil.example")], true),
            (&[("host", "box:8080"), ("origin", "null")], true),
            (&[("origin", "http://box:8080")], true),
            (&[("host", "box:8080"), ("sec-fetch-site", "same-origin")], false),
            (&[("host", "box:8080"), ("sec-fetch-site", "cross-site"), ("origin", "http://box:8080")], true),
            (&[("host", "box:8080"), ("sec-fetch-site", "same-site")], true),
        ];
        for (lines, expected) in rows {
            let headers = lines
                .iter()
                .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(foreign(&headers), expected, "{lines:?}");
        }
    }
}
