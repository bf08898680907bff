//! The token in the system's keyring: Secret Service, Keychain, Credential Manager. Only with the feature `keyring`.
//!
//! One entry a receiver: service `crm-bridge`, user the URL without its query. It is the weakest place, asked only
//! where nothing else has a token.

use std::thread;

use reqwest::Url;
use secrecy::zeroize::Zeroizing;

use super::token::Token;

/// The service under which the tokens are kept.
const SERVICE: &str = "crm-bridge";

/// The token that is kept for `url`; none where there is none. Fails where the keyring does not answer.
pub fn lookup(url: &Url) -> Result<Option<Token>, keyring::Error> {
    match beside(|| entry(url)?.get_password()) {
        Ok(secret) => Ok(Some(Token::new(Zeroizing::new(secret).as_str()))),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps `token` for `url`. Fails where the keyring does not answer.
pub fn keep(url: &Url, token: &Token) -> Result<(), keyring::Error> {
    beside(|| entry(url)?.set_password(token.expose()))
}

/// Asks on a thread of its own: the Secret Service's client brings an asynchronous runtime, which can't be started where
/// one is running.
fn beside<T: Send>(ask: impl FnOnce() -> Result<T, keyring::Error> + Send) -> Result<T, keyring::Error> {
    thread::scope(|scope| scope.spawn(ask).join())
        .unwrap_or_else(|_| Err(keyring::Error::PlatformFailure("the keyring's client gave up".into())))
}

fn entry(url: &Url) -> Result<keyring::Entry, keyring::Error> {
    let mut user = url.clone();
    user.set_query(None);
    user.set_fragment(None);
    keyring::Entry::new(SERVICE, user.as_str())
}
