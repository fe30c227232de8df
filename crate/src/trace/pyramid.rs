//! The level-of-detail pyramid: what each processor did in each stretch of time, however many records tell it.
//! It is built while recording, costs a few nanoseconds a record and knows nothing of pixels.
//!
//! Time is cut into cells whose width is a power of two. A [`Meter`] walks along them and closes each into a
//! [`Bucket`]; the painter walks pixels with the same meter, so both make the same picture.

use super::{Columns, Kind, Record};
use crate::base::{NO_RECORD, NONE, Ns};
use crate::program::{Irql, Ladder};

/// Importance of the records that no zoom may hide.
pub(super) const FLAGGED: u8 = 3;
/// Buckets of one level merged into one of the next.
const FAN: usize = 4;
/// Levels of the pyramid: the last one holds the longest lane in a single bucket.
pub(super) const LEVELS: usize = 9;
/// Finest buckets of all lanes together.
const BUCKETS: usize = 1 << 17;
/// Finest buckets that a lane may have whatever the number of records; and one more for so many records.
const FEW: u64 = 1 << 10;
const RECORDS_A_BUCKET: u64 = 16;
/// The first width of a bucket is `1 << FIRST_SHIFT` ns; shorter runs are drawn from their records anyway.
const FIRST_SHIFT: u32 = 10;
/// Records between two snapshots of the lanes.
const SNAPSHOT: u32 = 4096;

/// What a processor does from one record on: a bar of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// The record that began it; `NO_RECORD` at the start of the run.
    pub(super) record: u32,
    /// The thread; `NONE` for the idle thread.
    pub(super) thread: u16,
    /// The level.
    pub(super) irql: u8,
    /// Whether the processor spins for a lock.
    pub(super) spinning: bool,
    /// Whether it drains its DPC queue.
    draining: bool,
}

impl Slice {
    /// Every processor starts idle.
    pub(super) const START: Self = Self { record: NO_RECORD, thread: NONE, irql: 0, spinning: false, draining: false };

    /// The bar goes on, or a new one begins.
    #[inline]
    pub(super) fn follow(&mut self, change: &Change) {
        let thread = if change.kind == Kind::ContextSwitched { change.subject } else { self.thread };
        let spins = self.spinning | (change.kind == Kind::SpinLockContended);
        let drains = self.draining | (change.kind == Kind::RetireStarted);
        let draining = drains & (change.kind != Kind::RetireEnded);
        let next = Self {
            irql: if thread == NONE && !draining { idle_level(change.irql) } else { change.irql },
            thread,
            spinning: spins & (change.kind != Kind::SpinLockAcquired),
            draining,
            record: self.record,
        };
        let same = (next.irql, thread, next.spinning) == (self.irql, self.thread, self.spinning);
        *self = Self { record: if same { self.record } else { change.record }, ..next };
    }

    /// One bit for its thread, of as many as there are tints; none for the idle thread.
    #[inline]
    fn tint(&self) -> u32 {
        u32::from(self.thread != NONE) << (self.thread % Bucket::TINTS)
    }

    /// 0 idle, 1 PASSIVE_LEVEL, 2 APC_LEVEL, 3 DISPATCH_LEVEL, 4 devices, 5 above.
    #[inline]
    fn class(&self, device_max: Irql) -> usize {
        let busy = self.irql > 0 || self.thread != NONE;
        usize::from(busy) + usize::from(self.irql.min(3)) + usize::from(self.irql > device_max)
    }
}

/// The idle loop stands at DISPATCH_LEVEL (TH-16), and yet nothing runs: the picture shows it as nothing.
#[inline]
fn idle_level(irql: Irql) -> Irql {
    if irql == Ladder::DISPATCH { 0 } else { irql }
}

/// What a lane needs to know of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    /// The record's number.
    pub(super) record: u32,
    /// Its processor; 255 for none.
    pub(super) cpu: u8,
    irql: u8,
    kind: Kind,
    subject: u16,
}

impl Change {
    #[inline]
    fn new(n: u32, r: &Record) -> Self {
        Self { record: n, cpu: r.cpu, irql: r.irql, kind: r.kind, subject: r.subject }
    }

