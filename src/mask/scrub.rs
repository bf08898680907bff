//! Takes known secrets and people out of a stranger's text: a receiver's error may repeat what it was sent.

use std::borrow::Cow;
use std::fmt;

use secrecy::zeroize::Zeroizing;

use super::stray::{BETWEEN, FEWEST_DIGITS};
use super::{Personal, mask};

/// Shorter values would blank out half a sentence, and name nobody.
const SHORTEST: usize = 4;

/// What is taken out, and what is shown instead.
#[derive(Clone, Default)]
pub struct Scrub {
    /// Longest first, so that a whole name goes before its words.
    known: Vec<(Zeroizing<String>, String)>,
    /// The digits of phones and documents, which may come back in groups.
    numbers: Vec<(Zeroizing<String>, String)>,
}

/// Shows how many values it knows, never which.
impl fmt::Debug for Scrub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scrub({})", self.known.len())
    }
}

impl Scrub {
    /// Adds a secret, also as an address would hold it.
    ///
    /// ```
    /// use crm_bridge::mask::Scrub;
    /// let scrub = Scrub::default().secret("S3cret/value=");
    /// assert_eq!(scrub.text("/login?t=S3cret%2Fvalue%3D, S3cret/value%3d"), "/login?t=***, ***");
    /// ```
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.add(secret, "***".to_owned());
        for kept in ["", "/"] {
            for upper in [true, false] {
                self.add(&percent_encoded(secret.trim(), kept, upper), "***".to_owned());
            }
        }
        self
    }

    /// Adds personal data: the whole value, and such parts of it as still name somebody.
    pub fn person(&mut self, kind: Personal, value: &str) {
        self.add(value, mask(kind, value));
        let (parts, shortest): (Vec<&str>, usize) = match kind {
            Personal::Name => (value.split_whitespace().collect(), SHORTEST),
            Personal::Email => (value.split('@').collect(), SHORTEST),
            // Common words of a note name nobody, and are wanted in an error.
            Personal::Text => (value.split_whitespace().collect(), 8),
            Personal::Phone | Personal::Document => return self.number(kind, value),
        };
        for part in parts.into_iter().filter(|part| part.chars().count() >= shortest) {
            self.add(part, mask(kind, part));
        }
    }

    fn number(&mut self, kind: Personal, value: &str) {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        // Fewer of them stand by chance in a date or among prices.
        if digits.len() >= FEWEST_DIGITS {
            let shown = mask(kind, &digits);
            self.numbers.push((Zeroizing::new(digits), shown));
        }
    }

    fn add(&mut self, value: &str, shown: String) {
        let value = value.trim();
        if value.chars().count() < SHORTEST {
            return;
        }
        for value in [value.to_owned(), value.to_uppercase(), value.to_lowercase()] {
            if self.known.iter().all(|(known, _)| **known != value) {
                self.known.push((Zeroizing::new(value), shown.clone()));
            }
        }
        self.known.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
    }

    /// The text without what is known.
    ///
    /// ```
    /// use crm_bridge::mask::{Personal, Scrub};
    /// let mut scrub = Scrub::default().secret("s3cret-value");
    /// scrub.person(Personal::Name, "Rosa Quispe");
    /// assert_eq!(scrub.text("no client QUISPE (s3cret-value)"), "no client Q*** (***)");
    /// ```
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for (known, shown) in &self.known {
            if text.contains(known.as_str()) {
                text = Cow::Owned(text.replace(known.as_str(), shown));
            }
        }
        for (digits, shown) in &self.numbers {
            if let Some(clean) = without_number(&text, digits, shown) {
                text = Cow::Owned(clean);
            }
        }
        text
    }
}

/// `secret` in an address, but for the signs of `kept`; its codes in upper or lower case.
fn percent_encoded(secret: &str, kept: &str, upper: bool) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(secret.len() * 3));
    for byte in secret.bytes() {
        let sign = char::from(byte);
        if sign.is_ascii_alphanumeric() || "-._~".contains(sign) || kept.contains(sign) {
            out.push(sign);
            continue;
        }
        out.push('%');
        for half in [byte >> 4, byte & 15] {
            let digit = char::from_digit(half.into(), 16).unwrap_or('0');
            out.push(if upper { digit.to_ascii_uppercase() } else { digit });
        }
    }
    out
}

/// `text` with `shown` for the number of these digits, whatever groups it is written in; none where it is not in there.
fn without_number(text: &str, digits: &str, shown: &str) -> Option<String> {
    let mut clean: Option<String> = None;
    let mut rest = text;
    while let Some(at) = rest.find(|sign| digits.starts_with(sign)) {
        let (before, from) = rest.split_at(at);
        let out = clean.get_or_insert_default();
        out.push_str(before);
        if let Some(length) = grouped(from, digits) {
            out.push_str(shown);
            rest = &from[length..];
        } else {
            out.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    let clean = clean? + rest;
    (clean != text).then_some(clean)
}

/// Length of the number at the start of `text`, with at most two signs between its digits.
fn grouped(text: &str, digits: &str) -> Option<usize> {
    let mut at = 0;
    for (index, digit) in digits.chars().enumerate() {
        let rest = &text[at..];
        let signs = rest.chars().take(2).take_while(|sign| index > 0 && BETWEEN.contains(sign));
        at += signs.map(char::len_utf8).sum::<usize>();
        if !text[at..].starts_with(digit) {
            return None;
        }
        at += digit.len_utf8();
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_goes_before_its_parts() {
        let mut scrub = Scrub::default();
        scrub.person(Personal::Email, "rosa.quispe@correo.pe");
        assert_eq!(scrub.text("<rosa.quispe@correo.pe> and rosa.quispe"), "<r***@***> and r***@***");
    }

    #[test]
    fn short_values_are_left_alone() {
        let mut scrub = Scrub::default();
        scrub.person(Personal::Name, "Ana Paz");
        assert_eq!(scrub.text("la semana de la paz; Ana Paz"), "la semana de la paz; A*** P***");
    }

    #[test]
    fn a_number_goes_in_whatever_groups_it_comes_back() {
        let mut scrub = Scrub::default();
        scrub.person(Personal::Phone, "999888777");
        scrub.person(Personal::Document, "70716253");
        let text = "9 of 999 888 777, +51 999-888-777, (999) 888.777 and DNI 70.716.253; 99 988";
        let clean = "9 of 9998****, +51 9998****, (9998**** and DNI 70******; 99 988";
        assert_eq!(scrub.text(text), clean);
        for other in ["999 888 778", "999  - 888 777", "2024-01-15 10:00", "CRM-1234567", ""] {
            assert!(matches!(scrub.text(other), Cow::Borrowed(same) if same == other), "{other}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Scrub::default().secret("s3cret-value")), "Scrub(2)");
    }
}
