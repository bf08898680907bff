//! The reader of e-mail addresses: rule E05.

use std::borrow::Cow;

use super::text::{tidy, unwrap};
use crate::payload::length;
use crate::record::Field;
use crate::rules::{Code, Finding, Findings};

/// Reads an address; one that the receiver would refuse is left out, with E05.
pub fn read<'a>(raw: Cow<'a, str>, findings: &mut Findings) -> Option<Cow<'a, str>> {
    if is_valid(&raw) {
        return Some(raw);
    }
    let tidied = tidy(&raw, false);
    let text = unwrap(&tidied);
    if text.is_empty() {
        return None;
    }
    if is_valid(text) {
        return Some(if text == raw { raw } else { Cow::Owned(text.to_owned()) });
    }
    findings.push(Finding::new(Code::E05).field(Field::Email).value(raw.as_ref()));
    None
}

/// Whether the App Comercial would take `address`: what Django's check takes, but for quoted names and bare hosts.
pub fn is_valid(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    let Some((hosts, top)) = domain.rsplit_once('.') else { return false };
    address.len() <= length::EMAIL
        && local.len() <= 64
        && labels(local.as_bytes(), is_local)
        && labels(hosts.as_bytes(), |byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && hosts.split('.').all(is_host)
        && is_host(top)
        && top.len() >= 2
        && (top.bytes().all(|byte| byte.is_ascii_alphabetic())
            || (top.starts_with("xn--")
                && labels(top.as_bytes(), |byte| byte.is_ascii_alphanumeric() || byte == b'-')))
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// Parts of a domain are at most 63 long and have no hyphen outside.
fn is_host(label: &str) -> bool {
    label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
}

/// Parts between dots, none empty, of allowed signs alone.
fn labels(bytes: &[u8], allowed: impl Fn(u8) -> bool) -> bool {
    bytes
        .split(|byte| *byte == b'.')
        .all(|label| !label.is_empty() && label.iter().all(|byte| allowed(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (Option<String>, usize) {
        let mut findings = Findings::default();
        let email = read(Cow::Borrowed(text), &mut findings).map(Cow::into_owned);
        (email, findings.listed().len())
    }

    #[test]
    fn good_addresses_pass() {
        for text in ["rosa@example.pe", "r.q+crm@mail.example.com.pe", "a'b@example.pe", "x@xn--nxasmq6b.com"]
        {
            assert_eq!(read_one(text), (Some(text.into()), 0));
        }
        assert_eq!(read_one(" rosa@example.pe\u{a0}"), (Some("rosa@example.pe".into()), 0));
    }

    #[test]
    fn bad_addresses_are_left_out_with_a_finding() {
        for text in [
            "rosa",
            "rosa@",
            "@example.pe",
            "rosa@example",
            "rosa@@example.pe",
            "rosa@example..pe",
            "r osa@example.pe",
            "rosa.@example.pe",
            "rosa@-example.pe",
            "a@b.pe; c@d.pe",
            "rosa@example.p",
            "niño@example.pe",
            "Rosa <rosa@example.pe>",
            "rosa@[127.0.0.1]",
        ] {
            assert_eq!(read_one(text), (None, 1), "{text}");
        }
        assert_eq!(read_one("  "), (None, 0));
    }
}
