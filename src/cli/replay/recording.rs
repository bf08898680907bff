//! One line of a recording: a request as it arrived, with its exact body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;

/// A line of a recording, as far as sending it again needs it.
#[derive(Debug, Deserialize)]
struct Line<'l> {
    #[serde(default)]
    kind: &'l str,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_base64: Option<String>,
    #[serde(default)]
    body_cut: bool,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recorded {
    /// A POST, with its body.
    Post(Bytes),
    /// Nothing to send again: another method, another kind of line; named by what it is.
    Other(String),
    /// No line of a recording.
    Broken,
}

/// Reads one line.
pub(super) fn read(line: &[u8]) -> Recorded {
    // An array would be taken for the fields in their order.
    if line.trim_ascii_start().first() != Some(&b'{') {
        return Recorded::Broken;
    }
    let Ok(line) = serde_json::from_slice::<Line<'_>>(line) else { return Recorded::Broken };
    if line.kind != "request" {
        return Recorded::Other(line.kind.to_owned());
    }
    let method = line.method.unwrap_or_else(|| "POST".to_owned());
    if method != "POST" {
        return Recorded::Other(method);
    }
    if line.body_cut {
        // It was refused unread; an empty one in its place would be another request.
        return Recorded::Other("body_cut".to_owned());
    }
    match (line.body, line.body_base64) {
        (Some(body), _) => Recorded::Post(Bytes::from(body)),
        (None, Some(body)) => {
            STANDARD.decode(body).map_or(Recorded::Broken, |body| Recorded::Post(Bytes::from(body)))
        }
        (None, None) => Recorded::Post(Bytes::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_kept_byte_for_byte() {
        let line = br#"{"kind":"request","n":1,"method":"POST","path":"/x/","headers":{"a":"b"},"body":"{ \"a\" : 1 }\r\n"}"#;
        assert_eq!(read(line), Recorded::Post(Bytes::from_static(b"{ \"a\" : 1 }\r\n")));
        let line = br#"{"kind":"request","body_base64":"/wA="}"#;
        assert_eq!(read(line), Recorded::Post(Bytes::from_static(b"\xff\x00")));
    }

    #[test]
    fn what_is_no_post_is_named_and_what_is_no_recording_is_broken() {
        assert_eq!(
            read(br#"{"kind":"request","method":"GET","body":""}"#),
            Recorded::Other("GET".to_owned())
        );
        assert_eq!(read(br#"{"kind":"summary"}"#), Recorded::Other("summary".to_owned()));
        for line in [&b"[]"[..], b"{", b"\xff", br#"{"kind":"request","body_base64":"%"}"#] {
            assert_eq!(read(line), Recorded::Broken);
        }
    }
}
