//! Names of the files of a log folder. The box's log and the center's evidence of it look alike.
//!
//! ```text
//! checkpoint                  the newest signed checkpoint
//! tile/<level>/<n>[.p/<w>]    hashes of the log tree (C2SP tlog-tiles)
//! tile/entries/<n>[.p/<w>]    its leaves: segment headers
//! segments/<n>.yxs            one segment each
//! receipts/<size>             a checkpoint of that size with the witnesses' cosignatures
//! ```

use crate::Error;
use crate::tile::number_path;

/// Name of the newest signed checkpoint.
pub const CHECKPOINT: &str = "checkpoint";
/// Folder of tiles and entry bundles.
pub const TILES: &str = "tile";
/// Folder of segment files.
pub const SEGMENTS: &str = "segments";
/// Folder of cosigned checkpoints.
pub const RECEIPTS: &str = "receipts";
/// Ending of a segment file.
pub const SEGMENT_SUFFIX: &str = ".yxs";

/// `segments/x001/x234/067.yxs` for segment 1234067.
pub fn segment_path(seg_no: u64) -> String {
    format!("{SEGMENTS}/{}{SEGMENT_SUFFIX}", number_path(seg_no))
}

/// `receipts/1234067` for the cosigned checkpoint of that size.
pub fn receipt_path(size: u64) -> String {
    format!("{RECEIPTS}/{size}")
}

/// Bytes of an entry bundle: each leaf's data after its length as two bytes (C2SP tlog-tiles).
///
/// Fails if a leaf is longer than 65,535 bytes. Headers are [`crate::HEADER_LEN`] long.
pub fn bundle<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        let too_long = |_| Error::TooMuch { what: "leaf bytes", found: leaf.len() as u64, limit: u64::from(u16::MAX) };
        bytes.extend_from_slice(&u16::try_from(leaf.len()).map_err(too_long)?.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Ok(bytes)
}
