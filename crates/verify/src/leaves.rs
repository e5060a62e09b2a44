//! Which leaves did the box sign? Headers are stored twice (segment file, entry bundle) and their hashes a third time
//! (level-0 tile); the signed root says which of them are right, so that damage is named where it is.

use crate::folder::Folder;
use crate::{Damage, Why};
use record::Digest;
use seal::tile::{Tile, tiles_of};
use seal::{HEADER_LEN, layout, tree};

/// Longest tile in bytes.
const TILE_LEN_MAX: usize = 256 * 32;
/// Bytes of one header in an entry bundle.
const BUNDLED_LEN: usize = 2 + HEADER_LEN;
/// What stands before each header in an entry bundle: its length.
const BUNDLED_PREFIX: [u8; 2] = [0x03, 0x24];

/// The leaves of the signed tree, and the header bytes as far as some file has them.
#[derive(Debug)]
pub(crate) struct Leaves {
    /// Leaf hashes under the signed root; `None` if no combination of what is stored gives that root.
    pub(crate) signed: Option<Vec<Digest>>,
    /// Headers as the entry bundles hold them.
    pub(crate) bundled: Vec<Option<Vec<u8>>>,
}

/// Reads the three copies of `size` leaves, finds the one under `root`, and reports every tile that differs from it.
pub(crate) fn leaves(folder: Folder<'_>, size: u64, root: Digest, damage: &mut Vec<Damage>) -> Leaves {
    let mut bundled = Vec::new();
    let mut tiled: Vec<Option<Digest>> = Vec::new();
    let mut stored = Vec::new();
    for tile in tiles_of(size) {
        let bytes = folder.read(&tile.path(), TILE_LEN_MAX);
        if tile.level == 0 {
            bundled.extend(bundle(folder, tile, damage));
            let hashes = bytes.as_deref().ok().and_then(|bytes| tile.hashes(bytes).ok());
            let width = usize::from(tile.width);
            tiled.extend(hashes.map_or(vec![None; width], |hashes| hashes.into_iter().map(Some).collect()));
        }
        stored.push((tile, bytes));
    }
    let in_segments = (0..size).map(|seg_no| folder.read_start(&layout::segment_path(seg_no), HEADER_LEN));
    let in_segments: Vec<Option<Digest>> = in_segments.map(|header| header.as_deref().map(tree::leaf_hash)).collect();
    let in_bundles: Vec<Option<Digest>> = bundled.iter().map(|header| header.as_deref().map(tree::leaf_hash)).collect();

    let voted = in_segments.iter().zip(&in_bundles).zip(&tiled).map(|((segment, bundle), tile)| match segment {
        Some(hash) if segment == bundle || segment == tile => Some(*hash),
        _ => tile.or(*bundle).or(*segment),
    });
    let candidates: [Option<Vec<Digest>>; 4] = [
        tiled.iter().copied().collect(),
        in_segments.iter().copied().collect(),
        in_bundles.iter().copied().collect(),
        voted.collect(),
    ];
    let signed = candidates.into_iter().flatten().find(|leaves| tree::root(leaves) == root);
    match &signed {
        Some(leaves) => check_tiles(leaves, stored, damage),
        None => {
            // Where a segment cannot be read at all, that is reported with the segments.
            if let Some(leaves) = in_segments.into_iter().collect::<Option<Vec<_>>>() {
                let why = Why::RootDiffers { signed: root, computed: tree::root(&leaves) };
                damage.push(Damage::of_file(layout::SEGMENTS, why));
            }
        }
    }
    if let Some(leaves) = &signed {
        for (seg_no, (leaf, found)) in (0u64..).zip(leaves.iter().zip(&in_bundles)) {
            if found.is_some_and(|found| found != *leaf) {
                damage.push(bundle_damage(folder, seg_no, size));
            }
        }
    }
    Leaves { signed, bundled }
}

