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
