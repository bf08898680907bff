//! Tells on stderr what arrives: a line a request for a person who watches, JSON lines under `--json -v`, and what came
//! instead of what was expected.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use chrono::SecondsFormat;
use colored::Colorize;
use serde_json::json;

use crate::cli::Context;
use crate::lang::Lang;
use crate::receiver::journal::{Cursor, Received};
use crate::receiver::store::presencia_id;
use crate::receiver::{Running, fecha};
use crate::said;

/// Lines a tenth of a second at most; more are counted.
const AT_ONCE: usize = 50;
/// Ids that are named at the end.
const NAMED: usize = 10;

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
        let news = running.news(self.cursor, usize::MAX);
        self.cursor = news.cursor;
        let mut err = io::stderr().lock();
        for request in news.requests.iter().take(AT_ONCE) {
            let line = if self.json { json_line(request) } else { self.line(request) };
            // Nobody is left to be told when stderr is closed.
            writeln!(err, "{line}").ok();
        }
        let more = news.requests.len().saturating_sub(AT_ONCE);
        if more > 0 && !self.json {
            let sentence = said!(en: "  … and {more} more", es: "  … y {more} más");
            writeln!(err, "{}", sentence.get(self.lang)).ok();
        }
    }

    fn line(&self, request: &Received) -> String {
        let time = request.time.with_timezone(&fecha::lima()).format("%H:%M:%S");
        let status = match request.status {
            0 => "—".red(),
            200..300 => "200".green(),
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

    /// Says what came, where something was expected.
    pub(super) fn conclude(&self, running: &Running, wanted: Option<u64>, met: bool) {
        let arrived = running.arrived();
        let mut by_status: BTreeMap<u16, u64> = BTreeMap::new();
        for request in running.requests() {
            *by_status.entry(request.status).or_default() += 1;
        }
        let expected = running.expected();
        let mut err = io::stderr().lock();
        if self.json {
            let line = json!({
                "kind": "expectation",
                "met": met,
                "expected": wanted,
                "arrived": arrived,
                "by_status": by_status.iter().map(|(k, v)| (k.to_string(), v)).collect::<BTreeMap<_, _>>(),
                "missing": expected.as_ref().map(|expected| &expected.missing),
                "unexpected": expected.as_ref().map(|expected| &expected.unexpected),
            });
            writeln!(err, "{line}").ok();
            return;
        }
        let statuses: Vec<_> = by_status.iter().map(|(status, n)| format!("{n} × {status}")).collect();
        let statuses = if statuses.is_empty() { "—".to_owned() } else { statuses.join(", ") };
        let wanted = wanted.map(|wanted| format!("/{wanted}")).unwrap_or_default();
        let sentence = said!(
            en: "{arrived}{wanted} distinct presencias arrived; answers: {statuses}",
            es: "llegaron {arrived}{wanted} presencias distintas; respuestas: {statuses}"
        );
        writeln!(err, "{}", sentence.get(self.lang)).ok();
        if let Some(expected) = expected {
            let count = expected.missing.len();
            let sentence = said!(en: "{count} expected payloads did not arrive", es: "no llegaron {count} payloads esperados");
            name(&mut err, sentence.get(self.lang), &expected.missing, count as u64);
            let count = expected.unexpected_count;
            let sentence = said!(en: "{count} payloads came that were not expected", es: "llegaron {count} payloads no esperados");
            name(&mut err, sentence.get(self.lang), &expected.unexpected, count);
        }
        if met {
            return;
        }
        for request in running.requests().iter().rev().filter(|request| request.status != 200).take(NAMED) {
            let answer = String::from_utf8_lossy(&request.answer);
            let answer: String = answer.chars().take(200).collect();
            let id = request.id().map(|id| escaped(&id)).unwrap_or_default();
            writeln!(err, "  {} {} {id}: {}", request.status, escaped(request.path()), escaped(&answer)).ok();
        }
    }
}

fn name(err: &mut impl Write, sentence: &str, ids: &[String], count: u64) {
    if count == 0 {
        return;
    }
    let named: Vec<_> = ids.iter().take(NAMED).map(|id| escaped(id)).collect();
    let more = if ids.len() > NAMED { " …" } else { "" };
    writeln!(err, "{sentence}: {}{more}", named.join(", ")).ok();
}

/// What a stranger sent, without the power to move a terminal's cursor.
fn escaped(text: &str) -> String {
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
