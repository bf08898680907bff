//! The status page: how the queue stands, what was delivered and given up by the hour, why attempts failed.
//!
//! Read-only, without scripts and without anything from elsewhere. It shows ids and causes, never a person.

use chrono::{DateTime, Utc};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};
use http::{Request, StatusCode};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::condition::Way;
use super::outbox::{Cause, Hour, Overview, Queued};
use crate::ingress::Reply;
use crate::lang::{Lang, Said};
use crate::mask::{Personal, mask};
use crate::queue::backlog::Backlog;
use crate::rules::cell::Zone;
use crate::said;

/// Hours that the page shows.
pub const HOURS: u32 = 24;

const PAGE: &str = include_str!("page.html");
const STYLES: &str = include_str!("page.css");
/// Styles from here, nothing else from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Height of the plot and the room of an hour, in its own units.
const HEIGHT: f64 = 150.0;
const WIDTH: f64 = 40.0;

/// The page's stylesheet.
pub fn stylesheet() -> Reply {
    guarded(Reply::new(StatusCode::OK, "text/css; charset=utf-8", STYLES))
}

/// The language of a request: `?lang=es`, else what the browser prefers, else `otherwise`.
pub fn language<B>(request: &Request<B>, otherwise: Lang) -> Lang {
    let query = request.uri().query().unwrap_or_default();
    if let Some(named) = query.split('&').find_map(|pair| pair.strip_prefix("lang=")) {
        return Lang::from_locale(named);
    }
    let preferred =
        request.headers().get(http::header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let known = |tag: &str| matches!(tag.get(..2), Some("es" | "en"));
    let first = preferred.and_then(|tags| tags.split(',').map(str::trim).find(|tag| known(tag)));
    first.map_or(otherwise, Lang::from_locale)
}

#[derive(Serialize)]
struct Bar {
    x: f64,
    label: String,
    delivered: u64,
    dead: u64,
    delivered_height: f64,
    dead_height: f64,
    title: String,
}

#[derive(Serialize)]
struct CauseRow {
    what: String,
    class: String,
    status: String,
    count: u64,
    last: String,
    id: String,
}

/// What waits in a partition of a queue, with a bar beside it.
#[derive(Serialize)]
struct PartitionRow {
    partition: u8,
    waiting: u64,
    in_work: bool,
    width: f64,
}

/// Renders the page as it stands at `now` (milliseconds since 1970); without an overview, where nobody can tell it.
pub fn render(
    overview: Option<&Overview>,
    way: &Way,
    storage: Option<Said>,
    now: i64,
    lang: Lang,
) -> Result<Reply, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("page", PAGE)?;
    let paused = match way {
        Way::Open => None,
        Way::Paused { class, since, .. } => {
            let (what, since) = (cause(class, lang), clock(*since));
            Some(said!(
                en: "Deliveries have paused since {since}: {what}. The receiver is probed, and nothing is lost.",
                es: "Las entregas están en pausa desde {since}: {what}. Se sondea al receptor y nada se pierde.",
            ))
        }
    };
    let known = overview.is_some();
    let nothing = Overview::default();
    let overview = overview.unwrap_or(&nothing);
    let queued = overview.queued.as_ref();
    let delivered: u64 = overview.hours.iter().map(|hour| hour.delivered).sum();
    let accepted: u64 = overview.hours.iter().map(|hour| hour.accepted).sum();
    let upper = |hour: &Hour| if queued.is_some() { hour.accepted } else { hour.delivered };
    let text = environment.get_template("page")?.render(context! {
        lang => lang.pick("en", "es"),
        es => lang == Lang::Es,
        known,
        queue => queued.map(|queued| &queued.address),
        partitions => Serde(queued.map(partitions).unwrap_or_default()),
        depth => overview.depth,
        oldest => overview.oldest.map(|oldest| age(now - oldest)),
        dead => overview.dead,
        delivered,
        accepted,
        paused => paused.as_ref().map(|said| said.get(lang)),
        storage => storage.as_ref().map(|said| said.get(lang)),
        most => overview.hours.iter().map(|hour| upper(hour) + hour.dead).max().unwrap_or(0),
        bars => Serde(bars(overview, now, lang)),
        causes => Serde(overview.causes.iter().map(|one| row(one, lang)).collect::<Vec<_>>()),
        at => clock(now),
    })?;
    Ok(guarded(Reply::new(StatusCode::OK, "text/html; charset=utf-8", text)))
}

