//! A box on its feet: recovered, sealing, its start on record, but reaching neither sources nor center yet.
//!
//! Comes in: the configuration, keys and folders of a box whose lock the caller holds. Goes out: an engine that makes
//! entries durable and has them sealed. What [`crate::run`] and [`crate::ceremony`] share.

use crate::config::Loaded;
use crate::counts::{Counts, Sealed};
use crate::engine::{Durable, Engine};
use crate::identity::{Identity, Keys};
use crate::intake::ZonePolicy;
use crate::live::Page;
use crate::places::Places;
use crate::sealing::{self, Origin, SEALER_QUEUE_MAX, Sealer, SealerStart};
use crate::{changes, clock, recover, uplink};
use anyhow::{Context, Result};
use journal::{Disk, Journal, LogDir, OsDisk, Recovery, Sizes, Tally};
use portal::Live;
use record::{Catalogue, Digest, EquipmentId, EventKind, Qualifiers, SourceId, Subject, Timestamp};
use sha2::{Digest as _, Sha256};
use state::State;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The parts of a box that stands.
#[derive(Debug)]
pub struct Standing {
    /// Index, series, warnings, accounts.
    pub state: State,
    /// The sealed log.
    pub log: Arc<Mutex<LogDir>>,
    /// What is counted.
    pub counts: Arc<Counts>,
    /// The enterprise end's live stream.
    pub live: Live,
    /// What the page is told.
    pub page: Page,
    /// Makes entries durable. The sealer ends when the last handle of it is gone.
    pub engine: Arc<Engine>,
    /// The task that seals.
    pub sealer: JoinSet<Result<()>>,
    /// What the journal held.
    pub recovery: Recovery,
}

/// Recovers the box and seals that it has started.
///
/// Fails if anything it stands on can no longer be trusted. The caller holds the data folder's lock.
pub async fn stand(
    loaded: &Loaded,
    places: &Places,
    identity: &Identity,
    keys: &Keys,
    catalogue: &'static Catalogue,
    started_at: Timestamp,
) -> Result<Standing> {
    let policy = ZonePolicy::from(loaded.config.policy.zones);
    let state = State::open(&places.state_url()).await?;
    name_enterprise(&state, identity).await?;
    let write = state.write().await?;
    state::people::organisations::settle(&*write, &identity.organisation(), clock::now()).await?;
    write.commit().await?;
    changes::record(loaded, places, &state, clock::now()).await?;
    let disk: Arc<dyn Disk> = Arc::new(OsDisk);
    let (log, found) = LogDir::open(Arc::clone(&disk), &places.log()).context("opening the sealed log")?;
    for path in &found.removed {
        tracing::warn!(path = %path.display(), "removed what an unfinished seal left");
    }
    let (journal, recovery) = Journal::open(disk, &places.wal(), &keys.journal, rand::random(), Sizes::default())
        .context("opening the journal")?;
    let unsealed = recover::unsealed(&recovery, log.size())?;
    let below = recover::below(&state, &log, &keys.read).await?;
    tracing::info!(
        box_id = %identity.box_id,
        incarnation = recovery.incarnation,
        segments = log.size(),
        torn_bytes = recovery.torn_bytes,
        damages = recovery.damages.len(),
        "recovered"
    );

    let origin = Origin {
        origin: identity.origin.clone(),
        signer: keys.signer(&identity.origin)?,
        recipients: identity.recipients(&keys.read, &loaded.config.policy.custodians),
        read: keys.read.clone(),
        incarnation: recovery.incarnation,
        policy: Digest(Sha256::digest(policy.name()).into()),
        config: loaded.hash,
        software: software_hash()?,
    };
    let witnessed = uplink::newest_receipt(&log, &origin, &identity.witness, &state).await?;
    let sealed = Sealed { segments: log.size(), below, at: None, waiting: 0 };
    let tallies: BTreeMap<SourceId, Tally> =
        recovery.state.connectors.iter().map(|(id, connector)| (id.clone(), connector.tally)).collect();
    let counts = Arc::new(Counts::new(tallies.clone(), sealed, witnessed));
    let log = Arc::new(Mutex::new(log));
    let start = SealerStart {
        below,
        sources: sealed_tallies(tallies, &unsealed.tallies),
        torn_bytes: recovery.torn_bytes,
        quarantined: !recovery.damages.is_empty(),
    };
    let sealer = Sealer::new(journal.clone(), Arc::clone(&log), origin, start)?;

    let (to_sealer, frames) = mpsc::channel(SEALER_QUEUE_MAX);
    let mut sealer_task: JoinSet<Result<()>> = JoinSet::new();
    sealer_task.spawn(sealing::run(sealer, frames, unsealed.from, state.clone(), Arc::clone(&counts)));
    let live = Live::new(started_at);
    let page = Page::new(live.clone());
    let engine = Arc::new(Engine::new(
        (journal, state.clone(), to_sealer),
        Arc::clone(&counts),
        page.clone(),
        (identity.enterprise.clone(), catalogue),
    ));
    let replayed = recover::replay(&recovery, &unsealed, &engine).await?;
    for damage in &recovery.damages {
        tracing::error!(path = %damage.path.display(), offset = damage.id.offset, bytes = damage.bytes, "journal damaged");
        let ready = recover::gaps_of_damage(damage, &recovery, unsealed.from)?;
        let durable = engine.append(ready).await?;
        engine.settle(vec![Durable { recovered: true, ..durable }], &BTreeSet::new()).await?;
    }
    announce(&engine, identity, &recovery, replayed).await?;
    Ok(Standing { state, log, counts, live, page, engine, sealer: sealer_task, recovery })
}

