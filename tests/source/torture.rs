//! Files as operators have them: each is read, or refused with a rule and a place.

use crm_bridge::record::Field;
use crm_bridge::source::columns::{Wanted, bind};
use crm_bridge::source::{
    Binding, Charset, Delimiter, Ignored, Input, ReadOptions, RowKind, SourceError, open as open_input,
};

use crate::table::{open, open_with, records, rows};

const TABLE: &str = "ID Cita;Nombre;Celular;Fecha y hora;Estado;Observaciones
10001;Rosa Núñez;999888777;15/01/2024 14:30;Realizada;Mañana llamará
10002;Ángel Peña;987654321;16/01/2024 09:00;Pendiente;
10003;José Íñiguez;987654322;17/01/2024 10:00;Realizada;50,5
";

fn code(error: &SourceError) -> &'static str {
    error.code().map_or("", crm_bridge::rules::Code::name)
}

fn refused(bytes: &[u8]) -> SourceError {
    match open(bytes) {
        Err(error) => error,
        Ok(source) => rows(&source, &Binding::default()).expect_err("refused"),
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// The table in code page 850.
fn cp850() -> Vec<u8> {
    let letters = [('á', 0xA0), ('é', 0x82), ('í', 0xA1), ('Í', 0xD6), ('ñ', 0xA4), ('ú', 0xA3), ('Á', 0xB5)];
    let byte = |sign: char| letters.iter().find(|(letter, _)| *letter == sign).map(|(_, byte)| *byte);
    TABLE.chars().map(|sign| byte(sign).unwrap_or_else(|| u8::try_from(sign).expect("ASCII"))).collect()
}

fn expected() -> Vec<Vec<String>> {
    records(TABLE.as_bytes())
}

#[test]
fn every_character_set_gives_the_same_records() {
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    for (name, bytes, charset, bom) in [
        ("plain", TABLE.as_bytes().to_vec(), Charset::UTF_8, false),
        ("mark", marked(b"\xEF\xBB\xBF", TABLE.as_bytes().to_vec()), Charset::UTF_8, true),
        ("windows", encoding_rs::WINDOWS_1252.encode(TABLE).0.into_owned(), Charset::WINDOWS_1252, false),
        ("little", utf16(TABLE, u16::to_le_bytes), Charset::UTF_16LE, false),
        ("big", utf16(TABLE, u16::to_be_bytes), Charset::UTF_16BE, false),
        ("little, mark", marked(b"\xFF\xFE", utf16(TABLE, u16::to_le_bytes)), Charset::UTF_16LE, true),
        ("big, mark", marked(b"\xFE\xFF", utf16(TABLE, u16::to_be_bytes)), Charset::UTF_16BE, true),
    ] {
        let source = open(&bytes).expect(name);
        assert_eq!((source.decided().encoding, source.decided().bom), (charset, bom), "{name}");
        assert_eq!(records(&bytes), expected(), "{name}");
    }
}

#[test]
fn code_page_850_and_macroman_have_to_be_named() {
    let mac = encoding_rs::MACINTOSH.encode(TABLE).0.into_owned();
    for (bytes, label, line) in [(cp850(), "cp850", "line 2"), (mac, "macroman", "line 2")] {
        let error = refused(&bytes);
        assert_eq!(code(&error), "F03");
        let charset: Charset = label.parse().expect("a label");
        assert!(error.to_string().contains(&charset.name()) && error.to_string().contains(line), "{error}");
        assert!(error.hint().expect("a hint").en.contains("--encoding"));
        let options = ReadOptions { encoding: Some(charset), ..ReadOptions::default() };
        let source = open_with(&bytes, &options).expect("named");
        let read: Vec<_> =
            rows(&source, &Binding::default()).expect("reads").into_iter().map(|(_, _, c)| c).collect();
        assert_eq!(read, expected(), "{label}");
    }
}

#[test]
fn a_named_character_set_that_is_not_the_files_is_refused_where_that_can_be_seen() {
    let options = ReadOptions { encoding: Some(Charset::UTF_8), ..ReadOptions::default() };
    let windows = encoding_rs::WINDOWS_1252.encode(TABLE).0.into_owned();
    let error = open_with(&windows, &options).expect_err("not UTF-8");
    assert_eq!(code(&error), "F03");
    assert!(error.to_string().contains("line 2"), "{error}");
}

#[test]
fn a_first_line_may_name_the_separator() {
    for line in ["sep=;\n", "sep=;\r\n", "\"sep=;\"\n", "SEP=;\r"] {
        let text = format!("{line}{TABLE}");
        let source = open(text.as_bytes()).expect(line);
        assert_eq!(source.decided().delimiter, Delimiter::SEMICOLON);
        assert_eq!(source.header_row(), 1, "a spreadsheet does not show that line");
        assert_eq!(records(text.as_bytes()), expected());
    }
}

#[test]
fn decimal_commas_do_not_make_a_separator() {
    let text = "ID;Nombre;Costo\n1;Rosa;48400,50\n2;Ana;51300,00\n3;Luz;7,5\n";
    assert_eq!(open(text.as_bytes()).expect("opens").decided().delimiter, Delimiter::SEMICOLON);
    let commas = "ID,Nombre,Nota\n1,Rosa,a;b\n2,Ana,c;d\n3,Luz,e;f\n";
    assert_eq!(open(commas.as_bytes()).expect("opens").decided().delimiter, Delimiter::COMMA);
}

#[test]
fn a_tie_between_separators_is_said() {
    let error = refused(b"a;b,c\n1;2,3\n4;5,6\n");
    assert_eq!(code(&error), "F04");
    assert!(error.to_string().contains("; and ,"), "{error}");
    let options = ReadOptions { delimiter: Some(Delimiter::SEMICOLON), ..ReadOptions::default() };
    assert_eq!(open_with(b"a;b,c\n1;2,3\n", &options).expect("named").header(), ["a", "b,c"]);
}

#[test]
fn one_column_is_a_table_only_where_its_name_is_known() {
    assert_eq!(open(b"Celular\n999888777\n").expect("opens").header(), ["Celular"]);
    assert_eq!(code(&refused(b"uno:dos\n1:2\n")), "F04");
}

#[test]
fn titles_totals_footers_blanks_and_repeated_headers_are_no_records() {
    let text = format!(
        "Reporte de citas;;;;;\nDel 01/01/2024 al 31/01/2024;;;;;\n\n{TABLE}\n;;;;;\n{header}\n10004;Luz Ríos;987654323;18/01/2024;Realizada;\nTotal;;;;;4\nGenerado por el sistema el 01/02/2024;;;;;\n;;;;;página 1\n",
        header = TABLE.lines().next().expect("a header")
    );
    let source = open(text.as_bytes()).expect("opens");
    assert_eq!(source.header_row(), 4);
    let bound = bind(&source, &Wanted::default()).expect("binds");
    let kinds: Vec<RowKind> =
        rows(&source, &bound.binding).expect("reads").into_iter().map(|(_, kind, _)| kind).collect();
    let ignored = RowKind::Ignored;
    assert_eq!(
        kinds,
        [
            RowKind::Record,
            RowKind::Record,
            RowKind::Record,
            ignored(Ignored::Blank),
            ignored(Ignored::Blank),
            ignored(Ignored::RepeatedHeader),
            RowKind::Record,
            ignored(Ignored::Total),
            ignored(Ignored::Footer),
            ignored(Ignored::Footer),
        ]
    );
}

#[test]
fn a_record_that_lacks_nearly_everything_is_still_a_record() {
    let text = format!("{TABLE}10009;;;;;\n;Rosa;;;;\n;;987654321;;;\n");
    let source = open(text.as_bytes()).expect("opens");
    let bound = bind(&source, &Wanted::default()).expect("binds");
    let table = rows(&source, &bound.binding).expect("reads");
    assert!(table[3..].iter().all(|(_, kind, _)| *kind == RowKind::Record), "{table:?}");
}

#[test]
fn rows_that_do_not_fit_are_ragged_unless_the_rest_is_empty() {
    let text = format!("{TABLE}1;a;b;c;d;e;;;\n2;a;b;c;d;e;f\n3;a;b;c\n");
    let kinds: Vec<RowKind> = rows(&open(text.as_bytes()).expect("opens"), &Binding::default())
        .expect("reads")
        .into_iter()
        .skip(3)
        .map(|(_, kind, _)| kind)
        .collect();
    assert_eq!(kinds, [RowKind::Record, RowKind::Ragged { cells: 7 }, RowKind::Ragged { cells: 4 }]);
}

#[test]
fn an_open_quote_is_found_wherever_it_stands() {
    let lines: Vec<&str> = TABLE.lines().collect();
    for (row, broken, rest) in [
        (1, lines[0].replacen("ID", "\"ID", 1), lines[1..].join("\n")),
        (2, lines[1].replacen("Rosa", "\"Rosa", 1), lines[2..].join("\n")),
        (4, lines[3].replacen("50,5", "\"50,5", 1), String::new()),
    ] {
        let before = lines[..row - 1].join("\n");
        let text = if before.is_empty() {
            format!("{broken}\n{rest}")
        } else {
            format!("{before}\n{broken}\n{rest}")
        };
        let error = refused(text.as_bytes());
        assert_eq!((code(&error), error.row()), ("F05", Some(row as u64)), "{text}\n{error}");
    }
}

#[test]
fn an_open_quote_that_a_later_one_closes_is_found() {
    let many = "10005;Ana;987654321;16/01/2024;Pendiente;\n".repeat(5);
    for (later, what) in [
        ("10006;Eva;987654321;16/01/2024;Realizada;\"muy; bueno\"\n", "the quote of a cell further down"),
        ("10006;Eva;987654321;16/01/2024;Realizada;dijo \"sí\"\n", "a quote inside a cell further down"),
        ("10006;Eva;987654321;16/01/2024;Realizada;dijo sí\"\n", "a quote at the end of a row further down"),
        ("10006;Eva;987654321;16/01/2024;Realizada;\"\"\n10007;\"x\";;;;\n", "an empty cell in quotes"),
    ] {
        for opened in [
            "10004;\"Luz Ríos;987654323;18/01/2024;Realizada;\n",
            "10004;Luz Ríos;987654323;18/01/2024;Realizada;\"otra\n",
        ] {
            let text = format!("{TABLE}{opened}{many}{later}{many}");
            let error = refused(text.as_bytes());
            assert_eq!((code(&error), error.row()), ("F05", Some(5)), "{what}, {opened}: {error}");
        }
    }
}

#[test]
fn the_quote_of_one_row_closed_in_the_next_is_found() {
    let text = format!(
        "{TABLE}10004;\"Luz;987654323;18/01/2024;Realizada;\n10005;Ana\";987654321;16/01/2024;Pendiente;\n"
    );
    assert_eq!(refused(text.as_bytes()).row(), Some(5));
}

#[test]
fn cells_of_several_lines_are_no_open_quotes() {
    let text = format!(
        "{TABLE}10004;Luz;987654323;18/01/2024;Realizada;\"uno; dos\ntres; cuatro\n\n- cinco, \"\"seis\"\"\"\n"
    );
    let read = records(text.as_bytes());
    assert_eq!(read[3][5], "uno; dos\ntres; cuatro\n\n- cinco, \"seis\"");
    let last = format!("{TABLE}10005;Ana;1;2;3;4\n");
    assert_eq!(records(last.as_bytes()).len(), 4);
}

#[test]
fn an_open_quote_never_loads_the_file() {
    let row = "10005;Ana;987654321;16/01/2024;Pendiente;\n";
    let text = format!("{TABLE}10004;\"Luz;987654323;18/01/2024;Realizada;\n{}", row.repeat(100_000));
    let error = refused(text.as_bytes());
    assert_eq!((code(&error), error.row()), ("F05", Some(5)));
    let long = format!("{TABLE}10004;{}", "x".repeat(3_000_000));
    assert_eq!((code(&refused(long.as_bytes())), refused(long.as_bytes()).row()), ("F01", Some(5)));
}

#[test]
fn carriage_returns_alone_and_mixed_line_ends_are_line_ends() {
    assert_eq!(records(TABLE.replace('\n', "\r").as_bytes()), expected());
    let mut mixed = String::new();
    for (line, end) in TABLE.lines().zip(["\r\n", "\n", "\r", ""]) {
        mixed.push_str(line);
        mixed.push_str(end);
    }
    assert_eq!(records(mixed.as_bytes()), expected());
}

#[test]
fn empty_files_folders_and_missing_files_are_told_apart() {
    for bytes in [&b""[..], b"\n\n  \n", b"\xEF\xBB\xBF", b"sep=;\n"] {
        assert!(matches!(open(bytes), Err(SourceError::Empty { .. })), "{bytes:?}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| Input::Path(folder.path().join(name));
    let options = ReadOptions::default();
    assert!(matches!(open_input(&path(""), &options), Err(SourceError::Folder { .. })));
    let missing = open_input(&path("nada.csv"), &options).expect_err("missing");
    assert!(missing.said().es.ends_with("no existe"), "{missing}");
    let failure = crm_bridge::error::Failure::from(missing);
    assert_eq!(failure.kind.exit_code(), 6);
}

#[test]
fn a_header_without_rows_is_a_table_without_records() {
    let source = open(TABLE.lines().next().expect("a header").as_bytes()).expect("opens");
    assert!(bind(&source, &Wanted::default()).is_ok());
    assert!(rows(&source, &Binding::default()).expect("reads").is_empty());
}

#[test]
fn the_guard_against_formulas_is_taken_off() {
    let text = TABLE.replace("999888777", "'+51999888777");
    let source = open(text.as_bytes()).expect("opens");
    let bound = bind(&source, &Wanted::default()).expect("binds");
    let mut reader = source.rows(&bound.binding);
    let row = reader.next().expect("a row").expect("reads");
    assert_eq!(bound.binding.read(row.cells).get(Field::Celular), Some("+51999888777"));
}

#[test]
fn known_names_decide_where_every_row_has_a_comma_and_some_are_ragged() {
    let text = "ID Cita;Apellidos, nombres;Celular;Estado
1;Quispe, Rosa;999888777;Realizada
2;Mamani, Ana;Realizada
3;Huamán, Luz;987654321;x;y;Realizada
";
    assert_eq!(open(text.as_bytes()).expect("opens").decided().delimiter, Delimiter::SEMICOLON);
}

#[test]
fn more_columns_than_a_spreadsheet_has_are_no_table() {
    let text = format!("{}\n", "a;".repeat(20_000));
    let error = refused(text.as_bytes());
    assert_eq!(code(&error), "F04", "{error}");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_read_as_something_else() {
    use std::io::Write;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("citas.csv");
    std::fs::write(&path, TABLE.repeat(20_000)).expect("writes");
    let source = open_input(&Input::Path(path.clone()), &ReadOptions::default()).expect("opens");
    let count = rows(&source, &Binding::default()).expect("reads").len();
    let digest = source.digest().expect("hashes");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).expect("opens");
    writeln!(file, "10009;Luz;;;;").expect("appends");
    assert_eq!(
        rows(&source, &Binding::default()).expect("reads").len(),
        count,
        "the second pass sees what the first saw"
    );
    assert_eq!(source.digest().expect("hashes"), digest);
    std::fs::OpenOptions::new().write(true).open(&path).expect("opens").set_len(1000).expect("cuts");
    assert!(matches!(rows(&source, &Binding::default()), Err(SourceError::Io { .. })));
}

#[test]
fn what_was_decoded_is_told() {
    let windows = encoding_rs::WINDOWS_1252.encode(TABLE).0.into_owned();
    let finding = open(&windows).expect("opens").decided().finding().expect("decoded");
    let note = finding.note(crm_bridge::rules::finding::Place::default(), false);
    assert_eq!((note.code, note.message.es.as_str()), ("F02", "leído como windows-1252"));
    assert_eq!(open(TABLE.as_bytes()).expect("opens").decided().finding(), None);
}
