//! What is asked of the columns.
//!
//! Comes in: `--map`, `--accept-suggestions`, the mapping file's `[columns]`, and what makes a field needless. Goes out:
//! a [`Wanted`].

use std::str::FromStr;

use crate::lang::Said;
use crate::record::Field;
use crate::said;

/// What is asked of the columns of a file.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Suggestions count as decided (`--accept-suggestions`).
    pub accept_suggestions: bool,
    /// The id is made by a template, so that no column has to hold it.
    pub id_template: bool,
    /// No status decides what an event is: the trigger is `manual`, or the mapping file has its own.
    pub any_status: bool,
    /// Fields that a mapping file fills by templates, constants or defaults: no column has to hold them.
    pub filled: Vec<Field>,
    /// Names of columns that a mapping file or a template reads: they must be there, and are not unused.
    pub read: Vec<String>,
    /// The command line that wants them, for a remedy that repeats it; without it the remedy is a `replay-csv`.
    pub asked: Option<String>,
    /// Fields whose columns were decided; [`Self::decide`] adds to them.
    pub decided: Vec<(Field, Vec<String>)>,
}

impl Wanted {
    /// Decides the columns of some fields; they replace what was decided for the same fields before, so that flags are
    /// given after the mapping file. Several columns of one field: the first one that is not empty wins.
    pub fn decide(&mut self, overrides: impl IntoIterator<Item = ColumnOverride>) {
        let mut layer: Vec<(Field, Vec<String>)> = Vec::new();
        for ColumnOverride { field, column } in overrides {
            match layer.iter_mut().find(|(known, _)| *known == field) {
                Some((_, columns)) => columns.push(column),
                None => layer.push((field, vec![column])),
            }
        }
        self.decided.retain(|(field, _)| !layer.iter().any(|(decided, _)| decided == field));
        self.decided.append(&mut layer);
    }
}

/// One `--map FIELD=COLUMN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOverride {
    /// The field of the record.
    pub field: Field,
    /// The column as its header stands in the file, or `#3` for the third one.
    pub column: String,
}

/// Reads `lead.celular=Teléfono 2`; an unknown field names the nearest one.
///
/// ```
/// use crm_bridge::source::columns::ColumnOverride;
/// let map: ColumnOverride = "lead.celular=Teléfono 2".parse().unwrap();
/// assert_eq!(map.column, "Teléfono 2");
/// let error = "lead.celullar=x".parse::<ColumnOverride>().unwrap_err();
/// assert!(error.to_string().contains("lead.celular"));
/// ```
impl FromStr for ColumnOverride {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((field, column)) = text.split_once('=') else {
            return Err(said!(en: "{text:?} is no FIELD=COLUMN", es: "{text:?} no es CAMPO=COLUMNA"));
        };
        let (name, column) = (field.trim(), column.trim());
        let field = Field::from_name(name).ok_or_else(|| unknown_field(name))?;
        if column.is_empty() {
            return Err(said!(en: "{text:?} names no column", es: "{text:?} no nombra ninguna columna"));
        }
        Ok(Self { field, column: column.to_owned() })
    }
}

fn unknown_field(name: &str) -> Said {
    let names = Field::ALL.iter().map(|field| field.name());
    match nearest(name, names) {
        Some(near) => said!(
            en: "{name:?} is no field; the nearest is {near}",
            es: "{name:?} no es un campo; el más parecido es {near}"
        ),
        None => said!(
            en: "{name:?} is no field; crm-bridge map --show lists them",
            es: "{name:?} no es un campo; crm-bridge map --show los muestra"
        ),
    }
}

/// The name that is most like `name`, if any is like it at all; the last part of a dotted name counts as well.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = name.to_lowercase();
    let likeness = |known: &str| {
        let known = known.to_lowercase();
        let last = known.rsplit('.').next().unwrap_or_default();
        strsim::jaro_winkler(&wanted, &known).max(strsim::jaro_winkler(&wanted, last))
    };
    names
        .map(|known| (likeness(known), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}
