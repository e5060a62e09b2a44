use std::path::Path;
use std::time::{Duration, Instant};

use record::{Cause, Timestamp};
use rust_decimal::Decimal;
use source::config::ConnectorConfig;
use source::mapping::Plan;
use source::{Budget, Connector, Continuity, Fault, NodePath, Page, RawValue, Resume, Stage};

use crate::plant::{NAMESPACE, Plant, Wire};
use crate::{PATIENCE, Pulled, now, plan, pull_for, pull_until};

const HEADER: &str = "stream,source,address,parameter,context,subject";

/// Signals `S0…`, all under the counter unless `counted` is false.
fn signals(count: u32, counted: bool) -> Plan {
    let emitted = if counted { format!("; emitted=nsu={NAMESPACE};s=Emitted") } else { String::new() };
    let context = format!(
        "product=const:A; step=const:press; batch=nsu={NAMESPACE};s=Batch; original_time=nsu={NAMESPACE};s=Original{emitted}"
    );
    let rows: Vec<String> =
        (0..count).map(|signal| format!("s{signal},s,nsu={NAMESPACE};s=S{signal},X-S,{context},batch")).collect();
    plan(HEADER, &rows.iter().map(String::as_str).collect::<Vec<_>>())
}

fn connector(pki: &Path, port: u16, more: &str) -> Box<dyn Connector> {
    let text = format!(
        "[connector]\nid = 's'\n[opcua]\nurl = 'opc.tcp://127.0.0.1:{port}/'\npki_dir = '{}'\npublish_ms = 50\n\
         request_timeout_ms = 20000\n{more}\n",
        pki.join("client").display()
    );
    ConnectorConfig::parse("s.toml", &text).unwrap().connector(now()).unwrap()
}

const INSECURE: &str = "insecure_no_security = true";

/// A connection with encryption, after reading the thumbprint from the refusal of the first try.
async fn secured(pki: &Path, port: u16) -> (Box<dyn Connector>, String) {
    let unknown = format!("server_thumbprints = ['{}']", "00".repeat(20));
    let error = connector(pki, port, &unknown).open(&signals(1, true), None).await.unwrap_err();
    assert_eq!(error.stage, Stage::Trust, "{error}");
    let Fault::Trust { thumbprint: Some(thumbprint) } = error.fault else { panic!("{error}") };
    let trusted = format!("server_thumbprints = ['{thumbprint}']");
    (connector(pki, port, &trusted), trusted)
}

/// How many values `1` came.
fn ones(pulled: &Pulled) -> usize {
    pulled.texts().iter().filter(|text| **text == "1").count()
}

fn resume(pulled: &Pulled, cause: Cause) -> Option<Resume> {
    Some(Resume { cursor: pulled.cursor.clone().expect("something was delivered"), cause })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_value_has_the_context_of_its_own_time() {
    let pki = tempfile::tempdir().unwrap();
    let mut plant = Plant::start(pki.path(), 0, 3, 3).await;
    let mut connector = connector(pki.path(), plant.port, INSECURE);
    assert_eq!(connector.open(&signals(3, true), None).await.unwrap(), Continuity::Fresh);
    let first = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 3).await;
    assert_eq!(first.texts(), ["0"; 3]);
    assert!(first.gaps.is_empty(), "{:?}", first.gaps);
    // The batch changes in the middle of what comes in one cycle.
    for scan in 1..=10 {
        plant.scan(if scan <= 5 { "B1" } else { "B2" }, f64::from(scan) + 0.5);
    }
    let pulled = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 30).await;
    for item in &pulled.items {
        let RawValue::Number(value) = item.value else { panic!("{item:?}") };
        let batch = if value < Decimal::from(6) { "B1" } else { "B2" };
        assert_eq!(item.context.get("batch").map(|text| &**text), Some(batch), "{item:?}");
        assert_eq!(item.context.get("step").map(|text| &**text), Some("press"));
        assert!(!item.context.contains_key("emitted") && !item.context.contains_key("original_time"));
        let second = i64::try_from(value.trunc().mantissa()).unwrap() * 1_000_000;
        assert_eq!(item.t_original.unwrap().0, 1_551_398_400_000_000 + second + 500_000, "{item:?}");
        assert_eq!(item.key.as_str().len(), 18);
    }
    assert!(pulled.items.iter().all(|item| item.t_source.is_some() && item.quality.is_good()));
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(1_200)).await.gaps, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_emitted_before_the_first_connection_are_a_counted_gap() {
    let pki = tempfile::tempdir().unwrap();
    let plant = Plant::start(pki.path(), 0, 2, 100).await;
    let mut connector = connector(pki.path(), plant.port, INSECURE);
    connector.open(&signals(2, true), None).await.unwrap();
    let pulled = pull_until(connector.as_mut(), |pulled| !pulled.gaps.is_empty()).await;
    let [gap] = &pulled.gaps[..] else { panic!("{:?}", pulled.gaps) };
    assert_eq!((gap.from, gap.lost, &gap.cause), (None, Some(98), &Cause::BoxDown));
    assert_eq!(pulled.items.len(), 2);
}

