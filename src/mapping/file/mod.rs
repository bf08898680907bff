//! Mapping files: TOML text in, a [`Mapping`] out; every error with its line, and the nearest known word.
//!
//! Whoever reads the file from disk hands its text over; columns are compared with a source's header later, by
//! [`Mapping::bind`].

mod reader;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use reader::{Entry, Key, Reader, meant, nearest};

use super::event::{ColumnName, FileTrigger, Triggers};
use super::values::ValueTable;
use super::{Mapping, ModalidadRule, PayloadPath, Target, Template, Transform};
use crate::lang::Said;
use crate::payload::choice;
use crate::record::Field;
use crate::rules::cell::fold::fold;
use crate::rules::cell::{DateOrder, Zone};
use crate::said;

const SECTIONS: [&str; 10] = [
    "version",
    "name",
    "input",
    "trigger",
    "columns",
    "templates",
    "transforms",
    "values",
    "rules",
    "constants",
];
const DEFAULTS: &str = "defaults";

/// Why a text is no mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {}", message.en)]
pub struct FileError {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong, without the line.
    pub message: Said,
    /// What to do.
    pub hint: Said,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// ```
    /// use crm_bridge::mapping::Mapping;
    /// let error = Mapping::from_toml("version = 1\n[colums]\n").unwrap_err();
    /// assert_eq!(error.line, 2);
    /// assert_eq!(error.hint.en, "did you mean `columns`?");
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, FileError> {
        let reader = Reader::new(text);
        let table = DeTable::parse(text).map_err(|error| {
            reader.fail(
                error.span().map_or(0, |span| span.start),
                Said::of_parser(error.message()),
                said!(en: "correct the TOML of this line", es: "corrija el TOML de esta línea"),
            )
        })?;
        reader.mapping(table.get_ref())
    }
}

