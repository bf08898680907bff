//! Exports that a spreadsheet, an editor or this program itself wrote in its own way: they mean what their people meant.

use serde_json::Value;

use crate::bench::{Bench, Ran};

/// The bodies that would be sent.
fn payloads(bench: &Bench, args: &[&str]) -> Vec<Value> {
    let ran = bench.run(&[&["replay-csv", "--dry-run", "--json"], args].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    ran.lines("payload").iter().map(|line| line["payload"].clone()).collect()
}

fn validate(bench: &Bench, args: &[&str]) -> Ran {
    bench.run(&[&["validate", "--json"], args].concat())
}

#[test]
fn an_hour_is_a_fraction_of_a_day_with_a_point_or_a_comma() {
    let bench = Bench::new();
    let rows: String = ["0.25", "0,25", "0.75", ".5", "0.5208333333", "06.15", "00.25"]
        .iter()
        .enumerate()
        .map(|(n, hour)| format!("CITA-{n};Rosa Quispe;99988877{n};{:02}/01/2024;{hour};Realizada\n", n + 13))
        .collect();
    let file = bench.write("a.csv", format!("ID Cita;Nombre;Celular;Fecha;Hora;Estado\n{rows}"));
    let hours: Vec<String> = payloads(&bench, &[&file])
        .iter()
        .map(|body| body["fecha_hora_presencia"].as_str().unwrap()[11..16].to_owned())
        .collect();
    assert_eq!(hours, ["06:00", "06:00", "18:00", "12:00", "12:30", "06:15", "00:25"]);
}

/// Visits with a sale each: when they took place, and the sale's date.
fn with_sales(bench: &Bench, rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(n, (visit, sale))| {
            format!(
                "{};Rosa Quispe;99988877{n};{visit};Realizada;{sale};{};120000.00;contado\n",
                n + 1,
                n + 10
            )
        })
        .collect();
    let header = "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Fecha Venta;Lote;Precio;Tipo venta";
    bench.write("ventas.csv", format!("{header}\n{rows}"))
}

#[test]
fn the_dates_of_sales_are_read_in_the_order_that_they_show() {
    let bench = Bench::new();
    let sold = |args: &[&str]| -> Vec<String> {
        payloads(&bench, args)
            .iter()
            .map(|body| body["venta"]["fecha_venta"].as_str().unwrap().to_owned())
            .collect()
    };
    let file = with_sales(&bench, &[("2024-04-16 10:00", "04/03/2024"), ("2024-04-17 10:00", "04/15/2024")]);
    assert_eq!(sold(&[&file]), ["2024-04-03", "2024-04-15"]);
    let file = with_sales(&bench, &[("04/15/2024 10:00", "03/04/2024"), ("04/16/2024 10:00", "15/04/2024")]);
    assert_eq!(sold(&[&file]), ["2024-04-03", "2024-04-15"]);
    let file = with_sales(&bench, &[("04/15/2024 10:00", "03/04/2024")]);
    assert_eq!(sold(&[&file, "--sale-date-order", "dmy"]), ["2024-04-03"]);
    assert_eq!(sold(&[&file, "--date-order", "mdy"]), ["2024-03-04"]);
}

#[test]
fn dates_of_sales_that_show_no_order_are_told() {
    let bench = Bench::new();
    let told = |rows: &[(&str, &str)]| {
        let ran = validate(&bench, &[&with_sales(&bench, rows)]);
        let said = ran.lines("finding");
        let of_sales = said.iter().find(|line| line["row"].is_null() && line["code"] == "A03").cloned();
        (ran.code, of_sales.map(|line| (line["column"].clone(), line["severity"].clone())))
    };
    let about = |severity: &str| Some((Value::from("Fecha Venta"), Value::from(severity)));
    assert_eq!(told(&[("15/04/2024 10:00", "03/04/2024")]), (0, about("warning")));
    assert_eq!(told(&[("04/15/2024 10:00", "03/04/2024")]), (1, about("error")));
    assert_eq!(
        told(&[("2024-04-15 10:00", "13/04/2024"), ("2024-04-16 10:00", "04/13/2024")]),
        (1, about("error"))
    );
    assert_eq!(told(&[("04/15/2024 10:00", "2024-04-03")]), (0, None));
}

