//! Drafts of payloads: as they were written or mapped, with what `--set`, `--unset`, `--venta` and `--edit` change.
//!
//! They wait in a temporary file, one a line, in the form of a recording, so that they are sent like one. The line of
//! a draft is its number; one that may not be sent leaves its line blank.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::process::Command;

use serde_json::{Value, json};

use super::SendArgs;
use crate::cli::Context;
use crate::cli::export_flags::ExportFlags;
use crate::cli::exports::{Exports, Shape, open_exports};
use crate::config::SendSettings;
use crate::error::{Failure, Kind};
use crate::intake::{SecondPass, Selection, Settings, first_pass};
use crate::lang::Said;
use crate::mapping::{PathError, PayloadPath};
use crate::report::event::{Counts, Event, Observer};
use crate::rules::finding::Place;
use crate::rules::{Severity, payload};
use crate::said;
use crate::source::json::{Body, entries};
use crate::source::{Loaded, load_bytes};

/// The most drafts that an editor is opened for.
const EDITABLE: usize = 100;

/// The drafts that may be sent, and what was counted of the others.
pub(super) type Drafted = (Option<Loaded>, Counts, BTreeMap<&'static str, u64>);

/// Makes drafts by the flags of `send`.
pub(super) struct Drafting<'d> {
    pub(super) args: &'d SendArgs,
    pub(super) export: &'d ExportFlags,
    pub(super) sending: &'d SendSettings,
    pub(super) context: &'d Context,
}

/// A draft on its way to the spool.
enum Draft {
    /// Exactly these bytes.
    Written(String),
    /// To be written.
    Value(Value),
}

