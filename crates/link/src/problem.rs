//! Why the center did not do what the box asked (RFC 9457), and what the box does next.

use record::Verdict;
use serde::{Deserialize, Serialize};

use crate::Message;

/// The reasons, each with one HTTP status and one verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The message cannot be read.
    Malformed,
    /// The body is longer than allowed.
    TooLarge,
    /// The body ended before its announced length, or came too slowly.
    Truncated,
    /// No such enrolment code.
    CodeUnknown,
    /// The enrolment code has ended.
    CodeExpired,
    /// The enrolment code was used before.
    CodeUsed,
    /// The log key is another box's already.
    KeyTaken,
    /// No client certificate came.
    CertificateMissing,
    /// The client certificate is of no box here, revoked or past its end.
    CertificateUnknown,
    /// The box is frozen: its log contradicted itself.
    Frozen,
    /// The box is out of service.
    Retired,
    /// The upload does not begin where the center's copy ends; `size` says where that is.
    Size,
    /// Another segment is held under this number, or the head contradicts the held one. Both are kept as evidence.
    Forked,
    /// A hash, root, signature or key does not hold.
    Unverified,
    /// Nothing at this path.
    NotFound,
    /// Too many requests under way.
    Busy,
    /// The center cannot store just now.
    Unavailable,
}

impl ProblemKind {
    /// HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed | Self::Truncated => 400,
            Self::CertificateMissing | Self::CodeUnknown => 401,
            Self::CertificateUnknown | Self::Frozen | Self::Retired | Self::CodeExpired | Self::CodeUsed => 403,
            Self::NotFound => 404,
            Self::Size | Self::Forked | Self::KeyTaken => 409,
            Self::TooLarge => 413,
            Self::Unverified => 422,
            Self::Busy => 429,
            Self::Unavailable => 503,
        }
    }

    /// Short name, as in `urn:yaoxia:link:<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::Truncated => "truncated",
            Self::CodeUnknown => "code-unknown",
            Self::CodeExpired => "code-expired",
            Self::CodeUsed => "code-used",
            Self::KeyTaken => "key-taken",
            Self::CertificateMissing => "certificate-missing",
            Self::CertificateUnknown => "certificate-unknown",
            Self::Frozen => "frozen",
            Self::Retired => "retired",
            Self::Size => "size",
            Self::Forked => "forked",
            Self::Unverified => "unverified",
            Self::NotFound => "not-found",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
        }
    }

    /// What the box does: try again later, ask for the state and go on from there, or stop and tell a person.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Busy | Self::Unavailable | Self::Truncated => Verdict::Retry,
            Self::Size | Self::NotFound => Verdict::Reject,
            Self::Malformed
            | Self::TooLarge
            | Self::CodeUnknown
            | Self::CodeExpired
            | Self::CodeUsed
            | Self::KeyTaken
            | Self::CertificateMissing
            | Self::CertificateUnknown
            | Self::Frozen
            | Self::Retired
            | Self::Forked
            | Self::Unverified => Verdict::Stop,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Malformed => "message cannot be read",
            Self::TooLarge => "body is too long",
            Self::Truncated => "body is incomplete",
            Self::CodeUnknown => "enrolment code is not known",
            Self::CodeExpired => "enrolment code has ended",
            Self::CodeUsed => "enrolment code was used before",
            Self::KeyTaken => "log key belongs to another box",
            Self::CertificateMissing => "client certificate is missing",
            Self::CertificateUnknown => "client certificate is of no box here",
            Self::Frozen => "box is frozen",
            Self::Retired => "box is out of service",
            Self::Size => "upload does not begin where the held log ends",
            Self::Forked => "log contradicts the held one",
            Self::Unverified => "segment does not verify",
            Self::NotFound => "nothing here",
            Self::Busy => "too many requests",
            Self::Unavailable => "cannot store just now",
        }
    }
}

/// The problem document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// `urn:yaoxia:link:<kind>`.
    #[serde(rename = "type")]
    pub urn: String,
    /// The kind in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// The kind.
    pub kind: ProblemKind,
    /// Where and why, in English.
    pub detail: String,
    /// Segments the center holds, with [`ProblemKind::Size`] and [`ProblemKind::Forked`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

impl Problem {
    /// A problem of a kind, with where and why.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            urn: format!("urn:yaoxia:link:{}", kind.name()),
            title: kind.title().to_owned(),
            status: kind.status(),
            kind,
            detail: detail.into(),
            size: None,
        }
    }

    /// The same with the size the center holds.
    #[must_use]
    pub fn with_size(self, size: u64) -> Self {
        Self { size: Some(size), ..self }
    }
}

impl Message for Problem {
    const WHAT: &'static str = "problem";
}
