//! The reader of identity documents: rules D01 and D02.

use std::borrow::Cow;

use super::fold::Key;
use super::formula::is_formula;
use super::number::{Scientific, scientific, without_zero_decimals};
use super::text::{tidy, unwrap};
use crate::lang::Said;
use crate::payload::length;
use crate::record::Field;
use crate::rules::{Code, Finding, Findings, Severity};
use crate::said;

/// A kind of document, as the App Comercial names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Documento nacional de identidad: 8 digits.
    Dni,
    /// Registro único de contribuyentes: 11 digits, the last one a check digit.
    Ruc,
    /// Carné de extranjería.
    Ce,
    /// Passport.
    Pasaporte,
    /// Any other.
    Otro,
}

impl Kind {
    /// The payload's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dni => "DNI",
            Self::Ruc => "RUC",
            Self::Ce => "CE",
            Self::Pasaporte => "Pasaporte",
            Self::Otro => "Otro",
        }
    }

    /// Reads the cell of a column *tipo de documento*: names, abbreviations, and the codes of SUNAT's table 6.
    ///
    /// ```
    /// use crm_bridge::rules::cell::document::Kind;
    /// assert_eq!(Kind::from_label("Carné de Extranjería"), Some(Kind::Ce));
    /// assert_eq!(Kind::from_label("6"), Some(Kind::Ruc));
    /// ```
    pub fn from_label(label: &str) -> Option<Self> {
        Some(match Key::of(label).as_str() {
            "dni"
            | "d.n.i."
            | "d.n.i"
            | "documento nacional de identidad"
            | "doc. nacional de identidad"
            | "libreta electoral"
            | "1"
            | "01" => Self::Dni,
            "ruc"
            | "r.u.c."
            | "r.u.c"
            | "registro unico de contribuyentes"
            | "registro unico de contribuyente"
            | "6"
            | "06" => Self::Ruc,
            "ce"
            | "c.e."
            | "c.e"
            | "carne de extranjeria"
            | "carnet de extranjeria"
            | "carne extranjeria"
            | "carnet extranjeria"
            | "carnet ext."
            | "4"
            | "04" => Self::Ce,
            "pasaporte" | "passport" | "pas" | "pas." | "pasap." | "7" | "07" => Self::Pasaporte,
            "otro"
            | "otros"
            | "other"
            | "otro documento"
            | "otros tipos de documentos"
            | "ptp"
            | "cpp"
            | "cedula"
            | "cedula diplomatica"
            | "cedula diplomatica de identidad"
            | "partida de nacimiento"
            | "0"
            | "00"
            | "a" => Self::Otro,
            _ => return None,
        })
    }
}

/// What a document cell and its kind say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document<'a> {
    /// The kind: the one that the column names, else what the number's shape shows.
    pub kind: Option<Kind>,
    /// The number; none where the cell is empty.
    pub number: Option<Cow<'a, str>>,
}

/// Reads a document number and the cell that names its kind.
///
/// Without a kind, 8 digits are a DNI, 11 with a right check digit a RUC, 9 that begin with two zeros a carné de
/// extranjería; everything else is D02, whose remedy is to name the kind. A DNI of 5 to 7 digits is D01 and sent as it
/// is, or padded with zeros where `pad_dni`.
pub fn read<'a>(
    kind: Option<&str>,
    raw: Option<Cow<'a, str>>,
    pad_dni: bool,
    findings: &mut Findings,
) -> Document<'a> {
    let kind = kind.filter(|label| !label.trim().is_empty()).and_then(|label| {
        let known = Kind::from_label(label);
        if known.is_none() {
            findings.push(
                Finding::new(Code::D02)
                    .severity(Severity::Warning)
                    .field(Field::TipoDocumento)
                    .said("kind", said!(en: "kind of document", es: "tipo de documento"))
                    .value(label),
            );
        }
        known
    });
    let Some(raw) = raw else { return Document { kind, number: None } };
    // The commonest cell by far.
    if is_digits(&raw, 8) && matches!(kind, None | Some(Kind::Dni)) && !is_placeholder(&raw) {
        return Document { kind: Some(Kind::Dni), number: Some(raw) };
    }
    match raw {
        Cow::Borrowed(text) => repair(kind, text, pad_dni, findings),
        Cow::Owned(text) => {
            let Document { kind, number } = repair(kind, &text, pad_dni, findings);
            Document { kind, number: number.map(|number| Cow::Owned(number.into_owned())) }
        }
    }
}

