//! The same records in the dialects that spreadsheets write are the same rows.

use crm_bridge::source::{Binding, Charset, Delimiter, Newline, RowKind};

use crate::table::{open, records, rows};

const HEADER: [&str; 5] = ["ID CITA", "Nombre", "Celular", "Fecha", "Observaciones"];

const RECORDS: [[&str; 5]; 3] = [
    ["1", "Rosa Quispe Ñaupari", "999888777", "15/01/2024 14:30", "Llegó; trajo \"todo\""],
    ["2", "José Núñez", "+51 987 654 321", "16/01/2024 09:00", "dos\nlíneas"],
    ["3", "Ángel Muñoz", "987654322", "17/01/2024 18:15", "150,50"],
];

fn text(delimiter: u8, newline: &str) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(if newline == "\r\n" {
            csv::Terminator::CRLF
        } else {
            csv::Terminator::Any(newline.as_bytes()[0])
        })
        .from_writer(Vec::new());
    writer.write_record(HEADER).expect("writes");
    for record in RECORDS {
        writer.write_record(record).expect("writes");
    }
    String::from_utf8(writer.into_inner().expect("flushes")).expect("is text")
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn four_dialects_of_the_same_records_are_the_same_rows() {
    let semicolons = text(b';', "\r\n");
    let dialects: [(&str, Vec<u8>, Charset, Delimiter); 4] = [
        (
            "UTF-8 with mark",
            [b"\xEF\xBB\xBF", semicolons.as_bytes()].concat(),
            Charset::UTF_8,
            Delimiter::SEMICOLON,
        ),
        ("UTF-8", text(b',', "\n").into_bytes(), Charset::UTF_8, Delimiter::COMMA),
        (
            "Windows-1252",
            encoding_rs::WINDOWS_1252.encode(&semicolons).0.into_owned(),
            Charset::WINDOWS_1252,
            Delimiter::SEMICOLON,
        ),
        (
            "UTF-16 with mark",
            [&b"\xFF\xFE"[..], &utf16(&text(b'\t', "\r\n"))].concat(),
            Charset::UTF_16LE,
            Delimiter::TAB,
        ),
    ];
    for (name, bytes, charset, delimiter) in dialects {
        let source = open(&bytes).expect(name);
        assert_eq!(source.header(), HEADER, "{name}");
        assert_eq!(source.decided().encoding, charset, "{name}");
        assert_eq!(source.decided().delimiter, delimiter, "{name}");
        assert_eq!(records(&bytes), RECORDS, "{name}");
    }
}

#[test]
fn the_lines_may_end_in_any_way() {
    for (newline, name) in [("\n", Newline::Lf), ("\r\n", Newline::CrLf), ("\r", Newline::Cr)] {
        let bytes = text(b';', newline).into_bytes();
        assert_eq!(records(&bytes), RECORDS);
        assert_eq!(open(&bytes).expect("opens").decided().newline, name);
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let bytes =
        b"Reporte de citas\n\nid;nombre;celular\n1;\"Rosa\nQuispe\";999888777\n\n2;Jos\xE9;999888776\n;;\n";
    let source = open(bytes).expect("opens");
    assert_eq!(source.header_row(), 3);
    let numbers: Vec<(u64, bool)> = rows(&source, &Binding::default())
        .expect("reads")
        .into_iter()
        .map(|(number, kind, _)| (number, kind == RowKind::Record))
        .collect();
    assert_eq!(numbers, [(4, true), (5, false), (6, true), (7, false)]);
}

#[test]
fn a_reader_comes_back_to_any_row() {
    let bytes = encoding_rs::WINDOWS_1252.encode(&text(b';', "\r\n")).0.into_owned();
    let source = open(&bytes).expect("opens");
    let mut places = Vec::new();
    let mut reader = source.rows(&Binding::default());
    while let Some(row) = reader.next() {
        let row = row.expect("reads");
        places.push((row.position, row.cells.get(1).map(str::to_owned)));
    }
    for (position, name) in places.iter().rev() {
        let mut reader = source.rows_at(&Binding::default(), *position);
        let row = reader.next().expect("a row").expect("reads");
        assert_eq!((row.position, row.cells.get(1).map(str::to_owned)), (*position, name.clone()));
    }
}

#[test]
fn one_reader_jumps_to_any_row_of_a_long_file() {
    let mut bytes = b"id;nombre;celular\n".to_vec();
    for row in 0..20_000 {
        bytes.extend_from_slice(format!("{row};\"Rosa\nQuispe {row}\";99988{row:04}\n").as_bytes());
    }
    let source = open(&bytes).expect("opens");
    let mut reader = source.rows(&Binding::default());
    let mut places = Vec::new();
    while let Some(row) = reader.next() {
        places.push(row.expect("reads").position);
    }
    assert_eq!(places.len(), 20_000);
    // 7919 shares no factor with the number of rows: each row once, far from the last one.
    for step in 0..20_000_usize {
        let index = step * 7919 % 20_000;
        reader.seek(places[index]);
        let row = reader.next().expect("a row").expect("reads");
        assert_eq!((row.number, row.cells.get(0)), (index as u64 + 2, Some(index.to_string().as_str())));
        let after = reader.next().map(|row| row.expect("reads").number);
        assert_eq!(after, (index < 19_999).then_some(index as u64 + 3));
    }
}
