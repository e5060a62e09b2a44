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
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_length: std::array::TryFromSliceError| {
            Error::SecretLen { path: path.to_path_buf(), len: bytes.len(), expected: 32 }
        })?;
        Ok(Self::new(key))
    }

    /// The keys of one incarnation (RFC 5869): to encrypt, and to make nonces. Two starts share them only if both
    /// randomness and the disk were set back.
    pub(crate) fn of_incarnation(&self, salt: &[u8; 16], incarnation: u64) -> [Zeroizing<[u8; 32]>; 2] {
        let kdf = Hkdf::<Sha256>::new(Some(salt), self.0.as_slice());
        ["yaoxia/journal/v1", "yaoxia/journal/nonce/v1"].map(|label| {
            let mut okm = Zeroizing::new([0u8; 32]);
            kdf.expand_multi_info(&[label.as_bytes(), &incarnation.to_be_bytes()], okm.as_mut_slice())
                .expect("32 bytes are within the 8160 HKDF-SHA256 can give");
            okm
        })
    }
}

/// Folder of the credentials that systemd lends a service, named by systemd itself. Some versions give the service its
/// right to read by an access control list, which shows as a right of the group.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Reads a secret; refuses a file that others may read, or the group, unless systemd lent it.
pub fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(path).map_err(|error| Error::io("stat", path, error))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & refused_rights(path, std::env::var_os(CREDENTIALS).as_deref().map(Path::new)) != 0 {
        return Err(Error::Exposed { path: path.to_path_buf(), mode });
    }
    if meta.len() > SECRET_LEN_MAX {
        return Err(Error::FileTooLarge { path: path.to_path_buf(), len: meta.len(), max: SECRET_LEN_MAX });
    }
    std::fs::read(path).map(Zeroizing::new).map_err(|error| Error::io("read", path, error))
}

/// Rights that a secret's file must not give.
fn refused_rights(path: &Path, lent: Option<&Path>) -> u32 {
    if lent.is_some_and(|folder| path.starts_with(folder)) { 0o037 } else { 0o077 }
}

/// Writes a secret durably with mode 0600.
pub fn write_secret(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    durable::write(disk, path, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_may_read_only_what_systemd_lent() {
        let lent = Path::new("/run/credentials/yaoxia-box.service");
        assert_eq!(refused_rights(&lent.join("log.key"), Some(lent)) & 0o440, 0);
        assert_ne!(refused_rights(&lent.join("log.key"), Some(lent)) & 0o444, 0);
        assert_ne!(refused_rights(Path::new("/etc/yaoxia/log.key"), Some(lent)) & 0o440, 0);
        assert_ne!(refused_rights(&lent.join("log.key"), None) & 0o440, 0);
    }
}
