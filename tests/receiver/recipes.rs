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

const CITAS: &str = "\u{feff}ID;Nombre;Celular;DNI;Fecha y hora;Estado;Medio;Lugar;Distrito;Proyecto\r\n\
    1;Rosa Quispe Mamani;999888771;45678911;15/01/2024 10:30;Realizada;OPC;Sala de ventas;Lima;OASIS 2 (AUCALLAMA)\r\n\
    2;Juan Huamán Núñez;999888772;45678912;15/01/2024 11:30;Realizada;Facebook;Zoom;Comas;OASIS 2 (AUCALLAMA)\r\n\
    3;Luz Ñaupari Torres;999888773;45678913;15/01/2024 12:30;Realizada;Web;Sala de ventas;Ate;OASIS 1 (HUACHO 1)\r\n";

fn shell(options: &str, recipe: &str, folder: &Path) -> Output {
    std::fs::write(folder.join("citas.csv"), CITAS).unwrap();
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
    assert_eq!(recipes.len(), 7);
    let mut folder = (String::new(), tempfile::tempdir().unwrap());
    for (heading, recipe) in recipes {
        // A second recipe under one heading goes on in the workspace of the first, with its leftovers.
        if folder.0 != heading {
            folder = (heading, tempfile::tempdir().unwrap());
        }
        run(&folder.0, &recipe, folder.1.path());
    }
}

#[test]
fn a_recipe_whose_receiver_does_not_start_ends_with_its_code_and_its_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (heading, recipe) in recipes() {
        let recipe = recipe.replace("127.0.0.1:0", &taken);
        let folder = tempfile::tempdir().unwrap();
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
