//! `relay --queue`: publishes what the CRM sends; workers deliver it.

use std::path::PathBuf;

use reqwest::Url;

use super::{RelayArgs, Signals, announce, internal, reception, runtime};
use crate::cli::{Context, consent};
use crate::config::{Found, Lookup, SendSettings, Token};
use crate::error::{Failure, Kind};
use crate::journal::JournalFile;
use crate::lang::Said;
use crate::queue::{Queue, Route};
use crate::relay::{Relay, waiting};
use crate::said;

pub(super) fn run(
    args: &RelayArgs,
    found: Found,
    token: Token,
    queue: &Url,
    context: &Context,
) -> Result<u8, Failure> {
    refuse_flags(args)?;
    // Who delivers must know the receiver; here nobody does.
    let resolved = found.or_nowhere()?;
    let settings = &resolved.settings;
    let what = said!(en: "publish every webhook of the CRM", es: "publicar cada webhook del CRM");
    consent::before_writing(context, queue, &what, args.send.yes)?;
    context.warn(&left_behind(settings.journal.clone()).into_iter().collect::<Vec<_>>());
    let route = route(settings);
    let reception = reception(args, context, settings, token)?;
    let options = args.queue.options(settings);
    runtime()?.block_on(async {
        let mut signals = Signals::listen().map_err(|error| internal(&error))?;
        let queue = tokio::select! {
            queue = Queue::connect_patiently(queue, &options) => queue.map_err(|error| error.failure())?,
            () = signals.recv() => return Ok(0),
        };
        let server = queue.server().to_owned();
        let publishing =
            Relay::publish(reception, queue, route).await.map_err(|error| error.failure())?;
        announce(&publishing.url(), &publishing.origin(), context);
        let (waiting, dead_letters) = (publishing.found().depth, publishing.found().dead);
        tracing::info!(server, waiting, dead_letters, "publishing; workers deliver");
        if route == Route::InOrder {
            tracing::info!(
                "all go to one partition, since ids may contain one another; lookup = \"exact\" or --id-terminator ']' would use all 16"
            );
        }
        signals.then("the relay ends: what was answered is in the queue", |at_once| publishing.shut_down(at_once)).await;
        Ok(0)
    })
}

/// A receiver that looks ids up inside others must be sent them one after the other, in the order in which they came.
fn route(settings: &SendSettings) -> Route {
    let exact = settings.lookup == Lookup::Exact || !settings.id_terminator.is_empty();
    if exact { Route::ByClient } else { Route::InOrder }
}

/// Flags that mean nothing to who only publishes.
fn refuse_flags(args: &RelayArgs) -> Result<(), Failure> {
    let Some(flag) = args.max_queue.map(|_| "--max-queue").or_else(|| args.send.only_for_delivering()) else {
        return Ok(());
    };
    let hint = match flag {
        "--max-queue" => said!(
            en: "leave it out; the queue's own limits hold: `nats stream edit CRM_PRESENCIAS --max-msgs N`",
            es: "quítela; valen los límites de la propia cola: `nats stream edit CRM_PRESENCIAS --max-msgs N`",
        ),
        "--journal" => said!(
            en: "leave it out: nothing is kept here; receipts are in the queue's own bucket",
            es: "quítela: aquí no se guarda nada; los recibos están en el bucket de la cola",
        ),
        _ => said!(
            en: "leave it out here, and set it where `crm-bridge worker` runs; without --queue the relay delivers by itself",
            es: "quítela aquí y defínala donde corre `crm-bridge worker`; sin --queue el relay entrega por sí mismo",
        ),
    };
    Err(Failure::new(
        Kind::Usage,
        said!(
            en: "{flag} means nothing to relay --queue, which publishes and does not deliver",
            es: "{flag} no significa nada para relay --queue, que publica y no entrega",
        ),
    )
    .hint(hint))
}

/// What to do about webhooks that were answered before and wait in the relay's own outbox, where nobody delivers them now.
/// They can't be moved: what was sent of them already is known there alone. Refusing to start would lose those to come.
fn left_behind(journal: Option<PathBuf>) -> Option<Said> {
    let path = journal.or_else(|| JournalFile::default_path().ok()).filter(|path| path.exists())?;
    // A file that can't be read as an outbox holds none.
    let left = waiting(&path).unwrap_or(0);
    let path = path.display();
    (left > 0).then(|| {
        said!(
            en: "{left} webhooks wait in the relay's own outbox: `crm-bridge relay --listen 127.0.0.1:0 --journal {path}` delivers them beside this one; end it when its page shows none",
            es: "{left} webhooks esperan en el outbox propio del relay: `crm-bridge relay --listen 127.0.0.1:0 --journal {path}` los entrega junto a este; termínelo cuando su página no muestre ninguno",
        )
    })
}
