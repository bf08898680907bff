//! `runs verify RUN`: what the receiver holds, beside the receipts.
//!
//! The embedded and the mock receiver tell it on their admin side; a deployed one where `verify_url` points to a list
//! of presencias, with the session header of the environment variable `CRM_BRIDGE_VERIFY_HEADER`.

use std::collections::HashMap;

use clap::Args;
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::{RunArgs, print};
use crate::cli::delivering::runtime;
use crate::cli::{Context, SendFlags};
use crate::config::{Env, ProcessEnv, SendSettings};
use crate::delivery::client::reader;
use crate::error::{Failure, Kind, SOME_ROWS_WENT_WRONG};
use crate::journal::{Receipt, RunRecord};
use crate::report::human::grouped;
use crate::said;

/// The header that opens the receiver's list, as `Name: value`.
const HEADER: &str = "CRM_BRIDGE_VERIFY_HEADER";
/// Pages of a list that are followed.
const PAGES: usize = 10_000;
/// The longest page that is read, in bytes: some receivers list all in one.
const LONGEST_PAGE: usize = 256 * 1024 * 1024;
/// Differences that are shown one by one.
const SHOWN: usize = 20;

/// Arguments of `runs verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Where the receiver lists its presencias [default: verify_url of the settings, else its admin side].
    #[arg(long, value_name = "URL", value_hint = clap::ValueHint::Url)]
    verify_url: Option<Url>,
}

/// What differs.
#[derive(Debug, Default)]
struct Differences {
    /// Whether the receipts are all those of the target, whichever run they are of.
    of_target: bool,
    receipts: u64,
    found: u64,
    missing: Vec<String>,
    other: Vec<String>,
    several: Vec<String>,
    /// Presencias there whose ids have no receipt in this journal, of whichever run.
    unrecorded: u64,
}

pub(super) fn run(args: &VerifyArgs, context: &Context) -> Result<u8, Failure> {
    let (journal, run) = args.run.open(context)?;
    let flags = SendFlags::journal_only(args.run.journal.journal.clone());
    let settings = super::settings_without_receiver(&flags, context)?;
    let url = args.verify_url.clone().or_else(|| settings.verify_url.clone());
    let url = url.or_else(|| admin_side(&run)).ok_or_else(no_place)?;
    // With the proxy that leads there, which need not be the receiver's.
    let there = flags.found(context, &ProcessEnv)?.with_receiver(url.clone(), settings.token).settings;
    let held = runtime()?.block_on(held(&url, &there))?;
    let mut differences = Differences::default();
    let mut compare = |receipt| {
        differences.compare(&held, receipt);
        Ok(())
    };
    journal.each_receipt(run.number, &mut compare).map_err(|error| error.failure())?.ok();
    let counts = run.counts();
    // What other runs delivered before or after it is there by their receipts.
    if differences.receipts < counts.delivered + counts.duplicates {
        differences = Differences { of_target: true, ..Differences::default() };
        let compare = |receipt| {
            differences.compare(&held, receipt);
            Ok(())
        };
        journal.each_receipt_of_target(run.number, compare).map_err(|error| error.failure())?.ok();
    }
    let known = journal.known(&run.asked.target).map_err(|error| error.failure())?;
    for id in held.keys() {
        differences.unrecorded += u64::from(known.venta(id).map_err(|error| error.failure())?.is_none());
    }
    differences.print(&run, context);
    if differences.receipts == 0 && counts.events() > 0 {
        return Err(nothing_to_compare(&run));
    }
    let differ = differences.missing.len() + differences.other.len() + differences.several.len() > 0;
    Ok(if differ { SOME_ROWS_WENT_WRONG } else { 0 })
}

/// No receipt says that anything should be there: that must not look like a proof that everything is.
fn nothing_to_compare(run: &RunRecord) -> Failure {
    let id = &run.id;
    Failure::new(
        Kind::Rows,
        said!(
            en: "nothing was verified: no event of this run has a receipt",
            es: "no se verificó nada: ningún evento de esta ejecución tiene recibo"
        ),
    )
    .hint(said!(
        en: "`crm-bridge runs show {id}` says what became of it, and what to do next",
        es: "`crm-bridge runs show {id}` dice qué pasó con ella y qué hacer después"
    ))
}

fn admin_side(run: &RunRecord) -> Option<Url> {
    Url::parse(run.asked.target.as_str()).ok()?.join("/__admin/presencias").ok()
}

fn no_place() -> Failure {
    Failure::new(
        Kind::Usage,
        said!(en: "nothing says where the receiver lists its presencias", es: "nada dice dónde lista el receptor sus presencias"),
    )
    .hint(said!(
        en: "set verify_url in crm-bridge.toml, or --verify-url; {HEADER}='Cookie: sessionid=…' opens it",
        es: "defina verify_url en crm-bridge.toml, o --verify-url; {HEADER}='Cookie: sessionid=…' la abre"
    ))
}

type Held = HashMap<String, Vec<String>>;

/// Asks for the list, page by page.
async fn held(url: &Url, settings: &SendSettings) -> Result<Held, Failure> {
    let client = reader(settings).map_err(|error| error.failure())?;
    let header = session_header()?;
    let mut held = Held::new();
    let mut next = Some(url.clone());
    for _ in 0..PAGES {
        let Some(page) = next.take() else { break };
        // The session belongs to one host.
        let ours = page.origin() == url.origin();
        let mut request =
            client.get(page.clone()).header("accept", "application/json").timeout(settings.timeout);
        if let Some((name, value)) = header.clone().filter(|_| ours) {
            request = request.header(name, value);
        }
        let answer =
            request.send().await.map_err(|error| unanswered(url, &error.without_url().to_string()))?;
        let status = answer.status();
        if !status.is_success() {
            return Err(unanswered(url, &status.to_string()));
        }
        let body = page_of(url, answer).await?;
        collect(&body, &mut held);
        next = body.get("next").and_then(Value::as_str).and_then(|next| page.join(next).ok());
    }
    Ok(held)
}

