//! Enrolment, certificates and retirement of boxes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SignatureView, Time};

/// A box that may enrol.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewEnrolment {
    /// Its enterprise.
    pub enterprise: String,
    /// The name it gets: a-z, 0-9 and `-`.
    pub box_id: String,
    /// Hours the code is good, 1 to 720; 72 if absent.
    pub valid_hours: Option<u32>,
}

/// A code with which a box enrols. It is shown here and never again.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EnrolmentCode {
    /// The code.
    pub code: String,
    /// The name the box gets.
    pub box_id: String,
    /// Until when it is good.
    pub expires_at: Time,
}

impl std::fmt::Debug for EnrolmentCode {
    /// Never shows the code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolmentCode").field("box_id", &self.box_id).finish_non_exhaustive()
    }
}

/// A certificate of a box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CertificateRow {
    /// SHA-256 of its DER bytes, hexadecimal.
    pub fingerprint: String,
    /// When it was issued.
    pub issued_at: Time,
    /// Its end.
    pub not_after: Time,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Time>,
}

/// A box that is to get a new certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RotationAsked {
    /// Which.
    pub box_id: String,
    /// Since when. The box renews by itself at its next heartbeat.
    pub asked_at: Time,
}

/// A box to take out of service, or to accept again.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retirement {
    /// The reason, 1 to 500 characters.
    pub reason: String,
    /// The proof that `POST /session/proof` gave; good once.
    pub proof: String,
}

impl std::fmt::Debug for Retirement {
    /// Never shows the proof.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Retirement").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// A box whose log contradicted itself, accepted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Accepted {
    /// Which.
    pub box_id: String,
    /// Since when.
    pub accepted_at: Time,
    /// Who answers for it.
    pub signature: SignatureView,
}

/// A box out of service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Retired {
    /// Which.
    pub box_id: String,
    /// Since when.
    pub retired_at: Time,
    /// Who answers for it.
    pub signature: SignatureView,
}
