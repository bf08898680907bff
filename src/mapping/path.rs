//! Places of the payload, by the dotted names that `--set` and mapping files use.

use std::borrow::Cow;

use serde_json::Value;

use crate::lang::Said;
use crate::payload::{Payload, Text};
use crate::rules::payload as checks;
use crate::said;

macro_rules! places {
    ($($variant:ident = $name:literal,)*) => {
        /// A place that the payload type knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum Place { $($variant,)* }

        impl Place {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

places! {
    Id = "id_presencia_crm",
    Nombre = "cliente.nombres_completos_razon_social",
    TipoDocumento = "cliente.tipo_documento",
    NumeroDocumento = "cliente.numero_documento",
    Telefono = "cliente.telefono_principal",
    Email = "cliente.email_principal",
    Direccion = "cliente.direccion",
    Distrito = "cliente.distrito",
    Fecha = "fecha_hora_presencia",
    Proyecto = "proyecto_interes",
    Medio = "medio_captacion",
    Modalidad = "modalidad",
    Status = "status_presencia",
    Resultado = "resultado_interaccion",
    Observaciones = "observaciones",
    Lote = "lote_interes_inicial",
    Asesor = "asesor_captacion_opc",
    VentaFecha = "venta.fecha_venta",
    VentaLote = "venta.lote",
    VentaTipo = "venta.tipo_venta",
    VentaPlazo = "venta.plazo_meses_credito",
    VentaVendedor = "venta.vendedor_principal",
    VentaValor = "venta.valor_lote_venta",
    VentaCuota = "venta.cuota_inicial_requerida",
    VentaNotas = "venta.notas",
}

/// A place of the payload that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PayloadPath(Kind);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Known(Place),
    /// A key of its own beside the documented ones.
    Extra(String),
}

/// Why a payload place can't be set so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The payload has no such place.
    #[error("the payload has no {path}")]
    Unknown {
        /// As it was written.
        path: String,
        /// The nearest known one.
        nearest: &'static str,
    },
    /// It isn't `PATH=VALUE`.
    #[error("not PATH=VALUE: {text}")]
    NoValue {
        /// As it was written.
        text: String,
    },
    /// The value breaks a rule of the payload.
    #[error("{path}: {problem}")]
    Value {
        /// The place.
        path: String,
        /// What is wrong with the value.
        problem: Said,
    },
}

impl PathError {
    /// What is wrong, for people.
    pub fn said(&self) -> Said {
        match self {
            Self::Unknown { path, .. } => {
                said!(en: "the payload has no {path}", es: "el payload no tiene {path}")
            }
            Self::NoValue { text } => {
                said!(en: "{text:?} is not PATH=VALUE", es: "{text:?} no es RUTA=VALOR")
            }
            Self::Value { path, problem } => {
                Said { en: format!("{path}: {}", problem.en), es: format!("{path}: {}", problem.es) }
            }
        }
    }

    /// What is wrong with the value alone.
    pub(super) fn detail(&self) -> Said {
        match self {
            Self::Value { problem, .. } => problem.clone(),
            other => other.said(),
        }
    }

    /// What to do, for people.
    pub fn hint(&self) -> Said {
        match self {
            Self::Unknown { nearest, .. } => {
                said!(en: "did you mean {nearest}?", es: "¿quiso decir {nearest}?")
            }
            Self::NoValue { .. } => said!(
                en: "write --set PATH=VALUE, such as --set proyecto_interes='OASIS 1 (HUACHO 1)'",
                es: "escriba --set RUTA=VALOR, como --set proyecto_interes='OASIS 1 (HUACHO 1)'",
            ),
            Self::Value { .. } => said!(
                en: "correct the value given to --set or in the mapping file",
                es: "corrija el valor dado a --set o en el archivo de mapeo",
            ),
        }
    }
}

impl PayloadPath {
    /// The id of the presencia.
    pub(super) const ID: Self = Self(Kind::Known(Place::Id));

    /// Finds a place by its dotted name. A name of its own beside the documented ones is allowed at the top, unless it
    /// looks like a documented one mistyped.
    pub fn from_name(name: &str) -> Result<Self, PathError> {
        if let Some(place) = Place::ALL.iter().find(|place| place.name() == name) {
            return Ok(Self(Kind::Known(*place)));
        }
        let (nearest, likeness) = Place::ALL
            .iter()
            .map(|place| (place.name(), strsim::jaro_winkler(place.name(), name)))
            .max_by(|(_, left), (_, right)| left.total_cmp(right))
            .unwrap_or(("id_presencia_crm", 0.0));
        let free = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !matches!(name, "cliente" | "venta");
        if free && likeness < 0.88 {
            Ok(Self(Kind::Extra(name.to_owned())))
        } else {
            Err(PathError::Unknown { path: name.to_owned(), nearest })
        }
    }

    /// Reads `PATH=VALUE`, and checks the value by the rules of its place.
    ///
    /// ```
    /// use crm_bridge::mapping::PayloadPath;
    /// let (path, value) = PayloadPath::assignment("cliente.numero_documento=01234567").unwrap();
    /// assert_eq!((path.name(), value.as_str()), ("cliente.numero_documento", Some("01234567")));
    /// assert!(PayloadPath::assignment("modalidad=zoom").is_err());
    /// assert!(PayloadPath::assignment("status_presenca=realizada").is_err());
    /// ```
    pub fn assignment(text: &str) -> Result<(Self, Value), PathError> {
        let (path, value) =
            text.split_once('=').ok_or_else(|| PathError::NoValue { text: text.to_owned() })?;
        let path = Self::from_name(path.trim())?;
        let value = path.value(value)?;
        Ok((path, value))
    }

    /// The dotted name.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Known(place) => place.name(),
            Kind::Extra(name) => name,
        }
    }

    /// The place as a JSON pointer.
    pub fn pointer(&self) -> String {
        format!("/{}", self.name().replace('.', "/"))
    }

    /// Turns a text into the value that this place wants: a number where it wants one; any JSON in a key of its own,
    /// or a text where it is none.
    pub fn value(&self, text: &str) -> Result<Value, PathError> {
        let number = || text.trim().parse::<u64>().map_or_else(|_| Value::from(text), Value::from);
        let value = match &self.0 {
            Kind::Known(
                Place::Lote | Place::Asesor | Place::VentaLote | Place::VentaPlazo | Place::VentaVendedor,
            ) => number(),
            Kind::Known(_) => Value::from(text),
            Kind::Extra(_) => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        };
        self.check(value)
    }

    /// Checks a value by the rules of its place.
    pub(super) fn check(&self, value: Value) -> Result<Value, PathError> {
        match checks::problem_at(&self.pointer(), &value) {
            Some(problem) => Err(PathError::Value { path: self.name().to_owned(), problem }),
            None => Ok(value),
        }
    }

    /// Sets the place; one inside a venta only where there is a venta.
    pub(super) fn assign(&self, payload: &mut Payload<'_>, value: &Value) {
        let place = match &self.0 {
            Kind::Extra(name) => {
                payload.extra.insert(name.clone(), value.clone());
                return;
            }
            Kind::Known(place) => *place,
        };
        let text: Text<'static> = match value {
            Value::String(text) => Cow::Owned(text.clone()),
            other => Cow::Owned(other.to_string()),
        };
        let cliente = &mut payload.cliente;
        match place {
            Place::Id => payload.id_presencia_crm = text,
            Place::Nombre => cliente.nombres_completos_razon_social = text,
            Place::TipoDocumento => cliente.tipo_documento = text,
            Place::NumeroDocumento => cliente.numero_documento = text,
            Place::Telefono => cliente.telefono_principal = text,
            Place::Email => cliente.email_principal = Some(text),
            Place::Direccion => cliente.direccion = Some(text),
            Place::Distrito => cliente.distrito = Some(text),
            Place::Fecha => payload.fecha_hora_presencia = text,
            Place::Proyecto => payload.proyecto_interes = text,
            Place::Medio => payload.medio_captacion = text,
            Place::Modalidad => payload.modalidad = text,
            Place::Status => payload.status_presencia = text,
            Place::Resultado => payload.resultado_interaccion = text,
            Place::Observaciones => payload.observaciones = text,
            Place::Lote => payload.lote_interes_inicial = Some(value.clone()),
            Place::Asesor => payload.asesor_captacion_opc = Some(value.clone()),
            _ => Self::assign_venta(place, payload, value, text),
        }
    }

    fn assign_venta(place: Place, payload: &mut Payload<'_>, value: &Value, text: Text<'static>) {
        let Some(venta) = &mut payload.venta else { return };
        match place {
            Place::VentaFecha => venta.fecha_venta = text,
            Place::VentaLote => venta.lote = value.clone(),
            Place::VentaTipo => venta.tipo_venta = text,
            Place::VentaPlazo => {
                if let Some(months) = value.as_u64().and_then(|months| u16::try_from(months).ok()) {
                    venta.plazo_meses_credito = months;
                }
            }
            Place::VentaVendedor => venta.vendedor_principal = Some(value.clone()),
            Place::VentaValor => venta.valor_lote_venta = text,
            Place::VentaCuota => venta.cuota_inicial_requerida = Some(text),
            _ => venta.notas = Some(text),
        }
    }

    /// Takes the place out of a payload, where it may be left out; says whether it could.
    pub fn unset(&self, payload: &mut Payload<'_>) -> bool {
        let cliente = &mut payload.cliente;
        match &self.0 {
            Kind::Extra(name) => {
                payload.extra.remove(name);
            }
            Kind::Known(Place::Email) => cliente.email_principal = None,
            Kind::Known(Place::Direccion) => cliente.direccion = None,
            Kind::Known(Place::Distrito) => cliente.distrito = None,
            Kind::Known(Place::Lote) => payload.lote_interes_inicial = None,
            Kind::Known(Place::Asesor) => payload.asesor_captacion_opc = None,
            Kind::Known(place) => {
                let Some(venta) = &mut payload.venta else { return false };
                match place {
                    Place::VentaVendedor => venta.vendedor_principal = None,
                    Place::VentaCuota => venta.cuota_inicial_requerida = None,
                    Place::VentaNotas => venta.notas = None,
                    _ => return false,
                }
            }
        }
        true
    }

    /// Whether the place of a payload holds nothing yet.
    pub(super) fn is_empty(&self, payload: &Payload<'_>) -> bool {
        let cliente = &payload.cliente;
        match &self.0 {
            Kind::Extra(name) => !payload.extra.contains_key(name),
            Kind::Known(place) => match place {
                Place::Id => payload.id_presencia_crm.is_empty(),
                Place::Nombre => cliente.nombres_completos_razon_social.is_empty(),
                Place::NumeroDocumento => cliente.numero_documento.is_empty(),
                Place::Telefono => cliente.telefono_principal.is_empty(),
                Place::Email => cliente.email_principal.is_none(),
                Place::Direccion => cliente.direccion.is_none(),
                Place::Distrito => cliente.distrito.is_none(),
                Place::Fecha => payload.fecha_hora_presencia.is_empty(),
                Place::Lote => payload.lote_interes_inicial.is_none(),
                Place::Asesor => payload.asesor_captacion_opc.is_none(),
                Place::VentaVendedor => {
                    payload.venta.as_ref().is_some_and(|venta| venta.vendedor_principal.is_none())
                }
                Place::VentaCuota => {
                    payload.venta.as_ref().is_some_and(|venta| venta.cuota_inicial_requerida.is_none())
                }
                Place::VentaNotas => payload.venta.as_ref().is_some_and(|venta| venta.notas.is_none()),
                // The mapping fills all others by itself.
                _ => false,
            },
        }
    }
}
