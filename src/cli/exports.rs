//! Opens exports for a command: reads their form, binds their columns, decides their dates, and makes their judges.

use std::fs;

use chrono::{NaiveDateTime, TimeDelta, Utc};

use super::Context;
use super::export_flags::ExportFlags;
use super::mapping_file::{read_mapping, with_line};
use super::next_command;
use crate::config::{DateTimeFormat, DocumentoSource};
use crate::delivery::ContentHash;
use crate::error::{Failure, Kind};
use crate::intake::{Judge, Tables, date_orders};
use crate::journal::InputFile;
use crate::lang::Said;
use crate::mapping::{DatetimeStyle, DocumentSource, Mapping, PayloadPath, Template, UnknownColumn};
use crate::record::Field;
use crate::report::event::{Event, Observer};
use crate::rules::cell::{DateOrder, Reading, Zone};
use crate::rules::finding::Place;
use crate::rules::{Code, Finding, Policy, Severity};
use crate::said;
use crate::source::columns::{ColumnOverride, Wanted, bind};
use crate::source::json::{looks_like_json, records_as_table};
use crate::source::{Binding, Charset, Input, Loaded, Source, SourceError, load, open_loaded};

/// What the settings say about payloads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Shape {
    /// What stands for a document that the record does not have.
    pub(crate) documento: DocumentoSource,
    /// How dates are sent.
    pub(crate) datetime: DateTimeFormat,
}

/// Opened inputs, each with its own mapping.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    /// The inputs.
    pub(crate) tables: Tables,
    /// What was said about whole files, and how often.
    pub(crate) said: Vec<(Code, u64)>,
    /// Why nothing may be sent: the first error among it.
    pub(crate) stopped: Option<(Said, Said)>,
    /// How the records of each input are read and mapped.
    pub(crate) mappings: Mappings,
}

/// The mapping of each input; apart from the inputs, which the first pass takes.
#[derive(Debug, Default)]
pub(crate) struct Mappings(Vec<(Mapping, Dated)>);

/// How the records of an input are read, and whether the order of its dates is a guess.
type Dated = (Reading, bool);

impl Mappings {
    /// The judges, one an input.
    pub(crate) fn judges(&self) -> Vec<Judge<'_>> {
        self.0
            .iter()
            .map(|(mapping, (reading, guess))| Judge::new(mapping, *reading).guessing(*guess))
            .collect()
    }

    /// Warns of the entries of a mapping file's value tables that no input used, whatever form the events take.
    pub(crate) fn warn_of_unused_values(&self, context: &Context) {
        if let Some(warning) = self.unused_values().filter(|_| !context.quiet) {
            context.warn(&[warning]);
        }
    }

    fn unused_values(&self) -> Option<Said> {
        let mut unused: Vec<(Field, String)> = self.0.first()?.0.unused_values();
        for (mapping, _) in &self.0[1..] {
            let here = mapping.unused_values();
            unused.retain(|entry| here.contains(entry));
        }
        let list: Vec<String> =
            unused.iter().map(|(field, label)| format!("[values.\"{}\"] {label:?}", field.name())).collect();
        let list = list.join(", ");
        (!list.is_empty()).then(|| {
            said!(
                en: "entries of the mapping file that no row used: {list}",
                es: "entradas del archivo de mapeo que ninguna fila usó: {list}",
            )
        })
    }
}

/// Opens `inputs`. All that is wrong with their headers is said before it fails.
pub(crate) fn open_exports(
    inputs: &[Loaded],
    flags: &ExportFlags,
    shape: Shape,
    context: &Context,
    observer: &mut dyn Observer,
) -> Result<Exports, Failure> {
    let mut opener = Opener {
        flags,
        shape,
        policy: flags.policy(context)?,
        observer,
        show_pii: context.show_pii,
        said: Vec::new(),
        stopped: None,
        now: now_in_lima(),
    };
    let mut exports = Exports::default();
    let mut wrong = 0;
    for loaded in inputs {
        let source = opener.source(loaded)?;
        match opener.bind(&source)? {
            Some((binding, mapping, reading)) => {
                exports.tables.push(source, binding);
                exports.mappings.0.push((mapping, reading));
            }
            None => wrong += 1,
        }
    }
    exports.said = opener.said;
    exports.stopped = opener.stopped;
    if wrong > 0 { Err(wrong_header()) } else { Ok(exports) }
}

