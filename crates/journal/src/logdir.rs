//! One sealed log on disk: segments, tiles, checkpoint, receipts. The box's own and the center's copy look alike.
//!
//! A segment is added in one order, and the checkpoint is the commit point:
//!
//! | step | a crash here leaves | the next open |
//! |---|---|---|
//! | 1 segment file durable | a segment no checkpoint covers | removes it; the caller seals or receives it again |
//! | 2 tiles and entry bundle durable | tiles wider than the checkpoint | are written again with the next segment |
//! | 3 all of it read back and compared, recomputed, checkpoint signed | as 2 | as 2 |
//! | 4 checkpoint durable | the new log | finds the new size |
//! | 5 superseded partial tiles removed | some of them | leaves them, they are never read |
//!
//! A bit may flip in memory as well as on the way to the disk, and one wrong root under a signature ends a log. Step 3
//! therefore trusts nothing it wrote: the headers read back must hash to the leaves read back, the newest of them must be
//! that of the segment read back, and the root of the tiles read back must extend the root signed last.

use crate::durable::temp_path;
use crate::{Disk, Error, durable};
use record::Digest;
use seal::checkpoint::Checkpoint;
use seal::note::Note;
use seal::tile::{TILE_WIDTH, Tile, TileTree};
use seal::{layout, tree};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest checkpoint or receipt read. Bytes.
const NOTE_BYTES_MAX: u64 = 64 * 1024;
/// Longest tile or entry bundle read: 256 leaves of 65,535 bytes and their lengths. Bytes.
const TILE_BYTES_MAX: u64 = 256 * (65_535 + 2);

/// A segment to be added.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Its number: the log's size, or smaller if it is offered again.
    pub seg_no: u64,
    /// Its header: the leaf of the log tree.
    pub header: &'a [u8],
    /// The whole segment file.
    pub segment: &'a [u8],
}

/// What was read back after writing, for the signer to recompute before it signs.
#[derive(Clone, Debug)]
pub struct Reread {
    /// The segment file as the disk gives it.
    pub segment: Vec<u8>,
    /// Size of the log with the segment.
    pub size: u64,
    /// Root of the log tree with the segment, from tiles read back.
    pub root: Digest,
}

/// A step that is on disk but not signed.
#[derive(Debug)]
struct Prepared {
    tree: TileTree,
    bundle: Vec<Vec<u8>>,
    tiles: Vec<Tile>,
    reread: Reread,
}

/// How an [`LogDir::append`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The segment is in the log now.
    Added,
    /// The same bytes were already in the log; nothing was written.
    AlreadyHeld,
}

/// What opening a log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecovery {
    /// Segments the checkpoint covers.
    pub size: u64,
    /// Files of an unfinished step that were removed.
    pub removed: Vec<PathBuf>,
}

/// The folder of one log, open for appending by one owner.
#[derive(Debug)]
pub struct LogDir {
    disk: Arc<dyn Disk>,
    root: PathBuf,
    tree: TileTree,
    checkpoint: Option<Vec<u8>>,
    /// Leaves of the entry bundle that is not full yet.
    bundle: Vec<Vec<u8>>,
    witnessed: u64,
    /// Set by a failed fsync, for good.
    stopped: Option<Error>,
}

impl LogDir {
    /// Opens a log, or an empty one if the folder is missing, and removes what an unfinished step left.
    ///
    /// Fails with [`Error::Checkpoint`] if the checkpoint does not parse, with [`Error::RootDiffers`] if the tiles do not
    /// give the root it states, and with [`Error::SetBack`] if there is a receipt of more segments: then nothing may be
    /// signed on top of it.
    pub fn open(disk: Arc<dyn Disk>, root: &Path) -> Result<(Self, LogRecovery), Error> {
        durable::make_dirs(&*disk, root)?;
        let checkpoint = durable::read(&*disk, &root.join(layout::CHECKPOINT), NOTE_BYTES_MAX)?;
        let head = checkpoint.as_deref().map(|note| head_of(root, note)).transpose()?;
        let size = head.as_ref().map_or(0, |head| head.size);
        let mut log = Self {
            disk,
            root: root.to_path_buf(),
            tree: TileTree::default(),
            checkpoint,
            bundle: Vec::new(),
            witnessed: 0,
            stopped: None,
        };
        let removed = log.discard_unfinished(size)?;
        log.tree = TileTree::load(size, |tile| log.tile(tile))?;
        if let Some(head) = head
            && head.root != log.tree.root()
        {
            return Err(Error::RootDiffers { path: root.to_path_buf(), stated: head.root, computed: log.tree.root() });
        }
        log.bundle = log.read_bundle(size)?;
        log.witnessed = log.last_receipt()?;
        if log.witnessed > size {
            return Err(Error::SetBack { path: root.to_path_buf(), size, witnessed: log.witnessed });
        }
        Ok((log, LogRecovery { size, removed }))
    }

