//! The timeline as pixels: a lane for every processor, with a skyline whose height is the IRQL and a strip that tells
//! who runs. Knows of no canvas but a slice of words; text is left to whoever can write it crisply.

use std::ops::Range;

use super::palette::{Mix, group};
use super::pyramid::{Bucket, FLAGGED};
use super::raster::{Raster, Window, Work};
use super::{Columns, Palette, Pyramid};
use crate::program::Ladder;

/// The least weight, of 256, with which a bar shows that stood for an instant only; and that of its top edge.
const GLIMPSE: u32 = 80;
const GLIMPSED_EDGE: u32 = 160;
/// Every so many pixels the hatch repeats.
const HATCH: usize = 6;
/// The width of a flag's pole, and of the pennant on it.
const POLE: usize = 3;
const PENNANT: usize = 6;

/// What of the trace is shown, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The time at the left edge.
    pub from_ns: f64,
    /// The time at the right edge.
    pub to_ns: f64,
    /// Pixels of a lane.
    pub lane_height: u32,
    /// Pixels between two lanes.
    pub lane_gap: u32,
    /// Pixels above the first lane.
    pub top: u32,
    /// The processor in the first lane.
    pub first_lane: u32,
}

/// Where to paint.
#[derive(Debug)]
pub struct Canvas<'a> {
    /// Row by row, the four bytes R, G, B, A as one little-endian word; at least `width * height`.
    pub pixels: &'a mut [u32],
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// The rows of a lane, from the top: skyline, axis, strip.
#[derive(Clone, Copy, Debug)]
struct Shape {
    ladder: Ladder,
    sky: u32,
    strip: u32,
    /// The height of a bar by level.
    bars: [u32; 32],
}

impl Shape {
    fn new(view: &View, ladder: Ladder) -> Self {
        let rows = view.lane_height;
        let strip = if rows < 10 { 0 } else { (rows / 8).clamp(2, 8) };
        let sky = rows.saturating_sub(strip + 1);
        let levels = u32::from(ladder.high()) + 1;
        let bar = |irql: usize| ((sky * (irql as u32 + 1) + levels / 2) / levels).max(2).min(sky);
        Self { ladder, sky, strip, bars: std::array::from_fn(bar) }
    }
}

/// The columns of a lane, ready to be painted row by row.
#[derive(Debug, Default)]
struct Bars {
    /// Their heights.
    tops: Vec<u32>,
    edges: Vec<u32>,
    /// Up to where devices reach.
    device_tops: Vec<u32>,
    /// Their colours from the ground to the bar of PASSIVE, APC, DISPATCH, of devices, and above.
    fills: [Vec<u32>; 5],
    strip: Vec<u32>,
    /// The weights of the hatch, and up to where it reaches.
    spun: Vec<u32>,
    hatch_tops: Vec<u32>,
}

impl Bars {
    fn set(&mut self, buckets: &[Bucket], shape: &Shape, palette: &Palette) {
        self.each(|column| column.resize(buckets.len(), 0));
        for (x, bucket) in buckets.iter().enumerate() {
            if x > 0 && buckets[x - 1] == *bucket {
                self.each(|column| column[x] = column[x - 1]);
            } else {
                self.set_column(x, bucket, shape, palette);
            }
        }
    }

    fn each(&mut self, mut f: impl FnMut(&mut Vec<u32>)) {
        self.fills.iter_mut().for_each(&mut f);
        [&mut self.tops, &mut self.device_tops, &mut self.edges, &mut self.strip, &mut self.spun, &mut self.hatch_tops]
            .into_iter()
            .for_each(f);
    }

    fn set_column(&mut self, x: usize, bucket: &Bucket, shape: &Shape, palette: &Palette) {
        let [shares @ .., spun] = bucket.shares.map(weight);
        let seen = bucket.peak() > 0 || shares[0] > 0;
        self.tops[x] = if seen { shape.bars[usize::from(bucket.peak())] } else { 0 };
        self.device_tops[x] = shape.bars[usize::from(bucket.device_peak())];
        self.spun[x] = spun;
        self.hatch_tops[x] = self.tops[x].min(if spun == 256 { u32::MAX } else { shape.bars[2] });
        self.set_colours(x, bucket, shares, group(bucket.peak(), shape.ladder), palette);
    }

