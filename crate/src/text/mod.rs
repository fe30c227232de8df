//! Source text: byte spans, and the line index that turns them into lines and UTF-16 columns for editors.

mod line_index;
mod span;

pub use line_index::LineIndex;
pub use span::Span;
