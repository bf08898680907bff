//! Lanes and barriers hold on random schedules, whatever the answers and however long they take.

use std::time::Duration;

use crm_bridge::config::Lookup;
use crm_bridge::delivery::transport::Broke;
use crm_bridge::delivery::{Delivery, Settings};
use crm_bridge::journal::MemoryJournal;
use crm_bridge::report::event::Outcome;
use proptest::prelude::*;

use crate::script::{Act, Latency, Script, Seen, answer, deliver, delivery, settings};

/// Latencies from a list, round and round.
#[derive(Debug)]
struct Listed {
    millis: Vec<u64>,
    next: usize,
}

impl Latency for Listed {
    fn next(&mut self, _: &str) -> Duration {
        self.next += 1;
        Duration::from_millis(self.millis[self.next % self.millis.len()])
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Take),
        2 => Just(Act::Answer(answer(500, ""))),
        1 => Just(Act::Answer(answer(503, ""))),
        1 => Just(Act::Answer(answer(400, "{}"))),
        1 => Just(Act::Break(Broke::Timeout)),
    ]
}

/// Ids of few letters, so that many are inside others; some of one client.
fn deliveries() -> impl Strategy<Value = Vec<(Delivery, Vec<Act>)>> {
    let one = ("[ab]{1,3}|[AB]{2}", 0..6_u64, prop::collection::vec(act(), 0..4));
    prop::collection::vec(one, 1..25).prop_map(|ones| {
        let rows = ones.into_iter().zip(2..);
        rows.map(|((id, lane, acts), row)| (delivery(row, &format!("CRM-{id}"), lane), acts)).collect()
    })
}

fn tries<'s>(seen: &'s [Seen], id: &'s str) -> impl Iterator<Item = &'s Seen> {
    seen.iter().filter(move |seen| seen.id == id)
}

/// Runs a schedule and checks what must hold.
fn check(all: Vec<(Delivery, Vec<Act>)>, millis: Vec<u64>, jobs: usize, window: usize, lookup: Lookup) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let script = Script::new().latency(Listed { millis, next: 0 });
        // The first answer is a good one, so that no run ends as unreachable; five in a row given up still may.
        let script = script.on("CRM-0", [Act::Take]);
        let script = all.iter().fold(script, |script, (one, acts)| script.on(&one.id, acts.clone()));
        let mut feed = vec![delivery(1, "CRM-0", 99)];
        feed.extend(all.iter().map(|(one, _)| one.clone()));
        let settings = Settings { lookup, window, ..settings(jobs) };
        let (end, notes) = deliver(feed.clone(), &script, &MemoryJournal::new(), &settings).await;
        let seen = script.seen.borrow();
        assert!(script.most_at_once.get() <= jobs);
        for (index, later) in feed.iter().enumerate() {
            for earlier in &feed[..index] {
                let (short, long) = (earlier.id.to_lowercase(), later.id.to_lowercase());
                let barrier =
                    short == long || lookup == Lookup::Substring && long.starts_with(short.as_str());
                if earlier.id == later.id || !(barrier || earlier.lane == later.lane) {
                    continue;
                }
                for first in tries(&seen, &earlier.id) {
                    for second in tries(&seen, &later.id) {
                        // A repeated id has tries of several deliveries; those can't be told apart here.
                        let repeated = |id: &str| feed.iter().filter(|one| one.id == id).count() > 1;
                        if !repeated(&earlier.id) && !repeated(&later.id) {
                            assert!(first.end <= second.start, "{} before {}", earlier.id, later.id);
                        }
                    }
                }
            }
        }
        if end.stop.is_none() {
            assert_eq!(end.counts.unprocessed, 0);
            for one in &feed {
                let delivered = notes.0.iter().filter(|note| {
                    note.id_presencia_crm.eq_ignore_ascii_case(&one.id) && note.outcome == Outcome::Delivered
                });
                assert!(delivered.count() <= 1, "{} counts once", one.id);
            }
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn lanes_and_barriers_hold(
        all in deliveries(),
        millis in prop::collection::vec(0..400_u64, 1..7),
        jobs in 1..9_usize,
        window in prop_oneof![Just(1), Just(4), Just(64)],
        exact in any::<bool>(),
    ) {
        let lookup = if exact { Lookup::Exact } else { Lookup::Substring };
        check(all, millis, jobs, window, lookup);
    }
}
