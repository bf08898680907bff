//! The recipes of `docs/ci.md`, run as they stand there.

use std::path::Path;
use std::process::{Command, Output};

/// The `sh` blocks of the page, each with its heading.
fn recipes() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ci.md")).unwrap();
    let mut recipes = Vec::new();
    let (mut heading, mut block) = (String::new(), None::<String>);
    for line in page.lines() {
        match &mut block {
            None if line == "```sh" => block = Some(String::new()),
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    title.clone_into(&mut heading);
                }
            }
            Some(_) if line == "```" => recipes.extend(block.take().map(|block| (heading.clone(), block))),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    recipes
}

/// The recipe that makes the export which the others replay.
const MAKES_CITAS: &str = "Three appointments";

fn shell(options: &str, recipe: &str, folder: &Path) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_crm-bridge")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    Command::new("sh")
        .args([options, "-c", recipe])
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("XDG_STATE_HOME", folder)
        .env("LC_ALL", "C")
        .env_remove("COMERCIAL_WEBHOOK_URL")
        .env_remove("COMERCIAL_WEBHOOK_TOKEN")
        .output()
        .unwrap()
}

fn run(heading: &str, recipe: &str, folder: &Path) {
    let output = shell("-eu", recipe, folder);
    assert!(
        output.status.success(),
        "{heading}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn every_recipe_works_as_it_stands() {
    if Command::new("curl").arg("--version").output().is_err() {
        return super::process::skip("curl", "apt-get install curl");
    }
    let recipes = recipes();
    assert_eq!(recipes.len(), 8);
    let (_, citas) = recipes.iter().find(|(heading, _)| heading == MAKES_CITAS).unwrap().clone();
    let mut folder = (String::new(), tempfile::tempdir().unwrap());
    for (heading, recipe) in recipes {
        // A second recipe under one heading goes on in the workspace of the first, with its leftovers.
        if folder.0 != heading {
            folder = (heading, tempfile::tempdir().unwrap());
            run(MAKES_CITAS, &citas, folder.1.path());
        }
        run(&folder.0, &recipe, folder.1.path());
    }
}

#[test]
fn a_recipe_whose_receiver_does_not_start_ends_with_its_code_and_its_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let all = recipes();
    let (_, citas) = all.iter().find(|(heading, _)| heading == MAKES_CITAS).unwrap().clone();
    for (heading, recipe) in all.into_iter().filter(|(heading, _)| heading != MAKES_CITAS) {
        let recipe = recipe.replace("127.0.0.1:0", &taken);
        let folder = tempfile::tempdir().unwrap();
        run(MAKES_CITAS, &citas, folder.path());
        // In a shell that goes on after a failure, too.
        for options in ["-eu", "-u"] {
            let output = shell(options, &recipe, folder.path());
            let said =
                [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            assert_eq!(output.status.code(), Some(2), "{heading} {options}: {said:?}");
            assert!(said.iter().any(|said| said.contains("--listen")), "{heading} {options}: {said:?}");
        }
    }
}

/// A job must not leave its receiver behind, whichever line fails.
#[test]
fn a_recipe_that_fails_stops_its_receiver() {
    let (heading, recipe) =
        recipes().into_iter().find(|(_, recipe)| recipe.contains("crm-bridge replay-csv")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    // There is no citas.csv to replay; the receiver itself would wait for minutes.
    let recipe = format!("{}\necho reached", recipe.replace("--within 60s", "--within 5m"));
    let began = std::time::Instant::now();
    let output = shell("-eu", &recipe, folder.path());
    assert!(
        recipe.contains("--within 5m") && began.elapsed().as_secs() < 200,
        "{heading}: it was left behind"
    );
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(!output.status.success() && !said[0].contains("reached"), "{heading}: {said:?}");
    assert!(said[1].contains("citas.csv"), "{heading}: {said:?}");
    assert!(
        said[1].contains("distinct presencias arrived") || said[1].contains("expectation"),
        "{heading}: {said:?}"
    );
}
