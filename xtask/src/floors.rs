//! Imports go to a strictly lower floor, and a walled library is named only by its owners.

use crate::run::{cargo, read};
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;

/// Libraries behind one door, and the crates that may name them.
const WALLS: &[(&str, &[&str])] = &[
    ("tokio", &["source", "lake", "state", "portal", "edge", "center", "plant", "demo"]),
    ("deltalake", &["lake"]),
    ("datafusion", &["lake"]),
    ("arrow", &["lake"]),
    ("parquet", &["lake"]),
    ("axum", &["portal", "edge", "center", "plant"]),
    ("sea-orm", &["state"]),
    ("sqlx", &["source", "plant"]),
    ("async-opcua", &["source", "plant"]),
    ("anyhow", &["edge", "center", "verify", "plant", "demo", "xtask"]),
];

/// Fails with every import that breaks a floor or a wall.
pub(crate) fn check() -> Result<()> {
    let metadata = read(&mut cargo(&["metadata", "--no-deps", "--format-version", "1", "--locked"])?)?;
    let faults = faults(&serde_json::from_str(&metadata)?);
    if !faults.is_empty() {
        bail!("floors:\n{}", faults.join("\n"));
    }
    Ok(())
}

fn faults(metadata: &Value) -> Vec<String> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or(&[]);
    let floor: BTreeMap<&str, Option<u64>> =
        packages.iter().map(|package| (name(package), package["metadata"]["floor"].as_u64())).collect();
    let mut faults = Vec::new();
    for package in packages {
        let own = name(package);
        let Some(own_floor) = floor[own] else {
            faults.push(format!("{own} does not say its floor"));
            continue;
        };
        // Dev-dependencies have kind "dev" and may point anywhere.
        for import in package["dependencies"].as_array().into_iter().flatten().filter(|it| it["kind"].is_null()) {
            let imported = name(import);
            match floor.get(imported) {
                Some(Some(below)) if *below >= own_floor => {
                    faults.push(format!("{own} (floor {own_floor}) must not import {imported} (floor {below})"));
                }
                Some(_) => {}
                None => {
                    if let Some((_, owners)) = WALLS.iter().find(|(wall, _)| *wall == imported)
                        && !owners.contains(&own)
                    {
                        faults.push(format!("{own} must not import {imported}: it belongs to {}", owners.join(", ")));
                    }
                }
            }
        }
    }
    faults
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("cargo metadata names every package and dependency")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_workspace_keeps_its_floors() {
        check().expect("every import goes to a lower floor");
    }

    #[test]
    fn sideways_unfloored_and_walled_imports_are_named() {
        let package = |name: &str, floor: Value, imports: &[&str]| {
            let dependencies: Vec<_> = imports.iter().map(|it| json!({"name": it, "kind": null})).collect();
            json!({"name": name, "metadata": {"floor": floor}, "dependencies": dependencies})
        };
        let metadata = json!({"packages": [
            package("seal", json!(1), &["rules", "tokio"]),
            package("rules", json!(1), &[]),
            package("lost", Value::Null, &[]),
            package("edge", json!(4), &["seal", "tokio"]),
        ]});
        assert_eq!(
            faults(&metadata),
            [
                "seal (floor 1) must not import rules (floor 1)",
                "seal must not import tokio: it belongs to source, lake, state, portal, edge, center, plant, demo",
                "lost does not say its floor",
            ]
        );
    }
}
