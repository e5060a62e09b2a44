//! Reads the primitives of the form from bytes nobody vouches for.

use super::DecodeError;
use crate::{Digest, IdError, Qualifiers, Timestamp, limits};
use rust_decimal::Decimal;

/// Walks over the bytes of one entry.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Bytes not yet read.
    pub(super) const fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Refuses bytes after the entry.
    pub(super) const fn finish(self) -> Result<(), DecodeError> {
        match self.left() {
            0 => Ok(()),
            extra => Err(DecodeError::Trailing { at: self.at, extra }),
        }
    }

    /// The error for the byte just read.
    pub(super) fn unknown(&self, what: &'static str, found: u8) -> DecodeError {
        DecodeError::Unknown { what, at: self.at - 1, found: u64::from(found) }
    }

    pub(super) fn byte(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return Err(DecodeError::Truncated { what, at: self.at, need: 1 });
        };
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn flag(&mut self, what: &'static str) -> Result<bool, DecodeError> {
        match self.byte(what)? {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(self.unknown(what, found)),
        }
    }

    pub(super) fn bytes(&mut self, what: &'static str, len: usize) -> Result<&'a [u8], DecodeError> {
        let Some(taken) = self.bytes[self.at..].get(..len) else {
            return Err(DecodeError::Truncated { what, at: self.at, need: len - self.left() });
        };
        self.at += len;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.bytes(what, N)?);
        Ok(array)
    }

    #[inline]
    pub(super) fn varint(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        match self.bytes.get(self.at) {
            Some(&byte) if byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(byte))
            }
            _ => self.varint_long(what),
        }
    }

    fn varint_long(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        let at = self.at;
        let value = self.varint_wide(what)?;
        u64::try_from(value).or(Err(DecodeError::Range { what, at }))
    }

    /// At most fourteen groups of seven bits: the 96 bits of a decimal's magnitude.
    fn varint_wide(&mut self, what: &'static str) -> Result<u128, DecodeError> {
        const GROUPS_MAX: u32 = 14;
        let start = self.at;
        let mut value = 0u128;
        for group in 0..GROUPS_MAX {
            let byte = self.byte(what)?;
            value |= u128::from(byte & 0x7f) << (7 * group);
            if byte < 0x80 {
                if byte == 0 && group > 0 {
                    return Err(DecodeError::NotCanonical { what, at: start, why: "the number has a shorter form" });
                }
                return Ok(value);
            }
        }
        Err(DecodeError::Range { what, at: start })
    }

    pub(super) fn varint_u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        let at = self.at;
        u32::try_from(self.varint(what)?).or(Err(DecodeError::Range { what, at }))
    }

    /// A count of things that follow.
    pub(super) fn count(&mut self, what: &'static str, max: usize) -> Result<usize, DecodeError> {
        let at = self.at;
        let count = self.varint(what)?;
        match usize::try_from(count) {
            Ok(fits) if fits <= max => Ok(fits),
            _ => Err(DecodeError::TooMany { what, at, count, max }),
        }
    }

    fn utf8(&mut self, what: &'static str, len_max: usize) -> Result<&'a str, DecodeError> {
        let len = self.count(what, len_max)?;
        let at = self.at;
        str::from_utf8(self.bytes(what, len)?).or(Err(DecodeError::Utf8 { what, at }))
    }

    pub(super) fn text(&mut self, what: &'static str) -> Result<&'a str, DecodeError> {
        self.utf8(what, limits::TEXT_LEN_MAX_BYTES)
    }

    pub(super) fn name(&mut self, what: &'static str) -> Result<&'a str, DecodeError> {
        self.utf8(what, limits::NAME_LEN_MAX_BYTES)
    }

    pub(super) fn optional_name(&mut self, what: &'static str) -> Result<Option<&'a str>, DecodeError> {
        if self.flag(what)? { self.name(what).map(Some) } else { Ok(None) }
    }

    /// An identifier; `parse` is the one the edge of the system uses.
    pub(super) fn id<T: AsRef<str>>(
        &mut self,
        what: &'static str,
        parse: fn(&str) -> Result<T, IdError>,
    ) -> Result<T, DecodeError> {
        let at = self.at;
        let text = self.name(what)?;
        parse_id(what, at, text, parse)
    }

    pub(super) fn digest(&mut self, what: &'static str) -> Result<Digest, DecodeError> {
        self.array(what).map(Digest)
    }

    pub(super) fn time(&mut self, what: &'static str) -> Result<Timestamp, DecodeError> {
        let at = self.at;
        let time = Timestamp(i64::from_be_bytes(self.array(what)?));
        check_time(what, at, time)
    }

    pub(super) fn optional_time(&mut self, what: &'static str) -> Result<Option<Timestamp>, DecodeError> {
        if self.flag(what)? { self.time(what).map(Some) } else { Ok(None) }
    }

    pub(super) fn float(&mut self, what: &'static str) -> Result<f64, DecodeError> {
        let at = self.at;
        let value = f64::from_bits(u64::from_be_bytes(self.array(what)?));
        if value.is_finite() { Ok(value) } else { Err(DecodeError::Range { what, at }) }
    }

    pub(super) fn decimal(&mut self, what: &'static str) -> Result<Decimal, DecodeError> {
        let at = self.at;
        let head = self.byte(what)?;
        let (negative, scale) = (head & 0x80 != 0, head & 0x7f);
        let magnitude = self.varint_wide(what)?;
        if negative && magnitude == 0 {
            return Err(DecodeError::NotCanonical { what, at, why: "zero has no sign" });
        }
        let range = DecodeError::Range { what, at };
        let magnitude = i128::try_from(magnitude).or(Err(range.clone()))?;
        let mantissa = if negative { -magnitude } else { magnitude };
        Decimal::try_from_i128_with_scale(mantissa, u32::from(scale)).or(Err(range))
    }

    pub(super) fn pairs(&mut self, what: &'static str) -> Result<Qualifiers, DecodeError> {
        let count = self.count(what, limits::PAIRS_MAX)?;
        let mut pairs = Qualifiers::new();
        for _ in 0..count {
            let at = self.at;
            let name = self.name(what)?;
            if pairs.last_key_value().is_some_and(|(last, _)| **last >= *name) {
                return Err(DecodeError::NotCanonical { what, at, why: "names are not in ascending order" });
            }
            let value = self.text(what)?;
            pairs.insert(name.into(), value.into());
        }
        Ok(pairs)
    }
}

/// An identifier from text that starts at byte `at`; white space around it would be a second form of the same one.
pub(super) fn parse_id<T: AsRef<str>>(
    what: &'static str,
    at: usize,
    text: &str,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<T, DecodeError> {
    let id = parse(text).map_err(|source| DecodeError::Id { at, source })?;
    if id.as_ref().len() != text.len() {
        return Err(DecodeError::NotCanonical { what, at, why: "white space around an identifier" });
    }
    Ok(id)
}

pub(super) fn check_time(what: &'static str, at: usize, time: Timestamp) -> Result<Timestamp, DecodeError> {
    if (limits::TIME_MIN_US..=limits::TIME_MAX_US).contains(&time.0) {
        Ok(time)
    } else {
        Err(DecodeError::Range { what, at })
    }
}

/// Undoes [`super::writer::zigzag`].
pub(super) const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}
