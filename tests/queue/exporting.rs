//! `replay-csv --queue`: an export goes into the queue instead of to a receiver.

use std::process::Command;

use crm_bridge::queue::{Options, Queue};
use serde_json::Value;

use super::nats::{Nats, block_on};

fn summary(nats: &Nats, folder: &std::path::Path, file: &str) -> (i32, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .args(["replay-csv", file, "--json", "--queue", nats.url().as_str()])
        .output()
        .expect("the program runs");
    let out = String::from_utf8(output.stdout).expect("text");
    let last = out.lines().last().unwrap_or_default();
    (output.status.code().unwrap_or(-1), serde_json::from_str(last).unwrap_or(Value::Null))
}

#[test]
fn every_event_is_queued_without_a_receiver_and_a_second_run_adds_nothing() {
    let Some(nats) = Nats::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("ID Cita;Nombre;Celular;Fecha y Hora;Estado\n");
    for n in 0..300 {
        text.push_str(&format!(
            "{};Rosa Quispe;9{:08};15/01/2024 {:02}:{:02};Realizada\n",
            1000 + n,
            n,
            8 + n / 60,
            n % 60
        ));
    }
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    for _ in 0..2 {
        let (code, summary) = summary(&nats, folder.path(), "a.csv");
        assert_eq!(
            (code, &summary["queued"], &summary["unprocessed"]),
            (0, &300.into(), &0.into()),
            "{summary}"
        );
    }
    let backlog = block_on(async {
        let queue = Queue::connect(&nats.url(), &Options::default()).await.unwrap();
        queue.backlog().await.unwrap()
    });
    let waiting: Vec<u64> = backlog.iter().map(crm_bridge::queue::backlog::Backlog::total).collect();
    assert_eq!(waiting.iter().sum::<u64>(), 300, "the server drops what is published twice");
    assert!(
        waiting.iter().filter(|count| **count > 0).count() > 8,
        "clients spread over the partitions: {waiting:?}"
    );
}

#[test]
fn an_absent_queue_stops_the_run_with_nothing_queued() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("a.csv"),
        "ID Cita;Nombre;Celular;Fecha y Hora;Estado\n1000;Rosa Quispe;999888777;15/01/2024 10:00;Realizada\n",
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .env_clear()
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .args(["replay-csv", "a.csv", "--json", "--queue", "nats://127.0.0.1:9"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}
