//! The keys of one segment while it is open, and the envelopes that carry them to who may read it.
//!
//! Comes in: recipients and random numbers. Goes out: a data key for each zone and its envelopes, made before the first
//! entry. A data key exists in memory only, and not after its segment is closed.

use crate::recipient::{ENVELOPE_LEN, SHARE_LEN, wrap};
use crate::zone::ZoneKeys;
use crate::{CryptoRng, Custody, ENVELOPES_MAX, Error, RecipientId, RecipientKey};
use hkdf::Hkdf;
use record::{Digest, Zone};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Which part of a zone's key an envelope carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Share {
    /// The data key itself: white and grey.
    Whole = 0,
    /// The enterprise's half of the black key.
    Enterprise = 1,
    /// The regulator's half of the black key.
    Regulator = 2,
}

/// Names a segment for ever: every key, leaf and envelope of it is bound to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentId {
    /// [`crate::log_id`] of the log's origin.
    pub log_id: Digest,
    /// Position in the log.
    pub seg_no: u64,
}

/// Who can open what. A zone without recipients can hold no entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// Each of these opens white: center, enterprise, the box's read key.
    pub white: Vec<RecipientKey>,
    /// Each of these opens grey: enterprise, the box's read key.
    pub grey: Vec<RecipientKey>,
    /// Any one of these together with any one of `black_regulator` opens black.
    pub black_enterprise: Vec<RecipientKey>,
    /// See `black_enterprise`.
    pub black_regulator: Vec<RecipientKey>,
}

/// The keys of one open segment: made before its first entry, gone when it is closed.
#[derive(Debug)]
pub struct Keys {
    id: SegmentId,
    pub(crate) zones: [Option<ZoneSecret>; 3],
    pub(crate) custody: Option<Custody>,
}

/// What one zone of an open segment needs.
#[derive(Debug)]
pub(crate) struct ZoneSecret {
    pub(crate) keys: ZoneKeys,
    pub(crate) envelopes: Vec<u8>,
}

impl Keys {
    /// Makes fresh data keys and addresses them to the recipients.
    ///
    /// Fails if a zone has more than [`ENVELOPES_MAX`] recipients or a recipient's key is of small order. A black zone
    /// needs recipients on both sides; with one side only it has none.
    pub fn generate(rng: &mut impl CryptoRng, recipients: &Recipients, id: SegmentId) -> Result<Self, Error> {
        let mut keys = Self { id, zones: [None, None, None], custody: None };
        for (zone, to) in [(Zone::White, &recipients.white), (Zone::Grey, &recipients.grey)] {
            if !to.is_empty() {
                let data_key = random(rng);
                let envelopes = envelopes(rng, id, zone, &[(Share::Whole, &data_key, to)])?;
                keys.zones[zone as usize] = Some(ZoneSecret { keys: ZoneKeys::derive(&data_key, id, zone), envelopes });
            }
        }
        let (enterprise, regulator) = (&recipients.black_enterprise, &recipients.black_regulator);
        if !enterprise.is_empty() && !regulator.is_empty() {
            let (ours, theirs) = (random(rng), random(rng));
            let shares = [(Share::Enterprise, &ours, enterprise), (Share::Regulator, &theirs, regulator)];
            let envelopes = envelopes(rng, id, Zone::Black, &shares)?;
            let zone_keys = ZoneKeys::derive(&black_key(id, &ours, &theirs), id, Zone::Black);
            keys.zones[Zone::Black as usize] = Some(ZoneSecret { keys: zone_keys, envelopes });
            let enterprise = commitment(Share::Enterprise, &ours);
            keys.custody = Some(Custody { enterprise, regulator: commitment(Share::Regulator, &theirs) });
        }
        Ok(keys)
    }

    /// The segment these keys are for.
    pub fn id(&self) -> SegmentId {
        self.id
    }
}

