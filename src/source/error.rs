//! Why an input can't be read.
//!
//! Comes in: what the readers met. Goes out: a sentence in both languages, the rule that spoke, and the [`Failure`] of
//! the command. An unreadable input ends a command with exit code 6.

use std::io;

use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::rules::finding::Place;
use crate::rules::{Code, Finding};
use crate::said;

/// Why an input can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is not there, may not be read, or the disk failed.
    #[error("can't read {name}: {source}")]
    Io {
        /// The input as the user wrote it.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// It is a folder.
    #[error("{name} is a folder")]
    Folder {
        /// The input as the user wrote it.
        name: String,
    },
    /// Nothing is in it, or nothing but blank rows.
    #[error("{name} is empty")]
    Empty {
        /// The input as the user wrote it.
        name: String,
    },
    /// It is no text and no workbook that can be read (F01).
    #[error("{name} is not text: {detail}")]
    NotText {
        /// The input as the user wrote it.
        name: String,
        /// What it is instead.
        detail: Said,
        /// The row where it was met.
        row: Option<u64>,
        /// What to do about it, where that is not what the rule advises.
        remedy: Option<Box<Said>>,
    },
    /// Its letters were written in a character set that has to be named (F03).
    #[error("{name} was written in another character set: {detail}")]
    Charset {
        /// The input as the user wrote it.
        name: String,
        /// What was seen, and where.
        detail: Said,
    },
    /// No separator, or more than one, makes a table of it (F04).
    #[error("the separator of {name} can't be told: {detail}")]
    Separator {
        /// The input as the user wrote it.
        name: String,
        /// What was tried.
        detail: Said,
        /// What to do about it, where naming one of those that are read would not help.
        remedy: Option<Box<Said>>,
    },
    /// A quote swallowed the rows after it (F05).
    #[error("a quote opened in row {opened} of {name} never closes")]
    OpenQuote {
        /// The input as the user wrote it.
        name: String,
        /// The row where it was opened.
        opened: u64,
    },
    /// The workbook has no such sheet.
    #[error("{name} has no sheet {sheet}")]
    NoSheet {
        /// The input as the user wrote it.
        name: String,
        /// The sheet that was asked for.
        sheet: String,
        /// The sheets that there are.
        sheets: Vec<String>,
    },
    /// The JSON is not well formed, or is neither a record nor a payload.
    #[error("{name}, line {line}, column {column}: {detail}")]
    Json {
        /// The input as the user wrote it.
        name: String,
        /// Line, from 1.
        line: u64,
        /// Column in bytes, from 1.
        column: u64,
        /// What is wrong there.
        detail: Said,
    },
}

impl SourceError {
    pub(super) fn io(name: &str, source: io::Error) -> Self {
        Self::Io { name: name.to_owned(), source }
    }

    /// The rule that spoke, where there is one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::NotText { .. } => Some(Code::F01),
            Self::Charset { .. } => Some(Code::F03),
            Self::Separator { .. } => Some(Code::F04),
            Self::OpenQuote { .. } => Some(Code::F05),
            _ => None,
        }
    }

    /// The input as the user wrote it.
    pub fn name(&self) -> &str {
        match self {
            Self::Io { name, .. }
            | Self::Folder { name }
            | Self::Empty { name }
            | Self::NotText { name, .. }
            | Self::Charset { name, .. }
            | Self::Separator { name, .. }
            | Self::OpenQuote { name, .. }
            | Self::NoSheet { name, .. }
            | Self::Json { name, .. } => name,
        }
    }

    /// The row that it is about.
    pub fn row(&self) -> Option<u64> {
        match self {
            Self::OpenQuote { opened, .. } => Some(*opened),
            Self::NotText { row, .. } => *row,
            _ => None,
        }
    }

    /// The finding that a report lists; none where no rule spoke, since a missing file breaks no rule.
    pub fn finding(&self) -> Option<Finding> {
        let finding = Finding::new(self.code()?);
        Some(match self {
            Self::NotText { detail, remedy, .. } | Self::Separator { detail, remedy, .. } => {
                Finding { remedy: remedy.clone(), ..finding.said("detail", detail.clone()) }
            }
            Self::Charset { detail, .. } => finding.said("detail", detail.clone()),
            Self::OpenQuote { opened, .. } => finding.arg("opened", opened),
            _ => finding,
        })
    }

    /// What is wrong, with the file's name.
    pub fn said(&self) -> Said {
        if let Some((finding, code)) = self.finding().zip(self.code()) {
            let (name, note) = (self.name(), finding.note(Place::default(), false));
            let (en, es, code) = (note.message.en, note.message.es, code.name());
            return said!(en: "{name}: {en} ({code})", es: "{name}: {es} ({code})");
        }
        match self {
            Self::Io { name, source } => match source.kind() {
                io::ErrorKind::NotFound => said!(en: "{name} does not exist", es: "{name} no existe"),
                io::ErrorKind::PermissionDenied => {
                    said!(en: "{name} may not be read: permission denied", es: "no se puede leer {name}: permiso denegado")
                }
                _ => said!(en: "can't read {name}", es: "no se puede leer {name}").because(source),
            },
            Self::Folder { name } => {
                said!(en: "{name} is a folder, not a file", es: "{name} es una carpeta, no un archivo")
            }
            Self::Empty { name } => said!(en: "{name} is empty", es: "{name} está vacío"),
            Self::NoSheet { name, sheet, .. } => {
                said!(en: "{name} has no sheet {sheet:?}", es: "{name} no tiene la hoja {sheet:?}")
            }
            Self::Json { name, line, column, detail } => {
                let (en, es) = (&detail.en, &detail.es);
                said!(
                    en: "{name}, line {line}, column {column}: {en}",
                    es: "{name}, línea {line}, columna {column}: {es}"
                )
            }
            other => Said::same(other.to_string()),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<Said> {
        if let Some(finding) = self.finding() {
            return Some(finding.note(Place::default(), false).hint);
        }
        Some(match self {
            Self::Empty { .. } => {
                said!(en: "export it again, with its header and rows", es: "expórtelo de nuevo, con su cabecera y sus filas")
            }
            Self::Folder { .. } => said!(en: "name the files in it", es: "indique los archivos que contiene"),
            Self::NoSheet { sheets, .. } => {
                let sheets = sheets.join(", ");
                said!(en: "choose with --sheet one of: {sheets}", es: "elija con --sheet una de: {sheets}")
            }
            Self::Json { .. } => said!(
                en: "a record is {{\"lead\":…,\"appointment\":…}}, a payload has a cliente and an id_presencia_crm",
                es: "un registro es {{\"lead\":…,\"appointment\":…}}, un payload tiene un cliente y un id_presencia_crm"
            ),
            _ => {
                said!(en: "check the name, and that you may read it", es: "revise el nombre, y que pueda leerlo")
            }
        })
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let failure = Self::new(Kind::Input, error.said());
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}