    /// Bars of several heights in one column, each as strong as its share of time.
    fn set_colours(&mut self, x: usize, bucket: &Bucket, shares: [u32; 5], highest: usize, palette: &Palette) {
        let [passive, apc, dispatch, device, ..] = palette.fills;
        let colours = [passive, apc, dispatch, device, palette.fills[highest.max(4)]];
        let (mut sum, mut above, mut most) = (Mix::default(), 0, (0, colours[highest.min(4)]));
        for zone in (0..5).rev() {
            let part = shares[zone] - above;
            above = shares[zone];
            if zone == 0 {
                let tint = palette.tints[usize::from(bucket.tint().max(1)) - 1];
                self.strip[x] = sum.add(tint, part).over(palette.lane, above);
            }
            sum = sum.add(colours[zone], part);
            most = if part > most.0 { (part, colours[zone]) } else { most };
            self.fills[zone][x] =
                if above < GLIMPSE { tinge(palette.lane, most.1, GLIMPSE) } else { sum.over(palette.lane, above) };
        }
        self.edges[x] = tinge(palette.lane, palette.borders[highest], shares[highest.min(4)].max(GLIMPSED_EDGE));
    }
}

/// Paints timelines; keeps its buffers from frame to frame.
#[derive(Debug, Default)]
pub struct Painter {
    raster: Raster,
    bars: Bars,
}

impl Painter {
    /// Paints a view of the trace on the whole canvas, and tells how much it looked at.
    pub fn paint(
        &mut self,
        canvas: &mut Canvas<'_>,
        columns: &Columns,
        pyramid: &Pyramid,
        view: &View,
        palette: &Palette,
    ) -> Work {
        canvas.pixels.fill(palette.page);
        let Some(window) = window(canvas, pyramid, view) else { return Work::default() };
        let work = self.raster.fill(columns, pyramid, &window);
        let shape = Shape::new(view, pyramid.ladder());
        let inside = self.raster.inside.clone();
        for nth in 0..window.lanes.len() {
            let buckets = &self.raster.lane(nth)[inside.clone()];
            self.bars.set(buckets, &shape, palette);
            let y = view.top as usize + nth * (view.lane_height + view.lane_gap) as usize;
            let mut lane = Lane { canvas: &mut *canvas, y, left: inside.start, wide: inside.len() };
            lane.skyline(&self.bars, &shape, palette);
            lane.hatch(&self.bars, &shape, palette, hatch_phase(&window));
            lane.strip(&self.bars, &shape);
            lane.flags(buckets, view.lane_height, palette);
        }
        work
    }
}

/// What is to be seen; none when there is nothing, or the view is not one.
fn window(canvas: &Canvas<'_>, pyramid: &Pyramid, view: &View) -> Option<Window> {
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let room = canvas.height.saturating_sub(view.top);
    let fitting = room.div_ceil((view.lane_height + view.lane_gap).max(1)) as usize;
    let first = (view.first_lane as usize).min(pyramid.processors());
    let lanes = first..pyramid.processors().min(first + fitting);
    let sound = view.from_ns.is_finite() && view.to_ns.is_finite() && view.from_ns < view.to_ns;
    let some = width > 0 && view.lane_height > 1 && !lanes.is_empty() && canvas.pixels.len() >= width * height;
    (sound && some).then(|| Window::new(view.from_ns, view.to_ns, width, lanes))
}

/// The hatch moves with the time, not with the canvas.
fn hatch_phase(window: &Window) -> usize {
    ((window.from / (window.to - window.from) * window.width as f64) as i64).rem_euclid(HATCH as i64) as usize
}

/// The place of one lane on the canvas.
struct Lane<'a, 'b> {
    canvas: &'a mut Canvas<'b>,
    /// The first row.
    y: usize,
    /// The first column within the run, and how many there are.
    left: usize,
    wide: usize,
}

impl Lane<'_, '_> {
    /// Row `row` of the lane within the run; empty below the canvas.
    fn row(&mut self, row: u32) -> &mut [u32] {
        self.span(row, self.left..self.left + self.wide)
    }

