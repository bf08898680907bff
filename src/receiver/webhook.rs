//! What the webhook does with a body: the document to the letter, or what deployed receivers make of it.
//!
//! Comes in: a body that passed the token. Goes out: a [`Verdict`], the answer and what became of the rows. One flow
//! serves all profiles: each departure asks for its own [`Quirk`].

use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use foldhash::quality::RandomState;
use http::StatusCode;
use tokio::sync::Semaphore;

use super::chance::Chance;
use super::checks::{self, Cliente, Errors, Presencia, Venta};
use super::note::Note;
use super::quirk::{Quirk, Quirks};
use super::store::{Content, Found, NewPresencia, PresenciaId, Store, StoreError, venta_id};
use crate::ingress::Reply;
use crate::ingress::json::{self, Json};

/// Requests that are in work at once where writers race: the workers of a small gunicorn.
const WORKERS: usize = 3;

/// Django's answer to whatever breaks it.
const ERROR_PAGE: &str = "<!doctype html>\n<html lang=\"es\">\n<head>\n  <title>Server Error (500)</title>\n</head>\n\
     <body>\n  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n";

/// The answer, and what became of the rows.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) reply: Reply,
    pub(super) presencia: Option<u32>,
    pub(super) note: Note,
}

impl Verdict {
    pub(super) fn refused(reply: Reply) -> Self {
        Self { reply, presencia: None, note: Note::Refused }
    }
}

/// 500 as HTML.
pub(super) fn broken() -> Reply {
    Reply::new(StatusCode::INTERNAL_SERVER_ERROR, "text/html; charset=utf-8", ERROR_PAGE)
}

/// The webhook of one receiver.
pub(super) struct Webhook {
    quirks: Quirks,
    known_ids: u64,
    chance: Chance,
    workers: Semaphore,
    contents: RandomState,
    store: Mutex<Box<dyn Store>>,
}

/// The fields of a body, and what is wrong with them.
struct Fields<'j> {
    cliente: (Cliente<'j>, Errors),
    presencia: (Presencia<'j>, Errors),
    venta: Option<Result<Venta<'j>, Errors>>,
}

/// The parts of a body that passed the checks. They stay where they were read: what is handed on right after it was
/// written is waited for, half a kilobyte of it for longer than the checks take.
struct Parts<'j> {
    cliente: &'j Cliente<'j>,
    presencia: &'j Presencia<'j>,
    venta: Option<&'j Result<Venta<'j>, Errors>>,
    content: Content<'j>,
    at: DateTime<Utc>,
    body: &'j Bytes,
}

impl Webhook {
    pub(super) fn new(quirks: Quirks, known_ids: u64, chance: Chance, store: Box<dyn Store>) -> Self {
        let (workers, contents) = (Semaphore::new(WORKERS), RandomState::default());
        Self { quirks, known_ids, chance, workers, contents, store: Mutex::new(store) }
    }

    /// The rows. Never held across an await.
    pub(super) fn store(&self) -> MutexGuard<'_, Box<dyn Store>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether several writers get into each other's way, which takes them time.
    pub(super) fn has_races(&self) -> bool {
        self.quirks.has(Quirk::LostWrites)
    }

    /// Does what the App Comercial does with `body`; `n` is the request's number.
    pub(super) async fn take(&self, n: u64, body: &Bytes, at: DateTime<Utc>) -> Verdict {
        if self.has_races() {
            self.take_in_a_race(n, body, at).await.unwrap_or_else(|refused| refused)
        } else {
            self.take_alone(body, at)
        }
    }

    /// As [`take`](Self::take), where there are no races.
    pub(super) fn take_alone(&self, body: &Bytes, at: DateTime<Utc>) -> Verdict {
        self.take_in_turn(body, at).unwrap_or_else(|refused| refused)
    }

