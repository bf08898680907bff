//! `path`, `auth` and `answer`: what the receiver's answers to a wrong and to the right token mean. Pure.
//!
//! Both requests have the body `{}`: a receiver that takes it in has nothing to store, and the App Comercial answers
//! 401 before it reads the body, or 400 because there is no client in it.

use reqwest::Url;

use super::check::Check;
use super::probe::{Answer, shown};
use crate::error::Kind;
use crate::lang::Said;
use crate::said;

/// The two answers, and what is known of the way to them.
pub(super) struct Answers<'a> {
    pub(super) url: &'a Url,
    /// To a token that can't be right.
    pub(super) wrong: &'a Answer,
    /// To the right one; none where there is none, or it was not sent.
    pub(super) right: Option<&'a Answer>,
}

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// 401 or 403 with JSON: the webhook's own.
    Refused,
    /// 401 or 403 without: something before the webhook.
    RefusedBefore,
    /// 400 or 422 with JSON: it read the body and missed the client.
    Read,
    /// 2xx with JSON.
    Accepted,
    /// 2xx without: a page.
    Page,
    /// 3xx.
    Redirect,
    /// 404 or 410.
    NotThere,
    /// 405.
    NotPost,
    /// 400 without JSON.
    UnknownHost,
    /// 407.
    ProxyRefuses,
    /// 429.
    Limited,
    /// 502, 503, 504.
    Down,
    /// Other 5xx.
    Broken,
    /// Anything else.
    Odd,
}

impl Meaning {
    pub(super) fn of(answer: &Answer) -> Self {
        let json = answer.object().is_some();
        match answer.status.as_u16() {
            200..=299 if json => Self::Accepted,
            200..=299 => Self::Page,
            300..=399 => Self::Redirect,
            401 | 403 if json => Self::Refused,
            401 | 403 => Self::RefusedBefore,
            400 | 422 if json => Self::Read,
            400 => Self::UnknownHost,
            404 | 410 => Self::NotThere,
            405 => Self::NotPost,
            407 => Self::ProxyRefuses,
            429 => Self::Limited,
            502..=504 => Self::Down,
            500..=599 => Self::Broken,
            _ => Self::Odd,
        }
    }

    /// Whether the right token may still be sent after this answer to a wrong one: not to a stranger.
    pub(super) fn is_the_webhook(self) -> bool {
        matches!(self, Self::Refused | Self::Read | Self::Accepted | Self::Broken | Self::Odd)
    }
}

