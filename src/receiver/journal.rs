//! The requests that arrived, the last ones of them: what the admin side, the inspector and the recording show.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::received::Received;
use super::spec::Keep;

/// The last requests, bounded by number and by bytes.
#[derive(Debug)]
pub(super) struct RequestList {
    keep: Keep,
    last: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with its weight, since the oldest one's own memory is the farthest away when it goes.
    requests: VecDeque<(Arc<Received>, usize)>,
    bytes: usize,
    leaving: Leaving,
    /// How many were ever added: followers count with it, since numbers arrive out of order.
    added: u64,
    /// How often the list was emptied.
    cleared: u64,
}

/// How many requests are freed at a time, and how many bytes of them wait for it at most. So many of one size a usual
/// allocator has at hand for the next ones.
const FREED_AT_A_TIME: (usize, usize) = (7, 256 * 1024);

/// Requests that the list has no room for. Each is far away in memory by then: freed one by one they would be waited for
/// one by one, while several can be fetched at once.
#[derive(Debug, Default)]
struct Leaving {
    requests: Vec<Arc<Received>>,
    bytes: usize,
}

impl Leaving {
    fn push(&mut self, request: Arc<Received>, weight: usize) {
        self.requests.push(request);
        self.bytes += weight;
    }

    /// Those that it is time to free; nothing where others shall join them.
    fn due(&mut self) -> Option<Self> {
        let (most, bytes) = FREED_AT_A_TIME;
        let room = || Self { requests: Vec::with_capacity(most), bytes: 0 };
        (self.requests.len() >= most || self.bytes > bytes).then(|| std::mem::replace(self, room()))
    }

    /// Frees them; not while anybody waits for the list.
    fn free(self) {
        let fetched = self.requests.iter().fold(0, |sum, request| {
            let Received { n, head, answer, fault, .. } = &**request;
            sum ^ *n ^ head.len() as u64 ^ answer.len() as u64 ^ u64::from(fault.is_some())
        });
        std::hint::black_box(fetched);
    }
}

/// How far a follower has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    added: u64,
    cleared: u64,
}

impl Cursor {
    /// Before the oldest request that is kept, though the list was emptied as often as at `self`.
    pub(super) fn beginning(self) -> Self {
        Self { added: 0, ..self }
    }
}

/// What is new since a cursor.
#[derive(Debug)]
pub struct News {
    /// Oldest first.
    pub requests: Vec<Arc<Received>>,
    /// Some or all were taken out of the list in between; `requests` begins with those that are left.
    pub cleared: bool,
    /// Where to go on.
    pub cursor: Cursor,
}

impl RequestList {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, last: AtomicU64::new(0), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next request.
    pub(super) fn number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn add(&self, request: Arc<Received>) {
        let weight = request.weight();
        let mut kept = self.kept();
        kept.bytes += weight;
        kept.added += 1;
        kept.requests.push_back((request, weight));
        while kept.requests.len() > self.keep.requests || kept.bytes > self.keep.bytes {
            let Some((oldest, weight)) = kept.requests.pop_front() else { break };
            kept.bytes -= weight;
            kept.leaving.push(oldest, weight);
        }
        let due = kept.leaving.due();
        drop(kept);
        if let Some(due) = due {
            due.free();
        }
    }

    /// What was added since `cursor`, oldest first, `most` of it; all that is left, where some were taken out.
    pub(super) fn since(&self, cursor: Cursor, most: usize) -> News {
        let kept = self.kept();
        let cleared = kept.cleared != cursor.cleared;
        // After some were taken out nobody knows which ones a follower still has: it is given all that are left.
        let cursor = if cleared { Cursor { added: 0, ..cursor } } else { cursor };
        let unread = usize::try_from(kept.added - cursor.added).unwrap_or(usize::MAX);
        let unread = unread.min(kept.requests.len());
        let start = kept.requests.len() - unread;
        let requests: Vec<_> =
            kept.requests.iter().skip(start).take(most).map(|(request, _)| request.clone()).collect();
        let left = (unread - requests.len()) as u64;
        News { requests, cleared, cursor: Cursor { added: kept.added - left, cleared: kept.cleared } }
    }

    /// What was added since `cursor`, oldest first, whatever was taken out meanwhile: for who tells each request once.
    pub(super) fn added_since(&self, cursor: Cursor) -> News {
        let now = self.end();
        self.since(Cursor { cleared: now.cleared, ..cursor }, usize::MAX)
    }

    /// After the newest request.
    pub(super) fn end(&self) -> Cursor {
        let kept = self.kept();
        Cursor { added: kept.added, cleared: kept.cleared }
    }

    pub(super) fn all(&self) -> Vec<Arc<Received>> {
        self.kept().requests.iter().map(|(request, _)| request.clone()).collect()
    }

    pub(super) fn get(&self, n: u64) -> Option<Arc<Received>> {
        self.kept()
            .requests
            .iter()
            .rev()
            .find(|(request, _)| request.n == n)
            .map(|(request, _)| request.clone())
    }

    /// Takes out the requests that `fits` chooses, and returns them.
    pub(super) fn remove(&self, fits: impl Fn(&Received) -> bool) -> Vec<Arc<Received>> {
        let mut kept = self.kept();
        let all = std::mem::take(&mut kept.requests).into_iter();
        let (removed, left): (VecDeque<_>, _) = all.partition(|(request, _)| fits(request));
        kept.requests = left;
        if !removed.is_empty() {
            kept.bytes = kept.requests.iter().map(|(_, weight)| weight).sum();
            kept.cleared += 1;
        }
        removed.into_iter().map(|(request, _)| request).collect()
    }

    pub(super) fn clear(&self) {
        let old = {
            let mut kept = self.kept();
            kept.bytes = 0;
            kept.cleared += 1;
            std::mem::take(&mut kept.requests)
        };
        drop(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(n: u64, body: usize) -> Arc<Received> {
        Arc::new(Received::sample(n, body))
    }

    fn numbers(requests: &[Arc<Received>]) -> Vec<u64> {
        requests.iter().map(|request| request.n).collect()
    }

    #[test]
    fn keeps_the_last_ones_by_number_and_by_bytes() {
        let list = RequestList::new(Keep { requests: 3, bytes: 9_800, ..Keep::default() });
        for n in 1..=5 {
            list.add(received(n, 10));
        }
        assert_eq!(numbers(&list.all()), [3, 4, 5]);
        list.add(received(6, 9_000));
        assert_eq!(numbers(&list.all()), [5, 6]);
    }

    #[test]
    fn followers_miss_nothing_that_arrives_late_and_learn_of_an_emptied_list() {
        let list = RequestList::new(Keep::default());
        list.add(received(2, 1));
        list.add(received(3, 1));
        let news = list.since(Cursor::default(), 1);
        assert_eq!(numbers(&news.requests), [2]);
        list.add(received(1, 1));
        let news = list.since(news.cursor, 10);
        assert_eq!(numbers(&news.requests), [3, 1]);
        list.clear();
        list.add(received(4, 1));
        let news = list.since(news.cursor, 10);
        assert!(news.cleared);
        assert_eq!(numbers(&news.requests), [4]);
        assert!(!list.since(news.cursor, 10).cleared);
    }
}
