//! `answer`: what the receiver makes of an empty body.

use reqwest::Url;

use super::{Answers, Meaning, by};
use crate::doctor::check::Check;
use crate::doctor::probe::Answer;
use crate::error::Kind;
use crate::lang::Said;
use crate::said;

impl Answers<'_> {
    /// What the receiver makes of an empty body.
    pub(in crate::doctor) fn answer(&self) -> Check {
        let last = self.right.unwrap_or(self.wrong);
        let status = last.status.as_u16();
        match Meaning::of(last) {
            Meaning::Read => limits(last).unwrap_or_else(|| {
                Check::ok("answer", said!(en: "{status} to an empty body; nothing was created", es: "{status} a un cuerpo vacío; no se creó nada"))
            }),
            Meaning::Refused | Meaning::RefusedBefore => {
                Check::skip("answer", said!(en: "needs the right token", es: "necesita el token correcto"))
            }
            Meaning::Broken => broken(self.wrong, last),
            Meaning::Down => down(last),
            Meaning::Limited => limited(last),
            Meaning::Accepted | Meaning::Other => accepted(last, self.url),
            Meaning::Odd => Check::warn(
                "answer",
                said!(en: "{status} to an empty body, instead of 400", es: "{status} a un cuerpo vacío, en vez de 400"),
                said!(
                    en: "compare with `crm-bridge test --write`, which sends a whole presencia",
                    es: "compare con `crm-bridge test --write`, que envía una presencia completa",
                ),
            ),
            Meaning::Page
            | Meaning::Redirect
            | Meaning::NotThere
            | Meaning::NotPost
            | Meaning::UnknownHost
            | Meaning::ProxyRefuses
            | Meaning::Stranger => {
                Check::fail(
                    "answer",
                    Kind::Refused,
                    said!(en: "{status} to the right token, another answer than to a wrong one", es: "{status} al token correcto, otra respuesta que a uno erróneo"),
                    said!(
                        en: "check COMERCIAL_WEBHOOK_URL or --url: two servers may share the address",
                        es: "revise COMERCIAL_WEBHOOK_URL o --url: dos servidores pueden compartir la dirección",
                    ),
                )
            }
        }
    }
}

fn accepted(answer: &Answer, url: &Url) -> Check {
    let status = answer.status.as_u16();
    match answer.receipt(url) {
        Some(id) => Check::wrong(
            "answer",
            said!(en: "{status} and {id} for an empty body: the receiver checks nothing", es: "{status} y {id} para un cuerpo vacío: el receptor no revisa nada"),
            said!(
                en: "is COMERCIAL_WEBHOOK_URL (or --url) the App Comercial? `crm-bridge serve-mock` shows how it should answer",
                es: "¿COMERCIAL_WEBHOOK_URL (o --url) es la App Comercial? `crm-bridge serve-mock` muestra cómo debería responder",
            ),
        ),
        None => Check::fail(
            "answer",
            Kind::Refused,
            said!(en: "{status} to an empty body, without id_presencia: no App Comercial answers so", es: "{status} a un cuerpo vacío, sin id_presencia: ninguna App Comercial responde así"),
            said!(
                en: "the address belongs to another service: check COMERCIAL_WEBHOOK_URL or --url",
                es: "la dirección es de otro servicio: revise COMERCIAL_WEBHOOK_URL o --url",
            ),
        ),
    }
}

fn broken(wrong: &Answer, last: &Answer) -> Check {
    let status = last.status.as_u16();
    if Meaning::of(wrong) == Meaning::Broken {
        let status = wrong.status.as_u16();
        return Check::wrong(
            "answer",
            said!(
                en: "answers {status} to a wrong token: the receiver itself is broken",
                es: "responde {status} a un token erróneo: el receptor mismo está averiado",
            ),
            said!(
                en: "look into the App Comercial's log: a package may be missing (`pip install pytz`), its database may be down, or CRM_WEBHOOK_TOKEN unset; `crm-bridge test --watch 30s` shows when it is back",
                es: "mire el log de la App Comercial: puede faltar un paquete (`pip install pytz`), estar caída su base de datos, o faltar CRM_WEBHOOK_TOKEN; `crm-bridge test --watch 30s` muestra cuándo vuelve",
            ),
        );
    }
    Check::wrong(
        "answer",
        said!(en: "{status} to an empty body, where 400 is right", es: "{status} a un cuerpo vacío, donde corresponde 400"),
        said!(
            en: "look into the App Comercial's log; `crm-bridge test --write` shows whether whole presencias arrive",
            es: "mire el log de la App Comercial; `crm-bridge test --write` muestra si llegan presencias completas",
        ),
    )
}

/// 408, 425 or one of 502 to 504.
pub(in crate::doctor) fn down(answer: &Answer) -> Check {
    let status = answer.status.as_u16();
    let by = by(answer);
    let (en, es) = (by.en, by.es);
    let wait = answer.header("retry-after").map_or_else(
        Said::default,
        |after| said!(en: "; it asks to wait {after}", es: "; pide esperar {after}"),
    );
    let Said { en: wait, es: espera } = wait;
    Check::wrong(
        "answer",
        said!(en: "{status}: the App Comercial is down or starting{en}{wait}", es: "{status}: la App Comercial está caída o arrancando{es}{espera}"),
        said!(
            en: "start it on its server; `crm-bridge test --watch 30s` shows when it is back",
            es: "arránquela en su servidor; `crm-bridge test --watch 30s` muestra cuándo vuelve",
        ),
    )
}

/// 429.
pub(in crate::doctor) fn limited(answer: &Answer) -> Check {
    let wait = answer.header("retry-after").map_or_else(
        Said::default,
        |after| said!(en: "; it asks to wait {after}", es: "; pide esperar {after}"),
    );
    let (en, es) = (wait.en, wait.es);
    Check::wrong(
        "answer",
        said!(en: "429: too many requests{en}", es: "429: demasiadas peticiones{es}"),
        said!(
            en: "wait, then send with --rate (such as --rate 1/s) and --jobs 1",
            es: "espere, luego envíe con --rate (como --rate 1/s) y --jobs 1",
        ),
    )
}

/// A limit that the receiver tells of itself.
fn limits(answer: &Answer) -> Option<Check> {
    let left = answer.header("x-ratelimit-remaining").or_else(|| answer.header("ratelimit-remaining"))?;
    let of = answer.header("x-ratelimit-limit").or_else(|| answer.header("ratelimit-limit"));
    let of = of.unwrap_or_else(|| "?".to_owned());
    Some(Check::warn(
        "answer",
        said!(en: "as it should be, but rate-limited: {left} of {of} requests left", es: "como debe ser, pero con límite: quedan {left} de {of} peticiones"),
        said!(en: "send with --rate below the limit", es: "envíe con --rate por debajo del límite"),
    ))
}
