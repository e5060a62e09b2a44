//! 企业端: what the box answers on its own page.

use crate::clock;
use crate::counts::{Counts, view};
use crate::identity::Identity;
use crate::intake::ZonePolicy;
use crate::live::Page;
use crate::places::Places;
use async_trait::async_trait;
use journal::{LogDir, Tally};
use portal::Problem;
use portal::api::{BoxStatus, CatalogueRef, EnterpriseRef, Latest, LogEvidence, Progress, SourceRow, Text};
use portal::ends::EnterpriseEnd;
use record::{Catalogue, Timestamp};
use state::State;
use state::region::Within;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// The enterprise end of one box.
#[derive(Debug)]
pub struct BoxEnd {
    /// Who it is.
    pub identity: Identity,
    /// What it may claim.
    pub counts: Arc<Counts>,
    /// Newest readings.
    pub page: Page,
    /// Warnings.
    pub state: State,
    /// Catalogue in force.
    pub catalogue: &'static Catalogue,
    /// Zone policy in force.
    pub policy: ZonePolicy,
    /// Data folder.
    pub data_dir: PathBuf,
    /// The sealed log.
    pub log: Arc<Mutex<LogDir>>,
    /// Key that verifies its checkpoints, C2SP text form.
    pub log_vkey: String,
    /// When the program started.
    pub started_at: Timestamp,
}

#[async_trait]
impl EnterpriseEnd for BoxEnd {
    async fn status(&self) -> Result<BoxStatus, Problem> {
        let sealed = self.counts.sealed_now();
        let witnessed = self.counts.witnessed_now();
        let (uplink, uplink_at) = self.counts.uplink_now();
        let sources = self.counts.sources();
        let mut total = Tally::default();
        sources.values().for_each(|source| total.add(&source.tally));
        let witnessed_at = witnessed.cosigned.map(|cosigned| seconds(cosigned.time_s).into());
        Ok(BoxStatus {
            box_id: Some(self.identity.box_id.to_string()),
            enterprise: EnterpriseRef {
                id: self.identity.enterprise.to_string(),
                name: self.identity.enterprise_name.clone(),
            },
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started_at.into(),
            uplink,
            uplink_at: uplink_at.map(Into::into),
            counts: view(&total),
            progress: Progress {
                durable_entries: sealed.below.entries + sealed.waiting,
                sealed_entries: sealed.below.entries,
                witnessed_entries: witnessed.below.entries,
                sealed_segments: sealed.segments,
                witnessed_segments: witnessed.segments,
                sealed_at: sealed.at.map(Into::into),
                witnessed_at,
            },
            sources: sources
                .into_iter()
                .filter(|(_, source)| !source.kind.is_empty())
                .map(|(id, source)| SourceRow {
                    id: id.to_string(),
                    kind: source.kind.to_owned(),
                    state: source.state,
                    last_received_at: source.last_received_at.map(Into::into),
                    counts: source.view(),
                    last_error: source.last_error,
                })
                .collect(),
            disk_free_bytes: disk_free_bytes(&self.data_dir),
            clock_synchronised: clock::synchronised(),
            zone_policy: policy_text(self.policy),
            catalogue: CatalogueRef {
                version: self.catalogue.version().to_owned(),
                status: self.catalogue.status().to_owned(),
            },
            warnings_open: portal::open_by_level(&self.state, &Within::All).await?,
        })
    }

    async fn latest(&self) -> Result<Latest, Problem> {
        Ok(self.page.latest())
    }

    async fn evidence(&self) -> Result<LogEvidence, Problem> {
        let log = Arc::clone(&self.log);
        // The sealer holds the log through its fsyncs, and a receipt is a file: neither belongs on the page's threads.
        let (checkpoint, receipt) = tokio::task::spawn_blocking(move || {
            let log = crate::sealing::lock(&log);
            let receipt = match log.witnessed() {
                0 => None,
                size => log.receipt(size)?,
            };
            Ok::<_, journal::Error>((log.checkpoint().map(<[u8]>::to_vec), receipt))
        })
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))?;
        let note = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(LogEvidence {
            origin: self.identity.origin.clone(),
            vkey: self.log_vkey.clone(),
            folder: Some(Places::new(&self.data_dir).log().display().to_string()),
            checkpoint: checkpoint.map(note),
            receipt: receipt.map(note),
        })
    }
}

fn seconds(time_s: u64) -> Timestamp {
    Timestamp(i64::try_from(time_s).unwrap_or(i64::MAX / 1_000_000).saturating_mul(1_000_000))
}

fn disk_free_bytes(folder: &std::path::Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}

fn policy_text(policy: ZonePolicy) -> Text {
    match policy {
        ZonePolicy::AllWhiteDemo => Text {
            zh: "演示策略：全部数据为白区".to_owned(),
            en: "demonstration policy: all data is white".to_owned(),
        },
        ZonePolicy::Catalogue => {
            Text { zh: "按目录划分白区、灰区、黑区".to_owned(), en: "zones by the catalogue".to_owned() }
        }
    }
}