    fn take_in_turn(&self, body: &Bytes, at: DateTime<Utc>) -> Result<Verdict, Verdict> {
        let json = read(body)?;
        let fields = self.fields(&json, self.cliente_of(&json)?);
        let parts = self.parts(&json, &fields, body, at)?;
        self.save(&parts).map_err(|error| unsaved(&error))
    }

    async fn take_in_a_race(&self, n: u64, body: &Bytes, at: DateTime<Utc>) -> Result<Verdict, Verdict> {
        // Before the body becomes a tree, which can be many times as large: only so many stand at once.
        let _worker = self.workers.acquire().await.map_err(|_| Verdict::refused(broken()))?;
        let json = read(body)?;
        let fields = self.fields(&json, self.cliente_of(&json)?);
        let parts = self.parts(&json, &fields, body, at)?;
        self.save_in_a_race(n, &parts).await.map_err(|error| unsaved(&error))
    }

    /// Where the client stands in a body.
    fn cliente_of<'j>(&self, json: &'j Json<'j>) -> Result<&'j Json<'j>, Verdict> {
        if !matches!(json, Json::Object(_)) {
            return Err(Verdict::refused(if self.quirks.has(Quirk::NonObject500) {
                broken()
            } else {
                Reply::detail(StatusCode::BAD_REQUEST, "Se esperaba un objeto JSON.")
            }));
        }
        let cliente = match json.get("cliente") {
            None | Some(Json::Null | Json::Bool(false)) => None,
            Some(Json::Object(fields)) if fields.is_empty() => None,
            Some(Json::List(items)) if items.is_empty() => None,
            Some(Json::Text(text)) if text.is_empty() => None,
            Some(cliente) => Some(cliente),
        };
        cliente.ok_or_else(|| {
            let detail = "Faltan los datos del cliente (cliente).";
            Verdict::refused(Reply::detail(StatusCode::BAD_REQUEST, detail))
        })
    }

    fn fields<'j>(&self, json: &'j Json<'j>, cliente: &'j Json<'j>) -> Fields<'j> {
        Fields {
            cliente: checks::cliente(cliente, self.quirks),
            presencia: checks::presencia(json, self.quirks, self.known_ids),
            venta: match json.get("venta") {
                None | Some(Json::Null) => None,
                Some(venta) => Some(checks::venta(venta, self.known_ids)),
            },
        }
    }

    fn parts<'j>(
        &self,
        json: &'j Json<'j>,
        fields: &'j Fields<'j>,
        body: &'j Bytes,
        at: DateTime<Utc>,
    ) -> Result<Parts<'j>, Verdict> {
        let ((cliente, of_cliente), (presencia, of_presencia)) = (&fields.cliente, &fields.presencia);
        let venta = fields.venta.as_ref();
        let of_venta = match venta {
            Some(Err(refused)) if !self.quirks.has(Quirk::VentaAfterPresencia) => &refused[..],
            _ => &[],
        };
        let detail = if !of_cliente.is_empty() {
            "Datos del cliente inválidos."
        } else if !of_presencia.is_empty() || !of_venta.is_empty() {
            "Datos de la presencia inválidos."
        } else {
            // Kept whether or not it is compared here: the file may be another profile's tomorrow.
            let content = Content::new(json, &self.contents);
            return Ok(Parts { cliente, presencia, venta, content, at, body });
        };
        let errors = of_cliente.iter().chain(of_presencia).chain(of_venta);
        Err(Verdict::refused(invalid(detail, errors)))
    }

    fn find(&self, store: &mut dyn Store, parts: &Parts<'_>) -> Result<Option<Found>, StoreError> {
        let id = parts.presencia.id;
        if id.is_empty() {
            Ok(None)
        } else if self.quirks.has(Quirk::SubstringLookup) {
            store.containing(id, parts.content)
        } else {
            store.exact(id, parts.content)
        }
    }

    /// The answer to an id that is stored with other content.
    fn conflict(&self, found: Option<Found>) -> Option<Verdict> {
        let found = found.filter(|found| !found.same && !self.quirks.has(Quirk::NeverUpdates))?;
        let detail = "Ya existe una presencia con este id_presencia_crm y otro contenido.";
        Some(Verdict {
            reply: Reply::detail(StatusCode::CONFLICT, detail),
            presencia: Some(found.number),
            note: Note::OtherContent,
        })
    }

    fn client(store: &mut dyn Store, parts: &Parts<'_>) -> Result<u32, StoreError> {
        match store.cliente(parts.cliente.documento_sent)? {
            Some(number) => Ok(number),
            None => store.add_cliente(parts.cliente, parts.at, parts.body),
        }
    }

    fn save(&self, parts: &Parts<'_>) -> Result<Verdict, StoreError> {
        let mut store = self.store();
        store.begin()?;
        let verdict = self.save_at_once(&mut **store, parts);
        // What was saved before an error stays, as in a deployed receiver.
        store.commit()?;
        let forgotten = store.forgotten();
        drop(store);
        drop(forgotten);
        verdict
    }

    fn save_at_once(&self, store: &mut dyn Store, parts: &Parts<'_>) -> Result<Verdict, StoreError> {
        let found = self.find(store, parts)?;
        if let Some(conflict) = self.conflict(found) {
            return Ok(conflict);
        }
        let cliente = Self::client(store, parts)?;
        if let Some(found) = found {
            return self.settle_found(store, parts, found);
        }
        let number = store.greatest_presencia()? + 1;
        self.create(store, parts, cliente, number)
    }

    /// Saves as several workers without a lock do: each looks, thinks, and writes, and whoever finds its key taken
    /// by then loses its row.
    async fn save_in_a_race(&self, n: u64, parts: &Parts<'_>) -> Result<Verdict, StoreError> {
        let (cliente, found) = {
            let mut store = self.store();
            store.begin()?;
            let found = self.find(&mut **store, parts);
            if let Ok(found) = &found
                && let Some(conflict) = self.conflict(*found)
            {
                store.commit()?;
                return Ok(conflict);
            }
            let cliente = Self::client(&mut **store, parts);
            store.commit()?;
            (cliente?, found?)
        };
        if let Some(found) = found {
            let mut store = self.store();
            store.begin()?;
            let verdict = self.settle_found(&mut **store, parts, found);
            store.commit()?;
            return verdict;
        }
        self.think(n, 1).await;
        let greatest = self.store().greatest_presencia()?;
        self.think(n, 2).await;
        let mut store = self.store();
        if store.greatest_presencia()? != greatest {
            return Ok(Verdict { reply: broken(), presencia: None, note: Note::LostRace });
        }
        store.begin()?;
        let verdict = self.create(&mut **store, parts, cliente, greatest + 1);
        store.commit()?;
        verdict
    }

    /// A few milliseconds of work, the same for the same seed.
    async fn think(&self, n: u64, step: u64) {
        let millis = 1.0 + 2.0 * self.chance.share(n, 1000 + step);
        tokio::time::sleep(Duration::from_secs_f64(millis / 1000.0)).await;
    }

    fn create(
        &self,
        store: &mut dyn Store,
        parts: &Parts<'_>,
        cliente: u32,
        number: u32,
    ) -> Result<Verdict, StoreError> {
        if parts.presencia.breaks {
            return Ok(Verdict { reply: broken(), presencia: None, note: Note::NeverSaved });
        }
        store.add_presencia(&NewPresencia {
            number,
            cliente,
            fields: parts.presencia,
            content: parts.content,
            at: parts.at,
            body: parts.body,
        })?;
        let unanswered = parts.presencia.id.is_empty()
            || (self.quirks.has(Quirk::FirstPost500) && parts.presencia.fecha.is_some());
        if unanswered {
            return Ok(Verdict { reply: broken(), presencia: Some(number), note: Note::SavedBut500 });
        }
        let mut verdict = self.settle(store, parts, Found { number, same: true, venta: None })?;
        if verdict.note == Note::Repeated {
            verdict.note = Note::Created;
        }
        Ok(verdict)
    }

    /// Answers for a presencia that a look-up found: perhaps another one's.
    fn settle_found(
        &self,
        store: &mut dyn Store,
        parts: &Parts<'_>,
        found: Found,
    ) -> Result<Verdict, StoreError> {
        let swallowed = self.quirks.has(Quirk::SubstringLookup)
            && store.exact(parts.presencia.id, parts.content)?.is_none();
        let mut verdict = self.settle(store, parts, found)?;
        if swallowed && matches!(verdict.note, Note::Repeated | Note::VentaAgain) {
            verdict.note = Note::Swallowed;
        }
        Ok(verdict)
    }

    /// Answers for a stored presencia, and saves its venta.
    fn settle(&self, store: &mut dyn Store, parts: &Parts<'_>, found: Found) -> Result<Verdict, StoreError> {
        let again = self.quirks.has(Quirk::VentaEverySend);
        let (venta, note) = match parts.venta {
            Some(Err(errors)) => {
                return Ok(Verdict {
                    reply: invalid("Datos de la venta inválidos.", errors),
                    presencia: Some(found.number),
                    note: Note::VentaRefused,
                });
            }
            Some(Ok(_)) if found.venta.is_some() && !again => (found.venta, Note::Repeated),
            Some(Ok(venta)) => {
                let number = store.add_venta(found.number, venta, parts.at, parts.body)?;
                let note = if found.venta.is_some() { Note::VentaAgain } else { Note::Repeated };
                (Some(number), note)
            }
            // The App Comercial names a venta only where it has just saved one.
            None => (found.venta.filter(|_| !again), Note::Repeated),
        };
        Ok(Verdict { reply: accepted(found.number, venta), presencia: Some(found.number), note })
    }
}

