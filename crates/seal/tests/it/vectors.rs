//! Golden files: what a second implementation must read, and what this one must write.
//!
//! `docs/spec/vectors/seal` holds a small log and its keys; `check.py` there opens it without this crate. Set
//! `YAOXIA_REFILL=1` to write the files anew, and read the difference.

use crate::support::{entries_of, fields, id, mixed, parties};
use record::{Digest, Zone};
use seal::checkpoint::{Checkpoint, cosign, sign};
use seal::tile::TileTree;
use seal::{Algorithm, CustodyFile, HeaderFields, KdfCost, Keys, Segment, Side, SignerKey, layout, seal_export};
use std::path::PathBuf;

const ORIGIN: &str = "example.org/yaoxia/box/1";

/// Opens the golden key file; `check.py` has it too.
const CUSTODY_PASSWORD: &str = "correct horse 药匣 staple";
/// What the golden export holds.
const EXPORTED: &[u8] = b"{\"verbatim\":\"25.3\"}\n";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/spec/vectors/seal")
}

/// Name and bytes of every golden file.
fn golden() -> Vec<(String, Vec<u8>)> {
    let who = parties();
    let first = mixed();
    let follower = HeaderFields { first_seq: 7, prev_header: first.leaf_hash, ..fields() };
    let keys = Keys::generate(&mut crate::support::rng(43), &who.recipients(), id(1)).unwrap();
    let entries: Vec<_> =
        entries_of(Zone::White).into_iter().map(|bytes| seal::EntryBytes { zone: Zone::White, bytes }).collect();
    let second = seal::close(follower, keys, &entries).unwrap();

    let log_key = SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    let witness = SignerKey::from_seed(&[9; 32], "example.org/center", Algorithm::Cosignature).unwrap();
    let mut tree = TileTree::default();
    let tiles = tree.append([first.leaf_hash, second.leaf_hash]);
    let head = Checkpoint { origin: ORIGIN.into(), size: 2, root: tree.root() };
    let note = sign(&head, &log_key).unwrap();
    let mut receipt = note.clone();
    receipt.add(cosign(&head, &witness, 1_763_000_000).unwrap().line()).unwrap();

    let mut files = vec![
        (layout::segment_path(0), first.file.clone()),
        (layout::segment_path(1), second.file.clone()),
        (layout::CHECKPOINT.into(), note.to_text().into_bytes()),
        (layout::receipt_path(2), receipt.to_text().into_bytes()),
    ];
    for (tile, bytes) in tiles {
        files.push((tile.bundle_path(), layout::bundle([first.header_bytes(), second.header_bytes()]).unwrap()));
        files.push((tile.path(), bytes));
    }
    let secrets = [
        ("center", &who.center),
        ("enterprise", &who.enterprise),
        ("custodian", &who.custodian),
        ("inspector", &who.inspector),
    ];
    let mut keys = format!("log {}\nwitness {}\n", log_key.verifier(), witness.verifier());
    for (name, secret) in secrets {
        keys.push_str(&format!("{name} {}\n", *secret.to_text()));
    }
    files.push(("keys.txt".into(), keys.into_bytes()));
    let whose = (Side::Regulator, "李四 2026-11");
    let rng = &mut crate::support::rng(44);
    let custody = CustodyFile::lock(rng, &who.inspector, whose, CUSTODY_PASSWORD, KdfCost::MIN).unwrap();
    files.push(("custody/inspector.custody".into(), custody.to_text().into_bytes()));
    let export = seal_export(rng, EXPORTED, &log_key, who.inspector.public()).unwrap();
    files.push(("custody/opened.yxe".into(), export));
    files
}

/// Requirement SEA-01.
#[test]
fn golden_files_are_what_is_written_today() {
    let refill = std::env::var_os("YAOXIA_REFILL").is_some();
    for (name, bytes) in golden() {
        let path = folder().join(&name);
        if refill {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        let stored = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(Digest(hash(&stored)), Digest(hash(&bytes)), "{name} changed");
    }
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    seal::tree::leaf_hash(bytes).0
}

#[test]
fn golden_segments_open_to_the_entries_of_the_spec() {
    let bytes = std::fs::read(folder().join("segments/000.yxs")).unwrap();
    let segment = Segment::parse(&bytes).unwrap();
    let who = parties();
    assert_eq!(
        segment.open_zone(Zone::White, &who.center).unwrap().entries().collect::<Vec<_>>(),
        entries_of(Zone::White)
    );
    let black = segment.open_black(&who.custodian, &who.inspector).unwrap();
    assert_eq!(black.entries().collect::<Vec<_>>(), entries_of(Zone::Black));
}

/// Requirement CUS-01, CUS-05.
#[test]
fn the_golden_key_file_and_export_open_as_the_spec_says() {
    let text = std::fs::read_to_string(folder().join("custody/inspector.custody")).unwrap();
    let opened = CustodyFile::parse(&text).unwrap().unlock(CUSTODY_PASSWORD).unwrap();
    assert_eq!(opened.public(), parties().inspector.public());
    let log_key = SignerKey::from_seed(&[7; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    let export = std::fs::read(folder().join("custody/opened.yxe")).unwrap();
    assert_eq!(&**seal::open_export(&export, &opened, log_key.verifier()).unwrap(), EXPORTED);
}