/// Loads inputs: opens files, spools stdin; `encoding` is what the user said of all of them.
pub(crate) fn load_all(inputs: &[Input], encoding: Option<Charset>) -> Result<Vec<Loaded>, Failure> {
    let load = |input| load(input).map(|loaded| loaded.written_in(encoding));
    Ok(inputs.iter().map(load).collect::<Result<_, _>>()?)
}

/// The inputs as they are now, for the journal.
pub(crate) fn input_files(inputs: &[Loaded]) -> Result<Vec<InputFile>, Failure> {
    let digest = |loaded: &Loaded| {
        let name = loaded.name();
        let hash = loaded.digest().map_err(|error| {
            Failure::new(Kind::Input, said!(en: "can't read {name}", es: "no se puede leer {name}").because(&error))
                .hint(said!(en: "check that you may read it, then run replay-csv again", es: "revise que pueda leerlo, y ejecute replay-csv de nuevo"))
        })?;
        Ok(InputFile { path: name.to_owned(), hash: ContentHash(hash), bytes: loaded.len() })
    };
    inputs.iter().map(digest).collect()
}

/// What the flags and the mapping ask of the columns, for a command that only looks at them.
pub(crate) fn columns_wanted(
    flags: &ExportFlags,
    context: &Context,
    observer: &mut dyn Observer,
) -> Result<Wanted, Failure> {
    let opener = Opener {
        flags,
        shape: Shape::default(),
        policy: flags.policy(context)?,
        observer,
        show_pii: context.show_pii,
        said: Vec::new(),
        stopped: None,
        now: now_in_lima(),
    };
    let mapping = opener.mapping()?;
    opener.wanted(&mapping)
}

struct Opener<'o> {
    flags: &'o ExportFlags,
    shape: Shape,
    policy: Policy,
    observer: &'o mut dyn Observer,
    show_pii: bool,
    said: Vec<(Code, u64)>,
    stopped: Option<(Said, Said)>,
    now: NaiveDateTime,
}