    /// Number of segments.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Root of the log tree.
    pub fn root_hash(&self) -> Digest {
        self.tree.root()
    }

    /// The newest checkpoint note; `None` for an empty log.
    pub fn checkpoint(&self) -> Option<&[u8]> {
        self.checkpoint.as_deref()
    }

    /// Size of the largest stored receipt: so many segments are witnessed.
    pub fn witnessed(&self) -> u64 {
        self.witnessed
    }

    /// Adds a segment as the table above says. `sign` gets what was read back and gives the signed checkpoint note;
    /// on the box it recomputes and signs, at the center it checks what the box signed. Its refusal leaves the log as
    /// it was.
    ///
    /// Offering a segment again is no error if its bytes are the same ([`Outcome::AlreadyHeld`]).
    ///
    /// Fails with [`Error::OutOfOrder`], [`Error::Conflict`] (other bytes under the same number),
    /// [`Error::WrittenDiffers`] or [`Error::Seal`] (disk or memory changed them), [`Error::RootDiffers`] (the note is of
    /// another tree), and, once an fsync has failed, with that failure again until the log is opened anew.
    pub fn append<E: From<Error>>(
        &mut self,
        step: Step<'_>,
        sign: impl FnOnce(&Reread) -> Result<Vec<u8>, E>,
    ) -> Result<Outcome, E> {
        if let Some(error) = &self.stopped {
            return Err(error.clone().into());
        }
        let size = self.size();
        if step.seg_no < size {
            return Ok(self.compare_held(step)?);
        }
        if step.seg_no > size {
            return Err(Error::OutOfOrder { offered: step.seg_no, size }.into());
        }
        let Prepared { tree, bundle, tiles, reread } = self.prepare(step).map_err(|error| self.stop(error))?;
        let note = sign(&reread)?;
        let head = head_of(&self.root, &note)?;
        if head.size != tree.size() || head.root != tree.root() {
            let computed = tree.root();
            return Err(Error::RootDiffers { path: self.root.clone(), stated: head.root, computed }.into());
        }
        let written = durable::write(&*self.disk, &self.root.join(layout::CHECKPOINT), &note);
        written.map_err(|error| self.stop(error))?;
        self.checkpoint = Some(note);
        self.tree = tree;
        self.bundle = if bundle.len() == usize::from(TILE_WIDTH) { Vec::new() } else { bundle };
        self.remove_superseded(size, tiles.into_iter())?;
        Ok(Outcome::Added)
    }

    /// Steps 1 to 3 up to the signature.
    fn prepare(&self, step: Step<'_>) -> Result<Prepared, Error> {
        let mut tree = self.tree.clone();
        let written = tree.append([tree::leaf_hash(step.header)]);
        let mut bundle = self.bundle.clone();
        bundle.push(step.header.to_vec());

        let segment = self.write_and_reread(&layout::segment_path(step.seg_no), step.segment)?;
        let mut tiles = Vec::new();
        for (tile, bytes) in written {
            self.write_and_reread(&tile.path(), &bytes)?;
            tiles.push(tile);
        }
        let width = u16::try_from(bundle.len()).expect("a bundle holds at most 256 leaves");
        let entries = Tile { level: 0, index: step.seg_no / u64::from(TILE_WIDTH), width };
        let bytes = layout::bundle(bundle.iter().map(Vec::as_slice))?;
        let bytes = self.write_and_reread(&entries.bundle_path(), &bytes)?;
        let root = self.recompute(entries, &bytes, &segment, step.header.len(), tree.size())?;
        if root != tree.root() {
            return Err(Error::WrittenDiffers {
                path: self.root.join(layout::TILES),
                wanted: tree.root(),
                found: root,
            });
        }
        Ok(Prepared { tree, bundle, tiles, reread: Reread { segment, size: step.seg_no + 1, root } })
    }

