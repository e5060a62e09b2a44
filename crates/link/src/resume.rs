//! What the box sends next, and whether both sides still hold one log.
//!
//! Comes in: the size and roots of the box's log and what the center says it holds. Goes out: the next segment to send,
//! nothing, or the contradiction. Nobody's word is enough: the roots at the center's size must be equal.

use record::Digest;
use seal::checkpoint::SignedCheckpoint;
use seal::note::{Note, SignatureLine};
use seal::{VerifierKey, tree};

use crate::{CenterState, Error, PROTOCOL, Receipt};

/// The box's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Segments in it.
    pub size: u64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Both hold the same log.
    UpToDate,
    /// Send this segment.
    Send {
        /// Its number.
        seg_no: u64,
    },
}

/// Compares the box's log with what the center holds. `root_at` gives the box's root at a size up to its own.
///
/// Fails with [`Error::RolledBack`] if the center holds more than the box has, [`Error::Forked`] if the logs differ at
/// the center's size, [`Error::Frozen`] if the center has frozen the box, [`Error::Protocol`] or [`Error::Hex`] if its
/// answer cannot be used, and with whatever `root_at` fails with.
pub fn resume<E: From<Error>>(
    local: Local,
    center: &CenterState,
    root_at: impl FnOnce(u64) -> Result<Digest, E>,
) -> Result<Resume, E> {
    if center.protocol != PROTOCOL {
        return Err(Error::Protocol { expected: PROTOCOL, found: center.protocol }.into());
    }
    if let Some(why) = &center.frozen {
        return Err(Error::Frozen { why: why.clone() }.into());
    }
    if center.size > local.size {
        return Err(Error::RolledBack { local: local.size, center: center.size }.into());
    }
    let held = center.root()?;
    let ours = if center.size == 0 { tree::empty_root() } else { root_at(center.size)? };
    if ours != held {
        return Err(Error::Forked { size: center.size, local: ours, center: held }.into());
    }
    if center.size == local.size { Ok(Resume::UpToDate) } else { Ok(Resume::Send { seg_no: center.size }) }
}

