//! Codes a person types once: of a box's enrolment, an invitation, a recovery.
//!
//! Goes out: a code to show once, and the hash that is stored. 31^16 codes are 2^79: none is ever guessed.

use rand::RngExt as _;
use record::Digest;
use sha2::{Digest as _, Sha256};

/// Characters of a code: no `0O1IL`, which people mix up.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Groups of a code, and characters of a group.
const GROUPS: usize = 4;
const GROUP_LEN: usize = 4;
/// What a code is for keeps its hash apart from all others: of a box's enrolment.
pub const ENROLMENT: &str = "yaoxia/enrolment/v1\n";
/// Of a person's account.
pub const ACCOUNT: &str = "yaoxia/account/v1\n";

/// A new code, as it is told to whom it is for.
pub fn new_code() -> String {
    let mut rng = rand::rng();
    let mut group =
        || -> String { (0..GROUP_LEN).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect() };
    (0..GROUPS).map(|_| group()).collect::<Vec<_>>().join("-")
}

/// What a code is stored as. Case, hyphens and spaces do not matter.
pub fn code_hash(purpose: &str, code: &str) -> Digest {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Digest(Sha256::new().chain_update(purpose).chain_update(plain).finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed_and_no_two_are_alike() {
        let code = new_code();
        assert_eq!(code.len(), 19, "{code}");
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        assert_eq!(code_hash(ENROLMENT, &code), code_hash(ENROLMENT, &typed));
        assert_ne!(code_hash(ENROLMENT, &code), code_hash(ENROLMENT, &new_code()));
        assert_ne!(code_hash(ENROLMENT, &code), code_hash(ACCOUNT, &code), "a box's code opens no account");
    }
}
