//! The center as the box reaches it: HTTPS with the box's certificate, trusting only the center's authority.

use anyhow::{Context, Result};
use link::{
    CenterState, EnrolReply, EnrolRequest, Heartbeat, MESSAGE_LEN_MAX, Message, Problem, Receipt, RenewReply,
    RenewRequest,
};
use record::Verdict;
use reqwest::{Certificate, Client, Identity, Response, header};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

/// Longest time to reach the center.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for one exchange, a segment of 8 MiB over a slow line included.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(120);

/// The center's link.
#[derive(Debug)]
pub struct Center {
    /// Replaced when the certificate is.
    client: RwLock<Client>,
    url: String,
}

/// An exchange that did not end well.
#[derive(Debug, thiserror::Error)]
pub enum CenterError {
    /// No connection, or it broke.
    #[error("center at {url}: {}", causes(.source))]
    Reach {
        /// Where.
        url: String,
        /// What the client said.
        source: reqwest::Error,
    },
    /// The center answered with a problem.
    #[error("center at {url} answers {}: {} ({})", .problem.status, .problem.title, .problem.detail)]
    Problem {
        /// Where.
        url: String,
        /// Its answer.
        problem: Box<Problem>,
    },
    /// The answer is not one of the link.
    #[error("center at {url} answers {status} with what is no message of the link: {source}")]
    Answer {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
        /// What is wrong with it.
        source: link::Error,
    },
}

fn causes(error: &reqwest::Error) -> String {
    let first: &(dyn std::error::Error + 'static) = error;
    let texts: Vec<String> =
        std::iter::successors(Some(first), |error| error.source()).map(ToString::to_string).collect();
    texts.join(": ")
}

impl CenterError {
    /// What the box does next.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Reach { .. } | Self::Answer { .. } => Verdict::Retry,
            Self::Problem { problem, .. } => problem.kind.verdict(),
        }
    }

    /// The center holds another size than the box thought: ask for the state and go on from there.
    pub fn asks_again(&self) -> bool {
        matches!(self, Self::Problem { problem, .. } if problem.kind == link::ProblemKind::Size)
    }
}

impl Center {
    /// For enrolment: the server is authenticated, the box is not yet.
    pub fn before_enrolment(url: &str, authority_pem: &[u8]) -> Result<Self> {
        let client = RwLock::new(builder(authority_pem)?.build().context("TLS client")?);
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// With the certificate enrolment gave.
    pub fn enrolled(url: &str, authority_pem: &[u8], certificate_pem: &str, key_pem: &str) -> Result<Self> {
        let client = RwLock::new(showing(authority_pem, certificate_pem, key_pem)?);
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// Shows another certificate from the next connection on. Fails, changing nothing, if key and certificate do not
    /// belong together.
    pub fn show(&self, authority_pem: &[u8], certificate_pem: &str, key_pem: &str) -> Result<()> {
        let client = showing(authority_pem, certificate_pem, key_pem)?;
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }

    fn client(&self) -> Client {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Enrols the box.
    pub async fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, CenterError> {
        self.post(link::PATH_ENROL, request.to_bytes()).await
    }

    /// What the center holds of this box.
    pub async fn state(&self) -> Result<CenterState, CenterError> {
        let request = self.client().get(format!("{}{}", self.url, link::PATH_STATE));
        self.answer(request.send().await).await
    }

    /// Sends a segment.
    pub async fn put_segment(&self, seg_no: u64, upload: Vec<u8>) -> Result<Receipt, CenterError> {
        let url = format!("{}{}", self.url, link::segment_path(seg_no));
        let request = self.client().put(url).header(header::CONTENT_TYPE, link::UPLOAD_MEDIA_TYPE).body(upload);
        self.answer(request.send().await).await
    }

    /// Says that the box lives; answers what the center holds.
    pub async fn heartbeat(&self, heartbeat: &Heartbeat) -> Result<CenterState, CenterError> {
        self.post(link::PATH_HEARTBEAT, heartbeat.to_bytes()).await
    }

    /// Asks for a new certificate.
    pub async fn renew(&self, request: &RenewRequest) -> Result<RenewReply, CenterError> {
        self.post(link::PATH_CERTIFICATE, request.to_bytes()).await
    }

    async fn post<T: Message>(&self, path: &str, body: Vec<u8>) -> Result<T, CenterError> {
        let request = self.client().post(format!("{}{path}", self.url));
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        self.answer(request.send().await).await
    }

    async fn answer<T: Message>(&self, sent: reqwest::Result<Response>) -> Result<T, CenterError> {
        let response = sent.map_err(|source| self.unreached(source))?;
        if !response.status().is_success() {
            return Err(self.problem(response).await);
        }
        let status = response.status().as_u16();
        let body = self.body(response).await?;
        T::from_bytes(&body).map_err(|source| CenterError::Answer { url: self.url.clone(), status, source })
    }

    async fn problem(&self, response: Response) -> CenterError {
        let status = response.status().as_u16();
        let body = match self.body(response).await {
            Ok(body) => body,
            Err(error) => return error,
        };
        match Problem::from_bytes(&body) {
            Ok(problem) => CenterError::Problem { url: self.url.clone(), problem: Box::new(problem) },
            Err(source) => CenterError::Answer { url: self.url.clone(), status, source },
        }
    }

    /// Reads a body up to the limit of a message and one byte, so that a longer one is refused, not kept.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, CenterError> {
        let mut body = Vec::new();
        while body.len() <= MESSAGE_LEN_MAX {
            match response.chunk().await.map_err(|source| self.unreached(source))? {
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(body)
    }

    fn unreached(&self, source: reqwest::Error) -> CenterError {
        CenterError::Reach { url: self.url.clone(), source: source.without_url() }
    }
}

fn showing(authority_pem: &[u8], certificate_pem: &str, key_pem: &str) -> Result<Client> {
    let identity =
        Identity::from_pem(format!("{certificate_pem}\n{key_pem}").as_bytes()).context("client certificate and key")?;
    builder(authority_pem)?.identity(identity).build().context("TLS client")
}

fn builder(authority_pem: &[u8]) -> Result<reqwest::ClientBuilder> {
    let authority = Certificate::from_pem_bundle(authority_pem).context("certificate of the center's authority")?;
    Ok(Client::builder()
        .tls_certs_only(authority)
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(EXCHANGE_TIMEOUT)
        .user_agent(crate::uplink::software()))
}
