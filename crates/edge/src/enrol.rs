//! Making a new box and enrolling it at its center, once.

use crate::center::Center;
use crate::config::Loaded;
use crate::identity::{Identity, Keys};
use crate::places::Places;
use crate::uplink::software;
use anyhow::{Context, Result, bail};
use journal::{OsDisk, durable};
use link::{EnrolRequest, PROTOCOL};

/// Makes data folder and keys. Running it again makes only what is missing.
pub fn init(places: &Places) -> Result<()> {
    durable::make_dirs(&OsDisk, places.root())?;
    Keys::generate(places)
}

/// Trades the one-time code for an identity. Nothing is kept unless the whole answer can be used.
pub async fn enrol(loaded: &Loaded, places: &Places, code: &str) -> Result<Identity> {
    if Identity::exists(places) {
        let identity = Identity::load(places)?;
        bail!("this box is enrolled as {}; a new identity needs an empty data folder", identity.box_id);
    }
    init(places)?;
    let keys = Keys::load(places)?;
    let authority = &loaded.config.link.authority;
    let authority = std::fs::read(authority).with_context(|| format!("reading {}", authority.display()))?;
    let center = Center::before_enrolment(&loaded.config.link.url, &authority)?;
    let csr = signing_request(&keys.link_pem)?;
    let request = EnrolRequest {
        protocol: PROTOCOL,
        code: code.trim().to_owned(),
        csr,
        log_key: keys.log_key_before_enrolment()?,
        read_key: keys.read.public().to_string(),
        software: software(),
    };
    let reply = center.enrol(&request).await?;
    let named = keys.signer(&reply.origin)?;
    if named.verifier().to_string() != reply.vkey {
        bail!("the center answered with the log key {}, ours is {}", reply.vkey, named.verifier());
    }
    Center::enrolled(&loaded.config.link.url, reply.authority.as_bytes(), &reply.certificate, &keys.link_pem)
        .context("the certificate the center gave")?;
    Identity::store(places, &reply)
}

/// The request for a certificate of this key, PEM. The center gives the name.
pub fn signing_request(key_pem: &str) -> Result<String> {
    let pair = rcgen::KeyPair::from_pem(key_pem).context("link key")?;
    rcgen::CertificateParams::new(Vec::<String>::new())
        .and_then(|params| params.serialize_request(&pair))
        .and_then(|request| request.pem())
        .context("certificate request")
}
