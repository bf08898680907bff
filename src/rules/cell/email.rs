//! The reader of e-mail addresses: rule E05.

use std::borrow::Cow;

use email_address::{EmailAddress, Options};

use super::text::{tidy, unwrap};
use crate::payload::length;
use crate::record::Field;
use crate::rules::{Code, Finding, Findings};

/// Reads an address; one that the receiver would refuse is left out, with E05.
pub fn read<'a>(raw: Cow<'a, str>, findings: &mut Findings) -> Option<Cow<'a, str>> {
    if is_ordinary(raw.as_bytes()) {
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

/// Whether the App Comercial would take `address`: ASCII, a domain with a dot, at most 255 signs.
pub fn is_valid(address: &str) -> bool {
    if is_ordinary(address.as_bytes()) {
        return true;
    }
    let options = Options::default().with_required_tld().without_display_text().without_domain_literal();
    // The crate's limits are those of the standard; the receiver's checks know no others that matter here.
    address.is_ascii()
        && address.len() <= length::EMAIL
        && !address.contains(char::is_whitespace)
        && EmailAddress::parse_with_options(address, options).is_ok_and(|parsed| {
            parsed.domain().rsplit('.').next().is_some_and(|top| {
                top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
                    || top.starts_with("xn--")
            })
        })
}

/// The shape that nearly every address has; told without the whole grammar.
fn is_ordinary(bytes: &[u8]) -> bool {
    let Some(at) = bytes.iter().position(|byte| *byte == b'@') else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    let Some(dot) = domain.iter().rposition(|byte| *byte == b'.') else { return false };
    let top = &domain[dot + 1..];
    local.len() <= 64
        && bytes.len() <= 250
        && labels(
            local,
            |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-' | b'%'),
            false,
        )
        && labels(&domain[..dot], |byte| byte.is_ascii_alphanumeric() || byte == b'-', true)
        && (2..=24).contains(&top.len())
        && top.iter().all(u8::is_ascii_alphabetic)
}

/// Parts between dots, none empty; a domain's are at most 63 long and begin and end without a hyphen.
fn labels(bytes: &[u8], allowed: impl Fn(u8) -> bool, domain: bool) -> bool {
    bytes.split(|byte| *byte == b'.').all(|label| {
        !label.is_empty()
            && label.iter().all(|byte| allowed(*byte))
            && (!domain || label.len() <= 63 && label[0] != b'-' && label[label.len() - 1] != b'-')
    })
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
