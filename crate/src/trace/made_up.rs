//! Random traces for the tests of the timeline: no kernel would do this, and so it finds more.

use super::{Columns, Kind, Pyramid, Record, Rule};
use crate::base::{NO_RECORD, Ns, Rng};
use crate::program::Ladder;

/// A record about a processor.
pub(super) fn record(time: Ns, cpu: u8, irql: u8, kind: Kind, subject: u16) -> Record {
    Record { time, cpu, irql, kind, rule: Rule::SIM1, subject, arg: 0, pc: 0, cause: NO_RECORD }
}

/// A trace of these records, and its pyramid.
pub(super) fn trace(processors: usize, records: &[Record]) -> (Columns, Pyramid) {
    let (mut columns, mut pyramid) = (Columns::default(), Pyramid::new(processors, Ladder::X64));
    for record in records {
        pyramid.push(columns.len(), record);
        columns.push(record);
    }
    (columns, pyramid)
}

/// Records with bursts, silences, instants, and now and then a flag.
pub(super) fn records(seed: u64, processors: u8, count: u32) -> Vec<Record> {
    let mut rng = Rng::new(seed);
    let pace = 1 << rng.between(0, 14);
    let flags = rng.between(20, 2_000);
    let mut time = rng.between(0, 10_000);
    (0..count)
        .map(|_| {
            time += match rng.between(0, 19) {
                0..=5 => 0,
                6..=18 => rng.between(0, pace),
                _ => rng.between(0, pace * 50),
            };
            let cpu = rng.between(0, u64::from(processors) - 1) as u8;
            let irql = if rng.between(0, 1) == 0 { 0 } else { rng.between(0, 15) as u8 };
            let record = |kind, subject| record(time, cpu, irql, kind, subject);
            match rng.between(0, 9) {
                _ if rng.between(0, flags) == 0 => record(Kind::AssertionFailed, 0),
                0 if rng.between(0, 50) == 0 => Record { cpu: 255, ..record(Kind::LimitReached, 0) },
                0 => Record { cpu: 255, ..record(Kind::EventSet, 0) },
                1 => record(Kind::ContextSwitched, u16::MAX),
                2 => record(Kind::ContextSwitched, rng.between(0, 9) as u16),
                3 => record(Kind::SpinLockContended, 0),
                4 => record(Kind::SpinLockAcquired, 0),
                _ => record(Kind::IrqlRaised, 0),
            }
        })
        .collect()
}
