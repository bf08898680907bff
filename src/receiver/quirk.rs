//! The oddities of deployed receivers, each a switch of its own.
//!
//! Every one was measured on a deployed App Comercial; together (but for the last two) they are the `jcc` profile.

use std::fmt;
use std::str::FromStr;

use crate::lang::{Said, Text};
use crate::said;

macro_rules! quirks {
    ($($variant:ident $name:literal $about:literal $es:literal;)*) => {
        /// One oddity.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Quirk { $(#[doc = $about] $variant,)* }

        impl Quirk {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does, in a line.
            pub fn about(self) -> Text {
                match self { $(Self::$variant => Text { en: $about, es: $es },)* }
            }
        }
    };
}

quirks! {
    FirstPost500 "first-post-500" "The POST that creates a presencia answers 500 although the row is saved."
        "El POST que crea una presencia responde 500, aunque la fila queda guardada.";
    SubstringLookup "substring-lookup" "Ids are looked up inside other ids and observaciones, in any case."
        "Los ids se buscan dentro de otros ids y de las observaciones, sin distinguir mayúsculas.";
    NeverUpdates "never-updates" "Other content under a stored id answers 200 and changes nothing, instead of 409."
        "Otro contenido bajo un id guardado responde 200 y no cambia nada, en vez de 409.";
    IdOptional "id-optional" "Without an id: 500, and a new row on every send."
        "Sin id: 500, y una fila nueva en cada envío.";
    DocumentoOptional "documento-optional" "People without a document (or phone) are accepted; they share one client."
        "Se aceptan personas sin documento (o sin teléfono); todas comparten un cliente.";
    DocumentoSpaces "documento-spaces" "A document with outer spaces makes a new client on each send."
        "Un documento con espacios alrededor crea un cliente nuevo en cada envío.";
    LooseTypes "loose-types" "Numbers are taken for texts, and an e-mail may be empty."
        "Los números valen como textos, y un e-mail puede estar vacío.";
    UncheckedChoices "unchecked-choices" "Choices and lengths of the presencia are stored as they come; null answers 500 for ever."
        "Opciones y longitudes de la presencia se guardan como llegan; null responde 500 siempre.";
    FechaOptional "fecha-optional" "Without a date and time the time of arrival is stored."
        "Sin fecha y hora se guarda la hora de llegada.";
    LooseFecha "loose-fecha" "Dates without T or without a time are taken; a bad one answers 500 for ever."
        "Se aceptan fechas sin T o sin hora; una mala responde 500 siempre.";
    NullRelations "null-relations" "An unknown lote or asesor becomes null without a word."
        "Un lote o asesor desconocido queda en null, sin decirlo.";
    NonObject500 "non-object-500" "A body that is a list, a text or null answers 500."
        "Un cuerpo que es lista, texto o null responde 500.";
    SlashRedirect "slash-redirect" "A path without its last slash answers 301."
        "Una ruta sin su última barra responde 301.";
    HostCheck "host-check" "A Host that isn't its own answers 400 with HTML."
        "Un Host ajeno recibe 400 con HTML.";
    LargeBodies "large-bodies" "Bodies of up to 8 MiB are taken."
        "Se aceptan cuerpos de hasta 8 MiB.";
    VentaEverySend "venta-every-send" "Each send of a venta saves another one."
        "Cada envío de una venta guarda otra más.";
    VentaAfterPresencia "venta-after-presencia" "A bad venta answers 400 after the presencia was saved."
        "Una venta mala responde 400 cuando la presencia ya quedó guardada.";
    LostWrites "lost-writes" "Writers that overlap race for a key; the loser's row is lost with a 500."
        "Los envíos simultáneos compiten por una clave; la fila del que pierde no se guarda, con 500.";
    ConnectionClose "connection-close" "Each answer closes its connection, and calls itself gunicorn."
        "Cada respuesta cierra su conexión y dice ser gunicorn.";
    PostgresLengths "postgres-lengths" "What is too long for its column, or holds a NUL, answers 500 for ever."
        "Lo que es más largo que su columna, o lleva un NUL, responde 500 siempre.";
    BrokenInstall "broken-install" "The webhook answers 500 to everything, even without a token."
        "El webhook responde 500 a todo, incluso sin token.";
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Quirk {
    type Err = Said;

    fn from_str(name: &str) -> Result<Self, Said> {
        Self::ALL.iter().copied().find(|quirk| quirk.name() == name.trim()).ok_or_else(|| {
            said!(
                en: "no quirk is called {name:?}; serve-mock --quirks lists them",
                es: "ninguna rareza se llama {name:?}; serve-mock --quirks las muestra"
            )
        })
    }
}

/// A set of quirks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks(u32);

impl Quirks {
    /// None: the document to the letter.
    pub const NONE: Self = Self(0);

    /// Those of a deployed App Comercial on SQLite.
    pub fn jcc() -> Self {
        Quirk::ALL
            .iter()
            .copied()
            .filter(|quirk| !matches!(quirk, Quirk::PostgresLengths | Quirk::BrokenInstall))
            .collect()
    }

    /// Whether `quirk` is among them.
    pub fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u32) != 0
    }

    /// Adds one.
    #[must_use]
    pub fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | 1 << quirk as u32)
    }

    /// Takes one out.
    #[must_use]
    pub fn without(self, quirk: Quirk) -> Self {
        Self(self.0 & !(1 << quirk as u32))
    }

    /// Those in the set.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.iter().copied().filter(move |quirk| self.has(*quirk))
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        quirks.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_quirks() {
        for quirk in Quirk::ALL {
            assert_eq!(quirk.name().parse(), Ok(*quirk));
        }
        assert!("first-post".parse::<Quirk>().is_err());
    }

    #[test]
    fn sets_add_and_take_out() {
        let set = Quirks::jcc().without(Quirk::FirstPost500).with(Quirk::PostgresLengths);
        assert!(!set.has(Quirk::FirstPost500) && set.has(Quirk::PostgresLengths));
        assert!(set.has(Quirk::ConnectionClose) && !set.has(Quirk::BrokenInstall));
    }
}
