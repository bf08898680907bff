//! The receiver's front: routes, token, content type, faults, and the list of what arrived.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chrono::Utc;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, LOCATION, RETRY_AFTER, SERVER, USER_AGENT,
};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use tokio::sync::mpsc;

use super::fault::FaultKind;
use super::journal::{Received, TOKEN_HEADER, write_head};
use super::note::Note;
use super::quirk::Quirk;
use super::spec::{TEST_PATH, WEBHOOK_PATH, WEBHOOK_PATH_PREFIXED};
use super::state::State;
use super::webhook::{Verdict, broken};
use crate::ingress::reply::BrokenOff;
use crate::ingress::{BodyRefused, Handler, Hangup, Link, Reply, ReplyBody, Sabotage, read_body};

/// Bodies that the deployed receiver takes; its server has no limit of its own worth testing.
const LARGE_BODY: usize = 8 * 1024 * 1024;
/// How long a silent receiver holds its connection at most.
const SILENCE: Duration = Duration::from_secs(600);
/// What a proxy or a login page answers, with status 200.
const LOGIN_PAGE: &str =
    "<!doctype html>\n<html><head><title>Iniciar sesión</title></head><body><form></form></body></html>\n";

/// Answers requests for one receiver.
pub(super) struct Server {
    pub(super) state: Arc<State>,
}

enum Route {
    Webhook,
    /// The webhook without its last slash.
    Unslashed,
    Test,
    /// The admin side.
    Own,
    Unknown,
}

fn route(path: &str) -> Route {
    match path {
        WEBHOOK_PATH | WEBHOOK_PATH_PREFIXED => Route::Webhook,
        TEST_PATH => Route::Test,
        "/" => Route::Own,
        _ if path.starts_with("/__admin/") || path.starts_with("/__inspector/") => Route::Own,
        _ => {
            let unslashed = [WEBHOOK_PATH, WEBHOOK_PATH_PREFIXED, TEST_PATH]
                .iter()
                .any(|known| known.strip_suffix('/') == Some(path));
            if unslashed { Route::Unslashed } else { Route::Unknown }
        }
    }
}

impl Handler for Server {
    async fn handle(&self, request: Request<Incoming>, link: &Arc<Link>) -> Result<Reply, Hangup> {
        let (parts, body) = request.into_parts();
        let route = route(parts.uri.path());
        if matches!(route, Route::Own) {
            return Ok(super::own::answer(self, parts, body, link).await);
        }
        let longest = if self.has(Quirk::LargeBodies) { LARGE_BODY } else { self.state.spec.limits.body };
        match read_body(body, longest, &self.state.bodies, link).await {
            Ok(body) => {
                let arrival = Arrival::new(&self.state, &parts, body, link);
                self.answer(route, &parts, arrival, link).await
            }
            Err(refused) => {
                let reply = unread(refused)?;
                let arrival = Arrival::new(&self.state, &parts, Bytes::new(), link);
                let verdict = Verdict::refused(reply);
                self.tally(&arrival, &verdict, matches!(route, Route::Webhook));
                self.conclude(arrival, verdict).await
            }
        }
    }
}

fn unread(refused: BodyRefused) -> Result<Reply, Hangup> {
    match refused {
        BodyRefused::TooLong(longest) => {
            let detail = format!("El cuerpo supera {longest} bytes.");
            Ok(Reply::detail(StatusCode::PAYLOAD_TOO_LARGE, &detail)
                .header(CONNECTION, HeaderValue::from_static("close")))
        }
        BodyRefused::Busy => {
            Ok(Reply::detail(StatusCode::SERVICE_UNAVAILABLE, "Demasiados cuerpos largos a la vez.")
                .header(RETRY_AFTER, HeaderValue::from_static("1"))
                .header(CONNECTION, HeaderValue::from_static("close")))
        }
        BodyRefused::BrokenOff => Err(Hangup),
    }
}

/// A request that has arrived whole.
struct Arrival {
    n: u64,
    clock: Instant,
    received: Received,
}

