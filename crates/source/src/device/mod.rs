//! The box as a device: its own sensors, tamper switches and receiver.
//!
//! Comes in: files of the kernel (hwmon, industrial IO, GPIO) below a root that a test can put anywhere, and gpsd's
//! reports. Goes out: values with the kernel's text beside the exact decimal, alarms at once, and for what cannot be
//! read a bad quality with its reason and a gap. Never: a number nobody measured, an alarm that waits for a slow sensor,
//! a write to any of it.
//!
//! Nothing can be read again, so the cursor holds how each alarm was last told instead of a place in a queue: see
//! `watch`. A switch that opens and closes between two looks is not seen; a latch belongs into the hardware.

mod config;
mod exact;
mod fence;
mod gpsd;
mod points;
mod state;
mod sysfs;
mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use record::{Gap, SourceId, Timestamp};
use tokio::task::{JoinHandle, spawn_blocking};

pub use config::{DeviceConfig, ENTRIES_MAX, FenceConfig, GpsdConfig, RADIUS_MAX_M, SensorConfig, SwitchConfig};
pub use gpsd::{LINE_BYTES_MAX, SILENCE_MAX};
pub use sysfs::TEXT_BYTES_MAX;

use crate::mapping::Plan;
use crate::supervise::Poller;
use crate::{
    AckToken, Batch, Budget, Caps, Connector, Continuity, Fault, Listing, ListingNode, NodePath, Now, PAGE_NODES_MAX,
    Page, ProbeReport, Replay, Resume, SrcErr, Stage,
};
use fence::Fence;
use gpsd::Gpsd;
use points::{Point, Points};
use state::State;
use sysfs::{BAD_TIMEOUT, Class, Sample, Unread};
use watch::Watch;

/// Time between two looks at the switches.
pub const SWITCH_POLL: Duration = Duration::from_millis(100);
/// Switches nobody looked at for longer than this have a gap.
pub const SWITCH_LATE: Duration = Duration::from_secs(2);
/// A look at the sensors that takes longer has hung on one of them.
pub const SWEEP_MAX: Duration = Duration::from_secs(10);

/// The box's own sensors.
pub struct DeviceConnector {
    source: SourceId,
    config: Arc<DeviceConfig>,
    fence: Option<Fence>,
    now: Now,
    open: Option<Open>,
}

/// What is there between `open` and the first error.
struct Open {
    watch: Watch,
    /// What to read in a sweep.
    sensors: Arc<[(Point, Class, SensorConfig)]>,
    gpsd: Option<Gpsd>,
    poller: Poller,
    /// A look at the sensors that is under way: since when, and whether its being late was told.
    sweep: Option<Sweep>,
    switch_due: Instant,
    switch_seen: Option<(Instant, Timestamp)>,
    token: u64,
}

struct Sweep {
    since: Instant,
    late: bool,
    running: JoinHandle<Vec<Swept>>,
}

/// One sensor of a sweep.
type Swept = (Point, Result<Sample, Unread>, Timestamp);

impl std::fmt::Debug for DeviceConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceConnector({} at {})", self.source, self.config.root.display())
    }
}

impl DeviceConnector {
    /// Checks the configuration. Nothing is looked at yet.
    pub fn new(source: SourceId, config: &DeviceConfig, now: Now) -> Result<Self, SrcErr> {
        config.check()?;
        let fence = config.geofence.as_ref().map(Fence::new).transpose()?;
        Ok(Self { source, config: Arc::new(config.clone()), fence, now, open: None })
    }

    fn sensors(&self, points: &Points) -> Arc<[(Point, Class, SensorConfig)]> {
        let sensors = points.keys().filter_map(|point| match *point {
            Point::Hwmon(at) => Some((*point, Class::Hwmon, self.config.hwmon[at].clone())),
            Point::Iio(at) => Some((*point, Class::Iio, self.config.iio[at].clone())),
            _ => None,
        });
        sensors.collect()
    }
}

