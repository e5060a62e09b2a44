//! Both ends on a stage: the real portal over a real database, with a box and a center that only say what is written
//! here, and a clock that a test turns. Also shown to a browser by `examples/stage.rs`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use axum::Router;
use portal::api::{
    BoxRow, BoxStatus, CatalogueRef, Counts, End, EnterpriseRef, Latest, LevelCounts, LiveReading, LogEvidence,
    Overview, Progress, SourceRow, SourceState, Text, Uplink, Verification,
};
use portal::audit::{AuditEvent, AuditLog, Trail};
use portal::ends::{EnterpriseEnd, GovernanceEnd};
use portal::people::{NewAccount, open_account};
use portal::{Live, Problem, Site, SiteConfig};
use record::{
    Catalogue, Clocks, Comparator, Digest, EnterpriseId, Entry, Finding, Flags, Input, Level, ParameterCode,
    Qualifiers, Quality, Reading, RuleRef, Signal, Subject, Timestamp, Value, Zone,
};
use state::audit::Row;
use state::batches::{BatchKey, Fact};
use state::people::{Organisation, OrganisationKind, Role};
use state::region::Within;
use state::series::{Judged, Place, Point, SeriesKey, Signals};
use state::warnings::Raised;
use state::{State, Write};

/// 2026-11-21T12:00:00Z.
pub(crate) const NOON: Timestamp = Timestamp(1_795_262_400_000_000);
/// The stage's noon: [`NOON`] in tests, the present where a browser looks on.
static BASE: OnceLock<Timestamp> = OnceLock::new();
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Segments of the stage's box that the center holds.
const HELD_SEGMENTS: u64 = 60;
const ENTERPRISE: &str = "91330000MA27TEST1X";
const VKEY: &str = "yaoxia.example/box-330100-01+1f2e3d4c+Ab7rX0hP0m2vO1kWq3nTg5yUe8dLcZs9fJ4iBxQpRtYv";
const ROOT: &str = "qK8s1vYwB0mJ2dN4xZ6hR8tL1cF3gP5aU7eS9oDiVbE=";
const SIGNATURE: &str = "Hy4dTJc2mVqZ8rXkP1nB5wLgA7uYtE3sF0oDiRvQxGh9KjM6bNzCpWlUeIaOySfTqXvBnMkLjHgFdSaPoIuYtReWqZxC";
const DAY_US: i64 = 86_400_000_000;

/// Plays at `now` instead of [`NOON`]; called before the first stage opens.
#[allow(dead_code, reason = "only the example plays at the present")]
pub(crate) fn play_at(now: Timestamp) {
    BASE.set(now).unwrap();
}

fn base() -> Timestamp {
    *BASE.get_or_init(|| NOON)
}

