//! `--curl`: the equal curl command of each delivery; the token stays a variable of the shell.

use std::io::{BufWriter, Write};

use super::output::stdout;
use crate::config::{SendSettings, is_nowhere};
use crate::delivery::Delivery;
use crate::error::Failure;

/// Prints one command a delivery to stdout, two for one with a venta; sends nothing.
pub(crate) fn print<E: Into<Failure>>(
    sending: &SendSettings,
    json: bool,
    deliveries: impl Iterator<Item = Result<Delivery, E>>,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(stdout());
    for delivery in deliveries {
        let delivery = delivery.map_err(Into::into)?;
        for body in std::iter::once(&delivery.body).chain(&delivery.venta) {
            // A closed pipe (`| head`) is the reader's choice.
            let command = command(sending, &delivery.id, body);
            if json {
                let line = serde_json::json!({ "kind": "curl", "row": delivery.row, "command": command });
                writeln!(out, "{line}").ok();
            } else {
                writeln!(out, "{command}").ok();
            }
        }
    }
    out.flush().ok();
    Ok(())
}

fn command(sending: &SendSettings, id: &str, body: &[u8]) -> String {
    // Where no URL is known, a variable, without which curl sends nothing.
    let known = !is_nowhere(&sending.url);
    let url = if known { quoted(sending.url.as_str()) } else { "\"$COMERCIAL_WEBHOOK_URL\"".to_owned() };
    let mut words = vec!["curl".to_owned(), "--request POST".to_owned(), url];
    words.push("--header \"X-CRM-Webhook-Token: $COMERCIAL_WEBHOOK_TOKEN\"".to_owned());
    words.push("--header 'Content-Type: application/json'".to_owned());
    words.push(format!("--header {}", quoted(&format!("Idempotency-Key: {id}"))));
    words.push(format!("--connect-timeout {}", sending.connect_timeout.as_secs_f64()));
    words.push(format!("--max-time {}", sending.timeout.as_secs_f64()));
    if let Some(path) = &sending.cacert {
        words.push(format!("--cacert {}", quoted(&path.display().to_string())));
    }
    if let Some((cert, key)) = &sending.client_cert {
        words.push(format!("--cert {}", quoted(&cert.display().to_string())));
        words.push(format!("--key {}", quoted(&key.display().to_string())));
    }
    if let Some(proxy) = &sending.proxy {
        // A proxy's password is a secret too: only where it is, not how to get in.
        let host = proxy.host_str().unwrap_or_default();
        let port = proxy.port_or_known_default().unwrap_or_default();
        words.push(format!("--proxy {}", quoted(&format!("{}://{host}:{port}", proxy.scheme()))));
    } else if known {
        // Which variables name a proxy was decided already.
        words.push("--noproxy '*'".to_owned());
    }
    words.push(format!("--data-binary {}", quoted(&String::from_utf8_lossy(body))));
    words.join(" \\\n  ")
}

/// Quotes a word for a POSIX shell.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Token;

    #[test]
    fn the_token_is_a_variable_and_quotes_can_not_break_out() {
        let url = "https://app.example.pe/api/webhook-presencia-crm/".parse().unwrap();
        let sending = SendSettings::new(url, Token::new("s3cret-of-the-receiver"));
        let command = command(&sending, "CRM-1", br#"{"nombre":"O'Higgins"}"#);
        assert!(!command.contains("s3cret"));
        assert!(command.contains("$COMERCIAL_WEBHOOK_TOKEN"));
        assert!(command.ends_with(r#"--data-binary '{"nombre":"O'\''Higgins"}'"#), "{command}");
        assert!(command.contains("--noproxy '*'"), "{command}");
    }
}
