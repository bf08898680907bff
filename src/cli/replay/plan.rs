//! The two passes over a recording: the first finds and orders the requests, the second reads each one again.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use serde_json::Value;

use super::journaled::Journaled;
use super::recording::{Recorded, read};
use crate::config::{Lookup, Order};
use crate::delivery::{ComposeError, ContentHash, Delivery};
use crate::error::{Failure, Kind};
use crate::journal::RowSet;
use crate::lang::Said;
use crate::mapping::remap;
use crate::report::event::{Counts, DeliveryNote, Event, Observer};
use crate::rules::cell::no_id;
use crate::rules::finding::Place;
use crate::rules::{Code, Finding, Severity};
use crate::said;
use crate::source::Loaded;

/// The longest line that is read, in bytes.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// How a recording is read.
#[derive(Debug)]
pub(super) struct Reading<'r> {
    pub(super) loaded: &'r Loaded,
    pub(super) remap: bool,
    pub(super) only: &'r [String],
    pub(super) terminator: &'r str,
    pub(super) show_pii: bool,
}

/// What the first pass found.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) counts: Counts,
    pub(super) skipped: BTreeMap<String, u64>,
    pub(super) by_code: BTreeMap<&'static str, u64>,
    /// Lines that need nothing more.
    pub(super) settled: RowSet,
    /// In which order, and why.
    pub(super) said: Said,
    /// Where each request is, in the order of sending.
    requests: Vec<RequestAt>,
}

/// Where a request is, how long its id, and what tells it from another one in its place.
#[derive(Debug, Clone, Copy)]
struct RequestAt {
    offset: u64,
    line: u64,
    length: u32,
    likeness: u32,
}

impl Plan {
    /// Reads the whole recording; nothing is sent before it is through.
    pub(super) fn make(
        reading: &Reading<'_>,
        order: Order,
        lookup: Lookup,
        mut journaled: Option<Journaled<'_>>,
        observer: &mut dyn Observer,
    ) -> Result<Self, Failure> {
        let mut plan = Self {
            counts: Counts::default(),
            skipped: BTreeMap::new(),
            by_code: BTreeMap::new(),
            settled: RowSet::new(),
            said: Said::default(),
            requests: Vec::new(),
        };
        let mut ids = Vec::new();
        let mut lines = Lines::open(reading.loaded, 0);
        while let Some((offset, line, bytes)) = lines.next()? {
            if bytes.trim_ascii().is_empty() {
                plan.counts.ignored += 1;
                continue;
            }
            plan.counts.rows += 1;
            let mut judged = reading.judge(line, bytes);
            if let (Judged::Send(delivery), Some(journaled)) = (&judged, &mut journaled) {
                judged = match journaled.judge(delivery, &mut plan, reading, observer)? {
                    Some(other) => other,
                    None => judged,
                };
            }
            match judged {
                Judged::Send(delivery) => {
                    plan.counts.prepared += 1;
                    let length = u32::try_from(delivery.id.chars().count()).unwrap_or(u32::MAX);
                    plan.requests.push(RequestAt { offset, line, length, likeness: likeness(&delivery) });
                    ids.push(delivery.id.to_lowercase());
                }
                Judged::Delivered(note) => {
                    plan.counts.duplicates += 1;
                    plan.settled.insert(0, line);
                    observer.observe(Event::Delivery(*note));
                }
                Judged::Skip(what) => {
                    plan.counts.skipped += 1;
                    *plan.skipped.entry(what).or_default() += 1;
                    plan.settled.insert(0, line);
                }
                Judged::Invalid(findings) => {
                    plan.counts.invalid += 1;
                    plan.settled.insert(0, line);
                    for finding in findings {
                        plan.say(line, &finding, reading, observer);
                    }
                }
            }
        }
        plan.arrange(ids, order, lookup);
        Ok(plan)
    }

    pub(super) fn say(
        &mut self,
        line: u64,
        finding: &Finding,
        reading: &Reading<'_>,
        observer: &mut dyn Observer,
    ) {
        *self.by_code.entry(finding.code.name()).or_default() += 1;
        let name = reading.loaded.name();
        let place = Place { file: Some(name), row: Some(line), column: None };
        observer.observe(Event::Finding(finding.note(place, reading.show_pii)));
    }

