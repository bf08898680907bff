//! Runs as they are recorded: what they were asked to do, and what became of it.

use std::path::PathBuf;

use rusqlite::{Connection, Row, params};
use serde_json::{Map, Value};

use super::file::now;
use super::{JournalFile, RowSet, Target};
use crate::delivery::{ContentHash, JournalError};
use crate::error::{Failure, Kind};
use crate::report::event::Counts;
use crate::said;

/// An input file, as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Its path as the user wrote it; `-` for stdin.
    pub path: String,
    /// Digest of its bytes.
    pub hash: ContentHash,
    /// Its length.
    pub bytes: u64,
}

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// `replay-csv`, `send`, `replay`, `relay`.
    pub command: String,
    /// The arguments after the name of the program; never a secret, since those are no arguments.
    pub args: Vec<String>,
    /// The folder in which relative paths are meant.
    pub folder: PathBuf,
    /// Where it sends.
    pub target: Target,
    /// Digest of the mapping and of everything else that changes payloads.
    pub mapping: ContentHash,
    /// The inputs.
    pub files: Vec<InputFile>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// Under way, or killed: see [`JournalFile::is_under_way`].
    Running,
    /// Came to its end.
    Finished,
    /// Stopped before its end; resumable.
    Stopped,
    /// Ctrl-C; resumable.
    Interrupted,
}

impl RunStatus {
    /// The word in JSON and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
        }
    }

    fn from_name(name: &str) -> Self {
        [Self::Finished, Self::Stopped, Self::Interrupted]
            .into_iter()
            .find(|status| status.name() == name)
            .unwrap_or(Self::Running)
    }
}

/// A recorded run.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Its number in this journal.
    pub number: i64,
    /// Its id, a UUID v7.
    pub id: String,
    /// What it was asked to do.
    pub asked: NewRun,
    /// Version of the program.
    pub version: String,
    /// Milliseconds since 1970.
    pub started: i64,
    /// Milliseconds since 1970; none while it runs, or when it was killed.
    pub ended: Option<i64>,
    /// How it stands.
    pub status: RunStatus,
    /// Exit code of its last part.
    pub exit_code: Option<u8>,
    /// Counts of the first pass: `rows`, `ignored`, `skipped`, `invalid`, `duplicates` found before sending.
    pub plan: Counts,
    /// Counts of deliveries whose end is recorded and final.
    pub done: Counts,
    /// Deliveries that failed and that resuming tries again.
    pub undecided: u64,
    /// HTTP tries on record.
    pub attempts: u64,
}

impl RunRecord {
    /// The counts of the whole run as far as it is recorded; what has no recorded end is `unprocessed`.
    pub fn counts(&self) -> Counts {
        let (plan, done) = (&self.plan, &self.done);
        let mut counts = Counts {
            duplicates: plan.duplicates + done.duplicates,
            delivered: done.delivered,
            rejected: done.rejected,
            failed: done.failed + self.undecided,
            collisions: done.collisions,
            unknown: done.unknown,
            unprocessed: 0,
            ..*plan
        };
        let known: u64 = counts.named().iter().map(|(_, count)| count).sum();
        counts.unprocessed = counts.rows.saturating_sub(known);
        counts
    }

    /// Whether nothing became of the run between this reading of it and `earlier`.
    pub(super) fn stands_as(&self, earlier: &Self) -> bool {
        let stand = |run: &Self| (run.plan, run.done, run.undecided, run.attempts, run.ended);
        stand(self) == stand(earlier)
    }

    /// The hash of each file that differs from what was recorded, named.
    pub fn check_files(&self, now: &[InputFile]) -> Result<(), Failure> {
        if now.len() != self.asked.files.len() {
            let (before, after) = (self.asked.files.len(), now.len());
            return Err(changed(&said!(
                en: "the run had {before} files, now there are {after}",
                es: "la ejecución tenía {before} archivos, ahora hay {after}"
            )));
        }
        for (before, after) in self.asked.files.iter().zip(now) {
            if before.hash != after.hash || before.bytes != after.bytes {
                let path = &after.path;
                return Err(changed(&said!(
                    en: "{path} changed since the run",
                    es: "{path} cambió desde la ejecución"
                )));
            }
        }
        Ok(())
    }

