//! RFC 6962 Merkle trees over SHA-256.
//!
//! Comes in: leaves, hashes, proofs. Goes out: roots, proofs, and yes or no. A leaf never passes for a node: their
//! hashes start from different bytes (RFC 6962 §2.1). Both levels of the log are such trees.

use crate::Error;
use core::ops::Range;
use record::Digest;
use sha2::{Digest as _, Sha256};

/// `SHA-256(0x00 ‖ data)`.
pub fn leaf_hash(data: &[u8]) -> Digest {
    Digest(Sha256::new().chain_update([0u8]).chain_update(data).finalize().into())
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut input = [1u8; 65];
    input[1..33].copy_from_slice(&left.0);
    input[33..].copy_from_slice(&right.0);
    Digest(Sha256::digest(input).into())
}

/// Root of the tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Digest {
    Digest(Sha256::digest([]).into())
}

/// A tree that only grows, kept as the roots of its complete subtrees: as many hashes as its size has one bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("one peak for each one bit of the size");
            hash = node_hash(&left, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root over all leaves pushed so far.
    pub fn root(&self) -> Digest {
        fold_peaks(&self.peaks)
    }
}

/// Root of a tree given the roots of its complete subtrees from left to right.
pub(crate) fn fold_peaks(peaks: &[Digest]) -> Digest {
    let Some((last, rest)) = peaks.split_last() else { return empty_root() };
    rest.iter().rev().fold(*last, |right, left| node_hash(left, &right))
}

/// Root over leaf hashes.
pub fn root(leaves: &[Digest]) -> Digest {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.push(*leaf));
    frontier.root()
}

/// The largest power of two below `n`, for `n >= 2`.
fn split(n: u64) -> u64 {
    1 << (u64::BITS - 1 - (n - 1).leading_zeros())
}

/// The subtrees whose roots prove that leaf `index` is in a tree of `size` leaves, nearest the leaf first
/// (RFC 6962 §2.1.1). Empty if there is no such leaf.
pub fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    if index >= size {
        return ranges;
    }
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// The subtrees whose roots prove that the tree of `new` leaves extends the tree of its first `old` leaves
/// (RFC 6962 §2.1.2). Empty if `old` is 0, equal to `new` or larger.
pub fn consistency_ranges(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    if old == 0 || old >= new {
        return ranges;
    }
    let (mut start, mut end) = (0, new);
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    // The old tree itself need not be sent where it is one complete subtree: the verifier has its root.
    if start != 0 {
        ranges.push(start..end);
    }
    ranges.reverse();
    ranges
}

/// Proof that leaf `index` is among `leaves`.
pub fn inclusion_proof(leaves: &[Digest], index: usize) -> Vec<Digest> {
    ranges_of(leaves, inclusion_ranges(index as u64, leaves.len() as u64))
}

/// Proof that the tree of `leaves` extends the tree of its first `old` leaves.
pub fn consistency_proof(leaves: &[Digest], old: usize) -> Vec<Digest> {
    ranges_of(leaves, consistency_ranges(old as u64, leaves.len() as u64))
}

fn ranges_of(leaves: &[Digest], ranges: Vec<Range<u64>>) -> Vec<Digest> {
    let at = |n: u64| usize::try_from(n).expect("an index into a slice");
    ranges.into_iter().map(|range| root(&leaves[at(range.start)..at(range.end)])).collect()
}

/// Checks that `leaf` is at `index` of the tree with `size` leaves and root `root` (RFC 9162 §2.1.3.2).
///
/// Fails if the proof has any other number of hashes than the sizes ask for, or leads to another root.
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> Result<(), Error> {
    let shape = || Error::ProofShape { index, size, found: proof.len() };
    if index >= size {
        return Err(shape());
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(shape());
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(shape());
    }
    same_root(hash, root)
}

/// Checks that the tree (`new`, `new_root`) extends the tree (`old`, `old_root`) (RFC 9162 §2.1.4.2).
///
/// `old` must be at least 1: what extends nothing needs no proof and is the witness's business
/// ([`crate::checkpoint::check_extends`]). Equal sizes need an empty proof and equal roots.
pub fn verify_consistency(
    old: u64,
    old_root: &Digest,
    new: u64,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), Error> {
    let shape = || Error::ProofShape { index: old, size: new, found: proof.len() };
    if old == 0 || old > new {
        return Err(shape());
    }
    if old == new {
        return if proof.is_empty() { same_root(*old_root, new_root) } else { Err(shape()) };
    }
    // A complete subtree is not repeated in the proof: the verifier already has its root.
    let (first, rest) =
        if old.is_power_of_two() { (old_root, proof) } else { proof.split_first().ok_or_else(shape)? };
    let up = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> up, (new - 1) >> up);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(shape());
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(shape());
    }
    same_root(old_hash, old_root)?;
    same_root(new_hash, new_root)
}

