//! The box's own sensors: a tree of files as the kernel shows it, a gpsd of a few lines that misbehaves, and the real
//! gpsd fed by gpsfake.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use record::{Cause, Timestamp};
use rust_decimal::Decimal;
use source::config::ConnectorConfig;
use source::mapping::Plan;
use source::{Budget, Connector, Continuity, FAULT, Fault, NodePath, Page, Raw, RawValue, Resume, Stage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::{Pulled, now, plan, pull_for, pull_until};

const HEADER: &str = "stream,source,address,parameter,unit_in,context,subject";
const TEMPERATURE: &str = "hwmon/sht3x/temp1_input";
const DOOR: [&str; 2] = [
    "door,s,gpio/door,event:tamper,,equipment=const:BOX-1,equipment",
    "door.state,s,gpio/door/state,event:tamper_state,,equipment=const:BOX-1,equipment",
];
/// OPC 10000-6 annex A.2.
const BAD_NOT_CONNECTED: u32 = 0x808A_0000;
const BAD_DECODING: u32 = 0x8007_0000;
const BAD_OUT_OF_RANGE: u32 = 0x803C_0000;

/// A tree with one hwmon sensor and a switch.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        tree.put("class/hwmon/hwmon3/name", "sht3x\n");
        tree.put("class/hwmon/hwmon3/temp1_input", "23500\n");
        tree.put("class/hwmon/hwmon0/name", "coretemp\n");
        tree.put("class/gpio/gpio17/value", "0\n");
        tree
    }

    /// Replaced as a whole: a reader never sees half a text, as with the kernel's files.
    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = path.with_extension("new");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }

    fn connector(&self, poll_ms: u32, more: &str) -> Box<dyn Connector> {
        let root = self.0.path().display();
        let text = format!("[connector]\nid = 's'\n[device]\nroot = '{root}'\npoll_ms = {poll_ms}\n{more}");
        ConnectorConfig::parse("s.toml", &text).unwrap().connector(now()).unwrap()
    }
}

const HWMON: &str = "[[device.hwmon]]\nname = 'sht3x'\nchannel = 'temp1_input'\n";
const GPIO: &str = "[[device.gpio]]\nname = 'door'\npath = 'class/gpio/gpio17/value'\nactive = 1\n";

fn parameter(address: &str) -> String {
    format!("{address},s,{address},X-A,,equipment=const:BOX-1,equipment")
}

fn rows(rows: &[String]) -> Plan {
    plan(HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn of<'a>(plan: &Plan, pulled: &'a Pulled, address: &str) -> Vec<&'a Raw> {
    let stream = plan.streams().find(|(_, spec)| *spec.address == *address).unwrap().0;
    pulled.items.iter().filter(|item| item.stream == stream).collect()
}

fn attribute<'a>(raw: &'a Raw, name: &str) -> &'a str {
    raw.context.get(name).map_or("", |text| text)
}

/// Requirement DEV-01.
#[tokio::test]
async fn the_text_is_kept_beside_the_exact_decimal() {
    let tree = Tree::new();
    for (channel, text) in [
        ("in_temp_raw", "1234"),
        ("in_temp_scale", "0.500"),
        ("in_temp_offset", "-34.5"),
        ("in_humidityrelative_input", "45670"),
        ("name", "hdc2080"),
    ] {
        tree.put(&format!("bus/iio/devices/iio:device1/{channel}"), format!("{text}\n"));
    }
    let iio = "[[device.iio]]\nname = 'hdc2080'\nchannel = 'in_temp_raw'\n\
               [[device.iio]]\nname = 'hdc2080'\nchannel = 'in_humidityrelative_input'\n";
    let addresses = [TEMPERATURE, "iio/hdc2080/in_temp_raw", "iio/hdc2080/in_humidityrelative_input"];
    let plan = rows(&addresses.map(parameter));
    let mut connector = tree.connector(20, &format!("{HWMON}{iio}"));
    assert_eq!(connector.open(&plan, None).await.unwrap(), Continuity::Fresh);
    let pulled = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= 3).await;
    let expected = [("23500", "23.500", "Cel"), ("1234", "0.5997500", "Cel"), ("45670", "45.670", "%")];
    for (address, (text, value, unit)) in addresses.iter().zip(expected) {
        let raw = of(&plan, &pulled, address)[0];
        let value = Decimal::from_str_exact(value).unwrap();
        assert_eq!((&*raw.text, &raw.value, raw.unit.as_deref()), (text, &RawValue::Scaled(value), Some(unit)));
        assert_eq!((raw.quality.status, raw.t_source), (0, None));
    }
    let raw = of(&plan, &pulled, addresses[1])[0];
    assert_eq!((attribute(raw, "scale"), attribute(raw, "offset")), ("0.500", "-34.5"));
    let listing = connector.browse(&NodePath::default(), Page { after: None, nodes_max: 2 }).await.unwrap();
    assert_eq!((&*listing.nodes[0].address, listing.next.is_some()), (TEMPERATURE, true));
    assert_eq!(connector.probe().await.failure(), None);
}

