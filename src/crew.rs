//! Work on the parts of a file by all cores, with the results in the order of the parts.
//!
//! Comes in: jobs, what to do with each, and who takes the results. Goes out: the results, one after the other, on the
//! thread that asked. Bounded: a few jobs are under way, however long the file is. On a single core, and for a single
//! job, there are no threads. Leaf module: everyone may import it.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvError, SyncSender, sync_channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

/// More threads would wait for the one that hands the jobs out.
const MOST: usize = 8;

/// Jobs that lie ready for a thread while it is at another one.
const READY: usize = 2;

/// Threads that work side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crew(usize);

impl Crew {
    /// As many as there are cores that this process may use.
    pub(crate) fn of_this_machine() -> Self {
        // Asking costs a dozen system calls.
        static CORES: LazyLock<usize> =
            LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
        Self(MOST.min(*CORES))
    }

    /// Whether it is but one.
    pub(crate) fn is_alone(self) -> bool {
        self.0 < 2
    }

    /// Does `work` on every job and gives the results to `take` in the order of the jobs; each thread has a `desk` of
    /// its own. Ends early with the first error of `take`.
    pub(crate) fn work<J: Send, D, R: Send, E>(
        self,
        mut jobs: impl Iterator<Item = J>,
        desk: impl Fn() -> D + Sync,
        work: impl Fn(&mut D, J) -> R + Sync,
        mut take: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let first: Vec<J> = jobs.by_ref().take(2).collect();
        let several = first.len() > 1;
        let jobs = first.into_iter().chain(jobs);
        if self.is_alone() || !several {
            let mut desk = desk();
            return jobs.map(|job| work(&mut desk, job)).try_for_each(take);
        }
        let ready = self.0 * READY;
        let (give, given) = sync_channel::<(J, SyncSender<R>)>(ready);
        let given = Mutex::new(given);
        thread::scope(|scope| {
            // It goes before the scope waits for the threads, which then have no more jobs to wait for.
            let give = give;
            for _ in 0..self.0 {
                scope.spawn(|| {
                    let mut desk = desk();
                    while let Ok((job, done)) = next(&given) {
                        // Nobody wants further results where taking one failed.
                        if done.send(work(&mut desk, job)).is_err() {
                            break;
                        }
                    }
                });
            }
            let mut under_way: VecDeque<Receiver<R>> = VecDeque::with_capacity(ready);
            for job in jobs {
                if under_way.len() == ready {
                    let oldest = under_way.pop_front().and_then(|result| result.recv().ok());
                    let Some(result) = oldest else { return Ok(()) };
                    take(result)?;
                }
                let (done, result) = sync_channel(1);
                if give.send((job, done)).is_err() {
                    return Ok(());
                }
                under_way.push_back(result);
            }
            under_way.into_iter().map_while(|result| result.recv().ok()).try_for_each(take)
        })
    }
}

/// The next job, for whichever thread is free first: one that shares its core with the thread that asked keeps no other
/// waiting. A thread that panics takes its job with it, whose result then never comes: the scope passes the panic on.
fn next<T>(given: &Mutex<Receiver<T>>) -> Result<T, RecvError> {
    given.lock().unwrap_or_else(PoisonError::into_inner).recv()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        for members in 1..=5 {
            for count in [0, 1, 2, 3, 100] {
                let mut taken = Vec::new();
                let slow_now_and_then = |(): &mut (), job: u64| {
                    if job.is_multiple_of(7) {
                        thread::sleep(Duration::from_millis(2));
                    }
                    job * 2
                };
                Crew(members)
                    .work(
                        0..count,
                        || (),
                        slow_now_and_then,
                        |result| {
                            taken.push(result);
                            Ok::<_, Infallible>(())
                        },
                    )
                    .unwrap();
                assert_eq!(taken, (0..count).map(|job| job * 2).collect::<Vec<_>>(), "{members}");
            }
        }
    }

    #[test]
    fn a_panic_is_passed_on() {
        for members in 2..=3 {
            let panicked = std::panic::catch_unwind(|| {
                let never_done = |(): &mut (), job: u64| assert!(job != 20, "job 20 can't be done");
                Crew(members).work(0..100, || (), never_done, |()| Ok::<_, Infallible>(()))
            });
            assert!(panicked.is_err(), "{members}");
        }
    }

    #[test]
    fn an_error_ends_it() {
        for members in 1..=3 {
            let mut taken = 0;
            let ended = Crew(members).work(
                0..,
                || (),
                |(), job: u64| job,
                |job| {
                    taken += 1;
                    if job == 20 { Err("enough") } else { Ok(()) }
                },
            );
            assert_eq!((ended, taken), (Err("enough"), 21), "{members}");
        }
    }
}
