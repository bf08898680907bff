//! SIGKILL at random moments: nothing lost, nothing twice, and the counts add up.
//!
//! A short series runs with the suite. A long one, with a seed that repeats it:
//! `CRM_BRIDGE_KILL_ROUNDS=200 CRM_BRIDGE_SEED=1 cargo test --release --test runs kills -- --nocapture`

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::bridge::Bridge;
use crate::odd_receiver::{Fault, OddReceiver, Switches};

const EVENTS: u64 = 120;
const JOBS: u64 = 4;
/// Receipts that may not be on disk yet when the process dies: those of the last 20 ms, or of one group.
const UNRECORDED: u64 = 256;

/// A small generator of random numbers: the same seed gives the same moments.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
#[expect(clippy::print_stderr, reason = "a long series says how it went")]
fn killed_at_random_moments_nothing_is_lost_and_nothing_is_sent_twice() {
    let (rounds, seed) = (number("CRM_BRIDGE_KILL_ROUNDS", 12), number("CRM_BRIDGE_SEED", 1));
    let (mut kills, mut doubts, start) = (0, 0, Instant::now());
    let mut series = 0;
    while kills < rounds {
        let mut chance = Chance(seed.wrapping_mul(1_000_003).wrapping_add(series));
        let (killed, doubtful) = one_series(&mut chance, rounds - kills);
        (kills, doubts, series) = (kills + killed, doubts + doubtful, series + 1);
    }
    eprintln!(
        "{kills} kills in {series} runs of {EVENTS} events, seed {seed}: {doubts} ventas in doubt, {:?}",
        start.elapsed()
    );
}

/// One export, killed and resumed until it is through; gives the kills and the ventas that were in doubt.
fn one_series(chance: &mut Chance, most: u64) -> (u64, u64) {
    let faults = chance.next(3);
    let mut dice = Chance(chance.next(u64::MAX));
    let receiver = OddReceiver::with_faults(
        Switches {
            substring_lookup: true,
            close: chance.next(2) == 0,
            work: Duration::from_millis(1),
            ..Switches::default()
        },
        move |_, body| match dice.next(60) {
            0 if faults > 0 => Some(Fault::Status(500, Vec::new())),
            1 if faults > 1 && !body.contains("\"venta\"") => {
                Some(Fault::Status(429, vec![("Retry-After", "0".to_owned())]))
            }
            _ => None,
        },
    );
    let bridge = Bridge::new(&receiver.url);
    bridge.export("citas.csv", 1, EVENTS, true);
    let jobs = JOBS.to_string();
    let mut kills = 0;
    while kills < most.min(6) {
        // Until a run is on record, the command starts one.
        let fresh = bridge.run(&["runs", "list"]).lines.is_empty();
        let args: &[&str] =
            if fresh { &["replay-csv", "citas.csv", "--jobs", &jobs] } else { &["runs", "resume", "last"] };
        let mut child = bridge.spawn(args);
        std::thread::sleep(Duration::from_millis(5 + chance.next(90)));
        child.kill().expect("a kill");
        let status = child.wait().expect("an end");
        kills += 1;
        if status.success() {
            break;
        }
    }
    let fresh = bridge.run(&["runs", "list"]).lines.is_empty();
    let args: &[&str] =
        if fresh { &["replay-csv", "citas.csv", "--jobs", &jobs] } else { &["runs", "resume", "last"] };
    let last = bridge.run(args);
    assert!(matches!(last.code, Some(0 | 1)), "{:?} {}", last.code, last.stderr);
    let shown = bridge.run(&["runs", "show", "last"]);
    let counts = shown.of_kind("run")[0];
    assert!(crate::bridge::add_up(counts), "{counts}");
    let mut doubtful = in_doubt(&bridge);
    let doubts = doubtful.len() as u64;
    assert_eq!(counts["unprocessed"], 0);
    let bad = counts["failed"].as_u64().unwrap_or(1)
        + counts["rejected"].as_u64().unwrap_or(1)
        + counts["collisions"].as_u64().unwrap_or(1);
    assert_eq!(bad, 0, "{counts}");
    check_receiver(&receiver, kills);
    // A venta that is sent again may be in doubt again.
    while !doubtful.is_empty() {
        for letter in &doubtful {
            settle(&bridge, &receiver, letter);
        }
        let redriven = bridge.run(&["runs", "redrive", "last"]);
        doubtful = in_doubt(&bridge);
        let expected = i32::from(!doubtful.is_empty());
        assert_eq!(redriven.code, Some(expected), "{:?} {}", redriven.lines, redriven.stderr);
    }
    let whole = bridge.run(&["runs", "list"]);
    assert_eq!((&whole.lines[0]["delivered"], whole.lines.len()), (&EVENTS.into(), 1));
    let held = receiver.held();
    let ventas: HashSet<&String> = held.ventas.iter().collect();
    assert_eq!((held.ventas.len() as u64, ventas.len() as u64), (EVENTS / 10, EVENTS / 10));
    (kills, doubts)
}

/// The dead letters of ventas that are in doubt.
fn in_doubt(bridge: &Bridge) -> Vec<serde_json::Value> {
    let shown = bridge.run(&["runs", "show", "last"]);
    let letters = shown.of_kind("letter").into_iter().filter(|letter| letter["outcome"] == "unknown");
    letters.cloned().collect()
}

fn check_receiver(receiver: &OddReceiver, kills: u64) {
    let held = receiver.held();
    let distinct: HashSet<&str> = held.ids().into_iter().collect();
    assert_eq!((held.presencias.len() as u64, distinct.len() as u64), (EVENTS, EVENTS));
    let ventas: HashSet<&String> = held.ventas.iter().collect();
    assert_eq!(held.ventas.len(), ventas.len(), "no venta twice");
    let faults = 2 * held.total as u64 / 20;
    let needed = EVENTS + EVENTS / 10;
    assert!(
        held.total as u64 <= needed + kills * (JOBS + UNRECORDED.min(EVENTS)) + faults,
        "{} requests for {needed}",
        held.total
    );
}

/// Looks into the receiver, as a person would, and says what is there.
fn settle(bridge: &Bridge, receiver: &OddReceiver, letter: &serde_json::Value) {
    let id = letter["id_presencia_crm"].as_str().expect("an id");
    let row = letter["row"].to_string();
    let there = receiver.held().ventas.iter().any(|venta| venta == id);
    let truth = if there { "--delivered" } else { "--not-delivered" };
    let settled = bridge.run(&["runs", "settle", "last", &row, truth]);
    assert_eq!(settled.code, Some(0), "{}", settled.stderr);
}
