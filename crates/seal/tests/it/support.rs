//! Keys and entries every test here uses. All from fixed seeds: a failure repeats.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use record::{Digest, Timestamp, Zone};
use seal::{
    EntryBytes, HeaderFields, HeaderFlags, Keys, Moment, RecipientSecret, Recipients, SealedSegment, SegmentId, close,
};

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// One party with an X25519 key.
pub(crate) fn secret(seed: u8) -> RecipientSecret {
    RecipientSecret::generate(&mut rng(seed))
}

pub(crate) struct Parties {
    pub(crate) center: RecipientSecret,
    pub(crate) enterprise: RecipientSecret,
    pub(crate) read: RecipientSecret,
    pub(crate) custodian: RecipientSecret,
    pub(crate) inspector: RecipientSecret,
    pub(crate) stranger: RecipientSecret,
}

pub(crate) fn parties() -> Parties {
    let [center, enterprise, read, custodian, inspector, stranger] = [1, 2, 3, 4, 5, 6].map(secret);
    Parties { center, enterprise, read, custodian, inspector, stranger }
}

impl Parties {
    pub(crate) fn recipients(&self) -> Recipients {
        let public = |secrets: &[&RecipientSecret]| secrets.iter().map(|secret| secret.public().clone()).collect();
        Recipients {
            white: public(&[&self.center, &self.enterprise, &self.read]),
            grey: public(&[&self.enterprise, &self.read]),
            black_enterprise: public(&[&self.custodian]),
            black_regulator: public(&[&self.inspector]),
        }
    }
}

pub(crate) fn id(seg_no: u64) -> SegmentId {
    SegmentId { log_id: seal::log_id("example.org/yaoxia/box/1"), seg_no }
}

pub(crate) fn fields() -> HeaderFields {
    let moment =
        |us: i64| Moment { wall: Timestamp(1_763_000_000_000_000 + us), mono_us: 5_000_000 + us.unsigned_abs() };
    HeaderFields {
        first_seq: 0,
        prev_header: Digest([0; 32]),
        key_epoch: 1,
        incarnation: 2,
        boot_id: [0xb0; 16],
        opened: moment(0),
        closed: moment(10_000_000),
        flags: HeaderFlags::CLEAN,
        torn_bytes: 0,
        cosigned: None,
        policy: Digest([0x11; 32]),
        config: Digest([0x22; 32]),
        software: Digest([0x33; 32]),
        stream_table: Digest([0x44; 32]),
    }
}

/// Seven entries over all three zones.
pub(crate) const ENTRIES: [(Zone, &[u8]); 7] = [
    (Zone::White, b"\x01\x00assay 99.2 %"),
    (Zone::Grey, b"\x01\x00operator 17"),
    (Zone::White, b"\x01\x02batch A1 ended"),
    (Zone::Black, b"\x01\x00recipe step 4: 25.3 Cel"),
    (Zone::White, b"\x01\x01"),
    (Zone::Black, b"\x01\x00recipe step 5"),
    (Zone::White, b"\x01\x05gap of scada"),
];

pub(crate) fn entries_of(zone: Zone) -> Vec<&'static [u8]> {
    ENTRIES.iter().filter(|(of, _)| *of == zone).map(|(_, bytes)| *bytes).collect()
}

/// A segment of all three zones.
pub(crate) fn mixed() -> SealedSegment {
    let keys = Keys::generate(&mut rng(42), &parties().recipients(), id(0)).unwrap();
    let entries: Vec<EntryBytes<'_>> = ENTRIES.iter().map(|(zone, bytes)| EntryBytes { zone: *zone, bytes }).collect();
    close(fields(), keys, &entries).unwrap()
}

/// A segment of white entries only, as number `seg_no`.
pub(crate) fn white(seg_no: u64, fields: HeaderFields, entries: &[&[u8]]) -> Result<SealedSegment, seal::Error> {
    let seed = u8::try_from(seg_no % 251).unwrap();
    let keys = Keys::generate(&mut rng(seed), &parties().recipients(), id(seg_no))?;
    let entries: Vec<EntryBytes<'_>> = entries.iter().map(|bytes| EntryBytes { zone: Zone::White, bytes }).collect();
    close(fields, keys, &entries)
}
