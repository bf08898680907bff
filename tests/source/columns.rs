//! Headers of different systems are matched rightly, or come back with an honest suggestion.

use crm_bridge::lang::Lang;
use crm_bridge::record::Field;
use crm_bridge::rules::Finding;
use crm_bridge::rules::finding::Place;
use crm_bridge::source::columns::{Bound, ColumnOverride, Verdict, Wanted, bind, inspect};
use crm_bridge::source::{Source, load, open_loaded};

use crate::table::open;

/// A header, and what writes the cell of each row.
type Column = (&'static str, fn(usize) -> String);
type Columns = Vec<Column>;

/// A table with this header and ten rows whose cells are written by kind.
fn table(columns: &[Column]) -> Source {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| *name)).expect("writes");
    for row in 0..10 {
        writer.write_record(columns.iter().map(|(_, cell)| cell(row))).expect("writes");
    }
    open(&writer.into_inner().expect("flushes")).expect("opens")
}

fn id(row: usize) -> String {
    format!("{}", 10_000 + row * 7)
}
fn name(row: usize) -> String {
    ["Rosa Quispe", "José Mamani", "Ana Huamán"][row % 3].to_owned()
}
fn phone(row: usize) -> String {
    format!("99988877{row}")
}
fn date(row: usize) -> String {
    format!("{:02}/01/2024 14:30", row + 1)
}
fn day(row: usize) -> String {
    format!("{:02}/01/2024", row + 1)
}
fn time(row: usize) -> String {
    format!("{:02}:30", row + 9)
}
fn state(row: usize) -> String {
    ["Realizada", "Pendiente"][row % 2].to_owned()
}
fn text(_: usize) -> String {
    "Sala de ventas".to_owned()
}
fn email(row: usize) -> String {
    format!("persona{row}@example.pe")
}
fn nothing(_: usize) -> String {
    String::new()
}

fn bound(source: &Source, wanted: &Wanted) -> Bound {
    bind(source, wanted).unwrap_or_else(|errors| panic!("{}", worded(&errors)))
}

fn worded(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let note = finding.note(Place::default(), false);
        format!("{} {} | {}\n", note.code, note.message.get(Lang::En), note.hint.get(Lang::En))
    });
    lines.collect()
}

/// The header that feeds each field.
fn fed(source: &Source, bound: &Bound) -> Vec<(&'static str, String)> {
    let mut fed: Vec<_> = bound
        .binding
        .iter()
        .map(|(field, columns)| (field.name(), source.header()[columns[0]].clone()))
        .collect();
    fed.sort();
    fed
}

fn assert_fed(source: &Source, wanted: &Wanted, expected: &[(&str, &str)]) {
    let bound = bound(source, wanted);
    let mut expected: Vec<(&str, String)> = expected.iter().map(|(f, h)| (*f, (*h).to_owned())).collect();
    expected.sort();
    assert_eq!(fed(source, &bound), expected);
}

fn fixture(name: &str) -> Source {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    open_loaded(load(&path.as_path().into()).expect("loads"), &crm_bridge::source::ReadOptions::default())
        .expect("opens")
}

#[test]
fn the_screens_of_this_crm() {
    let source = fixture("ventas.csv");
    assert_fed(
        &source,
        &Wanted::default(),
        &[
            ("appointment.id", "ID Cita"),
            ("lead.nombre", "Nombre Lead"),
            ("lead.celular", "Celular Lead"),
            ("lead.documento", "DNI"),
            ("lead.email", "Correo"),
            ("lead.distrito", "Distrito"),
            ("appointment.fecha_hora", "Fecha y Hora"),
            ("lead.proyecto_interes", "Proyecto de interés"),
            ("lead.medio", "Medio"),
            ("appointment.lugar", "Lugar"),
            ("appointment.estado", "Estado de la cita"),
            ("appointment.observaciones", "Observaciones"),
            ("sale.fecha_venta", "Fecha Venta"),
            ("sale.lote", "Lote"),
            ("sale.tipo_venta", "Tipo Venta"),
            ("sale.valor_lote_venta", "Costo Lote"),
            ("sale.cuota_inicial_requerida", "Cuota Inicial"),
            ("sale.plazo_meses_credito", "Plazo"),
            ("sale.vendedor_principal", "Vendedor"),
        ],
    );
    assert!(bound(&fixture("citas-con-errores.csv"), &Wanted::default()).notes.is_empty());
}

