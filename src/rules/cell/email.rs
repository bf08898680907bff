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
    let bytes = address.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let Some(dot) = domain.iter().rposition(|byte| *byte == b'.') else { return false };
    let top = &domain[dot + 1..];
    bytes.len() <= length::EMAIL
        && (1..=64).contains(&local.len())
        && is_local(local)
        && domain[..dot].split(|byte| *byte == b'.').all(is_host)
        && is_host(top)
        && top.len() >= 2
        && (top.iter().all(u8::is_ascii_alphabetic) || top.starts_with(b"xn--"))
}

/// The signs that may stand before the `@`, dots apart.
const LOCAL: [bool; 256] = {
    let mut allowed = [false; 256];
    let signs = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+/=?^_`{|}~-";
    let mut at = 0;
    while at < signs.len() {
        allowed[signs[at] as usize] = true;
        at += 1;
    }
    allowed
};

/// Words between single dots, none outside.
fn is_local(local: &[u8]) -> bool {
    let mut previous = b'.';
    for byte in local {
        if !LOCAL[usize::from(*byte)] && (*byte != b'.' || previous == b'.') {
            return false;
        }
        previous = *byte;
    }
    previous != b'.'
}

/// Parts of a domain are 1 to 63 letters, digits and hyphens, and have no hyphen outside.
fn is_host(label: &[u8]) -> bool {
    (1..=63).contains(&label.len())
        && label[0] != b'-'
        && label[label.len() - 1] != b'-'
        && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
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
