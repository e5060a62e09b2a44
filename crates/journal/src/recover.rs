//! What a restart finds in the journal: the state, the frames, a torn tail, damage.
//!
//! A group is valid when its checksum holds, it decrypts, and its number is none that was met before: an old group that
//! lies at another place once more is no second delivery. Where the bytes after the last valid group are not zeros:
//! - nothing valid follows: a **torn tail**, the write that was under way when the power went. It was never
//!   acknowledged; it is dropped and its bytes are counted.
//! - valid groups follow: **damage**. Acknowledged frames are gone. The stretch is reported until a frame settles it
//!   with gaps, the file is moved aside instead of deleted, and everything else goes on.
//!
//! One limit is stated, not hidden: damage to the very last group written cannot be told from a torn tail.
//! Memory: one journal file at a time, whatever the backlog.

use crate::frame::{Control, DamageId, Frame, LogState};
use crate::group::{ALIGN, Group, GroupCipher};
use crate::{Disk, Error, JournalKey};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A stretch of the journal that held acknowledged frames and can no longer be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it begins.
    pub id: DamageId,
    /// The file it is in.
    pub path: PathBuf,
    /// Length in bytes.
    pub bytes: u64,
    /// First lost frame and the first frame after the hole; unknown if the journal begins with the damage.
    pub frames: Option<(u64, u64)>,
    /// Raw values in the lost frames; unknown if the journal begins with the damage.
    pub values: Option<u64>,
}

/// What [`crate::Journal::open`] found.
#[derive(Debug)]
pub struct Recovery {
    /// Number of this start; no two starts share one.
    pub incarnation: u64,
    /// Cursors, counts and seal intents as of the last durable group.
    pub state: LogState,
    /// Number of the next frame.
    pub next_seq: u64,
    /// Bytes of an unfinished write that were dropped.
    pub torn_bytes: u64,
    /// Damages that no gap accounts for yet.
    pub damages: Vec<Damage>,
    /// Reads the frames again.
    pub replay: Replay,
}

/// Reads frames back, file by file.
#[derive(Clone, Debug)]
pub struct Replay {
    disk: Arc<dyn Disk>,
    key: JournalKey,
    files: Vec<FileInfo>,
}

impl Replay {
    /// Gives every recovered frame from number `from` on, in order, to `visit`.
    ///
    /// Fails with [`Error::Io`] if a file cannot be read, or with the first error `visit` returns.
    pub fn frames<E: From<Error>>(
        &self,
        from: u64,
        mut visit: impl FnMut(u64, Frame) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut scan = Scan::new(&self.key);
        let mut result = Ok(());
        for file in self.files.iter().filter(|file| file.end_seq > from) {
            let bytes = self.disk.read(&file.path).map_err(|error| Error::io("read", &file.path, error))?;
            scan.file(file.no, &file.path, &bytes, &mut |seq, frame| {
                if result.is_ok() && seq >= from {
                    result = visit(seq, frame);
                }
            });
            if result.is_err() {
                break;
            }
        }
        result
    }
}

/// One journal file as recovery saw it.
#[derive(Clone, Debug)]
pub(crate) struct FileInfo {
    pub(crate) no: u64,
    pub(crate) path: PathBuf,
    /// First frame that is not in this or an earlier file.
    pub(crate) end_seq: u64,
    pub(crate) damaged: bool,
}

/// Everything the writer needs to go on.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) state: LogState,
    pub(crate) files: Vec<FileInfo>,
    pub(crate) spare: Option<(u64, PathBuf)>,
    pub(crate) next_file_no: u64,
    pub(crate) next_seq: u64,
    pub(crate) next_group_no: u64,
    pub(crate) values: u64,
    pub(crate) chain: [u8; 32],
    pub(crate) incarnation: u64,
    pub(crate) torn_bytes: u64,
    pub(crate) damages: Vec<Damage>,
}

/// Name of journal file `no`.
pub(crate) fn file_name(no: u64) -> String {
    format!("{no:010}.wal")
}

fn file_no(name: &str) -> Option<u64> {
    name.strip_suffix(".wal")?.parse().ok()
}

/// Reads the whole journal once, one file in memory at a time.
pub(crate) fn scan(disk: &dyn Disk, dir: &Path, key: &JournalKey, file_bytes: usize) -> Result<Found, Error> {
    let names = disk.list(dir).map_err(|error| Error::io("list", dir, error))?;
    let mut scan = Scan::new(key);
    let mut files = Vec::new();
    let mut spare = None;
    let mut next_file_no = 0;
    for (no, name) in names.iter().filter_map(|name| file_no(name).map(|no| (no, name))) {
        let path = dir.join(name);
        let bytes = disk.read(&path).map_err(|error| Error::io("read", &path, error))?;
        next_file_no = no + 1;
        if bytes.iter().all(|byte| *byte == 0) {
            // A file made ahead and never used. A second one, or one whose preallocation was cut, is of no use.
            if spare.is_none() && bytes.len() == file_bytes {
                spare = Some((no, path));
            } else {
                disk.remove(&path).map_err(|error| Error::io("remove", &path, error))?;
            }
            continue;
        }
        let damages = scan.damages.len();
        scan.file(no, &path, &bytes, &mut |_, _| {});
        files.push(FileInfo { no, path, end_seq: scan.next_seq, damaged: scan.damages.len() > damages });
    }
    let torn_bytes = scan.tail.take().map_or(0, |tail| tail.bytes);
    let settled = std::mem::take(&mut scan.state.settled);
    scan.damages.retain(|damage| !settled.contains(&damage.id));
    // A settled damage is remembered as long as its file is there.
    scan.state.settled = settled.into_iter().filter(|id| files.iter().any(|file| file.no == id.file_no)).collect();
    Ok(Found {
        state: scan.state,
        files,
        spare,
        next_file_no,
        next_seq: scan.next_seq,
        next_group_no: scan.next_group_no,
        values: scan.values,
        chain: scan.chain,
        incarnation: scan.incarnation + 1,
        torn_bytes,
        damages: scan.damages,
    })
}

