//! Repairs text that was UTF-8 and was read as Windows-1252 (`PÃ©rez`), once or twice.
//!
//! Only exact: the letters must go back to bytes one by one, the bytes must be valid UTF-8, and what they say must be
//! a letter or a sign that a Spanish text has. `SÃO` stays as it is, because `Ã` before `O` is no such sequence.

use std::borrow::Cow;

/// A text may have passed through the wrong reader twice; more often is not seen, and not guessed.
const PASSES: usize = 2;

/// Repairs `text`, or says that there is nothing to repair.
///
/// ```
/// use crm_bridge::rules::cell::mojibake::repair;
/// assert_eq!(repair("PÃ©rez").as_deref(), Some("Pérez"));
/// assert_eq!(repair("NuÃƒÂ±ez").as_deref(), Some("Nuñez"));
/// assert_eq!(repair("SÃO PAULO"), None);
/// ```
pub fn repair(text: &str) -> Option<String> {
    let mut current = Cow::Borrowed(text);
    for _ in 0..PASSES {
        match pass(&current) {
            Some(better) => current = Cow::Owned(better),
            None => break,
        }
    }
    match current {
        // A control character can only be half of a sequence that a second pass did not complete.
        Cow::Owned(repaired) if !repaired.chars().any(is_c1) || text.chars().any(is_c1) => Some(repaired),
        _ => None,
    }
}

/// Decodes each run of letters outside ASCII once; a run that does not decode stays.
fn pass(text: &str) -> Option<String> {
    if !text.contains(is_lead) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_ascii()) {
        let (ascii, tail) = rest.split_at(start);
        let (run, after) = tail.split_at(tail.find(|c: char| c.is_ascii()).unwrap_or(tail.len()));
        out.push_str(ascii);
        if let Some(decoded) = decode(run) {
            changed = true;
            out.push_str(&decoded);
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out.push_str(rest);
    changed.then_some(out)
}

fn decode(run: &str) -> Option<String> {
    let bytes = run.chars().map(windows_1252).collect::<Option<Vec<u8>>>()?;
    let decoded = String::from_utf8(bytes).ok()?;
    decoded.chars().all(is_plausible).then_some(decoded)
}

/// The letters as which the first byte of a plausible sequence shows itself.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ì' | 'â' | 'ï' | 'ð')
}

/// Letters of Latin-1 and Latin Extended-A, the accents of decomposed text, typographic signs, and emoji. Greek,
/// Cyrillic and the like are left out: `É”` and `Ñ°` are Spanish, not a hidden alphabet.
fn is_plausible(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{17f}'
            // What half-undone mojibake is made of: ƒ, ˆ and ˜ are letters of Windows-1252.
            | '\u{192}'
            | '\u{2c6}'
            | '\u{2dc}'
            | '\u{300}'..='\u{33f}'
            | '\u{2000}'..='\u{206f}'
            | '\u{20ac}'
            | '\u{2122}'
            | '\u{2190}'..='\u{27bf}'
            | '\u{fe0f}'
            | '\u{feff}'
            | '\u{fffd}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// The byte as which Windows-1252 writes `c`; the unassigned bytes stand for themselves, as browsers have it.
fn windows_1252(c: char) -> Option<u8> {
    Some(match c {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8a,
        '‹' => 0x8b,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9a,
        '›' => 0x9b,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        _ => u8::try_from(u32::from(c)).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_with_a_space_or_a_hyphen_in_them_are_whole() {
        assert_eq!(repair("GarcÃ\u{ad}a").as_deref(), Some("García"));
        assert_eq!(repair("voilÃ\u{a0}").as_deref(), Some("voilà"));
        assert_eq!(repair("Ã\u{81}ngel").as_deref(), Some("Ángel"));
        assert_eq!(repair("ÃƒÂ\u{81}ngel").as_deref(), Some("Ángel"));
    }

    #[test]
    fn spanish_capitals_before_signs_are_left_alone() {
        for text in ["JOSÉ”", "SÍ\u{a0}", "PERÚ…", "AÑO Nº 3", "Ñ°", "SÃO", "Â", "CAFÉ–BAR", "Pérez"]
        {
            assert_eq!(repair(text), None, "{text}");
        }
    }

    #[test]
    fn a_cell_that_is_half_right_keeps_its_right_half() {
        assert_eq!(repair("José PÃ©rez").as_deref(), Some("José Pérez"));
    }

    #[test]
    fn a_third_passage_is_not_undone() {
        let thrice = "PÃƒÆ’Ã‚Â©rez";
        assert_ne!(repair(thrice).as_deref(), Some("Pérez"));
    }
}
