//! The one binary message: a segment with the head that ends with it.
//!
//! ```text
//! "YXU1" │ u32 length, checkpoint note │ u8 number, consistency proof (32 bytes each) │ u32 length, segment file
//! ```
//! Integers are big-endian. Every length is checked against its limit before anything is read by it.

use record::Digest;

use crate::Error;

const MAGIC: &[u8; 4] = b"YXU1";
/// Longest checkpoint note of an upload in bytes.
pub const CHECKPOINT_LEN_MAX: usize = 16 << 10;
/// Most hashes of a consistency proof (C2SP tlog-witness).
pub const PROOF_LEN_MAX: usize = 63;
/// Longest upload in bytes: read no more before parsing.
pub const UPLOAD_LEN_MAX: usize =
    MAGIC.len() + 4 + CHECKPOINT_LEN_MAX + 1 + PROOF_LEN_MAX * 32 + 4 + seal::SEGMENT_FILE_LEN_MAX;

/// A segment on its way to the center.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload<'a> {
    /// Checkpoint of the size that ends with this segment, signed by the box.
    pub checkpoint: &'a [u8],
    /// Proof from the size before to that size; empty for the first segment.
    pub proof: Vec<Digest>,
    /// The segment file.
    pub segment: &'a [u8],
}

impl<'a> Upload<'a> {
    /// The message's bytes. Fails with [`Error::TooLong`] if a part is longer than allowed.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        within("checkpoint", self.checkpoint.len(), CHECKPOINT_LEN_MAX)?;
        within("consistency proof", self.proof.len() * 32, PROOF_LEN_MAX * 32)?;
        within("segment", self.segment.len(), seal::SEGMENT_FILE_LEN_MAX)?;
        let len = |part: &[u8]| u32::try_from(part.len()).expect("invariant: parts are shorter than 16 MiB");
        let mut bytes = Vec::with_capacity(UPLOAD_LEN_MAX.min(self.segment.len() + CHECKPOINT_LEN_MAX));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&len(self.checkpoint).to_be_bytes());
        bytes.extend_from_slice(self.checkpoint);
        bytes.push(u8::try_from(self.proof.len()).expect("invariant: at most PROOF_LEN_MAX"));
        self.proof.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
        bytes.extend_from_slice(&len(self.segment).to_be_bytes());
        bytes.extend_from_slice(self.segment);
        Ok(bytes)
    }

    /// Reads a message; nothing of it is copied but the proof.
    ///
    /// Fails, naming part and place, if a part is missing, too long or followed by more. Says nothing of what the parts
    /// hold.
    pub fn parse(body: &'a [u8]) -> Result<Self, Error> {
        within("upload", body.len(), UPLOAD_LEN_MAX)?;
        let mut at = Cursor { body, offset: 0 };
        if at.take("magic", MAGIC.len())? != MAGIC {
            return Err(Error::Magic);
        }
        let len = at.length("checkpoint", CHECKPOINT_LEN_MAX)?;
        let checkpoint = at.take("checkpoint", len)?;
        let hashes = usize::from(at.take("proof length", 1)?[0]);
        within("consistency proof", hashes * 32, PROOF_LEN_MAX * 32)?;
        let proof = at.take("consistency proof", hashes * 32)?.as_chunks::<32>().0.iter().map(|hash| Digest(*hash));
        let proof = proof.collect();
        let len = at.length("segment", seal::SEGMENT_FILE_LEN_MAX)?;
        let segment = at.take("segment", len)?;
        match body.len() - at.offset {
            0 => Ok(Self { checkpoint, proof, segment }),
            extra => Err(Error::Trailing { offset: at.offset as u64, extra: extra as u64 }),
        }
    }
}

fn within(what: &'static str, found: usize, limit: usize) -> Result<(), Error> {
    if found <= limit { Ok(()) } else { Err(Error::TooLong { what, found: found as u64, limit: limit as u64 }) }
}

