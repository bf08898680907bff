//! `docs/rules.md` is the catalogue, written out.

use std::fmt::Write;
use std::path::Path;

use crm_bridge::lang::Said;
use crm_bridge::rules::Code;
use crm_bridge::said;

const INTRODUCTION: &str = "\
# Rules

Written from the catalogue in `src/rules/catalogue.rs`: `UPDATE_DOCS=1 cargo test --test cells documentation` writes it
again. `crm-bridge validate FILE` checks all of them without a network.

| severity | what it means |
|---|---|
| error | blocks its row; an error about the file or a column of it (F, H, A03, X06, X07, and with `--strict` what warns of them) stops the run before it sends |
| warning | said, and sent all the same; `--strict` makes it an error, but for X04, which says nothing against its row |
| info | repaired or skipped: counted, and listed with `-v` |

Where a rule has two severities, the graver is in the table: a letter lost (V03) only warns in notes, a date before 2015
(A06), an order of day and month that no cell shows (A03) and a lot or a price alone (S02) only warn, a district's alias (E03)
and a known state (E04) are info, an id repeated with the same content (X01) is info. `--ignore CODE` switches a rule off; it
is refused for those with a star, since what they stop would reach the receiver as somebody else's presencia, or as none. What
an ignored rule kept out and no receiver can store is told by S01.
";

/// The message of a rule, in general words where the row decides them.
fn general(code: Code) -> Said {
    match code {
        Code::I01 => said!(
            en: "no id, one with other signs than letters, digits, `_`, `-` and `.`, or one that a spreadsheet made a number in scientific notation of: {{value}}",
            es: "sin id, con otros signos que letras, dígitos, `_`, `-` y `.`, o convertido por una hoja en un número en notación científica: {{value}}",
        ),
        Code::X07 => said!(
            en: "rule {{rule}} speaks of {{share}} of the events: the column or the whole export is wrong, not the rows",
            es: "la regla {{rule}} afecta a {{share}} de los eventos: está mal la columna o la exportación entera, no las filas",
        ),
        Code::S02 => said!(
            en: "half a sale: without its lot or its value",
            es: "una venta a medias: sin su lote o sin su precio",
        ),
        Code::A06 => {
            said!(en: "in the future, or before 2015: {{value}}", es: "en el futuro, o anterior a 2015: {{value}}")
        }
        Code::E01 => said!(
            en: "medio outside the table, or none; sent as otro: {{value}}",
            es: "medio fuera de la tabla, o ninguno; se envía como otro: {{value}}",
        ),
        Code::E02 => said!(
            en: "unknown project, or none (sent as the usual one): {{value}}",
            es: "proyecto desconocido, o ninguno (se envía como el habitual): {{value}}",
        ),
        Code::E03 => said!(
            en: "a district's alias, expanded, or an unknown district: {{value}}",
            es: "alias de un distrito, expandido, o distrito desconocido: {{value}}",
        ),
        Code::E04 => said!(
            en: "a status that makes no event, or an unknown one: {{value}}",
            es: "un estado que no es evento, o uno desconocido: {{value}}",
        ),
        Code::H03 => said!(en: "columns not used: {{column}}", es: "columnas sin usar: {{column}}"),
        other => other.rule().message.into(),
    }
}

/// The advice of a rule, in the same way.
fn advice(code: Code) -> Option<Said> {
    match code {
        Code::X07 => Some(said!(
            en: "check the columns with crm-bridge map FILE, and choose another with --map; where rows are ragged (R02), export the file again",
            es: "revise las columnas con crm-bridge map ARCHIVO, y elija otra con --map; si las filas son disparejas (R02), exporte de nuevo el archivo",
        )),
        other => other.rule().hint.map(Said::from),
    }
}

fn document() -> String {
    let mut text = String::from(INTRODUCTION);
    for (title, english) in [("In English", true), ("En español", false)] {
        let head = if english {
            "| code | severity | field | what is wrong | what to do |"
        } else {
            "| código | gravedad | campo | qué está mal | qué hacer |"
        };
        write!(text, "\n## {title}\n\n{head}\n|---|---|---|---|---|\n").unwrap();
        for code in Code::ALL {
            let rule = code.rule();
            let pick = |said: Said| if english { said.en } else { said.es };
            let severity = match (rule.severity.name(), english) {
                ("error", _) => "error",
                ("warning", true) => "warning",
                ("warning", false) => "aviso",
                (other, _) => other,
            };
            let star = if rule.guarded { "\\*" } else { "" };
            let field = rule.field.map(|field| format!("`{field}`")).unwrap_or_default();
            let message = pick(general(*code)).replace('|', "\\|");
            let hint = advice(*code).map(|hint| pick(hint).replace('|', "\\|")).unwrap_or_default();
            writeln!(text, "| {}{star} | {severity} | {field} | {message} | {hint} |", code.name()).unwrap();
        }
    }
    text
}

#[test]
fn the_table_of_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let made = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == committed,
        "docs/rules.md differs: run `UPDATE_DOCS=1 cargo test --test cells documentation`"
    );
}
