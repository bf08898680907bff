//! What a mapping file does to a row's text before its cells are read.

use std::borrow::Cow;

use serde_json::Value;

use super::event::{ColumnName, Triggers};
use super::record::medio_word;
use super::{Mapping, PayloadPath, Target};
use crate::record::{Columns, Field, RawRecord};
use crate::rules::cell::fold::fold;
use crate::rules::cell::mojibake;
use crate::rules::cell::text::{tidy, unwrap};

/// A row after templates, transforms, value tables, constants and defaults.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// The text by field.
    pub raw: RawRecord<'a>,
    /// The payload places that templates filled.
    pub payload: Vec<(&'a PayloadPath, String)>,
}

/// A column that a mapping file names and the source does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownColumn {
    /// As the mapping file writes it.
    pub name: String,
    /// The nearest header of the source.
    pub nearest: Option<String>,
}

impl Mapping {
    /// Finds the columns that triggers and templates name among the source's headers; without it they are empty.
    /// Fails with all those that the source does not have.
    pub fn bind(&mut self, headers: &[&str]) -> Result<(), Vec<UnknownColumn>> {
        let mut unknown = Vec::new();
        let triggers = match &mut self.triggers {
            Triggers::File(blocks) => blocks.as_mut_slice(),
            Triggers::Builtin { .. } => &mut [],
        };
        let names = triggers
            .iter_mut()
            .map(|block| &mut block.column)
            .chain(self.templates.iter_mut().flat_map(|(_, template)| template.column_names()));
        for name in names {
            let ColumnName::Header { name, index } = name else { continue };
            *index = find(headers, name);
            if index.is_none() {
                unknown.push(UnknownColumn { name: name.clone(), nearest: nearest(headers, name) });
            }
        }
        if unknown.is_empty() { Ok(()) } else { Err(unknown) }
    }

    /// The columns that triggers and templates name.
    pub fn read_columns(&self) -> Vec<String> {
        let blocks = match &self.triggers {
            Triggers::File(blocks) => blocks.as_slice(),
            Triggers::Builtin { .. } => &[],
        };
        let headers = |name: &ColumnName| match name {
            ColumnName::Header { name, .. } => Some(name.clone()),
            ColumnName::Field(_) => None,
        };
        let of_triggers = blocks.iter().filter_map(|block| headers(&block.column));
        let of_templates = self
            .templates
            .iter()
            .flat_map(|(_, template)| template.columns().filter_map(headers).collect::<Vec<_>>());
        of_triggers.chain(of_templates).collect()
    }

    /// Prepares a row; with the built-in mapping it stays as it is.
    pub fn prepare<'a>(&'a self, raw: RawRecord<'a>, columns: &impl Columns) -> Prepared<'a> {
        let mut raw = raw;
        let payload = if self.is_plain() { Vec::new() } else { self.prepare_in_place(&mut raw, columns) };
        Prepared { raw, payload }
    }