fn repair<'a>(kind: Option<Kind>, raw: &'a str, pad_dni: bool, findings: &mut Findings) -> Document<'a> {
    let tidied = tidy(raw, false);
    let text = without_zero_decimals(unwrap(&tidied));
    if text.is_empty() {
        return Document { kind, number: None };
    }
    if is_formula(text) {
        findings.push(Finding::new(Code::V04).field(Field::Documento).value(raw));
        return Document { kind, number: Some(Cow::Borrowed(raw)) };
    }
    let (kind, text) = match label_in_front(text) {
        Some((label, rest)) => (kind.or(Some(label)), rest),
        None => (kind, text),
    };
    let number: String = match scientific(text) {
        Some(Scientific::Exact(digits)) => digits,
        Some(Scientific::Lost) => {
            findings.push(invalid(kind, raw));
            return Document { kind, number: Some(Cow::Owned(text.to_owned())) };
        }
        None => text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/')).collect(),
    };
    let (number, judged) = match check_sign(kind, text) {
        Some(true) => (number[..8].to_owned(), Judged::Good(Kind::Dni)),
        Some(false) => (number, Judged::Bad(Some(Kind::Dni))),
        None => {
            let judged = judge(kind, &number);
            (number, judged)
        }
    };
    let (kind, number) = match judged {
        Judged::Good(kind) => (Some(kind), number),
        Judged::ShortDni => {
            let finding = || Finding::new(Code::D01).field(Field::Documento).value(raw);
            if pad_dni {
                findings.repaired(Code::D01, || finding().severity(Severity::Info));
                (Some(Kind::Dni), format!("{number:0>8}"))
            } else {
                findings.push(finding());
                (Some(Kind::Dni), number)
            }
        }
        Judged::Bad(shown) => {
            findings.push(invalid(shown, raw));
            (kind.or(shown), number)
        }
    };
    let number = if number == raw { Cow::Borrowed(raw) } else { Cow::Owned(number) };
    Document { kind, number: Some(number) }
}

fn invalid(kind: Option<Kind>, raw: &str) -> Finding {
    let name = kind.map_or_else(|| said!(en: "DNI or RUC", es: "DNI ni RUC"), |kind| Said::same(kind.name()));
    Finding::new(Code::D02).field(Field::Documento).said("kind", name).value(raw)
}

enum Judged {
    Good(Kind),
    ShortDni,
    Bad(Option<Kind>),
}

fn judge(kind: Option<Kind>, number: &str) -> Judged {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let length = number.len();
    let fits = !number.is_empty() && length <= length::DOCUMENTO;
    match kind {
        Some(Kind::Dni) if digits && length == 8 && !is_placeholder(number) => Judged::Good(Kind::Dni),
        Some(Kind::Dni) | None if digits && (5..8).contains(&length) && !is_zeros(number) => Judged::ShortDni,
        Some(Kind::Ruc) if is_ruc(number) => Judged::Good(Kind::Ruc),
        Some(kind @ (Kind::Ce | Kind::Pasaporte))
            if fits
                && length >= 5
                && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
                && !is_zeros(number) =>
        {
            Judged::Good(kind)
        }
        Some(Kind::Otro) if fits && number.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Judged::Good(Kind::Otro)
        }
        Some(kind) => Judged::Bad(Some(kind)),
        None if digits && length == 8 && !is_placeholder(number) => Judged::Good(Kind::Dni),
        None if is_ruc(number) => Judged::Good(Kind::Ruc),
        None if digits && length == 9 && number.starts_with("00") && !is_zeros(number) => {
            Judged::Good(Kind::Ce)
        }
        None if digits && length == 11 => Judged::Bad(Some(Kind::Ruc)),
        None if digits && length == 8 => Judged::Bad(Some(Kind::Dni)),
        None => Judged::Bad(None),
    }
}

/// Whether `number` is a RUC: 11 digits, a known kind of taxpayer in front, and the right check digit (weights
/// 5 4 3 2 7 6 5 4 3 2, `(11 − Σ mod 11) mod 10`).
///
/// ```
/// use crm_bridge::rules::cell::document::is_ruc;
/// assert!(is_ruc("20512333797"));
/// assert!(!is_ruc("20512333798"));
/// ```
pub fn is_ruc(number: &str) -> bool {
    const WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let bytes = number.as_bytes();
    if !is_digits(number, 11) || !matches!(&bytes[..2], b"10" | b"15" | b"16" | b"17" | b"20") {
        return false;
    }
    let sum: u32 = WEIGHTS.iter().zip(bytes).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    (11 - sum % 11) % 10 == u32::from(bytes[10] - b'0')
}

