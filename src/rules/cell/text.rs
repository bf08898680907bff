//! The reader of text cells: rules V01 to V05.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fold::is_invisible;
use super::formula::is_formula;
use super::mojibake;
use crate::payload::length;
use crate::record::Field;
use crate::rules::{Code, Finding, Findings, Severity};
use crate::said;

/// The longest notes that are taken, in characters: the receiver has no limit of its own, a person's patience has.
pub const NOTES: usize = 10_000;
/// The longest id, in characters.
pub const ID: usize = 100;

/// Cleans a cell: trims it, repairs what can be repaired, and reports what can't; `None` where nothing is left.
///
/// Repairs mojibake (V02) before it removes invisible signs (V01), since a sign may be half of a letter; makes odd
/// spaces plain ones and single; composes accents (NFC); unwraps `="00123"` and a leading apostrophe. Reports lost
/// letters (V03), formulas (V04), control characters and excessive length (V05). Line breaks survive in notes alone.
pub fn clean<'a>(raw: Cow<'a, str>, field: Field, findings: &mut Findings) -> Option<Cow<'a, str>> {
    if is_plain(&raw, if is_notes(field) { &NOTES_BYTES } else { &BYTES }, longest(field)) {
        return Some(raw);
    }
    match raw {
        Cow::Borrowed(text) => repair(text, field, findings),
        Cow::Owned(text) => repair(&text, field, findings).map(|clean| Cow::Owned(clean.into_owned())),
    }
}

/// A space: fine, but for a second one.
const SPACE: u8 = 1;
/// A byte that a closer look is due to.
const ODD: u8 = 2;

/// What each byte of a cell is: 0 for printable ASCII, and for the letters À to ÿ but those that begin mojibake. All
/// other letters begin with another byte than these.
const BYTES: [u8; 256] = {
    let mut bytes = [ODD; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        bytes[byte] = 0;
        byte += 1;
    }
    bytes[b' ' as usize] = SPACE;
    // It may stand for a lost letter.
    bytes[b'?' as usize] = ODD;
    bytes[0xc3] = 0;
    byte = 0x80;
    while byte < 0xc0 {
        // Â Ã Ä Å Ì â ï ð begin mojibake.
        if !matches!(byte, 0x82..=0x85 | 0x8c | 0xa2 | 0xaf | 0xb0) {
            bytes[byte] = 0;
        }
        byte += 1;
    }
    bytes
};

/// The same of notes, where a line end is a space like any other.
const NOTES_BYTES: [u8; 256] = {
    let mut bytes = BYTES;
    bytes[b'\n' as usize] = SPACE;
    bytes
};

/// Whether a cell is as it should be, seen from its bytes: letters that everybody has, single spaces, no sign in front
/// that a spreadsheet would take for a formula.
fn is_plain(text: &str, kinds: &[u8; 256], longest: usize) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    if bytes.len() > longest
        || matches!(first, b' ' | b'\n' | b'=' | b'+' | b'-' | b'@' | b'\'' | b'#')
        || matches!(last, b' ' | b'\n')
    {
        return false;
    }
    let (mut previous, mut seen) = (0, 0);
    for byte in bytes {
        let kind = kinds[usize::from(*byte)];
        seen |= (kind & ODD) | (kind & previous);
        previous = kind;
    }
    seen == 0
}