    /// Record `n` of `columns`, which must exist.
    #[inline]
    pub(super) fn read(columns: &Columns, n: u32) -> Self {
        let (cpu, irql) = columns.cpu_irql(n);
        let kind = Kind::from_number(columns.kind(n)).unwrap_or(Kind::RunEnded);
        Self { record: n, cpu, irql, kind, subject: columns.subject(n) }
    }

    #[inline]
    pub(super) fn importance(&self) -> u8 {
        self.kind.info().importance
    }
}

/// What a processor did in a cell of time, in 8 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    /// The importance of the most important record, times 32, and the highest level, be it for an instant.
    high: u8,
    /// The tint, times 32, and the highest level up to those of devices.
    low: u8,
    /// Shares of time of 255: busy, at or above APC_LEVEL, DISPATCH_LEVEL, devices, and above these; spinning.
    pub(super) shares: [u8; 6],
}

impl Bucket {
    /// How many tints threads take in turn.
    const TINTS: u16 = 4;
    /// The tint of several threads.
    const MIXED: u8 = 5;

    /// The highest level.
    pub(super) fn peak(&self) -> Irql {
        self.high & 31
    }

    /// The highest level that is not above those of devices.
    pub(super) fn device_peak(&self) -> Irql {
        self.low & 31
    }

    /// The importance of the most important record.
    pub(super) fn importance(&self) -> u8 {
        self.high >> 5
    }

    /// 0 when no thread ran, 1 to 4 by thread, 5 for several.
    pub(super) fn tint(&self) -> u8 {
        self.low >> 5
    }

    #[inline]
    fn merge<const N: usize>(buckets: &[Self; N]) -> Self {
        let mut sum = Sum::default();
        sum.add(buckets);
        sum.bucket()
    }
}

/// What shows of a cell however short it was. In whole words: one byte written next to another that is read soon
/// makes every record wait.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    importance: u32,
    peak: u32,
    device_peak: u32,
    /// A bit for each tint.
    tints: u32,
}

impl Marks {
    #[inline]
    fn join(&mut self, b: &Bucket) {
        self.flag(b.importance());
        self.peak = self.peak.max(u32::from(b.peak()));
        self.device_peak = self.device_peak.max(u32::from(b.device_peak()));
        self.tints |= [0, 1, 2, 4, 8, 15, 15, 15][usize::from(b.tint())];
    }

    #[inline]
    fn reach(&mut self, irql: Irql, device_max: Irql) {
        self.peak = self.peak.max(u32::from(irql));
        self.device_peak = self.device_peak.max(u32::from(if irql > device_max { 0 } else { irql }));
    }

    #[inline]
    fn flag(&mut self, importance: u8) {
        self.importance = self.importance.max(u32::from(importance));
    }

    #[inline]
    fn bucket(&self, shares: [u8; 6]) -> Bucket {
        let tint = match self.tints.count_ones() {
            0 => 0,
            1 => self.tints.trailing_zeros() as u8 + 1,
            _ => Bucket::MIXED,
        };
        let byte = |top: u8, irql: u32| top << 5 | irql.min(31) as u8;
        Bucket { high: byte(self.importance as u8, self.peak), low: byte(tint, self.device_peak), shares }
    }
}

/// Several buckets of one width on their way to become one.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    marks: Marks,
    shares: [u32; 6],
    count: u32,
}

impl Sum {
    #[inline(always)]
    fn add(&mut self, buckets: &[Bucket]) {
        for bucket in buckets {
            self.marks.join(bucket);
            for (total, share) in self.shares.iter_mut().zip(bucket.shares) {
                *total += u32::from(share);
            }
        }
        self.count += buckets.len() as u32;
    }

    /// The mean, rounded up: what happened does not fade to nothing.
    #[inline(always)]
    fn bucket(&self) -> Bucket {
        let part = (1_u32 << 16).div_ceil(self.count.max(1));
        self.marks.bucket(self.shares.map(|total| ((total * part + 0xFFFF) >> 16).min(255) as u8))
    }
}

/// A bucket in the making.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    marks: Marks,
    /// Time by class of slice.
    held: [u64; 6],
    spun: u64,
}

