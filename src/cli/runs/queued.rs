//! `runs redrive --queue`: the dead letters of a JetStream queue, published again for its workers.

use std::time::Instant;

use reqwest::Url;

use crate::cli::Context;
use crate::cli::delivering::runtime;
use crate::cli::ending::Ending;
use crate::cli::observers::observer;
use crate::error::Failure;
use crate::queue::{Options, Queue};
use crate::report::event::Counts;

/// Publishes dead letters again. A venta in doubt stays where it is, and so does what was rejected unless `rejected` asks
/// for it, and a message that nobody could read.
pub(super) fn requeue(
    url: &Url,
    options: &Options,
    rejected: bool,
    context: &Context,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let mut counts = Counts::default();
    let redriven = runtime()?
        .block_on(async {
            let queue = Queue::connect(url, options).await?;
            queue
                .redrive(|letter| {
                    counts.rows += 1;
                    match letter.reason.outcome.as_str() {
                        // A rule forbids to send it as it is.
                        "invalid" => counts.invalid += 1,
                        "unknown" => counts.unknown += 1,
                        "rejected" if !rejected => counts.rejected += 1,
                        _ => return true,
                    }
                    false
                })
                .await
        })
        .map_err(|error| error.failure())?;
    counts.queued = redriven.sent;
    // Asked for, and left all the same: unreadable.
    counts.failed = counts.rows - counts.invalid - counts.unknown - counts.rejected - counts.queued;
    let ending = Ending { command: "runs redrive", counts, allow_empty: true, ..Ending::default() };
    ending.finish(started, observer(context).as_mut())
}
