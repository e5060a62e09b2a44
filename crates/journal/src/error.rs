//! What can go wrong between memory and disk, and what the caller must do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to do with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The world hiccuped: try the same again later.
    Retry,
    /// This datum cannot be stored as it is: keep it as evidence elsewhere, go on.
    Reject,
    /// The disk or the log can no longer be trusted: end the process and recover from disk.
    Stop,
}

/// Why bytes were not stored or could not be read back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A file operation failed. Nothing is acknowledged that depended on it.
    #[error("{op} {}: {source}", path.display())]
    Io {
        /// What was tried.
        op: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// `fsync` or a write to the journal failed: after that the page cache no longer tells what is on the disk, so
    /// nothing more is written or acknowledged by this process (fsync must never be retried).
    #[error("journal stopped after {op} {} failed: {reason}; restart to recover from disk", path.display())]
    Stopped {
        /// What failed.
        op: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        reason: Arc<str>,
    },
    /// No room for another journal file. The reserve is kept for gaps and seals; free space or add a disk.
    #[error("disk full at {}: {free} bytes of the journal are left and kept for gaps and seals", path.display())]
    DiskFull {
        /// Folder of the journal.
        path: PathBuf,
        /// Bytes still writable in the current file.
        free: u64,
    },
    /// More frames are waiting than the queue holds; the source must wait.
    #[error("journal queue holds {frames} frames and {bytes} bytes, at most {frames_max} and {bytes_max} are allowed")]
    QueueFull {
        /// Frames waiting.
        frames: usize,
        /// Bytes waiting.
        bytes: usize,
        /// Limit of frames.
        frames_max: usize,
        /// Limit of bytes.
        bytes_max: usize,
    },
    /// One frame is larger than a journal file may take at once: split the delivery.
    #[error("frame of {bytes} bytes is larger than {max} bytes")]
    FrameTooLarge {
        /// Size of the frame.
        bytes: usize,
        /// Largest frame.
        max: usize,
    },
    /// Bytes that passed their checksum do not decode: another version wrote them, or a defect.
    #[error("{}: {what} at byte {at}", path.display())]
    Malformed {
        /// File.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
        /// Byte offset.
        at: u64,
    },
    /// A secret file can be read by others than its owner.
    #[error("{} has mode {mode:o}; secrets must be readable by their owner only (chmod 600)", path.display())]
    Exposed {
        /// File.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A secret file has another length than its kind of secret.
    #[error("{} holds {len} bytes, {expected} are needed", path.display())]
    SecretLen {
        /// File.
        path: PathBuf,
        /// Bytes found.
        len: usize,
        /// Bytes needed.
        expected: usize,
    },
    /// What was read back is not what was written: the disk or memory changed it before it was signed.
    #[error("{} differs from what was written: {wanted} expected, {found} read back", path.display())]
    WrittenDiffers {
        /// File.
        path: PathBuf,
        /// SHA-256 of what was written.
        wanted: record::Digest,
        /// SHA-256 of what was read back.
        found: record::Digest,
    },
    /// Another segment is already stored under this number: somebody rewrote history.
    #[error("segment {seg_no} is stored with other bytes ({stored}) than those offered ({offered})")]
    Conflict {
        /// Number of the segment.
        seg_no: u64,
        /// SHA-256 of the stored segment.
        stored: record::Digest,
        /// SHA-256 of the offered one.
        offered: record::Digest,
    },
    /// Segments are stored in order without holes.
    #[error("segment {offered} does not follow the {size} segments of the log")]
    OutOfOrder {
        /// Number offered.
        offered: u64,
        /// Size of the log.
        size: u64,
    },
    /// A checkpoint file is not one.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// File.
        path: PathBuf,
        /// What is wrong with it.
        source: Arc<seal::Error>,
    },
    /// The tiles do not give the root the checkpoint states: one of them was changed.
    #[error("{}: checkpoint states root {stated}, tiles give {computed}", path.display())]
    RootDiffers {
        /// Folder of the log.
        path: PathBuf,
        /// Root in the checkpoint.
        stated: record::Digest,
        /// Root of the tiles.
        computed: record::Digest,
    },
    /// The log is shorter than a head that was cosigned of it: an older copy was put back, or the disk lost what it had
    /// promised to keep. Nothing may be signed on top of it.
    #[error("{}: the log has {size} segments, but a receipt says that {witnessed} were witnessed", path.display())]
    SetBack {
        /// Folder of the log.
        path: PathBuf,
        /// Segments there are.
        size: u64,
        /// Segments of the largest receipt.
        witnessed: u64,
    },
    /// A tile or entry bundle has the wrong shape.
    #[error(transparent)]
    Seal(Arc<seal::Error>),
    /// The path names no file in a folder.
    #[error("{path:?} is not the path of a file in a folder")]
    BadPath {
        /// The path as given.
        path: String,
    },
    /// A stored file is larger than its kind may be.
    #[error("{} has {len} bytes, at most {max} are allowed", path.display())]
    FileTooLarge {
        /// File.
        path: PathBuf,
        /// Its length.
        len: u64,
        /// Limit.
        max: u64,
    },
}

impl From<seal::Error> for Error {
    fn from(error: seal::Error) -> Self {
        Self::Seal(Arc::new(error))
    }
}

impl Error {
    pub(crate) fn io(op: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { op, path: path.to_path_buf(), source: Arc::new(source) }
    }

    /// A failed fsync: the caller must not go on, whatever the system's error says.
    pub(crate) fn fsync(path: &Path, source: &io::Error) -> Self {
        Self::Stopped { op: "fsync", path: path.to_path_buf(), reason: source.to_string().into() }
    }

    /// The file does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// No space, no inode or no quota is left.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::DiskFull { .. } => true,
            Self::Io { source, .. } => is_full(source),
            _ => false,
        }
    }

    /// What the caller must do.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::DiskFull { .. } | Self::QueueFull { .. } => Verdict::Retry,
            Self::Io { .. } if self.is_disk_full() => Verdict::Retry,
            Self::FrameTooLarge { .. } | Self::BadPath { .. } | Self::OutOfOrder { .. } | Self::FileTooLarge { .. } => {
                Verdict::Reject
            }
            Self::Io { .. }
            | Self::Stopped { .. }
            | Self::Malformed { .. }
            | Self::Exposed { .. }
            | Self::SecretLen { .. }
            | Self::WrittenDiffers { .. }
            | Self::Conflict { .. }
            | Self::Checkpoint { .. }
            | Self::RootDiffers { .. }
            | Self::SetBack { .. }
            | Self::Seal(_) => Verdict::Stop,
        }
    }
}

/// The system said that space, inodes or quota are used up.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
