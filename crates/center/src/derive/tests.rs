//! A center's state and evidence with sealed segments in them, and the lake derived from those.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lake::{Both, Content, Lake};
use rand::SeedableRng;
use rand::rngs::StdRng;
use record::{
    Block, BlockRow, BoxId, Clocks, Digest, Entry, Event, EventKind, Flags, Qualifiers, Stream, Subject, Timestamp,
    Zone,
};
use seal::{
    EntryBytes, HeaderFields, HeaderFlags, Keys, Moment, RecipientSecret, Recipients, SealedSegment, SegmentId, log_id,
};
use state::boxes::{Enrolled, Enterprise};
use state::ingest::{Arrival, Counts, Head};
use state::{State, Write};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Evidence, OpenedSegment, Recent, Tables, rebuild};

/// 2026-11-21T10:00:00Z.
const START: Timestamp = Timestamp(1_795_255_200_000_000);
/// Dense readings of each segment.
const ROWS: u64 = 20;

struct Center {
    folder: tempfile::TempDir,
    state: State,
    secret: RecipientSecret,
    rng: StdRng,
}

impl Center {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&format!("sqlite://{}", folder.path().join("state.db").display())).await.unwrap();
        let mut rng = StdRng::seed_from_u64(1);
        let secret = RecipientSecret::generate(&mut rng);
        let enterprise = Enterprise {
            id: "91510000000000001X".parse().unwrap(),
            name_zh: "甲药业".to_owned(),
            name_en: "Alpha".to_owned(),
            region: "510100".to_owned(),
        };
        state::boxes::put_enterprise(state.read(), &enterprise, START).await.unwrap();
        for (number, id) in [(1, "box-1"), (2, "box-2")] {
            let new = Enrolled {
                id: id.parse().unwrap(),
                enterprise: enterprise.id.clone(),
                origin: format!("example.org/{id}"),
                vkey: format!("vkey of {id}"),
                read_key: format!("read key {number}"),
                enrolled_at: START,
            };
            state::boxes::add(state.read(), &new).await.unwrap();
        }
        Self { folder, state, secret, rng }
    }

    fn lake(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn evidence(&self) -> Evidence {
        Evidence::new(Arc::new(journal::OsDisk), &self.folder.path().join("evidence"), self.secret.clone())
    }

    fn file(&self, box_id: &str, seg_no: u64) -> PathBuf {
        self.folder.path().join("evidence").join(box_id).join(seal::layout::segment_path(seg_no))
    }

    async fn tables(&self) -> Tables {
        self.tables_with(Arc::new(Recent::default())).await
    }

    async fn tables_with(&self, recent: Arc<Recent>) -> Tables {
        Tables::open(self.state.clone(), self.evidence(), recent, &self.lake()).await.unwrap()
    }

    async fn content(&self) -> Both<Content> {
        Lake::open(&self.lake()).await.unwrap().content().await.unwrap()
    }

    /// Makes segment `seg_no` of a box durable and commits it, as ingest does. Returns its number and its file.
    async fn commit(&mut self, box_id: &str, seg_no: u64) -> (u64, Vec<u8>) {
        let sealed = self.seal(box_id, seg_no);
        let path = self.file(box_id, seg_no);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &sealed.file).unwrap();
        let write: Write = self.state.write().await.unwrap();
        let head = Head { size: seg_no + 1, root: Digest([0; 32]), checkpoint: Vec::new(), cosigned_at: START };
        let arrival = Arrival {
            box_id: &box_id.parse().unwrap(),
            seg_no,
            header_hash: sealed.leaf_hash,
            counts: Counts { readings: ROWS, ..Counts::default() },
            head: &head,
        };
        let ingest_no = state::ingest::place(&write, &arrival, START).await.unwrap();
        write.commit().await.unwrap();
        (ingest_no, sealed.file)
    }

    fn seal(&mut self, box_id: &str, seg_no: u64) -> SealedSegment {
        let recipients = Recipients { white: vec![self.secret.public().clone()], ..Recipients::default() };
        let id = SegmentId { log_id: log_id(&format!("example.org/{box_id}")), seg_no };
        let keys = Keys::generate(&mut self.rng, &recipients, id).unwrap();
        let entries: Vec<Vec<u8>> = [Entry::Block(block(seg_no)), Entry::Event(event(seg_no))]
            .iter()
            .map(|entry| {
                let mut bytes = Vec::new();
                entry.encode(&mut bytes).unwrap();
                bytes
            })
            .collect();
        let white: Vec<EntryBytes<'_>> = entries.iter().map(|bytes| EntryBytes { zone: Zone::White, bytes }).collect();
        seal::close(fields(seg_no), keys, &white).unwrap()
    }
}

