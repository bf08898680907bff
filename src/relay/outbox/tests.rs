use std::collections::HashSet;

use bytes::Bytes;

use super::{
    Acceptance, Arrival, End, Ending, Hour, Keeping, Outbox, OutboxError, Redrive, Redriven, Refusal, redrive,
};
use crate::config::Lookup;
use crate::delivery::ContentHash;
use crate::lang::Said;

fn open(lookup: Lookup) -> (tempfile::TempDir, Outbox) {
    let folder = tempfile::tempdir().unwrap();
    let keeping = Keeping { most: 100, target: "http://receiver/".to_owned(), lookup };
    let outbox = Outbox::open(&folder.path().join("journal.db"), keeping).unwrap();
    (folder, outbox)
}

fn arrival(id: &str, lane: i64, content: &str) -> Arrival {
    Arrival {
        id: id.to_owned(),
        lane,
        content: ContentHash::of(content.as_bytes()),
        venta: None,
        body: Bytes::from(content.to_owned()),
        refused: None,
    }
}

fn refused(id: &str) -> Arrival {
    let refusal = Refusal { code: "S01", message: Said::same("wrong"), findings: "[]".to_owned() };
    Arrival { refused: Some(refusal), ..arrival(id, 1, "wrong") }
}

fn due(outbox: &mut Outbox, now: i64) -> Vec<i64> {
    let due = outbox.due(now, &HashSet::new(), 100, false).unwrap();
    due.entries.iter().map(|due| due.seq).collect()
}

fn delivered(outbox: &mut Outbox, seq: i64) {
    let ending = Ending::Delivered { id_presencia: Some("PRS1".to_owned()) };
    outbox.settle(&End { seq, attempts: 1, http_status: Some(200), maybe_stored: false, ending }, 9).unwrap();
}

fn again(outbox: &mut Outbox, seq: i64, next_at: i64) {
    tried(outbox, seq, next_at, false);
}

fn tried(outbox: &mut Outbox, seq: i64, next_at: i64, maybe_stored: bool) {
    let ending = Ending::Again {
        next_at,
        retries: 1,
        strikes: 0,
        class: "transport",
        message: Said::same("no connection"),
    };
    outbox.settle(&End { seq, attempts: 1, http_status: None, maybe_stored, ending }, 9).unwrap();
}

fn dead(outbox: &mut Outbox, seq: i64, class: &str) {
    let ending = Ending::Dead { class: class.to_owned(), message: Said::same("given up") };
    outbox.settle(&End { seq, attempts: 1, http_status: Some(500), maybe_stored: true, ending }, 9).unwrap();
}

#[test]
fn a_client_that_waits_holds_up_only_itself() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    for (id, lane) in [("A", 1), ("B", 1), ("C", 2)] {
        outbox.accept(&arrival(id, lane, id), 1).unwrap();
    }
    assert_eq!(due(&mut outbox, 1), [1, 3]);
    again(&mut outbox, 1, 50);
    assert_eq!(due(&mut outbox, 1), [3]);
    assert_eq!(outbox.due(1, &HashSet::from([3]), 9, false).unwrap().next_at, Some(50));
    assert_eq!(due(&mut outbox, 50), [3, 1]);
    delivered(&mut outbox, 1);
    assert_eq!(due(&mut outbox, 50), [2, 3], "the next of the client has waited since its arrival");
}

#[test]
fn an_id_waits_for_the_shorter_one_inside_it_whichever_came_first() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("CRM-12", 1, "long"), 1).unwrap();
    outbox.accept(&arrival("crm-1", 2, "short"), 1).unwrap();
    outbox.accept(&arrival("CRM-2", 3, "other"), 1).unwrap();
    assert_eq!(due(&mut outbox, 1), [2, 3]);
    again(&mut outbox, 2, 50);
    assert_eq!(due(&mut outbox, 1), [3]);
    dead(&mut outbox, 2, "rejected");
    assert_eq!(due(&mut outbox, 1), [1, 3]);
}

