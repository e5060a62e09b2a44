//! The center's certificate authority: it certifies its own server and the boxes it enrols, nothing else.
//!
//! Comes in: a box's signing request. Goes out: a client certificate bound to the box's name by the center, whatever the
//! request says of itself.

use std::fmt;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use record::{Digest, Timestamp};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// How long the authority and the server's certificate last, in days: as long as a center.
const AUTHORITY_DAYS: i64 = 20 * 365;
/// How long a box's certificate lasts, in days: the service life of an industrial PC. Revocation is by state.
const BOX_DAYS: i64 = 5 * 365;
/// Clocks of boxes may be this far behind, in days, when their certificate is new.
const BACKDATED_DAYS: i64 = 1;

/// The authority with its key.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("certificate", &self.certificate_pem).finish_non_exhaustive()
    }
}

/// A box's new certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    /// PEM.
    pub(crate) certificate: String,
    /// SHA-256 of its DER bytes.
    pub(crate) fingerprint: Digest,
    /// Its end.
    pub(crate) not_after: Timestamp,
}

impl Authority {
    /// A new authority named after the center.
    pub(crate) fn create(name: &str) -> Result<Self> {
        let key = KeyPair::generate().context("making the authority's key")?;
        let mut params = params(&format!("{name} authority"), AUTHORITY_DAYS)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate_pem = params.self_signed(&key).context("signing the authority's certificate")?.pem();
        Ok(Self { issuer: Issuer::new(params, key), certificate_pem })
    }

    /// The authority from its two files.
    pub(crate) fn load(certificate_pem: &str, key_pem: &str) -> Result<Self> {
        let key = KeyPair::from_pem(key_pem).context("the authority's key")?;
        let issuer = Issuer::from_ca_cert_pem(certificate_pem, key).context("the authority's certificate")?;
        Ok(Self { issuer, certificate_pem: certificate_pem.to_owned() })
    }

    /// Its certificate, PEM: what boxes trust the server by.
    pub(crate) fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Its key, PEM.
    pub(crate) fn key_pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.issuer.key().serialize_pem())
    }

    /// A server certificate and its key for these host names and addresses, PEM.
    pub(crate) fn certify_server(&self, names: &[String]) -> Result<(String, Zeroizing<String>)> {
        let key = KeyPair::generate().context("making the server's key")?;
        let mut params = CertificateParams::new(names.to_vec()).with_context(|| format!("link.names = {names:?}"))?;
        dated(&mut params, AUTHORITY_DAYS)?;
        params.distinguished_name = named("yaoxia center server");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.issuer).context("signing the server's certificate")?;
        Ok((certificate.pem(), Zeroizing::new(key.serialize_pem())))
    }

    /// A client certificate for the key in `request`, named `box_id`.
    ///
    /// Fails if the request is not PKCS #10 or is not signed by the key it asks for.
    pub(crate) fn certify_box(&self, request: &str, box_id: &str) -> Result<Issued> {
        let mut request = CertificateSigningRequestParams::from_pem(request).context("csr is not a signing request")?;
        let mut params = params(box_id, BOX_DAYS)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let not_after = Timestamp(i64::try_from(params.not_after.unix_timestamp_nanos() / 1_000)?);
        request.params = params;
        let certificate = request.signed_by(&self.issuer).context("signing a box's certificate")?;
        Ok(Issued { certificate: certificate.pem(), fingerprint: fingerprint(certificate.der()), not_after })
    }
}

/// What a certificate is known by: SHA-256 of its DER bytes.
pub(crate) fn fingerprint(der: &[u8]) -> Digest {
    Digest(Sha256::digest(der).into())
}

fn params(name: &str, days: i64) -> Result<CertificateParams> {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    dated(&mut params, days)?;
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn dated(params: &mut CertificateParams, days: i64) -> Result<()> {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = |days: i64| -> Result<_> {
        let date = today.checked_add(jiff::Span::new().days(days))?;
        Ok(rcgen::date_time_ymd(i32::from(date.year()), u8::try_from(date.month())?, u8::try_from(date.day())?))
    };
    params.not_before = date(-BACKDATED_DAYS)?;
    params.not_after = date(days)?;
    Ok(())
}
