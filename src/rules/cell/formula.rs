//! Which texts a spreadsheet would execute (rule V04).
//!
//! Comes in: a tidied cell. Only the readers of cells ask.

/// What spreadsheets leave of a formula that failed.
const FAILED: [&str; 14] = [
    "#REF!",
    "#N/A",
    "#VALUE!",
    "#NAME?",
    "#DIV/0!",
    "#NUM!",
    "#NULL!",
    "#¡REF!",
    "#N/D",
    "#¡VALOR!",
    "#¿NOMBRE?",
    "#¡DIV/0!",
    "#¡NUM!",
    "#¡NULO!",
];

/// Whether a spreadsheet would execute the cell, or already failed to (`#REF!`). What begins with `+`, `-` or `@` must look
/// like a formula, too: a phone, a negative number, a list's dash or an account's name are none.
///
/// ```
/// use crm_bridge::rules::cell::formula::is_formula;
/// assert!(is_formula("=A1") && is_formula("@SUM(1)") && is_formula("+cmd|' /C calc'!A0"));
/// assert!(!is_formula("-Vino con su esposa (lote 5)") && !is_formula("+51 999 888 777"));
/// ```
pub fn is_formula(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), Some(second)) = (chars.next(), chars.next()) else { return false };
    match first {
        '=' => second.is_alphanumeric() || matches!(second, '+' | '-' | '@' | '(' | '"' | '\'' | '$' | '['),
        '+' | '-' | '@' => {
            let signed = text.trim_start_matches(['+', '-', '@', '(']);
            let inner = signed.trim_start();
            let follows = inner.strip_prefix('=').is_some_and(|_| is_formula(inner));
            follows || calls(inner) || calculates(signed)
        }
        '#' => FAILED.contains(&text),
        _ => false,
    }
}

/// Whether `text` begins with a function's call, another program's name (`cmd|`) or another sheet's.
fn calls(text: &str) -> bool {
    if text.starts_with('\'') {
        return text.contains("'!");
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$'));
    if rest.len() == text.len() {
        return false;
    }
    let mut after = rest.chars();
    match after.next() {
        Some('|') => true,
        Some('!') => after.next().is_some_and(|c| c == '$' || c.is_ascii_alphanumeric()),
        // `esposo(a)` and `hijo(s)` are how people write.
        Some('(') => {
            text.starts_with(|c: char| c.is_ascii_alphabetic())
                && !after.as_str().split_once(')').is_some_and(|(ending, _)| {
                    (1..=3).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_lowercase())
                })
        }
        _ => false,
    }
}

/// Whether `text` is a cell's name, or numbers and names with operators between them, to its end or to a call.
fn calculates(text: &str) -> bool {
    let (first, mut rest) = operand(text);
    if first == Operand::Word || first == Operand::None {
        return false;
    }
    let (mut steps, mut only_numbers) = (0, first == Operand::Number);
    while let Some(next) = rest.strip_prefix(['+', '-', '*', '/', '^', '&', '%']) {
        if calls(next) {
            return true;
        }
        // Numbers with dashes and strokes alone are phones and dates.
        only_numbers &= rest.starts_with(['-', '/']);
        let (operand, after) = operand(next);
        only_numbers &= operand == Operand::Number;
        if operand == Operand::None {
            return false;
        }
        (steps, rest) = (steps + 1, after);
    }
    rest.trim_end_matches(')').is_empty() && !only_numbers && (steps > 0 || first == Operand::Cell)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand {
    Number,
    Cell,
    Word,
    None,
}

/// What `text` begins with, and what comes behind it.
fn operand(text: &str) -> (Operand, &str) {
    let rest =
        text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '$' | ':'));
    let word = &text[..text.len() - rest.len()];
    let kind = if word.is_empty() {
        Operand::None
    } else if word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        Operand::Number
    } else if word.split(':').all(is_cell) {
        Operand::Cell
    } else {
        Operand::Word
    };
    (kind, rest)
}

/// Whether `word` is a cell's name: `A1`, `$AB$12`.
fn is_cell(word: &str) -> bool {
    let word = word.strip_prefix('$').unwrap_or(word);
    let row = word.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let column = word.len() - row.len();
    let row = row.strip_prefix('$').unwrap_or(row);
    (1..=3).contains(&column) && !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_execute() {
        for text in [
            "=SUM(A1)",
            "=A1",
            "=\"a\"&B1",
            "+cmd|' /C calc'!A0",
            "-cmd|x",
            "@SUM(1)",
            "@SUM(1+9)*cmd|' /C calc'!A0",
            "-1+cmd|' /C calc'!A0",
            "-1+cmd",
            "-2+3+cmd|' /C calc'!A0",
            "+A1",
            "-$A$1*2",
            "+A1:B2",
            "+Hoja1!A1",
            "+'Hoja 1'!A1",
            "+=A1",
            "-(A1+2)",
            "-2+3*4",
            "+HYPERLINK(\"http://example.test\";\"x\")",
            "- SUM(A1;A2)",
            "#REF!",
        ] {
            assert!(is_formula(text), "{text}");
        }
    }

    #[test]
    fn what_people_write() {
        for text in [
            "-Vino con su esposa (interesados en lote 5)",
            "-ok! vuelve",
            "- ok! vuelve",
            "+info (lote 3)",
            "@rosa (asesora)",
            "@rosa en Instagram",
            "-esposo(a) decide",
            "-hijo(s)",
            "-Sr(a). Quispe",
            "-pareja/hijos",
            "-2 hijos, +1 sobrino",
            "+2 personas (adultas)",
            "-A1 es su lote",
            "- B12",
            "+51 999 888 777",
            "+51 987654327 (Rosa)",
            "(01) 456-7890",
            "-12/05/2024",
            "-999-888-777",
            "-5",
            "-5.50",
            "-",
            "--",
            "+",
            "=) contento",
            "+ñandú (2)",
        ] {
            assert!(!is_formula(text), "{text}");
        }
    }
}
