//! The values of a mapping file by their kinds, and its mistakes by their lines.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::FileError;
use crate::lang::Said;
use crate::rules::cell::fold::fold;
use crate::said;

pub(super) type Key<'i> = Spanned<Cow<'i, str>>;
pub(super) type Entry<'i> = Spanned<DeValue<'i>>;

/// Knows the text, to tell the line of a mistake.
pub(super) struct Reader<'t> {
    text: &'t str,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text }
    }

    pub(super) fn table_of<'v, 'i>(
        &self,
        key: &Key<'i>,
        value: &'v Entry<'i>,
    ) -> Result<&'v DeTable<'i>, FileError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wanted(key, value, said!(en: "a table", es: "una tabla"))),
        }
    }

    pub(super) fn blocks<'v, 'i>(
        &self,
        key: &Key<'i>,
        value: &'v Entry<'i>,
        written: &str,
    ) -> Result<&'v DeArray<'i>, FileError> {
        match value.get_ref() {
            DeValue::Array(blocks) if !blocks.is_empty() => Ok(blocks),
            _ => Err(self.wanted(
                key,
                value,
                said!(en: "blocks, each under {written}", es: "bloques, cada uno bajo {written}"),
            )),
        }
    }

    pub(super) fn text_of(&self, key: &Key<'_>, value: &Entry<'_>) -> Result<String, FileError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.wanted_text(key, value)),
        }
    }

    /// A text, or a list of them.
    pub(super) fn texts_of(&self, key: &Key<'_>, value: &Entry<'_>) -> Result<Vec<String>, FileError> {
        match value.get_ref() {
            DeValue::Array(items) if !items.is_empty() => {
                items.iter().map(|item| self.text_of(key, item)).collect()
            }
            DeValue::String(text) => Ok(vec![text.to_string()]),
            _ => Err(self.wanted(
                key,
                value,
                said!(
                    en: "a text in quotes, or a list of them",
                    es: "un texto entre comillas, o una lista de ellos",
                ),
            )),
        }
    }

    pub(super) fn wanted_text(&self, key: &Key<'_>, value: &Entry<'_>) -> FileError {
        self.wanted(key, value, said!(en: "a text in quotes", es: "un texto entre comillas"))
    }

    pub(super) fn wanted(&self, key: &Key<'_>, value: &Entry<'_>, what: Said) -> FileError {
        let (key, en, es) = (key.get_ref(), what.en, what.es);
        self.at(
            value,
            said!(en: "`{key}` wants {en}", es: "`{key}` requiere {es}"),
            said!(
                en: "crm-bridge map --show prints a whole mapping file to compare with",
                es: "crm-bridge map --show imprime un archivo de mapeo completo para comparar",
            ),
        )
    }

    pub(super) fn unknown<'k>(
        &self,
        key: &Key<'_>,
        what: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) -> FileError {
        self.unknown_word(key.span().start, key.get_ref(), what, known)
    }

    pub(super) fn unknown_word<'k>(
        &self,
        start: usize,
        word: &str,
        what: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
    ) -> FileError {
        let spanish = match what {
            "key" => "clave desconocida",
            "field" => "campo desconocido",
            "transform" => "transformación desconocida",
            "rule" => "regla desconocida",
            _ => "modalidad desconocida",
        };
        let hint = nearest(word, known.clone()).map_or_else(
            || {
                let known = known.into_iter().collect::<Vec<_>>().join(", ");
                said!(en: "known are {known}", es: "se conocen {known}")
            },
            meant,
        );
        self.fail(start, said!(en: "unknown {what} `{word}`", es: "{spanish} `{word}`"), hint)
    }

    pub(super) fn at(&self, value: &Entry<'_>, message: Said, hint: Said) -> FileError {
        self.fail(value.span().start, message, hint)
    }

    pub(super) fn fail(&self, offset: usize, message: Said, hint: Said) -> FileError {
        let line = self.text.get(..offset).map_or(1, |before| before.split('\n').count());
        FileError { line, message, hint }
    }
}

pub(super) fn meant(near: &str) -> Said {
    said!(en: "did you mean `{near}`?", es: "¿quiso decir `{near}`?")
}

/// The known word that `word` most looks like, where one does.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let folded = fold(word);
    known
        .into_iter()
        .map(|name| {
            // `celular` means `lead.celular`.
            let last = name.rsplit('.').next().unwrap_or(name);
            let likeness = strsim::jaro_winkler(&folded, name).max(strsim::jaro_winkler(&folded, last));
            (name, likeness)
        })
        .filter(|(_, likeness)| *likeness >= 0.8)
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .map(|(name, _)| name)
}
