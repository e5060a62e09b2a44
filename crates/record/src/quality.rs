//! Quality: the OPC UA status of the source beside the box's own flags.

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

impl Quality {
    /// OPC UA severity Good (top two bits 00).
    pub const fn is_good(self) -> bool {
        self.status >> 30 == 0
    }
}