/// Requirement DEV-02.
#[tokio::test]
async fn what_cannot_be_read_is_never_a_number() {
    let file = "class/hwmon/hwmon3/temp1_input";
    let huge = format!("{}\n", "9".repeat(60));
    let long = "1".repeat(5_000);
    type Read<'a> = Result<&'a str, (u32, &'a str)>;
    let steps: [(Option<&[u8]>, Read<'_>); 10] = [
        (Some(b"23500\n"), Ok("23.500")),
        (None, Err((BAD_NOT_CONNECTED, ""))),
        (Some(b"-40125\n"), Ok("-40.125")),
        (Some(b"garbage\n"), Err((BAD_DECODING, "garbage"))),
        (Some(b""), Err((BAD_DECODING, ""))),
        (Some(b"1e5\n"), Err((BAD_DECODING, "1e5"))),
        (Some(huge.as_bytes()), Err((BAD_OUT_OF_RANGE, huge.trim_end()))),
        (Some(&[0xff, 0xfe]), Err((BAD_DECODING, "\u{fffd}\u{fffd}"))),
        (Some(long.as_bytes()), Err((BAD_DECODING, &long[..257]))),
        // Back to what it was: a jump is kept as it came.
        (Some(b"23500\n"), Ok("23.500")),
    ];
    let tree = Tree::new();
    let plan = rows(&[parameter(TEMPERATURE)]);
    let mut connector = tree.connector(20, HWMON);
    connector.open(&plan, None).await.unwrap();
    let mut gaps = Vec::new();
    for (content, expected) in steps {
        match content {
            Some(content) => tree.put(file, content),
            None => fs::remove_file(tree.0.path().join(file)).unwrap(),
        }
        let meets = |raw: &Raw| match expected {
            Ok(value) => raw.value == RawValue::Scaled(Decimal::from_str_exact(value).unwrap()),
            Err((status, text)) => {
                raw.value == RawValue::Absent
                    && raw.quality.status == status
                    && *raw.text == *text
                    && !attribute(raw, FAULT).is_empty()
            }
        };
        let pulled = pull_until(connector.as_mut(), |pulled| pulled.items.iter().any(meets)).await;
        gaps.extend(pulled.gaps);
    }
    // One for each stretch without a value, from the last good one to the next.
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    for gap in &gaps {
        assert_eq!((gap.address.as_deref(), gap.cause), (Some(TEMPERATURE), Cause::Disconnected));
        assert!(gap.from.unwrap() < gap.until);
    }
    // A fault is told once, not at every look.
    fs::remove_file(tree.0.path().join(file)).unwrap();
    pull_until(connector.as_mut(), |pulled| pulled.items.iter().any(|raw| raw.value == RawValue::Absent)).await;
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(300)).await.items, []);
}

/// Requirement DEV-03.
#[tokio::test]
async fn an_opened_housing_is_told_at_once_and_once() {
    let tree = Tree::new();
    let mut all = DOOR.map(String::from).to_vec();
    all.push(parameter(TEMPERATURE));
    let plan = rows(&all);
    // The sensors are looked at once a minute; the switch does not wait for them.
    let mut connector = tree.connector(60_000, &format!("{HWMON}{GPIO}"));
    connector.open(&plan, None).await.unwrap();
    let first = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= 2).await;
    let state = of(&plan, &first, "gpio/door/state")[0];
    assert_eq!((attribute(state, "state"), &*state.text), ("closed", "0"));
    let opened = Instant::now();
    tree.put("class/gpio/gpio17/value", "1\n");
    let told = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert!(opened.elapsed() < Duration::from_secs(2), "{:?}", opened.elapsed());
    let alarm = of(&plan, &told, "gpio/door")[0];
    assert_eq!((attribute(alarm, "change"), &alarm.value, &*alarm.text), ("raised", &RawValue::Bool(true), "1"));
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(400)).await.items, []);

    // A switch that cannot be read is no alarm and no calm: it is refused with the reason, and its return is a gap.
    tree.put("class/gpio/gpio17/value", "?\n");
    let refused = pull_until(connector.as_mut(), |pulled| !pulled.rejects.is_empty()).await;
    assert_eq!((&*refused.rejects[0].verbatim, &*refused.rejects[0].detail), ("?", "`?` is neither 0 nor 1"));
    tree.put("class/gpio/gpio17/value", "0\n");
    let back = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(attribute(of(&plan, &back, "gpio/door")[0], "change"), "cleared");
    assert_eq!(back.gaps[0].address.as_deref(), Some("gpio/door"));
}

