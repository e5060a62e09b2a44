//! Errors as RFC 9457 documents.
//!
//! `code` is the word the web dictionary translates for people; `title` and `detail` are English for logs and
//! programs. What broke inside stays in the log, under the `trace_id` that the answer carries.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of a problem.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// What went wrong, as one stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// No session, or it has ended: log in.
    Unauthenticated,
    /// Name or password wrong; which of them is not said.
    LoginRefused,
    /// Too many failed logins: wait `Retry-After` seconds.
    LoginDelayed,
    /// The session's CSRF token is missing or wrong: reload the page.
    CsrfRefused,
    /// The person's role does not allow it.
    Forbidden,
    /// The own password, shown again, is wrong.
    PasswordRefused,
    /// The proof of re-authentication is unknown, too old or used: show the password again.
    ProofRefused,
    /// The code is unknown, used or over; which of them is not said.
    CodeRefused,
    /// No such thing here.
    NotFound,
    /// The path exists, not with this method.
    MethodNotAllowed,
    /// A parameter, cursor or document cannot be read; `detail` says which.
    InvalidRequest,
    /// What should be made exists.
    Conflict,
    /// The request is larger than its limit.
    TooLarge,
    /// Too many live streams or requests at once.
    TooMany,
    /// The answer took longer than its limit.
    Timeout,
    /// The program cannot answer just now and may soon.
    Unavailable,
    /// Something broke inside.
    Internal,
}

impl ProblemCode {
    /// The HTTP status it travels with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated | Self::LoginRefused => StatusCode::UNAUTHORIZED,
            Self::LoginDelayed | Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::CsrfRefused | Self::Forbidden | Self::PasswordRefused | Self::ProofRefused | Self::CodeRefused => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Every code once, with its URN and its title in English and Chinese.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Unauthenticated => ("urn:yaoxia:problem:unauthenticated", "log in first", "请先登录"),
            Self::LoginRefused => ("urn:yaoxia:problem:login_refused", "name or password is wrong", "账号或密码不正确"),
            Self::LoginDelayed => {
                ("login_delayed", "too many failed logins, wait before the next", "登录失败次数过多，请稍后再试")
            }
            Self::CsrfRefused => {
                ("csrf_refused", "the request does not carry the session's token", "请求没有带上会话的令牌")
            }
            Self::Forbidden => ("urn:yaoxia:problem:forbidden", "the role does not allow this", "该角色无权进行此操作"),
            Self::PasswordRefused => ("urn:yaoxia:problem:password_refused", "the password is wrong", "密码不正确"),
            Self::ProofRefused => (
                "proof_refused",
                "the proof of re-authentication is unknown, too old or used",
                "身份确认无效、过期或已使用",
            ),
            Self::CodeRefused => {
                ("urn:yaoxia:problem:code_refused", "the code is unknown, used or over", "代码不正确、已使用或已过期")
            }
            Self::NotFound => ("urn:yaoxia:problem:not_found", "there is no such thing here", "没有这一项"),
            Self::MethodNotAllowed => {
                ("method_not_allowed", "the path does not take this method", "该地址不支持这种操作")
            }
            Self::InvalidRequest => {
                ("urn:yaoxia:problem:invalid_request", "the request cannot be read", "请求无法识别")
            }
            Self::Conflict => ("urn:yaoxia:problem:conflict", "it exists already", "已经存在，或状态不允许"),
            Self::TooLarge => ("urn:yaoxia:problem:too_large", "the request is larger than its limit", "请求超过上限"),
            Self::TooMany => ("urn:yaoxia:problem:too_many", "too many requests at once", "同时请求过多"),
            Self::Timeout => ("urn:yaoxia:problem:timeout", "the answer took longer than its limit", "应答超时"),
            Self::Unavailable => ("urn:yaoxia:problem:unavailable", "cannot answer just now", "暂时无法应答"),
            Self::Internal => ("urn:yaoxia:problem:internal", "something broke inside", "程序内部出错"),
        }
    }
}

/// An error answer (RFC 9457). Build it with [`Problem::new`] or one of the short ways, add [`Problem::detail`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:yaoxia:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The code in English words.
    pub title: &'static str,
    /// The code in Chinese words.
    pub title_zh: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What went wrong; the web dictionary translates it.
    pub code: ProblemCode,
    /// Where and why in this very case, in English; never secrets, never what broke inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Seconds to wait before the next try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// The log line of an inside failure carries the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Problem {
    /// A problem without detail.
    pub fn new(code: ProblemCode) -> Self {
        let (kind, title, title_zh) = code.words();
        Self {
            kind,
            title,
            title_zh,
            status: code.status().as_u16(),
            code,
            detail: None,
            retry_after_s: None,
            trace_id: None,
        }
    }

    /// Says where and why, in English.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// `404` for a thing named in the path.
    pub fn not_found(what: &str, id: &str) -> Self {
        Self::new(ProblemCode::NotFound).detail(format!("no {what} has the id {id:?}"))
    }

    /// `400` for a parameter, cursor or document that cannot be read.
    pub fn invalid(why: impl Into<String>) -> Self {
        Self::new(ProblemCode::InvalidRequest).detail(why)
    }

    /// `500`: logs the error with all its causes under a new trace id; the answer carries only that id.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let trace_id = format!("{:016x}", rand::random::<u64>());
        let causes: Vec<String> = std::iter::successors(Some(error), |e| e.source()).map(ToString::to_string).collect();
        tracing::error!(trace_id, error = causes.join(": "), "request failed inside");
        Self { trace_id: Some(trace_id), ..Self::new(ProblemCode::Internal) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let retry_after = self.retry_after_s.map(HeaderValue::from);
        let mut response = (status, axum::Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<state::Error> for Problem {
    /// What state refuses is the request's fault; what it cannot do now may work soon; the rest broke inside.
    fn from(error: state::Error) -> Self {
        match error.verdict() {
            state::Verdict::Reject => Self::invalid(error.to_string()),
            state::Verdict::Retry => {
                tracing::warn!(error = %error, "state is busy");
                Self { retry_after_s: Some(1), ..Self::new(ProblemCode::Unavailable) }
            }
            state::Verdict::Stop => Self::internal(&error),
        }
    }
}
