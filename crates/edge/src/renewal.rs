//! A new key and certificate for the link, when the center says so.
//!
//! Comes in: the center's word in its answer to a heartbeat. Goes out: the new pair in place, shown from the next
//! connection on, and a sealed event. The old pair works until the new one is in place; the key never leaves the box.
//!
//! | step | a crash here leaves |
//! |---|---|
//! | key in `keys/link.key.new` | the old pair; the next rotation takes this key |
//! | certificate in `certificate.new.pem` | the next start ends the rotation ([`finish`]) |
//! | key renamed to `keys/link.key` | the same |
//! | certificate renamed to `certificate.pem` | nothing to do |

use crate::center::Center;
use crate::engine::Engine;
use crate::enrol::signing_request;
use crate::identity::LINK_KEY;
use crate::places::Places;
use anyhow::{Context, Result, ensure};
use journal::{Disk, OsDisk, durable, read_secret, write_secret};
use link::{PROTOCOL, RenewRequest};
use record::{BoxId, EquipmentId, EventKind, Qualifiers, Subject};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The key that is to replace [`LINK_KEY`].
const NEW_LINK_KEY: &str = "link.key.new";
/// Wait after a rotation that failed.
const AGAIN_AFTER: Duration = Duration::from_secs(60);

/// What a rotation works with.
#[derive(Debug)]
pub struct Renewal {
    /// The center.
    pub center: Arc<Center>,
    /// Where the pair is kept.
    pub places: Places,
    /// Seals what was done.
    pub engine: Arc<Engine>,
    /// Whose certificate it is.
    pub box_id: BoxId,
}

impl Renewal {
    /// Renews whenever `wanted` turns true, until `stop`.
    pub async fn follow(self, mut wanted: watch::Receiver<bool>, stop: CancellationToken) -> Result<()> {
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                turned = wanted.wait_for(|wanted| *wanted) => if turned.is_err() {
                    // Nobody is left who could want it.
                    return Ok(());
                },
            }
            let pause = match self.renew().await {
                Ok(()) => Duration::from_millis(2 * link::HEARTBEAT_INTERVAL_MS),
                Err(error) => {
                    metrics::counter!("yaoxia_box_renewal_failures_total").increment(1);
                    tracing::warn!(error = format!("{error:#}"), "the certificate could not be renewed");
                    AGAIN_AFTER
                }
            };
            // The word stands until the next heartbeat with the new certificate has been answered.
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn renew(&self) -> Result<()> {
        let (new_key, key) = (own(&self.places, NEW_LINK_KEY)?, own(&self.places, LINK_KEY)?);
        if !new_key.exists() {
            let pair = rcgen::KeyPair::generate().context("making the link key")?;
            write_secret(&OsDisk, &new_key, pair.serialize_pem().as_bytes()).context("key link.key.new")?;
        }
        let secret = read_secret(&new_key).context("key link.key.new")?;
        let key_pem = std::str::from_utf8(&secret).context("key link.key.new is not text")?;
        let csr = signing_request(key_pem)?;
        let reply = self.center.renew(&RenewRequest { protocol: PROTOCOL, csr }).await?;
        let authority = std::fs::read(self.places.authority()).context("certificate of the center's authority")?;
        // Nothing is kept that could not be shown.
        Center::enrolled("https://unused.invalid", &authority, &reply.certificate, key_pem)
            .context("the certificate the center gave")?;
        durable::write(&OsDisk, &self.places.new_certificate(), reply.certificate.as_bytes())?;
        replace(&self.places, &new_key, &key)?;
        self.center.show(&authority, &reply.certificate, key_pem)?;
        self.seal(&reply.certificate).await?;
        tracing::info!("the certificate is renewed");
        Ok(())
    }

    /// Seals that the certificate is another from now on.
    async fn seal(&self, certificate: &str) -> Result<()> {
        let about = Subject::Equipment(EquipmentId::parse(self.box_id.as_str())?);
        let hash = record::Digest(Sha256::digest(certificate).into());
        let facts = [("state", "certificate-renewed".to_owned()), ("certificate_sha256", hash.to_string())];
        let attributes: Qualifiers = facts.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let event = self.engine.own_event(EventKind::BoxState, about, attributes, "certificate")?;
        let durable = self.engine.append(self.engine.own_frame(vec![event])?).await?;
        self.engine.settle(vec![durable], &BTreeSet::new()).await
    }
}

/// Ends a rotation that a crash cut off after the new certificate had come. Done before anything reads the pair.
pub fn finish(places: &Places) -> Result<()> {
    if !places.new_certificate().exists() {
        return Ok(());
    }
    replace(places, &own(places, NEW_LINK_KEY)?, &own(places, LINK_KEY)?)
}

/// Puts the new pair in place of the old one. The key may be there already.
fn replace(places: &Places, new_key: &Path, key: &Path) -> Result<()> {
    let rename = |from: &Path, to: &Path| -> Result<()> {
        OsDisk.rename(from, to).with_context(|| format!("renaming {} to {}", from.display(), to.display()))?;
        let folder = to.parent().context("a file has a folder")?;
        OsDisk.sync_dir(folder).with_context(|| format!("making {} durable", folder.display()))
    };
    if new_key.exists() {
        rename(new_key, key)?;
    }
    rename(&places.new_certificate(), &places.certificate())
}

/// A key file of ours. A systemd credential cannot be replaced by the box: whoever lends it replaces it.
fn own(places: &Places, name: &str) -> Result<PathBuf> {
    let path = places.key(name);
    ensure!(
        path.starts_with(places.root()),
        "{} is lent by systemd: the box cannot replace it; take the credential out or renew it there",
        path.display()
    );
    Ok(path)
}
