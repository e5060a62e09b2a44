//! Bytes that survive a power cut: frames, segments on disk, retention.
