//! The timeline as pixels: a lane for every processor, with a skyline whose height is the IRQL and a strip that tells
//! who runs. Knows of no canvas but a slice of words; text is left to whoever can write it crisply.

use std::ops::Range;

use super::palette::{Mix, group};
use super::pyramid::{Bucket, FLAGGED};
use super::raster::{Raster, Window, Work};
use super::{Columns, Palette, Pyramid};
use crate::program::Ladder;

/// The least weight, of 256, with which a bar shows that stood for an instant only; and that of its top edge.
const GLIMPSE: u32 = 64;
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
        let (peak, device_peak) = (usize::from(bucket.peak()), usize::from(bucket.device_peak()));
        let shares = [0, 1, 2, 3, 4].map(|i| weight(bucket.shares[i]));
        let seen = peak > 0 || shares[0] > 0;
        self.tops[x] = if seen { shape.bars[peak] } else { 0 };
        self.device_tops[x] = shape.bars[device_peak];
        self.spun[x] = weight(bucket.shares[5]);
        self.hatch_tops[x] = self.tops[x].min(if self.spun[x] == 256 { u32::MAX } else { shape.bars[2] });
        let highest = group(bucket.peak(), shape.ladder);
        let [passive, apc, dispatch, device, ..] = palette.fills;
        let above = palette.fills[highest.max(4)];
        let colours = [passive, apc, dispatch, device, above];
        let tint = palette.tints[usize::from(bucket.tint().max(1)) - 1];
        self.strip[x] = blend(palette.lane, &[tint, apc, dispatch, device, above], &shares);
        let top = highest.min(4);
        self.edges[x] = blend(palette.lane, &[palette.borders[highest]], &[shares[top].max(GLIMPSED_EDGE)]);
        for (zone, fill) in self.fills.iter_mut().enumerate() {
            let shown = glimpsed(shares, zone, top);
            fill[x] = blend(palette.lane, &colours[zone..], &shown[zone..]);
        }
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
    (sound && some).then_some(Window { from: view.from_ns, to: view.to_ns, width, lanes })
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
        for height in 1..=shape.sky {
            let zone = shape.bars[..3].iter().filter(|bar| **bar < height).count();
            let back = if height == shape.bars[2] + 1 { palette.guide } else { palette.lane };
            let (low, high) = (&bars.fills[zone], &bars.fills[if zone == 3 { 4 } else { zone }]);
            let fills = bars.device_tops.iter().zip(low).zip(high);
            let columns = bars.tops.iter().zip(&bars.edges).zip(fills);
            // All is read before it is chosen from, so that the compiler may paint several columns at once.
            for (pixel, ((&top, &edge), ((&device_top, &low), &high))) in
                self.row(shape.sky - height).iter_mut().zip(columns)
            {
                let fill = if height > device_top { high } else { low };
                let bar = if height == top { edge } else { fill };
                *pixel = if height > top { back } else { bar };
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
        let columns = bars.spun.iter().zip(&bars.hatch_tops);
        let highest = columns.clone().filter(|(spun, _)| **spun > 0).map(|(_, top)| *top).max();
        for height in 1..highest.unwrap_or(0) {
            let start = self.left + phase + height as usize;
            for (pixel, (x, (spun, top))) in self.row(shape.sky - height).iter_mut().zip(columns.clone().enumerate()) {
                if *spun > 0 && height < *top && (start + x) % HATCH < 2 {
                    *pixel = blend(*pixel, &[palette.hatch], &[*spun]);
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

/// The shares of a zone, made so large that they show: in proportion, or if there are none as the highest one's.
fn glimpsed(mut shares: [u32; 5], zone: usize, top: usize) -> [u32; 5] {
    let whole = shares[zone];
    if whole == 0 {
        shares[..=top].fill(GLIMPSE);
    } else if whole < GLIMPSE {
        shares[zone..].iter_mut().for_each(|share| *share = *share * GLIMPSE / whole);
    }
    shares
}

/// A share of 255 as a weight of 256.
#[inline]
fn weight(share: u8) -> u32 {
    let share = u32::from(share);
    share + (share >> 7)
}

/// Colours over a ground; `shares[i]` is the falling share, of 256, of colour `i` and all that follow.
#[inline]
fn blend(ground: u32, colours: &[u32], shares: &[u32]) -> u32 {
    let mut mix = Mix::default().add(ground, 256 - shares[0]);
    for (i, colour) in colours.iter().enumerate() {
        mix = mix.add(*colour, shares[i] - shares.get(i + 1).copied().unwrap_or(0));
    }
    mix.colour()
}
