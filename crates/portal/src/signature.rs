//! Electronic signatures (21 CFR 11.50, 11.70, 11.200): other code asks for one with [`sign`].
//!
//! Comes in: a living session, the proof that its person has just shown the password again, a meaning, and the bytes to
//! sign under the name of their record. Goes out: a signature that holds for these bytes, this record and this person
//! only, and whose digest stands in the audit trail. A proof is good for [`PROOF_MS`] and for one signature.

use record::{Digest, Timestamp};
use sha2::{Digest as _, Sha256};
use state::audit::Row;
use state::signatures::{self, Presented};
use state::{State, Write};

pub use state::signatures::{Meaning, Signature};

use crate::access::{self, Action};
use crate::api::SignatureView;
use crate::audit::{self, AuditEvent, Outcome};
use crate::extract::Signed;
use crate::token::Token;
use crate::{Problem, ProblemCode, Site};

/// How long after the password was shown again something can be signed.
pub const PROOF_MS: i64 = 5 * 60 * 1000;
/// Keeps the digest of a signature apart from every other hash.
const DOMAIN: &[u8] = b"yaoxia signature v1\0";

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct ToSign<'a> {
    /// Name of the record, which says what it is: `recovery/…`, `box/box-1/retirement`.
    pub record: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What the signature means.
    pub meaning: Meaning,
    /// Why, in the signer's words.
    pub reason: &'a str,
}

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The bytes are others than those signed.
    #[error("the record's bytes are not those that were signed")]
    Bytes,
    /// It was made for another record.
    #[error("the signature belongs to another record")]
    Record,
    /// A field of it was changed: signer, name, organisation, role, time, meaning.
    #[error("the signature is not what was signed: a field of it was changed")]
    Altered,
    /// The audit trail does not hold it.
    #[error("the audit trail does not hold the signature")]
    NotRecorded,
}

/// Signs, inside the change that needs the signature: both are kept or neither.
///
/// Refused with `proof_refused` if the proof is unknown in this session, older than [`PROOF_MS`] or used, and with
/// `forbidden` if the role signs nothing.
pub async fn sign(
    site: &Site,
    write: &Write,
    signed: &Signed,
    proof: &str,
    what: &ToSign<'_>,
) -> Result<Signature, Problem> {
    let now = site.now();
    if access::cell(&signed.who(), Action::Sign).is_none() {
        return Err(Problem::new(ProblemCode::Forbidden));
    }
    let person = signed.person();
    let session = signed.token.stored();
    let since = Timestamp(now.0.saturating_sub(PROOF_MS * 1000));
    let token = Token::of_text(proof).ok_or_else(|| Problem::new(ProblemCode::ProofRefused))?;
    match signatures::present(&**write, token.proof_stored(), (&person.name, session), (now, since)).await? {
        Presented::Good => {}
        Presented::Unknown | Presented::Expired | Presented::Used => {
            return Err(Problem::new(ProblemCode::ProofRefused));
        }
    }
    let mut signature = Signature {
        signer: person.name.clone(),
        display_name: person.display_name.clone(),
        organisation: person.organisation.clone(),
        role: person.role.word().to_owned(),
        at: now,
        meaning: what.meaning,
        record: what.record.to_owned(),
        record_hash: Digest(Sha256::digest(what.bytes).into()),
        digest: Digest([0; 32]),
        audit_seq: 0,
    };
    signature.digest = digest(&signature);
    let event = AuditEvent {
        new: told(&signature),
        reason: what.reason.to_owned(),
        ..signed.event(site, Action::Sign.word(), what.record.to_owned())
    };
    signature.audit_seq = audit::record(site, write, &event).await?.seq;
    signatures::add(&**write, &signature).await?;
    Ok(signature)
}

/// Records that a signature was refused, after the change that needed it is undone; gives the answer.
pub async fn refused(site: &Site, signed: &Signed, record: &str, problem: Problem) -> Problem {
    let event = AuditEvent {
        outcome: Outcome::Refused,
        reason: problem.kind.rsplit(':').next().unwrap_or_default().to_owned(),
        ..signed.event(site, Action::Sign.word(), record.to_owned())
    };
    match audit::record_alone(site, &event).await {
        Ok(()) => problem,
        Err(unrecorded) => unrecorded,
    }
}

/// Whether a signature holds for this record and these bytes.
pub fn check(signature: &Signature, record: &str, bytes: &[u8]) -> Result<(), Flaw> {
    if digest(signature) != signature.digest {
        return Err(Flaw::Altered);
    }
    if signature.record != record {
        return Err(Flaw::Record);
    }
    if Digest(Sha256::digest(bytes).into()) != signature.record_hash {
        return Err(Flaw::Bytes);
    }
    Ok(())
}

