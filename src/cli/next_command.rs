//! The command that sends a corrected file, or the whole again: as the run was asked for, so that the same cells mean the
//! same again.

use super::recorded;
use super::run_files::ToCorrect;
use crate::lang::Said;
use crate::rules::cell::DateOrder;
use crate::said;
use crate::source::Input;

/// Flags with a value that are about the whole of the inputs, or about what is written of this one run.
const LEFT_OUT: [&str; 9] =
    ["--explain", "--format", "--junit", "--log-file", "--only", "--out", "--sample", "--since", "--until"];
/// Flags of one letter or without a value that are.
const LEFT_OUT_ALONE: [&str; 8] =
    ["--curl", "--dry-run", "--json", "-q", "--quiet", "-v", "-vv", "--verbose"];

/// What a run that read some inputs would be asked for, to read a file with rows of them.
#[derive(Debug)]
pub(crate) struct NextCommand {
    inputs: Vec<String>,
    /// In which orders the dates of each input were read: the visits', the sales'.
    orders: Vec<[DateOrder; 2]>,
    flags: Vec<String>,
    given: Vec<String>,
}

impl NextCommand {
    /// From the arguments of a run of `inputs`, on record or of this process, whose dates were read in `orders`.
    pub(crate) fn of(on_record: Option<&[String]>, inputs: &[Input], orders: Vec<[DateOrder; 2]>) -> Self {
        let given = on_record.map_or_else(recorded::arguments, <[String]>::to_vec);
        let inputs: Vec<String> = inputs.iter().map(Input::name).collect();
        let flags = kept(&given, &inputs);
        Self { inputs, orders, flags, given }
    }

    /// The inputs, for a sentence.
    pub(crate) fn inputs(&self) -> String {
        self.inputs.join(", ")
    }

    /// Whether there is an input that nobody can come back to by its name.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.inputs.iter().any(|input| input == "-")
    }

    /// The command line that sends a corrected file, for a POSIX shell.
    pub(crate) fn sending(&self, corrected: &ToCorrect) -> String {
        let mut line = self.line(std::iter::once(corrected.file.as_str()));
        let is_given = |name: &str| {
            let named =
                |given: &String| given.split_once('=').map_or(given.as_str(), |(name, _)| name) == name;
            self.flags.iter().any(named)
        };
        if let Some(encoding) = corrected.encoding
            && !is_given("--encoding")
        {
            line.push_str(" --encoding ");
            line.push_str(&encoding.name());
        }
        // A few rows do not show what the whole export showed.
        let [visits, sales] = self.orders.get(corrected.input).copied().unwrap_or_default();
        let apart = visits != sales;
        for (flag, order, needed) in
            [("--date-order", visits, visits != DateOrder::Dmy || apart), ("--sale-date-order", sales, apart)]
        {
            if needed && !is_given(flag) {
                line.extend([" ", flag, " ", order.name()]);
            }
        }
        line
    }

    /// The command line that sends the inputs again.
    pub(crate) fn whole(&self) -> String {
        self.line(self.inputs.iter().map(String::as_str))
    }

    /// What to do where the address of the receiver was wrong.
    pub(crate) fn elsewhere(&self) -> Said {
        elsewhere(&self.given)
    }

    fn line<'f>(&'f self, files: impl Iterator<Item = &'f str>) -> String {
        line(
            ["crm-bridge", "replay-csv"]
                .into_iter()
                .chain(files)
                .chain(self.flags.iter().map(String::as_str)),
        )
    }
}

/// What this process was asked for, as one would type it; none where the arguments are those of a recorded run.
pub(crate) fn as_asked() -> Option<String> {
    let given = recorded::arguments();
    let reads = given.iter().any(|word| matches!(word.as_str(), "map" | "replay-csv" | "validate"));
    reads.then(|| line(std::iter::once("crm-bridge").chain(given.iter().map(String::as_str))))
}

/// The command `given` again, for another address: nothing was delivered to the one that was wrong.
pub(crate) fn elsewhere(given: &[String]) -> Said {
    let mut given = given.to_vec();
    let place = given.iter().position(|argument| argument == "--url" || argument.starts_with("--url="));
    let Some(place) = place else {
        let command = line(std::iter::once("crm-bridge").chain(given.iter().map(String::as_str)));
        return said!(
            en: "correct COMERCIAL_WEBHOOK_URL, then {command}",
            es: "corrija COMERCIAL_WEBHOOK_URL, luego {command}",
        );
    };
    // A value of its own follows, unless it stands in the same word.
    given.drain(place..(place + if given[place] == "--url" { 2 } else { 1 }).min(given.len()));
    let command = line(std::iter::once("crm-bridge").chain(given.iter().map(String::as_str)));
    said!(
        en: "with the right address for URL: {command} --url URL",
        es: "con la dirección correcta en URL: {command} --url URL",
    )
}

