//! The log tree cut into files of 256 hashes (C2SP tlog-tiles).
//!
//! Comes in: the hashes of new leaves and the tiles already written. Goes out: the tiles to write, and proofs read
//! from tiles. A tile once full never changes; a partial one is superseded by a wider one with another name.

use crate::{Error, tree};
use core::ops::Range;
use record::Digest;

/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;
/// Levels a tree of fewer than 2^63 leaves can have.
const LEVELS_MAX: u8 = 8;
/// Bits of a leaf index that one tile level covers.
const LEVEL_BITS: u32 = 8;
/// Bytes of one hash.
const HASH_LEN: usize = 32;

/// One tile: hashes `index * 256 ..` of every 256^`level`-th subtree, `width` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// 0 holds leaf hashes, 1 the roots of full level-0 tiles, and so on.
    pub level: u8,
    /// Position in its level.
    pub index: u64,
    /// Hashes in it, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// `tile/0/x001/x234/067` or, for a partial tile, `tile/0/x001/x234/067.p/8`.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, with_width(self.index, self.width))
    }

    /// Path of the entry bundle that holds the leaf data of a level-0 tile: `tile/entries/x001/x234/067[.p/8]`.
    pub fn bundle_path(&self) -> String {
        format!("tile/entries/{}", with_width(self.index, self.width))
    }

    /// The hashes of the tile's bytes. Fails unless there are exactly `width` of them.
    pub fn hashes(&self, bytes: &[u8]) -> Result<Vec<Digest>, Error> {
        let expected = usize::from(self.width) * HASH_LEN;
        if bytes.len() != expected {
            return Err(Error::Tile { path: self.path(), expected, found: bytes.len() });
        }
        Ok(bytes.as_chunks::<HASH_LEN>().0.iter().map(|hash| Digest(*hash)).collect())
    }
}

/// `x001/x234/067`: three digits a part, all but the last marked with `x` (C2SP tlog-tiles).
pub fn number_path(number: u64) -> String {
    let mut path = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

fn with_width(index: u64, width: u16) -> String {
    let number = number_path(index);
    if width == TILE_WIDTH { number } else { format!("{number}.p/{width}") }
}

/// Nodes at `level` of a tree with `size` leaves.
fn nodes(size: u64, level: u8) -> u64 {
    size >> (LEVEL_BITS * u32::from(level))
}

fn width_of(nodes: u64) -> u16 {
    u16::try_from(nodes.min(u64::from(TILE_WIDTH))).expect("at most 256")
}

/// The tiles that a tree of `new` leaves has and a tree of `old` leaves has not: what growing writes, lowest level first.
pub fn tiles_for_growth(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..LEVELS_MAX {
        let (before, after) = (nodes(old, level), nodes(new, level));
        if after <= before {
            break;
        }
        let width = u64::from(TILE_WIDTH);
        for index in before / width..after.div_ceil(width) {
            tiles.push(Tile { level, index, width: width_of(after - index * width) });
        }
    }
    tiles
}

/// Every tile a complete store of a tree with `size` leaves must hold (superseded partial ones left out).
pub fn tiles_of(size: u64) -> Vec<Tile> {
    tiles_for_growth(0, size)
}

/// The right edge of the log tree: all that is needed to append, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileTree {
    size: u64,
    /// The hashes of the partial tile at each level, fewer than 256 in each.
    edge: Vec<Vec<Digest>>,
}

