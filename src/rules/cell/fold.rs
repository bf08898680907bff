//! Comparison without case, accents, invisible signs and outer or doubled spaces.
//!
//! Labels of an export are looked up by their folded form, so that ` Facebook`, `FACEBOOK` and `Fácebook` are one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest folded text that a [`Key`] holds, in bytes; every label of the built-in tables is shorter.
const KEY_BYTES: usize = 64;

/// The letters U+00C0 to U+00FF without accent, by their last six bits; 0 for those that are more than a letter with
/// an accent.
const LATIN_1: [u8; 64] = *b"aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";

/// A folded text on the stack, to look a cell up without an allocation.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    bytes: [u8; KEY_BYTES],
    len: usize,
}

impl Key {
    /// Folds `text`; one that is too long for any built-in table becomes the empty key.
    pub fn of(text: &str) -> Self {
        let mut key = Self { bytes: [0; KEY_BYTES], len: 0 };
        if !key.fill(text.as_bytes()) {
            key.len = 0;
            let folded = fold(text);
            if folded.len() <= KEY_BYTES {
                key.bytes[..folded.len()].copy_from_slice(folded.as_bytes());
                key.len = folded.len();
            }
        }
        key
    }

    /// Folds ASCII and the letters of Latin-1; false where there are others, or the text is too long.
    fn fill(&mut self, text: &[u8]) -> bool {
        let mut gap = false;
        let mut letters = text.iter();
        while let Some(byte) = letters.next() {
            let folded = match byte {
                b'\t'..=b'\r' | b' ' => {
                    gap = self.len > 0;
                    continue;
                }
                0xc3 => match letters.next().map(|second| LATIN_1[usize::from(second & 0x3f)]) {
                    Some(letter) if letter != 0 => letter,
                    _ => return false,
                },
                0..=0x7f => byte.to_ascii_lowercase(),
                _ => return false,
            };
            if self.len + usize::from(gap) >= KEY_BYTES {
                return false;
            }
            if gap {
                self.bytes[self.len] = b' ';
                self.len += 1;
                gap = false;
            }
            self.bytes[self.len] = folded;
            self.len += 1;
        }
        true
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or("")
    }
}

/// Folds `text`: lower case, no accents, no invisible signs, single spaces, none outside.
///
/// ```
/// use crm_bridge::rules::cell::fold::fold;
/// assert_eq!(fold("  YA  ASISTIÓ\u{a0}"), "ya asistio");
/// assert_eq!(fold("Ñaupari"), "naupari");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    let mut put = |c: char| {
        if c.is_whitespace() {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c);
        }
    };
    for c in text.chars() {
        match c {
            '\0'..='\x7f' => put(c.to_ascii_lowercase()),
            'À'..='Å' | 'à'..='å' => put('a'),
            'È'..='Ë' | 'è'..='ë' => put('e'),
            'Ì'..='Ï' | 'ì'..='ï' => put('i'),
            'Ò'..='Ö' | 'ò'..='ö' => put('o'),
            'Ù'..='Ü' | 'ù'..='ü' => put('u'),
            'Ñ' | 'ñ' => put('n'),
            'Ç' | 'ç' => put('c'),
            _ if is_invisible(c) => {}
            _ => c.to_lowercase().nfd().filter(|part| !is_combining_mark(*part)).for_each(&mut put),
        }
    }
    out
}

/// Whether two texts are the same when folded.
pub fn same(left: &str, right: &str) -> bool {
    left == right || fold(left) == fold(right)
}

/// Signs without width or ink that exports pick up from web pages and right-to-left marks.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_and_the_string_agree() {
        for text in ["", " a  b ", "RÉALIZADA\u{feff}", "x\ty", "Año", "ǅ", "\u{b}a"] {
            assert_eq!(Key::of(text).as_str(), fold(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_longer_than_any_label_matches_nothing() {
        assert_eq!(Key::of(&"a".repeat(65)).as_str(), "");
        assert_eq!(Key::of(&"é".repeat(65)).as_str(), "");
        assert_eq!(Key::of(&"a".repeat(64)).as_str().len(), 64);
    }
}
