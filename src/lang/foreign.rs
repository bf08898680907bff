//! What systems and libraries say in English, said in Spanish too.
//!
//! Comes in: a text that came from elsewhere. Goes out: a [`Said`]; the same text in both languages where it is not known
//! here. The tables hold what an operator can meet, not everything that the sources could say.

use super::Said;

/// What a system says of files and connections, as Linux, macOS and Rust itself word it, and the libraries of HTTP and TLS.
const SYSTEM: [(&str, &str); 30] = [
    ("broken pipe", "la conexión ya estaba cerrada"),
    ("connection closed before message completed", "se cerró antes de terminar"),
    ("connection refused", "conexión rechazada"),
    ("connection reset by peer", "el otro lado cortó la conexión"),
    ("connection timed out", "sin respuesta a tiempo"),
    ("directory not empty", "la carpeta no está vacía"),
    ("disk quota exceeded", "se agotó la cuota de disco"),
    (
        "failed to lookup address information: No address associated with hostname",
        "el nombre no tiene dirección",
    ),
    ("failed to lookup address information: Name or service not known", "nadie conoce ese nombre"),
    (
        "failed to lookup address information: Temporary failure in name resolution",
        "el servicio de nombres no responde",
    ),
    ("file exists", "ya existe"),
    ("end of file before message length reached", "la respuesta llegó incompleta"),
    ("file too large", "el archivo sería demasiado grande"),
    ("invalid HTTP header parsed", "una cabecera no es de HTTP"),
    ("invalid HTTP status-code parsed", "el estado no es de HTTP"),
    ("invalid HTTP version parsed", "la respuesta no es de HTTP"),
    ("is a directory", "es una carpeta"),
    ("network is unreachable", "no hay red hasta allí"),
    ("no route to host", "no hay ruta hasta el servidor"),
    ("no PEM certificate in it", "no contiene ningún certificado PEM"),
    ("no PEM key in it", "no contiene ninguna clave PEM"),
    ("no space left on device", "no queda espacio en el disco"),
    ("no such file or directory", "no existe"),
    ("not a directory", "no es una carpeta"),
    ("operation timed out", "sin respuesta a tiempo"),
    ("permission denied", "sin permiso"),
    ("read-only file system", "el disco es de solo lectura"),
    ("stream did not contain valid UTF-8", "no es texto en UTF-8"),
    ("the key is not the certificate's", "la clave no es la del certificado"),
    ("tls handshake eof", "se cerró a la mitad"),
];

/// What comes before the reason why a certificate is refused.
const CERTIFICATE_REFUSED: &str = "invalid peer certificate: ";

/// How the reasons begin; names and dates follow.
const CERTIFICATE: [(&str, &str); 6] = [
    ("Expired", "el certificado venció"),
    ("NotValidYet", "el certificado todavía no es válido"),
    ("UnknownIssuer", "nadie de confianza responde por el certificado"),
    ("certificate expired", "el certificado venció"),
    ("certificate not valid for name", "el certificado es para otro nombre de servidor"),
    ("certificate not valid yet", "el certificado todavía no es válido"),
];

/// What the parsers of JSON and TOML say of a file.
const PARSER: [(&str, &str); 39] = [
    ("EOF while parsing a list", "termina en medio de una lista"),
    ("EOF while parsing a string", "termina en medio de un texto"),
    ("EOF while parsing a value", "termina donde falta un valor"),
    ("EOF while parsing an object", "termina en medio de un objeto"),
    (
        "control character (\\u0000-\\u001F) found while parsing a string",
        "hay un salto de línea u otro signo de control dentro de un texto",
    ),
    ("duplicate key", "la clave está dos veces"),
    ("expected `,` or `]`", "falta `,` o `]`"),
    ("expected `,` or `}`", "falta `,` o `}`"),
    ("expected `:`", "falta `:`"),
    ("expected ident", "hay una palabra sin comillas"),
    ("expected value", "falta un valor"),
    ("extra comma in array", "sobra una coma en la lista"),
    ("extra comma in inline table", "sobra una coma en la tabla"),
    ("invalid basic string", "el texto no se cierra"),
    ("invalid escape", "tras `\\` hay un signo que no va ahí"),
    ("invalid key-value pair", "no es una clave con su valor"),
    ("invalid literal string", "el texto no se cierra"),
    ("invalid multi-line basic string", "el texto de varias líneas no se cierra"),
    ("invalid number", "no es un número"),
    ("invalid unicode code point", "tras `\\u` no hay un signo que exista"),
    ("invalid unquoted key", "la clave tiene signos que necesitan comillas"),
    ("key must be a string", "una clave necesita comillas"),
    ("key with no value", "a la clave le falta su valor"),
    ("lone leading surrogate in hex escape", "a `\\u` le falta su segunda mitad"),
    ("missing assignment between key-value pairs", "falta `=`"),
    ("missing comma between array elements", "falta una coma en la lista"),
    ("missing comma between key-value pairs", "falta una coma"),
    ("missing escaped value", "tras `\\` hay un signo que no va ahí"),
    ("missing value", "falta un valor"),
    ("missing value for key", "a la clave le falta su valor"),
    ("number out of range", "el número es demasiado grande"),
    ("recursion limit exceeded", "demasiados niveles, uno dentro de otro"),
    ("string values must be quoted", "el texto necesita comillas"),
    ("trailing characters", "sobra texto al final"),
    ("trailing comma", "sobra una coma"),
    ("unclosed array", "la lista no se cierra"),
    ("unclosed table", "el nombre de la tabla no se cierra"),
    ("unexpected end of hex escape", "a `\\u` le falta su segunda mitad"),
    ("unexpected key or value", "hay algo más en la misma línea"),
];