/// The headers in one entry bundle; none if it cannot be read, which is reported.
fn bundle(folder: Folder<'_>, tile: Tile, damage: &mut Vec<Damage>) -> Vec<Option<Vec<u8>>> {
    let width = usize::from(tile.width);
    let bytes = match folder.read(&tile.bundle_path(), width * BUNDLED_LEN) {
        Ok(bytes) => bytes,
        Err(why) => {
            damage.push(Damage::of_file(tile.bundle_path(), why));
            return vec![None; width];
        }
    };
    if bytes.len() != width * BUNDLED_LEN {
        let error = seal::Error::Tile { path: tile.bundle_path(), expected: width * BUNDLED_LEN, found: bytes.len() };
        damage.push(Damage::of_file(tile.bundle_path(), Why::Bytes(error)));
        return vec![None; width];
    }
    let header = |framed: &[u8]| {
        let (len, header) = framed.split_first_chunk::<2>()?;
        (*len == BUNDLED_PREFIX).then(|| header.to_vec())
    };
    let headers: Vec<Option<Vec<u8>>> = bytes.chunks_exact(BUNDLED_LEN).map(header).collect();
    for ((at, framed), seg_no) in
        (0..).step_by(BUNDLED_LEN).zip(bytes.chunks_exact(BUNDLED_LEN)).zip(tile.index * 256..)
    {
        if let Some(byte) = first_difference(&framed[..2], &BUNDLED_PREFIX) {
            let wrong = Damage::of_file(tile.bundle_path(), Why::NotInTree);
            damage.push(wrong.in_segment(seg_no).at(Some(at + byte)));
        }
    }
    headers
}

/// The bundled header of `seg_no` is not the signed one: where does it begin to differ from the segment's?
fn bundle_damage(folder: Folder<'_>, seg_no: u64, size: u64) -> Damage {
    let index = seg_no / 256;
    let width = u16::try_from((size - index * 256).min(256)).expect("at most 256");
    let path = Tile { level: 0, index, width }.bundle_path();
    let start = usize::try_from(seg_no % 256).expect("below 256") * BUNDLED_LEN;
    let segment = folder.read_start(&layout::segment_path(seg_no), HEADER_LEN);
    let bundle = folder.read(&path, 256 * BUNDLED_LEN).ok();
    let offset = segment.zip(bundle).and_then(|(segment, bundle)| {
        let bundled = bundle.get(start + 2..start + BUNDLED_LEN)?;
        first_difference(&segment, bundled).map(|at| start as u64 + 2 + at)
    });
    Damage::of_file(path, Why::NotInTree).in_segment(seg_no).at(offset)
}

/// Offset of the first byte in which two texts differ.
pub(crate) fn first_difference(a: &[u8], b: &[u8]) -> Option<u64> {
    if a == b {
        return None;
    }
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    Some(common as u64)
}

/// Recomputes every tile from the signed leaves.
fn check_tiles(leaves: &[Digest], stored: Vec<(Tile, Result<Vec<u8>, Why>)>, damage: &mut Vec<Damage>) {
    let mut levels = vec![leaves.to_vec()];
    for (tile, bytes) in stored {
        let level = usize::from(tile.level);
        while levels.len() <= level {
            let below = &levels[levels.len() - 1];
            levels.push(below.chunks_exact(256).map(tree::root).collect());
        }
        let start = usize::try_from(tile.index * 256).expect("an index into leaves in memory");
        let expected: Vec<u8> =
            levels[level][start..start + usize::from(tile.width)].iter().flat_map(|hash| hash.0).collect();
        match bytes {
            Err(why) => damage.push(Damage::of_file(tile.path(), why)),
            Ok(bytes) => {
                if let Some(offset) = first_difference(&bytes, &expected) {
                    damage.push(Damage::of_file(tile.path(), Why::TileDiffers).at(Some(offset)));
                }
            }
        }
    }
}
