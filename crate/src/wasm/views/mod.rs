//! What the page reads, as plain values, a file for each kind of reading. Shapes only; nothing is decided here.

mod alpc;
mod apc;
mod dpc;
mod info;
mod levels;
mod locks;
mod outcome;
mod queue;
mod record;
mod schedule;
mod state;

pub(super) use info::{info, names};
pub(super) use outcome::outcome;
pub(super) use record::record;
pub(super) use state::state;

use super::language::utf16;
use crate::base::NONE;
use crate::program::{BodyKind, Importance, ObjectRef, Program};
use crate::text::{LineIndex, Span};

/// A place in the text; line 0 when there is none.
#[derive(Clone, Copy, Default)]
struct Place {
    line: u32,
    from: u32,
    to: u32,
}

fn place(index: &LineIndex, span: Span) -> Place {
    if span.end == 0 {
        return Place::default();
    }
    let (from, to) = utf16(index, span);
    Place { line: index.line_column(span.start).0, from, to }
}

fn some(index: u16) -> Option<u16> {
    (index != NONE).then_some(index)
}

fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::Low => "Low",
        Importance::Medium => "Medium",
        Importance::High => "High",
        Importance::MediumHigh => "MediumHigh",
    }
}

fn body_kind(kind: BodyKind) -> &'static str {
    match kind {
        BodyKind::Isr => "isr",
        BodyKind::Dpc => "dpc",
        BodyKind::ApcKernelRoutine | BodyKind::ApcNormalRoutine | BodyKind::UserApc => "apc",
        _ => "body",
    }
}

/// What a value of the running code stands for: an object, by its name, or a number.
fn value(program: &Program, value: i64) -> String {
    let name = u32::try_from(value).map_or(String::new(), |packed| object_name(program, packed));
    if name.is_empty() { value.to_string() } else { name }
}

fn object_name(program: &Program, packed: u32) -> String {
    ObjectRef::unpack(packed).map_or(String::new(), |o| program.name(o.class, o.index).into())
}
