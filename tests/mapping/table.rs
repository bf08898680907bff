//! Row by row what the documentation of the two systems says.

use crm_bridge::mapping::{DatetimeStyle, DocumentSource, Mapping, PayloadPath, Template};
use crm_bridge::payload::Payload;
use crm_bridge::record::{Field, RawRecord};
use crm_bridge::rules::cell::Reading;
use crm_bridge::rules::{Code, Findings, Severity};
use serde_json::{Value, json};

use super::export::now;

/// A complete record, some of its cells replaced.
fn record(cells: &[(Field, &str)]) -> RawRecord<'static> {
    let mut raw = RawRecord::default();
    for (field, text) in [
        (Field::AppointmentId, "123"),
        (Field::Nombre, "Juan Pérez"),
        (Field::Celular, "999888777"),
        (Field::Documento, "12345678"),
        (Field::Email, "juan@email.com"),
        (Field::Distrito, "Lima"),
        (Field::FechaHora, "15/01/2024 14:30"),
        (Field::ProyectoInteres, "OASIS 2 (AUCALLAMA)"),
        (Field::Medio, "OPC"),
        (Field::Lugar, "Sala de ventas"),
    ]
    .iter()
    .chain(cells)
    {
        raw.set(*field, (*text).to_owned());
    }
    raw
}

fn map_with(mapping: &Mapping, cells: &[(Field, &str)]) -> (Value, Vec<(Code, Severity)>) {
    let mut findings = Findings::default();
    let payload: Payload<'_> = mapping.convert(record(cells), &(), &Reading::at(now()), &mut findings);
    let listed = findings.listed().iter().map(|finding| (finding.code, finding.severity)).collect();
    (serde_json::to_value(&payload).unwrap(), listed)
}

fn map(cells: &[(Field, &str)]) -> (Value, Vec<(Code, Severity)>) {
    map_with(&Mapping::builtin(), cells)
}

const W: Severity = Severity::Warning;
const E: Severity = Severity::Error;

