//! Verdicts: what an answer, or the lack of one, means for a delivery.
//!
//! Comes in: the result of one try, and whether it carried a venta. Goes out: a [`Verdict`]. Pure: no clock, no I/O,
//! no state; how often and when to try again is the dispatcher's to decide.

use serde_json::Value;

use super::transport::{Answer, TransportError};
use crate::lang::Said;
use crate::report::event::ErrorNote;
use crate::said;

mod receipt;

/// How many of a receiver's field errors are kept.
const MOST_FIELDS: usize = 20;
/// How much of a receiver's words is shown, in characters.
const MOST_SHOWN: usize = 300;

/// What the result of a try means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The receiver gave a receipt.
    Delivered {
        /// Its id of the presencia; never empty.
        id_presencia: String,
        /// Its id of the venta, where it names one.
        id_venta: Option<String>,
    },
    /// The receiver does not want us at all: the run stops.
    Refused(ErrorNote),
    /// The receiver says that the data is wrong: no retry.
    Rejected(ErrorNote),
    /// Worth a retry with backoff.
    Retry {
        /// What went wrong.
        error: ErrorNote,
        /// `Retry-After`, as it came.
        retry_after: Option<String>,
    },
    /// A 500: the same body again, in place. It may well be stored.
    Again(ErrorNote),
    /// The venta may or may not have been saved: never sent again by itself.
    Unknown(ErrorNote),
    /// The same, and the answer is none of the webhook's: the run stops as well.
    Astray {
        /// What is said of the venta.
        doubt: ErrorNote,
        /// What is wrong with the receiver.
        refusal: ErrorNote,
    },
}

/// Judges the result of one try.
///
/// ```
/// use crm_bridge::delivery::transport::Answer;
/// use crm_bridge::delivery::verdict::{verdict, Verdict};
/// let body = br#"{"detail":"ok","id_presencia":"PRS00001","id_venta":null}"#.as_slice().into();
/// let answer = Answer { status: 200, body, ..Answer::default() };
/// let delivered = Verdict::Delivered { id_presencia: "PRS00001".to_owned(), id_venta: None };
/// assert_eq!(verdict(&Ok(answer), false), delivered);
/// ```
pub fn verdict(result: &Result<Answer, TransportError>, has_venta: bool) -> Verdict {
    match result {
        Ok(answer) => judge(answer, has_venta),
        Err(error) => {
            let note = ErrorNote {
                class: error.class(),
                message: error.said(),
                hint: error.hint(),
                rule: None,
                fields: Vec::new(),
            };
            if has_venta && error.sent {
                Verdict::Unknown(doubtful(&note))
            } else {
                Verdict::Retry { error: note, retry_after: None }
            }
        }
    }
}

fn judge(answer: &Answer, has_venta: bool) -> Verdict {
    let status = answer.status;
    match status {
        200..=299 => judge_success(answer, has_venta),
        300..=399 => Verdict::Refused(redirect(answer)),
        401 | 403 => Verdict::Refused(refused(
            answer,
            said!(
                en: "the receiver refuses the token ({status})",
                es: "el receptor rechaza el token ({status})"
            ),
            said!(
                en: "COMERCIAL_WEBHOOK_TOKEN here and CRM_WEBHOOK_TOKEN there must be the same; `crm-bridge test` tells whether the header arrives",
                es: "COMERCIAL_WEBHOOK_TOKEN aquí y CRM_WEBHOOK_TOKEN allá deben ser iguales; `crm-bridge test` dice si la cabecera llega"
            ),
        )),
        404 | 405 | 410 => Verdict::Refused(refused(
            answer,
            said!(
                en: "the URL is not the webhook ({status})",
                es: "la URL no es la del webhook ({status})"
            ),
            said!(
                en: "set the whole URL with its path and the slash at its end in --url (COMERCIAL_WEBHOOK_URL)",
                es: "indique la URL completa, con su ruta y la barra final, en --url (COMERCIAL_WEBHOOK_URL)"
            ),
        )),
        // The proxy's word, not the receiver's: no record can be corrected for it.
        407 => Verdict::Refused(refused(
            answer,
            said!(
                en: "the proxy wants a user name and password (407)",
                es: "el proxy pide usuario y contraseña (407)"
            ),
            said!(
                en: "put them into --proxy http://user:password@host:port (CRM_BRIDGE_PROXY), or go round it with --proxy none",
                es: "póngalos en --proxy http://usuario:clave@host:puerto (CRM_BRIDGE_PROXY), o evítelo con --proxy none"
            ),
        )),
        400 if is_html(answer) => Verdict::Refused(refused(
            answer,
            said!(
                en: "the receiver answers a 400 page: it does not know this host name",
                es: "el receptor responde una página 400: no conoce este nombre de servidor"
            ),
            said!(
                en: "use the host name that the App Comercial allows (its ALLOWED_HOSTS) in --url (COMERCIAL_WEBHOOK_URL)",
                es: "use en --url (COMERCIAL_WEBHOOK_URL) el nombre de servidor que permite la App Comercial (su ALLOWED_HOSTS)"
            ),
        )),
        408 | 425 | 429 => retry(answer),
        400..=499 => Verdict::Rejected(rejected(answer)),
        500..=599 if has_venta => Verdict::Unknown(doubtful(&server_error(answer))),
        500 => Verdict::Again(server_error(answer)),
        501..=599 => retry(answer),
        _ => astray(
            refused(
                answer,
                said!(en: "an answer with the odd status {status}", es: "una respuesta con el estado extraño {status}"),
                check_url(),
            ),
            has_venta,
        ),
    }
}