    /// Some columns of the canvas in row `row` of the lane; empty below the canvas.
    fn span(&mut self, row: u32, columns: Range<usize>) -> &mut [u32] {
        let y = self.y + row as usize;
        if y >= self.canvas.height as usize {
            return &mut [];
        }
        let start = y * self.canvas.width as usize;
        &mut self.canvas.pixels[start + columns.start..start + columns.end]
    }

    fn skyline(&mut self, bars: &Bars, shape: &Shape, palette: &Palette) {
        let highest = bars.tops.iter().copied().max().unwrap_or(0);
        for height in 1..=shape.sky {
            let zone = shape.bars[..3].iter().filter(|bar| **bar < height).count();
            let back = if height == shape.bars[2] + 1 { palette.guide } else { palette.lane };
            let row = self.row(shape.sky - height);
            let columns = row.iter_mut().zip(&bars.tops).zip(&bars.edges).zip(&bars.fills[zone]);
            if height > highest {
                row.fill(back);
            } else if zone < 3 {
                for (((pixel, top), edge), fill) in columns {
                    *pixel = bar_pixel(height, *top, [back, *edge, *fill]);
                }
            } else {
                for ((((pixel, top), edge), fill), (device_top, above)) in
                    columns.zip(bars.device_tops.iter().zip(&bars.fills[4]))
                {
                    let fill = if height > *device_top { above } else { fill };
                    *pixel = bar_pixel(height, *top, [back, *edge, *fill]);
                }
            }
        }
        self.row(shape.sky).fill(palette.axis);
    }

    fn strip(&mut self, bars: &Bars, shape: &Shape) {
        for row in 0..shape.strip {
            for (pixel, colour) in self.row(shape.sky + 1 + row).iter_mut().zip(&bars.strip) {
                *pixel = *colour;
            }
        }
    }

    fn hatch(&mut self, bars: &Bars, shape: &Shape, palette: &Palette, phase: usize) {
        for (x, (spun, top)) in bars.spun.iter().zip(&bars.hatch_tops).enumerate().filter(|(_, (spun, _))| **spun > 0) {
            // The lines fall from left to right and are two pixels thick.
            let first = HATCH - (self.left + phase + x) % HATCH;
            for height in (first as u32..=*top).step_by(HATCH).flat_map(|height| [height, height + 1]) {
                if height < *top
                    && let [pixel] = self.span(shape.sky - height, self.left + x..self.left + x + 1)
                {
                    *pixel = tinge(*pixel, palette.hatch, *spun);
                }
            }
        }
    }

    /// A pole through the lane wherever something is flagged, with a pennant on top and room on both sides.
    fn flags(&mut self, buckets: &[Bucket], rows: u32, palette: &Palette) {
        let edge = self.canvas.width as usize;
        for (room, colour) in [(1, palette.lane), (0, palette.flag)] {
            for x in (0..buckets.len()).filter(|x| buckets[*x].importance() == FLAGGED) {
                let pole = (self.left + x).min(edge.saturating_sub(2)).saturating_sub(1);
                for row in 0..rows {
                    let end = pole + POLE + room + PENNANT.saturating_sub(row as usize);
                    self.span(row, pole.saturating_sub(room)..end.min(edge)).fill(colour);
                }
            }
        }
    }
}

/// A share of 255 as a weight of 256.
#[inline]
fn weight(share: u8) -> u32 {
    let share = u32::from(share);
    share + (share >> 7)
}

/// The colour of a column at a height: behind the bar, its top edge, or the bar.
#[inline]
fn bar_pixel(height: u32, top: u32, [back, edge, fill]: [u32; 3]) -> u32 {
    let bar = if height == top { edge } else { fill };
    if height > top { back } else { bar }
}

/// So many parts, of 256, of a colour over a ground.
#[inline]
fn tinge(ground: u32, colour: u32, parts: u32) -> u32 {
    Mix::default().add(colour, parts).over(ground, parts)
}

#[cfg(test)]
mod tests {
    use super::{Canvas, Painter, View};
    use crate::base::Rng;
    use crate::trace::made_up::{record, records, trace};
    use crate::trace::raster::EXACT;
    use crate::trace::{Columns, Kind, Palette, Pyramid, Record, Work};

    const PALETTE: Palette = Palette::light();

    fn view(from_ns: f64, to_ns: f64) -> View {
        View { from_ns, to_ns, lane_height: 48, lane_gap: 8, top: 4, first_lane: 0 }
    }

