//! Folding: the many ways of writing one header become one.
//!
//! Comes in: a header as it stands in the file. Goes out: lower-case ASCII words with single spaces between them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::rules::cell::mojibake;

/// Folds a header: mojibake, byte order mark, `.1` suffix, camelCase, accents, case, `nro`, `n°` and `num` for *numero*,
/// punctuation.
///
/// ```
/// use crm_bridge::source::columns::fold;
/// assert_eq!(fold("\u{feff}N° de Teléfono"), "numero de telefono");
/// assert_eq!(fold("fechaHora_Cita"), "fecha hora cita");
/// assert_eq!(fold("FECHA.1"), "fecha");
/// assert_eq!(fold("ID CITA"), "id cita");
/// assert_eq!(fold("ï»¿CaptaciÃ³n"), "captacion");
/// ```
pub fn fold(header: &str) -> String {
    // A file that was saved twice has its header spoiled as well as its cells, down to its byte order mark.
    let repaired = mojibake::repair(header);
    let header = repaired.as_deref().unwrap_or(header);
    let spaced = split_camel_case(without_copy_suffix(header.trim_matches(['\u{feff}', ' ', '\t'])));
    let mut folded = String::with_capacity(spaced.len());
    // Degree and ordinal signs end the abbreviation of "number"; decomposing would turn them into letters.
    let plain = spaced.replace(['°', 'º', 'ª'], " ");
    for sign in plain.nfkd().filter(|sign| !is_combining_mark(*sign)) {
        if sign.is_alphanumeric() {
            folded.extend(sign.to_lowercase());
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    let numbered = spaced.contains(['°', 'º']);
    let words = folded.split_whitespace().map(|word| match word {
        "nro" | "num" | "no" if word != "no" || numbered => "numero",
        "n" if numbered => "numero",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Spreadsheets and data frames number the second column of the same name: `FECHA.1`.
fn without_copy_suffix(header: &str) -> &str {
    match header.rsplit_once('.') {
        Some((name, copy))
            if !name.is_empty()
                && !copy.is_empty()
                && copy.len() <= 2
                && copy.bytes().all(|b| b.is_ascii_digit()) =>
        {
            name
        }
        _ => header,
    }
}

fn split_camel_case(header: &str) -> String {
    let mut spaced = String::with_capacity(header.len() + 4);
    let mut before = ' ';
    for sign in header.chars() {
        if before.is_lowercase() && sign.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(sign);
        before = sign;
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_header_in_many_hands_folds_to_one() {
        for header in [
            "Número de documento",
            "NRO DE DOCUMENTO",
            "nro. de documento",
            "N° de Documento",
            "Num_De_Documento",
            "nº de documento",
        ] {
            assert_eq!(fold(header), "numero de documento", "{header}");
        }
        for header in ["e-mail", "E_mail", "E-Mail ", "e mail", "\u{feff}E-MAIL"] {
            assert_eq!(fold(header), "e mail", "{header}");
        }
        assert_eq!(fold("¿No asistió?"), "no asistio");
        assert_eq!(fold("v1.25"), "v1");
        assert_eq!(fold("ﬁcha"), "ficha");
        assert_eq!(fold(""), "");
    }
}
