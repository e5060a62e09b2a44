//! What a start makes of what the last one left: counts of sealed segments, frames not sealed yet, damage.

use crate::clock;
use crate::engine::{BOX_SOURCE, Durable, Engine};
use crate::intake::Ready;
use anyhow::{Context, Result, bail};
use journal::{Damage, Frame, LogDir, Recovery, Tally};
use record::{Cause, Digest, Entry, Gap, SourceId, Zone};
use seal::{RecipientSecret, Segment};
use state::State;
use state::boxindex::{self, Below};
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::mpsc;

/// Frames read ahead while they are taken in again.
const READ_AHEAD_FRAMES: usize = 8;

/// Frames behind the last segment, summed up without keeping them.
#[derive(Debug, Default)]
pub struct Unsealed {
    /// First frame that is in no segment.
    pub from: u64,
    /// Their counts by source.
    pub tallies: BTreeMap<SourceId, Tally>,
    /// Findings among them.
    pub findings: BTreeSet<Digest>,
}

/// Finds where the log ends in the journal.
///
/// Fails if the journal remembers more segments than the log has: an older copy of the log was put back, and nothing may
/// be signed on top of it.
pub fn unsealed(recovery: &Recovery, log_size: u64) -> Result<Unsealed> {
    let fresh_journal = recovery.next_seq == 0 && recovery.state.intents.is_empty();
    let from = match recovery.state.sealed_upto(log_size) {
        Some(from) => from,
        None if fresh_journal => {
            tracing::error!(log_size, "the journal is gone; sources are asked from their beginning");
            0
        }
        None => bail!(
            "the log folder holds {log_size} segments, but the journal has sealed others ({:?}): an older copy of one of \
             them was put back; restore the newest copy of both",
            recovery.state.intents.keys().collect::<Vec<_>>()
        ),
    };
    let mut found = Unsealed { from, ..Unsealed::default() };
    recovery.replay.frames(from, |_, frame| {
        found.tallies.entry(frame.connector.clone()).or_default().add(&frame.tally);
        if frame.connector.as_str() == BOX_SOURCE {
            for entry in decode(&frame)? {
                if let Entry::Finding(finding) = entry {
                    found.findings.insert(finding.id);
                }
            }
        }
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(found)
}

/// Takes the unsealed frames in again: index, rules, sealer. Returns how many there were.
pub async fn replay(recovery: &Recovery, unsealed: &Unsealed, engine: &Engine) -> Result<u64> {
    let (sender, mut frames) = mpsc::channel(READ_AHEAD_FRAMES);
    let (replay, from) = (recovery.replay.clone(), unsealed.from);
    let reader = tokio::task::spawn_blocking(move || {
        replay.frames(from, |seq, frame| sender.blocking_send((seq, frame)).ok().context("recovery was ended"))
    });
    let mut count = 0;
    while let Some((seq, frame)) = frames.recv().await {
        count += 1;
        let (entries, known) = (decode(&frame)?, Ready::known(&frame));
        let frame = Durable { seq, known, entries, tally: frame.tally, source: frame.connector, recovered: true };
        engine.settle(vec![frame], &unsealed.findings).await?;
    }
    reader.await.context("reading the journal")??;
    Ok(count)
}

fn decode(frame: &Frame) -> Result<Vec<Entry>> {
    frame.entries.iter().map(|bytes| Entry::decode(bytes).context("an entry of the journal")).collect()
}

/// A frame whose gaps account for damage of the journal; none if only sealed frames were damaged.
pub fn gaps_of_damage(damage: &Damage, recovery: &Recovery, sealed_upto: u64) -> Result<Ready> {
    let own = SourceId::parse(BOX_SOURCE)?;
    let mut frame = Frame { settles: vec![damage.id], ..Frame::empty(own) };
    let mut entries = Vec::new();
    let harmless = damage.frames.is_some_and(|(_, until)| until <= sealed_upto);
    if !harmless {
        let sources: Vec<_> =
            recovery.state.connectors.iter().filter(|(source, _)| source.as_str() != BOX_SOURCE).collect();
        // With one source the number of lost values is its own; with several nobody can say whose they were.
        let lost = damage.values.filter(|_| sources.len() == 1);
        for (source, connector) in &sources {
            let gap = Gap {
                source: (*source).clone(),
                address: None,
                from: connector.seen_until,
                until: clock::now(),
                lost,
                cause: Cause::Corruption,
                filled: false,
            };
            entries.push(Entry::Gap(gap));
        }
        if let [(source, _)] = sources.as_slice() {
            frame.connector = (*source).clone();
            frame.tally.lost = lost.unwrap_or(0);
        }
    }
    for entry in &entries {
        let mut bytes = Vec::new();
        entry.encode(&mut bytes)?;
        frame.entries.push(bytes);
    }
    Ok(Ready { frame, entries })
}

/// Makes sure that the index knows what lies below the end of the log, and gives it. What it lacks is counted again from
/// the segments, so that a lost index costs time, not truth.
pub async fn below(state: &State, log: &LogDir, read: &RecipientSecret) -> Result<Below> {
    let Some(last) = log.size().checked_sub(1) else { return Ok(Below::default()) };
    let newest = boxindex::newest(state.read(), last).await?;
    let (mut below, mut next) = match newest {
        Some(seg_no) => match boxindex::below(state.read(), seg_no).await? {
            Some((below, _)) => (below, seg_no + 1),
            None => bail!("counts of segment {seg_no} are gone while they are read"),
        },
        None => (Below::default(), 0),
    };
    while next <= last {
        let file = log.segment(next)?.with_context(|| format!("segment {next} is missing"))?;
        let segment = Segment::parse(&file).with_context(|| format!("segment {next}"))?;
        add(&mut below, &segment, read).with_context(|| format!("segment {next}"))?;
        let write = state.write().await?;
        boxindex::closed(&*write, next, &below, segment.header().fields.closed.wall).await?;
        write.commit().await?;
        next += 1;
    }
    Ok(below)
}

fn add(below: &mut Below, segment: &Segment<'_>, read: &RecipientSecret) -> Result<()> {
    below.entries += segment.header().entry_count();
    for zone in [Zone::White, Zone::Grey] {
        if segment.header().zone(zone).count == 0 {
            continue;
        }
        let opened = segment.open_zone(zone, read)?;
        for bytes in opened.entries() {
            match Entry::decode(bytes)? {
                Entry::Reading(_) => below.accepted += 1,
                Entry::Event(event) if event.source.as_str() == BOX_SOURCE => {}
                Entry::Event(_) => below.accepted += 1,
                Entry::Block(block) => {
                    below.accepted += u64::try_from(block.rows.len()).context("rows of a block")?;
                }
                Entry::Reject(_) => below.rejected += 1,
                Entry::Gap(gap) if !gap.filled => below.lost += gap.lost.unwrap_or(0),
                Entry::Gap(_) | Entry::Finding(_) => {}
            }
        }
    }
    Ok(())
}
