//! `yaoxia-box fsck`: the sealed log checked from its bytes, with the box's own key. The box must not be running.
//!
//! For an outside check against keys one trusts, `yaoxia-verify` is the program.

use crate::identity::{Identity, Keys};
use crate::places::Places;
use anyhow::{Context, Result, ensure};
use journal::{LogDir, OsDisk};
use record::{Entry, Zone};
use seal::Segment;
use seal::checkpoint::SignedCheckpoint;
use seal::tree::Frontier;
use serde::Serialize;
use std::sync::Arc;

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sound {
    /// Segments.
    pub segments: u64,
    /// Entries opened and read.
    pub entries: u64,
    /// Segments below a verified cosignature.
    pub witnessed: u64,
}

/// Reads every segment back. Fails at the first that does not hold, naming it.
pub fn fsck(places: &Places) -> Result<Sound> {
    let identity = Identity::load(places)?;
    let _lock = crate::run::lock(places)?;
    let keys = Keys::load(places)?;
    let (log, _) = LogDir::open(Arc::new(OsDisk), &places.log())?;
    let signer = keys.signer(&identity.origin)?;
    let mut sound = Sound { segments: log.size(), ..Sound::default() };
    if let Some(note) = log.checkpoint() {
        SignedCheckpoint::open(note, signer.verifier(), &[]).context("checkpoint")?;
    }
    let mut tree = Frontier::default();
    let mut last = None;
    for seg_no in 0..log.size() {
        let header = (|| {
            let file = log.segment(seg_no)?.context("file is missing")?;
            let segment = Segment::parse(&file)?;
            segment.check_public()?;
            segment.header().check_follows(last.as_ref())?;
            for zone in [Zone::White, Zone::Grey] {
                let opened = segment.open_zone(zone, &keys.read);
                if segment.header().zone(zone).count == 0 {
                    continue;
                }
                for bytes in opened?.entries() {
                    Entry::decode(bytes)?;
                    sound.entries += 1;
                }
            }
            Ok::<_, anyhow::Error>(segment.header().clone())
        })()
        .with_context(|| format!("segment {seg_no}"))?;
        tree.push(header.leaf_hash());
        last = Some(header);
    }
    ensure!(tree.root() == log.root_hash(), "segments give root {}, tiles {}", tree.root(), log.root_hash());
    let witnessed = log.witnessed();
    if witnessed > 0 {
        let note = log.receipt(witnessed)?.with_context(|| format!("receipt {witnessed} is missing"))?;
        let receipt = SignedCheckpoint::open(&note, signer.verifier(), std::slice::from_ref(&identity.witness))
            .with_context(|| format!("receipt {witnessed}"))?;
        ensure!(
            log.size() >= witnessed && log.root_at(witnessed)? == receipt.checkpoint.root,
            "the center cosigned {witnessed} segments with root {}; this log has {} and is not that log",
            receipt.checkpoint.root,
            log.size()
        );
        sound.witnessed = witnessed;
    }
    Ok(sound)
}
