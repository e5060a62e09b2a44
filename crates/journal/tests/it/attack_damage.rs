//! Attacks 4, 5, 10, 15 and 19 on the journal and the log folder: torn, flipped, replayed, exchanged and repeated bytes.

use crate::disk::FakeDisk;
use crate::wal::{first_file, frame, frames, open, used};
use crate::{logdir, wal};
use journal::{Error, LogDir, Outcome, Step, Verdict};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;

/// Bytes of a group before its nonce, and where salt and incarnation stand in them.
const GROUP_HEADER: usize = 96;

/// A journal of `count` frames in one file, and where each of their groups begins.
fn written(count: u64) -> (FakeDisk, Vec<usize>) {
    let disk = FakeDisk::default();
    let (log, _) = open(&disk).unwrap();
    let mut starts = Vec::new();
    for no in 0..count {
        starts.push(used(&disk.bytes(&first_file())).next_multiple_of(8));
        log.append(frame(no, 40)).unwrap();
    }
    starts.push(used(&disk.bytes(&first_file())).next_multiple_of(8));
    (disk, starts)
}

/// The last frame is cut, or is garbage from there on and beyond its end, at every byte.
/// Requirement ATT-04.
#[test]
fn attack_04_a_last_frame_torn_at_any_byte_is_dropped_counted_and_begun_anew() {
    let (disk, starts) = written(4);
    let (start, end) = (starts[3], used(&disk.bytes(&first_file())));
    for torn_at in start..end {
        for seed in 0..3u64 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed << 32 | torn_at as u64);
            let broken = disk.restart();
            broken.edit(&first_file(), |bytes| match seed {
                0 => bytes[torn_at..].fill(0),
                1 => bytes[torn_at..end].fill_with(|| rng.random()),
                _ => bytes[torn_at..end + 300].fill_with(|| rng.random()),
            });
            let left = used(&broken.bytes(&first_file())).saturating_sub(start) as u64;
            let (log, found) = open(&broken).unwrap();
            let what = format!("torn at {torn_at}, form {seed}");
            assert_eq!((found.next_seq, found.torn_bytes), (3, left), "{what}");
            assert_eq!((found.incarnation, found.damages.as_slice()), (2, [].as_slice()), "{what}");
            assert_eq!(frames(&found, 0).len(), 3, "{what}");
            assert_eq!(log.append(frame(3, 40)).unwrap().seq, 3, "{what}");
        }
    }
}

/// What lies behind the last frame is an older group of the same journal, whole and rightly encrypted.
/// Requirement ATT-04.
#[test]
fn attack_04_an_old_group_behind_the_end_is_garbage_and_no_second_delivery() {
    let (disk, starts) = written(4);
    for old in 0..4 {
        let broken = disk.restart();
        let (from, to, len) = (starts[old], starts[4], starts[old + 1] - starts[old]);
        broken.edit(&first_file(), |bytes| bytes.copy_within(from..from + len, to));
        let (log, found) = open(&broken).unwrap();
        assert_eq!(found.next_seq, 4, "group {old} again");
        assert_eq!(frames(&found, 0).iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!((found.damages.as_slice(), found.torn_bytes > 0), ([].as_slice(), true));
        assert_eq!(found.state.tally().accepted, 4);
        assert_eq!(log.append(frame(4, 40)).unwrap().seq, 4);
    }
}

/// Requirement ATT-05.
#[test]
fn attack_05_one_flipped_bit_anywhere_in_the_journal_costs_at_most_its_own_frame() {
    let (disk, starts) = written(5);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for at in starts[1]..starts[4] {
        let broken = disk.restart();
        broken.edit(&first_file(), |bytes| bytes[at] ^= 1 << rng.random_range(0..8));
        let (_log, found) = open(&broken).unwrap();
        let hit = starts.iter().rposition(|start| *start <= at).unwrap() as u64;
        assert_eq!((found.next_seq, found.torn_bytes), (5, 0), "byte {at}: not taken for the end");
        let seqs: Vec<u64> = frames(&found, 0).into_iter().map(|(seq, _)| seq).collect();
        match found.damages.as_slice() {
            // The padding behind a group carries nothing.
            [] => assert_eq!(seqs, [0, 1, 2, 3, 4], "byte {at}"),
            [damage] => {
                assert_eq!((damage.frames, damage.values), (Some((hit, hit + 1)), Some(1)), "byte {at}");
                assert_eq!(damage.id.offset, starts[usize::try_from(hit).unwrap()] as u64, "byte {at}");
                assert_eq!(seqs, (0..5).filter(|seq| *seq != hit).collect::<Vec<_>>(), "byte {at}");
            }
            more => panic!("byte {at}: {more:?}"),
        }
    }
}

/// A bit flips in a stored file of the log: the box signs nothing on top of a wrong tile or checkpoint.
/// Requirement ATT-05.
#[test]
fn attack_05_no_flipped_bit_of_tile_bundle_or_checkpoint_gets_under_a_new_signature() {
    let disk = FakeDisk::default();
    let (mut log, _) = logdir::open(&disk).unwrap();
    for no in 0..3 {
        logdir::append(&mut log, no).unwrap();
    }
    let sound = log.root_hash();
    drop(log);
    for name in ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"] {
        let path = Path::new(logdir::ROOT).join(name);
        for at in 0..disk.bytes(&path).len() {
            let broken = disk.restart();
            broken.edit(&path, |bytes| bytes[at] ^= 1 << (at % 8));
            let next = logdir::open(&broken).and_then(|(mut log, _)| logdir::append(&mut log, 3).map(|_| log));
            match next {
                Err(error) => assert_eq!(error.verdict(), Verdict::Stop, "{name} byte {at}: {error}"),
                // The signature line of the checkpoint is the verifier's business: the box knows its own root.
                Ok(log) => {
                    assert_eq!(name, "checkpoint", "byte {at}");
                    assert_eq!(log.root_at(3).unwrap(), sound, "byte {at}");
                    logdir::check_log(&log, 4, name);
                }
            }
        }
    }
}