#[test]
fn a_sheet_of_presencias_with_the_same_name_twice() {
    let columns: Columns = vec![
        ("ID PRESENCIA", id),
        ("FECHA", day),
        ("FECHA.1", time),
        ("NOMBRES Y APELLIDOS", name),
        ("CELULAR", phone),
        ("SALA", text),
        ("ESTADO", state),
        ("PERSONAL OPC CAPTADOR", name),
    ];
    assert_fed(
        &table(&columns),
        &Wanted::default(),
        &[
            ("appointment.id", "ID PRESENCIA"),
            ("appointment.fecha_hora", "FECHA"),
            ("appointment.hora", "FECHA.1"),
            ("lead.nombre", "NOMBRES Y APELLIDOS"),
            ("lead.celular", "CELULAR"),
            ("appointment.lugar", "SALA"),
            ("appointment.estado", "ESTADO"),
            ("lead.opc", "PERSONAL OPC CAPTADOR"),
        ],
    );
}

#[test]
fn two_dates_of_the_same_name_are_for_the_user_to_decide() {
    let columns: Columns = vec![
        ("ID CITA", id),
        ("FECHA", day),
        ("FECHA.1", date),
        ("NOMBRE", name),
        ("CELULAR", phone),
        ("ESTADO", state),
    ];
    let source = table(&columns);
    let errors = bind(&source, &Wanted::default()).expect_err("a tie");
    let said = worded(&errors);
    assert!(said.starts_with("H02") && said.contains("\"FECHA\" (01/01/2024"), "{said}");
    assert!(said.contains("--map appointment.fecha_hora=COLUMN"), "{said}");
    let mut wanted = Wanted::default();
    wanted.decide(["appointment.fecha_hora=FECHA.1".parse::<ColumnOverride>().expect("parses")]);
    let bound = bound(&source, &wanted);
    assert_eq!(bound.binding.columns(Field::FechaHora), [2]);
    assert_eq!(bound.columns[2].verdict, Verdict::Decided);
}

#[test]
fn a_date_and_an_hour_are_a_pair() {
    let columns: Columns = vec![
        ("ID", id),
        ("Fecha", day),
        ("Hora", time),
        ("Nombre", name),
        ("Celular", phone),
        ("Estado", state),
    ];
    let source = table(&columns);
    let bound = bound(&source, &Wanted::default());
    assert_eq!(bound.binding.columns(Field::FechaHora), [1]);
    assert_eq!(bound.binding.columns(Field::Hora), [2]);
}

#[test]
fn meetings_of_hubspot() {
    let columns: Columns = vec![
        ("ID de la reunión", id),
        ("Hora de inicio de la reunión", date),
        ("Resultado de la reunión", state),
        ("Ubicación", text),
        ("Nombre del contacto", name),
        ("Número de teléfono", phone),
        ("Correo electrónico", email),
        ("Propietario de la actividad", name),
    ];
    let source = table(&columns);
    let bound = bound(&source, &Wanted::default());
    assert_eq!(
        fed(&source, &bound),
        [
            ("appointment.estado", "Resultado de la reunión".to_owned()),
            ("appointment.fecha_hora", "Hora de inicio de la reunión".to_owned()),
            ("appointment.id", "ID de la reunión".to_owned()),
            ("lead.celular", "Número de teléfono".to_owned()),
            ("lead.email", "Correo electrónico".to_owned()),
            ("lead.nombre", "Nombre del contacto".to_owned()),
        ]
    );
    let said = worded(&bound.notes);
    assert!(said.contains("column not used: Ubicación; it may be appointment.lugar"), "{said}");
    assert!(said.contains("column not used: Propietario de la actividad |"), "{said}");
    let accepting = Wanted { accept_suggestions: true, ..Wanted::default() };
    assert_eq!(inspect(&source, &accepting).binding.columns(Field::Lugar), [3]);
}

