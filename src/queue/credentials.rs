//! How we show who we are: from a file or from the address, never from an argument of its own.
//!
//! Comes in: the text of a credentials file, or a URL. Goes out: options of a connection. Secrets are never shown.

use std::path::Path;

use async_nats::ConnectOptions;
use reqwest::Url;
use secrecy::zeroize::Zeroizing;

use super::QueueError;

/// The longest credentials file; a longer one is some other file, named by mistake.
const LONGEST: u64 = 64 * 1024;
/// The line that a NATS credentials file (`.creds`) begins its first part with.
const CREDS: &str = "BEGIN NATS USER JWT";

/// Reads `path`: a `.creds` file, one line `user:password`, or one line with a token.
pub(super) fn from_file(options: ConnectOptions, path: &Path) -> Result<ConnectOptions, QueueError> {
    let fail = |detail: String| QueueError::Credentials { path: path.display().to_string(), detail };
    let length = std::fs::metadata(path).map_err(|error| fail(error.to_string()))?.len();
    if length > LONGEST {
        return Err(fail("too long to hold credentials".to_owned()));
    }
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?);
    if text.contains(CREDS) {
        return creds(options, &text).map_err(fail);
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next()) {
        (Some(line), None) => Ok(match line.split_once(':') {
            Some((user, password)) => options.user_and_password(user.to_owned(), password.to_owned()),
            None => options.token(line.to_owned()),
        }),
        _ => Err(fail("neither user:password, nor a token, nor a .creds file".to_owned())),
    }
}

/// Signing a server's challenge takes a signature library of its own, which few installations need.
#[cfg(feature = "nats-creds")]
fn creds(options: ConnectOptions, text: &str) -> Result<ConnectOptions, String> {
    options.credentials(text).map_err(|error| error.to_string())
}

#[cfg(not(feature = "nats-creds"))]
fn creds(_: ConnectOptions, _: &str) -> Result<ConnectOptions, String> {
    Err("a .creds file, which needs a build with `--features nats-creds`".to_owned())
}

/// Takes `user:password@` or `token@` out of `url`.
pub(super) fn from_url(options: ConnectOptions, url: &mut Url) -> ConnectOptions {
    let user = decoded(url.username());
    let password = url.password().map(decoded);
    // Neither fails for an address with a host.
    url.set_username("").ok();
    url.set_password(None).ok();
    match (user, password) {
        (user, _) if user.is_empty() => options,
        (user, Some(password)) => options.user_and_password(user, password),
        (token, None) => options.token(token),
    }
}

/// Undoes `%40` and its like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| after.get(..2)).flatten();
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(text: &str) -> Result<(), QueueError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        from_file(ConnectOptions::new(), file.path()).map(|_| ())
    }

    #[test]
    fn a_line_is_credentials_and_anything_else_is_named_without_its_content() {
        read("ana:s3cret\n").unwrap();
        read("\n  t0ken \n").unwrap();
        for other in ["", "\n\n", "ana\ns3cret\n"] {
            let error = read(other).unwrap_err().to_string();
            assert!(error.contains("neither user:password") && !error.contains("s3cret"), "{error}");
        }
        assert!(read(&"x".repeat(70_000)).unwrap_err().to_string().contains("too long"));
    }

    #[test]
    fn secrets_leave_the_address() {
        let mut url: Url = "nats://ana:p%40ss@queue:4222".parse().unwrap();
        from_url(ConnectOptions::new(), &mut url);
        assert_eq!(url.as_str(), "nats://queue:4222");
        assert_eq!(decoded("p%40ss%zz%4"), "p@ss%zz%4");
    }
}
