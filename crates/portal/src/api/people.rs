//! Who is logged in, who has an account, and how one gets in.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CatalogueRef, SignatureView, Text, Time};

/// What a person does at this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 管理员: opens accounts, changes settings; at both ends.
    Administrator,
    /// QA, at the enterprise end.
    Qa,
    /// 质量负责人, at the enterprise end.
    QaHead,
    /// 生产负责人, at the enterprise end.
    ProductionHead,
    /// 质量受权人, at the enterprise end.
    AuthorisedPerson,
    /// 信息化人员, at the enterprise end.
    PlantIt,
    /// 企业密钥保管人, at the enterprise end.
    EnterpriseCustodian,
    /// 监管人员, at the governance end.
    Officer,
    /// 审核人员, at the governance end.
    Reviewer,
    /// 检查员, at the governance end.
    Inspector,
    /// 领导, at the governance end.
    Leader,
    /// 监管密钥保管人, at the governance end.
    RegulatorCustodian,
    /// 审计人员, at the governance end.
    Auditor,
}

/// Roles of the API beside those of state.
const ROLES: [(Role, state::people::Role); 13] = {
    use state::people::Role as Stored;
    [
        (Role::Administrator, Stored::Administrator),
        (Role::Qa, Stored::Qa),
        (Role::QaHead, Stored::QaHead),
        (Role::ProductionHead, Stored::ProductionHead),
        (Role::AuthorisedPerson, Stored::AuthorisedPerson),
        (Role::PlantIt, Stored::PlantIt),
        (Role::EnterpriseCustodian, Stored::EnterpriseCustodian),
        (Role::Officer, Stored::Officer),
        (Role::Reviewer, Stored::Reviewer),
        (Role::Inspector, Stored::Inspector),
        (Role::Leader, Stored::Leader),
        (Role::RegulatorCustodian, Stored::RegulatorCustodian),
        (Role::Auditor, Stored::Auditor),
    ]
};

impl From<state::people::Role> for Role {
    fn from(role: state::people::Role) -> Self {
        ROLES.into_iter().find(|(_, stored)| *stored == role).expect("invariant: every role is paired").0
    }
}

impl From<Role> for state::people::Role {
    fn from(role: Role) -> Self {
        ROLES.into_iter().find(|(own, _)| *own == role).expect("invariant: every role is paired").1
    }
}

/// Which of the two systems answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// 企业端, on the box.
    Enterprise,
    /// 治理端, at the center.
    Governance,
}

/// Enterprise or office of the regulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A drug enterprise.
    Enterprise,
    /// An office of country, province, city or county.
    Office,
}

/// Whom people work for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganisationView {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Enterprise or office.
    pub kind: OrganisationKind,
    /// Division it answers for (GB/T 2260); `000000` is the country.
    #[schema(examples("330100"))]
    pub region: String,
}

impl From<&state::people::Organisation> for OrganisationView {
    fn from(row: &state::people::Organisation) -> Self {
        Self {
            id: row.id.clone(),
            name: Text { zh: row.name_zh.clone(), en: row.name_en.clone() },
            kind: match row.kind {
                state::people::OrganisationKind::Enterprise => OrganisationKind::Enterprise,
                state::people::OrganisationKind::Office => OrganisationKind::Office,
            },
            region: row.region.to_string(),
        }
    }
}

/// An office to add.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// Its code: 1 to 64 of a–z, A–Z, 0–9, `.`, `_`, `-`.
    pub id: String,
    /// Its name, both languages.
    pub name: Text,
    /// Division it answers for, inside the administrator's own.
    pub region: String,
}

/// Name and password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Login name.
    pub name: String,
    /// Password, as typed.
    pub password: String,
}

impl std::fmt::Debug for Login {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The own password, changed.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    pub old_password: String,
    /// The new one, 15 to 256 characters.
    pub new_password: String,
}

impl std::fmt::Debug for PasswordChange {
    /// Never shows a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordChange").finish_non_exhaustive()
    }
}