    fn arrange(&mut self, mut ids: Vec<String>, order: Order, lookup: Lookup) {
        // In sorted order whatever contains an id at its beginning comes right after it.
        ids.sort_unstable();
        let inside =
            ids.windows(2).any(|pair| pair[1].len() > pair[0].len() && pair[1].starts_with(&pair[0]));
        let by_length = match order {
            Order::Auto => inside && lookup == Lookup::Substring,
            Order::File => false,
            Order::Id => true,
        };
        if by_length {
            self.requests.sort_by_key(|request| request.length);
        }
        self.said = if by_length {
            said!(en: "shorter ids first, since some are inside others", es: "primero los ids más cortos, pues algunos están dentro de otros")
        } else {
            said!(en: "as recorded", es: "como se grabó")
        };
    }
}

/// Alike for the same body, and hardly ever for another one.
fn likeness(delivery: &Delivery) -> u32 {
    let part =
        |content: ContentHash| u32::from_le_bytes([content.0[0], content.0[1], content.0[2], content.0[3]]);
    part(delivery.content) ^ delivery.venta_content.map_or(0, part)
}

/// What the first pass says of a line.
pub(super) enum Judged {
    Send(Box<Delivery>),
    /// Delivered before.
    Delivered(Box<DeliveryNote>),
    Skip(String),
    Invalid(Vec<Finding>),
}

impl Reading<'_> {
    fn judge(&self, line: u64, bytes: &[u8]) -> Judged {
        let body = match read(bytes) {
            Recorded::Post(body) => body,
            Recorded::Other(what) => return Judged::Skip(what),
            // What has no id is none of those that were asked for.
            Recorded::Broken if !self.only.is_empty() => return Judged::Skip("--only".to_owned()),
            Recorded::Broken => {
                let detail =
                    said!(en: "this is no line of a recording", es: "no es una línea de una grabación");
                let finding = Finding::new(Code::S01).arg("pointer", "/").said("detail", detail);
                return Judged::Invalid(vec![finding]);
            }
        };
        if !self.only.is_empty() && !id(&body).is_some_and(|id| self.wants(&id)) {
            return Judged::Skip("--only".to_owned());
        }
        if self.remap
            && let Err(findings) = check(&body)
        {
            return Judged::Invalid(findings);
        }
        match self.delivery(line, &body) {
            Ok(delivery) => Judged::Send(Box::new(delivery)),
            Err(error) => Judged::Invalid(vec![finding(&error)]),
        }
    }

    fn wants(&self, id: &str) -> bool {
        let bare = id.strip_suffix(self.terminator).unwrap_or(id);
        self.only.iter().any(|only| {
            bare.eq_ignore_ascii_case(only)
                || bare.strip_prefix("CRM-").is_some_and(|bare| bare.eq_ignore_ascii_case(only))
        })
    }

    /// The delivery of a body: its bytes as they are, or written anew.
    fn delivery(&self, line: u64, body: &Bytes) -> Result<Delivery, ComposeError> {
        if !self.remap && self.terminator.is_empty() {
            return Delivery::from_json((0, line), body);
        }
        let value: Value = serde_json::from_slice(body).map_err(|_| ComposeError::NoObject)?;
        let Value::Object(payload) = value else { return Err(ComposeError::NoObject) };
        let mut value = if self.remap { remap(payload) } else { Value::Object(payload) };
        if let Some(Value::String(id)) = value.get_mut("id_presencia_crm")
            && !id.is_empty()
        {
            id.push_str(self.terminator);
        }
        Delivery::from_json((0, line), &Bytes::from(value.to_string()))
    }
}