impl Drafting<'_> {
    /// Drafts of payloads that somebody else wrote.
    pub(super) fn payloads(&self, input: &Loaded, observer: &mut dyn Observer) -> Result<Drafted, Failure> {
        let changes = self.changes()?;
        let drafts = entries(input)?.map(|entry| {
            let Body::Payload(text) = entry?.body else { return Err(mixed(input.name())) };
            if changes.is_empty() && !self.args.edit {
                return Ok(Draft::Written(text.get().to_owned()));
            }
            let mut value: Value = serde_json::from_str(text.get()).map_err(|_| mixed(input.name()))?;
            changes.apply(&mut value);
            Ok(Draft::Value(value))
        });
        self.spool(input.name(), drafts, observer)
    }

    /// Drafts of records, mapped; records that can't be mapped are counted as invalid.
    pub(super) fn records(&self, inputs: &[Loaded], observer: &mut dyn Observer) -> Result<Drafted, Failure> {
        let changes = self.changes()?;
        let shape = Shape { documento: self.sending.documento, datetime: self.sending.datetime };
        let Exports { tables, said, stopped, mappings } =
            open_exports(inputs, self.export, shape, self.context, observer)?;
        let mut judges = mappings.judges();
        let settings = Settings {
            policy: self.export.policy(self.context)?,
            order: self.sending.order,
            lookup: self.sending.lookup,
            documento: self.sending.documento,
            id_terminator: String::new(),
            selection: Selection::default(),
            lang: self.context.lang,
            show_pii: self.context.show_pii,
            finished: None,
        };
        let mut plan = first_pass(tables, &mut judges, &settings, None, observer)?;
        plan.stop_for(stopped);
        if let Some((message, hint)) = plan.stopped.take() {
            return Err(Failure::new(Kind::Rows, message).hint(hint));
        }
        let drafts = SecondPass::new(&plan, &judges, "").map(|delivery| {
            let delivery = delivery?;
            let body = delivery.venta.unwrap_or(delivery.body);
            let mut value: Value = serde_json::from_slice(&body).map_err(|_| mixed(inputs[0].name()))?;
            changes.apply(&mut value);
            Ok(Draft::Value(value))
        });
        let (spooled, mut counts, mut by_code) = self.spool(inputs[0].name(), drafts, observer)?;
        counts.rows += plan.counts.rows - plan.counts.prepared;
        counts.invalid += plan.counts.invalid;
        counts.duplicates += plan.counts.duplicates;
        for (code, count) in
            said.iter().map(|(code, count)| (code.name(), *count)).chain(plan.by_code.clone())
        {
            *by_code.entry(code).or_default() += count;
        }
        Ok((spooled, counts, by_code))
    }

    /// Checks the drafts and spools those that may be sent.
    fn spool(
        &self,
        name: &str,
        drafts: impl Iterator<Item = Result<Draft, Failure>>,
        observer: &mut dyn Observer,
    ) -> Result<Drafted, Failure> {
        let policy = self.export.policy(self.context)?;
        let (mut counts, mut by_code) = (Counts::default(), BTreeMap::new());
        let mut spool = tempfile::NamedTempFile::new().map_err(|error| no_temporary_file(&error))?;
        let mut sendable = false;
        let drafts: Box<dyn Iterator<Item = Result<Draft, Failure>>> =
            if self.args.edit { Box::new(edited(drafts)?.into_iter().map(Ok)) } else { Box::new(drafts) };
        for (draft, number) in drafts.zip(1..) {
            let text = match draft? {
                Draft::Written(text) => text,
                Draft::Value(value) => value.to_string(),
            };
            let value = serde_json::from_str(&text).unwrap_or(Value::Null);
            let place = Place { file: Some(name), row: Some(number), column: None };
            let mut wrong = false;
            for mut finding in payload::check(&value) {
                let Some(severity) = policy.judge(finding.code, finding.severity) else { continue };
                finding.severity = severity;
                wrong |= severity == Severity::Error;
                *by_code.entry(finding.code.name()).or_default() += 1;
                observer.observe(Event::Finding(finding.note(place, self.context.show_pii)));
            }
            let line = if wrong {
                // Counted here; what is spooled is counted when it is read.
                counts.rows += 1;
                counts.invalid += 1;
                String::new()
            } else {
                sendable = true;
                json!({"kind": "request", "method": "POST", "body": text}).to_string()
            };
            writeln!(spool, "{line}").map_err(|error| no_temporary_file(&error))?;
        }
        if !sendable {
            return Ok((None, counts, by_code));
        }
        let bytes = fs::read(spool.path()).map_err(|error| no_temporary_file(&error))?;
        Ok((Some(load_bytes(name, &bytes)?), counts, by_code))
    }

    fn changes(&self) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        for assignment in &self.args.export.set {
            let (path, value) =
                PayloadPath::assignment(assignment).map_err(|error| path_failure("--set", &error))?;
            changes.set.push((path.pointer(), value));
        }
        for path in &self.args.unset {
            let path = PayloadPath::from_name(path).map_err(|error| path_failure("--unset", &error))?;
            changes.unset.push(path.pointer());
        }
        if let Some(path) = &self.args.venta {
            let shown = path.display();
            let wrong = |detail: Said| {
                let (en, es) = (detail.en, detail.es);
                Failure::new(Kind::Input, said!(en: "--venta {shown}: {en}", es: "--venta {shown}: {es}")).hint(said!(
                    en: "write a JSON object with fecha_venta, lote, tipo_venta, valor_lote_venta for --venta",
                    es: "escriba un objeto JSON con fecha_venta, lote, tipo_venta, valor_lote_venta para --venta",
                ))
            };
            let text = fs::read(path).map_err(|error| wrong(Said::of_system(&error.to_string())))?;
            let venta: Value = serde_json::from_slice(&text).map_err(|error| wrong(of_json(&error)))?;
            if !venta.is_object() {
                return Err(wrong(said!(en: "no JSON object", es: "no es un objeto JSON")));
            }
            changes.set.push(("/venta".to_owned(), venta));
        }
        Ok(changes)
    }
}

/// Lets a person edit the drafts in `$EDITOR`; nothing is sent where the editor fails.
fn edited(drafts: impl Iterator<Item = Result<Draft, Failure>>) -> Result<Vec<Draft>, Failure> {
    let mut values = Vec::new();
    for draft in drafts {
        values.push(match draft? {
            Draft::Value(value) => value,
            Draft::Written(text) => Value::String(text),
        });
        if values.len() > EDITABLE {
            return Err(Failure::new(
                Kind::Usage,
                said!(en: "more than {EDITABLE} payloads to edit", es: "más de {EDITABLE} payloads para editar"),
            )
            .hint(said!(en: "use --set PATH=VALUE instead of --edit", es: "use --set RUTA=VALOR en lugar de --edit")));
        }
    }
    let one = values.len() == 1;
    let document = if one { values.remove(0) } else { Value::Array(values) };
    let edited = edit(&document)?;
    Ok(match edited {
        Value::Array(values) if !one => values.into_iter().map(Draft::Value).collect(),
        value => vec![Draft::Value(value)],
    })
}

