//! The secret of a session, and what is derived from it.
//!
//! The cookie holds the token; the database holds only its hash, so that a copy of the database opens no session. The
//! CSRF token is another hash of the same secret: a page of our own can ask for it, a foreign page cannot compute it.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use record::Digest;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// Bytes of a token: 256 random bits.
const TOKEN_LEN: usize = 32;
/// Keeps the CSRF token apart from the stored hash.
const CSRF_DOMAIN: &[u8] = b"yaoxia csrf token v1\0";
/// Keeps the stored hash apart from the CSRF token.
const STORED_DOMAIN: &[u8] = b"yaoxia session token v1\0";

/// Keeps the hash of a re-authentication apart from those of sessions.
const PROOF_DOMAIN: &[u8] = b"yaoxia proof token v1\0";

/// A session's secret. Its `Debug` shows nothing.
pub(crate) struct Token([u8; TOKEN_LEN]);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// A new token from the system's randomness.
    pub(crate) fn random() -> Self {
        Self(rand::random())
    }

    /// The token of the named cookie, if the request has exactly one that reads as a token.
    pub(crate) fn of_cookie(headers: &HeaderMap, cookie_name: &str) -> Option<Self> {
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == cookie_name)
            .map(|(_, value)| value);
        let (Some(value), None) = (found.next(), found.next()) else { return None };
        Self::of_text(value)
    }

    /// The token of a text this crate gave.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text of a proof: told once, stored hashed.
    pub(crate) fn proof_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database keeps of a proof.
    pub(crate) fn proof_stored(&self) -> Digest {
        Digest(Sha256::new().chain_update(PROOF_DOMAIN).chain_update(self.0).finalize().into())
    }

    /// What the database keeps of it.
    pub(crate) fn stored(&self) -> Digest {
        Digest(Sha256::new().chain_update(STORED_DOMAIN).chain_update(self.0).finalize().into())
    }

    /// The CSRF token of its session.
    pub(crate) fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(CSRF_DOMAIN).chain_update(self.0).finalize())
    }

    /// Whether this is the session's CSRF token; takes the same time whatever differs.
    pub(crate) fn csrf_is(&self, given: &str) -> bool {
        self.csrf().as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// `Set-Cookie` that begins the session: it ends with the browser, or earlier by the server.
    pub(crate) fn cookie(&self, name: &str, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        let value = URL_SAFE_NO_PAD.encode(self.0);
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}");
        let mut header = HeaderValue::try_from(line).expect("invariant: a cookie of base64 and our own name is ASCII");
        header.set_sensitive(true);
        header
    }
}

/// `Set-Cookie` that takes the cookie away.
pub(crate) fn cookie_gone(name: &str, https: bool) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}"))
        .expect("invariant: our own cookie name is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookie).unwrap())])
    }

    #[test]
    fn a_cookie_gives_the_token_back_and_two_of_one_name_give_none() {
        let token = Token::random();
        let set = token.cookie("__Host-yaoxia-1", true);
        let set = set.to_str().unwrap();
        assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"), "{set}");
        let pair = set.split(';').next().unwrap();
        let read = Token::of_cookie(&headers(&format!("a=b; {pair}")), "__Host-yaoxia-1").unwrap();
        assert_eq!(read.stored(), token.stored());
        for bad in [format!("{pair}; {pair}"), format!("{pair}x"), "__Host-yaoxia-1=".to_owned(), "a=b".to_owned()] {
            assert!(Token::of_cookie(&headers(&bad), "__Host-yaoxia-1").is_none(), "{bad}");
        }
    }

    #[test]
    fn the_csrf_token_belongs_to_one_session_and_is_not_what_is_stored() {
        let (one, other) = (Token([1; TOKEN_LEN]), Token([2; TOKEN_LEN]));
        assert!(one.csrf_is(&one.csrf()));
        assert!(!one.csrf_is(&other.csrf()));
        assert!(!one.csrf_is(""));
        assert_ne!(URL_SAFE_NO_PAD.encode(one.stored().0), one.csrf());
    }
}
