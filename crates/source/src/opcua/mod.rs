//! SCADA as an OPC UA server: every change of the mapped nodes, by subscription.
//!
//! Comes in: notification messages. Goes out: values with the batch, product and step of their time. A message is
//! acknowledged only after [`crate::Connector::ack`], so what the box had not yet made durable the server sends again;
//! what it no longer has comes out as a gap, counted where the source counts what it emits. Nothing but Read, Browse and
//! subscription services is ever called.

mod assemble;
mod config;
mod counter;
mod feed;
mod link;
mod nodes;
mod subscribe;
mod value;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use opcua::types::{
    AttributeId, BrowseDescription, BrowseDirection, NodeId, ObjectId, ReadValueId, ReferenceTypeId,
    TimestampsToReturn, Variant,
};
use record::{Cause, Gap, SourceId};

pub use config::OpcuaConfig;

use crate::mapping::Plan;
use crate::{
    AckToken, BATCH_ITEMS_MAX, Batch, Budget, Caps, ClockSample, Connector, Continuity, Fault, Listing, ListingNode,
    NodePath, Now, PAGE_NODES_MAX, Page, ProbeReport, Replay, Resume, SrcErr, Stage,
};
use assemble::{Assembler, State};
use feed::{Fed, Feed, Message};
use link::Link;
use nodes::Nodes;

/// Publishing intervals without a value before the server says that it is alive.
const KEEP_ALIVE_COUNT: u32 = 10;
/// Silence of this many keep-alive times is a dead connection.
const QUIET_KEEP_ALIVES: u32 = 3;
/// Values kept until the end of a cycle is known; a longer cycle is cut here.
const CYCLE_VALUES_MAX: usize = 500_000;
/// Shortest session timeout, in seconds: S7-1500 drops shorter sessions.
const SESSION_TIMEOUT_MIN_S: u32 = 60;

/// An OPC UA server.
pub struct OpcuaConnector {
    source: SourceId,
    config: OpcuaConfig,
    zone: TimeZone,
    now: Now,
    open: Option<Open>,
}

/// What is there between `open` and the first error.
struct Open {
    // Dropped last to first: the feed's requests end with the session.
    feed: Feed,
    assembler: Assembler,
    /// Messages of the running cycle.
    cycle: Vec<Message>,
    cycle_values: usize,
    /// What is complete and not yet delivered.
    ready: VecDeque<Ready>,
    /// Sequence numbers to acknowledge with a token.
    unacked: VecDeque<(AckToken, Vec<u32>)>,
    /// Delivered messages of a cycle that is not completely delivered.
    delivered: Vec<u32>,
    token: u64,
    clock: Option<ClockSample>,
    _link: Link,
}

/// A step of a complete cycle.
enum Ready {
    Message(Message),
    EndOfCycle,
}

impl std::fmt::Debug for OpcuaConnector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpcuaConnector({} at {})", self.source, self.config.url)
    }
}

impl OpcuaConnector {
    /// Checks the configuration. Nothing is reached yet.
    pub fn new(source: SourceId, config: &OpcuaConfig, zone: TimeZone, now: Now) -> Result<Self, SrcErr> {
        let wrong = |why: &str| Err(SrcErr::new(Stage::Config, Fault::Config, format!("opcua: {why}")));
        if config.session_timeout_s < SESSION_TIMEOUT_MIN_S {
            return wrong(&format!("session_timeout_s is {}, at least 60 is needed", config.session_timeout_s));
        }
        if config.publish_ms == 0 || config.queue_size == 0 {
            return wrong("publish_ms and queue_size must be above zero");
        }
        if config.user.is_some() != config.password_file.is_some() {
            return wrong("user and password_file go together");
        }
        if !config.insecure_no_security && config.server_thumbprints.is_empty() {
            return wrong(
                "server_thumbprints is empty: add the SHA-1 thumbprint (40 hex digits) of the server's certificate, as OPC UA tools show it",
            );
        }
        Ok(Self { source, config: config.clone(), zone, now, open: None })
    }

    fn keep_alive(&self) -> Duration {
        Duration::from_millis(u64::from(self.config.publish_ms)) * KEEP_ALIVE_COUNT
    }

    /// Longest time without any answer to a publish request.
    fn quiet_max(&self) -> Duration {
        self.keep_alive() * QUIET_KEEP_ALIVES + Duration::from_millis(self.config.request_timeout_ms)
    }

    async fn connect(&mut self) -> Result<Link, SrcErr> {
        let found = link::find(&self.config, self.quiet_max() * 2).await?;
        link::login(&self.config, found).await
    }
}

