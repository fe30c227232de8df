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
        if n >= records.start && before.record != slice.record {
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
    let Slice { record, thread, irql, spinning, .. } = *slice;
    (from_ns < to_ns).then_some(SpanLabel { cpu, from_ns, to_ns, irql, thread, spinning, record })
}

#[cfg(test)]
mod tests {
    use super::{SpanLabel, hit, spans};
    use crate::base::NO_RECORD;
    use crate::trace::made_up::{record, records, trace};
    use crate::trace::{Kind, Record};

    #[test]
    fn a_click_finds_the_record_that_began_the_bar() {
        for seed in 0..20 {
            let all = records(seed, 3, 10_000);
            let (columns, pyramid) = trace(3, &all);
            for time in all.iter().step_by(97).flat_map(|r| [r.time, r.time + 3]) {
                for cpu in 0..3 {
                    assert_eq!(
                        hit(&columns, &pyramid, cpu, time as f64),
                        naive(&all, cpu, time),
                        "{seed} {cpu} {time}"
                    );
                }
            }
            assert_eq!(hit(&columns, &pyramid, 3, 0.0), None);
        }
    }

    fn naive(all: &[Record], cpu: u8, time: u64) -> Option<u32> {
        let (mut begun, mut irql, mut thread, mut spinning) = (None, 0, u16::MAX, false);
        let mut draining = false;
        for (n, r) in (0..).zip(all).filter(|(_, r)| r.cpu == cpu && r.time <= time) {
            let before = (irql, thread, spinning);
            match r.kind {
                Kind::RetireStarted => draining = true,
                Kind::RetireEnded => draining = false,
                Kind::ContextSwitched => thread = r.subject,
                Kind::SpinLockContended => spinning = true,
                Kind::SpinLockAcquired => spinning = false,
                _ => {}
            }
            let idle = thread == u16::MAX && r.irql == 2 && !draining;
            irql = if idle { 0 } else { r.irql };
            if before != (irql, thread, spinning) {
                begun = Some(n);
            }
        }
        begun
    }

    #[test]
    fn bars_cover_the_view_without_a_gap() {
        let (columns, pyramid) = trace(3, &records(11, 3, 5_000));
        let end = columns.time(columns.len() - 1);
        let (from, to) = (end / 3, end / 3 + end / 7);
        let bars = spans(&columns, &pyramid, from as f64, to as f64, 10_000).unwrap();
        for cpu in 0..3 {
            let own: Vec<&SpanLabel> = bars.iter().filter(|b| b.cpu == cpu).collect();
            assert_eq!((own[0].from_ns, own[own.len() - 1].to_ns), (from, to));
            assert!(own.windows(2).all(|pair| pair[0].to_ns == pair[1].from_ns));
            for bar in own {
                let record = (bar.record != NO_RECORD).then_some(bar.record);
                assert_eq!(record, hit(&columns, &pyramid, cpu, bar.from_ns as f64));
            }
        }
        assert_eq!(spans(&columns, &pyramid, from as f64, to as f64, bars.len() - 1), None);
    }

    #[test]
    fn a_bar_tells_its_level_its_thread_and_its_times() {
        let script = [
            record(0, 0, 0, Kind::RunStarted, 0),
            record(100, 0, 0, Kind::ContextSwitched, 3),
            record(200, 0, 2, Kind::SpinLockContended, 0),
            record(300, 0, 2, Kind::SpinLockAcquired, 0),
            record(400, 0, 2, Kind::RunEnded, 0),
        ];
        let (columns, pyramid) = trace(1, &script);
        let bar = |from_ns, to_ns, irql, thread, spinning, record| SpanLabel {
            cpu: 0,
            from_ns,
            to_ns,
            irql,
            thread,
            spinning,
            record,
        };
        let expected = vec![
            bar(50, 100, 0, u16::MAX, false, NO_RECORD),
            bar(100, 200, 0, 3, false, 1),
            bar(200, 300, 2, 3, true, 2),
            bar(300, 400, 2, 3, false, 3),
        ];
        assert_eq!(spans(&columns, &pyramid, 50.0, 900.0, 4), Some(expected));
    }
}
