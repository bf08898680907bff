//! Which records are events that the App Comercial must hear of.

use std::fmt;
use std::str::FromStr;

/// A condition under which a record is an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// `appointment.estado` is *Realizada*.
    Realizada,
    /// `lead.tipificacion` is *YA ASISTIO*.
    YaAsistio,
    /// The operator says so, whatever the status.
    Manual,
}

impl Trigger {
    /// Every trigger, by its name on the command line.
    pub const NAMES: [(&'static str, Self); 3] =
        [("realizada", Self::Realizada), ("ya-asistio", Self::YaAsistio), ("manual", Self::Manual)];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Realizada => "realizada",
            Self::YaAsistio => "ya-asistio",
            Self::Manual => "manual",
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Trigger {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMES
            .iter()
            .find(|(name, _)| *name == text.trim())
            .map(|(_, trigger)| *trigger)
            .ok_or_else(|| format!("{text:?} is no trigger; the triggers are realizada, ya-asistio, manual"))
    }
}

/// What a record turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// One of the triggers applies.
    Yes,
    /// None applies; the record is counted by its status and never sent.
    No,
}
