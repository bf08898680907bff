//! The catalogue of rules, as data.
//!
//! Each row: code, severity where the rule has but one (the graver where it has two), field, and what it says and
//! advises in both languages. The table of the documentation is generated from it. A guarded rule can't be switched
//! off with `--ignore`: what it stops would reach the receiver as somebody else's presencia, or as none.

use crate::lang::Text;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Repaired or skipped: counted, listed with `-v`.
    Info,
    /// Said, and sent all the same.
    Warning,
    /// Blocks the row (rules F and H: the file).
    Error,
}

impl Severity {
    /// The word in JSON: `info`, `warning`, `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One row of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// The code that people quote, such as `T04`.
    pub code: &'static str,
    /// Whether `--ignore` is refused.
    pub guarded: bool,
    /// Severity, unless the check says otherwise.
    pub severity: Severity,
    /// The field that it is about, where it is always the same.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub message: Text,
    /// What to do about it; none for what was only repaired.
    pub hint: Option<Text>,
}

macro_rules! catalogue {
    ($($code:ident $guarded:literal $severity:ident $field:expr, $en:literal, $es:literal, $hint:expr;)*) => {
        /// The code of a rule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the catalogue below says what each rule is")]
        pub enum Code { $($code,)* }

        impl Code {
            /// Every rule, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$code,)*];

            /// The rule's row in the catalogue.
            pub fn rule(self) -> &'static Rule {
                &RULES[self as usize]
            }
        }

        static RULES: [Rule; Code::ALL.len()] = [$(Rule {
            code: stringify!($code),
            guarded: $guarded,
            severity: Severity::$severity,
            field: $field,
            message: Text { en: $en, es: $es },
            hint: $hint,
        },)*];
    };
}

impl Code {
    /// How many rules there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The code as people quote it.
    pub fn name(self) -> &'static str {
        self.rule().code
    }

    /// Finds a rule by its code, whatever the case.
    ///
    /// ```
    /// use crm_bridge::rules::Code;
    /// assert_eq!(Code::from_name("t04"), Some(Code::T04));
    /// assert_eq!(Code::from_name("T99"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name.trim()))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the rows without advice are None")]
const fn hint(en: &'static str, es: &'static str) -> Option<Text> {
    Some(Text { en, es })
}

