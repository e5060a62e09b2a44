//! The audit trail and signatures, as pages show them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Role, Time};

/// One row of the audit trail. What is not known, or does not apply, is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditRow {
    /// Its number, from 1, without a gap.
    pub seq: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Login name; `operator` for the operator's command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Id of the person's organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// What: `login`, `logout`, or a word of the access table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// To what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What was there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// Why; of a refusal, the problem's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Address the request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Hash of the session's token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Hash of this row and all before it, hexadecimal.
    #[serde(default)]
    pub hash: String,
}

/// Which rows to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only of this login name.
    pub who: Option<String>,
    /// Only of this act.
    pub act: Option<String>,
    /// Only on this object, such as `person/li.na`.
    pub object: Option<String>,
    /// Only from this time on, RFC 3339.
    pub from: Option<String>,
    /// Only before this time, RFC 3339.
    pub until: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Rows wanted, 1 to 500; 50 if absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
}

/// What a signature means (21 CFR 11.50).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeaningName {
    /// 审核.
    Review,
    /// 批准.
    Approval,
    /// 负责.
    Responsibility,
    /// 编写.
    Authorship,
}

impl From<state::signatures::Meaning> for MeaningName {
    fn from(meaning: state::signatures::Meaning) -> Self {
        use state::signatures::Meaning;
        match meaning {
            Meaning::Review => Self::Review,
            Meaning::Approval => Self::Approval,
            Meaning::Responsibility => Self::Responsibility,
            Meaning::Authorship => Self::Authorship,
        }
    }
}

/// A signature, shown wherever the signed thing is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignatureView {
    /// Login name of the signer.
    pub signer: String,
    /// The signer's name as printed.
    pub display_name: String,
    /// Id of the organisation.
    pub organisation: String,
    /// The signer's role then.
    pub role: Role,
    /// When.
    pub at: Time,
    /// What it means.
    pub meaning: MeaningName,
    /// Name of the signed record.
    pub record: String,
    /// SHA-256 of the signed bytes, hexadecimal.
    pub record_hash: String,
    /// Hash over all of it, hexadecimal.
    pub digest: String,
    /// Row of the audit trail that holds it.
    pub audit_seq: u64,
}
