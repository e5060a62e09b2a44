//! One session with the server: found, trusted by thumbprint, logged in. It never reconnects by itself; whoever holds it
//! drops it after an error and makes a new one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use opcua::client::{Client, ClientBuilder, IdentityToken, Password, Session};
use opcua::crypto::{SecurityPolicy, X509};
use opcua::types::{
    DataValue, EndpointDescription, Error, MessageSecurityMode, NodeId, ReadValueId, StatusCode, TimestampsToReturn,
    VariableId, Variant,
};
use tokio::task::JoinHandle;

use super::config::OpcuaConfig;
use super::value;
use crate::{ClockSample, Fault, Now, SrcErr, Stage};

/// What the server knows us as.
const APPLICATION_NAME: &str = "Yaoxia box";
const APPLICATION_URI: &str = "urn:yaoxia:box";
/// Largest message we take from a server, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Largest array we take from a server, in elements.
const ARRAY_ITEMS_MAX: usize = 1_000_000;
/// Wait when the server has no session left for us.
const BUSY_WAIT: Duration = Duration::from_secs(30);
/// Time between two questions whether the server still runs.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// A live session.
pub(super) struct Link {
    pub(super) session: Arc<Session>,
    task: JoinHandle<StatusCode>,
}

impl Drop for Link {
    /// The session is left to its timeout: the server keeps the subscription and its queue for our return.
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({})", self.session.session_id())
    }
}

/// A server that was found and is trusted, before login.
pub(super) struct Found {
    client: Client,
    endpoint: EndpointDescription,
    /// Thumbprint and policy, for people.
    pub(super) described: String,
}

/// Asks the server for its endpoints and checks the certificate of the one we want.
pub(super) async fn find(config: &OpcuaConfig, publish_timeout: Duration) -> Result<Found, SrcErr> {
    let client = client(config, publish_timeout)?;
    let limit = Duration::from_millis(config.request_timeout_ms);
    let asked = tokio::time::timeout(limit, client.get_server_endpoints_from_url(config.url.as_str()));
    let endpoints = match asked.await {
        Ok(answer) => answer.map_err(|error| failed(config, Stage::Connect, &config.url, &error))?,
        Err(_) => {
            let detail = format!("{}: no answer within {} ms", config.url, config.request_timeout_ms);
            return Err(SrcErr::new(Stage::Connect, Fault::Transient, detail));
        }
    };
    let (policy, mode) = wanted(config);
    let offered = endpoints
        .iter()
        .find(|endpoint| endpoint.security_policy_uri.as_ref() == policy.to_uri() && endpoint.security_mode == mode);
    let Some(offered) = offered else {
        let offers: Vec<String> = endpoints
            .iter()
            .map(|endpoint| format!("{}/{}", endpoint.security_policy_uri, endpoint.security_mode))
            .collect();
        let detail = format!("{}: offers no {policy}/{mode}, only {}", config.url, offers.join(", "));
        return Err(SrcErr::new(Stage::Trust, Fault::Config, detail));
    };
    let described = match config.insecure_no_security {
        true => format!("{policy}: no encryption, server not authenticated"),
        false => format!("{policy}/{mode}, certificate {}", trusted(config, offered)?),
    };
    // Servers announce names that only their own network resolves: the address we reached them at is right.
    let endpoint = EndpointDescription { endpoint_url: config.url.as_str().into(), ..offered.clone() };
    Ok(Found { client, endpoint, described })
}

/// Logs in.
pub(super) async fn login(config: &OpcuaConfig, mut found: Found) -> Result<Link, SrcErr> {
    let password = crate::config::optional_secret("opcua.password_file", config.password_file.as_ref())?;
    let token = match (&config.user, password) {
        (Some(user), Some(password)) => IdentityToken::UserName(user.clone(), Password::new(password)),
        _ => IdentityToken::Anonymous,
    };
    let connect = found.client.connect_to_endpoint_directly(found.endpoint, token);
    let (session, events) = connect.map_err(|error| failed(config, Stage::Connect, &config.url, &error))?;
    session.disable_reconnects();
    let mut link = Link { session: Arc::clone(&session), task: events.spawn() };
    let limit = Duration::from_millis(config.request_timeout_ms);
    tokio::select! {
        _ = session.wait_for_connection() => Ok(link),
        ended = &mut link.task => {
            let status = ended.unwrap_or(StatusCode::BadUnexpectedError);
            Err(failed(config, Stage::Auth, &config.url, &Error::new(status, "session refused")))
        }
        () = tokio::time::sleep(limit) => {
            let detail = format!("{}: no session within {} ms", config.url, config.request_timeout_ms);
            Err(SrcErr::new(Stage::Auth, Fault::Transient, detail))
        }
    }
}

