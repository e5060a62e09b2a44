//! Golden logs: what every verifier must read for ever, whole and damaged, and what it must find in them.
//!
//! `docs/spec/vectors/log-*` are whole log folders, made here from fixed keys; `log-trust.toml` and `log-center.key` are
//! what their auditor holds, `log-found.tsv` is what must be found. Set `YAOXIA_REFILL=1` to write the files anew, and
//! read the difference.

use crate::support::{Log, entry, rejected};
use record::Zone;
use seal::checkpoint::{cosign, sign};
use seal::tile::tiles_of;
use seal::{Algorithm, HEADER_LEN, HeaderFields, RecipientSecret, SignerKey, layout};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use verify::{Check, Report, Trust, verify_log};

/// Segments of the whole log.
const SIZE: u64 = 3;
/// When the witness of the golden logs cosigns. Seconds since 1970.
const COSIGNED_S: u64 = 1_763_000_000;

/// What must be found in the golden logs.
const FOUND: &str = "log-found.tsv";

/// Files of a log by their path in its folder.
type Files = BTreeMap<String, Vec<u8>>;

/// `docs/spec/vectors`.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors")
}

/// What the auditor of the golden logs trusts, and the key that opens white, grey and one half of black.
pub(crate) fn desk() -> (PathBuf, PathBuf) {
    (folder().join("log-trust.toml"), folder().join("log-center.key"))
}

/// The library's report of a log, against the golden trust file.
pub(crate) fn report(log: &Path, with_key: bool) -> Report {
    let (trust, key) = desk();
    let trust = Trust::parse(&fs::read_to_string(trust).unwrap()).unwrap();
    let key = RecipientSecret::parse(fs::read_to_string(key).unwrap().trim_end()).unwrap();
    verify_log(log, &Check { trust: &trust, key: with_key.then_some(&key), receipts: &[] })
}

/// A finding: verdict, file, segment, entry and byte, `-` for what is not known.
pub(crate) type Found = [String; 5];

/// The findings of a report, without their words.
pub(crate) fn found(report: &Report) -> BTreeSet<Found> {
    let said = serde_json::to_value(report.spoken(verify::words::Lang::En)).unwrap();
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Null => "-".to_owned(),
        serde_json::Value::Array(entry) => format!("{} {}", entry[0].as_str().unwrap(), entry[1]),
        other => other.as_str().map_or_else(|| other.to_string(), str::to_owned),
    };
    let damage = said["damage"].as_array().unwrap().iter();
    damage.map(|item| ["verdict", "file", "segment", "entry", "offset"].map(|field| shown(&item[field]))).collect()
}

/// The whole log: three segments, the first of all zones, the others with the cosignature of the one before.
fn whole() -> Log {
    log_of(SIZE)
}

fn log_of(size: u64) -> Log {
    let mut log = Log::new();
    let first = [(Zone::White, "<0.05"), (Zone::Grey, "operator 17"), (Zone::Black, "25.3"), (Zone::White, "ND")];
    log.add_mixed(log.fields(), &first.map(|(zone, text)| (zone, rejected(zone, text))));
    log.receive();
    for n in 1..size {
        continue_with(&mut log, &[entry(2 * n), entry(2 * n + 1)]);
        log.receive();
    }
    log
}

/// Adds a segment that names the cosigned head before it.
fn continue_with(log: &mut Log, entries: &[Vec<u8>]) {
    let fields = HeaderFields { cosigned: Some(log.cosigned()), ..log.fields() };
    log.add(fields, entries, Zone::White);
}

/// What a box leaves: superseded partial tiles are gone.
fn files(log: &Log) -> Files {
    let size = log.tree.size();
    let tiles = tiles_of(size).into_iter().flat_map(|tile| [tile.path(), tile.bundle_path()]);
    let names = tiles.chain((0..size).map(layout::segment_path)).chain((1..=size).map(layout::receipt_path));
    let names = names.chain([layout::CHECKPOINT.to_owned()]);
    names
        .filter(|name| log.file(name).exists())
        .map(|name| (name.clone(), fs::read(log.file(&name)).unwrap()))
        .collect()
}

fn flipped(name: &str, at: usize) -> Files {
    let mut files = files(&whole());
    files.get_mut(name).unwrap()[at] ^= 1;
    files
}

