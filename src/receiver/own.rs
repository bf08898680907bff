//! What the receiver serves of its own: the admin side and the inspector, behind the same guard.

use http::header::{ALLOW, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use hyper::body::Incoming;
use serde::Deserialize;

use super::admin::{self, guard, guarded};
use super::inspector;
use super::server::Server;
use crate::ingress::{BodyRefused, Link, Reply, read_body};

/// 405, with the methods that are.
pub(super) fn not_allowed(allowed: &'static str) -> Reply {
    let reply = Reply::detail(StatusCode::METHOD_NOT_ALLOWED, "method not allowed here");
    reply.header(ALLOW, HeaderValue::from_static(allowed))
}

/// Longest body of an admin request; the editor of the inspector sends a whole payload as a text.
const LONGEST: usize = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct Edited {
    body: String,
}

/// Answers a request for the admin side or the inspector.
pub(super) async fn answer(server: &Server, parts: Parts, body: Incoming, link: &Link) -> Reply {
    let state = &server.state;
    let path = parts.uri.path();
    // The page holds nothing; it asks for the token that its data need.
    let token = state.spec.admin_token.as_ref();
    let page = path == "/" && token.is_some();
    if !page && let Err(reply) = guard::check(&parts.headers, link.peer(), state.addr, token) {
        return guarded(reply);
    }
    let body = match read_body(body, LONGEST, &state.bodies, link).await {
        Ok(body) => body,
        Err(error) => {
            let status = match error {
                BodyRefused::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
                BodyRefused::Busy | BodyRefused::BrokenOff => StatusCode::SERVICE_UNAVAILABLE,
            };
            return guarded(Reply::detail(status, &error.to_string()));
        }
    };
    // Probes ask by HEAD; the body stays behind.
    let method = if parts.method == Method::HEAD { &Method::GET } else { &parts.method };
    let reply = match (method, path) {
        (_, "/") if method != Method::GET => not_allowed("GET, HEAD"),
        (&Method::GET, "/") => inspector::page(),
        (&Method::GET, "/__inspector/stream") => inspector::stream(state),
        (&Method::POST, "/__inspector/resend") => match serde_json::from_slice::<Edited>(&body) {
            Ok(edited) => server.resend(edited.body, link).await,
            Err(error) => Reply::detail(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
        },
        (method, path) => {
            if let Some(path) = path.strip_prefix("/__admin") {
                admin::answer(state, method, parts.uri.query().unwrap_or_default(), path, &body).await
            } else if let Some(n) = path.strip_prefix("/__inspector/request/")
                && method == Method::GET
            {
                inspector::detail::detail(state, n)
            } else {
                Reply::detail(StatusCode::NOT_FOUND, "no such resource")
            }
        }
    };
    guarded(reply)
}
