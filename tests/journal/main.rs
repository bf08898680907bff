//! The journal on disk: what it promises to the dispatcher, and what it does when it can't.

mod opening;
mod promises;
mod running;

use bytes::Bytes;
use crm_bridge::delivery::journal::{Settlement, VentaState};
use crm_bridge::delivery::{ContentHash, Delivery};
use crm_bridge::journal::{InputFile, JournalFile, NewRun, RunJournal, Target};
use crm_bridge::report::event::{ErrorNote, Outcome};
use tempfile::TempDir;

/// A journal in a folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("journal.db")
    }

    fn open(&self) -> JournalFile {
        JournalFile::open(Some(&self.path())).expect("a journal")
    }

    fn start(&self) -> RunJournal {
        self.open().start(&asked("http://127.0.0.1:1/x/")).expect("a run")
    }
}

fn target(url: &str) -> Target {
    Target::of(&url.parse().expect("a URL"))
}

fn asked(url: &str) -> NewRun {
    NewRun {
        command: "replay-csv".to_owned(),
        args: vec!["replay-csv".to_owned(), "citas.csv".to_owned()],
        folder: "/tmp".into(),
        target: target(url),
        mapping: ContentHash::of(b"mapping"),
        files: vec![InputFile { path: "citas.csv".to_owned(), hash: ContentHash::of(b"citas"), bytes: 5 }],
    }
}

fn delivery(row: u64, id: &str, body: &str, venta: Option<&str>) -> Delivery {
    Delivery {
        file: 0,
        row,
        id: id.to_owned(),
        lane: row,
        body: Bytes::copy_from_slice(body.as_bytes()),
        venta: venta.map(|venta| Bytes::copy_from_slice(venta.as_bytes())),
        content: ContentHash::of(body.as_bytes()),
        venta_content: venta.map(|venta| ContentHash::of(venta.as_bytes())),
    }
}

fn settlement(
    delivery: &Delivery,
    outcome: Outcome,
    presencia: Option<&str>,
    venta: VentaState,
) -> Settlement {
    Settlement {
        file: delivery.file,
        row: delivery.row,
        id: delivery.id.clone(),
        outcome,
        content: delivery.content,
        venta_content: delivery.venta_content,
        id_presencia: presencia.map(str::to_owned),
        id_venta: (venta == VentaState::Delivered).then(|| "VTA1".to_owned()),
        venta,
        attempts: 1,
        http_status: Some(200),
        maybe_stored: false,
        error: None,
        body: Some(delivery.body.clone()),
    }
}

fn error(class: &'static str) -> ErrorNote {
    let said = crm_bridge::lang::Said::same("it went wrong");
    ErrorNote {
        class,
        message: said.clone(),
        hint: said,
        rule: None,
        fields: vec![("a".to_owned(), "b".to_owned())],
    }
}
