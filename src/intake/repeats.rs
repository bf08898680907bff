//! Repeated ids (rule X01), among good events and beside rows that other rules block.
//!
//! Comes in: the packed events, and a way to read a row again. Goes out: findings by row, and the fate of each event. Only
//! the rules across rows call it.

use std::collections::{HashMap, HashSet};

use super::across::{Facts, Reread};
use super::alike::groups;
use super::entry::{Entry, Fate};
use crate::rules::{Code, Finding, Severity};
use crate::said;

/// Ids of several good events: with the same content one is sent, with other content none.
pub(super) fn repeated_ids<R: Reread>(
    entries: &mut [Entry],
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    groups(
        entries,
        |entry| entry.id(),
        |_| true,
        |group| {
            let mut rest: Vec<&mut Entry> = group.iter_mut().collect();
            // Nearly always one turn: a second one means that two ids merely look alike.
            while rest.len() > 1 {
                let first = reread.facts(rest[0].row())?;
                let (mut same, mut others) = (Vec::new(), Vec::new());
                let mut changed = None;
                for (index, entry) in rest.into_iter().enumerate() {
                    let facts = if index == 0 { first.clone() } else { reread.facts(entry.row())? };
                    if !facts.id.eq_ignore_ascii_case(&first.id) {
                        others.push(entry);
                        continue;
                    }
                    if facts.content != first.content && changed.is_none() {
                        changed = Some(facts.label.clone());
                    }
                    same.push(entry);
                }
                rest = others;
                repeated(same, &first, changed.as_deref(), tell);
            }
            Ok(())
        },
    )
}

fn repeated(
    same: Vec<&mut Entry>,
    first: &Facts,
    changed: Option<&str>,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) {
    for (index, entry) in same.into_iter().enumerate() {
        let what = if changed.is_some() {
            said!(en: "other content", es: "otro contenido")
        } else {
            said!(en: "the same content, which is sent once", es: "el mismo contenido, que se envía una vez")
        };
        let finding =
            Finding::new(Code::X01).value(first.id.as_str()).arg("id", &first.id).said("what", what);
        match changed {
            Some(changed) => {
                let other = if index == 0 { changed } else { &first.label };
                tell(entry.row(), finding.arg("other", other));
                entry.set_fate(Fate::Invalid);
            }
            None if index > 0 => {
                tell(entry.row(), finding.arg("other", &first.label).severity(Severity::Info));
                entry.set_fate(Fate::Duplicate);
            }
            None => {}
        }
    }
}

/// An event whose id stands once more in a row that a rule blocks: which of the two is right, nobody can tell, even if
/// they differ in nothing but what is wrong with the second.
pub(super) fn blocked_twins<R: Reread>(
    entries: &mut [Entry],
    blocked: &[(u64, u64)],
    reread: &mut R,
    tell: &mut dyn FnMut(u64, Finding) -> bool,
) -> Result<(), R::Error> {
    if blocked.is_empty() {
        return Ok(());
    }
    let wanted: HashSet<u64> = blocked.iter().map(|(likeness, _)| *likeness).collect();
    let mut twins: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| wanted.contains(&entry.id())) {
        twins.entry(entry.id()).or_default().push(place);
    }
    for (likeness, row) in blocked {
        let Some(alike) = twins.get(likeness) else { continue };
        let (id, label) = reread.blocked(*row)?;
        let repeated = |other: &str| {
            Finding::new(Code::X01)
                .value(id.as_str())
                .arg("id", &id)
                .arg("other", other)
                .said("what", said!(en: "other content", es: "otro contenido"))
        };
        let mut twin = None;
        for place in alike {
            let entry = &mut entries[*place];
            let facts = reread.facts(entry.row())?;
            if !facts.id.eq_ignore_ascii_case(&id) {
                continue;
            }
            if entry.fate() == Fate::Send {
                tell(entry.row(), repeated(&label));
                entry.set_fate(Fate::Invalid);
            }
            twin.get_or_insert(facts.label);
        }
        if let Some(twin) = twin {
            tell(*row, repeated(&twin));
        }
    }
    Ok(())
}