pub(crate) struct Stage {
    pub(crate) state: State,
    pub(crate) live: Live,
    pub(crate) router: Router,
    clock: Arc<AtomicI64>,
    /// While set, nothing can be recorded.
    pub(crate) broken: Arc<AtomicBool>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Opens an end with an administrator `li.na` and `wang.wei`, who is QA in the enterprise or officer of the province.
    pub(crate) async fn open(end: End, https: bool, assets_dir: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&format!("sqlite://{}", folder.path().join("state.db").display())).await.unwrap();
        let reader = if end == End::Enterprise { Role::Qa } else { Role::Officer };
        for (name, display_name, role) in [("li.na", "李娜", Role::Administrator), ("wang.wei", "王伟", reader)] {
            let home = home(end);
            let account = NewAccount {
                name: name.into(),
                display_name: display_name.into(),
                role,
                organisation: home.id.clone(),
            };
            open_account(&state, &home, account, PASSWORD.to_owned(), base()).await.unwrap();
        }
        let clock = Arc::new(AtomicI64::new(base().0));
        let live = Live::new(base());
        let told = Arc::clone(&clock);
        let name = match end {
            End::Enterprise => text("浙江示范制药有限公司", "Zhejiang Model Pharmaceutical"),
            End::Governance => text("浙江省药品监督管理局", "Zhejiang Medical Products Administration"),
        };
        let config = SiteConfig {
            id: format!("stage {end:?}"),
            end,
            name,
            catalogue: Arc::new(Catalogue::shipped().clone()),
            assets_dir: assets_dir.to_owned(),
            https,
            clock: Arc::new(move || Timestamp(told.load(Ordering::SeqCst))),
        };
        let broken = Arc::new(AtomicBool::new(false));
        let log = Breakable(Arc::clone(&broken));
        let site = Arc::new(Site::new(config, state.clone(), live.clone()).with_audit(Arc::new(log)));
        let router = match end {
            End::Enterprise => portal::enterprise(site, Arc::new(Box_)),
            End::Governance => portal::governance(site, Arc::new(Center)),
        };
        Self { state, live, router, clock, broken, _folder: folder }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::SeqCst))
    }

    /// Adds a person of an office with a region, password [`PASSWORD`].
    pub(crate) async fn person(&self, name: &str, role: Role, region: &str) {
        let home = office(region);
        let account = NewAccount { name: name.into(), display_name: name.into(), role, organisation: home.id.clone() };
        open_account(&self.state, &home, account, PASSWORD.to_owned(), self.now()).await.unwrap();
    }

    pub(crate) fn turn_clock(&self, ms: i64) {
        self.clock.fetch_add(ms * 1000, Ordering::SeqCst);
    }

    /// 46 batches of an injectable's microbial count that rises in batches 31 to 34, and a tablet's hardness in control.
    pub(crate) async fn play(&self) {
        let write = self.state.write().await.unwrap();
        let enterprise = state::boxes::Enterprise {
            id: ENTERPRISE.parse().unwrap(),
            name_zh: "浙江示范制药有限公司".into(),
            name_en: "Zhejiang Model Pharmaceutical".into(),
            region: "330100".into(),
        };
        state::boxes::put_enterprise(&*write, &enterprise, base()).await.unwrap();
        self.enrolled(&write, "box-330100-01", 418).await;
        write.commit().await.unwrap();
        let rising = |n: i64| if (31..=34).contains(&n) { 21.0 + 3.0 * n as f64 - 80.0 } else { counted(n) };
        self.series("INJ-01", "PP32", "[CFU]/mL", 10.0, rising).await;
        self.series("TAB-05", "PP18", "N", f64::INFINITY, |n| 92.0 + counted(n) / 2.0).await;
    }

    /// A series of `points` batches and as many warnings on it as `warnings`, to measure long lists and charts with.
    #[allow(dead_code, reason = "only the example measures")]
    pub(crate) async fn crowd(&self, points: u32, warnings: u32) {
        let key = SeriesKey {
            enterprise: ENTERPRISE.parse().unwrap(),
            product: "CROWD".parse().unwrap(),
            stage: None,
            parameter: "PP18".parse().unwrap(),
            qualifiers: Qualifiers::new(),
        };
        let write = self.state.write().await.unwrap();
        let series = state::series::intern(&*write, &key, "N").await.unwrap();
        for n in 0..points.max(warnings) {
            let at = Timestamp(base().0 - i64::from(n) * 60_000_000);
            let batch = format!("C-{n:06}");
            let mut record = Digest([0xCC; 32]);
            record.0[..4].copy_from_slice(&n.to_be_bytes());
            let value = 90.0 + counted(i64::from(n));
            if n < points {
                let place = Place { batch_end: at, batch: batch.parse().unwrap(), version: 1, record };
                let comparator = Comparator::Equal;
                let point =
                    Point { place, end_known: true, value, comparator, result_at: at, superseded: false, judged: None };
                state::series::put(&*write, series.id, &point).await.unwrap();
            }
            if n < warnings {
                let finding = finding(&key, &batch, record, value, at);
                let (end, at) = (state::warnings::End::Center, finding.raised_at);
                let raised = Raised { finding: &finding, body: b"", series: series.id, end, at };
                state::warnings::raise(&*write, &raised).await.unwrap();
            }
        }
        write.commit().await.unwrap();
    }

    /// A key for the enterprise, and a second box with a certificate: to enrol, renew and retire in a browser.
    #[allow(dead_code, reason = "only the example is walked through")]
    pub(crate) async fn spare(&self) {
        let write = self.state.write().await.unwrap();
        let enterprise = enterprise_id();
        state::boxes::set_enterprise_key(&*write, &enterprise, "YAOXIA+X25519+stage", base()).await.unwrap();
        let box_ = state::boxes::Enrolled {
            id: "box-330600-01".parse().unwrap(),
            enterprise,
            origin: "yaoxia.example/box-330600-01".into(),
            vkey: VKEY.replace("330100", "330600"),
            read_key: "read".into(),
            enrolled_at: Timestamp(base().0 - 30 * DAY_US),
        };
        state::boxes::add(&*write, &box_).await.unwrap();
        let (from, until) = (box_.enrolled_at, Timestamp(base().0 + 1_800 * DAY_US));
        state::certificates::add(&*write, &box_.id, Digest([7; 32]), from, until).await.unwrap();
        write.commit().await.unwrap();
    }

    /// A box that has said something of itself, with the newest of its segments held here.
    async fn enrolled(&self, write: &state::Write, id: &str, segments: u64) {
        let box_ = state::boxes::Enrolled {
            id: id.parse().unwrap(),
            enterprise: ENTERPRISE.parse().unwrap(),
            origin: format!("yaoxia.example/{id}"),
            vkey: VKEY.into(),
            read_key: "read".into(),
            enrolled_at: Timestamp(base().0 - 90 * DAY_US),
        };
        state::boxes::add(&**write, &box_).await.unwrap();
        let report = state::boxes::Report {
            seen_at: base(),
            box_clock: Timestamp(base().0 - 12_000),
            software: "yaoxia-box 0.1.0".into(),
            durable_entries: 21_480,
            sealed_entries: 21_468,
            sealed_segments: segments,
            oldest_unsent_at: None,
        };
        state::boxes::report(&**write, &box_.id, &report).await.unwrap();
        for seg_no in 0..HELD_SEGMENTS {
            let at = Timestamp(base().0 - i64::try_from(HELD_SEGMENTS - seg_no).unwrap() * 10_000_000);
            let head = state::ingest::Head {
                size: seg_no + 1,
                root: Digest([u8::try_from(seg_no).unwrap(); 32]),
                checkpoint: format!("yaoxia.example/{id}\n{}\n{ROOT}\n\n— yaoxia.example/{id} {SIGNATURE}\n— center.example {SIGNATURE}\n", seg_no + 1).into_bytes(),
                cosigned_at: at,
            };
            let counts =
                state::ingest::Counts { bytes: 18_204, entries: 52, readings: 761, events: 2, ..Default::default() };
            let header_hash = Digest([u8::try_from(seg_no + 100).unwrap(); 32]);
            let arrival = state::ingest::Arrival { box_id: &box_.id, seg_no, header_hash, counts, head: &head };
            state::ingest::place(write, &arrival, at).await.unwrap();
        }
    }

    /// Opened, closed and (all but the last three) released, as the plant's records say.
    async fn batch(&self, write: &state::Write, product: &str, n: i64, end: Timestamp) {
        let key = BatchKey {
            enterprise: ENTERPRISE.parse().unwrap(),
            product: product.parse().unwrap(),
            batch: format!("{product}-{n:03}").parse().unwrap(),
        };
        let started = Timestamp(end.0 - DAY_US / 3);
        state::batches::learn(&**write, &key, &Fact::Started(started), 1, started).await.unwrap();
        let lot = format!("L{:04}", 2_600 + n / 4);
        type Told<'a> = (&'a str, Option<&'a str>, i64, &'a [(&'a str, &'a str)]);
        let told: [Told<'_>; 4] = [
            ("batch_started", None, 0, &[]),
            ("lot_consumed", None, 1, &[("material", "API"), ("lot", &lot)]),
            ("step_started", Some("配液"), 2, &[]),
            ("step_ended", Some("配液"), 6, &[]),
        ];
        for (kind, step, hour, attributes) in told {
            let at = Timestamp(started.0 + hour * 3_600_000_000);
            let event = event(kind, &format!("{}/{kind}", key.batch), at, attributes);
            state::history::add(&**write, &key, step, &event, at).await.unwrap();
        }
        if n != 46 {
            state::batches::learn(&**write, &key, &Fact::Ended(end), 1, end).await.unwrap();
        }
        if n < 44 {
            let decided = Fact::Decided(Timestamp(end.0 + DAY_US), "released".into());
            state::batches::learn(&**write, &key, &decided, 1, end).await.unwrap();
        }
    }

    async fn series(&self, product: &str, parameter: &str, unit: &str, upper: f64, value: impl Fn(i64) -> f64) {
        let key = SeriesKey {
            enterprise: ENTERPRISE.parse().unwrap(),
            product: product.parse().unwrap(),
            stage: Some("配液".into()),
            parameter: parameter.parse().unwrap(),
            qualifiers: Qualifiers::new(),
        };
        let write = self.state.write().await.unwrap();
        let series = state::series::intern(&*write, &key, unit).await.unwrap();
        for n in 1..=46_i64 {
            let at = Timestamp(base().0 - (47 - n) * DAY_US);
            self.batch(&write, product, n, at).await;
            let (value, batch) = (value(n), format!("{product}-{n:03}"));
            let record = Digest([u8::try_from(n).unwrap(); 32]);
            let place = Place { batch_end: at, batch: batch.parse().unwrap(), version: 1, record };
            let comparator = if n == 7 { Comparator::Less } else { Comparator::Equal };
            let point =
                Point { place, end_known: n != 46, value, comparator, result_at: at, superseded: false, judged: None };
            assert!(state::series::put(&*write, series.id, &point).await.unwrap());
            if n < 10 {
                continue;
            }
            let signals = Signals { point: value > upper, ..Signals::default() };
            let judged = Judged {
                phase: if n < 30 { "preliminary".into() } else { "long-term".into() },
                center: Some(if upper.is_finite() { 3.5 } else { 94.0 }),
                lower: (!upper.is_finite()).then_some(88.25),
                upper: Some(if upper.is_finite() { upper } else { 99.75 }),
                spec_lower: None,
                spec_upper: upper.is_finite().then_some(100.0),
                signals,
            };
            state::series::judged(&*write, series.id, record, &judged).await.unwrap();
            if signals.point {
                let finding = finding(&key, &batch, record, value, at);
                let mut body = Vec::new();
                Entry::Finding(finding.clone()).encode(&mut body).unwrap();
                for end in [state::warnings::End::Box, state::warnings::End::Center] {
                    let raised =
                        Raised { finding: &finding, body: &body, series: series.id, end, at: finding.raised_at };
                    state::warnings::raise(&*write, &raised).await.unwrap();
                }
            }
        }
        write.commit().await.unwrap();
    }
}

