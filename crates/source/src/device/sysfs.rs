//! One look at one sensor: the text the kernel writes and the exact value in the unit, or why there is none.
//!
//! Sources: Linux `Documentation/hwmon/sysfs-interface.rst` (millidegrees Celsius, thousandths of a percent, millivolts)
//! and `Documentation/ABI/testing/sysfs-bus-iio` (`_input` is in thousandths of the unit; `_raw` is that after
//! `(raw + offset) * scale`). Never: a float, a default for a file that cannot be read, more than
//! [`TEXT_BYTES_MAX`] bytes.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;

use super::config::{SensorConfig, SwitchConfig};
use super::exact;

/// Longest text of a value, in bytes: a page of sysfs would be 4096, a number has some twenty.
pub const TEXT_BYTES_MAX: usize = 256;
/// Most devices of a class that are looked at to find one by name.
const DEVICES_MAX: usize = 256;

/// OPC 10000-6 annex A.2: the sensor is there and cannot be used.
pub(super) const BAD_SENSOR_FAILURE: u32 = 0x808C_0000;
/// The sensor is not there.
pub(super) const BAD_NOT_CONNECTED: u32 = 0x808A_0000;
/// What it says is not a number.
pub(super) const BAD_DECODING: u32 = 0x8007_0000;
/// The number is larger than what can be kept exactly, or than what it can be.
pub(super) const BAD_OUT_OF_RANGE: u32 = 0x803C_0000;
/// It does not answer.
pub(super) const BAD_TIMEOUT: u32 = 0x800A_0000;

/// Where the devices of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Hwmon,
    Iio,
}

/// A value as it stood in the file, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) text: Box<str>,
    pub(super) value: Decimal,
    /// `scale` and `offset` as they stood beside the value.
    pub(super) beside: Vec<(&'static str, Box<str>)>,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) status: u32,
    pub(super) reason: Box<str>,
    /// What stood there, if anything did.
    pub(super) text: Box<str>,
}

impl Unread {
    pub(super) fn new(status: u32, reason: impl Into<Box<str>>, text: &str) -> Self {
        Self { status, reason: reason.into(), text: text.into() }
    }
}

impl Class {
    fn folder(self, root: &Path) -> PathBuf {
        root.join(match self {
            Self::Hwmon => "class/hwmon",
            Self::Iio => "bus/iio/devices",
        })
    }

    /// UCUM unit of a channel, or what may be written instead.
    pub(super) fn unit(self, channel: &str) -> Result<&'static str, &'static str> {
        let numbered = |kind: &str| {
            let number = channel.strip_prefix(kind).and_then(|rest| rest.strip_suffix("_input"));
            number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let either = |kind: &str| channel.strip_prefix(kind).is_some_and(|end| matches!(end, "_input" | "_raw"));
        match self {
            Self::Hwmon if numbered("temp") => Ok("Cel"),
            Self::Hwmon if numbered("humidity") => Ok("%"),
            Self::Hwmon if numbered("in") => Ok("V"),
            Self::Hwmon => Err("temp<n>_input, humidity<n>_input, in<n>_input"),
            Self::Iio if either("in_temp") => Ok("Cel"),
            Self::Iio if either("in_humidityrelative") => Ok("%"),
            Self::Iio => Err("in_temp_input, in_temp_raw, in_humidityrelative_input, in_humidityrelative_raw"),
        }
    }
}

/// Reads a channel.
pub(super) fn sample(root: &Path, class: Class, sensor: &SensorConfig) -> Result<Sample, Unread> {
    let folder = locate(&class.folder(root), &sensor.name)?;
    let text = read(&folder.join(&sensor.channel))?;
    let counted = number(&sensor.channel, &text)?;
    let thousandth = Decimal::new(1, 3);
    let too_large = || Unread::new(BAD_OUT_OF_RANGE, "the scaled value cannot be kept exactly", &text);
    let Some(base) = sensor.channel.strip_suffix("_raw") else {
        let value = exact::product(counted, thousandth).ok_or_else(too_large)?;
        return Ok(Sample { text: text.clone(), value, beside: Vec::new() });
    };
    let mut beside = Vec::new();
    let mut factor = |what: &'static str| -> Result<Decimal, Unread> {
        let name = format!("{base}_{what}");
        let failed = |unread: Unread| Unread { text: text.clone(), ..unread };
        let written = read(&folder.join(&name)).map_err(failed)?;
        let number = number(&name, &written).map_err(failed)?;
        beside.push((what, written));
        Ok(number)
    };
    let scale = factor("scale")?;
    // The offset alone may be left out, and is then zero by the ABI.
    let offset = match folder.join(format!("{base}_offset")).try_exists() {
        Ok(false) => Decimal::ZERO,
        Ok(true) | Err(_) => factor("offset")?,
    };
    let value = exact::sum(counted, offset)
        .and_then(|sum| exact::product(sum, scale))
        .and_then(|scaled| exact::product(scaled, thousandth))
        .ok_or_else(too_large)?;
    Ok(Sample { text: text.clone(), value, beside })
}