impl Arrival {
    fn new(state: &State, parts: &Parts, body: Bytes, link: &Link) -> Self {
        let n = state.requests.number();
        let received = Received {
            n,
            time: Utc::now(),
            peer: link.peer(),
            method: parts.method.clone(),
            target: parts.uri.path_and_query().map_or("/", |target| target.as_str()).into(),
            head: write_head(&parts.headers),
            body,
            status: 0,
            answer: Bytes::new(),
            micros: 0,
            presencia: None,
            note: Note::Elsewhere,
            fault: None,
        };
        Self { n, clock: Instant::now(), received }
    }
}

impl Server {
    fn has(&self, quirk: Quirk) -> bool {
        self.state.spec.quirks.has(quirk)
    }

    async fn answer(
        &self,
        route: Route,
        parts: &Parts,
        mut arrival: Arrival,
        link: &Link,
    ) -> Result<Reply, Hangup> {
        if !matches!(route, Route::Webhook) {
            let reply = self.elsewhere(&route, parts).await;
            let verdict = Verdict { reply, presencia: None, note: Note::Elsewhere };
            self.tally(&arrival, &verdict, !matches!(route, Route::Test));
            return self.conclude(arrival, verdict).await;
        }
        let strike = self.state.strike(&arrival.received.body);
        let verdict = match &strike.fault {
            Some((kind, false)) => Verdict { reply: fault_reply(kind), presencia: None, note: Note::Faulted },
            _ => self.webhook(parts, &arrival).await,
        };
        self.tally(&arrival, &verdict, true);
        let Some((kind, _)) = strike.fault else {
            let reply = self.conclude(arrival, verdict).await;
            wait(strike.delay).await;
            return reply;
        };
        arrival.received.fault = Some(kind.name());
        self.spoil(kind, arrival, verdict, strike.delay, link).await
    }

    fn tally(&self, arrival: &Arrival, verdict: &Verdict, is_webhook: bool) {
        self.state.tally.note(&arrival.received, verdict, is_webhook, &self.state.spec.token);
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
        let verdict = self.webhook(&parts, &arrival).await;
        match self.conclude(arrival, verdict).await {
            Ok(reply) => {
                let answer = reply.bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                let body = serde_json::json!({ "n": n, "status": reply.status.as_u16(), "answer": answer });
                Reply::json(StatusCode::OK, body.to_string())
            }
            Err(Hangup) => Reply::detail(StatusCode::INTERNAL_SERVER_ERROR, "no answer"),
        }
    }

