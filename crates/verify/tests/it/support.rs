//! A log made by hand, as a box would leave it, in a folder of its own.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use record::{Cause, Digest, Entry, Gap, Reject, RejectReason, SourceId, SourceKey, Timestamp, Zone};
use seal::checkpoint::{Checkpoint, cosign, sign};
use seal::tile::{TILE_WIDTH, Tile, TileTree};
use seal::{
    Algorithm, Cosigned, EntryBytes, HeaderFields, HeaderFlags, Keys, Moment, RecipientSecret, Recipients,
    SealedSegment, SegmentId, SignerKey, close, layout,
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use verify::{Check, Report, Trust, verify_log};

pub(crate) const ORIGIN: &str = "example.org/yaoxia/box/1";
/// Entries in each segment of [`Log`].
pub(crate) const ENTRIES: u64 = 3;

/// An entry with some text of its own.
pub(crate) fn entry(n: u64) -> Vec<u8> {
    let gap = Gap {
        source: SourceId::parse("scada").unwrap(),
        address: Some(format!("line{n:04}/pressure").into()),
        from: None,
        until: Timestamp(1_763_000_000_000_000),
        lost: Some(n),
        cause: Cause::Overflow,
        filled: false,
    };
    let mut bytes = Vec::new();
    Entry::Gap(gap).encode(&mut bytes).unwrap();
    bytes
}

/// An entry that may be of any zone.
pub(crate) fn rejected(zone: Zone, verbatim: &str) -> Vec<u8> {
    let reject = Reject {
        source: SourceId::parse("lims").unwrap(),
        key: SourceKey::parse("4711").unwrap(),
        address: "result_text".into(),
        verbatim: verbatim.into(),
        unit: None,
        reason: RejectReason::Type,
        detail: "a number is expected".into(),
        received: Timestamp(1_763_000_000_000_000),
        zone,
    };
    let mut bytes = Vec::new();
    Entry::Reject(reject).encode(&mut bytes).unwrap();
    bytes
}

/// A log being written. Change its parts and write on to forge one.
pub(crate) struct Log {
    pub(crate) dir: TempDir,
    pub(crate) key: SignerKey,
    pub(crate) witness: SignerKey,
    pub(crate) center: RecipientSecret,
    pub(crate) tree: TileTree,
    headers: Vec<Vec<u8>>,
    last: Option<SealedSegment>,
    seq: u64,
}

impl Log {
    /// An empty log. Another `seed` gives another history under the same keys.
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            key: SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap(),
            witness: SignerKey::from_seed(&[9; 32], "example.org/center", Algorithm::Cosignature).unwrap(),
            center: RecipientSecret::generate(&mut ChaCha20Rng::from_seed([1; 32])),
            tree: TileTree::default(),
            headers: Vec::new(),
            last: None,
            seq: 0,
        }
    }

    /// A log of `size` segments, each cosigned.
    pub(crate) fn of(size: u64) -> Self {
        let mut log = Self::new();
        for _ in 0..size {
            log.grow();
            log.receive();
        }
        log
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The header fields that continue the log.
    pub(crate) fn fields(&self) -> HeaderFields {
        let moment = |us: i64| Moment { wall: Timestamp(1_763_000_000_000_000 + us), mono_us: us.unsigned_abs() };
        HeaderFields {
            first_seq: self.seq,
            prev_header: self.last.as_ref().map_or(Digest([0; 32]), |last| last.leaf_hash),
            key_epoch: 0,
            incarnation: 1,
            boot_id: [1; 16],
            opened: moment(0),
            closed: moment(1_000_000),
            flags: HeaderFlags::default(),
            torn_bytes: 0,
            cosigned: None,
            policy: Digest([1; 32]),
            config: Digest([2; 32]),
            software: Digest([3; 32]),
            stream_table: Digest([4; 32]),
        }
    }

    /// Adds a segment of ordinary entries.
    pub(crate) fn grow(&mut self) {
        let entries: Vec<_> = (self.seq..self.seq + ENTRIES).map(entry).collect();
        self.add(self.fields(), &entries, Zone::White);
    }

    /// Adds a segment of these entries, signs the new head and writes everything.
    pub(crate) fn add(&mut self, fields: HeaderFields, entries: &[Vec<u8>], zone: Zone) {
        let entries: Vec<_> = entries.iter().map(|bytes| (zone, bytes.clone())).collect();
        self.add_mixed(fields, &entries);
    }

    /// The same of entries of several zones. Black ones are addressed to the center's key on both sides.
    pub(crate) fn add_mixed(&mut self, fields: HeaderFields, entries: &[(Zone, Vec<u8>)]) {
        let seg_no = self.tree.size();
        let id = SegmentId { log_id: seal::log_id(ORIGIN), seg_no };
        let center = vec![self.center.public().clone()];
        let recipients = Recipients {
            white: center.clone(),
            grey: center.clone(),
            black_enterprise: center.clone(),
            black_regulator: center,
        };
        let mut rng = ChaCha20Rng::seed_from_u64(seg_no);
        let keys = Keys::generate(&mut rng, &recipients, id).unwrap();
        let entries: Vec<_> = entries.iter().map(|(zone, bytes)| EntryBytes { zone: *zone, bytes }).collect();
        let sealed = close(fields, keys, &entries).unwrap();

        self.write(&layout::segment_path(seg_no), &sealed.file);
        self.headers.push(sealed.header_bytes().to_vec());
        for (tile, bytes) in self.tree.append([sealed.leaf_hash]) {
            self.write(&tile.path(), &bytes);
            self.write_bundle(tile);
        }
        self.seq += sealed.header.entry_count();
        self.last = Some(sealed);
        let note = sign(&self.head(), &self.key).unwrap();
        self.write(layout::CHECKPOINT, note.to_text().as_bytes());
    }

    fn write_bundle(&self, tile: Tile) {
        if tile.level == 0 {
            let start = usize::try_from(tile.index * u64::from(TILE_WIDTH)).unwrap();
            let headers = self.headers[start..start + usize::from(tile.width)].iter().map(Vec::as_slice);
            self.write(&tile.bundle_path(), &layout::bundle(headers).unwrap());
        }
    }

    pub(crate) fn head(&self) -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size: self.tree.size(), root: self.tree.root() }
    }

    /// The center's cosignature of the present head, as text of a note.
    pub(crate) fn receipt(&self) -> String {
        let mut note = sign(&self.head(), &self.key).unwrap();
        note.add(cosign(&self.head(), &self.witness, 1_763_000_000).unwrap().line()).unwrap();
        note.to_text()
    }

    /// Files the center's cosignature of the present head.
    pub(crate) fn receive(&self) {
        self.write(&layout::receipt_path(self.tree.size()), self.receipt().as_bytes());
    }

    /// What a header says of the present head.
    pub(crate) fn cosigned(&self) -> Cosigned {
        let cosignature = cosign(&self.head(), &self.witness, 1_763_000_000).unwrap();
        Cosigned {
            size: self.tree.size(),
            root: self.tree.root(),
            time_s: 1_763_000_000,
            cosignature: cosignature.hash(),
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Flips one bit of one byte.
    pub(crate) fn flip(&self, name: &str, at: usize) {
        let mut bytes = std::fs::read(self.file(name)).unwrap();
        bytes[at] ^= 1;
        self.write(name, &bytes);
    }

    /// What an auditor who trusts box and center writes down.
    pub(crate) fn trust_file(&self) -> String {
        let (log, witness) = (self.key.verifier(), self.witness.verifier());
        format!(
            "[[log]]\norigin = \"{ORIGIN}\"\nvkey = \"{log}\"\n[[witness]]\nname = \"{}\"\nvkey = \"{witness}\"\n",
            witness.name()
        )
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::parse(&self.trust_file()).unwrap()
    }

    /// Verifies by hash only.
    pub(crate) fn verify(&self) -> Report {
        verify_log(self.path(), &Check { trust: &self.trust(), key: None, receipts: &[] })
    }

    /// Verifies down to the entries.
    pub(crate) fn verify_entries(&self) -> Report {
        verify_log(self.path(), &Check { trust: &self.trust(), key: Some(&self.center), receipts: &[] })
    }
}
