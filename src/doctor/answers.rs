//! What the receiver's answers to a wrong and to the right token mean. Pure.
//!
//! Both requests have the body `{}`: a receiver that takes it in has nothing to store, and the App Comercial answers
//! 401 before it reads the body, or 400 because there is no client in it. [`path`] judges the address, [`auth`] the
//! token, [`body`] what came of the empty body.

mod auth;
mod body;
mod path;

use reqwest::Url;

use super::probe::Answer;
use crate::lang::Said;
use crate::said;

pub(super) use body::{down, limited};
pub(super) use path::proxy_refuses;

/// The two answers, and what is known of the way to them.
pub(super) struct Answers<'a> {
    pub(super) url: &'a Url,
    /// To a token that can't be right.
    pub(super) wrong: &'a Answer,
    /// To the right one; none where there is none, or it was not sent.
    pub(super) right: Option<&'a Answer>,
}

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// 401 or 403 with JSON that has a `detail`: the webhook's own.
    Refused,
    /// 401 or 403 without: something before the webhook.
    RefusedBefore,
    /// 400 or 422 with JSON: it read the body and missed the client.
    Read,
    /// 2xx with JSON that names a presencia.
    Accepted,
    /// 2xx with JSON that does not: another service.
    Other,
    /// 2xx without: a page.
    Page,
    /// 3xx.
    Redirect,
    /// 404 or 410.
    NotThere,
    /// 405.
    NotPost,
    /// 400 without JSON.
    UnknownHost,
    /// 407.
    ProxyRefuses,
    /// 429.
    Limited,
    /// 408, 425, 502, 503, 504.
    Down,
    /// Other 5xx.
    Broken,
    /// Anything else with JSON that has a `detail`, as the webhook's own has.
    Odd,
    /// Anything else without: no webhook answers so.
    Stranger,
}

impl Meaning {
    pub(super) fn of(answer: &Answer) -> Self {
        let object = answer.object();
        let json = object.is_some();
        let detail = answer.has_detail();
        match answer.status.as_u16() {
            200..=299 if object.as_ref().is_some_and(|object| object.contains_key("id_presencia")) => {
                Self::Accepted
            }
            200..=299 if json => Self::Other,
            200..=299 => Self::Page,
            300..=399 => Self::Redirect,
            401 | 403 if detail => Self::Refused,
            401 | 403 => Self::RefusedBefore,
            400 | 422 if json => Self::Read,
            400 => Self::UnknownHost,
            404 | 410 => Self::NotThere,
            405 => Self::NotPost,
            407 => Self::ProxyRefuses,
            429 => Self::Limited,
            408 | 425 | 502..=504 => Self::Down,
            500..=599 => Self::Broken,
            // The webhook says why it refuses, in `detail`.
            _ if detail => Self::Odd,
            _ => Self::Stranger,
        }
    }
}

/// Whether the right token is sent after this answer to a wrong one: only where it is the webhook's own, and leaves
/// something to be told. What takes a wrong token takes any, and is not posted to again.
pub(super) fn wants_the_token(wrong: &Answer) -> bool {
    wrong.has_detail() && matches!(Meaning::of(wrong), Meaning::Refused | Meaning::Broken)
}

/// Who answered, where something between us and the App Comercial says so.
fn by(answer: &Answer) -> Said {
    match (answer.middle(), answer.header("server")) {
        (Some(middle), _) => {
            said!(en: " (by way of the proxy {middle})", es: " (por medio del proxy {middle})")
        }
        (None, Some(server)) => said!(en: " ({server})", es: " ({server})"),
        (None, None) => Said::default(),
    }
}
