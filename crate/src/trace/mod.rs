//! What happened: records in columns, the rules they cite, their text form and their fingerprint.
//! Nothing here knows how a record came about. The timeline is painted here too, where the records are: `pyramid` and
//! `raster` find what a view shows, `paint` makes pixels of it.

mod columns;
mod kind;
#[cfg(test)]
mod made_up;
mod paint;
mod palette;
mod pyramid;
mod raster;
mod reason;
mod rule;
mod slices;
mod text;

pub use columns::{Columns, Record};
pub use kind::{ArgKind, Kind, KindInfo};
pub use paint::{Canvas, Painter, View};
pub use palette::Palette;
pub use pyramid::Pyramid;
pub use raster::Work;
pub use reason::DrainReason;
pub use rule::{RULES, Rule, RuleInfo};
pub use slices::{SpanLabel, hit, spans};
pub use text::line;

/// Keeps new records: in the columns, and in the levels of detail.
pub fn store(records: &[Record], columns: &mut Columns, pyramid: &mut Pyramid) {
    for record in records {
        pyramid.push(columns.len(), record);
        columns.push(record);
    }
}
