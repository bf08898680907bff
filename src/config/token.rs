//! A secret that can't be printed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

/// A shared secret. It is zeroed when dropped, and neither `Debug` nor `Display` shows it.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes the secret, without the white space around it that files and shells leave.
    pub fn new(secret: impl AsRef<str>) -> Self {
        Self(SecretString::from(secret.as_ref().trim()))
    }

    /// The secret itself: for the request's header and for signing, nowhere else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether a header can carry it: no line breaks, accents or control signs.
    pub fn fits_a_header(&self) -> bool {
        self.expose().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &[u8]) -> bool {
        self.expose().as_bytes().ct_eq(other).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_never_printed() {
        assert_eq!(format!("{:?}", Token::new("s3cret-value")), "Token(***)");
    }

    #[test]
    fn compares_whole() {
        let token = Token::new(" abc\n");
        assert!(token.matches(b"abc"));
        assert!(!token.matches(b"abcd"));
        assert!(!token.matches(b""));
    }
}
