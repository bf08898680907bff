//! `send`: one presencia, from flags or JSON.

use crate::bench::{Bench, Ran};
use crate::odd_receiver::{OddReceiver, Switches};

const PAYLOAD: &str = r#"{"id_presencia_crm":"CRM-9","cliente":{"nombres_completos_razon_social":"Ana Quispe","tipo_documento":"DNI","numero_documento":"12345678","telefono_principal":"999888777","email_principal":"ana@example.com"},"fecha_hora_presencia":"2024-01-15T14:30:00","proyecto_interes":"OASIS 2 (AUCALLAMA)","medio_captacion":"web","modalidad":"presencial","status_presencia":"realizada","resultado_interaccion":"interesado_seguimiento","observaciones":"x"}"#;

const FLAGS: [&str; 10] = [
    "send",
    "--id",
    "7",
    "--nombre",
    "Rosa Quispe",
    "--celular",
    "999888777",
    "--fecha-hora",
    "15/01/2024 14:30",
    "--json",
];

fn send(bench: &Bench, more: &[&str]) -> Ran {
    bench.run(&[&FLAGS[..], more].concat())
}

#[test]
fn flags_make_one_presencia_whatever_its_state() {
    let receiver = OddReceiver::start(Switches::measured());
    let bench = Bench::sending_to(&receiver);
    let ran = send(&bench, &["--medio", "OPC", "--lugar", "Zoom"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let held = receiver.held();
    assert_eq!(held.ids(), ["CRM-7"]);
    let body = &held.presencias[0].body;
    assert_eq!(body["medio_captacion"], "campo_opc");
    assert_eq!(body["modalidad"], "virtual");
    assert_eq!(body["fecha_hora_presencia"], "2024-01-15T14:30:00");
    assert_eq!(body["cliente"]["numero_documento"], "999888777");
    drop(held);
    let again = send(&bench, &["--medio", "OPC", "--lugar", "Zoom"]);
    assert_eq!((again.code, &again.summary()["duplicates"]), (0, &1.into()));
    assert_eq!(receiver.held().presencias.len(), 1);
}

#[test]
fn records_and_payloads_come_from_stdin_or_a_file() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let records = "{\"lead\":{\"nombre\":\"Ana\",\"celular\":999888771},\"appointment\":{\"id\":1001,\"fecha_hora\":\"2024-01-15T10:00:00\"}}\n{\"lead\":{\"nombre\":\"Bo\",\"celular\":\"999888772\"},\"appointment\":{\"id\":\"1002\",\"fecha_hora\":\"2024-01-15 11:00\"}}\n";
    let file = bench.write("r.ndjson", records);
    let ran = bench.run(&["send", "--file", &file, "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &2.into()), "{}{}", ran.out, ran.err);
    let payload = bench.write("p.json", PAYLOAD);
    let ran = bench.run(&["send", "--file", &payload, "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(receiver.held().bodies.last().unwrap(), PAYLOAD.as_bytes(), "byte for byte");
}

#[test]
fn a_dry_run_of_payloads_knows_what_was_delivered() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let payload = bench.write("p.json", PAYLOAD);
    let ran = bench.run(&["send", "--file", &payload, "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &1.into()), "{}{}", ran.out, ran.err);
    let ran = bench.run(&["send", "--file", &payload, "--dry-run", "--json"]);
    assert_eq!((ran.code, &ran.summary()["duplicates"]), (0, &1.into()), "{}", ran.out);
    assert!(ran.lines("payload").is_empty(), "{}", ran.out);
    let changed = bench.write("c.json", PAYLOAD.replace("Ana", "Eva"));
    let ran = bench.run(&["send", "--file", &changed, "--dry-run", "--json"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["X05".to_owned()]), "{}", ran.out);
    let held = receiver.held();
    let id = held.ids()[0].to_owned();
    drop(held);
    let shorter = bench.write("s.json", PAYLOAD.replace(&id, &id[..id.len() - 1]));
    let ran = bench.run(&["send", "--file", &shorter, "--dry-run", "--json"]);
    assert_eq!((ran.code, ran.codes()), (0, vec!["X04".to_owned()]), "{}", ran.out);
    let ran = bench.run(&["send", "--file", &shorter, "--strict", "--json"]);
    assert_eq!((ran.code, &ran.summary()["invalid"]), (1, &1.into()), "{}", ran.out);
    let other = bench.write("r.json", r#"[{"lead":{"nombre":"Ana","celular":"999888771"},"appointment":{"id":"1001","fecha_hora":"2024-01-15T10:00:00"}},{"lead":{"nombre":"Ana","celular":"999888771"},"appointment":{"id":"1001","fecha_hora":"2024-01-15T10:00:00"}}]"#);
    let args = ["send", "--file", &other, "--unset", "cliente.email_principal", "--dry-run", "--json"];
    let ran = bench.run(&args);
    assert_eq!((ran.code, &ran.summary()["duplicates"]), (0, &1.into()), "{}{}", ran.out, ran.err);
}

#[test]
fn a_draft_can_be_set_unset_and_given_a_venta() {
    let bench = Bench::new();
    let payload = bench.write("p.json", PAYLOAD);
    let venta = bench.write("v.json", r#"{"fecha_venta":"2024-01-16","lote":12,"tipo_venta":"contado","plazo_meses_credito":0,"valor_lote_venta":"1000.00"}"#);
    let ran = bench.run(&[
        "send",
        "--file",
        &payload,
        "--set",
        "proyecto_interes=OASIS 1 (HUACHO 1)",
        "--unset",
        "cliente.email_principal",
        "--venta",
        &venta,
        "--dry-run",
        "--json",
    ]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let body = &ran.lines("payload")[0]["payload"];
    assert_eq!(body["proyecto_interes"], "OASIS 1 (HUACHO 1)");
    assert!(body["cliente"].get("email_principal").is_none());
    assert_eq!(body["venta"]["lote"], 12);
}

#[test]
fn an_editor_changes_the_draft() {
    let mut bench = Bench::new();
    bench.set("PATH", "/usr/bin:/bin");
    bench.set("EDITOR", "sed -i s/Ana/Eva/");
    let payload = bench.write("p.json", PAYLOAD);
    let ran = bench.run(&["send", "--file", &payload, "--edit", "--dry-run", "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.lines("payload")[0]["payload"]["cliente"]["nombres_completos_razon_social"], "Eva Quispe");
    // Nothing that was typed is lost for a comma.
    bench.set("VISUAL", "");
    bench.set("EDITOR", "sed -i s/{/[/");
    bench.set("TMPDIR", bench.path("home").to_str().unwrap());
    let ran = bench.run(&["send", "--file", &payload, "--edit", "--dry-run"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let kept = ran.err.split("crm-bridge send --file ").nth(1).unwrap().split('`').next().unwrap();
    assert!(std::fs::read_to_string(kept).unwrap().contains("Ana Quispe"), "{}", ran.err);
    bench.set("EDITOR", "false");
    let ran = bench.run(&["send", "--file", &payload, "--edit", "--dry-run"]);
    assert_eq!(ran.code, 2);
}

#[test]
fn curl_shows_the_request_and_never_the_token() {
    let mut bench = Bench::new();
    bench.set("COMERCIAL_WEBHOOK_URL", "https://app.example.pe/api/webhook-presencia-crm/");
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "a-very-secret-token-012345");
    let ran = bench.run(&[
        "send",
        "--id",
        "7",
        "--nombre",
        "Rosa D'Angelo",
        "--celular",
        "999888777",
        "--fecha-hora",
        "15/01/2024 14:30",
        "--curl",
    ]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.starts_with("curl "), "{}", ran.out);
    assert!(ran.out.contains("$COMERCIAL_WEBHOOK_TOKEN") && !ran.out.contains("a-very-secret"));
    assert!(ran.out.contains(r"D'\''Angelo"), "{}", ran.out);
}

#[test]
fn what_is_wrong_is_said_by_field_and_nothing_is_sent() {
    let receiver = OddReceiver::start(Switches::default());
    let bench = Bench::sending_to(&receiver);
    let ran = bench.run(&["send", "--id", "7", "--celular", "12", "--json"]);
    assert_eq!(ran.code, 1);
    let codes = ran.codes();
    for code in ["N01", "T04", "A01"] {
        assert!(codes.contains(&code.to_owned()), "{codes:?}");
    }
    assert_eq!(receiver.held().total, 0);
    assert_eq!(bench.run(&["send"]).code, 2);
}

/// What is printed for a program holds nothing for a person: it is run, and read again.
#[test]
fn commands_and_payloads_stand_alone_on_stdout() {
    let receiver = OddReceiver::start(Switches::default());
    let mut bench = Bench::sending_to(&receiver);
    let payload = bench.write("p.json", PAYLOAD);
    let ran = bench.run(&["send", "--file", &payload, "--dry-run"]);
    assert_eq!((ran.code, ran.out.trim_end()), (0, PAYLOAD), "{}", ran.err);
    assert!(ran.err.contains("1 valid"), "{}", ran.err);
    let file = bench.write("a.csv", crate::bench::good(1, 3));
    let ran = bench.run(&["replay-csv", &file, "--dry-run"]);
    let again = bench.write("again.json", ran.out);
    let ran = bench.run(&["send", "--file", &again, "--json"]);
    assert_eq!((ran.code, &ran.summary()["delivered"]), (0, &3.into()), "{}{}", ran.out, ran.err);
    let ran = bench.run(&["replay-csv", &file, "--curl", "--force"]);
    assert!(ran.out.starts_with("curl ") && ran.out.trim_end().ends_with("}'"), "{}", ran.out);
    assert_eq!(ran.out.matches("--request POST").count(), 3);
    assert!(ran.err.contains("3 valid"), "{}", ran.err);
    // A run that sends has its summary where it always was.
    bench.set("COMERCIAL_WEBHOOK_URL", "");
    let ran = bench.run(&["replay-csv", &file, "--mock"]);
    assert!(ran.out.contains("3 delivered"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_curl_command_goes_where_the_run_would_go_or_nowhere() {
    let bench = Bench::new();
    let file = bench.write("a.csv", crate::bench::good(1, 1));
    let ran = bench.run(&["replay-csv", &file, "--curl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("\"$COMERCIAL_WEBHOOK_URL\"") && !ran.out.contains("http://"), "{}", ran.out);
    assert!(!ran.err.contains("http://"), "{}", ran.err);
    let clear = ["replay-csv", &file, "--curl", "--url", "http://192.0.2.2/api/webhook-presencia-crm/"];
    let ran = bench.run(&clear);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(ran.err.contains("--allow-http"), "{}", ran.err);
    let ran = bench.run(&[&clear[..], &["--allow-http", "--proxy", "none"]].concat());
    assert!(ran.out.contains("--noproxy '*'"), "{}{}", ran.out, ran.err);
    let ran = bench.run(&[&clear[..], &["--allow-http", "--proxy", "http://proxy:3128"]].concat());
    assert!(ran.out.contains("--proxy 'http://proxy:3128'") && !ran.out.contains("noproxy"), "{}", ran.out);
    let recorded =
        bench.write("r.ndjson", serde_json::json!({"kind": "request", "body": PAYLOAD}).to_string());
    let ran = bench.run(&["replay", &recorded, "--remap", "--dry-run"]);
    assert_eq!(ran.code, 0, "a dry run needs no receiver: {}", ran.err);
}

#[test]
fn a_person_in_the_place_of_an_id_is_not_shown() {
    let bench = Bench::new();
    for (id, shown) in
        [("Rosa 999888777", "Rosa 9998****"), ("rosa@correo.pe", "r***@***"), ("CRM-9876543/2", "")]
    {
        let of_others = ["--nombre", "Ana Paz", "--celular", "912345678", "--fecha-hora", "15/01/2024 10:00"];
        let ran = bench.run(&[&["send", "--id", id, "--dry-run", "--json"][..], &of_others].concat());
        assert!(ran.codes().contains(&"I01".to_owned()), "{}", ran.out);
        assert!(ran.out.contains(if shown.is_empty() { id } else { shown }), "{}", ran.out);
        assert_eq!(ran.out.contains(id), shown.is_empty(), "{}", ran.out);
    }
}

#[test]
fn without_settings_it_says_which_variables_are_missing() {
    let ran = send(&Bench::new(), &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("COMERCIAL_WEBHOOK_URL") && ran.err.contains("COMERCIAL_WEBHOOK_TOKEN"),
        "{}",
        ran.err
    );
}

#[test]
fn curl_under_json_is_an_object_a_line_and_names_every_file_that_it_needs() {
    let mut bench = Bench::new();
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "a-very-secret-token-012345");
    let file = bench.write("a.csv", crate::bench::good(1, 2));
    let url = "https://app.example.pe/api/webhook-presencia-crm/";
    for name in ["c.pem", "k.pem"] {
        bench.write(name, "");
    }
    let certificate = ["--client-cert", "c.pem", "--client-key", "k.pem"];
    let args = [&["replay-csv", &file, "--url", url, "--curl", "--json"][..], &certificate].concat();
    let ran = bench.run(&args);
    let commands = ran.lines("curl");
    assert_eq!((commands.len(), &commands[0]["row"]), (2, &2.into()), "{}{}", ran.out, ran.err);
    let command = commands[0]["command"].as_str().unwrap();
    for part in ["--cert 'c.pem'", "--key 'k.pem'", "--connect-timeout 5", "$COMERCIAL_WEBHOOK_TOKEN"] {
        assert!(command.contains(part), "{command}");
    }
}

#[test]
fn a_refused_token_keeps_its_remedy() {
    let receiver = OddReceiver::start(Switches::default());
    let mut bench = Bench::sending_to(&receiver);
    bench.set("COMERCIAL_WEBHOOK_TOKEN", "another-token-altogether-0123");
    let payload = bench.write("p.json", PAYLOAD);
    let ran = bench.run(&["send", "--file", &payload]);
    let said = format!("{}{}", ran.out, ran.err);
    assert_eq!((ran.code, said.contains("CRM_WEBHOOK_TOKEN there must be the same")), (4, true), "{said}");
}
