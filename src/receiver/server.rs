//! The receiver's front: what the head of a request refuses, what its body is asked, and the answer.
//!
//! Comes in: a request. Goes out: the answer, and the request in the list and the tally. Where the head alone refuses it,
//! nothing waits for the body.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, EXPECT, HOST, HeaderValue, LOCATION, RETRY_AFTER, SERVER, USER_AGENT,
};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use hyper::body::{Body, Incoming};

use super::arrival::{Arrival, Route, route};
use super::expect::Saved;
use super::note::Note;
use super::quirk::Quirk;
use super::received::{Received, TOKEN_HEADER};
use super::spec::WEBHOOK_PATH;
use super::spoil::{fault_reply, wait};
use super::state::State;
use super::webhook::{Verdict, broken};
use crate::ingress::{BodyRefused, Handler, Hangup, Link, Reply, Share, hold_body, read_body};

/// Bodies that the deployed receiver takes; its server has no limit of its own worth testing.
const LARGE_BODY: usize = 8 * 1024 * 1024;

/// Of a body on which the answer does not depend, so much is read for the list, and for so long.
const GLANCE: (usize, Duration) = (64 * 1024, Duration::from_secs(1));

/// As long for a recording, which wants it whole.
const RECORDED: Duration = Duration::from_secs(5);

/// Answers requests for one receiver.
pub(super) struct Server {
    pub(super) state: Arc<State>,
}

impl Handler for Server {
    async fn handle(&self, request: Request<Incoming>, link: &Arc<Link>) -> Result<Reply, Hangup> {
        let (parts, body) = request.into_parts();
        let route = route(parts.uri.path());
        if matches!(route, Route::Own) {
            return Ok(super::own::answer(self, parts, body, link).await);
        }
        let refused = match route {
            Route::Webhook => self.refused_by_head(&parts),
            _ => None,
        };
        if refused.is_some() || !matches!(route, Route::Webhook) {
            let Ok(body) = self.glance(&parts, body, link).await else {
                return Err(self.broken_off(&route, &parts, link).await);
            };
            let close = body.is_none() && !self.has(Quirk::ConnectionClose);
            let arrival = Arrival::new(&self.state, &parts, body.unwrap_or_default(), link);
            let reply = match refused {
                Some(refused) => self.answer(arrival, Err(refused), link).await?,
                None => self.answer_elsewhere(&route, &parts, arrival).await,
            };
            let closing = HeaderValue::from_static("close");
            return Ok(if close { reply.header(CONNECTION, closing) } else { reply });
        }
        let longest = if self.has(Quirk::LargeBodies) { LARGE_BODY } else { self.state.spec.limits.body };
        match hold_body(body, longest, &self.state.bodies, link).await {
            Ok((body, _share)) if self.state.is_prompt() => {
                Ok(self.answer_at_once(Arrival::new(&self.state, &parts, body, link)))
            }
            Ok((body, share)) => {
                let arrival = Arrival::new(&self.state, &parts, body, link);
                self.answer(arrival, Ok(share), link).await
            }
            Err(refused) => {
                let Some(reply) = unread(refused) else {
                    return Err(self.broken_off(&route, &parts, link).await);
                };
                let arrival = Arrival::new(&self.state, &parts, Bytes::new(), link);
                let verdict = Verdict::refused(reply);
                self.tally(&arrival, &verdict, true);
                Ok(self.conclude(arrival, verdict).await)
            }
        }
    }
}

/// What is answered; nothing where nobody is there any more.
fn unread(refused: BodyRefused) -> Option<Reply> {
    match refused {
        BodyRefused::TooLong(longest) => {
            let detail = format!("El cuerpo supera {longest} bytes.");
            Some(
                Reply::detail(StatusCode::PAYLOAD_TOO_LARGE, &detail)
                    .header(CONNECTION, HeaderValue::from_static("close")),
            )
        }
        BodyRefused::Busy => Some(
            Reply::detail(StatusCode::SERVICE_UNAVAILABLE, "Demasiados cuerpos largos a la vez.")
                .header(RETRY_AFTER, HeaderValue::from_static("1"))
                .header(CONNECTION, HeaderValue::from_static("close")),
        ),
        BodyRefused::BrokenOff => None,
    }
}

impl Server {
    /// Reads a body on which the answer does not depend; none where it is long or slow.
    async fn glance(&self, parts: &Parts, body: Incoming, link: &Link) -> Result<Option<Bytes>, Hangup> {
        let (longest, patience) =
            if self.state.records() { (self.state.spec.limits.body, RECORDED) } else { GLANCE };
        // A client that asks first is answered at once, and sends nothing.
        if parts.headers.contains_key(EXPECT) && body.size_hint().lower() > longest as u64 {
            return Ok(None);
        }
        match tokio::time::timeout(patience, read_body(body, longest, &self.state.bodies, link)).await {
            Ok(Ok(body)) => Ok(Some(body)),
            Ok(Err(BodyRefused::BrokenOff)) => Err(Hangup),
            Ok(Err(BodyRefused::TooLong(_) | BodyRefused::Busy)) | Err(_) => Ok(None),
        }
    }

