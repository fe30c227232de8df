//! A view of the trace as one bucket for every column of pixels of every lane: from the records where they are few,
//! from the pyramid where they are many. What it costs depends on the view alone. Knows nothing of colours.

use std::ops::Range;

use super::Columns;
use super::pyramid::{Bucket, Change, FLAGGED, Meter, Pyramid};

/// Up to so many records in view, each is looked at.
pub(super) const EXACT: u32 = 1 << 15;
/// A column is `1 << COLUMN` units wide.
const COLUMN: u32 = 20;

/// How much was looked at to paint a frame: bounded by the view, whatever the length of the trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Records.
    pub records: u32,
    /// Buckets of the pyramid.
    pub buckets: u32,
}

/// Which part of the trace.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) width: usize,
    pub(super) lanes: Range<usize>,
    /// How many ns a column covers, and how many units a ns.
    scale: f64,
    units: f64,
}

impl Window {
    /// Of so many columns.
    pub(super) fn new(from: f64, to: f64, width: usize, lanes: Range<usize>) -> Self {
        let scale = (to - from) / width as f64;
        Self { from, to, width, lanes, scale, units: (1_u64 << COLUMN) as f64 / scale }
    }

    /// Where a time lies, in units.
    fn at(&self, time: f64) -> u64 {
        ((time - self.from) * self.units) as u64
    }

    /// The columns between the start and the end of the run.
    fn inside(&self, end: f64) -> Range<usize> {
        if self.to < 0.0 || self.from > end {
            return 0..0;
        }
        let column = |time: f64| (self.at(time) >> COLUMN) as usize;
        column(0.0).min(self.width)..(column(end) + 1).min(self.width)
    }
}

/// The buckets of a view.
#[derive(Debug)]
pub(super) struct Raster {
    /// Up to so many records in view, each is looked at.
    pub(super) exact: u32,
    buckets: Vec<Bucket>,
    meters: Vec<Meter>,
    width: usize,
    /// The columns that lie within the run.
    pub(super) inside: Range<usize>,
}

impl Default for Raster {
    fn default() -> Self {
        Self { exact: EXACT, buckets: Vec::new(), meters: Vec::new(), width: 0, inside: 0..0 }
    }
}

impl Raster {
    /// The buckets of the `nth` lane of the window.
    pub(super) fn lane(&self, nth: usize) -> &[Bucket] {
        &self.buckets[nth * self.width..][..self.width]
    }

    /// Looks at `window`, which must not be empty.
    pub(super) fn fill(&mut self, columns: &Columns, pyramid: &Pyramid, window: &Window) -> Work {
        self.width = window.width;
        self.buckets.clear();
        self.buckets.resize(window.width * window.lanes.len(), Bucket::default());
        let Some(last) = columns.len().checked_sub(1) else {
            self.inside = 0..0;
            return Work::default();
        };
        let end = columns.time(last) as f64;
        self.inside = window.inside(end);
        if self.inside.is_empty() {
            return Work::default();
        }
        let records = first_at(columns, window.from)..first_at(columns, window.to);
        if records.end - records.start <= self.exact {
            self.fill_from_records(columns, pyramid, window, records)
        } else {
            self.fill_from_pyramid(pyramid, window, end)
        }
    }

    fn fill_from_records(
        &mut self,
        columns: &Columns,
        pyramid: &Pyramid,
        window: &Window,
        records: Range<u32>,
    ) -> Work {
        let (start, slices) = pyramid.snapshot(records.start);
        let left = (self.inside.start as u64) << COLUMN;
        self.meters.clear();
        self.meters.extend(
            slices
                .get(window.lanes.clone())
                .unwrap_or(&[])
                .iter()
                .map(|slice| Meter::new(*slice, left, pyramid.ladder())),
        );
        for n in start..records.start {
            let change = Change::read(columns, n);
            if let Some(meter) = self.meters.get_mut(usize::from(change.cpu).wrapping_sub(window.lanes.start)) {
                meter.slice.follow(&change);
            }
        }
        for n in records.clone() {
            let change = Change::read(columns, n);
            let nth = usize::from(change.cpu).wrapping_sub(window.lanes.start);
            if nth < self.meters.len() {
                self.advance(nth, window.at(columns.time(n) as f64));
                self.meters[nth].apply(&change);
            } else if usize::from(change.cpu) >= pyramid.processors() && change.importance() == FLAGGED {
                for nth in 0..self.meters.len() {
                    self.advance(nth, window.at(columns.time(n) as f64));
                    self.meters[nth].flag(FLAGGED);
                }
            }
        }
        let right = (self.inside.end as u64) << COLUMN;
        (0..self.meters.len()).for_each(|nth| self.advance(nth, right));
        Work { records: records.end - start, buckets: 0 }
    }