/// An audit log that can be broken.
struct Breakable(Arc<AtomicBool>);

#[async_trait]
impl AuditLog for Breakable {
    async fn record(&self, write: &Write, event: &AuditEvent) -> Result<Row, state::Error> {
        if self.0.load(Ordering::SeqCst) {
            let why = "the audit log is broken".to_owned();
            return Err(state::Error::Corrupt { table: "audit", key: event.act.clone(), why });
        }
        Trail.record(write, event).await
    }
}

/// Whom the people of an end work for: the enterprise, or the office of the province.
fn home(end: End) -> Organisation {
    match end {
        End::Governance => office("330000"),
        End::Enterprise => Organisation {
            id: ENTERPRISE.into(),
            name_zh: "浙江示范制药有限公司".into(),
            name_en: "Zhejiang Model Pharmaceutical".into(),
            kind: OrganisationKind::Enterprise,
            region: "330100".parse().unwrap(),
        },
    }
}

fn office(region: &str) -> Organisation {
    Organisation {
        id: format!("office-{region}"),
        name_zh: format!("{region} 药监局"),
        name_en: format!("Office {region}"),
        kind: OrganisationKind::Office,
        region: region.parse().unwrap(),
    }
}

/// An event as a plant's system tells it.
fn event(kind: &str, key: &str, at: Timestamp, attributes: &[(&str, &str)]) -> record::Event {
    let (source, key): (record::SourceId, record::SourceKey) = ("mes".parse().unwrap(), key.parse().unwrap());
    record::Event {
        id: record::record_id(&source, kind, &key, 1),
        source,
        key,
        version: 1,
        kind: record::EventKind::from_name(kind),
        subject: Subject::Equipment("mes-1".parse().unwrap()),
        clocks: Clocks { source: Some(at), server: None, received: at },
        attributes: attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        zone: Zone::White,
    }
}