impl Open {
    /// Looks at the switches, and begins a look at the sensors, if it is time. No await.
    fn turn(&mut self, config: &Arc<DeviceConfig>, now: &Now) {
        let at = Instant::now();
        if self.switch_due <= at && !config.gpio.is_empty() {
            let received = now();
            if let Some((seen, since)) = self.switch_seen.replace((at, received))
                && at.duration_since(seen) > SWITCH_LATE
            {
                self.watch.unwatched(since, received);
            }
            for (place, switch) in config.gpio.iter().enumerate() {
                let level = sysfs::level(&config.root, switch).map(|(level, text)| (level == switch.active, text));
                self.watch.looked(place, &switch.name, level, received);
            }
            self.switch_due = at + SWITCH_POLL;
        }
        match &mut self.sweep {
            None if self.poller.due() <= at && !self.sensors.is_empty() => {
                let (config, sensors, now) = (Arc::clone(config), Arc::clone(&self.sensors), Arc::clone(now));
                let running = spawn_blocking(move || sweep(&config.root, &sensors, &now));
                self.sweep = Some(Sweep { since: at, late: false, running });
            }
            Some(sweep) if !sweep.late && at.duration_since(sweep.since) > SWEEP_MAX => {
                sweep.late = true;
                let received = now();
                let reason = format!("the sensors do not answer within {} s", SWEEP_MAX.as_secs());
                for (point, ..) in self.sensors.iter() {
                    let unread = Unread::new(BAD_TIMEOUT, &*reason, "");
                    self.watch.sampled(*point, Err(unread), received);
                }
            }
            _ => {}
        }
    }

    /// When to look again at the latest.
    fn due(&self, config: &DeviceConfig) -> Option<Instant> {
        let switches = (!config.gpio.is_empty()).then_some(self.switch_due);
        let sensors = match &self.sweep {
            _ if self.sensors.is_empty() => None,
            None => Some(self.poller.due()),
            Some(sweep) => (!sweep.late).then(|| sweep.since + SWEEP_MAX + SWITCH_POLL),
        };
        switches.into_iter().chain(sensors).min()
    }

    /// Takes in a finished look at the sensors.
    fn swept(&mut self, swept: Vec<Swept>) {
        self.sweep = None;
        self.poller.pulled(Instant::now(), false);
        for (point, outcome, received) in swept {
            self.watch.sampled(point, outcome, received);
        }
    }
}

/// Reads each sensor once. Runs on a thread of its own, because a wedged bus holds its reader.
fn sweep(root: &Path, sensors: &[(Point, Class, SensorConfig)], now: &Now) -> Vec<Swept> {
    sensors.iter().map(|(point, class, sensor)| (*point, sysfs::sample(root, *class, sensor), now())).collect()
}

/// Waits for a sweep, for ever if there is none.
async fn finished(sweep: &mut Option<Sweep>) -> Result<Vec<Swept>, SrcErr> {
    match sweep {
        None => std::future::pending().await,
        Some(sweep) => (&mut sweep.running).await.map_err(|error| {
            SrcErr::new(Stage::Read, Fault::Transient, format!("device: reading the sensors ended: {error}"))
        }),
    }
}

async fn heard(gpsd: &mut Option<Gpsd>) -> gpsd::Heard {
    match gpsd {
        None => std::future::pending().await,
        Some(gpsd) => gpsd.next().await,
    }
}

#[async_trait]
impl Connector for DeviceConnector {
    fn caps(&self) -> Caps {
        Caps { replay: Replay::None, browse: true, source_time: true, quality: true, backfill: false }
    }

    async fn probe(&mut self) -> ProbeReport {
        let mut report = ProbeReport::default();
        let mut at = Instant::now();
        let root = self.config.root.display();
        if !self.config.root.is_dir() {
            let error = SrcErr::new(Stage::Connect, Fault::Config, format!("device: root {root} is not a folder"));
            report.step(&mut at, Stage::Connect, Err(error));
            return report;
        }
        report.step(&mut at, Stage::Connect, Ok(format!("root {root}")));
        if let Some(gpsd) = &self.config.gpsd {
            let version = gpsd::version(&gpsd.address).await;
            let failed = version.is_err();
            report.step(&mut at, Stage::Connect, version);
            if failed {
                return report;
            }
        }
        let count = |class| sysfs::listed(&self.config.root, class).len();
        let found = format!("{} hwmon and {} iio channels", count(Class::Hwmon), count(Class::Iio));
        report.step(&mut at, Stage::Read, Ok(found));
        report
    }

