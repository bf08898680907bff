//! The flags of every command that reads exports or records, and their way to domain values.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use clap::Args;

use super::Context;
use crate::error::{Failure, Kind};
use crate::intake::Selection;
use crate::record::Trigger;
use crate::rules::Policy;
use crate::rules::cell::Zone;
use crate::rules::policy::IgnoreError;
use crate::said;
use crate::source::{Charset, Delimiter, ReadOptions};

/// Flags of every command that reads exports or records.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct ExportFlags {
    /// Mapping file (TOML); see `crm-bridge map`.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) mapping: Option<PathBuf>,
    /// Let a column feed a field, such as lead.celular=WhatsApp; repeatable.
    #[arg(long = "map", value_name = "FIELD=COLUMN")]
    pub(crate) map: Vec<String>,
    /// Set a field of the payload, such as proyecto_interes='OASIS 1 (HUACHO 1)'; repeatable.
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Make the id of other columns, such as 'LEAD-{ID}'; it must be the same in the next export.
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) id_template: Option<String>,
    /// Which records are events [default: realizada,ya-asistio].
    #[arg(long, value_name = "TRIGGER", value_delimiter = ',', value_parser = ["realizada", "ya-asistio", "manual"])]
    pub(crate) trigger: Vec<String>,
    /// Character set of the input, such as windows-1252, utf-16le, cp850, macroman [default: found out].
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<Charset>,
    /// Separator of the cells: ; , | or tab [default: found out].
    #[arg(long, value_name = "SIGN")]
    pub(crate) delimiter: Option<Delimiter>,
    /// Order of day and month in dates [default: found out, day first where nothing tells].
    #[arg(long, value_name = "ORDER", value_parser = ["auto", "dmy", "mdy", "ymd"])]
    pub(crate) date_order: Option<String>,
    /// The same in the dates of sales, where they are written otherwise [default: as --date-order, or found out].
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy", "ymd"])]
    pub(crate) sale_date_order: Option<String>,
    /// Time zone of dates that name none [default: America/Lima].
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// Sheet of a workbook [default: the first one].
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// Treat warnings as errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Ignore a rule by its code, such as A05; repeatable.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Use columns that only look like the field.
    #[arg(long)]
    pub(crate) accept_suggestions: bool,
    /// Add the zeros that a spreadsheet took from a DNI.
    #[arg(long)]
    pub(crate) pad_dni: bool,
}

impl ExportFlags {
    /// What the flags say about the input's form.
    pub(crate) fn read_options(&self) -> ReadOptions {
        ReadOptions { encoding: self.encoding, delimiter: self.delimiter, sheet: self.sheet.clone() }
    }

    /// What `--strict`, `--ignore` and `-v` change.
    pub(crate) fn policy(&self, context: &Context) -> Result<Policy, Failure> {
        let mut policy = Policy::new(self.strict, context.verbose > 0);
        for code in &self.ignore {
            policy.ignore(code).map_err(|error| ignore_failure(&error))?;
        }
        Ok(policy)
    }

    /// The flags that change payloads, in a form that stays the same as long as they do.
    pub(crate) fn of_payloads(&self) -> impl std::fmt::Debug {
        // Runs that were begun before the sales had an order of their own go on as they were.
        let date_order = match &self.sale_date_order {
            None => self.date_order.clone(),
            Some(sales) => Some(format!("{} {sales}", self.date_order.as_deref().unwrap_or("auto"))),
        };
        (
            (&self.map, &self.set, &self.id_template, &self.trigger),
            (self.encoding, self.delimiter, date_order, &self.timezone, &self.sheet),
            (self.strict, &self.ignore, self.accept_suggestions, self.pad_dni),
        )
    }

    /// The triggers that were named; none for the default.
    pub(crate) fn triggers(&self) -> Vec<Trigger> {
        self.trigger.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// The zone of dates that name none, where it was named.
    pub(crate) fn zone(&self) -> Result<Option<Zone>, Failure> {
        self.timezone
            .as_deref()
            .map(|name| {
                name.parse::<Zone>()
                    .map_err(|error| Failure::new(Kind::Usage, error.said()).hint(error.hint()))
            })
            .transpose()
    }
}

fn ignore_failure(error: &IgnoreError) -> Failure {
    match error {
        IgnoreError::Unknown(code) => Failure::new(
            Kind::Usage,
            said!(en: "--ignore {code}: there is no such rule", es: "--ignore {code}: no existe esa regla"),
        )
        .hint(said!(
            en: "use a code as crm-bridge validate prints it, such as --ignore A05",
            es: "use un código como los que muestra crm-bridge validate, por ejemplo --ignore A05",
        )),
        IgnoreError::Guarded(code) => {
            let code = code.name();
            Failure::new(
                Kind::Usage,
                said!(en: "--ignore {code}: this rule can't be ignored", es: "--ignore {code}: esta regla no se puede ignorar"),
            )
            .hint(said!(
                en: "correct the rows: crm-bridge validate lists them; what they hold would be stored wrongly or not at all",
                es: "corrija las filas: crm-bridge validate las muestra; lo que contienen se guardaría mal o no se guardaría",
            ))
        }
    }
}

/// Flags that choose some of the events.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct SelectionFlags {
    /// Only the events with these ids (CRM-12 or 12); repeatable.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Only visits on or after this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<String>,
    /// Only visits on or before this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,
    /// Only the first N events.
    #[arg(long, value_name = "N")]
    sample: Option<u64>,
}

impl SelectionFlags {
    /// The choice.
    pub(crate) fn selection(&self) -> Result<Selection, Failure> {
        let day = |flag, text: &Option<String>| text.as_deref().map(|text| day(flag, text)).transpose();
        let (since, until) = (day("--since", &self.since)?, day("--until", &self.until)?);
        Ok(Selection { only: self.only.clone(), since, until, sample: self.sample })
    }
}

/// A day on the command line. The Peruvian form is understood, but only to say how it is written here: of `03/04/2024`
/// somebody else means another day.
fn day(flag: &str, text: &str) -> Result<NaiveDate, Failure> {
    if let Ok(day) = text.parse() {
        return Ok(day);
    }
    let failure = Failure::new(
        Kind::Usage,
        said!(
            en: "{flag}: {text:?} is no day of the form YYYY-MM-DD",
            es: "{flag}: {text:?} no es un día de la forma AAAA-MM-DD"
        ),
    );
    let meant = NaiveDate::parse_from_str(text.trim(), "%d/%m/%Y").ok().filter(|day| day.year() > 999);
    let example = meant.map_or_else(|| "2024-10-15".to_owned(), |day| day.to_string());
    Err(failure.hint(said!(en: "write {flag} {example}", es: "escriba {flag} {example}")))
}