    /// Checks that mapping and target are those of the run.
    pub fn check_mapping_and_target(&self, mapping: ContentHash, target: &Target) -> Result<(), Failure> {
        if self.asked.target != *target {
            let (before, after) = (&self.asked.target, target);
            return Err(changed(&said!(
                en: "the run sent to {before}, now the target is {after}",
                es: "la ejecución enviaba a {before}, ahora el destino es {after}"
            )));
        }
        if self.asked.mapping != mapping {
            return Err(changed(&said!(
                en: "the mapping, or a setting that changes payloads, is not that of the run",
                es: "el mapeo, o un ajuste que cambia los datos enviados, no es el de la ejecución"
            )));
        }
        Ok(())
    }
}

fn changed(what: &crate::lang::Said) -> Failure {
    Failure::new(Kind::Input, what.clone()).hint(said!(
        en: "start a new run with `crm-bridge replay-csv`: what was delivered is not sent again",
        es: "inicie otra ejecución con `crm-bridge replay-csv`: lo ya entregado no se envía otra vez"
    ))
}

/// Why a name is no run.
#[derive(Debug)]
pub enum FindRunError {
    /// No run has this id.
    None(String),
    /// Several ids begin so.
    Several(String),
    /// The journal fails.
    Journal(JournalError),
}

impl FindRunError {
    /// The error for people.
    pub fn failure(&self) -> Failure {
        let list = said!(
            en: "`crm-bridge runs list` shows them; --journal FILE names another journal",
            es: "`crm-bridge runs list` las muestra; --journal ARCHIVO indica otro registro"
        );
        match self {
            Self::None(name) if name == "last" => Failure::new(
                Kind::Usage,
                said!(en: "no run is recorded yet", es: "aún no hay ninguna ejecución registrada"),
            )
            .hint(list),
            Self::None(name) => {
                Failure::new(Kind::Usage, said!(en: "no run {name}", es: "no hay ninguna ejecución {name}"))
                    .hint(list)
            }
            Self::Several(name) => Failure::new(
                Kind::Usage,
                said!(en: "several runs begin with {name}", es: "varias ejecuciones empiezan con {name}"),
            )
            .hint(list),
            Self::Journal(error) => error.failure(),
        }
    }
}

const COLUMNS: &str =
    "SELECT runs.number, id, command, args, folder, url, mapping, version, started, ended, status,
    exit_code, plan, delivered, duplicates, rejected, failed, collisions, unknown, attempts,
    (SELECT count(*) FROM letters WHERE run = runs.number AND NOT final)
    FROM runs JOIN targets ON targets.number = runs.target";

impl JournalFile {
    /// All runs, the newest first.
    pub fn runs(&self) -> Result<Vec<RunRecord>, JournalError> {
        self.select(&format!("{COLUMNS} ORDER BY runs.number DESC"), []).map_err(|error| self.sorted(error))
    }

    /// The run of this id, of an id that begins so, or the `last` one.
    pub fn find_run(&self, name: &str) -> Result<RunRecord, FindRunError> {
        let failed = |error| FindRunError::Journal(self.sorted(error));
        if name == "last" {
            let mut last =
                self.select(&format!("{COLUMNS} ORDER BY runs.number DESC LIMIT 1"), []).map_err(failed)?;
            return last.pop().ok_or_else(|| FindRunError::None(name.to_owned()));
        }
        let sql = format!("{COLUMNS} WHERE substr(id, 1, length(?1)) = lower(?1) LIMIT 2");
        let mut found = self.select(&sql, [name]).map_err(failed)?;
        match (found.pop(), found.pop()) {
            (Some(run), None) if !name.is_empty() => Ok(run),
            (None, _) => Err(FindRunError::None(name.to_owned())),
            _ => Err(FindRunError::Several(name.to_owned())),
        }
    }

    fn select(&self, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<Vec<RunRecord>> {
        let mut statement = self.connection.prepare(sql)?;
        let mut runs: Vec<RunRecord> = statement.query_map(params, read)?.collect::<Result<_, _>>()?;
        let mut files =
            self.connection.prepare("SELECT path, hash, bytes FROM files WHERE run = ?1 ORDER BY number")?;
        for run in &mut runs {
            let read = |row: &Row<'_>| {
                Ok(InputFile { path: row.get(0)?, hash: ContentHash(row.get(1)?), bytes: row.get(2)? })
            };
            run.asked.files = files.query_map([run.number], read)?.collect::<Result<_, _>>()?;
        }
        Ok(runs)
    }