#[test]
fn meetings_of_hubspot_in_english_need_their_record_id_confirmed() {
    let columns: Columns = vec![
        ("Record ID", id),
        ("Meeting start time", date),
        ("Meeting outcome", state),
        ("First Name", name),
        ("Last Name", name),
        ("Full name", name),
        ("Phone Number", phone),
        ("Email", email),
        ("Original source", text),
    ];
    let source = table(&columns);
    let said = worded(&bind(&source, &Wanted::default()).expect_err("a suggestion"));
    assert!(said.contains("no column for appointment.id"), "{said}");
    assert!(said.contains("--map appointment.id='Record ID'"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(bind(&source, &Wanted { accept_suggestions: true, ..Wanted::default() }).is_ok());
}

#[test]
fn activities_of_salesforce() {
    let columns: Columns = vec![
        ("Activity ID", id),
        ("Subject", text),
        ("Start", date),
        ("End", date),
        ("Location", text),
        ("Lead Name", name),
        ("Mobile", phone),
        ("Email", email),
        ("Lead Source", text),
        ("Lead Status", state),
        ("Assigned To", name),
    ];
    let source = table(&columns);
    let report = inspect(&source, &Wanted::default());
    let said = worded(&report.errors);
    assert!(said.starts_with("H01 no column for appointment.fecha_hora"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let mut wanted = Wanted::default();
    wanted.decide(["appointment.fecha_hora=Start".parse::<ColumnOverride>().expect("parses")]);
    assert_fed(
        &source,
        &wanted,
        &[
            ("appointment.id", "Activity ID"),
            ("appointment.fecha_hora", "Start"),
            ("appointment.lugar", "Location"),
            ("lead.nombre", "Lead Name"),
            ("lead.celular", "Mobile"),
            ("lead.email", "Email"),
            ("lead.medio", "Lead Source"),
            ("lead.tipificacion", "Lead Status"),
        ],
    );
}

#[test]
fn meetings_of_zoho() {
    let columns: Columns = vec![
        ("Record Id", id),
        ("Title", text),
        ("From", date),
        ("To", date),
        ("Venue", text),
        ("Contact Name", name),
        ("Mobile", phone),
        ("Phone", phone),
        ("Lead Source", text),
    ];
    let source = table(&columns);
    let said =
        worded(&bind(&source, &Wanted { any_status: true, ..Wanted::default() }).expect_err("unclear"));
    assert!(said.contains("H02 more than one column could be lead.celular: \"Mobile\" (9998****"), "{said}");
    assert!(said.contains("H01 no column for appointment.id"), "{said}");
    assert!(said.contains("H01 no column for appointment.fecha_hora"), "{said}");
    assert_eq!(said.lines().count(), 3, "all problems at once: {said}");
}

#[test]
fn an_export_of_leads_is_given_the_command_that_works() {
    let source = fixture("leads.csv");
    let errors = bind(&source, &Wanted::default()).expect_err("no appointments");
    let said = worded(&errors);
    let command = "leads.csv --id-template 'LEAD-{ID}' --map appointment.fecha_hora=FECHA_INTERACCION";
    assert!(said.contains(command), "{said}");
    let mut wanted = Wanted { id_template: true, read: vec!["ID".to_owned()], ..Wanted::default() };
    wanted.decide(["appointment.fecha_hora=FECHA_INTERACCION".parse::<ColumnOverride>().expect("parses")]);
    let bound = bound(&source, &wanted);
    assert_eq!(bound.binding.columns(Field::AppointmentId), [0_usize; 0]);
    assert_eq!(bound.binding.columns(Field::Tipificacion), [9]);
    assert!(bound.notes.is_empty(), "{}", worded(&bound.notes));
}

#[test]
fn the_id_of_a_lead_never_becomes_that_of_a_visit_by_itself() {
    let source = fixture("leads.csv");
    let mut wanted = Wanted::default();
    wanted.decide(["appointment.fecha_hora=FECHA_INTERACCION".parse::<ColumnOverride>().expect("parses")]);
    assert!(worded(&bind(&source, &wanted).expect_err("no id")).contains("no column for appointment.id"));
}

#[test]
fn a_column_of_other_cells_is_not_taken_for_its_name() {
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Celular", email),
        ("Fecha y hora", date),
        ("Estado", state),
    ];
    let said = worded(&bind(&table(&columns), &Wanted::default()).expect_err("no phones"));
    assert!(said.contains("no column for lead.celular"), "{said}");
}

#[test]
fn an_empty_column_gives_way_to_a_filled_one() {
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Teléfono", nothing),
        ("Celular", phone),
        ("Fecha y hora", date),
        ("Estado", state),
    ];
    let source = table(&columns);
    assert_eq!(bound(&source, &Wanted::default()).binding.columns(Field::Celular), [3]);
}

#[test]
fn what_is_said_about_columns_must_exist() {
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Celular", phone),
        ("Fecha y hora", date),
        ("Estado", state),
    ];
    let source = table(&columns);
    let mut wanted = Wanted { read: vec!["Apelidos".to_owned()], ..Wanted::default() };
    wanted.decide(["lead.celular=Celulra".parse::<ColumnOverride>().expect("parses")]);
    let said = worded(&bind(&source, &wanted).expect_err("no such column"));
    assert!(said.contains("no column \"Celulra\"; the nearest is \"Celular\""), "{said}");
    assert!(said.contains("\"Apelidos\""), "{said}");
    assert!(!said.contains("no column for lead.celular"), "one problem, told once: {said}");
}

#[test]
fn later_decisions_replace_earlier_ones_and_several_columns_are_a_list() {
    let parse = |text: &str| text.parse::<ColumnOverride>().expect("parses");
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Móvil", nothing),
        ("Teléfono", phone),
        ("Fecha y hora", date),
        ("Estado", state),
    ];
    let source = table(&columns);
    let mut wanted = Wanted::default();
    wanted.decide([parse("lead.celular=ID Cita")]);
    wanted.decide([parse("lead.celular=Móvil"), parse("lead.celular=#4")]);
    let bound = bound(&source, &wanted);
    assert_eq!(bound.binding.columns(Field::Celular), [2, 3]);
    let mut rows = source.rows(&bound.binding);
    let row = rows.next().expect("a row").expect("reads");
    assert_eq!(bound.binding.read(row.cells).get(Field::Celular), Some("999888770"));
}