impl Tally {
    #[inline]
    fn hold(&mut self, slice: &Slice, time: u64, device_max: Irql) {
        let some = time > 0;
        self.held[slice.class(device_max)] += time;
        self.spun += if slice.spinning { time } else { 0 };
        self.marks.reach(if some { slice.irql } else { 0 }, device_max);
        self.marks.tints |= if some { slice.tint() } else { 0 };
    }

    /// The bucket of a cell of width `1 << shift`.
    fn bucket(&self, shift: u32) -> Bucket {
        let share = |time: u64| ((time * 255 + (1 << shift) - 1) >> shift).min(255) as u8;
        let mut shares = [share(self.spun); 6];
        let mut time = 0;
        for class in (1..6).rev() {
            time += self.held[class];
            shares[class - 1] = share(time);
        }
        self.marks.bucket(shares)
    }

    /// Takes back the bucket of a cell of width `1 << shift`.
    fn absorb(&mut self, bucket: &Bucket, shift: u32) {
        let time = |share: u8| (u64::from(share) << shift) / 255;
        self.marks.join(bucket);
        let [ref busy @ .., spun] = bucket.shares;
        for (i, share) in busy.iter().enumerate() {
            self.held[i + 1] += time(share - busy.get(i + 1).copied().unwrap_or(0));
        }
        self.spun += time(spun);
    }
}

/// Walks along one processor's records and closes a bucket at every cell's end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meter {
    /// What the processor does now.
    pub(super) slice: Slice,
    device_max: Irql,
    at: u64,
    tally: Tally,
}

impl Meter {
    /// A meter that stands at `at` while `slice` goes on, on this ladder.
    pub(super) fn new(slice: Slice, at: u64, ladder: Ladder) -> Self {
        Self { slice, device_max: ladder.device_max(), at, tally: Tally::default() }
    }

    /// The number of the cell it stands in.
    pub(super) fn cell(&self, shift: u32) -> usize {
        (self.at >> shift) as usize
    }

    /// Lets time pass. Closed cells, each `1 << shift` wide, go to `emit` with how often they repeat.
    #[inline]
    pub(super) fn advance(&mut self, to: u64, shift: u32, mut emit: impl FnMut(Bucket, u64)) {
        let passed = (to >> shift) - (self.at >> shift);
        if passed > 0 {
            emit(self.open(shift), 1);
            self.tally = Tally::default();
            self.at = to >> shift << shift;
            if passed > 1 {
                emit(self.quiet(), passed - 1);
            }
        }
        self.tally.hold(&self.slice, to - self.at, self.device_max);
        self.at = to;
    }

    /// The cell it stands in, as if nothing more happened there.
    pub(super) fn open(&self, shift: u32) -> Bucket {
        let mut tally = self.tally;
        let end = ((self.at >> shift) + 1) << shift;
        tally.hold(&self.slice, end - self.at, self.device_max);
        tally.bucket(shift)
    }

    /// A cell in which the slice goes on and nothing happens.
    pub(super) fn quiet(&self) -> Bucket {
        let mut tally = Tally::default();
        tally.hold(&self.slice, 1, self.device_max);
        tally.bucket(0)
    }

    /// The processor changes, and the cell shows it.
    #[inline]
    pub(super) fn apply(&mut self, change: &Change) {
        self.slice.follow(change);
        self.tally.marks.reach(self.slice.irql, self.device_max);
        self.flag(change.importance());
    }

    /// Something of this importance lies in the cell.
    #[inline]
    pub(super) fn flag(&mut self, importance: u8) {
        self.tally.marks.flag(importance);
    }
}

#[derive(Clone, Debug)]
struct Lane {
    meter: Meter,
    levels: [Vec<Bucket>; LEVELS],
}

impl Lane {
    fn new(ladder: Ladder) -> Self {
        Self { meter: Meter::new(Slice::START, 0, ladder), levels: Default::default() }
    }

    #[inline]
    fn advance(&mut self, to: Ns, shift: u32) {
        if to == self.meter.at {
            return; // most records are made at the instant of the one before
        }
        let levels = &mut self.levels;
        self.meter.advance(to, shift, |bucket, times| {
            for _ in 0..times {
                append(levels, bucket);
            }
        });
    }

