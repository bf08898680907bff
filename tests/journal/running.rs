//! Runs on record: their counts, their rows, their dead letters, and what a resumed one finds.

use std::sync::Arc;

use crm_bridge::delivery::ContentHash;
use crm_bridge::delivery::journal::{Claim, Journal, JournalError, Settlement, VentaState};
use crm_bridge::journal::{RowSet, RunStatus, Truth};
use crm_bridge::report::event::{Counts, Outcome};

use crate::{Place, asked, delivery, error, settlement, target};

#[tokio::test]
async fn a_killed_run_is_resumed_with_what_is_left() {
    let place = Place::new();
    let run = place.start();
    let id = run.id().to_owned();
    let mut skipped = RowSet::new();
    skipped.insert(0, 6);
    let counts = Counts { rows: 5, skipped: 1, ..Counts::default() };
    run.plan(&counts, skipped).expect("a plan");
    let group = vec![
        settlement(&delivery(2, "A", "a", None), Outcome::Delivered, Some("PRS1"), VentaState::None),
        Settlement {
            error: Some(error("refused")),
            ..settlement(&delivery(3, "B", "b", None), Outcome::Failed, None, VentaState::None)
        },
        Settlement {
            error: Some(error("rejected")),
            ..settlement(&delivery(4, "C", "c", None), Outcome::Rejected, None, VentaState::None)
        },
    ];
    run.settle(Arc::new(group)).await.expect("recorded");
    // No end is recorded: the process was killed.
    drop(run);
    let journal = place.open();
    let record = journal.find_run("last").expect("a run");
    assert_eq!((record.id.as_str(), record.status), (id.as_str(), RunStatus::Running));
    assert!(!journal.is_under_way(&record));
    let counts = record.counts();
    assert_eq!((counts.rows, counts.skipped, counts.delivered, counts.rejected), (5, 1, 1, 1));
    assert_eq!((counts.failed, counts.unprocessed), (1, 1), "the refused row and the one never tried");
    assert!(counts.add_up());
    assert_eq!(journal.letters(record.number).expect("letters").len(), 2);
    let rows = journal.finished_rows(record.number).expect("rows");
    let finished: Vec<u64> = (0..9).filter(|row| rows.contains(0, *row)).collect();
    assert_eq!(finished, [2, 4, 6]);
    let resumed = journal.resume(&record).expect("resumed");
    assert_eq!(resumed.id(), id);
    assert_eq!(
        journal.letters(record.number).expect("letters").len(),
        1,
        "what is tried again is no dead letter"
    );
    let again = settlement(&delivery(3, "B", "b", None), Outcome::Delivered, Some("PRS2"), VentaState::None);
    resumed.settle(Arc::new(vec![again])).await.expect("recorded");
    resumed.finish(RunStatus::Finished, 1).expect("an end");
    let record = journal.find_run(&id[..13]).expect("a run");
    assert_eq!((record.status, record.exit_code), (RunStatus::Finished, Some(1)));
    assert_eq!((record.counts().delivered, record.counts().unprocessed), (2, 1));
}

#[tokio::test]
async fn an_intent_without_an_answer_is_in_doubt_until_somebody_looks() {
    for (truth, expected) in [(Truth::Delivered, "done"), (Truth::NotDelivered, "missing")] {
        let place = Place::new();
        let run = place.start();
        let sale = delivery(2, "A", "a", Some("v"));
        run.intend(settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Intended))
            .await
            .expect("kept");
        drop(run);
        let journal = place.open();
        let record = journal.find_run("last").expect("a run");
        let resumed = journal.resume(&record).expect("resumed");
        assert!(matches!(resumed.claim(&sale).await, Ok(Claim::Doubtful { .. })));
        let doubt = settlement(&sale, Outcome::Unknown, Some("PRS1"), VentaState::Doubtful);
        resumed
            .settle(Arc::new(vec![Settlement { error: Some(error("unknown")), ..doubt }]))
            .await
            .expect("kept");
        assert!(journal.settle(&record, None, 2, truth).is_err(), "not while it runs");
        resumed.finish(RunStatus::Finished, 1).expect("an end");
        assert!(journal.settle(&record, None, 3, truth).is_err(), "another row");
        let letter = journal.settle(&record, None, 2, truth).expect("settled");
        assert_eq!(letter.id, "A");
        // Who looked once more may say the same again, or the contrary; what arrived stays so.
        let again = journal.settle(&record, None, 2, truth);
        assert_eq!(again.is_err(), truth == Truth::Delivered, "{again:?}");
        let known = journal.known(&target("http://127.0.0.1:1/x/")).expect("receipts");
        let claim = known.look_up(&sale).expect("an answer");
        assert_eq!(matches!(claim, Claim::Done { .. }), expected == "done", "{claim:?}");
        assert_eq!(matches!(claim, Claim::VentaMissing { .. }), expected == "missing", "{claim:?}");
        let counts = journal.find_run("last").expect("a run").done;
        assert_eq!((counts.unknown, counts.delivered + counts.failed), (0, 1));
    }
}

