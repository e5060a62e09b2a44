//! Closing one segment: entries, keys, header, files, checkpoint.

use super::OpenSegment;
use crate::clock;
use anyhow::{Context, Result, ensure};
use journal::{Journal, LogDir, Outcome, Reread, Step, Tally};
use record::{Digest, Entry, SourceId, Timestamp, Zone};
use seal::checkpoint::{Checkpoint, sign};
use seal::{
    Cosigned, EntryBytes, Header, HeaderFields, HeaderFlags, Keys, Moment, RecipientSecret, Recipients, Segment,
    SegmentId, SignerKey, log_id,
};
use sha2::{Digest as _, Sha256};
use state::boxindex::Below;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is the same for all segments of one start.
#[derive(Debug)]
pub struct Origin {
    /// Name of the log.
    pub origin: String,
    /// Signs checkpoints under that name.
    pub signer: SignerKey,
    /// Who can open what.
    pub recipients: Recipients,
    /// Opens what was just sealed, to check it before it is signed.
    pub read: RecipientSecret,
    /// Number of this start.
    pub incarnation: u64,
    /// Hash of the zone policy in force.
    pub policy: Digest,
    /// Hash of the configuration.
    pub config: Digest,
    /// Hash of the program.
    pub software: Digest,
}

/// What the sealer begins with.
#[derive(Debug)]
pub struct SealerStart {
    /// What lies below the end of the log.
    pub below: Below,
    /// Counts of each source below the end of the log.
    pub sources: BTreeMap<SourceId, Tally>,
    /// Bytes of an unfinished journal write that were dropped.
    pub torn_bytes: u64,
    /// Damaged journal files are kept aside.
    pub quarantined: bool,
}

/// Makes segments.
#[derive(Debug)]
pub struct Sealer {
    journal: Journal,
    log: Arc<Mutex<LogDir>>,
    origin: Origin,
    log_id: Digest,
    boot_id: [u8; 16],
    last: Option<Header>,
    opened: Moment,
    start: SealerStart,
}

/// A segment that is in the log now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Its number.
    pub seg_no: u64,
    /// Entries in it.
    pub entries: u64,
    /// Bytes of its file.
    pub bytes: u64,
    /// When it was closed.
    pub at: Timestamp,
    /// What lies below its end.
    pub below: Below,
}

impl Sealer {
    /// Begins behind the last segment of the log.
    pub fn new(journal: Journal, log: Arc<Mutex<LogDir>>, origin: Origin, start: SealerStart) -> Result<Self> {
        let last = {
            let log = lock(&log);
            match log.size().checked_sub(1) {
                None => None,
                Some(seg_no) => {
                    let file = log.segment(seg_no)?.with_context(|| format!("segment {seg_no} is missing"))?;
                    let header = Segment::parse(&file).with_context(|| format!("segment {seg_no}"))?.header().clone();
                    Some(header)
                }
            }
        };
        let log_id = log_id(&origin.origin);
        ensure!(
            last.as_ref().is_none_or(|last| last.log_id == log_id),
            "the log folder is of another log than `{}`; a box enrolled anew needs an empty data folder",
            origin.origin
        );
        let (boot_id, opened) = (clock::boot_id(), clock::moment());
        Ok(Self { journal, log, origin, log_id, boot_id, last, opened, start })
    }

