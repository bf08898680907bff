//! Records requests as NDJSON, on a thread of its own so that a slow disk does not hold answers up for long.
//!
//! The file is 0600 and appended to; lines are those of [`Received::line`](super::received::Received::line).

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use super::received::Received;

/// Requests that wait for the disk at most; then answers wait too.
const WAITING: usize = 256;

/// What the thread is asked to do.
#[derive(Debug)]
enum Job {
    Record(Arc<Received>),
    /// Says when everything before it is written.
    Flush(oneshot::Sender<()>),
}

/// A recording in progress.
#[derive(Debug)]
pub(super) struct Recorder {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    failed: Arc<AtomicBool>,
}

impl Recorder {
    /// Opens `path` for appending.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
        end_line(&mut file);
        let (queue, waiting) = mpsc::channel(WAITING);
        let failed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&failed);
        let thread = std::thread::Builder::new()
            .name("record".to_owned())
            .spawn(move || write(file, waiting, &flag))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), failed })
    }

    /// Whether something could not be written.
    pub(super) fn failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Hands a request to the disk.
    pub(super) async fn record(&self, request: Arc<Received>) {
        if let Some(queue) = &self.queue {
            // The thread lives as long as the recorder.
            queue.send(Job::Record(request)).await.ok();
        }
    }

    /// Waits until everything that was handed over is written.
    pub(super) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if let Some(queue) = &self.queue
            && queue.send(Job::Flush(done)).await.is_ok()
        {
            written.await.ok();
        }
    }
}

impl Drop for Recorder {
    /// Waits until everything is on disk.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Ends the line in which a killed process stopped, so that the next one stands alone. A pipe has no end to look at.
fn end_line(file: &mut File) {
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() && file.read_exact(&mut last).is_ok() && last != *b"\n" {
        file.write_all(b"\n").ok();
    }
}

fn write(file: File, mut waiting: mpsc::Receiver<Job>, broken: &AtomicBool) {
    let mut out = BufWriter::with_capacity(64 * 1024, file);
    while let Some(first) = waiting.blocking_recv() {
        let mut failed = false;
        let mut flushed = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Record(request) => failed |= writeln!(out, "{}", request.line()).is_err(),
                Job::Flush(done) => flushed.push(done),
            }
            next = waiting.try_recv().ok();
        }
        // Nothing waits: readers of the file see everything.
        failed |= out.flush().is_err();
        if failed && !broken.swap(true, Ordering::AcqRel) {
            // Whoever started the receiver tells people, in their language.
            tracing::debug!("the recording can't be written");
        }
        for done in flushed {
            done.send(()).ok();
        }
    }
}