/// A count that looks like one and is the same each time.
fn counted(n: i64) -> f64 {
    f64::from(u32::try_from((n * 7 + n * n * 3) % 6).unwrap()) + 1.0
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: zh.into(), en: en.into() }
}

fn finding(key: &SeriesKey, batch: &str, record: Digest, value: f64, at: Timestamp) -> Finding {
    let catalogue = Catalogue::shipped();
    let mut finding = Finding {
        id: Digest([0; 32]),
        rule: RuleRef {
            name: "stability.count".into(),
            version: 1,
            catalogue_version: catalogue.version().into(),
            catalogue_status: catalogue.status().into(),
        },
        enterprise: key.enterprise.clone(),
        product: key.product.clone(),
        parameter: key.parameter.clone(),
        qualifiers: key.qualifiers.clone(),
        subject: Subject::Batch {
            product: key.product.clone(),
            batch: batch.parse().unwrap(),
            step: key.stage.clone(),
        },
        level: Level::Orange,
        signal: Signal::Point,
        window: (1..=30).map(|n| Input { record: Digest([n; 32]), value: counted(i64::from(n)) }).collect(),
        numbers: [
            ("baseline_n", 30.0),
            ("mean", 3.4),
            ("variance", 6.9),
            ("distribution_mean", 3.4),
            ("distribution_size", 3.302_857),
            ("limit_upper", 10.0),
            ("p_upper", 1.0 / 3.0 / 1000.0),
            ("value", value),
        ]
        .map(|(name, number)| (name.into(), number))
        .to_vec(),
        choices: [("class", "count"), ("estimator", "maximum-likelihood"), ("phase", "long-term"), ("side", "upper")]
            .map(|(name, choice)| (name.into(), choice.into()))
            .into(),
        result_at: at,
        raised_at: Timestamp(at.0 + 840_000),
    };
    finding.window.push(Input { record, value });
    finding.id = finding.compute_id();
    finding
}

