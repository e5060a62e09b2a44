//! The trust file: the only keys the verifier believes.
//!
//! ```toml
//! [[log]]
//! origin = "yaoxia.example.org/box/1"
//! vkey = "yaoxia.example.org/box/1+…"
//!
//! [[witness]]
//! name = "yaoxia.example.org/center"
//! vkey = "yaoxia.example.org/center+…"
//!
//! [[audit]]
//! origin = "yaoxia.example.org/audit"
//! vkey = "yaoxia.example.org/audit+…"
//! ```

use seal::{Algorithm, VerifierKey};
use serde::Deserialize;

/// Why a trust file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not TOML of the form above.
    #[error("trust file: {0}")]
    Form(#[from] toml::de::Error),
    /// A key does not parse.
    #[error("trust file: key of {name}: {source}")]
    Key {
        /// Origin or name of the entry.
        name: String,
        /// What is wrong with the key.
        source: seal::Error,
    },
    /// A key is named otherwise than its entry, or signs other things.
    #[error("trust file: the key of {name} is not a {wanted} key of that name")]
    Unfit {
        /// Origin or name of the entry.
        name: String,
        /// `log` or `witness`.
        wanted: &'static str,
    },
    /// No log is trusted: nothing can be verified.
    #[error("trust file: no [[log]]")]
    NoLog,
}

/// The keys the auditor believes, got from somewhere else than the folder under test.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Logs, by the key whose name is their origin.
    pub logs: Vec<VerifierKey>,
    /// Witnesses.
    pub witnesses: Vec<VerifierKey>,
    /// Audit trails, by the key whose name is their origin.
    pub audits: Vec<VerifierKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    log: Vec<LogEntry>,
    #[serde(default)]
    witness: Vec<WitnessEntry>,
    #[serde(default)]
    audit: Vec<LogEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogEntry {
    origin: String,
    vkey: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessEntry {
    name: String,
    vkey: String,
}

impl Trust {
    /// Parses a trust file. A log's key is of type 01 and named by the origin, a witness's of type 04.
    pub fn parse(toml: &str) -> Result<Self, TrustError> {
        let file: File = toml::from_str(toml)?;
        if file.log.is_empty() && file.audit.is_empty() {
            return Err(TrustError::NoLog);
        }
        let logs = file.log.into_iter().map(|entry| key(entry.origin, &entry.vkey, Algorithm::Ed25519, "log"));
        let witnesses =
            file.witness.into_iter().map(|entry| key(entry.name, &entry.vkey, Algorithm::Cosignature, "witness"));
        let audits = file.audit.into_iter().map(|entry| key(entry.origin, &entry.vkey, Algorithm::Ed25519, "log"));
        Ok(Self {
            logs: logs.collect::<Result<_, _>>()?,
            witnesses: witnesses.collect::<Result<_, _>>()?,
            audits: audits.collect::<Result<_, _>>()?,
        })
    }

    /// The key of the audit trail with this origin.
    pub fn audit(&self, origin: &str) -> Option<&VerifierKey> {
        self.audits.iter().find(|key| key.name() == origin)
    }

    /// The key of the log with this origin.
    pub fn log(&self, origin: &str) -> Option<&VerifierKey> {
        self.logs.iter().find(|key| key.name() == origin)
    }
}

fn key(name: String, vkey: &str, algorithm: Algorithm, wanted: &'static str) -> Result<VerifierKey, TrustError> {
    match VerifierKey::parse(vkey) {
        Ok(key) if key.name() == name && key.algorithm() == algorithm => Ok(key),
        Ok(_) => Err(TrustError::Unfit { name, wanted }),
        Err(source) => Err(TrustError::Key { name, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seal::SignerKey;

    fn vkey(name: &str, algorithm: Algorithm) -> String {
        SignerKey::from_seed(&[7; 32], name, algorithm).unwrap().verifier().to_string()
    }

    #[test]
    fn a_trust_file_says_exactly_whom_to_believe() {
        let (log, witness) = (vkey("a/box", Algorithm::Ed25519), vkey("a/center", Algorithm::Cosignature));
        let good =
            format!("[[log]]\norigin = 'a/box'\nvkey = '{log}'\n[[witness]]\nname = 'a/center'\nvkey = '{witness}'\n");
        let trust = Trust::parse(&good).unwrap();
        assert_eq!(trust.log("a/box").unwrap().to_string(), log);
        assert_eq!(trust.log("a/other"), None);
        assert_eq!(trust.witnesses[0].to_string(), witness);

        let refused = |bad: String, part: &str| {
            let error = Trust::parse(&bad).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        };
        refused(String::new(), "no [[log]]");
        refused(good.replace("origin", "orign"), "unknown field `orign`");
        refused(format!("{good}quorum = 2\n"), "unknown field `quorum`");
        refused(good.replace("'a/box'", "'a/bix'"), "not a log key of that name");
        refused(good.replace(&witness, &vkey("a/center", Algorithm::Ed25519)), "not a witness key of that name");
        refused(good.replace(&log, &log[..log.len() - 2]), "key of a/box: key: ");
    }
}
