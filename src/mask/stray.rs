//! Takes phones, documents and e-mail addresses out of a cell that is about something else.

use std::borrow::Cow;

use super::{Personal, mask};

/// Fewer digits in a row are a lot, a year, an hour.
pub(super) const FEWEST_DIGITS: usize = 7;
/// What stands between the digits of a phone.
pub(super) const BETWEEN: [char; 8] = [' ', '-', '.', '(', ')', '\u{a0}', '\u{2011}', '\u{2013}'];
/// Digits of a mobile phone.
const PHONE: usize = 9;

/// `text` without what names a person, although its column is no such person's: `Referido por 999888777` in a column of
/// channels. Names themselves can't be told from other words.
///
/// ```
/// use crm_bridge::mask::stray;
/// assert_eq!(stray("Referido por 999888777"), "Referido por 9998****");
/// assert_eq!(stray("ver a rosa@example.pe (DNI 45678912)"), "ver a r***@*** (DNI 45******)");
/// assert_eq!(stray("+51 999 888 777, lote 12"), "+51 9998****, lote 12");
/// assert_eq!(stray("15/01/2024 14:30"), "15/01/2024 14:30");
/// ```
pub fn stray(text: &str) -> Cow<'_, str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < FEWEST_DIGITS && !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if let Some(length) = address(rest) {
            out.push_str(&mask(Personal::Email, &rest[..length]));
            rest = &rest[length..];
            continue;
        }
        let length = number(rest);
        let decimals =
            out.strip_suffix('.').is_some_and(|before| before.ends_with(|sign: char| sign.is_ascii_digit()));
        if let Some((kind, length)) = kind(rest, length).filter(|_| !decimals) {
            let digits: String = rest[..length].chars().filter(char::is_ascii_digit).collect();
            out.push_str(&mask(kind, &digits));
            rest = &rest[length..];
            continue;
        }
        // The rest of a word or of a number that names nobody is no beginning of another one.
        let taken = length.max(word(rest)).max(sign.len_utf8());
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

fn kind(text: &str, length: usize) -> Option<(Personal, usize)> {
    match length {
        9.. => Some((Personal::Phone, length)),
        FEWEST_DIGITS.. => Some((Personal::Document, length)),
        2..=6 if text.starts_with('9') => spaced(text).map(|length| (Personal::Phone, length)),
        _ => None,
    }
}

/// Length of the number at the start of `text`.
fn number(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Length of the letters at the start of `text`, where no address begins.
fn word(text: &str) -> usize {
    text.find(|sign: char| !sign.is_alphabetic()).unwrap_or(text.len())
}

/// Length of a mobile phone in groups: nine digits, with at most two signs between them.
fn spaced(text: &str) -> Option<usize> {
    let (mut at, mut digits) = (0, 0);
    while digits < PHONE {
        let rest = text.get(at..)?;
        let signs = rest.chars().take_while(|sign| digits > 0 && BETWEEN.contains(sign));
        let between: Vec<char> = signs.collect();
        if between.len() > 2 {
            return None;
        }
        at += between.iter().map(|sign| sign.len_utf8()).sum::<usize>();
        let group = number(text.get(at..)?);
        if group < 2 {
            return None;
        }
        at += group;
        digits += group;
    }
    (digits == PHONE).then_some(at)
}

/// Length of an e-mail address.
fn address(text: &str) -> Option<usize> {
    let of_name = |sign: char| sign.is_alphanumeric() || "._%+-".contains(sign);
    let at = text.find(|sign: char| !of_name(sign)).filter(|at| *at > 0)?;
    let host = text.get(at..)?.strip_prefix('@')?;
    let length =
        host.find(|sign: char| !(sign.is_alphanumeric() || ".-".contains(sign))).unwrap_or(host.len());
    (length > 0).then_some(at + 1 + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_nobody_stays() {
        for text in [
            "",
            "2024-01-15T14:30:00.0000000",
            "OASIS 2 (AUCALLAMA)",
            "Sala 3, lote 123-456",
            "2024-01-15T14:30:00",
            "@oasis",
            "a @ b",
            "é",
        ] {
            assert!(matches!(stray(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn what_names_somebody_goes_wherever_it_stands() {
        for text in [
            "x999888777",
            "999-888-777",
            "999-888777",
            "(999) 888-777",
            "999  888 777",
            "99 98 88 777",
            "51999888777",
            "rosa.quispe@correo.pe",
            "ñ:rosa@correo",
            "DNI45678912",
        ] {
            let shown = stray(text);
            assert!(shown.contains('*') && !shown.contains("888777") && !shown.contains("correo"), "{shown}");
        }
    }
}