    fn has(&self, quirk: Quirk) -> bool {
        self.state.spec.quirks.has(quirk)
    }

    async fn answer_elsewhere(&self, route: &Route, parts: &Parts, arrival: Arrival) -> Reply {
        let reply = self.elsewhere(route, parts).await;
        let is_test = matches!(route, Route::Test);
        let note = if is_test { Note::Tested } else { Note::Elsewhere };
        let verdict = Verdict { reply, presencia: None, note };
        self.tally(&arrival, &verdict, !is_test);
        self.conclude(arrival, verdict).await
    }

    /// Answers for the webhook where nothing holds it up: then nothing has to be laid aside in a future on the way, which
    /// would wait each time until all that was written before is in its place.
    fn answer_at_once(&self, arrival: Arrival) -> Reply {
        let received = arrival.received();
        let verdict = self.state.webhook.take_alone(&received.body, received.time);
        self.tell(received, &verdict);
        self.tally(&arrival, &verdict, true);
        let (reply, received) = self.concluded(arrival, verdict);
        self.state.keep(received);
        reply
    }

    /// Answers for the webhook, which has a body to look at (and what that takes of the memory for bodies) or has been
    /// refused by its head.
    async fn answer(
        &self,
        mut arrival: Arrival,
        looked: Result<Share<'_>, Verdict>,
        link: &Link,
    ) -> Result<Reply, Hangup> {
        let strike = self.state.strike(&arrival.received().body);
        let verdict = match &strike.fault {
            Some((kind, false)) => {
                drop(looked);
                Verdict { reply: fault_reply(kind), presencia: None, note: Note::Faulted }
            }
            _ => match looked {
                Err(refused) => refused,
                Ok(_share) => self.take(&arrival).await,
            },
        };
        self.tally(&arrival, &verdict, true);
        if let Some(delay) = strike.delay {
            arrival.delay = delay;
            arrival.received_mut().fault = Some("delay".to_owned());
        }
        let Some((kind, _)) = strike.fault else {
            let reply = self.conclude(arrival, verdict).await;
            wait(strike.delay, link).await;
            return Ok(reply);
        };
        arrival.received_mut().fault = Some(kind.name());
        self.spoil(kind, arrival, verdict, strike.delay, link).await
    }

    fn tally(&self, arrival: &Arrival, verdict: &Verdict, is_webhook: bool) {
        self.state.tally.note(arrival.received(), verdict, is_webhook, &self.state.spec.token);
    }

    /// Sends an edited body from the inspector, as a sender with the right token would; faults stay out of it.
    pub(super) async fn resend(&self, body: String, link: &Link) -> Reply {
        let host = self.state.addr.to_string();
        let request = Request::builder()
            .method(Method::POST)
            .uri(WEBHOOK_PATH)
            .header(HOST, host)
            .header(CONTENT_TYPE, "application/json")
            .header(TOKEN_HEADER, self.state.spec.token.expose())
            .header(USER_AGENT, "crm-bridge inspector")
            .body(());
        let parts = match request {
            Ok(request) => request.into_parts().0,
            Err(error) => return Reply::detail(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        };
        let arrival = Arrival::new(&self.state, &parts, Bytes::from(body), link);
        let n = arrival.n;
        let verdict = match self.refused_by_head(&parts) {
            Some(refused) => refused,
            None => self.take(&arrival).await,
        };
        let reply = self.conclude(arrival, verdict).await;
        let answer = reply.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let body = serde_json::json!({ "n": n, "status": reply.status.as_u16(), "answer": answer });
        Reply::json(StatusCode::OK, body.to_string())
    }

    /// Takes note of a request whose body did not come to its end.
    async fn broken_off(&self, route: &Route, parts: &Parts, link: &Link) -> Hangup {
        let arrival = Arrival::new(&self.state, parts, Bytes::new(), link);
        // What a server would say of it, if anybody were there to hear it.
        let reply = Reply::detail(StatusCode::BAD_REQUEST, "El cuerpo no llegó entero.");
        let verdict = Verdict { reply, presencia: None, note: Note::BrokenOff };
        self.tally(&arrival, &verdict, !matches!(route, Route::Test));
        self.keep_unanswered(arrival, &verdict).await;
        Hangup
    }

    /// Takes note of a request that gets no answer: the list shows status 0.
    pub(super) async fn keep_unanswered(&self, mut arrival: Arrival, verdict: &Verdict) {
        let micros = arrival.micros();
        let received = arrival.received_mut();
        received.presencia = verdict.presencia;
        received.note = verdict.note;
        received.micros = micros;
        self.keep(arrival.into_received()).await;
    }

    /// Takes note of the request and gives the answer.
    pub(super) async fn conclude(&self, arrival: Arrival, verdict: Verdict) -> Reply {
        let (reply, received) = self.concluded(arrival, verdict);
        self.keep(received).await;
        reply
    }

    /// The answer, and the request with it.
    fn concluded(&self, mut arrival: Arrival, verdict: Verdict) -> (Reply, Arc<Received>) {
        let reply = self.signed(verdict.reply);
        let micros = arrival.micros();
        let received = arrival.received_mut();
        received.micros = micros;
        received.status = reply.status.as_u16();
        received.answer.extend_from_slice(reply.bytes().map_or(&[], |bytes| bytes));
        received.presencia = verdict.presencia;
        received.note = verdict.note;
        (reply, arrival.into_received())
    }

    async fn keep(&self, received: Arc<Received>) {
        self.state.record(&received).await;
        self.state.keep(received);
    }

    /// Adds the headers of the deployed receiver's server.
    pub(super) fn signed(&self, reply: Reply) -> Reply {
        if self.has(Quirk::ConnectionClose) {
            reply
                .header(SERVER, HeaderValue::from_static("gunicorn"))
                .header(CONNECTION, HeaderValue::from_static("close"))
        } else {
            reply
        }
    }

    /// What the webhook refuses without looking at the body.
    fn refused_by_head(&self, parts: &Parts) -> Option<Verdict> {
        if self.has(Quirk::BrokenInstall) {
            return Some(Verdict::refused(broken()));
        }
        if self.has(Quirk::HostCheck) && !self.is_own_host(parts) {
            let page = "<!doctype html>\n<html lang=\"es\">\n<head>\n  <title>Bad Request (400)</title>\n</head>\n\
                <body>\n  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>\n";
            let reply = Reply::new(StatusCode::BAD_REQUEST, "text/html; charset=utf-8", page);
            return Some(Verdict::refused(reply));
        }
        if parts.method != Method::POST {
            return Some(Verdict::refused(not_allowed(&parts.method)));
        }
        let token = parts.headers.get(TOKEN_HEADER);
        if !token.is_some_and(|token| self.state.spec.token.matches(token.as_bytes())) {
            let detail = "Token de webhook inválido o no proporcionado.";
            return Some(Verdict::refused(Reply::detail(StatusCode::UNAUTHORIZED, detail)));
        }
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !is_json(kind) {
            let detail = format!("Tipo de medio \"{kind}\" incompatible en la solicitud.");
            return Some(Verdict::refused(Reply::detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail)));
        }
        None
    }