/// The same, and that the audit trail holds the signature at its place, by this signer.
pub async fn check_recorded(
    state: &State,
    signature: &Signature,
    record: &str,
    bytes: &[u8],
) -> Result<Result<(), Flaw>, state::Error> {
    if let Err(flaw) = check(signature, record, bytes) {
        return Ok(Err(flaw));
    }
    let row = state::audit::by_seq(state.read(), signature.audit_seq).await?;
    let holds = row.is_some_and(|row| holds(&row, signature));
    Ok(if holds { Ok(()) } else { Err(Flaw::NotRecorded) })
}

fn holds(row: &Row, signature: &Signature) -> bool {
    // A row that cannot be read confirms nothing.
    let Ok(body) = serde_json::from_str::<serde_json::Value>(&row.body) else { return false };
    body["who"] == signature.signer.as_str() && body["new"] == told(signature)
}

/// What the audit trail says of a signature.
fn told(signature: &Signature) -> String {
    format!("signature {} {}", signature.meaning.word(), signature.digest)
}

/// SHA-256 over every field, each behind its length.
fn digest(signature: &Signature) -> Digest {
    let mut hash = Sha256::new().chain_update(DOMAIN);
    let at = signature.at.0.to_be_bytes();
    let fields: [&[u8]; 8] = [
        signature.signer.as_bytes(),
        signature.display_name.as_bytes(),
        signature.organisation.as_bytes(),
        signature.role.as_bytes(),
        &at,
        signature.meaning.word().as_bytes(),
        signature.record.as_bytes(),
        &signature.record_hash.0,
    ];
    for field in fields {
        let len = u64::try_from(field.len()).expect("invariant: no field is longer than 2^64");
        hash = hash.chain_update(len.to_be_bytes()).chain_update(field);
    }
    Digest(hash.finalize().into())
}

/// The signature as a page shows it.
pub(crate) fn view(signature: &Signature) -> Result<SignatureView, Problem> {
    let role = state::people::Role::of_word(&signature.role)
        .ok_or_else(|| Problem::internal(&NoRole { role: signature.role.clone() }))?;
    Ok(SignatureView {
        signer: signature.signer.clone(),
        display_name: signature.display_name.clone(),
        organisation: signature.organisation.clone(),
        role: role.into(),
        at: signature.at.into(),
        meaning: signature.meaning.into(),
        record: signature.record.clone(),
        record_hash: signature.record_hash.to_string(),
        digest: signature.digest.to_string(),
        audit_seq: signature.audit_seq,
    })
}

/// A stored signature names a role there never was: state is damaged.
#[derive(Debug, thiserror::Error)]
#[error("a signature's role {role:?} is none")]
struct NoRole {
    role: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> Signature {
        let mut signature = Signature {
            signer: "li.na".into(),
            display_name: "李娜".into(),
            organisation: "330100".into(),
            role: "administrator".into(),
            at: Timestamp(7),
            meaning: Meaning::Approval,
            record: "box/box-1/retirement".into(),
            record_hash: Digest(Sha256::digest(b"bytes").into()),
            digest: Digest([0; 32]),
            audit_seq: 1,
        };
        signature.digest = digest(&signature);
        signature
    }

    #[test]
    fn a_signature_holds_for_its_record_and_bytes_only() {
        let good = signature();
        assert_eq!(check(&good, "box/box-1/retirement", b"bytes"), Ok(()));
        assert_eq!(check(&good, "box/box-1/retirement", b"Bytes"), Err(Flaw::Bytes));
        assert_eq!(check(&good, "box/box-2/retirement", b"bytes"), Err(Flaw::Record));
    }

    #[test]
    fn no_field_of_a_signature_can_be_changed() {
        type Change = (&'static str, fn(&mut Signature));
        let changes: [Change; 8] = [
            ("another person", |s| s.signer = "wang.wei".into()),
            ("another name", |s| s.display_name = "王伟".into()),
            ("another organisation", |s| s.organisation = "330200".into()),
            ("another role", |s| s.role = "leader".into()),
            ("another time", |s| s.at = Timestamp(8)),
            ("another meaning", |s| s.meaning = Meaning::Review),
            ("another record", |s| s.record = "box/box-2/retirement".into()),
            ("other bytes", |s| s.record_hash = Digest(Sha256::digest(b"other").into())),
        ];
        for (what, change) in changes {
            let mut changed = signature();
            change(&mut changed);
            assert_eq!(check(&changed, &changed.record, b"other"), Err(Flaw::Altered), "{what}");
        }
        let mut moved = signature();
        // A byte moved from one field to the next is another signature too.
        moved.signer = "li.n".into();
        moved.display_name = "a李娜".into();
        assert_eq!(check(&moved, &moved.record, b"bytes"), Err(Flaw::Altered));
    }
}