/// Requirement SRC-02.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_overflow_is_a_gap_that_says_how_many() {
    for counted in [true, false] {
        let pki = tempfile::tempdir().unwrap();
        let mut plant = Plant::start(pki.path(), 0, 2, 2).await;
        let small = format!("{INSECURE}\nqueue_size = 2");
        let mut connector = connector(pki.path(), plant.port, &small);
        connector.open(&signals(2, counted), None).await.unwrap();
        let first = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 2).await;
        for scan in 1..=1_000 {
            plant.scan("B1", f64::from(scan));
        }
        let wait = Duration::from_millis(1_500);
        let mut pulled = pull_for(connector.as_mut(), wait).await;
        plant.scan("B1", 7_777.0);
        let last = pull_until(connector.as_mut(), |pulled| pulled.texts() == ["7777"; 2]).await;
        pulled.gaps.extend(last.gaps);
        pulled.gaps.extend(pull_for(connector.as_mut(), wait).await.gaps);
        assert!(!pulled.gaps.is_empty());
        assert!(pulled.gaps.iter().all(|gap| gap.cause == Cause::Overflow), "{:?}", pulled.gaps);
        if counted {
            let lost: u64 = pulled.gaps.iter().map(|gap| gap.lost.unwrap()).sum();
            let came = u64::try_from(first.items.len() + pulled.items.len() + last.items.len()).unwrap();
            assert_eq!(came + lost, plant.emitted);
            assert!(lost > 0);
        } else {
            assert!(pulled.gaps.iter().all(|gap| gap.lost.is_none() && gap.from.unwrap() < gap.until));
            let mut addresses: Vec<&str> = pulled.gaps.iter().filter_map(|gap| gap.address.as_deref()).collect();
            addresses.sort_unstable();
            addresses.dedup();
            assert_eq!(addresses, [format!("nsu={NAMESPACE};s=S0"), format!("nsu={NAMESPACE};s=S1")]);
        }
    }
}

