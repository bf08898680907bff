//! What to do about a finding in a presencia that was given by flags: name the flag, since there is no cell to correct.

use crate::lang::Said;
use crate::record::Field;
use crate::report::event::{Event, Observer};
use crate::said;

/// An observer that passes everything on, findings with a hint that names the flag of their field.
pub(super) struct Flagged {
    next: Box<dyn Observer>,
}

impl Flagged {
    pub(super) fn new(next: Box<dyn Observer>) -> Self {
        Self { next }
    }
}

impl Observer for Flagged {
    fn observe(&mut self, mut event: Event) {
        if let Event::Finding(note) = &mut event
            // What the journal knows of an id is no mistake in its flag.
            && !note.code.starts_with('X')
            && !note.hint.en.is_empty()
            && let Some(hint) = note.field.as_deref().and_then(hint)
        {
            note.hint = hint;
        }
        self.next.observe(event);
    }
}

/// The flag of a field, with a value that it takes.
fn hint(field: &str) -> Option<Said> {
    let field = Field::ALL.iter().copied().find(|known| known.name() == field)?;
    Some(match field {
        Field::AppointmentId => said!(
            en: "give the id that the CRM gave the cita, such as --id 123",
            es: "indique el id que el CRM dio a la cita, por ejemplo --id 123",
        ),
        Field::Nombre => said!(
            en: "give the name of the one who visited, such as --nombre 'Rosa Quispe'",
            es: "indique el nombre de quien hizo la visita, por ejemplo --nombre 'Rosa Quispe'",
        ),
        Field::Celular => said!(
            en: "give 9 digits that begin with 9, such as --celular 999888777",
            es: "indique 9 dígitos que empiecen con 9, por ejemplo --celular 999888777",
        ),
        Field::Documento => said!(
            en: "correct --documento, or name its kind with --tipo-documento (DNI, RUC, CE, Pasaporte, Otro)",
            es: "corrija --documento, o indique su tipo con --tipo-documento (DNI, RUC, CE, Pasaporte, Otro)",
        ),
        Field::TipoDocumento => said!(
            en: "give --tipo-documento DNI, RUC, CE, Pasaporte or Otro",
            es: "indique --tipo-documento DNI, RUC, CE, Pasaporte u Otro",
        ),
        Field::Email => said!(en: "correct --email", es: "corrija --email"),
        Field::Distrito => said!(en: "check the name in --distrito", es: "revise el nombre en --distrito"),
        Field::FechaHora => said!(
            en: "give day and time of the visit, such as --fecha-hora '15/01/2024 14:30'",
            es: "indique día y hora de la visita, por ejemplo --fecha-hora '15/01/2024 14:30'",
        ),
        Field::ProyectoInteres => said!(
            en: "give the project by its name, such as --proyecto 'OASIS 1 (HUACHO 1)'",
            es: "indique el proyecto por su nombre, por ejemplo --proyecto 'OASIS 1 (HUACHO 1)'",
        ),
        Field::Medio => said!(
            en: "give --medio OPC, Facebook, Instagram, TikTok, Referido, Web or Otros",
            es: "indique --medio OPC, Facebook, Instagram, TikTok, Referido, Web u Otros",
        ),
        Field::Lugar => said!(en: "correct --lugar", es: "corrija --lugar"),
        Field::Observaciones => said!(en: "correct --observaciones", es: "corrija --observaciones"),
        _ => return None,
    })
}
