//! The recursive descent behind [`parse`](super::parse).

use std::borrow::Cow;
use std::collections::HashSet;

use super::{DEEPEST, Json, MOST_VALUES, Reason, Refused};

/// Objects with more keys than this look for repeated ones with a set.
const FEW_KEYS: usize = 24;

pub(super) struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, depth: 0, values: 0 }
    }

    pub(super) fn document(mut self) -> Result<Json<'a>, Refused> {
        self.space();
        if self.at == self.bytes.len() {
            return self.refuse(Reason::Empty);
        }
        let value = self.value()?;
        self.space();
        if self.at == self.bytes.len() { Ok(value) } else { self.refuse(Reason::Syntax) }
    }

    fn refuse<T>(&self, reason: Reason) -> Result<T, Refused> {
        Err(Refused { reason, at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.refuse(Reason::Syntax)
        }
    }

    fn value(&mut self) -> Result<Json<'a>, Refused> {
        self.count()?;
        self.counted()
    }

    fn count(&mut self) -> Result<(), Refused> {
        self.values += 1;
        if self.values > MOST_VALUES { self.refuse(Reason::TooMany) } else { Ok(()) }
    }

    /// A value that is among those counted.
    fn counted(&mut self) -> Result<Json<'a>, Refused> {
        match self.peek() {
            Some(b'"') => self.string().map(Json::Text),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.refuse(Reason::Syntax),
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Refused> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            self.refuse(Reason::Syntax)
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<Json<'a>, Refused>) -> Result<Json<'a>, Refused> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.refuse(Reason::TooDeep);
        }
        self.at += 1;
        self.space();
        let value = inside(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Json<'a>, Refused> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.refuse(Reason::Syntax),
            }
            self.space();
        }
        self.at += 1;
        Ok(Json::List(items))
    }

    fn object(&mut self) -> Result<Json<'a>, Refused> {
        let mut fields: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        // The kinds of the keys so far, a bit each: most keys are of a new one, and need no search.
        let mut kinds: u64 = 0;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(fields));
        }
        fields.reserve(12);
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.refuse(Reason::Syntax);
            }
            let key = self.string()?;
            let kind = 1 << kind_of(&key);
            let repeated = if fields.len() < FEW_KEYS {
                kinds & kind != 0 && fields.iter().any(|(name, _)| *name == key)
            } else {
                if seen.is_empty() {
                    seen.extend(fields.iter().map(|(name, _)| name.to_string()));
                }
                !seen.insert(key.to_string())
            };
            if repeated {
                return Err(Refused { reason: Reason::RepeatedKey, at: start });
            }
            kinds |= kind;
            self.space();
            self.expect(b':')?;
            self.space();
            self.count()?;
            // The usual value is put where it belongs at once: each step that hands it on in a `Result` waits until the
            // one before has written it, and a body of texts takes half as long again.
            if let Some(text) = self.plain() {
                fields.push((key, Json::Text(Cow::Borrowed(text))));
            } else {
                let value = self.counted()?;
                fields.push((key, value));
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.refuse(Reason::Syntax),
            }
            self.space();
        }
        self.at += 1;
        Ok(Json::Object(fields))
    }

    fn number(&mut self) -> Result<Json<'a>, Refused> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return self.refuse(Reason::Syntax),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Json::Number(&self.text[start..self.at]))
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.refuse(Reason::Syntax) } else { Ok(()) }
    }

    #[inline]
    fn string(&mut self) -> Result<Cow<'a, str>, Refused> {
        match self.plain() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.escaped().map(Cow::Owned),
        }
    }

    /// The text that begins here, where it is one and has no escapes. Returned as it is, it stays in registers.
    #[inline(never)]
    fn plain(&mut self) -> Option<&'a str> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let quote = self.at;
        self.at += 1;
        let end = self.run();
        if self.peek() != Some(b'"') {
            self.at = quote;
            return None;
        }
        self.at += 1;
        Some(&self.text[quote + 1..end])
    }

    /// Passes over bytes that stand for themselves; returns where it stopped.
    #[inline]
    fn run(&mut self) -> usize {
        // Eight at a time: most texts are too short for a search that has to be set up.
        let (eights, last) = self.bytes[self.at..].as_chunks();
        for eight in eights {
            let ends = ends_of_run(u64::from_le_bytes(*eight));
            if ends != 0 {
                self.at += ends.trailing_zeros() as usize / 8;
                return self.at;
            }
            self.at += 8;
        }
        let ends = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
        self.at += last.iter().position(ends).unwrap_or(last.len());
        self.at
    }

    /// A text that has an escape, or no end.
    #[cold]
    fn escaped(&mut self) -> Result<String, Refused> {
        let mut out = String::new();
        self.at += 1;
        loop {
            let from = self.at;
            let to = self.run();
            out.push_str(&self.text[from..to]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let escape = self.peek();
                    self.at += 1;
                    match escape {
                        Some(same @ (b'"' | b'\\' | b'/')) => out.push(char::from(same)),
                        Some(b'n') => out.push('\n'),
                        Some(b't') => out.push('\t'),
                        Some(b'r') => out.push('\r'),
                        Some(b'b') => out.push('\u{8}'),
                        Some(b'f') => out.push('\u{c}'),
                        Some(b'u') => out.push(self.unicode()?),
                        _ => return self.refuse(Reason::Syntax),
                    }
                }
                _ => return self.refuse(Reason::Syntax),
            }
        }
    }

    fn unicode(&mut self) -> Result<char, Refused> {
        let first = self.hex()?;
        let code = match first {
            0xD800..=0xDBFF => {
                if !self.bytes[self.at..].starts_with(b"\\u") {
                    return self.refuse(Reason::Surrogate);
                }
                self.at += 2;
                let second = self.hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return self.refuse(Reason::Surrogate);
                }
                0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            }
            other => other,
        };
        match char::from_u32(code) {
            Some(character) => Ok(character),
            None => self.refuse(Reason::Surrogate),
        }
    }

    fn hex(&mut self) -> Result<u32, Refused> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return self.refuse(Reason::Syntax) };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