/// A code of an invitation or a recovery, and the password the person chooses.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeUse {
    /// The code as it was told; case, spaces and hyphens do not matter.
    pub code: String,
    /// The password, 15 to 256 characters.
    pub new_password: String,
}

impl std::fmt::Debug for CodeUse {
    /// Never shows code or password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeUse").finish_non_exhaustive()
    }
}

/// An account to open: the person chooses the password with the code this gives.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Login name: 1 to 64 of a–z, 0–9, `.`, `_`, `-`.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person does here.
    pub role: Role,
    /// Id of the organisation; the administrator's own if absent.
    pub organisation: Option<String>,
}

/// A code that opens an account once. It is shown here and never again.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invitation {
    /// Whose account.
    pub name: String,
    /// The code.
    pub code: String,
    /// Until when it is good.
    pub expires_at: Time,
    /// The signature that allowed it, of a recovery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<SignatureView>,
}

impl std::fmt::Debug for Invitation {
    /// Never shows the code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// The person can log in.
    Open,
    /// A code waits for the person to choose a password.
    Invited,
    /// Closed for ever.
    Closed,
}

/// One account of this end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRow {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person does here.
    pub role: Role,
    /// Id of the person's organisation.
    pub organisation: String,
    /// How the account stands.
    pub state: AccountState,
    /// When the account was opened.
    pub added_at: Time,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Time>,
    /// Until when the code waits, of an invited person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invited_until: Option<Time>,
    /// Failed logins since the last good one.
    pub failed_logins: u64,
    /// No login is tried before this; absent if one may be tried now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<Time>,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionRow {
    /// Its id, which opens nothing.
    pub id: String,
    /// When it began.
    pub began_at: Time,
    /// When it was last used, to the minute.
    pub seen_at: Time,
    /// Address the login came from; empty if not known.
    pub address: String,
    /// It is the one that asks.
    pub current: bool,
}

/// Why something is done, for the audit trail.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// The reason, 1 to 500 characters.
    pub reason: String,
}

/// A recovery to ask for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecovery {
    /// Whose account.
    pub person: String,
    /// The reason, 1 to 500 characters.
    pub reason: String,
}

/// One administrator asks that a person may choose a new password; another approves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecoveryRow {
    /// Its id.
    pub id: String,
    /// Whose account.
    pub person: String,
    /// Why.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: Time,
    /// Until when it can be approved.
    pub expires_at: Time,
}

/// A signed act: a re-authentication of this session.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proven {
    /// The proof that `POST /session/proof` gave; good once.
    pub proof: String,
}

impl std::fmt::Debug for Proven {
    /// Never shows the proof.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proven").finish_non_exhaustive()
    }
}

/// The password, shown again in a living session.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reauthentication {
    /// The own password.
    pub password: String,
}

impl std::fmt::Debug for Reauthentication {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reauthentication").finish_non_exhaustive()
    }
}

/// A proof that the password was shown again. It is good for one signature.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Proof {
    /// Give this with what is to be signed.
    pub proof: String,
    /// Until when.
    pub expires_at: Time,
}

impl std::fmt::Debug for Proof {
    /// Never shows the proof.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proof").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The logged-in person and what the page needs to know before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person does here.
    pub role: Role,
    /// Whom the person works for; an officer sees the division of the office.
    pub organisation: OrganisationView,
    /// Every act the role may do here, as words of the access table: show only these.
    pub acts: Vec<String>,
    /// Send this as `X-CSRF-Token` with every request that is not GET.
    pub csrf_token: String,
    /// When the session ends at the latest.
    pub session_ends_at: Time,
    /// Which end this is.
    pub end: End,
    /// What this installation calls itself: the enterprise, or the regulator.
    pub site: Text,
    /// Catalogue in force here.
    pub catalogue: CatalogueRef,
}

/// Which signatures to list.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SignatureQuery {
    /// Name of the signed record: `recovery/…`, `box/box-1/retirement`.
    pub record: String,
}
