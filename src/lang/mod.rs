//! The two languages that the program speaks to people.
//!
//! Comes in: a sentence, written once in English and once in Spanish. Goes out: the one that the person reads.
//! Leaf module: everyone may import it. A missing translation does not compile, because [`Said`] and [`Text`] have a
//! field for each language and the [`said!`](crate::said) macro demands both.

mod foreign;

use std::{fmt, io};

/// A language of the program's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Spanish, as spoken in Lima.
    Es,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// Reads the language from the value of `LC_ALL` or `LANG`, such as `es_PE.UTF-8`; English for anything else.
    ///
    /// ```
    /// use crm_bridge::lang::Lang;
    /// assert_eq!(Lang::from_locale("es_PE.UTF-8"), Lang::Es);
    /// assert_eq!(Lang::from_locale("C"), Lang::En);
    /// ```
    pub fn from_locale(locale: &str) -> Self {
        if locale.get(..2).is_some_and(|code| code.eq_ignore_ascii_case("es")) { Self::Es } else { Self::En }
    }

    /// Chooses the text of this language.
    pub fn pick<'a>(self, en: &'a str, es: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Es => es,
        }
    }
}

impl Lang {
    /// Chooses the text of this language that goes with `count`: the first of each pair for one, else the second.
    ///
    /// ```
    /// use crm_bridge::lang::Lang;
    /// assert_eq!(Lang::Es.counted(1, ["row", "rows"], ["fila", "filas"]), "fila");
    /// assert_eq!(Lang::En.counted(0, ["row", "rows"], ["fila", "filas"]), "rows");
    /// ```
    pub fn counted<'a>(self, count: u64, en: [&'a str; 2], es: [&'a str; 2]) -> &'a str {
        let form = usize::from(count != 1);
        self.pick(en[form], es[form])
    }
}

/// A fixed text in both languages, with `{name}` places to fill in; for catalogues kept as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Spanish.
    pub es: &'static str,
}

impl Text {
    /// Fills the `{name}` places from `values` in both languages; a place without a value stays as it is.
    pub fn fill(&self, values: &[(&str, Said)]) -> Said {
        Said { en: fill(self.en, values, Lang::En), es: fill(self.es, values, Lang::Es) }
    }
}

impl Text {
    /// The text with `…` in its places, or without them where they stand at its end: for headings.
    ///
    /// ```
    /// use crm_bridge::lang::{Said, Text};
    /// let text = Text { en: "row {row} has no date: {value}", es: "" };
    /// assert_eq!(text.heading(&[]).en, "row … has no date");
    /// let status = Text { en: "{what}: {value}; not an event", es: "" };
    /// assert_eq!(status.heading(&[("what", Said::same("unknown status"))]).en, "unknown status: …; not an event");
    /// ```
    pub fn heading(&self, words: &[(&str, Said)]) -> Said {
        Said { en: heading(self.en, words, Lang::En), es: heading(self.es, words, Lang::Es) }
    }
}

fn heading(template: &str, words: &[(&str, Said)], lang: Lang) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let known = words.iter().find(|(word, _)| *word == name);
        out.push_str(known.map_or("…", |(_, said)| said.get(lang)));
        rest = after;
    }
    out.push_str(rest);
    // Behind a colon nothing is missed; a sentence that ends in a value would stop short.
    let plain = out.trim_end_matches(['…', ' ']);
    match plain.strip_suffix(':') {
        Some(plain) if !plain.trim_matches(['…', ':', ' ']).is_empty() => plain.to_owned(),
        _ => out,
    }
}

impl From<Text> for Said {
    fn from(text: Text) -> Self {
        Self { en: text.en.to_owned(), es: text.es.to_owned() }
    }
}

fn fill(template: &str, values: &[(&str, Said)], lang: Lang) -> String {
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let filled = after.find('}').and_then(|close| {
            let name = &after[..close];
            values.iter().find(|(key, _)| *key == name).map(|(_, value)| (close, value.get(lang)))
        });
        if let Some((close, value)) = filled {
            out.push_str(value);
            rest = &after[close + 1..];
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A sentence in both languages, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// English.
    pub en: String,
    /// Spanish.
    pub es: String,
}

impl Said {
    /// The sentence in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.es)
    }

    /// The same words in both languages: for names, numbers, and texts that came from elsewhere.
    pub fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Self { es: en.clone(), en }
    }

    /// The sentence, and behind it the system's reason.
    #[must_use]
    pub fn because(self, error: &io::Error) -> Self {
        let why = Self::of_system(&error.to_string());
        Self { en: format!("{}: {}", self.en, why.en), es: format!("{}: {}", self.es, why.es) }
    }
}

/// English, for logs and for `?` at the edge; people are shown [`Said::get`].
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// What is wrong with something that a person wrote, where nothing but the sentence is of use.
impl std::error::Error for Said {}

/// Makes a [`Said`] from one format string per language; both are required, and both may capture variables.
///
/// ```
/// use crm_bridge::{lang::Lang, said};
/// let row = 12;
/// let sentence = said!(en: "row {row} has no phone", es: "la fila {row} no tiene celular");
/// assert_eq!(sentence.get(Lang::Es), "la fila 12 no tiene celular");
/// ```
#[macro_export]
macro_rules! said {
    (en: $en:literal, es: $es:literal $(,)?) => {
        $crate::lang::Said { en: ::std::format!($en), es: ::std::format!($es) }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_known_places_and_leaves_unknown_ones() {
        let text = Text { en: "{a} and {b}", es: "{b} y {a}" };
        let said = text.fill(&[("a", Said::same("1"))]);
        assert_eq!(said.en, "1 and {b}");
        assert_eq!(said.es, "{b} y 1");
    }

    #[test]
    fn a_heading_does_not_stop_short() {
        let heading = |en| Text { en, es: "" }.heading(&[]).en;
        assert_eq!(heading("the header has {width}"), "the header has …");
        assert_eq!(heading("no phone: {value}"), "no phone");
        assert_eq!(heading("{pointer}: {detail}"), "…: …");
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        let text = Text { en: "{a}{b}", es: "" };
        assert_eq!(text.fill(&[("a", Said::same("{b}")), ("b", Said::same("x"))]).en, "{b}x");
    }
}