impl Found {
    pub(crate) fn replay(&self, disk: Arc<dyn Disk>, key: JournalKey) -> Replay {
        Replay { disk, key, files: self.files.clone() }
    }
}

/// Bytes behind the last valid group of a file, not yet known to be torn or damaged.
#[derive(Debug)]
struct Tail {
    id: DamageId,
    path: PathBuf,
    bytes: u64,
}

/// The state of reading group after group.
struct Scan<'k> {
    key: &'k JournalKey,
    cipher: Option<([u8; 16], u64, GroupCipher)>,
    state: LogState,
    begun: bool,
    chain: [u8; 32],
    next_seq: u64,
    next_group_no: u64,
    values: u64,
    incarnation: u64,
    tail: Option<Tail>,
    damages: Vec<Damage>,
}

impl<'k> Scan<'k> {
    fn new(key: &'k JournalKey) -> Self {
        Self {
            key,
            cipher: None,
            state: LogState::default(),
            begun: false,
            chain: [0; 32],
            next_seq: 0,
            next_group_no: 0,
            values: 0,
            incarnation: 0,
            tail: None,
            damages: Vec::new(),
        }
    }

    fn file(&mut self, no: u64, path: &Path, bytes: &[u8], visit: &mut dyn FnMut(u64, Frame)) {
        let mut at = 0;
        while at < bytes.len() {
            if let Some((group, controls)) = self.valid_group(&bytes[at..]) {
                self.link(&group, DamageId { file_no: no, offset: to_u64(at) }, path);
                self.take(&group, controls, visit);
                at += group.stored_len();
                continue;
            }
            let used = at + bytes[at..].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            if used == at {
                return;
            }
            let next = self.next_valid(bytes, at);
            let tail = Tail {
                id: DamageId { file_no: no, offset: to_u64(at) },
                path: path.to_path_buf(),
                bytes: to_u64(next.unwrap_or(used) - at),
            };
            // An older file's tail that is still open was not linked over, so it stays the place to name.
            self.tail.get_or_insert(tail);
            match next {
                Some(next) => at = next,
                None => return,
            }
        }
    }

    /// The group must follow the one before it; if it does not, whatever lies between was acknowledged and is lost.
    fn link(&mut self, group: &Group<'_>, at: DamageId, path: &Path) {
        let header = &group.header;
        let tail = self.tail.take();
        if self.begun && header.prev == self.chain {
            // The tail was the torn end of an earlier start: the next start linked over it.
            return;
        }
        if !self.begun && tail.is_none() {
            // Older files were sealed and deleted; this is where the journal begins.
            return;
        }
        let known = self.begun && header.first_seq >= self.next_seq && header.values >= self.values;
        let (id, path, bytes) = match tail {
            Some(tail) => (tail.id, tail.path, tail.bytes),
            None => (at, path.to_path_buf(), 0),
        };
        self.damages.push(Damage {
            id,
            path,
            bytes,
            frames: known.then_some((self.next_seq, header.first_seq)),
            values: known.then(|| header.values - self.values),
        });
    }

    fn take(&mut self, group: &Group<'_>, controls: Vec<Control>, visit: &mut dyn FnMut(u64, Frame)) {
        let header = &group.header;
        self.begun = true;
        self.chain = group.chain();
        self.next_seq = header.first_seq;
        self.next_group_no = self.next_group_no.max(header.group_no + 1);
        self.values = header.values;
        self.incarnation = self.incarnation.max(header.incarnation);
        for control in controls {
            self.state.apply(&control);
            if let Control::Frame(frame) = control {
                self.values += frame.values();
                visit(self.next_seq, frame);
                self.next_seq += 1;
            }
        }
    }

    fn next_valid(&mut self, bytes: &[u8], damaged_at: usize) -> Option<usize> {
        let first = (damaged_at + 1).next_multiple_of(ALIGN);
        (first..bytes.len()).step_by(ALIGN).find(|at| self.valid_group(&bytes[*at..]).is_some())
    }

    fn valid_group<'b>(&mut self, bytes: &'b [u8]) -> Option<(Group<'b>, Vec<Control>)> {
        let group = Group::parse(bytes)?;
        let header = &group.header;
        if self.begun && header.group_no < self.next_group_no {
            return None;
        }
        let fresh = match &self.cipher {
            Some((salt, incarnation, _)) => *salt != header.salt || *incarnation != header.incarnation,
            None => true,
        };
        if fresh {
            let cipher = GroupCipher::new(self.key, &header.salt, header.incarnation);
            self.cipher = Some((header.salt, header.incarnation, cipher));
        }
        let (_, _, cipher) = self.cipher.as_ref()?;
        let controls = group.open(cipher)?;
        Some((group, controls))
    }
}

fn to_u64(len: usize) -> u64 {
    u64::try_from(len).expect("a journal file is far smaller than 2^64 bytes")
}
