//! The reader of telephone numbers: rules T01 to T05.
//!
//! A Peruvian mobile number has 9 digits and begins with 9; a landline has 8 with its area code.

use std::borrow::Cow;

use super::formula::is_formula;
use super::number::{Scientific, scientific, without_zero_decimals};
use super::text::{tidy, unwrap};
use crate::record::Field;
use crate::rules::{Code, Finding, Findings};

/// The longest number of the international plan (E.164); more digits are several numbers.
const LONGEST: usize = 15;

/// Reads a phone: 9 digits (mobile) or 8 (landline), without country code and punctuation.
///
/// A number of another shape is returned with its finding (T04, T05), for those who ignore the rule; where no digits
/// are left to send (T01, T02), nothing is.
pub fn read<'a>(raw: Cow<'a, str>, findings: &mut Findings) -> Option<Cow<'a, str>> {
    if is_mobile(raw.as_bytes()) {
        return Some(raw);
    }
    match raw {
        Cow::Borrowed(text) => repair(text, findings),
        Cow::Owned(text) => repair(&text, findings).map(|phone| Cow::Owned(phone.into_owned())),
    }
}

fn repair<'a>(raw: &'a str, findings: &mut Findings) -> Option<Cow<'a, str>> {
    let about = |code: Code| Finding::new(code).field(Field::Celular).value(raw);
    let trimmed = raw.trim();
    if is_mobile(trimmed.as_bytes()) || is_landline(trimmed.as_bytes()) {
        return Some(Cow::Borrowed(trimmed));
    }
    // Decimals in a phone want a closer look: `99988877.0` has eight digits, not nine.
    if !trimmed.contains('.')
        && let Some(phone) = one(trimmed.strip_prefix('\'').unwrap_or(trimmed))
    {
        findings.repaired(Code::T03, || about(Code::T03));
        return Some(Cow::Owned(phone));
    }
    let tidied = tidy(raw, true);
    let text = without_zero_decimals(unwrap(&tidied));
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        let finding = Finding::new(Code::T01).field(Field::Celular);
        findings.push(if text.is_empty() { finding } else { finding.value(raw) });
        return None;
    }
    if is_formula(text) {
        findings.push(about(Code::V04));
        return None;
    }
    let expanded = match scientific(text) {
        Some(Scientific::Lost) => {
            findings.push(about(Code::T02));
            return None;
        }
        Some(Scientific::Exact(digits)) => Some(digits),
        None => None,
    };
    match shape(expanded.as_deref().unwrap_or(text)) {
        Shape::Phone(phone) => {
            findings.repaired(Code::T03, || about(Code::T03));
            Some(Cow::Owned(phone))
        }
        Shape::Several(first) => {
            findings.push(about(Code::T05));
            Some(Cow::Owned(first))
        }
        Shape::Other(digits) => {
            findings.push(about(Code::T04));
            Some(Cow::Owned(digits))
        }
    }
}

enum Shape {
    Phone(String),
    Several(String),
    Other(String),
}

fn shape(text: &str) -> Shape {
    if let Some(phone) = one(text) {
        return Shape::Phone(phone);
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let parts: Vec<&str> = split(text).filter(|part| count_digits(part) >= 6).collect();
    if parts.len() > 1 {
        let first =
            parts.iter().find_map(|part| one(part)).unwrap_or_else(|| digits.chars().take(9).collect());
        return Shape::Several(first);
    }
    if digits.len() > LONGEST {
        return Shape::Several(digits.chars().take(9).collect());
    }
    Shape::Other(digits)
}

/// Reads one number: punctuation, country code and trunk zero go.
fn one(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix('(').filter(|inner| inner.starts_with('+')).unwrap_or(text);
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let mut digits = [0; LONGEST];
    let mut count = 0;
    for c in rest.chars() {
        match c {
            '0'..='9' => {
                *digits.get_mut(count)? = c as u8;
                count += 1;
            }
            '-' | '.' | '(' | ')' | '/' | ' ' | '\u{2010}'..='\u{2015}' => {}
            _ if c.is_whitespace() => {}
            _ => return None,
        }
    }
    let digits = &digits[..count];
    let national = if plus {
        digits.strip_prefix(b"51")?
    } else if let Some(rest) = digits.strip_prefix(b"0051") {
        rest
    } else {
        digits.strip_prefix(b"51").filter(|rest| is_mobile(rest)).unwrap_or(digits)
    };
    let national = national.strip_prefix(b"0").filter(|rest| is_landline(rest)).unwrap_or(national);
    if !is_mobile(national) && !is_landline(national) {
        return None;
    }
    std::str::from_utf8(national).ok().map(str::to_owned)
}

/// The parts of a cell that may each be a number.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut parts: Vec<&str> = text.split(['/', ',', ';', '|', '\n', '&']).collect();
    for word in [" y ", " o ", " Y ", " O ", " - "] {
        parts = parts.into_iter().flat_map(|part| part.split(word)).collect();
    }
    parts.into_iter()
}