impl Opener<'_> {
    /// Opens one input; JSON records are a table, too.
    fn source(&mut self, loaded: &Loaded) -> Result<Source, Failure> {
        if looks_like_json(loaded) {
            return Ok(records_as_table(loaded)?);
        }
        let source = open_loaded(loaded.clone(), &self.flags.read_options())
            .map_err(|error| self.unreadable(error))?;
        if let Some(finding) = source.decided().finding() {
            self.say(source.name(), None, None, finding);
        }
        let (name, decided, header) = (source.name(), source.decided().said(), source.header_row());
        let (en, es) = (decided.en, decided.es);
        self.observer.observe(Event::Decided(said!(
            en: "{name}: {en}, header in row {header}",
            es: "{name}: {es}, cabecera en la fila {header}",
        )));
        Ok(source)
    }

    /// Says the rule behind an input that can't be read.
    fn unreadable(&mut self, error: SourceError) -> Failure {
        if let Some(finding) = error.finding() {
            self.say(error.name(), error.row(), None, finding);
        }
        Failure::from(error)
    }

    /// Binds the columns of one input; none where its header can't be mapped, which was said then.
    fn bind(&mut self, source: &Source) -> Result<Option<(Binding, Mapping, Dated)>, Failure> {
        let mut mapping = self.mapping()?;
        let headers: Vec<&str> = source.header().iter().map(String::as_str).collect();
        if let Err(unknown) = mapping.bind(&headers) {
            // Told with what else is wrong with the columns.
            return match self.columns(source, &mapping)? {
                Some(_) => Err(Self::unknown_columns(source.name(), &unknown)),
                None => Ok(None),
            };
        }
        let Some(binding) = self.columns(source, &mapping)? else { return Ok(None) };
        for field in [Field::Medio, Field::ProyectoInteres] {
            if binding.columns(field).is_empty()
                && let Some(finding) = mapping.column_missing(field)
            {
                self.say(source.name(), None, None, finding);
            }
        }
        let reading = self.reading(source, &binding, &mapping)?;
        Ok(Some((binding, mapping, reading)))
    }

    fn columns(&mut self, source: &Source, mapping: &Mapping) -> Result<Option<Binding>, Failure> {
        let mut wanted = self.wanted(mapping)?;
        if source.is_of_records() {
            // A mapping file may be about exports: of records, only what it says of keys that they have counts.
            let named = |field| self.flags.map.iter().any(|text| names(text, field));
            wanted.decided.retain(|(field, columns)| {
                named(*field) || columns.iter().all(|column| source.header().contains(column))
            });
        }
        match bind(source, &wanted) {
            Ok(bound) => {
                for finding in bound.notes {
                    self.say(source.name(), None, None, finding);
                }
                Ok(Some(bound.binding))
            }
            Err(findings) => {
                let file = self
                    .flags
                    .mapping
                    .as_deref()
                    .and_then(|path| Some((path, fs::read_to_string(path).ok()?)));
                for finding in findings {
                    let finding = match &file {
                        Some((path, text)) => with_line(finding, path, text),
                        None => finding,
                    };
                    self.say(source.name(), None, None, finding);
                }
                Ok(None)
            }
        }
    }

    fn unknown_columns(file: &str, unknown: &[UnknownColumn]) -> Failure {
        let names: Vec<String> = unknown.iter().map(|column| format!("{:?}", column.name)).collect();
        let names = names.join(", ");
        let nearest: Vec<&str> = unknown.iter().filter_map(|column| column.nearest.as_deref()).collect();
        let failure = Failure::new(
            Kind::Usage,
            said!(en: "{file} has no column {names}", es: "{file} no tiene la columna {names}"),
        );
        if nearest.is_empty() {
            return failure.hint(said!(
                en: "crm-bridge map {file} lists the columns",
                es: "crm-bridge map {file} muestra las columnas",
            ));
        }
        let nearest = nearest.join(", ");
        failure.hint(said!(
            en: "the nearest column is {nearest}; correct --mapping or --id-template",
            es: "la columna más parecida es {nearest}; corrija --mapping o --id-template",
        ))
    }

    fn mapping(&self) -> Result<Mapping, Failure> {
        let mut mapping = match &self.flags.mapping {
            Some(path) => read_mapping(path)?,
            None => Mapping::builtin(),
        };
        mapping.set_documento(match self.shape.documento {
            DocumentoSource::Celular => DocumentSource::Celular,
            DocumentoSource::Temp4 => DocumentSource::Temp4,
        });
        mapping.set_datetime(match self.shape.datetime {
            DateTimeFormat::Local => DatetimeStyle::Local,
            DateTimeFormat::Offset => DatetimeStyle::Offset,
        });
        let triggers = self.flags.triggers();
        if !triggers.is_empty() {
            mapping.set_triggers(&triggers);
        }
        if let Some(template) = &self.flags.id_template {
            let template =
                Template::parse(template).map_err(|error| usage("--id-template", &error.said()))?;
            mapping.set_id_template(template);
        }
        for assignment in &self.flags.set {
            let (path, value) = PayloadPath::assignment(assignment)
                .map_err(|error| usage("--set", &error.said()).hint(error.hint()))?;
            mapping.set(path, value);
        }
        Ok(mapping)
    }

    fn wanted(&self, mapping: &Mapping) -> Result<Wanted, Failure> {
        let mut wanted = Wanted {
            accept_suggestions: self.flags.accept_suggestions,
            id_template: mapping.has_id_template(),
            any_status: !mapping.wants_status_column(),
            filled: Field::ALL.iter().copied().filter(|field| mapping.provides(*field)).collect(),
            read: mapping.read_columns(),
            asked: next_command::as_asked(),
            ..Wanted::default()
        };
        wanted.decide(mapping.columns().iter().flat_map(|(field, columns)| {
            columns.iter().map(|column| ColumnOverride { field: *field, column: column.clone() })
        }));
        let mut named = Vec::new();
        for text in &self.flags.map {
            let decided = text.parse::<ColumnOverride>().map_err(|error| usage("--map", &error))?;
            named.push(decided);
        }
        wanted.decide(named);
        Ok(wanted)
    }

    /// Decides the order of day and month for the columns of dates, and says so where it is a guess or a mixture.
    fn reading(&mut self, source: &Source, binding: &Binding, mapping: &Mapping) -> Result<Dated, Failure> {
        let named = self.flags.date_order.as_deref().and_then(DateOrder::from_name).or(mapping.date_order());
        let zone = self.flags.zone()?.or(mapping.zone()).unwrap_or(Zone::LIMA);
        let pad_dni = self.flags.pad_dni;
        let reading = Reading { zone, pad_dni, ..Reading::at(self.now) };
        let of_sales = self.flags.sale_date_order.as_deref().and_then(DateOrder::from_name);
        if let Some(date_order) = named {
            let sale_date_order = of_sales.unwrap_or(date_order);
            return Ok((Reading { date_order, sale_date_order, ..reading }, false));
        }
        let (orders, all) =
            date_orders(source, binding, of_sales.is_some()).map_err(|error| self.unreadable(error))?;
        for finding in orders.findings() {
            let field = finding.field.as_deref().and_then(Field::from_name).unwrap_or(Field::FechaHora);
            if field == Field::FechaVenta && of_sales.is_some() {
                continue;
            }
            let column = binding.columns(field).first().and_then(|column| source.header().get(*column));
            self.say(source.name(), None, column.map(String::as_str), finding);
        }
        let mut reading = reading.decided(orders.decide());
        if let Some(order) = of_sales {
            (reading.sale_date_order, reading.mixed_sale_orders) = (order, false);
        }
        Ok((reading, !all))
    }

    fn say(&mut self, file: &str, row: Option<u64>, column: Option<&str>, mut finding: Finding) {
        let Some(severity) = self.policy.judge(finding.code, finding.severity) else { return };
        let raised = severity != finding.severity;
        finding.severity = severity;
        match self.said.iter_mut().find(|(code, _)| *code == finding.code) {
            Some((_, count)) => *count += 1,
            None => self.said.push((finding.code, 1)),
        }
        if severity > Severity::Info || self.policy.list_repairs {
            let note = finding.note(Place { file: Some(file), row, column }, self.show_pii);
            if severity == Severity::Error {
                self.stopped.get_or_insert_with(|| note.stop(raised));
            }
            self.observer.observe(Event::Finding(note));
        }
    }
}

/// Whether a `--map` is about `field`.
fn names(text: &str, field: Field) -> bool {
    text.parse::<ColumnOverride>().is_ok_and(|decided| decided.field == field)
}

/// The present, as clocks in Lima show it.
pub(crate) fn now_in_lima() -> NaiveDateTime {
    Utc::now().naive_utc() - TimeDelta::hours(5)
}

fn wrong_header() -> Failure {
    Failure::new(
        Kind::Usage,
        said!(en: "the columns could not be mapped; nothing was read further", es: "no se pudieron asociar las columnas; no se leyó más"),
    )
    .hint(said!(
        en: "crm-bridge map FILE shows how each column was judged; choose with --map FIELD=COLUMN",
        es: "crm-bridge map ARCHIVO muestra cómo se juzgó cada columna; elija con --map CAMPO=COLUMNA",
    ))
}

fn usage(flag: &str, what: &Said) -> Failure {
    let (en, es) = (&what.en, &what.es);
    Failure::new(Kind::Usage, said!(en: "{flag}: {en}", es: "{flag}: {es}"))
}
