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

/// The parts of a body that passed the checks.
struct Parts<'j> {
    cliente: Cliente<'j>,
    presencia: Presencia<'j>,
    venta: Option<Result<Venta<'j>, Errors>>,
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

    /// Does what the App Comercial does with `body`; `n` is the request's number.
    pub(super) async fn take(&self, n: u64, body: &Bytes, at: DateTime<Utc>) -> Verdict {
        // Before the body becomes a tree, which can be many times as large: only so many stand at once.
        let _worker = if self.quirks.has(Quirk::LostWrites) {
            match self.workers.acquire().await {
                Ok(worker) => Some(worker),
                Err(_) => return Verdict::refused(broken()),
            }
        } else {
            None
        };
        let json = match json::parse(body) {
            Ok(json) => json,
            Err(refused) if refused.reason == json::Reason::Empty => Json::Object(Vec::new()),
            Err(refused) => {
                let detail = format!("JSON inválido: {}.", refused.said().es);
                return Verdict::refused(Reply::detail(StatusCode::BAD_REQUEST, &detail));
            }
        };
        let parts = match self.check(&json, body, at) {
            Ok(parts) => parts,
            Err(reply) => return Verdict::refused(reply),
        };
        let saved = if self.quirks.has(Quirk::LostWrites) {
            self.save_in_a_race(n, &parts).await
        } else {
            self.save(&parts)
        };
        saved.unwrap_or_else(|error| unsaved(&error))
    }

    fn check<'j>(&self, json: &'j Json<'j>, body: &'j Bytes, at: DateTime<Utc>) -> Result<Parts<'j>, Reply> {
        if !matches!(json, Json::Object(_)) {
            if self.quirks.has(Quirk::NonObject500) {
                return Err(broken());
            }
            return Err(Reply::detail(StatusCode::BAD_REQUEST, "Se esperaba un objeto JSON."));
        }
        let cliente = match json.get("cliente") {
            None | Some(Json::Null | Json::Bool(false)) => None,
            Some(Json::Object(fields)) if fields.is_empty() => None,
            Some(Json::List(items)) if items.is_empty() => None,
            Some(Json::Text(text)) if text.is_empty() => None,
            Some(cliente) => Some(cliente),
        };
        let Some(cliente) = cliente else {
            return Err(Reply::detail(StatusCode::BAD_REQUEST, "Faltan los datos del cliente (cliente)."));
        };
        let cliente = checks::cliente(cliente, self.quirks);
        let (presencia, mut errors) = checks::presencia(json, self.quirks, self.known_ids);
        let mut venta = match json.get("venta") {
            None | Some(Json::Null) => None,
            Some(venta) => Some(checks::venta(venta, self.known_ids)),
        };
        if let Some(Err(refused)) = &mut venta
            && !self.quirks.has(Quirk::VentaAfterPresencia)
        {
            errors.append(refused);
        }
        match cliente {
            Ok(cliente) if errors.is_empty() => {
                // Kept whether or not it is compared here: the file may be another profile's tomorrow.
                let content = Content::new(json, &self.contents);
                Ok(Parts { cliente, presencia, venta, content, at, body })
            }
            Ok(_) => Err(invalid("Datos de la presencia inválidos.", &errors)),
            Err(mut refused) => {
                refused.append(&mut errors);
                Err(invalid("Datos del cliente inválidos.", &refused))
            }
        }
    }

    fn find(&self, store: &mut dyn Store, parts: &Parts<'_>) -> Result<Option<Found>, StoreError> {
        let id = &parts.presencia.id;
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
        match store.cliente(&parts.cliente.documento_sent)? {
            Some(number) => Ok(number),
            None => store.add_cliente(&parts.cliente, parts.at, parts.body),
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
            fields: &parts.presencia,
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
            && store.exact(&parts.presencia.id, parts.content)?.is_none();
        let mut verdict = self.settle(store, parts, found)?;
        if swallowed && matches!(verdict.note, Note::Repeated | Note::VentaAgain) {
            verdict.note = Note::Swallowed;
        }
        Ok(verdict)
    }

    /// Answers for a stored presencia, and saves its venta.
    fn settle(&self, store: &mut dyn Store, parts: &Parts<'_>, found: Found) -> Result<Verdict, StoreError> {
        let again = self.quirks.has(Quirk::VentaEverySend);
        let (venta, note) = match &parts.venta {
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

fn invalid(detail: &str, errors: &Errors) -> Reply {
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
