//! Every command, once in each way in which it could leak.

use clap::CommandFactory;

use crate::marks::{DOCUMENT, EMAIL, May, NAME, NOTE, PASSWORD, PHONE, TOKEN, leaks};
use crate::place::{Place, clean, payload};
use crate::receivers::{Mirror, Running, get, mirror, post};

/// Commands whose runs are below; a new one must be added here and there.
const COVERED: &[&str] = &[
    "send",
    "test",
    "validate",
    "replay-csv",
    "replay",
    "runs",
    "relay",
    "worker",
    "serve-mock",
    "config",
    "init",
    "map",
    "completions",
    "man",
];

#[test]
fn every_command_is_covered() {
    let program = crm_bridge::cli::Cli::command();
    for command in program.get_subcommands() {
        assert!(COVERED.contains(&command.get_name()), "no leak is searched in {}", command.get_name());
    }
}

#[test]
fn settings_and_generated_texts() {
    let place = Place::new();
    place.run(&["config", "show", "--profile", "marked"], May::HoldNobody);
    let proxy = format!("http://ana:{PASSWORD}@127.0.0.1:9");
    place.run(&["config", "show", "--url", "https://x.example.pe/", "--proxy", &proxy], May::HoldNobody);
    place.run(&["init", "--print"], May::HoldNobody);
    place.run(&["man"], May::HoldNobody);
    place.run(&["completions", "bash"], May::HoldNobody);
    // Mistakes beside the secrets.
    place.write("broken.toml", "token = \"MARKED-token-7f3a91c5e2\ntimeout = 3");
    place.run(&["config", "show", "--config", "broken.toml"], May::HoldNobody);
    place.write("unknown.toml", "token = \"MARKED-token-7f3a91c5e2\"\ntokn = \"MARKED-token-7f3a91c5e2\"\n");
    place.run(&["config", "show", "--config", "unknown.toml"], May::HoldNobody);
    std::fs::remove_file(place.path("broken.toml")).expect("a file");
    std::fs::remove_file(place.path("unknown.toml")).expect("a file");
    place.search_files();
}

#[test]
fn the_doctor() {
    let place = Place::new();
    for kind in [Mirror::Refusal, Mirror::Unauthorized, Mirror::Page, Mirror::Redirect] {
        place.run(&["test", "--url", &mirror(kind), "--write"], May::HoldNobody);
    }
    place.run(&["test", "--url", "https://127.0.0.1:1/x/", "--token-file", "token.txt"], May::HoldNobody);
    let crm = mirror(Mirror::Refusal);
    place.run(&["test", "--via-crm", &crm], May::HoldNobody);
    let proxy = format!("http://ana:{PASSWORD}@127.0.0.1:9");
    place.run(&["test", "--url", "https://x.example.pe/x/", "--proxy", &proxy], May::HoldNobody);
    place.search_files();
}

#[test]
fn reading_exports() {
    let place = Place::new();
    place.run(&["map", "export.csv"], May::HoldNobody);
    let outputs = place.run(&["validate", "export.csv"], May::HoldNobody);
    let text = String::from_utf8_lossy(&outputs[1].stdout).into_owned();
    assert!(
        text.contains("\"code\":\"T05\"") || text.contains("\"code\":\"T04\""),
        "the marked rows were judged: {text}"
    );
    place.search_files();
}

/// The contract shows payloads as they would be sent; everything else stays masked.
#[test]
fn a_dry_run_shows_people_and_nothing_else() {
    let place = Place::new();
    let url = "http://127.0.0.1:9/api/webhook-presencia-crm/";
    let outputs = place.run(&["replay-csv", "export.csv", "--dry-run", "--url", url], May::HoldPeople);
    let json = String::from_utf8_lossy(&outputs[1].stdout).into_owned();
    for line in json.lines().filter(|line| !line.contains("\"kind\":\"payload\"")) {
        assert_eq!(leaks(line.as_bytes(), May::HoldNobody), [""; 0], "{line}");
    }
    assert!(json.contains("\"kind\":\"payload\""), "{json}");
    place.search_files();
}

#[test]
fn delivering_to_a_receiver_that_takes_it() {
    let place = Place::new();
    let server = Running::start(&place, &["serve-mock", "--record", "requests.ndjson", "--profile", "jcc"]);
    let url = server.url.as_str();
    place.run(&["replay-csv", "export.csv", "--yes", "--journal", "runs.db", "--url", url], May::HoldNobody);
    place.run(&["replay", "requests.ndjson", "--yes", "--journal", "runs.db", "--url", url], May::HoldNobody);
    place.run(&["runs", "verify", "--journal", "runs.db", "--url", url], May::HoldNobody);
    server.end();
    look_at_runs(&place);
    place.search_files();
    let recorded = std::fs::read(place.path("requests.ndjson")).expect("the recording");
    assert!(
        String::from_utf8_lossy(&recorded).contains("Marcelinda"),
        "the recording holds the exact bodies"
    );
}