/// An answer that the webhook does not give: whoever gave it, nothing in it says that a venta was not taken.
fn astray(refusal: ErrorNote, has_venta: bool) -> Verdict {
    if has_venta { Verdict::Astray { doubt: doubtful(&refusal), refusal } } else { Verdict::Refused(refusal) }
}

fn judge_success(answer: &Answer, has_venta: bool) -> Verdict {
    let status = answer.status;
    let receipt = if answer.too_long { None } else { receipt::read(&answer.body) };
    match receipt {
        Some(receipt::Receipt { id_presencia: Some(id_presencia), id_venta }) => {
            if has_venta && id_venta.is_none() {
                return Verdict::Unknown(ErrorNote {
                    class: "unknown",
                    message: said!(
                        en: "the receiver acknowledges the presencia but names no venta",
                        es: "el receptor confirma la presencia pero no nombra ninguna venta"
                    ),
                    hint: settle_hint(),
                    rule: None,
                    fields: Vec::new(),
                });
            }
            Verdict::Delivered { id_presencia, id_venta }
        }
        Some(_) => astray(
            no_receipt(
                answer,
                said!(
                    en: "P02: the answer {status} names no id_presencia, so nothing proves that it was stored",
                    es: "P02: la respuesta {status} no trae id_presencia, así que nada prueba que se guardó"
                ),
            ),
            has_venta,
        ),
        None => {
            let what = if answer.too_long {
                said!(en: "is longer than 1 MiB", es: "pasa de 1 MiB")
            } else if is_html(answer) {
                said!(en: "is a web page", es: "es una página web")
            } else {
                said!(en: "is no JSON", es: "no es JSON")
            };
            let message = Said {
                en: format!("P02: the answer {status} {}, not the webhook's", what.en),
                es: format!("P02: la respuesta {status} {}, no la del webhook", what.es),
            };
            astray(no_receipt(answer, message), has_venta)
        }
    }
}

fn retry(answer: &Answer) -> Verdict {
    Verdict::Retry { error: server_error(answer), retry_after: answer.retry_after.clone() }
}

fn server_error(answer: &Answer) -> ErrorNote {
    let status = answer.status;
    let detail = told(answer);
    let (class, message, hint) = match status {
        429 => (
            "rate_limited",
            said!(en: "the receiver asks to slow down (429){detail}", es: "el receptor pide ir más lento (429){detail}"),
            said!(en: "lower --rate or --jobs", es: "baje --rate o --jobs"),
        ),
        500 => (
            "server",
            said!(
                en: "the receiver answers 500 again and again{detail}",
                es: "el receptor responde 500 una y otra vez{detail}"
            ),
            said!(
                en: "look at this record's values (`crm-bridge validate`) and into the receiver's log; then `crm-bridge runs redrive last`",
                es: "revise los valores de este registro (`crm-bridge validate`) y el log del receptor; luego `crm-bridge runs redrive last`"
            ),
        ),
        _ => (
            "server",
            said!(en: "the receiver answers {status}{detail}", es: "el receptor responde {status}{detail}"),
            said!(
                en: "when the receiver is well again: `crm-bridge runs redrive last`",
                es: "cuando el receptor se recupere: `crm-bridge runs redrive last`"
            ),
        ),
    };
    ErrorNote { class, message, hint, rule: None, fields: Vec::new() }
}

fn rejected(answer: &Answer) -> ErrorNote {
    let status = answer.status;
    let detail = told(answer);
    let (message, hint) = match status {
        409 => (
            said!(
                en: "X05: the receiver has this id with other content (409){detail}",
                es: "X05: el receptor ya tiene este id con otro contenido (409){detail}"
            ),
            said!(
                en: "a stored presencia is never updated: correct it in the App Comercial, or send it under a new id (--id-template)",
                es: "una presencia guardada nunca se actualiza: corríjala en la App Comercial, o envíela con otro id (--id-template)"
            ),
        ),
        _ => (
            said!(en: "the receiver rejects the data ({status}){detail}", es: "el receptor rechaza los datos ({status}){detail}"),
            said!(
                en: "correct the record, then run failed.csv or `crm-bridge send` again",
                es: "corrija el registro y vuelva a ejecutar failed.csv o `crm-bridge send`"
            ),
        ),
    };
    ErrorNote { class: "rejected", message, hint, rule: None, fields: field_errors(&answer.body) }
}

