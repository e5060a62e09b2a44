//! Addresses of the mapping as things of the device: each row has a meaning, each thing of the configuration has its rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::{EventKind, Qualifiers};

use super::config::DeviceConfig;
use super::sysfs::Class;
use crate::mapping::{ContextRef, Plan, StreamId, StreamSpec, Target};
use crate::{Context, Fault, SrcErr, Stage};

/// What an address names. Numbers are positions in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    Hwmon(usize),
    Iio(usize),
    /// A change of a switch: the alarm and its end.
    Switch(usize),
    /// How a switch stands when the box begins to look.
    SwitchState(usize),
    Latitude,
    Longitude,
    Speed,
    Fix,
    Inside,
    Left,
    Entered,
    /// How the box stands to its geofence when it begins to look.
    FenceState,
}

/// A row of the mapping.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) stream: StreamId,
    pub(super) address: Box<str>,
    /// UCUM unit of the values; `None` for switches and the like.
    pub(super) unit: Option<&'static str>,
    pub(super) context: Context,
}

/// Rows by what they name.
pub(super) type Points = BTreeMap<Point, Bound>;

/// Every address this configuration has.
pub(super) fn addresses(config: &DeviceConfig) -> Vec<(String, Point)> {
    let mut all = Vec::new();
    for (kind, sensors, point) in
        [("hwmon", &config.hwmon, Point::Hwmon as fn(usize) -> Point), ("iio", &config.iio, Point::Iio)]
    {
        let sensors = sensors.iter().enumerate();
        all.extend(sensors.map(|(at, sensor)| (format!("{kind}/{}/{}", sensor.name, sensor.channel), point(at))));
    }
    for (at, switch) in config.gpio.iter().enumerate() {
        all.push((format!("gpio/{}", switch.name), Point::Switch(at)));
        all.push((format!("gpio/{}/state", switch.name), Point::SwitchState(at)));
    }
    if config.gpsd.is_some() {
        for (name, point) in [
            ("latitude", Point::Latitude),
            ("longitude", Point::Longitude),
            ("speed", Point::Speed),
            ("fix", Point::Fix),
        ] {
            all.push((format!("gps/{name}"), point));
        }
    }
    if config.geofence.is_some() {
        for (name, point) in [
            ("inside", Point::Inside),
            ("left", Point::Left),
            ("entered", Point::Entered),
            ("state", Point::FenceState),
        ] {
            all.push((format!("geofence/{name}"), point));
        }
    }
    all
}

/// Compiles the plan. Fails if an address names nothing, a row makes something of it that it is not, or something of
/// the configuration that must not be silent has no row.
pub(super) fn compile(plan: &Plan, config: &DeviceConfig) -> Result<Points, SrcErr> {
    let known = addresses(config);
    if let Some((twice, _)) =
        known.iter().enumerate().find(|(at, (name, _))| known[..*at].iter().any(|it| it.0 == *name)).map(|(_, it)| it)
    {
        return Err(wrong(format!("`{twice}` stands twice in the configuration")));
    }
    let mut points = Points::new();
    for (stream, spec) in plan.streams() {
        let Some((_, point)) = known.iter().find(|(address, _)| **address == *spec.address) else {
            let names: Vec<&str> = known.iter().map(|(address, _)| &**address).collect();
            return Err(wrong(format!("`{}` is no address of this device; it has {}", spec.address, names.join(", "))));
        };
        points.insert(*point, bound(stream, spec, *point, config)?);
    }
    for (address, point) in known {
        if is_needed(point) && !points.contains_key(&point) {
            return Err(wrong(format!("`{address}`: no row of the mapping has this address, it would be silent")));
        }
    }
    Ok(points)
}

/// Sensors and alarms are configured to be kept; of the receiver each may keep what it needs.
fn is_needed(point: Point) -> bool {
    !matches!(point, Point::Latitude | Point::Longitude | Point::Speed | Point::Fix | Point::Inside)
}

fn bound(stream: StreamId, spec: &StreamSpec, point: Point, config: &DeviceConfig) -> Result<Bound, SrcErr> {
    match (event_kind(point), &spec.target) {
        (None, Target::Parameter(_)) => {}
        (Some(kind), Target::Event(EventKind::Other(name))) if **name == *kind => {}
        (None, Target::Event(_)) => return Err(wrong(format!("`{}` is a value and no event", spec.address))),
        (Some(kind), _) => return Err(wrong(format!("`{}` is an event: write `event:{kind}`", spec.address))),
    }
    let unit = match point {
        Point::Hwmon(at) => Some(unit(Class::Hwmon, &config.hwmon[at].channel)?),
        Point::Iio(at) => Some(unit(Class::Iio, &config.iio[at].channel)?),
        Point::Latitude | Point::Longitude => Some("deg"),
        Point::Speed => Some("m/s"),
        _ => None,
    };
    let mut context = Qualifiers::new();
    for (name, reference) in &spec.context {
        match reference {
            ContextRef::Const(text) => context.insert(name.clone(), text.clone()),
            ContextRef::Address(address) => {
                let detail = format!("`{}`: context `{name}={address}`: a device has constants only", spec.address);
                return Err(wrong(detail));
            }
        };
    }
    Ok(Bound { stream, address: spec.address.clone(), unit, context: Arc::new(context) })
}

fn unit(class: Class, channel: &str) -> Result<&'static str, SrcErr> {
    class.unit(channel).map_err(|known| wrong(format!("channel `{channel}` is not known; known are {known}")))
}

/// The kind of event a point gives; `None` for values.
fn event_kind(point: Point) -> Option<&'static str> {
    Some(match point {
        Point::Switch(_) => "tamper",
        Point::SwitchState(_) => "tamper_state",
        Point::Left => "geofence_left",
        Point::Entered => "geofence_entered",
        Point::FenceState => "geofence_state",
        _ => return None,
    })
}

fn wrong(detail: String) -> SrcErr {
    SrcErr::new(Stage::Resolve, Fault::Config, format!("device: {detail}"))
}