/// The box died between receiving and fsync: what it had not acknowledged comes again, and nothing else twice.
/// Requirement SRC-01, SRC-02.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_made_durable_comes_again_after_a_cut() {
    let pki = tempfile::tempdir().unwrap();
    let mut plant = Plant::start(pki.path(), 0, 2, 2).await;
    let wire = Wire::to(plant.port).await;
    let (mut connector, trusted) = secured(pki.path(), wire.port).await;
    connector.open(&signals(2, true), None).await.unwrap();
    plant.scan("B1", 1.0);
    let durable = pull_until(connector.as_mut(), |pulled| ones(pulled) == 2).await;

    // Delivered, but neither kept nor acknowledged.
    plant.scan("B1", 2.0);
    plant.scan("B2", 3.0);
    let mut lost = Pulled::default();
    while lost.items.len() < 4 {
        lost.add(connector.next(Budget { items_max: 1_000, wait: PATIENCE }).await.unwrap());
    }
    wire.cut().await;
    let error = loop {
        match connector.next(Budget { items_max: 1_000, wait: PATIENCE }).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(error.fault, Fault::Transient, "{error}");
    drop(connector);
    // Emitted while nobody listened.
    plant.scan("B2", 4.0);

    let mut connector = self::connector(pki.path(), wire.port, &trusted);
    let resumed = connector.open(&signals(2, true), resume(&durable, Cause::BoxDown).as_ref()).await.unwrap();
    assert_eq!(resumed, Continuity::Continuous);
    let again = pull_until(connector.as_mut(), |pulled| pulled.items.len() >= 6).await;
    let mut texts = again.texts();
    texts.sort_unstable();
    assert_eq!(texts, ["2", "2", "3", "3", "4", "4"]);
    let mut keys: Vec<_> = lost.items.iter().map(|item| (&item.stream, &item.key, &item.text, &item.context)).collect();
    let mut redelivered: Vec<_> = again
        .items
        .iter()
        .filter(|item| &*item.text != "4")
        .map(|item| (&item.stream, &item.key, &item.text, &item.context))
        .collect();
    keys.sort_unstable();
    redelivered.sort_unstable();
    assert_eq!(redelivered, keys);
    let rest = pull_for(connector.as_mut(), Duration::from_millis(1_200)).await;
    assert_eq!((rest.items.len(), rest.gaps.len(), again.gaps.len()), (0, 0, 0), "{:?} {:?}", rest.gaps, again.gaps);

    // Once more, with nothing unacknowledged.
    wire.cut().await;
    drop(connector);
    let mut connector = self::connector(pki.path(), wire.port, &trusted);
    let last = resume(&again, Cause::Disconnected);
    assert_eq!(connector.open(&signals(2, true), last.as_ref()).await.unwrap(), Continuity::Continuous);
    plant.scan("B2", 5.0);
    let end = pull_until(connector.as_mut(), |pulled| !pulled.items.is_empty()).await;
    assert_eq!(end.texts(), ["5", "5"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_server_leaves_a_gap_counted_where_it_counts() {
    for counted in [true, false] {
        let pki = tempfile::tempdir().unwrap();
        let mut plant = Plant::start(pki.path(), 0, 2, 2).await;
        let mut connector = connector(pki.path(), plant.port, INSECURE);
        connector.open(&signals(2, counted), None).await.unwrap();
        plant.scan("B1", 1.0);
        let before = pull_until(connector.as_mut(), |pulled| ones(pulled) == 2).await;
        let (port, emitted) = plant.stop().await;
        let ended = async {
            loop {
                if let Err(error) = connector.next(Budget { items_max: 10, wait: PATIENCE }).await {
                    return error;
                }
            }
        };
        let error = tokio::time::timeout(PATIENCE, ended).await.expect("a dead server is noticed");
        assert_eq!(error.fault, Fault::Transient, "{error}");
        drop(connector);
        // While the server was away from us it counted twenty values more; the last two are on its nodes.
        let mut plant = Plant::start(pki.path(), port, 2, emitted + 20).await;
        let mut connector = self::connector(pki.path(), port, INSECURE);
        let last = before.items.iter().filter_map(|item| item.t_source).max().unwrap();
        let resumed =
            connector.open(&signals(2, counted), resume(&before, Cause::Disconnected).as_ref()).await.unwrap();
        assert_eq!(resumed, Continuity::GapSince(last));
        plant.scan("B2", 2.0);
        let after = pull_until(connector.as_mut(), |pulled| !pulled.gaps.is_empty() && pulled.items.len() == 4).await;
        let [gap] = &after.gaps[..] else { panic!("{:?}", after.gaps) };
        assert_eq!((gap.cause, gap.address.clone(), gap.filled), (Cause::Disconnected, None, false));
        assert_eq!(gap.lost, counted.then_some(18));
        assert_eq!(gap.from, Some(last));
        assert!(gap.until > last);
        assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(1_200)).await.gaps, []);
    }
}

/// Without transfer (no security, anonymous) a cut makes a new subscription; the value on a node is not counted twice.
/// Requirement SRC-02.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_subscription_tells_nothing_twice_and_the_counter_proves_no_loss() {
    let pki = tempfile::tempdir().unwrap();
    let mut plant = Plant::start(pki.path(), 0, 2, 2).await;
    let wire = Wire::to(plant.port).await;
    let mut connector = connector(pki.path(), wire.port, INSECURE);
    connector.open(&signals(2, true), None).await.unwrap();
    plant.scan("B1", 1.0);
    let before = pull_until(connector.as_mut(), |pulled| ones(pulled) == 2).await;
    wire.cut().await;
    drop(connector);
    let mut connector = self::connector(pki.path(), wire.port, INSECURE);
    connector.open(&signals(2, true), resume(&before, Cause::Disconnected).as_ref()).await.unwrap();
    let quiet = pull_for(connector.as_mut(), Duration::from_millis(1_200)).await;
    assert_eq!((quiet.texts(), &quiet.gaps[..]), (vec![], &[][..]));
    plant.scan("B1", 2.0);
    let after = pull_until(connector.as_mut(), |pulled| pulled.items.len() == 2).await;
    assert_eq!(after.texts(), ["2", "2"]);
    assert_eq!(pull_for(connector.as_mut(), Duration::from_millis(1_200)).await.gaps, []);
}

