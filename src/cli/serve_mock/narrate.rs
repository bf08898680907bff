//! Tells on stderr what arrives: a line a request for a person who watches, JSON lines under `--json -v`.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use chrono::SecondsFormat;
use colored::Colorize;
use serde_json::json;

use crate::cli::Context;
use crate::lang::Lang;
use crate::receiver::Received;
use crate::receiver::journal::Cursor;
use crate::receiver::store::presencia_id;
use crate::receiver::{Running, fecha};

pub(super) struct Narrator {
    lang: Lang,
    json: bool,
    shown: bool,
    cursor: Cursor,
}

impl Narrator {
    /// Speaks to a person at a terminal, and elsewhere where `-v` asks for it.
    pub(super) fn new(context: &Context) -> Self {
        let shown = !context.quiet && (context.verbose > 0 || (!context.json && io::stderr().is_terminal()));
        Self { lang: context.lang, json: context.json, shown, cursor: Cursor::default() }
    }

    /// Tells what arrives, for ever.
    pub(super) async fn follow(&mut self, running: &Running) {
        if !self.shown {
            std::future::pending::<()>().await;
        }
        loop {
            self.tell(running);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Tells what arrived since the last time.
    pub(super) fn tell(&mut self, running: &Running) {
        if !self.shown {
            return;
        }
        let news = running.added_since(self.cursor);
        self.cursor = news.cursor;
        let mut err = io::stderr().lock();
        for request in &news.requests {
            let line = if self.json { json_line(request) } else { self.line(request) };
            // Nobody is left to be told when stderr is closed.
            writeln!(err, "{line}").ok();
        }
    }

    fn line(&self, request: &Received) -> String {
        let time = request.time.with_timezone(&fecha::lima()).format("%H:%M:%S");
        let status = match request.status {
            0 => "—".red(),
            status @ 200..300 => status.to_string().green(),
            status @ 300..500 => status.to_string().yellow(),
            status => status.to_string().red(),
        };
        let id = request.id().map(|id| escaped(&id)).unwrap_or_default();
        let made = request.presencia.map(|number| format!(" → {}", presencia_id(number))).unwrap_or_default();
        let fault = request.fault.as_deref().map(|fault| format!(" [{fault}]")).unwrap_or_default();
        let note = request.note.text();
        format!(
            "{time} {status} {} {} {id}{made}{fault}  {}",
            request.method,
            escaped(request.path()),
            self.lang.pick(note.en, note.es).dimmed(),
        )
    }
}

/// What a stranger sent, without the power to move a terminal's cursor.
pub(super) fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

fn json_line(request: &Received) -> String {
    json!({
        "kind": "received",
        "n": request.n,
        "time": request.time.to_rfc3339_opts(SecondsFormat::Millis, true),
        "method": request.method.as_str(),
        "path": request.path(),
        "status": request.status,
        "id_presencia_crm": request.id(),
        "id_presencia": request.presencia.map(presencia_id),
        "note": request.note.name(),
        "fault": request.fault,
        "us": request.micros,
    })
    .to_string()
}
