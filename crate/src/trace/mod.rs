//! What happened: records in columns, the rules they cite, their text form and their fingerprint.
//! Nothing here knows how a record came about, or how it is drawn.

mod columns;
mod kind;
mod rule;
mod text;

pub use columns::{Columns, Record};
pub use kind::{ArgKind, Kind, KindInfo};
pub use rule::{RULES, Rule, RuleInfo};
pub use text::line;