#[test]
fn an_id_inside_one_that_may_be_stored_waits_for_its_receipt() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("CRM-12", 1, "long"), 1).unwrap();
    assert_eq!(due(&mut outbox, 1), [1]);
    tried(&mut outbox, 1, 50, true);
    outbox.accept(&arrival("crm-1", 2, "short"), 2).unwrap();
    outbox.accept(&arrival("CRM-123", 3, "longest"), 2).unwrap();
    assert_eq!(due(&mut outbox, 10), [] as [i64; 0]);
    assert_eq!(due(&mut outbox, 50), [1], "the shorter one does not hold it up in turn");
    delivered(&mut outbox, 1);
    assert_eq!(due(&mut outbox, 50), [2]);
    delivered(&mut outbox, 2);
    assert_eq!(due(&mut outbox, 50), [3]);
}

#[test]
fn an_exact_look_up_needs_no_waiting() {
    let (_folder, mut outbox) = open(Lookup::Exact);
    outbox.accept(&arrival("CRM-1", 1, "short"), 1).unwrap();
    outbox.accept(&arrival("CRM-12", 2, "long"), 1).unwrap();
    assert_eq!(due(&mut outbox, 1), [1, 2]);
}

#[test]
fn lanes_and_ids_that_cross_can_not_wait_for_each_other() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    for (id, lane) in [("A1", 1), ("B", 1), ("B1", 2), ("A", 2)] {
        outbox.accept(&arrival(id, lane, id), 1).unwrap();
    }
    let mut order = Vec::new();
    for _ in 0..10 {
        let Some(seq) = due(&mut outbox, 1).first().copied() else { break };
        delivered(&mut outbox, seq);
        order.push(seq);
    }
    order.sort_unstable();
    assert_eq!(order, [1, 2, 3, 4]);
    assert_eq!(outbox.depth(), 0);
}

#[test]
fn the_same_content_twice_is_one_delivery_waiting_or_delivered() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    let first = outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    let second = outbox.accept(&arrival("a", 1, "x"), 2).unwrap();
    assert_eq!(first.acceptance, Acceptance::Queued);
    assert_eq!((second.acceptance, &second.delivery_id), (Acceptance::Repeated, &first.delivery_id));
    delivered(&mut outbox, 1);
    assert_eq!(outbox.accept(&arrival("A", 1, "x"), 3).unwrap().acceptance, Acceptance::Repeated);
    assert_eq!((outbox.depth(), due(&mut outbox, 9)), (0, vec![]));
}

#[test]
fn a_delivery_to_another_receiver_is_no_repeat() {
    let (folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    delivered(&mut outbox, 1);
    let keeping = Keeping { target: "http://elsewhere/".to_owned(), ..outbox.keeping.clone() };
    drop(outbox);
    let mut outbox = Outbox::open(&folder.path().join("journal.db"), keeping).unwrap();
    assert_eq!(outbox.accept(&arrival("A", 1, "x"), 3).unwrap().acceptance, Acceptance::Queued);
}

#[test]
fn other_content_of_an_id_waits_for_the_first_even_in_another_lane() {
    let (_folder, mut outbox) = open(Lookup::Exact);
    outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    outbox.accept(&arrival("A", 2, "y"), 2).unwrap();
    assert_eq!(due(&mut outbox, 5), [1]);
    delivered(&mut outbox, 1);
    assert_eq!(due(&mut outbox, 5), [2]);
}

#[test]
fn a_dead_letter_that_is_sent_again_waits_again() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    let first = outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    dead(&mut outbox, 1, "transport");
    assert_eq!(outbox.depth(), 0);
    let second = outbox.accept(&arrival("A", 1, "x"), 2).unwrap();
    assert_eq!((second.acceptance, second.delivery_id), (Acceptance::Revived, first.delivery_id));
    assert_eq!((outbox.depth(), due(&mut outbox, 9)), (1, vec![1]));
}

