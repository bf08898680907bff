//! The dispatcher in paused time: retries, repeats of 500, sales, collisions, stops.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use crm_bridge::config::{Jobs, MaxFailures};
use crm_bridge::delivery::transport::{Answer, Broke};
use crm_bridge::delivery::{Claim, Delivery, Journal, JournalError, Settings, Settled, Settlement, Stop};
use crm_bridge::journal::MemoryJournal;
use crm_bridge::report::event::Outcome;

use crate::script::{Act, Script, answer, deliver, deliveries, sale, settings};

fn status(status: u16) -> Act {
    Act::Answer(answer(status, "{}"))
}

fn retry_after(status: u16, after: &str) -> Act {
    Act::Answer(Answer { retry_after: Some(after.to_owned()), ..answer(status, "{}") })
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(start_paused = true)]
async fn everything_is_delivered_once_and_recorded() {
    let (script, journal) = (Script::new(), MemoryJournal::new());
    let ids: Vec<String> = (100..400).map(|n| format!("CRM-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (end, notes) = deliver(deliveries(&ids), &script, &journal, &settings(8)).await;
    assert_eq!((end.counts.delivered, end.attempts, end.stop), (300, 300, None));
    assert_eq!((script.most_at_once.get(), journal.len()), (8, 300));
    assert_eq!(notes.of("CRM-250").id_presencia.as_deref(), Some("PRS-CRM-250"));
    let (again, notes) = deliver(deliveries(&ids), &Script::new(), &journal, &settings(8)).await;
    assert_eq!((again.counts.duplicates, again.attempts), (300, 0));
    assert_eq!(notes.of("CRM-250").id_presencia.as_deref(), Some("PRS-CRM-250"));
}

#[tokio::test(start_paused = true)]
async fn force_sends_again_what_has_a_receipt() {
    let journal = MemoryJournal::new();
    deliver(deliveries(&["A"]), &Script::new(), &journal, &settings(1)).await;
    let force = Settings { force: true, ..settings(1) };
    let (end, _) = deliver(deliveries(&["A"]), &Script::new(), &journal, &force).await;
    assert_eq!((end.counts.delivered, end.attempts), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn force_never_sends_a_venta_twice() {
    let journal = MemoryJournal::new();
    deliver(vec![sale(2, "A")], &Script::new(), &journal, &settings(1)).await;
    let force = Settings { force: true, ..settings(1) };
    let script = Script::new();
    let (end, notes) = deliver(vec![sale(2, "A")], &script, &journal, &force).await;
    assert_eq!((end.counts.unknown, end.attempts), (1, 1), "nobody knows whether the venta is still there");
    assert!(!script.seen.borrow()[0].has_venta());
    assert_eq!((notes.class("A"), notes.of("A").id_venta.as_deref()), ("forced", None));
    let (end, _) = deliver(vec![sale(2, "A")], &Script::new(), &journal, &settings(1)).await;
    assert_eq!((end.counts.duplicates, end.attempts), (1, 0), "its receipt stands");
}

/// A journal whose first answer is of a moment ago, as that of a run that another one got past.
struct Stale<'j>(&'j MemoryJournal, Cell<bool>);

impl Journal for Stale<'_> {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        if self.1.replace(false) { Ok(Claim::New) } else { self.0.claim(delivery).await }
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        self.0.intend(settlement).await
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        self.0.settle(settlements).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_venta_that_somebody_else_sent_meanwhile_is_settled_by_what_is_there() {
    for (answered, outcome) in
        [(Act::Take, Outcome::Duplicate), (Act::Break(Broke::Timeout), Outcome::Unknown)]
    {
        let journal = MemoryJournal::new();
        let first = Script::new().on("A", [Act::Take, answered]);
        deliver(vec![sale(2, "A")], &first, &journal, &settings(1)).await;
        let script = Script::new();
        let stale = Stale(&journal, Cell::new(true));
        let (end, notes) = deliver(vec![sale(2, "A")], &script, &stale, &settings(1)).await;
        assert_eq!((notes.outcome("A"), end.attempts, end.stop), (outcome, 1, None));
        assert!(!script.seen.borrow()[0].has_venta());
    }
}

#[tokio::test(start_paused = true)]
async fn a_500_is_asked_again_in_place_and_then_alone() {
    let script = Script::new().on("A", [status(500), status(500), Act::Take]);
    let mut all = vec!["A"];
    let others: Vec<String> = (0..60).map(|n| format!("B{n:02}")).collect();
    all.extend(others.iter().map(String::as_str));
    let (end, notes) = deliver(deliveries(&all), &script, &MemoryJournal::new(), &settings(4)).await;
    assert_eq!((end.counts.delivered, notes.of("A").attempts), (61, 3));
    let seen = script.seen.borrow();
    let tries: Vec<_> = seen.iter().filter(|seen| seen.id == "A").collect();
    assert!(tries.windows(2).all(|pair| pair[1].start >= pair[0].end + ms(200)));
    assert!(tries.iter().all(|one| one.body == tries[0].body));
    assert!(
        seen.iter().filter(|seen| seen.id != "A").all(|other| !other.overlaps(tries[2])),
        "alone on the wire"
    );
    assert!(
        seen.iter().any(|other| other.id != "A" && other.start > tries[0].end && other.end < tries[1].start)
    );
}

#[tokio::test(start_paused = true)]
async fn the_third_500_in_a_row_is_a_fault_of_the_data() {
    let script = Script::new().on("A", [status(500), status(500), status(500)]);
    let (end, notes) = deliver(deliveries(&["A", "B"]), &script, &MemoryJournal::new(), &settings(1)).await;
    assert_eq!((end.counts.failed, end.counts.delivered, end.stop), (1, 1, None));
    assert_eq!(
        (notes.class("A"), notes.of("A").http_status, notes.of("A").attempts),
        ("server", Some(500), 3)
    );
}

#[tokio::test(start_paused = true)]
async fn backoff_waits_by_its_steps_and_gives_up() {
    let script = Script::new().on("B", std::iter::repeat_n(status(503), 5));
    let (end, notes) = deliver(deliveries(&["A", "B"]), &script, &MemoryJournal::new(), &settings(1)).await;
    assert_eq!((end.counts.failed, end.counts.delivered), (1, 1));
    assert_eq!((notes.class("B"), notes.of("B").attempts), ("server", 5));
    let times = script.times("B");
    let waits: Vec<u64> =
        times.windows(2).map(|pair| pair[1].saturating_sub(pair[0] + ms(10)).as_secs()).collect();
    assert_eq!(waits, [1, 5, 30, 120]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_in_both_shapes_and_garbage_is_not() {
    let script = Script::new()
        .on("A", [retry_after(429, "7")])
        .on("B", [retry_after(503, "Thu, 01 Jan 1970 00:00:20 GMT")])
        .on("C", [retry_after(429, "in a while")]);
    let (end, _) = deliver(deliveries(&["A", "B", "C"]), &script, &MemoryJournal::new(), &settings(1)).await;
    assert_eq!(end.counts.delivered, 3);
    let wait = |id: &str| {
        let times = script.times(id);
        times[1].saturating_sub(times[0]).as_secs()
    };
    assert_eq!((wait("A"), wait("B"), wait("C")), (7, 20, 1));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_stops_the_run() {
    for asked in ["301", "99999999999999999999999999", "Thu, 01 Jan 1970 00:05:01 GMT"] {
        let script = Script::new().on("B", [retry_after(429, asked)]);
        let (end, _) =
            deliver(deliveries(&["A", "B", "C"]), &script, &MemoryJournal::new(), &settings(1)).await;
        assert!(matches!(end.stop, Some(Stop::WaitTooLong(_))), "{asked}: {:?}", end.stop);
        assert_eq!((end.counts.delivered, end.counts.unprocessed), (1, 2));
        assert_eq!(end.unfinished, [(0, 3), (0, 4)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_stops_the_run_and_names_the_rest() {
    let script = Script::new().on("B", [status(401)]);
    let (end, notes) =
        deliver(deliveries(&["A", "B", "C", "D"]), &script, &MemoryJournal::new(), &settings(1)).await;
    assert!(matches!(end.stop, Some(Stop::Refused(_))));
    assert_eq!(end.stop.expect("a stop").failure().kind.exit_code(), 4);
    assert_eq!((end.counts.delivered, end.counts.failed, end.counts.unprocessed), (1, 1, 2));
    assert_eq!((notes.outcome("B"), notes.class("B")), (Outcome::Failed, "refused"));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_token_costs_one_request_whatever_the_jobs() {
    let ids = ["A", "B", "C", "D", "E", "F"];
    let script = ids.iter().fold(Script::new(), |script, id| script.on(id, [status(401)]));
    let (end, _) = deliver(deliveries(&ids), &script, &MemoryJournal::new(), &settings(32)).await;
    assert_eq!((end.attempts, end.counts.failed, end.counts.unprocessed), (1, 1, 5));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_not_there_is_tried_twice() {
    for broke in [Broke::Dns, Broke::Connect, Broke::Tls, Broke::Timeout, Broke::Broken] {
        let script = Script::new().on("A", [Act::Break(broke), Act::Break(broke)]);
        let (end, _) = deliver(deliveries(&["A", "B"]), &script, &MemoryJournal::new(), &settings(32)).await;
        assert!(matches!(end.stop, Some(Stop::Unreachable(_))), "{broke:?}");
        assert_eq!(end.stop.expect("a stop").failure().kind.exit_code(), 3);
        assert_eq!((end.attempts, end.counts.failed, end.counts.unprocessed), (2, 1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn five_given_up_in_a_row_open_the_circuit() {
    let ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let script = ids[1..]
        .iter()
        .fold(Script::new(), |script, id| script.on(id, std::iter::repeat_n(Act::Break(Broke::Connect), 9)));
    let (end, _) = deliver(deliveries(&ids), &script, &MemoryJournal::new(), &settings(1)).await;
    assert!(matches!(end.stop, Some(Stop::Circuit(_))));
    assert_eq!((end.counts.delivered, end.counts.failed, end.counts.unprocessed), (1, 5, 2));
}

#[tokio::test(start_paused = true)]
async fn max_failures_stops_by_count_and_by_share() {
    let ids = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    for (most, failed) in [(MaxFailures::Count(3), 3), (MaxFailures::Percent(40.0), 4)] {
        let script = ids.iter().fold(Script::new(), |script, id| script.on(id, [status(400)]));
        let settings = Settings { max_failures: Some(most), total: 10, ..settings(1) };
        let (end, _) = deliver(deliveries(&ids), &script, &MemoryJournal::new(), &settings).await;
        assert_eq!(end.stop, Some(Stop::TooManyFailures(failed)), "{most:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_receipt_for_two_ids_is_a_collision_of_the_later() {
    let script = Script::new().on("A", [Act::Receipt("PRS1")]).on("B", [Act::Receipt("PRS1")]);
    let journal = MemoryJournal::new();
    let (end, notes) = deliver(deliveries(&["A", "B"]), &script, &journal, &settings(1)).await;
    assert_eq!((end.counts.delivered, end.counts.collisions), (1, 1));
    let error = notes.of("B").error.as_ref().expect("an error");
    assert!(error.message.en.contains('A') && error.message.en.contains("PRS1"), "{}", error.message);
    let script = Script::new().on("C", [Act::Receipt("PRS1")]);
    let (end, _) = deliver(deliveries(&["C"]), &script, &journal, &settings(1)).await;
    assert_eq!(end.counts.collisions, 1, "against the journal, too");
}

#[tokio::test(start_paused = true)]
async fn a_sale_goes_in_two_steps() {
    let script = Script::new();
    let (end, notes) = deliver(vec![sale(2, "A")], &script, &MemoryJournal::new(), &settings(1)).await;
    assert_eq!((end.counts.delivered, end.attempts), (1, 2));
    let seen = script.seen.borrow();
    assert!(!seen[0].has_venta() && seen[1].has_venta());
    assert_eq!(notes.of("A").id_venta.as_deref(), Some("VTA-PRS-A"));
}

#[tokio::test(start_paused = true)]
async fn a_doubtful_venta_is_unknown_and_never_sent_again() {
    for doubt in
        [Act::Break(Broke::Timeout), Act::Break(Broke::Broken), status(500), status(502), status(503)]
    {
        let (script, journal) = (Script::new().on("A", [Act::Take, doubt]), MemoryJournal::new());
        let (end, notes) = deliver(vec![sale(2, "A")], &script, &journal, &settings(1)).await;
        assert_eq!((end.counts.unknown, end.attempts), (1, 2));
        assert!(notes.of("A").error.as_ref().expect("an error").hint.en.contains("runs settle"));
        let (again, _) = deliver(vec![sale(2, "A")], &Script::new(), &journal, &settings(1)).await;
        assert_eq!((again.counts.unknown, again.attempts), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_venta_whose_answer_is_none_of_the_webhooks_is_unknown_and_stops_the_run() {
    let page = Answer { content_type: Some("text/html".to_owned()), ..answer(200, "<p>Ingresar") };
    for astray in [page, answer(204, ""), answer(200, "[]"), answer(200, r#"{"detail":"ok","id_presen"#)] {
        let script = Script::new().on("A", [Act::Take, Act::Answer(astray)]);
        let journal = MemoryJournal::new();
        let (end, notes) = deliver(vec![sale(2, "A"), sale(3, "B")], &script, &journal, &settings(1)).await;
        assert_eq!((end.counts.unknown, end.counts.unprocessed, end.attempts), (1, 1, 2));
        assert_eq!(end.stop.expect("a stop").failure().kind.exit_code(), 4);
        let error = notes.of("A").error.as_ref().expect("an error");
        assert!(error.hint.en.contains("runs settle") && error.message.en.contains("P02"), "{error:?}");
        let (again, _) = deliver(vec![sale(2, "A")], &Script::new(), &journal, &settings(1)).await;
        assert_eq!((again.counts.unknown, again.attempts), (1, 0));
    }
    // Before the presencia has its receipt no venta was sent.
    let script = Script::new().on("A", [Act::Answer(answer(200, "[]"))]);
    let (end, _) = deliver(vec![sale(2, "A")], &script, &MemoryJournal::new(), &settings(1)).await;
    assert_eq!((end.counts.failed, end.counts.unknown), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_venta_that_was_surely_not_taken_is_tried_again() {
    for sure in [Act::Break(Broke::Connect), status(429)] {
        let script = Script::new().on("A", [Act::Take, sure]);
        let (end, _) = deliver(vec![sale(2, "A")], &script, &MemoryJournal::new(), &settings(1)).await;
        assert_eq!((end.counts.delivered, end.attempts), (1, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_rejected_venta_is_rejected_and_can_be_sent_later() {
    let errors = r#"{"detail":"datos inválidos","errors":{"venta":{"lote":["no existe"]}}}"#;
    let (script, journal) =
        (Script::new().on("A", [Act::Take, Act::Answer(answer(400, errors))]), MemoryJournal::new());
    let (end, notes) = deliver(vec![sale(2, "A")], &script, &journal, &settings(1)).await;
    assert_eq!(end.counts.rejected, 1);
    let fields = &notes.of("A").error.as_ref().expect("an error").fields;
    assert_eq!(fields[..], [("venta.lote".to_owned(), "no existe".to_owned())]);
    let script = Script::new();
    let (again, _) = deliver(vec![sale(2, "A")], &script, &journal, &settings(1)).await;
    assert_eq!((again.counts.delivered, again.attempts), (1, 1));
    assert!(script.seen.borrow()[0].has_venta(), "the presencia has its receipt");
}

#[tokio::test(start_paused = true)]
async fn auto_grows_one_by_one_on_a_healthy_receiver() {
    let ids: Vec<String> = (1000..3000).map(|n| format!("X{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let script = Script::new();
    let auto = Settings { jobs: Jobs::Auto, ..settings(1) };
    let (end, _) = deliver(deliveries(&ids), &script, &MemoryJournal::new(), &auto).await;
    assert_eq!((end.counts.delivered, script.most_at_once.get()), (2000, 16));
    let seen = script.seen.borrow();
    assert!(seen[..50].windows(2).all(|pair| !pair[0].overlaps(&pair[1])), "it starts with one at a time");
}

#[tokio::test(start_paused = true)]
async fn a_repeat_that_was_alone_gives_the_wire_back_whatever_it_is_answered() {
    let script = Script::new().on("A", [status(500), status(500), status(503), status(500), Act::Take]);
    let (end, _) = deliver(deliveries(&["A", "B", "C"]), &script, &MemoryJournal::new(), &settings(2)).await;
    assert_eq!((end.counts.delivered, end.attempts), (3, 7));
}

/// The receiver answers to an id with the receipt of a longer one that holds it.
#[tokio::test(start_paused = true)]
async fn an_id_inside_one_that_is_on_its_way_is_not_taken_for_it() {
    let script = Script::new()
        .on("CRM-12", [status(500), status(500), Act::Receipt("PRS1")])
        .on("crm-1", [Act::Receipt("PRS1")]);
    let feed = vec![super::script::delivery(2, "CRM-12", 2), sale(3, "crm-1")];
    let (end, notes) = deliver(feed, &script, &MemoryJournal::new(), &settings(8)).await;
    assert_eq!((end.counts.delivered, end.counts.collisions), (1, 1));
    assert!(notes.of("crm-1").error.as_ref().expect("an error").message.en.contains("CRM-12"));
    let seen = script.seen.borrow();
    assert!(seen.iter().all(|seen| !seen.has_venta()), "the sale would be the other client's");
    assert_eq!(seen.last().map(|seen| seen.id.as_str()), Some("crm-1"));
}

#[tokio::test(start_paused = true)]
async fn an_id_inside_one_that_may_be_stored_is_not_sent() {
    for (lost, sent) in
        [(Act::Break(Broke::Timeout), false), (status(502), false), (Act::Break(Broke::Connect), true)]
    {
        let script = Script::new().on("CRM-12", vec![lost; 5]).on("CRM-1", [Act::Take]);
        let feed = deliveries(&["A", "CRM-12", "CRM-1"]);
        let (end, notes) = deliver(feed, &script, &MemoryJournal::new(), &settings(1)).await;
        assert_eq!(script.times("CRM-1").len(), usize::from(sent));
        let delivered = 1 + u64::from(sent);
        assert_eq!((end.counts.delivered, end.counts.failed), (delivered, 3 - delivered));
        if !sent {
            let error = notes.of("CRM-1").error.as_ref().expect("an error");
            assert!(error.message.en.contains("CRM-12") && error.hint.en.contains("--id-terminator"));
        }
    }
}
