//! Payloads that a CI job expects, read from a file.
//!
//! Comes in: a file of JSON: one payload a line, over several lines, or in an array; lines of `--dry-run --json` too.
//! Goes out: [`ExpectedPayloads`], in the form in which arriving ones are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use crate::ingress::json::{self, Json};
use crate::lang::Said;
use crate::said;

/// Why a file of expected payloads can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said())]
pub enum VerifyError {
    /// It can't be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It holds something that is no JSON.
    Syntax {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A payload is JSON that no receiver would take.
    Json {
        /// The file.
        path: PathBuf,
        /// Line in which it begins, from 1.
        line: usize,
        /// Why.
        source: json::Refused,
    },
    /// Something else than an object stands where a payload should.
    NoObject {
        /// The file.
        path: PathBuf,
        /// Line in which it begins, from 1.
        line: usize,
    },
    /// There is nothing in it.
    Empty(PathBuf),
}

impl VerifyError {
    /// What is wrong, for people.
    pub fn said(&self) -> Said {
        match self {
            Self::Read { path, source } => Said::same(path.display().to_string()).because(source),
            Self::Syntax { path, source } => {
                let (path, line, column) = (path.display(), source.line(), source.column());
                said!(
                    en: "{path}, line {line}, column {column}: no JSON",
                    es: "{path}, línea {line}, columna {column}: no es JSON"
                )
            }
            Self::Json { path, line, source } => {
                let (path, Said { en, es }) = (path.display(), source.said());
                said!(
                    en: "{path}, payload that begins in line {line}: {en}",
                    es: "{path}, payload que empieza en la línea {line}: {es}"
                )
            }
            Self::NoObject { path, line } => {
                let path = path.display();
                said!(
                    en: "{path}, line {line}: a payload is a JSON object",
                    es: "{path}, línea {line}: un payload es un objeto JSON"
                )
            }
            Self::Empty(path) => {
                let path = path.display();
                said!(en: "{path}: no payload in it", es: "{path}: no contiene ningún payload")
            }
        }
    }
}

/// Payloads that must arrive: canonical text, how often, and what to call it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedPayloads {
    pub(super) waiting: BTreeMap<String, Awaited>,
    /// Payloads with a venta arrive without it first.
    pub(super) without_venta: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Awaited {
    pub(super) id: String,
    pub(super) arrived: bool,
}

/// A payload to be compared.
pub(super) struct Canonical {
    pub(super) text: String,
    pub(super) id: String,
    /// The text without the venta, where there is one.
    pub(super) without_venta: Option<String>,
}

/// Reads a payload that arrived.
pub(super) fn canonical(body: &[u8]) -> Result<Canonical, json::Refused> {
    Ok(Canonical::of(&json::parse(body)?))
}

impl Canonical {
    fn of(payload: &Json<'_>) -> Self {
        let text = |skip| {
            let mut text = String::new();
            payload.canonical(&mut text, skip);
            text
        };
        Self {
            text: text(None),
            id: payload.get("id_presencia_crm").and_then(Json::text).unwrap_or("?").to_owned(),
            without_venta: payload.get("venta").map(|_| text(Some("venta"))),
        }
    }
}

impl ExpectedPayloads {
    /// Reads the payloads of a file; of lines of `--dry-run --json` the payloads count, the others are passed over.
    pub fn read(path: &Path) -> Result<Self, VerifyError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| VerifyError::Read { path: path.to_owned(), source })?;
        let text = text.trim_start_matches('\u{feff}');
        let mut expected = Self::default();
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
        let mut start = 0;
        while let Some(value) = values.next() {
            value.map_err(|source| VerifyError::Syntax { path: path.to_owned(), source })?;
            let end = values.byte_offset();
            let value = text[start..end].trim_start();
            let line = 1 + text[..end - value.len()].matches('\n').count();
            start = end;
            let json = json::parse(value.as_bytes()).map_err(|source| VerifyError::Json {
                path: path.to_owned(),
                line,
                source,
            })?;
            let all_objects = match &json {
                Json::List(items) => items.iter().all(|item| expected.take(item)),
                json => expected.take(json),
            };
            if !all_objects {
                return Err(VerifyError::NoObject { path: path.to_owned(), line });
            }
        }
        if expected.is_empty() { Err(VerifyError::Empty(path.to_owned())) } else { Ok(expected) }
    }

    /// Adds a payload, or that of a line of `--dry-run --json`; false where it is no object.
    fn take(&mut self, json: &Json<'_>) -> bool {
        let payload = match (json.get("payload"), json.get("kind")) {
            (Some(payload), _) => payload,
            // A finding, or the summary.
            (None, Some(_)) => return true,
            (None, None) => json,
        };
        if !matches!(payload, Json::Object(_)) {
            return false;
        }
        let payload = Canonical::of(payload);
        self.without_venta.extend(payload.without_venta);
        self.waiting.insert(payload.text, Awaited { id: payload.id, arrived: false });
        true
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("expected.json");
        std::fs::write(&path, text).unwrap();
        match ExpectedPayloads::read(&path) {
            Ok(expected) => Ok(expected.waiting.into_values().map(|awaited| awaited.id).collect()),
            Err(error) => Err(error.to_string().replace(&*folder.path().to_string_lossy(), "")),
        }
    }

    #[test]
    fn payloads_stand_a_line_each_or_over_several_or_in_an_array() {
        let one = r#"{"id_presencia_crm":"CRM-1"}"#;
        let two = "{\n  \"id_presencia_crm\": \"CRM-2\"\n}";
        let both = vec!["CRM-1".to_owned(), "CRM-2".to_owned()];
        for text in [
            format!("{one}\n\n{two}\n"),
            format!("\u{feff}{two}\r\n{one}"),
            format!("[{one},\n{two}]\n"),
            format!(
                "{{\"kind\":\"finding\",\"row\":1}}\n{{\"kind\":\"payload\",\"row\":2,\"payload\":{one}}}\n{two}\n{{\"kind\":\"summary\"}}\n"
            ),
        ] {
            assert_eq!(read(&text), Ok(both.clone()), "{text}");
        }
    }

    #[test]
    fn says_where_a_file_is_wrong() {
        for (text, message) in [
            ("{\"a\":1}\n{\n  \"a\": 1,\n}\n", "/expected.json, line 4, column 1: no JSON"),
            (
                "\n{\"a\":1,\n \"a\":2}",
                "/expected.json, payload that begins in line 2: a key that was there before",
            ),
            ("{\"a\":1}\n3\n", "/expected.json, line 2: a payload is a JSON object"),
            ("[{}, 4]", "/expected.json, line 1: a payload is a JSON object"),
            ("{\"kind\":\"summary\"}\n", "/expected.json: no payload in it"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.starts_with(message), "{said}");
        }
    }
}
