//! The files of the torture set, made from one small table of invented people.

use crate::zip::zip;

const HEADER: &str = "ID Cita;Nombre;Celular;DNI;Distrito;Fecha y hora;Medio;Lugar;Estado;Observaciones";
const ROSA: &str =
    "10001;Rosa Núñez;999888777;01234567;Lima;15/01/2024 14:30;OPC;Sala de ventas;Realizada;Mañana llamará";
const ANGEL: &str = "10002;Ángel Peña;987654321;;Ate;16/01/2024 09:00;Facebook;Zoom;Pendiente;";
const JOSE: &str =
    "10003;José Íñiguez;987654322;;Comas;17/01/2024 10:00;Web;Sala de ventas;Realizada;Separó con 50,5";

fn table() -> String {
    rows(&[ROSA, ANGEL, JOSE])
}

fn rows(rows: &[&str]) -> String {
    format!("{HEADER}\r\n{}\r\n", rows.join("\r\n"))
}

fn utf16(mark: &[u8], text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    [mark, &text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()].concat()
}

fn windows(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn cp850(text: &str) -> Vec<u8> {
    let letters = [
        ('á', 0xA0),
        ('é', 0x82),
        ('í', 0xA1),
        ('ó', 0xA2),
        ('ú', 0xA3),
        ('ñ', 0xA4),
        ('Á', 0xB5),
        ('Í', 0xD6),
    ];
    let byte = |sign: char| letters.iter().find(|(letter, _)| *letter == sign).map(|(_, byte)| *byte);
    text.chars().map(|sign| byte(sign).unwrap_or_else(|| u8::try_from(sign).unwrap_or(b'?'))).collect()
}

/// Every file by its name.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    [character_sets(), separators(), quotes(), row_kinds(), columns(), cells(), workbooks()].concat()
}

fn character_sets() -> Vec<(&'static str, Vec<u8>)> {
    let table = table();
    let mut cut = table.clone().into_bytes();
    cut.truncate(table.find("Peña").unwrap_or_default() + 3);
    let mixed = [
        table.as_bytes(),
        &windows("10004;Ana Ñato;987654323;;Lima;18/01/2024 10:00;Web;Zoom;Realizada;\r\n"),
    ]
    .concat();
    vec![
        ("mark.csv", [b"\xEF\xBB\xBF", table.as_bytes()].concat()),
        ("windows-1252.csv", windows(&table)),
        ("utf-16-little-mark.csv", utf16(b"\xFF\xFE", &table.replace(';', "\t"), u16::to_le_bytes)),
        ("utf-16-big-mark.csv", utf16(b"\xFE\xFF", &table.replace(';', "\t"), u16::to_be_bytes)),
        ("utf-16-little.csv", utf16(b"", &table, u16::to_le_bytes)),
        ("utf-16-big.csv", utf16(b"", &table, u16::to_be_bytes)),
        ("cp850.csv", cp850(&table)),
        ("macroman.csv", encoding_rs::MACINTOSH.encode(&table).0.into_owned()),
        ("cut-inside-a-letter.csv", cut),
        ("two-character-sets.csv", mixed),
        ("image.csv", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec()),
        ("old-workbook.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0".to_vec()),
        ("nul.csv", table.replace("Lima", "Li\0ma").into_bytes()),
        ("empty.csv", Vec::new()),
    ]
}

fn separators() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("separator-line.csv", format!("sep=;\r\n{}", table()).into_bytes()),
        ("pipes.csv", table().replace(';', "|").into_bytes()),
        ("decimal-commas.csv", "ID Cita;Nombre;Celular;Fecha y hora;Estado;Costo Lote\n10001;Rosa;999888777;15/01/2024 14:30;Realizada;48400,50\n10002;Ana;987654321;16/01/2024 09:00;Pendiente;51300,00\n".into()),
        ("two-separators.csv", b"a;b,c\n1;2,3\n4;5,6\n".to_vec()),
        ("unknown-separator.csv", b"ID Cita^Nombre^Celular\n1^Rosa^999888777\n".to_vec()),
        ("one-column.csv", b"Celular\n999888777\n987654321\n".to_vec()),
    ]
}