/// The server's namespace array.
pub(super) async fn namespaces(link: &Link) -> Result<Vec<String>, SrcErr> {
    let value = read(link, VariableId::Server_NamespaceArray.into()).await?;
    match value.value {
        Some(Variant::Array(array)) => {
            let text = |entry: &Variant| match entry {
                Variant::String(uri) => Some(uri.as_ref().to_owned()),
                _ => None,
            };
            array.values.iter().map(text).collect::<Option<Vec<_>>>().ok_or_else(no_namespaces)
        }
        _ => Err(no_namespaces()),
    }
}

fn no_namespaces() -> SrcErr {
    SrcErr::new(Stage::Resolve, Fault::Protocol, "the server's NamespaceArray is not an array of texts")
}

/// A limit of the server (OPC 10000-5 §6.3.11); 0 or absent means none.
pub(super) async fn limit(link: &Link, which: VariableId) -> Option<usize> {
    let value = read(link, which.into()).await.ok()?;
    let count = value::count(&value).and_then(|count| usize::try_from(count).ok());
    count.filter(|count| *count > 0)
}

/// The server's clock against the box's.
pub(super) async fn clock(link: &Link, now: &Now) -> Result<ClockSample, SrcErr> {
    let (asked, asked_at) = (now(), std::time::Instant::now());
    let value = read(link, VariableId::Server_ServerStatus_CurrentTime.into()).await?;
    let round_trip = asked_at.elapsed();
    let half_us = i64::try_from(round_trip.as_micros() / 2).unwrap_or(i64::MAX);
    let Some(Variant::DateTime(at)) = &value.value else {
        return Err(SrcErr::new(Stage::Clock, Fault::Protocol, "the server's CurrentTime is not a time"));
    };
    Ok(ClockSample {
        server: value::instant(at.checked_ticks()),
        received: record::Timestamp(asked.0.saturating_add(half_us)),
        round_trip,
    })
}

async fn read(link: &Link, node: NodeId) -> Result<DataValue, SrcErr> {
    let name = node.to_string();
    let values = link.session.read(&[ReadValueId::from(node)], TimestampsToReturn::Both, 0.0).await;
    let values = values.map_err(|error| service(Stage::Read, &format!("read of {name}"), &error))?;
    values
        .into_iter()
        .next()
        .ok_or_else(|| SrcErr::new(Stage::Read, Fault::Protocol, format!("read of {name}: the answer holds no value")))
}

/// What a failed service call means once there is a session.
pub(super) fn service(stage: Stage, what: &str, error: &Error) -> SrcErr {
    SrcErr::new(stage, fault(error.status(), None), format!("{what}: {error}"))
}

fn failed(config: &OpcuaConfig, stage: Stage, what: &str, error: &Error) -> SrcErr {
    let fault = fault(error.status(), own_thumbprint(config));
    let stage = match fault {
        Fault::Auth => Stage::Auth,
        Fault::Trust { .. } => Stage::Trust,
        _ => stage,
    };
    SrcErr::new(stage, fault, format!("{what}: {error}"))
}

