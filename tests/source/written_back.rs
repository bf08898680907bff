//! Rows are written back as they came, and read again as they were.

use std::fs;

use crm_bridge::record::Field;
use crm_bridge::source::columns::{Wanted, inspect};
use crm_bridge::source::{
    Binding, Charset, Delimiter, Newline, ReadOptions, RowKind, RowNote, Source, TableWriter,
};
use proptest::prelude::*;

use crate::table::{open, open_with, rows};

const NOTE: RowNote<'static> =
    RowNote { row: 7, code: "T04", field: "lead.celular", error: "not a phone → 9 dígitos" };

/// Writes every row of `source` and returns the file's bytes.
fn written(source: &Source) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("failed.csv");
    let binding = inspect(source, &Wanted::default()).binding;
    let mut writer = TableWriter::create(source, &binding, &path).expect("starts");
    let mut reader = source.rows(&Binding::default());
    while let Some(row) = reader.next() {
        let row = row.expect("reads");
        writer.write(row.cells, RowNote { row: row.number, ..NOTE }).expect("writes");
    }
    assert!(!path.exists(), "nothing is at its place before it is whole");
    writer.finish_beside(|path| path.with_extension("old")).expect("finishes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("exists").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    fs::read(path).expect("reads")
}

#[test]
fn the_columns_are_the_original_ones_and_four_more() {
    let source =
        open("\u{feff}ID Cita;Nombre;Celular\r\n1;\"Rosa; Ñ\";+51 999\r\n".as_bytes()).expect("opens");
    let text = String::from_utf8(written(&source)).expect("UTF-8");
    assert_eq!(
        text,
        "\u{feff}ID Cita;Nombre;Celular;_row;_code;_field;_error\r\n1;\"Rosa; Ñ\";'+51 999;2;T04;lead.celular;not a phone → 9 dígitos\r\n"
    );
}

#[test]
fn every_dialect_is_written_as_it_was_read() {
    let table = "ID Cita;Nombre;Celular\n1;Rosa Núñez;999888777\n2;Ángel;987654321\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2]| table.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let cp850: Vec<u8> = table
        .chars()
        .map(|sign| match sign {
            'ú' => 0xA3,
            'ñ' => 0xA4,
            'Á' => 0xB5,
            sign => u8::try_from(sign).expect("ASCII"),
        })
        .collect();
    for (bytes, encoding) in [
        (table.as_bytes().to_vec(), None),
        ([b"\xEF\xBB\xBF", table.as_bytes()].concat(), None),
        (encoding_rs::WINDOWS_1252.encode(table).0.into_owned(), None),
        ([&b"\xFF\xFE"[..], &utf16(u16::to_le_bytes)].concat(), None),
        ([&b"\xFE\xFF"[..], &utf16(u16::to_be_bytes)].concat(), None),
        (utf16(u16::to_le_bytes), None),
        (cp850, Some(Charset::Cp850)),
        (encoding_rs::MACINTOSH.encode(table).0.into_owned(), Some(Charset::MACINTOSH)),
        (table.replace('\n', "\r").into_bytes(), None),
        (table.replace('\n', "\r\n").into_bytes(), None),
        (table.replace(';', "\t").into_bytes(), None),
        (
            table
                .replace(';', "\";\"")
                .replace('\n', "\"\n\"")
                .trim_end_matches('"')
                .replacen("ID", "\"ID", 1)
                .into_bytes(),
            None,
        ),
    ] {
        let options = ReadOptions { encoding, ..ReadOptions::default() };
        let source = open_with(&bytes, &options).expect("opens");
        let back = written(&source);
        let again = open_with(&back, &options).expect("opens again");
        assert_eq!(again.decided(), source.decided());
        assert_eq!(again.header()[..3], *source.header());
        let cells = |source: &Source| -> Vec<Vec<String>> {
            let table = rows(source, &Binding::default()).expect("reads");
            table.into_iter().map(|(_, _, cells)| cells[..3].to_vec()).collect()
        };
        assert_eq!(cells(&again), cells(&source));
    }
}

#[test]
fn what_an_earlier_run_added_is_replaced() {
    let first = open(b"ID Cita;Nombre;Celular\n1;Rosa;99\n").expect("opens");
    let second = open(&written(&first)).expect("opens");
    let third = open(&written(&second)).expect("opens");
    assert_eq!(third.header(), second.header());
    assert_eq!(written(&third), written(&second));
}

#[test]
fn a_row_that_does_not_fit_stays_so() {
    let source = open(b"ID Cita;Nombre;Celular\n1;Rosa;999;de m\xE1s;y m\xE1s\n").expect("opens");
    let again = open(&written(&source)).expect("opens");
    let (_, kind, cells) = &rows(&again, &Binding::default()).expect("reads")[0];
    assert_eq!(*kind, RowKind::Ragged { cells: 9 });
    assert_eq!(cells[7..], ["de más", "y más"]);
}

