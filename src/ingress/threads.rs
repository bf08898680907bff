//! Threads that connections are spread over, each with a runtime of its own.
//!
//! A runtime that shares its tasks among threads wakes one thread from another for nearly every burst of requests, and
//! frees on one core what was allocated on the other. Webhooks are short and alike: a connection that stays where it
//! was put is answered with a tenth less time.

use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio_util::sync::CancellationToken;

/// Running threads. They end by themselves once this is dropped, with what is still in work on them.
#[derive(Debug)]
pub(super) struct Threads {
    runtimes: Vec<Handle>,
    ending: CancellationToken,
}

impl Threads {
    /// Starts `count` of them, or one.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let mut started = Self { runtimes: Vec::new(), ending: CancellationToken::new() };
        for number in 1..=count.max(1) {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            started.runtimes.push(runtime.handle().clone());
            let ending = started.ending.clone();
            let run = move || runtime.block_on(ending.cancelled());
            thread::Builder::new().name(format!("ingress-{number}")).spawn(run)?;
        }
        Ok(started)
    }

    /// Where a connection is served: they take turns.
    pub(super) fn of(&self, connection: u64) -> &Handle {
        let turn = connection % self.runtimes.len() as u64;
        &self.runtimes[usize::try_from(turn).unwrap_or_default()]
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.ending.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn connections_take_turns_and_what_is_in_work_ends_with_them() {
        let threads = Threads::start(2).unwrap();
        let name = || thread::current().name().unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for connection in 0..4 {
            names.push(threads.of(connection).spawn(async move { name() }).await.unwrap());
        }
        assert_eq!(names, ["ingress-1", "ingress-2", "ingress-1", "ingress-2"]);

        let held = Arc::new(());
        let holder = Arc::clone(&held);
        let endless = threads.of(0).spawn(async move {
            std::future::pending::<()>().await;
            drop(holder);
        });
        drop(threads);
        tokio::time::timeout(Duration::from_secs(10), endless).await.unwrap().unwrap_err();
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
