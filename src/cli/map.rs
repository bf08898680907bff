//! `map FILE`: shows which column feeds which field, and why; `--write` saves that as a mapping file. `map --show`
//! prints the built-in mapping as one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::Context;
use super::columns_view::{print_json, print_problems, print_table};
use super::export_flags::ExportFlags;
use super::exports::columns_wanted;
use super::observers::observer;
use super::output::stdout;
use crate::error::{Failure, Kind};
use crate::mapping::Mapping;
use crate::record::Field;
use crate::said;
use crate::source::columns::{Report, Verdict, inspect};
use crate::source::{Binding, Input, Source, open};

/// The most statuses that a column of statuses has.
const MOST_STATUSES: usize = 30;

/// Arguments of `map`.
#[derive(Debug, Args)]
pub(crate) struct MapArgs {
    /// The export whose columns are shown; - is stdin.
    #[arg(value_name = "FILE", required_unless_present = "show", value_hint = clap::ValueHint::FilePath)]
    file: Option<Input>,
    /// Print the built-in mapping as a mapping file.
    #[arg(long, conflicts_with_all = ["file", "write"])]
    show: bool,
    /// Save the columns as a mapping file.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    write: Option<PathBuf>,
    /// Replace the file that --write names, where it exists.
    #[arg(long, requires = "write")]
    force: bool,
    #[command(flatten)]
    export: ExportFlags,
}

pub(crate) fn run(args: &MapArgs, context: &Context) -> Result<u8, Failure> {
    let Some(file) = &args.file else {
        stdout().write_all(Mapping::builtin_toml().as_bytes()).ok();
        return Ok(0);
    };
    let source = open(file, &args.export.read_options())?;
    let wanted = columns_wanted(&args.export, context, observer(context).as_mut())?;
    let report = inspect(&source, &wanted);
    let mut text = Vec::new();
    if context.json {
        print_json(&mut text, &source, &report, context);
    } else {
        print_table(&mut text, &source, &report, context);
    }
    // Nobody is left to be told when stdout is closed.
    stdout().write_all(&text).ok();
    if let Some(path) = &args.write {
        let text = mapping_file(&source, &report) + &triggers(&source, &report, context);
        save(path, &text, args.force)?;
        if !context.quiet {
            let saved = context.lang.pick("saved in", "guardado en");
            writeln!(io::stderr(), "{saved} {}", path.display()).ok();
        }
    }
    let shapes = report.columns.iter().any(|told| told.field.is_none() && !told.samples.is_empty());
    if shapes && !context.json && !context.quiet && !context.show_pii {
        let told = context.lang.pick(
            "of columns without a field only the shape of the cells is shown (X a letter, 9 a digit); --show-pii shows them",
            "de las columnas sin campo solo se muestra la forma de las celdas (X una letra, 9 un dígito); --show-pii las muestra",
        );
        writeln!(io::stderr(), "{told}").ok();
    }
    if !context.json {
        print_problems(&mut io::stderr(), &report, context);
    }
    if report.errors.is_empty() { Ok(0) } else { Err(not_mapped(&source, report.errors.len())) }
}

fn not_mapped(source: &Source, problems: usize) -> Failure {
    let name = source.name();
    Failure::new(
        Kind::Usage,
        said!(
            en: "the columns of {name} can't be mapped yet: {problems} to decide",
            es: "aún no se pueden asociar las columnas de {name}: {problems} por decidir"
        ),
    )
    .hint(said!(
        en: "decide with --map FIELD=COLUMN, or in the mapping file that --write saves",
        es: "decida con --map CAMPO=COLUMNA, o en el archivo de mapeo que guarda --write"
    ))
}

/// The text of a mapping file that decides the columns as they were found; what is only suggested is a comment.
fn mapping_file(source: &Source, report: &Report) -> String {
    let name =
        Path::new(source.name()).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    let mut text = format!("version = 1\nname = {}\n\n[columns]\n", quoted(&name));
    let column_name = |column| column_name(source, column);
    for (field, columns) in report.binding.iter() {
        let names: Vec<String> = columns.iter().map(|column| quoted(&column_name(*column))).collect();
        let value =
            if let [one] = names.as_slice() { one.clone() } else { format!("[{}]", names.join(", ")) };
        text.push_str(&format!("{} = {value}\n", quoted(field.name())));
    }
    for told in &report.columns {
        if let (Verdict::Suggested | Verdict::Tie, Some(field)) = (told.verdict, told.field) {
            let line = format!("# {} = {}\n", quoted(field.name()), quoted(&column_name(told.column)));
            text.push_str(&line);
        }
    }
    text
}

/// The name by which a mapping file asks for a column: its number where others have the same name.
fn column_name(source: &Source, column: usize) -> String {
    let header = source.header().get(column).map_or("", String::as_str);
    let same = source.header().iter().filter(|other| *other == header).count();
    if same > 1 { format!("#{}", column + 1) } else { header.to_owned() }
}

/// Comments that are triggers once their `#` is gone: what a person who misses events has to write, with the statuses that
/// the file has.
fn triggers(source: &Source, report: &Report, context: &Context) -> String {
    let mut text = String::new();
    for field in [Field::Estado, Field::Tipificacion] {
        let Some(column) = report.binding.columns(field).first() else { continue };
        let statuses = statuses(source, *column);
        if statuses.is_empty() {
            continue;
        }
        let list: Vec<String> = statuses.iter().map(|status| quoted(status)).collect();
        let (column, list) = (quoted(&column_name(source, *column)), list.join(", "));
        text.push_str(&format!("# [[trigger]]\n# column = {column}\n# in = [{list}]\n"));
    }
    if text.is_empty() {
        return text;
    }
    let head = context.lang.pick(
        "\n# An event is a row whose status says Realizada, or whose tipificación says YA ASISTIO. Where visits took place under\n\
         # other statuses: remove the # before [[trigger]] and the lines under it, and keep the statuses that mean a visit.\n",
        "\n# Es un evento la fila cuyo estado dice Realizada, o cuya tipificación dice YA ASISTIO. Si hubo visitas con otros\n\
         # estados: quite el # de [[trigger]] y de las líneas que le siguen, y deje los estados que significan una visita.\n",
    );
    format!("{head}{text}")
}

/// The statuses in a column, in their order; none where there are so many that it holds something else.
fn statuses(source: &Source, column: usize) -> Vec<String> {
    let mut statuses: Vec<String> = Vec::new();
    let mut rows = source.rows(&Binding::default());
    while let Some(Ok(row)) = rows.next() {
        let Some(cell) = row.cells.get(column).map(str::trim).filter(|cell| !cell.is_empty()) else {
            continue;
        };
        if statuses.iter().any(|known| known == cell) {
            continue;
        }
        if statuses.len() == MOST_STATUSES {
            return Vec::new();
        }
        statuses.push(cell.to_owned());
    }
    statuses
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Writes beside the place and renames, so that no half of a file is ever there.
fn save(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let shown = path.display();
    let failed = |error: io::Error| {
        Failure::new(
            Kind::Usage,
            said!(en: "can't write {shown}", es: "no se puede escribir {shown}").because(&error),
        )
        .hint(said!(en: "name another file with --write", es: "indique otro archivo con --write"))
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let placed = if force { file.persist(path) } else { file.persist_noclobber(path) };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::new(Kind::Usage, said!(en: "{shown} exists already", es: "{shown} ya existe")).hint(
                said!(
                    en: "name another file with --write, or replace it with --force",
                    es: "indique otro archivo con --write, o reemplácelo con --force"
                ),
            ))
        }
        Err(error) => Err(failed(error.error)),
    }
}
