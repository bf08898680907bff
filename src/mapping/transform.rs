//! Changes of a cell's text that a mapping file may ask for.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::rules::cell::mojibake;
use crate::rules::cell::text::tidy;

macro_rules! transforms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A change of a cell's text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Transform { $($(#[$doc])* $variant,)* }

        impl Transform {
            /// Every transform.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in a mapping file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

transforms! {
    /// Repairs `PÃ©rez`.
    FixMojibake = "fix_mojibake",
    /// Makes runs of spaces single and removes invisible signs.
    CollapseSpaces = "collapse_spaces",
    /// Removes outer spaces.
    Trim = "trim",
    /// Upper case.
    Upper = "upper",
    /// Lower case.
    Lower = "lower",
    /// The first letter of each word in upper case, the others in lower case.
    Title = "title",
    /// Keeps digits alone.
    Digits = "digits",
    /// Keeps letters and digits alone.
    Alphanumeric = "alphanumeric",
    /// Removes accents: `Núñez` becomes `Nunez`.
    StripAccents = "strip_accents",
    /// Removes zeros in front.
    StripZeros = "strip_zeros",
}

impl Transform {
    /// Finds a transform by its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|transform| transform.name() == name)
    }

    /// Changes `text`.
    ///
    /// ```
    /// use crm_bridge::mapping::Transform;
    /// assert_eq!(Transform::Title.apply("ROSA ÑAUPARI"), "Rosa Ñaupari");
    /// assert_eq!(Transform::StripAccents.apply("Núñez"), "Nunez");
    /// ```
    pub fn apply(self, text: &str) -> String {
        match self {
            Self::FixMojibake => mojibake::repair(text).unwrap_or_else(|| text.to_owned()),
            Self::CollapseSpaces => tidy(text, false).into_owned(),
            Self::Trim => text.trim().to_owned(),
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Title => title(text),
            Self::Digits => text.chars().filter(char::is_ascii_digit).collect(),
            Self::Alphanumeric => text.chars().filter(|c| c.is_alphanumeric()).collect(),
            Self::StripAccents => text.nfd().filter(|c| !is_combining_mark(*c)).collect(),
            Self::StripZeros => text.trim_start().trim_start_matches('0').to_owned(),
        }
    }
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic() || (inside && (c == '\'' || is_combining_mark(c)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_does_what_its_name_says() {
        for (name, text, changed) in [
            ("fix_mojibake", "PÃ©rez", "Pérez"),
            ("collapse_spaces", " a  b\u{200b} ", "a b"),
            ("trim", " a  b ", "a  b"),
            ("upper", "ñandú", "ÑANDÚ"),
            ("lower", "ÑANDÚ", "ñandú"),
            ("title", "maría DE LA o'higgins", "María De La O'higgins"),
            ("digits", "N° 12-3", "123"),
            ("alphanumeric", "A-1 ñ", "A1ñ"),
            ("strip_accents", "Ñandú", "Nandu"),
            ("strip_zeros", "00120", "120"),
        ] {
            assert_eq!(Transform::from_name(name).unwrap().apply(text), changed, "{name}");
        }
    }
}
