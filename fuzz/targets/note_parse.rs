//! Any bytes are refused, or are the one form of the note that was read. Checkpoints, keys and custodians' key files likewise.
#![no_main]

use seal::checkpoint::Checkpoint;
use seal::note::Note;
use seal::{CustodyFile, RecipientKey, VerifierKey};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_text().as_bytes(), bytes);
        if let Ok(checkpoint) = Checkpoint::parse(note.text()) {
            assert_eq!(checkpoint.text(), note.text());
        }
    }
    if let Ok(text) = core::str::from_utf8(bytes) {
        if let Ok(key) = VerifierKey::parse(text) {
            assert_eq!(key.to_string(), text);
        }
        if let Ok(key) = RecipientKey::parse(text) {
            assert_eq!(key.to_string(), text);
        }
        if let Ok(file) = CustodyFile::parse(text) {
            assert_eq!(file.to_text(), text);
        }
    }
});