fn fields(seg_no: u64) -> HeaderFields {
    let zero = Digest([0; 32]);
    let moment = |seconds: u64| Moment {
        wall: Timestamp(START.0 + i64::try_from(seconds).unwrap() * 1_000_000),
        mono_us: seconds * 1_000_000,
    };
    HeaderFields {
        first_seq: seg_no * 2,
        prev_header: if seg_no == 0 { zero } else { Digest([1; 32]) },
        key_epoch: 1,
        incarnation: 1,
        boot_id: [1; 16],
        opened: moment(seg_no * 10),
        closed: moment(seg_no * 10 + 10),
        flags: HeaderFlags::default(),
        torn_bytes: 0,
        cosigned: None,
        policy: zero,
        config: zero,
        software: zero,
        stream_table: zero,
    }
}

fn subject() -> Subject {
    Subject::Batch { product: "P17".parse().unwrap(), batch: "B1".parse().unwrap(), step: None }
}

fn block(seg_no: u64) -> Block {
    let rows = (0..ROWS).map(|row| {
        let at = Timestamp(START.0 + i64::try_from(seg_no * 10_000_000 + row * 100_000).unwrap());
        BlockRow {
            stream: 0,
            subject: 0,
            source: Some(at),
            server: None,
            received: at,
            original: None,
            value: format!("{seg_no}.{row:02}").parse().unwrap(),
            status: 0,
            flags: Flags::default(),
        }
    });
    Block {
        source: "scada".parse().unwrap(),
        zone: Zone::White,
        streams: vec![Stream {
            address: "ns=2;s=press.main".into(),
            parameter: "X-PRESS-MAIN".parse().unwrap(),
            qualifiers: Qualifiers::new(),
            unit: "kN".into(),
            equipment: None,
        }],
        subjects: vec![subject()],
        rows: rows.collect(),
    }
}

fn event(seg_no: u64) -> Event {
    let key = format!("step {seg_no}");
    let at = Timestamp(START.0 + i64::try_from(seg_no * 10_000_000).unwrap());
    Event {
        id: record::record_id(&"mes".parse().unwrap(), "steps", &key.parse().unwrap(), 1),
        source: "mes".parse().unwrap(),
        key: key.parse().unwrap(),
        version: 1,
        kind: EventKind::StepStarted,
        subject: subject(),
        clocks: Clocks { source: Some(at), server: None, received: at },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    }
}

#[tokio::test]
async fn each_committed_segment_is_in_the_tables_once_however_often_the_writer_starts() {
    let mut center = Center::new().await;
    for seg_no in 0..3 {
        center.commit("box-1", seg_no).await;
        center.commit("box-2", seg_no).await;
        let mut tables = center.tables().await;
        assert_eq!(tables.catch_up().await.unwrap(), 2);
        assert_eq!(tables.catch_up().await.unwrap(), 0);
        // Dropped, not closed: as after a kill.
    }
    let counts = Lake::open(&center.lake()).await.unwrap().counts().await.unwrap();
    let seen: Vec<_> =
        counts.iter().map(|count| (count.box_id.as_str(), count.readings, count.events, count.segments)).collect();
    assert_eq!(seen, [("box-1", 3 * ROWS, 3, 3), ("box-2", 3 * ROWS, 3, 3)]);
}

/// Requirement CEN-04.
#[tokio::test]
async fn rebuild_from_the_segments_gives_the_same_tables() {
    let mut center = Center::new().await;
    let mut tables = center.tables().await;
    for seg_no in 0..4 {
        center.commit("box-1", seg_no).await;
        center.commit("box-2", seg_no).await;
        tables.catch_up().await.unwrap();
    }
    tables.close().await.unwrap();
    let before = center.content().await;
    let rebuilt = rebuild(center.state.clone(), center.evidence(), &center.lake()).await.unwrap();
    assert_eq!(rebuilt.segments, 8);
    assert_eq!(rebuilt.before, Some(before));
    assert_eq!(rebuilt.after, before);
    assert_eq!(center.content().await, before);
    assert_eq!(before.reading.rows, 8 * ROWS);

    center.commit("box-1", 4).await;
    let mut tables = center.tables().await;
    assert_eq!(tables.next_ingest_no(), 9);
    assert_eq!(tables.catch_up().await.unwrap(), 1);
}