#[tokio::test]
async fn letters_keep_the_payload_and_the_cause() {
    let place = Place::new();
    let run = place.start();
    let one = delivery(7, "A", "{\"a\":1}", None);
    let rejected = settlement(&one, Outcome::Rejected, None, VentaState::None);
    let second = delivery(8, "B", "{\"b\":1}", None);
    let group = vec![
        Settlement { error: Some(error("rejected")), ..rejected },
        settlement(&delivery(6, "Z", "z", None), Outcome::Delivered, Some("PRS1"), VentaState::None),
        settlement(&second, Outcome::Delivered, Some("PRS1"), VentaState::None),
    ];
    run.settle(Arc::new(group)).await.expect("recorded");
    let number = run.number();
    drop(run);
    let letters = place.open().letters(number).expect("letters");
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].body.as_deref(), Some(b"{\"a\":1}".as_slice()));
    assert_eq!((letters[0].error.class, letters[0].error.fields.len()), ("rejected", 1));
    assert_eq!((letters[1].outcome, letters[1].row), (Outcome::Collision, 8));
    assert!(letters[1].error.message.en.contains("PRS1") && letters[1].error.message.en.contains('Z'));
    assert_eq!(letters[1].body.as_deref(), Some(b"{\"b\":1}".as_slice()));
}

#[test]
fn look_ups_of_a_target_without_receipts_cost_nothing_and_say_new() {
    let place = Place::new();
    let journal = place.open();
    let known = journal.known(&target("http://127.0.0.1:9/y/")).expect("receipts");
    assert!(known.is_empty());
    assert_eq!(known.look_up(&delivery(2, "A", "a", None)).expect("an answer"), Claim::New);
}

#[test]
fn runs_are_found_by_the_beginning_of_their_id() {
    let place = Place::new();
    let journal = place.open();
    assert!(journal.find_run("last").is_err() && journal.find_run("0").is_err());
    drop(journal.start(&asked("http://127.0.0.1:1/x/")).expect("a run"));
    let second = journal.start(&asked("http://127.0.0.1:1/x/")).expect("a run").id().to_owned();
    assert_eq!(journal.find_run("last").expect("a run").id, second);
    assert_eq!(journal.find_run(&second.to_uppercase()).expect("a run").id, second);
    assert!(journal.find_run("0").is_err(), "two begin so");
    assert!(journal.find_run("").is_err() && journal.find_run("%").is_err());
    let runs = journal.runs().expect("runs");
    assert_eq!((runs.len(), runs[0].id.as_str()), (2, second.as_str()));
    assert_eq!(runs[0].asked.files, asked("http://127.0.0.1:1/x/").files);
}

#[test]
fn what_changed_since_a_run_is_named() {
    let place = Place::new();
    drop(place.start());
    let run = place.open().find_run("last").expect("a run");
    let same = run.asked.files.clone();
    assert!(run.check_files(&same).is_ok());
    let mut other = same.clone();
    other[0].hash = ContentHash::of(b"other");
    let failure = run.check_files(&other).expect_err("changed");
    assert!(failure.message.en.contains("citas.csv") && failure.kind.exit_code() == 6);
    assert!(run.check_files(&[]).is_err());
    assert!(run.check_mapping_and_target(run.asked.mapping, &run.asked.target).is_ok());
    assert!(run.check_mapping_and_target(ContentHash::of(b"x"), &run.asked.target).is_err());
    assert!(run.check_mapping_and_target(run.asked.mapping, &target("http://127.0.0.1:2/x/")).is_err());
}

#[tokio::test]
async fn a_redriven_row_replaces_its_letter_and_its_count() {
    let place = Place::new();
    let run = place.start();
    let counts = Counts { rows: 2, ..Counts::default() };
    run.plan(&counts, RowSet::new()).expect("a plan");
    let rows = [delivery(2, "A", "a", None), delivery(3, "B", "b", None)];
    let failed = |row: usize, class| Settlement {
        error: Some(error(class)),
        ..settlement(&rows[row], Outcome::Failed, None, VentaState::None)
    };
    let data_fault = Settlement { http_status: Some(500), ..failed(0, "server") };
    run.settle(Arc::new(vec![data_fault, failed(1, "timeout")])).await.expect("recorded");
    run.finish(RunStatus::Stopped, 5).expect("an end");
    let journal = place.open();
    let record = journal.find_run("last").expect("a run");
    assert_eq!((record.counts().failed, record.counts().unprocessed, record.undecided), (2, 0, 1));
    let again = journal.redrive(&record).expect("a run");
    assert_eq!(journal.letters(record.number).expect("letters").len(), 2, "kept until their end is known");
    let delivered =
        |row: usize, presencia| settlement(&rows[row], Outcome::Delivered, Some(presencia), VentaState::None);
    again.settle(Arc::new(vec![delivered(0, "PRS1"), delivered(1, "PRS2")])).await.expect("recorded");
    again.finish(RunStatus::Finished, 0).expect("an end");
    let record = journal.find_run("last").expect("a run");
    let counts = record.counts();
    assert_eq!((counts.delivered, counts.failed, counts.unprocessed), (2, 0, 0));
    assert!(counts.add_up() && journal.letters(record.number).expect("letters").is_empty());
}

