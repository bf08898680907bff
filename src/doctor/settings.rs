//! `settings`: what was found, where it came from, and whether the token looks like one. `url`: its shape.

use reqwest::Url;

use super::check::Check;
use crate::config::{Found, Origins, Token, is_loopback};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// Where the App Comercial and its stand-in take the webhook; the prefix differs between installations.
const KNOWN_PATHS: [&str; 2] = ["/api/webhook-presencia-crm/", "/api/gestion/webhook-presencia-crm/"];

/// The shortest token that is no guess, in signs.
const SHORT: usize = 16;

/// Beginnings that examples and templates use where the secret belongs.
const PLACEHOLDERS: [&str; 18] = [
    "your-",
    "your_",
    "your ",
    "tu-",
    "tu_",
    "tu ",
    "replace",
    "reemplaz",
    "cambia",
    "todo-",
    "changeme",
    "change-me",
    "change_me",
    "secret",
    "placeholder",
    "example",
    "xxxx",
    "<",
];

/// Judges what was found.
pub(super) fn settings(found: &Found) -> Check {
    let origins = &found.origins;
    match (&found.url, &found.token) {
        (None, _) | (_, None) => match found.clone().demand() {
            Err(failure) => {
                let mut check = from_failure(&failure);
                // A line of .env that can't be read may be the very one that is missing.
                let told = std::iter::once(failure.message).chain(found.warnings.iter().cloned());
                check.note.detail = joined(&told.collect::<Vec<_>>()).unwrap_or_default();
                check
            }
            Ok(_) => Check::ok("settings", Said::default()),
        },
        (Some(_), Some(token)) => {
            let detail = where_from(origins, token);
            let mut doubts: Vec<Said> = found.warnings.clone();
            doubts.extend(doubt(token));
            match joined(&doubts) {
                None => Check::ok("settings", detail),
                Some(doubts) => Check::warn("settings", doubts, hint_of(token)),
            }
        }
    }
}

/// No receiver is set, and only the CRM is to be asked.
pub(super) fn only_crm() -> Check {
    Check::skip(
        "settings",
        said!(en: "no receiver is set; only the CRM is asked", es: "no hay receptor definido; solo se pregunta al CRM"),
    )
}

/// Settings that can't be read at all.
pub(super) fn from_failure(failure: &Failure) -> Check {
    let hint = failure
        .hint
        .clone()
        .unwrap_or_else(|| said!(en: "see `crm-bridge config show`", es: "vea `crm-bridge config show`"));
    Check::fail("settings", failure.kind, failure.message.clone(), hint)
}

fn where_from(origins: &Origins, token: &Token) -> Said {
    let url = origins.of("url").said();
    let of_token =
        ["token", "token_file"].into_iter().find(|key| origins.of(key) != &crate::config::Origin::Default);
    let from = origins.of(of_token.unwrap_or("token")).said();
    let signs = token.expose().chars().count();
    let (Said { en: url, es: la_url }, Said { en, es }) = (url, from);
    said!(
        en: "url from {url}; token ({signs} signs) from {en}",
        es: "url de {la_url}; token ({signs} signos) de {es}",
    )
}

/// What is doubtful about a token.
fn doubt(token: &Token) -> Option<Said> {
    let secret = token.expose();
    let lower = secret.to_lowercase();
    if PLACEHOLDERS.iter().any(|start| lower.starts_with(start)) || evident(secret) {
        return Some(said!(
            en: "the token looks like a placeholder of an example",
            es: "el token parece el texto de relleno de un ejemplo",
        ));
    }
    let signs = secret.chars().count();
    (signs < SHORT).then(|| {
        said!(
            en: "the token has {signs} signs, so that it can be guessed",
            es: "el token tiene {signs} signos, así que se puede adivinar",
        )
    })
}

/// One sign over and over, or each followed by its next one: `aaaa`, `abcd`, `7890`.
fn evident(secret: &str) -> bool {
    let steps = secret.as_bytes().windows(2).map(|pair| match (pair[0], pair[1]) {
        (b'9', b'0') => 1,
        (before, after) => i16::from(after) - i16::from(before),
    });
    let steps: Vec<i16> = steps.collect();
    !secret.is_empty() && (steps.iter().all(|step| *step == 0) || steps.iter().all(|step| *step == 1))
}

