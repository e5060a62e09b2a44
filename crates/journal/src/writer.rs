//! The one thread that writes the journal: it gathers frames into a group, writes it, syncs once, answers all.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | group written | nothing, or a torn tail, or the whole group: unanswered either way, the source delivers again |
//! | group synced | the whole group; the answers may be lost, the source delivers again and is recognised |
//! | spare made (`create`, zeros, `fdatasync`, `fsync` of the folder) | a blank file, used or removed at the start |
//! | file begun (state group written and synced over zeros) | a blank file, a torn first group, or a good one |
//! | file removed after its frames are sealed | the file is there or not; every later file begins with the state |

use crate::error::is_full;
use crate::frame::{Control, Frame, LogState};
use crate::group::{GroupCipher, GroupHeader, OVERHEAD, seal_group};
use crate::journal::Appended;
use crate::recover::{FileInfo, Found, file_name};
use crate::{Disk, DiskFile, Error, durable};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Size of a journal file, preallocated with zeros so that `fdatasync` has no file size to record. Bytes.
pub const WAL_FILE_BYTES: usize = 16 * 1024 * 1024;
/// Longest wait for more frames before a group is written. Milliseconds.
pub const GROUP_WAIT_MS: u64 = 5;
/// A group is written at once when it has grown to this. Bytes.
pub const GROUP_BYTES_TARGET: usize = 256 * 1024;
/// Largest frame. Bytes.
pub const FRAME_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Frames that may wait for the writer.
pub const QUEUE_FRAMES_MAX: usize = 1024;
/// Bytes of frames that may wait for the writer.
pub const QUEUE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// End of the last journal file on a full disk, kept for frames without values (gaps, settled damage) and for seal
/// intents, so that what is held can still be sealed and sent. Bytes.
pub const RESERVE_BYTES: usize = 1024 * 1024;

/// Sizes of the journal's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of one file, in bytes.
    pub file_bytes: usize,
    /// Kept at the end of the last file on a full disk, in bytes.
    pub reserve_bytes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { file_bytes: WAL_FILE_BYTES, reserve_bytes: RESERVE_BYTES }
    }
}

/// Folder inside the journal's that damaged files are moved to once their readable frames are sealed.
const QUARANTINE: &str = "quarantine";

/// Called on the writer thread with the outcome; it must not block.
pub(crate) type Done<T> = Box<dyn FnOnce(Result<T, Error>) + Send>;

pub(crate) enum Command {
    Frame { frame: Frame, done: Done<Appended> },
    Intent { seg_no: u64, upto: u64, done: Done<()> },
    Sealed { upto: u64, done: Done<()> },
}

struct OpenFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    offset: usize,
}

enum Answer {
    Frame(Done<Appended>, u64),
    Intent(Done<()>),
}

#[derive(Default)]
struct Pending {
    controls: Vec<Control>,
    answers: Vec<Answer>,
    frames: u32,
    values: u64,
    bytes: usize,
}

pub(crate) struct Writer {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    sizes: Sizes,
    cipher: GroupCipher,
    salt: [u8; 16],
    incarnation: u64,
    state: LogState,
    /// Older files in order; the one being written is not among them.
    files: Vec<FileInfo>,
    current: OpenFile,
    current_no: u64,
    spare: Option<(u64, PathBuf)>,
    next_file_no: u64,
    next_seq: u64,
    next_group_no: u64,
    values: u64,
    chain: [u8; 32],
    queued_bytes: Arc<AtomicUsize>,
    stopped: Option<Error>,
}

impl Writer {
    /// Begins a new file for this start; an older one is never appended to.
    pub(crate) fn begin(
        disk: Arc<dyn Disk>,
        dir: &Path,
        sizes: Sizes,
        (cipher, salt): (GroupCipher, [u8; 16]),
        found: Found,
        queued_bytes: Arc<AtomicUsize>,
    ) -> Result<Self, Error> {
        let (current_no, path, next_file_no) = match found.spare {
            Some((no, path)) => (no, path, found.next_file_no),
            None => (found.next_file_no, dir.join(file_name(found.next_file_no)), found.next_file_no + 1),
        };
        let mut writer = Self {
            current: OpenFile { file: open_blank(&*disk, &path, sizes.file_bytes)?, path, offset: 0 },
            disk,
            dir: dir.to_path_buf(),
            sizes,
            cipher,
            salt,
            incarnation: found.incarnation,
            state: found.state,
            files: found.files,
            current_no,
            spare: None,
            next_file_no,
            next_seq: found.next_seq,
            next_group_no: found.next_group_no,
            values: found.values,
            chain: found.chain,
            queued_bytes,
            stopped: None,
        };
        writer.write_state()?;
        writer.make_spare()?;
        Ok(writer)
    }

