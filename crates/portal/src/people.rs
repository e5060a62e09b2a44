//! Opening accounts, closing them and changing their passwords: for the operator's command, which makes the first
//! administrator, and for the administrators after. Every change has its row in the audit trail.

use argon2::password_hash;
use record::{Digest, Timestamp};
use state::people::{self, Organisation, Person, Role, organisations};
use state::{State, Write, audit};

use crate::access::Action;
use crate::audit::{AuditEvent, of_operator};
use crate::password::{self, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

/// Longest login name.
pub const NAME_LEN_MAX: usize = 64;
/// Longest shown name, characters.
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;
/// How long the code of an invitation or a recovery is good.
pub const CODE_MS: i64 = 72 * 60 * 60 * 1000;

/// Why an account cannot be opened or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The login name is empty, too long or holds other characters.
    #[error("login name {name:?}: use 1 to {NAME_LEN_MAX} of a-z, 0-9, '.', '_', '-'")]
    Name {
        /// What was given.
        name: String,
    },
    /// The shown name is empty, too long or holds control characters.
    #[error("the shown name needs 1 to {DISPLAY_NAME_CHARS_MAX} characters")]
    DisplayName,
    /// The password is too short or too long.
    #[error("the password has {chars} characters, allowed are {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX}")]
    Password {
        /// Its length.
        chars: usize,
    },
    /// The organisation is not known.
    #[error("no organisation has the id {id:?}")]
    Organisation {
        /// What was given.
        id: String,
    },
    /// The role is not one of that kind of organisation.
    #[error("{role} is no role in an organisation of the kind {kind}")]
    Role {
        /// The role's word.
        role: &'static str,
        /// The kind's word.
        kind: &'static str,
    },
    /// Hashing failed: no randomness or no memory.
    #[error("the password cannot be hashed: {0}")]
    Hash(password_hash::Error),
    /// The program is shutting down.
    #[error("the hashing thread ended: {0}")]
    Thread(#[from] tokio::task::JoinError),
    /// State refused: the name is taken or unknown, or the database failed.
    #[error(transparent)]
    State(#[from] state::Error),
}

/// An account to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Login name; written in lower case.
    pub name: String,
    /// Name as signed and shown.
    pub display_name: String,
    /// What the person does here.
    pub role: Role,
    /// Id of the person's organisation.
    pub organisation: String,
}

/// Opens an account with a password, by the operator's command; the person's organisation is made if it is not there.
///
/// Fails if the name is or ever was taken, the role does not fit the organisation, or a name or the password is not
/// usable.
pub async fn open_account(
    state: &State,
    home: &Organisation,
    new: NewAccount,
    password: String,
    now: Timestamp,
) -> Result<Person, AccountError> {
    let hash = hashed(password).await?;
    let write = state.write().await?;
    organisations::settle(&*write, home, now).await?;
    let person = add(&write, new, &hash, now).await?;
    let event = of_operator(Action::ManagePeople, object(&person.name), now);
    let event = AuditEvent { new: told(&person), organisation: person.organisation.clone(), ..event };
    audit::append(&write, &event).await?;
    write.commit().await?;
    Ok(person)
}

/// Adds an account that no password opens yet; `code_hash` lets the person choose one.
pub(crate) async fn invite(
    write: &Write,
    new: NewAccount,
    (code_hash, by): (Digest, &str),
    now: Timestamp,
) -> Result<Person, AccountError> {
    let person = add(write, new, password::NOBODY, now).await?;
    people::add_code(&**write, code_hash, (&person.name, by), now, code_end(now)).await?;
    Ok(person)
}

async fn add(write: &Write, new: NewAccount, hash: &str, now: Timestamp) -> Result<Person, AccountError> {
    let name = new.name.trim().to_lowercase();
    let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ['.', '_', '-'].contains(&c);
    if name.is_empty() || name.len() > NAME_LEN_MAX || !name.chars().all(usable) {
        return Err(AccountError::Name { name: new.name });
    }
    let display_name = new.display_name.trim().to_owned();
    let chars = display_name.chars().count();
    if chars == 0 || chars > DISPLAY_NAME_CHARS_MAX || display_name.chars().any(char::is_control) {
        return Err(AccountError::DisplayName);
    }
    let home = organisations::by_id(&**write, &new.organisation).await?;
    let home = home.ok_or_else(|| AccountError::Organisation { id: new.organisation.clone() })?;
    if !new.role.fits(home.kind) {
        return Err(AccountError::Role { role: new.role.word(), kind: home.kind.word() });
    }
    let person = Person { name, display_name, role: new.role, organisation: home.id, added_at: now, closed_at: None };
    people::add(&**write, &person, hash).await?;
    Ok(person)
}

/// When a code made now ends.
pub(crate) fn code_end(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_add(CODE_MS * 1000))
}

/// A person as the audit trail names one.
pub(crate) fn object(name: &str) -> String {
    format!("person/{name}")
}

/// What the audit trail says of an account.
pub(crate) fn told(person: &Person) -> String {
    format!("{} {} {}", person.display_name, person.role.word(), person.organisation)
}

/// Gives a person a new password and ends all sessions of that person, by the operator's command.
pub async fn change_password(state: &State, name: &str, password: String, now: Timestamp) -> Result<(), AccountError> {
    let hash = hashed(password).await?;
    let name = name.trim().to_lowercase();
    let write = state.write().await?;
    people::set_password(&*write, &name, &hash).await?;
    let event = of_operator(Action::ManagePeople, object(&name), now);
    audit::append(&write, &AuditEvent { new: "password".to_owned(), ..event }).await?;
    write.commit().await?;
    Ok(())
}

/// The stored form of a password. Fails if it is too short or too long.
pub(crate) async fn hashed(password: String) -> Result<String, AccountError> {
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(AccountError::Password { chars });
    }
    tokio::task::spawn_blocking(move || password::hash(&password)).await?.map_err(AccountError::Hash)
}
