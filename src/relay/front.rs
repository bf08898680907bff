//! The front of the relay: the webhook's two paths, the probes, the metrics and the status page.
//!
//! Comes in: requests within the ingress's limits. Goes out: answers. A webhook is answered when it is on disk, and
//! waits for nothing else.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::header::{ALLOW, CACHE_CONTROL, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use serde_json::json;
use tokio::time::Instant;

use super::clock::Clock;
use super::condition::{Condition, Way};
use super::gate::{Gate, TurnedAway};
use super::intake::Intake;
use super::metrics::{self, Metrics};
use super::outbox::{Acceptance, Accepted};
use super::page;
use super::sink::{Sink, SinkError};
use crate::ingress::{BodyRefused, Budget, Handler, Hangup, Link, Reply, read_body};
use crate::lang::{Lang, Said};
use crate::said;

/// The webhook's paths, as the App Comercial has them.
pub const PATHS: [&str; 2] = ["/api/webhook-presencia-crm/", "/api/gestion/webhook-presencia-crm/"];

/// What the front needs.
#[derive(Debug)]
pub struct Front<S> {
    /// Where webhooks are stored.
    pub sink: S,
    /// How bodies are read.
    pub intake: Intake,
    /// Who may ask.
    pub gate: Gate,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How the relay does.
    pub condition: Arc<Condition>,
    /// The wall clock.
    pub clock: Clock,
    /// Bytes of long bodies being read at once.
    pub budget: Budget,
    /// Longest body, in bytes.
    pub longest: usize,
    /// Status of an answer to a webhook that was stored.
    pub answer: StatusCode,
    /// Language of the answers.
    pub lang: Lang,
}

impl<S: Sink> Handler for Front<S> {
    async fn handle(&self, request: Request<Incoming>, link: &Arc<Link>) -> Result<Reply, Hangup> {
        let start = Instant::now();
        let path = request.uri().path();
        if PATHS.iter().any(|known| path == *known || path == known.trim_end_matches('/')) {
            let reply = self.webhook(request, link).await?;
            if reply.status.is_success() {
                self.metrics.answered(start.elapsed());
            } else {
                self.metrics.turned_away(reply.status.as_u16());
            }
            return Ok(reply);
        }
        let reading = *request.method() == Method::GET || *request.method() == Method::HEAD;
        Ok(match path {
            "/healthz" | "/readyz" | "/metrics" | "/" | "/status.css" if !reading => not_allowed("GET, HEAD"),
            "/healthz" => Reply::json(StatusCode::OK, r#"{"status":"ok"}"#).header(CACHE_CONTROL, no_store()),
            "/readyz" => self.ready().await,
            "/metrics" | "/" | "/status.css" => match self.gate.page(link.peer(), request.headers()) {
                Err(turned_away) => self
                    .turn_away(turned_away)
                    .header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"crm-bridge relay\"")),
                Ok(()) if path == "/metrics" => self.metrics_text().await,
                Ok(()) if path == "/status.css" => page::stylesheet(),
                Ok(()) => self.page(&request).await,
            },
            _ => self.say(StatusCode::NOT_FOUND, &said!(en: "not found", es: "no encontrado")),
        })
    }
}

impl<S: Sink> Front<S> {
    async fn webhook(&self, request: Request<Incoming>, link: &Arc<Link>) -> Result<Reply, Hangup> {
        if *request.method() == Method::OPTIONS {
            return Ok(
                Reply::empty(StatusCode::NO_CONTENT).header(ALLOW, HeaderValue::from_static("POST, OPTIONS"))
            );
        }
        if *request.method() != Method::POST {
            return Ok(not_allowed("POST, OPTIONS"));
        }
        // Before the body is read: nobody without the secret makes the relay work.
        if let Err(turned_away) = self.gate.webhook(link.peer(), request.headers()) {
            return Ok(self.turn_away(turned_away));
        }
        let body = match read_body(request.into_body(), self.longest, &self.budget, link).await {
            Ok(body) => body,
            Err(BodyRefused::TooLong(longest)) => {
                return Ok(self.say(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    &said!(en: "the body is longer than {longest} bytes", es: "el cuerpo pasa de {longest} bytes"),
                ));
            }
            Err(BodyRefused::Busy) => {
                return Ok(self.later(
                    &said!(en: "too many long bodies at once", es: "demasiados cuerpos largos a la vez"),
                ));
            }
            Err(BodyRefused::BrokenOff) => return Err(Hangup),
        };
        Ok(self.store(&body).await)
    }

