//! The promises of the journal under every fault the fake disk can make.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attack_crash;
mod attack_damage;
mod attack_killed;
mod disk;
mod logdir;
mod wal;
