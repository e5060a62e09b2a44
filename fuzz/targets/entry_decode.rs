//! Any bytes are refused, or are the one byte form of what was read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(entry) = record::Entry::decode(bytes) {
        let mut again = Vec::new();
        entry.encode(&mut again).expect("what was read can be written");
        assert_eq!(again, bytes, "{entry:?}");
    }
});