struct Cursor<'a> {
    body: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, part: &'static str, needed: usize) -> Result<&'a [u8], Error> {
        let rest = &self.body[self.offset..];
        let Some((taken, _)) = rest.split_at_checked(needed) else {
            let (offset, len) = (self.offset as u64, self.body.len() as u64);
            return Err(Error::Truncated { part, offset, needed: needed as u64, len });
        };
        self.offset += needed;
        Ok(taken)
    }

    fn length(&mut self, part: &'static str, limit: usize) -> Result<usize, Error> {
        let bytes = self.take(part, 4)?;
        let len = bytes.iter().fold(0u64, |len, byte| len << 8 | u64::from(*byte));
        if len > limit as u64 {
            return Err(Error::TooLong { what: part, found: len, limit: limit as u64 });
        }
        Ok(usize::try_from(len).expect("invariant: within a limit that is a usize"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn upload<'a>(checkpoint: &'a [u8], hashes: usize, segment: &'a [u8]) -> Upload<'a> {
        Upload { checkpoint, proof: vec![Digest([7; 32]); hashes], segment }
    }

    /// Requirement BAD-08.
    #[test]
    fn an_upload_cut_at_any_byte_names_what_is_missing() {
        let whole = upload(b"note", 2, b"segment").encode().unwrap();
        for len in 0..whole.len() {
            let cut = Upload::parse(&whole[..len]);
            let Err(Error::Truncated { offset, needed, len: found, .. }) = cut else { panic!("{len}: {cut:?}") };
            assert!(found == len as u64 && offset + needed > found, "{len}: {offset} {needed}");
        }
    }

    #[test]
    fn announced_lengths_beyond_their_limits_are_refused_before_they_are_believed() {
        let mut body = b"YXU1".to_vec();
        body.extend_from_slice(&u32::MAX.to_be_bytes());
        let limit = CHECKPOINT_LEN_MAX as u64;
        let refused = Err(Error::TooLong { what: "checkpoint", found: u64::from(u32::MAX), limit });
        assert_eq!(Upload::parse(&body), refused);
        let mut body = b"YXU1\0\0\0\0".to_vec();
        body.push(64);
        let refused = Err(Error::TooLong { what: "consistency proof", found: 64 * 32, limit: 63 * 32 });
        assert_eq!(Upload::parse(&body), refused);
        assert_eq!(Upload::parse(b"YXU2\0\0\0\0"), Err(Error::Magic));
        let mut body = upload(b"", 0, b"s").encode().unwrap();
        body.extend_from_slice(b"!!");
        assert_eq!(Upload::parse(&body), Err(Error::Trailing { offset: 14, extra: 2 }));
    }

    #[test]
    fn what_is_too_long_is_not_sent() {
        let note = vec![b'x'; CHECKPOINT_LEN_MAX + 1];
        let refused = upload(&note, 0, b"").encode();
        assert_eq!(refused, Err(Error::TooLong { what: "checkpoint", found: 16_385, limit: 16_384 }));
    }

    proptest! {
        #[test]
        fn what_is_sent_is_what_is_read(
            note in proptest::collection::vec(any::<u8>(), 0..300),
            hashes in 0usize..=PROOF_LEN_MAX,
            segment in proptest::collection::vec(any::<u8>(), 0..3000),
        ) {
            let sent = upload(&note, hashes, &segment);
            let bytes = sent.encode().unwrap();
            prop_assert_eq!(Upload::parse(&bytes).unwrap(), sent);
        }

        #[test]
        fn hostile_bytes_never_panic_and_what_parses_encodes_to_itself(
            mut body in proptest::collection::vec(any::<u8>(), 0..200),
            good_start in any::<bool>(),
        ) {
            if good_start {
                body.splice(0..0, *b"YXU1\0\0\0\x02ab\x01");
            }
            if let Ok(upload) = Upload::parse(&body) {
                prop_assert_eq!(upload.encode().unwrap(), body.clone());
            }
        }
    }
}
