//! Limits of the byte form. They bound what hostile bytes can make a reader allocate, and are part of the format.

/// Longest entry, in bytes.
pub const ENTRY_LEN_MAX_BYTES: usize = 4 * 1024 * 1024;
/// Longest free text (verbatim value, detail, attribute value), in bytes of UTF-8.
pub const TEXT_LEN_MAX_BYTES: usize = 64 * 1024;
/// Longest name (identifier, unit, address, qualifier name), in bytes of UTF-8.
pub const NAME_LEN_MAX_BYTES: usize = 256;
/// Most qualifier or attribute pairs of one record.
pub const PAIRS_MAX: usize = 256;
/// Most readings of one block.
pub const BLOCK_ROWS_MAX: usize = 65_536;
/// Most streams of one block.
pub const BLOCK_STREAMS_MAX: usize = 4_096;
/// Most weight of the qualifiers of all streams of one block: each pair weighs its bytes and [`PAIR_WEIGHT_BYTES`].
///
/// A stream repeats the qualifiers of the one before in one bit, so without this few bytes could claim gigabytes.
pub const BLOCK_QUALIFIERS_MAX_BYTES: usize = 1024 * 1024;
/// What a qualifier pair weighs beside its bytes.
pub const PAIR_WEIGHT_BYTES: usize = 32;
/// Most subjects of one block.
pub const BLOCK_SUBJECTS_MAX: usize = 4_096;
/// Most inputs of one finding.
pub const FINDING_WINDOW_MAX: usize = 4_096;
/// Most named numbers of one finding.
pub const FINDING_NUMBERS_MAX: usize = 256;
/// Earliest instant an entry holds: 0000-01-01T00:00:00Z, the first RFC 3339 can write, in µs.
pub const TIME_MIN_US: i64 = -62_167_219_200_000_000;
/// Latest instant an entry holds: 9999-12-31T23:59:59.999999Z, the last RFC 3339 can write, in µs.
pub const TIME_MAX_US: i64 = 253_402_300_799_999_999;
