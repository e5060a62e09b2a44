//! What a program must be able to answer: the seam between this crate and edge or center.
//!
//! The portal owns every route with its session check, its limits and its OpenAPI description, and answers warnings and
//! series itself from `state`, the same at both ends. What only the program knows it asks through one of these traits.

use async_trait::async_trait;
use state::region::Within;

use crate::Problem;
use crate::api::{BoxRow, BoxStatus, Latest, LogEvidence, Overview};

/// 企业端: what only the box knows.
#[async_trait]
pub trait EnterpriseEnd: Send + Sync + 'static {
    /// State of the box.
    async fn status(&self) -> Result<BoxStatus, Problem>;

    /// The newest reading of each stream.
    async fn latest(&self) -> Result<Latest, Problem>;

    /// The sealed log: its newest checkpoint and the newest receipt of the center.
    async fn evidence(&self) -> Result<LogEvidence, Problem>;
}

/// 治理端: what only the center knows.
#[async_trait]
pub trait GovernanceEnd: Send + Sync + 'static {
    /// The center's figures, of the enterprises that whoever asks may see.
    async fn overview(&self, within: &Within) -> Result<Overview, Problem>;

    /// Their boxes by enterprise, then id; a center has at most a few thousand.
    async fn boxes(&self, within: &Within) -> Result<Vec<BoxRow>, Problem>;
}
