//! A block put together by hand from the pages of the specification, and each of its parts in a form nobody may write.

use record::{Entry, Flags, Timestamp};

/// Two streams in turn, one subject, four rows.
#[derive(Clone)]
struct Parts {
    streams: Vec<u8>,
    subjects: Vec<u8>,
    rows: Vec<u8>,
    turns: Vec<u8>,
    subject: Vec<u8>,
    received: Vec<u8>,
    source: Vec<u8>,
    server: Vec<u8>,
    original: Vec<u8>,
    status: Vec<u8>,
    flags: Vec<u8>,
    values: Vec<u8>,
}

impl Parts {
    fn new() -> Self {
        Self {
            // Address a1, parameter P, unit 1; then address a2 with the rest shared.
            streams: [&[2, 2][..], &[0, 2], b"a1", &[0, 1], b"P", &[0, 1], b"1", &[2], &[1, 1], b"2", &[1, 0, 1, 0]]
                .concat(),
            subjects: [&[1, 2][..], &[1], b"E"].concat(),
            rows: vec![4],
            turns: vec![4],
            subject: vec![0, 4],
            // 100 µs twice, then 110 twice: zigzag(100) and zigzag(10), both long runs.
            received: vec![0x91, 3, 0, 41, 0],
            // At the base twice, then 10 µs on.
            source: vec![1, 1, 0, 41, 0],
            server: vec![3],
            original: vec![0],
            status: vec![0, 4],
            flags: vec![0, 3, 1, 1],
            // 1, 2 then 2, 2 at scale 0.
            values: vec![0, 0, 2, 4, 2, 0],
        }
    }

    fn bytes(&self) -> Vec<u8> {
        [
            &[1, 1, 1, b's', 0][..],
            &self.streams,
            &self.subjects,
            &self.rows,
            &self.turns,
            &self.subject,
            &self.received,
            &self.source,
            &self.server,
            &self.original,
            &self.status,
            &self.flags,
            &self.values,
        ]
        .concat()
    }
}

#[test]
fn a_block_put_together_by_hand_is_read() {
    let Entry::Block(block) = Entry::decode(&Parts::new().bytes()).unwrap() else { panic!("not a block") };
    let rows: Vec<_> = block
        .rows
        .iter()
        .map(|row| (row.stream, row.received.0, row.source, row.server, row.original, row.flags, row.value.to_string()))
        .collect();
    let row = |stream, us, flags, value: &str| {
        (stream, us, Some(Timestamp(us)), Some(Timestamp(us)), None, Flags(flags), value.to_owned())
    };
    assert_eq!(rows, [row(0, 100, 0, "1"), row(1, 100, 0, "2"), row(0, 110, 0, "2"), row(1, 110, 1, "2")]);
    assert_eq!(&*block.streams[1].address, "a2");
    assert_eq!((block.streams[1].parameter.as_str(), &*block.streams[1].unit), ("P", "1"));
}

fn refuses(change: impl FnOnce(&mut Parts), wanted: &str) {
    let mut parts = Parts::new();
    change(&mut parts);
    let error = Entry::decode(&parts.bytes()).expect_err(wanted).to_string();
    assert!(error.ends_with(wanted), "{error}, not {wanted}");
}

#[test]
fn streams_have_one_form() {
    let tail = |bytes: &[u8]| [&[2, 2, 0, 2][..], b"a1", &[0, 1], b"P", &[0, 1], b"1", bytes].concat();
    refuses(
        |parts| parts.streams = tail(&[2, 0, 2, b'a', b'2', 1, 0, 1, 0]),
        "more bytes are shared with the stream before",
    );
    refuses(|parts| parts.streams = tail(&[2, 3, 0, 1, 0, 1, 0]), "3 is more than the 2 an entry may hold");
    refuses(|parts| parts.streams = tail(&[0, 1, 1, b'2', 1, 0, 1, 0, 0]), "they equal those before");
    refuses(|parts| parts.streams = tail(&[6, 1, 1, b'2', 1, 0, 1, 0]), "6 is not known");
    refuses(|parts| parts.streams = tail(&[2, 1, 1, b'2', 0, 0, 1, 0]), "parameter code is empty");
    refuses(|parts| parts.streams = tail(&[2, 1, 1, 0xff, 1, 0, 1, 0]), "not UTF-8");
    refuses(|parts| drop(parts.streams.splice(..1, [0xff, 0x7f])), "16383 is more than the 4096 an entry may hold");
}

