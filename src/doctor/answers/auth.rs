//! `auth`: whether the receiver checks the token, and takes ours.

use super::{Answers, Meaning, by};
use crate::doctor::check::Check;
use crate::doctor::probe::{Answer, shown};
use crate::error::Kind;
use crate::said;

impl Answers<'_> {
    /// Whether the receiver checks the token, and takes ours.
    pub(in crate::doctor) fn auth(&self) -> Check {
        let status = self.wrong.status.as_u16();
        let right = self.right.map(Meaning::of);
        match Meaning::of(self.wrong) {
            Meaning::Refused => match right {
                None => Check::skip(
                    "auth",
                    said!(en: "{status} to a wrong token; no right one is set", es: "{status} a un token erróneo; no hay uno correcto definido"),
                ),
                Some(Meaning::Refused | Meaning::RefusedBefore) => self.token_refused(),
                Some(_) if status == 403 => Check::warn(
                    "auth",
                    said!(en: "403 instead of 401 to a wrong token, ours is taken", es: "403 en vez de 401 a un token erróneo, el nuestro se acepta"),
                    said!(
                        en: "harmless; if something before the App Comercial checks, CRM_WEBHOOK_TOKEN may not be the one that counts",
                        es: "inofensivo; si algo antes de la App Comercial revisa, CRM_WEBHOOK_TOKEN quizá no sea el que cuenta",
                    ),
                ),
                Some(_) => Check::ok(
                    "auth",
                    said!(en: "401 to a wrong token, ours is taken", es: "401 a un token erróneo, el nuestro se acepta"),
                ),
            },
            Meaning::RefusedBefore => {
                let by = by(self.wrong);
                let (en, es) = (by.en, by.es);
                Check::fail(
                    "auth",
                    Kind::Refused,
                    said!(en: "{status} without the webhook's JSON: something before the App Comercial refuses{en}", es: "{status} sin el JSON del webhook: algo antes de la App Comercial rechaza{es}"),
                    said!(
                        en: "a firewall or gateway wants its own key; it must let POST with X-CRM-Webhook-Token pass, only then COMERCIAL_WEBHOOK_TOKEN (here) and CRM_WEBHOOK_TOKEN (there) are compared",
                        es: "un firewall o pasarela pide su propia clave; debe dejar pasar POST con X-CRM-Webhook-Token, recién entonces se comparan COMERCIAL_WEBHOOK_TOKEN (aquí) y CRM_WEBHOOK_TOKEN (allá)",
                    ),
                )
            }
            Meaning::Read | Meaning::Accepted | Meaning::Odd => Check::wrong(
                "auth",
                said!(en: "{status} to a wrong token: the receiver checks none", es: "{status} a un token erróneo: el receptor no revisa ninguno"),
                said!(
                    en: "set CRM_WEBHOOK_TOKEN in the App Comercial to the value of COMERCIAL_WEBHOOK_TOKEN and restart it: now anybody can write",
                    es: "defina CRM_WEBHOOK_TOKEN en la App Comercial con el valor de COMERCIAL_WEBHOOK_TOKEN y reiníciela: ahora cualquiera puede escribir",
                ),
            ),
            Meaning::Broken if right.is_some_and(|right| right != Meaning::Broken) => Check::warn(
                "auth",
                said!(en: "{status} instead of 401 to a wrong token", es: "{status} en vez de 401 a un token erróneo"),
                said!(
                    en: "look into the App Comercial's log; is CRM_WEBHOOK_TOKEN set there, as COMERCIAL_WEBHOOK_TOKEN is here?",
                    es: "mire el log de la App Comercial; ¿está CRM_WEBHOOK_TOKEN definido allá, como COMERCIAL_WEBHOOK_TOKEN aquí?",
                ),
            ),
            _ => Check::skip(
                "auth",
                said!(en: "can't be told: answered {status}", es: "no se puede saber: respondió {status}"),
            ),
        }
    }

    /// The right token met silence.
    pub(in crate::doctor) fn unanswered(&self) -> Check {
        let status = self.wrong.status.as_u16();
        Check::skip(
            "auth",
            said!(en: "{status} to a wrong token; ours was sent and not answered", es: "{status} a un token erróneo; el nuestro se envió y no hubo respuesta"),
        )
    }

    fn token_refused(&self) -> Check {
        let status = self.right.map_or(401, |right| right.status.as_u16());
        let said_by = self
            .right
            .and_then(Answer::object)
            .and_then(|object| object.get("detail").and_then(|detail| detail.as_str().map(shown)))
            .map_or_else(String::new, |detail| format!(" “{detail}”"));
        Check::fail(
            "auth",
            Kind::Refused,
            said!(
                en: "{status}{said_by}: the two tokens differ, or the header X-CRM-Webhook-Token does not arrive",
                es: "{status}{said_by}: los dos tokens difieren, o la cabecera X-CRM-Webhook-Token no llega",
            ),
            said!(
                en: "COMERCIAL_WEBHOOK_TOKEN (or --token-file) here must equal CRM_WEBHOOK_TOKEN in the App Comercial; restart it after a change, and let no proxy drop the header",
                es: "COMERCIAL_WEBHOOK_TOKEN (o --token-file) aquí debe ser igual a CRM_WEBHOOK_TOKEN en la App Comercial; reiníciela tras un cambio, y que ningún proxy quite la cabecera",
            ),
        )
    }
}
