//! Reports: events go in, text, NDJSON or HTML comes out.
//!
//! [`event`] is a leaf that the core may import; the renderers beside it are for `cli` alone. A renderer writes to an
//! injected `impl Write`.

pub mod causes;
pub mod checklist;
pub mod event;
pub mod explanation;
pub mod files;
pub mod github;
pub mod human;
pub mod junit;
pub mod ndjson;
pub mod tee;