    async fn store(&self, body: &Bytes) -> Reply {
        let now = self.clock.millis();
        let read = match self.intake.read(body, DateTime::<Utc>::from(self.clock.now())) {
            Ok(read) => read,
            Err(no_json) => {
                let detail = no_json.to_string();
                return self.say(
                    StatusCode::BAD_REQUEST,
                    &said!(en: "the body is no JSON: {detail}", es: "el cuerpo no es JSON: {detail}"),
                );
            }
        };
        read.codes.iter().for_each(|code| self.metrics.finding(code.name()));
        let refusal = read.arrival.refused.clone();
        let stored = self.sink.take(read.arrival, now).await;
        let trouble = stored.as_ref().err().map(SinkError::said);
        let says_nothing = match &stored {
            // That a repeat was noted says nothing about room for more.
            Ok(accepted) => accepted.acceptance == Acceptance::Repeated,
            Err(error) => error.is_of_the_webhook(),
        };
        if !says_nothing && self.condition.storage(trouble) {
            match &stored {
                Ok(_) => tracing::info!("webhooks can be stored again"),
                Err(error) => tracing::error!(%error, "webhooks can't be stored; they are answered 503"),
            }
        }
        match stored {
            Ok(accepted) => {
                match accepted.acceptance {
                    Acceptance::Queued | Acceptance::Revived => self.metrics.accepted(),
                    Acceptance::Repeated => self.metrics.repeated(),
                    Acceptance::Refused => {
                        let code = refusal.map_or("S01", |refusal| refusal.code);
                        let delivery_id = &accepted.delivery_id;
                        self.metrics.dead(code);
                        tracing::warn!(
                            code,
                            delivery_id,
                            "a rule forbids sending a webhook; it is a dead letter"
                        );
                    }
                }
                self.stored(&accepted)
            }
            Err(error) => {
                let Said { en, es } = error.said();
                let what = said!(en: "not stored: {en}", es: "no se guardó: {es}");
                if error.is_of_the_webhook() {
                    self.say(StatusCode::PAYLOAD_TOO_LARGE, &what)
                } else {
                    self.later(&what)
                }
            }
        }
    }

    fn stored(&self, accepted: &Accepted) -> Reply {
        let (status, detail) = match accepted.acceptance {
            Acceptance::Queued | Acceptance::Revived => {
                ("queued", said!(en: "stored; it will be delivered", es: "guardado; se entregará"))
            }
            Acceptance::Repeated => (
                "repeated",
                said!(en: "stored before; it is delivered once", es: "ya estaba guardado; se entrega una vez"),
            ),
            Acceptance::Refused => (
                "dead",
                said!(en: "stored as a dead letter; a rule forbids sending it as it is", es: "guardado entre las no entregadas; una regla impide enviarlo así"),
            ),
        };
        let body = json!({
            "detail": detail.get(self.lang),
            "delivery_id": accepted.delivery_id,
            "status": status,
        });
        Reply::json(self.answer, body.to_string())
    }

    async fn ready(&self) -> Reply {
        let depth = self.sink.ready().await;
        let storage = depth.as_ref().err().map(SinkError::said);
        self.condition.storage(storage.clone());
        let paused = match self.condition.way() {
            Way::Open => None,
            Way::Paused { class, .. } => Some(class),
        };
        let body = json!({
            "status": if storage.is_none() { "ready" } else { "not ready" },
            "storage": storage.map(|said| said.get(self.lang).to_owned()),
            "queue_depth": depth.as_ref().ok(),
            "paused": paused,
        });
        let status = if body["storage"].is_null() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        Reply::json(status, body.to_string()).header(CACHE_CONTROL, no_store())
    }

    /// What is counted, also while the store can't be read: that is when somebody looks.
    async fn metrics_text(&self) -> Reply {
        let now = self.clock.millis();
        let overview = self.sink.overview(now, 0).await.ok();
        let paused = self.condition.way() != Way::Open;
        let storing = overview.is_some() && self.condition.storage_trouble().is_none();
        let text = self.metrics.text(overview.as_ref(), paused, storing, now);
        Reply::new(StatusCode::OK, metrics::CONTENT_TYPE, text).header(CACHE_CONTROL, no_store())
    }

    async fn page(&self, request: &Request<Incoming>) -> Reply {
        let now = self.clock.millis();
        let lang = page::language(request, self.lang);
        let overview = self.sink.overview(now, page::HOURS).await;
        let trouble = overview.as_ref().err().map(SinkError::said);
        let trouble = trouble.or_else(|| self.condition.storage_trouble());
        page::render(overview.as_ref().ok(), &self.condition.way(), trouble, now, lang).unwrap_or_else(
            |error| self.say(StatusCode::INTERNAL_SERVER_ERROR, &Said::same(error.to_string())),
        )
    }

    fn turn_away(&self, turned_away: TurnedAway) -> Reply {
        match turned_away {
            TurnedAway::Token => self.say(
                StatusCode::UNAUTHORIZED,
                &said!(en: "the token is missing or wrong", es: "el token falta o no es correcto"),
            ),
            TurnedAway::TooOften => self
                .say(
                    StatusCode::TOO_MANY_REQUESTS,
                    &said!(en: "too many requests", es: "demasiadas peticiones"),
                )
                .header(RETRY_AFTER, seconds(Duration::from_secs(1))),
        }
    }

    fn later(&self, what: &Said) -> Reply {
        self.say(StatusCode::SERVICE_UNAVAILABLE, what).header(RETRY_AFTER, seconds(Duration::from_secs(5)))
    }

    fn say(&self, status: StatusCode, what: &Said) -> Reply {
        Reply::detail(status, what.get(self.lang))
    }
}

fn not_allowed(allowed: &'static str) -> Reply {
    Reply::detail(StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
        .header(ALLOW, HeaderValue::from_static(allowed))
}

fn seconds(length: Duration) -> HeaderValue {
    HeaderValue::from(length.as_secs())
}

fn no_store() -> HeaderValue {
    HeaderValue::from_static("no-store")
}
