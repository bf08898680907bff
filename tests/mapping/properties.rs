//! Any record becomes a payload that passes all checks, or a finding; never a panic.

use chrono::NaiveDate;
use crm_bridge::mapping::{Dated, Mapping, Template};
use crm_bridge::record::{CrmRecord, Field, RawRecord};
use crm_bridge::rules::cell::{DateOrder, Reading, Zone, date, is_id};
use crm_bridge::rules::{Findings, payload};
use proptest::prelude::*;

use super::export::now;

/// Cells as people and programs write them, good and bad.
fn cell(field: Field) -> BoxedStrategy<String> {
    let good = match field {
        Field::AppointmentId => "[A-Z]{0,3}-?[0-9]{1,6}",
        Field::Nombre => "[A-ZÁÑa-zéñü]{2,9}( [A-ZÁÑa-zéñü]{2,9}){0,3}",
        Field::Celular => "(\\+51 ?|0051|51|')?9[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}",
        Field::Documento => "[0-9]{7,8}|20[0-9]{9}",
        Field::Email => "[a-z.]{1,8}@[a-z]{1,8}\\.(com|pe)",
        Field::FechaHora | Field::FechaVenta => "[0-3]?[0-9]/[01]?[0-9]/20[12][0-9]( [0-2][0-9]:[0-5][0-9])?",
        Field::Medio => "OPC|facebook|Web|Volante",
        Field::Estado => "Realizada|Pendiente",
        Field::ValorLote | Field::CuotaInicial => "[0-9]{1,3}([.,][0-9]{3})?([.,][0-9]{2})?",
        Field::Lote | Field::Opc | Field::Vendedor => "[0-9]{1,4}|Rosa",
        Field::Plazo => "0|12|24|36|18",
        Field::TipoVenta => "Contado|crédito|",
        _ => "[ -~áéíóúñÑ°]{0,40}",
    };
    let good = proptest::string::string_regex(good).unwrap();
    prop_oneof![6 => good, 1 => any::<String>(), 1 => "[ -~]{0,12}", 1 => "[Ã©ÂâïÑ\u{ad}\u{a0}\u{fffd}\\x00-\\x1f]{0,8}"]
        .boxed()
}

fn record() -> impl Strategy<Value = Vec<(Field, String)>> {
    let cells: Vec<_> = Field::ALL
        .iter()
        .map(|field| proptest::option::weighted(0.9, cell(*field)).prop_map(move |text| (*field, text)))
        .collect();
    cells.prop_map(|cells| cells.into_iter().filter_map(|(field, text)| Some((field, text?))).collect())
}

fn raw(cells: &[(Field, String)]) -> RawRecord<'_> {
    let mut raw = RawRecord::default();
    for (field, text) in cells {
        raw.set(*field, text.as_str());
    }
    raw
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_record_becomes_a_valid_payload_or_a_finding(cells in record()) {
        let mapping = Mapping::builtin();
        let mut findings = Findings::default();
        let payload = mapping.convert(raw(&cells), &(), &Reading::at(now()), &mut findings);
        let value = serde_json::to_value(&payload).unwrap();
        let problems = payload::check(&value);
        prop_assert!(findings.has_errors() || problems.is_empty(), "{problems:?} in {value}");
        // Whatever is said can be worded.
        for finding in findings.listed() {
            let note = finding.note(crm_bridge::rules::finding::Place::default(), false);
            prop_assert!(!note.message.en.contains('{') || note.value.is_some_and(|value| value.contains('{')), "{:?}", note.message);
        }
    }

    #[test]
    fn the_same_record_gives_the_same_payload(cells in record()) {
        let mapping = Mapping::builtin();
        let map = || {
            let mut findings = Findings::default();
            let payload = mapping.convert(raw(&cells), &(), &Reading::at(now()), &mut findings);
            (serde_json::to_string(&payload).unwrap(), findings.listed().len())
        };
        prop_assert_eq!(map(), map());
    }

    #[test]
    fn an_outline_has_the_same_findings_and_the_same_identity(cells in record()) {
        let mapping = Mapping::builtin();
        let (mut of_whole, mut of_outline) = (Findings::default(), Findings::default());
        let Dated { payload: whole, at } = mapping.convert_dated(&mut raw(&cells), &(), &Reading::at(now()), &mut of_whole);
        let Dated { payload: outline, at: same } = mapping.outline(&mut raw(&cells), &(), &Reading::at(now()), &mut of_outline);
        prop_assert_eq!(of_whole.listed(), of_outline.listed());
        prop_assert_eq!((at, whole.id_presencia_crm, whole.cliente), (same, outline.id_presencia_crm, outline.cliente));
    }

    #[test]
    fn a_bare_record_is_a_finding_and_no_panic(hour in 0u32..24, day in 1u32..28) {
        let mut findings = Findings::default();
        let mut record = CrmRecord::default();
        record.appointment.fecha_hora = NaiveDate::from_ymd_opt(2024, 1, day).unwrap().and_hms_opt(hour, 0, 0);
        Mapping::builtin().map(record, &mut findings);
        prop_assert!(findings.has_errors());
    }

    #[test]
    fn what_is_written_as_an_instant_reads_back(seconds in 0i64..4_000_000_000, id in "[A-Za-z0-9_.-]{1,20}") {
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
        let mut record = CrmRecord::default();
        record.appointment.fecha_hora = Some(at);
        record.appointment.id = Some(id.as_str().into());
        let mapping = Mapping::builtin();
        let payload = mapping.map(record, &mut Findings::default());
        let read = date::read(&payload.fecha_hora_presencia, None, DateOrder::Mdy, Zone::LIMA).unwrap();
        prop_assert_eq!(read.at, at);
        prop_assert!(is_id(&payload.id_presencia_crm));
    }

    #[test]
    fn templates_never_panic(text in "[ -~ñ{}:<>0-9]{0,20}") {
        if let Ok(template) = Template::parse(&text) {
            let mut mapping = Mapping::builtin();
            mapping.set_id_template(template);
            let mut raw = RawRecord::default();
            raw.set(Field::AppointmentId, "7");
            mapping.convert(raw, &(), &Reading::at(now()), &mut Findings::default());
        }
    }
}
