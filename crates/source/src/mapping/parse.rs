//! From the text of the file to typed rows.

use std::collections::HashMap;
use std::time::Duration;

use record::{EventKind, ParameterCode, Qualifiers, SourceId};

use super::context::{self, EMITTED};
use super::{Deadband, Decode, MappingError, MappingErrors, StreamSpec, SubjectKind, Target};

/// Largest mapping file, in bytes.
pub const MAPPING_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Most rows of a mapping file.
pub const STREAMS_MAX: usize = 60_000;

/// The columns of the file; their order in the file is free, all but the first four and `subject` may be left out.
pub const COLUMNS: [&str; 12] = [
    "stream",
    "source",
    "address",
    "parameter",
    "unit_in",
    "unit_out",
    "decode",
    "deadband",
    "expect_every",
    "context",
    "qualifiers",
    "subject",
];

const REQUIRED: [&str; 5] = ["stream", "source", "address", "parameter", "subject"];

pub(super) fn parse(file: &str, text: &str) -> Result<Vec<StreamSpec>, MappingErrors> {
    let mut faults = Faults { file, list: Vec::new() };
    if text.len() > MAPPING_BYTES_MAX {
        let why = format!("the file has {} bytes, at most {MAPPING_BYTES_MAX} are allowed", text.len());
        faults.add(1, "stream", "", why, "split the file by source");
        return Err(MappingErrors(faults.list));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let columns = match header(&mut reader, &mut faults) {
        Some(columns) if faults.list.is_empty() => columns,
        _ => return Err(MappingErrors(faults.list)),
    };
    let mut streams = Vec::new();
    let mut names = HashMap::new();
    let mut addresses = HashMap::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.add(line, "stream", "", error.to_string(), "give the row as many cells as the header");
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Row { columns: &columns, record: &record, line, faults: &mut faults };
        let Some(stream) = row.stream() else { continue };
        if let Some(first) = names.insert(stream.name.clone(), line) {
            faults.add(line, "stream", &stream.name, format!("also on line {first}"), "give each stream its own name");
        }
        if let Some(first) = addresses.insert((stream.source.clone(), stream.address.clone()), line) {
            let what = "remove one of the two rows";
            faults.add(line, "address", &stream.address, format!("also mapped on line {first}"), what);
        }
        if streams.len() == STREAMS_MAX {
            faults.add(line, "stream", &stream.name, format!("more than {STREAMS_MAX} rows"), "split the file");
            break;
        }
        streams.push(stream);
    }
    if streams.is_empty() && faults.list.is_empty() {
        faults.add(1, "stream", "", "the file has no rows".into(), "add a row for each value to collect");
    }
    if faults.list.is_empty() { Ok(streams) } else { Err(MappingErrors(faults.list)) }
}

/// Position of each of [`COLUMNS`] in the file.
type Header = [Option<usize>; COLUMNS.len()];

fn header(reader: &mut csv::Reader<&[u8]>, faults: &mut Faults<'_>) -> Option<Header> {
    let names = match reader.headers() {
        Ok(names) => names.clone(),
        Err(error) => {
            faults.add(1, "stream", "", error.to_string(), "save the file as CSV in UTF-8");
            return None;
        }
    };
    let mut header = Header::default();
    for (position, name) in names.iter().enumerate() {
        match COLUMNS.iter().position(|column| *column == name) {
            None => {
                let why = format!("unknown column, known are {}", COLUMNS.join(", "));
                faults.add(1, name, name, why, "remove or rename the column");
            }
            Some(at) if header[at].is_some() => {
                faults.add(1, name, name, "the column stands twice".into(), "remove one of the two");
            }
            Some(at) => header[at] = Some(position),
        }
    }
    for (at, column) in COLUMNS.iter().enumerate() {
        if header[at].is_none() && REQUIRED.contains(column) {
            faults.add(1, column, "", "the column is missing".into(), "add the column");
        }
    }
    Some(header)
}

struct Faults<'a> {
    file: &'a str,
    list: Vec<MappingError>,
}

impl Faults<'_> {
    fn add(&mut self, line: u64, column: &str, value: &str, why: String, what_to_do: &'static str) {
        self.list.push(MappingError {
            file: self.file.into(),
            line,
            column: column.into(),
            value: value.into(),
            why: why.into(),
            what_to_do,
        });
    }
}

struct Row<'a, 'f> {
    columns: &'a Header,
    record: &'a csv::StringRecord,
    line: u64,
    faults: &'a mut Faults<'f>,
}

