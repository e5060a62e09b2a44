//! Reading fixed layouts: every byte is asked for by name, and a missing one is an error, never a panic.

use crate::{Error, Part};

/// A position in bytes that remembers where in the file it stands.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, which stand at `offset` of the file.
    pub(crate) fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    /// Offset in the file of the next byte.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// True when all bytes are read.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) fn slice(&mut self, part: Part, len: usize) -> Result<&'a [u8], Error> {
        let Some((taken, rest)) = self.bytes.split_at_checked(len) else {
            return Err(Error::Length {
                part,
                offset: self.offset as u64,
                expected: len as u64,
                found: self.bytes.len() as u64,
            });
        };
        self.bytes = rest;
        self.offset += len;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self, part: Part) -> Result<[u8; N], Error> {
        Ok(self.slice(part, N)?.try_into().expect("slice of the length asked for"))
    }

    pub(crate) fn u8(&mut self, part: Part) -> Result<u8, Error> {
        Ok(u8::from_be_bytes(self.array(part)?))
    }

    pub(crate) fn u32(&mut self, part: Part) -> Result<u32, Error> {
        Ok(u32::from_be_bytes(self.array(part)?))
    }

    pub(crate) fn u64(&mut self, part: Part) -> Result<u64, Error> {
        Ok(u64::from_be_bytes(self.array(part)?))
    }

    pub(crate) fn i64(&mut self, part: Part) -> Result<i64, Error> {
        Ok(i64::from_be_bytes(self.array(part)?))
    }
}