/// One of 64 kinds of keys: those of different kinds differ.
fn kind_of(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = (bytes.first().copied().unwrap_or(0), bytes.last().copied().unwrap_or(0));
    (usize::from(first) * 3 + usize::from(last) + key.len() * 7) % 64
}

/// Marks quotes, backslashes and control characters among eight bytes: the lowest mark is right, and stands in the
/// highest bit of its byte; above it others may be wrong, since what is subtracted borrows.
const fn ends_of_run(eight: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const fn below(eight: u64, limit: u8) -> u64 {
        eight.wrapping_sub(EACH * limit as u64) & !eight
    }
    let quotes = below(eight ^ (EACH * b'"' as u64), 1);
    let backslashes = below(eight ^ (EACH * b'\\' as u64), 1);
    (below(eight, 0x20) | quotes | backslashes) & (EACH << 7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Reason, parse};
    use super::*;

    fn as_serde(json: &Json<'_>) -> serde_json::Value {
        match json {
            Json::Null => serde_json::Value::Null,
            Json::Bool(flag) => (*flag).into(),
            Json::Number(number) => serde_json::from_str(number).unwrap(),
            Json::Text(text) => text.to_string().into(),
            Json::List(items) => items.iter().map(as_serde).collect(),
            Json::Object(fields) => serde_json::Value::Object(
                fields.iter().map(|(name, value)| (name.to_string(), as_serde(value))).collect(),
            ),
        }
    }

    fn nested(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn refuses_what_two_parsers_could_read_in_two_ways() {
        let cases: [(&[u8], Reason); 14] = [
            (b"", Reason::Empty),
            (b" \n", Reason::Empty),
            (b"\xef\xbb\xbf{}", Reason::Bom),
            (b"{\"a\":\"Per\xfa\"}", Reason::Encoding),
            (b"{\"a\":NaN}", Reason::Syntax),
            (b"{\"a\":Infinity}", Reason::Syntax),
            (b"{\"a\":01}", Reason::Syntax),
            (b"{\"a\":1}x", Reason::Syntax),
            (b"{\"a\":\"\\ud83d\"}", Reason::Surrogate),
            (b"{\"a\":\"\\ude00\"}", Reason::Surrogate),
            (b"{\"a\":\"\\ud83dx\"}", Reason::Surrogate),
            (b"{\"a\":1,\"\\u0061\":2}", Reason::RepeatedKey),
            (b"{\"x\":{\"a\":1,\"a\":1}}", Reason::RepeatedKey),
            (b"{'a':1}", Reason::Syntax),
        ];
        for (body, reason) in cases {
            assert_eq!(parse(body).map_err(|refused| refused.reason), Err(reason), "{body:?}");
        }
        assert!(parse(nested(128).as_bytes()).is_ok());
        assert_eq!(parse(nested(129).as_bytes()).unwrap_err().reason, Reason::TooDeep);
    }

    #[test]
    fn a_key_repeated_among_many_is_found() {
        let mut body: Vec<_> = (0..60).map(|n| format!("\"k{n}\":{n}")).collect();
        body.push("\"k3\":0".to_owned());
        let body = format!("{{{}}}", body.join(","));
        assert_eq!(parse(body.as_bytes()).unwrap_err().reason, Reason::RepeatedKey);
    }

    #[test]
    fn a_body_of_nothing_but_values_is_bounded() {
        let body = format!("[{}1]", "1,".repeat(MOST_VALUES));
        assert_eq!(parse(body.as_bytes()).unwrap_err().reason, Reason::TooMany);
    }

    proptest! {
        #[test]
        fn a_text_ends_at_its_first_quote_escape_or_control(
            plain in "[ -!#-\\[\\]-~\u{7f}ñé€😀]{0,20}", end in prop::sample::select(vec!["\"", "\\", "\0", "\u{1f}"]), more in ".{0,12}",
        ) {
            let text = format!("{plain}{end}{more}");
            prop_assert_eq!(Parser::new(&text).run(), plain.len());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn what_it_reads_is_what_others_read(text in "[\\[\\]{}\":,0-9a-zñ\\\\/ .eE+u-]{0,60}") {
            if let Ok(json) = parse(text.as_bytes()) {
                let other: serde_json::Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(as_serde(&json), other);
            }
        }

        #[test]
        fn canonical_form_keeps_the_value(
            keys in prop::collection::btree_map("[a-zñ\"\\\\\n\u{1}]{0,4}", "\\PC{0,6}", 0..6),
            list in prop::collection::vec(any::<i32>(), 0..4),
        ) {
            let value = serde_json::json!({ "o": keys, "l": list, "n": null, "b": true });
            let text = value.to_string();
            let json = parse(text.as_bytes()).unwrap();
            let mut canonical = String::new();
            json.canonical(&mut canonical, None);
            let again: serde_json::Value = serde_json::from_str(&canonical).unwrap();
            prop_assert_eq!(again, value);
        }
    }
}
