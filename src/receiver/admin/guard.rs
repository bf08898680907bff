//! Who may see the admin side: loopback, or whoever shows the admin token; never a page of another site.

use std::net::SocketAddr;

use http::StatusCode;
use http::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, ORIGIN};

use crate::config::Token;
use crate::ingress::Reply;
use crate::receiver::host;

/// Refuses whoever may not come in; `token` is the admin token, where one is set.
pub(in crate::receiver) fn check(
    headers: &HeaderMap,
    peer: SocketAddr,
    own: SocketAddr,
    token: Option<&Token>,
) -> Result<(), Reply> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("\u{fffd}"));
    let host = text(HOST).unwrap_or_default();
    match token {
        Some(token) => {
            let shown = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
            if !shown.is_some_and(|shown| token.matches(shown.as_bytes())) {
                let detail =
                    "the admin side wants Authorization: Bearer with the token of --admin-token-file";
                return Err(Reply::detail(StatusCode::UNAUTHORIZED, detail));
            }
        }
        None if !peer.ip().to_canonical().is_loopback() => {
            let detail = "the admin side answers on loopback only; set --admin-token-file to open it";
            return Err(Reply::detail(StatusCode::FORBIDDEN, detail));
        }
        // Without a token the name in the address bar is all that tells a page of ours from another one.
        None if !host::is_own(host, own) => {
            return Err(Reply::detail(StatusCode::MISDIRECTED_REQUEST, "this Host is not mine"));
        }
        None => {}
    }
    let foreign_origin = text(ORIGIN).is_some_and(|origin| {
        origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")) != Some(host)
    });
    let cross_site = text(HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site");
    if foreign_origin || cross_site {
        return Err(Reply::detail(StatusCode::FORBIDDEN, "another site may not call the admin side"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(headers: &[(&'static str, &str)], peer: &str, token: Option<&str>) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        let token = token.map(Token::new);
        let own = "127.0.0.1:8001".parse().unwrap();
        match check(&map, peer.parse().unwrap(), own, token.as_ref()) {
            Ok(()) => 200,
            Err(reply) => reply.status.as_u16(),
        }
    }

    #[test]
    fn loopback_comes_in_and_other_sites_do_not() {
        let own = ("host", "127.0.0.1:8001");
        let here = "127.0.0.1:50000";
        assert_eq!(status(&[own], here, None), 200);
        assert_eq!(status(&[own, ("origin", "http://127.0.0.1:8001")], here, None), 200);
        assert_eq!(status(&[own, ("origin", "http://127.0.0.1:9999")], here, None), 403);
        assert_eq!(status(&[own, ("origin", "null")], here, None), 403);
        assert_eq!(status(&[own, ("sec-fetch-site", "cross-site")], here, None), 403);
        assert_eq!(status(&[("host", "evil.example:8001")], here, None), 421);
        assert_eq!(status(&[], here, None), 421);
        assert_eq!(status(&[own], "192.0.2.7:50000", None), 403);
    }

    #[test]
    fn with_a_token_everybody_must_show_it() {
        let token = Some("admin-secret");
        let bearer = ("authorization", "Bearer admin-secret");
        assert_eq!(status(&[("host", "mock:8001"), bearer], "192.0.2.7:50000", token), 200);
        assert_eq!(status(&[("host", "127.0.0.1:8001")], "127.0.0.1:50000", token), 401);
        let foreign = ("origin", "http://evil.example");
        assert_eq!(status(&[("host", "mock:8001"), bearer, foreign], "192.0.2.7:50000", token), 403);
    }
}
