//! The one way an evidence file comes to be: whole or not at all, after any crash.

use crate::{Disk, Error};
use std::path::{Path, PathBuf};

/// Ending of a file that is being written; a restart removes what is left of them.
pub const TEMP_SUFFIX: &str = ".tmp";

/// Writes `bytes` to `path` so that after this returns they survive a power cut, and until then `path` keeps its old
/// content (or absence). Folders on the way are made durable too.
///
/// | step | system call | a crash here leaves |
/// |---|---|---|
/// | 1 | `mkdir` + `fsync` of the parent, for each missing folder | an empty folder |
/// | 2 | `openat` + `write` of `path.tmp` | a partial `.tmp`; `path` is old |
/// | 3 | `fdatasync` of `path.tmp` | a whole `.tmp`; `path` is old |
/// | 4 | `renameat` to `path` | old or new, never a mixture |
/// | 5 | `fsync` of the folder | new |
///
/// Fails with [`Error::Io`]. After a failed write of step 2 (disk full) the temporary file is removed and the same
/// call may be tried again; a failure of step 3 or 5 has the verdict Stop: the system has forgotten dirty pages.
pub fn write(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = parent(path)?;
    make_dirs(disk, folder)?;
    let temp = temp_path(path);
    let mut file = disk.create(&temp).map_err(|error| Error::io("create", &temp, error))?;
    if let Err(error) = file.write_all_at(0, bytes) {
        drop(file);
        disk.remove(&temp).map_err(|error| Error::io("remove", &temp, error))?;
        return Err(Error::io("write", &temp, error));
    }
    file.sync_data().map_err(|error| Error::fsync(&temp, &error))?;
    drop(file);
    disk.rename(&temp, path).map_err(|error| Error::io("rename", path, error))?;
    disk.sync_dir(folder).map_err(|error| Error::fsync(folder, &error))
}

/// Makes `folder` and every missing folder above it, each durable in its parent before the next is made.
pub fn make_dirs(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    let mut missing: Vec<&Path> = Vec::new();
    let mut at = folder;
    while !at.as_os_str().is_empty() {
        match disk.list(at) {
            Ok(_) => break,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing.push(at),
            Err(error) => return Err(Error::io("list", at, error)),
        }
        match at.parent() {
            Some(above) => at = above,
            None => break,
        }
    }
    for folder in missing.into_iter().rev() {
        disk.create_dir(folder).map_err(|error| Error::io("mkdir", folder, error))?;
        let above = match folder.parent() {
            Some(above) if !above.as_os_str().is_empty() => above,
            _ => Path::new("."),
        };
        disk.sync_dir(above).map_err(|error| Error::fsync(above, &error))?;
    }
    Ok(())
}

/// Reads a whole file of at most `bytes_max` bytes; a missing file is `None`.
pub fn read(disk: &dyn Disk, path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, Error> {
    match disk.len(path) {
        Ok(len) if len > bytes_max => Err(Error::FileTooLarge { path: path.to_path_buf(), len, max: bytes_max }),
        Ok(_) => disk.read(path).map(Some).map_err(|error| Error::io("read", path, error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("stat", path, error)),
    }
}

fn parent(path: &Path) -> Result<&Path, Error> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => Ok(folder),
        _ => Err(Error::BadPath { path: path.display().to_string() }),
    }
}

/// The name a file has while it is being written.
pub(crate) fn temp_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(TEMP_SUFFIX);
    PathBuf::from(name)
}
