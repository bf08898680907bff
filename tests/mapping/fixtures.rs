//! Whole exports through the mapping.

use std::collections::BTreeSet;

use crm_bridge::mapping::{Mapping, Template};
use crm_bridge::record::Field;
use crm_bridge::rules::cell::Reading;
use crm_bridge::rules::{Findings, Severity, payload};

use super::export::{Export, now};

#[test]
fn every_event_of_the_good_export_becomes_a_payload_that_passes_all_checks() {
    let export = Export::read("citas.csv");
    let mapping = Mapping::builtin();
    let mut events = 0;
    for row in &export.rows {
        let raw = export.raw(row);
        if !mapping.event(&raw, row).is_event() {
            continue;
        }
        events += 1;
        let mut findings = Findings::default();
        let payload = mapping.convert(raw, row, &Reading::at(now()), &mut findings);
        assert!(findings.listed().is_empty(), "row {}: {:?}", row.number, findings.listed());
        let problems = payload::check(&serde_json::to_value(&payload).unwrap());
        assert!(problems.is_empty(), "row {}: {problems:?}", row.number);
    }
    assert!(events > 500, "{events}");
}

#[test]
fn each_defect_of_the_bad_export_is_found_in_its_row_and_nothing_else_is() {
    let export = Export::read("citas-con-errores.csv");
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/citas-con-errores.expected.json");
    let manifest: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let expected: BTreeSet<(u64, String, String)> = manifest["defects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|defect| {
            let text = |key: &str| defect[key].as_str().unwrap().to_owned();
            (defect["row"].as_u64().unwrap(), text("code"), text("severity"))
        })
        // Rules across rows, and of rows as a whole, are not the cells'.
        .filter(|(_, code, severity)| !code.starts_with(['X', 'R']) && severity != "info")
        .collect();
    let ragged: Vec<u64> = manifest["defects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|defect| defect["code"] == "R02")
        .filter_map(|defect| defect["row"].as_u64())
        .collect();

    let mapping = Mapping::builtin();
    let mut found = BTreeSet::new();
    for row in export.rows.iter().filter(|row| !ragged.contains(&row.number)) {
        let raw = export.raw(row);
        if !mapping.event(&raw, row).is_event() {
            continue;
        }
        let mut findings = Findings::default();
        mapping.convert(raw, row, &Reading::at(now()), &mut findings);
        for finding in findings.listed() {
            let severity = finding.severity.name().to_owned();
            found.insert((row.number, finding.code.name().to_owned(), severity));
        }
    }
    let missed: Vec<_> = expected.difference(&found).collect();
    let extra: Vec<_> = found.difference(&expected).collect();
    assert!(missed.is_empty() && extra.is_empty(), "missed {missed:?}, extra {extra:?}");
}

#[test]
fn leads_need_a_template_for_their_id() {
    let export = Export::read("leads.csv");
    let mut mapping = Mapping::builtin();
    assert!(!mapping.provides(Field::AppointmentId));
    mapping.set_id_template(Template::parse("LEAD-{ID}").unwrap());
    mapping.bind(&export.headers()).unwrap();
    assert!(mapping.provides(Field::AppointmentId));
    let mut events = 0;
    for row in &export.rows {
        let raw = export.raw(row);
        if !mapping.event(&raw, row).is_event() {
            continue;
        }
        events += 1;
        let mut findings = Findings::default();
        let payload = mapping.convert(raw, row, &Reading::at(now()), &mut findings);
        assert!(!findings.has_errors(), "row {}: {:?}", row.number, findings.listed());
        assert_eq!(payload.id_presencia_crm, format!("LEAD-{}", &row.cells[0]));
    }
    assert!(events > 10, "{events}");
}

#[test]
fn sales_are_mapped_where_lot_and_value_are_filled() {
    let export = Export::read("ventas.csv");
    let mapping = Mapping::builtin();
    let mut sales = 0;
    for row in &export.rows {
        let raw = export.raw(row);
        if !mapping.event(&raw, row).is_event() {
            continue;
        }
        let filled = |field| raw.get(field).is_some_and(|text: &str| !text.is_empty());
        let is_sale = filled(Field::Lote) && filled(Field::ValorLote);
        let mut findings = Findings::default();
        let payload = mapping.convert(raw, row, &Reading::at(now()), &mut findings);
        let errors: Vec<_> =
            findings.listed().iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "row {}: {errors:?}", row.number);
        assert_eq!(payload.venta.is_some(), is_sale, "row {}", row.number);
        assert!(payload::check(&serde_json::to_value(&payload).unwrap()).is_empty(), "row {}", row.number);
        sales += u64::from(is_sale);
    }
    assert!(sales > 5, "{sales}");
}
