//! Whatever the bytes are: rows or an error, never a panic, never an unbounded cell.

use crm_bridge::source::columns::{Wanted, inspect};
use crm_bridge::source::{Binding, Delimiter, LONGEST_ROW, ReadOptions, load_bytes, open_loaded};
use proptest::prelude::*;

/// Bytes that look like an export often enough to get past the first checks.
fn nearly_an_export() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![";", ",", "\t", "|", "\"", "\"\"", "\n", "\r\n", "\r", "'", "=", " ", "sep=;\n"])
            .prop_map(|piece| piece.as_bytes().to_vec()),
        4 => prop::sample::select(vec!["ID Cita", "Nombre", "Celular", "Fecha y hora", "Estado", "Total", "999888777", "Ñ"])
            .prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => prop::sample::select(vec![&b"\xFF\xFE"[..], b"\xEF\xBB\xBF", b"\0", b"\xF1", b"PK\x03\x04"])
            .prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn read_everything(bytes: &[u8]) {
    let Ok(loaded) = load_bytes("any.csv", bytes) else { return };
    let Ok(source) = open_loaded(loaded, &ReadOptions::default()) else { return };
    let report = inspect(&source, &Wanted::default());
    let mut rows = source.rows(&report.binding);
    let mut number = source.header_row();
    while let Some(row) = rows.next() {
        let Ok(row) = row else { return };
        assert!(row.number == number + 1, "rows are numbered without gaps");
        number = row.number;
        assert!(row.cells.iter().map(str::len).sum::<usize>() <= LONGEST_ROW * 2);
        report.binding.read(row.cells);
    }
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zñáé0-9 ,;.'=+-]{0,12}",
        1 => "[ -~\n\r\táéÑ;|\"]{0,20}",
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..7).prop_flat_map(|width| prop::collection::vec(prop::collection::vec(cell(), width), 1..12))
}

/// What the reader does to a cell on purpose: it takes the guard against formulas off.
fn unguarded(cell: &str) -> &str {
    let Some(rest) = cell.strip_prefix('\'') else { return cell };
    if rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']) { rest } else { cell }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_rows_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_everything(&bytes);
    }

    #[test]
    fn anything_like_an_export_is_rows_or_an_error(bytes in nearly_an_export()) {
        read_everything(&bytes);
    }

    #[test]
    fn what_a_csv_writer_wrote_reads_back(
        table in table(),
        delimiter in prop::sample::select(Delimiter::TRIED.to_vec()),
        crlf in any::<bool>(),
        always in any::<bool>(),
    ) {
        let header: Vec<String> = (0..table[0].len()).map(|column| format!("columna{column}")).collect();
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter.byte())
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .quote_style(if always { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary })
            .from_writer(Vec::new());
        writer.write_record(&header).expect("writes");
        for row in &table {
            writer.write_record(row).expect("writes");
        }
        let bytes = writer.into_inner().expect("flushes");
        let options = ReadOptions { delimiter: Some(delimiter), ..ReadOptions::default() };
        let source = open_loaded(load_bytes("t.csv", &bytes).expect("loads"), &options).expect("opens");
        prop_assert_eq!(source.header(), &header);
        let mut rows = source.rows(&Binding::default());
        for expected in &table {
            // A cell of several lines that look like rows is refused on purpose.
            let row = match rows.next().expect("a row") {
                Ok(row) => row,
                Err(error) => {
                    prop_assert!(expected.iter().any(|cell| cell.contains(['\n', '\r'])), "{}", error);
                    return Ok(());
                }
            };
            let expected: Vec<&str> = expected.iter().map(|cell| unguarded(cell)).collect();
            prop_assert_eq!(row.cells.iter().collect::<Vec<_>>(), expected);
        }
        prop_assert!(rows.next().is_none());
    }
}
