//! An OPC UA server in this process, with one machine, behind a connection that can be cut.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use opcua::crypto::SecurityPolicy;
use opcua::server::address_space::{ReferenceDirection, VariableBuilder};
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::memory::{SimpleNodeManager, simple_node_manager};
use opcua::server::{ANONYMOUS_USER_TOKEN_ID, ServerBuilder, ServerHandle};
use opcua::types::{
    DataTypeId, DataValue, DateTime, MessageSecurityMode, NodeId, ObjectId, ReferenceTypeId, StatusCode, Variant,
};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub(crate) const NAMESPACE: &str = "urn:test:plant";

/// A server with nodes `Batch`, `Original`, `Emitted` and some signals.
pub(crate) struct Plant {
    pub(crate) port: u16,
    handle: ServerHandle,
    manager: Arc<SimpleNodeManager>,
    namespace: u16,
    signals: u32,
    pub(crate) emitted: u64,
    task: JoinHandle<Result<(), String>>,
}

impl Plant {
    /// Starts on a port (0 for any). `emitted` is what it counted before.
    pub(crate) async fn start(pki: &Path, port: u16, signals: u32, emitted: u64) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let users = [ANONYMOUS_USER_TOKEN_ID];
        let metadata = NamespaceMetadata { namespace_uri: NAMESPACE.to_owned(), ..Default::default() };
        let mut builder = ServerBuilder::new()
            .application_name("Test plant")
            .application_uri("urn:test:plant:server")
            .product_uri("urn:test:plant")
            .host("127.0.0.1")
            .port(port)
            .pki_dir(pki.join("server"))
            .create_sample_keypair(true)
            .certificate_path("own/cert.der")
            .private_key_path("private/private.pem")
            .trust_client_certs(true)
            .discovery_urls(vec![format!("opc.tcp://127.0.0.1:{port}/")])
            .add_endpoint("none", ("/", SecurityPolicy::None, MessageSecurityMode::None, &users as &[&str]))
            .add_endpoint(
                "secured",
                ("/", SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt, &users as &[&str]),
            )
            .with_node_manager(simple_node_manager(metadata, "plant"));
        let limits = &mut builder.limits_mut().subscriptions;
        limits.min_sampling_interval_ms = 0.0;
        limits.min_publishing_interval_ms = 10.0;
        limits.max_monitored_item_queue_size = 100_000;
        limits.max_queued_notifications = 1_000;
        let (server, handle) = builder.build().unwrap();
        let manager = handle.node_managers().get_of_type::<SimpleNodeManager>().unwrap();
        let namespace = handle.get_namespace_index(NAMESPACE).unwrap();
        let plant =
            Self { port, handle, manager, namespace, signals, emitted, task: tokio::spawn(server.run_with(listener)) };
        let now = DateTime::now();
        {
            let mut space = plant.manager.address_space().write();
            let folder = plant.node("Machine");
            space.add_folder(&folder, "Machine", "Machine", &ObjectId::ObjectsFolder.into());
            let mut add = |name: &str, kind: DataTypeId, value: Variant| {
                let mut variable = VariableBuilder::new(&plant.node(name), name, name).data_type(kind).build();
                variable.set_data_value(stamped(value, now));
                let parent = (&folder, &ReferenceTypeId::Organizes, ReferenceDirection::Inverse);
                assert!(space.insert(variable, Some(&[parent])));
            };
            add("Batch", DataTypeId::String, Variant::from("B0"));
            add("Original", DataTypeId::String, Variant::from("2019-03-01T00:00:00Z"));
            add("Emitted", DataTypeId::UInt64, Variant::from(emitted));
            for signal in 0..signals {
                add(&format!("S{signal}"), DataTypeId::Double, Variant::from(0.0));
            }
        }
        plant
    }

    fn node(&self, name: &str) -> NodeId {
        NodeId::new(self.namespace, name)
    }

    /// One scan: every signal has `value`, all with one source time.
    pub(crate) fn scan(&mut self, batch: &str, value: f64) {
        self.emitted += u64::from(self.signals);
        let now = DateTime::now();
        let original = format!("2019-03-01T00:00:{:04.1}Z", value.abs() % 60.0);
        let mut values = vec![
            (self.node("Batch"), stamped(Variant::from(batch), now)),
            (self.node("Original"), stamped(Variant::from(original), now)),
        ];
        values.extend(
            (0..self.signals).map(|signal| (self.node(&format!("S{signal}")), stamped(Variant::from(value), now))),
        );
        values.push((self.node("Emitted"), stamped(Variant::from(self.emitted), now)));
        let all = values.iter().map(|(node, value)| (node, None, value.clone()));
        self.manager.set_values(self.handle.subscriptions(), all).unwrap();
        // Source times of two scans must differ; the clock of the type counts 100 ns.
        std::thread::sleep(std::time::Duration::from_micros(2));
    }

    /// Ends the server, as a crash would: what it had queued is gone. Returns its port and count.
    pub(crate) async fn stop(self) -> (u16, u64) {
        self.handle.cancel();
        self.task.await.unwrap().unwrap();
        (self.port, self.emitted)
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

/// A relay in front of the server.
pub(crate) struct Wire {
    pub(crate) port: u16,
    cut: tokio::sync::mpsc::Sender<()>,
}

impl Wire {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (cut, mut cuts) = tokio::sync::mpsc::channel(1);
        let wire = Self { port: listener.local_addr().unwrap().port(), cut };
        tokio::spawn(async move {
            let mut relays = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (mut client, _) = accepted.unwrap();
                        relays.spawn(async move {
                            let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
                            copy_bidirectional(&mut client, &mut server).await.map(drop)
                        });
                    }
                    cut = cuts.recv() => match cut {
                        Some(()) => relays.shutdown().await,
                        None => return,
                    },
                }
            }
        });
        wire
    }

    /// Ends all connections; new ones are relayed again.
    pub(crate) async fn cut(&self) {
        self.cut.send(()).await.unwrap();
    }
}