fn guarded(reply: Reply) -> Reply {
    let fixed = |name, value| (name, HeaderValue::from_static(value));
    [
        fixed(CONTENT_SECURITY_POLICY, POLICY),
        fixed(CACHE_CONTROL, "no-store"),
        fixed(REFERRER_POLICY, "no-referrer"),
        fixed(HeaderName::from_static("x-content-type-options"), "nosniff"),
    ]
    .into_iter()
    .fold(reply, |reply, (name, value)| reply.header(name, value))
}

#[expect(clippy::cast_precision_loss, reason = "heights of a plot; counts of an hour are far below 2^52")]
fn bars(overview: &Overview, now: i64, lang: Lang) -> Vec<Bar> {
    let Overview { hours, queued, .. } = overview;
    let publishes = queued.is_some();
    let upper = |hour: &Hour| if publishes { hour.accepted } else { hour.delivered };
    let latest = now / 3_600_000;
    let most = hours.iter().map(|hour| upper(hour) + hour.dead).max().unwrap_or(0).max(1) as f64;
    (0..HOURS)
        .map(|index| {
            let number = latest - i64::from(HOURS - 1 - index);
            let hour = hours.iter().find(|hour| hour.hour == number).copied().unwrap_or_default();
            let label = clock(number * 3_600_000)[11..13].to_owned();
            let (delivered, dead) = (upper(&hour), hour.dead);
            let title = if publishes {
                said!(
                    en: "{label}:00 — {delivered} published, {dead} against a rule",
                    es: "{label}:00 — {delivered} publicadas, {dead} contra una regla",
                )
            } else {
                said!(
                    en: "{label}:00 — {delivered} delivered, {dead} given up",
                    es: "{label}:00 — {delivered} entregadas, {dead} abandonadas",
                )
            };
            Bar {
                x: f64::from(index) * WIDTH,
                delivered_height: delivered as f64 / most * HEIGHT,
                dead_height: dead as f64 / most * HEIGHT,
                title: title.get(lang).to_owned(),
                label,
                delivered,
                dead,
            }
        })
        .collect()
}

/// Those in which something waits.
#[expect(clippy::cast_precision_loss, reason = "widths of a plot; a backlog is far below 2^52")]
fn partitions(queued: &Queued) -> Vec<PartitionRow> {
    let most = queued.partitions.iter().map(Backlog::total).max().unwrap_or(0).max(1) as f64;
    let waiting = queued.partitions.iter().filter(|backlog| backlog.total() > 0);
    waiting
        .map(|backlog| PartitionRow {
            partition: backlog.partition,
            waiting: backlog.total(),
            in_work: backlog.in_flight > 0,
            width: backlog.total() as f64 / most * 100.0,
        })
        .collect()
}

fn row(one: &Cause, lang: Lang) -> CauseRow {
    CauseRow {
        what: cause(&one.class, lang),
        class: one.class.clone(),
        status: one.http_status.map_or_else(|| "—".to_owned(), |status| status.to_string()),
        count: one.count,
        last: clock(one.last_at),
        id: shown_id(&one.last_id),
    }
}

/// An id as it is; what is none may be anything, and is masked.
fn shown_id(id: &str) -> String {
    let sign = |letter: char| letter.is_ascii_alphanumeric() || "_-.]".contains(letter);
    match id {
        "" => "—".to_owned(),
        id if id.chars().all(sign) => id.to_owned(),
        other => mask(Personal::Text, other),
    }
}

/// A cause in words of our own: a receiver's words may name a person.
fn cause(class: &str, lang: Lang) -> String {
    let said = match class {
        "transport" => said!(en: "no connection to the receiver", es: "sin conexión con el receptor"),
        "timeout" => {
            said!(en: "the receiver did not answer in time", es: "el receptor no respondió a tiempo")
        }
        "server" => {
            said!(en: "the receiver answers an error of its own", es: "el receptor responde con un error propio")
        }
        "rate_limited" => said!(en: "the receiver asks to slow down", es: "el receptor pide ir más lento"),
        "refused" => {
            said!(en: "the receiver refuses us: check the token and the URL", es: "el receptor nos rechaza: revise el token y la URL")
        }
        "rejected" => {
            said!(en: "the receiver says that the data is wrong", es: "el receptor dice que los datos son incorrectos")
        }
        "changed" => {
            said!(en: "X05: delivered before with other content", es: "X05: ya se entregó con otro contenido")
        }
        "collision" => {
            said!(en: "P01: the receiver took it for another id", es: "P01: el receptor lo tomó por otro id")
        }
        "unknown" => {
            said!(en: "the sale may or may not have arrived: look for it", es: "la venta pudo llegar o no: búsquela")
        }
        "unreadable" => {
            said!(en: "a message in the queue that no worker can read", es: "un mensaje en la cola que ningún worker puede leer")
        }
        "body" => {
            said!(en: "somebody changed its body in the queue: it can't be sent", es: "alguien cambió su contenido en la cola: no se puede enviar")
        }
        "stopped" => said!(en: "the relay stopped in the middle of it", es: "el relay se detuvo a la mitad"),
        code if crate::rules::Code::from_name(code).is_some() => {
            said!(en: "rule {code} forbids sending it", es: "la regla {code} impide enviarlo")
        }
        other => Said::same(other),
    };
    said.get(lang).to_owned()
}