#[test]
fn what_a_rule_forbids_is_a_dead_letter_and_stays_one() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    assert_eq!(outbox.accept(&refused("A"), 1).unwrap().acceptance, Acceptance::Refused);
    assert_eq!(outbox.accept(&refused("A"), 1).unwrap().acceptance, Acceptance::Refused);
    assert_eq!(due(&mut outbox, 9), Vec::<i64>::new());
    let letters = outbox.dead_letters(10).unwrap();
    assert_eq!((letters.len(), letters[0].class.as_str()), (1, "S01"));
    let kept: Vec<u8> = outbox.conn.query_row("SELECT body FROM relay_outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, b"wrong");
    let redriven = outbox.redrive(&Redrive::default(), 2).unwrap();
    assert_eq!(redriven, Redriven { refused: 1, ..Redriven::default() });
}

#[test]
fn a_redrive_queues_what_may_be_sent_again_and_leaves_a_sale_in_doubt() {
    let (folder, mut outbox) = open(Lookup::Substring);
    for id in ["A", "B", "C"] {
        outbox.accept(&arrival(id, 1, id), 1).unwrap();
    }
    dead(&mut outbox, 1, "server");
    dead(&mut outbox, 2, "unknown");
    dead(&mut outbox, 3, "rejected");
    let path = folder.path().join("journal.db");
    let one = Redrive { class: Some("rejected".to_owned()), ..Redrive::default() };
    assert_eq!(redrive(&path, &one, 2).unwrap().queued, 1);
    let all = redrive(&path, &Redrive::default(), 2).unwrap();
    assert_eq!(all, Redriven { queued: 1, doubtful: 1, ..Redriven::default() });
    outbox.recount().unwrap();
    assert_eq!((outbox.depth(), due(&mut outbox, 9)), (2, vec![3]), "one client, one at a time");
}

#[test]
fn what_was_rejected_stays_although_another_letter_of_its_id_goes() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("A", 1, "wrong"), 1).unwrap();
    dead(&mut outbox, 1, "rejected");
    outbox.accept(&arrival("A", 1, "x"), 2).unwrap();
    dead(&mut outbox, 2, "server");
    let which = Redrive { leave_rejected: true, ..Redrive::default() };
    let redriven = outbox.redrive(&which, 3).unwrap();
    assert_eq!(redriven, Redriven { queued: 1, rejected: 1, ..Redriven::default() });
    assert_eq!((due(&mut outbox, 9), outbox.dead_count().unwrap()), (vec![2], 1));
    assert_eq!(outbox.dead_letters(9).unwrap()[0].class, "rejected");
}

#[test]
fn each_error_has_a_remedy_of_its_own() {
    let newer = OutboxError::Newer { path: String::new(), found: 9, known: 1 };
    let remedies =
        [OutboxError::DiskFull, OutboxError::QueueFull, newer, OutboxError::Broken("x".to_owned())]
            .map(|error| error.failure(std::path::Path::new("j.db")).hint.unwrap_or_default().en);
    let different: std::collections::BTreeSet<_> = remedies.iter().collect();
    assert_eq!(different.len(), 4, "{remedies:?}");
    assert!(remedies[2].contains("newer crm-bridge") && !remedies[2].contains("space"), "{remedies:?}");
}

#[test]
fn a_word_about_a_sale_and_a_terminator_let_letters_go() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    let body =
        |id: &str| format!(r#"{{"id_presencia_crm":"{id}","cliente":{{"numero_documento":"41234567"}}}}"#);
    for (seq, id, class) in
        [(1, "CRM-1", "unknown"), (2, "CRM-2", "unknown"), (3, "CRM-3", "unknown"), (4, "CRM-4", "collision")]
    {
        outbox.accept(&arrival(id, seq, &body(id)), 1).unwrap();
        dead(&mut outbox, seq, class);
    }
    let said = [("crm-1".to_owned(), true), ("crm-2".to_owned(), false)].into();
    let redriven = outbox.redrive(&Redrive { said, ..Redrive::default() }, 2).unwrap();
    assert_eq!(redriven, Redriven { queued: 1, doubtful: 1, collided: 1, arrived: 1, ..Redriven::default() });
    assert_eq!(due(&mut outbox, 2), [2]);
    delivered(&mut outbox, 2);
    let redriven = outbox.redrive(&Redrive { terminator: "]".to_owned(), ..Redrive::default() }, 3).unwrap();
    assert_eq!((redriven.queued, redriven.doubtful), (1, 1));
    let sent = outbox.due(3, &HashSet::new(), 9, false).unwrap().entries;
    assert_eq!((sent.len(), &sent[0].body[..]), (1, body("CRM-4]").as_bytes()));
    assert_eq!(outbox.dead_count().unwrap(), 1, "the one in doubt");
}