/// Every golden log.
fn golden() -> Vec<(&'static str, Files)> {
    let good = files(&whole());
    let blob_end = good["segments/001.yxs"].len();
    let last = layout::segment_path(SIZE - 1);

    let mut removed = good.clone();
    removed.remove(&last);

    let shorter = log_of(SIZE - 1);
    let newest_receipt = layout::receipt_path(SIZE);
    let mut set_back = files(&shorter);
    set_back.insert(newest_receipt.clone(), good[&newest_receipt].clone());

    let mut forged = shorter;
    continue_with(&mut forged, &[entry(900), entry(901)]);
    let mut rewritten = files(&forged);
    rewritten.insert(newest_receipt.clone(), good[&newest_receipt].clone());

    let mut miscounting = whole();
    let skipping = HeaderFields { first_seq: miscounting.fields().first_seq + 1, ..miscounting.fields() };
    miscounting.add(skipping, &[entry(6)], Zone::White);
    miscounting.receive();

    vec![
        ("log-good", good.clone()),
        ("log-payload", flipped("segments/001.yxs", blob_end - 20)),
        ("log-header", flipped("segments/001.yxs", 100)),
        ("log-tile", flipped("tile/0/000.p/3", 40)),
        ("log-bundle", flipped("tile/entries/000.p/3", 2 * (2 + HEADER_LEN) + 300)),
        ("log-checkpoint", flipped("checkpoint", good["checkpoint"].len() - 20)),
        ("log-removed", removed),
        ("log-set-back", set_back),
        ("log-rewritten", rewritten),
        ("log-miscounted", files(&miscounting)),
        ("log-stranger-witness", cosigned_by_another(&good, false)),
        ("log-false-witness", cosigned_by_another(&good, true)),
        ("log-stranger-box", signed_by_another()),
    ]
}

/// The good log with one receipt only, whose cosignature a stranger made: under his own key id, or under the witness's.
fn cosigned_by_another(good: &Files, under_the_witness_id: bool) -> Files {
    let log = whole();
    let stranger = SignerKey::from_seed(&[77; 32], log.witness.verifier().name(), Algorithm::Cosignature).unwrap();
    let mut line = cosign(&log.head(), &stranger, COSIGNED_S).unwrap().line();
    if under_the_witness_id {
        line.key_id = log.witness.verifier().id();
    }
    let mut note = sign(&log.head(), &log.key).unwrap();
    note.add(line).unwrap();
    let mut files = good.clone();
    files.retain(|name, _| !name.starts_with(layout::RECEIPTS));
    files.insert(layout::receipt_path(SIZE), note.to_text().into_bytes());
    files
}

/// The same log in all its bytes, signed by another key of the same name.
fn signed_by_another() -> Files {
    let mut log = whole();
    log.key = SignerKey::from_seed(&[66; 32], crate::support::ORIGIN, Algorithm::Ed25519).unwrap();
    let mut files = files(&log);
    files.retain(|name, _| !name.starts_with(layout::RECEIPTS));
    files.insert(layout::CHECKPOINT.into(), sign(&log.head(), &log.key).unwrap().to_text().into_bytes());
    files.insert(layout::receipt_path(SIZE), log.receipt().into_bytes());
    files
}

/// The golden logs' names.
pub(crate) fn names() -> Vec<&'static str> {
    golden().into_iter().map(|(name, _)| name).collect()
}

/// What must be found in each log, one line a finding; `key` marks what only the key shows.
fn table() -> String {
    let mut table = String::from("log\tneeds\tverdict\tfile\tsegment\tentry\tbyte\n");
    for name in names() {
        let [without, with] = [false, true].map(|key| found(&report(&folder().join(name), key)));
        assert!(with.is_superset(&without), "{name}: a key takes nothing back");
        if with.is_empty() {
            table.push_str(&format!("{name}\t-\tsound\t-\t-\t-\t-\n"));
        }
        for item in &with {
            let needs = if without.contains(item) { "-" } else { "key" };
            table.push_str(&format!("{name}\t{needs}\t{}\n", item.join("\t")));
        }
    }
    table
}

fn list(folder: &Path, under: &str, into: &mut BTreeSet<String>) {
    for child in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{under}{}", child.file_name().to_str().unwrap());
        if child.path().is_dir() { list(&child.path(), &format!("{name}/"), into) } else { assert!(into.insert(name)) }
    }
}

/// Every file that is written here, by its path under `docs/spec/vectors`.
fn written() -> Files {
    let log = whole();
    let key = format!("{}\n", *log.center.to_text());
    let mut files =
        Files::from([("log-trust.toml".into(), log.trust_file().into()), ("log-center.key".into(), key.into())]);
    for (name, log) in golden() {
        files.extend(log.into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
    }
    files
}

/// Writes everything anew, if told to.
fn refill() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        if std::env::var_os("YAOXIA_REFILL").is_none() {
            return;
        }
        for (name, bytes) in written() {
            let path = folder().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
        }
        fs::write(folder().join(FOUND), table()).unwrap();
    });
}

/// Requirement VER-04.
#[test]
fn golden_logs_are_what_is_written_today() {
    refill();
    let written = written();
    for (name, bytes) in &written {
        let stored = fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(stored == *bytes, "{name} changed");
    }
    let mut stored = BTreeSet::new();
    for name in names() {
        list(&folder().join(name), &format!("{name}/"), &mut stored);
    }
    let strange: Vec<_> = stored.iter().filter(|name| !written.contains_key(*name)).collect();
    assert!(strange.is_empty(), "nobody writes {strange:?}");
}

/// Requirement VER-01, VER-02, VER-04.
#[test]
fn exactly_the_named_damage_is_found_in_the_golden_logs() {
    refill();
    assert_eq!(table(), fs::read_to_string(folder().join(FOUND)).unwrap());
}