/// What a parser expected, where that is not a sign of the file.
const EXPECTED: [(&str, &str); 8] = [
    ("digits", "dígitos"),
    ("key", "una clave"),
    ("letters", "letras"),
    ("literal string", "un texto entre comillas"),
    ("newline", "un salto de línea"),
    ("nothing", "nada más"),
    ("numbers", "números"),
    ("value", "un valor"),
];

fn known(table: &[(&'static str, &'static str)], text: &str) -> Option<(&'static str, &'static str)> {
    table.iter().find(|(en, _)| text.eq_ignore_ascii_case(en)).copied()
}

impl Said {
    /// What the operating system says of an error, without its number; in Spanish too where operators meet it.
    ///
    /// ```
    /// use crm_bridge::lang::Said;
    /// let refused = Said::of_system("Connection refused (os error 111)");
    /// assert_eq!((&*refused.en, &*refused.es), ("connection refused", "conexión rechazada"));
    /// ```
    pub fn of_system(text: &str) -> Self {
        let plain = text.split(" (os error").next().unwrap_or(text);
        if let Some((en, es)) = known(&SYSTEM, plain) {
            return Self { en: en.to_owned(), es: es.to_owned() };
        }
        let refused = plain.strip_prefix(CERTIFICATE_REFUSED);
        let es = refused.and_then(|why| CERTIFICATE.iter().find(|(begins, _)| why.starts_with(begins)));
        Self { en: plain.to_owned(), es: es.map_or(plain, |(_, es)| es).to_owned() }
    }

    /// What a parser says of JSON or TOML that is not well formed, without its place.
    ///
    /// ```
    /// use crm_bridge::lang::Said;
    /// let open = Said::of_parser("unclosed table, expected `]`");
    /// assert_eq!(open.es, "el nombre de la tabla no se cierra, se esperaba `]`");
    /// assert_eq!(Said::of_parser("trailing comma at line 3 column 1").en, "trailing comma");
    /// ```
    pub fn of_parser(text: &str) -> Self {
        let plain = text.split(" at line ").next().unwrap_or(text);
        let translated = |text: &str| known(&PARSER, text).map(|(_, es)| es.to_owned());
        let es = translated(plain).or_else(|| {
            let (problem, expected) = plain.split_once(", expected ")?;
            let expected: Vec<_> =
                expected.split(", ").map(|sign| known(&EXPECTED, sign).map_or(sign, |(_, es)| es)).collect();
            Some(format!("{}, se esperaba {}", translated(problem)?, expected.join(", ")))
        });
        Self { en: plain.to_owned(), es: es.unwrap_or_else(|| plain.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the library of TLS says today.
    #[test]
    fn why_a_certificate_is_refused_is_known() {
        use rustls::CertificateError::{
            Expired, ExpiredContext, NotValidForNameContext, NotValidYet, NotValidYetContext, UnknownIssuer,
        };
        let time = rustls::pki_types::UnixTime::now();
        let expected = rustls::pki_types::ServerName::try_from("a.example.pe").unwrap();
        let other_name = NotValidForNameContext { expected, presented: vec!["otra.example.pe".to_owned()] };
        let expired = ExpiredContext { time, not_after: time };
        let not_yet = NotValidYetContext { time, not_before: time };
        for why in [Expired, NotValidYet, UnknownIssuer, other_name, expired, not_yet] {
            let told = Said::of_system(&rustls::Error::from(why).to_string());
            assert_ne!(told.en, told.es);
        }
        assert_eq!(Said::of_system("something new").es, "something new");
    }

    /// What the parsers say today; an update of theirs that words it otherwise must not go unseen.
    #[test]
    fn what_the_parsers_say_of_usual_mistakes_is_known() {
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_err().to_string();
        let toml = |text: &str| toml::de::DeTable::parse(text).unwrap_err().message().to_owned();
        for said in [
            json("[1"),
            json("{\"a\""),
            json("\"a"),
            json(""),
            json("{\"a\" 1}"),
            json("[1 2]"),
            json("{\"a\":1 \"b\"}"),
            json("nulo"),
            json("{\"a\":,}"),
            json("\"\\x\""),
            json("\"\\ud800\""),
            json("\"a\nb\""),
            json("{a:1}"),
            json("1e999"),
            json("01"),
            json("[1,]"),
            json("{} {}"),
            json(&"[".repeat(200)),
            toml("a = \"x\n"),
            toml("a = 'x\n"),
            toml("a = \"\"\"x\n"),
            toml("a = \"\\q\"\n"),
            toml("a = x\n"),
            toml("a =\n"),
            toml("a\n"),
            toml("a = 1\na = 2\n"),
            toml("a = [1 2]\n"),
            toml("a = [1\n"),
            toml("[a\n"),
            toml("a = 1 b = 2\n"),
            toml("Teléfono = 1\n"),
        ] {
            let told = Said::of_parser(&said);
            assert_ne!(told.en, told.es, "{said}");
        }
        assert_eq!(Said::of_parser("something new").es, "something new");
    }
}