    /// Doubles the width of a bucket.
    fn widen(&mut self, shift: u32) {
        let mut finest = std::mem::take(&mut self.levels[0]);
        let half = finest.len() / 2;
        if finest.len() % 2 == 1
            && let Some(first_half) = finest.pop()
        {
            self.meter.tally.absorb(&first_half, shift);
        }
        for i in 0..half {
            finest[i] = Bucket::merge(&[finest[2 * i], finest[2 * i + 1]]);
        }
        finest.truncate(half);
        for level in 1..LEVELS {
            let (finer, coarser) = self.levels.split_at_mut(level);
            let finer = if level == 1 { &finest } else { &finer[level - 1] };
            coarser[0].clear();
            coarser[0].extend(finer.as_chunks::<FAN>().0.iter().map(Bucket::merge));
        }
        self.levels[0] = finest;
    }

    /// Bucket `index` of a level whose finest buckets are `1 << shift` wide, also where the level is not complete.
    fn bucket(&self, shift: u32, level: usize, index: usize) -> Bucket {
        if let Some(bucket) = self.levels[level].get(index) {
            return *bucket;
        }
        let (open, first) = (self.levels[0].len(), index << (2 * level));
        if first > open {
            return self.meter.quiet();
        }
        let Some(finer) = level.checked_sub(1) else { return self.meter.open(shift) };
        Bucket::merge(&std::array::from_fn::<_, FAN, _>(|i| self.bucket(shift, finer, index * FAN + i)))
    }
}

/// Appends to the finest level, and to each coarser one that it completes.
fn append(levels: &mut [Vec<Bucket>; LEVELS], mut bucket: Bucket) {
    for level in levels {
        level.push(bucket);
        match level.last_chunk::<FAN>() {
            Some(last) if level.len().is_multiple_of(FAN) => bucket = Bucket::merge(last),
            _ => return,
        }
    }
}

/// What every processor did, at every scale.
#[derive(Clone, Debug)]
pub struct Pyramid {
    lanes: Vec<Lane>,
    ladder: Ladder,
    /// A finest bucket is `1 << shift` ns wide.
    shift: u32,
    /// Finest buckets a lane may have at most.
    buckets: u64,
    /// All lanes' slices before every [`SNAPSHOT`]th record.
    snapshots: Vec<Slice>,
}

impl Pyramid {
    /// Of a machine with so many processors, all on one ladder.
    #[must_use]
    pub fn new(processors: usize, ladder: Ladder) -> Self {
        let share = (BUCKETS / processors.max(1)).next_power_of_two();
        Self {
            lanes: vec![Lane::new(ladder); processors],
            ladder,
            shift: FIRST_SHIFT,
            buckets: share.clamp(1 << 12, 1 << (2 * (LEVELS - 1))) as u64,
            snapshots: Vec::new(),
        }
    }

    /// Takes in record `n`: every record, in order, from 0 on.
    #[inline]
    pub fn push(&mut self, n: u32, record: &Record) {
        if n.is_multiple_of(SNAPSHOT) {
            self.snapshots.extend(self.lanes.iter().map(|lane| lane.meter.slice));
        }
        while record.time >> self.shift >= self.buckets.min(FEW + u64::from(n) / RECORDS_A_BUCKET) {
            self.widen();
        }
        let change = Change::new(n, record);
        if let Some(lane) = self.lanes.get_mut(usize::from(record.cpu)) {
            lane.advance(record.time, self.shift);
            lane.meter.apply(&change);
        } else if change.importance() == FLAGGED {
            self.flag_all(record.time);
        }
    }

    /// How many processors there are.
    #[must_use]
    pub fn processors(&self) -> usize {
        self.lanes.len()
    }

    /// The ladder of the machine.
    #[must_use]
    pub fn ladder(&self) -> Ladder {
        self.ladder
    }

