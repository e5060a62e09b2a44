//! From durable frames to signed segments.
//!
//! Comes in: frames behind their fsync. Goes out: segments in the log folder under a checkpoint the box signed. Never: a
//! signature over bytes that were not read back and recomputed, or a frame in two segments.
//!
//! | step | a crash here | the next start |
//! |---|---|---|
//! | intent (segment number, first frame not in it) durable in the journal | no segment | seals the frames again |
//! | segment, tiles, read back, checkpoint (see [`journal::LogDir`]) | half a segment, or the whole | as above, or skips the frames |
//! | journal files let go, counts kept in the index | files or counts left | lets go again, counts again |

mod close;
mod open;

pub(crate) use close::lock;
pub use close::{Closed, Origin, Sealer, SealerStart};
pub use open::{Committed, InOrder, OpenSegment, SEGMENT_AGE_MAX_S, URGENT_AGE_MAX_MS};

use crate::counts::Counts;
use anyhow::{Context, Result};
use state::State;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;

/// Frames that may wait for the sealer; more make their connectors wait.
pub const SEALER_QUEUE_MAX: usize = 64;

/// Seals what comes until every sender is gone, then closes what is left as the last segment of an orderly stop.
///
/// Fails if the disk or the log cannot be trusted; then the process must end.
pub async fn run(
    mut sealer: Sealer,
    mut frames: mpsc::Receiver<Committed>,
    first: u64,
    state: State,
    counts: Arc<Counts>,
) -> Result<()> {
    let mut order = InOrder::from(first);
    let mut open = OpenSegment::default();
    loop {
        let due = open.due();
        let wait = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(frame) => {
                    order.put(frame);
                    while let Some(frame) = order.pop() {
                        if open.is_full() {
                            close(&mut sealer, &mut open, false, &state, &counts).await?;
                        }
                        open.add(frame, Instant::now());
                    }
                    counts.waiting(open.len());
                }
                None => break,
            },
            () = wait => close(&mut sealer, &mut open, false, &state, &counts).await?,
        }
        if open.is_full() {
            close(&mut sealer, &mut open, false, &state, &counts).await?;
        }
    }
    close(&mut sealer, &mut open, true, &state, &counts).await
}

async fn close(sealer: &mut Sealer, open: &mut OpenSegment, clean: bool, state: &State, counts: &Counts) -> Result<()> {
    if open.is_empty() {
        return Ok(());
    }
    let cosigned = counts.cosigned();
    let closed = tokio::task::block_in_place(|| sealer.close(open, clean, cosigned)).context("sealing a segment")?;
    let write = state.write().await?;
    state::boxindex::closed(&*write, closed.seg_no, &closed.below, closed.at).await?;
    write.commit().await?;
    tracing::debug!(seg_no = closed.seg_no, entries = closed.entries, bytes = closed.bytes, "segment sealed");
    metrics::counter!("yaoxia_box_segments_sealed_total").increment(1);
    counts.sealed(&closed);
    Ok(())
}
