//! `[device]`: which sensors the box carries, where its receiver is, and where it may be.

use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use serde::Deserialize;

use super::exact;
use crate::{Fault, SrcErr, Stage};

/// Most entries of each kind.
pub const ENTRIES_MAX: usize = 64;
/// Largest radius of a geofence, in metres: a quarter of the way around the earth.
pub const RADIUS_MAX_M: u32 = 10_000_000;

/// The box's own sensors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceConfig {
    /// Folder of the kernel's device tree. Another one for tests.
    #[serde(default = "default_root")]
    pub root: PathBuf,
    /// Time between two looks at the sensors, in milliseconds. Switches are looked at every [`super::SWITCH_POLL`].
    #[serde(default = "default_poll_ms")]
    pub poll_ms: u64,
    /// Sensors of the hardware monitoring class.
    #[serde(default)]
    pub hwmon: Vec<SensorConfig>,
    /// Sensors of the industrial IO bus.
    #[serde(default)]
    pub iio: Vec<SensorConfig>,
    /// Tamper switches.
    #[serde(default)]
    pub gpio: Vec<SwitchConfig>,
    /// The receiver's service.
    pub gpsd: Option<GpsdConfig>,
    /// Where the box may be.
    pub geofence: Option<FenceConfig>,
}

/// One channel of one sensor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorConfig {
    /// What the file `name` of the device says: `sht3x`. Numbers of folders change from start to start, names do not.
    pub name: String,
    /// File with the value: `temp1_input`, `in_humidityrelative_raw`.
    pub channel: String,
}

/// A switch on a GPIO line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwitchConfig {
    /// Name in addresses.
    pub name: String,
    /// File with the level, relative to `root`: `class/gpio/gpio17/value`.
    pub path: PathBuf,
    /// Level at which the housing is open: 0 or 1.
    pub active: u8,
}

/// Where gpsd listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpsdConfig {
    /// Host and port.
    #[serde(default = "default_address")]
    pub address: String,
}

/// A circle the box may not leave.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FenceConfig {
    /// Of the middle, in degrees north, as text: `"31.230416"`.
    pub latitude: String,
    /// Of the middle, in degrees east, as text.
    pub longitude: String,
    /// In metres; farther away is outside.
    pub radius_m: u32,
    /// The box is inside again when it is this much nearer than the radius, in metres, so that a receiver's noise at
    /// the edge is not an alarm a second.
    #[serde(default)]
    pub margin_m: u32,
}

impl DeviceConfig {
    /// Checks what can be checked without looking at the device. Fails naming the entry.
    pub(super) fn check(&self) -> Result<(), SrcErr> {
        if self.poll_ms == 0 {
            return Err(wrong("poll_ms must be above zero".into()));
        }
        let counts = [self.hwmon.len(), self.iio.len(), self.gpio.len()];
        if counts.iter().any(|count| *count > ENTRIES_MAX) {
            return Err(wrong(format!("more than {ENTRIES_MAX} entries of one kind")));
        }
        if counts.iter().sum::<usize>() == 0 && self.gpsd.is_none() && self.geofence.is_none() {
            return Err(wrong(
                "no sensor: add [[device.hwmon]], [[device.iio]], [[device.gpio]] or [device.gpsd]".into(),
            ));
        }
        for sensor in self.hwmon.iter().chain(&self.iio) {
            if !is_file_name(&sensor.name) || !is_file_name(&sensor.channel) {
                return Err(wrong(format!("`{}` `{}`: names without blanks and slashes", sensor.name, sensor.channel)));
            }
        }
        for switch in &self.gpio {
            if !is_file_name(&switch.name) {
                return Err(wrong(format!("gpio `{}`: a name without blanks and slashes", switch.name)));
            }
            if switch.active > 1 {
                return Err(wrong(format!("gpio {}: active is {}; write 0 or 1", switch.name, switch.active)));
            }
            if !is_inside(&switch.path) {
                let path = switch.path.display();
                return Err(wrong(format!("gpio {}: path `{path}` does not stay below root", switch.name)));
            }
        }
        match (&self.geofence, &self.gpsd) {
            (Some(_), None) => Err(wrong("geofence needs [device.gpsd]".into())),
            (Some(fence), Some(_)) => fence.middle().map(drop),
            (None, _) => Ok(()),
        }
    }
}

impl FenceConfig {
    /// Latitude and longitude of the middle.
    pub(super) fn middle(&self) -> Result<(Decimal, Decimal), SrcErr> {
        let degrees = |name: &str, text: &str, most: u8| {
            exact::parse(text).filter(|degrees| degrees.abs() <= Decimal::from(most)).ok_or_else(|| {
                wrong(format!("geofence.{name}: `{text}` is not a plain decimal from -{most} to {most}"))
            })
        };
        if self.radius_m == 0 || self.radius_m > RADIUS_MAX_M || self.margin_m >= self.radius_m {
            let (radius, margin) = (self.radius_m, self.margin_m);
            let detail = format!(
                "geofence: radius_m is {radius} and margin_m {margin}; radius_m is 1 to {RADIUS_MAX_M}, margin_m less"
            );
            return Err(wrong(detail));
        }
        Ok((degrees("latitude", &self.latitude, 90)?, degrees("longitude", &self.longitude, 180)?))
    }
}

fn is_file_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !text.starts_with('.')
}

fn is_inside(path: &Path) -> bool {
    let mut parts = path.components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

fn wrong(detail: String) -> SrcErr {
    SrcErr::new(Stage::Config, Fault::Config, format!("device: {detail}"))
}

fn default_root() -> PathBuf {
    "/sys".into()
}

fn default_poll_ms() -> u64 {
    10_000
}

fn default_address() -> String {
    "127.0.0.1:2947".into()
}
