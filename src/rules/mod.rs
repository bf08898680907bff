//! The rules: what an export must be like, as a catalogue of data, and the checks that speak it.
//!
//! Comes in: cells, records, payloads. Goes out: [`Finding`]s. Does no I/O and reads no clock: "now" is a parameter.
//!
//! - [`cell`]: readers of single cells, and of a whole record;
//! - [`payload`]: checks of a payload as JSON;
//! - [`catalogue`]: each rule's code, severity, field, messages and remedies in both languages;
//! - [`finding`]: a rule that spoke, and how it is worded and masked;
//! - [`person`]: the person in a payload, to be taken out of texts that repeat it;
//! - [`policy`]: what `--strict` and `--ignore` change.

pub mod catalogue;
pub mod cell;
pub mod finding;
pub mod payload;
pub mod person;
pub mod policy;

pub use catalogue::{Code, Severity};
pub use finding::{Finding, Findings};
pub use policy::Policy;
