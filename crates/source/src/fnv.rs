//! FNV-1a, 64 bits (draft-eastlake-fnv). It tells apart what we made or delivered ourselves, so it needs no secret; it
//! is kept in cursors and must stay the same from release to release.

/// A running hash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes bytes with their length, so that `ab`, `c` and `a`, `bc` differ.
    pub(crate) fn field(&mut self, bytes: &[u8]) {
        self.bytes(&(bytes.len() as u64).to_be_bytes());
        self.bytes(bytes);
    }

    /// Takes a mark that no field begins with.
    pub(crate) fn none(&mut self) {
        self.bytes(&[0xff; 8]);
    }

    /// The hash so far.
    pub(crate) fn finish(self) -> u64 {
        self.0
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
