//! The plant's SCADA: a real OPC UA server with one machine's signals and what it is working on.
//!
//! Every scan sets the context (batch, product, original time) and the signals with one source time, then the running
//! count of values. Signals are set to their first scan before the server opens, so no client meets an empty node.

use crate::config::Opcua;
use anyhow::{Context, Result, anyhow};
use opcua::crypto::SecurityPolicy;
use opcua::server::address_space::{ReferenceDirection, VariableBuilder};
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::memory::{SimpleNodeManager, simple_node_manager};
use opcua::server::{ANONYMOUS_USER_TOKEN_ID, ServerBuilder, ServerHandle};
use opcua::types::{
    DataTypeId, DataValue, DateTime, MessageSecurityMode, NodeId, ObjectId, ReferenceTypeId, StatusCode, Variant,
};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Namespace of the plant's nodes.
pub(crate) const NAMESPACE: &str = "urn:yaoxia:plant";
/// Values a client's queue may hold for one signal: seconds of scans at any pace we use.
const ITEM_QUEUE_MAX: usize = 10_000;
/// Notification messages kept for a client that does not publish.
const NOTIFICATIONS_MAX: usize = 1_000;

/// What the machine is working on during a scan.
#[derive(Clone, Debug)]
pub(crate) struct Work<'a> {
    pub(crate) product: &'a str,
    pub(crate) batch: &'a str,
    pub(crate) original_time: &'a str,
}

/// A running server with one machine.
pub(crate) struct Scada {
    handle: ServerHandle,
    nodes: Arc<SimpleNodeManager>,
    product: NodeId,
    batch: NodeId,
    original_time: NodeId,
    emitted: NodeId,
    signals: Vec<NodeId>,
    task: JoinHandle<Result<(), String>>,
}

impl Scada {
    /// Starts the server with `machine.signal` nodes at their first scan.
    pub(crate) async fn start(
        config: &Opcua,
        machine: &str,
        signals: &[&str],
        work: &Work<'_>,
        first: &[f64],
    ) -> Result<Self> {
        let (server, handle) = builder(config, machine).build().map_err(|fault| anyhow!("OPC UA server: {fault}"))?;
        let nodes = handle
            .node_managers()
            .get_of_type::<SimpleNodeManager>()
            .context("the server has the node manager it was built with")?;
        let namespace = handle.get_namespace_index(NAMESPACE).context("the server knows the plant's namespace")?;
        let node = |name: &str| NodeId::new(namespace, format!("{machine}.{name}"));
        let now = DateTime::now();
        {
            let mut space = nodes.address_space().write();
            let folder = NodeId::new(namespace, machine);
            space.add_folder(&folder, machine, machine, &ObjectId::ObjectsFolder.into());
            let mut add = |name: &str, kind: DataTypeId, value: Variant| {
                let mut variable = VariableBuilder::new(&node(name), name, name).data_type(kind).build();
                variable.set_data_value(stamped(value, now));
                let placed = space
                    .insert(variable, Some(&[(&folder, &ReferenceTypeId::Organizes, ReferenceDirection::Inverse)]));
                anyhow::ensure!(placed, "node {machine}.{name} exists twice");
                Ok(())
            };
            add("Product", DataTypeId::String, Variant::from(work.product))?;
            add("Batch", DataTypeId::String, Variant::from(work.batch))?;
            add("OriginalTime", DataTypeId::String, Variant::from(work.original_time))?;
            let count = u64::try_from(signals.len())?;
            add("Emitted", DataTypeId::UInt64, Variant::from(count))?;
            for (name, value) in signals.iter().zip(first) {
                add(name, DataTypeId::Double, Variant::from(*value))?;
            }
        }
        let task = tokio::spawn(server.run());
        Ok(Self {
            product: node("Product"),
            batch: node("Batch"),
            original_time: node("OriginalTime"),
            emitted: node("Emitted"),
            signals: signals.iter().map(|name| node(name)).collect(),
            handle,
            nodes,
            task,
        })
    }

    /// Sets one scan. `emitted` is the count of values including this scan's.
    pub(crate) fn scan(&self, work: &Work<'_>, values: &[Option<f64>], emitted: u64) -> Result<()> {
        assert_eq!(values.len(), self.signals.len(), "a scan has a place for each signal");
        let now = DateTime::now();
        let text = |value: &str| stamped(Variant::from(value), now);
        let context = [
            (&self.product, text(work.product)),
            (&self.batch, text(work.batch)),
            (&self.original_time, text(work.original_time)),
        ];
        let scanned = self.signals.iter().zip(values).filter_map(|(node, value)| Some((node, (*value)?)));
        let signals = scanned.map(|(node, value)| (node, stamped(Variant::from(value), now)));
        let count = std::iter::once((&self.emitted, stamped(Variant::from(emitted), now)));
        let all = context.into_iter().chain(signals).chain(count).map(|(node, value)| (node, None, value));
        self.nodes
            .set_values(self.handle.subscriptions(), all)
            .map_err(|status| anyhow!("OPC UA server refused a scan: {status}"))
    }

    /// Closes the server and all its sessions.
    pub(crate) async fn close(self) -> Result<()> {
        self.handle.cancel();
        self.task.await.context("the OPC UA server panicked")?.map_err(|fault| anyhow!("OPC UA server: {fault}"))
    }
}

fn stamped(value: Variant, at: DateTime) -> DataValue {
    DataValue {
        value: Some(value),
        status: Some(StatusCode::Good),
        source_timestamp: Some(at),
        server_timestamp: Some(at),
        ..DataValue::default()
    }
}

fn builder(config: &Opcua, machine: &str) -> ServerBuilder {
    let users = [ANONYMOUS_USER_TOKEN_ID];
    let mut builder = ServerBuilder::new()
        .application_name(format!("Yaoxia plant {machine}"))
        .application_uri("urn:yaoxia:plant:server")
        .product_uri("urn:yaoxia:plant")
        .host("127.0.0.1")
        .port(config.port)
        .pki_dir(&config.pki_dir)
        .create_sample_keypair(true)
        .certificate_path("own/cert.der")
        .private_key_path("private/private.pem")
        .trust_client_certs(true)
        .discovery_urls(vec![format!("opc.tcp://127.0.0.1:{}/", config.port)])
        .add_endpoint(
            "secured",
            ("/", SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt, &users as &[&str]),
        )
        .with_node_manager(simple_node_manager(
            NamespaceMetadata { namespace_uri: NAMESPACE.to_owned(), ..Default::default() },
            "plant",
        ));
    if config.insecure_endpoint {
        builder =
            builder.add_endpoint("insecure", ("/", SecurityPolicy::None, MessageSecurityMode::None, &users as &[&str]));
    }
    let limits = &mut builder.limits_mut().subscriptions;
    // Report every change: a sampling interval would drop scans between two samples.
    limits.min_sampling_interval_ms = 0.0;
    limits.max_monitored_item_queue_size = ITEM_QUEUE_MAX;
    limits.max_queued_notifications = NOTIFICATIONS_MAX;
    builder
}
