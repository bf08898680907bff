//! What is counted, for Prometheus (`OpenMetrics` text).

use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::outbox::Overview;

/// Content type of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;

/// The counters of one relay.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    accepted: Counter,
    repeated: Counter,
    delivered: Counter,
    retried: Counter,
    dead: Family<Labels, Counter>,
    turned_away: Family<Labels, Counter>,
    findings: Family<Labels, Counter>,
    answers: Histogram,
    attempts: Histogram,
    lag: Histogram,
    depth: Gauge,
    oldest: Gauge,
    dead_letters: Gauge,
    paused: Gauge,
    storing: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All counters at zero, for a relay that delivers.
    pub fn new() -> Self {
        let mut metrics = Self::unregistered();
        metrics.register();
        metrics.register_deliveries();
        metrics
    }

    /// All counters at zero, for a relay that publishes: what workers do is not its affair.
    pub fn publishing() -> Self {
        let mut metrics = Self::unregistered();
        metrics.register();
        metrics
    }

    fn unregistered() -> Self {
        // 0.1 ms to 1.6 s for answers; 1 ms to 33 s for attempts; 10 ms to 3 days for the way through the relay.
        let answers = Histogram::new(exponential_buckets(0.0001, 2.0, 15));
        let attempts = Histogram::new(exponential_buckets(0.001, 2.0, 16));
        let lag = Histogram::new(exponential_buckets(0.01, 4.0, 13));
        Self {
            registry: Registry::with_prefix("crm_bridge_relay"),
            accepted: Counter::default(),
            repeated: Counter::default(),
            delivered: Counter::default(),
            retried: Counter::default(),
            dead: Family::default(),
            turned_away: Family::default(),
            findings: Family::default(),
            answers,
            attempts,
            lag,
            depth: Gauge::default(),
            oldest: Gauge::default(),
            dead_letters: Gauge::default(),
            paused: Gauge::default(),
            storing: Gauge::default(),
        }
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("accepted", "Webhooks stored for delivery", self.accepted.clone());
        registry.register("repeated", "Webhooks that were there already", self.repeated.clone());
        registry.register("dead", "Webhooks given up, by cause", self.dead.clone());
        let what = "Requests that were not stored, by status";
        registry.register("turned_away", what, self.turned_away.clone());
        registry.register("findings", "Rules that spoke about a webhook, by code", self.findings.clone());
        let (what, answers) = ("Time to answer a webhook", self.answers.clone());
        registry.register_with_unit("answer", what, Unit::Seconds, answers);
        registry.register("queue_depth", "Webhooks that wait for their delivery", self.depth.clone());
        let (what, oldest) = ("Age of the oldest waiting webhook", self.oldest.clone());
        registry.register_with_unit("oldest_age", what, Unit::Seconds, oldest);
        registry.register("dead_letters", "Dead letters that nobody has settled", self.dead_letters.clone());
        registry.register("storing", "1 while webhooks can be stored", self.storing.clone());
    }

    fn register_deliveries(&mut self) {
        let registry = &mut self.registry;
        registry.register("delivered", "Webhooks with a receipt of the receiver", self.delivered.clone());
        registry.register("retried", "Failed attempts that are tried again", self.retried.clone());
        let (what, attempts) = ("Time of a request to the receiver", self.attempts.clone());
        registry.register_with_unit("attempt", what, Unit::Seconds, attempts);
        let (what, lag) = ("Time from receiving a webhook to its receipt", self.lag.clone());
        registry.register_with_unit("delivery", what, Unit::Seconds, lag);
        let what = "1 while deliveries pause and the receiver is probed";
        registry.register("paused", what, self.paused.clone());
    }

    /// A webhook was stored.
    pub fn accepted(&self) {
        self.accepted.inc();
    }

    /// A webhook was there already.
    pub fn repeated(&self) {
        self.repeated.inc();
    }

    /// A request was not stored.
    pub fn turned_away(&self, status: u16) {
        self.turned_away.get_or_create(&vec![("status", status.to_string())]).inc();
    }

    /// A rule spoke.
    pub fn finding(&self, code: &str) {
        self.findings.get_or_create(&vec![("code", code.to_owned())]).inc();
    }

    /// A webhook was answered after `took`.
    pub fn answered(&self, took: Duration) {
        self.answers.observe(took.as_secs_f64());
    }

    /// A request to the receiver took so long.
    pub fn attempted(&self, took: Duration) {
        self.attempts.observe(took.as_secs_f64());
    }

    /// A webhook has its receipt, so long after it was received.
    pub fn delivered(&self, lag: Duration) {
        self.delivered.inc();
        self.lag.observe(lag.as_secs_f64());
    }

    /// An attempt failed and is tried again.
    pub fn retried(&self) {
        self.retried.inc();
    }

    /// A webhook was given up.
    pub fn dead(&self, class: &str) {
        self.dead.get_or_create(&vec![("cause", class.to_owned())]).inc();
    }

    /// The text for Prometheus, with the gauges as `overview` says at `now`; as they were, where nobody could tell.
    pub fn text(&self, overview: Option<&Overview>, paused: bool, storing: bool, now: i64) -> String {
        if let Some(overview) = overview {
            self.depth.set(i64::try_from(overview.depth).unwrap_or(i64::MAX));
            self.oldest.set(overview.oldest.map_or(0, |oldest| (now - oldest).max(0) / 1000));
            self.dead_letters.set(i64::try_from(overview.dead).unwrap_or(i64::MAX));
        }
        self.paused.set(i64::from(paused));
        self.storing.set(i64::from(storing));
        let mut text = String::new();
        // Writing to a string can't fail.
        encode(&mut text, &self.registry).ok();
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_what_operators_alarm_on() {
        let metrics = Metrics::new();
        metrics.accepted();
        metrics.dead("rejected");
        metrics.answered(Duration::from_millis(1));
        let overview = Overview { depth: 3, oldest: Some(1_000), ..Overview::default() };
        let text = metrics.text(Some(&overview), true, true, 61_000);
        for line in [
            "crm_bridge_relay_accepted_total 1",
            "crm_bridge_relay_dead_total{cause=\"rejected\"} 1",
            "crm_bridge_relay_queue_depth 3",
            "crm_bridge_relay_oldest_age_seconds 60",
            "crm_bridge_relay_paused 1",
            "crm_bridge_relay_storing 1",
            "crm_bridge_relay_answer_seconds_count 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn who_publishes_says_nothing_about_deliveries_and_keeps_its_gauges_while_the_queue_is_away() {
        let metrics = Metrics::publishing();
        let overview = Overview { depth: 3, ..Overview::default() };
        metrics.text(Some(&overview), false, true, 0);
        let text = metrics.text(None, false, false, 0);
        assert!(text.contains("crm_bridge_relay_queue_depth 3\n"), "{text}");
        assert!(text.contains("crm_bridge_relay_storing 0\n"), "{text}");
        assert!(!text.contains("relay_delivered") && !text.contains("relay_paused"), "{text}");
    }
}