#[test]
fn rows_point_into_their_tables() {
    refuses(|parts| parts.subject = vec![1, 4], "subject at byte 31: out of range");
    refuses(|parts| parts.turns = vec![0, 2, 3], "stream at byte 31: 2 is more than the 1 an entry may hold");
    refuses(|parts| parts.subjects = vec![0], "at least one of each at byte 26: out of range");
    refuses(|parts| parts.rows = vec![0], "at least one of each at byte 29: out of range");
    refuses(|parts| parts.rows = vec![0x80, 0x80, 4], "rows at byte 29: 65509 more bytes needed");
}

#[test]
fn turns_and_runs_have_one_form() {
    refuses(|parts| parts.turns = vec![2, 0, 1], "it was guessed right");
    refuses(|parts| parts.turns = vec![5], "5 is more than the 4 an entry may hold");
    refuses(|parts| parts.status = vec![0, 2, 0, 2], "a run continues the one before");
    refuses(|parts| parts.status = vec![0, 0], "a run of no rows");
    refuses(|parts| parts.status = vec![0, 5], "5 is more than the 4 an entry may hold");
    refuses(|parts| parts.flags = vec![0xff, 0xff, 0xff, 0xff, 0x1f, 4], "out of range");
}

#[test]
fn times_have_one_form() {
    refuses(|parts| parts.received = vec![0x90, 3, 0, 41, 1], "a run continues the one before");
    refuses(|parts| parts.received = vec![0x91, 3, 3], "3 is more than the 2 an entry may hold");
    refuses(|parts| parts.received = vec![0x91, 3, 1, 41], "out of range");
    // Every row has it, or it is the source's: not the mixed form, not written out, not called a twin of nothing.
    refuses(|parts| parts.source = vec![2, 1, 0, 81, 0], "the column has another form");
    refuses(|parts| parts.server = vec![1, 1, 0, 41, 0], "the column has another form");
    refuses(|parts| (parts.source, parts.server) = (vec![0], vec![3]), "the column has another form");
    refuses(|parts| parts.source = vec![2, 3, 2], "the column has another form");
    refuses(|parts| parts.source = vec![3], "3 is not known");
    refuses(|parts| parts.source = vec![4], "4 is not known");
    refuses(|parts| parts.source = vec![2, 7, 0, 1, 0], "an absent time with a value");
    refuses(|parts| parts.source = vec![2, 3, 0, 3, 0], "a run continues the one before");
    // Beyond the year 9999.
    refuses(|parts| parts.source = vec![1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 2], "out of range");
}

#[test]
fn values_have_one_form() {
    let other = "the values have another form";
    // One scale only, so not trimmed, mixed or wide; a stated scale nobody has.
    refuses(|parts| parts.values = vec![1 << 5, 0, 2, 4, 2, 0], other);
    refuses(|parts| parts.values = vec![2 << 5, 0, 0, 2, 4, 0, 2, 0], other);
    refuses(|parts| parts.values = vec![3 << 5, 0, 0, 1, 4, 0, 2, 0], other);
    // 10 and 20 at scale 1 are 1 and 2 at scale 0.
    refuses(|parts| parts.values = vec![1 << 5 | 1, 0, 20, 4, 20, 0], other);
    // 0.1 and 2 in the form with scales beside them, though each has its least scale.
    refuses(|parts| parts.values = vec![2 << 5 | 1, 0, 1, 2, 4, 0, 38, 0], other);
    // A scale above the stated one, and a mantissa that would lose a digit.
    refuses(|parts| parts.values = vec![2 << 5 | 1, 0, 2, 2, 4, 0, 38, 0], "out of range");
    refuses(|parts| parts.values = vec![2 << 5 | 1, 0, 0, 2, 4, 0, 38, 0], "out of range");
    refuses(|parts| parts.values = vec![0x80, 0, 2, 4, 2, 0], "out of range");
}