fn refused(answer: &Answer, message: Said, hint: Said) -> ErrorNote {
    let detail = told(answer);
    let message = Said { en: format!("{}{detail}", message.en), es: format!("{}{detail}", message.es) };
    ErrorNote { class: "refused", message, hint, rule: None, fields: Vec::new() }
}

/// A refusal by rule P02: the answer proves nothing.
fn no_receipt(answer: &Answer, message: Said) -> ErrorNote {
    ErrorNote { rule: Some("P02"), ..refused(answer, message, check_url()) }
}

fn redirect(answer: &Answer) -> ErrorNote {
    let status = answer.status;
    let hint = match answer.location.as_deref().map(shown) {
        Some(location) => said!(
            en: "redirects are never followed, since they would turn the POST into a GET; if this address is yours, set it: --url {location}",
            es: "nunca se siguen redirecciones, pues convertirían el POST en GET; si esta dirección es suya, indíquela: --url {location}"
        ),
        None => check_url(),
    };
    ErrorNote {
        class: "refused",
        message: said!(
            en: "the receiver redirects elsewhere ({status})",
            es: "el receptor redirige a otro lugar ({status})"
        ),
        hint,
        rule: None,
        fields: Vec::new(),
    }
}

/// The note of a try whose effect nobody knows.
fn doubtful(note: &ErrorNote) -> ErrorNote {
    ErrorNote {
        class: "unknown",
        message: Said {
            en: format!("nobody knows whether the venta was saved: {}", note.message.en),
            es: format!("no se sabe si la venta se guardó: {}", note.message.es),
        },
        hint: settle_hint(),
        rule: None,
        fields: Vec::new(),
    }
}

/// What to do about a venta that may or may not have been saved.
pub fn settle_hint() -> Said {
    said!(
        en: "look for the venta in the App Comercial, then say what you saw: `crm-bridge runs settle last ROW --delivered` or `--not-delivered`",
        es: "busque la venta en la App Comercial y diga lo que vio: `crm-bridge runs settle last FILA --delivered` o `--not-delivered`"
    )
}

fn check_url() -> Said {
    said!(
        en: "check --url (COMERCIAL_WEBHOOK_URL): a login page or a proxy may stand before the App Comercial; `crm-bridge test` shows what answers",
        es: "revise --url (COMERCIAL_WEBHOOK_URL): puede haber una página de ingreso o un proxy delante de la App Comercial; `crm-bridge test` muestra quién responde"
    )
}

fn is_html(answer: &Answer) -> bool {
    let by_type =
        answer.content_type.as_deref().is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    by_type || answer.body.trim_ascii_start().first() == Some(&b'<')
}

/// The receiver's own words after a colon, or nothing.
fn told(answer: &Answer) -> String {
    let detail = serde_json::from_slice::<Value>(&answer.body)
        .ok()
        .and_then(|body| body.get("detail").and_then(Value::as_str).map(shown));
    detail.filter(|detail| !detail.is_empty()).map_or_else(String::new, |detail| format!(": {detail}"))
}

/// The receiver's `errors`: path in the payload and text, at most [`MOST_FIELDS`].
fn field_errors(body: &[u8]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    if let Ok(body) = serde_json::from_slice::<Value>(body)
        && let Some(errors) = body.get("errors")
    {
        collect(errors, &mut String::new(), &mut fields);
    }
    fields
}

fn collect(errors: &Value, path: &mut String, fields: &mut Vec<(String, String)>) {
    if fields.len() >= MOST_FIELDS {
        return;
    }
    match errors {
        Value::Object(inner) => {
            for (name, errors) in inner {
                let length = path.len();
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&shown(name));
                collect(errors, path, fields);
                path.truncate(length);
            }
        }
        Value::Array(inner) => inner.iter().for_each(|errors| collect(errors, path, fields)),
        Value::Null => {}
        Value::String(text) => fields.push((path.clone(), shown(text))),
        other => fields.push((path.clone(), other.to_string())),
    }
}

/// The words of a stranger, fit for a terminal: control and invisible direction signs escaped, cut after 300.
///
/// ```
/// use crm_bridge::delivery::verdict::shown;
/// assert_eq!(shown("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
/// ```
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MOST_SHOWN));
    for (index, character) in text.trim_end_matches(' ').chars().enumerate() {
        if index == MOST_SHOWN {
            out.push('…');
            break;
        }
        let hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if character.is_control() || hidden {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}