impl<'a> Row<'a, '_> {
    /// The row, or `None` after its faults were noted. Every cell is looked at, so that all faults are noted at once.
    fn stream(&mut self) -> Option<StreamSpec> {
        let name = self.needed("stream");
        let source = self.needed("source").and_then(|cell| self.check("source", cell, id(SourceId::parse), ID_HELP));
        let address = self.needed("address");
        let target = self.needed("parameter").and_then(|cell| self.check("parameter", cell, target, TARGET_HELP));
        let unit_in = self.cell("unit_in").map(Box::from);
        let unit_out = self.cell("unit_out").map(Box::from);
        let decode = self.optional("decode", decode, "write `comma` or leave the cell empty");
        let deadband = self.optional("deadband", deadband, "write `abs:0.1` in the source's unit, or `pct:1`");
        let expect_every = self.optional("expect_every", duration, "write a whole number and ms, s, min or h: `5s`");
        let context = self.optional("context", context::parse, CONTEXT_HELP);
        let qualifiers = self.optional("qualifiers", qualifiers, "write `analyte=impurity L; probe=3`");
        let subject = self.needed("subject").and_then(|cell| {
            let subject = |cell: &str| SubjectKind::parse(cell).ok_or_else(|| "unknown kind of subject".to_owned());
            self.check("subject", cell, subject, "write batch, lot, equipment, room or sample")
        });
        let (context, deadband) = (context?.unwrap_or_default(), deadband?);
        let subject = subject?;
        if let Some(missing) = subject.required().iter().find(|name| !context.contains_key(**name)) {
            let why = format!("the subject needs `{missing}`, which the context does not give");
            self.faults.add(self.line, "context", self.cell("context").unwrap_or(""), why, CONTEXT_HELP);
            return None;
        }
        if deadband.is_some() && context.contains_key(EMITTED) {
            let why = "a deadband leaves values out that the `emitted` counter counts".into();
            self.faults.add(self.line, "deadband", self.cell("deadband")?, why, "remove the deadband or `emitted`");
            return None;
        }
        Some(StreamSpec {
            name: name?.into(),
            source: source?,
            address: address?.into(),
            target: target?,
            unit_in,
            unit_out,
            decode: decode?.unwrap_or_default(),
            deadband,
            expect_every: expect_every?,
            context,
            qualifiers: qualifiers?.unwrap_or_default(),
            subject,
        })
    }

    fn cell(&self, column: &str) -> Option<&'a str> {
        let at = COLUMNS.iter().position(|known| *known == column).and_then(|at| self.columns[at])?;
        self.record.get(at).filter(|cell| !cell.is_empty())
    }

    fn needed(&mut self, column: &'static str) -> Option<&'a str> {
        let cell = self.cell(column);
        if cell.is_none() {
            self.faults.add(self.line, column, "", "the cell is empty".into(), "fill the cell");
        }
        cell
    }

    /// `Some(None)` for an empty cell, `None` for a faulty one.
    fn optional<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        help: &'static str,
    ) -> Option<Option<T>> {
        match self.cell(column) {
            None => Some(None),
            Some(cell) => self.check(column, cell, parse, help).map(Some),
        }
    }

    fn check<T>(
        &mut self,
        column: &'static str,
        cell: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
        help: &'static str,
    ) -> Option<T> {
        match parse(cell) {
            Ok(value) => Some(value),
            Err(why) => {
                self.faults.add(self.line, column, cell, why, help);
                None
            }
        }
    }
}

const ID_HELP: &str = "write the id of a connector";
const TARGET_HELP: &str = "write a catalogue code (`PP32`), an X code, or `event:` and a kind (`event:batch_ended`)";
const CONTEXT_HELP: &str = "write `name=address; name=const:text`, with a blank after each semicolon";

fn id<T>(parse: fn(&str) -> Result<T, record::IdError>) -> impl FnOnce(&str) -> Result<T, String> {
    move |cell| parse(cell).map_err(|error| error.to_string())
}

fn target(cell: &str) -> Result<Target, String> {
    let Some(kind) = cell.strip_prefix("event:") else {
        return ParameterCode::parse(cell).map(Target::Parameter).map_err(|error| error.to_string());
    };
    Ok(Target::Event(match kind {
        "batch_started" => EventKind::BatchStarted,
        "batch_ended" => EventKind::BatchEnded,
        "step_started" => EventKind::StepStarted,
        "step_ended" => EventKind::StepEnded,
        "lot_received" => EventKind::LotReceived,
        "lot_consumed" => EventKind::LotConsumed,
        "batch_released" => EventKind::BatchReleased,
        "" => return Err("the event has no kind".into()),
        "source_state" | "box_state" => return Err("this event is the box's own".into()),
        other => EventKind::Other(other.into()),
    }))
}

fn decode(cell: &str) -> Result<Decode, String> {
    match cell {
        "comma" => Ok(Decode::Comma),
        _ => Err("unknown way to decode".into()),
    }
}

fn deadband(cell: &str) -> Result<Deadband, String> {
    let (kind, number) = cell.split_once(':').ok_or("no `abs:` or `pct:` before the number")?;
    let number: f64 = number.parse().map_err(|error| format!("`{number}` is not a number: {error}"))?;
    if !(number.is_finite() && number > 0.0) {
        return Err("the number is not above zero".into());
    }
    match kind {
        "abs" => Ok(Deadband::Absolute(number)),
        "pct" if number <= 100.0 => Ok(Deadband::Percent(number)),
        "pct" => Err("more than 100 percent".into()),
        _ => Err("neither `abs:` nor `pct:`".into()),
    }
}

fn duration(cell: &str) -> Result<Duration, String> {
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = cell.split_at(digits);
    let number: u64 = number.parse().map_err(|error| format!("no whole number: {error}"))?;
    let per_ms = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        other => return Err(format!("`{other}` is not a unit of time")),
    };
    match number.checked_mul(per_ms) {
        None | Some(0) => Err("the time is zero or too long".into()),
        Some(ms) => Ok(Duration::from_millis(ms)),
    }
}

fn qualifiers(cell: &str) -> Result<Qualifiers, String> {
    let mut qualifiers = Qualifiers::new();
    for (name, value) in context::pairs(cell)? {
        if qualifiers.insert(name.into(), value.into()).is_some() {
            return Err(format!("`{name}` is given twice"));
        }
    }
    Ok(qualifiers)
}
