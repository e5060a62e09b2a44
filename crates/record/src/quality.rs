//! Quality: the OPC UA status of the source beside the box's own flags.

use crate::{SourceClock, Timestamp};

/// What the source said of the value, and what the box noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quality {
    /// OPC UA StatusCode (OPC 10000-4 §7.39); 0 is Good. Sources without one give 0.
    pub status: u32,
    /// The box's own flags.
    pub flags: Flags,
}

/// Bit set of what the box noticed about a reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(pub u32);

impl Flags {
    /// Source time lies in the future beyond offset and error.
    pub const SRC_FUTURE: Self = Self(1);
    /// Source time is a well-known reset value: 1970, 1980, 2000-01-01.
    pub const SRC_EPOCH: Self = Self(1 << 1);
    /// Value changes while source time does not.
    pub const SRC_FROZEN: Self = Self(1 << 2);
    /// Source time came without a zone; the configured one was used.
    pub const SRC_NAIVE_TZ: Self = Self(1 << 3);
    /// Source time fell in the hour that daylight saving repeats.
    pub const DST_AMBIGUOUS: Self = Self(1 << 4);
    /// The box's clock was not synchronised.
    pub const BOX_UNSYNC: Self = Self(1 << 5);
    /// The box's wall clock stepped against its monotonic clock.
    pub const BOX_STEP: Self = Self(1 << 6);
    /// The unit was converted from the source's; the verbatim text is in the source's unit.
    pub const UNIT_CONVERTED: Self = Self(1 << 7);
    /// Fetched from the source's history after a gap.
    pub const BACKFILLED: Self = Self(1 << 8);

    /// Every bit of `other` is set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The source's time must not be used to order or chart.
    pub const fn source_time_doubtful(self) -> bool {
        self.0 & (Self::SRC_FUTURE.0 | Self::SRC_EPOCH.0 | Self::SRC_FROZEN.0 | Self::DST_AMBIGUOUS.0) != 0
    }
}

/// First instants of the days clocks fall back to when they lose power: Unix, FAT and DOS, PLC. In µs UTC.
const RESET_DAYS_US: [i64; 3] = [0, 315_532_800_000_000, 946_684_800_000_000];
/// Local midnight lies at most this much before UTC midnight (UTC+14).
const EAST_MAX_US: i64 = 14 * 3_600 * 1_000_000;
/// Local midnight lies at most this much after UTC midnight (UTC−12).
const WEST_MAX_US: i64 = 12 * 3_600 * 1_000_000;
/// A day, in µs.
const DAY_US: i64 = 86_400 * 1_000_000;

impl Flags {
    /// What a source time says of itself: [`Flags::SRC_EPOCH`] if it lies on 1 January of 1970, 1980 or 2000 in any time
    /// zone, [`Flags::SRC_FUTURE`] if it is further ahead of the box's clock than the source's known offset and error.
    ///
    /// No flag for a source that gives no time. The times themselves are never changed.
    pub fn for_source_time(source: Option<Timestamp>, received: Timestamp, clock: SourceClock) -> Self {
        let Some(Timestamp(source_us)) = source else {
            return Self::default();
        };
        let mut flags = Self::default();
        let reset = |day_us: &i64| (day_us - EAST_MAX_US..day_us + DAY_US + WEST_MAX_US).contains(&source_us);
        if RESET_DAYS_US.iter().any(reset) {
            flags = flags.with(Self::SRC_EPOCH);
        }
        let ahead_max_us = clock.offset_us.saturating_add(clock.error_us);
        if source_us.saturating_sub(received.0) > ahead_max_us {
            flags = flags.with(Self::SRC_FUTURE);
        }
        flags
    }
}

impl Quality {
    /// OPC UA severity Good (top two bits 00).
    pub const fn is_good(self) -> bool {
        self.status >> 30 == 0
    }
}
