//! Standard Webhooks signatures: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
//!
//! Comes in: secrets (`whsec_…`), an id, a time and a body. Goes out: the value of the signature header, with one
//! signature for each secret, so that receivers can change theirs while both are valid.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::config::Token;

/// Why a signing secret can't be used. The secret itself is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is no whsec_ followed by base64")]
pub struct BadSecret;

/// Signs requests.
#[derive(Debug, Clone, Default)]
pub struct Signer {
    keys: Vec<hmac::Key>,
}

impl Signer {
    /// Reads the secrets; none of them means that nothing is signed.
    pub fn new(secrets: &[Token]) -> Result<Self, BadSecret> {
        let keys = secrets.iter().map(|secret| {
            let encoded = secret.expose();
            let encoded = encoded.strip_prefix("whsec_").unwrap_or(encoded);
            let key = STANDARD.decode(encoded).map_err(|_| BadSecret)?;
            if key.is_empty() { Err(BadSecret) } else { Ok(hmac::Key::new(hmac::HMAC_SHA256, &key)) }
        });
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    /// Whether requests are signed.
    pub fn signs(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The value of `webhook-signature` for a message `id` sent at `timestamp` (Unix seconds).
    pub fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut signatures = Vec::with_capacity(self.keys.len());
        for key in &self.keys {
            let mut context = hmac::Context::with_key(key);
            context.update(id.as_bytes());
            context.update(b".");
            context.update(timestamp.to_string().as_bytes());
            context.update(b".");
            context.update(body);
            signatures.push(format!("v1,{}", STANDARD.encode(context.sign())));
        }
        signatures.join(" ")
    }
}
