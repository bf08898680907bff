//! The built-in mapping as data: everything that is the same for each installation, in one place.
//!
//! A mapping file overrides rows of it; nothing else in the program maps by words of its own.

use crate::record::{Field, Trigger};

/// In front of the CRM's id.
pub const ID_PREFIX: &str = "CRM-";
/// In front of the last four digits of the celular, where those stand for a document.
pub const TEMP_PREFIX: &str = "TEMP-";
/// The kind of document where the record names none.
pub const TIPO_DOCUMENTO: &str = "DNI";
/// The project where the record has none.
pub const PROYECTO: &str = "OASIS 2 (AUCALLAMA)";
/// What became of the visit: only visits that took place are sent.
pub const STATUS: &str = "realizada";
/// The outcome of the conversation where the record has none.
pub const RESULTADO: &str = "interesado_seguimiento";
/// The medio of what the table doesn't know.
pub const MEDIO_OTHERWISE: &str = "otro";
/// Where the place names no way of meeting from afar.
pub const MODALIDAD_OTHERWISE: &str = "presencial";
/// How the notes begin.
pub const OBSERVACIONES: &str = "Presencia desde CRM.";
/// How the place follows.
pub const LUGAR: &str = " Lugar: ";
/// What the receiver searches notes for; taken out of what people wrote.
pub const SEARCHED_IN_NOTES: &str = "CRM:";

/// A condition of the built-in triggers: the value of a field, as the CRM writes it.
pub const TRIGGERS: [(Trigger, Field, &str); 2] = [
    (Trigger::Realizada, Field::Estado, "Realizada"),
    (Trigger::YaAsistio, Field::Tipificacion, "YA ASISTIO"),
];

/// The states of an appointment in the CRM.
pub const ESTADOS: [&str; 5] = ["Pendiente", "Confirmada", "Realizada", "Cancelada", "Reprogramada"];

/// A medio as the CRM words it, further labels seen in it, and the App Comercial's word.
pub const MEDIOS: [(&str, &[&str], &str); 7] = [
    ("OPC", &["Campo (Centros Comerciales)"], "campo_opc"),
    ("Facebook", &["Redes Sociales (Facebook)", "Redes Sociales (WhatsApp)"], "redes_facebook"),
    ("Instagram", &["Redes Sociales (Instagram)"], "redes_instagram"),
    ("TikTok", &["Redes Sociales (TikTok)"], "redes_tiktok"),
    ("Referido", &["Referidos"], "referido"),
    ("Web", &[], "web"),
    ("Otros", &[], MEDIO_OTHERWISE),
];

/// Parts of a place's name that show a visit from afar, and the modalidad that it then is.
pub const MODALIDADES: [(&[&str], &str); 1] =
    [(&["zoom", "meet", "teams", "virtual", "http", "www."], "virtual")];
