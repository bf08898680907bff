//! Who may ask for what, and how often.
//!
//! Webhooks show the shared secret. The pages are for this machine, and for whoever shows the same secret. Each source
//! has a share of requests, and a small one of wrong secrets, so that nobody finds the secret by trying.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{AUTHORIZATION, FORWARDED, HOST, HeaderName};
use tokio::time::Instant;

use crate::config::Token;

/// The header of the shared secret.
pub const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-crm-webhook-token");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Wrong secrets a source may show at once, and how many it regains a second.
const WRONG_AT_ONCE: f64 = 20.0;
const WRONG_A_SECOND: f64 = 0.5;
/// Sources remembered; beyond that those whose shares are full again are forgotten, then all.
const MOST_SOURCES: usize = 10_000;

/// Watches over requests.
#[derive(Debug)]
pub struct Gate {
    token: Token,
    rate: Option<f64>,
    sources: Mutex<HashMap<IpAddr, Source>>,
}

#[derive(Debug, Clone, Copy)]
struct Source {
    requests: f64,
    wrong: f64,
    seen: Instant,
}

/// Why a webhook is turned away before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnedAway {
    /// No secret, or a wrong one.
    Token,
    /// The source sends too often, or has shown too many wrong secrets.
    TooOften,
}

impl Gate {
    /// A gate that expects `token`, and lets each source send `rate` webhooks a second where one is set.
    pub fn new(token: Token, rate: Option<f64>) -> Self {
        Self { token, rate, sources: Mutex::default() }
    }

    /// Lets a webhook from `peer` in, or not.
    pub fn webhook(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), TurnedAway> {
        let right = headers.get(TOKEN_HEADER).is_some_and(|shown| self.token.matches(shown.as_bytes()));
        if right && self.rate.is_none() {
            return Ok(());
        }
        self.spend(peer.ip(), right, Instant::now())
    }

    /// Whether `peer` may see the pages: this machine, asking for itself, or whoever shows the secret.
    pub fn page(&self, peer: SocketAddr, headers: &HeaderMap) -> Result<(), TurnedAway> {
        if is_this_machine(peer, headers) {
            return Ok(());
        }
        let shown = shown_secret(headers);
        if shown.is_some_and(|shown| self.token.matches(&shown)) {
            return Ok(());
        }
        self.spend(peer.ip(), false, Instant::now())
    }

    fn spend(&self, source: IpAddr, right: bool, now: Instant) -> Result<(), TurnedAway> {
        let burst = self.rate.map_or(f64::INFINITY, |rate| rate.max(1.0));
        let mut sources = self.sources();
        if sources.len() >= MOST_SOURCES && !sources.contains_key(&source) {
            let full =
                |one: &Source| now.duration_since(one.seen).as_secs_f64() * WRONG_A_SECOND >= WRONG_AT_ONCE;
            sources.retain(|_, one| !full(one));
            if sources.len() >= MOST_SOURCES {
                sources.clear();
            }
        }
        let entry =
            sources.entry(source).or_insert(Source { requests: burst, wrong: WRONG_AT_ONCE, seen: now });
        let passed = now.duration_since(entry.seen).as_secs_f64();
        entry.seen = now;
        entry.requests = (entry.requests + passed * self.rate.unwrap_or(f64::INFINITY)).min(burst);
        entry.wrong = (entry.wrong + passed * WRONG_A_SECOND).min(WRONG_AT_ONCE);
        if right {
            return if take(&mut entry.requests) { Ok(()) } else { Err(TurnedAway::TooOften) };
        }
        Err(if take(&mut entry.wrong) { TurnedAway::Token } else { TurnedAway::TooOften })
    }

    fn sources(&self) -> MutexGuard<'_, HashMap<IpAddr, Source>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(share: &mut f64) -> bool {
    let enough = *share >= 1.0;
    if enough {
        *share -= 1.0;
    }
    enough
}

/// Whether the request was made on this machine, and not by somebody else through a proxy here, nor by a foreign page
/// whose name was pointed at it.
fn is_this_machine(peer: SocketAddr, headers: &HeaderMap) -> bool {
    let direct = !headers.contains_key(FORWARDED) && !headers.contains_key(FORWARDED_FOR);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    peer.ip().to_canonical().is_loopback() && direct && names_this_machine(host)
}

