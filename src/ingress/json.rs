//! Strict JSON: what two parsers could read in two ways is refused.
//!
//! Comes in: a body. Goes out: a [`Json`] tree that borrows from it, or why it was [`Refused`]: a byte order mark,
//! bytes that aren't UTF-8, a lone surrogate, a repeated key, more than 128 levels, `NaN`, anything after the end.
//! One pass; texts without escapes are borrowed.

mod parser;

use std::borrow::Cow;
use std::fmt;

use crate::lang::{Said, Text};
use crate::said;

/// Levels of nesting allowed.
pub const DEEPEST: usize = 128;
/// Values allowed in one body: a megabyte of `[` would otherwise become forty of memory.
pub const MOST_VALUES: usize = 200_000;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(&'a str),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Json<'a>>),
    /// An object, in the order of the body; no key occurs twice.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The value of `key`, where this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json<'a>> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Writes the value in canonical form (keys sorted, no spaces, numbers as they were written) to `out`. `skip` is
    /// a key of the outermost object that is left out.
    pub fn canonical(&self, out: &mut String, skip: Option<&str>) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => quote(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.canonical(out, None);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                let mut sorted: Vec<_> = fields.iter().filter(|(name, _)| Some(&**name) != skip).collect();
                sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0));
                out.push('{');
                for (index, (name, value)) in sorted.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    quote(out, name);
                    out.push(':');
                    value.canonical(out, None);
                }
                out.push('}');
            }
        }
    }
}

/// Appends `text` as a JSON string.
pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[plain..at]);
        plain = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => {
                out.push_str("\\u00");
                out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
                out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            }
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// Why a body is no JSON that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing but white space.
    Empty,
    /// It begins with a byte order mark.
    Bom,
    /// Bytes that are no UTF-8.
    Encoding,
    /// Not JSON.
    Syntax,
    /// Half of a surrogate pair.
    Surrogate,
    /// A key that occurs twice in one object.
    RepeatedKey,
    /// More than [`DEEPEST`] levels.
    TooDeep,
    /// More than [`MOST_VALUES`] values.
    TooMany,
}

/// A body that was refused, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// Why.
    pub reason: Reason,
    /// Byte at which it was noticed.
    pub at: usize,
}

impl Refused {
    /// What is wrong, for people.
    pub fn said(&self) -> Said {
        let at = self.at;
        let Text { en, es } = match self.reason {
            Reason::Empty => return said!(en: "the body is empty", es: "el cuerpo está vacío"),
            Reason::Bom => {
                return said!(
                    en: "the body begins with a byte order mark",
                    es: "el cuerpo empieza con una marca de orden de bytes"
                );
            }
            Reason::Encoding => Text { en: "not UTF-8", es: "no es UTF-8" },
            Reason::Syntax => Text { en: "not JSON", es: "no es JSON" },
            Reason::Surrogate => Text { en: "half of a surrogate pair", es: "la mitad de un par sustituto" },
            Reason::RepeatedKey => Text { en: "a key that was there before", es: "una clave que ya estaba" },
            Reason::TooDeep => Text { en: "nested deeper than 128", es: "más de 128 niveles" },
            Reason::TooMany => Text { en: "more than 200,000 values", es: "más de 200 000 valores" },
        };
        said!(en: "{en}, at byte {at}", es: "{es}, en el byte {at}")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

/// Reads `body` as one JSON value.
///
/// ```
/// use crm_bridge::ingress::json::{parse, Reason};
/// assert!(parse(b"{\"a\": [1, null]}").is_ok());
/// assert_eq!(parse(b"{\"a\":1,\"a\":2}").unwrap_err().reason, Reason::RepeatedKey);
/// ```
pub fn parse(body: &[u8]) -> Result<Json<'_>, Refused> {
    if body.starts_with(b"\xef\xbb\xbf") {
        return Err(Refused { reason: Reason::Bom, at: 0 });
    }
    let text = simdutf8::compat::from_utf8(body)
        .map_err(|error| Refused { reason: Reason::Encoding, at: error.valid_up_to() })?;
    parser::Parser::new(text).document()
}
