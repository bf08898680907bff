//! `replay`: recorded requests again, byte for byte.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde_json::json;

use crate::bridge::Bridge;
use crate::odd_receiver::{OddReceiver, Switches};

fn body(id: &str, venta: bool) -> String {
    let venta = if venta { r#","venta" : {"lote":7}"# } else { "" };
    format!(
        r#"{{ "cliente" : {{"numero_documento":"{id}", "nombres_completos_razon_social":"Prueba \u00d1"}},  "id_presencia_crm":"{id}"{venta} }}"#
    )
}

fn line(number: u64, body: &str) -> String {
    json!({"kind": "request", "n": number, "time": "2024-01-15T19:30:00.000Z", "method": "POST",
           "path": "/api/webhook-presencia-crm/", "headers": {"x-crm-webhook-token": "***"}, "body": body, "status": 200})
    .to_string()
}

fn record(bridge: &Bridge, lines: &[String]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(bridge.folder.path().join("r.ndjson"), text).expect("a file");
}

#[test]
fn recorded_bodies_arrive_byte_for_byte_and_once() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    let bodies = [body("CRM-1", false), body("CRM-2", false)];
    record(&bridge, &[line(1, &bodies[0]), line(2, &bodies[1]), line(3, &bodies[0])]);
    let said = bridge.run(&["replay", "r.ndjson"]);
    assert_eq!(
        (said.code, said.count("delivered"), said.count("duplicates")),
        (Some(0), 2, 1),
        "{}",
        said.stderr
    );
    assert_eq!(receiver.held().bodies, [bodies[0].as_bytes(), bodies[1].as_bytes()]);
    let again = bridge.run(&["replay", "r.ndjson"]);
    assert_eq!((again.count("duplicates"), receiver.held().total), (3, 2));
}

#[test]
fn a_recording_that_is_overwritten_while_it_is_sent_stops_the_run() {
    let path = Arc::new(OnceLock::<PathBuf>::new());
    let receiver = OddReceiver::with_faults(Switches::default(), {
        let path = Arc::clone(&path);
        move |number, _| {
            if number == 5 {
                let path = path.get().expect("a path");
                let text = std::fs::read_to_string(path).expect("a file").replace("CRM-10", "CRM-90");
                let mut file = std::fs::OpenOptions::new().write(true).open(path).expect("a file");
                file.write_all(text.as_bytes()).expect("written");
            }
            None
        }
    });
    let bridge = Bridge::new(&receiver.url);
    let lines: Vec<_> = (0..6000).map(|n| line(n, &body(&format!("CRM-10{n:04}"), false))).collect();
    record(&bridge, &lines);
    path.set(bridge.folder.path().join("r.ndjson")).expect("once");
    let said = bridge.run(&["replay", "r.ndjson", "--jobs", "1"]);
    assert_eq!(said.code, Some(6), "{}", said.stderr);
    assert!(said.count("delivered") > 0 && said.count("unprocessed") > 0, "{}", said.summary());
    assert!(receiver.held().ids().iter().all(|id| id.starts_with("CRM-10")));
}

#[test]
fn a_recorded_sale_is_sent_once_after_its_presencia() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    let (plain, sale) = (body("CRM-1", false), body("CRM-1", true));
    record(&bridge, &[line(1, &plain), line(2, &sale), line(3, &sale)]);
    let said = bridge.run(&["replay", "r.ndjson"]);
    assert_eq!(
        (said.code, said.count("delivered"), said.count("duplicates")),
        (Some(0), 2, 1),
        "{}",
        said.stderr
    );
    assert_eq!(receiver.held().ventas, ["CRM-1"]);
    assert_eq!(receiver.held().bodies, [plain.as_bytes(), sale.as_bytes()]);
}

#[test]
fn shorter_ids_go_first_and_only_chooses() {
    let receiver = OddReceiver::start(Switches { substring_lookup: true, ..Switches::default() });
    let bridge = Bridge::new(&receiver.url);
    let ids = ["CRM-12", "CRM-1", "CRM-123"];
    record(&bridge, &ids.map(|id| line(1, &body(id, false))));
    let one = bridge.run(&["replay", "r.ndjson", "--only", "123"]);
    assert_eq!((one.count("delivered"), one.count("skipped")), (1, 2));
    record(&bridge, &[line(1, "[]"), "not json".to_owned(), line(3, &body("CRM-9", false))]);
    let one = bridge.run(&["replay", "r.ndjson", "--only", "CRM-9"]);
    assert_eq!((one.code, one.count("delivered"), one.count("skipped")), (Some(0), 1, 2));
    receiver.held().presencias.clear();
    let bridge = Bridge::new(&receiver.url);
    record(&bridge, &ids.map(|id| line(1, &body(id, false))));
    let all = bridge.run(&["replay", "r.ndjson", "--jobs", "8"]);
    assert_eq!((all.code, all.count("delivered")), (Some(0), 3));
    assert_eq!(receiver.held().ids(), ["CRM-1", "CRM-12", "CRM-123"]);
}

#[test]
fn what_can_not_be_sent_is_named_by_its_line() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    let get = r#"{"kind":"request","method":"GET","path":"/","body":""}"#.to_owned();
    record(
        &bridge,
        &[
            line(1, "[]"),
            line(2, r#"{"cliente":{"numero_documento":"1"}}"#),
            "not json".to_owned(),
            get,
            line(5, &body("CRM-1", false)),
        ],
    );
    let said = bridge.run(&["replay", "r.ndjson"]);
    assert_eq!(
        (said.code, said.count("invalid"), said.count("skipped"), said.count("delivered")),
        (Some(1), 3, 1, 1)
    );
    let rows: Vec<_> = said
        .of_kind("finding")
        .iter()
        .map(|finding| (finding["row"].as_u64(), finding["code"].as_str()))
        .collect();
    assert_eq!(rows, [(Some(1), Some("S01")), (Some(2), Some("I01")), (Some(3), Some("S01"))]);
    let found = format!("{:?}", said.of_kind("finding"));
    assert!(!found.contains("{pointer}") && found.contains("/: "), "{found}");
    let held = bridge.run(&["replay", "r.ndjson", "--all-or-nothing", "--force"]);
    assert_eq!((held.code, receiver.held().total), (Some(1), 1));
}

#[test]
fn remap_writes_the_payload_anew_or_says_what_is_wrong_with_it() {
    let receiver = OddReceiver::start(Switches::default());
    let bridge = Bridge::new(&receiver.url);
    let live = json!({
        "id_presencia_crm": "CRM-7",
        "cliente": {"nombres_completos_razon_social": "Rosa Quispe", "tipo_documento": "DNI", "numero_documento": "TEMP-8777",
                    "telefono_principal": "999888777", "email_principal": null, "direccion": "Ate", "distrito": "Ate"},
        "fecha_hora_presencia": "2024-01-15T19:30:00+00:00", "proyecto_interes": null, "medio_captacion": "campo_opc",
        "modalidad": "presencial", "status_presencia": "realizada", "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM.",
    });
    record(&bridge, &[line(1, &live.to_string()), line(2, &body("CRM-8", false))]);
    let said = bridge.run(&["replay", "r.ndjson", "--remap"]);
    assert_eq!((said.count("delivered"), said.count("invalid")), (1, 1), "{}", said.stderr);
    let held = receiver.held();
    let sent = &held.presencias[0].body;
    assert_eq!(sent["fecha_hora_presencia"], "2024-01-15T14:30:00");
    assert_eq!(sent["proyecto_interes"], "OASIS 2 (AUCALLAMA)");
    assert!(sent["cliente"].get("email_principal").is_none());
}