fn names_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// The secret as the header of webhooks, as a Bearer, or as the password that a browser asks for.
fn shown_secret(headers: &HeaderMap) -> Option<Vec<u8>> {
    if let Some(shown) = headers.get(TOKEN_HEADER) {
        return Some(shown.as_bytes().to_vec());
    }
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(rest.trim()).ok()?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    Some(pair[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HERE: &str = "127.0.0.1:9";
    const THERE: &str = "10.0.0.7:9";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn gate(rate: Option<f64>) -> Gate {
        Gate::new(Token::new("s3cret"), rate)
    }

    #[test]
    fn only_the_whole_secret_opens() {
        let gate = gate(None);
        let peer = THERE.parse().unwrap();
        assert_eq!(gate.webhook(peer, &headers(&[("x-crm-webhook-token", "s3cret")])), Ok(()));
        for wrong in ["s3cre", "s3cret2", "S3CRET", ""] {
            let shown = headers(&[("x-crm-webhook-token", wrong)]);
            assert_eq!(gate.webhook(peer, &shown), Err(TurnedAway::Token), "{wrong}");
        }
        assert_eq!(gate.webhook(peer, &HeaderMap::new()), Err(TurnedAway::Token));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_finds_the_secret_by_trying_and_the_others_are_not_disturbed() {
        let gate = gate(None);
        let (one, other) = (THERE.parse().unwrap(), "10.0.0.8:9".parse().unwrap());
        let wrong = headers(&[("x-crm-webhook-token", "guess")]);
        let answers: Vec<_> = (0..25).map(|_| gate.webhook(one, &wrong)).collect();
        assert_eq!(answers.iter().filter(|answer| **answer == Err(TurnedAway::Token)).count(), 20);
        assert_eq!(gate.webhook(other, &wrong), Err(TurnedAway::Token));
        assert_eq!(gate.webhook(one, &headers(&[("x-crm-webhook-token", "s3cret")])), Ok(()));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(gate.webhook(one, &wrong), Err(TurnedAway::Token));
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_has_its_share_of_requests() {
        let gate = gate(Some(2.0));
        let peer = THERE.parse().unwrap();
        let right = headers(&[("x-crm-webhook-token", "s3cret")]);
        let answers: Vec<_> = (0..3).map(|_| gate.webhook(peer, &right)).collect();
        assert_eq!(answers, [Ok(()), Ok(()), Err(TurnedAway::TooOften)]);
        assert_eq!(gate.webhook("10.0.0.8:9".parse().unwrap(), &right), Ok(()));
        tokio::time::advance(Duration::from_millis(600)).await;
        assert_eq!(gate.webhook(peer, &right), Ok(()));
    }

    #[test]
    fn the_pages_are_for_this_machine_or_for_the_secret() {
        let gate = gate(None);
        let see = |peer: &str, pairs: &[(&'static str, &str)]| {
            gate.page(peer.parse().unwrap(), &headers(pairs)).is_ok()
        };
        assert!(see(HERE, &[("host", "127.0.0.1:8002")]));
        assert!(see("[::1]:9", &[("host", "[::1]:8002")]));
        assert!(see(HERE, &[("host", "localhost:8002")]));
        assert!(!see(HERE, &[("host", "evil.example")]), "a foreign page pointed its name here");
        assert!(
            !see(HERE, &[("host", "localhost"), ("x-forwarded-for", "1.2.3.4")]),
            "a proxy asks for somebody"
        );
        assert!(!see(THERE, &[("host", "localhost")]));
        assert!(see(THERE, &[("authorization", "Bearer s3cret")]));
        assert!(see(THERE, &[("authorization", &format!("Basic {}", STANDARD.encode("ana:s3cret")))]));
        assert!(!see(THERE, &[("authorization", &format!("Basic {}", STANDARD.encode("s3cret:")))]));
        assert!(!see(THERE, &[("authorization", "Basic !!")]));
    }
}