impl Answers<'_> {
    /// Whether the webhook is at this address.
    pub(super) fn path(&self) -> Check {
        let url = self.url;
        let status = self.wrong.status.as_u16();
        let by = by(self.wrong);
        let (en, es) = (by.en, by.es);
        let fail = |detail, hint| Check::fail("path", Kind::Refused, detail, hint);
        match Meaning::of(self.wrong) {
            Meaning::Redirect => self.redirect(),
            Meaning::NotThere => {
                let path = url.path();
                fail(
                    said!(en: "{status}: there is nothing at {path}{en}", es: "{status}: no hay nada en {path}{es}"),
                    said!(
                        en: "check the path in COMERCIAL_WEBHOOK_URL or --url: …/api/webhook-presencia-crm/ or …/api/gestion/webhook-presencia-crm/",
                        es: "revise la ruta en COMERCIAL_WEBHOOK_URL o --url: …/api/webhook-presencia-crm/ o …/api/gestion/webhook-presencia-crm/",
                    ),
                )
            }
            Meaning::NotPost => {
                let allow = self.wrong.header("allow").unwrap_or_else(|| "?".to_owned());
                fail(
                    said!(en: "405: this address takes {allow}, not POST{en}", es: "405: esta dirección acepta {allow}, no POST{es}"),
                    said!(
                        en: "it is another endpoint: check the path in COMERCIAL_WEBHOOK_URL or --url",
                        es: "es otro extremo: revise la ruta en COMERCIAL_WEBHOOK_URL o --url",
                    ),
                )
            }
            Meaning::Page => self.page(),
            Meaning::UnknownHost => {
                let host = url.host_str().unwrap_or_default();
                fail(
                    said!(
                        en: "400 without JSON: the server does not know itself by the name {host}{en}",
                        es: "400 sin JSON: el servidor no se reconoce con el nombre {host}{es}",
                    ),
                    said!(
                        en: "add {host} to ALLOWED_HOSTS of the App Comercial, or use its own name in COMERCIAL_WEBHOOK_URL or --url",
                        es: "añada {host} a ALLOWED_HOSTS de la App Comercial, o use su propio nombre en COMERCIAL_WEBHOOK_URL o --url",
                    ),
                )
            }
            Meaning::ProxyRefuses => proxy_refuses(self.wrong),
            Meaning::RefusedBefore | Meaning::Limited | Meaning::Down | Meaning::Broken => Check::skip(
                "path",
                said!(en: "can't be told: answered {status}{en}", es: "no se puede saber: respondió {status}{es}"),
            ),
            Meaning::Refused | Meaning::Read | Meaning::Accepted | Meaning::Odd => {
                let path = url.path();
                Check::ok("path", said!(en: "{path} answers{en}", es: "{path} responde{es}"))
            }
        }
    }

    fn redirect(&self) -> Check {
        let status = self.wrong.status.as_u16();
        let Some(to) = self.wrong.location(self.url) else {
            return Check::fail(
                "path",
                Kind::Refused,
                said!(en: "{status}: a redirect to nowhere", es: "{status}: una redirección a ninguna parte"),
                said!(
                    en: "check COMERCIAL_WEBHOOK_URL or --url: redirects are never followed",
                    es: "revise COMERCIAL_WEBHOOK_URL o --url: las redirecciones nunca se siguen",
                ),
            );
        };
        let to = shown(to.as_str());
        if ["login", "signin", "accounts", "auth"].iter().any(|word| to.to_lowercase().contains(word)) {
            return Check::fail(
                "path",
                Kind::Refused,
                said!(en: "{status}: redirects to a login page, {to}", es: "{status}: redirige a una página de inicio de sesión, {to}"),
                said!(
                    en: "this address wants a person: check the path in COMERCIAL_WEBHOOK_URL or --url",
                    es: "esta dirección espera a una persona: revise la ruta en COMERCIAL_WEBHOOK_URL o --url",
                ),
            );
        }
        Check::fail(
            "path",
            Kind::Refused,
            said!(en: "{status}: redirects to {to}", es: "{status}: redirige a {to}"),
            said!(
                en: "set COMERCIAL_WEBHOOK_URL (or --url) to {to}: following would turn POST into GET and lose the webhook",
                es: "defina COMERCIAL_WEBHOOK_URL (o --url) como {to}: seguirla convertiría POST en GET y perdería el webhook",
            ),
        )
    }

    fn page(&self) -> Check {
        let status = self.wrong.status.as_u16();
        let title = self.wrong.title().map_or_else(String::new, |title| format!(" “{title}”"));
        let hint_path = said!(
            en: "the address belongs to something else: check COMERCIAL_WEBHOOK_URL or --url",
            es: "la dirección es de otra cosa: revise COMERCIAL_WEBHOOK_URL o --url",
        );
        match self.wrong.middle() {
            Some(middle) => Check::fail(
                "path",
                Kind::Refused,
                said!(
                    en: "{status}: a page{title} of the proxy {middle}, not the webhook's JSON",
                    es: "{status}: una página{title} del proxy {middle}, no el JSON del webhook",
                ),
                said!(
                    en: "go round it with --proxy none and NO_PROXY, or let it pass the address of COMERCIAL_WEBHOOK_URL",
                    es: "evítelo con --proxy none y NO_PROXY, o haga que deje pasar la dirección de COMERCIAL_WEBHOOK_URL",
                ),
            ),
            None => Check::fail(
                "path",
                Kind::Refused,
                said!(en: "{status}: a page{title}, not the webhook's JSON", es: "{status}: una página{title}, no el JSON del webhook"),
                hint_path,
            ),
        }
    }

    /// Whether the receiver checks the token, and takes ours.
    pub(super) fn auth(&self) -> Check {
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
                    said!(en: "{status} without JSON: something before the App Comercial refuses{en}", es: "{status} sin JSON: algo antes de la App Comercial rechaza{es}"),
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

    /// What the receiver makes of an empty body.
    pub(super) fn answer(&self) -> Check {
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
            Meaning::Accepted => accepted(last),
            Meaning::Odd => Check::warn(
                "answer",
                said!(en: "{status} to an empty body, instead of 400", es: "{status} a un cuerpo vacío, en vez de 400"),
                said!(
                    en: "compare with `crm-bridge test --write`, which sends a whole presencia",
                    es: "compare con `crm-bridge test --write`, que envía una presencia completa",
                ),
            ),
            Meaning::Page | Meaning::Redirect | Meaning::NotThere | Meaning::NotPost | Meaning::UnknownHost | Meaning::ProxyRefuses => {
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

fn accepted(answer: &Answer) -> Check {
    let status = answer.status.as_u16();
    let id =
        answer.object().and_then(|object| object.get("id_presencia").and_then(|id| id.as_str().map(shown)));
    match id {
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

fn down(answer: &Answer) -> Check {
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

fn limited(answer: &Answer) -> Check {
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

/// A proxy that wants to be told who asks.
pub(super) fn proxy_refuses(answer: &Answer) -> Check {
    let status = answer.status.as_u16();
    let name = answer.middle().unwrap_or_else(|| "?".to_owned());
    Check::fail(
        "path",
        Kind::Refused,
        said!(en: "{status}: the proxy {name} wants a user name and password", es: "{status}: el proxy {name} pide usuario y contraseña"),
        said!(
            en: "put them into --proxy http://user:password@host:port (or CRM_BRIDGE_PROXY), or go round it with --proxy none",
            es: "póngalos en --proxy http://usuario:clave@host:puerto (o CRM_BRIDGE_PROXY), o evítelo con --proxy none",
        ),
    )
}

/// Who answered, where something between us and the App Comercial says so.
fn by(answer: &Answer) -> Said {
    match (answer.middle(), answer.header("server")) {
        (Some(middle), _) => {
            said!(en: " (by way of the proxy {middle})", es: " (por medio del proxy {middle})")
        }
        (None, Some(server)) => said!(en: " ({server})", es: " ({server})"),
        (None, None) => Said::default(),
    }
}
