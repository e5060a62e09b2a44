//! The program: exit codes, both languages, JSON.

use crate::support::{Log, ORIGIN};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yaoxia-verify")).args(args).env("LANG", "C").output().unwrap()
}

/// A log with the auditor's files beside it, not in it.
struct Desk {
    log: Log,
    desk: tempfile::TempDir,
}

impl Desk {
    fn with(log: Log) -> Self {
        let desk = tempfile::tempdir().unwrap();
        std::fs::write(desk.path().join("trust.toml"), log.trust_file()).unwrap();
        std::fs::write(desk.path().join("center.key"), format!("{}\n", *log.center.to_text())).unwrap();
        Self { log, desk }
    }

    fn file(&self, name: &str) -> String {
        self.desk.path().join(name).display().to_string()
    }

    fn verify(&self, folder: &Path, more: &[&str]) -> (i32, String) {
        let (folder, trust) = (folder.display().to_string(), self.file("trust.toml"));
        let output = run(&[&["--trust", &trust, &folder], more].concat());
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }
}

#[test]
fn a_sound_log_exits_with_0() {
    let desk = Desk::with(Log::of(3));
    let (code, text) = desk.verify(desk.log.path(), &["--key", &desk.file("center.key")]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with(&format!("sound: {ORIGIN}\n")), "{text}");
    assert!(text.contains("3 segments sealed, 3 of them witnessed"), "{text}");
    assert!(text.contains("9 entries (white 9, grey 0, black 0), 9 decrypted and recomputed"), "{text}");
}

/// VER-01
/// Requirement VER-01.
#[test]
fn damage_exits_with_1_and_names_the_place_in_both_languages() {
    let desk = Desk::with(Log::of(3));
    desk.log.flip("segments/001.yxs", 50);
    let (code, text) = desk.verify(desk.log.path(), &[]);
    assert_eq!(code, 1);
    assert!(
        text.contains("✗ segments/001.yxs, segment 1, byte 50: the header is not the one in the signed tree"),
        "{text}"
    );
    assert!(text.contains("what to do: keep this copy"), "{text}");
    let (code, text) = desk.verify(desk.log.path(), &["--lang", "zh-CN"]);
    assert_eq!(code, 1);
    assert!(
        text.starts_with("有损坏：") && text.contains("segments/001.yxs，第 1 段，字节 50：段头与已签名的日志树不符"),
        "{text}"
    );
}

#[test]
fn the_report_for_machines_says_the_same() {
    let desk = Desk::with(Log::of(3));
    desk.log.flip("tile/0/000.p/3", 3);
    let (code, text) = desk.verify(desk.log.path(), &["--json", "--lang", "en"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((code, &report["verdict"]), (1, &Value::from("damaged")));
    let log = &report["logs"][0];
    assert_eq!(
        (log["origin"].as_str(), log["sealed"].as_u64(), log["witnessed"].as_u64()),
        (Some(ORIGIN), Some(3), Some(3))
    );
    let damage = &log["damage"][0];
    assert_eq!(damage["what"], "tile-differs");
    assert_eq!((damage["file"].as_str(), damage["offset"].as_u64()), (Some("tile/0/000.p/3"), Some(3)));
    assert!(damage["why"].as_str().unwrap().contains("tile") && !damage["advice"].as_str().unwrap().is_empty());
}

/// VER-02
/// Requirement VER-02.
#[test]
fn a_set_back_copy_is_caught_with_the_centers_receipt() {
    let (desk, longer) = (Desk::with(Log::of(2)), Log::of(3));
    std::fs::write(desk.file("receipt"), longer.receipt()).unwrap();
    assert_eq!(desk.verify(desk.log.path(), &[]).0, 0);
    let (code, text) = desk.verify(desk.log.path(), &["--receipt", &desk.file("receipt")]);
    assert_eq!(code, 1);
    assert!(text.contains("a witness cosigned 3 segments, here are 2"), "{text}");
}

#[test]
fn a_folder_of_logs_must_hold_every_trusted_log() {
    let desk = Desk::with(Log::of(2));
    let evidence = tempfile::tempdir().unwrap();
    let status = Command::new("cp").arg("-r").arg(desk.log.path()).arg(evidence.path().join("box-1")).status().unwrap();
    assert!(status.success());
    assert_eq!(desk.verify(evidence.path(), &[]).0, 0);

    let other = seal::SignerKey::from_seed(&[8; 32], "example.org/other", seal::Algorithm::Ed25519).unwrap();
    let trust =
        format!("{}[[log]]\norigin = \"example.org/other\"\nvkey = \"{}\"\n", desk.log.trust_file(), other.verifier());
    std::fs::write(desk.file("trust.toml"), trust).unwrap();
    let (code, text) = desk.verify(evidence.path(), &[]);
    assert_eq!(code, 1);
    assert!(text.contains("unproven: example.org/other"), "{text}");
}

#[test]
fn questions_that_cannot_be_asked_exit_with_2() {
    let desk = Desk::with(Log::of(1));
    let (folder, trust) = (desk.log.path().display().to_string(), desk.file("trust.toml"));
    let refused = |args: &[&str], part: &str| {
        let output = run(args);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(part), "{args:?}: {text}");
    };
    refused(&[&folder], "--trust");
    refused(&["--trust", "/nonexistent", &folder], "cannot use /nonexistent");
    refused(&["--trust", &trust, "/nonexistent"], "cannot use /nonexistent");
    refused(&["--trust", &trust, "--lang", "fr", &folder], "zh-CN");
    refused(&["--trust", &trust, "--unknown", &folder], "--unknown");
    refused(&["--trust", &trust, "--key", &trust, &folder], "not of the form name+id+key");
    let empty = tempfile::tempdir().unwrap();
    refused(&["--trust", &trust, &empty.path().display().to_string()], "there is no log in the folder");
    let parent = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        std::fs::create_dir(parent.path().join(name)).unwrap();
    }
    let parent = parent.path().display().to_string();
    refused(&["--trust", &trust, "--receipt", &trust, &parent], "a receipt belongs to one log");
    std::fs::write(desk.file("bad.toml"), "[[log]]\norigin = 'x'\nvkey = 'y'\n").unwrap();
    refused(&["--trust", &desk.file("bad.toml"), &folder], "key of x");
    refused(&["--lang", "zh-CN", "--trust", &desk.file("bad.toml"), &folder], "信任文件中 x 的公钥有误");
}
