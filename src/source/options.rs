//! What a person may say about an input, instead of letting it be found out.
//!
//! Comes in: the values of `--encoding`, `--delimiter` and `--sheet`. Goes out: domain values that can't be wrong.

use std::fmt;
use std::str::FromStr;

use encoding_rs::Encoding;

use crate::lang::Said;
use crate::said;

/// What was said about an input; whatever is `None` is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Its character set.
    pub encoding: Option<Charset>,
    /// The separator of its cells.
    pub delimiter: Option<Delimiter>,
    /// The sheet of a workbook; its first one otherwise.
    pub sheet: Option<String>,
}

/// A character set: one that browsers know, or code page 850, which old Windows consoles and DOS programs write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// One of the WHATWG's.
    Known(&'static Encoding),
    /// IBM code page 850, Western European DOS.
    Cp850,
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self::Known(encoding_rs::UTF_8);
    /// Windows-1252, which spreadsheets on Windows write as "CSV".
    pub const WINDOWS_1252: Self = Self::Known(encoding_rs::WINDOWS_1252);
    /// Little-endian UTF-16, which spreadsheets write as "Unicode text".
    pub const UTF_16LE: Self = Self::Known(encoding_rs::UTF_16LE);
    /// Big-endian UTF-16.
    pub const UTF_16BE: Self = Self::Known(encoding_rs::UTF_16BE);
    /// The Macintosh's old character set.
    pub const MACINTOSH: Self = Self::Known(encoding_rs::MACINTOSH);

    /// The name on the command line, in lower case.
    pub fn name(self) -> String {
        match self {
            Self::Known(encoding) => encoding.name().to_ascii_lowercase(),
            Self::Cp850 => "cp850".to_owned(),
        }
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Reads a WHATWG label, `cp850` or `macroman`.
///
/// ```
/// use crm_bridge::source::Charset;
/// assert_eq!("latin1".parse(), Ok(Charset::WINDOWS_1252));
/// assert_eq!("MacRoman".parse(), Ok(Charset::MACINTOSH));
/// assert!("ebcdic".parse::<Charset>().is_err());
/// ```
impl FromStr for Charset {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let label = text.trim().to_ascii_lowercase();
        match label.as_str() {
            "cp850" | "cp-850" | "850" | "ibm850" | "ibm-850" => return Ok(Self::Cp850),
            "macroman" | "mac-roman" | "mac" => return Ok(Self::MACINTOSH),
            "cp1252" | "ansi" => return Ok(Self::WINDOWS_1252),
            _ => {}
        }
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self::Known).ok_or_else(|| {
            said!(
                en: "{text:?} is no known character set; try utf-8, windows-1252, utf-16le, cp850 or macroman",
                es: "{text:?} no es un juego de caracteres conocido; pruebe utf-8, windows-1252, utf-16le, cp850 o macroman"
            )
        })
    }
}

/// The separator of cells: one ASCII character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter(u8);

impl Delimiter {
    /// `;`, which spreadsheets write in countries with a decimal comma.
    pub const SEMICOLON: Self = Self(b';');
    /// `,`.
    pub const COMMA: Self = Self(b',');
    /// The tab character.
    pub const TAB: Self = Self(b'\t');
    /// `|`.
    pub const PIPE: Self = Self(b'|');
    /// Those that are tried, the most usual one first.
    pub const TRIED: [Self; 4] = [Self::SEMICOLON, Self::COMMA, Self::TAB, Self::PIPE];

    /// The byte that stands between cells.
    pub fn byte(self) -> u8 {
        self.0
    }

    /// The delimiter that `byte` is, unless it could not be told from text, quotes and line ends.
    pub fn from_byte(byte: u8) -> Option<Self> {
        let usable = byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"' && byte != b'\'');
        usable.then_some(Self(byte))
    }
}

/// As a person says it: `;`, or `tab`.
impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == b'\t' { f.write_str("tab") } else { write!(f, "{}", char::from(self.0)) }
    }
}

/// Reads one character, `tab` or `\t`.
///
/// ```
/// use crm_bridge::source::Delimiter;
/// assert_eq!("tab".parse(), Ok(Delimiter::TAB));
/// assert_eq!(";".parse(), Ok(Delimiter::SEMICOLON));
/// assert!("ab".parse::<Delimiter>().is_err());
/// ```
impl FromStr for Delimiter {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let byte = match text.as_bytes() {
            [byte] => Some(*byte),
            _ if text.eq_ignore_ascii_case("tab") || text == "\\t" => Some(b'\t'),
            _ => None,
        };
        byte.and_then(Self::from_byte).ok_or_else(|| {
            said!(
                en: "{text:?} is no separator; the separators are ; , | and tab",
                es: "{text:?} no es un separador; los separadores son ; , | y tab"
            )
        })
    }
}
