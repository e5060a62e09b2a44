//! Golden vectors: `docs/spec/vectors/entry`. A reader of the format in any language must give what `.txt` says for the
//! bytes in `.hex`, and must refuse every line of `refused.tsv`.
//!
//! Refill after a deliberate change of the form: `YAOXIA_REFILL=1 cargo test -p record vectors`, then read the diff.

use crate::round_trip::bytes_of;
use crate::samples::{self, at, batch, equipment, key, pairs, source};
use record::{
    Block, BlockRow, Cause, Entry, EventKind, Flags, Qualifiers, Quality, Reading, Stream, Subject, Timestamp, Value,
    Zone, limits, record_id,
};
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/vectors/entry");
const REFILL: &str = "YAOXIA_REFILL";

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// The bytes of every accepted vector, in the order of their names.
pub(crate) fn accepted() -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(DIR).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "hex"));
    files.sort();
    files.iter().map(|path| unhex(&std::fs::read_to_string(path).unwrap())).collect()
}

/// The bytes of one accepted vector.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    unhex(&std::fs::read_to_string(Path::new(DIR).join(name).with_extension("hex")).unwrap())
}

/// Compares with the file, or writes it when refilling.
fn check_file(name: &str, found: &str) {
    let path = Path::new(DIR).join(name);
    if std::env::var_os(REFILL).is_some() {
        std::fs::create_dir_all(DIR).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; write it with {REFILL}=1", path.display()));
    assert_eq!(found, wanted, "{name} differs; if the form was changed on purpose, refill with {REFILL}=1");
}

fn check(name: &str, claim: &str, entry: &Entry) {
    let bytes = bytes_of(entry);
    let mut lines = String::new();
    for line in bytes.chunks(32) {
        writeln!(lines, "{}", hex(line)).unwrap();
    }
    check_file(&format!("{name}.hex"), &lines);
    check_file(&format!("{name}.txt"), &format!("{claim}\n{} bytes\n\n{entry:#?}\n", bytes.len()));
    let back = Entry::decode(&bytes).unwrap();
    assert_eq!(format!("{back:?}"), format!("{entry:?}"), "{name}");
}

fn reading(change: impl FnOnce(&mut Reading)) -> Entry {
    let mut reading = samples::reading();
    change(&mut reading);
    Entry::Reading(reading)
}

fn number(verbatim: &str) -> Entry {
    reading(|reading| {
        reading.verbatim = verbatim.into();
        reading.value = Value::parse(verbatim).unwrap();
    })
}

/// Requirement REC-02, REC-03, REC-04.
#[test]
fn readings_match_their_vectors() {
    check("reading-plain", "1.820 keeps its three decimals", &number("1.820"));
    check("reading-negative", "a sign, and a scale with leading zeros", &number("-0.0070"));
    check("reading-zero", "zero has no sign whatever was written, and keeps its scale", &number("-0.00"));
    for (name, text) in
        [("less", "<0.05"), ("less-or-equal", "≤10"), ("greater", ">300"), ("greater-or-equal", "≥98.0")]
    {
        check(&format!("reading-{name}"), "a censored number", &number(text));
    }
    check("reading-not-detected", "nothing found", &number("未检出"));
    check("reading-too-numerous", "too many to count", &number("TNTC"));
    let largest = Value::number(Decimal::from_i128_with_scale(-(1 << 96) + 1, 28));
    check("reading-largest", "96 bits of magnitude, scale 28, negative", &reading(|reading| reading.value = largest));
    check("reading-switch", "a switch that is on", &reading(|reading| reading.value = Value::Bool(true)));
    let code = |reading: &mut Reading| {
        (reading.verbatim, reading.unit) = (" conform ".into(), "1".into());
        reading.value = Value::Text("conform".into());
    };
    check("reading-code", "a code; the verbatim text keeps its blanks", &reading(code));
    let corrected = |reading: &mut Reading| {
        reading.version = 2;
        reading.id = record_id(&reading.source, "lod", &reading.key, 2);
        reading.qualifiers = pairs(&[("analyte", "impurity L"), ("a", ""), ("probe", "3"), ("样", "一")]);
        reading.quality = Quality { status: 0x8034_0000, flags: Flags::SRC_NAIVE_TZ.with(Flags::UNIT_CONVERTED) };
        reading.clocks.server = Some(at(-1));
        reading.attributes = Qualifiers::new();
        reading.zone = Zone::Grey;
    };
    check(
        "reading-corrected",
        "second version, bad status, flags, four sorted qualifiers, all clocks",
        &reading(corrected),
    );
    let bare = |reading: &mut Reading| {
        (reading.qualifiers, reading.attributes) = (Qualifiers::new(), Qualifiers::new());
        (reading.clocks.source, reading.verbatim) = (None, "".into());
        reading.value = Value::Text("".into());
    };
    check("reading-bare", "nothing that can be left out", &reading(bare));
    let subjects = [
        ("lot", samples::material_lot()),
        ("step", batch("3", "19", Some("压片"))),
        ("equipment", Subject::Equipment(equipment("press-1"))),
        ("room", Subject::Room(equipment("洁净室-101"))),
        ("sample", Subject::Sample(equipment("WP-03"))),
    ];
    for (name, subject) in subjects {
        check(&format!("reading-of-{name}"), "one of the subjects", &reading(|reading| reading.subject = subject));
    }
    let edges = |reading: &mut Reading| {
        reading.clocks.source = Some(Timestamp(limits::TIME_MIN_US));
        reading.clocks.received = Timestamp(limits::TIME_MAX_US);
    };
    check("reading-time-edges", "the first and the last instant", &reading(edges));
}

fn row(stream: u16, offset_us: i64, value: Decimal) -> BlockRow {
    BlockRow {
        stream,
        subject: 0,
        source: Some(at(offset_us)),
        server: None,
        received: at(offset_us + 10_000),
        original: None,
        value,
        status: 0,
        flags: Flags::default(),
    }
}

/// A block of one stream with these values a second apart.
fn values(values: &[Decimal]) -> Entry {
    let mut block = samples::block();
    block.streams.truncate(1);
    block.rows = (0..).zip(values).map(|(n, value)| row(0, n * 1_000_000, *value)).collect();
    Entry::Block(block)
}

fn decimals(list: &[&str]) -> Vec<Decimal> {
    list.iter().map(|text| text.parse().unwrap()).collect()
}

fn block(change: impl FnOnce(&mut Block)) -> Entry {
    let mut block = samples::block();
    change(&mut block);
    Entry::Block(block)
}

/// Requirement REC-04, REC-05.
#[test]
fn blocks_match_their_vectors() {
    check("block-press", "two streams in turn, even times", &Entry::Block(samples::block()));
    check("block-one-row", "the smallest block", &values(&decimals(&["7"])));
    check("block-fixed-scale", "value form 0", &values(&decimals(&["4.20", "4.25", "-4.30", "0.00"])));
    check(
        "block-trimmed-scale",
        "value form 1: a source that prints floats",
        &values(&decimals(&["4.2", "4.25", "4", "0"])),
    );
    check(
        "block-mixed-scale",
        "value form 2: 4.2 and 4.20 are not the same text",
        &values(&decimals(&["4.2", "4.20", "4.250"])),
    );
    let wide = [Decimal::from_i128_with_scale((1 << 96) - 1, 0), Decimal::new(-1, 28), Decimal::new(0, 3)];
    check("block-wide", "value form 3: more than 64 bits at the largest scale", &values(&wide));
    let extremes = [i64::MAX, i64::MIN, 0, -1].map(|mantissa| Decimal::new(mantissa, 2));
    check("block-wrapping", "changes that wrap around 64 bits", &values(&extremes));
    let irregular = |block: &mut Block| {
        let third = Stream { qualifiers: pairs(&[("station", "pre")]), equipment: None, ..block.streams[1].clone() };
        block.streams.push(third);
        block.rows = [0, 0, 2, 0, 2, 0, 2, 1].map(|stream| row(stream, 0, Decimal::new(5, 1))).to_vec();
    };
    check("block-irregular", "streams out of turn, one time for all rows, qualifiers on one stream", &block(irregular));
    let times = |block: &mut Block| {
        for (n, row) in (0i64..).zip(&mut block.rows) {
            row.source = (n % 3 != 0).then(|| at(n * n * 1_000));
            row.server = row.source;
            row.original = (n > 4).then(|| Timestamp(1_542_578_932_000_000 + n / 4 * 10_000_000));
            row.received = at(-n);
        }
    };
    check("block-times", "absent times, server time twin of the source's, a box clock that goes back", &block(times));
    let quality = |block: &mut Block| {
        block.subjects.push(Subject::Equipment(equipment("press-1")));
        for (n, row) in (0u16..).zip(&mut block.rows) {
            row.subject = u16::from(n >= 12);
            row.status = if n == 5 { 0x8000_0000 } else { 0 };
            row.flags = if n < 3 { Flags::BACKFILLED } else { Flags::default() };
        }
    };
    check("block-quality", "runs of status, flags and subject", &block(quality));
    check(
        "block-unused",
        "a stream and a subject no row speaks of",
        &block(|block| {
            block.subjects.push(samples::material_lot());
            block.streams.push(Stream { unit: "1".into(), ..block.streams[0].clone() });
        }),
    );
}

/// Requirement REC-04.
#[test]
fn the_other_kinds_match_their_vectors() {
    check("event-batch-ended", "a known kind", &Entry::Event(samples::event()));
    let mut other = samples::event();
    other.kind = EventKind::Other("瓶塞开箱".into());
    other.zone = Zone::Black;
    check("event-other", "a kind of the plant", &Entry::Event(other));
    check("finding-point", "a finding; its id is not among the bytes", &Entry::Finding(samples::finding()));
    let mut bare = samples::finding();
    (bare.window, bare.numbers) = (vec![], vec![("zero".into(), -0.0), ("least".into(), f64::from_bits(1))]);
    bare.id = bare.compute_id();
    check("finding-numbers", "no window; minus zero and the least number keep their bits", &Entry::Finding(bare));
    check("reject-type", "text where a number is required", &Entry::Reject(samples::reject()));
    let mut no_unit = samples::reject();
    no_unit.unit = None;
    check("reject-no-unit", "no unit came", &Entry::Reject(no_unit));
    check("gap-overflow", "a queue overflowed", &Entry::Gap(samples::gap()));
    let mut unknown = samples::gap();
    (unknown.address, unknown.from, unknown.lost) = (Some("ns=2;s=Press.Speed".into()), None, None);
    (unknown.cause, unknown.filled) = (Cause::Unknown, true);
    check("gap-one-stream", "one stream, begin and loss unknown, filled", &Entry::Gap(unknown));
}

#[test]
fn ids_match_their_vectors() {
    let mut lines = String::from("kind\tsource\taddress\tkey\tversion\tid\n");
    for (from, address, name, version) in [
        ("lims", "lod", "result/2206001/LOD/1", 1),
        ("lims", "lod", "result/2206001/LOD/1", 2),
        ("scada", "ns=2;s=压力", "1", u32::MAX),
    ] {
        let id = record_id(&source(from), address, &key(name), version);
        writeln!(lines, "record\t{from}\t{address}\t{name}\t{version}\t{id}").unwrap();
    }
    writeln!(lines, "finding\t\tfinding-point.hex\t\t\t{}", samples::finding().id).unwrap();
    check_file("ids.tsv", &lines);
}

/// Bytes no writer writes, each by one change of a vector, with what the reader says.
#[test]
fn damaged_bytes_are_refused_as_their_vectors_say() {
    let gap = bytes_of(&Entry::Gap(samples::gap()));
    let one = bytes_of(&values(&decimals(&["7"])));
    let wide = bytes_of(&values(&[Decimal::from_i128_with_scale((1 << 96) - 1, 0)]));
    let put = |bytes: &[u8], at: usize, with: &[u8]| [&bytes[..at], with, &bytes[at + 1..]].concat();
    let last = one.len() - 1;
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing at all", vec![]),
        ("a form version of the future", put(&gap, 0, &[2])),
        ("an entry kind of the future", put(&gap, 1, &[6])),
        ("the last byte missing", gap[..gap.len() - 1].to_vec()),
        ("a byte too many", [&gap[..], &[0]].concat()),
        ("a length in two bytes that fits one", put(&gap, 2, &[0x85, 0])),
        ("a name longer than a name may be", put(&gap, 2, &[0xff, 0xff, 0x7f])),
        ("a blank before the source", put(&gap, 3, b" ")),
        ("a byte that is not UTF-8", put(&gap, 3, &[0xff])),
        ("a flag that is neither 0 nor 1", put(&gap, gap.len() - 1, &[2])),
        ("a cause nobody knows", put(&gap, gap.len() - 2, b"W")),
        ("a block value in a form it does not need", put(&one, last - 1, &[1 << 5])),
        ("a value form of the future", put(&one, last - 1, &[4 << 5])),
        ("a scale beyond 28", put(&one, last - 1, &[29])),
        ("a wide value with nothing wide in it", [&one[..last - 1], &[3 << 5, 0, 7]].concat()),
        ("a magnitude beyond 96 bits", put(&wide, wide.len() - 1, &[0x20])),
        ("minus zero", [&one[..last - 1], &[3 << 5, 0x80, 0]].concat()),
    ];
    let mut lines = String::from("what\tbytes\treader says\n");
    for (what, bytes) in cases {
        let error = Entry::decode(&bytes).expect_err(what);
        writeln!(lines, "{what}\t{}\t{error}", hex(&bytes)).unwrap();
    }
    check_file("refused.tsv", &lines);
}
