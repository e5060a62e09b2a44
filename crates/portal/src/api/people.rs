//! Who is logged in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CatalogueRef, Text, Time};

/// What a person may do at this end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads, and manages people of this end.
    Administrator,
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

impl From<state::people::Role> for Role {
    fn from(role: state::people::Role) -> Self {
        match role {
            state::people::Role::Viewer => Self::Viewer,
            state::people::Role::Administrator => Self::Administrator,
        }
    }
}

impl From<Role> for state::people::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Administrator => Self::Administrator,
        }
    }
}

/// An account to open.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// Login name: 1 to 64 of a–z, 0–9, `.`, `_`, `-`.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// First password, 15 to 256 characters.
    pub password: String,
}

impl std::fmt::Debug for NewPerson {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPerson").field("name", &self.name).field("role", &self.role).finish_non_exhaustive()
    }
}

/// One account of this end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRow {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// When the account was opened.
    pub added_at: Time,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Time>,
}

/// The logged-in person and what the page needs to know before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// Login name.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
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
