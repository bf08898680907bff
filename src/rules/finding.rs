//! A rule that spoke about one cell, one row or one file, and the list in which a row's findings gather.

use std::borrow::Cow;

use super::catalogue::{Code, Severity};
use super::policy::Policy;
use crate::lang::Said;
use crate::mask::{Personal, mask, stray};
use crate::record::Field;
use crate::report::event::FindingNote;

/// A rule that spoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// How grave it is here, after `--strict`.
    pub severity: Severity,
    /// The field of the record or payload that it is about (`lead.celular`, `/cliente/numero_documento`).
    pub field: Option<Cow<'static, str>>,
    /// The raw text of the cell, unmasked.
    pub value: Option<String>,
    /// What fills the places of the catalogue's texts.
    pub args: Vec<(&'static str, Said)>,
    /// What to do about it here, where that is not what the catalogue advises.
    pub remedy: Option<Box<Said>>,
}

impl Finding {
    /// A finding of `code` with the catalogue's severity and field.
    pub fn new(code: Code) -> Self {
        let rule = code.rule();
        Self {
            code,
            severity: rule.severity,
            field: rule.field.map(Cow::Borrowed),
            value: None,
            args: Vec::new(),
            remedy: None,
        }
    }

    /// Says which field it is about.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.field = Some(Cow::Borrowed(field.name()));
        self
    }

    /// Says which place of a payload it is about, as a JSON pointer.
    #[must_use]
    pub fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.field = Some(Cow::Owned(pointer.into()));
        self
    }

    /// Shows the raw text of the cell.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Fills a place of the catalogue's texts. Never personal data: arguments are not masked.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, Said::same(value.to_string())));
        self
    }

    /// Fills a place of the catalogue's texts with words that differ between the languages.
    #[must_use]
    pub fn said(mut self, name: &'static str, value: Said) -> Self {
        self.args.push((name, value));
        self
    }

    /// Overrides what the catalogue advises.
    #[must_use]
    pub fn remedy(mut self, remedy: Said) -> Self {
        self.remedy = Some(Box::new(remedy));
        self
    }

    /// Overrides the catalogue's severity, where the rule has more than one.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Words the finding for people and programs: texts filled in, the value masked unless `show_pii`.
    pub fn note(&self, place: Place<'_>, show_pii: bool) -> FindingNote {
        let rule = self.code.rule();
        let field = self.field.as_deref();
        let shown =
            self.value.as_deref().map(|value| if show_pii { value.to_owned() } else { shown(field, value) });
        let mut fills = self.args.clone();
        fills.push(("value", Said::same(shown.as_deref().unwrap_or(""))));
        fills.push(("column", Said::same(place.column.unwrap_or(""))));
        fills.push(("row", Said::same(place.row.map(|row| row.to_string()).unwrap_or_default())));
        let message = rule.message.fill(&fills);
        let heading = rule.message.heading(&self.words());
        let nothing = shown.as_deref().unwrap_or_default().is_empty();
        let [heading, message] = [heading, message].map(|text| if nothing { ended(text) } else { text });
        FindingNote {
            file: place.file.map(str::to_owned),
            row: place.row,
            line: None,
            column: place.column.map(str::to_owned),
            field: self.field.as_deref().map(str::to_owned),
            code: self.code.name(),
            severity: self.severity.name(),
            heading,
            message,
            hint: match (&self.remedy, rule.hint) {
                (Some(remedy), _) => Said::clone(remedy),
                (None, Some(hint)) => hint.fill(&fills),
                (None, None) => Said::default(),
            },
            value: shown,
        }
    }

    /// What of the arguments is the program's own words, and so the same for every row that they are said of.
    fn words(&self) -> Vec<(&'static str, Said)> {
        let mut words: Vec<_> =
            self.args.iter().filter(|(name, _)| matches!(*name, "kind" | "what" | "when")).cloned().collect();
        if self.value.as_deref().unwrap_or_default().is_empty() {
            // What stands for an empty cell is the program's own, too.
            let instead = self.args.iter().find(|(name, _)| *name == "value").map(|(_, said)| said.clone());
            words.push(("value", instead.unwrap_or_default()));
        }
        words
    }
}

/// A message whose cell is empty: nothing follows its colon.
fn ended(Said { en, es }: Said) -> Said {
    let end = |text: String| text.trim_end_matches([' ', ':']).to_owned();
    Said { en: end(en), es: end(es) }
}