fn quotes() -> Vec<(&'static str, Vec<u8>)> {
    let open = |from: &str, to: &str| table().replacen(from, to, 1).into_bytes();
    let more = [ROSA, &ROSA.replace("Rosa", "\"Rosa"), ANGEL, ANGEL, &JOSE.replace("Separó", "\"Separó")];
    vec![
        ("quote-open-in-header.csv", open("ID Cita", "\"ID Cita")),
        ("quote-open-in-the-middle.csv", open("Ángel", "\"Ángel")),
        ("quote-open-at-the-end.csv", open("Separó", "\"Separó")),
        ("quote-closed-rows-later.csv", rows(&more).into_bytes()),
        ("quoted-line-ends.csv", open("Mañana llamará", "\"Mañana;\r\n\"\"llamará\"\"\r\na las 5\"")),
    ]
}

fn row_kinds() -> Vec<(&'static str, Vec<u8>)> {
    let table = table();
    let mixed: String =
        table.lines().zip(["\r\n", "\n", "\r", "\n"]).map(|(line, end)| format!("{line}{end}")).collect();
    vec![
        (
            "title.csv",
            format!("Reporte de citas;;;;;;;;;\r\nDel 01/01/2024 al 31/01/2024;;;;;;;;;\r\n\r\n{table}")
                .into_bytes(),
        ),
        (
            "totals-and-footers.csv",
            format!("{table}Total;;;;;;;;3;\r\n;TOTAL;63;;;;;;;\r\nTotal de citas;63\r\n\r\nGenerado por el sistema el 01/02/2024;;;;;;;;;\r\n")
                .into_bytes(),
        ),
        ("header-repeated.csv", rows(&[ROSA, HEADER, JOSE]).into_bytes()),
        ("blank-rows.csv", rows(&["", ROSA, ";;;;;;;;;", "", JOSE]).into_bytes()),
        (
            "ragged.csv",
            rows(&[ROSA, &format!("{ANGEL};de más"), "10004;Luz;987654323", &format!("{JOSE};;")])
                .into_bytes(),
        ),
        ("carriage-returns.csv", table.replace("\r\n", "\r").into_bytes()),
        ("mixed-line-ends.csv", mixed.into_bytes()),
        ("header-only.csv", format!("{HEADER}\r\n").into_bytes()),
    ]
}

fn columns() -> Vec<(&'static str, Vec<u8>)> {
    let numbered = |line: fn(usize) -> String| (1..=6).map(line).collect::<Vec<_>>().join("\n");
    vec![
        (
            "leads.csv",
            format!(
                "ID;FECHA_CONTACTO;NOMBRE;CELULAR;TIPIFICACION\n{}\n",
                numbered(|n| format!("{n};0{n}/03/2024;Rosa Quispe;99988877{n};YA ASISTIO"))
            )
            .into_bytes(),
        ),
        (
            "two-phones.csv",
            format!(
                "ID Cita;Nombre;Celular;Teléfono;Fecha y hora;Estado\n{}\n",
                numbered(|n| format!(
                    "1000{n};Rosa Quispe;99988877{n};98765432{n};0{n}/03/2024 10:00;Realizada"
                ))
            )
            .into_bytes(),
        ),
        (
            "two-dates.csv",
            format!(
                "ID Cita;FECHA;FECHA.1;Nombre;Celular;Estado\n{}\n",
                numbered(|n| format!(
                    "1000{n};0{n}/03/2024;0{n}/03/2024 10:00;Rosa Quispe;99988877{n};Realizada"
                ))
            )
            .into_bytes(),
        ),
        (
            "only-a-suggestion.csv",
            format!(
                "ID Cita;Fecha;Nombre;Apellidos;Celular;Estado;Monto\n{}\n",
                numbered(|n| format!("1000{n};0{n}/03/2024 10:00;Rosa;Quispe;99988877{n};Realizada;5"))
            )
            .into_bytes(),
        ),
        ("no-header.csv", format!("{ROSA}\r\n{JOSE}\r\n").into_bytes()),
        ("no-columns-at-all.csv", b"a;b;c\n1;2;3\n4;5;6\n".to_vec()),
    ]
}