    struct Picture {
        pixels: Vec<u32>,
        width: u32,
        work: Work,
    }

    impl Picture {
        fn new(columns: &Columns, pyramid: &Pyramid, view: &View, width: u32, exact: u32) -> Self {
            let height = view.top + pyramid.processors() as u32 * (view.lane_height + view.lane_gap);
            let mut pixels = vec![0; (width * height) as usize];
            let mut painter = Painter::default();
            painter.raster.exact = exact;
            let mut canvas = Canvas { pixels: &mut pixels, width, height };
            let work = painter.paint(&mut canvas, columns, pyramid, view, &PALETTE);
            Self { pixels, width, work }
        }

        fn at(&self, x: u32, y: u32) -> u32 {
            self.pixels[(y * self.width + x) as usize]
        }

        /// How high the bar stands in a column of the lane whose skyline ends above row `ground`.
        fn bar(&self, x: u32, ground: u32, sky: u32) -> u32 {
            let empty = [PALETTE.lane, PALETTE.guide];
            (1..=sky).rev().find(|h| !empty.contains(&self.at(x, ground - h))).unwrap_or(0)
        }
    }

    #[test]
    fn what_is_flagged_is_seen_at_every_zoom_in_a_thousand_traces() {
        for seed in 0..1_000 {
            let mut rng = Rng::new(seed);
            let processors = rng.between(1, 6) as u8;
            let records = records(seed, processors, rng.between(1, 1_500) as u32);
            let (columns, pyramid) = trace(usize::from(processors), &records);
            let end = records[records.len() - 1].time;
            for zoom in 0..6 {
                let from = rng.between(0, end >> zoom) as f64 - 0.3;
                let view = view(from, from + ((end >> (2 * zoom)).max(1) as f64) * 1.1);
                let width = rng.between(3, 300) as u32;
                let exact = if rng.between(0, 1) == 0 { EXACT } else { 0 };
                let picture = Picture::new(&columns, &pyramid, &view, width, exact);
                for flagged in records.iter().filter(|r| r.kind.info().importance == 3) {
                    assert_flag(&picture, &view, flagged, processors, seed);
                }
            }
        }
    }

    fn assert_flag(picture: &Picture, view: &View, flagged: &Record, processors: u8, seed: u64) {
        let time = flagged.time as f64;
        if time < view.from_ns || time >= view.to_ns {
            return;
        }
        let x = ((time - view.from_ns) / (view.to_ns - view.from_ns) * f64::from(picture.width)) as u32;
        for lane in (0..u32::from(processors)).filter(|lane| flagged.cpu == 255 || *lane == u32::from(flagged.cpu)) {
            let top = view.top + lane * (view.lane_height + view.lane_gap);
            for y in top..top + view.lane_height {
                let red = |x: u32| picture.at(x, y) == PALETTE.flag;
                assert!(red(x), "seed {seed}, record at {time}, column {x} of {view:?}");
                let wide = (0..picture.width).skip_while(|i| (*i..=x).any(|i| !red(i))).take_while(|i| red(*i)).count();
                assert!(wide >= 3, "seed {seed}, record at {time}, {wide} wide in {view:?}");
            }
        }
    }

    #[test]
    fn a_bar_is_as_high_as_its_level_and_an_idle_processor_is_a_line() {
        let script = [
            record(0, 0, 0, Kind::RunStarted, 0),
            record(100, 0, 0, Kind::ContextSwitched, 1),
            record(200, 0, 2, Kind::IrqlRaised, 0),
            record(300, 0, 7, Kind::InterruptAccepted, 2),
            record(400, 0, 15, Kind::IrqlRaised, 2),
            // The idle loop is at DISPATCH_LEVEL; it shows only while it drains DPCs.
            record(500, 0, 2, Kind::ContextSwitched, u16::MAX),
            record(600, 0, 2, Kind::RetireStarted, 0),
            record(700, 0, 2, Kind::RetireEnded, 0),
            record(800, 0, 0, Kind::RunEnded, 0),
        ];
        let (columns, pyramid) = trace(1, &script);
        let picture = Picture::new(&columns, &pyramid, &view(0.0, 1_000.0), 100, EXACT);
        // 48 rows: a strip of 6, a line, and 41 for 16 levels.
        let bars: Vec<u32> = (0..8).map(|i| picture.bar(i * 10 + 5, 4 + 41, 41)).collect();
        assert_eq!(bars, [0, 3, 8, 21, 41, 0, 8, 0]);
        assert_eq!(picture.at(5, 4 + 41), PALETTE.axis, "the line of an idle processor");
        assert_eq!(picture.at(95, 4 + 41), PALETTE.page, "nothing after the end of the run");
        assert_eq!(picture.at(15, 4 + 44), PALETTE.tints[1], "the tint of thread 1");
        assert_eq!(picture.at(25, 4 + 44), PALETTE.fills[2], "the colour of what runs at DISPATCH_LEVEL");
        assert_eq!(picture.at(35, 4 + 20), PALETTE.borders[3], "the top edge");
        assert_eq!(picture.at(35, 4 + 25), PALETTE.fills[3], "the bar");
        assert_eq!((picture.bar(29, 45, 41), picture.bar(30, 45, 41)), (8, 21), "exact edges");
    }

