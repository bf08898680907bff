//! `send`: one presencia from flags, or records or payloads from JSON. The operator says that it took place.

mod drafts;
mod flagged;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde_json::{Map, Value};

use super::ending::Ending;
use super::export_flags::ExportFlags;
use super::exports::load_all;
use super::observers::observer_of;
use super::payloads::are_payloads;
use super::replay::Job;
use super::replay_csv;
use super::{Context, SendFlags};
use crate::config::ProcessEnv;
use crate::error::{Failure, Kind};
use crate::record::Field;
use crate::said;
use crate::source::{Input, Loaded, load_bytes};
use drafts::Drafting;
use flagged::Flagged;

/// Arguments of `send`.
#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    record: RecordFlags,
    /// Records or payloads, as JSON or NDJSON; - is stdin.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "RecordFlags")]
    file: Option<Input>,
    /// Take a field out of the payload, such as cliente.email_principal; repeatable.
    #[arg(long, value_name = "PATH")]
    unset: Vec<String>,
    /// Add the venta that this JSON file holds.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    venta: Option<PathBuf>,
    /// Edit the payload in $EDITOR before it is sent.
    #[arg(long)]
    edit: bool,
    #[command(flatten)]
    export: ExportFlags,
    #[command(flatten)]
    send: SendFlags,
}

/// One presencia, field by field.
#[derive(Debug, Args)]
#[group(id = "RecordFlags", multiple = true)]
#[command(next_help_heading = "Presencia")]
struct RecordFlags {
    /// Id of the cita in the CRM (12 or CRM-12).
    #[arg(long)]
    id: Option<String>,
    /// Full name of the client.
    #[arg(long)]
    nombre: Option<String>,
    /// Celular: 9 digits that begin with 9.
    #[arg(long)]
    celular: Option<String>,
    /// Kind of document: DNI, RUC, CE, Pasaporte, Otro.
    #[arg(long)]
    tipo_documento: Option<String>,
    /// Document; the celular stands in where there is none.
    #[arg(long)]
    documento: Option<String>,
    /// E-mail.
    #[arg(long)]
    email: Option<String>,
    /// District.
    #[arg(long)]
    distrito: Option<String>,
    /// When the visit took place, such as '15/01/2024 14:30'.
    #[arg(long)]
    fecha_hora: Option<String>,
    /// Project of interest.
    #[arg(long)]
    proyecto: Option<String>,
    /// Where the lead came from, such as OPC or Facebook.
    #[arg(long)]
    medio: Option<String>,
    /// Place of the visit.
    #[arg(long)]
    lugar: Option<String>,
    /// Notes.
    #[arg(long)]
    observaciones: Option<String>,
}

impl RecordFlags {
    /// The record as JSON; none where no flag was given.
    fn record(&self) -> Option<Value> {
        let fields = [
            (Field::AppointmentId, &self.id),
            (Field::Nombre, &self.nombre),
            (Field::Celular, &self.celular),
            (Field::TipoDocumento, &self.tipo_documento),
            (Field::Documento, &self.documento),
            (Field::Email, &self.email),
            (Field::Distrito, &self.distrito),
            (Field::FechaHora, &self.fecha_hora),
            (Field::ProyectoInteres, &self.proyecto),
            (Field::Medio, &self.medio),
            (Field::Lugar, &self.lugar),
            (Field::Observaciones, &self.observaciones),
        ];
        let mut record = Map::new();
        for (field, value) in fields {
            let (Some(value), Some((part, key))) = (value, field.name().split_once('.')) else { continue };
            let part = record.entry(part).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(part) = part {
                part.insert(key.to_owned(), Value::from(value.as_str()));
            }
        }
        (!record.is_empty()).then(|| {
            // A record says both halves, so that a missing one is told by its fields.
            for part in ["lead", "appointment"] {
                record.entry(part).or_insert_with(|| Value::Object(Map::new()));
            }
            Value::Object(record)
        })
    }
}

pub(crate) fn run(args: &SendArgs, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let inputs = vec![args.input()?];
    let payloads = are_payloads(&inputs)?;
    let edited = !args.unset.is_empty() || args.venta.is_some() || args.edit;
    let export = ExportFlags { trigger: vec!["manual".to_owned()], ..args.export.clone() };
    let mut observer = observer_of(context, args.send.prints_only());
    if args.file.is_none() {
        observer = Box::new(Flagged::new(observer));
    }
    if !payloads && !edited {
        return replay_csv::send_records(&inputs, &export, &args.send, observer.as_mut(), context);
    }
    let found = args.send.found(context, &ProcessEnv)?;
    let resolved = if args.send.prints_only() { args.send.printed(found)? } else { found.demand()? };
    let drafting = Drafting { args, export: &export, sending: &resolved.settings, context };
    let (spooled, counts, by_code) = if payloads {
        drafting.payloads(&inputs[0], observer.as_mut())?
    } else {
        drafting.records(&inputs, observer.as_mut())?
    };
    let ending = Ending { command: "send", counts, by_code, ..Ending::default() };
    let Some(loaded) = spooled else { return ending.finish(started, observer.as_mut()) };
    let job = Job {
        command: "send",
        loaded: &loaded,
        remap: false,
        only: &[],
        policy: export.policy(context)?,
        flags: &args.send,
        sending: &resolved.settings,
        resumed: None,
    };
    let ending = job.perform(ending, context, observer.as_mut())?;
    ending.finish(started, observer.as_mut())
}

impl SendArgs {
    fn input(&self) -> Result<Loaded, Failure> {
        if let Some(file) = &self.file {
            return load_all(std::slice::from_ref(file), self.export.encoding)?.pop().ok_or_else(nothing);
        }
        let record = self.record.record().ok_or_else(nothing)?;
        Ok(load_bytes("send", record.to_string().as_bytes())?)
    }
}

fn nothing() -> Failure {
    Failure::new(Kind::Usage, said!(en: "nothing to send", es: "nada que enviar")).hint(said!(
        en: "give --id, --nombre, --celular and --fecha-hora, or --file FILE",
        es: "indique --id, --nombre, --celular y --fecha-hora, o --file ARCHIVO",
    ))
}