/// Where a finding is: what the renderers print before the message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// File name as the user wrote it.
    pub file: Option<&'a str>,
    /// Physical row, as a spreadsheet counts it.
    pub row: Option<u64>,
    /// Header of the column.
    pub column: Option<&'a str>,
}

/// Which kind of personal data a field holds, by its name in the record or in the payload.
pub fn personal(field: Option<&str>) -> Option<Personal> {
    let last = field?.rsplit(['.', '/']).next()?;
    match last {
        "nombre" | "nombres_completos_razon_social" => Some(Personal::Name),
        "celular" | "telefono_principal" => Some(Personal::Phone),
        "documento" | "numero_documento" => Some(Personal::Document),
        "email" | "email_principal" => Some(Personal::Email),
        "observaciones" | "notas" | "direccion" => Some(Personal::Text),
        _ => None,
    }
}

/// What of a value of `field` may be shown: masked where the field is a person's, and without what names one elsewhere.
pub fn shown(field: Option<&str>, value: &str) -> String {
    if let Some(kind) = personal(field) {
        return mask(kind, value);
    }
    match field.and_then(|field| field.rsplit(['.', '/']).next()) {
        // Its digits are what is asked about, and nobody's.
        Some("valor_lote_venta" | "cuota_inicial_requerida") => value.to_owned(),
        // So are those of an id, but not what stands where one should.
        Some("id" | "id_presencia_crm")
            if !value.contains(|sign: char| sign.is_whitespace() || sign == '@') =>
        {
            value.to_owned()
        }
        Some("fecha_hora" | "fecha_hora_presencia" | "fecha_venta" | "hora") if is_serial(value.trim()) => {
            value.to_owned()
        }
        _ => stray(value).into_owned(),
    }
}

/// Whether a date is nothing but a number: a day of a spreadsheet with its fraction, `20240115`, a Unix time.
fn is_serial(value: &str) -> bool {
    let (whole, fraction) = value.split_once(['.', ',']).unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let usual = match whole.len() {
        ..=5 => true,
        8 | 14 => whole.starts_with("19") || whole.starts_with("20"),
        10 | 13 => whole.starts_with('1'),
        _ => false,
    };
    usual && digits(whole) && digits(fraction)
}

/// The findings of one row (or one file), under the run's policy.
#[derive(Debug, Default)]
pub struct Findings {
    policy: Policy,
    listed: Vec<Finding>,
    repaired: Vec<Code>,
    errors: bool,
    ignored_errors: bool,
}

impl Findings {
    /// An empty list under `policy`.
    pub fn new(policy: Policy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Adds a finding, unless the policy ignores it.
    pub fn push(&mut self, mut finding: Finding) {
        let Some(severity) = self.policy.judge(finding.code, finding.severity) else {
            self.ignored_errors |= finding.severity == Severity::Error;
            return;
        };
        finding.severity = severity;
        self.errors |= severity == Severity::Error;
        self.listed.push(finding);
    }

    /// Notes a repair; `finding` is made only where repairs are listed (`-v`), since most rows have some.
    pub fn repaired(&mut self, code: Code, finding: impl FnOnce() -> Finding) {
        if self.policy.list_repairs {
            self.push(finding());
        } else if self.policy.judge(code, Severity::Info).is_some() {
            self.repaired.push(code);
        }
    }

    /// Whether one of them blocks the row.
    pub fn has_errors(&self) -> bool {
        self.errors
    }

    /// Whether some rule may be ignored.
    pub(crate) fn ignores_any(&self) -> bool {
        self.policy.ignores_any()
    }

    /// Whether a rule that would have blocked the row was ignored.
    pub(crate) fn ignored_errors(&self) -> bool {
        self.ignored_errors
    }

    /// The findings to be listed.
    pub fn listed(&self) -> &[Finding] {
        &self.listed
    }

    /// Takes the findings to be listed out.
    pub fn take_listed(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.listed)
    }

    /// Repairs that are only counted.
    pub fn only_counted(&self) -> &[Code] {
        &self.repaired
    }

    /// Empties the list, keeping its memory and its policy.
    pub fn clear(&mut self) {
        self.listed.clear();
        self.repaired.clear();
        self.errors = false;
        self.ignored_errors = false;
    }
}
