//! Delta tables of readings and events and the queries on them.
