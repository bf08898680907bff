//! The command line as the journal may keep it: enough to resume a run, without people and without passwords.
//!
//! A token is never an argument, but the person of `send` is one, and so is the password in the address of a proxy or
//! a queue. What is left out of an address must come from the environment when the run is resumed.

use crate::mask::without_user;
use crate::rules::finding::shown;

/// Flags whose value is a cell of the one presencia, each with its field. Only `send` has them, and it is never resumed by
/// its arguments: what is kept of them is what a finding about them would show.
const CELLS: [(&str, &str); 12] = [
    ("--id", "id"),
    ("--nombre", "nombre"),
    ("--celular", "celular"),
    ("--tipo-documento", "tipo_documento"),
    ("--documento", "documento"),
    ("--email", "email"),
    ("--distrito", "distrito"),
    ("--fecha-hora", "fecha_hora"),
    ("--proyecto", "proyecto"),
    ("--medio", "medio"),
    ("--lugar", "lugar"),
    ("--observaciones", "observaciones"),
];

/// Flags whose value is an address that may hold a password.
const ADDRESSES: [&str; 4] = ["--proxy", "--queue", "--url", "--via-crm"];

/// The arguments of this process after the name of the program.
pub(crate) fn arguments() -> Vec<String> {
    let given = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    without_secrets(given)
}

fn without_secrets(given: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut send = false;
    for argument in given {
        send |= argument == "send";
        let shown = match (kept.last().map(String::as_str), argument.split_once('=')) {
            (_, Some((flag, value))) if flag.starts_with("--") => {
                format!("{flag}={}", value_of(flag, value, send))
            }
            (Some(flag), _) if flag.starts_with("--") => value_of(flag, &argument, send),
            _ => argument,
        };
        kept.push(shown);
    }
    kept
}

fn value_of(flag: &str, value: &str, send: bool) -> String {
    if ADDRESSES.contains(&flag) {
        return without_user(value, "");
    }
    if let Some((_, field)) = CELLS.iter().find(|(name, _)| *name == flag).filter(|_| send) {
        return shown(Some(field), value);
    }
    match value.split_once('=') {
        // A field of the one payload; in a bulk run it is the same for every row, and wanted to resume.
        Some((path, _)) if send && flag == "--set" => format!("{path}=***"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(given: &str) -> String {
        without_secrets(given.split(' ').map(str::to_owned)).join(" ")
    }

    #[test]
    fn people_and_passwords_are_left_out() {
        assert_eq!(
            kept("send --nombre Rosa --celular=999888777 --set cliente.distrito=Lima --id 5 --yes"),
            "send --nombre R*** --celular=9998**** --set cliente.distrito=*** --id 5 --yes",
        );
        assert_eq!(
            kept("replay-csv a.csv --proxy http://ana:s3cret@proxy:3128 --queue=nats://a:b@q:4222/x"),
            "replay-csv a.csv --proxy http://proxy:3128 --queue=nats://q:4222/x",
        );
        assert_eq!(
            kept("replay-csv a.csv --proxy ana:s3cret@proxy:3128"),
            "replay-csv a.csv --proxy proxy:3128"
        );
    }

    #[test]
    fn a_person_is_left_out_of_the_other_cells_too() {
        let given = [
            "send",
            "--id",
            "9",
            "--medio",
            "Referido por 999888777",
            "--lugar=cel 999 888 777",
            "--distrito",
        ];
        let given = given.into_iter().chain(["x rosa@correo.pe", "--fecha-hora", "2024-01-15T14:30:00"]);
        assert_eq!(
            without_secrets(given.map(str::to_owned)).join(" "),
            "send --id 9 --medio Referido por 9998**** --lugar=cel 9998**** --distrito x r***@*** --fecha-hora 2024-01-15T14:30:00",
        );
    }

    #[test]
    fn a_bulk_run_keeps_what_it_needs_to_be_resumed() {
        let given = "replay-csv a.csv --set proyecto_interes=OASIS --map lead.celular=Cel --jobs 4 --url https://x.pe/a@b";
        assert_eq!(kept(given), given);
    }
}
