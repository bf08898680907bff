//! Records and payloads come as one object, as an array, or as NDJSON.

use crm_bridge::record::Field;
use crm_bridge::source::json::{Body, Entry, entries, looks_like_json};
use crm_bridge::source::{Charset, SourceError, load_bytes};
use proptest::prelude::*;

const RECORD: &str = r#"{"lead":{"nombre":"Rosa Quispe","celular":999888777,"email":null},
 "appointment":{"id":12,"fecha_hora":"2024-01-15T14:30:00","sala":"x"},"sale":null}"#;
const PAYLOAD: &str = r#"{"id_presencia_crm": "CRM-1",  "cliente":{"numero_documento":"01234567"}}"#;

fn read(text: &[u8]) -> Result<Vec<Entry>, SourceError> {
    entries(&load_bytes("t.json", text)?)?.collect()
}

fn fault(text: &str) -> String {
    read(text.as_bytes()).expect_err(text).to_string()
}

#[test]
fn a_record_becomes_texts_by_field() {
    let entries = read(RECORD.as_bytes()).expect("reads");
    let [Entry { number: 1, line: 1, body: Body::Record { record, unknown } }] = entries.as_slice() else {
        panic!("{entries:?}")
    };
    assert_eq!(record.get(Field::Nombre), Some("Rosa Quispe"));
    assert_eq!(record.get(Field::Celular), Some("999888777"));
    assert_eq!(record.get(Field::Email), None);
    assert_eq!(record.get(Field::AppointmentId), Some("12"));
    assert_eq!(unknown, &[("appointment.sala".to_owned(), "x".to_owned())]);
}

#[test]
fn a_number_keeps_every_digit_that_was_written() {
    let text = r#"{"lead":{"celular":51999888777123456789},"sale":{"valor_lote_venta":48400.50}}"#;
    let entries = read(text.as_bytes()).expect("reads");
    let Body::Record { record, .. } = &entries[0].body else { panic!("{entries:?}") };
    assert_eq!(record.get(Field::Celular), Some("51999888777123456789"));
    assert_eq!(record.get(Field::ValorLote), Some("48400.50"));
}

#[test]
fn a_payload_stays_the_text_that_it_was() {
    let entries = read(PAYLOAD.as_bytes()).expect("reads");
    let Body::Payload(payload) = &entries[0].body else { panic!("{entries:?}") };
    assert_eq!(payload.get(), PAYLOAD);
}

#[test]
fn the_same_entries_come_in_any_arrangement() {
    let line = PAYLOAD.replace('\n', "");
    for text in [
        format!("{line}\n{line}\r\n\n{line}"),
        format!("[{line},\n{line}\n,{line}]\n"),
        format!("{line}{line}{line}"),
        format!("\u{feff}[{line},{line},{line}]"),
    ] {
        let entries = read(text.as_bytes()).expect("reads");
        assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [1, 2, 3], "{text}");
    }
    assert!(read(b"[]").expect("reads").is_empty());
}

#[test]
fn letters_of_other_character_sets_are_read() {
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(r#"{"lead":{"nombre":"Ñaupari"}}"#.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [utf16, b"{\"lead\":{\"nombre\":\"\xD1aupari\"}}".to_vec()] {
        let entries = read(&bytes).expect("reads");
        let Body::Record { record, .. } = &entries[0].body else { panic!("{entries:?}") };
        assert_eq!(record.get(Field::Nombre), Some("Ñaupari"));
    }
}

#[test]
fn a_character_set_may_be_named_for_json_too() {
    let loaded = load_bytes("t.json", b"{\"lead\":{\"nombre\":\"Pe\xA4a\"}}").expect("loads");
    assert_eq!(
        entries(&loaded).expect_err("ambiguous").code().map(crm_bridge::rules::Code::name),
        Some("F03")
    );
    let named = loaded.written_in(Some(Charset::Cp850));
    let entry = entries(&named).expect("opens").next().expect("an entry").expect("reads");
    let Body::Record { record, .. } = entry.body else { panic!("{entry:?}") };
    assert_eq!(record.get(Field::Nombre), Some("Peña"));
}

#[test]
fn faults_name_their_line_and_column() {
    assert!(fault("{\"cliente\":{}}\n{\"cliente\":}").contains("line 2, column 12"));
    assert!(fault("[{\"cliente\":{}}").contains("the array is not closed"));
    assert!(
        fault("\n  {\"cliente\":{").contains("line 2, column 3: the object that starts here is not closed")
    );
    assert!(fault("{\"cliente\":{}} x").contains("expected an object, found x"));
    assert!(fault("[{\"cliente\":{}}] {").contains("nothing after the array"));
    assert!(fault("{\"nombre\":1}").contains("neither a record"));
    assert!(fault("{\"lead\":[]}").contains("lead is not an object"));
    assert!(fault("{\"lead\":{\"celular\":{}}}").contains("lead.celular is not a text"));
    assert!(fault("  \n").contains("there is nothing in it"));
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("{{\"cliente\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(fault(&deep).contains("nested too deep"));
    let long = format!("{{\"cliente\":\"{}\"}}", "x".repeat(2_000_000));
    assert!(fault(&long).contains("longer than 1 MiB"));
}

#[test]
fn json_is_told_from_a_table() {
    for (text, json) in
        [("{\"lead\":{}}", true), ("\n [\n{}]", true), ("[Reporte];x", false), ("id;nombre", false)]
    {
        assert_eq!(looks_like_json(&load_bytes("-", text.as_bytes()).expect("loads")), json, "{text}");
    }
    assert!(looks_like_json(&load_bytes("a.NDJSON", b"x").expect("loads")));
}

proptest! {
    #[test]
    fn any_text_is_entries_or_an_error(pieces in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"cliente\"", "\"lead\"", "\"celular\"", "null", "1e9", " ", "\n", "Ñ", "\u{0}",
        "{\"lead\":{\"nombre\":\"Rosa\"}}", "{\"cliente\":{}}",
    ]), 0..40)) {
        read(pieces.concat().as_bytes()).ok();
    }
}