fn repair<'a>(raw: &'a str, field: Field, findings: &mut Findings) -> Option<Cow<'a, str>> {
    let about = |code: Code| Finding::new(code).field(field).value(raw);
    let mut text = Cow::Borrowed(raw);
    if let Some(repaired) = mojibake::repair(raw) {
        findings.repaired(Code::V02, || about(Code::V02));
        text = Cow::Owned(repaired);
    }
    if text.chars().any(|c| is_invisible(c) || is_odd_space(c)) {
        findings.repaired(Code::V01, || about(Code::V01));
    }
    let notes = is_notes(field);
    text = map(text, |text| tidy(text, notes));
    text = map(text, |text| Cow::Borrowed(unwrap(text)));
    if !is_nfc(&text) {
        text = Cow::Owned(text.nfc().collect());
    }
    if text.is_empty() {
        return None;
    }
    if text.contains('\u{fffd}') {
        let severity = if notes || field == Field::Lugar { Severity::Warning } else { Severity::Error };
        findings.push(about(Code::V03).severity(severity));
    } else if field == Field::Nombre && has_question_mark_for_letter(&text) {
        findings.push(about(Code::V03).severity(Severity::Warning));
    }
    if is_formula(&text) {
        findings.push(about(Code::V04));
    }
    if let Some(control) = text.chars().find(|c| c.is_control() && !(notes && *c == '\n')) {
        let sign = u32::from(control);
        findings.push(about(Code::V05).said(
            "detail",
            said!(en: "control character U+{sign:04X}", es: "carácter de control U+{sign:04X}"),
        ));
    }
    let (count, most) = (text.chars().count(), longest(field));
    if count > most {
        findings.push(about(Code::V05).said(
            "detail",
            said!(en: "{count} characters, at most {most}", es: "{count} caracteres, máximo {most}"),
        ));
    }
    Some(text)
}

fn map<'a>(text: Cow<'a, str>, change: impl for<'t> Fn(&'t str) -> Cow<'t, str>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => change(text),
        Cow::Owned(text) => Cow::Owned(change(&text).into_owned()),
    }
}

