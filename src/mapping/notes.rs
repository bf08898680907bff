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

/// Takes every `CRM:` out of a text, in any case, until none is left.
fn without_searched(text: &str) -> Cow<'_, str> {
    let searched = builtin::SEARCHED_IN_NOTES.as_bytes();
    let find = |text: &str| {
        text.as_bytes()
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b':')
            .filter_map(|(colon, _)| (colon + 1).checked_sub(searched.len()))
            .find(|at| text.as_bytes()[*at..*at + searched.len()].eq_ignore_ascii_case(searched))
    };
    let mut text = Cow::Borrowed(text);
    while let Some(at) = find(&text) {
        let (before, after) = (text[..at].trim_end(), text[at + searched.len()..].trim_start());
        // Words that stood apart stay apart.
        let apart = !before.is_empty() && !after.is_empty() && text[..at].len() != before.len();
        text = Cow::Owned(format!("{before}{}{after}", if apart { " " } else { "" }));
    }
    text
}