    /// Lets the webhook have the body.
    async fn take(&self, arrival: &Arrival) -> Verdict {
        let received = arrival.received();
        let verdict = self.state.webhook.take(arrival.n, &received.body, received.time).await;
        self.tell(received, &verdict);
        verdict
    }

    /// Tells those who wait for it what was saved.
    fn tell(&self, received: &Received, verdict: &Verdict) {
        let accepted = verdict.reply.status == StatusCode::OK && verdict.note != Note::Swallowed;
        if accepted || verdict.note.made_a_presencia() {
            if let Some(presencia) = verdict.presencia {
                self.state.arrivals.note(presencia);
            }
            let saved = match verdict.note {
                Note::SavedBut500 => Saved::WithoutVenta,
                Note::VentaAgain => Saved::VentaAgain,
                _ => Saved::Whole,
            };
            self.state.expectation.note(&received.body, saved);
        }
    }

    /// Whether the Host is one that the deployed receiver would list: loopback, or where it listens.
    fn is_own_host(&self, parts: &Parts) -> bool {
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        super::host::is_own(host, self.state.addr)
    }

    async fn elsewhere(&self, route: &Route, parts: &Parts) -> Reply {
        match route {
            Route::Unslashed if self.has(Quirk::SlashRedirect) => {
                let mut to = format!("{}/", parts.uri.path());
                if let Some(query) = parts.uri.query() {
                    to.push('?');
                    to.push_str(query);
                }
                let reply = Reply::empty(StatusCode::MOVED_PERMANENTLY);
                match HeaderValue::from_str(&to) {
                    Ok(to) => reply.header(LOCATION, to),
                    Err(_) => reply,
                }
            }
            Route::Unslashed => {
                let detail = format!("No encontrado: falta la barra final, {}/", parts.uri.path());
                Reply::detail(StatusCode::NOT_FOUND, &detail)
            }
            Route::Test if parts.method != Method::POST => not_allowed(&parts.method),
            Route::Test => super::outbound::send_test(&self.state.spec.outbound, &parts.headers).await,
            _ => Reply::detail(StatusCode::NOT_FOUND, "No encontrado."),
        }
    }
}

fn is_json(content_type: &str) -> bool {
    content_type == "application/json"
        || content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn not_allowed(method: &Method) -> Reply {
    let allow = HeaderValue::from_static("POST, OPTIONS");
    if method == Method::OPTIONS {
        return Reply::json(StatusCode::OK, "{\"name\":\"Webhook Presencia Crm\"}").header(ALLOW, allow);
    }
    Reply::detail(StatusCode::METHOD_NOT_ALLOWED, &format!("Método \"{method}\" no permitido."))
        .header(ALLOW, allow)
}
