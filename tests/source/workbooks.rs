//! Workbooks are read like the exports that a person would make of them.

use std::io::{Cursor, Write as _};

use crm_bridge::record::Field;
use crm_bridge::rules::finding::Place;
use crm_bridge::source::columns::{Wanted, bind};
use crm_bridge::source::{Binding, ReadOptions, RowKind, SourceError, load_bytes, open_loaded};

use proptest::prelude::*;

use crate::table::{open, open_with, rows};
use crate::zip::zip;

const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/>
<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>
<sheet name="Borrador" sheetId="1" state="hidden" r:id="rId2"/><sheet name="Citas" sheetId="2" r:id="rId1"/></sheets></workbook>"#;
/// Style 1 is a date with a time.
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn text(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A title, a blank row, the header in row 3, two records, a blank row, and a total.
fn xlsx() -> Vec<u8> {
    let header: String = ["ID Cita", "Nombre", "Celular", "Fecha y hora", "Estado", "Observaciones"]
        .iter()
        .zip('A'..='F')
        .map(|(name, column)| text(&format!("{column}3"), name))
        .collect();
    let citas = sheet(&[
        format!("<row r=\"1\">{}</row>", text("A1", "Reporte de citas")),
        format!("<row r=\"3\">{header}</row>"),
        format!(
            "<row r=\"4\"><c r=\"A4\"><v>10001</v></c>{}<c r=\"C4\"><v>999888777</v></c><c r=\"D4\" s=\"1\"><v>45306.604166666664</v></c>{}{}</row>",
            text("B4", "Rosa Quispe"),
            text("E4", "Realizada"),
            text("F4", "una; dos\ntres")
        ),
        format!(
            "<row r=\"5\"><c r=\"A5\"><v>10002</v></c>{}<c r=\"C5\"><v>987654321</v></c><c r=\"D5\" s=\"1\"><v>45307</v></c>{}</row>",
            text("B5", "Ana Ñaupari"),
            text("E5", "Pendiente")
        ),
        format!("<row r=\"7\">{}<c r=\"F7\"><v>2</v></c></row>", text("A7", "Total")),
    ].concat());
    book(STYLES, &citas)
}

/// A workbook with these parts.
fn book(styles: &str, citas: &str) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", citas),
        ("xl/worksheets/sheet2.xml", &sheet(&format!("<row r=\"1\">{}</row>", text("A1", "nada")))),
    ])
}

fn ods() -> Vec<u8> {
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let header: String =
        ["ID Cita", "Nombre", "Celular", "Fecha y hora", "Estado"].into_iter().map(cell).collect();
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Citas"><table:table-row>{header}</table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="5"/></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="10001"/>{}<table:table-cell office:value-type="float" office:value="999888777"/>
<table:table-cell office:value-type="date" office:date-value="2024-01-15T14:30:00"/>{}</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"#,
        cell("Rosa Quispe"),
        cell("Realizada"),
    )
    .replace('\n', "");
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#,
        ),
        ("content.xml", &content),
    ])
}

#[test]
fn an_xlsx_is_read_with_the_rows_that_the_sheet_shows() {
    let source = open(&xlsx()).expect("opens");
    assert_eq!(source.decided().sheet.as_deref(), Some("Citas"));
    assert_eq!(source.header_row(), 3);
    let bound = bind(&source, &Wanted::default()).expect("binds");
    let table = rows(&source, &bound.binding).expect("reads");
    let numbers: Vec<(u64, bool)> = table.iter().map(|(n, kind, _)| (*n, *kind == RowKind::Record)).collect();
    assert_eq!(numbers, [(4, true), (5, true), (6, false), (7, false)]);
    assert_eq!(
        table[0].2,
        ["10001", "Rosa Quispe", "999888777", "2024-01-15T14:30:00", "Realizada", "una; dos\ntres"]
    );
    assert_eq!(table[1].2[3], "2024-01-16");
    assert_eq!(bound.binding.columns(Field::Observaciones), [5]);
}

