//! Every setting as data: its key, flag, variable, default, and how it is explained.
//!
//! The parser of `crm-bridge.toml`, `config show`, `init` and the hints of missing settings all read this table, so
//! that they can't disagree. Leaf within the folder.

use crate::lang::Text;

/// What a setting's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text or a bare number (`4`, `"5/s"`).
    Number,
    /// `true` or `false`.
    Switch,
    /// A path; in a file it is relative to that file.
    Path,
    /// A secret: masked wherever it is shown.
    Secret,
    /// One secret or a list of them.
    Secrets,
}

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Key in `crm-bridge.toml`.
    pub key: &'static str,
    /// What its text is.
    pub kind: Kind,
    /// The flag; none where there is none (a secret is never an argument).
    pub flag: Option<&'static str>,
    /// The environment variable, also looked for in `.env`.
    pub variable: &'static str,
    /// What holds where nothing is set.
    pub default: Option<&'static str>,
    /// An example for the commented file, where the default is none.
    pub example: &'static str,
    /// What it means.
    pub meaning: Text,
}

macro_rules! settings {
    ($($key:literal $kind:ident $flag:expr, $variable:literal, $default:expr, $example:literal, $en:literal, $es:literal;)*) => {
        /// The settings, in the order of the documentation.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            key: $key,
            kind: Kind::$kind,
            flag: $flag,
            variable: $variable,
            default: $default,
            example: $example,
            meaning: Text { en: $en, es: $es },
        },)*];
    };
}