    async fn browse(&mut self, _at: &NodePath, page: Page) -> Result<Listing, SrcErr> {
        let mut addresses: Vec<String> =
            points::addresses(&self.config).into_iter().map(|(address, _)| address).collect();
        for (kind, class) in [("hwmon", Class::Hwmon), ("iio", Class::Iio)] {
            let found = sysfs::listed(&self.config.root, class).into_iter();
            addresses.extend(found.map(|(name, channel)| format!("{kind}/{name}/{channel}")));
        }
        addresses.sort_unstable();
        addresses.dedup();
        let start = match &page.after {
            None => 0,
            Some(after) => addresses.iter().position(|it| **it == **after).map_or(addresses.len(), |at| at + 1),
        };
        let listed = addresses.iter().skip(start).take(page.nodes_max.clamp(1, PAGE_NODES_MAX));
        let node = |address: &String| {
            let address: Box<str> = address.as_str().into();
            ListingNode { name: address.clone(), address, data_type: None }
        };
        let nodes: Vec<ListingNode> = listed.map(node).collect();
        let next = nodes.last().map(|node| node.address.clone()).filter(|_| start + nodes.len() < addresses.len());
        Ok(Listing { nodes, next })
    }

    /// A sensor that is not there keeps nothing else from being watched: it comes out as a bad quality.
    async fn open(&mut self, plan: &Plan, resume: Option<&Resume>) -> Result<Continuity, SrcErr> {
        let points = points::compile(plan, &self.config)?;
        let resumed =
            resume.map(|resume| State::decode(&resume.cursor).map(|state| (state, resume.cause))).transpose()?;
        let at = Instant::now();
        let sensors = self.sensors(&points);
        let watch = Watch::new(plan, points, self.fence.clone(), resumed, (self.now)());
        let continuity = if resume.is_some() { Continuity::GapSince(watch.newest()) } else { Continuity::Fresh };
        self.open = Some(Open {
            watch,
            sensors,
            gpsd: self.config.gpsd.as_ref().map(|gpsd| Gpsd::listen(gpsd.address.clone(), Arc::clone(&self.now))),
            poller: Poller::new(Duration::from_millis(self.config.poll_ms), at, 0.0),
            sweep: None,
            switch_due: at,
            switch_seen: None,
            token: 0,
        });
        Ok(continuity)
    }

    async fn next(&mut self, budget: Budget) -> Result<Batch, SrcErr> {
        let Some(open) = &mut self.open else {
            return Err(SrcErr::new(Stage::Read, Fault::Protocol, "next before open"));
        };
        let until = Instant::now() + budget.wait;
        loop {
            open.turn(&self.config, &self.now);
            if open.watch.has_pending() {
                open.token += 1;
                let mut batch = open.watch.batch(AckToken(open.token), (self.now)())?;
                batch.more = open.gpsd.as_ref().is_some_and(Gpsd::more);
                return Ok(batch);
            }
            if Instant::now() >= until {
                return Ok(Batch { ack: AckToken(open.token), ..Batch::default() });
            }
            let wake = open.due(&self.config).map_or(until, |due| due.min(until));
            // Each branch is cancel-safe, and what it gives is taken in without an await.
            tokio::select! {
                swept = finished(&mut open.sweep) => open.swept(swept?),
                heard = heard(&mut open.gpsd) => open.watch.heard(heard, (self.now)()),
                () = tokio::time::sleep_until(wake.into()) => {}
            }
        }
    }

    /// Nothing to tell a sensor: the cursor in the frame is the acknowledgement.
    async fn ack(&mut self, _upto: AckToken) -> Result<(), SrcErr> {
        Ok(())
    }

    /// A sensor remembers nothing.
    async fn backfill(&mut self, _gap: &Gap, _budget: Budget) -> Result<Batch, SrcErr> {
        Err(SrcErr::new(Stage::Read, Fault::Unsupported, "a sensor has no history"))
    }
}
