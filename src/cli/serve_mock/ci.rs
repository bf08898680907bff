//! What a CI job asks of `serve-mock`: what to wait for, for how long, and what makes the exit code 1.
//!
//! Comes in: the flags, and the running receiver. Goes out: when it is time to end, and the verdict.

use std::path::PathBuf;
use std::time::Duration;

use chrono::Utc;
use clap::Args;
use tokio::time::Instant;

use crate::error::{Failure, Kind};
use crate::receiver::fault::read_duration;
use crate::receiver::tally::Answered;
use crate::receiver::verify::VerifyError;
use crate::receiver::{Expected, ExpectedPayloads, Running};
use crate::said;

/// How long `--expect` waits where `--within` is not given.
const WITHIN: Duration = Duration::from_secs(30);
/// Times that stragglers may prolong the wait: a sender that never rests must not keep a job alive.
const ROUNDS: u32 = 5;

#[derive(Debug, Args)]
#[command(next_help_heading = "For CI")]
pub(super) struct CiArgs {
    /// Ends with 0 once at least this many distinct presencias have arrived, with 1 after --within. 0: none may arrive,
    /// for as long as --within says.
    #[arg(long, value_name = "N")]
    expect: Option<u64>,
    /// How long to wait for --expect or --verify [default with --expect: 30s].
    #[arg(long, value_name = "TIME", value_parser = read_duration)]
    within: Option<Duration>,
    /// Payloads that must arrive, as JSON (one a line, several lines each, an array, or of --dry-run --json): ends with 1
    /// where one is missing, came with other content, or another one came or was refused. Waits for --within, else for a
    /// signal.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// Ends with 1 where a request was refused by the rules (400, 401, 404, 409, 415 …), whatever else arrived; injected
    /// faults don't count. --verify does so by itself.
    #[arg(long)]
    fail_on_refused: bool,
    /// Refused requests don't make --verify end with 1.
    #[arg(long, requires = "verify", conflicts_with = "fail_on_refused")]
    allow_refused: bool,
    /// Ends only when no request came for this long after everything has arrived, so that repeats and stragglers are
    /// still answered (five times this at most); afterwards connections are refused.
    #[arg(long, value_name = "TIME", value_parser = read_duration, default_value = "1s")]
    settle: Duration,
}

/// What became of what was expected.
pub(super) struct Verdict {
    /// Whether the exit code is 0.
    pub(super) met: bool,
    /// `--expect`.
    pub(super) wanted: Option<u64>,
    /// Distinct presencias.
    pub(super) arrived: u64,
    /// What `--verify` found.
    pub(super) expected: Option<Expected>,
    /// All that was answered.
    pub(super) answered: Answered,
    /// Whether refused requests alone make the exit code 1.
    pub(super) refused_matter: bool,
    /// Whether anything was expected at all.
    pub(super) asked: bool,
}

impl CiArgs {
    /// Refuses what makes no sense together, and reads the expected payloads.
    pub(super) fn payloads(&self) -> Result<Option<ExpectedPayloads>, Failure> {
        if self.within.is_some() && self.expect.is_none() && self.verify.is_none() {
            return Err(Failure::new(
                Kind::Usage,
                said!(en: "--within alone waits for nothing", es: "--within por sí solo no espera nada"),
            )
            .hint(said!(
                en: "add --expect N or --verify FILE; to run for a while and no longer: `timeout 30 crm-bridge serve-mock`",
                es: "agregue --expect N o --verify ARCHIVO; para que corra solo un rato: `timeout 30 crm-bridge serve-mock`"
            )));
        }
        if self.expect == Some(0) && self.verify.is_some() {
            return Err(Failure::new(
                Kind::Usage,
                said!(
                    en: "--expect 0 lets nothing arrive, --verify wants payloads to",
                    es: "--expect 0 no deja llegar nada, y --verify espera payloads"
                ),
            )
            .hint(said!(en: "leave one of the two out", es: "quite una de las dos")));
        }
        let Some(path) = &self.verify else { return Ok(None) };
        ExpectedPayloads::read(path).map(Some).map_err(|error| unreadable(&error))
    }

    /// Waits until it is time to end; for ever where only a signal ends it.
    pub(super) async fn wait(&self, running: &Running) {
        let Some(within) = self.within.or(self.expect.map(|_| WITHIN)) else {
            return std::future::pending().await;
        };
        // Where nothing may arrive, the first arrival settles it.
        let wanted = self.expect.map_or(0, |wanted| wanted.max(1));
        let until = Instant::now() + within;
        while running.wait_for(wanted, Some(until.saturating_duration_since(Instant::now()))).await {
            self.settle(running).await;
            // A reset may have come meanwhile: what arrived before it was a rehearsal.
            if running.has_arrived(wanted) {
                return;
            }
        }
    }

    /// Waits until no request has come for a while.
    async fn settle(&self, running: &Running) {
        // By the time of arrival: the request that settled it may not be in the list yet.
        let (mut cursor, mut since) = (running.newest(), Utc::now());
        for _ in 0..ROUNDS {
            tokio::time::sleep(self.settle).await;
            let news = running.news(cursor, usize::MAX);
            let Some(last) =
                news.requests.iter().map(|request| request.time).filter(|time| *time > since).max()
            else {
                break;
            };
            (cursor, since) = (news.cursor, last);
        }
    }

    /// Judges what arrived.
    pub(super) fn judge(&self, running: &Running) -> Verdict {
        let (arrived, expected, answered) = (running.arrived(), running.expected(), running.answered());
        let refused_matter = self.fail_on_refused || (self.verify.is_some() && !self.allow_refused);
        let enough = match self.expect {
            Some(0) => arrived == 0,
            Some(wanted) => arrived >= wanted,
            None => true,
        };
        let met = enough
            && expected.as_ref().is_none_or(Expected::is_exact)
            && !(refused_matter && answered.refused > 0);
        let asked = self.expect.is_some() || self.verify.is_some() || self.fail_on_refused;
        Verdict { met, wanted: self.expect, arrived, expected, answered, refused_matter, asked }
    }
}

fn unreadable(error: &VerifyError) -> Failure {
    Failure::new(Kind::Input, error.said()).hint(said!(
        en: "--verify wants payloads as JSON, one after another or in an array, such as `replay-csv FILE --dry-run --json` prints",
        es: "--verify espera payloads en JSON, uno tras otro o en un arreglo, como los que imprime `replay-csv ARCHIVO --dry-run --json`"
    ))
}
