//! Taking over the subscription of an earlier session, or making a new one.

use opcua::client::UARequest;
use opcua::client::services::{CreateMonitoredItems, CreateSubscription, TransferSubscriptions};
use opcua::types::{
    AttributeId, DataChangeFilter, DataChangeTrigger, DeadbandType, ExtensionObject, MonitoredItemCreateRequest,
    MonitoringMode, MonitoringParameters, NodeId, ReadValueId, StatusCode, TimestampsToReturn, VariableId,
};
use std::time::Duration;

use super::KEEP_ALIVE_COUNT;
use super::config::OpcuaConfig;
use super::link::{self, Link, service};
use super::nodes::{Node, Nodes, node_id};
use crate::mapping::Deadband;
use crate::{Fault, SrcErr, Stage};

/// Nodes subscribed to in one call, if the server says no less.
const ITEMS_PER_CALL_MAX: usize = 1_000;
/// Values of one notification message, at most. Also what a batch can exceed its budget by.
const VALUES_PER_MESSAGE_MAX: u32 = 4_000;
/// What a node answers that will never have a value for us. Any other bad status is a value's quality.
const ABSENT: [StatusCode; 5] = [
    StatusCode::BadNodeIdUnknown,
    StatusCode::BadNodeIdInvalid,
    StatusCode::BadAttributeIdInvalid,
    StatusCode::BadNotReadable,
    StatusCode::BadUserAccessDenied,
];
/// Wrong addresses named in one error.
const FAULTS_SHOWN_MAX: usize = 10;

/// Takes over a subscription. `Some` holds the messages the server can send again; `None` if it does not have it, or does
/// not give it to us.
pub(super) async fn take_over(link: &Link, subscription: u32) -> Result<Option<Vec<u32>>, SrcErr> {
    if subscription == 0 {
        return Ok(None);
    }
    let request = TransferSubscriptions::new(&link.session).subscription(subscription).send_initial_values(false);
    let refused = |status: StatusCode| {
        tracing::warn!(subscription, %status, "subscription is not given to us; a new one is made");
        None
    };
    match request.send(link.session.channel()).await {
        Ok(response) => {
            let result = response.results.and_then(|results| results.into_iter().next()).ok_or_else(|| {
                SrcErr::new(Stage::Resolve, Fault::Protocol, "transfer of subscriptions: the answer holds no result")
            })?;
            match result.status_code.is_good() {
                true => Ok(Some(result.available_sequence_numbers.unwrap_or_default())),
                false => Ok(refused(result.status_code)),
            }
        }
        Err(error) if error.status() == StatusCode::BadServiceUnsupported => Ok(refused(error.status())),
        Err(error) => Err(service(Stage::Resolve, "transfer of subscriptions", &error)),
    }
}

/// Reads every node once, because some servers subscribe to nodes they do not have. Returns those that cannot be read.
async fn unreadable(link: &Link, nodes: &[Node], ids: &[NodeId]) -> Result<Vec<String>, SrcErr> {
    let limit = link::limit(link, VariableId::Server_ServerCapabilities_OperationLimits_MaxNodesPerRead).await;
    let per_call = limit.unwrap_or(ITEMS_PER_CALL_MAX).min(ITEMS_PER_CALL_MAX);
    let mut refused = Vec::new();
    for (ids, nodes) in ids.chunks(per_call).zip(nodes.chunks(per_call)) {
        let reads: Vec<ReadValueId> = ids.iter().map(|id| ReadValueId::new(id.clone(), AttributeId::Value)).collect();
        let values = link.session.read(&reads, TimestampsToReturn::Neither, 0.0).await;
        let values = values.map_err(|error| service(Stage::Resolve, "read of the mapped nodes", &error))?;
        let refusals = nodes.iter().zip(values).filter_map(|(node, value)| {
            let status = value.status.filter(|status| ABSENT.contains(status))?;
            Some(format!("`{}` {status}", node.address))
        });
        refused.extend(refusals);
    }
    Ok(refused)
}