/// Requirement DEV-04.
#[tokio::test]
async fn an_alarm_that_became_durable_is_a_state_after_a_restart_and_another_is_an_alarm_again() {
    let tree = Tree::new();
    let plan = plan(HEADER, &DOOR);
    let mut connector = tree.connector(20, GPIO);
    connector.open(&plan, None).await.unwrap();
    let closed = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await.cursor.unwrap();
    tree.put("class/gpio/gpio17/value", "1\n");
    let open = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    drop(connector);
    for (cursor, address) in [(closed, "gpio/door"), (open.cursor.unwrap(), "gpio/door/state")] {
        let resume = Resume { cursor, cause: Cause::BoxDown };
        let mut again = tree.connector(20, GPIO);
        let Continuity::GapSince(since) = again.open(&plan, Some(&resume)).await.unwrap() else { panic!() };
        let pulled = pull_until(again.as_mut(), |pulled| !pulled.items.is_empty()).await;
        assert_eq!((pulled.items.len(), pulled.gaps.len()), (1, 1));
        let told = of(&plan, &pulled, address)[0];
        assert_eq!((attribute(told, "state"), &told.value), ("open", &RawValue::Bool(true)));
        assert_eq!((pulled.gaps[0].from, pulled.gaps[0].cause), (Some(since), Cause::BoxDown));
    }
    let mut broken = tree.connector(20, GPIO);
    let cursor = source::Cursor::new(*b"{").unwrap();
    let error = broken.open(&plan, Some(&Resume { cursor, cause: Cause::BoxDown })).await.unwrap_err();
    assert_eq!(error.fault, Fault::Protocol);
}

#[tokio::test]
async fn a_silent_or_misread_address_is_refused() {
    let tree = Tree::new();
    let check = async |more: &str, rows: &[&str], expected: &str| {
        let error = tree.connector(20, more).open(&plan(HEADER, rows), None).await.unwrap_err();
        assert_eq!((error.stage, &error.fault), (Stage::Resolve, &Fault::Config), "{error}");
        assert!(error.detail.contains(expected), "{error}");
    };
    check(GPIO, &DOOR[..1], "`gpio/door/state`: no row of the mapping").await;
    check(GPIO, &["a,s,gpio/window,event:tamper,,equipment=const:B,equipment"], "is no address of this device").await;
    check(GPIO, &["a,s,gpio/door,X-A,,equipment=const:B,equipment"], "write `event:tamper`").await;
    check(HWMON, &["a,s,hwmon/sht3x/temp1_input,event:x,,equipment=const:B,equipment"], "is a value and no event")
        .await;
    check(HWMON, &["a,s,hwmon/sht3x/temp1_input,X-A,,equipment=B,equipment"], "constants only").await;
    check(
        &HWMON.replace("temp1_input", "temp1_max"),
        &["a,s,hwmon/sht3x/temp1_max,X-A,,equipment=const:B,equipment"],
        "is not known",
    )
    .await;
    let refused = |more: &str| {
        let text = format!("[connector]\nid = 's'\n[device]\n{more}");
        ConnectorConfig::parse("s.toml", &text).and_then(|config| config.connector(now()).map(drop)).unwrap_err()
    };
    let fence = |latitude: &str, radius: u32| {
        format!("[device.gpsd]\n[device.geofence]\nlatitude = '{latitude}'\nlongitude = '121.4'\nradius_m = {radius}")
    };
    for (more, expected) in [
        (String::new(), "no sensor"),
        (GPIO.replace("class/", "../"), "does not stay below root"),
        (GPIO.replace("class/", "/class/"), "does not stay below root"),
        (GPIO.replace("active = 1", "active = 2"), "write 0 or 1"),
        (HWMON.replace("sht3x", "a/../b"), "without blanks and slashes"),
        (fence("91", 5), "from -90 to 90"),
        (fence("3.1e1", 5), "plain decimal"),
        (fence("31.2", 0), "radius_m is 0"),
        (fence("31.2", 5).replace("[device.gpsd]\n", ""), "geofence needs"),
    ] {
        let error = refused(&more);
        assert!(error.detail.contains(expected), "{error}");
    }
}