fn read(body: &[u8]) -> Result<Json<'_>, Verdict> {
    json::parse(body).or_else(|refused| {
        if refused.reason == json::Reason::Empty {
            return Ok(Json::Object(Vec::new()));
        }
        let detail = format!("JSON inválido: {}.", refused.said().es);
        Err(Verdict::refused(Reply::detail(StatusCode::BAD_REQUEST, &detail)))
    })
}

fn unsaved(error: &StoreError) -> Verdict {
    let (status, detail) = match error {
        StoreError::Full(_) => (
            StatusCode::INSUFFICIENT_STORAGE,
            format!("{error}: empty it with POST /__admin/reset, or start with --db FILE"),
        ),
        other => (StatusCode::SERVICE_UNAVAILABLE, other.to_string()),
    };
    Verdict::refused(Reply::detail(status, &detail))
}

fn invalid<'e>(detail: &str, errors: impl IntoIterator<Item = &'e (&'static str, String)>) -> Reply {
    let mut fields = serde_json::Map::new();
    for (field, problem) in errors {
        let list = fields.entry(*field).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let serde_json::Value::Array(list) = list {
            list.push(problem.as_str().into());
        }
    }
    let body = serde_json::json!({ "detail": detail, "errors": fields });
    Reply::json(StatusCode::BAD_REQUEST, body.to_string())
}

fn accepted(presencia: u32, venta: Option<u32>) -> Reply {
    let mut body = String::with_capacity(112);
    body.push_str("{\"detail\":\"Webhook procesado exitosamente.\",\"id_presencia\":\"");
    // Writing to a string does not fail.
    write!(body, "{}", PresenciaId(presencia)).ok();
    match venta {
        None => body.push_str("\",\"id_venta\":null}"),
        Some(venta) => {
            write!(body, "\",\"id_venta\":\"{}\"}}", venta_id(venta)).ok();
        }
    }
    Reply::json(StatusCode::OK, body)
}