impl Open {
    /// Takes in what the server published. No await, so a cancelled call has lost nothing.
    fn take(&mut self, fed: Fed) {
        match fed {
            Fed::Message(message) => {
                self.assembler.context(&message);
                self.cycle_values += message.values.len();
                self.cycle.push(message);
                if self.cycle_values < CYCLE_VALUES_MAX {
                    return;
                }
            }
            Fed::Hole { sequence } => {
                if !self.assembler.has_seen(sequence) {
                    self.assembler.lost(Cause::Overflow);
                }
                return;
            }
            Fed::EndOfCycle => {}
        }
        if self.cycle.is_empty() && !self.assembler.waits() {
            return;
        }
        self.cycle_values = 0;
        self.ready.extend(self.cycle.drain(..).map(Ready::Message));
        self.ready.push_back(Ready::EndOfCycle);
    }

    /// Makes a batch of what is ready.
    fn batch(&mut self, items_max: usize, now: &Now) -> Result<Batch, SrcErr> {
        let mut batch = Batch { clock: self.clock.take(), ..Batch::default() };
        let mut moved = false;
        while let Some(ready) = self.ready.front() {
            match ready {
                Ready::Message(message)
                    if !batch.items.is_empty() && batch.items.len() + message.values.len() > items_max =>
                {
                    break;
                }
                _ => {}
            }
            match self.ready.pop_front() {
                Some(Ready::Message(message)) => {
                    moved = true;
                    self.delivered.push(message.sequence);
                    self.assembler.values(message, now(), &mut batch.items, &mut batch.gaps);
                }
                Some(Ready::EndOfCycle) => {
                    let gaps = batch.gaps.len();
                    self.assembler.end_cycle(&mut batch.gaps);
                    moved |= batch.gaps.len() > gaps || !self.delivered.is_empty();
                    let acks = std::mem::take(&mut self.delivered);
                    self.unacked.push_back((AckToken(self.token + 1), acks));
                }
                None => break,
            }
        }
        if moved {
            batch.cursor = Some(self.assembler.cursor()?);
        }
        self.token += 1;
        batch.ack = AckToken(self.token);
        batch.more = !self.ready.is_empty();
        Ok(batch)
    }
}

#[async_trait]
impl Connector for OpcuaConnector {
    fn caps(&self) -> Caps {
        Caps { replay: Replay::ServerQueue, browse: true, source_time: true, quality: true, backfill: false }
    }

    async fn probe(&mut self) -> ProbeReport {
        let mut report = ProbeReport::default();
        let mut since = Instant::now();
        let found = match link::find(&self.config, self.quiet_max() * 2).await {
            Ok(found) => found,
            Err(error) => {
                report.step(&mut since, error.stage, Err(error));
                return report;
            }
        };
        report.step(&mut since, Stage::Trust, Ok(found.described.clone()));
        let link = match link::login(&self.config, found).await {
            Ok(link) => link,
            Err(error) => {
                report.step(&mut since, error.stage, Err(error));
                return report;
            }
        };
        let user = self.config.user.as_deref().unwrap_or("anonymous");
        report.step(&mut since, Stage::Auth, Ok(format!("session as {user}")));
        match link::clock(&link, &self.now).await {
            Ok(clock) => {
                report.clock = Some(clock);
                report.step(&mut since, Stage::Clock, Ok(format!("source minus box: {} µs", clock.offset_us())));
            }
            Err(error) => {
                report.step(&mut since, Stage::Clock, Err(error));
                return report;
            }
        }
        let namespaces = link::namespaces(&link).await;
        report.step(&mut since, Stage::Read, namespaces.map(|uris| format!("namespaces {}", uris.join(", "))));
        report
    }

    async fn browse(&mut self, at: &NodePath, page: Page) -> Result<Listing, SrcErr> {
        let link = self.connect().await?;
        let namespaces = link::namespaces(&link).await?;
        let node = match &*at.0 {
            "" => NodeId::from(ObjectId::ObjectsFolder),
            address => nodes::node_id(address, &namespaces)?,
        };
        browse(&link, &namespaces, node, &page).await
    }

    async fn open(&mut self, plan: &Plan, resume: Option<&Resume>) -> Result<Continuity, SrcErr> {
        let saved: Option<State> = resume
            .map(|resume| serde_json::from_slice(resume.cursor.as_bytes()).map_err(SrcErr::cursor))
            .transpose()?;
        let link = self.connect().await?;
        let namespaces = link::namespaces(&link).await?;
        let clock = link::clock(&link, &self.now).await?;
        let mut assembler = Assembler::new(self.source.clone(), Nodes::compile(plan), self.zone.clone());
        let same = saved.as_ref().is_some_and(|state| state.fingerprint == assembler.nodes().fingerprint);
        let mut kept = None;
        match saved {
            Some(state) if same => {
                kept = subscribe::take_over(&link, state.subscription).await?.map(|available| {
                    Feed::fresh(Arc::clone(&link.session), state.subscription, self.quiet_max())
                        .resumed(state.done, &available)
                });
                assembler.restore(state);
            }
            Some(state) => assembler.rebase(state.newest, resume.map(|resume| resume.cause)),
            None => {}
        }
        let (feed, continuity) = match kept {
            Some(feed) => {
                assembler.kept();
                (feed, Continuity::Continuous)
            }
            None => {
                let id = subscribe::create(&link, &self.config, assembler.nodes(), &namespaces).await?;
                let continuity = assembler.newest().map_or(Continuity::Fresh, Continuity::GapSince);
                assembler.subscribed(id, resume.map(|resume| resume.cause));
                (Feed::fresh(Arc::clone(&link.session), id, self.quiet_max()), continuity)
            }
        };
        self.open = Some(Open {
            feed,
            assembler,
            cycle: Vec::new(),
            cycle_values: 0,
            ready: VecDeque::new(),
            unacked: VecDeque::new(),
            delivered: Vec::new(),
            token: 0,
            clock: Some(clock),
            _link: link,
        });
        Ok(continuity)
    }

