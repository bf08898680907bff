//! `docs/payload.schema.json` and the program's own checks of a payload say the same.
//!
//! The schema is made of types of its own, so that a rule forgotten on one side shows.

use std::path::Path;

use crm_bridge::rules::payload;
use proptest::prelude::*;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// A presencia, as the webhook of the App Comercial takes it. Further keys are allowed.
#[derive(JsonSchema)]
#[schemars(title = "Presencia")]
#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "only its schema is used; the names are the payload's"
)]
struct Presencia {
    /// Identifies the presencia; the same id sent again is the same presencia.
    #[schemars(length(min = 1, max = 120), regex(pattern = r"^[A-Za-z0-9_.-]+\]?$"))]
    id_presencia_crm: String,
    /// The client; found by `numero_documento`.
    cliente: Cliente,
    /// ISO 8601. Without an offset it is Lima's time.
    #[schemars(regex(
        pattern = r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?)?$"
    ))]
    fecha_hora_presencia: String,
    /// Project of interest, such as `OASIS 2 (AUCALLAMA)`.
    #[schemars(
        length(min = 1, max = 255),
        regex(
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
        )
    )]
    proyecto_interes: String,
    /// Where the client came from.
    #[schemars(extend("enum" = ["campo_opc", "redes_facebook", "redes_instagram", "redes_tiktok", "referido", "web", "otro"]))]
    medio_captacion: String,
    /// How the visit took place.
    #[schemars(extend("enum" = ["presencial", "virtual"]))]
    modalidad: String,
    /// What became of the visit.
    #[schemars(extend("enum" = ["agendada", "realizada", "reprogramada", "cancelada_cliente", "no_asistio", "caida_proceso"]))]
    status_presencia: String,
    /// Outcome of the conversation.
    #[schemars(extend("enum" = [
        "interesado_seguimiento", "interesado_separacion", "interesado_venta_directa",
        "no_interesado_objecion", "no_interesado_precio", "no_interesado_otro"
    ]))]
    resultado_interaccion: String,
    /// Notes.
    #[schemars(
        default,
        length(max = 20_000),
        regex(pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$")
    )]
    observaciones: String,
    /// Lot id.
    lote_interes_inicial: Option<Reference>,
    /// Adviser id.
    asesor_captacion_opc: Option<Reference>,
    /// A sale; saved again on every send.
    venta: Option<Venta>,
}

/// A client.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Cliente {
    /// Full name, or business name.
    #[schemars(
        length(min = 1, max = 255),
        regex(
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
        )
    )]
    nombres_completos_razon_social: String,
    /// Kind of document.
    #[schemars(extend("enum" = ["DNI", "RUC", "CE", "Pasaporte", "Otro"]))]
    tipo_documento: String,
    /// Document number; an empty one would match somebody else.
    #[schemars(length(min = 1, max = 20), regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9 ._/-]*[A-Za-z0-9])?$"))]
    numero_documento: String,
    /// Telephone.
    #[schemars(
        length(min = 1, max = 20),
        regex(
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
        )
    )]
    telefono_principal: String,
    /// E-mail; left out, null or empty where there is none.
    #[schemars(
        length(max = 255),
        regex(
            pattern = r"^$|^(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,63}|xn--[A-Za-z0-9-]{0,58}[A-Za-z0-9])$"
        )
    )]
    email_principal: Option<String>,
    /// Address; the CRM knows the district only.
    #[schemars(length(max = 255), regex(pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    direccion: Option<String>,
    /// District.
    #[schemars(length(max = 100), regex(pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    distrito: Option<String>,
}

