//! The outbox's own thread: what is asked of it while a commit is under way is committed together with the next one.
//!
//! Comes in: questions and changes, from any task. Goes out: their answers, once they are on disk. One fsync serves all
//! who wait for it, so that the rate of webhooks is not bounded by the disk's own.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::outbox::{Checkpointer, Keeping, Outbox, OutboxError, Overview};

/// Changes that are committed together at most.
const GROUP: usize = 256;

/// Time between two looks at the log of commits.
const CHECKPOINTS: Duration = Duration::from_secs(2);

/// Something to be done with the outbox. It may be done twice, where the first time was taken back.
trait Task: Send {
    fn run(&mut self, outbox: &mut Outbox);
    /// Why it did not go well, as far as that concerns the others of its group.
    fn trouble(&self) -> Option<&OutboxError>;
    fn fail(&mut self, error: OutboxError);
    fn answer(self: Box<Self>);
}

struct Ask<F, T> {
    work: F,
    result: Option<Result<T, OutboxError>>,
    reply: oneshot::Sender<Result<T, OutboxError>>,
}

impl<F, T> Task for Ask<F, T>
where
    F: FnMut(&mut Outbox) -> Result<T, OutboxError> + Send,
    T: Send,
{
    fn run(&mut self, outbox: &mut Outbox) {
        self.result = Some((self.work)(outbox));
    }

    fn trouble(&self) -> Option<&OutboxError> {
        match &self.result {
            // A full queue is an answer: nothing was written.
            Some(Err(error)) if *error != OutboxError::QueueFull => Some(error),
            _ => None,
        }
    }

    fn fail(&mut self, error: OutboxError) {
        self.result = Some(Err(error));
    }

    fn answer(self: Box<Self>) {
        if let Some(result) = self.result {
            // Whoever asked may have gone: a client that hung up, a run that stopped.
            self.reply.send(result).ok();
        }
    }
}

/// A handle on the outbox's thread; the thread ends with its last handle.
#[derive(Clone)]
pub struct Keeper {
    tasks: Sender<Box<dyn Task>>,
    news: Arc<Notify>,
    /// The outbox's file, for people.
    path: Arc<str>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeper")
    }
}

impl Keeper {
    /// Opens the outbox in the journal's file `path` and starts its thread; tells how the outbox stands at `now`.
    pub fn start(
        path: &Path,
        keeping: Keeping,
        now: i64,
    ) -> Result<(Self, Overview, JoinHandle<()>), OutboxError> {
        let outbox = Outbox::open(path, keeping)?;
        let overview = outbox.overview(now, 0)?;
        let checkpointer = Checkpointer::open(path)?;
        let (tasks, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("relay-outbox".to_owned())
            .spawn(move || {
                let (alive, end) = channel::<()>();
                let second = std::thread::Builder::new().name("relay-checkpoint".to_owned());
                // Without it the log only grows until the process ends.
                let second = second.spawn(move || check(checkpointer, &end)).ok();
                keep(outbox, &queue);
                drop(alive);
                second.map(JoinHandle::join);
            })
            .map_err(|error| OutboxError::Broken(error.to_string()))?;
        let path = path.display().to_string().into();
        Ok((Self { tasks, news: Arc::default(), path }, overview, thread))
    }

    /// Does `work` with the outbox and waits until it is on disk. It must be harmless to do it again after it was taken
    /// back.
    pub async fn ask<T, F>(&self, work: F) -> Result<T, OutboxError>
    where
        T: Send + 'static,
        F: FnMut(&mut Outbox) -> Result<T, OutboxError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let gone = || OutboxError::Broken("the outbox's thread has ended".to_owned());
        self.tasks.send(Box::new(Ask { work, result: None, reply })).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// The outbox's file, for people.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Says that there may be something to send.
    pub fn tell_news(&self) {
        self.news.notify_one();
    }

    /// Waits until there may be something to send. For one listener.
    pub async fn news(&self) {
        self.news.notified().await;
    }
}

fn keep(mut outbox: Outbox, queue: &Receiver<Box<dyn Task>>) {
    let mut group = Vec::with_capacity(GROUP);
    while let Ok(first) = queue.recv() {
        group.push(first);
        while group.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            group.push(next);
        }
        if together(&mut outbox, &mut group).is_err() {
            for task in &mut group {
                alone(&mut outbox, task.as_mut());
            }
        }
        group.drain(..).for_each(Task::answer);
    }
}

/// Keeps the log of commits short until the other end of `end` is gone.
fn check(mut checkpointer: Checkpointer, end: &Receiver<()>) {
    while end.recv_timeout(CHECKPOINTS) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = checkpointer.checkpoint() {
            tracing::warn!(%error, "the log of commits can't be shortened");
        }
    }
}

/// Does the whole group in one transaction; an error where it was taken back.
fn together(outbox: &mut Outbox, group: &mut [Box<dyn Task>]) -> Result<(), OutboxError> {
    outbox.begin()?;
    for task in group.iter_mut() {
        task.run(outbox);
        if let Some(error) = task.trouble() {
            let error = error.clone();
            outbox.roll_back();
            return Err(error);
        }
    }
    outbox.commit().inspect_err(|_| outbox.roll_back())
}

/// Does one task in a transaction of its own, so that it fails for its own reasons only.
fn alone(outbox: &mut Outbox, task: &mut dyn Task) {
    let done = outbox.begin().and_then(|()| {
        task.run(outbox);
        match task.trouble() {
            Some(error) => Err(error.clone()),
            None => outbox.commit(),
        }
    });
    if let Err(error) = done {
        outbox.roll_back();
        task.fail(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Lookup;
    use crate::delivery::ContentHash;
    use crate::relay::outbox::Arrival;

    fn start() -> (tempfile::TempDir, Keeper) {
        let folder = tempfile::tempdir().unwrap();
        let keeping = Keeping { most: 1000, target: String::new(), lookup: Lookup::Substring };
        let (keeper, _, _) = Keeper::start(&folder.path().join("journal.db"), keeping, 0).unwrap();
        (folder, keeper)
    }

    fn arrival(id: &str) -> Arrival {
        Arrival {
            id: id.to_owned(),
            lane: 1,
            content: ContentHash::of(id.as_bytes()),
            venta: None,
            body: bytes::Bytes::from_static(b"{}"),
            refused: None,
        }
    }

    #[tokio::test]
    async fn one_that_fails_takes_nobody_with_it() {
        let (_folder, keeper) = start();
        // The thread is kept busy, so that the three behind are one group.
        let slow = keeper.ask(|_| {
            std::thread::sleep(std::time::Duration::from_millis(30));
            Ok(())
        });
        let good = keeper.ask(|outbox| outbox.accept(&arrival("A"), 1));
        let bad = keeper.ask(|outbox| {
            outbox.accept(&arrival("B"), 1)?;
            Err::<(), _>(OutboxError::DiskFull)
        });
        let also_good = keeper.ask(|outbox| outbox.accept(&arrival("C"), 1));
        let (slow, good, bad, also_good) = tokio::join!(slow, good, bad, also_good);
        assert!(slow.is_ok() && good.is_ok() && also_good.is_ok());
        assert_eq!(bad.unwrap_err(), OutboxError::DiskFull);
        assert_eq!(keeper.ask(|outbox| Ok(outbox.depth())).await.unwrap(), 2);
    }
}