fn count_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

fn is_mobile(text: &[u8]) -> bool {
    text.len() == 9 && text[0] == b'9' && text.iter().all(u8::is_ascii_digit)
}

/// Area codes begin with 1 (Lima), 4, 5, 6, 7 or 8; 8 digits that begin with 9 are a mobile that lost one.
fn is_landline(text: &[u8]) -> bool {
    text.len() == 8 && matches!(text[0], b'1' | b'4'..=b'8') && text.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> (Option<String>, Vec<Code>) {
        let mut findings = Findings::default();
        let phone = read(Cow::Borrowed(text), &mut findings).map(Cow::into_owned);
        let mut codes: Vec<Code> = findings.listed().iter().map(|finding| finding.code).collect();
        codes.extend(findings.only_counted());
        (phone, codes)
    }

    #[test]
    fn good_numbers_pass_without_a_word() {
        for text in ["999888777", " 999888777 ", "14567890", "44123456"] {
            assert_eq!(read_one(text), (Some(text.trim().into()), vec![]), "{text}");
        }
    }

    #[test]
    fn punctuation_and_country_codes_are_taken_off() {
        for text in [
            "+51 999 888 777",
            "+51999888777",
            "0051 999-888-777",
            "51999888777",
            "(51) 999.888.777",
            "(+51) 999888777",
            "'999888777",
            "=\"999888777\"",
            "999888777.0",
            "999888777,0",
            "999888777,00",
            "9,99888777E+08",
            "9.99888777e+8",
            "5.1999888777E+10",
            "999\u{a0}888\u{202f}777",
            "\u{feff}999888777",
        ] {
            assert_eq!(read_one(text), (Some("999888777".into()), vec![Code::T03]), "{text}");
        }
        assert_eq!(read_one("(01) 456-7890"), (Some("14567890".into()), vec![Code::T03]));
        assert_eq!(read_one("+51 1 4567890"), (Some("14567890".into()), vec![Code::T03]));
    }

    #[test]
    fn what_can_not_be_sent_is_an_error() {
        assert_eq!(read_one(""), (None, vec![Code::T01]));
        assert_eq!(read_one("no tiene"), (None, vec![Code::T01]));
        assert_eq!(read_one("9,99889E+08"), (None, vec![Code::T02]));
        assert_eq!(read_one("9.99E+08").1, vec![Code::T02]);
        for text in [
            "99988877",
            "888777666",
            "9998887770",
            "+1 305 555 0199",
            "999888777 mamá",
            "4567890",
            "+51 999888777 (Rosa)",
        ] {
            assert_eq!(read_one(text).1, vec![Code::T04], "{text}");
        }
    }

    #[test]
    fn several_numbers_are_named_as_such() {
        for text in [
            "999888777 / 988777666",
            "999888777/988777666",
            "999888777, 988777666",
            "999888777 988777666",
            "999888777-988777666",
            "999 888 777 y 988 777 666",
            "+51999888777 o +51988777666",
        ] {
            assert_eq!(read_one(text), (Some("999888777".into()), vec![Code::T05]), "{text}");
        }
    }
}
