//! The box from its doors inwards: what comes in ends as exactly one thing, survives a restart, and reaches the center.
mod bad_input;
mod config;
mod whole;