fn random(rng: &mut impl CryptoRng) -> Zeroizing<[u8; SHARE_LEN]> {
    let mut key = Zeroizing::new([0u8; SHARE_LEN]);
    rng.fill_bytes(&mut *key);
    key
}

/// `HKDF-SHA256(salt = "yaoxia/black/v1", ikm = enterprise half ‖ regulator half, info = log ‖ segment)`: both halves
/// are needed, and neither alone says anything of it.
pub(crate) fn black_key(
    id: SegmentId,
    enterprise: &[u8; SHARE_LEN],
    regulator: &[u8; SHARE_LEN],
) -> Zeroizing<[u8; SHARE_LEN]> {
    let mut both = Zeroizing::new([0u8; 2 * SHARE_LEN]);
    both[..SHARE_LEN].copy_from_slice(enterprise);
    both[SHARE_LEN..].copy_from_slice(regulator);
    let mut key = Zeroizing::new([0u8; SHARE_LEN]);
    Hkdf::<Sha256>::new(Some(b"yaoxia/black/v1"), &*both)
        .expand_multi_info(&[&id.log_id.0, &id.seg_no.to_be_bytes()], &mut *key)
        .expect("a key is shorter than 255 hashes");
    key
}

/// What the header says of a half of the black key.
pub(crate) fn commitment(share: Share, half: &[u8; SHARE_LEN]) -> Digest {
    let label = match share {
        Share::Whole => unreachable!("a whole key has no commitment beside its check value"),
        Share::Enterprise => "yaoxia/share/enterprise/v1",
        Share::Regulator => "yaoxia/share/regulator/v1",
    };
    Digest(Sha256::new().chain_update(label).chain_update(half).finalize().into())
}

/// What an envelope is for, as HPKE `info`: moved to another segment, zone, share or recipient it does not open.
pub(crate) fn envelope_info(id: SegmentId, zone: Zone, share: Share, to: RecipientId) -> Vec<u8> {
    let mut info = b"yaoxia/envelope/v1".to_vec();
    info.push(crate::header::SUITE_INTL);
    info.extend_from_slice(&id.log_id.0);
    info.extend_from_slice(&id.seg_no.to_be_bytes());
    info.extend_from_slice(&[zone as u8, share as u8]);
    info.extend_from_slice(&to.0);
    info
}

type Addressed<'a> = (Share, &'a Zeroizing<[u8; SHARE_LEN]>, &'a Vec<RecipientKey>);

/// The envelopes of one zone, sorted by share and recipient; a recipient named twice gets one.
fn envelopes(rng: &mut impl CryptoRng, id: SegmentId, zone: Zone, shares: &[Addressed<'_>]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for (share, secret, to) in shares {
        let mut to: Vec<_> = to.iter().map(|key| (key.id(), key)).collect();
        to.sort_by_key(|(id, _)| *id);
        to.dedup_by_key(|(id, _)| *id);
        for (recipient, key) in to {
            let sealed = wrap(secret, key, &envelope_info(id, zone, *share, recipient), rng)?;
            bytes.extend_from_slice(&[zone as u8, *share as u8]);
            bytes.extend_from_slice(&recipient.0);
            bytes.extend_from_slice(&sealed.encapsulated);
            bytes.extend_from_slice(&sealed.ciphertext);
        }
    }
    at_most("recipients of a zone", bytes.len() / ENVELOPE_LEN, ENVELOPES_MAX)?;
    Ok(bytes)
}

/// True if envelopes of a zone that has entries can take `len` bytes.
pub(crate) fn envelopes_len_is_possible(zone: Zone, len: u32) -> bool {
    let (count, rest) = (len as usize / ENVELOPE_LEN, len as usize % ENVELOPE_LEN);
    let least = if zone == Zone::Black { 2 } else { 1 };
    rest == 0 && (least..=ENVELOPES_MAX).contains(&count)
}

/// Refuses more of something than its limit.
pub(crate) fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Error> {
    if found <= limit { Ok(()) } else { Err(Error::TooMuch { what, found: found as u64, limit: limit as u64 }) }
}