/// One reading of parameter `code` at `at`.
pub(crate) fn reading(code: &str, unit: &str, verbatim: &str, quality: Quality, at: Timestamp) -> LiveReading {
    let digits = verbatim.trim_start_matches('<');
    let comparator = if digits == verbatim { Comparator::Equal } else { Comparator::Less };
    let value = digits.parse().map_or(Value::NotDetected, |decimal| Value::Number { decimal, comparator });
    let reading = Reading {
        id: record::record_id(&"lims".parse().unwrap(), code, &format!("{code}@{}", at.0).parse().unwrap(), 1),
        source: if code.starts_with("PU") { "scada" } else { "lims" }.parse().unwrap(),
        key: format!("{code}@{}", at.0).parse().unwrap(),
        version: 1,
        parameter: code.parse::<ParameterCode>().unwrap(),
        qualifiers: Qualifiers::new(),
        subject: if code.starts_with("PU") {
            Subject::Room("洁净室 B-2".parse().unwrap())
        } else {
            Subject::Batch {
                product: "INJ-01".parse().unwrap(),
                batch: "INJ-01-046".parse().unwrap(),
                step: Some("配液".into()),
            }
        },
        verbatim: verbatim.into(),
        value,
        unit: unit.into(),
        quality,
        clocks: Clocks { source: Some(Timestamp(at.0 - 120_000)), server: None, received: at },
        attributes: Qualifiers::new(),
        zone: Zone::White,
    };
    LiveReading::of(&reading, Catalogue::shipped())
}

/// What the box on the stage has measured last.
pub(crate) fn readings(at: Timestamp, beat: i64) -> Vec<LiveReading> {
    let good = Quality::default();
    let uncertain = Quality { status: 0x4090_0000, flags: Flags::SRC_FROZEN };
    let bad = Quality { status: 0x8031_0000, flags: Flags::default() };
    let mut readings = vec![
        reading("PU15", "Cel", &format!("{:.1}", 21.4 + (beat % 9) as f64 / 10.0), good, at),
        reading("PU16", "%", &format!("{:.1}", 47.0 + (beat % 13) as f64 / 5.0), good, at),
        reading("PU14", "Pa", &format!("{:.2}", 15.02 + (beat % 7) as f64 / 50.0), good, at),
    ];
    if beat % 5 == 0 {
        readings.push(reading("PP32", "[CFU]/mL", "<1", good, at));
        readings.push(reading("PP18", "N", "94.1", uncertain, at));
        readings.push(reading("FP10", "%", "ND", bad, at));
    }
    readings
}

fn enterprise() -> EnterpriseRef {
    EnterpriseRef {
        id: ENTERPRISE.into(), name: text("浙江示范制药有限公司", "Zhejiang Model Pharmaceutical")
    }
}

fn progress(durable_entries: u64) -> Progress {
    Progress {
        durable_entries,
        sealed_entries: durable_entries - 12,
        witnessed_entries: durable_entries - 96,
        sealed_segments: 418,
        witnessed_segments: 415,
        sealed_at: Some(base().into()),
        witnessed_at: Some(Timestamp(base().0 - 2_400_000).into()),
    }
}

struct Box_;

