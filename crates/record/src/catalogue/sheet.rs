//! Reads any table we ship or are given: `# name<tab>value` lines, headings in any order, then tab-separated cells.
//!
//! What is wrong is collected, so that a table is mended in one go.

use super::{CatalogueError, Fault, FaultKind};
use std::collections::BTreeMap;

/// Reads `text`: its version, its status, and what `row` makes of each line. `name` says in errors which table it is.
pub(super) fn parse<T>(
    name: &'static str,
    wanted: &'static [&'static str],
    text: &str,
    row: impl Fn(&mut Cells<'_>) -> Option<T>,
) -> Result<Sheet<T>, CatalogueError> {
    // Spreadsheets put a byte order mark before UTF-8 text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Vec::new();
    let version = meta(text, "version", &mut faults);
    let status = meta(text, "status", &mut faults);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .comment(Some(b'#'))
        .quoting(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = match reader.headers() {
        Ok(headers) => columns(headers, wanted, &mut faults),
        Err(error) => {
            faults.push(csv_fault(&error));
            BTreeMap::new()
        }
    };
    CatalogueError::unless_empty(name, core::mem::take(&mut faults))?;
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                if record.len() != columns.len() {
                    let kind = FaultKind::Cells { found: record.len(), wanted: columns.len() };
                    faults.push(Fault { line: Some(line), column: "", kind });
                    continue;
                }
                let mut cells = Cells { line, record: &record, columns: &columns, faults: &mut faults };
                rows.extend(row(&mut cells).map(|content| (line, content)));
            }
            Err(error) => faults.push(csv_fault(&error)),
        }
    }
    CatalogueError::unless_empty(name, faults)?;
    Ok(Sheet { version, status, rows })
}

/// A table whose cells have been read one line at a time.
pub(super) struct Sheet<T> {
    pub(super) version: Box<str>,
    pub(super) status: Box<str>,
    /// Line number and content.
    pub(super) rows: Vec<(u64, T)>,
}

fn csv_fault(error: &csv::Error) -> Fault {
    let kind = FaultKind::Csv { why: error.to_string().into() };
    Fault { line: error.position().map(csv::Position::line), column: "", kind }
}

/// The value of a `# name<tab>value` line.
fn meta(text: &str, name: &'static str, faults: &mut Vec<Fault>) -> Box<str> {
    let value = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches('#').trim().split_once('\t'))
        .find(|(found, value)| *found == name && !value.trim().is_empty());
    match value {
        Some((_, value)) => value.trim().into(),
        None => {
            faults.push(Fault::of_table(FaultKind::MissingMeta { name }));
            Box::default()
        }
    }
}

fn columns(
    headers: &csv::StringRecord,
    names: &'static [&'static str],
    faults: &mut Vec<Fault>,
) -> BTreeMap<&'static str, usize> {
    let wanted = || names.join(", ").into();
    let mut columns = BTreeMap::new();
    for (at, header) in headers.iter().enumerate() {
        match names.iter().find(|column| **column == header) {
            Some(column) => {
                columns.insert(*column, at);
            }
            None => {
                let kind = FaultKind::UnknownColumn { name: header.into(), wanted: wanted() };
                faults.push(Fault::of_table(kind));
            }
        }
    }
    for name in names.iter().copied() {
        if !columns.contains_key(name) {
            faults.push(Fault::of_table(FaultKind::MissingColumn { name, wanted: wanted() }));
        }
    }
    columns
}

/// The cells of one line; what is wrong with them is collected.
pub(super) struct Cells<'a> {
    line: u64,
    record: &'a csv::StringRecord,
    columns: &'a BTreeMap<&'static str, usize>,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Cells<'a> {
    pub(super) fn text(&self, column: &'static str) -> &'a str {
        self.columns.get(column).and_then(|at| self.record.get(*at)).map_or("", str::trim)
    }

    pub(super) fn fault<T>(&mut self, column: &'static str, kind: FaultKind) -> Option<T> {
        self.faults.push(Fault { line: Some(self.line), column, kind });
        None
    }

    pub(super) fn required(&mut self, column: &'static str) -> Option<&'a str> {
        match self.text(column) {
            "" => self.fault(column, FaultKind::Empty),
            text => Some(text),
        }
    }

    pub(super) fn choice<T>(
        &mut self,
        column: &'static str,
        from_name: impl Fn(&str) -> Option<T>,
        choices: &'static str,
    ) -> Option<T> {
        let text = self.required(column)?;
        from_name(text).or_else(|| self.fault(column, FaultKind::Choice { found: text.into(), choices }))
    }

    pub(super) fn form<T>(
        &mut self,
        column: &'static str,
        text: &str,
        parse: impl Fn(&str) -> Option<T>,
        wanted: &'static str,
    ) -> Option<T> {
        parse(text).or_else(|| self.fault(column, FaultKind::Form { found: text.into(), wanted }))
    }

    /// Every part of a cell, or nothing if one of them is not understood.
    pub(super) fn list<T>(
        &mut self,
        column: &'static str,
        separator: char,
        mut part: impl FnMut(&mut Self, &'a str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let text = self.text(column);
        if text.is_empty() {
            return Some(Vec::new());
        }
        let parts: Vec<Option<T>> = text.split(separator).map(|text| part(self, text)).collect();
        parts.into_iter().collect()
    }
}