const FENCE: &str =
    "[device.geofence]\nlatitude = '31.230000'\nlongitude = '121.470000'\nradius_m = 500\nmargin_m = 50\n";

fn gps() -> Plan {
    let mut all = ["gps/latitude", "gps/longitude", "gps/speed", "gps/fix", "geofence/inside"].map(parameter).to_vec();
    for (address, kind) in [("left", "left"), ("entered", "entered"), ("state", "state")] {
        all.push(format!("f.{kind},s,geofence/{address},event:geofence_{kind},,equipment=const:BOX-1,equipment"));
    }
    rows(&all)
}

fn receiver(address: &str) -> String {
    format!("[device.gpsd]\naddress = '{address}'\n{FENCE}")
}

const VERSION: &str =
    "{\"class\":\"VERSION\",\"release\":\"3.22\",\"rev\":\"3.22\",\"proto_major\":3,\"proto_minor\":14}\n";

fn tpv(latitude: &str) -> String {
    format!(
        "{{\"class\":\"TPV\",\"mode\":3,\"time\":\"2026-03-02T04:00:00.000Z\",\"lat\":{latitude},\"lon\":121.470000000,\
         \"speed\":0.10}}\n"
    )
}

/// Requirement DEV-05.
#[tokio::test]
async fn leaving_and_coming_back_are_events_and_a_lost_receiver_is_a_gap() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let scripts = [
        // Inside, out, within the margin, in again; then a line no reader should hold.
        vec![tpv("31.230000000"), tpv("31.240000000"), tpv("31.234200000"), tpv("31.230100000"), "x".repeat(64 * 1024)],
        vec!["{\"class\":\"TPV\",\"mode\":1}\n".to_owned(), tpv("95.0"), "{\"class\":\"TPV\"}\n".to_owned()],
        vec![tpv("31.230000000")],
    ];
    let served = tokio::spawn(async move {
        let mut kept = Vec::new();
        for script in scripts {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(VERSION.as_bytes()).await.unwrap();
            let mut asked = [0; 64];
            let count = stream.read(&mut asked).await.unwrap();
            assert!(asked[..count].starts_with(b"?WATCH={\"enable\":true,\"json\":true}"));
            for line in script {
                // The other side may have had enough.
                stream.write_all(line.as_bytes()).await.ok();
            }
            kept.push(stream);
        }
        std::future::pending::<()>().await;
    });
    let tree = Tree::new();
    let plan = gps();
    let mut connector = tree.connector(20, &receiver(&address));
    connector.open(&plan, None).await.unwrap();
    let stream = plan.streams().find(|(_, spec)| *spec.address == *"gps/latitude").unwrap().0;
    let latitudes = |pulled: &Pulled| {
        pulled.items.iter().filter(|raw| raw.stream == stream && raw.value != RawValue::Absent).count()
    };
    let pulled = pull_until(connector.as_mut(), |pulled| latitudes(pulled) == 5).await;
    served.abort();
    let texts = |address: &str| of(&plan, &pulled, address).iter().map(|raw| raw.text.to_string()).collect::<Vec<_>>();
    let faults = |address: &str| {
        let raws = of(&plan, &pulled, address);
        raws.iter().map(|raw| attribute(raw, FAULT).to_owned()).filter(|fault| !fault.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(texts("gps/latitude")[..4], ["31.230000000", "31.240000000", "31.234200000", "31.230100000"]);
    let first = of(&plan, &pulled, "gps/latitude")[0];
    assert_eq!(first.value, RawValue::Number(Decimal::from_str_exact("31.230000000").unwrap()));
    assert_eq!((first.t_source, first.unit.as_deref()), (Some(Timestamp(1_772_424_000_000_000)), Some("deg")));
    let found = faults("gps/latitude");
    let expected = [
        "a line is longer than",
        "the receiver has no fix",
        "95.0 degrees are not on the earth",
        "missing field `mode`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found}");
    }
    let left = of(&plan, &pulled, "geofence/left");
    assert_eq!(
        (left.len(), attribute(left[0], "distance_m"), attribute(left[0], "latitude")),
        (1, "1112", "31.240000000")
    );
    assert_eq!(of(&plan, &pulled, "geofence/entered").len(), 1);
    assert_eq!(of(&plan, &pulled, "geofence/state").len(), 1);
    let gaps: Vec<_> = pulled.gaps.iter().filter(|gap| gap.address.as_deref() == Some("gps/latitude")).collect();
    assert_eq!(
        (gaps.len(), gaps[0].from.is_some(), gaps[0].cause),
        (1, true, Cause::Disconnected),
        "{:?}",
        pulled.gaps
    );

    // After a restart outside, the place is a state and no second alarm.
    let resume = Resume { cursor: pulled.cursor.clone().unwrap(), cause: Cause::BoxDown };
    let text = String::from_utf8(resume.cursor.as_bytes().to_vec()).unwrap();
    let outside = source::Cursor::new(text.replace("\"inside\":true", "\"inside\":false").into_bytes()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut again = tree.connector(20, &receiver(&listener.local_addr().unwrap().to_string()));
    again.open(&plan, Some(&Resume { cursor: outside, ..resume })).await.unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.write_all(format!("{VERSION}{}", tpv("31.240000000")).as_bytes()).await.unwrap();
    let pulled = pull_until(again.as_mut(), |pulled| latitudes(pulled) == 1).await;
    assert_eq!(of(&plan, &pulled, "geofence/left").len(), 0);
    assert_eq!(attribute(of(&plan, &pulled, "geofence/state")[0], "state"), "outside");
}

/// Ends gpsfake, and with it the gpsd it started.
struct Fake(Child);

impl Drop for Fake {
    fn drop(&mut self) {
        // SIGTERM lets gpsfake end its gpsd.
        Command::new("kill").arg(self.0.id().to_string()).status().ok();
        self.0.wait().ok();
    }
}

/// A sentence with its checksum (NMEA 0183 §5.3).
fn sentence(body: &str) -> String {
    let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
    format!("${body}*{sum:02X}\r\n")
}

/// Ten seconds inside, then out by a hundredth of a degree.
fn nmea() -> String {
    (0..40)
        .map(|second| {
            let minutes = if second < 20 { "13.80000" } else { "14.40000" };
            let at = format!("0400{second:02}.00");
            let position = format!("31{minutes},N,12128.20000,E");
            sentence(&format!("GPRMC,{at},A,{position},0.19,0.0,020326,,,A"))
                + &sentence(&format!("GPGGA,{at},{position},1,08,1.0,4.0,M,0.0,M,,"))
                + &sentence("GPGSA,A,3,01,02,03,04,05,06,07,08,,,,,2.0,1.0,1.7")
        })
        .collect()
}

fn gpsfake() -> Option<PathBuf> {
    let found = |name: &str| ["/usr/bin", "/usr/sbin"].iter().map(|it| Path::new(it).join(name)).find(|it| it.exists());
    found("gpsd").and(found("gpsfake"))
}

/// Requirement DEV-05.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_gpsd_tells_of_leaving_the_geofence() {
    let Some(gpsfake) = gpsfake() else {
        let missing = "gpsd and gpsfake are not installed: apt-get install gpsd gpsd-clients";
        assert_ne!(std::env::var("YAOXIA_GPSD").as_deref(), Ok("required"), "{missing}");
        eprintln!("NOT TRIED: {missing}");
        return;
    };
    let tree = Tree::new();
    let log = tree.0.path().join("leaves.nmea");
    fs::write(&log, nmea()).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let mut command = Command::new(gpsfake);
    command.args(["-q", "-c", "0.05", "-P", &port]).arg(&log).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let _fake = Fake(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap());
    let plan = gps();
    let mut connector = tree.connector(20, &receiver(&format!("127.0.0.1:{port}")));
    connector.open(&plan, None).await.unwrap();
    let stream = plan.streams().find(|(_, spec)| *spec.address == *"geofence/left").unwrap().0;
    let pulled = pull_until(connector.as_mut(), |pulled| pulled.items.iter().any(|raw| raw.stream == stream)).await;
    let left = of(&plan, &pulled, "geofence/left")[0];
    assert_eq!((attribute(left, "latitude"), attribute(left, "state")), ("31.240000000", "outside"));
    assert_eq!(&*of(&plan, &pulled, "gps/fix").last().unwrap().text, "3");
    assert!(left.t_source.is_some());
}

/// A pull that is dropped has lost nothing.
#[tokio::test]
async fn a_dropped_pull_loses_nothing() {
    let tree = Tree::new();
    let plan = plan(HEADER, &DOOR);
    let mut connector = tree.connector(20, GPIO);
    connector.open(&plan, None).await.unwrap();
    pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    tree.put("class/gpio/gpio17/value", "1\n");
    let budget = Budget { items_max: 10, wait: Duration::from_secs(5) };
    let mut found = None;
    for _ in 0..100 {
        if let Ok(batch) = tokio::time::timeout(Duration::from_millis(7), connector.next(budget)).await {
            found = Some(batch.unwrap());
            break;
        }
    }
    let batch = found.expect("the alarm came in spite of the dropped pulls");
    assert_eq!(attribute(&batch.items[0], "change"), "raised");
}