#[async_trait]
impl EnterpriseEnd for Box_ {
    async fn status(&self) -> Result<BoxStatus, Problem> {
        let counts = Counts { accepted: 318_204, rejected: 17, lost_in_gaps: 0 };
        let lims = Counts { accepted: 4_220, rejected: 17, lost_in_gaps: 0 };
        Ok(BoxStatus {
            box_id: Some("box-330100-01".into()),
            enterprise: enterprise(),
            version: "0.1.0".into(),
            started_at: Timestamp(base().0 - 3 * DAY_US).into(),
            uplink: Uplink::Online,
            uplink_at: Some(base().into()),
            counts,
            progress: progress(21_480),
            sources: vec![
                SourceRow {
                    id: "lims".into(),
                    kind: "sql".into(),
                    state: SourceState::Connected,
                    last_received_at: Some(base().into()),
                    counts: lims,
                    last_error: None,
                },
                SourceRow {
                    id: "scada".into(),
                    kind: "opcua".into(),
                    state: SourceState::Disconnected,
                    last_received_at: Some(Timestamp(base().0 - 95_000_000).into()),
                    counts: Counts { accepted: counts.accepted - lims.accepted, ..Counts::default() },
                    last_error: Some("opc.tcp://10.2.0.7:4840: connection refused; retried in 8 s".into()),
                },
            ],
            disk_free_bytes: Some(412_300_000_000),
            clock_synchronised: Some(true),
            zone_policy: text("演示策略：全部读数为白区", "Demonstration policy: all readings are white"),
            catalogue: CatalogueRef {
                version: Catalogue::shipped().version().into(),
                status: Catalogue::shipped().status().into(),
            },
            warnings_open: LevelCounts { red: 0, orange: 4, yellow: 0, notice: 0 },
        })
    }

    async fn latest(&self) -> Result<Latest, Problem> {
        Ok(Latest { readings: readings(base(), 0), left_out: 0 })
    }

    async fn evidence(&self) -> Result<LogEvidence, Problem> {
        let note = format!("yaoxia.example/box-330100-01\n418\n{ROOT}\n\n— yaoxia.example/box-330100-01 {SIGNATURE}\n");
        Ok(LogEvidence {
            origin: "yaoxia.example/box-330100-01".into(),
            vkey: VKEY.into(),
            folder: Some("/var/lib/yaoxia-box/log".into()),
            receipt: Some(format!("{note}— center.example {SIGNATURE}\n")),
            checkpoint: Some(note),
        })
    }
}

struct Center;

#[async_trait]
impl GovernanceEnd for Center {
    async fn overview(&self, _within: &Within) -> Result<Overview, Problem> {
        Ok(Overview {
            boxes: 3,
            boxes_online: 2,
            batches: 612,
            readings: 954_612,
            readings_in_lake: 954_500,
            batches_today: 7,
            readings_today: 48_120,
            day_began_at: Timestamp(base().0 - DAY_US / 2).into(),
            warnings_open: LevelCounts { red: 0, orange: 4, yellow: 0, notice: 0 },
            counted_at: base().into(),
        })
    }

    async fn boxes(&self, within: &Within) -> Result<Vec<BoxRow>, Problem> {
        if matches!(within, Within::Region(region) if !region.contains(&"330100".parse().unwrap())) {
            return Ok(Vec::new());
        }
        let row = BoxRow {
            box_id: "box-330100-01".into(),
            enterprise: enterprise(),
            online: true,
            last_seen_at: Some(base().into()),
            lag_ms: Some(0),
            progress: progress(21_480),
            readings: 318_204,
            readings_in_lake: 318_150,
            verification: Verification::Sound,
            frozen_why: None,
        };
        let offline = BoxRow {
            box_id: "box-330600-01".into(),
            online: false,
            last_seen_at: Some(Timestamp(base().0 - 7_400_000_000).into()),
            lag_ms: Some(7_412_000),
            progress: Progress { sealed_entries: 8_990, witnessed_entries: 8_114, ..progress(9_000) },
            ..row.clone()
        };
        let frozen = BoxRow {
            box_id: "box-330700-02".into(),
            verification: Verification::Frozen,
            frozen_why: Some("checkpoint 812 does not extend 811".into()),
            lag_ms: Some(41_000),
            ..row.clone()
        };
        Ok(vec![row, offline, frozen])
    }
}

/// An enterprise as an id, for queries.
pub(crate) fn enterprise_id() -> EnterpriseId {
    ENTERPRISE.parse().unwrap()
}