    /// Fills the columns of a lane up to a place.
    #[inline]
    fn advance(&mut self, nth: usize, to: u64) {
        let lane = &mut self.buckets[nth * self.width..][..self.width];
        let meter = &mut self.meters[nth];
        let mut column = meter.cell(COLUMN);
        meter.advance(to, COLUMN, |bucket, times| {
            let next = (column + times as usize).min(lane.len());
            lane[column.min(next)..next].fill(bucket);
            column = next;
        });
    }

    fn fill_from_pyramid(&mut self, pyramid: &Pyramid, window: &Window, end: f64) -> Work {
        let scale = window.scale;
        let level = pyramid.level_within(scale / 2.0);
        let width = pyramid.width(level);
        // A bucket belongs to the column in which it ends, or to the last one, or to each within it.
        let first = |column: usize| ((window.from + column as f64 * scale).max(0.0) / width) as usize;
        let last = (end.min(window.to) / width) as usize + 1;
        let mut work = Work::default();
        for (nth, lane) in window.lanes.clone().enumerate() {
            let mut from = first(self.inside.start);
            for column in self.inside.clone() {
                let next = if column + 1 == self.inside.end { last } else { first(column + 1) };
                let to = next.max(from + 1);
                self.buckets[nth * self.width + column] = pyramid.sum(lane, level, from, to);
                work.buckets += (to - from) as u32;
                from = next;
            }
        }
        work
    }
}