/// One presencia from flags and one from a file: what is shown before it is sent, and what came of it.
#[test]
fn sending_one_presencia() {
    let flags = [
        "send",
        "--nombre",
        NAME,
        "--celular",
        PHONE,
        "--documento",
        DOCUMENT,
        "--email",
        EMAIL,
        "--observaciones",
        NOTE,
        "--fecha-hora",
        "2024-01-15T14:30:00",
        "--yes",
        "--retries",
        "0",
        "--journal",
        "runs.db",
    ];
    for kind in [Mirror::Refusal, Mirror::Unauthorized, Mirror::Page, Mirror::Redirect] {
        let place = Place::new();
        let url = mirror(kind);
        place.run(&[&flags[..], &["--id", "5", "--url", &url]].concat(), May::HoldNobody);
        let file = [
            "send",
            "--file",
            "payload.json",
            "--yes",
            "--retries",
            "0",
            "--journal",
            "runs.db",
            "--url",
            &url,
        ];
        place.run(&file, May::HoldNobody);
        place.search_files();
    }
    let place = Place::new();
    let url = "http://127.0.0.1:9/api/webhook-presencia-crm/";
    // What would be sent is shown whole; the token only by the name of its variable.
    let outputs = place.run(&[&flags[..], &["--id", "5", "--url", url, "--curl"]].concat(), May::HoldPeople);
    assert!(String::from_utf8_lossy(&outputs[0].stdout).contains("$COMERCIAL_WEBHOOK_TOKEN"));
    place.search_files();
}

/// An error of a receiver is a stranger's text: it may repeat the person, and even the token.
#[test]
fn delivering_to_a_receiver_that_gives_everything_back() {
    for kind in [Mirror::Refusal, Mirror::Unauthorized, Mirror::Page, Mirror::Redirect] {
        let place = Place::new();
        let url = mirror(kind);
        let to = ["--yes", "--retries", "0", "--journal", "runs.db", "--url", &url];
        place.run(&[&["replay-csv", "export.csv", "--out", "out"], &to[..]].concat(), May::HoldNobody);
        place.run(&["runs", "redrive", "last", "--yes", "--journal", "runs.db"], May::HoldNobody);
        place.run(&["runs", "resume", "last", "--journal", "runs.db"], May::HoldNobody);
        look_at_runs(&place);
        place.search_files();
    }
}

fn look_at_runs(place: &Place) {
    for action in ["list", "show", "export"] {
        place.run(&["runs", action, "--journal", "runs.db"], May::HoldNobody);
    }
    place.run(&["runs", "settle", "last", "2", "--delivered", "--journal", "runs.db"], May::HoldNobody);
}

/// What comes in at the relay is a person; what it says of it is not.
#[test]
fn relaying_to_a_receiver_that_gives_everything_back() {
    for kind in [Mirror::Refusal, Mirror::Page] {
        let place = Place::new();
        let url = mirror(kind);
        let server = Running::start(&place, &["relay", "--yes", "--journal", "relay.db", "--url", &url]);
        for (body, token) in
            [(payload(), TOKEN), (payload().replace("dni", "DNI"), TOKEN), (payload(), "wrong")]
        {
            let answer = post(&server.url, &body, token);
            clean("an answer of the relay", answer.as_bytes(), May::HoldNobody);
        }
        let status = get(&server.url, "/");
        clean("the relay's page", status.as_bytes(), May::HoldNobody);
        clean("the relay's metrics", get(&server.url, "/metrics").as_bytes(), May::HoldNobody);
        server.end();
        place.run(&["runs", "list", "--journal", "relay.db"], May::HoldNobody);
        place.search_files();
    }
}

/// Without a server to reach; with one, what it says of rows is the dispatcher's, as everywhere.
#[test]
fn a_queue_that_cannot_be_reached() {
    let place = Place::new();
    let queue = format!("nats://ana:{PASSWORD}@127.0.0.1:1");
    let url = "http://127.0.0.1:9/api/webhook-presencia-crm/";
    place.run(&["replay-csv", "export.csv", "--yes", "--queue", &queue], May::HoldNobody);
    place.run(&["worker", "--yes", "--queue", &queue, "--url", url], May::HoldNobody);
    place.search_files();
}