/// Reads an answer, no further than [`LONGEST_PAGE`].
async fn page_of(url: &Url, mut answer: reqwest::Response) -> Result<Value, Failure> {
    let mut body = Vec::new();
    while let Some(piece) =
        answer.chunk().await.map_err(|error| unanswered(url, &error.without_url().to_string()))?
    {
        if body.len() + piece.len() > LONGEST_PAGE {
            return Err(unanswered(url, "a page of more than 256 MiB"));
        }
        body.extend_from_slice(&piece);
    }
    serde_json::from_slice(&body).map_err(|_| unanswered(url, "no JSON"))
}

fn session_header() -> Result<Option<(HeaderName, HeaderValue)>, Failure> {
    let Some(header) = ProcessEnv.var(HEADER) else { return Ok(None) };
    let parsed = header.split_once(':').and_then(|(name, value)| {
        let mut value = HeaderValue::from_str(value.trim()).ok()?;
        value.set_sensitive(true);
        Some((HeaderName::try_from(name.trim()).ok()?, value))
    });
    parsed.map(Some).ok_or_else(|| {
        Failure::new(Kind::Usage, said!(en: "{HEADER} is no header", es: "{HEADER} no es una cabecera"))
            .hint(said!(en: "write it as {HEADER}='Cookie: sessionid=…'", es: "escríbala como {HEADER}='Cookie: sessionid=…'"))
    })
}

fn unanswered(url: &Url, what: &str) -> Failure {
    let place = crate::journal::Target::of(url);
    Failure::new(
        Kind::Unreachable,
        said!(en: "{place} does not list its presencias: {what}", es: "{place} no lista sus presencias: {what}"),
    )
    .hint(said!(
        en: "set verify_url in crm-bridge.toml, or --verify-url; {HEADER}='Cookie: sessionid=…' opens it",
        es: "defina verify_url en crm-bridge.toml, o --verify-url; {HEADER}='Cookie: sessionid=…' la abre"
    ))
}

/// Collects every object with both ids, wherever it stands.
fn collect(value: &Value, held: &mut Held) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, held)),
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            if let (Some(id), Some(presencia)) = (text("id_presencia_crm"), text("id_presencia")) {
                held.entry(id.to_lowercase()).or_default().push(presencia.to_owned());
                return;
            }
            map.values().for_each(|value| collect(value, held));
        }
        _ => {}
    }
}

impl Differences {
    fn compare(&mut self, held: &Held, receipt: Receipt) {
        self.receipts += 1;
        match held.get(&receipt.id.to_lowercase()) {
            None => self.missing.push(receipt.id),
            Some(presencias) => {
                self.found += 1;
                if presencias.len() > 1 {
                    self.several.push(receipt.id);
                } else if presencias.first() != Some(&receipt.id_presencia) {
                    self.other.push(receipt.id);
                }
            }
        }
    }

    fn print(&self, run: &RunRecord, context: &Context) {
        if context.json {
            let line = json!({
                "kind": "verified", "run": run.id, "all_runs": self.of_target, "receipts": self.receipts, "found": self.found,
                "missing": self.missing, "other": self.other, "several": self.several, "unrecorded": self.unrecorded,
            });
            print(&format!("{line}\n"));
            return;
        }
        let lang = context.lang;
        let (receipts, found) = (grouped(self.receipts), grouped(self.found));
        let head = if self.of_target {
            lang.pick(
                "receipts of all runs to this receiver, found there",
                "recibos de todas las ejecuciones a este receptor, encontrados allí",
            )
        } else {
            lang.pick("receipts, found at the receiver", "recibos, encontrados en el receptor")
        };
        print(&format!("{receipts} {head}: {found}\n"));
        let groups = [
            (&self.missing, lang.pick("not there", "no están")),
            (&self.other, lang.pick("there under another id_presencia", "están con otro id_presencia")),
            (&self.several, lang.pick("there more than once", "están más de una vez")),
        ];
        for (ids, what) in groups.into_iter().filter(|(ids, _)| !ids.is_empty()) {
            let shown: Vec<&str> = ids.iter().take(SHOWN).map(String::as_str).collect();
            let more = if ids.len() > SHOWN { " …" } else { "" };
            print(&format!("{} {what}: {}{more}\n", ids.len(), shown.join(", ")));
        }
        if self.unrecorded > 0 {
            let count = grouped(self.unrecorded);
            let what = lang.pick(
                "there without a receipt in this journal: sent by somebody else, or lost with a journal that was restored \
                 from a backup; what of them is sent again is sent with its venta",
                "están sin recibo en este registro: las envió otro, o se perdieron al restaurar el registro de una copia; \
                 lo que se reenvíe de ellas se envía con su venta",
            );
            print(&format!("{count} {what}\n"));
        }
        if !self.missing.is_empty() {
            let next = lang.pick(
                "to send what is not there again: crm-bridge replay-csv FILE --force --only ID,ID",
                "para enviar de nuevo lo que no está: crm-bridge replay-csv ARCHIVO --force --only ID,ID",
            );
            print(&format!("{next}\n"));
        }
    }
}
