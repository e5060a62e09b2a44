//! Writes the primitives of the form. The first thing that cannot be read back is kept; the caller asks for it at the end.

use super::EncodeError;
use crate::{Digest, Qualifiers, Timestamp, limits};
use rust_decimal::Decimal;

/// Appends to a byte vector and remembers the first failure.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    error: Option<EncodeError>,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, error: None }
    }

    pub(super) fn into_error(self) -> Option<EncodeError> {
        self.error
    }

    pub(super) fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.out.push(u8::from(flag));
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Unsigned LEB128, shortest form.
    pub(super) fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.out.push((value & 0x7f) as u8);
    }

    /// As [`Writer::varint`], for the mantissas only a 96-bit decimal has.
    fn varint_wide(&mut self, mut value: u128) {
        while value >= 0x80 {
            self.out.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.out.push((value & 0x7f) as u8);
    }

    /// A count of things that follow, at most `max`.
    pub(super) fn count(&mut self, what: &'static str, count: usize, max: usize) {
        if count > max {
            self.fail(EncodeError::TooMany { what, count, max });
        }
        self.varint(count as u64);
    }

    /// Free text.
    pub(super) fn text(&mut self, what: &'static str, text: &str) {
        self.count(what, text.len(), limits::TEXT_LEN_MAX_BYTES);
        self.bytes(text.as_bytes());
    }

    /// Text of an identifier, unit, address or name.
    pub(super) fn name(&mut self, what: &'static str, text: &str) {
        self.count(what, text.len(), limits::NAME_LEN_MAX_BYTES);
        self.bytes(text.as_bytes());
    }

    pub(super) fn optional_name(&mut self, what: &'static str, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.name(what, text);
        }
    }

    pub(super) fn digest(&mut self, digest: Digest) {
        self.bytes(&digest.0);
    }

    /// The instant's µs as eight bytes, big-endian two's complement.
    pub(super) fn time(&mut self, what: &'static str, time: Timestamp) {
        self.check_time(what, time);
        self.bytes(&time.0.to_be_bytes());
    }

    pub(super) fn check_time(&mut self, what: &'static str, time: Timestamp) {
        if !(limits::TIME_MIN_US..=limits::TIME_MAX_US).contains(&time.0) {
            self.fail(EncodeError::Time { what, time_us: time.0 });
        }
    }

    pub(super) fn optional_time(&mut self, what: &'static str, time: Option<Timestamp>) {
        self.flag(time.is_some());
        if let Some(time) = time {
            self.time(what, time);
        }
    }

    /// IEEE 754 binary64, big-endian, bit for bit.
    pub(super) fn float(&mut self, what: &str, value: f64) {
        if !value.is_finite() {
            self.fail(EncodeError::NotFinite { what: what.into(), value: value.to_string().into() });
        }
        self.bytes(&value.to_bits().to_be_bytes());
    }

    /// Sign in bit 7 and scale in the low five bits of one byte, then the magnitude. Zero has no sign.
    pub(super) fn decimal(&mut self, value: Decimal) {
        let mantissa = value.mantissa();
        let sign = if mantissa < 0 { 0x80 } else { 0 };
        self.byte(sign | scale_of(value));
        self.varint_wide(mantissa.unsigned_abs());
    }

    /// Count, then name and value of each pair by ascending bytes of the name.
    pub(super) fn pairs(&mut self, what: &'static str, pairs: &Qualifiers) {
        self.count(what, pairs.len(), limits::PAIRS_MAX);
        for (name, value) in pairs {
            self.name(what, name);
            self.text(what, value);
        }
    }
}

/// Scale of a decimal, 0 to 28.
pub(super) fn scale_of(value: Decimal) -> u8 {
    u8::try_from(value.scale()).expect("rust_decimal keeps its scale at 28 or less")
}

/// Maps small numbers of either sign to small unsigned ones: 0, −1, 1, −2 … to 0, 1, 2, 3 …
pub(super) const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}