#[tokio::test]
async fn rebuild_mends_a_lake_that_can_no_longer_be_read() {
    let mut center = Center::new().await;
    for seg_no in 0..2 {
        center.commit("box-1", seg_no).await;
    }
    let mut tables = center.tables().await;
    tables.catch_up().await.unwrap();
    drop(tables);
    let before = center.content().await;
    fs::remove_dir_all(center.lake().join("reading/_delta_log")).unwrap();
    let rebuilt = rebuild(center.state.clone(), center.evidence(), &center.lake()).await.unwrap();
    assert_eq!((rebuilt.before, rebuilt.after), (None, before));
    assert_eq!(center.content().await, before);
}

#[tokio::test]
async fn rebuild_waits_for_nobody_and_refuses_while_the_center_writes() {
    let mut center = Center::new().await;
    center.commit("box-1", 0).await;
    let mut tables = center.tables().await;
    tables.catch_up().await.unwrap();
    let before = center.content().await;
    let refused = rebuild(center.state.clone(), center.evidence(), &center.lake()).await.unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(lake::Error::Busy { .. })), "{refused:#}");
    assert_eq!(center.content().await, before);
}

#[tokio::test]
async fn damaged_evidence_is_named_and_never_guessed_around() {
    let mut center = Center::new().await;
    center.commit("box-1", 0).await;
    let (_, file) = center.commit("box-1", 1).await;
    let path = center.file("box-1", 1);
    let mut flipped = file.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let other = center.seal("box-2", 1).file;
    for damaged in [Some(&flipped), Some(&other), None] {
        match damaged {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let mut tables = center.tables().await;
        let refused = format!("{:#}", tables.catch_up().await.unwrap_err());
        assert!(refused.contains(path.to_str().unwrap()), "{refused}");
        assert_eq!(tables.next_ingest_no(), 1);
    }
    fs::write(&path, &file).unwrap();
    assert_eq!(center.tables().await.catch_up().await.unwrap(), 2);
}

#[tokio::test]
async fn a_segment_ingest_has_opened_is_not_read_again() {
    let mut center = Center::new().await;
    let (ingest_no, file) = center.commit("box-1", 0).await;
    let recent = Arc::new(Recent::default());
    recent.put(ingest_no, Arc::new(OpenedSegment::open(&file, &center.secret).unwrap()));
    fs::remove_file(center.file("box-1", 0)).unwrap();
    let mut tables = center.tables_with(Arc::clone(&recent)).await;
    assert_eq!(tables.catch_up().await.unwrap(), 1);
    assert!(recent.get(ingest_no).is_none(), "released once it is in the tables");
}

#[tokio::test]
async fn the_running_writer_follows_what_is_committed_and_stops_when_asked() {
    let mut center = Center::new().await;
    let (committed, seen) = watch::channel(0);
    let stop = CancellationToken::new();
    let running = tokio::spawn(center.tables().await.run(seen, stop.clone(), watch::Sender::new(0)));
    for seg_no in 0..3 {
        let (ingest_no, _) = center.commit("box-1", seg_no).await;
        committed.send(ingest_no).unwrap();
    }
    let lake = Lake::open(&center.lake()).await.unwrap();
    let all = async {
        while lake.counts().await.unwrap().first().is_none_or(|count| count.readings < 3 * ROWS) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), all).await.unwrap();
    stop.cancel();
    running.await.unwrap().unwrap();
    assert_eq!(center.tables().await.next_ingest_no(), 4);
}

#[test]
fn recent_segments_take_bounded_room() {
    let recent = Recent::default();
    let of = |bytes| {
        let header_hash = Digest([0; 32]);
        Arc::new(OpenedSegment { header_hash, sealed_at: START, bytes, entries: Vec::new() })
    };
    for ingest_no in 1..=4 {
        recent.put(ingest_no, of(20 << 20));
    }
    assert!(recent.get(1).is_none(), "four of 20 MiB are more than 64");
    assert!((2..=4).all(|ingest_no| recent.get(ingest_no).is_some()));
    recent.release(3);
    assert!(recent.get(3).is_none());
    assert!(recent.get(4).is_some());
}

#[test]
fn a_box_folder_is_named_by_the_box() {
    let evidence = Evidence::new(Arc::new(journal::OsDisk), Path::new("/nowhere"), {
        RecipientSecret::generate(&mut StdRng::seed_from_u64(2))
    });
    let box_id: BoxId = "box-1".parse().unwrap();
    let refused = format!("{:#}", evidence.open(&box_id, 7, Digest([0; 32])).unwrap_err());
    assert!(refused.starts_with("evidence /nowhere/box-1/segments/"), "{refused}");
}