impl TileTree {
    /// Reads the right edge of a tree of `size` leaves back from its tiles.
    ///
    /// `read` gives the bytes of one tile. Compare [`TileTree::root`] with the checkpoint before appending: nothing
    /// here proves that the tiles are the right ones.
    pub fn load<E: From<Error>>(size: u64, mut read: impl FnMut(Tile) -> Result<Vec<u8>, E>) -> Result<Self, E> {
        let mut edge = Vec::new();
        for level in 0..LEVELS_MAX {
            let nodes = nodes(size, level);
            if nodes == 0 {
                break;
            }
            let (index, width) = (nodes / u64::from(TILE_WIDTH), width_of(nodes % u64::from(TILE_WIDTH)));
            let tile = Tile { level, index, width };
            edge.push(if width == 0 { Vec::new() } else { tile.hashes(&read(tile)?)? });
        }
        Ok(Self { size, edge })
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Root over all leaves.
    pub fn root(&self) -> Digest {
        let mut peaks = Vec::new();
        for level in self.edge.iter().rev() {
            let mut hashes = level.as_slice();
            while !hashes.is_empty() {
                let (subtree, rest) = hashes.split_at(1 << hashes.len().ilog2());
                peaks.push(tree::root(subtree));
                hashes = rest;
            }
        }
        tree::fold_peaks(&peaks)
    }

    /// Appends leaf hashes and returns the tiles to write: exactly those of [`tiles_for_growth`], with their bytes.
    ///
    /// Nothing is durable until the caller has written them; a checkpoint of the new size comes after.
    #[must_use = "the tiles have to be written"]
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Digest>) -> Vec<(Tile, Vec<u8>)> {
        let old = self.size;
        let mut written = Vec::new();
        for leaf in leaves {
            self.size += 1;
            self.push(0, leaf, &mut written);
        }
        for (level, hashes) in (0u8..).zip(&self.edge) {
            if nodes(self.size, level) > nodes(old, level) && !hashes.is_empty() {
                let index = nodes(self.size, level) / u64::from(TILE_WIDTH);
                let width = u16::try_from(hashes.len()).expect("fewer than 256 at the edge");
                written.push((Tile { level, index, width }, bytes_of(hashes)));
            }
        }
        written.sort_by_key(|(tile, _)| *tile);
        written
    }

    fn push(&mut self, level: u8, hash: Digest, written: &mut Vec<(Tile, Vec<u8>)>) {
        let at = usize::from(level);
        if self.edge.len() == at {
            self.edge.push(Vec::new());
        }
        self.edge[at].push(hash);
        if self.edge[at].len() == usize::from(TILE_WIDTH) {
            let full = core::mem::take(&mut self.edge[at]);
            let index = nodes(self.size, level) / u64::from(TILE_WIDTH) - 1;
            written.push((Tile { level, index, width: TILE_WIDTH }, bytes_of(&full)));
            self.push(level + 1, tree::root(&full), written);
        }
    }
}

