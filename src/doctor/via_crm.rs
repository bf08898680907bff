//! `via-crm`: asks the CRM to send one test webhook itself, which shows the settings on the CRM's own machine.

use std::time::{Instant, SystemTime};

use bytes::Bytes;
use reqwest::Url;

use super::answers::proxy_refuses;
use super::check::Check;
use super::probe::{Answer, bearer, shown};
use super::visit::Visit;
use crate::config::{Found, Token, is_loopback};
use crate::error::Kind;
use crate::lang::Said;
use crate::mask::stray;
use crate::said;

/// The CRM's endpoint.
const PATH: &str = "/api/test-webhook/";

/// The whole address, where only the host was given.
pub(super) fn endpoint(crm: &Url) -> Url {
    let mut url = crm.clone();
    if url.path() == "/" || url.path().is_empty() {
        url.set_path(PATH);
    }
    url
}

/// Calls the CRM and judges what it says of its own attempt.
pub(super) async fn via_crm(crm: &Url, token: &Token, found: &Found, now: fn() -> SystemTime) -> Check {
    let url = endpoint(crm);
    // A --proxy is for the receiver; the CRM on this machine needs none.
    let found = if is_loopback(&url) { found.clone().without_proxy() } else { found.clone() };
    if let Err(failure) = found.refuse_clear_text(&url) {
        let clear_text = said!(
            en: "use https:// in --via-crm; --allow-http sends the Bearer in clear text",
            es: "use https:// en --via-crm; --allow-http envía el Bearer sin cifrar",
        );
        // Before https it is the proxy that is refused.
        let hint = failure.hint.filter(|_| url.scheme() == "https").unwrap_or(clear_text);
        return Check::fail("via-crm", Kind::Usage, failure.message, hint);
    }
    let settings = found.clone().with_receiver(url.clone(), token.clone()).settings;
    let visit = match Visit::new(&settings, &found, Said::same("--via-crm"), now) {
        Ok(visit) => visit,
        Err(failure) => {
            return Check::fail("via-crm", failure.kind, failure.message, failure.hint.unwrap_or_default());
        }
    };
    let started = Instant::now();
    let answered = visit.post_anew(Bytes::from_static(b"{}"), bearer(token)).await;
    let check = match answered {
        Err(silence) => visit.silence("via-crm", &silence),
        Ok(answer) => judge(&answer, &url),
    };
    check.took(started.elapsed())
}

fn judge(answer: &Answer, url: &Url) -> Check {
    let status = answer.status.as_u16();
    let object = answer.object();
    let says = object
        .as_ref()
        .and_then(|object| ["detail", "message", "error"].iter().find_map(|key| object.get(*key)))
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        // What the CRM says of its attempt may name the client that it made up or took.
        .map_or_else(String::new, |text| format!(" “{}”", shown(&stray(&text))));
    let fail = |detail, hint| Check::fail("via-crm", Kind::Refused, detail, hint);
    match status {
        200..=299 if object.is_some() => Check::ok(
            "via-crm",
            said!(en: "the CRM sent a test webhook: {status}{says}", es: "el CRM envió un webhook de prueba: {status}{says}"),
        ),
        401 | 403 => fail(
            said!(en: "{status}{says}: the CRM does not take the Bearer", es: "{status}{says}: el CRM no acepta el Bearer"),
            said!(
                en: "check CRM_API_TOKEN or --crm-token-file",
                es: "revise CRM_API_TOKEN o --crm-token-file",
            ),
        ),
        300..=399 => {
            let to = answer.location(url).map_or_else(|| "?".to_owned(), |to| shown(to.as_str()));
            fail(
                said!(en: "{status}: redirects to {to}", es: "{status}: redirige a {to}"),
                said!(en: "pass --via-crm {to}", es: "use --via-crm {to}"),
            )
        }
        407 => proxy_refuses(answer).named("via-crm"),
        404 | 405 | 410 | 200..=299 => {
            let path = shown(url.path());
            fail(
                said!(en: "{status}: {path} is not the CRM's test endpoint", es: "{status}: {path} no es el extremo de prueba del CRM"),
                said!(
                    en: "pass the whole address in --via-crm, ending with {PATH}",
                    es: "indique la dirección completa en --via-crm, terminada en {PATH}",
                ),
            )
        }
        _ => Check::wrong(
            "via-crm",
            said!(en: "{status}{says}: the CRM could not deliver its test webhook", es: "{status}{says}: el CRM no pudo entregar su webhook de prueba"),
            said!(
                en: "check COMERCIAL_WEBHOOK_URL and COMERCIAL_WEBHOOK_TOKEN on the CRM's own machine, and its log",
                es: "revise COMERCIAL_WEBHOOK_URL y COMERCIAL_WEBHOOK_TOKEN en la máquina del CRM, y su log",
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_host_gets_the_path() {
        let whole = |text: &str| endpoint(&text.parse().expect("a URL")).to_string();
        assert_eq!(whole("https://crm.example.pe"), "https://crm.example.pe/api/test-webhook/");
        assert_eq!(
            whole("https://crm.example.pe/x/api/test-webhook/"),
            "https://crm.example.pe/x/api/test-webhook/"
        );
    }
}
