//! The built-in mapping as a mapping file, for `map --show`: used with `--mapping`, it changes nothing.

use std::fmt::Write;

use super::builtin;
use super::{Mapping, Transform};
use crate::payload::choice;
use crate::record::Field;

impl Mapping {
    /// The built-in mapping in the words of a mapping file, with comments.
    pub fn builtin_toml() -> String {
        let mut toml = String::from(
            "# The built-in mapping of crm-bridge. Used with --mapping, this file changes nothing;\n\
             # keep the parts that you want to change. Order of work: columns, templates, transforms,\n\
             # values, rules, constants, defaults. Labels compare without case, accents and outer spaces.\n\
             version = 1\nname = \"builtin\"\n\n\
             [input]\ntimezone = \"America/Lima\"\ndate_order = \"auto\"            # dmy | mdy | ymd | auto\n",
        );
        section(&mut toml, "A row is an event where any block matches. A column is a header, or a field.");
        for (_, field, value) in builtin::TRIGGERS {
            line(
                &mut toml,
                &format!("[[trigger]]\ncolumn = {}\nin = [{}]", quoted(field.name()), quoted(value)),
            );
        }
        section(&mut toml, "Columns are found by their headers; name those that are not.");
        line(
            &mut toml,
            "[columns]\n# \"lead.celular\" = [\"Teléfono móvil\", \"Teléfono\"]   # the first one that is filled",
        );
        section(&mut toml, "Texts made of columns and fields, for a field or for a place of the payload.");
        line(
            &mut toml,
            "[templates]\n# \"lead.nombre\" = \"{Nombre} {Apellidos}\"\n# \"id_presencia_crm\" = \"HS-{appointment.id:0>12}\"",
        );
        let names: Vec<&str> = Transform::ALL.iter().map(|transform| transform.name()).collect();
        section(
            &mut toml,
            &format!("Changes of a cell's text, one after the other. There are {}.", names.join(", ")),
        );
        line(&mut toml, "[transforms]\n# \"lead.nombre\" = [\"title\"]");
        medios(&mut toml);
        section(&mut toml, "A visit whose place holds one of these parts; any other is presencial.");
        for (parts, modalidad) in builtin::MODALIDADES {
            let parts: Vec<String> = parts.iter().map(|part| quoted(part)).collect();
            line(
                &mut toml,
                &format!(
                    "[[rules.modalidad]]\ncontains = [{}]\nvalue = {}",
                    parts.join(", "),
                    quoted(modalidad)
                ),
            );
        }
        section(&mut toml, "Values for every record, whatever its columns say.");
        line(&mut toml, &format!("[constants]\n\"status_presencia\" = {}", quoted(builtin::STATUS)));
        section(
            &mut toml,
            &format!(
                "Values where a record has none. Built in, with a warning each: \"proyecto_interes\" = {}\n# and \"medio_captacion\" = {}; without one: \"cliente.tipo_documento\" = {}\n# and \"resultado_interaccion\" = {}.",
                quoted(builtin::PROYECTO),
                quoted(builtin::MEDIO_OTHERWISE),
                quoted(builtin::TIPO_DOCUMENTO),
                quoted(builtin::RESULTADO),
            ),
        );
        line(&mut toml, "[defaults]");
        toml
    }
}

fn medios(toml: &mut String) {
    section(
        toml,
        &format!(
            "Labels of the export, and the CRM's labels that they mean. Here are the further labels that are built\n# in. \"*\" stands for every label that neither this table nor the CRM has. The payload's words: {}.",
            choice::MEDIO.join(", "),
        ),
    );
    line(toml, &format!("[values.{}]", quoted(Field::Medio.name())));
    for (name, further, _) in builtin::MEDIOS {
        for label in further {
            line(toml, &format!("{} = {}", quoted(label), quoted(name)));
        }
    }
}

fn section(toml: &mut String, comment: &str) {
    write!(toml, "\n# {comment}\n").ok();
}

fn line(toml: &mut String, text: &str) {
    toml.push_str(text);
    toml.push('\n');
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
