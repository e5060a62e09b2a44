//! Attack 6: a bit flips in memory between the hash and the write. Comparing what was written with what is read back
//! cannot see it; recomputing can.

use super::*;
use crate::OsDisk;
use seal::checkpoint::sign;
use seal::{Algorithm, SignerKey};

const ORIGIN: &str = "example.org/box/1";

fn header(no: u64) -> Vec<u8> {
    format!("header {no:08}").into_bytes()
}

fn note(reread: &Reread) -> Result<Vec<u8>, Error> {
    let key = SignerKey::from_seed(&[5; 32], ORIGIN, Algorithm::Ed25519)?;
    let head = Checkpoint { origin: ORIGIN.into(), size: reread.size, root: reread.root };
    Ok(sign(&head, &key)?.to_text().into_bytes())
}

fn add(log: &mut LogDir, no: u64, segment: &[u8]) -> Result<Outcome, Error> {
    log.append(Step { seg_no: no, header: &header(no), segment }, note)
}

/// A log of `size` segments in which `flip` changes memory before the next is added: refused, unsigned, and as it was.
fn check(what: &str, size: u64, flip: impl FnOnce(&mut LogDir, &mut Vec<u8>)) {
    // Hundreds of segments: in memory, where there is such a folder.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let open = || LogDir::open(Arc::new(OsDisk), folder.path()).unwrap().0;
    let mut log = open();
    for no in 0..size {
        add(&mut log, no, &[header(no), vec![7; 100]].concat()).unwrap();
    }
    let (signed, good) = (log.checkpoint.clone(), [header(size), vec![7; 100]].concat());
    let mut segment = good.clone();
    flip(&mut log, &mut segment);
    let error = add(&mut log, size, &segment).unwrap_err();
    assert!(matches!(error, Error::WrittenDiffers { .. } | Error::Seal(_)), "{what}: {error}");
    assert_eq!(error.verdict(), crate::Verdict::Stop, "{what}");
    drop(log);
    let mut log = open();
    assert_eq!((log.size(), &log.checkpoint), (size, &signed), "{what}: nothing was signed");
    add(&mut log, size, &good).unwrap();
}

/// Requirement ATT-06.
#[test]
fn attack_06_a_bit_flipped_in_memory_before_the_write_is_not_signed() {
    for size in [1, 3, 255, 256, 257] {
        check("header in the segment", size, |_, segment| segment[3] ^= 1);
        if size % 256 != 0 {
            check("a header of the open bundle", size, |log, _| log.bundle[0][4] ^= 1);
        }
        check("the edge of the tree", size, |log, _| {
            let mut other = TileTree::default();
            for no in 0..size {
                let flipped = if no == size - 1 { b"flipped".to_vec() } else { header(no) };
                drop(other.append([tree::leaf_hash(&flipped)]));
            }
            log.tree = other;
        });
    }
}