/// A command line of `words`, as a POSIX shell takes it apart again.
pub(crate) fn line<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(word).collect::<Vec<_>>().join(" ")
}

fn kept(given: &[String], inputs: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut given = given.iter().filter(|argument| !matches!(argument.as_str(), "replay-csv" | "validate"));
    while let Some(argument) = given.next() {
        let name = argument.split('=').next().unwrap_or(argument);
        if LEFT_OUT.contains(&name) {
            if name == argument {
                given.next();
            }
        } else if !LEFT_OUT_ALONE.contains(&name) && !inputs.contains(argument) {
            kept.push(argument.clone());
        }
    }
    kept
}

fn word(text: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || "-_./:=,@%+".contains(sign);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn next(given: &[&str], order: DateOrder) -> String {
        let given: Vec<String> = given.iter().map(|word| (*word).to_owned()).collect();
        let inputs = [Input::Path(PathBuf::from("citas marzo.csv"))];
        let next = NextCommand::of(Some(&given), &inputs, vec![[DateOrder::Ymd; 2], [order; 2]]);
        next.sending(&corrected(1))
    }

    fn corrected(input: usize) -> ToCorrect {
        ToCorrect { input, file: "failed.csv".to_owned(), encoding: None }
    }

    #[test]
    fn sales_that_are_written_otherwise_are_read_so_again() {
        let inputs = [Input::Path(PathBuf::from("citas.csv"))];
        let next = |given: &[&str], orders| {
            let given: Vec<String> = given.iter().map(|word| (*word).to_owned()).collect();
            NextCommand::of(Some(&given), &inputs, vec![orders]).sending(&corrected(0))
        };
        assert_eq!(
            next(&["replay-csv", "citas.csv"], [DateOrder::Dmy, DateOrder::Mdy]),
            "crm-bridge replay-csv failed.csv --date-order dmy --sale-date-order mdy"
        );
        assert_eq!(
            next(&["replay-csv", "citas.csv", "--sale-date-order=dmy"], [DateOrder::Mdy, DateOrder::Dmy]),
            "crm-bridge replay-csv failed.csv --sale-date-order=dmy --date-order mdy"
        );
    }

    #[test]
    fn what_changes_payloads_is_asked_for_again() {
        let given =
            ["replay-csv", "citas marzo.csv", "--json", "--set", "proyecto_interes=OASIS 1 (HUACHO 1)"];
        assert_eq!(
            next(&given, DateOrder::Dmy),
            "crm-bridge replay-csv failed.csv --set 'proyecto_interes=OASIS 1 (HUACHO 1)'"
        );
        assert_eq!(
            next(&["validate", "--timezone=UTC", "citas marzo.csv", "--out", "salida"], DateOrder::Mdy),
            "crm-bridge replay-csv failed.csv --timezone=UTC --date-order mdy"
        );
        let given =
            ["replay-csv", "citas marzo.csv", "--date-order", "mdy", "--only", "CRM-1", "--since=2024-01-01"];
        assert_eq!(next(&given, DateOrder::Mdy), "crm-bridge replay-csv failed.csv --date-order mdy");
        assert_eq!(
            next(&["replay-csv", "citas marzo.csv", "-v"], DateOrder::Dmy),
            "crm-bridge replay-csv failed.csv"
        );
    }

    #[test]
    fn a_wrong_address_is_replaced_and_the_rest_stays() {
        let again =
            |given: &[&str]| elsewhere(&given.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).en;
        let command =
            "with the right address for URL: crm-bridge replay-csv 'citas marzo.csv' --yes --url URL";
        assert_eq!(again(&["replay-csv", "citas marzo.csv", "--url", "http://a/b", "--yes"]), command);
        assert_eq!(again(&["replay-csv", "--url=http://a/b", "citas marzo.csv", "--yes"]), command);
        assert_eq!(
            again(&["replay-csv", "a.csv"]),
            "correct COMERCIAL_WEBHOOK_URL, then crm-bridge replay-csv a.csv"
        );
    }
}