/// Trims `text`, removes invisible signs, and makes every run of spaces one plain space; with `keep_lines`, a line
/// break stays one.
pub(crate) fn tidy(text: &str, keep_lines: bool) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let odd = |c: char| is_invisible(c) || (c.is_whitespace() && c != ' ');
    if !text.contains(odd) && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut gap, mut lines) = (false, 0);
    for c in text.replace("\r\n", "\n").chars() {
        if keep_lines && matches!(c, '\n' | '\r') {
            lines += 1;
        } else if c.is_whitespace() {
            gap = true;
        } else if !is_invisible(c) {
            if lines > 0 {
                out.extend(std::iter::repeat_n('\n', lines.min(2)));
            } else if gap {
                out.push(' ');
            }
            (gap, lines) = (false, 0);
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Takes a text out of `="…"`, by which spreadsheets are kept from reading a number, and off a leading apostrophe.
///
/// ```
/// use crm_bridge::rules::cell::text::unwrap;
/// assert_eq!(unwrap("=\"00123\""), "00123");
/// assert_eq!(unwrap("'999888777"), "999888777");
/// ```
pub fn unwrap(text: &str) -> &str {
    let text = text.strip_prefix('\'').map_or(text, str::trim);
    text.strip_prefix("=\"")
        .and_then(|inner| inner.strip_suffix('"'))
        .filter(|inner| !inner.contains('"'))
        .map_or(text, str::trim)
}

fn is_odd_space(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace()
}

/// A question mark between two letters, which is what some conversions leave of an `ñ`.
fn has_question_mark_for_letter(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '?' && before.is_alphabetic() && chars.peek().is_some_and(|next| next.is_alphabetic()) {
            return true;
        }
        before = c;
    }
    false
}

fn is_notes(field: Field) -> bool {
    matches!(field, Field::Observaciones | Field::NotasVenta)
}

fn longest(field: Field) -> usize {
    match field {
        Field::Nombre => length::NOMBRE,
        Field::Documento => length::DOCUMENTO,
        Field::Celular => length::TELEFONO,
        Field::Distrito => length::DISTRITO,
        Field::Email => length::EMAIL,
        Field::ProyectoInteres => length::PROYECTO,
        Field::AppointmentId => ID,
        Field::Observaciones | Field::NotasVenta | Field::Lugar => NOTES,
        _ => 255,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, field: Field) -> (Option<String>, Vec<Code>) {
        let mut findings = Findings::default();
        let clean = clean(Cow::Borrowed(text), field, &mut findings).map(Cow::into_owned);
        let mut codes: Vec<Code> = findings.listed().iter().map(|finding| finding.code).collect();
        codes.extend(findings.only_counted());
        (clean, codes)
    }

    #[test]
    fn a_clean_cell_is_borrowed() {
        for text in ["Rosa Quispe", "Núñez Ñaupari", "José"] {
            let mut findings = Findings::default();
            let clean = clean(Cow::Borrowed(text), Field::Nombre, &mut findings);
            assert!(matches!(clean, Some(Cow::Borrowed(same)) if same == text));
        }
    }

    #[test]
    fn outer_spaces_only_are_cut_without_a_copy_or_a_finding() {
        let mut findings = Findings::default();
        let clean = clean(Cow::Borrowed("  Rosa Quispe "), Field::Nombre, &mut findings);
        assert!(matches!(clean, Some(Cow::Borrowed("Rosa Quispe"))));
        assert!(findings.only_counted().is_empty());
    }

    #[test]
    fn repairs_are_counted() {
        assert_eq!(
            read("Rosa\u{a0}\u{200b} Quispe", Field::Nombre),
            (Some("Rosa Quispe".into()), vec![Code::V01])
        );
        assert_eq!(read("PÃ©rez", Field::Nombre), (Some("Pérez".into()), vec![Code::V02]));
        assert_eq!(read("MarÃ\u{ad}a", Field::Nombre), (Some("María".into()), vec![Code::V02]));
        assert_eq!(read("Nun\u{303}ez", Field::Nombre), (Some("Nuñez".into()), vec![]));
    }

    #[test]
    fn a_lost_letter_blocks_a_name_and_warns_in_notes() {
        let severity = |text: &str, field| {
            let mut findings = Findings::default();
            clean(Cow::Borrowed(text), field, &mut findings);
            findings.listed().first().map(|finding| (finding.code, finding.severity))
        };
        assert_eq!(severity("Nu\u{fffd}ez", Field::Nombre), Some((Code::V03, Severity::Error)));
        assert_eq!(severity("Nuï¿½ez", Field::Nombre), Some((Code::V03, Severity::Error)));
        assert_eq!(severity("a\u{fffd}o", Field::Observaciones), Some((Code::V03, Severity::Warning)));
        assert_eq!(severity("Nu?ez", Field::Nombre), Some((Code::V03, Severity::Warning)));
        assert_eq!(severity("¿Rosa?", Field::Nombre), None);
    }

    #[test]
    fn formulas_are_told_from_text() {
        for text in
            ["=SUM(A1)", "=A1", "+cmd|' /C calc'!A0", "-cmd|x", "@SUM(1)", "=\"a\"&B1", "#REF!", "'=A1"]
        {
            assert_eq!(read(text, Field::Nombre).1, vec![Code::V04], "{text}");
        }
        for text in
            ["-Vino con su esposa (lote 5)", "=) contento", "+51 999 888 777", "-5", "-", "@rosa (asesora)"]
        {
            assert_eq!(read(text, Field::Observaciones).1, vec![], "{text}");
        }
        assert_eq!(read("@SUM(A1)", Field::Observaciones).1, vec![Code::V04]);
        assert_eq!(read("=\"00123\"", Field::AppointmentId), (Some("00123".into()), vec![]));
    }

    #[test]
    fn control_characters_and_length() {
        assert_eq!(read("Rosa\u{0}", Field::Nombre).1, vec![Code::V05]);
        assert_eq!(read(&"a".repeat(256), Field::Nombre).1, vec![Code::V05]);
        assert_eq!(read(&"é".repeat(255), Field::Nombre).1, vec![]);
    }

    #[test]
    fn lines_survive_in_notes_alone() {
        assert_eq!(
            read("uno\r\ndos \n\n\n tres", Field::Observaciones).0.as_deref(),
            Some("uno\ndos\n\ntres")
        );
        for text in ["uno\ndos", "uno\n\ndos"] {
            assert_eq!(read(text, Field::Observaciones).0.as_deref(), Some(text));
        }
        assert_eq!(read("\nuno\n dos\n", Field::Observaciones).0.as_deref(), Some("uno\ndos"));
        assert_eq!(read("Rosa\r\nQuispe", Field::Nombre).0.as_deref(), Some("Rosa Quispe"));
    }

    #[test]
    fn nothing_visible_is_nothing() {
        for text in ["", "  ", "\u{a0}\u{200b}", "'", "=\"\""] {
            assert_eq!(read(text, Field::Nombre).0, None, "{text:?}");
        }
    }
}
