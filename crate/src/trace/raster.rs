//! A view of the trace as one bucket for every column of pixels of every lane: from the records where they are few,
//! from the pyramid where they are many. What it costs depends on the view alone. Knows nothing of colours.

use std::ops::Range;

use super::Columns;
use super::pyramid::{Bucket, Change, FLAGGED, Meter, Pyramid};

/// Up to so many records in view, each is looked at.
pub(super) const EXACT: u32 = 1 << 16;
/// A column is `1 << COLUMN` units wide.
const COLUMN: u32 = 20;

/// How much was looked at to paint a frame: bounded by the size of the view, whatever the length of the trace.
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
}

impl Window {
    /// How many ns a column covers.
    fn scale(&self) -> f64 {
        (self.to - self.from) / self.width as f64
    }

    /// Where a time lies, in units.
    fn at(&self, time: f64) -> u64 {
        ((time - self.from) / self.scale() * (1_u64 << COLUMN) as f64) as u64
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
#[derive(Debug, Default)]
pub(super) struct Raster {
    buckets: Vec<Bucket>,
    meters: Vec<Meter>,
    width: usize,
    /// The columns that lie within the run.
    pub(super) inside: Range<usize>,
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
        if records.end - records.start <= EXACT {
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
        let scale = window.scale();
        let level = pyramid.level_within(scale / 2.0);
        let width = pyramid.width(level);
        // Each bucket belongs to the column in which it starts, unless the columns are narrower.
        let first = |column: usize| ((window.from + column as f64 * scale).max(0.0) / width) as usize;
        let last = (end / width) as usize + 1;
        let mut work = Work::default();
        for column in self.inside.clone() {
            let from = first(column);
            let to = first(column + 1).min(last).max(from + 1);
            for (nth, lane) in window.lanes.clone().enumerate() {
                self.buckets[nth * self.width + column] = pyramid.sum(lane, level, from, to);
            }
            work.buckets += ((to - from) * window.lanes.len()) as u32;
        }
        work
    }
}

/// The first record at or after a time of a view.
pub(super) fn first_at(columns: &Columns, time: f64) -> u32 {
    columns.first_at(time.max(0.0).ceil() as u64)
}
