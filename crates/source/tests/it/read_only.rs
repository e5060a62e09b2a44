//! Connectors cannot write to plant systems: the words for it do not occur in the code.

use std::fs;
use std::path::Path;

/// OPC UA services that change the server, and SQL that changes a database.
const WRITES: [&str; 22] = [
    "Write::",
    "Write,",
    ".write(",
    "WriteValue",
    "Call::",
    ".call(",
    "CallMethod",
    "HistoryUpdate",
    "history_update",
    "AddNodes",
    "DeleteNodes",
    "AddReferences",
    "DeleteReferences",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "CREATE ",
    "DROP ",
    "ALTER ",
    "TRUNCATE ",
    "GRANT ",
    "COMMIT",
];

/// Requirement SRC-04.
#[test]
fn no_connector_knows_how_to_write() {
    let mut read = 0;
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |file, text| {
        read += 1;
        let code = text.split("#[cfg(test)]").next().unwrap_or(text);
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or(line);
            for word in WRITES {
                assert!(!line.contains(word), "{}:{}: `{word}` in `{line}`", file.display(), number + 1);
            }
        }
    });
    assert!(read > 20, "only {read} files were read");
}

fn visit(folder: &Path, look: &mut dyn FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => visit(&path, look),
            false => look(&path, &fs::read_to_string(&path).unwrap()),
        }
    }
}
