//! Operational state of box and center; the only crate with our own SQL.