/// The id of a body, fit to be sent or not.
fn id(body: &Bytes) -> Option<String> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(payload)) => match payload.get("id_presencia_crm")? {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The rules of payloads, for what is written anew.
fn check(body: &Bytes) -> Result<(), Vec<Finding>> {
    let Ok(Value::Object(payload)) = serde_json::from_slice(body) else { return Ok(()) };
    let mut findings = crate::rules::payload::check(&remap(payload));
    findings.retain(|finding| finding.severity == Severity::Error);
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn finding(error: &ComposeError) -> Finding {
    match error {
        ComposeError::NoId => no_id().pointer("/id_presencia_crm"),
        ComposeError::NoDocument => Finding::new(Code::S01)
            .pointer("/cliente/numero_documento")
            .arg("pointer", "/cliente/numero_documento")
            .said("detail", said!(en: "missing or empty", es: "falta o está vacío")),
        ComposeError::NoObject => Finding::new(Code::S01)
            .pointer("")
            .arg("pointer", "/")
            .said("detail", said!(en: "the body is no JSON object", es: "el cuerpo no es un objeto JSON")),
    }
}

/// Offset, number from 1, and bytes of a line.
type Line<'l> = (u64, u64, &'l [u8]);

/// The lines of a recording, with their places.
struct Lines<R> {
    reader: BufReader<R>,
    offset: u64,
    number: u64,
    line: Vec<u8>,
    name: String,
}

impl Lines<Box<dyn ReadSeek>> {
    fn open(loaded: &Loaded, offset: u64) -> Self {
        let reader: Box<dyn ReadSeek> = Box::new(loaded.bytes_from(offset));
        Self {
            reader: BufReader::with_capacity(256 * 1024, reader),
            offset,
            number: 0,
            line: Vec::new(),
            name: loaded.name().to_owned(),
        }
    }
}

/// What can be read from any place.
trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl<R: Read + Seek> Lines<R> {
    /// The next line.
    fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        self.line.clear();
        let start = self.offset;
        let read = (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| unreadable(&self.name, &error))? as u64;
        self.offset += read;
        self.number += 1;
        if read == LONGEST_LINE && self.line.last() != Some(&b'\n') {
            let (name, number) = (&self.name, self.number);
            return Err(Failure::new(
                Kind::Input,
                said!(en: "{name}: line {number} is longer than 16 MiB", es: "{name}: la línea {number} pasa de 16 MiB"),
            )
            .hint(said!(
                en: "a recording has one request a line, as `crm-bridge serve-mock --record` writes them",
                es: "una grabación tiene una petición por línea, como las escribe `crm-bridge serve-mock --record`"
            )));
        }
        Ok((read > 0).then_some((start, self.number, self.line.as_slice())))
    }

    /// Goes to another line.
    fn seek(&mut self, offset: u64) -> Result<(), Failure> {
        if offset != self.offset {
            self.reader.seek(SeekFrom::Start(offset)).map_err(|error| unreadable(&self.name, &error))?;
            self.offset = offset;
        }
        Ok(())
    }
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::new(
        Kind::Input,
        said!(en: "{name}: can't be read", es: "{name}: no se puede leer").because(error),
    )
}

/// The requests in the order of sending, each read again.
pub(super) struct Feed<'f> {
    reading: &'f Reading<'f>,
    lines: Lines<Box<dyn ReadSeek>>,
    requests: std::slice::Iter<'f, RequestAt>,
    finished: Option<&'f RowSet>,
}

impl<'f> Feed<'f> {
    /// The requests of `plan`, without the `finished` ones.
    pub(super) fn new(reading: &'f Reading<'f>, plan: &'f Plan, finished: Option<&'f RowSet>) -> Self {
        let lines = Lines::open(reading.loaded, 0);
        Self { reading, lines, requests: plan.requests.iter(), finished }
    }

    /// How many are left.
    pub(super) fn left(&self) -> u64 {
        let finished =
            |request: &&RequestAt| self.finished.is_some_and(|finished| finished.contains(0, request.line));
        self.requests.clone().filter(|request| !finished(request)).count() as u64
    }

    fn read(&mut self, request: RequestAt) -> Result<Delivery, Failure> {
        self.lines.seek(request.offset)?;
        let name = self.lines.name.clone();
        let changed = || {
            Failure::new(
                Kind::Input,
                said!(en: "{name} changed while it was read", es: "{name} cambió mientras se leía"),
            )
            .hint(said!(
                en: "let nobody write to the file during replay, and run it again: what was delivered is not sent once more",
                es: "que nadie escriba en el archivo durante replay, y ejecútelo de nuevo: lo ya entregado no se reenvía"
            ))
        };
        let Some((_, _, bytes)) = self.lines.next()? else { return Err(changed()) };
        match self.reading.judge(request.line, bytes) {
            Judged::Send(delivery) if likeness(&delivery) == request.likeness => Ok(*delivery),
            _ => Err(changed()),
        }
    }
}

impl Iterator for Feed<'_> {
    type Item = Result<Delivery, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let finished = self.finished;
        let request = self
            .requests
            .find(|request| !finished.is_some_and(|finished| finished.contains(0, request.line)))?;
        Some(self.read(*request))
    }
}
