//! Masks of personal data: what of a name, a phone, a document or an e-mail may be shown by default.
//!
//! Comes in: a value and the kind of person's data that it is. Goes out: the same length of story with the middle
//! taken out. Leaf module: logs, findings, reports, the inspector and the status page all mask here and nowhere else.

mod scrub;
mod stray;

pub use scrub::Scrub;
pub use stray::stray;

/// Which kind of personal data a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// A person's name.
    Name,
    /// A telephone number.
    Phone,
    /// A DNI, RUC or other document number.
    Document,
    /// An e-mail address.
    Email,
    /// A street address, an observation: free text that may name a person.
    Text,
}

/// Masks `value`; the result never holds more than a few of its characters.
///
/// ```
/// use crm_bridge::mask::{mask, Personal};
/// assert_eq!(mask(Personal::Phone, "999888777"), "9998****");
/// assert_eq!(mask(Personal::Name, "Rosa Quispe Mamani"), "R*** Q*** M***");
/// assert_eq!(mask(Personal::Document, "01234567"), "01******");
/// assert_eq!(mask(Personal::Email, "rosa@example.pe"), "r***@***");
/// ```
pub fn mask(kind: Personal, value: &str) -> String {
    match kind {
        Personal::Name => {
            value.split_whitespace().map(|word| keep(word, 1, "***")).collect::<Vec<_>>().join(" ")
        }
        Personal::Phone => keep(value, (value.chars().count() / 2).min(4), "****"),
        Personal::Document => keep(value, (value.chars().count() / 3).min(2), "******"),
        Personal::Email => keep(value, 1, "***@***"),
        Personal::Text => keep(value, 0, "***"),
    }
}

/// An address with `shown` for the user and password that it may hold; other text as it is. A proxy's may come without a
/// scheme.
///
/// ```
/// use crm_bridge::mask::without_user;
/// assert_eq!(without_user("nats://ana:s3,cr@t@queue:4222/x", "***@"), "nats://***@queue:4222/x");
/// assert_eq!(without_user("http://queue:4222/a@b", "***@"), "http://queue:4222/a@b");
/// assert_eq!(without_user("http://ana:s3/cret@queue:4222", "***@"), "http://***@queue:4222");
/// assert_eq!(without_user("http:ana:s3cret@proxy/", ""), "proxy/");
/// assert_eq!(without_user("//ana:s3/cret@proxy:3128", "***@"), "//***@proxy:3128");
/// ```
pub fn without_user(text: &str, shown: &str) -> String {
    let scheme = text.find("://").map(|at| at + 3);
    let start = scheme.unwrap_or_else(|| text.len() - text.trim_start_matches('/').len());
    // Without a scheme it is no address that is sent to as it stands, and nothing in it has to be shown.
    // What stands before a path is a host with its port; where it is none, the password holds the sign.
    let end = text[start..].find(['/', '?', '#']).map(|at| start + at);
    let end = end.filter(|end| scheme.is_some() && !begins_a_password(&text[start..*end]));
    let end = end.unwrap_or(text.len());
    text[start..end]
        .rfind('@')
        .map_or_else(|| text.to_owned(), |at| format!("{}{shown}{}", &text[..start], &text[start + at + 1..]))
}

/// Whether `text`, which should be a host and its port, is a user and the beginning of a password instead.
fn begins_a_password(text: &str) -> bool {
    let after_user = text.rfind('@').map_or(text, |at| &text[at + 1..]);
    let of_host = after_user.rfind(']').map_or(after_user, |at| &after_user[at + 1..]);
    of_host.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|sign| sign.is_ascii_digit()))
}

/// The shape of a cell that may hold anything: letters as `x` and `X`, digits as `9`.
///
/// ```
/// assert_eq!(crm_bridge::mask::shape("Jr. Unión 123-Á"), "Xx. Xxxxx 999-X");
/// ```
pub fn shape(cell: &str) -> String {
    let sign = |sign: char| match sign {
        _ if sign.is_numeric() => '9',
        _ if sign.is_uppercase() => 'X',
        _ if sign.is_alphabetic() => 'x',
        _ => sign,
    };
    cell.chars().map(sign).collect()
}

fn keep(value: &str, characters: usize, stars: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    value.chars().take(characters).chain(stars.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_are_not_shown_whole() {
        for kind in [Personal::Phone, Personal::Document] {
            assert!(!mask(kind, "99").starts_with("99"));
        }
        assert_eq!(mask(Personal::Phone, ""), "");
    }
}
