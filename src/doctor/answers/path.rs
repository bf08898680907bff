//! `path`: whether the webhook is at this address.

use super::{Answers, Meaning, by};
use crate::doctor::check::Check;
use crate::doctor::probe::{Answer, shown};
use crate::error::Kind;
use crate::said;

impl Answers<'_> {
    /// Whether the webhook is at this address.
    pub(in crate::doctor) fn path(&self) -> Check {
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
            Meaning::Other | Meaning::Stranger => fail(
                said!(en: "{status}: no answer of the webhook{en}", es: "{status}: no es una respuesta del webhook{es}"),
                said!(
                    en: "the address belongs to another service, or something before the App Comercial answers: check COMERCIAL_WEBHOOK_URL or --url; the token was not sent",
                    es: "la dirección es de otro servicio, o responde algo antes de la App Comercial: revise COMERCIAL_WEBHOOK_URL o --url; el token no se envió",
                ),
            ),
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
        // Whole words: /api/authentic/ is no login.
        let lower = to.to_lowercase();
        let mut words = lower.split(|sign: char| !sign.is_alphanumeric());
        if words.any(|word| ["login", "signin", "accounts", "auth", "oauth", "oauth2", "sso"].contains(&word))
        {
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
}

/// A proxy that wants to be told who asks.
pub(in crate::doctor) fn proxy_refuses(answer: &Answer) -> Check {
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
