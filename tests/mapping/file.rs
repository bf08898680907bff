//! Mapping files.

use crm_bridge::mapping::{Mapping, Transform, builtin};
use crm_bridge::record::{Field, RawRecord};
use crm_bridge::rules::Findings;
use crm_bridge::rules::cell::{DateOrder, Reading, Zone};
use serde_json::Value;

use super::export::{Export, Row, now};

const HUBSPOT: &str = r#"
version = 1
name = "hubspot-reuniones"

[input]
timezone = "America/Lima"
date_order = "dmy"

[[trigger]]
column = "Resultado de la reunión"
in = ["Completada", "Realizada"]

[columns]
"appointment.id" = "ID de la reunión"
"appointment.fecha_hora" = "Hora de inicio"
"appointment.lugar" = ["Ubicación", "Tipo de reunión"]

[templates]
"lead.nombre" = "{Nombre} {Apellidos}"
"id_presencia_crm" = "HS-{appointment.id:0>12}"
"cliente.direccion" = "{Dirección}, {lead.distrito}"

[transforms]
"lead.nombre" = ["fix_mojibake", "collapse_spaces", "title"]

[values."lead.medio"]
"Redes sociales pagadas" = "Facebook"
"Nunca visto" = "Web"
"*" = "Otros"

[[rules.modalidad]]
contains = ["zoom", "videollamada"]
value = "virtual"

[constants]
"status_presencia" = "agendada"
"lead.proyecto_interes" = "OASIS 1 (HUACHO 1)"
"campana" = 7

[defaults]
"lead.medio" = "Web"
"cliente.email_principal" = "sin@example.pe"
"#;

const HEADERS: [&str; 4] = ["Nombre", "Apellidos", "Resultado de la reunion", "Dirección"];

fn row(cells: [&str; 4]) -> Row {
    Row { number: 2, cells: cells.to_vec().into() }
}

fn hubspot() -> Mapping {
    let mut mapping = Mapping::from_toml(HUBSPOT).unwrap();
    mapping.bind(&HEADERS).unwrap();
    mapping
}