catalogue! {
    I01 true Error Some("appointment.id"),
        "{what}: {value}",
        "{what}: {value}",
        hint(
            "fill in the id that the CRM gave the cita, or choose its column with --map appointment.id=COLUMN",
            "complete el id que el CRM dio a la cita, o indique su columna con --map appointment.id=COLUMNA",
        );
    F01 true Error None,
        "the file is not text: {detail}",
        "el archivo no es texto: {detail}",
        hint(
            "export it again as CSV UTF-8, or give the .xlsx or .ods workbook itself",
            "expórtelo de nuevo como CSV UTF-8, o entregue el libro .xlsx u .ods mismo",
        );
    F02 false Info None,
        "read as {encoding}",
        "leído como {encoding}",
        None;
    F03 false Error None,
        "the text was written in another character set: {detail}",
        "el texto se escribió en otro juego de caracteres: {detail}",
        hint(
            "say which with --encoding (windows-1252, utf-8, utf-16le, cp850, macroman)",
            "indique cuál con --encoding (windows-1252, utf-8, utf-16le, cp850, macroman)",
        );
    F04 false Error None,
        "the separator can't be told: {detail}",
        "no se puede saber el separador: {detail}",
        hint(
            "say which with --delimiter ';' (or ',', '|', tab)",
            "indíquelo con --delimiter ';' (o ',', '|', tab)",
        );
    F05 true Error None,
        "a quote opened in row {opened} never closes",
        "unas comillas abiertas en la fila {opened} nunca se cierran",
        hint(
            "close the quote in that row, or delete it",
            "cierre las comillas en esa fila, o bórrelas",
        );
    H01 true Error None,
        "no column for {missing}",
        "falta la columna de {missing}",
        hint(
            "{remedy}",
            "{remedy}",
        );
    H02 true Error None,
        "more than one column could be {candidate_for}: {candidates}",
        "más de una columna podría ser {candidate_for}: {candidates}",
        hint(
            "choose one with --map {candidate_for}=COLUMN",
            "elija una con --map {candidate_for}=COLUMNA",
        );
    H03 false Warning None,
        "{what} not used: {column}{guess}",
        "{what} sin usar: {column}{guess}",
        hint(
            "{remedy}",
            "{remedy}",
        );
    R01 false Info None,
        "row skipped: {detail}",
        "fila omitida: {detail}",
        None;
    R02 false Error None,
        "the row has {cells} cells where the header has {width}",
        "la fila tiene {cells} celdas y la cabecera {width}",
        hint(
            "look for a cell whose text holds the separator and was cut in two, for a cell too many or one too few; put each value under its column",
            "busque una celda cuyo texto contiene el separador y quedó partida en dos, una celda de más o una de menos; deje cada dato en su columna",
        );
    V01 false Info None,
        "invisible signs removed",
        "se quitaron signos invisibles",
        None;
    V02 false Info None,
        "mojibake repaired",
        "se repararon caracteres mal decodificados",
        None;
    V03 false Error None,
        "a letter was lost in an earlier conversion: {value}",
        "una letra se perdió en una conversión anterior: {value}",
        hint(
            "write the cell again in the spreadsheet",
            "vuelva a escribir la celda en la hoja",
        );
    V04 false Error None,
        "the cell holds a formula: {value}",
        "la celda contiene una fórmula: {value}",
        hint(
            "paste its value instead of the formula",
            "pegue su valor en lugar de la fórmula",
        );
    V05 false Error None,
        "too long or with control characters: {detail}",
        "demasiado largo o con caracteres de control: {detail}",
        hint(
            "shorten the cell, or remove the characters",
            "acorte la celda, o quite los caracteres",
        );
    N01 false Error Some("lead.nombre"),
        "no name",
        "sin nombre",
        hint(
            "fill in the client's name",
            "complete el nombre del cliente",
        );
    N02 false Warning Some("lead.nombre"),
        "the name looks like two people: {value}",
        "el nombre parece de dos personas: {value}",
        hint(
            "keep the one who visited",
            "deje a quien hizo la visita",
        );
    T01 true Error Some("lead.celular"),
        "no usable phone",
        "sin celular utilizable",
        hint(
            "fill in the celular: 9 digits that begin with 9",
            "complete el celular: 9 dígitos que empiezan con 9",
        );
    T02 true Error Some("lead.celular"),
        "digits lost to scientific notation: {value}",
        "dígitos perdidos por la notación científica: {value}",
        hint(
            "format the column as text in the spreadsheet and write the number again",
            "dé formato de texto a la columna en la hoja y escriba de nuevo el número",
        );
    T03 false Info Some("lead.celular"),
        "phone normalised",
        "celular normalizado",
        None;
    T04 false Error Some("lead.celular"),
        "neither a mobile of 9 digits that begins with 9 nor a landline of 8 with its area code: {value}",
        "no es un celular de 9 dígitos que empieza con 9 ni un fijo de 8 con su código de ciudad: {value}",
        hint(
            "write the mobile's 9 digits, or the landline's 8: the area code (1 in Lima) and the number",
            "escriba los 9 dígitos del celular, o los 8 del fijo: el código de ciudad (1 en Lima) y el número",
        );
    T05 false Error Some("lead.celular"),
        "several numbers in one cell: {value}",
        "varios números en una celda: {value}",
        hint(
            "keep one number",
            "deje un solo número",
        );
    D01 false Warning Some("lead.documento"),
        "a DNI has 8 digits: {value}",
        "un DNI tiene 8 dígitos: {value}",
        hint(
            "add the zeros that the spreadsheet took, or use --pad-dni",
            "agregue los ceros que quitó la hoja, o use --pad-dni",
        );
    D02 false Error Some("lead.documento"),
        "not a valid {kind}: {value}",
        "no es un {kind} válido: {value}",
        hint(
            "correct the number, or name its kind in a column tipo documento (CE, Pasaporte, Otro)",
            "corrija el número, o indique su tipo en una columna tipo documento (CE, Pasaporte, Otro)",
        );
    A01 true Error Some("appointment.fecha_hora"),
        "no date",
        "sin fecha",
        hint(
            "fill in when the visit took place",
            "complete cuándo fue la visita",
        );
    A02 true Error Some("appointment.fecha_hora"),
        "not a date: {value}",
        "no es una fecha: {value}",
        hint(
            "write it as dd/mm/yyyy HH:MM",
            "escríbala como dd/mm/aaaa HH:MM",
        );
    A03 false Error Some("appointment.fecha_hora"),
        "day and month can't be told apart: {detail}",
        "no se distingue el día del mes: {detail}",
        hint(
            "say the order with --date-order dmy (or mdy, ymd), of the sales alone with --sale-date-order dmy; a date in another order is then told by itself",
            "indique el orden con --date-order dmy (o mdy, ymd), el de las ventas solas con --sale-date-order dmy; una fecha en otro orden se señala entonces por sí sola",
        );
    A04 false Info Some("appointment.fecha_hora"),
        "date converted to Lima's time",
        "fecha convertida a la hora de Lima",
        None;
    A05 false Warning Some("appointment.fecha_hora"),
        "a date without a time: {value}; sent as 00:00",
        "una fecha sin hora: {value}; se envía como 00:00",
        hint(
            "add the time, as dd/mm/yyyy HH:MM",
            "agregue la hora, como dd/mm/aaaa HH:MM",
        );
    A06 false Error Some("appointment.fecha_hora"),
        "{when}: {value}",
        "{when}: {value}",
        hint(
            "correct the date",
            "corrija la fecha",
        );
    E01 false Warning Some("lead.medio"),
        "{what}{value}; sent as otro",
        "{what}{value}; se envía como otro",
        hint(
            "add it to [values.\"lead.medio\"] of a mapping file",
            "agréguelo a [values.\"lead.medio\"] de un archivo de mapeo",
        );
    E02 false Warning Some("lead.proyecto_interes"),
        "{what}: {value}",
        "{what}: {value}",
        hint(
            "check the name of the project, or set it with --set proyecto_interes=NAME",
            "revise el nombre del proyecto, o indíquelo con --set proyecto_interes=NOMBRE",
        );
    E03 false Warning Some("lead.distrito"),
        "{what}: {value}",
        "{what}: {value}",
        hint(
            "check the name of the district",
            "revise el nombre del distrito",
        );
    E04 false Warning None,
        "{what}: {value}; not an event",
        "{what}: {value}; no es un evento",
        hint(
            "if such visits took place: crm-bridge map FILE --write m.toml writes a [[trigger]] with the statuses of the file; remove its #, keep the statuses that count, and add --mapping m.toml",
            "si esas visitas ocurrieron: crm-bridge map ARCHIVO --write m.toml escribe un [[trigger]] con los estados del archivo; quítele los #, deje los estados que valen y agregue --mapping m.toml",
        );
    E05 false Warning Some("lead.email"),
        "invalid e-mail left out: {value}",
        "correo inválido, no se envía: {value}",
        hint(
            "correct the address",
            "corrija la dirección",
        );
    X01 true Error Some("appointment.id"),
        "the id {id} is repeated in row {other} with {what}",
        "el id {id} se repite en la fila {other} con {what}",
        hint(
            "keep the right one of the two rows",
            "deje la fila correcta de las dos",
        );
    X02 false Warning Some("lead.celular"),
        "one phone, several names: see row {other}",
        "un celular, varios nombres: vea la fila {other}",
        hint(
            "check whose phone it is",
            "revise de quién es el celular",
        );
    X03 false Error Some("appointment.fecha_hora"),
        "the same client at the same instant as row {other}",
        "el mismo cliente en el mismo instante que la fila {other}",
        hint(
            "remove one of the two rows, or correct its date",
            "quite una de las dos filas, o corrija su fecha",
        );
    X04 false Warning Some("appointment.id"),
        "the id {id} is inside another one ({other}); the receiver could take one for the other{what}",
        "el id {id} está dentro de otro ({other}); el receptor podría confundirlos{what}",
        hint(
            "{todo}--id-terminator ']' makes the look-up exact",
            "{todo}--id-terminator ']' vuelve exacta la búsqueda",
        );
    X05 false Error Some("appointment.id"),
        "{id} was already delivered with other content",
        "{id} ya se entregó con otro contenido",
        hint(
            "the receiver never updates a presencia: correct it there; another visit needs another id",
            "el receptor nunca actualiza una presencia: corríjala allí; otra visita necesita otro id",
        );
    X06 false Error Some("lead.celular"),
        "two people would share the document {document}: see row {other}",
        "dos personas compartirían el documento {document}: vea la fila {other}",
        hint(
            "use documento = \"celular\", or a column with the document",
            "use documento = \"celular\", o una columna con el documento",
        );
    X07 false Error None,
        "rule {rule} speaks of {share} of the events: {what}",
        "la regla {rule} afecta a {share} de los eventos: {what}",
        hint(
            "{remedy}",
            "{remedy}",
        );
    X08 false Error None,
        "the row that {codes} spoke of is as it was in failed.csv",
        "la fila que observó {codes} está como estaba en failed.csv",
        hint(
            "correct it; if it is right as it is, empty its cell _error",
            "corríjala; si está bien así, vacíe su celda _error",
        );
    P01 true Error None,
        "collision: the receiver answered {id_presencia} for {id}, which it already gave to {other}; {id} is not stored",
        "colisión: el receptor respondió {id_presencia} para {id}, que ya dio a {other}; {id} no está guardado",
        hint(
            "send it with --id-terminator ']', which makes the receiver's look-up exact",
            "envíela con --id-terminator ']', que vuelve exacta la búsqueda del receptor",
        );
    P02 true Error None,
        "the answer is no receipt: {detail}",
        "la respuesta no es un recibo: {detail}",
        hint(
            "check COMERCIAL_WEBHOOK_URL with crm-bridge test: a login page or a proxy answers there",
            "revise COMERCIAL_WEBHOOK_URL con crm-bridge test: allí responde una página de ingreso o un proxy",
        );
    S01 true Error None,
        "{pointer}: {detail}",
        "{pointer}: {detail}",
        hint(
            "correct this place of the payload",
            "corrija este lugar del payload",
        );
    S02 false Error Some("sale.lote"),
        "half a sale: {what}",
        "una venta a medias: {what}",
        hint(
            "fill in its lote and its precio, or empty the cells of the sale; --ignore S02 sends such rows without a sale",
            "complete su lote y su precio, o vacíe las celdas de la venta; --ignore S02 envía esas filas sin venta",
        );
}