/// The file of a lock can be taken away; the receipts can't be passed by.
#[tokio::test]
async fn of_two_runs_without_a_lock_one_alone_sends_a_venta() {
    let place = Place::new();
    let first = place.start();
    for file in std::fs::read_dir(place.path().with_file_name("")).expect("a folder") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(path).expect("a lock less");
        }
    }
    let second = place.start();
    let sale = delivery(2, "A", "a", Some("v"));
    let intent = || settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Intended);
    first.intend(intent()).await.expect("kept");
    let taken = JournalError::VentaTaken { id: "A".to_owned() };
    assert_eq!(second.intend(intent()).await, Err(taken.clone()));
    // What does not go well for the second is no word about the request of the first.
    for presencia in [None, Some("PRS1")] {
        let missing = settlement(&sale, Outcome::Failed, presencia, VentaState::Missing);
        second.settle(Arc::new(vec![missing])).await.expect("recorded");
        assert_eq!(second.intend(intent()).await, Err(taken.clone()), "{presencia:?}");
    }
    let delivered = settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Delivered);
    first.settle(Arc::new(vec![delivered])).await.expect("recorded");
    assert!(matches!(second.claim(&sale).await, Ok(Claim::Done { .. })));
}

#[tokio::test]
async fn a_row_that_a_redrive_left_open_is_resumed() {
    let place = Place::new();
    let run = place.start();
    run.plan(&Counts { rows: 1, ..Counts::default() }, RowSet::new()).expect("a plan");
    let row = delivery(2, "A", "a", None);
    let failed = |class, http_status| Settlement {
        error: Some(error(class)),
        http_status,
        ..settlement(&row, Outcome::Failed, None, VentaState::None)
    };
    run.settle(Arc::new(vec![failed("server", Some(500))])).await.expect("recorded");
    run.finish(RunStatus::Finished, 1).expect("an end");
    let journal = place.open();
    let record = journal.find_run("last").expect("a run");
    let redriven = journal.redrive(&record).expect("a run");
    redriven.settle(Arc::new(vec![failed("server", Some(503))])).await.expect("recorded");
    redriven.finish(RunStatus::Stopped, 5).expect("an end");
    let record = journal.find_run("last").expect("a run");
    assert_eq!((record.counts().failed, record.undecided), (1, 1));
    assert!(!journal.finished_rows(record.number).expect("rows").contains(0, 2));
    let resumed = journal.resume(&record).expect("resumed");
    let delivered = settlement(&row, Outcome::Delivered, Some("PRS1"), VentaState::None);
    resumed.settle(Arc::new(vec![delivered])).await.expect("recorded");
    resumed.finish(RunStatus::Finished, 0).expect("an end");
    let counts = journal.find_run("last").expect("a run").counts();
    assert_eq!((counts.delivered, counts.failed, counts.unprocessed), (1, 0, 0));
}

#[tokio::test]
async fn what_was_read_of_a_run_before_another_process_went_on_with_it_is_not_gone_by() {
    let place = Place::new();
    let run = place.start();
    run.plan(&Counts { rows: 2, ..Counts::default() }, RowSet::new()).expect("a plan");
    run.finish(RunStatus::Interrupted, 130).expect("an end");
    let journal = place.open();
    let record = journal.find_run("last").expect("a run");
    let other = journal.resume(&record).expect("resumed");
    let one = settlement(&delivery(2, "A", "a", None), Outcome::Delivered, Some("PRS1"), VentaState::None);
    other.settle(Arc::new(vec![one])).await.expect("recorded");
    drop(other);
    for refused in [journal.resume(&record), journal.redrive(&record)] {
        let failure = refused.expect_err("stale").failure();
        assert!(failure.kind.exit_code() == 6 && failure.message.en.contains(&record.id), "{failure:?}");
    }
    let counts = journal.find_run("last").expect("a run").counts();
    assert_eq!((counts.delivered, counts.unprocessed), (1, 1));
    journal.resume(&journal.find_run("last").expect("a run")).expect("as it is now");
}

#[test]
fn a_run_of_another_journal_is_neither_resumed_nor_redriven() {
    let (place, other) = (Place::new(), Place::new());
    place.start().finish(RunStatus::Stopped, 5).expect("an end");
    let record = place.open().find_run("last").expect("a run");
    let journal = other.open();
    for refused in [journal.resume(&record), journal.redrive(&record)] {
        let told = refused.expect_err("another journal").to_string();
        assert!(told.contains(&record.id) && told.contains("journal"), "{told}");
    }
}
