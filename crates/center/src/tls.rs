//! The two TLS doors: for boxes, who show a certificate of ours, and for browsers, who show none.
//!
//! Comes in: connections. Goes out: requests that know which certificate their connection proved. A client certificate of
//! another authority ends the handshake; that is counted and told to the log of refusals.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use futures::future::BoxFuture;
use record::Digest;
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_rustls::server::TlsStream;
use tower::Layer as _;

use crate::authority::fingerprint;
use crate::keys::Keys;

/// Refused handshakes that wait to be written down; more are counted only.
pub(crate) const HANDSHAKES_WAITING_MAX: usize = 64;

/// The certificate a connection proved to own, if it showed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) certificate: Option<Digest>,
}

/// TLS for boxes: a client certificate is optional in the handshake (enrolment has none yet), but one that is shown must
/// be of our authority.
pub(crate) fn link(keys: &Keys) -> Result<RustlsConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(keys.authority.certificate_pem().as_bytes()) {
        roots.add(certificate.context("the authority's certificate")?)?;
    }
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).allow_unauthenticated().build()?;
    let (chain, key) = server(&keys.server_certificate, &keys.server_key)?;
    let mut config =
        rustls::ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

/// TLS for browsers.
pub(crate) fn web(certificate_pem: &str, key_pem: &str) -> Result<RustlsConfig> {
    let (chain, key) = server(certificate_pem, key_pem)?;
    let mut config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

fn server(certificate_pem: &str, key_pem: &str) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .context("the server's certificate")?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).context("the server's key")?;
    Ok((chain, key))
}

/// Accepts connections of boxes and tells their requests which certificate they proved.
#[derive(Clone, Debug)]
pub(crate) struct BoxAcceptor {
    inner: RustlsAcceptor,
    refused: mpsc::Sender<String>,
}

impl BoxAcceptor {
    /// `refused` gets why a handshake failed.
    pub(crate) fn new(config: RustlsConfig, refused: mpsc::Sender<String>) -> Self {
        Self { inner: RustlsAcceptor::new(config), refused }
    }
}

impl<I, S> Accept<I, S> for BoxAcceptor
where
    I: AsyncRead + AsyncWrite + PeerAddr + Unpin + Send + 'static,
    S: Send + 'static,
{
    type Stream = TlsStream<I>;
    type Service = AddExtension<S, Peer>;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let from = stream.peer();
        let (accepting, refused) = (self.inner.accept(stream, service), self.refused.clone());
        Box::pin(async move {
            let (stream, service) = accepting.await.inspect_err(|error| {
                metrics::counter!("yaoxia_link_handshakes_refused_total").increment(1);
                // Whoever hangs up before saying anything has shown nothing that could be refused.
                if error.kind() != io::ErrorKind::InvalidData {
                    return;
                }
                let from = from.map_or_else(|| "unknown address".to_owned(), |from| from.to_string());
                if let Err(full) = refused.try_send(format!("TLS handshake with {from}: {error}")) {
                    tracing::warn!(%error, %full, "TLS handshake refused");
                }
            })?;
            let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
            let peer = Peer { certificate: certificate.map(|leaf| fingerprint(leaf)) };
            Ok((stream, Extension(peer).layer(service)))
        })
    }
}

/// A connection that knows its other end.
pub(crate) trait PeerAddr {
    fn peer(&self) -> Option<SocketAddr>;
}

impl PeerAddr for tokio::net::TcpStream {
    fn peer(&self) -> Option<SocketAddr> {
        self.peer_addr().ok()
    }
}
