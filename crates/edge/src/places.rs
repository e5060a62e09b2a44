//! Where the box keeps what.
//!
//! | path | what | its loss costs |
//! |---|---|---|
//! | `log/` | sealed segments, tiles, checkpoint, receipts | what the center does not hold |
//! | `wal/` | frames not sealed yet, cursors, counts | the last seconds, and where sources go on |
//! | `keys/` | secrets, mode 0600 | the box's identity: it must be enrolled anew |
//! | `keys/link.key.new`, `certificate.new.pem` | a rotation under way | nothing: it is begun again |
//! | `identity.toml`, `certificate.pem`, `authority.pem` | what enrolment gave | as `keys/` |
//! | `configuration.json` | the configuration of the last start | nothing: the next start records it anew |
//! | `witnesses/` | each further witness's newest cosignature | nothing: the witnesses are asked again |
//! | `state.db` | index, series, warnings, accounts | accounts and handling; the rest is made again |

use std::path::{Path, PathBuf};

/// The folders and files of one box.
#[derive(Clone, Debug)]
pub struct Places {
    root: PathBuf,
}

impl Places {
    /// Of the box that keeps everything in `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// The data folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The sealed log.
    pub fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The journal.
    pub fn wal(&self) -> PathBuf {
        self.root.join("wal")
    }

    /// A secret by name: a systemd credential if there is one of the name, a file of ours otherwise.
    pub fn key(&self, name: &str) -> PathBuf {
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| PathBuf::from(folder).join(name));
        match credential {
            Some(path) if path.exists() => path,
            _ => self.root.join("keys").join(name),
        }
    }

    /// What enrolment gave.
    pub fn identity(&self) -> PathBuf {
        self.root.join("identity.toml")
    }

    /// Client certificate.
    pub fn certificate(&self) -> PathBuf {
        self.root.join("certificate.pem")
    }

    /// Client certificate that is to replace it.
    pub fn new_certificate(&self) -> PathBuf {
        self.root.join("certificate.new.pem")
    }

    /// The center's authority.
    pub fn authority(&self) -> PathBuf {
        self.root.join("authority.pem")
    }

    /// The configuration as the last start read it.
    pub fn configuration(&self) -> PathBuf {
        self.root.join("configuration.json")
    }

    /// The newest head that a further witness has cosigned, by the id of its key.
    pub fn witness_note(&self, key_id: u32) -> PathBuf {
        self.root.join("witnesses").join(format!("{key_id:08x}"))
    }

    /// URL of the state database.
    pub fn state_url(&self) -> String {
        format!("sqlite://{}", self.root.join("state.db").display())
    }

    /// Held by the running program.
    pub fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }
}