/// Time this process spent on a core, user and system: fields 14 and 15 of `/proc/self/stat`, in hundredths of a second
/// (proc_pid_stat(5)).
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_values_a_second_pass_and_a_cancelled_pull_loses_none() {
    const SIGNALS: u32 = 100;
    const SCANS: u32 = 400;
    let pki = tempfile::tempdir().unwrap();
    let mut plant = Plant::start(pki.path(), 0, SIGNALS, u64::from(SIGNALS)).await;
    let mut connector = connector(pki.path(), plant.port, INSECURE);
    connector.open(&signals(SIGNALS, true), None).await.unwrap();
    pull_until(connector.as_mut(), |pulled| pulled.items.len() == 100).await;
    let (started, spent) = (Instant::now(), cpu_time());
    let emitting = tokio::spawn(async move {
        for scan in 1..=SCANS {
            plant.scan("B1", f64::from(scan));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        plant
    });
    let mut pulled = Pulled::default();
    while pulled.items.len() < 40_000 && started.elapsed() < PATIENCE {
        let budget = Budget { items_max: 2_000, wait: PATIENCE };
        // Most of these futures are dropped before they are ready.
        if let Ok(batch) = tokio::time::timeout(Duration::from_millis(3), connector.next(budget)).await {
            let batch = batch.unwrap();
            let ack = batch.ack;
            pulled.add(batch);
            connector.ack(ack).await.unwrap();
        }
    }
    let plant = emitting.await.unwrap();
    assert_eq!((pulled.items.len(), pulled.gaps.len()), (40_000, 0));
    assert_eq!(plant.emitted, 40_100);
    // Server and connector together. Wall time would measure what else runs on the machine.
    let spent = cpu_time() - spent;
    assert!(spent < Duration::from_secs(8), "40000 values cost {spent:?} of one core: fewer than 5000 a second");
    let mut keys: Vec<_> = pulled.items.iter().map(|item| (item.stream, item.key.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 40_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_address_or_server_is_said_with_its_stage() {
    let pki = tempfile::tempdir().unwrap();
    let plant = Plant::start(pki.path(), 0, 1, 0).await;
    let check = async |port: u16, address: &str, stage: Stage, fault: Fault, expected: &str| {
        let row = format!("s,s,{address},X-S,equipment=const:E,equipment");
        let error = connector(pki.path(), port, INSECURE).open(&plan(HEADER, &[&row]), None).await.unwrap_err();
        assert_eq!((error.stage, &error.fault), (stage, &fault), "{error}");
        assert!(error.detail.contains(expected), "{error}");
    };
    let absent = format!("nsu={NAMESPACE};s=Nowhere");
    let node = format!("nsu={NAMESPACE};s=S0");
    check(plant.port, &absent, Stage::Resolve, Fault::Config, "s=Nowhere` ").await;
    check(plant.port, "nsu=urn:other;s=S0", Stage::Resolve, Fault::Config, "has no namespace `urn:other`").await;
    check(plant.port, "S0", Stage::Resolve, Fault::Config, "is not a NodeId").await;
    check(1, &node, Stage::Connect, Fault::Transient, "opc.tcp://127.0.0.1:1/").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn probe_and_browse_lead_to_addresses() {
    let pki = tempfile::tempdir().unwrap();
    let plant = Plant::start(pki.path(), 0, 2, 0).await;
    let (mut connector, _) = secured(pki.path(), plant.port).await;
    let report = connector.probe().await;
    assert_eq!(report.failure(), None);
    let stages: Vec<Stage> = report.steps.iter().map(|step| step.stage).collect();
    assert_eq!(stages, [Stage::Trust, Stage::Auth, Stage::Clock, Stage::Read]);
    assert!(report.clock.unwrap().offset_us().abs() < 5_000_000);
    let page = |after: Option<&str>| Page { after: after.map(Into::into), nodes_max: 3 };
    let machine = NodePath(format!("nsu={NAMESPACE};s=Machine").into());
    let first = connector.browse(&machine, page(None)).await.unwrap();
    let rest = connector.browse(&machine, page(first.next.as_deref())).await.unwrap();
    assert_eq!((first.nodes.len(), rest.nodes.len(), rest.next), (3, 2, None));
    let mut found: Vec<(&str, Option<&str>)> =
        first.nodes.iter().chain(&rest.nodes).map(|node| (&*node.name, node.data_type.as_deref())).collect();
    found.sort_unstable();
    let (text, real) = (Some("String"), Some("Double"));
    assert_eq!(found, [("Batch", text), ("Emitted", Some("UInt64")), ("Original", text), ("S0", real), ("S1", real)]);
    let top = connector.browse(&NodePath::default(), Page { after: None, nodes_max: 100 }).await.unwrap();
    assert!(top.nodes.iter().any(|node| node.address == machine.0), "{top:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_clock_is_measured() {
    let pki = tempfile::tempdir().unwrap();
    let plant = Plant::start(pki.path(), 0, 1, 1).await;
    let mut connector = connector(pki.path(), plant.port, INSECURE);
    connector.open(&signals(1, true), None).await.unwrap();
    let batch = connector.next(Budget { items_max: 10, wait: PATIENCE }).await.unwrap();
    let clock = batch.clock.unwrap();
    assert!(clock.offset_us().abs() < 1_000_000 && clock.server > Timestamp(1_700_000_000_000_000), "{clock:?}");
}