fn cells() -> Vec<(&'static str, Vec<u8>)> {
    let rosa = |from: &str, to: &str| ROSA.replace(from, to);
    let id = |row: &str, id: &str| row.replacen("10001", id, 1);
    vec![
        (
            "phones.csv",
            rows(&[
                &rosa("999888777", "+51 999-888-777"),
                &id(&rosa("999888777", "9,99888777E+08"), "10004"),
                &id(&rosa("999888777", "9,99E+08"), "10005"),
                &id(&rosa("999888777", "999888777 / 987654321"), "10006"),
                &id(&rosa("999888777", "12345"), "10007"),
                &id(&rosa("999888777", ""), "10008"),
            ])
            .into_bytes(),
        ),
        (
            "dates.csv",
            rows(&[
                &rosa("15/01/2024 14:30", "15 set 2024 02:30 p. m."),
                &id(&rosa("15/01/2024 14:30", "2024-01-16T14:30:00-05:00"), "10004"),
                &id(&rosa("15/01/2024 14:30", "45308,604166"), "10005"),
                &id(&rosa("15/01/2024 14:30", "18/01/2024"), "10006"),
                &id(&rosa("15/01/2024 14:30", "31/02/2024 10:00"), "10007"),
                &id(&rosa("15/01/2024 14:30", "ayer"), "10008"),
                &id(&rosa("15/01/2024 14:30", ""), "10009"),
            ])
            .into_bytes(),
        ),
        (
            "texts.csv",
            rows(&[
                &rosa("Rosa Núñez", "Rosa NÃºÃ±ez"),
                &id(&rosa("Rosa Núñez", "Rosa N\u{FFFD}\u{FFFD}ez"), "10004"),
                &id(&rosa("Rosa Núñez", "=1+1"), "10005"),
                &id(&rosa("Rosa Núñez", "\u{200B}Rosa\u{A0}Núñez"), "10006"),
                &id(&rosa("01234567", "=\"01234567\""), "10007"),
            ])
            .into_bytes(),
        ),
        (
            "ids.csv",
            rows(&[
                ROSA,
                ROSA,
                &id(&rosa("Rosa", "Ana"), "10002"),
                &id(&rosa("Rosa", "Luz"), "10002"),
                &id(ROSA, "1 0 3"),
                &id(ROSA, ""),
            ])
            .into_bytes(),
        ),
    ]
}

fn workbooks() -> Vec<(&'static str, Vec<u8>)> {
    vec![("workbook.xlsx", xlsx()), ("archive.xlsx", zip(&[("a.txt", "hola")]))]
}

/// A workbook with a title, a blank row, and numbers where an export has texts.
fn xlsx() -> Vec<u8> {
    let text =
        |place: &str, text: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let names = ["ID Cita", "Nombre", "Celular", "Fecha y hora", "Estado"];
    let header: String =
        names.iter().zip('A'..).map(|(name, column)| text(&format!("{column}3"), name)).collect();
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{title}</row><row r="3">{header}</row><row r="4"><c r="A4"><v>10001</v></c>{rosa}<c r="C4"><v>999888777</v></c><c r="D4" s="1"><v>45306.604166666664</v></c>{done}</row><row r="6">{total}</row></sheetData></worksheet>"#,
        title = text("A1", "Reporte"),
        rosa = text("B4", "Rosa Núñez"),
        done = text("E4", "Realizada"),
        total = text("A6", "Total"),
    );
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book_relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Citas" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let styles = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
    zip(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", book_relations),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}
