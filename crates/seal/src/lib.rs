//! Leaves, zone trees, headers, checkpoints, proofs, envelopes.