    /// Prepares a row where it is; returns the payload places that templates filled.
    pub(super) fn prepare_in_place<'a>(
        &'a self,
        raw: &mut RawRecord<'a>,
        columns: &impl Columns,
    ) -> Vec<(&'a PayloadPath, String)> {
        let mut payload = Vec::new();
        let fields: Vec<(Field, String)> = Field::ALL
            .iter()
            .filter_map(|field| Some((*field, self.prepared_cell(*field, raw, columns)?.into_owned())))
            .collect();
        for (target, template) in &self.templates {
            let Target::Payload(path) = target else { continue };
            let is_id = *path == PayloadPath::ID;
            let text = template.fill(raw, columns, is_id);
            if is_id {
                // The id is read like any other cell; one whose columns are empty is none.
                raw.set(Field::AppointmentId, text.unwrap_or_default());
            } else if let Some(text) = text {
                payload.push((path, text));
            }
        }
        for (field, text) in fields {
            if field != Field::AppointmentId || !self.has_id_template() {
                raw.set(field, text);
            }
        }
        payload
    }

    pub(super) fn is_plain(&self) -> bool {
        self.templates.is_empty()
            && self.transforms.is_empty()
            && self.values.is_empty()
            && self.constants.is_empty()
            && self.defaults.is_empty()
    }

    /// Whether the mapping file has a word in the text of `field`.
    pub(super) fn changes(&self, field: Field) -> bool {
        let target = Target::Field(field);
        let lines = self.constants.iter().chain(&self.defaults);
        self.templates.iter().any(|(known, _)| *known == target)
            || self.transforms.iter().any(|(known, _)| *known == field)
            || self.values.iter().any(|(known, _)| *known == field)
            || lines.into_iter().any(|(known, _)| *known == target)
    }

    /// The text of one field after the mapping file's changes; none where it changes nothing.
    pub(super) fn prepared_cell<'r>(
        &'r self,
        field: Field,
        raw: &'r RawRecord<'_>,
        columns: &impl Columns,
    ) -> Option<Cow<'r, str>> {
        let target = Target::Field(field);
        let mut text: Option<Cow<'r, str>> = None;
        if let Some((_, template)) = self.templates.iter().find(|(known, _)| *known == target) {
            text = Some(Cow::Owned(template.fill(raw, columns, false).unwrap_or_default()));
        }
        let current = |text: &Option<Cow<'r, str>>| match text {
            Some(text) => text.to_string(),
            None => raw.get(field).unwrap_or("").to_owned(),
        };
        if let Some((_, transforms)) = self.transforms.iter().find(|(known, _)| *known == field) {
            let changed = transforms.iter().fold(current(&text), |text, transform| transform.apply(&text));
            text = Some(Cow::Owned(changed));
        }
        if let Some((_, table)) = self.values.iter().find(|(known, _)| *known == field) {
            let current = current(&text);
            let tidied = tidy(&current, false);
            let label = unwrap(&tidied);
            let known_anyway = || field == Field::Medio && medio_word(label).is_some();
            if !label.is_empty()
                && let Some(value) =
                    table.get(label).or_else(|| if known_anyway() { None } else { table.otherwise() })
            {
                text = Some(Cow::Borrowed(value));
            }
        }
        if let Some(value) = value_of(&self.constants, &target) {
            return Some(value);
        }
        if let Some(value) = value_of(&self.defaults, &target)
            && tidy(&current(&text), false).is_empty()
        {
            return Some(value);
        }
        text
    }

    /// The value entries that no row used so far, as `("lead.medio", label)`.
    pub fn unused_values(&self) -> Vec<(Field, String)> {
        self.values
            .iter()
            .flat_map(|(field, table)| {
                // A line that says what is built in anyway is no mistake, used or not.
                let needless = |(label, value): &(&str, &str)| {
                    *field == Field::Medio
                        && medio_word(label).is_some_and(|word| medio_word(value) == Some(word))
                };
                let unused = table.unused().filter(move |entry| !needless(entry));
                unused.map(|(label, _)| (*field, label.to_owned()))
            })
            .collect()
    }
}

fn value_of<'r>(lines: &'r [(Target, Value)], target: &Target) -> Option<Cow<'r, str>> {
    lines.iter().find(|(known, _)| known == target).map(|(_, value)| match value {
        Value::String(text) => Cow::Borrowed(text.as_str()),
        other => Cow::Owned(other.to_string()),
    })
}

fn find(headers: &[&str], name: &str) -> Option<usize> {
    headers
        .iter()
        .position(|header| *header == name)
        .or_else(|| headers.iter().position(|header| folded(header) == folded(name)))
}

/// A header as it was meant, where its file was saved twice.
fn folded(header: &str) -> String {
    fold(mojibake::repair(header).as_deref().unwrap_or(header).trim_start_matches('\u{feff}'))
}

fn nearest(headers: &[&str], name: &str) -> Option<String> {
    let name = folded(name);
    headers
        .iter()
        .map(|header| (strsim::jaro_winkler(&folded(header), &name), *header))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, header)| header.to_owned())
}