#[test]
fn what_a_clock_that_was_ahead_put_off_comes_back() {
    const DAY: i64 = 24 * 3600 * 1000;
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("CRM-1", 1, "a"), 400 * DAY).unwrap();
    outbox.accept(&arrival("CRM-2", 2, "b"), 1).unwrap();
    again(&mut outbox, 2, DAY);
    assert_eq!(due(&mut outbox, 10), [] as [i64; 0]);
    assert_eq!(outbox.trust_the_clock(10).unwrap(), 1);
    assert_eq!(due(&mut outbox, 10), [1], "a wait of the schedule stands");
    assert_eq!(outbox.trust_the_clock(10).unwrap(), 0);
}

#[test]
fn a_full_queue_takes_repeats_and_dead_letters_but_nothing_new() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.keeping.most = 1;
    outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    assert_eq!(outbox.accept(&arrival("B", 1, "x"), 1).unwrap_err(), OutboxError::QueueFull);
    assert_eq!(outbox.accept(&arrival("A", 1, "x"), 1).unwrap().acceptance, Acceptance::Repeated);
    assert_eq!(outbox.accept(&refused("C"), 1).unwrap().acceptance, Acceptance::Refused);
}

#[test]
fn what_is_taken_back_was_never_there() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    outbox.begin().unwrap();
    outbox.accept(&arrival("A", 1, "x"), 1).unwrap();
    outbox.roll_back();
    assert_eq!((outbox.depth(), due(&mut outbox, 9)), (0, vec![]));
}

#[test]
fn the_queue_outlives_the_process_and_a_newer_one_is_refused() {
    let (folder, mut outbox) = open(Lookup::Substring);
    outbox.accept(&arrival("A", 1, "x"), 7).unwrap();
    let keeping = outbox.keeping.clone();
    drop(outbox);
    let path = folder.path().join("journal.db");
    let mut outbox = Outbox::open(&path, keeping.clone()).unwrap();
    assert_eq!((outbox.depth(), outbox.oldest().unwrap(), due(&mut outbox, 9)), (1, Some(7), vec![1]));
    outbox.conn.execute("UPDATE relay_meta SET value = 99", []).unwrap();
    drop(outbox);
    assert!(matches!(Outbox::open(&path, keeping), Err(OutboxError::Newer { found: 99, .. })));
}

#[test]
fn the_overview_counts_by_hour_and_by_cause() {
    let (_folder, mut outbox) = open(Lookup::Substring);
    let hour = 3_600_000;
    outbox.accept(&arrival("A", 1, "x"), hour).unwrap();
    outbox.accept(&arrival("B", 2, "x"), hour).unwrap();
    dead(&mut outbox, 1, "server");
    let overview = outbox.overview(hour, 24).unwrap();
    assert_eq!((overview.depth, overview.dead, overview.oldest), (1, 1, Some(hour)));
    assert_eq!(overview.hours[0], Hour { hour: 1, accepted: 2, ..Hour::default() });
    assert_eq!(overview.hours[1].dead, 1);
    let cause = &overview.causes[0];
    assert_eq!((cause.class.as_str(), cause.http_status, cause.last_id.as_str()), ("server", Some(500), "A"));
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _outbox) = open(Lookup::Substring);
    let mode = std::fs::metadata(folder.path().join("journal.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