    /// Closes the open segment and makes it part of the log. `clean` marks the last one of an orderly stop.
    pub fn close(&mut self, open: &mut OpenSegment, clean: bool, cosigned: Option<Cosigned>) -> Result<Closed> {
        let (tally, upto, sources) = (open.tally, open.upto, std::mem::take(&mut open.sources));
        let (recovered, gap) = (open.recovered, open.gap);
        let entries = open.take();
        for (source, tally) in sources {
            self.start.sources.entry(source).or_default().add(&tally);
        }
        let seg_no = self.last.as_ref().map_or(0, |last| last.seg_no + 1);
        let closed = clock::moment();
        let mut flags = HeaderFlags::default();
        let torn_bytes = std::mem::take(&mut self.start.torn_bytes);
        let quarantined = std::mem::take(&mut self.start.quarantined);
        let facts = [
            (clean, HeaderFlags::CLEAN),
            (recovered, HeaderFlags::RECOVERED),
            (clock::stepped(&self.opened, &closed), HeaderFlags::CLOCK_STEP),
            (torn_bytes > 0, HeaderFlags::TORN),
            (gap, HeaderFlags::GAP),
            (quarantined, HeaderFlags::QUARANTINED),
        ];
        for (is_so, flag) in facts {
            flags = if is_so { flags.with(flag) } else { flags };
        }
        let fields = HeaderFields {
            first_seq: self.start.below.entries,
            prev_header: self.last.as_ref().map_or(Digest([0; 32]), Header::leaf_hash),
            key_epoch: 0,
            incarnation: self.origin.incarnation,
            boot_id: self.boot_id,
            opened: self.opened,
            closed,
            flags,
            torn_bytes,
            cosigned,
            policy: self.origin.policy,
            config: self.origin.config,
            software: self.origin.software,
            stream_table: stream_table(&self.start.sources),
        };
        let id = SegmentId { log_id: self.log_id, seg_no };
        let keys = Keys::generate(&mut rand::rng(), &self.origin.recipients, id)?;
        let encoded = encode(&entries)?;
        let bytes: Vec<EntryBytes<'_>> =
            encoded.iter().map(|(zone, bytes)| EntryBytes { zone: *zone, bytes }).collect();
        let sealed = seal::close(fields, keys, &bytes)?;
        sealed.header.check_follows(self.last.as_ref())?;

        self.journal.intend(seg_no, upto)?;
        let step = Step { seg_no, header: sealed.header_bytes(), segment: &sealed.file };
        let origin = &self.origin;
        let outcome = lock(&self.log).append(step, |reread| sign_if_sound(origin, reread))?;
        ensure!(outcome == Outcome::Added, "segment {seg_no} was in the log already");
        self.journal.sealed(upto)?;

        let below = &mut self.start.below;
        below.entries += sealed.header.entry_count();
        below.accepted += tally.accepted;
        below.rejected += tally.rejected;
        below.lost += tally.lost;
        let done = Closed {
            seg_no,
            entries: sealed.header.entry_count(),
            bytes: u64::try_from(sealed.file.len()).expect("a segment is a few MiB"),
            at: closed.wall,
            below: *below,
        };
        self.last = Some(sealed.header);
        self.opened = closed;
        Ok(done)
    }
}

fn encode(entries: &[Entry]) -> Result<Vec<(Zone, Vec<u8>)>> {
    entries
        .iter()
        .map(|entry| {
            let mut bytes = Vec::new();
            entry.encode(&mut bytes)?;
            Ok((entry.zone(), bytes))
        })
        .collect()
}

/// Recomputes everything from what the disk gives back: layout, hashes, and each leaf of the zones the box can open.
fn sign_if_sound(origin: &Origin, reread: &Reread) -> Result<Vec<u8>> {
    let segment = Segment::parse(&reread.segment)?;
    segment.check_public()?;
    for zone in [Zone::White, Zone::Grey] {
        if segment.header().zone(zone).count > 0 {
            segment.open_zone(zone, &origin.read)?;
        }
    }
    let head = Checkpoint { origin: origin.origin.clone(), size: reread.size, root: reread.root };
    Ok(sign(&head, &origin.signer)?.to_text().into_bytes())
}

/// Commits to what every source has delivered, so that a missing value shows even where its zone is hidden.
fn stream_table(sources: &BTreeMap<SourceId, Tally>) -> Digest {
    let mut hash = Sha256::new();
    hash.update(b"yaoxia/sources/v1");
    for (source, tally) in sources {
        hash.update(u64::try_from(source.as_str().len()).expect("an id is short").to_be_bytes());
        hash.update(source.as_str());
        for count in [tally.accepted, tally.rejected, tally.lost] {
            hash.update(count.to_be_bytes());
        }
    }
    Digest(hash.finalize().into())
}

/// The log, whoever panicked while holding it: its own checks decide whether it is sound.
pub(crate) fn lock(log: &Mutex<LogDir>) -> MutexGuard<'_, LogDir> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