/// A sale.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "only its schema is used; the names are the payload's"
)]
struct Venta {
    /// Day of the sale.
    #[schemars(regex(
        pattern = r"^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$"
    ))]
    fecha_venta: String,
    /// Lot id.
    lote: Reference,
    /// Cash or credit.
    #[schemars(extend("enum" = ["contado", "credito"]))]
    tipo_venta: String,
    /// Months of credit.
    #[schemars(default, range(min = 0), extend("enum" = [0, 12, 24, 36]))]
    plazo_meses_credito: u16,
    /// Adviser id.
    vendedor_principal: Option<Reference>,
    /// Soles, a decimal as text.
    #[schemars(regex(pattern = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"))]
    valor_lote_venta: String,
    /// Soles, a decimal as text.
    #[schemars(regex(pattern = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"))]
    cuota_inicial_requerida: Option<String>,
    /// Notes.
    #[schemars(
        length(max = 20_000),
        regex(pattern = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$")
    )]
    notas: Option<String>,
}

/// An id of the App Comercial.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Reference {
    Number(#[schemars(range(min = 0))] u64),
    Text(
        #[schemars(regex(
            pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
        ))]
        String,
    ),
}

fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = serde_json::to_value(generator.into_root_schema_for::<Presencia>()).unwrap();
    // JSON has one kind of number: what Rust's types add to an integer says nothing to a reader of the schema.
    strip(&mut schema);
    schema
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for key in ["format", "default", "maximum"] {
                object.remove(key);
            }
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

#[test]
fn the_published_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/payload.schema.json");
    let made = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        made == committed,
        "docs/payload.schema.json differs: run `UPDATE_DOCS=1 cargo test --test cells schema`"
    );
}

fn good() -> Value {
    json!({
        "id_presencia_crm": "CRM-123",
        "cliente": {
            "nombres_completos_razon_social": "Juan Pérez",
            "tipo_documento": "DNI",
            "numero_documento": "12345678",
            "telefono_principal": "999888777",
            "email_principal": "juan@email.com",
            "direccion": "Lima",
            "distrito": "Lima"
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas.",
        "lote_interes_inicial": 12,
        "asesor_captacion_opc": "7",
        "venta": {
            "fecha_venta": "2024-01-15", "lote": 12, "tipo_venta": "credito", "plazo_meses_credito": 24,
            "vendedor_principal": 26, "valor_lote_venta": "45000.00", "cuota_inicial_requerida": "5000.00", "notas": "x"
        }
    })
}

/// Every place of the good payload, and the whole.
fn places() -> Vec<String> {
    let mut places = vec![String::new()];
    let root = good();
    let keys = |value: &Value, base: &str| -> Vec<String> {
        value.as_object().map(Map::keys).into_iter().flatten().map(|key| format!("{base}/{key}")).collect()
    };
    places.extend(keys(&root, ""));
    places.extend(keys(&root["cliente"], "/cliente"));
    places.extend(keys(&root["venta"], "/venta"));
    places
}

/// Values near the borders of what is allowed somewhere.
fn value() -> impl Strategy<Value = Value> {
    let lengths =
        proptest::sample::select(vec![0usize, 1, 19, 20, 21, 100, 101, 120, 121, 255, 256, 20_000, 20_001]);
    prop_oneof![
        Just(Value::Null),
        Just(json!({})),
        Just(json!([])),
        any::<bool>().prop_map(Value::from),
        (-2i64..40).prop_map(Value::from),
        (-2.0f64..40.0).prop_map(Value::from),
        Just(json!(12.0)),
        (lengths, "[a9é ]").prop_map(|(length, sign)| Value::from(sign.repeat(length))),
        any::<String>().prop_map(Value::from),
        "[A-Za-z0-9 ._/\\]-]{0,12}".prop_map(Value::from),
        "[\\x00-\\x20a\u{7f}\u{85}\u{a0}\u{feff}\u{2028}]{0,4}".prop_map(Value::from),
        "[0-9]{1,11}(\\.[0-9]{0,3})?".prop_map(Value::from),
        "(19|20)[0-9]{2}-[0-2][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\\.[0-9]{0,10})?)?(Z|[+-][0-2][0-9]:?[0-6][0-9])?)?"
            .prop_map(Value::from),
        "[a-z.'!]{0,5}@[a-z.-]{0,8}\\.(xn--[a-z]{0,2}|[a-z0-9]{0,3})".prop_map(Value::from),
        "(presencial|virtual|DNI|dni|web|otro|contado|realizada|interesado_seguimiento)".prop_map(Value::from),
    ]
}

/// February 29 of a year that has none: a pattern can't know.
fn needs_a_calendar(payload: &Value) -> bool {
    let day = |pointer: &str| {
        payload.pointer(pointer).and_then(Value::as_str).is_some_and(|text| text.get(4..10) == Some("-02-29"))
    };
    day("/fecha_hora_presencia") || day("/venta/fecha_venta")
}

fn agree(payload: &Value) -> Result<(), String> {
    static VALIDATOR: std::sync::LazyLock<jsonschema::Validator> =
        std::sync::LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());
    let ours = payload::check(payload);
    if ours.is_empty() == VALIDATOR.is_valid(payload) || needs_a_calendar(payload) {
        return Ok(());
    }
    let theirs: Vec<String> = VALIDATOR.iter_errors(payload).map(|error| error.to_string()).collect();
    Err(format!("ours {ours:?}, theirs {theirs:?}"))
}

