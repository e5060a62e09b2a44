//! The journal as its users see it.

use crate::frame::Frame;
use crate::group::GroupCipher;
use crate::recover::{Recovery, scan};
use crate::writer::{Command, Done, FRAME_BYTES_MAX, QUEUE_BYTES_MAX, QUEUE_FRAMES_MAX, Sizes, Writer};
use crate::{Disk, Error, JournalKey, durable};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// The answer to a frame: it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its number. Numbers are dense and never used twice.
    pub seq: u64,
}

/// The write-ahead log of what was received. Handles are cheap to clone; the writer ends when the last one is gone.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    commands: Option<SyncSender<Command>>,
    queued_bytes: Arc<AtomicUsize>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.commands.take();
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(thread) = thread
            && std::thread::current().id() != thread.thread().id()
        {
            // A panic of the writer has already been printed by its thread; there is no one left to tell.
            drop(thread.join());
        }
    }
}

impl Journal {
    /// Recovers what is in `dir` (made if missing) and begins a new incarnation in a new file.
    ///
    /// `salt` is fresh randomness. Damage never keeps the journal from opening: it is reported in [`Recovery`].
    /// Fails if the folder cannot be read or a first file cannot be made ([`Error::is_disk_full`]).
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        key: &JournalKey,
        salt: [u8; 16],
        sizes: Sizes,
    ) -> Result<(Self, Recovery), Error> {
        durable::make_dirs(&*disk, dir)?;
        let found = scan(&*disk, dir, key, sizes.file_bytes)?;
        let recovery = Recovery {
            incarnation: found.incarnation,
            state: found.state.clone(),
            next_seq: found.next_seq,
            torn_bytes: found.torn_bytes,
            damages: found.damages.clone(),
            replay: found.replay(Arc::clone(&disk), key.clone()),
        };
        let queued_bytes = Arc::new(AtomicUsize::new(0));
        let cipher = GroupCipher::new(key, &salt, found.incarnation);
        let writer = Writer::begin(disk, dir, sizes, (cipher, salt), found, Arc::clone(&queued_bytes))?;
        let (commands, queue) = sync_channel(QUEUE_FRAMES_MAX);
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || writer.run(&queue))
            .map_err(|error| Error::io("spawn writer for", dir, error))?;
        let inner = Inner { commands: Some(commands), queued_bytes, thread: Mutex::new(Some(thread)) };
        Ok((Self(Arc::new(inner)), recovery))
    }

    /// Hands a frame to the writer. `done` is called on the writer's thread once the frame is durable, or with the
    /// reason why it never will be; it must not block.
    ///
    /// Fails at once with [`Error::QueueFull`] or [`Error::FrameTooLarge`]; then `done` is not called.
    pub fn submit(
        &self,
        frame: Frame,
        done: impl FnOnce(Result<Appended, Error>) + Send + 'static,
    ) -> Result<(), Error> {
        let bytes = frame.stored_len();
        if bytes > FRAME_BYTES_MAX {
            return Err(Error::FrameTooLarge { bytes, max: FRAME_BYTES_MAX });
        }
        let queued = self.0.queued_bytes.fetch_add(bytes, Ordering::AcqRel);
        let refused = |frames| Error::QueueFull {
            frames,
            bytes: queued,
            frames_max: QUEUE_FRAMES_MAX,
            bytes_max: QUEUE_BYTES_MAX,
        };
        if queued + bytes > QUEUE_BYTES_MAX {
            self.0.queued_bytes.fetch_sub(bytes, Ordering::AcqRel);
            return Err(refused(0));
        }
        let sent = self.sender().try_send(Command::Frame { frame, done: Box::new(done) });
        sent.map_err(|error| {
            self.0.queued_bytes.fetch_sub(bytes, Ordering::AcqRel);
            match error {
                TrySendError::Full(_) => refused(QUEUE_FRAMES_MAX),
                TrySendError::Disconnected(_) => writer_gone(),
            }
        })
    }

    /// Appends a frame and waits until it is durable.
    pub fn append(&self, frame: Frame) -> Result<Appended, Error> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        self.submit(frame, move |outcome| {
            // The receiver waits below; if its thread was killed there is no one to tell.
            drop(sender.send(outcome));
        })?;
        receiver.recv().unwrap_or_else(|std::sync::mpsc::RecvError| Err(writer_gone()))
    }

    /// Records durably that segment `seg_no` is about to be made of all frames before `upto` that no earlier segment
    /// holds. A restart that finds the segment in the log skips those frames, one that does not seals them again.
    pub fn intend(&self, seg_no: u64, upto: u64) -> Result<(), Error> {
        self.wait(|done| Command::Intent { seg_no, upto, done })
    }

    /// Lets go of frames before `upto`. Call it only after the segment that holds them is durable.
    pub fn sealed(&self, upto: u64) -> Result<(), Error> {
        self.wait(|done| Command::Sealed { upto, done })
    }

    /// Bytes waiting for the writer.
    pub fn queued_bytes(&self) -> usize {
        self.0.queued_bytes.load(Ordering::Acquire)
    }

    fn wait(&self, command: impl FnOnce(Done<()>) -> Command) -> Result<(), Error> {
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let done: Done<()> = Box::new(move |outcome| drop(sender.send(outcome)));
        self.sender().send(command(done)).map_err(|std::sync::mpsc::SendError(_)| writer_gone())?;
        receiver.recv().unwrap_or_else(|std::sync::mpsc::RecvError| Err(writer_gone()))
    }

    fn sender(&self) -> &SyncSender<Command> {
        self.0.commands.as_ref().expect("the sender is taken only when the last handle is dropped")
    }
}

fn writer_gone() -> Error {
    Error::Stopped { op: "write", path: "journal".into(), reason: "the writer thread has ended".into() }
}
