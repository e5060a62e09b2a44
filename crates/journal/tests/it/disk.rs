//! A disk in memory that tears, fills, fails and loses power at a chosen operation.
//!
//! It keeps what the page cache shows apart from what is durable. After a power cut each unsynced sector and each
//! unsynced name change survives or not, by a seeded coin: names in order, sectors in any.

use journal::{Disk, DiskFile};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

const SECTOR: usize = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The operation fails and does nothing.
    Fails(io::ErrorKind),
    /// A write stores half of its bytes and fails.
    Torn,
    /// Power goes before the operation.
    CutBefore,
    /// Power goes after the operation, before its answer.
    CutAfter,
}

#[derive(Debug, Default, Clone)]
struct Inode {
    cached: Vec<u8>,
    durable: Vec<u8>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Link(PathBuf, usize),
    Unlink(PathBuf),
}

#[derive(Debug, Default)]
struct State {
    inodes: Vec<Inode>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    pending: Vec<NameChange>,
    dirs: BTreeSet<PathBuf>,
    operations: u64,
    faults: BTreeMap<u64, Fault>,
    capacity: Option<usize>,
    off: bool,
    lying: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FakeDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct FakeFile {
    disk: FakeDisk,
    inode: usize,
}

fn power_off() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "power is off")
}

impl State {
    /// Runs one operation under the fault planned for it.
    fn run<T>(&mut self, operation: impl FnOnce(&mut Self, bool) -> io::Result<T>) -> io::Result<T> {
        if self.off {
            return Err(power_off());
        }
        let fault = self.faults.get(&self.operations).copied();
        self.operations += 1;
        match fault {
            None => operation(self, false),
            Some(Fault::Fails(kind)) => Err(kind.into()),
            Some(Fault::Torn) => operation(self, true).and_then(|_| Err(io::ErrorKind::Other.into())),
            Some(Fault::CutBefore) => {
                self.off = true;
                Err(power_off())
            }
            Some(Fault::CutAfter) => {
                let done = operation(self, false);
                self.off = true;
                done.and_then(|_| Err(power_off()))
            }
        }
    }

    fn inode(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn used(&self) -> usize {
        self.names.values().map(|inode| self.inodes[*inode].cached.len()).sum()
    }
}

impl FakeDisk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn operations(&self) -> u64 {
        self.lock().operations
    }

    pub(crate) fn plan(&self, operation: u64, fault: Fault) {
        self.lock().faults.insert(operation, fault);
    }

    pub(crate) fn set_capacity(&self, bytes: Option<usize>) {
        self.lock().capacity = bytes;
    }

    /// From now on a sync answers that it was done and does nothing.
    pub(crate) fn lie(&self) {
        self.lock().lying = true;
    }

    /// The disk as the next process finds it when only the process was killed: the page cache is still there.
    pub(crate) fn restart(&self) -> Self {
        let state = self.lock();
        Self(Arc::new(Mutex::new(State {
            inodes: state.inodes.clone(),
            names: state.names.clone(),
            durable_names: state.durable_names.clone(),
            pending: state.pending.clone(),
            dirs: state.dirs.clone(),
            capacity: state.capacity,
            ..State::default()
        })))
    }

    pub(crate) fn is_off(&self) -> bool {
        self.lock().off
    }

    /// Changes the bytes of a file behind everybody's back.
    pub(crate) fn edit(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.lock();
        let inode = state.inode(path).unwrap();
        let inode = &mut state.inodes[inode];
        change(&mut inode.cached);
        inode.durable = inode.cached.clone();
    }

    pub(crate) fn bytes(&self, path: &Path) -> Vec<u8> {
        let state = self.lock();
        state.inodes[state.inode(path).unwrap()].cached.clone()
    }

    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.lock().names.keys().cloned().collect()
    }

    /// The disk as a machine finds it after the power comes back.
    pub(crate) fn reboot(&self, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let state = self.lock();
        let mut names = state.durable_names.clone();
        let kept = rng.random_range(0..=state.pending.len());
        for change in &state.pending[..kept] {
            match change {
                NameChange::Link(path, inode) => drop(names.insert(path.clone(), *inode)),
                NameChange::Unlink(path) => drop(names.remove(path)),
            }
        }
        let inodes = state.inodes.iter().map(|inode| survive(inode, &mut rng)).collect();
        Self(Arc::new(Mutex::new(State {
            inodes,
            names: names.clone(),
            durable_names: names,
            dirs: state.dirs.clone(),
            capacity: state.capacity,
            ..State::default()
        })))
    }
}

