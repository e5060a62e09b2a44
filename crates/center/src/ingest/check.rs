//! What can be verified of an upload without knowing what is held: form, signature, hashes, content.
//!
//! Comes in: the body, the number it was put to, the box's log key, the center's key. Goes out: the head it ends with, the
//! opened white zone and what it counts. Pure, and the only place where a core works hard.

use link::{Error, Problem, ProblemKind, Upload};
use record::{Entry, Reading};
use seal::checkpoint::{Checkpoint, SignedCheckpoint};
use seal::note::Note;
use seal::{RecipientSecret, Segment, VerifierKey, log_id};
use state::ingest::Counts;

use crate::derive::OpenedSegment;

/// An upload that holds by itself.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The head that ends with the segment.
    pub(crate) head: Checkpoint,
    /// The checkpoint note with the box's signature.
    pub(crate) note: Note,
    /// The white entries.
    pub(crate) opened: OpenedSegment,
    /// What the segment holds.
    pub(crate) counts: Counts,
}

impl Checked {
    /// Verifies form, checkpoint signature, log and number of the segment, all hashes, and the white zone's leaves and
    /// root. Whether the head extends what is held is for the one who holds it.
    pub(crate) fn new(body: &[u8], seg_no: u64, log: &VerifierKey, secret: &RecipientSecret) -> Result<Self, Problem> {
        let upload = Upload::parse(body).map_err(|error| Problem::new(kind_of(&error), error.to_string()))?;
        let signed = SignedCheckpoint::open(upload.checkpoint, log, &[]).map_err(unverified("checkpoint"))?;
        let head = signed.checkpoint;
        if head.size != seg_no.saturating_add(1) {
            let detail = format!("segment {seg_no} comes with a checkpoint of {} segments", head.size);
            return Err(Problem::new(ProblemKind::Malformed, detail));
        }
        let segment = Segment::parse(upload.segment).map_err(unverified("segment"))?;
        if segment.header().log_id != log_id(log.name()) || segment.header().seg_no != seg_no {
            let detail = format!(
                "segment says it is number {} of log {}, expected number {seg_no} of {}",
                segment.header().seg_no,
                segment.header().log_id,
                log_id(log.name()),
            );
            return Err(Problem::new(ProblemKind::Unverified, detail));
        }
        segment.check_public().map_err(unverified("segment"))?;
        let opened = OpenedSegment::open(upload.segment, secret)
            .map_err(|error| Problem::new(ProblemKind::Unverified, format!("white zone: {error:#}")))?;
        let counts = count(&opened, &segment);
        Ok(Self { head, note: signed.note, opened, counts })
    }
}

fn kind_of(error: &Error) -> ProblemKind {
    match error {
        Error::Truncated { .. } => ProblemKind::Truncated,
        Error::TooLong { .. } => ProblemKind::TooLarge,
        _ => ProblemKind::Malformed,
    }
}

fn unverified(part: &'static str) -> impl Fn(seal::Error) -> Problem {
    move |error| Problem::new(ProblemKind::Unverified, format!("{part}: {error}"))
}

/// Counts entries of all zones, and of the white one what kind they are.
fn count(opened: &OpenedSegment, segment: &Segment<'_>) -> Counts {
    let zones = [record::Zone::White, record::Zone::Grey, record::Zone::Black];
    let mut counts = Counts {
        bytes: opened.bytes as u64,
        entries: zones.iter().map(|zone| u64::from(segment.header().zone(*zone).count)).sum(),
        ..Counts::default()
    };
    for entry in &opened.entries {
        match entry {
            Entry::Reading(Reading { .. }) => counts.readings += 1,
            Entry::Block(block) => counts.readings += block.rows.len() as u64,
            Entry::Event(_) => counts.events += 1,
            Entry::Finding(_) => counts.findings += 1,
            Entry::Reject(_) => counts.rejects += 1,
            Entry::Gap(gap) => counts.lost += gap.lost.unwrap_or(0),
        }
    }
    counts
}
