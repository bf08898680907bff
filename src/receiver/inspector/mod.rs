//! The inspector at `/`: one self-contained page that shows requests as they arrive.
//!
//! Comes in: requests that passed the admin side's guard. Goes out: the page, server-sent events, details as JSON. The
//! page has no outside asset, and its Content-Security-Policy allows its own script and style by their hashes and
//! nothing else; what arrived is only ever set as text.

pub(super) mod detail;
mod stream;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY};

use crate::ingress::Reply;
pub(super) use stream::stream;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: [&str; 4] = [
    include_str!("page/words.js"),
    include_str!("page/list.js"),
    include_str!("page/detail.js"),
    include_str!("page/app.js"),
];

struct Assembled {
    page: String,
    policy: HeaderValue,
}

static ASSEMBLED: LazyLock<Assembled> = LazyLock::new(|| {
    let script = SCRIPT.concat();
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(&script),
        hash(STYLE)
    );
    let page = PAGE.replace("{{style}}", STYLE).replace("{{script}}", &script);
    // Hashes in base64 and fixed words: always a header.
    let policy = HeaderValue::from_str(&policy)
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    Assembled { page, policy }
});

fn hash(text: &str) -> String {
    BASE64.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

/// The page.
pub(super) fn page() -> Reply {
    Reply::new(StatusCode::OK, "text/html; charset=utf-8", ASSEMBLED.page.as_str())
        .header(CONTENT_SECURITY_POLICY, ASSEMBLED.policy.clone())
        .header(REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
        .header(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_whole_and_asks_nobody_for_anything() {
        let page = &ASSEMBLED.page;
        assert!(!page.contains("{{"));
        for outside in
            ["http://", "https://", "//cdn", "@import", "url(", "innerHTML", "insertAdjacentHTML", "eval("]
        {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn both_languages_have_the_same_words() {
        let words = SCRIPT[0];
        let (_, rest) = words.split_once("en: {").unwrap();
        let (en, rest) = rest.split_once("\n  },").unwrap();
        let (es, _) = rest.split_once("es: {").unwrap().1.split_once("\n  },").unwrap();
        let key = regex::Regex::new("([a-zA-Z_]+): \"").unwrap();
        let keys = |text: &str| key.captures_iter(text).map(|found| found[1].to_owned()).collect::<Vec<_>>();
        assert!(keys(en).len() > 50);
        assert_eq!(keys(en), keys(es));
    }
}
