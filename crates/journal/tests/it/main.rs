//! The promises of the journal under every fault the fake disk can make.
mod disk;
mod logdir;
mod wal;
