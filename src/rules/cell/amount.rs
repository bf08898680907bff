//! Amounts of money in soles: `120.000,50`, `S/ 120,000.50`, `45000`.

use super::text::unwrap;

/// Why a cell is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAmount {
    /// Other signs than digits and separators, more than two decimals, a negative number, or more than 10 digits.
    Malformed,
    /// `120.000` is a hundred and twenty thousand to one reader and a hundred and twenty to another.
    Ambiguous,
}

/// The digits before the point that the receiver can store.
const WHOLE_DIGITS: usize = 10;

/// Reads an amount as the decimal text that the payload wants, with two decimals.
///
/// ```
/// use crm_bridge::rules::cell::amount::{NoAmount, read};
/// assert_eq!(read("120.000,50").as_deref(), Ok("120000.50"));
/// assert_eq!(read("S/ 120,000.5").as_deref(), Ok("120000.50"));
/// assert_eq!(read("120.000"), Err(NoAmount::Ambiguous));
/// ```
pub fn read(text: &str) -> Result<String, NoAmount> {
    let text = unwrap(text.trim());
    let text = ["S/.", "S/", "s/.", "s/", "PEN", "pen"]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))
        .unwrap_or(text)
        .trim();
    let text = text.strip_suffix("soles").unwrap_or(text).trim_end();
    let compact: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    if compact.is_empty() || !compact.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return Err(NoAmount::Malformed);
    }
    let (whole, decimals) = split(&compact)?;
    let whole = whole.trim_start_matches('0');
    // Zeros beyond the cents say nothing.
    let decimals = if decimals.len() > 2 { decimals.trim_end_matches('0') } else { decimals };
    if whole.len() > WHOLE_DIGITS || decimals.len() > 2 {
        return Err(NoAmount::Malformed);
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    Ok(format!("{whole}.{decimals:0<2}"))
}

/// Splits an amount into its whole digits and its decimals.
fn split(text: &str) -> Result<(String, &str), NoAmount> {
    let Some(last) = text.rfind(['.', ',']) else { return Ok((text.to_owned(), "")) };
    let separator = &text[last..=last];
    let (before, after) = (&text[..last], &text[last + 1..]);
    let others = before.matches(['.', ',']).count();
    if others == 0 {
        let thousands = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
        return if thousands {
            Err(NoAmount::Ambiguous)
        } else if before.is_empty() || after.is_empty() {
            Err(NoAmount::Malformed)
        } else {
            Ok((before.to_owned(), after))
        };
    }
    let same = before.contains(separator);
    let (groups, decimals) = if same { (text, "") } else { (before, after) };
    let grouping = if same {
        separator
    } else if separator == "." {
        ","
    } else {
        "."
    };
    let mut parts = groups.split(grouping);
    let first = parts.next().unwrap_or("");
    let grouped = (1..=3).contains(&first.len()) && parts.all(|part| part.len() == 3);
    let digits: String = groups.chars().filter(char::is_ascii_digit).collect();
    let mixed = groups.chars().any(|c| !c.is_ascii_digit() && !grouping.contains(c));
    if !grouped || mixed || (!same && decimals.is_empty()) {
        return Err(NoAmount::Malformed);
    }
    Ok((digits, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_conventions_are_read() {
        for (text, amount) in [
            ("45000", "45000.00"),
            ("45000.5", "45000.50"),
            ("45000,50", "45000.50"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567.89", "1234567.89"),
            ("1.234.567", "1234567.00"),
            ("S/. 45 000.00", "45000.00"),
            ("120000.500", "120000.50"),
            ("0.50", "0.50"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(amount), "{text}");
        }
    }

    #[test]
    fn what_is_unclear_is_refused() {
        for text in ["120.000", "120,000", "1.000"] {
            assert_eq!(read(text), Err(NoAmount::Ambiguous), "{text}");
        }
        for text in [
            "",
            "-5",
            "abc",
            "1.2.3",
            "1,23,456",
            ".",
            "1.",
            "1.234,567.89",
            "12345678901",
            "10%",
            "1e5",
            "0,125",
        ] {
            assert_eq!(read(text), Err(NoAmount::Malformed), "{text}");
        }
    }
}
