//! What a receiver noticed about one request: shown in the inspector beside the rules' findings.

use crate::lang::Text;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// No webhook: another path, another method.
    Elsewhere,
    /// Asked the CRM's own test endpoint.
    Tested,
    /// The connection ended before the whole body had come; nothing was answered.
    BrokenOff,
    /// Refused before anything was saved.
    Refused,
    /// A fault took the place of the webhook, and nothing was saved.
    Faulted,
    /// Made a presencia.
    Created,
    /// The presencia was there.
    Repeated,
    /// The id was found inside another one, and nothing was stored under it.
    Swallowed,
    /// Made a presencia, and answered 500 all the same.
    SavedBut500,
    /// The id is stored with other content: 409.
    OtherContent,
    /// Lost a race for its key.
    LostRace,
    /// Can't be stored: 500 for ever.
    NeverSaved,
    /// The presencia stands, its venta was refused.
    VentaRefused,
    /// The venta was saved once more.
    VentaAgain,
}

impl Note {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Elsewhere,
        Self::Tested,
        Self::BrokenOff,
        Self::Refused,
        Self::Faulted,
        Self::Created,
        Self::Repeated,
        Self::Swallowed,
        Self::SavedBut500,
        Self::OtherContent,
        Self::LostRace,
        Self::NeverSaved,
        Self::VentaRefused,
        Self::VentaAgain,
    ];

    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elsewhere => "elsewhere",
            Self::Tested => "tested",
            Self::BrokenOff => "broken-off",
            Self::Refused => "refused",
            Self::Faulted => "faulted",
            Self::Created => "created",
            Self::Repeated => "repeated",
            Self::Swallowed => "swallowed",
            Self::SavedBut500 => "saved-but-500",
            Self::OtherContent => "other-content",
            Self::LostRace => "lost-race",
            Self::NeverSaved => "never-saved",
            Self::VentaRefused => "venta-refused",
            Self::VentaAgain => "venta-again",
        }
    }

    /// Whether it made a presencia.
    pub fn made_a_presencia(self) -> bool {
        matches!(self, Self::Created | Self::SavedBut500)
    }

    /// What it means and what to do about it.
    pub fn text(self) -> Text {
        match self {
            Self::Elsewhere => Text {
                en: "not the webhook: look at path and method",
                es: "no es el webhook: revise la ruta y el método",
            },
            Self::Tested => Text {
                en: "the CRM's own test: it sends one TEST presencia to COMERCIAL_WEBHOOK_URL, and the answer says what came \
                     of it",
                es: "la prueba del propio CRM: envía una presencia TEST a COMERCIAL_WEBHOOK_URL, y la respuesta dice qué \
                     resultó",
            },
            Self::BrokenOff => Text {
                en: "broke off before the whole body had come, nothing was saved: look at the sender's Content-Length and \
                     timeout",
                es: "se cortó antes de llegar todo el cuerpo, no se guardó nada: revise el Content-Length y el tiempo \
                     límite del emisor",
            },
            Self::Refused => Text {
                en: "refused, nothing was saved: the answer says why",
                es: "rechazado, no se guardó nada: la respuesta dice por qué",
            },
            Self::Faulted => Text {
                en: "a fault answered in place of the webhook, nothing was saved",
                es: "respondió una falla en lugar del webhook, no se guardó nada",
            },
            Self::Created => Text { en: "made a presencia", es: "creó una presencia" },
            Self::Repeated => Text {
                en: "the presencia was there already: nothing new was made",
                es: "la presencia ya existía: no se creó nada nuevo",
            },
            Self::Swallowed => Text {
                en: "the id was found inside another one: answered with that presencia, and stored nowhere",
                es: "el id se encontró dentro de otro: se respondió con esa presencia y no se guardó en ningún lado",
            },
            Self::SavedBut500 => Text {
                en: "saved, though the answer was 500: the identical body sent again is answered 200",
                es: "guardada aunque la respuesta fue 500: el mismo cuerpo enviado otra vez recibe 200",
            },
            Self::OtherContent => Text {
                en: "the id is stored with other content: ids must be unique, and stored rows never change",
                es: "el id ya está guardado con otro contenido: los ids deben ser únicos y lo guardado no cambia",
            },
            Self::LostRace => Text {
                en: "lost a race for its key against a parallel request: nothing was saved, send it again",
                es: "perdió su clave frente a una petición paralela: no se guardó nada, envíela otra vez",
            },
            Self::NeverSaved => Text {
                en: "can't be stored as it is: 500 on every send; correct the data",
                es: "no se puede guardar así: 500 en cada envío; corrija los datos",
            },
            Self::VentaRefused => Text {
                en: "the presencia stands, its venta was refused",
                es: "la presencia quedó, su venta fue rechazada",
            },
            Self::VentaAgain => Text {
                en: "the venta was saved once more: each send of a venta adds another one",
                es: "la venta se guardó otra vez: cada envío de una venta agrega otra",
            },
        }
    }
}
