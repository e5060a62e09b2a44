//! The columns as any Delta reader sees them, beside a golden file. `UPDATE_GOLDEN=1` fills it anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::fixture::open_clean;

#[tokio::test]
async fn the_columns_of_the_tables_are_what_is_published() {
    let folder = tempfile::tempdir().unwrap();
    drop(open_clean(folder.path()).await);
    for table in ["reading", "event"] {
        let commit = folder.path().join(table).join("_delta_log/00000000000000000000.json");
        let found = describe(&fs::read_to_string(commit).unwrap());
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{table}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&golden).unwrap(), "{table} differs from {}", golden.display());
    }
}

#[test]
fn every_column_is_described_for_readers_and_none_that_is_not_there() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let spec = fs::read_to_string(home.join("../../docs/spec/lake-tables.md")).unwrap();
    for table in ["reading", "event"] {
        let section = spec.split("\n## ").find(|section| section.starts_with(table)).unwrap();
        let described: Vec<String> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| "))
            .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
            .filter(|cells| cells[0] != "column")
            .map(|cells| match cells[2] {
                "" => format!("{} {}", cells[0], cells[1]),
                _ => format!("{} {} nullable", cells[0], cells[1]),
            })
            .collect();
        let golden = fs::read_to_string(home.join(format!("tests/golden/{table}.txt"))).unwrap();
        let columns: Vec<&str> =
            golden.lines().filter(|line| !line.starts_with("partition ") && !line.starts_with("property ")).collect();
        assert_eq!(described, columns, "{table}");
    }
}

/// Partition, properties and columns of the table a first commit makes.
fn describe(commit: &str) -> String {
    let metadata = commit
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find_map(|action| action.get("metaData").cloned())
        .unwrap();
    let mut text = format!("partition {}\n", metadata["partitionColumns"]);
    for (name, value) in metadata["configuration"].as_object().unwrap() {
        writeln!(text, "property {name} {value}").unwrap();
    }
    let schema: serde_json::Value = serde_json::from_str(metadata["schemaString"].as_str().unwrap()).unwrap();
    for field in schema["fields"].as_array().unwrap() {
        let nullable = if field["nullable"] == true { " nullable" } else { "" };
        writeln!(text, "{} {}{nullable}", field["name"].as_str().unwrap(), field["type"].as_str().unwrap()).unwrap();
    }
    text
}
