//! The timeline onto a canvas: the pixels are made here, where the trace lives, and put in one call.

use crate::sim::Session;
use crate::trace::{Canvas, Painter, Palette, View};
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, ImageData, OffscreenCanvasRenderingContext2d};

/// Pixels between two lanes, of the height that a lane is given.
const LANE_GAP: u32 = 6;

/// A painter with its pixels, kept from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    painter: Painter,
    pixels: Vec<u32>,
    bytes: Vec<u8>,
}

impl Timeline {
    pub(super) fn paint(
        &mut self,
        context: &JsValue,
        session: &Session,
        (width, height): (u32, u32),
        (from_ns, to_ns): (f64, f64),
        lane: u32,
        palette: &[u32],
    ) -> Result<(), JsValue> {
        let Some(palette) = Palette::from_rgb(palette) else {
            return Err(super::error("bad-palette", &format!("A palette has {} colours.", Palette::COUNT)));
        };
        if width == 0 || height == 0 {
            return Ok(());
        }
        self.pixels.resize((width * height) as usize, 0);
        let gap = LANE_GAP.min(lane / 4);
        let view =
            View { from_ns, to_ns, lane_height: lane.saturating_sub(gap), lane_gap: gap, top: gap / 2, first_lane: 0 };
        let mut canvas = Canvas { pixels: &mut self.pixels, width, height };
        self.painter.paint(&mut canvas, session.columns(), session.pyramid(), &view, &palette);
        self.bytes.resize(self.pixels.len() * 4, 0);
        for (bytes, pixel) in self.bytes.chunks_exact_mut(4).zip(&self.pixels) {
            bytes.copy_from_slice(&pixel.to_le_bytes());
        }
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&self.bytes), width, height)?;
        if let Some(offscreen) = context.dyn_ref::<OffscreenCanvasRenderingContext2d>() {
            offscreen.put_image_data(&image, 0.0, 0.0)
        } else {
            context.unchecked_ref::<CanvasRenderingContext2d>().put_image_data(&image, 0.0, 0.0)
        }
    }
}