fn sealed_tallies(
    mut all: BTreeMap<SourceId, Tally>,
    unsealed: &BTreeMap<SourceId, Tally>,
) -> BTreeMap<SourceId, Tally> {
    for (source, open) in unsealed {
        if let Some(tally) = all.get_mut(source) {
            tally.accepted = tally.accepted.saturating_sub(open.accepted);
            tally.rejected = tally.rejected.saturating_sub(open.rejected);
            tally.lost = tally.lost.saturating_sub(open.lost);
        }
    }
    all
}

async fn name_enterprise(state: &State, identity: &Identity) -> Result<()> {
    let row = state::boxes::Enterprise {
        id: identity.enterprise.clone(),
        name_zh: identity.enterprise_name.zh.clone(),
        name_en: identity.enterprise_name.en.clone(),
        region: String::new(),
    };
    let write = state.write().await?;
    state::boxes::put_enterprise(&*write, &row, clock::now()).await?;
    write.commit().await?;
    Ok(())
}

/// Seals the start as an event: which start it is, what it found.
async fn announce(engine: &Engine, identity: &Identity, recovery: &journal::Recovery, replayed: u64) -> Result<()> {
    let about = Subject::Equipment(EquipmentId::parse(identity.box_id.as_str())?);
    let facts = [
        ("state", "started".to_owned()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("incarnation", recovery.incarnation.to_string()),
        ("torn_bytes", recovery.torn_bytes.to_string()),
        ("damages", recovery.damages.len().to_string()),
        ("frames_recovered", replayed.to_string()),
    ];
    let attributes: Qualifiers = facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let serial = format!("start/{}", recovery.incarnation);
    let event = engine.own_event(EventKind::BoxState, about, attributes, &serial)?;
    let durable = engine.append(engine.own_frame(vec![event])?).await?;
    engine.settle(vec![Durable { recovered: true, ..durable }], &BTreeSet::new()).await
}

/// Hash of the running program's file.
fn software_hash() -> Result<Digest> {
    let path = std::env::current_exe().context("finding the program's file")?;
    let mut file = File::open(&path).with_context(|| format!("reading {}", path.display()))?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0u8; 1 << 20];
    loop {
        let read = std::io::Read::read(&mut file, &mut chunk).with_context(|| format!("reading {}", path.display()))?;
        if read == 0 {
            return Ok(Digest(hash.finalize().into()));
        }
        hash.update(&chunk[..read]);
    }
}
