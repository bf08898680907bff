//! What the receiver serves of its own: the admin side and the inspector, behind the same guard.

use std::sync::Arc;

use http::StatusCode;
use http::request::Parts;
use hyper::body::Incoming;

use super::admin::{self, guard, guarded};
use super::state::State;
use crate::ingress::{Link, Reply, read_body};

/// Longest body of an admin request.
const LONGEST: usize = 1024 * 1024;

/// Answers a request for the admin side or the inspector.
pub(super) async fn answer(state: &Arc<State>, parts: Parts, body: Incoming, link: &Link) -> Reply {
    let token = state.spec.admin_token.as_ref();
    if let Err(reply) = guard::check(&parts.headers, link.peer(), state.addr, token) {
        return guarded(reply);
    }
    let body = match read_body(body, LONGEST, &state.bodies, link).await {
        Ok(body) => body,
        Err(error) => return guarded(Reply::detail(StatusCode::PAYLOAD_TOO_LARGE, &error.to_string())),
    };
    let path = parts.uri.path();
    let reply = match path.strip_prefix("/__admin") {
        Some(path) => admin::answer(state, &parts, path, &body),
        None => Reply::detail(StatusCode::NOT_FOUND, "not found"),
    };
    guarded(reply)
}