/// A time in Lima, to the second.
fn clock(millis: i64) -> String {
    let at = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
    Zone::LIMA.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// An age in its two greatest units.
fn age(millis: i64) -> String {
    let seconds = (millis / 1000).max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {} s", seconds % 60),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(reply: &Reply) -> String {
        String::from_utf8(reply.bytes().expect("a whole page").to_vec()).unwrap()
    }

    #[test]
    fn an_id_from_outside_is_never_markup_nor_a_name() {
        let cause = Cause {
            class: "<b>".to_owned(),
            http_status: Some(400),
            count: 1,
            last_at: 0,
            last_id: "<script>alert(1)</script>".to_owned(),
        };
        let overview = Overview { causes: vec![cause], ..Overview::default() };
        let page = text(&render(Some(&overview), &Way::Open, None, 0, Lang::En).unwrap());
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains("&lt;b&gt;") && !page.contains("alert(1)"), "{page}");
    }

    #[test]
    fn each_cause_of_the_relay_has_words() {
        for class in ["transport", "server", "rejected", "changed", "unknown", "body", "stopped", "T01"] {
            let (en, es) = (cause(class, Lang::En), cause(class, Lang::Es));
            assert!(en != class && es != class && en != es, "{class}: {en}, {es}");
        }
    }

    #[test]
    fn both_languages_are_whole() {
        let way = Way::Paused { class: "transport", why: Said::default(), since: 0 };
        let overview = Overview { oldest: Some(0), depth: 2, ..Overview::default() };
        let (en, es) = (
            text(&render(Some(&overview), &way, None, 90_000, Lang::En).unwrap()),
            text(&render(Some(&overview), &way, None, 90_000, Lang::Es).unwrap()),
        );
        assert!(
            en.contains("lang=\"en\"") && en.contains("Deliveries have paused") && en.contains("1 min 30 s")
        );
        assert!(es.contains("lang=\"es\"") && es.contains("Las entregas están en pausa"));
    }

    #[test]
    fn a_queue_is_shown_by_its_partitions_and_one_that_is_away_by_no_figures() {
        let backlog = Backlog { partition: 7, pending: 4, in_flight: 1 };
        let queued = Queued { address: "nats://queue:4222".to_owned(), partitions: vec![backlog] };
        let overview = Overview { depth: 5, dead: 1, queued: Some(queued), ..Overview::default() };
        for lang in [Lang::En, Lang::Es] {
            let page = text(&render(Some(&overview), &Way::Open, None, 0, lang).unwrap());
            assert!(page.contains("data-partition=\"7\""), "{page}");
            assert!(page.contains("crm-bridge runs show --queue nats:&#x2f;&#x2f;queue:4222"), "{page}");
            assert!(!page.contains("id=\"delivered\""), "only workers know what was delivered: {page}");
            let away = text(&render(None, &Way::Open, Some(Said::same("gone")), 0, lang).unwrap());
            assert!(away.contains("id=\"depth\">—<") && away.contains("gone"), "{away}");
        }
    }

    #[test]
    fn the_language_is_asked_for_or_the_browsers_own() {
        let ask = |uri: &str, accept: Option<&str>| {
            let mut request = Request::builder().uri(uri);
            if let Some(accept) = accept {
                request = request.header("accept-language", accept);
            }
            language(&request.body(()).unwrap(), Lang::En)
        };
        assert_eq!(ask("/", None), Lang::En);
        assert_eq!(ask("/", Some("fr, es-PE;q=0.9, en;q=0.8")), Lang::Es);
        assert_eq!(ask("/?lang=en", Some("es")), Lang::En);
    }
}
