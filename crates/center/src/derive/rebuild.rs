//! The lake made again from the segments: comes in state and evidence, goes out the same tables.
//!
//! The new tables are made beside the old ones and take their place when they are complete. Power lost before that leaves
//! the old ones; lost while they change places it leaves none, and the next start makes them from the first segment.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use lake::{Both, Content, Lake};
use state::State;

use super::evidence::{Evidence, Recent};
use super::tables::Tables;

/// What a rebuild found and made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Segments the tables are made of.
    pub segments: u64,
    /// Content before; none if the old tables could not be read.
    pub before: Option<Both<Content>>,
    /// Content now.
    pub after: Both<Content>,
}

/// Makes the tables in `lake_root` again. The center must not be running.
///
/// Fails with [`lake::Error::Busy`] while a writer lives, and leaves the old tables as they are on any failure before
/// the new ones are complete.
pub async fn rebuild(state: State, evidence: Evidence, lake_root: &Path) -> Result<Rebuilt> {
    let name = lake_root.file_name().context("the lake's folder has no name")?;
    let mut fresh_name = name.to_owned();
    fresh_name.push(".rebuilding");
    let fresh = lake_root.with_file_name(fresh_name);
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).with_context(|| format!("removing {}", fresh.display()))?;
    }
    let before = match content(lake_root).await {
        Ok(content) => Some(content),
        Err(error) => {
            tracing::warn!(%error, "the old tables cannot be read");
            None
        }
    };
    let mut tables = Tables::open(state, evidence, Arc::new(Recent::default()), &fresh).await?;
    let segments = tables.catch_up().await?;
    tables.close().await?;
    let after = content(&fresh).await?;
    lake::replace(lake_root, &fresh)?;
    Ok(Rebuilt { segments, before, after })
}

async fn content(root: &Path) -> Result<Both<Content>, lake::Error> {
    Lake::open(root).await?.content().await
}
