//! Bad configuration names file, line and key.

use std::fs;
use std::path::Path;

const GOOD: &str = r#"
data_dir = "data"
[sources]
connectors_dir = "connectors.d"
mapping = "mapping.csv"
[policy]
zones = "all-white-demo"
[link]
url = "https://127.0.0.1:9443"
authority = "authority.pem"
[web]
listen = "127.0.0.1:8443"
assets_dir = "web"
"#;

fn load(folder: &Path, text: &str) -> Result<edge::config::Loaded, String> {
    fs::create_dir_all(folder.join("connectors.d")).unwrap();
    fs::write(folder.join("connectors.d/lims.toml"), "[connector]\nid = \"lims\"\n").unwrap();
    fs::write(folder.join("mapping.csv"), "stream\n").unwrap();
    fs::write(folder.join("box.toml"), text).unwrap();
    edge::config::load(&folder.join("box.toml")).map_err(|error| format!("{error:#}"))
}

#[test]
fn paths_are_taken_from_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let loaded = load(folder.path(), GOOD).unwrap();
    assert_eq!(loaded.config.data_dir, folder.path().join("data"));
    assert_eq!(loaded.config.time.future_max_ms, 2000);
    let other = load(folder.path(), &GOOD.replace("8443", "8444")).unwrap();
    assert_ne!(loaded.hash, other.hash, "the hash in the headers follows the file");
}

/// Requirement BAD-09.
#[test]
fn an_unknown_key_is_refused_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let text = GOOD.replace("[policy]", "[policy]\ncolour = \"red\"");
    let error = load(folder.path(), &text).unwrap_err();
    for part in ["box.toml", "line 7", "colour", "zones"] {
        assert!(error.contains(part), "`{part}` in: {error}");
    }
}

#[test]
fn what_would_open_a_door_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |from: &str, to: &str, part: &str| {
        let error = load(folder.path(), &GOOD.replace(from, to)).unwrap_err();
        assert!(error.contains(part), "`{part}` in: {error}");
    };
    check("127.0.0.1:8443", "0.0.0.0:8443", "web.tls is needed");
    check("https://127.0.0.1:9443", "http://127.0.0.1:9443", "https://");
    check("[web]", "[ops]\nlisten = \"0.0.0.0:9090\"\n[web]", "ops.listen");
    check("all-white-demo", "all-white", "all-white");
}

#[test]
fn the_shipped_example_is_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.tsv"), "# table\tX\n").unwrap();
    let loaded = load(folder.path(), include_str!("../../box.example.toml")).unwrap();
    assert_eq!(loaded.config.data_dir, Path::new("/var/lib/yaoxia-box"));
    assert_eq!(loaded.config.ops.listen.unwrap().port(), 9464);
}

/// Requirement CUS-04.
#[test]
fn custodians_are_keys_named_once_and_black_needs_both_sides() {
    use seal::RecipientSecret;
    let key = || RecipientSecret::generate(&mut rand::rng()).public().to_string();
    let (ours, spare, theirs) = (key(), key(), key());
    let folder = tempfile::tempdir().unwrap();
    let with = |enterprise: &[&str], regulator: &[&str]| {
        let custodians =
            format!("\n[policy.custodians]\nenterprise = {enterprise:?}\nregulator = {regulator:?}\n[link]");
        load(folder.path(), &GOOD.replace("\n[link]", &custodians))
    };
    let custodians = with(&[&ours, &spare], &[&theirs]).unwrap().config.policy.custodians;
    assert!(custodians.both());
    assert_eq!(custodians.enterprise.iter().map(ToString::to_string).collect::<Vec<_>>(), [ours.clone(), spare]);
    assert_eq!(with(&[&ours], &[]).unwrap().config.policy.custodians.missing(), ["regulator"]);
    assert!(!load(folder.path(), GOOD).unwrap().config.policy.custodians.both());
    for (enterprise, regulator) in [(vec![&*ours], vec![&*ours]), (vec![&*ours, &*ours], vec![&*theirs])] {
        let error = with(&enterprise, &regulator).unwrap_err();
        assert!(error.contains("twice") && error.contains("box.toml"), "{error}");
    }
    for wrong in ["", "key", &ours[..ours.len() - 5]] {
        let error = with(&[wrong], &[&theirs]).unwrap_err();
        assert!(error.contains("box.toml") && error.contains("enterprise"), "{error}");
    }
}
