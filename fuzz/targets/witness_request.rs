#![no_main]
//! Whatever bytes come as a request to the witness: no panic, bounded work, and what parses is written back the same.

use libfuzzer_sys::fuzz_target;
use seal::witness::{Request, conflict_size};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(request.to_bytes(), bytes);
    }
    let _size = conflict_size(bytes);
});