fn same_root(computed: Digest, stated: &Digest) -> Result<(), Error> {
    if computed == *stated { Ok(()) } else { Err(Error::ProofRoot { stated: *stated, computed }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The eight leaves every RFC 6962 implementation is tested with.
    fn leaves() -> Vec<Digest> {
        let data: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        data.iter().map(|leaf| leaf_hash(leaf)).collect()
    }

    fn numbered(count: u64) -> Vec<Digest> {
        (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
    }

    /// SEA-01
    /// Requirement SEA-02.
    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let expected = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        for (size, root_hex) in expected.iter().enumerate() {
            assert_eq!(root(&leaves()[..size]).to_string(), *root_hex, "size {size}");
        }
    }

    #[test]
    fn a_leaf_never_passes_for_a_node() {
        let [left, right] = [leaf_hash(b"N123"), leaf_hash(b"N456")];
        let both: Vec<u8> = left.0.iter().chain(&right.0).copied().collect();
        assert_ne!(leaf_hash(&both), node_hash(&left, &right));
    }

    /// Every inclusion proof of every tree up to 40 leaves holds; with one bit flipped, a hash more, a hash less, or
    /// another index or size, none does.
    #[test]
    fn inclusion_proofs_hold_for_their_leaf_and_place_only() {
        let all = numbered(40);
        for size in 1..=40usize {
            let (leaves, root) = (&all[..size], root(&all[..size]));
            for index in 0..size {
                let proof = inclusion_proof(leaves, index);
                let verify = |leaf: &Digest, index: usize, size: usize, proof: &[Digest]| {
                    verify_inclusion(leaf, index as u64, size as u64, proof, &root)
                };
                assert_eq!(verify(&leaves[index], index, size, &proof), Ok(()), "{index} of {size}");
                assert!(verify(&leaf_hash(b"another"), index, size, &proof).is_err());
                for other in (0..size).filter(|other| *other != index) {
                    assert!(verify(&leaves[index], other, size, &proof).is_err(), "{index} at {other} of {size}");
                }
                for at in 0..proof.len() {
                    let mut flipped = proof.clone();
                    flipped[at].0[at % 32] ^= 1;
                    assert!(verify(&leaves[index], index, size, &flipped).is_err());
                }
                let mut longer = proof.clone();
                longer.push(root);
                assert!(verify(&leaves[index], index, size, &longer).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify(&leaves[index], index, size, shorter).is_err());
                }
                assert!(verify(&leaves[index], size, size, &proof).is_err());
            }
        }
    }

    #[test]
    fn consistency_proofs_hold_for_their_trees_only() {
        let all = numbered(40);
        for new in 1..=40usize {
            for old in 1..=new {
                let (old_root, new_root) = (root(&all[..old]), root(&all[..new]));
                let proof = consistency_proof(&all[..new], old);
                let verify = |old: usize, old_root: &Digest, new: usize, proof: &[Digest]| {
                    verify_consistency(old as u64, old_root, new as u64, &new_root, proof)
                };
                assert_eq!(verify(old, &old_root, new, &proof), Ok(()), "{old} to {new}");
                let mut foreign = old_root;
                foreign.0[0] ^= 1;
                assert!(verify(old, &foreign, new, &proof).is_err(), "{old} to {new} with another old root");
                for at in 0..proof.len() {
                    let mut flipped = proof.clone();
                    flipped[at].0[31] ^= 0x80;
                    assert!(verify(old, &old_root, new, &flipped).is_err());
                }
                let mut longer = proof.clone();
                longer.push(new_root);
                assert!(verify(old, &old_root, new, &longer).is_err());
                if let Some((_, shorter)) = proof.split_last() {
                    assert!(verify(old, &old_root, new, shorter).is_err());
                }
                assert!(verify(0, &empty_root(), new, &proof).is_err(), "nothing is not a tree to extend");
            }
        }
    }

    #[test]
    fn sizes_at_the_end_of_the_number_range_do_not_overflow() {
        let hash = leaf_hash(b"x");
        for (index, size) in [(u64::MAX - 1, u64::MAX), (0, u64::MAX), (u64::MAX, u64::MAX), (0, 0)] {
            assert!(verify_inclusion(&hash, index, size, &[hash; 70], &hash).is_err());
            assert!(verify_consistency(index, &hash, size, &hash, &[hash; 70]).is_err());
        }
        assert_eq!(inclusion_ranges(0, u64::MAX).len(), 64);
    }

    proptest! {
        #[test]
        fn hostile_proofs_never_panic(index: u64, size: u64, proof in prop::collection::vec(any::<[u8; 32]>(), 0..70)) {
            let proof: Vec<Digest> = proof.into_iter().map(Digest).collect();
            let hash = leaf_hash(b"x");
            prop_assert!(verify_inclusion(&hash, index, size, &proof, &empty_root()).is_err());
            prop_assert!(verify_consistency(index, &hash, size, &empty_root(), &proof).is_err());
        }
    }
}
