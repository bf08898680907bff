//! Whole numbers as spreadsheets disfigure them: `9,99888777E+08`, `123.0`.

/// What scientific notation left of a whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scientific {
    /// Every digit is there.
    Exact(String),
    /// Digits are gone for good.
    Lost,
}

/// Expands scientific notation; `None` where `text` is not written so.
///
/// A whole number is exact only when the mantissa shows at least as many decimals as the exponent moves the point.
///
/// ```
/// use crm_bridge::rules::cell::number::{Scientific, scientific};
/// assert_eq!(scientific("9,99888777E+08"), Some(Scientific::Exact("999888777".into())));
/// assert_eq!(scientific("9.99889E+08"), Some(Scientific::Lost));
/// assert_eq!(scientific("999888777"), None);
/// ```
pub fn scientific(text: &str) -> Option<Scientific> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (whole, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || !digits(whole) || !digits(decimals) {
        return None;
    }
    if exponent.is_empty() || exponent.len() > 3 || !digits(exponent) {
        return None;
    }
    let exponent: usize = exponent.parse().ok()?;
    if decimals.len() < exponent || decimals[exponent..].bytes().any(|byte| byte != b'0') {
        return Some(Scientific::Lost);
    }
    Some(Scientific::Exact(format!("{whole}{}", &decimals[..exponent])))
}

/// Takes the `.0` or `,00` off a whole number that a spreadsheet wrote as a decimal one.
///
/// ```
/// use crm_bridge::rules::cell::number::without_zero_decimals;
/// assert_eq!(without_zero_decimals("123.0"), "123");
/// assert_eq!(without_zero_decimals("12.50"), "12.50");
/// assert_eq!(without_zero_decimals("1.000"), "1.000");
/// ```
pub fn without_zero_decimals(text: &str) -> &str {
    match text.split_once(['.', ',']) {
        // Three zeros may be thousands.
        Some((whole, "0" | "00")) if !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()) => {
            whole
        }
        _ => text,
    }
}
