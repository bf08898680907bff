//! `write`: sends one `TEST-…` presencia twice and checks that it is one.
//!
//! The first answer of a real App Comercial is often 500 although the row is saved, and the identical second one is
//! 200: so a 500 is repeated here as delivery repeats it, and only then the presencia is sent once more.

use std::borrow::Cow;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::Map;

use super::answers::{down, limited};
use super::check::Check;
use super::probe::{Answer, shown};
use super::visit::Visit;
use crate::config::SendSettings;
use crate::delivery::verdict::Verdict;
use crate::error::Kind;
use crate::lang::Said;
use crate::payload::{Cliente, Payload};
use crate::report::event::ErrorNote;
use crate::said;

/// How often a 500 is answered with the same body again.
const REPEATS: usize = 2;

/// Sends the presencia until it has a receipt, then once more.
pub(super) async fn write(visit: &Visit, settings: &SendSettings, now: SystemTime) -> Check {
    let id = test_id();
    let Some(body) = body(&id, now) else {
        return Check::skip(
            "write",
            said!(en: "no payload could be made", es: "no se pudo crear el payload"),
        );
    };
    let first = match receipt(visit, settings, &id, &body).await {
        Ok(receipt) => receipt,
        Err(check) => return *check,
    };
    let second = match receipt(visit, settings, &id, &body).await {
        Ok(receipt) => receipt,
        Err(check) => return *check,
    };
    if first == second {
        return Check::ok(
            "write",
            said!(en: "{id} sent twice is one presencia, {first}", es: "{id} enviada dos veces es una presencia, {first}"),
        );
    }
    Check::wrong(
        "write",
        said!(en: "{id} sent twice became two presencias, {first} and {second}", es: "{id} enviada dos veces creó dos presencias, {first} y {second}"),
        said!(
            en: "the receiver does not look id_presencia_crm up: delete both there, and send nothing in bulk (`crm-bridge replay-csv`) before it does",
            es: "el receptor no busca id_presencia_crm: borre ambas allá, y no envíe nada en bloque (`crm-bridge replay-csv`) hasta que lo haga",
        ),
    )
}

async fn receipt(
    visit: &Visit,
    settings: &SendSettings,
    id: &str,
    body: &Bytes,
) -> Result<String, Box<Check>> {
    let mut last = 500;
    for _ in 0..=REPEATS {
        let headers = visit.headers(id, body, &settings.token);
        let answer = match visit.post_anew(body.clone(), headers).await {
            Ok(answer) => answer,
            Err(silence) => return Err(Box::new(visit.silence("write", &silence))),
        };
        match answer.verdict(&settings.url) {
            Verdict::Delivered { id_presencia, .. } => return Ok(shown(&id_presencia)),
            Verdict::Again(_) => last = answer.status.as_u16(),
            other => return Err(Box::new(not_taken(&answer, other, id))),
        }
    }
    Err(Box::new(Check::wrong(
        "write",
        said!(en: "{last} three times for {id}", es: "{last} tres veces para {id}"),
        said!(
            en: "look into the App Comercial's log; `crm-bridge send --curl` prints a request to repeat by hand",
            es: "mire el log de la App Comercial; `crm-bridge send --curl` imprime una petición para repetir a mano",
        ),
    )))
}

/// Why there is no receipt, by the judgement of a sender.
fn not_taken(answer: &Answer, verdict: Verdict, id: &str) -> Check {
    let status = answer.status.as_u16();
    let told = |note: &ErrorNote| {
        let Said { en, es } = &note.message;
        said!(en: "{id}: {en}", es: "{id}: {es}")
    };
    match verdict {
        Verdict::Retry { .. } if status == 429 => limited(answer).named("write"),
        Verdict::Retry { .. } => down(answer).named("write"),
        Verdict::Refused(note) if matches!(status, 401 | 403) => Check::fail(
            "write",
            Kind::Refused,
            told(&note),
            said!(
                en: "the token was taken with an empty body: something before the App Comercial may stop whole ones; look into its log, or compare with `crm-bridge serve-mock`",
                es: "el token se aceptó con un cuerpo vacío: algo antes de la App Comercial puede frenar los completos; mire su log, o compare con `crm-bridge serve-mock`",
            ),
        ),
        Verdict::Refused(note) | Verdict::Astray { refusal: note, .. } => {
            Check::fail("write", Kind::Refused, told(&note), note.hint)
        }
        Verdict::Rejected(note) | Verdict::Again(note) | Verdict::Unknown(note) => Check::wrong(
            "write",
            told(&note),
            said!(
                en: "the receiver refuses data that is right by the document: look into its log, or compare with `crm-bridge serve-mock`",
                es: "el receptor rechaza datos correctos según el documento: mire su log, o compare con `crm-bridge serve-mock`",
            ),
        ),
        Verdict::Delivered { id_presencia, .. } => Check::ok("write", Said::same(shown(&id_presencia))),
    }
}

/// Of one length always, so that no test id is ever found inside another one; and as long as a document may be, so
/// that it names a client of its own too.
fn test_id() -> String {
    let random = uuid::Uuid::now_v7().simple().to_string();
    // The end of it: its beginning is the time, the same for two tests at once.
    format!("TEST-{}", random.get(17..).unwrap_or(&random))
}

fn body(id: &str, now: SystemTime) -> Option<Bytes> {
    let lima = chrono::FixedOffset::west_opt(5 * 3600)?;
    let when = chrono::DateTime::<chrono::Utc>::from(now).with_timezone(&lima);
    let payload = Payload {
        id_presencia_crm: Cow::Borrowed(id),
        cliente: Cliente {
            nombres_completos_razon_social: Cow::Borrowed("Prueba crm-bridge"),
            tipo_documento: Cow::Borrowed("Otro"),
            numero_documento: Cow::Borrowed(id),
            telefono_principal: Cow::Borrowed("900000000"),
            email_principal: None,
            direccion: None,
            distrito: None,
        },
        fecha_hora_presencia: Cow::Owned(when.format("%Y-%m-%dT%H:%M:%S").to_string()),
        proyecto_interes: Cow::Borrowed("OASIS 2 (AUCALLAMA)"),
        medio_captacion: Cow::Borrowed("otro"),
        modalidad: Cow::Borrowed("virtual"),
        status_presencia: Cow::Borrowed("realizada"),
        resultado_interaccion: Cow::Borrowed("interesado_seguimiento"),
        observaciones: Cow::Borrowed("Prueba de crm-bridge test --write; se puede borrar."),
        lote_interes_inicial: None,
        asesor_captacion_opc: None,
        venta: None,
        extra: Map::new(),
    };
    serde_json::to_vec(&payload).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_ids_have_one_length_and_are_unique() {
        let (first, second) = (test_id(), test_id());
        assert_ne!(first, second);
        assert_eq!((first.len(), second.len()), (20, 20));
    }

    #[test]
    fn the_body_is_complete() {
        let body = body("TEST-0123456789abcde", SystemTime::UNIX_EPOCH).expect("a body");
        let value: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(value["fecha_hora_presencia"], "1969-12-31T19:00:00");
        assert_eq!(value["cliente"]["numero_documento"], "TEST-0123456789abcde");
    }
}