    /// Serves commands until every handle is gone.
    pub(crate) fn run(mut self, commands: &Receiver<Command>) {
        while let Ok(first) = commands.recv() {
            let mut pending = Pending::default();
            self.take(first, &mut pending);
            let deadline = Instant::now() + Duration::from_millis(GROUP_WAIT_MS);
            while pending.bytes > 0 && pending.bytes < GROUP_BYTES_TARGET {
                match commands.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                    Ok(command) => self.take(command, &mut pending),
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
                }
            }
            self.commit(pending);
        }
    }

    fn take(&mut self, command: Command, pending: &mut Pending) {
        match command {
            Command::Frame { frame, done } => {
                let bytes = frame.stored_len();
                self.queued_bytes.fetch_sub(bytes, Ordering::AcqRel);
                let Sizes { file_bytes, reserve_bytes } = self.sizes;
                let room = if frame.values() > 0 { file_bytes - reserve_bytes } else { file_bytes };
                if let Err(error) = self.make_room(bytes, room, pending) {
                    return done(Err(error));
                }
                let seq = self.next_seq + u64::from(pending.frames);
                pending.frames += 1;
                pending.values += frame.values();
                pending.bytes += bytes;
                pending.controls.push(Control::Frame(frame));
                pending.answers.push(Answer::Frame(done, seq));
            }
            Command::Intent { seg_no, upto, done } => {
                let bytes = 17;
                if let Err(error) = self.make_room(bytes, self.sizes.file_bytes, pending) {
                    return done(Err(error));
                }
                pending.bytes += bytes;
                pending.controls.push(Control::Intent { seg_no, upto });
                pending.answers.push(Answer::Intent(done));
            }
            Command::Sealed { upto, done } => done(self.forget(upto)),
        }
    }

    /// Makes sure that `bytes` more fit below `limit` of the current file, in a new file if need be.
    fn make_room(&mut self, bytes: usize, limit: usize, pending: &mut Pending) -> Result<(), Error> {
        if let Some(error) = &self.stopped {
            return Err(error.clone());
        }
        if self.current.offset + pending.bytes + bytes + OVERHEAD <= limit {
            return Ok(());
        }
        self.commit(std::mem::take(pending));
        if let Some(error) = &self.stopped {
            return Err(error.clone());
        }
        if self.current.offset + bytes + OVERHEAD <= limit {
            return Ok(());
        }
        let rolled = self.make_spare().and_then(|()| self.roll());
        rolled.map_err(|error| self.stop_unless_full(error))?;
        if self.current.offset + bytes + OVERHEAD > limit {
            let max = limit.saturating_sub(self.current.offset + OVERHEAD);
            return Err(Error::FrameTooLarge { bytes, max });
        }
        Ok(())
    }

    fn commit(&mut self, pending: Pending) {
        if pending.controls.is_empty() {
            return;
        }
        match self.write_group(&pending.controls, pending.frames) {
            Ok(()) => {
                pending.controls.iter().for_each(|control| self.state.apply(control));
                self.next_seq += u64::from(pending.frames);
                self.values += pending.values;
                pending.answers.into_iter().for_each(|answer| match answer {
                    Answer::Frame(done, seq) => done(Ok(Appended { seq })),
                    Answer::Intent(done) => done(Ok(())),
                });
            }
            Err(error) => {
                let error = self.stop_unless_full(error);
                pending.answers.into_iter().for_each(|answer| match answer {
                    Answer::Frame(done, _) => done(Err(error.clone())),
                    Answer::Intent(done) => done(Err(error.clone())),
                });
            }
        }
    }

    fn write_group(&mut self, controls: &[Control], frames: u32) -> Result<(), Error> {
        let header = GroupHeader {
            frames,
            incarnation: self.incarnation,
            salt: self.salt,
            group_no: self.next_group_no,
            first_seq: self.next_seq,
            values: self.values,
            prev: self.chain,
        };
        // Counted up before the write: a number is a nonce, and a failed write may have left its bytes on the disk.
        self.next_group_no += 1;
        let (bytes, chain) = seal_group(&self.cipher, &header, controls);
        let current = &mut self.current;
        let offset = u64::try_from(current.offset).expect("a journal file is 16 MiB");
        current.file.write_all_at(offset, &bytes).map_err(|error| Error::io("write", &current.path, error))?;
        current.file.sync_data().map_err(|error| Error::fsync(&current.path, &error))?;
        current.offset += bytes.len();
        self.chain = chain;
        Ok(())
    }

    fn write_state(&mut self) -> Result<(), Error> {
        let state = Control::State(self.state.clone());
        self.write_group(std::slice::from_ref(&state), 0)
    }

    /// Goes on in the spare file.
    fn roll(&mut self) -> Result<(), Error> {
        let Some((no, path)) = self.spare.take() else {
            let free = u64::try_from(self.sizes.file_bytes - self.current.offset).expect("a journal file is 16 MiB");
            return Err(Error::DiskFull { path: self.dir.clone(), free });
        };
        let file = self.disk.open(&path).map_err(|error| Error::io("open", &path, error))?;
        let old = std::mem::replace(&mut self.current, OpenFile { file, path, offset: 0 });
        self.files.push(FileInfo { no: self.current_no, path: old.path, end_seq: self.next_seq, damaged: false });
        self.current_no = no;
        self.write_state()?;
        self.make_spare()
    }

    /// Preallocates the next file if there is room for it; a full disk is no error until the file is needed.
    fn make_spare(&mut self) -> Result<(), Error> {
        if self.spare.is_some() {
            return Ok(());
        }
        let no = self.next_file_no;
        let path = self.dir.join(file_name(no));
        match preallocate(&*self.disk, &path, self.sizes.file_bytes) {
            Ok(_) => {
                self.next_file_no += 1;
                self.spare = Some((no, path));
                Ok(())
            }
            Err(error) if error.is_disk_full() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Lets go of files whose frames all lie before `upto`.
    fn forget(&mut self, upto: u64) -> Result<(), Error> {
        if let Some(error) = &self.stopped {
            return Err(error.clone());
        }
        let keep_from = self.files.iter().position(|file| file.end_seq > upto).unwrap_or(self.files.len());
        for file in self.files.drain(..keep_from).collect::<Vec<_>>() {
            if file.damaged {
                let aside = self.dir.join(QUARANTINE);
                durable::make_dirs(&*self.disk, &aside)?;
                let to = aside.join(file_name(file.no));
                self.disk.rename(&file.path, &to).map_err(|error| Error::io("rename", &to, error))?;
                self.state.settled.retain(|id| id.file_no != file.no);
            } else {
                self.disk.remove(&file.path).map_err(|error| Error::io("remove", &file.path, error))?;
            }
        }
        Ok(())
    }

    fn stop_unless_full(&mut self, error: Error) -> Error {
        if error.is_disk_full() {
            return error;
        }
        let stopped = match error {
            Error::Stopped { .. } => error,
            Error::Io { op, path, source } => Error::Stopped { op, path, reason: source.to_string().into() },
            other => Error::Stopped { op: "write", path: self.dir.clone(), reason: other.to_string().into() },
        };
        self.stopped = Some(stopped.clone());
        stopped
    }
}

/// Opens the first file of a start, making it if there is no spare.
fn open_blank(disk: &dyn Disk, path: &Path, file_bytes: usize) -> Result<Box<dyn DiskFile>, Error> {
    match disk.open(path) {
        Ok(file) => Ok(file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => preallocate(disk, path, file_bytes),
        Err(error) => Err(Error::io("open", path, error)),
    }
}

fn preallocate(disk: &dyn Disk, path: &Path, file_bytes: usize) -> Result<Box<dyn DiskFile>, Error> {
    const CHUNK: usize = 1024 * 1024;
    let zeros = vec![0u8; CHUNK.min(file_bytes)];
    let made = disk.create(path).and_then(|mut file| {
        for start in (0..file_bytes).step_by(CHUNK) {
            let offset = u64::try_from(start).expect("a journal file is a few MiB");
            file.write_all_at(offset, &zeros[..CHUNK.min(file_bytes - start)])?;
        }
        Ok(file)
    });
    let mut file = match made {
        Ok(file) => file,
        Err(error) if is_full(&error) => {
            // What was written of it would only eat the last free bytes.
            match disk.remove(path) {
                Err(left) if left.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", path, left));
                }
                _ => return Err(Error::io("preallocate", path, error)),
            }
        }
        Err(error) => return Err(Error::io("preallocate", path, error)),
    };
    file.sync_data().map_err(|error| Error::fsync(path, &error))?;
    let folder = path.parent().ok_or_else(|| Error::BadPath { path: path.display().to_string() })?;
    disk.sync_dir(folder).map_err(|error| Error::fsync(folder, &error))?;
    Ok(file)
}