#[test]
fn the_added_columns_are_no_columns_of_the_export() {
    let source = open(b"ID Cita;Nombre;Celular;Fecha y hora;Estado\n1;Rosa;999888777;15/01/2024;Realizada\n")
        .expect("opens");
    let again = open(&written(&source)).expect("opens");
    let report = inspect(&again, &Wanted::default());
    assert!(report.errors.is_empty() && report.notes.is_empty(), "{report:?}");
}

#[test]
fn columns_stay_bound_as_the_whole_export_had_them() {
    let export = |good: &str, wrong: &str| {
        let header = "ID;Nombre;Celular;Telefono;Correo;Fecha Hora;Estado\n";
        let row = |number: usize, cells: &str| {
            format!("{number};Rosa Quispe;{cells};15/01/2024 10:{number};Realizada\n")
        };
        let rows: String = (10..40)
            .map(|number| row(number, good))
            .chain((40..46).map(|number| row(number, wrong)))
            .collect();
        format!("{header}{rows}")
    };
    let bound = |source: &Source| {
        let report = inspect(source, &Wanted::default());
        assert!(report.errors.is_empty(), "{:?}", report.errors);
        [Field::Celular, Field::Email, Field::FechaHora]
            .map(|field| report.binding.columns(field).first().copied())
    };
    let whole =
        open(export("987654321;ninguno;no usa", "no tiene;912345678;no usa").as_bytes()).expect("opens");
    assert_eq!(bound(&whole), [Some(2), None, Some(5)]);
    // Only the wrong rows, as they are written, and then corrected, in a spreadsheet that leaves out empty cells; in each
    // the other column looks better.
    for (cells, end) in
        [("no tiene;912345678;rosa@example.pe", ";;"), ("987654321;912345678;rosa@example.pe", "")]
    {
        let some = export("", cells);
        let header = String::from_utf8(written(&whole)).expect("UTF-8");
        let header = header.lines().next().expect("a header").to_owned();
        assert!(header.ends_with(";_error;_lead.celular=Celular;_lead.email="), "{header}");
        let lines = some.lines().skip(31).map(|row| format!("{row};2;T01;lead.celular;no{end}\n"));
        let again = open(format!("{header}\n{}", lines.collect::<String>()).as_bytes()).expect("opens");
        assert_eq!(bound(&again), [Some(2), None, Some(5)]);
        let read = rows(&again, &Binding::default()).expect("reads");
        assert!(read.iter().all(|(_, kind, _)| *kind == RowKind::Record), "{read:?}");
        let twice = open(&written(&again)).expect("opens");
        assert_eq!(bound(&twice), [Some(2), None, Some(5)]);
        assert_eq!(twice.header(), again.header());
    }
    // Where somebody removed what is remembered, cells alone don't decide.
    let some = export("", "no tiene;912345678;no usa");
    let rows: String = some.lines().skip(31).map(|row| format!("{row};2;T01;lead.celular;no\n")).collect();
    let bare =
        format!("ID;Nombre;Celular;Telefono;Correo;Fecha Hora;Estado;_row;_code;_field;_error\n{rows}");
    let report = inspect(&open(bare.as_bytes()).expect("opens"), &Wanted::default());
    assert_eq!(report.errors.iter().map(|error| error.code.name()).collect::<Vec<_>>(), ["H02"]);
}

/// A cell that is a name of a column, beside the name of a field in `_field`, makes no header of its row.
#[test]
fn the_header_of_a_returned_file_is_the_row_with_the_added_names() {
    let source = open(b"columna 0;columna 1\r\nID;\r\n").expect("opens");
    let again = open(&written(&source)).expect("opens");
    assert_eq!((again.header_row(), &*again.header()[0]), (1, "columna 0"));
    let read = rows(&again, &Binding::default()).expect("reads");
    assert_eq!(read.len(), 1);
}

proptest! {
    #[test]
    fn any_cells_survive_being_written_back(
        table in (2_usize..5).prop_flat_map(|width| prop::collection::vec(
            prop::collection::vec("['=+@a-]{0,3}[ -~áÑ\t;,]{0,8}", width), 1..6)),
        delimiter in prop::sample::select(Delimiter::TRIED.to_vec()),
        newline in prop::sample::select(vec![Newline::CrLf, Newline::Lf, Newline::Cr]),
    ) {
        let mut csv = csv::WriterBuilder::new()
            .delimiter(delimiter.byte())
            .terminator(csv::Terminator::Any(newline.as_str().as_bytes()[newline.as_str().len() - 1]))
            .from_writer(Vec::new());
        csv.write_record((0..table[0].len()).map(|column| format!("columna {column}"))).expect("writes");
        for row in &table {
            csv.write_record(row).expect("writes");
        }
        let options = ReadOptions { delimiter: Some(delimiter), ..ReadOptions::default() };
        let source = open_with(&csv.into_inner().expect("flushes"), &options).expect("opens");
        let again = open_with(&written(&source), &options).expect("opens again");
        let width = source.width();
        let cells = |source: &Source| -> Vec<Vec<String>> {
            let table = rows(source, &Binding::default()).expect("reads");
            table.into_iter().map(|(_, _, cells)| cells[..width].to_vec()).collect()
        };
        prop_assert_eq!(cells(&again), cells(&source));
    }
}