    /// Root of the tiles on disk, if headers, leaves, segment and the root signed last agree with it.
    fn recompute(
        &self,
        entries: Tile,
        bundle: &[u8],
        segment: &[u8],
        header_len: usize,
        size: u64,
    ) -> Result<Digest, Error> {
        let path = self.root.join(entries.bundle_path());
        let leaves = entries.hashes(&self.tile(entries)?)?;
        let headers = split_bundle(bundle, entries.width).ok_or_else(|| Error::Malformed {
            path: path.clone(),
            what: "entry bundle expected",
            at: 0,
        })?;
        let newest = segment.get(..header_len).unwrap_or_default();
        let stored = headers.iter().map(Vec::as_slice).chain([newest]);
        for (header, leaf) in stored.zip(leaves.iter().chain(leaves.last())) {
            let found = tree::leaf_hash(header);
            if found != *leaf {
                return Err(Error::WrittenDiffers { path, wanted: *leaf, found });
            }
        }
        let root = TileTree::load(size, |tile| self.tile(tile))?.root();
        if let Some(note) = &self.checkpoint {
            let signed = head_of(&self.root, note)?;
            let proof = seal::tile::consistency_proof(signed.size, size, |tile| self.tile(tile))?;
            tree::verify_consistency(signed.size, &signed.root, size, &root, &proof)?;
        }
        Ok(root)
    }

    /// After a failed fsync the page cache no longer tells what is on the disk: nothing is tried again on top of it.
    fn stop(&mut self, error: Error) -> Error {
        if matches!(error, Error::Stopped { .. }) {
            self.stopped = Some(error.clone());
        }
        error
    }

    /// Bytes of a segment, if the log has it.
    pub fn segment(&self, seg_no: u64) -> Result<Option<Vec<u8>>, Error> {
        if seg_no >= self.size() {
            return Ok(None);
        }
        let max = u64::try_from(seal::SEGMENT_FILE_LEN_MAX).expect("a few MiB");
        self.read(&layout::segment_path(seg_no), max)
    }

    /// Bytes of a tile. A partial tile that a wider one has superseded is cut from that.
    pub fn tile(&self, tile: Tile) -> Result<Vec<u8>, Error> {
        let wanted = usize::from(tile.width) * 32;
        let full = Tile { width: TILE_WIDTH, ..tile };
        let newest = self.size() >> (8 * u32::from(tile.level));
        let edge = newest.saturating_sub(tile.index.saturating_mul(u64::from(TILE_WIDTH)));
        let edge = Tile { width: u16::try_from(edge.min(u64::from(TILE_WIDTH))).expect("at most 256"), ..tile };
        for held in [tile, edge, full] {
            if held.width >= tile.width
                && let Some(mut bytes) = self.read(&held.path(), TILE_BYTES_MAX)?
            {
                bytes.truncate(wanted);
                return Ok(bytes);
            }
        }
        let path = self.root.join(tile.path());
        Err(Error::io("read", &path, std::io::Error::from(std::io::ErrorKind::NotFound)))
    }

    /// Root the log had when it held `size` segments.
    pub fn root_at(&self, size: u64) -> Result<Digest, Error> {
        TileTree::load(size, |tile| self.tile(tile)).map(|tree| tree.root())
    }