/// The first record at or after a time of a view.
pub(super) fn first_at(columns: &Columns, time: f64) -> u32 {
    columns.first_at(time.max(0.0).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{COLUMN, EXACT, Raster, Window};
    use crate::base::Rng;
    use crate::trace::made_up::{records, trace};
    use crate::trace::pyramid::{FLAGGED, Pyramid};
    use crate::trace::{Columns, Kind, Record};

    /// Places of a lane, in any unit, at which its level changes; the last place is the end.
    type Steps = Vec<(u64, u8)>;

    fn steps(records: &[Record], cpu: u8, place: impl Fn(u64) -> u64) -> Steps {
        let (mut idle, mut draining) = (true, false);
        let own = records.iter().filter(|r| r.cpu == cpu).map(|r| {
            match r.kind {
                Kind::ContextSwitched => idle = r.subject == u16::MAX,
                Kind::RetireStarted => draining = true,
                Kind::RetireEnded => draining = false,
                _ => {}
            }
            (place(r.time), if idle && !draining && r.irql == 2 { 0 } else { r.irql })
        });
        std::iter::once((0, 0)).chain(own).collect()
    }

    /// The highest level that stands within `cell`, or is reached there for an instant.
    fn peak(steps: &Steps, cell: &Range<u64>) -> u8 {
        let ends = steps.iter().skip(1).map(|s| s.0).chain([u64::MAX]);
        let inside = |(step, end): &(&(u64, u8), u64)| {
            let start = step.0;
            cell.contains(&start) && (start > 0 || step.1 > 0 || *end > start)
                || start < cell.end && *end > cell.start && *end > start
        };
        steps.iter().zip(ends).filter(inside).map(|(step, _)| step.1).max().unwrap_or(0)
    }

    fn is_flagged(records: &[Record], cpu: u8, time: &Range<u64>, place: impl Fn(u64) -> u64) -> bool {
        let of = |r: &&Record| (r.cpu == cpu || r.cpu == 255) && r.kind.info().importance == FLAGGED;
        records.iter().filter(of).any(|r| time.contains(&place(r.time)))
    }

    fn random(seed: u64) -> (Rng, Vec<Record>, Columns, Pyramid, Window) {
        let mut rng = Rng::new(seed);
        let processors = rng.between(1, 5) as u8;
        let records = records(seed, processors, rng.between(1, 800) as u32);
        let (columns, pyramid) = trace(usize::from(processors), &records);
        let end = records[records.len() - 1].time;
        let long = (end >> rng.between(0, 10)).max(1) as f64;
        let from = rng.between(0, end) as f64 - long / 2.0;
        let window = Window::new(from, from + long, rng.between(1, 200) as usize, 0..processors.into());
        (rng, records, columns, pyramid, window)
    }

    #[test]
    fn from_records_every_column_is_what_a_naive_painter_finds() {
        for seed in 0..400 {
            let (_, records, columns, pyramid, window) = random(seed);
            let mut raster = Raster::default();
            raster.fill(&columns, &pyramid, &window);
            let place = |time: u64| window.at(time as f64);
            let visible: Vec<Record> = records.iter().copied().filter(|r| r.time as f64 >= window.from).collect();
            for lane in window.lanes.clone() {
                let steps = steps(&records, lane as u8, place);
                for column in raster.inside.clone() {
                    // What lies before the view shares the place of its left edge.
                    let cell = (column as u64) << COLUMN..(column as u64 + 1) << COLUMN;
                    let bucket = raster.lane(lane)[column];
                    if cell.start > 0 || window.from <= 0.0 {
                        assert_eq!(bucket.peak(), peak(&steps, &cell), "seed {seed}, lane {lane}, column {column}");
                    }
                    let flagged = is_flagged(&visible, lane as u8, &cell, place);
                    assert_eq!(bucket.importance() == FLAGGED, flagged, "seed {seed}, lane {lane}, column {column}");
                }
            }
        }
    }

    #[test]
    fn from_the_pyramid_every_column_is_what_a_naive_painter_finds() {
        for seed in 0..400 {
            let (_, records, columns, pyramid, window) = random(seed);
            let mut raster = Raster { exact: 0, ..Raster::default() };
            if raster.fill(&columns, &pyramid, &window).buckets == 0 {
                continue;
            }
            let scale = window.scale;
            let width = pyramid.width(pyramid.level_within(scale / 2.0));
            let first = |column: usize| ((window.from + column as f64 * scale).max(0.0) / width) as u64;
            let last = (window.to.min(records[records.len() - 1].time as f64) / width) as u64 + 1;
            for lane in window.lanes.clone() {
                let steps = steps(&records, lane as u8, |time| time);
                for column in raster.inside.clone() {
                    let next = if column + 1 == raster.inside.end { last } else { first(column + 1) };
                    let (from, to) = (first(column), next.max(first(column) + 1));
                    let cell = from * width as u64..to * width as u64;
                    let bucket = raster.lane(lane)[column];
                    assert_eq!(bucket.peak(), peak(&steps, &cell), "seed {seed}, lane {lane}, column {column}");
                    let flagged = is_flagged(&records, lane as u8, &cell, |time| time);
                    assert_eq!(bucket.importance() == FLAGGED, flagged, "seed {seed}, lane {lane}, column {column}");
                }
            }
        }
    }

    #[test]
    fn records_and_pyramid_tell_the_same_shares_of_time() {
        for seed in 0..50 {
            let all = records(seed, 2, 30_000);
            let (columns, pyramid) = trace(2, &all);
            // Columns of sixteen whole buckets each.
            let to = pyramid.width(0) * 16.0 * 40.0;
            let window = Window::new(0.0, to, 40, 0..2);
            let (mut exact, mut coarse) = (Raster::default(), Raster { exact: 0, ..Raster::default() });
            assert!(exact.fill(&columns, &pyramid, &window).records <= EXACT);
            coarse.fill(&columns, &pyramid, &window);
            for (lane, column) in (0..2).flat_map(|lane| (0..exact.inside.end - 1).map(move |column| (lane, column))) {
                let (a, b) = (exact.lane(lane)[column], coarse.lane(lane)[column]);
                assert_eq!((a.peak(), a.device_peak(), a.importance()), (b.peak(), b.device_peak(), b.importance()));
                for (a, b) in a.shares.iter().zip(b.shares) {
                    assert!(a.abs_diff(b) <= 12, "seed {seed}, lane {lane}, column {column}: {a} and {b} of 255");
                }
            }
        }
    }
}