    async fn next(&mut self, budget: Budget) -> Result<Batch, SrcErr> {
        let Some(open) = &mut self.open else {
            return Err(SrcErr::new(Stage::Read, Fault::Protocol, "next before open"));
        };
        let until = tokio::time::Instant::now() + budget.wait;
        let items_max = budget.items_max.clamp(1, BATCH_ITEMS_MAX);
        while open.ready.is_empty() {
            match tokio::time::timeout_at(until, open.feed.next()).await {
                Ok(fed) => open.take(fed?),
                Err(_) => break,
            }
        }
        open.batch(items_max, &self.now)
    }

    async fn ack(&mut self, upto: AckToken) -> Result<(), SrcErr> {
        let Some(open) = &mut self.open else {
            return Err(SrcErr::new(Stage::Ack, Fault::Protocol, "ack before open"));
        };
        while let Some((_, sequences)) = open.unacked.pop_front_if(|(token, _)| *token <= upto) {
            open.feed.ack(sequences);
        }
        Ok(())
    }

    async fn backfill(&mut self, _gap: &Gap, _budget: Budget) -> Result<Batch, SrcErr> {
        Err(SrcErr::new(Stage::Read, Fault::Unsupported, "history of this server is not read"))
    }
}

/// One page of what lies below a node.
async fn browse(link: &Link, namespaces: &[String], node: NodeId, page: &Page) -> Result<Listing, SrcErr> {
    let what = format!("browse of {node}");
    let description = BrowseDescription {
        node_id: node,
        browse_direction: BrowseDirection::Forward,
        reference_type_id: ReferenceTypeId::HierarchicalReferences.into(),
        include_subtypes: true,
        node_class_mask: 3,
        result_mask: 63,
    };
    let failed = |error| link::service(Stage::Read, &what, &error);
    let mut results = link.session.browse(&[description], 0, None).await.map_err(failed)?;
    let mut references = Vec::new();
    while let Some(result) = results.pop() {
        if result.status_code.is_bad() {
            return Err(SrcErr::new(Stage::Read, Fault::Config, format!("{what}: {}", result.status_code)));
        }
        references.extend(result.references.into_iter().flatten());
        if result.continuation_point.is_null_or_empty() || references.len() > BATCH_ITEMS_MAX {
            break;
        }
        results = link.session.browse_next(false, &[result.continuation_point]).await.map_err(failed)?;
    }
    let address = |id: &NodeId| match namespaces.get(usize::from(id.namespace)) {
        Some(uri) if id.namespace > 0 => format!("nsu={uri};{}", id.identifier),
        _ => id.to_string(),
    };
    let addresses: Vec<String> = references.iter().map(|it| address(&it.node_id.node_id)).collect();
    let start = match &page.after {
        None => 0,
        Some(after) => addresses.iter().position(|it| **it == **after).map_or(addresses.len(), |at| at + 1),
    };
    let end = (start + page.nodes_max.clamp(1, PAGE_NODES_MAX)).min(references.len());
    let listed = &references[start..end];
    let types: Vec<ReadValueId> =
        listed.iter().map(|it| ReadValueId::new(it.node_id.node_id.clone(), AttributeId::DataType)).collect();
    let types = match types.is_empty() {
        true => Vec::new(),
        false => link.session.read(&types, TimestampsToReturn::Neither, 0.0).await.map_err(failed)?,
    };
    let nodes = listed.iter().zip(&addresses[start..end]).zip(types).map(|((reference, address), data_type)| {
        let data_type = match data_type.value {
            Some(Variant::NodeId(id)) => Some(id.as_data_type_id().map_or(id.to_string(), |id| format!("{id:?}"))),
            _ => None,
        };
        ListingNode {
            address: address.as_str().into(),
            name: reference.display_name.text.as_ref().into(),
            data_type: data_type.map(Into::into),
        }
    });
    let nodes: Vec<ListingNode> = nodes.collect();
    let next = nodes.last().map(|node| node.address.clone()).filter(|_| end < references.len());
    Ok(Listing { nodes, next })
}
