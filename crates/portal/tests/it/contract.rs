//! The OpenAPI snapshots of `web/openapi/` are what the routes say. The TypeScript client is made from them.

use std::path::PathBuf;

use portal::api::End;

/// Set to write the snapshots instead of comparing them.
const UPDATE: &str = "UPDATE_OPENAPI";

fn check(end: End, file: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi").join(file);
    let now = portal::openapi(end).to_pretty_json().unwrap() + "\n";
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, now).unwrap();
        return;
    }
    let snapshot = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(
        now == snapshot,
        "web/openapi/{file} is not what the routes say: run `{UPDATE}=1 cargo test -p portal contract`, \
         then `npm run codegen` in web/"
    );
}

#[test]
fn the_snapshot_of_the_enterprise_end_is_current() {
    check(End::Enterprise, "edge.json");
}

#[test]
fn the_snapshot_of_the_governance_end_is_current() {
    check(End::Governance, "center.json");
}
