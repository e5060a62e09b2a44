//! The receiver through gpsd: reports of position as gpsd wrote them, or why there are none.
//!
//! Source: `gpsd_json(5)`, protocol 3. The only thing ever sent is the request to be told, `?WATCH`; it changes no
//! receiver. Lines are bounded, the first one must be gpsd's version, and what is not as the protocol says ends the
//! connection. A lost connection is made again with [`Backoff`]; nobody who pulls is ever kept waiting by it.

use std::time::{Duration, Instant};

use record::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue as JsonText;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::supervise::Backoff;
use crate::{Fault, Now, SrcErr, Stage};

/// Longest line, in bytes; gpsd's own limit is 10240 (`GPS_JSON_RESPONSE_MAX`).
pub const LINE_BYTES_MAX: usize = 16 * 1024;
/// Silence longer than this, without a report of position, is a lost receiver.
pub const SILENCE_MAX: Duration = Duration::from_secs(10);
/// Longest time to connect.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Reports that wait to be pulled; then gpsd waits.
const QUEUE_LEN: usize = 64;
/// Version of the protocol.
const PROTOCOL: u64 = 3;
/// Asks to be told in JSON.
const WATCH: &[u8] = b"?WATCH={\"enable\":true,\"json\":true};\n";

/// A report of position (TPV). Numbers are the text gpsd wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// 0 unknown, 1 no fix, 2 without height, 3 with height.
    pub(super) mode: u8,
    pub(super) time: Option<Box<str>>,
    pub(super) latitude: Option<Box<str>>,
    pub(super) longitude: Option<Box<str>>,
    pub(super) speed: Option<Box<str>>,
}

/// What came from gpsd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Report(Report, Timestamp),
    /// There are no reports, and why.
    Lost(Box<str>),
}

/// A running conversation; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Gpsd {
    heard: mpsc::Receiver<Heard>,
    _task: JoinSet<()>,
}

impl Gpsd {
    /// Begins to listen. Not reaching gpsd is something heard, not a failure.
    pub(super) fn listen(address: String, now: Now) -> Self {
        let (sender, heard) = mpsc::channel(QUEUE_LEN);
        let mut task = JoinSet::new();
        task.spawn(run(address, now, sender));
        Self { heard, _task: task }
    }

    /// The next thing heard. Cancel-safe.
    pub(super) async fn next(&mut self) -> Heard {
        self.heard.recv().await.unwrap_or_else(|| Heard::Lost("the listener has ended".into()))
    }

    /// Whether more waits.
    pub(super) fn more(&self) -> bool {
        !self.heard.is_empty()
    }
}

/// Reaches gpsd and reads its version; for a probe.
pub(super) async fn version(address: &str) -> Result<String, SrcErr> {
    let mut reader = connect(address).await?;
    greeted(address, &mut reader).await
}

async fn run(address: String, now: Now, sender: mpsc::Sender<Heard>) {
    let mut backoff = Backoff::default();
    loop {
        let Err(error) = told(&address, &now, &sender, &mut backoff).await else { return };
        // One gpsd on this machine has no herd to part, so the whole wait is taken.
        let wait = backoff.failed(&error, Instant::now(), 1.0);
        tracing::warn!(%error, wait_ms = wait.as_millis(), "gpsd lost");
        if sender.send(Heard::Lost(error.detail)).await.is_err() {
            return;
        }
        tokio::time::sleep(wait).await;
    }
}

/// Passes reports on until the connection fails. `Ok` when nobody listens any more.
async fn told(address: &str, now: &Now, sender: &mpsc::Sender<Heard>, backoff: &mut Backoff) -> Result<(), SrcErr> {
    let mut reader = connect(address).await?;
    greeted(address, &mut reader).await?;
    reader.write_all(WATCH).await.map_err(|error| lost(address, &error.to_string()))?;
    backoff.opened(Instant::now());
    let mut silent_at = tokio::time::Instant::now() + SILENCE_MAX;
    loop {
        let line = tokio::time::timeout_at(silent_at, line(address, &mut reader))
            .await
            .map_err(|_elapsed| lost(address, &format!("no report of position for {} s", SILENCE_MAX.as_secs())))??;
        let Some(report) = parse(&line).map_err(|why| protocol(address, &why))? else { continue };
        silent_at = tokio::time::Instant::now() + SILENCE_MAX;
        if sender.send(Heard::Report(report, now())).await.is_err() {
            return Ok(());
        }
    }
}

async fn connect(address: &str) -> Result<BufReader<TcpStream>, SrcErr> {
    match timeout(CONNECT_MAX, TcpStream::connect(address)).await {
        Ok(Ok(stream)) => Ok(BufReader::new(stream)),
        Ok(Err(error)) => Err(lost(address, &error.to_string())),
        Err(_elapsed) => Err(lost(address, &format!("no connection within {} s", CONNECT_MAX.as_secs()))),
    }
}

async fn greeted(address: &str, reader: &mut BufReader<TcpStream>) -> Result<String, SrcErr> {
    let line = timeout(CONNECT_MAX, line(address, reader)).await;
    let line = line.map_err(|_elapsed| lost(address, "no version came"))??;
    greeting(&line).map_err(|why| protocol(address, &why))
}