settings! {
    "url" Text Some("--url"), "COMERCIAL_WEBHOOK_URL", None, "\"https://comercial.example.pe/api/webhook-presencia-crm/\"",
        "the whole URL of the webhook, with its last slash", "la URL completa del webhook, con su barra final";
    "token" Secret None, "COMERCIAL_WEBHOOK_TOKEN", None, "\"…\"",
        "the shared secret; the same value as CRM_WEBHOOK_TOKEN in the App Comercial",
        "el secreto compartido; el mismo valor que CRM_WEBHOOK_TOKEN en la App Comercial";
    "token_file" Path Some("--token-file"), "COMERCIAL_WEBHOOK_TOKEN_FILE", None, "\"/run/secrets/comercial\"",
        "a file that holds the token, instead of `token`", "un archivo que contiene el token, en vez de `token`";
    "timeout" Text Some("--timeout"), "CRM_BRIDGE_TIMEOUT", Some("30s"), "",
        "for a whole attempt, from connecting to the last byte",
        "para todo un intento, desde conectar hasta el último byte";
    "connect_timeout" Text Some("--connect-timeout"), "CRM_BRIDGE_CONNECT_TIMEOUT", Some("5s"), "",
        "for the TCP and TLS handshakes", "para los saludos TCP y TLS";
    "retries" Number Some("--retries"), "CRM_BRIDGE_RETRIES", Some("4"), "",
        "further attempts after the first", "intentos adicionales después del primero";
    "max_wait" Text Some("--max-wait"), "CRM_BRIDGE_MAX_WAIT", Some("5m"), "",
        "the longest Retry-After that is waited for", "el Retry-After más largo que se espera";
    "rate" Number Some("--rate"), "CRM_BRIDGE_RATE", None, "\"5/s\"",
        "deliveries a second (`/m` and `/h` too); unlimited where not set",
        "entregas por segundo (también `/m` y `/h`); sin límite si no se define";
    "jobs" Number Some("--jobs"), "CRM_BRIDGE_JOBS", Some("auto"), "",
        "requests at once: `auto` starts at 1 and grows while the receiver is healthy",
        "peticiones a la vez: `auto` empieza en 1 y crece mientras el receptor esté sano";
    "order" Text Some("--order"), "CRM_BRIDGE_ORDER", Some("auto"), "",
        "order of the deliveries: auto, file or id", "orden de las entregas: auto, file o id";
    "lookup" Text None, "CRM_BRIDGE_LOOKUP", Some("substring"), "",
        "how the receiver finds an id: substring or exact",
        "cómo busca el receptor un id: substring (dentro de otros) o exact";
    "id_terminator" Text Some("--id-terminator"), "CRM_BRIDGE_ID_TERMINATOR", None, "\"]\"",
        "appended to each id, to make the receiver's look-up exact",
        "se añade a cada id, para que la búsqueda del receptor sea exacta";
    "max_failures" Number Some("--max-failures"), "CRM_BRIDGE_MAX_FAILURES", None, "\"5%\"",
        "stop after this many failures, or this share of them (`5%`)",
        "parar tras tantas fallas, o tal porcentaje (`5%`)";
    "datetime" Text None, "CRM_BRIDGE_DATETIME", Some("local"), "",
        "fecha_hora_presencia as local Lima time, or with its offset: local or offset",
        "fecha_hora_presencia en hora local de Lima, o con su desfase: local u offset";
    "documento" Text None, "CRM_BRIDGE_DOCUMENTO", Some("celular"), "",
        "what stands for a missing document: celular, or temp4 (TEMP- and its last four digits)",
        "qué reemplaza a un documento que falta: celular, o temp4 (TEMP- y sus cuatro últimos dígitos)";
    "signing_secret" Secrets None, "COMERCIAL_SIGNING_SECRET", None, "\"whsec_…\"",
        "signs each request (Standard Webhooks); a list while secrets rotate",
        "firma cada petición (Standard Webhooks); una lista mientras rotan los secretos";
    "verify_url" Text None, "CRM_BRIDGE_VERIFY_URL", None, "\"https://comercial.example.pe/api/presencias/\"",
        "where `runs verify` may ask for what is stored", "dónde `runs verify` puede preguntar qué hay guardado";
    "journal" Path Some("--journal"), "CRM_BRIDGE_JOURNAL", None, "\"crm-bridge.db\"",
        "the file of runs and receipts; in the user's state folder where not set",
        "el archivo de ejecuciones y recibos; en la carpeta de estado del usuario si no se define";
    "queue" Text Some("--queue"), "CRM_BRIDGE_QUEUE", None, "\"nats://127.0.0.1:4222\"",
        "publish to this JetStream server instead of delivering",
        "publicar en este servidor JetStream en vez de entregar";
    "cacert" Path Some("--cacert"), "CRM_BRIDGE_CACERT", None, "\"ca.pem\"",
        "a further certificate authority, PEM", "una autoridad certificadora adicional, PEM";
    "client_cert" Path Some("--client-cert"), "CRM_BRIDGE_CLIENT_CERT", None, "\"client.pem\"",
        "client certificate, PEM", "certificado de cliente, PEM";
    "client_key" Path Some("--client-key"), "CRM_BRIDGE_CLIENT_KEY", None, "\"client.key\"",
        "key of the client certificate, PEM", "clave del certificado de cliente, PEM";
    "proxy" Text Some("--proxy"), "CRM_BRIDGE_PROXY", None, "\"http://proxy.example.pe:3128\"",
        "HTTP proxy; `none` ignores HTTPS_PROXY and HTTP_PROXY",
        "proxy HTTP; `none` ignora HTTPS_PROXY y HTTP_PROXY";
    "allow_http" Switch Some("--allow-http"), "CRM_BRIDGE_ALLOW_HTTP", Some("false"), "",
        "send the token in clear text beyond this machine", "enviar el token sin cifrar fuera de esta máquina";
    "crm_webhook_token" Secret None, "CRM_WEBHOOK_TOKEN", None, "\"…\"",
        "the secret that `relay` and `serve-mock` expect", "el secreto que `relay` y `serve-mock` esperan";
    "crm_api_token" Secret None, "CRM_API_TOKEN", None, "\"…\"",
        "the Bearer of the CRM's own test endpoint", "el Bearer del extremo de prueba del CRM";
}

impl Setting {
    /// The setting of `key`.
    pub fn of(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Whether its value may be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret | Kind::Secrets)
    }
}

/// The name of `known` that `word` most looks like, where one does.
///
/// ```
/// use crm_bridge::config::catalogue::nearest;
/// assert_eq!(nearest("timout", ["timeout", "token"]), Some("timeout"));
/// assert_eq!(nearest("banana", ["timeout", "token"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    known
        .into_iter()
        .map(|name| (name, strsim::jaro_winkler(&word, name)))
        .filter(|(_, likeness)| *likeness >= 0.8)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_variables_are_unique() {
        for (index, setting) in SETTINGS.iter().enumerate() {
            for other in &SETTINGS[index + 1..] {
                assert_ne!(setting.key, other.key);
                assert_ne!(setting.variable, other.variable);
            }
        }
    }

    #[test]
    fn a_secret_has_no_flag() {
        for setting in SETTINGS.iter().filter(|setting| setting.is_secret()) {
            assert_eq!(setting.flag, None, "{}", setting.key);
        }
    }
}