impl Reader<'_> {
    fn mapping(&self, table: &DeTable<'_>) -> Result<Mapping, FileError> {
        let mut mapping = Mapping::builtin();
        let mut version = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "version" => version = Some(value),
                "name" => mapping.name = Some(self.text_of(key, value)?),
                "input" => self.input(self.table_of(key, value)?, &mut mapping)?,
                "trigger" => mapping.triggers = self.triggers(key, value)?,
                "columns" => mapping.columns = self.columns(self.table_of(key, value)?)?,
                "templates" => mapping.templates = self.templates(self.table_of(key, value)?)?,
                "transforms" => mapping.transforms = self.transforms(self.table_of(key, value)?)?,
                "values" => mapping.values = self.values(self.table_of(key, value)?)?,
                "rules" => mapping.modalidades = self.rules(self.table_of(key, value)?)?,
                "constants" => mapping.constants = self.targets(self.table_of(key, value)?)?,
                "defaults" => mapping.defaults = self.targets(self.table_of(key, value)?)?,
                _ => return Err(self.unknown(key, "key", SECTIONS.into_iter().chain([DEFAULTS]))),
            }
        }
        self.version(version)?;
        Ok(mapping)
    }

    fn version(&self, version: Option<&Entry<'_>>) -> Result<(), FileError> {
        let hint = || {
            said!(
                en: "write version = 1 as the first line",
                es: "escriba version = 1 en la primera línea",
            )
        };
        let Some(version) = version else {
            return Err(self.fail(
                0,
                said!(en: "the mapping file names no version", es: "el archivo de mapeo no indica su versión"),
                hint(),
            ));
        };
        match version.get_ref() {
            DeValue::Integer(number) if number.to_string() == "1" => Ok(()),
            _ => Err(self.fail(
                version.span().start,
                said!(en: "only version 1 is known", es: "solo se conoce la versión 1"),
                hint(),
            )),
        }
    }

    fn input(&self, table: &DeTable<'_>, mapping: &mut Mapping) -> Result<(), FileError> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "timezone" => {
                    let zone: Result<Zone, _> = self.text_of(key, value)?.parse();
                    mapping.zone = Some(zone.map_err(|error| self.at(value, error.said(), error.hint()))?);
                }
                "date_order" => {
                    let word = self.text_of(key, value)?;
                    mapping.date_order = match DateOrder::from_name(&word) {
                        Some(order) => Some(order),
                        None if word == "auto" => None,
                        None => {
                            return Err(self.at(
                                value,
                                said!(en: "no order of dates: {word:?}", es: "no es un orden de fechas: {word:?}"),
                                said!(en: "use dmy, mdy, ymd or auto", es: "use dmy, mdy, ymd o auto"),
                            ));
                        }
                    };
                }
                _ => return Err(self.unknown(key, "key", ["timezone", "date_order"])),
            }
        }
        Ok(())
    }

    fn triggers(&self, key: &Key<'_>, value: &Entry<'_>) -> Result<Triggers, FileError> {
        let mut blocks = Vec::new();
        for block in self.blocks(key, value, "[[trigger]]")? {
            let (mut column, mut values) = (None, Vec::new());
            for (key, value) in self.table_of(key, block)? {
                match key.get_ref().as_ref() {
                    "column" => column = Some(column_name(&self.text_of(key, value)?)),
                    "in" => values = self.texts_of(key, value)?,
                    _ => return Err(self.unknown(key, "key", ["column", "in"])),
                }
            }
            let Some(column) = column.filter(|_| !values.is_empty()) else {
                return Err(self.at(
                    block,
                    said!(en: "a [[trigger]] has a column and values", es: "un [[trigger]] tiene columna y valores"),
                    said!(
                        en: "write column = \"Estado\" and in = [\"Realizada\"]",
                        es: "escriba column = \"Estado\" e in = [\"Realizada\"]",
                    ),
                ));
            };
            let folded = values.iter().map(|value| fold(value)).collect();
            blocks.push(FileTrigger { column, values, folded });
        }
        Ok(Triggers::File(blocks))
    }

    fn columns(&self, table: &DeTable<'_>) -> Result<Vec<(Field, Vec<String>)>, FileError> {
        table.iter().map(|(key, value)| Ok((self.field(key)?, self.texts_of(key, value)?))).collect()
    }

    fn templates(&self, table: &DeTable<'_>) -> Result<Vec<(Target, Template)>, FileError> {
        table
            .iter()
            .map(|(key, value)| {
                let template = Template::parse(&self.text_of(key, value)?)
                    .map_err(|error| self.at(value, error.said(), error.hint()))?;
                Ok((self.target(key)?, template))
            })
            .collect()
    }

    fn transforms(&self, table: &DeTable<'_>) -> Result<Vec<(Field, Vec<Transform>)>, FileError> {
        let names = || Transform::ALL.iter().map(|transform| transform.name());
        table
            .iter()
            .map(|(key, value)| {
                let transforms: Result<Vec<_>, _> = self
                    .texts_of(key, value)?
                    .iter()
                    .map(|name| {
                        Transform::from_name(name)
                            .ok_or_else(|| self.unknown_word(value.span().start, name, "transform", names()))
                    })
                    .collect();
                Ok((self.field(key)?, transforms?))
            })
            .collect()
    }

    fn values(&self, table: &DeTable<'_>) -> Result<Vec<(Field, ValueTable)>, FileError> {
        let mut tables = Vec::new();
        for (key, value) in table {
            let field = self.field(key)?;
            let mut entries = ValueTable::default();
            let mut lines: Vec<_> = self.table_of(key, value)?.iter().collect();
            lines.sort_by_key(|(label, _)| label.span().start);
            for (label, meaning) in lines {
                if !entries.add(label.get_ref(), &self.text_of(label, meaning)?) {
                    let name = label.get_ref();
                    return Err(self.fail(
                        label.span().start,
                        said!(
                            en: "{name:?} is there already: case and accents do not count",
                            es: "{name:?} ya está: no cuentan mayúsculas ni tildes",
                        ),
                        said!(en: "keep one of the two lines", es: "deje una de las dos líneas"),
                    ));
                }
            }
            tables.push((field, entries));
        }
        Ok(tables)
    }

    fn rules(&self, table: &DeTable<'_>) -> Result<Option<Vec<ModalidadRule>>, FileError> {
        let mut rules = None;
        for (key, value) in table {
            if key.get_ref() != "modalidad" {
                return Err(self.unknown(key, "rule", ["modalidad"]));
            }
            let blocks = self.blocks(key, value, "[[rules.modalidad]]")?;
            rules =
                Some(blocks.iter().map(|block| self.modalidad(key, block)).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(rules)
    }

    fn modalidad(&self, key: &Key<'_>, block: &Entry<'_>) -> Result<ModalidadRule, FileError> {
        let (mut contains, mut modalidad) = (Vec::new(), None);
        for (key, value) in self.table_of(key, block)? {
            match key.get_ref().as_ref() {
                "contains" => contains = self.texts_of(key, value)?,
                "value" => {
                    let word = self.text_of(key, value)?;
                    if !choice::MODALIDAD.contains(&word.as_str()) {
                        return Err(self.unknown_word(
                            value.span().start,
                            &word,
                            "modalidad",
                            choice::MODALIDAD,
                        ));
                    }
                    modalidad = Some(word);
                }
                _ => return Err(self.unknown(key, "key", ["contains", "value"])),
            }
        }
        let folded: Vec<String> = contains.iter().map(|part| fold(part)).collect();
        match modalidad {
            Some(value) if !folded.is_empty() && !folded.iter().any(String::is_empty) => {
                Ok(ModalidadRule { contains, folded, value })
            }
            _ => Err(self.at(
                block,
                said!(
                    en: "a [[rules.modalidad]] has parts of a place and a value",
                    es: "un [[rules.modalidad]] tiene partes de un lugar y un valor",
                ),
                said!(
                    en: "write contains = [\"zoom\"] and value = \"virtual\"",
                    es: "escriba contains = [\"zoom\"] y value = \"virtual\"",
                ),
            )),
        }
    }

    fn targets(&self, table: &DeTable<'_>) -> Result<Vec<(Target, Value)>, FileError> {
        table
            .iter()
            .map(|(key, value)| {
                let target = self.target(key)?;
                let value = match &target {
                    Target::Field(_) => Value::from(self.text_of(key, value)?),
                    Target::Payload(path) => {
                        let read = match value.get_ref() {
                            DeValue::String(text) => path.value(text),
                            other => path.check(self.json(key, value, other)?),
                        };
                        read.map_err(|error| self.at(value, error.said(), error.hint()))?
                    }
                };
                Ok((target, value))
            })
            .collect()
    }

    fn json(&self, key: &Key<'_>, entry: &Entry<'_>, value: &DeValue<'_>) -> Result<Value, FileError> {
        match value {
            DeValue::Integer(number) => {
                number.to_string().parse::<i64>().map(Value::from).map_err(|_| self.wanted_text(key, entry))
            }
            DeValue::Boolean(on) => Ok(Value::from(*on)),
            _ => Err(self.wanted_text(key, entry)),
        }
    }

    /// A field of the record, or a place of the payload; where both have the name, the place.
    fn target(&self, key: &Key<'_>) -> Result<Target, FileError> {
        let name = key.get_ref().as_ref();
        match (Field::from_name(name), PayloadPath::from_name(name)) {
            (_, Ok(path)) if Field::from_name(name).is_none() || path.name() == "resultado_interaccion" => {
                Ok(Target::Payload(path))
            }
            (Some(field), _) => Ok(Target::Field(field)),
            (None, Err(error)) => {
                let fields = Field::ALL.iter().map(|field| field.name());
                let of_payload = name.starts_with("cliente.") || name.starts_with("venta.");
                let near = nearest(name, fields).filter(|_| !of_payload);
                let hint = near.map_or_else(|| error.hint(), meant);
                Err(self.fail(
                    key.span().start,
                    said!(
                        en: "neither a field nor a place of the payload: `{name}`",
                        es: "no es un campo ni un lugar del payload: `{name}`",
                    ),
                    hint,
                ))
            }
            (None, Ok(path)) => Ok(Target::Payload(path)),
        }
    }

    fn field(&self, key: &Key<'_>) -> Result<Field, FileError> {
        Field::from_name(key.get_ref())
            .ok_or_else(|| self.unknown(key, "field", Field::ALL.iter().map(|field| field.name())))
    }
}

fn column_name(name: &str) -> ColumnName {
    match Field::from_name(name) {
        Some(field) => ColumnName::Field(field),
        None => ColumnName::Header { name: name.to_owned(), index: None },
    }
}
