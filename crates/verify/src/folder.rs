//! Reading the files of a log folder: bounded, and with a reason where it cannot be.

use crate::Why;
use seal::layout;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A log folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folder<'a> {
    pub(crate) root: &'a Path,
}

impl Folder<'_> {
    /// Bytes of a file of at most `len_max` bytes.
    pub(crate) fn read(&self, path: &str, len_max: usize) -> Result<Vec<u8>, Why> {
        read(&self.root.join(path), len_max)
    }

    /// The first `len` bytes of a file, or fewer if it is shorter; `None` if it cannot be read.
    pub(crate) fn read_start(&self, path: &str, len: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.root.join(path)).and_then(|file| file.take(len as u64).read_to_end(&mut bytes)).ok()?;
        Some(bytes)
    }

    /// The sizes under which receipts are filed, ascending.
    pub(crate) fn receipt_sizes(&self) -> Result<Vec<u64>, Why> {
        let unreadable = |error: std::io::Error| Why::Unreadable(error.to_string());
        let files = match std::fs::read_dir(self.root.join(layout::RECEIPTS)) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(unreadable(error)),
        };
        let mut sizes = Vec::new();
        for file in files {
            // Names that are no size as it is written are nothing we know of: half-written files, or `007`.
            let name = file.map_err(unreadable)?.file_name();
            let size = name.to_str().and_then(|name| name.parse::<u64>().ok());
            sizes.extend(size.filter(|size| name == size.to_string().as_str()));
        }
        sizes.sort_unstable();
        Ok(sizes)
    }
}

/// Bytes of a file of at most `len_max` bytes.
pub(crate) fn read(path: &Path, len_max: usize) -> Result<Vec<u8>, Why> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Why::Missing,
        _ => Why::Unreadable(error.to_string()),
    };
    let file = File::open(path).map_err(unreadable)?;
    let len = file.metadata().map_err(unreadable)?.len();
    if len > len_max as u64 {
        return Err(Why::TooLong(len));
    }
    let mut bytes = Vec::new();
    // The file may grow while it is read; one byte more than allowed is enough to know.
    file.take(len_max as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > len_max { Err(Why::TooLong(bytes.len() as u64)) } else { Ok(bytes) }
}

/// The log folders under `folder`: itself if it looks like one, or its subfolders, sorted by name.
///
/// Fails if the folder cannot be listed.
pub fn logs_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let parts = [layout::CHECKPOINT, layout::SEGMENTS, layout::TILES];
    if parts.iter().any(|part| folder.join(part).exists()) {
        return Ok(vec![folder.to_path_buf()]);
    }
    let mut logs = Vec::new();
    for child in std::fs::read_dir(folder)? {
        let child = child?.path();
        if child.is_dir() {
            logs.push(child);
        }
    }
    logs.sort();
    Ok(logs)
}
