//! Opening an account and changing its password: for the operator's command, which makes the first administrator, and
//! for the administrators after.

use argon2::password_hash;
use record::Timestamp;
use state::State;
use state::people::{self, Person, Role};

use crate::password::{self, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};

/// Longest login name.
pub const NAME_LEN_MAX: usize = 64;
/// Longest shown name, characters.
pub const DISPLAY_NAME_CHARS_MAX: usize = 64;

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
    /// What the person may do.
    pub role: Role,
}

/// Opens an account. Fails if the name is or ever was taken, or a name or the password is not usable.
pub async fn open_account(
    state: &State,
    new: NewAccount,
    password: String,
    now: Timestamp,
) -> Result<Person, AccountError> {
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
    let hash = hashed(password).await?;
    let person = Person { name, display_name, role: new.role, added_at: now, closed_at: None };
    let write = state.write().await?;
    people::add(&*write, &person, &hash).await?;
    write.commit().await?;
    Ok(person)
}

/// Gives a person a new password and ends all sessions of that person.
pub async fn change_password(state: &State, name: &str, password: String) -> Result<(), AccountError> {
    let hash = hashed(password).await?;
    let write = state.write().await?;
    people::set_password(&*write, &name.trim().to_lowercase(), &hash).await?;
    write.commit().await?;
    Ok(())
}

async fn hashed(password: String) -> Result<String, AccountError> {
    let chars = password.chars().count();
    if !(PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&chars) {
        return Err(AccountError::Password { chars });
    }
    tokio::task::spawn_blocking(move || password::hash(&password)).await?.map_err(AccountError::Hash)
}
