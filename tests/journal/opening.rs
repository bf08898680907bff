//! Journals that can't be opened, each with its own error; files that nobody else can read.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crm_bridge::delivery::JournalError;
use crm_bridge::journal::JournalFile;

use crate::{Place, asked, target};

fn error(path: &Path) -> JournalError {
    JournalFile::open(Some(path)).expect_err("an error")
}

#[test]
fn files_are_for_their_owner_only() {
    let place = Place::new();
    let path = place.folder.path().join("new").join("journal.db");
    let journal = JournalFile::open(Some(&path)).expect("a journal");
    let _run = journal.start(&asked("http://127.0.0.1:1/x/")).expect("a run");
    let folder = path.parent().expect("a folder");
    assert_eq!(fs::metadata(folder).expect("a folder").permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file")).collect();
    assert!(files.len() >= 3, "journal, its log, and a lock");
    for file in files {
        assert_eq!(file.metadata().expect("data").permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_newer_journal_is_left_alone() {
    let place = Place::new();
    drop(place.open());
    let connection = rusqlite::Connection::open(place.path()).expect("SQLite");
    connection.pragma_update(None, "user_version", 99).expect("a version");
    drop(connection);
    let error = error(&place.path());
    assert!(matches!(error, JournalError::Newer { found: 99, .. }), "{error:?}");
    assert_eq!(error.failure().kind.exit_code(), 2);
    assert!(error.failure().hint.expect("a hint").en.contains("--journal"));
}

#[test]
fn what_is_no_journal_is_left_alone() {
    let place = Place::new();
    fs::write(place.path(), "Nombre;Celular\r\nRosa;999888777\r\n".repeat(50)).expect("a file");
    let before = fs::read(place.path()).expect("a file");
    assert!(matches!(error(&place.path()), JournalError::Open { .. }));
    assert_eq!(fs::read(place.path()).expect("a file"), before);
    let other = place.folder.path().join("other.db");
    let connection = rusqlite::Connection::open(&other).expect("SQLite");
    connection.execute_batch("CREATE TABLE gatos (nombre TEXT)").expect("a table");
    drop(connection);
    let error = error(&other);
    assert!(error.to_string().contains("another program"), "{error}");
    assert!(matches!(JournalFile::open(Some(place.folder.path())), Err(JournalError::Open { .. })));
}

#[test]
fn two_that_open_a_new_journal_at_once_both_succeed() {
    let place = Place::new();
    let path = place.path();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || JournalFile::open(Some(&path)).map(|_| ()))
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic").expect("a journal");
    }
}

#[test]
fn one_target_is_locked_and_another_is_not() {
    let place = Place::new();
    let journal = place.open();
    let run = journal.start(&asked("http://127.0.0.1:1/x/")).expect("a run");
    let second = journal.start(&asked("http://127.0.0.1:1/x/")).expect_err("locked");
    assert!(matches!(second, JournalError::Locked { .. }));
    assert_eq!(second.failure().kind.exit_code(), 6);
    journal.start(&asked("http://127.0.0.1:2/x/")).expect("another target");
    drop(run);
    journal.start(&asked("http://127.0.0.1:1/x/")).expect("free again");
}

#[cfg(unix)]
#[test]
fn a_journal_and_a_link_to_it_have_one_lock() {
    let place = Place::new();
    let run = place.start();
    let folder = place.path().with_file_name("elsewhere");
    std::fs::create_dir(&folder).expect("a folder");
    let link = folder.join("link.db");
    std::os::unix::fs::symlink(place.path(), &link).expect("a link");
    let linked = JournalFile::open(Some(&link)).expect("the same journal");
    let second = linked.start(&asked("http://127.0.0.1:1/x/")).expect_err("locked");
    assert!(matches!(second, JournalError::Locked { .. }));
    drop(run);
    linked.start(&asked("http://127.0.0.1:1/x/")).expect("free again");
}

#[test]
fn a_target_is_scheme_host_port_and_path() {
    let same = target("https://crm.example/api/");
    assert_eq!(same, target("https://ana:x@CRM.example:443/api/?a=1#b"));
    for other in ["http://crm.example/api/", "https://crm.example:8443/api/", "https://crm.example/api"] {
        assert_ne!(same, target(other));
    }
}
