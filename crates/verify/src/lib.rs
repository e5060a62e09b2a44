//! Recompute a log, a bundle or a proof from its bytes against the auditor's trust file.