/// Reads the level of a switch: `0` or `1`.
pub(super) fn level(root: &Path, switch: &SwitchConfig) -> Result<(u8, Box<str>), Unread> {
    let text = read(&root.join(&switch.path))?;
    match &*text {
        "0" => Ok((0, text)),
        "1" => Ok((1, text)),
        other => Err(Unread::new(BAD_DECODING, format!("`{other}` is neither 0 nor 1"), other)),
    }
}

/// Names and channels there are, for browsing.
pub(super) fn listed(root: &Path, class: Class) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in devices(&class.folder(root)) {
        let Ok(name) = read(&folder.join("name")) else { continue };
        let files = fs::read_dir(&folder).into_iter().flatten().flatten();
        let channels = files.filter_map(|file| file.file_name().into_string().ok());
        found.extend(channels.filter(|channel| class.unit(channel).is_ok()).map(|channel| (name.to_string(), channel)));
    }
    found.sort_unstable();
    found
}

/// The one device of this name.
fn locate(folder: &Path, name: &str) -> Result<PathBuf, Unread> {
    let mut found =
        devices(folder).into_iter().filter(|device| read(&device.join("name")).is_ok_and(|it| *it == *name));
    match (found.next(), found.next()) {
        (Some(device), None) => Ok(device),
        (None, _) => Err(Unread::new(BAD_NOT_CONNECTED, format!("no device `{name}` in {}", folder.display()), "")),
        (Some(_), Some(_)) => {
            let reason = format!("two devices are called `{name}` in {}", folder.display());
            Err(Unread::new(BAD_SENSOR_FAILURE, reason, ""))
        }
    }
}

fn devices(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.take(DEVICES_MAX).map(|entry| entry.path()).collect()
}

fn number(name: &str, text: &str) -> Result<Decimal, Unread> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    exact::parse(text).ok_or_else(|| match plain && text.len() > 20 {
        true => Unread::new(BAD_OUT_OF_RANGE, format!("{name}: `{text}` cannot be kept exactly"), text),
        false => Unread::new(BAD_DECODING, format!("{name}: `{text}` is not a plain decimal"), text),
    })
}

/// The text of a file without its line end.
fn read(path: &Path) -> Result<Box<str>, Unread> {
    let failed = |error: std::io::Error| {
        let status = if error.kind() == ErrorKind::NotFound { BAD_NOT_CONNECTED } else { BAD_SENSOR_FAILURE };
        Unread::new(status, format!("{}: {error}", path.display()), "")
    };
    // A pipe would make the reader wait.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Unread::new(BAD_SENSOR_FAILURE, format!("{}: not a file", path.display()), ""));
    }
    let mut bytes = Vec::with_capacity(TEXT_BYTES_MAX);
    File::open(path).and_then(|file| file.take(TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)).map_err(failed)?;
    let shown = String::from_utf8_lossy(&bytes);
    if bytes.len() > TEXT_BYTES_MAX {
        let reason = format!("{}: more than {TEXT_BYTES_MAX} bytes", path.display());
        return Err(Unread::new(BAD_DECODING, reason, &shown));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(text.strip_suffix('\n').unwrap_or(text).into()),
        Err(error) => Err(Unread::new(BAD_DECODING, format!("{}: {error}", path.display()), &shown)),
    }
}