fn edit(document: &Value) -> Result<Value, Failure> {
    let failed = |detail: Said| {
        let (en, es) = (detail.en, detail.es);
        Failure::new(Kind::Usage, said!(en: "--edit: {en}", es: "--edit: {es}"))
            .hint(said!(en: "set EDITOR to a program that waits, such as EDITOR=nano", es: "indique en EDITOR un programa que espere, como EDITOR=nano"))
    };
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let editor =
        named.into_iter().find(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned());
    let file =
        tempfile::Builder::new().suffix(".json").tempfile().map_err(|error| no_temporary_file(&error))?;
    let text = serde_json::to_string_pretty(document).map_err(|error| failed(of_json(&error)))?;
    fs::write(file.path(), text).map_err(|error| no_temporary_file(&error))?;
    // The variable may hold arguments (`code --wait`), so a shell reads it, as git does. Where this program is gone when the
    // editor ends, interrupted or killed, nobody else is left to remove the file with the person in it.
    let script = format!(
        "trap : HUP INT TERM\n{editor} \"$1\"\ncode=$?\nkill -0 \"$2\" 2>/dev/null || rm -f -- \"$1\"\nexit $code"
    );
    let status = Command::new("sh")
        .args(["-c", &script, "crm-bridge"])
        .arg(file.path())
        .arg(std::process::id().to_string())
        .status()
        .map_err(|error| failed(Said::of_system(&error.to_string())))?;
    if !status.success() {
        return Err(failed(match status.code() {
            // As shells say it of a program that is not there.
            Some(127) => said!(en: "{editor} is not installed", es: "{editor} no está instalado"),
            Some(code) => {
                said!(en: "{editor} ended with code {code}; nothing was sent", es: "{editor} terminó con el código {code}; no se envió nada")
            }
            None => {
                said!(en: "{editor} was ended; nothing was sent", es: "se cortó {editor}; no se envió nada")
            }
        }));
    }
    let text = fs::read(file.path()).map_err(|error| no_temporary_file(&error))?;
    serde_json::from_slice(&text).map_err(|error| {
        // Somebody's work is in it.
        let Said { en, es } = of_json(&error);
        let kept = file.keep().map_or_else(|_| String::new(), |(_, path)| path.display().to_string());
        Failure::new(
            Kind::Usage,
            said!(en: "--edit: no JSON any more: {en}", es: "--edit: ya no es JSON: {es}"),
        )
        .hint(said!(
            en: "the edited text is kept in {kept}: mend it, and give it to `crm-bridge send --file {kept}`",
            es: "el texto editado queda en {kept}: corríjalo y envíelo con `crm-bridge send --file {kept}`",
        ))
    })
}

/// What the flags change about each draft.
#[derive(Debug, Default)]
struct Changes {
    set: Vec<(String, Value)>,
    unset: Vec<String>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.set.is_empty() && self.unset.is_empty()
    }

    fn apply(&self, payload: &mut Value) {
        for (pointer, value) in &self.set {
            if let Some((Value::Object(parent), key)) = parent(payload, pointer) {
                parent.insert(key.to_owned(), value.clone());
            }
        }
        for pointer in &self.unset {
            if let Some((Value::Object(parent), key)) = parent(payload, pointer) {
                parent.shift_remove(key);
            }
        }
    }
}

fn parent<'v, 'p>(payload: &'v mut Value, pointer: &'p str) -> Option<(&'v mut Value, &'p str)> {
    let (parent, key) = pointer.rsplit_once('/')?;
    Some((payload.pointer_mut(parent)?, key))
}

fn path_failure(flag: &str, error: &PathError) -> Failure {
    let (what, hint) = (error.said(), error.hint());
    let (en, es) = (what.en, what.es);
    Failure::new(Kind::Usage, said!(en: "{flag}: {en}", es: "{flag}: {es}")).hint(hint)
}

/// What is wrong with a JSON text, and where.
fn of_json(error: &serde_json::Error) -> Said {
    let (line, Said { en, es }) = (error.line(), Said::of_parser(&error.to_string()));
    said!(en: "line {line}: {en}", es: "línea {line}: {es}")
}

fn mixed(name: &str) -> Failure {
    Failure::new(
        Kind::Input,
        said!(en: "{name} holds records and payloads", es: "{name} contiene registros y payloads"),
    )
    .hint(said!(en: "split it, and call send --file once for each", es: "divídalo, y llame a send --file una vez por cada uno"))
}

fn no_temporary_file(error: &io::Error) -> Failure {
    Failure::new(
        Kind::Input,
        said!(en: "can't write a temporary file", es: "no se puede escribir un archivo temporal").because(error),
    )
    .hint(said!(en: "free some space, or point TMPDIR to another folder", es: "libere espacio, o indique otra carpeta en TMPDIR"))
}