#[test]
fn columns_of_the_same_name_are_chosen_by_their_number() {
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Celular", phone),
        ("Celular", phone),
        ("Fecha y hora", date),
        ("Estado", state),
    ];
    let source = table(&columns);
    let said = worded(&bind(&source, &Wanted::default()).expect_err("a tie"));
    assert!(said.contains("lead.celular: #3 (9998**** · 9998****), #4 (9998****"), "{said}");
    let mut wanted = Wanted::default();
    wanted.decide(["lead.celular=Celular".parse::<ColumnOverride>().expect("parses")]);
    let said = worded(&bind(&source, &wanted).expect_err("a tie"));
    assert!(said.contains("#3, #4"), "{said}");
    wanted.decide(["lead.celular=#4".parse::<ColumnOverride>().expect("parses")]);
    assert_eq!(bound(&source, &wanted).binding.columns(Field::Celular), [3]);
}

#[test]
fn a_column_of_this_program_is_never_read() {
    let columns: Columns = vec![
        ("ID Cita", id),
        ("Nombre", name),
        ("Celular", phone),
        ("Fecha y hora", date),
        ("Estado", state),
        ("_row", id),
        ("_code", text),
        ("_field", text),
        ("_error", text),
    ];
    let source = table(&columns);
    assert!(bound(&source, &Wanted::default()).notes.is_empty());
}