async fn line(address: &str, reader: &mut BufReader<TcpStream>) -> Result<String, SrcErr> {
    let mut bytes = Vec::new();
    let mut bounded = reader.take(LINE_BYTES_MAX as u64);
    bounded.read_until(b'\n', &mut bytes).await.map_err(|error| lost(address, &error.to_string()))?;
    if bytes.last() != Some(&b'\n') {
        return Err(match bytes.len() {
            LINE_BYTES_MAX => protocol(address, &format!("a line is longer than {LINE_BYTES_MAX} bytes")),
            _ => lost(address, "gpsd closed the connection"),
        });
    }
    String::from_utf8(bytes).map_err(|error| protocol(address, &error.to_string()))
}

/// What every line of the protocol has.
#[derive(Deserialize)]
struct Class {
    class: String,
}

#[derive(Deserialize)]
struct Version {
    release: String,
    proto_major: u64,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

#[derive(Deserialize)]
struct Tpv<'a> {
    mode: u8,
    time: Option<String>,
    #[serde(borrow)]
    lat: Option<&'a JsonText>,
    #[serde(borrow)]
    lon: Option<&'a JsonText>,
    #[serde(borrow)]
    speed: Option<&'a JsonText>,
}

/// Reads the first line.
fn greeting(line: &str) -> Result<String, String> {
    let class: Class = serde_json::from_str(line).map_err(|error| format!("`{}`: {error}", shown(line)))?;
    if class.class != "VERSION" {
        return Err(format!("the first line is {} and not VERSION", class.class));
    }
    let version: Version = serde_json::from_str(line).map_err(|error| error.to_string())?;
    match version.proto_major {
        PROTOCOL => Ok(format!("gpsd {}, protocol {PROTOCOL}", version.release)),
        other => Err(format!("protocol {other}; {PROTOCOL} is known")),
    }
}

/// Reads a line; `None` if it is of a class that is not about position.
fn parse(line: &str) -> Result<Option<Report>, String> {
    let failed = |error: serde_json::Error| format!("`{}`: {error}", shown(line));
    let class: Class = serde_json::from_str(line).map_err(failed)?;
    match &*class.class {
        "TPV" => {}
        "ERROR" => return Err(serde_json::from_str::<Complaint>(line).map_err(failed)?.message),
        _ => return Ok(None),
    }
    let Tpv { mode, time, lat, lon, speed } = serde_json::from_str(line).map_err(failed)?;
    if mode > 3 {
        return Err(format!("mode {mode}; 0 to 3 are known"));
    }
    let text = |json: &JsonText| Box::from(json.get());
    let [latitude, longitude, speed] = [lat, lon, speed].map(|number| number.map(text));
    Ok(Some(Report { mode, time: time.map(Into::into), latitude, longitude, speed }))
}

/// The beginning of a line, for a message.
fn shown(line: &str) -> &str {
    &line[..line.floor_char_boundary(80)]
}

fn lost(address: &str, why: &str) -> SrcErr {
    SrcErr::new(Stage::Connect, Fault::Transient, format!("gpsd {address}: {why}"))
}

fn protocol(address: &str, why: &str) -> SrcErr {
    SrcErr::new(Stage::Read, Fault::Protocol, format!("gpsd {address}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_keeps_the_digits_it_came_with() {
        let line = r#"{"class":"TPV","device":"/dev/pts/1","mode":3,"time":"2026-03-02T04:00:00.000Z","lat":31.230416700,"lon":-0.10,"speed":0.000,"climb":1e3}"#;
        let report = parse(line).unwrap().unwrap();
        assert_eq!((report.latitude.as_deref(), report.longitude.as_deref()), (Some("31.230416700"), Some("-0.10")));
        assert_eq!((report.speed.as_deref(), report.mode), (Some("0.000"), 3));
        let none = parse(r#"{"class":"TPV","mode":1}"#).unwrap().unwrap();
        assert_eq!(none, Report { mode: 1, time: None, latitude: None, longitude: None, speed: None });
        assert_eq!(parse(r#"{"class":"SKY","satellites":[]}"#), Ok(None));
    }

    #[test]
    fn what_the_protocol_does_not_know_is_refused() {
        for line in [
            "",
            "$GPRMC,1",
            "[]",
            r#"{"lat":1}"#,
            r#"{"class":"TPV"}"#,
            r#"{"class":"TPV","mode":4}"#,
            r#"{"class":"TPV","mode":-1}"#,
            r#"{"class":"TPV","mode":3,"lat":1,"lat":2}"#,
            r#"{"class":"TPV","mode":3,"lat":NaN}"#,
            r#"{"class":"TPV","mode":3} trailing"#,
            r#"{"class":"ERROR","message":"Unrecognized request"}"#,
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
        assert!(greeting(r#"{"class":"VERSION","release":"3.22","proto_major":3,"proto_minor":14}"#).is_ok());
        assert!(greeting(r#"{"class":"VERSION","release":"9","proto_major":4}"#).unwrap_err().contains("protocol 4"));
        assert!(greeting(r#"{"class":"TPV","mode":3}"#).unwrap_err().contains("not VERSION"));
    }
}