#[test]
fn an_ods_is_read_alike() {
    let source = open(&ods()).expect("opens");
    let bound = bind(&source, &Wanted::default()).expect("binds");
    let table = rows(&source, &bound.binding).expect("reads");
    let (number, kind, cells) = table.last().expect("a record");
    assert_eq!((*number, *kind), (4, RowKind::Record));
    assert_eq!(cells, &["10001", "Rosa Quispe", "999888777", "2024-01-15T14:30:00", "Realizada"]);
}

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let sheet = |name: &str| ReadOptions { sheet: Some(name.to_owned()), ..ReadOptions::default() };
    assert_eq!(open_with(&xlsx(), &sheet("borrador")).expect("opens").header(), ["nada"]);
    let Err(SourceError::NoSheet { sheets, .. }) = open_with(&xlsx(), &sheet("Hoja9")) else {
        panic!("no such sheet")
    };
    assert_eq!(sheets, ["Borrador", "Citas"]);
}

#[test]
fn columns_that_are_missing_may_be_in_another_sheet() {
    let summary = sheet(&format!("<row r=\"1\">{}{}</row>", text("A1", "Mes"), text("B1", "Ventas")));
    let two = BOOK.replace(" state=\"hidden\"", "").replace("Borrador", "Citas de enero");
    let bytes = zip(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", &two.replace("\"Citas\"", "\"Resumen\"")),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet("")),
        ("xl/worksheets/sheet2.xml", &summary),
    ]);
    let first = open(&bytes).expect("opens");
    assert_eq!(first.other_sheets(), ["Resumen"]);
    let findings = bind(&first, &Wanted::default()).expect_err("no columns");
    let hints: Vec<String> =
        findings.iter().map(|finding| finding.note(Place::default(), false).hint.en).collect();
    assert_eq!(hints.len(), 1, "{hints:?}");
    assert!(hints[0].contains("--sheet Resumen") && !hints[0].contains("--map"), "{hints:?}");
}

#[test]
fn a_zip_that_is_no_workbook_and_a_broken_workbook_are_no_text() {
    let broken = &xlsx()[..900];
    for bytes in
        [zip(&[("a.txt", "hola")]), broken.to_vec(), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old".to_vec()]
    {
        let error = open_loaded(load_bytes("a.xlsx", &bytes).expect("loads"), &ReadOptions::default())
            .expect_err("bad");
        assert_eq!(error.code().map(crm_bridge::rules::Code::name), Some("F01"), "{error}");
    }
}

/// Parts of sheets, put together as they come: well formed now and then.
fn nearly_a_sheet() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<row r=\"1\">",
        "<row>",
        "</row>",
        "<row r=\"99999999999\">",
        "<c r=\"A1\">",
        "<c r=\"ZZZZZ1\" t=\"s\">",
        "<c r=\"B2\" s=\"1\">",
        "<c r=\"\" s=\"99\">",
        "<c t=\"inlineStr\">",
        "<c t=\"d\">",
        "<c t=\"b\">",
        "</c>",
        "<v>",
        "</v>",
        "<is><t>",
        "</t></is>",
        "1",
        "-1e308",
        "45306.6",
        "2024-01-15",
        "nan",
        "&amp;",
        "&",
        "<",
        "Ñ",
        "<f>A1+1</f>",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_sheet_is_rows_or_an_error(cells in nearly_a_sheet(), cut in 0_usize..3000) {
        let mut bytes = book(STYLES, &sheet(&cells));
        for bytes in [bytes.clone(), { bytes.truncate(cut); bytes }] {
            if let Ok(source) = open(&bytes) {
                rows(&source, &Binding::default()).ok();
            }
        }
    }
}

/// A few kilobytes that would fill the memory.
#[test]
fn a_workbook_that_unpacks_to_far_more_than_a_sheet_is_refused() {
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed =
        ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Deflated);
    let files = [
        ("_rels/.rels", RELATIONS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
    ];
    for (name, text) in files {
        archive.start_file(name, packed).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("xl/sharedStrings.xml", packed).unwrap();
    for _ in 0..80 {
        archive.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
    let error = open_loaded(load_bytes("bomba.xlsx", &bytes).unwrap(), &ReadOptions::default()).unwrap_err();
    let said = error.said();
    assert!(
        said.en.contains(r#"part "xl/sharedStrings.xml" unpacks"#) && said.es.contains("400 veces"),
        "{said:?}"
    );
}