fn survive(inode: &Inode, rng: &mut ChaCha8Rng) -> Inode {
    let mut bytes = inode.durable.clone();
    if inode.cached != inode.durable {
        let len = if rng.random() { inode.cached.len() } else { inode.durable.len() };
        bytes.resize(len, 0);
        for start in (0..len).step_by(SECTOR) {
            let end = (start + SECTOR).min(len).min(inode.cached.len());
            if start < end && rng.random() {
                bytes[start..end].copy_from_slice(&inode.cached[start..end]);
            }
        }
    }
    Inode { cached: bytes.clone(), durable: bytes }
}

impl Disk for FakeDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let inode = self.lock().run(|state, _| {
            let inode = state.inodes.len();
            state.inodes.push(Inode::default());
            state.names.insert(path.to_path_buf(), inode);
            state.pending.push(NameChange::Link(path.to_path_buf(), inode));
            Ok(inode)
        })?;
        Ok(Box::new(FakeFile { disk: self.clone(), inode }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let inode = self.lock().run(|state, _| state.inode(path))?;
        Ok(Box::new(FakeFile { disk: self.clone(), inode }))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.lock().run(|state, _| Ok(state.inodes[state.inode(path)?].cached.clone()))
    }

    fn len(&self, path: &Path) -> io::Result<u64> {
        self.lock().run(|state, _| Ok(state.inodes[state.inode(path)?].cached.len() as u64))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.lock().run(|state, _| {
            let inode = state.inode(from)?;
            state.names.remove(from);
            state.names.insert(to.to_path_buf(), inode);
            state.pending.push(NameChange::Link(to.to_path_buf(), inode));
            state.pending.push(NameChange::Unlink(from.to_path_buf()));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.lock().run(|state, _| {
            state.inode(path)?;
            state.names.remove(path);
            state.pending.push(NameChange::Unlink(path.to_path_buf()));
            Ok(())
        })
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.lock().run(|state, _| {
            state.dirs.insert(path.to_path_buf());
            Ok(())
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        self.lock().run(|state, _| {
            let inside = |child: &PathBuf| child.parent() == Some(path);
            if !state.dirs.contains(path) {
                return Err(io::ErrorKind::NotFound.into());
            }
            let names: BTreeSet<String> = state
                .names
                .keys()
                .chain(&state.dirs)
                .filter(|child| inside(child))
                .map(|child| child.file_name().unwrap().to_str().unwrap().to_owned())
                .collect();
            Ok(names.into_iter().collect())
        })
    }

    fn sync_dir(&self, _path: &Path) -> io::Result<()> {
        self.lock().run(|state, _| {
            if state.lying {
                return Ok(());
            }
            // A directory's journal commits all earlier name changes with it, as ext4 and XFS do.
            state.pending.clear();
            state.durable_names = state.names.clone();
            Ok(())
        })
    }
}

impl DiskFile for FakeFile {
    fn write_all_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let inode = self.inode;
        self.disk.lock().run(|state, torn| {
            let bytes = if torn { &bytes[..bytes.len() / 2] } else { bytes };
            let offset = usize::try_from(offset).unwrap();
            let grows = (offset + bytes.len()).saturating_sub(state.inodes[inode].cached.len());
            if state.capacity.is_some_and(|capacity| grows > 0 && state.used() + grows > capacity) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let cached = &mut state.inodes[inode].cached;
            cached.resize(cached.len().max(offset + bytes.len()), 0);
            cached[offset..offset + bytes.len()].copy_from_slice(bytes);
            Ok(())
        })
    }

    fn sync_data(&mut self) -> io::Result<()> {
        let inode = self.inode;
        self.disk.lock().run(|state, _| {
            if !state.lying {
                let inode = &mut state.inodes[inode];
                inode.durable = inode.cached.clone();
            }
            Ok(())
        })
    }
}