#[test]
fn schema_and_checks_agree_at_every_border() {
    let mut values: Vec<Value> = vec![Value::Null, json!({}), json!([]), json!(true), json!("")];
    values.extend([-1.0, -0.5, 0.0, 0.5, 12.0, 18.0, 24.0, 36.0].map(Value::from));
    values.extend([-1, 0, 1, 12, 13, 24, 36].map(Value::from));
    for length in [1, 10, 11, 19, 20, 21, 64, 65, 99, 100, 101, 119, 120, 121, 254, 255, 256] {
        values.extend(["a", "é", " ", "7"].map(|sign| Value::from(sign.repeat(length))));
        values.push(Value::from(format!("{}@example.pe", "a".repeat(length))));
        values.push(Value::from(format!("a@{}.pe", "a".repeat(length))));
    }
    values.extend([20_000, 20_001].map(|length| Value::from("é".repeat(length))));
    for code in (0..0xa1).chain([0x2028, 0x3000, 0xfeff, 0xfffd, 0x1f600]) {
        let sign = char::from_u32(code).unwrap();
        values.extend([format!("{sign}"), format!("a{sign}a"), format!("{sign}a")].map(Value::from));
        values.push(Value::from(format!("a{sign}b@example.pe")));
    }
    for text in [
        "2024-02-30",
        "2024-04-31",
        "2024-12-31",
        "2024-13-01",
        "2024-01-15T24:00",
        "2024-01-15T23:59:60",
        "2024-01-15T10:00Z",
    ] {
        values.push(Value::from(text));
    }
    for text in [
        "45000.00",
        "45000.5",
        "45000.",
        ".5",
        "45000.123",
        "-5",
        "a..b@c.pe",
        ".a@c.pe",
        "a@-c.pe",
        "a@c-.pe",
        "a@c.p",
        "a@c.xn--",
        "a@c.xn--a",
    ] {
        values.push(Value::from(text));
    }
    let mut valid = 0;
    for place in places() {
        for value in &values {
            let mut payload = good();
            *payload.pointer_mut(&place).unwrap() = value.clone();
            if let Err(difference) = agree(&payload) {
                panic!("{place} = {value}: {difference}");
            }
            valid += usize::from(payload::check(&payload).is_empty());
        }
    }
    assert!(valid > 1_000, "{valid}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn schema_and_checks_agree(
        changes in proptest::collection::vec((proptest::sample::select(places()), proptest::option::weighted(0.8, value())), 0..3),
    ) {
        let mut payload = good();
        for (pointer, change) in changes {
            if let Some(value) = change {
                if let Some(place) = payload.pointer_mut(&pointer) {
                    *place = value;
                }
            } else {
                let (base, key) = pointer.rsplit_once('/').unwrap_or(("", ""));
                if let Some(Value::Object(object)) = payload.pointer_mut(base) {
                    object.remove(key);
                }
            }
        }
        if let Err(difference) = agree(&payload) {
            prop_assert!(false, "{}: {}", payload, difference);
        }
    }
}
