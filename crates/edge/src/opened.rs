//! Opened entries as JSON lines: what people and programs are given after an opening.
//!
//! Comes in: decoded entries with their place in the log. Goes out: one line for each value, with all its clocks and the
//! source's own text, at most [`seal::EXPORT_LEN_MAX`] bytes of them. Wiped when dropped.

use crate::clock;
use crate::live::as_reading;
use anyhow::{Context, Result, ensure};
use portal::api::{QualityView, SubjectView};
use record::{Entry, ParameterCode, Reading, Timestamp};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The lines so far.
#[derive(Default)]
pub struct Lines {
    text: Zeroizing<Vec<u8>>,
    count: u64,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Lines({})", self.count)
    }
}

impl Lines {
    /// Adds the values of one entry, only those of `parameter` if one is given. Rejected values, which have no parameter
    /// that could be trusted, are then left out, and so are events.
    ///
    /// Fails if there are more bytes than an export holds.
    pub fn add(&mut self, place: (u64, usize), entry: &Entry, parameter: Option<&ParameterCode>) -> Result<()> {
        let wanted = |code: &ParameterCode| parameter.is_none_or(|wanted| wanted == code);
        match entry {
            Entry::Reading(reading) if wanted(&reading.parameter) => self.line(place, of_reading(reading)),
            Entry::Block(block) => {
                for row in &block.rows {
                    if wanted(&block.streams[usize::from(row.stream)].parameter) {
                        self.line(place, of_reading(&as_reading(block, row)))?;
                    }
                }
                Ok(())
            }
            Entry::Event(event) if parameter.is_none() => self.line(
                place,
                json!({
                    "kind": event.kind.name(),
                    "source": event.source.to_string(),
                    "key": event.key.to_string(),
                    "version": event.version,
                    "subject": SubjectView::from(&event.subject),
                    "attributes": event.attributes,
                    "source_time": event.clocks.source.map(clock::rfc3339),
                    "server_time": event.clocks.server.map(clock::rfc3339),
                    "received_time": clock::rfc3339(event.clocks.received),
                }),
            ),
            Entry::Reject(reject) if parameter.is_none() => self.line(
                place,
                json!({
                    "kind": "reject",
                    "source": reject.source.to_string(),
                    "key": reject.key.to_string(),
                    "address": reject.address,
                    "verbatim": reject.verbatim,
                    "unit": reject.unit,
                    "reason": reject.reason.name(),
                    "detail": reject.detail,
                    "received_time": clock::rfc3339(reject.received),
                }),
            ),
            // Gaps and findings are white.
            Entry::Reading(_) | Entry::Event(_) | Entry::Reject(_) | Entry::Gap(_) | Entry::Finding(_) => Ok(()),
        }
    }

    /// Number of lines.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The lines, each with its line feed.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }

    fn line(&mut self, (seg_no, index): (u64, usize), mut value: Value) -> Result<()> {
        value["segment"] = json!(seg_no);
        value["index"] = json!(index);
        serde_json::to_writer(&mut *self.text, &value).context("a value as JSON")?;
        self.text.push(b'\n');
        self.count += 1;
        let most = seal::EXPORT_LEN_MAX;
        ensure!(self.text.len() <= most, "more than {most} bytes were opened; open fewer segments at a time");
        Ok(())
    }
}

fn of_reading(reading: &Reading) -> Value {
    let time = |at: Option<Timestamp>| at.map(clock::rfc3339);
    json!({
        "kind": "reading",
        "source": reading.source.to_string(),
        "key": reading.key.to_string(),
        "version": reading.version,
        "parameter": reading.parameter.to_string(),
        "qualifiers": reading.qualifiers,
        "subject": SubjectView::from(&reading.subject),
        "verbatim": reading.verbatim,
        "exact": reading.value.exact().map(|decimal| decimal.to_string()),
        "unit": reading.unit,
        "quality": QualityView::from(reading.quality),
        "attributes": reading.attributes,
        "source_time": time(reading.clocks.source),
        "server_time": time(reading.clocks.server),
        "received_time": clock::rfc3339(reading.clocks.received),
    })
}