fn bytes_of(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// Proof, read from tiles, that leaf `index` is in the tree of `size` leaves. Empty if there is no such leaf.
pub fn inclusion_proof<E: From<Error>>(
    index: u64,
    size: u64,
    mut read: impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Vec<Digest>, E> {
    tree::inclusion_ranges(index, size).into_iter().map(|range| range_root(range, size, &mut read)).collect()
}

/// Proof, read from tiles, that the tree of `new` leaves extends its first `old` leaves. Empty for `old` 0 or `new`.
pub fn consistency_proof<E: From<Error>>(
    old: u64,
    new: u64,
    mut read: impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Vec<Digest>, E> {
    tree::consistency_ranges(old, new).into_iter().map(|range| range_root(range, new, &mut read)).collect()
}

/// Root of a subtree of a tree with `size` leaves: of its complete parts, each within one tile.
fn range_root<E: From<Error>>(
    range: Range<u64>,
    size: u64,
    read: &mut impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Digest, E> {
    let mut peaks = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let height = (range.end - start).ilog2().min(start.trailing_zeros());
        peaks.push(complete_root(start >> height, height, size, read)?);
        start += 1 << height;
    }
    Ok(tree::fold_peaks(&peaks))
}

/// Root of the `position`-th complete subtree of 2^`height` leaves.
fn complete_root<E: From<Error>>(
    position: u64,
    height: u32,
    size: u64,
    read: &mut impl FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Digest, E> {
    let level = u8::try_from(height / LEVEL_BITS).expect("a height is below 64");
    let within = height % LEVEL_BITS;
    let first = position << within;
    let index = first / u64::from(TILE_WIDTH);
    let width = width_of(nodes(size, level) - index * u64::from(TILE_WIDTH));
    let tile = Tile { level, index, width };
    let hashes = tile.hashes(&read(tile)?)?;
    let at = usize::try_from(first % u64::from(TILE_WIDTH)).expect("below 256");
    Ok(tree::root(&hashes[at..at + (1 << within)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Store = BTreeMap<String, Vec<u8>>;

    fn leaves(count: u64) -> Vec<Digest> {
        (0..count).map(|n| tree::leaf_hash(&n.to_be_bytes())).collect()
    }

    fn read(store: &Store) -> impl FnMut(Tile) -> Result<Vec<u8>, Error> {
        |tile| {
            let missing = || Error::Tile { path: tile.path(), expected: 1, found: 0 };
            store.get(&tile.path()).cloned().ok_or_else(missing)
        }
    }

    /// A store filled by growing in steps, and the tree at its end.
    fn grown(steps: &[u64]) -> (Store, TileTree) {
        let (mut store, mut tree) = (Store::new(), TileTree::default());
        let all = leaves(*steps.last().unwrap());
        for step in steps {
            let from = usize::try_from(tree.size()).unwrap();
            let written = tree.append(all[from..usize::try_from(*step).unwrap()].iter().copied());
            store.extend(written.into_iter().map(|(tile, bytes)| (tile.path(), bytes)));
        }
        (store, tree)
    }

    /// SEA-01
    /// Requirement SEA-01.
    #[test]
    fn paths_are_those_of_tlog_tiles() {
        let check = |level, index, width, path: &str| assert_eq!(Tile { level, index, width }.path(), path);
        check(0, 0, 256, "tile/0/000");
        check(0, 0, 1, "tile/0/000.p/1");
        check(1, 273, 256, "tile/1/273");
        check(2, 1_234_067, 8, "tile/2/x001/x234/067.p/8");
        check(0, 1_000, 255, "tile/0/x001/000.p/255");
        assert_eq!(Tile { level: 0, index: 1_234_067, width: 8 }.bundle_path(), "tile/entries/x001/x234/067.p/8");
        assert_eq!(number_path(u64::MAX), "x018/x446/x744/x073/x709/x551/615");
    }

    #[test]
    fn growth_writes_what_is_new_and_nothing_else() {
        let paths = |old, new| tiles_for_growth(old, new).iter().map(Tile::path).collect::<Vec<_>>();
        assert_eq!(paths(0, 1), ["tile/0/000.p/1"]);
        assert_eq!(paths(255, 256), ["tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(paths(256, 257), ["tile/0/001.p/1"]);
        assert_eq!(paths(250, 520), ["tile/0/000", "tile/0/001", "tile/0/002.p/8", "tile/1/000.p/2"]);
        assert_eq!(paths(7, 7), Vec::<String>::new());
        assert_eq!(paths(65_535, 65_536), ["tile/0/255", "tile/1/000", "tile/2/000.p/1"]);
    }

    #[test]
    fn a_tree_grown_in_steps_is_the_tree_grown_at_once() {
        for steps in [&[1, 2, 3, 255, 256, 257, 511, 600][..], &[600], &[256, 600], &[1, 599, 600]] {
            let (store, tree) = grown(steps);
            assert_eq!(tree.root(), tree::root(&leaves(600)));
            for tile in tiles_of(600) {
                assert_eq!(store[&tile.path()].len(), usize::from(tile.width) * 32, "{}", tile.path());
            }
            assert_eq!(TileTree::load(600, read(&store)), Ok(tree));
        }
    }

    #[test]
    fn append_returns_exactly_the_tiles_of_the_growth() {
        let mut tree = TileTree::default();
        for (old, new) in [(0, 3), (3, 255), (255, 256), (256, 700), (700, 700)] {
            let all = leaves(new);
            let written = tree.append(all[usize::try_from(old).unwrap()..].iter().copied());
            let tiles: Vec<Tile> = written.iter().map(|(tile, _)| *tile).collect();
            assert_eq!(tiles, tiles_for_growth(old, new), "{old} to {new}");
        }
    }

    #[test]
    fn proofs_from_tiles_are_proofs_from_leaves() {
        let (store, _) = grown(&[1_000]);
        let all = leaves(1_000);
        for index in [0, 1, 255, 256, 511, 767, 998, 999] {
            let proof = inclusion_proof(index, 1_000, read(&store)).unwrap();
            assert_eq!(proof, tree::inclusion_proof(&all, usize::try_from(index).unwrap()), "leaf {index}");
        }
        for old in [1, 2, 255, 256, 257, 512, 513, 777, 999, 1_000] {
            let proof = consistency_proof(old, 1_000, read(&store)).unwrap();
            assert_eq!(proof, tree::consistency_proof(&all, usize::try_from(old).unwrap()), "size {old}");
        }
    }

    #[test]
    fn a_tree_of_three_levels_has_the_root_of_its_leaves() {
        let (store, tree) = grown(&[70_000]);
        assert_eq!(tree.root(), tree::root(&leaves(70_000)));
        let proof = consistency_proof(65_537, 70_000, read(&store)).unwrap();
        assert_eq!(proof, tree::consistency_proof(&leaves(70_000), 65_537));
    }

    #[test]
    fn a_tile_of_the_wrong_length_is_refused() {
        let tile = Tile { level: 0, index: 0, width: 2 };
        let refused = Error::Tile { path: "tile/0/000.p/2".into(), expected: 64, found: 63 };
        assert_eq!(tile.hashes(&[0; 63]), Err(refused));
    }
}
