//! The bars of the picture by themselves: which record began the one under the pointer, and all of them where a view
//! shows so few that each can bear a label.

use super::pyramid::{Change, Slice};
use super::raster::{EXACT, first_at};
use super::{Columns, Pyramid};
use crate::base::{NO_RECORD, Ns};

/// A stretch of time in which a processor keeps to one level and one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanLabel {
    /// Which processor.
    pub cpu: u8,
    /// The first nanosecond in view.
    pub from_ns: Ns,
    /// The first nanosecond after it, or after the view.
    pub to_ns: Ns,
    /// The level.
    pub irql: u8,
    /// The thread; 65535 for the idle thread.
    pub thread: u16,
    /// Whether the processor spins for a lock.
    pub spinning: bool,
    /// The record that began it; `NO_RECORD` at the start of the run.
    pub record: u32,
}

/// The record that put processor `cpu` into what it does at `time_ns`: its level, its thread, its spinning.
#[must_use]
pub fn hit(columns: &Columns, pyramid: &Pyramid, cpu: u8, time_ns: f64) -> Option<u32> {
    let end = first_at(columns, time_ns.max(0.0).floor() + 1.0);
    let (start, slices) = pyramid.snapshot(end);
    let mut slice = *slices.get(usize::from(cpu))?;
    for n in start..end {
        let change = Change::read(columns, n);
        if change.cpu == cpu {
            slice.follow(&change);
        }
    }
    Some(slice.record).filter(|n| *n != NO_RECORD)
}

/// Every bar between two times, by processor and time; none when there are more than `max`.
#[must_use]
pub fn spans(columns: &Columns, pyramid: &Pyramid, from_ns: f64, to_ns: f64, max: usize) -> Option<Vec<SpanLabel>> {
    let records = first_at(columns, from_ns)..first_at(columns, to_ns);
    if records.len() > EXACT as usize {
        return None;
    }
    let (from, to) = (from_ns.max(0.0) as Ns, (to_ns.max(0.0).ceil() as Ns).min(end(columns)));
    let (start, slices) = pyramid.snapshot(records.start);
    let mut lanes: Vec<(Slice, Ns)> = slices.iter().map(|slice| (*slice, from)).collect();
    let mut labels = Vec::new();
    for n in start..records.end {
        let change = Change::read(columns, n);
        let Some((slice, since)) = lanes.get_mut(usize::from(change.cpu)) else { continue };
        let before = *slice;
        slice.follow(&change);
        if n >= records.start && before != *slice {
            let time = columns.time(n);
            labels.extend(label(change.cpu, &before, *since, time));
            *since = time;
        }
        if labels.len() > max {
            return None;
        }
    }
    for (cpu, (slice, since)) in lanes.iter().enumerate() {
        labels.extend(label(cpu as u8, slice, *since, to));
    }
    labels.sort_unstable_by_key(|l| (l.cpu, l.from_ns));
    Some(labels).filter(|labels| labels.len() <= max)
}

/// When the run ended, or got to so far.
fn end(columns: &Columns) -> Ns {
    columns.len().checked_sub(1).map_or(0, |last| columns.time(last))
}

fn label(cpu: u8, slice: &Slice, from_ns: Ns, to_ns: Ns) -> Option<SpanLabel> {
    let Slice { record, thread, irql, spinning } = *slice;
    (from_ns < to_ns).then_some(SpanLabel { cpu, from_ns, to_ns, irql, thread, spinning, record })
}