fn hint_of(token: &Token) -> Said {
    if doubt(token).is_some() {
        said!(
            en: "set the same long secret in COMERCIAL_WEBHOOK_TOKEN here and CRM_WEBHOOK_TOKEN there; `openssl rand -hex 32` makes one",
            es: "defina el mismo secreto largo en COMERCIAL_WEBHOOK_TOKEN aquí y CRM_WEBHOOK_TOKEN allá; `openssl rand -hex 32` crea uno",
        )
    } else {
        said!(
            en: "`crm-bridge config show` lists each setting with its origin",
            es: "`crm-bridge config show` muestra cada ajuste con su origen",
        )
    }
}

fn joined(all: &[Said]) -> Option<Said> {
    (!all.is_empty()).then(|| Said {
        en: all.iter().map(|said| said.en.as_str()).collect::<Vec<_>>().join("; "),
        es: all.iter().map(|said| said.es.as_str()).collect::<Vec<_>>().join("; "),
    })
}

/// Judges the shape of the address, before anything is sent there.
pub(super) fn url(url: &Url, found: &Found) -> Check {
    if let Err(failure) = found.refuse_clear_text(url) {
        let hint = failure.hint.unwrap_or_default();
        return Check::fail("url", Kind::Usage, failure.message, hint);
    }
    let mut doubts = Vec::new();
    if url.scheme() == "http" && !is_loopback(url) {
        doubts.push((
            said!(en: "{url}: the token travels in clear text", es: "{url}: el token viaja sin cifrar"),
            said!(
                en: "use https:// in COMERCIAL_WEBHOOK_URL (or --url), without --allow-http",
                es: "use https:// en COMERCIAL_WEBHOOK_URL (o --url), sin --allow-http",
            ),
        ));
    }
    doubts.extend(doubt_of_path(url));
    let (details, hints): (Vec<Said>, Vec<Said>) = doubts.into_iter().unzip();
    match (joined(&details), joined(&hints)) {
        (Some(detail), Some(hint)) => Check::warn("url", detail, hint),
        _ => Check::ok("url", Said::same(url.as_str())),
    }
}

/// What is doubtful about the path, and what to do about it.
fn doubt_of_path(url: &Url) -> Option<(Said, Said)> {
    let path = url.path();
    if !path.ends_with('/') {
        let mut whole = url.clone();
        whole.set_path(&format!("{path}/"));
        return Some((
            said!(en: "{url} has no slash at its end", es: "{url} no termina en barra"),
            said!(
                en: "set COMERCIAL_WEBHOOK_URL (or --url) to {whole}: without the slash the App Comercial redirects, and the webhook is lost",
                es: "defina COMERCIAL_WEBHOOK_URL (o --url) como {whole}: sin la barra, la App Comercial redirige y el webhook se pierde",
            ),
        ));
    }
    if KNOWN_PATHS.iter().any(|known| path.ends_with(known)) {
        return None;
    }
    let known = KNOWN_PATHS[0];
    Some((
        said!(en: "{path} is not the usual path of the webhook", es: "{path} no es la ruta habitual del webhook"),
        said!(
            en: "COMERCIAL_WEBHOOK_URL (or --url) usually ends with {known}",
            es: "COMERCIAL_WEBHOOK_URL (o --url) suele terminar en {known}",
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_short_tokens_are_doubted() {
        for doubtful in [
            "your-secret-token-goes-here",
            "CHANGEME-CHANGEME-CHANGEME",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abc123",
            "<token-of-the-app-comercial>",
            "REPLACE-ME-REPLACE-ME",
            "tu token secreto aqui",
            "1234567890123456",
            "abcdefghijklmnopqrst",
        ] {
            assert!(doubt(&Token::new(doubtful)).is_some(), "{doubtful}");
        }
        assert_eq!(doubt(&Token::new("9f2c4e17a0b35d68c1e4")), None);
    }
}