    /// Whether the run still sends: its target is locked.
    pub fn is_under_way(&self, run: &RunRecord) -> bool {
        run.status == RunStatus::Running
            && matches!(self.lock(&run.asked.target), Err(JournalError::Locked { .. }))
    }

    /// The rows of a run that need nothing more.
    pub fn finished_rows(&self, run: i64) -> Result<RowSet, JournalError> {
        finished_rows(&self.connection, run).map_err(|error| self.sorted(error))
    }
}

pub(super) fn finished_rows(connection: &Connection, run: i64) -> rusqlite::Result<RowSet> {
    let mut statement = connection.prepare("SELECT file, chunk, bits FROM finished_rows WHERE run = ?1")?;
    let mut found = statement.query([run])?;
    let mut rows = RowSet::new();
    while let Some(row) = found.next()? {
        rows.set_chunk(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?);
    }
    Ok(rows)
}

fn read(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    let (args, plan, status): (String, String, String) = (row.get(3)?, row.get(12)?, row.get(10)?);
    let folder: String = row.get(4)?;
    Ok(RunRecord {
        number: row.get(0)?,
        id: row.get(1)?,
        asked: NewRun {
            command: row.get(2)?,
            args: serde_json::from_str(&args).unwrap_or_default(),
            folder: folder.into(),
            target: Target::stored(row.get(5)?),
            mapping: ContentHash(row.get(6)?),
            files: Vec::new(),
        },
        version: row.get(7)?,
        started: row.get(8)?,
        ended: row.get(9)?,
        status: RunStatus::from_name(&status),
        exit_code: row.get(11)?,
        plan: counts_from(&plan),
        done: Counts {
            delivered: row.get(13)?,
            duplicates: row.get(14)?,
            rejected: row.get(15)?,
            failed: row.get(16)?,
            collisions: row.get(17)?,
            unknown: row.get(18)?,
            ..Counts::default()
        },
        attempts: row.get(19)?,
        undecided: row.get(20)?,
    })
}

/// The counts of a plan as JSON.
pub(super) fn counts_to(counts: &Counts) -> String {
    let mut map: Map<String, Value> =
        counts.named().into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
    map.insert("rows".to_owned(), counts.rows.into());
    map.insert("ignored".to_owned(), counts.ignored.into());
    Value::Object(map).to_string()
}

fn counts_from(json: &str) -> Counts {
    let map: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let count = |name: &str| map.get(name).and_then(Value::as_u64).unwrap_or(0);
    Counts {
        rows: count("rows"),
        ignored: count("ignored"),
        skipped: count("skipped"),
        invalid: count("invalid"),
        duplicates: count("duplicates"),
        ..Counts::default()
    }
}

/// Writes a new run; gives its number, its id and its target's number.
pub(super) fn write(connection: &Connection, asked: &NewRun) -> rusqlite::Result<(i64, String, i64)> {
    let transaction = connection.unchecked_transaction()?;
    let target = target_number(&transaction, &asked.target)?;
    let id = uuid::Uuid::now_v7().to_string();
    let args = serde_json::to_string(&asked.args).unwrap_or_default();
    transaction.execute(
        "INSERT INTO runs (id, command, args, folder, target, mapping, version, started, status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'running')",
        params![
            id,
            asked.command,
            args,
            asked.folder.to_string_lossy(),
            target,
            asked.mapping.0,
            env!("CARGO_PKG_VERSION"),
            now()
        ],
    )?;
    let number = transaction.last_insert_rowid();
    for (index, file) in asked.files.iter().enumerate() {
        transaction.execute(
            "INSERT INTO files (run, number, path, hash, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![number, index, file.path, file.hash.0, file.bytes],
        )?;
    }
    transaction.commit()?;
    Ok((number, id, target))
}

pub(super) fn target_number(connection: &Connection, target: &Target) -> rusqlite::Result<i64> {
    connection.execute("INSERT OR IGNORE INTO targets (url) VALUES (?1)", [target.as_str()])?;
    connection.query_row("SELECT number FROM targets WHERE url = ?1", [target.as_str()], |row| row.get(0))
}