#[test]
fn a_date_in_an_envelope_shows_the_order_of_its_column() {
    let bench = Bench::new();
    let file = |dates: [&str; 2]| {
        let [first, second] = dates;
        let text = format!(
            "ID Cita;Nombre;Celular;Fecha y Hora;Estado\n1;Rosa Quispe;999888771;{first};Realizada\n\
             2;Ana Huamán;999888772;{second};Realizada\n"
        );
        bench.write("a.csv", text)
    };
    for dates in
        [["=\"04/15/2024 10:00\"", "=\"04/03/2024 10:00\""], ["Mon 04/15/2024 10:00", "Wed 04/03/2024 10:00"]]
    {
        let bodies = payloads(&bench, &[&file(dates)]);
        let days: Vec<&str> =
            bodies.iter().map(|body| &body["fecha_hora_presencia"].as_str().unwrap()[..10]).collect();
        assert_eq!(days, ["2024-04-15", "2024-04-03"]);
    }
    let ran = validate(&bench, &[&file(["=\"04/03/2024 10:00\"", "=\"05/03/2024 10:00\""])]);
    assert_eq!(ran.summary()["by_code"]["A03"], 1);
}

const EXPORT: &str = "ID Cita;Nombre;Celular;Fecha y Hora;Estado;Proyecto de interés;Medio de captación\n\
    1;José Núñez;999888777;15/01/2024 10:00;Realizada;OASIS 1 (HUACHO 1);Facebook\n";

/// What a reader of Windows-1252 makes of UTF-8, saved as UTF-8 once more.
fn saved_twice(text: &str) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
}

#[test]
fn a_file_that_was_saved_twice_keeps_its_columns() {
    let bench = Bench::new();
    for (name, text) in [("a.csv", EXPORT.to_owned()), ("bom.csv", format!("\u{feff}{EXPORT}"))] {
        let file = bench.write(name, saved_twice(&text));
        for more in [&[][..], &["--map", "appointment.id=ID Cita"]] {
            let bodies = payloads(&bench, &[&[file.as_str()], more].concat());
            let body = &bodies[0];
            assert_eq!(body["proyecto_interes"], "OASIS 1 (HUACHO 1)", "{name}");
            assert_eq!(body["medio_captacion"], "redes_facebook", "{name}");
            assert_eq!(body["cliente"]["nombres_completos_razon_social"], "José Núñez", "{name}");
        }
    }
}

#[test]
fn a_mapping_file_names_the_columns_of_a_file_that_was_saved_twice() {
    let bench = Bench::new();
    let file = bench.write("bom.csv", saved_twice(&format!("\u{feff}{EXPORT}")));
    let mapping = "version = 1\n[columns]\n\"lead.medio\" = \"Medio de captación\"\n[templates]\n\
        \"appointment.lugar\" = \"{Proyecto de interés}\"\n\"id_presencia_crm\" = \"HS-{ID Cita}\"\n";
    let mapping = bench.write("m.toml", mapping);
    let bodies = payloads(&bench, &[&file, "--mapping", &mapping]);
    assert_eq!(bodies[0]["medio_captacion"], "redes_facebook");
    assert_eq!(bodies[0]["id_presencia_crm"], "HS-1");
    assert!(bodies[0]["observaciones"].as_str().unwrap().contains("OASIS 1"), "{}", bodies[0]);
}

#[test]
fn a_number_of_a_cita_is_its_id() {
    let bench = Bench::new();
    for header in ["N° Cita", "Nº de cita", "Nro. Cita", "Nro. de cita", "Número de cita"] {
        let file = bench.write("a.csv", EXPORT.replacen("ID Cita", header, 1));
        assert_eq!(validate(&bench, &[&file]).code, 0, "{header}");
    }
}

#[test]
fn rows_of_json_come_back_as_a_file_that_is_read_with_their_sale() {
    let bench = Bench::new();
    let record = serde_json::json!({
        "lead": {"nombre": "Rosa Quispe", "celular": "12", "medio": "Facebook", "proyecto_interes": "OASIS 1 (HUACHO 1)"},
        "appointment": {"id": "7", "fecha_hora": "2024-01-15 10:00", "estado": "Realizada", "lugar": "Zoom"},
        "sale": {"fecha_venta": "2024-01-15", "lote": "A-7", "tipo_venta": "contado", "valor_lote_venta": "35000",
            "cuota_inicial_requerida": "35000", "vendedor_principal": "3"}
    });
    let file = bench.write("a.ndjson", format!("{record}\n"));
    let ran = validate(&bench, &[&file, "--out", "salida"]);
    assert_eq!((ran.code, ran.codes()), (1, vec!["T04".to_owned()]), "{}{}", ran.out, ran.err);
    let failed = std::fs::read_to_string(bench.path("salida/failed.csv")).unwrap();
    bench.write("corrected.csv", failed.replacen(";12;", ";999888777;", 1));
    let mut good = record;
    good["lead"]["celular"] = "999888777".into();
    bench.write("good.ndjson", format!("{good}\n"));
    let corrected = payloads(&bench, &["corrected.csv"]);
    assert_eq!(corrected, payloads(&bench, &["good.ndjson"]));
    assert_eq!(corrected[0]["venta"]["lote"], "A-7", "{}", corrected[0]);
    assert_eq!(corrected[0]["modalidad"], "virtual", "{}", corrected[0]);
}
