//! Any bytes are refused, or are a segment whose header has one byte form and whose zones do not open by luck.
#![no_main]

use record::Zone;
use seal::{HEADER_LEN, RecipientSecret, Segment};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(segment) = Segment::parse(bytes) {
        assert_eq!(segment.header().encode(), bytes[..HEADER_LEN]);
        let stranger = RecipientSecret::from_bytes([7; 32].into());
        let empty = segment.header().zone(Zone::White).count == 0;
        assert_eq!(segment.open_zone(Zone::White, &stranger).is_ok(), empty);
        assert!(segment.check_public().is_err() || bytes.len() >= segment.public_len());
    }
});