    /// Bytes of memory that the pyramid holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let buckets: usize = self.lanes.iter().flat_map(|lane| &lane.levels).map(Vec::capacity).sum();
        buckets * size_of::<Bucket>()
            + self.lanes.capacity() * size_of::<Lane>()
            + self.snapshots.capacity() * size_of::<Slice>()
    }

    /// The last record at or before `n` of which all slices are known, and those.
    pub(super) fn snapshot(&self, n: u32) -> (u32, &[Slice]) {
        let wide = self.lanes.len().max(1);
        let last = (self.snapshots.len() / wide).saturating_sub(1);
        let index = last.min((n / SNAPSHOT) as usize);
        (index as u32 * SNAPSHOT, self.snapshots.get(index * wide..).and_then(|s| s.get(..wide)).unwrap_or(&[]))
    }

    /// The coarsest level whose buckets are at most so many ns wide; level 0 if there is none.
    pub(super) fn level_within(&self, ns: f64) -> usize {
        (1..LEVELS).rev().find(|level| self.width(*level) <= ns).unwrap_or(0)
    }

    /// How many ns a bucket of a level covers.
    pub(super) fn width(&self, level: usize) -> f64 {
        (1_u64 << self.shift << (2 * level)) as f64
    }

    /// What lane `lane` did in the buckets `from..to` of a level.
    #[inline]
    pub(super) fn sum(&self, lane: usize, level: usize, from: usize, to: usize) -> Bucket {
        let lane = &self.lanes[lane];
        let mut sum = Sum::default();
        match lane.levels[level].get(from..to) {
            Some(buckets) => sum.add(buckets),
            None => (from..to).for_each(|i| sum.add(&[lane.bucket(self.shift, level, i)])),
        }
        sum.bucket()
    }

    #[cold]
    fn widen(&mut self) {
        let shift = self.shift;
        self.lanes.iter_mut().for_each(|lane| lane.widen(shift));
        self.shift += 1;
    }

    /// What is flagged but belongs to no processor concerns all of them.
    #[cold]
    fn flag_all(&mut self, time: Ns) {
        for lane in &mut self.lanes {
            lane.advance(time, self.shift);
            lane.meter.flag(FLAGGED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, FAN, LEVELS, Pyramid};
    use crate::program::Ladder;
    use crate::trace::Kind;
    use crate::trace::made_up::{record, records, trace};

    #[test]
    fn every_level_tells_what_the_one_below_it_tells() {
        for seed in 0..20 {
            let (columns, pyramid) = trace(3, &records(seed, 3, 20_000));
            let end = columns.time(columns.len() - 1);
            for (lane, level) in (0..3).flat_map(|lane| (1..LEVELS).map(move |level| (lane, level))) {
                let count = (end >> pyramid.shift >> (2 * level)) as usize + 1;
                for i in 0..count {
                    let bucket = pyramid.sum(lane, level, i, i + 1);
                    let finer = pyramid.sum(lane, level - 1, i * FAN, (i + 1) * FAN);
                    assert_eq!(bucket, finer, "seed {seed}, lane {lane}, bucket {i} of level {level}");
                }
            }
        }
    }

    #[test]
    fn widening_loses_neither_a_level_nor_a_flag() {
        let mut pyramid = Pyramid::new(1, Ladder::X64);
        pyramid.push(0, &record(5_000, 0, 15, Kind::BugChecked, 0));
        pyramid.push(1, &record(5_000, 0, 7, Kind::IrqlLowered, 0));
        for (n, shift) in (2..).zip(20..50) {
            pyramid.push(n, &record(1 << shift, 0, 7, Kind::MarkerReached, 0));
            let bucket =
                pyramid.sum(0, 0, (5_000_u64 >> pyramid.shift) as usize, (5_000_u64 >> pyramid.shift) as usize + 1);
            assert_eq!((bucket.peak(), bucket.device_peak(), bucket.importance()), (15, 7, 3), "at {shift}");
            assert!(pyramid.lanes[0].levels[0].len() <= 1 << 13);
        }
    }

    #[test]
    fn the_memory_of_a_pyramid_is_bounded() {
        let count = 1_000_000;
        let (_, pyramid) = trace(4, &records(1, 4, count));
        assert!(pyramid.bytes() * 2 <= count as usize * 3, "{} bytes for a million records", pyramid.bytes());
        let (_, pyramid) = trace(64, &records(2, 64, 300_000));
        assert!(pyramid.bytes() <= 4 << 20, "{} bytes for 64 processors", pyramid.bytes());
        let (_, pyramid) = trace(2, &records(3, 2, 100));
        assert!(pyramid.bytes() <= 200_000, "{} bytes for a small figure", pyramid.bytes());
        assert_eq!(size_of::<Bucket>(), 8);
    }
}
