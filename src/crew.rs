//! Work on the parts of a file by all cores, with the results in the order of the parts.
//!
//! Comes in: jobs, what to do with each, and who takes the results. Goes out: the results, one after the other, on the
//! thread that asked. Bounded: a few jobs are under way, however long the file is. On a single core, and for a single
//! job, there are no threads. Leaf module: everyone may import it.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Scope};

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
        Self(thread::available_parallelism().map_or(1, NonZero::get).min(MOST))
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
        thread::scope(|scope| {
            let members: Vec<Member<J, R>> = (0..self.0).map(|_| Member::hire(scope, &desk, &work)).collect();
            let ready = members.len() * READY;
            // Job after job goes round the members, and so do the results.
            let mut next = members.iter().cycle();
            let mut under_way = 0;
            for (job, member) in jobs.zip(members.iter().cycle()) {
                if under_way == ready {
                    let Some(result) = next.next().and_then(Member::result) else { return Ok(()) };
                    take(result)?;
                    under_way -= 1;
                }
                if !member.give(job) {
                    return Ok(());
                }
                under_way += 1;
            }
            next.map_while(Member::result).take(under_way).try_for_each(take)
        })
    }
}

/// One thread, with its jobs and its results. It ends when nobody gives it jobs any more; where it panicked, it neither
/// takes jobs nor has results, and the scope passes the panic on.
struct Member<J, R> {
    jobs: SyncSender<J>,
    results: Receiver<R>,
}

impl<J: Send, R: Send> Member<J, R> {
    fn hire<'s, 'e, D>(
        scope: &'s Scope<'s, 'e>,
        desk: &'s (impl Fn() -> D + Sync),
        work: &'s (impl Fn(&mut D, J) -> R + Sync),
    ) -> Self
    where
        J: 's,
        R: 's,
    {
        let (jobs, mine) = sync_channel(READY);
        let (done, results) = sync_channel(READY);
        scope.spawn(move || {
            let mut desk = desk();
            // Nobody wants further results where taking one failed.
            mine.into_iter().map(|job| work(&mut desk, job)).all(|result| done.send(result).is_ok());
        });
        Self { jobs, results }
    }

    fn give(&self, job: J) -> bool {
        self.jobs.send(job).is_ok()
    }

    fn result(&self) -> Option<R> {
        self.results.recv().ok()
    }
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
