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
    let Some(at) = memchr::memchr(b'@', bytes) else { return false };
    let (local, domain) = (&bytes[..at], &bytes[at + 1..]);
    bytes.len() <= length::EMAIL
        && (1..=64).contains(&local.len())
        && follows(local, &LOCAL)
        && is_domain(domain)
}

/// A sign that may not stand there at all.
const BAD: u8 = 1;
const HYPHEN: u8 = 1 << 1;
const DOT: u8 = 1 << 2;
/// By how many bits a sign's entry is to be moved for what may not stand behind it.
const BEHIND: u32 = 3;

/// What each sign before the `@` is: words between single dots.
const LOCAL: [u8; 256] = {
    let mut signs = [BAD; 256];
    let allowed = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+/=?^_`{|}~-";
    let mut at = 0;
    while at < allowed.len() {
        signs[allowed[at] as usize] = 0;
        at += 1;
    }
    signs[b'.' as usize] = DOT | DOT << BEHIND;
    signs
};

/// What each sign of a domain is: letters, digits, and hyphens inside its parts.
const DOMAIN: [u8; 256] = {
    let mut signs = [BAD; 256];
    let mut sign = 0_u8;
    while sign < 128 {
        if sign.is_ascii_alphanumeric() {
            signs[sign as usize] = 0;
        }
        sign += 1;
    }
    signs[b'-' as usize] = HYPHEN | DOT << BEHIND;
    signs[b'.' as usize] = DOT | (DOT | HYPHEN) << BEHIND;
    signs
};

/// Whether each sign may stand where it does; neither a dot nor a domain's hyphen may stand outside.
fn follows(text: &[u8], signs: &[u8; 256]) -> bool {
    let outside = DOT | HYPHEN;
    let (mut wrong, mut behind) = (0, outside);
    for byte in text {
        let sign = signs[usize::from(*byte)];
        wrong |= (sign & BAD) | (sign & behind);
        behind = sign >> BEHIND;
    }
    wrong == 0 && text.last().is_some_and(|last| signs[usize::from(*last)] & outside == 0)
}

/// Parts of 1 to 63 signs, of which there are several, and the last one is of letters.
fn is_domain(domain: &[u8]) -> bool {
    let Some(dot) = memchr::memrchr(b'.', domain) else { return false };
    let top = &domain[dot + 1..];
    follows(domain, &DOMAIN)
        && (domain.len() < 64 || domain.split(|byte| *byte == b'.').all(|part| part.len() < 64))
        && top.len() >= 2
        && (top.iter().all(u8::is_ascii_alphabetic) || top.starts_with(b"xn--"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, part by part.
    fn is_valid_by_its_parts(address: &str) -> bool {
        let Some((local, domain)) = address.split_once('@') else { return false };
        let Some((hosts, top)) = domain.rsplit_once('.') else { return false };
        let is_word = |word: &str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
            !word.is_empty() && word.chars().all(allowed)
        };
        let is_host = |host: &str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
            (1..=63).contains(&host.len())
                && host.chars().all(allowed)
                && !host.starts_with('-')
                && !host.ends_with('-')
        };
        address.len() <= length::EMAIL
            && local.len() <= 64
            && local.split('.').all(is_word)
            && hosts.split('.').all(is_host)
            && is_host(top)
            && top.len() >= 2
            && (top.chars().all(|c| c.is_ascii_alphabetic()) || top.starts_with("xn--"))
    }

    proptest! {
        #[test]
        fn one_look_tells_what_the_parts_tell(
            address in "[a-c.@+ñ -]{0,8}@[a1.-]{0,6}(\\.(xn--)?[a-b1-]{0,3})?",
            long in "[a-b]{60,66}", dots in "[.-]{0,2}",
        ) {
            prop_assert_eq!(is_valid(&address), is_valid_by_its_parts(&address), "{}", address);
            for address in [format!("{long}@a.pe"), format!("a@{long}{dots}.a.pe"), format!("a@{long}.{long}.{long}.{long}.pe")] {
                prop_assert_eq!(is_valid(&address), is_valid_by_its_parts(&address), "{}", address);
            }
        }
    }

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