    #[test]
    fn a_processor_that_spins_is_hatched_until_it_has_the_lock() {
        let script = [
            record(0, 0, 0, Kind::ContextSwitched, 1),
            record(0, 0, 2, Kind::IrqlRaised, 0),
            record(250, 0, 2, Kind::SpinLockContended, 0),
            record(750, 0, 2, Kind::SpinLockAcquired, 0),
            record(1_000, 0, 0, Kind::IrqlLowered, 0),
        ];
        let (columns, pyramid) = trace(1, &script);
        let picture = Picture::new(&columns, &pyramid, &view(0.0, 1_000.0), 100, EXACT);
        let hatched = |x: u32| (0..45).any(|y| picture.at(x, y) == PALETTE.hatch);
        let columns: Vec<u32> = (0..100).filter(|x| hatched(*x)).collect();
        assert_eq!((columns.first(), columns.last(), columns.len()), (Some(&25), Some(&74), 50));
    }

    #[test]
    fn a_frame_costs_the_same_however_long_the_trace() {
        let lanes = 4_u32;
        for count in [100_000, 1_000_000] {
            let (columns, pyramid) = trace(lanes as usize, &records(7, lanes as u8, count));
            let end = columns.time(columns.len() - 1) as f64;
            for zoom in 0..30 {
                let half = end / f64::from(1 << zoom) / 2.0;
                let view = view(end / 3.0 - half, end / 3.0 + half);
                let Work { records, buckets } = Picture::new(&columns, &pyramid, &view, 1_280, EXACT).work;
                assert!(records <= EXACT + 4_096, "{records} records at zoom {zoom} of {count}");
                assert!(buckets <= 1_280 * lanes * 9, "{buckets} buckets at zoom {zoom} of {count}");
            }
        }
    }

    #[test]
    fn no_view_is_too_odd_to_paint() {
        let (columns, pyramid) = trace(3, &records(5, 3, 3_000));
        let end = columns.time(columns.len() - 1) as f64;
        let times = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e18, -5.0, 0.0, 0.25, end, end + 1e-3, 1e18];
        for (from, to) in times.iter().flat_map(|from| times.map(|to| (*from, to))) {
            for (lane_height, lane_gap, top, first_lane) in
                [(48, 8, 0, 0), (0, 0, 0, 0), (1, 0, 3, 1), (2, 1, 39, 2), (9, 0, 90, 3), (400, 9, 1, 9)]
            {
                let view = View { from_ns: from, to_ns: to, lane_height, lane_gap, top, first_lane };
                for (width, exact) in [(0, 0), (1, EXACT), (2, 0), (33, EXACT), (40, 0)] {
                    let mut pixels = vec![0; width as usize * 40];
                    let mut painter = Painter::default();
                    painter.raster.exact = exact;
                    let mut canvas = Canvas { pixels: &mut pixels, width, height: 40 };
                    painter.paint(&mut canvas, &columns, &pyramid, &view, &PALETTE);
                }
            }
        }
        let (none, blank) = (Columns::default(), Pyramid::new(2, pyramid.ladder()));
        assert!(Picture::new(&none, &blank, &view(0.0, 10.0), 9, EXACT).pixels.iter().all(|p| *p == PALETTE.page));
    }
}