#[test]
fn the_documented_example() {
    let (payload, findings) = map(&[]);
    assert_eq!(findings, []);
    let documented = json!({
        "id_presencia_crm": "CRM-123",
        "cliente": {
            "nombres_completos_razon_social": "Juan Pérez",
            "tipo_documento": "DNI",
            "numero_documento": "12345678",
            "telefono_principal": "999888777",
            "email_principal": "juan@email.com",
            "direccion": "Lima",
            "distrito": "Lima"
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas."
    });
    assert_eq!(payload.to_string(), documented.to_string(), "keys are in the documented order");
}

#[test]
fn ids_get_their_prefix_once() {
    for (cell, id) in
        [("123", "CRM-123"), ("CRM-123", "CRM-123"), ("crm-123", "CRM-123"), ("123.0", "CRM-123")]
    {
        assert_eq!(map(&[(Field::AppointmentId, cell)]).0["id_presencia_crm"], id);
    }
    for cell in ["", "12 3", "12/3", "CRM-", "ñ1", "1.2E+10", "1E5", "NULL", "nan", "None", "-", "CRM-NULL"]
    {
        assert!(map(&[(Field::AppointmentId, cell)]).1.contains(&(Code::I01, E)), "{cell}");
    }
    let mut mapping = Mapping::builtin();
    mapping.set_id_template(Template::parse("CRM-{appointment.id:0>6}").unwrap());
    assert_eq!(map_with(&mapping, &[]).0["id_presencia_crm"], "CRM-000123");
    assert_eq!(map_with(&mapping, &[(Field::AppointmentId, " ")]).1, [(Code::I01, E)]);
}

#[test]
fn a_client_without_a_document_has_the_celular_as_one() {
    let (payload, findings) = map(&[(Field::Documento, "")]);
    assert_eq!(payload["cliente"]["numero_documento"], "999888777");
    assert_eq!(payload["cliente"]["tipo_documento"], "DNI");
    assert_eq!(findings, []);
    let mut mapping = Mapping::builtin();
    mapping.set_documento(DocumentSource::Temp4);
    assert_eq!(map_with(&mapping, &[(Field::Documento, "")]).0["cliente"]["numero_documento"], "TEMP-8777");
    assert_eq!(map_with(&mapping, &[]).0["cliente"]["numero_documento"], "12345678");
}

#[test]
fn the_record_s_own_kind_of_document_is_sent() {
    let (payload, _) =
        map(&[(Field::TipoDocumento, "carnet de extranjeria"), (Field::Documento, "001234567")]);
    assert_eq!(payload["cliente"]["tipo_documento"], "CE");
    assert_eq!(map(&[(Field::Documento, "20512333797")]).0["cliente"]["tipo_documento"], "RUC");
}

#[test]
fn empty_optional_cells_are_left_out() {
    let (payload, findings) = map(&[(Field::Email, ""), (Field::Distrito, " ")]);
    let cliente = payload["cliente"].as_object().unwrap();
    assert!(["email_principal", "direccion", "distrito"].iter().all(|key| !cliente.contains_key(*key)));
    assert_eq!(findings, []);
    assert_eq!(map(&[(Field::Email, "juan@")]).1, [(Code::E05, W)]);
}

#[test]
fn a_district_s_alias_is_sent_in_full_in_both_places() {
    let (payload, _) = map(&[(Field::Distrito, "SJL")]);
    assert_eq!(payload["cliente"]["direccion"], "San Juan de Lurigancho");
    assert_eq!(payload["cliente"]["distrito"], "San Juan de Lurigancho");
}

#[test]
fn every_medio_of_the_table() {
    for (label, word) in [
        ("OPC", "campo_opc"),
        ("Campo (Centros Comerciales)", "campo_opc"),
        ("Facebook", "redes_facebook"),
        ("Redes Sociales (Facebook)", "redes_facebook"),
        ("Redes Sociales (WhatsApp)", "redes_facebook"),
        ("Instagram", "redes_instagram"),
        ("Redes Sociales (Instagram)", "redes_instagram"),
        ("TikTok", "redes_tiktok"),
        ("Redes Sociales (TikTok)", "redes_tiktok"),
        ("Referido", "referido"),
        ("Referidos", "referido"),
        ("Web", "web"),
        ("Otros", "otro"),
        (" FACEBOOK ", "redes_facebook"),
        ("tiktók", "redes_tiktok"),
    ] {
        let (payload, findings) = map(&[(Field::Medio, label)]);
        assert_eq!((payload["medio_captacion"].as_str(), findings), (Some(word), vec![]), "{label}");
    }
    for label in ["Volante", ""] {
        let (payload, findings) = map(&[(Field::Medio, label)]);
        assert_eq!(
            (payload["medio_captacion"].as_str(), findings),
            (Some("otro"), vec![(Code::E01, W)]),
            "{label}"
        );
    }
}

#[test]
fn a_missing_column_is_said_once_and_not_for_each_row() {
    let mut mapping = Mapping::builtin();
    assert_eq!(mapping.column_missing(Field::Medio).unwrap().code, Code::E01);
    assert_eq!(mapping.column_missing(Field::ProyectoInteres).unwrap().code, Code::E02);
    assert!(mapping.column_missing(Field::Email).is_none());
    assert_eq!(map_with(&mapping, &[(Field::Medio, ""), (Field::ProyectoInteres, "")]).1, []);
    assert_eq!(map_with(&mapping, &[(Field::Medio, "Volante")]).1, [(Code::E01, W)]);
}

#[test]
fn projects() {
    let (payload, findings) = map(&[(Field::ProyectoInteres, "")]);
    assert_eq!(payload["proyecto_interes"], "OASIS 2 (AUCALLAMA)");
    assert_eq!(findings, [(Code::E02, W)]);
    let (payload, findings) = map(&[(Field::ProyectoInteres, "Las Lomas")]);
    assert_eq!((payload["proyecto_interes"].as_str(), findings), (Some("Las Lomas"), vec![(Code::E02, W)]));
    assert_eq!(map(&[(Field::ProyectoInteres, "OASIS 1 y 2")]).1, []);
}

#[test]
fn modalidad_and_observaciones_come_from_the_place() {
    for (lugar, modalidad, notes) in [
        ("Sala de ventas", "presencial", "Presencia desde CRM. Lugar: Sala de ventas."),
        ("Zoom", "virtual", "Presencia desde CRM. Lugar: Zoom."),
        ("Google MEET", "virtual", "Presencia desde CRM. Lugar: Google MEET."),
        ("https://example.com/x", "virtual", "Presencia desde CRM. Lugar: https://example.com/x."),
        ("Visita virtual", "virtual", "Presencia desde CRM. Lugar: Visita virtual."),
        ("Microsoft Teams", "virtual", "Presencia desde CRM. Lugar: Microsoft Teams."),
        ("", "presencial", "Presencia desde CRM."),
        ("Av. Lima 12.", "presencial", "Presencia desde CRM. Lugar: Av. Lima 12."),
    ] {
        let (payload, _) = map(&[(Field::Lugar, lugar)]);
        assert_eq!(
            (payload["modalidad"].as_str(), payload["observaciones"].as_str()),
            (Some(modalidad), Some(notes))
        );
    }
}

#[test]
fn notes_follow_after_one_space_without_what_the_receiver_searches_for() {
    for (own, notes) in [
        ("Interesado", " Interesado"),
        ("vio CRM:12 ayer", " vio 12 ayer"),
        ("CRM: crm:", ""),
        ("CRCRM:M:5", " 5"),
        ("el CRM dice", " el CRM dice"),
    ] {
        let (payload, _) = map(&[(Field::Lugar, ""), (Field::Observaciones, own)]);
        assert_eq!(
            payload["observaciones"].as_str(),
            Some(format!("Presencia desde CRM.{notes}").as_str()),
            "{own}"
        );
    }
    let (payload, _) = map(&[(Field::Lugar, "CRM:9 sala")]);
    assert_eq!(payload["observaciones"], "Presencia desde CRM. Lugar: 9 sala.");
}

#[test]
fn instants_with_an_offset_on_demand() {
    let mut mapping = Mapping::builtin();
    mapping.set_datetime(DatetimeStyle::Offset);
    assert_eq!(map_with(&mapping, &[]).0["fecha_hora_presencia"], "2024-01-15T14:30:00-05:00");
    assert_eq!(map(&[(Field::FechaHora, "15/01/2024")]).1, [(Code::A05, W)]);
    assert_eq!(map(&[(Field::FechaHora, "")]).1, [(Code::A01, E)]);
    assert_eq!(map(&[(Field::FechaHora, "mañana")]).1, [(Code::A02, E)]);
    assert_eq!(map(&[(Field::FechaHora, "15/01/2030 10:00")]).1, [(Code::A06, E)]);
}

#[test]
fn an_adviser_s_id_is_sent_and_a_name_is_not() {
    assert_eq!(map(&[(Field::Opc, "26")]).0["asesor_captacion_opc"], 26);
    assert_eq!(map(&[(Field::Opc, "Rosa")]).0.get("asesor_captacion_opc"), None);
}

#[test]
fn the_outcome_of_the_record_or_the_default() {
    let resultado = |cell: &str| map(&[(Field::Resultado, cell)]);
    assert_eq!(resultado("no_interesado_precio").0["resultado_interaccion"], "no_interesado_precio");
    assert_eq!(resultado("No interesado precio").0["resultado_interaccion"], "no_interesado_precio");
    let (payload, findings) = resultado("quizá");
    assert_eq!(payload["resultado_interaccion"], "interesado_seguimiento");
    assert_eq!(findings, [(Code::S01, W)]);
}

const SALE: [(Field, &str); 5] = [
    (Field::Lote, "637"),
    (Field::ValorLote, "120.000,50"),
    (Field::FechaVenta, "15/01/2024"),
    (Field::TipoVenta, "Crédito"),
    (Field::Plazo, "24 meses"),
];

#[test]
fn a_sale_is_sent_last_with_decimals_as_text() {
    let mut cells = SALE.to_vec();
    cells.extend([
        (Field::CuotaInicial, "5,000.00"),
        (Field::Vendedor, "26"),
        (Field::NotasVenta, "firmado"),
    ]);
    let (payload, findings) = map(&cells);
    assert_eq!(findings, []);
    assert_eq!(
        payload["venta"],
        json!({
            "fecha_venta": "2024-01-15", "lote": 637, "tipo_venta": "credito", "plazo_meses_credito": 24,
            "vendedor_principal": 26, "valor_lote_venta": "120000.50", "cuota_inicial_requerida": "5000.00",
            "notas": "firmado"
        })
    );
    assert_eq!(payload.as_object().unwrap().keys().next_back().unwrap(), "venta");
}

#[test]
fn a_sale_without_its_lot_or_its_value_is_an_error() {
    for missing in [Field::Lote, Field::ValorLote] {
        for cell in ["", "-", "N/A"] {
            let mut cells = SALE.to_vec();
            cells.push((missing, cell));
            let (payload, findings) = map(&cells);
            assert_eq!((payload.get("venta"), findings), (None, vec![(Code::S02, E)]), "{missing:?} {cell}");
        }
    }
    let half = |cells: &[(Field, &str)]| map(cells).1;
    assert_eq!(half(&[(Field::CuotaInicial, "5000"), (Field::Lote, "")]), [(Code::S02, E)]);
    assert_eq!(half(&[(Field::Lote, "12"), (Field::TipoVenta, "contado")]), [(Code::S02, E)]);
}

#[test]
fn columns_that_an_export_fills_by_itself_make_no_half_a_sale() {
    let said = |cells: &[(Field, &str)]| map(cells).1;
    for cells in [
        &[(Field::TipoVenta, "contado")][..],
        &[(Field::FechaVenta, "15/01/2024"), (Field::Vendedor, "26")],
        &[(Field::Lote, "12")],
        &[(Field::ValorLote, "45000.00")],
        &[(Field::TipoVenta, "contado"), (Field::ValorLote, "0.00"), (Field::CuotaInicial, "0")],
        &[(Field::TipoVenta, "contado"), (Field::Plazo, "0")],
    ] {
        assert_eq!(said(cells), [], "{cells:?}");
    }
    for cells in [
        &[(Field::Lote, "12"), (Field::ValorLote, "")][..],
        &[(Field::ValorLote, "45000.00"), (Field::Lote, "-")],
        &[(Field::TipoVenta, "contado"), (Field::FechaVenta, "15/01/2024")],
    ] {
        assert_eq!(said(cells), [(Code::S02, W)], "{cells:?}");
    }
}

#[test]
fn placeholders_are_empty_cells_in_dates_too() {
    assert_eq!(map(&[(Field::FechaHora, "15/01/2024"), (Field::Hora, "-")]).1, [(Code::A05, W)]);
    assert_eq!(map(&[(Field::FechaHora, "N/A")]).1, [(Code::A01, E)]);
    let mut cells = SALE.to_vec();
    cells.push((Field::FechaVenta, "N/A"));
    assert_eq!(map(&cells).1, [(Code::A01, E)]);
}

#[test]
fn a_sale_that_is_half_said_is_an_error_and_never_dropped_silently() {
    for (field, cell, code) in [
        (Field::ValorLote, "120.000", Code::S01),
        (Field::ValorLote, "gratis", Code::S01),
        (Field::FechaVenta, "", Code::A01),
        (Field::FechaVenta, "ayer", Code::A02),
        (Field::TipoVenta, "trueque", Code::S01),
        (Field::TipoVenta, "contado", Code::S01),
        (Field::Plazo, "18", Code::S01),
        (Field::Plazo, "", Code::S01),
    ] {
        let mut cells = SALE.to_vec();
        cells.push((field, cell));
        let findings = map(&cells).1;
        assert!(findings.contains(&(code, E)), "{cell}: {findings:?}");
    }
}

#[test]
fn the_term_decides_where_the_kind_of_sale_is_empty() {
    let kind = |plazo: &str| {
        let mut cells = SALE.to_vec();
        cells.extend([(Field::TipoVenta, ""), (Field::Plazo, plazo)]);
        map(&cells).0["venta"]["tipo_venta"].clone()
    };
    assert_eq!((kind("0"), kind("36")), (json!("contado"), json!("credito")));
}

#[test]
fn settings_are_stronger_than_all_else() {
    let mut mapping = Mapping::builtin();
    for text in [
        "proyecto_interes=OASIS 1 (HUACHO 1)",
        "cliente.numero_documento=01234567",
        "campana=7",
        "lote_interes_inicial=12",
    ] {
        let (path, value) = PayloadPath::assignment(text).unwrap();
        mapping.set(path, value);
    }
    let (payload, findings) = map_with(&mapping, &[(Field::ProyectoInteres, "")]);
    assert_eq!(findings, [], "a project that is set needs no warning");
    assert_eq!(payload["proyecto_interes"], "OASIS 1 (HUACHO 1)");
    assert_eq!(payload["cliente"]["numero_documento"], "01234567");
    assert_eq!((&payload["campana"], &payload["lote_interes_inicial"]), (&json!(7), &json!(12)));
}

#[test]
fn settings_that_break_a_rule_are_refused() {
    for text in [
        "modalidad=zoom",
        "cliente.nombre=x",
        "status_presenca=realizada",
        "x",
        "venta=1",
        "cliente.numero_documento=",
    ] {
        assert!(PayloadPath::assignment(text).is_err(), "{text}");
    }
}

#[test]
fn two_people_and_no_one() {
    assert_eq!(map(&[(Field::Nombre, "Juan Pérez / María Quispe")]).1, [(Code::N02, W)]);
    assert_eq!(map(&[(Field::Nombre, "")]).1, [(Code::N01, E)]);
    assert_eq!(map(&[(Field::Nombre, "123")]).1, [(Code::N01, E)]);
    assert_eq!(map(&[(Field::Celular, "")]).1, [(Code::T01, E)]);
}
