//! The mapping file that a command was given: read, and named with its line where one of its columns is not there.

use std::fs;
use std::path::Path;

use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::mapping::Mapping;
use crate::rules::Finding;
use crate::said;

/// Adds to what is said about a column that the source does not have the line of the mapping file that names it.
pub(super) fn with_line(mut finding: Finding, path: &Path, text: &str) -> Finding {
    let Some((_, missing)) = finding.args.iter().find(|(name, _)| *name == "missing") else { return finding };
    let quoted = missing.en.clone();
    let Some(name) = quoted.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else { return finding };
    let of_template = [format!("{{{name}}}"), format!("{{{name}:")];
    let names = |line: &str| {
        let line = line.trim_start();
        let value = line.split_once('=').map_or(line, |(_, value)| value);
        !line.starts_with('#')
            && (value.contains(&quoted) || of_template.iter().any(|place| value.contains(place)))
    };
    let Some(number) = text.lines().position(names).map(|index| index + 1) else { return finding };
    let path = path.display();
    if let Some((_, remedy)) = finding.args.iter_mut().find(|(name, _)| *name == "remedy") {
        *remedy = Said {
            en: format!("{path}, line {number}: {}", remedy.en),
            es: format!("{path}, línea {number}: {}", remedy.es),
        };
    }
    finding
}

/// Reads a mapping file; what is wrong with it is told with its line.
pub(super) fn read_mapping(path: &Path) -> Result<Mapping, Failure> {
    let name = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(
            Kind::Usage,
            said!(en: "can't read {name}", es: "no se puede leer {name}").because(&error),
        )
        .hint(said!(en: "check the name after --mapping", es: "revise el nombre después de --mapping"))
    })?;
    Mapping::from_toml(&text).map_err(|error| {
        let (line, en, es) = (error.line, error.message.en, error.message.es);
        Failure::new(Kind::Usage, said!(en: "{name}, line {line}: {en}", es: "{name}, línea {line}: {es}"))
            .hint(error.hint)
    })
}
