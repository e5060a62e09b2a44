//! Passwords: Argon2id, salted, stored as PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Memory of one hash, KiB (OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 passes, 1 lane).
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;
/// Shortest password, characters (NIST SP 800-63B-4 §3.1.1.2, password as the only factor).
pub const PASSWORD_CHARS_MIN: usize = 15;
/// Longest password, characters: hashing must not be a way to keep the box busy.
pub const PASSWORD_CHARS_MAX: usize = 256;
/// The hash of no password anybody knows: 32 random bytes in the form of a hash with the parameters above.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$FgdTN2dgD6rdg3AwOGAmFw$V/Kz5QoUpjsqxJ8owxtTf+n82SyjE+v2xewQtVp2XX8";

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("invariant: constants within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string of a new password, with a random salt. Takes tens of milliseconds: not for an async thread.
pub(crate) fn hash(password: &str) -> Result<String, password_hash::Error> {
    Ok(argon2().hash_password(password.as_bytes())?.to_string())
}

/// Whether the password is the one of this PHC string. A string that is none fails: state is damaged.
/// Takes tens of milliseconds: not for an async thread.
pub(crate) fn verify(password: &str, phc: &str) -> Result<bool, password_hash::Error> {
    let parsed = PasswordHash::new(phc)?;
    match argon2().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_only_its_own_hash_and_salts_differ() {
        let phc = hash("正确的马电池订书钉").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("正确的马电池订书钉", &phc).unwrap());
        assert!(!verify("正确的马电池订书针", &phc).unwrap());
        assert_ne!(phc, hash("正确的马电池订书钉").unwrap());
        assert!(verify("anything", "plain text").is_err());
    }

    #[test]
    fn nobody_costs_as_much_to_check_as_a_person() {
        assert!(!verify("", NOBODY).unwrap());
        let (nobody, somebody) = (PasswordHash::new(NOBODY).unwrap(), hash("some password").unwrap());
        let somebody = PasswordHash::new(&somebody).unwrap();
        assert_eq!((nobody.algorithm, nobody.version), (somebody.algorithm, somebody.version));
        assert_eq!(nobody.params.to_string(), somebody.params.to_string());
    }
}
