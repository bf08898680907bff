//! The notes of a presencia, and what must not stand in them.

use std::borrow::Cow;

use super::builtin;

/// The notes: where they come from, the place, and the record's own, without what the receiver searches for.
pub(super) fn observaciones(lugar: Option<&str>, own: Option<&str>) -> String {
    let lugar = lugar.map(without_searched).unwrap_or_default();
    let lugar = lugar.trim_end_matches(['.', ' ']);
    let own = own.map(without_searched).unwrap_or_default();
    let mut notes = String::with_capacity(
        builtin::OBSERVACIONES.len() + builtin::LUGAR.len() + lugar.len() + own.len() + 2,
    );
    notes.push_str(builtin::OBSERVACIONES);
    if !lugar.is_empty() {
        notes.push_str(builtin::LUGAR);
        notes.push_str(lugar);
        notes.push('.');
    }
    if !own.is_empty() {
        notes.push(' ');
        notes.push_str(&own);
    }
    notes
}

/// Takes every `CRM:` out of a text, in any case, until none is left: not even one that closed up where another was taken
/// out. Words that stood apart stay apart.
pub fn without_searched(text: &str) -> Cow<'_, str> {
    if !text.split_inclusive(':').any(|piece| before_searched(piece).is_some()) {
        return Cow::Borrowed(text);
    }
    // One pass, whatever the text: after a removal only its seam can hold another one.
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (piece, after) = rest.split_at(colon + 1);
        kept.push_str(piece);
        rest = after;
        let Some(before) = before_searched(&kept) else { continue };
        kept.truncate(before);
        rest = rest.trim_start();
        let gap = take_gap(&mut kept);
        if let Some(gap) = gap.filter(|_| !kept.is_empty() && !rest.is_empty()) {
            kept.push(gap);
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// How much of `text` stands before a `CRM:` at its end.
fn before_searched(text: &str) -> Option<usize> {
    let searched = builtin::SEARCHED_IN_NOTES.as_bytes();
    let before = text.len().checked_sub(searched.len())?;
    text.as_bytes()[before..].eq_ignore_ascii_case(searched).then_some(before)
}

/// Takes the white space at the end of `text` away, and returns the one sign that says as much.
fn take_gap(text: &mut String) -> Option<char> {
    let word = text.trim_end().len();
    let gap = &text[word..];
    let sign = if gap.contains('\n') { '\n' } else { ' ' };
    let gap = (!gap.is_empty()).then_some(sign);
    text.truncate(word);
    gap
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_case_and_no_seam_leaves_what_the_receiver_searches_for() {
        for (text, kept) in [
            ("crm:12 y CRMCRM::9", "12 y 9"),
            ("CRcRm:M:CRCRM:M:", ""),
            ("CR crm:M:5", "CR M:5"),
            ("CCRCRM:M:RM: fin", "fin"),
            ("Vino\nCRM: 12", "Vino\n12"),
            ("ñCRM: ñ", "ññ"),
            ("al final CRM: ", "al final"),
        ] {
            assert_eq!(without_searched(text), kept, "{text}");
        }
        assert!(matches!(without_searched("El CRM dice: nada"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_full_of_it_takes_one_pass() {
        // Looking from the start again for each one would take minutes.
        let text = format!("{}{}", "y".repeat(500_000), " CRM:CRMCRM::".repeat(100_000));
        assert_eq!(without_searched(&text), "y".repeat(500_000));
    }
}
