//! Segments as received, read back and opened: comes in a box and a number, goes out the entries the center may read.
//!
//! The bytes were verified when they came in. Opening verifies the white zone again: every leaf and the zone's root.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use record::{BoxId, Digest, Entry, Timestamp, Zone};
use seal::{RecipientSecret, Segment};

/// Opened segments that wait for the models and the tables, in bytes of their files. What does not fit is read from
/// evidence again.
const RECENT_BYTES_MAX: usize = 64 << 20;

/// The evidence of all boxes and the key that opens their white zones.
#[derive(Clone, Debug)]
pub struct Evidence {
    disk: Arc<dyn journal::Disk>,
    root: PathBuf,
    secret: RecipientSecret,
}

/// A segment with its white zone opened.
#[derive(Debug)]
pub struct OpenedSegment {
    /// Leaf hash of its header.
    pub header_hash: Digest,
    /// When the box closed it, by the box's clock.
    pub sealed_at: Timestamp,
    /// Size of the segment file in bytes.
    pub bytes: usize,
    /// The white entries in order; their numbers are their places in the zone.
    pub entries: Vec<Entry>,
}

impl OpenedSegment {
    /// Opens the white zone of a segment file.
    ///
    /// Fails if the file is not a segment, is not addressed to `secret`, or does not match its header.
    pub fn open(file: &[u8], secret: &RecipientSecret) -> Result<Self> {
        let segment = Segment::parse(file)?;
        let zone = segment.open_zone(Zone::White, secret)?;
        let entries = zone
            .entries()
            .enumerate()
            .map(|(number, bytes)| Entry::decode(bytes).with_context(|| format!("white entry {number}")))
            .collect::<Result<Vec<_>>>()?;
        let header = segment.header();
        Ok(Self { header_hash: header.leaf_hash(), sealed_at: header.fields.closed.wall, bytes: file.len(), entries })
    }

    /// The entries with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0..).zip(&self.entries)
    }
}

impl Evidence {
    /// Evidence in `root`, one folder a box, opened with the center's key.
    pub fn new(disk: Arc<dyn journal::Disk>, root: &Path, secret: RecipientSecret) -> Self {
        Self { disk, root: root.to_owned(), secret }
    }

    /// Reads and opens one segment.
    ///
    /// Fails, naming box and segment, if the file is missing, is not the one that was committed, or does not open.
    pub fn open(&self, box_id: &BoxId, seg_no: u64, header_hash: Digest) -> Result<OpenedSegment> {
        let path = self.root.join(box_id.as_str()).join(seal::layout::segment_path(seg_no));
        let what = || format!("evidence {}", path.display());
        let file_len_max = u64::try_from(seal::SEGMENT_FILE_LEN_MAX)?;
        let file = journal::durable::read(&*self.disk, &path, file_len_max)?;
        let file = file.with_context(|| format!("{} is missing", what()))?;
        let opened = OpenedSegment::open(&file, &self.secret).with_context(what)?;
        ensure!(
            opened.header_hash == header_hash,
            "{} has header {}, committed was {header_hash}",
            what(),
            opened.header_hash
        );
        Ok(opened)
    }
}

/// The segments opened last, by ingest number, so that ingest, models and tables open each once.
#[derive(Debug, Default)]
pub struct Recent {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    segments: BTreeMap<u64, Arc<OpenedSegment>>,
    bytes: usize,
}

impl Recent {
    /// Keeps a segment as long as there is room; the oldest make room for the newest.
    pub fn put(&self, ingest_no: u64, segment: Arc<OpenedSegment>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.bytes += segment.bytes;
        if let Some(replaced) = held.segments.insert(ingest_no, segment) {
            held.bytes -= replaced.bytes;
        }
        while held.bytes > RECENT_BYTES_MAX
            && let Some((_, oldest)) = held.segments.pop_first()
        {
            held.bytes -= oldest.bytes;
        }
    }

    /// The segment of that number, if it is still here.
    pub fn get(&self, ingest_no: u64) -> Option<Arc<OpenedSegment>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.segments.get(&ingest_no).map(Arc::clone)
    }

    /// Forgets segments up to and including that number: everybody has used them.
    pub fn release(&self, through: u64) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { segments, bytes } = &mut *held;
        while let Some(entry) = segments.first_entry().filter(|entry| *entry.key() <= through) {
            *bytes -= entry.remove().bytes;
        }
    }
}