/// Checks a receipt against what was sent and gives the checkpoint note with the cosignature added: the box's proof
/// that the center holds the segment.
///
/// Fails with [`Error::ForeignReceipt`] or [`Error::Cosignature`]; then the segment stays *sealed*, not witnessed.
pub fn accept_receipt(
    receipt: &Receipt,
    seg_no: u64,
    checkpoint: &[u8],
    log: &VerifierKey,
    witness: &VerifierKey,
) -> Result<SignedCheckpoint, Error> {
    let size = seg_no + 1;
    if receipt.seg_no != seg_no || receipt.size != size {
        let (found_seg_no, found_size) = (receipt.seg_no, receipt.size);
        return Err(Error::ForeignReceipt { seg_no, size, found_seg_no, found_size });
    }
    let refused = |source| Error::Cosignature { size, source };
    let mut note = Note::parse(checkpoint).map_err(refused)?;
    note.add(SignatureLine::from_text(&receipt.cosignature).map_err(refused)?).map_err(refused)?;
    let witnesses = core::slice::from_ref(witness);
    let opened = SignedCheckpoint::open(note.to_text().as_bytes(), log, witnesses).map_err(refused)?;
    if opened.checkpoint.size != size || opened.cosignatures.is_empty() {
        return Err(refused(seal::Error::Unsigned { name: witness.name().to_owned() }));
    }
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;
    use proptest::prelude::*;
    use seal::checkpoint::{Checkpoint, cosign, sign};
    use seal::{Algorithm, SignerKey};

    const ORIGIN: &str = "center.example/box/1";

    fn center(size: u64, root: Digest) -> CenterState {
        CenterState { protocol: PROTOCOL, size, root: root.to_string(), clock_us: 0, frozen: None, renew: false }
    }

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect()
    }

    fn root(size: u64) -> Digest {
        tree::root(&leaves(size))
    }

    fn check(local: u64, state: &CenterState) -> Result<Resume, Error> {
        resume(Local { size: local }, state, |size| Ok::<_, Error>(root(size)))
    }

    #[test]
    fn the_box_sends_what_the_center_lacks_and_nothing_else() {
        assert_eq!(check(0, &center(0, tree::empty_root())), Ok(Resume::UpToDate));
        assert_eq!(check(3, &center(0, tree::empty_root())), Ok(Resume::Send { seg_no: 0 }));
        assert_eq!(check(3, &center(2, root(2))), Ok(Resume::Send { seg_no: 2 }));
        assert_eq!(check(3, &center(3, root(3))), Ok(Resume::UpToDate));
    }

    #[test]
    fn a_lost_or_rewritten_log_is_named_and_stops_the_link() {
        let rolled_back = check(2, &center(3, root(3))).unwrap_err();
        assert_eq!(rolled_back, Error::RolledBack { local: 2, center: 3 });
        let forked = check(3, &center(2, root(1))).unwrap_err();
        assert_eq!(forked, Error::Forked { size: 2, local: root(2), center: root(1) });
        let frozen = CenterState { frozen: Some("two heads of 7".into()), ..center(2, root(2)) };
        let frozen = check(3, &frozen).unwrap_err();
        assert_eq!(frozen, Error::Frozen { why: "two heads of 7".into() });
        let other = check(3, &CenterState { protocol: 2, ..center(2, root(2)) }).unwrap_err();
        assert_eq!(other, Error::Protocol { expected: 1, found: 2 });
        for error in [rolled_back, forked, frozen, other] {
            assert_eq!(error.verdict(), record::Verdict::Stop, "{error}");
        }
        let upper = center(0, tree::empty_root());
        let upper = CenterState { root: upper.root.to_uppercase(), ..upper };
        assert!(matches!(check(0, &upper), Err(Error::Hex { what: "root", .. })));
    }

    #[test]
    fn a_receipt_counts_only_with_the_witness_we_trust_for_what_we_sent() {
        let log = SignerKey::from_seed(&[1; 32], ORIGIN, Algorithm::Ed25519).unwrap();
        let witness = SignerKey::from_seed(&[2; 32], "center.example", Algorithm::Cosignature).unwrap();
        let head = Checkpoint { origin: ORIGIN.into(), size: 5, root: root(5) };
        let note = sign(&head, &log).unwrap().to_text();
        let receipt = |key: &SignerKey| Receipt {
            ingest_no: 9,
            seg_no: 4,
            size: 5,
            cosignature: cosign(&head, key, 1_763_000_000).unwrap().line().to_text(),
        };
        let check = |receipt: &Receipt, seg_no| {
            accept_receipt(receipt, seg_no, note.as_bytes(), log.verifier(), witness.verifier())
        };
        let accepted = check(&receipt(&witness), 4).unwrap();
        assert_eq!((accepted.checkpoint.size, accepted.cosignatures[0].time_s), (5, 1_763_000_000));
        assert!(matches!(check(&receipt(&witness), 5), Err(Error::ForeignReceipt { seg_no: 5, .. })));
        let stranger = SignerKey::from_seed(&[3; 32], "center.example", Algorithm::Cosignature).unwrap();
        assert!(matches!(check(&receipt(&stranger), 4), Err(Error::Cosignature { size: 5, .. })));
        let nothing = Receipt { cosignature: String::new(), ..receipt(&witness) };
        assert!(matches!(check(&nothing, 4), Err(Error::Cosignature { size: 5, .. })));
    }

    #[test]
    fn an_unknown_field_is_refused_with_its_place() {
        let body = br#"{"ingest_no":1,"seg_no":0,"size":1,"cosignature":"","colour":"red"}"#;
        let Err(Error::Json { what, line, column, why }) = Receipt::from_bytes(body) else { panic!() };
        assert_eq!((what, line, column), ("receipt", 1, 60));
        assert!(why.contains("colour"), "{why}");
        let long = vec![b' '; crate::MESSAGE_LEN_MAX + 1];
        assert!(matches!(Receipt::from_bytes(&long), Err(Error::TooLong { what: "receipt", found: 65_537, .. })));
    }

    proptest! {
        #[test]
        fn whatever_the_sizes_resume_sends_the_next_or_names_the_contradiction(local in 0u64..40, held in 0u64..40) {
            let expected = match held.cmp(&local) {
                core::cmp::Ordering::Less => Ok(Resume::Send { seg_no: held }),
                core::cmp::Ordering::Equal => Ok(Resume::UpToDate),
                core::cmp::Ordering::Greater => Err(Error::RolledBack { local, center: held }),
            };
            prop_assert_eq!(check(local, &center(held, root(held))), expected);
        }
    }
}
