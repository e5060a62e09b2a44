//! Secrets in files: the journal's key and any other the programs keep beside it.

use crate::{Disk, Error, durable};
use hkdf::Hkdf;
use sha2::Sha256;
use std::path::Path;
use zeroize::Zeroizing;

/// Largest secret file in bytes.
pub const SECRET_LEN_MAX: u64 = 64 * 1024;

/// The box key the journal is encrypted under. Losing it loses only frames that were not sealed yet.
#[derive(Clone)]
pub struct JournalKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for JournalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JournalKey(..)")
    }
}

impl JournalKey {
    /// Takes a key of 32 uniformly random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the key of 32 raw bytes from a file that only its owner may read.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let bytes = read_secret(path)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_: std::array::TryFromSliceError| {
            Error::SecretLen { path: path.to_path_buf(), len: bytes.len(), expected: 32 }
        })?;
        Ok(Self::new(key))
    }

    /// The key of one incarnation (RFC 5869). Two starts never share one: the salt is fresh randomness, and should
    /// randomness ever repeat, the incarnation number still differs.
    pub(crate) fn of_incarnation(&self, salt: &[u8; 16], incarnation: u64) -> Zeroizing<[u8; 32]> {
        let mut okm = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(Some(salt), self.0.as_slice())
            .expand_multi_info(&[b"yaoxia/journal/v1", &incarnation.to_be_bytes()], okm.as_mut_slice())
            .expect("32 bytes are within the 8160 HKDF-SHA256 can give");
        okm
    }
}

/// Reads a secret; refuses a file that group or others may read.
pub fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(path).map_err(|error| Error::io("stat", path, error))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(Error::Exposed { path: path.to_path_buf(), mode });
    }
    if meta.len() > SECRET_LEN_MAX {
        return Err(Error::FileTooLarge { path: path.to_path_buf(), len: meta.len(), max: SECRET_LEN_MAX });
    }
    std::fs::read(path).map(Zeroizing::new).map_err(|error| Error::io("read", path, error))
}

/// Writes a secret durably with mode 0600.
pub fn write_secret(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    durable::write(disk, path, bytes)
}