    /// Proof that the log of `new` segments extends its first `old` ones.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Digest>, Error> {
        seal::tile::consistency_proof(old, new, |tile| self.tile(tile))
    }

    /// Keeps a cosigned checkpoint of `size` segments. Storing one again replaces it.
    pub fn store_receipt(&mut self, size: u64, note: &[u8]) -> Result<(), Error> {
        durable::write(&*self.disk, &self.root.join(layout::receipt_path(size)), note)?;
        self.witnessed = self.witnessed.max(size);
        Ok(())
    }

    /// The cosigned checkpoint of `size` segments, if there is one.
    pub fn receipt(&self, size: u64) -> Result<Option<Vec<u8>>, Error> {
        self.read(&layout::receipt_path(size), NOTE_BYTES_MAX)
    }

    fn read(&self, path: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, Error> {
        durable::read(&*self.disk, &self.root.join(path), bytes_max)
    }

    fn compare_held(&self, step: Step<'_>) -> Result<Outcome, Error> {
        let held = self.segment(step.seg_no)?.unwrap_or_default();
        if held == step.segment {
            return Ok(Outcome::AlreadyHeld);
        }
        let (stored, offered) = (digest(&held), digest(step.segment));
        Err(Error::Conflict { seg_no: step.seg_no, stored, offered })
    }

    /// Writes a file and reads it back: a bit that flips between memory and disk must not be signed.
    fn write_and_reread(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let path = self.root.join(path);
        durable::write(&*self.disk, &path, bytes)?;
        let found = self.disk.read(&path).map_err(|error| Error::io("read back", &path, error))?;
        if found != bytes {
            let (wanted, found) = (digest(bytes), digest(&found));
            return Err(Error::WrittenDiffers { path, wanted, found });
        }
        Ok(found)
    }

    fn discard_unfinished(&self, size: u64) -> Result<Vec<PathBuf>, Error> {
        let segment = self.root.join(layout::segment_path(size));
        let checkpoint = self.root.join(layout::CHECKPOINT);
        let mut removed = Vec::new();
        for path in [temp_path(&segment), segment, temp_path(&checkpoint)] {
            match self.disk.remove(&path) {
                Ok(()) => removed.push(path),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Error::io("remove", &path, error)),
            }
        }
        Ok(removed)
    }

    fn read_bundle(&self, size: u64) -> Result<Vec<Vec<u8>>, Error> {
        let width = u16::try_from(size % u64::from(TILE_WIDTH)).expect("below 256");
        if width == 0 {
            return Ok(Vec::new());
        }
        let path = Tile { level: 0, index: size / u64::from(TILE_WIDTH), width }.bundle_path();
        let bytes = self.read(&path, TILE_BYTES_MAX)?;
        let full = self.root.join(path);
        let bytes =
            bytes.ok_or_else(|| Error::io("read", &full, std::io::Error::from(std::io::ErrorKind::NotFound)))?;
        split_bundle(&bytes, width).ok_or(Error::Malformed { path: full, what: "entry bundle expected", at: 0 })
    }

    fn last_receipt(&self) -> Result<u64, Error> {
        let folder = self.root.join(layout::RECEIPTS);
        match self.disk.list(&folder) {
            Ok(names) => Ok(names.iter().filter_map(|name| name.parse().ok()).max().unwrap_or(0)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(Error::io("list", &folder, error)),
        }
    }

    /// Partial tiles the step made needless. Only after the checkpoint: until then readers still need them.
    fn remove_superseded(&self, old_size: u64, written: impl Iterator<Item = Tile>) -> Result<(), Error> {
        for tile in written {
            let nodes = old_size >> (8 * u32::from(tile.level));
            let width = nodes.saturating_sub(tile.index * u64::from(TILE_WIDTH));
            if width == 0 || width >= u64::from(tile.width) {
                continue;
            }
            let old = Tile { width: u16::try_from(width).expect("below 256"), ..tile };
            self.remove_if_there(&old.path())?;
            if tile.level == 0 {
                self.remove_if_there(&old.bundle_path())?;
            }
        }
        Ok(())
    }

    fn remove_if_there(&self, path: &str) -> Result<(), Error> {
        let path = self.root.join(path);
        match self.disk.remove(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", &path, error)),
            _ => Ok(()),
        }
    }
}

fn head_of(root: &Path, note: &[u8]) -> Result<Checkpoint, Error> {
    let refused = |source| Error::Checkpoint { path: root.join(layout::CHECKPOINT), source: Arc::new(source) };
    let note = Note::parse(note).map_err(refused)?;
    Checkpoint::parse(note.text()).map_err(refused)
}

fn split_bundle(mut bytes: &[u8], width: u16) -> Option<Vec<Vec<u8>>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (len, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        leaves.push(leaf.to_vec());
        bytes = rest;
    }
    (leaves.len() == usize::from(width)).then_some(leaves)
}

fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod attack;
