//! Audit trails: a removed, altered, rewritten or unsigned row is named.

use record::Digest;
use seal::checkpoint::{self, Checkpoint};
use seal::tree::{self, Frontier};
use seal::{Algorithm, SignerKey};
use sha2::{Digest as _, Sha256};
use std::process::Command;
use verify::{Trust, Verdict, Why, verify_audit};

const ORIGIN: &str = "example.org/center/audit";

fn signer() -> SignerKey {
    SignerKey::from_seed(&[9; 32], ORIGIN, Algorithm::Ed25519).unwrap()
}

fn trust_file() -> String {
    format!("[[audit]]\norigin = '{ORIGIN}'\nvkey = '{}'\n", signer().verifier())
}

/// Rows with these bodies, each with the hash that follows.
fn chained(bodies: &[String]) -> Vec<(String, Digest)> {
    let mut before = Digest([0; 32]);
    bodies
        .iter()
        .map(|body| {
            before = Digest(Sha256::new().chain_update(before.0).chain_update(body).finalize().into());
            (body.clone(), before)
        })
        .collect()
}

fn bodies(count: u64) -> Vec<String> {
    (1..=count).map(|seq| format!(r#"{{"act":"login","seq":{seq},"who":"li.na"}}"#)).collect()
}

/// A folder with `count` rows, signed at sizes 2, 4, 6, … and at the end.
struct Trail(tempfile::TempDir);

impl Trail {
    fn of(count: u64) -> Self {
        let trail = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(trail.0.path().join("heads")).unwrap();
        let rows = chained(&bodies(count));
        let mut frontier = Frontier::default();
        for (place, (_, hash)) in rows.iter().enumerate() {
            frontier.push(tree::leaf_hash(&hash.0));
            if place % 2 == 1 || place + 1 == rows.len() {
                let head = Checkpoint { origin: ORIGIN.into(), size: frontier.size(), root: frontier.root() };
                let note = checkpoint::sign(&head, &signer()).unwrap().to_text();
                std::fs::write(trail.0.path().join("heads").join(head.size.to_string()), &note).unwrap();
                std::fs::write(trail.0.path().join("checkpoint"), &note).unwrap();
            }
        }
        trail.write(&rows);
        trail
    }

    fn write(&self, rows: &[(String, Digest)]) {
        let lines = rows
            .iter()
            .map(|(body, hash)| format!("{}\n", serde_json::json!({ "body": body, "hash": hash.to_string() })));
        std::fs::write(self.0.path().join("entries.jsonl"), lines.collect::<String>()).unwrap();
    }

    fn found(&self) -> (Verdict, Vec<Why>) {
        let report = verify_audit(self.0.path(), &Trust::parse(&trust_file()).unwrap());
        assert_eq!(report.origin.as_deref(), Some(ORIGIN));
        (report.verdict(), report.damage.into_iter().map(|damage| damage.why).collect())
    }
}

#[test]
fn a_trail_as_it_was_signed_is_sound() {
    assert_eq!(Trail::of(7).found(), (Verdict::Sound, vec![]));
    assert_eq!(Trail::of(1).found(), (Verdict::Sound, vec![]));
}

#[test]
fn each_altered_row_is_named() {
    for row in 1..=7_u64 {
        let trail = Trail::of(7);
        let mut rows = chained(&bodies(7));
        let place = usize::try_from(row - 1).unwrap();
        rows[place].0 = rows[place].0.replace("li.na", "no.one");
        trail.write(&rows);
        assert_eq!(trail.found(), (Verdict::Damaged, vec![Why::RowAltered { row }]));
    }
}

#[test]
fn each_removed_row_is_named_the_last_too() {
    for row in 1..=7_u64 {
        let trail = Trail::of(7);
        let mut rows = chained(&bodies(7));
        rows.remove(usize::try_from(row - 1).unwrap());
        trail.write(&rows);
        assert_eq!(trail.found(), (Verdict::Damaged, vec![Why::RowsRemoved { from: row, to: row }]));
    }
    let emptied = Trail::of(7);
    emptied.write(&[]);
    assert_eq!(emptied.found(), (Verdict::Damaged, vec![Why::RowsRemoved { from: 1, to: 7 }]));
}

/// Whoever holds the folder can chain again what was altered, but cannot sign: the heads say where it begins.
#[test]
fn a_trail_chained_again_is_not_the_one_that_was_signed() {
    let trail = Trail::of(7);
    let mut altered = bodies(7);
    altered[4] = altered[4].replace("li.na", "no.one");
    trail.write(&chained(&altered));
    assert_eq!(trail.found(), (Verdict::Damaged, vec![Why::RowsRewritten { from: 5, to: 6 }]));
    std::fs::remove_dir_all(trail.0.path().join("heads")).unwrap();
    let (verdict, found) = trail.found();
    assert_eq!((verdict, found.last()), (Verdict::Damaged, Some(&Why::RowsRewritten { from: 1, to: 7 })));
}

#[test]
fn rows_beyond_the_signed_head_are_not_proven() {
    let trail = Trail::of(4);
    trail.write(&chained(&bodies(6)));
    assert_eq!(trail.found(), (Verdict::Unproven, vec![Why::RowsUnsigned { from: 5, to: 6 }]));
}

#[test]
fn what_does_not_read_is_altered_and_a_foreign_key_proves_nothing() {
    let trail = Trail::of(3);
    let path = trail.0.path().join("entries.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("{\"body\"", "{\"bödy\"", 1)).unwrap();
    assert_eq!(trail.found(), (Verdict::Damaged, vec![Why::RowAltered { row: 1 }]));
    let other = SignerKey::from_seed(&[8; 32], ORIGIN, Algorithm::Ed25519).unwrap();
    let foreign = trust_file().replace(&signer().verifier().to_string(), &other.verifier().to_string());
    let report = verify_audit(Trail::of(3).0.path(), &Trust::parse(&foreign).unwrap());
    assert_eq!(report.verdict(), Verdict::Damaged, "{:?}", report.damage);
}

#[test]
fn the_program_names_the_row_in_both_languages() {
    let trail = Trail::of(5);
    let desk = tempfile::tempdir().unwrap();
    let trust = desk.path().join("trust.toml");
    std::fs::write(&trust, trust_file()).unwrap();
    let run = |lang: &str| {
        let program = Command::new(env!("CARGO_BIN_EXE_yaoxia-verify"))
            .args(["--lang", lang, "--trust"])
            .args([&trust, trail.0.path()])
            .output()
            .unwrap();
        (program.status.code(), String::from_utf8(program.stdout).unwrap())
    };
    let (code, text) = run("en");
    assert_eq!((code, text.contains("5 audit rows, 5 of them signed")), (Some(0), true), "{text}");
    let mut rows = chained(&bodies(5));
    rows.remove(2);
    trail.write(&rows);
    let (code, text) = run("en");
    assert_eq!((code, text.contains("audit rows 3 to 3 are not there: they were removed")), (Some(1), true), "{text}");
    let (code, text) = run("zh-CN");
    assert_eq!((code, text.contains("第 3 至 3 条审计记录缺失：已被移除")), (Some(1), true), "{text}");
}