    /// Takes note of the request and gives the answer.
    async fn conclude(&self, arrival: Arrival, verdict: Verdict) -> Result<Reply, Hangup> {
        let reply = self.signed(verdict.reply);
        let mut received = arrival.received;
        received.status = reply.status.as_u16();
        received.answer = reply.bytes().cloned().unwrap_or_default();
        received.presencia = verdict.presencia;
        received.note = verdict.note;
        received.micros = u64::try_from(arrival.clock.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.state.keep(received).await;
        Ok(reply)
    }

    /// Adds the headers of the deployed receiver's server.
    fn signed(&self, reply: Reply) -> Reply {
        if self.has(Quirk::ConnectionClose) {
            reply
                .header(SERVER, HeaderValue::from_static("gunicorn"))
                .header(CONNECTION, HeaderValue::from_static("close"))
        } else {
            reply
        }
    }

    async fn webhook(&self, parts: &Parts, arrival: &Arrival) -> Verdict {
        if self.has(Quirk::BrokenInstall) {
            return Verdict::refused(broken());
        }
        if self.has(Quirk::HostCheck) && !self.is_own_host(parts) {
            let page = "<!doctype html>\n<html lang=\"es\">\n<head>\n  <title>Bad Request (400)</title>\n</head>\n\
                <body>\n  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>\n";
            return Verdict::refused(Reply::new(StatusCode::BAD_REQUEST, "text/html; charset=utf-8", page));
        }
        if parts.method != Method::POST {
            return Verdict::refused(not_allowed(&parts.method));
        }
        let token = parts.headers.get(TOKEN_HEADER);
        if !token.is_some_and(|token| self.state.spec.token.matches(token.as_bytes())) {
            return Verdict::refused(Reply::detail(
                StatusCode::UNAUTHORIZED,
                "Token de webhook inválido o no proporcionado.",
            ));
        }
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !is_json(kind) {
            let detail = format!("Tipo de medio \"{kind}\" incompatible en la solicitud.");
            return Verdict::refused(Reply::detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail));
        }
        let received = &arrival.received;
        let verdict = self.state.webhook.take(arrival.n, &received.body, received.time).await;
        if verdict.reply.status == StatusCode::OK || verdict.note.made_a_presencia() {
            self.state.expectation.note(&received.body);
        }
        verdict
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

    /// Lets a fault take its course.
    async fn spoil(
        &self,
        kind: FaultKind,
        arrival: Arrival,
        verdict: Verdict,
        delay: Option<Duration>,
        link: &Link,
    ) -> Result<Reply, Hangup> {
        let silent = matches!(kind, FaultKind::Reset | FaultKind::Silence | FaultKind::Garbage);
        let verdict = match &kind {
            FaultKind::Status(..) | FaultKind::Html => Verdict { reply: fault_reply(&kind), ..verdict },
            _ => verdict,
        };
        let mut reply = if silent {
            // Nothing that the client could call an answer: the list shows status 0.
            let (presencia, note) = (verdict.presencia, verdict.note);
            let mut received = arrival.received;
            received.presencia = presencia;
            received.note = note;
            received.micros = u64::try_from(arrival.clock.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.state.keep(received).await;
            self.signed(verdict.reply)
        } else {
            self.conclude(arrival, verdict).await?
        };
        wait(delay).await;
        match kind {
            FaultKind::Reset => {
                link.sabotage(Sabotage::Reset);
                return Err(Hangup);
            }
            FaultKind::Silence => {
                tokio::time::sleep(SILENCE).await;
                return Err(Hangup);
            }
            FaultKind::Garbage => {
                link.sabotage(Sabotage::Garbage);
                return Ok(reply.header(CONNECTION, HeaderValue::from_static("close")));
            }
            FaultKind::Truncate => in_pieces(&mut reply, Pace::BreakOff),
            FaultKind::SlowBody => in_pieces(&mut reply, Pace::Drip),
            FaultKind::Status(..) | FaultKind::Html | FaultKind::Delay { .. } => {}
        }
        Ok(reply)
    }
}

async fn wait(delay: Option<Duration>) {
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn not_allowed(method: &Method) -> Reply {
    let allow = HeaderValue::from_static("POST, OPTIONS");
    if method == Method::OPTIONS {
        return Reply::json(StatusCode::OK, "{\"name\":\"Webhook Presencia Crm\"}").header(ALLOW, allow);
    }
    Reply::detail(StatusCode::METHOD_NOT_ALLOWED, &format!("Método \"{method}\" no permitido."))
        .header(ALLOW, allow)
}

fn fault_reply(kind: &FaultKind) -> Reply {
    match kind {
        FaultKind::Status(status, retry_after) => {
            let reply = Reply::detail(*status, "Falla simulada.");
            match retry_after.as_deref().map(HeaderValue::from_str) {
                Some(Ok(value)) => reply.header(RETRY_AFTER, value),
                _ => reply,
            }
        }
        FaultKind::Html => Reply::new(StatusCode::OK, "text/html; charset=utf-8", LOGIN_PAGE),
        _ => Reply::empty(StatusCode::OK),
    }
}

/// How an answer comes in pieces.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// Half of it, then the connection ends.
    BreakOff,
    /// A byte at a time.
    Drip,
}

fn in_pieces(reply: &mut Reply, pace: Pace) {
    let Some(whole) = reply.bytes().cloned() else { return };
    let (send, pieces) = mpsc::channel(1);
    let length = Some(whole.len() as u64);
    tokio::spawn(async move {
        match pace {
            Pace::BreakOff => {
                send.send(Ok(whole.slice(..whole.len() / 2))).await.ok();
                // The half must have gone out before the end comes.
                tokio::time::sleep(Duration::from_millis(10)).await;
                send.send(Err(BrokenOff)).await.ok();
            }
            Pace::Drip => {
                for at in 0..whole.len() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    if send.send(Ok(whole.slice(at..=at))).await.is_err() {
                        return;
                    }
                }
            }
        }
    });
    reply.body = ReplyBody::Pieces { pieces, length };
}
