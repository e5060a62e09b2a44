//! The one byte form of entries: `docs/spec/entry.md` and these modules are twins.
//!
//! Comes in: an [`Entry`], or bytes from anybody. Goes out: bytes, or an entry that encodes to the very same bytes.
//! Never: two byte forms of one entry, a panic on hostile bytes, or an allocation beyond the named limits.

mod block;
mod columns;
mod error;
mod finding;
mod head;
mod reader;
mod single;
mod writer;

pub use error::{DecodeError, EncodeError};

use crate::{Digest, Entry, Finding, RecordId, SourceId, SourceKey, limits};
use reader::Reader;
use sha2::{Digest as _, Sha256};
use writer::Writer;

/// First byte of every entry.
const FORM_VERSION: u8 = 1;
/// Prefix of what a record id hashes, so that no other hash of the system can equal one.
const RECORD_ID_TAG: &[u8] = b"yaoxia record id v1\n";
/// Prefix of what a finding id hashes.
const FINDING_ID_TAG: &[u8] = b"yaoxia finding id v1\n";

const KIND_READING: u8 = 0;
const KIND_BLOCK: u8 = 1;
const KIND_EVENT: u8 = 2;
const KIND_FINDING: u8 = 3;
const KIND_REJECT: u8 = 4;
const KIND_GAP: u8 = 5;

impl Entry {
    /// Appends the entry's byte form.
    ///
    /// Fails, with `out` as it was, when the entry could not be read back as it is: a limit is exceeded, a row points
    /// outside its table, a time is outside RFC 3339, a number is not finite, or a finding's id is not its own.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        let mut to = Writer::new(out);
        to.byte(FORM_VERSION);
        match self {
            Self::Reading(reading) => {
                to.byte(KIND_READING);
                single::put_reading(&mut to, reading);
            }
            Self::Block(block) => {
                to.byte(KIND_BLOCK);
                block::put(&mut to, block);
            }
            Self::Event(event) => {
                to.byte(KIND_EVENT);
                single::put_event(&mut to, event);
            }
            Self::Finding(finding) => {
                to.byte(KIND_FINDING);
                finding::put(&mut to, finding);
            }
            Self::Reject(reject) => {
                to.byte(KIND_REJECT);
                single::put_reject(&mut to, reject);
            }
            Self::Gap(gap) => {
                to.byte(KIND_GAP);
                single::put_gap(&mut to, gap);
            }
        }
        let failed = to.into_error();
        let len = out.len() - start;
        let failed = failed.or((len > limits::ENTRY_LEN_MAX_BYTES).then_some(EncodeError::TooMany {
            what: "entry bytes",
            count: len,
            max: limits::ENTRY_LEN_MAX_BYTES,
        }));
        match failed {
            None => Ok(()),
            Some(error) => {
                out.truncate(start);
                Err(error)
            }
        }
    }

    /// Reads an entry that takes up all of `bytes`.
    ///
    /// Fails on anything [`Entry::encode`] does not write, so that an entry has one byte form only. Never panics;
    /// allocates at most a small multiple of the limits in [`crate::limits`], whatever the bytes claim.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > limits::ENTRY_LEN_MAX_BYTES {
            return Err(DecodeError::TooMany {
                what: "entry bytes",
                at: 0,
                count: bytes.len() as u64,
                max: limits::ENTRY_LEN_MAX_BYTES,
            });
        }
        let mut from = Reader::new(bytes);
        match from.byte("form version")? {
            FORM_VERSION => {}
            found => return Err(DecodeError::Version { found, known: FORM_VERSION }),
        }
        let entry = match from.byte("entry kind")? {
            KIND_READING => Self::Reading(single::reading(&mut from)?),
            KIND_BLOCK => Self::Block(block::take(&mut from)?),
            KIND_EVENT => Self::Event(single::event(&mut from)?),
            KIND_FINDING => Self::Finding(finding::take(&mut from)?),
            KIND_REJECT => Self::Reject(single::reject(&mut from)?),
            KIND_GAP => Self::Gap(single::gap(&mut from)?),
            found => return Err(from.unknown("entry kind", found)),
        };
        from.finish()?;
        Ok(entry)
    }
}

/// Names one datum for ever: a hash of connector, address in the source, source key and version, never of the value.
///
/// `address` is the column, node or topic: one row (one key) of a laboratory table holds many readings.
pub fn record_id(source: &SourceId, address: &str, key: &SourceKey, version: u32) -> RecordId {
    let mut bytes = RECORD_ID_TAG.to_vec();
    let mut to = Writer::new(&mut bytes);
    to.name("source", source.as_str());
    to.name("address", address);
    to.name("source key", key.as_str());
    to.varint(u64::from(version));
    Digest(Sha256::digest(&bytes).into())
}

impl Finding {
    /// The id this finding must have: a hash of everything in it but `id` and `raised_at`, by its byte form.
    pub fn compute_id(&self) -> Digest {
        let mut bytes = FINDING_ID_TAG.to_vec();
        finding::put_judgement(&mut Writer::new(&mut bytes), self);
        Digest(Sha256::digest(&bytes).into())
    }
}
