//! Asks once before something is written to a receiver, where a person could regret it.

use std::io::{self, BufRead, IsTerminal, Write};

use reqwest::Url;
use serde_json::Value;

use super::Context;
use crate::config::is_loopback;
use crate::delivery::Delivery;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::event::{Counts, Event, Observer};
use crate::rules::finding::shown;
use crate::said;

/// More events than this are worth a question even where nothing is wrong.
const MANY: u64 = 20;

/// How many payloads are shown before the question.
const PREVIEWED: usize = 3;
/// What is shown of each.
const MAIN_FIELDS: [&str; 10] = [
    "/id_presencia_crm",
    "/cliente/nombres_completos_razon_social",
    "/cliente/numero_documento",
    "/cliente/telefono_principal",
    "/fecha_hora_presencia",
    "/proyecto_interes",
    "/medio_captacion",
    "/modalidad",
    "/venta/lote",
    "/venta/valor_lote_venta",
];

/// Asks whether `what` may be done to `url`.
///
/// No question for this machine, nor with `--yes`. Off a terminal, and after a no, it fails with exit code 2.
pub(crate) fn before_writing(context: &Context, url: &Url, what: &Said, yes: bool) -> Result<(), Failure> {
    demand_yes(url, yes)?;
    if yes || is_loopback(url) { Ok(()) } else { confirm(context, url, what) }
}

/// Asks before a run, where there is reason to: many events, invalid rows, or a host beyond this machine. Off a terminal
/// only the host counts.
pub(crate) fn before_a_run(context: &Context, url: &Url, counts: &Counts, yes: bool) -> Result<(), Failure> {
    demand_yes(url, yes)?;
    if !asks(url, counts, yes) {
        return Ok(());
    }
    let count = counts.prepared;
    let word = if count == 1 { "presencia" } else { "presencias" };
    confirm(context, url, &said!(en: "send {count} {word}", es: "enviar {count} {word}"))
}

/// Whether there is reason to ask before a run, and somebody who can be asked.
pub(crate) fn asks(url: &Url, counts: &Counts, yes: bool) -> bool {
    let reason = counts.prepared > MANY || counts.invalid > 0 || !is_loopback(url);
    !yes && reason && counts.prepared > 0 && on_terminal()
}

/// Shows what the question is about: the main fields of the first `payloads`, masked, and what the rules said of them.
pub(crate) fn preview(
    payloads: impl Iterator<Item = Delivery>,
    context: &Context,
    observer: &mut dyn Observer,
) {
    for delivery in payloads.take(PREVIEWED) {
        let body = delivery.venta.unwrap_or(delivery.body);
        let Ok(payload) = serde_json::from_slice::<Value>(&body) else { continue };
        let lines: Vec<String> = MAIN_FIELDS
            .iter()
            .filter_map(|pointer| Some((pointer, payload.pointer(pointer)?)))
            .map(|(pointer, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let text = if context.show_pii { text } else { shown(Some(pointer), &text) };
                format!("  {:<30} {text}", pointer.rsplit('/').next().unwrap_or_default())
            })
            .collect();
        observer.observe(Event::Decided(Said::same(lines.join("\n"))));
    }
    observer.observe(Event::Asking);
}

/// Refuses what nobody can be asked about: a host beyond this machine, off a terminal, without `--yes`.
pub(crate) fn demand_yes(url: &Url, yes: bool) -> Result<(), Failure> {
    if yes || is_loopback(url) || on_terminal() {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(Failure::new(
        Kind::Usage,
        said!(en: "{host} would be written to, and nobody is there to be asked", es: "se escribiría en {host}, y no hay nadie a quien preguntar"),
    )
    .hint(said!(
        en: "--yes says that it is meant; --dry-run shows what would be sent",
        es: "--yes confirma que es intencional; --dry-run muestra lo que se enviaría",
    )))
}

fn on_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn confirm(context: &Context, url: &Url, what: &Said) -> Result<(), Failure> {
    let host = url.host_str().unwrap_or_default();
    let question = what.get(context.lang);
    let choice = context.lang.pick("[y/N]", "[s/N]");
    let mut err = io::stderr().lock();
    write!(err, "{question} → {host} {choice} ").and_then(|()| err.flush()).ok();
    drop(err);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok();
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "s" | "si" | "sí") {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Usage,
        said!(en: "not confirmed; nothing was sent", es: "sin confirmación; no se envió nada"),
    )
    .hint(said!(en: "--yes skips the question", es: "--yes omite la pregunta")))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::lang::Lang;

    struct Told(String);

    impl Observer for Told {
        fn observe(&mut self, event: Event) {
            match event {
                Event::Decided(said) => self.0.push_str(&said.en),
                Event::Asking => self.0.push_str("\nasking"),
                _ => {}
            }
        }
    }

    #[test]
    fn what_is_asked_about_is_shown_without_its_people() {
        let context = Context {
            lang: Lang::En,
            json: false,
            verbose: 0,
            quiet: false,
            show_pii: false,
            color: false,
            points: false,
        };
        let body = Bytes::from_static(
            br#"{"id_presencia_crm":"CRM-7","cliente":{"nombres_completos_razon_social":"Rosa Quispe",
                "numero_documento":"12345678"},"medio_captacion":"otro","venta":{"lote":12}}"#,
        );
        let delivery = Delivery::from_json((0, 1), &body).unwrap();
        let mut told = Told(String::new());
        preview(std::iter::once(delivery), &context, &mut told);
        let words: Vec<&str> = told.0.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "id_presencia_crm CRM-7 nombres_completos_razon_social R*** Q*** numero_documento 12****** \
             medio_captacion otro lote 12 asking"
        );
    }
}
