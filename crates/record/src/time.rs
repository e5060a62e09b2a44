//! Instants and the three clocks of a reading.

/// UTC instant in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// The three clocks of a reading. None is ever rewritten from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clocks {
    /// When the source says it happened.
    pub source: Option<Timestamp>,
    /// When the server in between (OPC UA server, database) says it had it.
    pub server: Option<Timestamp>,
    /// When the box received it.
    pub received: Timestamp,
}

impl Clocks {
    /// The time to order and chart by: the source's, unless its flags say it cannot be believed, then the box's.
    pub fn effective(&self, flags: crate::Flags) -> Timestamp {
        match self.source {
            Some(at) if !flags.source_time_doubtful() => at,
            _ => self.received,
        }
    }
}

/// What is known of a source's clock against the box's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceClock {
    /// How far the source's clock runs ahead of the box's, in µs; below zero if it is behind.
    pub offset_us: i64,
    /// How wrong `offset_us` can be, in µs.
    pub error_us: i64,
}

impl Default for SourceClock {
    /// Before anything was measured: no offset, two seconds of error.
    fn default() -> Self {
        Self { offset_us: 0, error_us: 2_000_000 }
    }
}