/// Makes a subscription to all nodes. Fails if the server refuses one of them.
pub(super) async fn create(
    link: &Link,
    config: &OpcuaConfig,
    nodes: &Nodes,
    namespaces: &[String],
) -> Result<u32, SrcErr> {
    let ids = nodes.nodes.iter().map(|node| node_id(&node.address, namespaces)).collect::<Result<Vec<_>, _>>()?;
    some_refused(unreadable(link, &nodes.nodes, &ids).await?)?;
    let lifetime_count = config.lifetime_s.saturating_mul(1_000) / config.publish_ms;
    let request = CreateSubscription::new(&link.session)
        .publishing_interval(Duration::from_millis(u64::from(config.publish_ms)))
        .max_keep_alive_count(KEEP_ALIVE_COUNT)
        .max_lifetime_count(lifetime_count.max(3 * KEEP_ALIVE_COUNT))
        .max_notifications_per_publish(VALUES_PER_MESSAGE_MAX);
    let created = request.send(link.session.channel()).await;
    let subscription = created.map_err(|error| service(Stage::Resolve, "create subscription", &error))?.subscription_id;
    let limit = link::limit(link, VariableId::Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall).await;
    let per_call = limit.unwrap_or(ITEMS_PER_CALL_MAX).min(ITEMS_PER_CALL_MAX);
    let requests: Vec<MonitoredItemCreateRequest> =
        nodes.nodes.iter().zip(ids).zip(1..).map(|((node, id), handle)| item(node, id, handle, config)).collect();
    let mut refused = Vec::new();
    for (requests, nodes) in requests.chunks(per_call).zip(nodes.nodes.chunks(per_call)) {
        let request = CreateMonitoredItems::new(subscription, &link.session)
            .timestamps_to_return(TimestampsToReturn::Both)
            .items_to_create(requests.to_vec());
        let created = request.send(link.session.channel()).await;
        let created = created.map_err(|error| service(Stage::Resolve, "create monitored items", &error))?;
        for (node, created) in nodes.iter().zip(created.results) {
            if created.result.status_code.is_bad() {
                refused.push(format!("`{}` {}", node.address, created.result.status_code));
            } else if created.result.revised_queue_size < config.queue_size {
                tracing::warn!(
                    address = %node.address,
                    wanted = config.queue_size,
                    given = created.result.revised_queue_size,
                    "the server keeps fewer values than asked for"
                );
            }
        }
    }
    some_refused(refused)?;
    Ok(subscription)
}

fn some_refused(mut refused: Vec<String>) -> Result<(), SrcErr> {
    if refused.is_empty() {
        return Ok(());
    }
    let more = refused.len().saturating_sub(FAULTS_SHOWN_MAX);
    refused.truncate(FAULTS_SHOWN_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!("the server does not have, or does not show us: {}{more}", refused.join(", "));
    Err(SrcErr::new(Stage::Resolve, Fault::Config, detail))
}

fn item(node: &Node, id: NodeId, client_handle: u32, config: &OpcuaConfig) -> MonitoredItemCreateRequest {
    let (deadband_type, deadband_value) = match node.deadband {
        None => (DeadbandType::None, 0.0),
        Some(Deadband::Absolute(value)) => (DeadbandType::Absolute, value),
        Some(Deadband::Percent(value)) => (DeadbandType::Percent, value),
    };
    // A new time with the same value is a measurement too.
    let filter = DataChangeFilter {
        trigger: DataChangeTrigger::StatusValueTimestamp,
        deadband_type: deadband_type as u32,
        deadband_value,
    };
    MonitoredItemCreateRequest {
        item_to_monitor: ReadValueId::new(id, AttributeId::Value),
        monitoring_mode: MonitoringMode::Reporting,
        requested_parameters: MonitoringParameters {
            client_handle,
            sampling_interval: f64::from(config.sampling_ms),
            filter: ExtensionObject::from_message(filter),
            queue_size: config.queue_size,
            discard_oldest: true,
        },
    }
}