/// Meaning of a status (OPC 10000-4 §7.39).
fn fault(status: StatusCode, own_thumbprint: Option<Box<str>>) -> Fault {
    match status {
        StatusCode::BadIdentityTokenInvalid
        | StatusCode::BadIdentityTokenRejected
        | StatusCode::BadUserAccessDenied
        | StatusCode::BadUserSignatureInvalid => Fault::Auth,
        StatusCode::BadSecurityChecksFailed
        | StatusCode::BadCertificateInvalid
        | StatusCode::BadCertificateUntrusted
        | StatusCode::BadCertificateTimeInvalid
        | StatusCode::BadCertificateUriInvalid
        | StatusCode::BadCertificateUseNotAllowed
        | StatusCode::BadCertificateRevoked
        | StatusCode::BadCertificateChainIncomplete => Fault::Trust { thumbprint: own_thumbprint },
        StatusCode::BadTooManySessions | StatusCode::BadTooManySubscriptions | StatusCode::BadTcpServerTooBusy => {
            Fault::Busy { retry_after: BUSY_WAIT }
        }
        StatusCode::BadNodeIdUnknown
        | StatusCode::BadNodeIdInvalid
        | StatusCode::BadAttributeIdInvalid
        | StatusCode::BadNotReadable => Fault::Config,
        StatusCode::BadServiceUnsupported | StatusCode::BadNotSupported => Fault::Unsupported,
        _ => Fault::Transient,
    }
}

fn wanted(config: &OpcuaConfig) -> (SecurityPolicy, MessageSecurityMode) {
    match config.insecure_no_security {
        true => (SecurityPolicy::None, MessageSecurityMode::None),
        false => (SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt),
    }
}

/// The server's thumbprint, if the configuration names it. The secure channel then proves that the server holds its key.
fn trusted(config: &OpcuaConfig, endpoint: &EndpointDescription) -> Result<String, SrcErr> {
    let certificate = X509::from_byte_string(&endpoint.server_certificate).map_err(|error| {
        SrcErr::new(Stage::Trust, Fault::Protocol, format!("{}: certificate of the server: {error}", config.url))
    })?;
    let thumbprint = certificate.thumbprint().as_hex_string();
    let plain = |text: &String| text.replace([':', ' '], "").to_ascii_lowercase();
    if config.server_thumbprints.iter().any(|trusted| plain(trusted) == thumbprint) {
        return Ok(thumbprint);
    }
    let detail = format!("{}: the server's certificate {thumbprint} is not in server_thumbprints", config.url);
    Err(SrcErr::new(Stage::Trust, Fault::Trust { thumbprint: Some(thumbprint.into()) }, detail))
}

fn own_certificate(config: &OpcuaConfig) -> PathBuf {
    config.pki_dir.join("own").join("cert.der")
}

fn own_thumbprint(config: &OpcuaConfig) -> Option<Box<str>> {
    let der = std::fs::read(own_certificate(config)).ok()?;
    Some(X509::from_der(&der).ok()?.thumbprint().as_hex_string().into())
}

fn client(config: &OpcuaConfig, publish_timeout: Duration) -> Result<Client, SrcErr> {
    let builder = ClientBuilder::new()
        .application_name(APPLICATION_NAME)
        .application_uri(APPLICATION_URI)
        .product_uri(APPLICATION_URI)
        .pki_dir(&config.pki_dir)
        .certificate_path("own/cert.der")
        .private_key_path("private/private.pem")
        .create_sample_keypair(!config.insecure_no_security)
        // Trust is decided by thumbprint in `trusted`, before any channel is opened; the library's own trust folder
        // would accept what somebody once put there.
        .trust_server_certs(true)
        .verify_server_certs(false)
        .session_name(APPLICATION_NAME)
        .session_timeout(config.session_timeout_s.saturating_mul(1_000))
        .session_retry_limit(0)
        .recreate_subscriptions(false)
        .keep_alive_interval(KEEP_ALIVE)
        .max_failed_keep_alive_count(3)
        .request_timeout(Duration::from_millis(config.request_timeout_ms))
        .publish_timeout(publish_timeout)
        .max_message_size(MESSAGE_BYTES_MAX)
        .max_chunk_count(0)
        .max_array_length(ARRAY_ITEMS_MAX)
        // Clocks that differ are measured and recorded; they are no reason to go without data.
        .ignore_clock_skew(true);
    builder
        .client()
        .map_err(|faults| SrcErr::new(Stage::Config, Fault::Config, format!("opcua: {}", faults.join("; "))))
}