fn offer(log: &mut LogDir, no: u64, segment: &[u8]) -> Result<Outcome, Error> {
    log.append(Step { seg_no: no, header: &logdir::header(no), segment }, logdir::note)
}

/// Segments offered again, out of order, or with one byte changed: the log is as it was, and each is told its reason.
/// Requirement ATT-10, ATT-19.
#[test]
fn attack_19_repeated_reordered_and_edited_segments_change_nothing() {
    let disk = FakeDisk::default();
    let (mut log, _) = logdir::open(&disk).unwrap();
    for no in 0..4 {
        logdir::append(&mut log, no).unwrap();
    }
    let files: Vec<_> = disk.files().into_iter().map(|path| (disk.bytes(&path), path)).collect();
    for no in 0..4 {
        assert_eq!(logdir::append(&mut log, no).unwrap(), Outcome::AlreadyHeld);
        let good = logdir::segment(no);
        for at in (0..good.len()).step_by(7) {
            let mut edited = good.clone();
            edited[at] ^= 1;
            let error = offer(&mut log, no, &edited).unwrap_err();
            assert!(matches!(error, Error::Conflict { seg_no, .. } if seg_no == no), "{error}");
            assert_eq!(error.verdict(), Verdict::Stop, "somebody has two histories");
        }
        for cut in [0, 1, good.len() - 1] {
            assert!(matches!(offer(&mut log, no, &good[..cut]), Err(Error::Conflict { .. })));
        }
    }
    for early in 5..9 {
        let error = logdir::append(&mut log, early).unwrap_err();
        assert!(matches!(error, Error::OutOfOrder { size: 4, .. }), "{error}");
    }
    let after: Vec<_> = disk.files().into_iter().map(|path| (disk.bytes(&path), path)).collect();
    assert_eq!(after, files, "not one byte was written");
    logdir::check_log(&log, 4, "after all of it");
}

/// A machine is woken twice from one snapshot: disk, memory and randomness alike. What each life then receives is
/// encrypted under the same key; a nonce comes again only with the same content.
/// Requirement ATT-15.
#[test]
fn attack_15_two_lives_of_one_snapshot_never_use_a_nonce_for_two_contents() {
    let snapshot = FakeDisk::default();
    let (log, _) = open(&snapshot).unwrap();
    log.append(frame(0, 40)).unwrap();
    drop(log);
    let life = |first: u64| {
        let disk = snapshot.restart();
        let salt = [0; 16];
        let (log, found) = journal::Journal::open(
            std::sync::Arc::new(disk.clone()),
            Path::new(wal::DIR),
            &wal::key(),
            salt,
            wal::SIZES,
        )
        .unwrap();
        assert_eq!(found.incarnation, 2);
        for no in first..first + 3 {
            log.append(frame(no, 40)).unwrap();
        }
        drop(log);
        let path = Path::new(wal::DIR).join("0000000001.wal");
        let bytes = disk.bytes(&path);
        let mut groups = Vec::new();
        let mut at = 0;
        while bytes[at..].starts_with(b"YXJ2") {
            let len = usize::try_from(u32::from_be_bytes(bytes[at + 4..at + 8].try_into().unwrap())).unwrap();
            let body = at + GROUP_HEADER;
            groups.push((
                bytes[at + 16..at + 48].to_vec(),
                bytes[body..body + 12].to_vec(),
                bytes[at..body + len].to_vec(),
            ));
            at = (body + len).next_multiple_of(8);
        }
        groups
    };
    let lives = [life(1), life(1), life(7)];
    let mut seen = std::collections::BTreeMap::new();
    for (place, nonce, bytes) in lives.iter().flatten() {
        // Salt, incarnation and number are the same in all lives: key and, without the content, nonce would be too.
        assert_eq!(place[8..24], [0; 16]);
        let before = seen.insert(nonce, bytes);
        assert!(before.is_none_or(|before| before == bytes), "one nonce, two contents");
    }
    assert_eq!(lives[0], lives[1], "the same content is the same bytes");
    assert_eq!(lives[0].len(), lives[2].len());
    assert_eq!(seen.len(), 1 + 3 + 3, "the state they begin with is the same, the frames differ");
}