/// Whether a DNI written with its check sign (`12345678-9`) has the right one; none where it is not written so.
fn check_sign(kind: Option<Kind>, text: &str) -> Option<bool> {
    const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];
    const DIGITS: &[u8; 11] = b"65432110987";
    const LETTERS: &[u8; 11] = b"KJIHGFEDCBA";
    let (number, sign) = text.split_once('-')?;
    let [sign] = sign.trim().as_bytes() else { return None };
    let number = number.trim();
    if !matches!(kind, None | Some(Kind::Dni)) || !is_digits(number, 8) {
        return None;
    }
    let sum: u32 =
        WEIGHTS.iter().zip(number.bytes()).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    let place = (sum % 11) as usize;
    let sign = sign.to_ascii_uppercase();
    Some((sign == DIGITS[place] || sign == LETTERS[place]) && !is_placeholder(number))
}

/// `DNI 12345678`, `RUC: 20…`: the kind written into the number's cell.
fn label_in_front(text: &str) -> Option<(Kind, &str)> {
    let end = text.find(|c: char| !c.is_alphabetic() && c != '.')?;
    let kind = Kind::from_label(&text[..end])?;
    let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '#'));
    (end >= 2 && rest.len() < text.len() && rest.starts_with(|c: char| c.is_ascii_digit()))
        .then_some((kind, rest))
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_zeros(number: &str) -> bool {
    number.bytes().all(|byte| byte == b'0')
}

/// Numbers that people type where there is none; one of them would make all such people one client.
fn is_placeholder(number: &str) -> bool {
    matches!(number, "00000000" | "99999999")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(kind: &str, text: &str) -> (Option<Kind>, Option<String>, Vec<Code>) {
        let mut findings = Findings::default();
        let Document { kind, number } = read(Some(kind), Some(Cow::Borrowed(text)), false, &mut findings);
        (kind, number.map(Cow::into_owned), findings.listed().iter().map(|finding| finding.code).collect())
    }

    #[test]
    fn the_kind_is_told_from_the_number() {
        for (text, kind, number) in [
            ("01234567", Kind::Dni, "01234567"),
            (" 01234567 ", Kind::Dni, "01234567"),
            ("01.234.567", Kind::Dni, "01234567"),
            ("'01234567", Kind::Dni, "01234567"),
            ("DNI: 01234567", Kind::Dni, "01234567"),
            ("12345678.0", Kind::Dni, "12345678"),
            ("20512333797", Kind::Ruc, "20512333797"),
            ("2,0512333797E+10", Kind::Ruc, "20512333797"),
            ("001234567", Kind::Ce, "001234567"),
        ] {
            assert_eq!(read_one("", text), (Some(kind), Some(number.into()), vec![]), "{text}");
        }
    }

    #[test]
    fn the_kind_that_is_named_decides() {
        assert_eq!(read_one("CE", "AB123456"), (Some(Kind::Ce), Some("AB123456".into()), vec![]));
        assert_eq!(
            read_one("pasaporte", "X-1234567"),
            (Some(Kind::Pasaporte), Some("X1234567".into()), vec![])
        );
        assert_eq!(read_one("RUC", "01234567").2, vec![Code::D02]);
        assert_eq!(read_one("DNI", "20512333797").2, vec![Code::D02]);
        assert_eq!(read_one("quipu", "01234567").2, vec![Code::D02]);
        assert_eq!(read_one("RUC", ""), (Some(Kind::Ruc), None, vec![]));
    }

    #[test]
    fn a_short_dni_is_said_and_padded_only_on_demand() {
        assert_eq!(read_one("", "1234567"), (Some(Kind::Dni), Some("1234567".into()), vec![Code::D01]));
        let mut findings = Findings::default();
        let padded = read(None, Some(Cow::Borrowed("1234567")), true, &mut findings);
        assert_eq!(padded.number.as_deref(), Some("01234567"));
        assert!(findings.listed().is_empty());
    }

    #[test]
    fn wrong_numbers_are_errors() {
        for text in ["20512333798", "123", "00000000", "99999999", "123456789", "AB123456", "1,23E+10", "xx"]
        {
            assert_eq!(read_one("", text).2, vec![Code::D02], "{text}");
        }
    }

    #[test]
    fn the_check_sign_of_a_dni_is_taken_off_only_where_it_is_right() {
        // The example of python-stdnum's `pe.cui`.
        assert_eq!(read_one("", "10117410-2").1.as_deref(), Some("10117410"));
        assert_eq!(read_one("", "10117410-G").1.as_deref(), Some("10117410"));
        assert_eq!(read_one("", "10117410-3").2, vec![Code::D02]);
    }
}