fn raw(cells: &[(Field, &'static str)]) -> RawRecord<'static> {
    let mut raw = RawRecord::default();
    for (field, text) in [
        (Field::AppointmentId, "123"),
        (Field::Celular, "999888777"),
        (Field::FechaHora, "15/01/2024 14:30"),
        (Field::Distrito, "Lima"),
        (Field::Lugar, "Videollamada"),
    ]
    .iter()
    .chain(cells)
    {
        raw.set(*field, *text);
    }
    raw
}

fn map(mapping: &Mapping, cells: &[(Field, &'static str)], row: &Row) -> Value {
    let mut findings = Findings::default();
    let payload = mapping.convert(raw(cells), row, &Reading::at(now()), &mut findings);
    assert!(findings.listed().is_empty(), "{:?}", findings.listed());
    serde_json::to_value(&payload).unwrap()
}

#[test]
fn every_section_has_its_effect() {
    let mapping = hubspot();
    assert_eq!(mapping.name(), Some("hubspot-reuniones"));
    assert_eq!((mapping.zone(), mapping.date_order()), (Some(Zone::LIMA), Some(DateOrder::Dmy)));
    assert_eq!(mapping.columns().len(), 3);
    let row = row(["ROSA", " QUISPE ", "completada", "Av. Lima 1"]);
    let payload = map(&mapping, &[(Field::Medio, "redes sociales PAGADAS")], &row);
    assert_eq!(payload["id_presencia_crm"], "HS-000000000123");
    assert_eq!(payload["cliente"]["nombres_completos_razon_social"], "Rosa Quispe");
    assert_eq!(payload["cliente"]["direccion"], "Av. Lima 1, Lima");
    assert_eq!(payload["cliente"]["distrito"], "Lima");
    assert_eq!(payload["cliente"]["email_principal"], "sin@example.pe");
    assert_eq!(payload["medio_captacion"], "redes_facebook");
    assert_eq!(payload["modalidad"], "virtual");
    assert_eq!(payload["status_presencia"], "agendada");
    assert_eq!(payload["proyecto_interes"], "OASIS 1 (HUACHO 1)");
    assert_eq!(payload["campana"], 7);
    assert_eq!(mapping.unused_values(), [(Field::Medio, "Nunca visto".to_owned())]);
}

#[test]
fn a_label_that_the_table_lacks_falls_through() {
    let mapping = hubspot();
    let row = row(["Rosa", "Quispe", "", ""]);
    let medio = |label| map(&mapping, &[(Field::Medio, label)], &row)["medio_captacion"].clone();
    assert_eq!(medio("Instagram"), "redes_instagram", "to the built-in table");
    assert_eq!(medio("Volante"), "otro", "then to `*`");
    assert_eq!(medio(""), "web", "an empty cell gets the default");
}

#[test]
fn its_own_triggers_replace_the_built_in_ones() {
    let mapping = hubspot();
    let is_event = |estado: &'static str, outcome| {
        mapping.event(&raw(&[(Field::Estado, estado)]), &row(["", "", outcome, ""])).is_event()
    };
    assert!(is_event("", " COMPLETADA"));
    assert!(!is_event("Realizada", "Cancelada"));
    assert!(!mapping.wants_status_column());
    assert!(Mapping::builtin().wants_status_column());
}

#[test]
fn a_value_table_of_the_status_decides_events() {
    let toml = "version = 1\n[values.\"appointment.estado\"]\n\"Atendida\" = \"Realizada\"\n";
    let mapping = Mapping::from_toml(toml).unwrap();
    assert!(mapping.event(&raw(&[(Field::Estado, "ATENDIDA")]), &()).is_event());
    assert!(!mapping.event(&raw(&[(Field::Estado, "Pendiente")]), &()).is_event());
}

#[test]
fn columns_that_the_source_does_not_have_are_named_with_the_nearest() {
    let mut mapping = Mapping::from_toml(HUBSPOT).unwrap();
    let unknown = mapping.bind(&["Nombres", "Apellidos", "Resultado de la reunion"]).unwrap_err();
    let names: Vec<_> =
        unknown.iter().map(|column| (column.name.as_str(), column.nearest.as_deref())).collect();
    assert_eq!(names, [("Dirección", None), ("Nombre", Some("Nombres"))]);
}

#[test]
fn mistakes_have_a_line_and_the_nearest_word() {
    for (toml, line, message, hint) in [
        ("name = \"x\"\n", 1, "names no version", "version = 1"),
        ("version = 2\n", 1, "only version 1", "version = 1"),
        ("version = 1\n[colums]\n", 2, "unknown key `colums`", "`columns`"),
        (
            "version = 1\n\n[columns]\n\"lead.celuar\" = \"x\"\n",
            4,
            "unknown field `lead.celuar`",
            "`lead.celular`",
        ),
        ("version = 1\n[columns]\ncelular = \"x\"\n", 3, "unknown field `celular`", "`lead.celular`"),
        ("version = 1\n[input]\ntimezone = \"Lima\"\n", 3, "no known time zone", "America/Lima"),
        ("version = 1\n[input]\ndate_order = \"dym\"\n", 3, "no order of dates", "dmy"),
        (
            "version = 1\n[transforms]\n\"lead.nombre\" = [\"uper\"]\n",
            3,
            "unknown transform `uper`",
            "`upper`",
        ),
        ("version = 1\n[templates]\n\"lead.nombre\" = \"{Nombre\"\n", 3, "brace", "between braces"),
        (
            "version = 1\n[templates]\n\"cliente.nombre\" = \"{A}\"\n",
            3,
            "neither a field nor a place",
            "cliente.",
        ),
        ("version = 1\n[constants]\nmodalidad = \"zoom\"\n", 3, "not one of presencial, virtual", "correct"),
        ("version = 1\n[constants]\nmodalidd = \"virtual\"\n", 3, "neither a field", "modalidad"),
        ("version = 1\n[constants]\nmodalidad = 1.5\n", 3, "wants a text", "map --show"),
        (
            "version = 1\n[values.\"lead.medio\"]\nfb = \"Facebook\"\nFB = \"Web\"\n",
            4,
            "is there already",
            "keep one",
        ),
        ("version = 1\n[[trigger]]\ncolumn = \"Estado\"\n", 2, "a column and values", "in = "),
        ("version = 1\n[[trigger]]\ncolum = \"Estado\"\n", 3, "unknown key `colum`", "`column`"),
        ("version = 1\n[rules]\nmedio = 1\n", 3, "unknown rule `medio`", "modalidad"),
        (
            "version = 1\n[[rules.modalidad]]\ncontains = [\"a\"]\nvalue = \"virtul\"\n",
            4,
            "unknown modalidad",
            "`virtual`",
        ),
        ("version = 1\nname = \n", 2, "", "TOML"),
        ("version = 1\ncolumns = 3\n", 2, "wants a table", "map --show"),
    ] {
        let error = Mapping::from_toml(toml).unwrap_err();
        assert_eq!(error.line, line, "{toml}: {error}");
        assert!(error.message.en.contains(message), "{toml}: {}", error.message);
        assert!(error.hint.en.contains(hint), "{toml}: {}", error.hint);
        assert!(!error.message.es.is_empty() && !error.hint.es.is_empty());
    }
}

#[test]
fn the_built_in_mapping_as_a_file_changes_nothing() {
    let shown = Mapping::builtin_toml();
    insta::assert_snapshot!(shown);
    let mut file = Mapping::from_toml(&shown).unwrap();
    let builtin = Mapping::builtin();
    for name in ["citas.csv", "citas-con-errores.csv", "leads.csv", "ventas.csv"] {
        let export = Export::read(name);
        file.bind(&export.headers()).unwrap();
        for row in &export.rows {
            let results = [&builtin, &file].map(|mapping| {
                let raw = export.raw(row);
                let decision = mapping.event(&raw, row);
                let mut findings = Findings::default();
                decision.report(&mut findings);
                let event = decision.is_event();
                let payload = mapping.convert(raw.clone(), row, &Reading::at(now()), &mut findings);
                (event, serde_json::to_string(&payload).unwrap(), format!("{findings:?}"))
            });
            assert_eq!(results[0], results[1], "{name}, row {}", row.number);
        }
    }
}

#[test]
fn the_files_of_the_documentation_are_read() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mapping.md");
    let text = std::fs::read_to_string(page).unwrap();
    let files: Vec<&str> =
        text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(files.len() > 2);
    for file in files {
        Mapping::from_toml(file).unwrap();
    }
    for transform in Transform::ALL {
        assert!(text.contains(&format!("`{}`", transform.name())), "{}", transform.name());
    }
    for (label, further, word) in builtin::MEDIOS {
        assert!(
            text.contains(&format!("| {label} | `{word}` | {} |", further.join(", ")).replace("  ", " ")),
            "{label}"
        );
    }
}
