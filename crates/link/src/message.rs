//! The JSON messages. Unknown fields are refused: two ends that differ in what they mean must notice at once.

use record::Digest;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Error;

/// Version both ends must speak.
pub const PROTOCOL: u32 = 1;
/// Longest JSON message in bytes.
pub const MESSAGE_LEN_MAX: usize = 64 << 10;

/// A JSON message of the link.
pub trait Message: Serialize + DeserializeOwned {
    /// What it is called in errors.
    const WHAT: &'static str;

    /// Reads a message. Fails with [`Error::TooLong`] or [`Error::Json`], naming the place.
    fn from_bytes(body: &[u8]) -> Result<Self, Error> {
        if body.len() > MESSAGE_LEN_MAX {
            let (found, limit) = (body.len() as u64, MESSAGE_LEN_MAX as u64);
            return Err(Error::TooLong { what: Self::WHAT, found, limit });
        }
        serde_json::from_slice(body).map_err(|error| Error::Json {
            what: Self::WHAT,
            line: error.line(),
            column: error.column(),
            why: error.to_string(),
        })
    }

    /// The message's bytes.
    fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("invariant: texts and numbers always serialise")
    }
}

/// A box asks to be enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The one-time code.
    pub code: String,
    /// PKCS #10 request for the client certificate, PEM. Its subject is ignored.
    pub csr: String,
    /// Public key of the box's log as a C2SP verifier key under any name; the center gives the name.
    pub log_key: String,
    /// Public key with which the box reads its own past (`YAOXIA+X25519+…`).
    pub read_key: String,
    /// Program and version.
    pub software: String,
}

/// An enterprise as told to its box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enterprise {
    /// Its code.
    pub id: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Public key the enterprise reads its white and grey data with.
    pub key: String,
}

/// A box is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolReply {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The box's name at the center.
    pub box_id: String,
    /// Whose box it is.
    pub enterprise: Enterprise,
    /// Client certificate, PEM.
    pub certificate: String,
    /// Certificate of the center's authority, PEM: what the box trusts the center's server by.
    pub authority: String,
    /// Origin of the box's log: the name its checkpoints are signed under.
    pub origin: String,
    /// The log key under that name, for whoever verifies the log.
    pub vkey: String,
    /// The center's cosigning key.
    pub witness_vkey: String,
    /// Public key white data is addressed to.
    pub center_key: String,
}

/// An enrolled box asks for a new certificate, for a new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewRequest {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// PKCS #10 request for the client certificate, PEM. Its subject is ignored.
    pub csr: String,
}

/// The new certificate. The ones before it are revoked when the box first beats with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenewReply {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Client certificate, PEM.
    pub certificate: String,
}

/// What the center holds of the asking box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CenterState {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Segments held and witnessed.
    pub size: u64,
    /// Root of the log at that size, 64 hex digits.
    pub root: String,
    /// Center clock, microseconds since 1970.
    pub clock_us: i64,
    /// Set if nothing of this box is accepted: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<String>,
    /// The box is to ask for a new certificate: an administrator wants it, or the one it shows nears its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub renew: bool,
}

impl CenterState {
    /// The root as a digest.
    pub fn root(&self) -> Result<Digest, Error> {
        Digest::from_hex(&self.root)
            .ok_or_else(|| Error::Hex { what: "root", text: self.root.chars().take(80).collect() })
    }
}

/// A box says that it lives and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// Program and version.
    pub software: String,
    /// Box clock, microseconds since 1970.
    pub clock_us: i64,
    /// Entries behind an fsync.
    pub durable_entries: u64,
    /// Entries in box-signed checkpoints.
    pub sealed_entries: u64,
    /// Size of the box's log.
    pub sealed_segments: u64,
    /// When the oldest segment without a receipt was closed, microseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_unsent_us: Option<i64>,
    /// The newest checkpoint note, if there is one: an idle box too says which log it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// The center holds the segment durably and has cosigned the head that ends with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Place in the center's one order.
    pub ingest_no: u64,
    /// The segment.
    pub seg_no: u64,
    /// Size of the cosigned head.
    pub size: u64,
    /// The center's signature line (cosignature/v1), as it is added to the checkpoint note.
    pub cosignature: String,
}

macro_rules! messages {
    ($($name:ident $what:literal),* $(,)?) => {
        $(impl Message for $name { const WHAT: &'static str = $what; })*
    };
}

messages! {
    EnrolRequest "enrolment request",
    EnrolReply "enrolment reply",
    CenterState "center state",
    Heartbeat "heartbeat",
    Receipt "receipt",
    RenewRequest "renewal request",
    RenewReply "renewal reply",
}
