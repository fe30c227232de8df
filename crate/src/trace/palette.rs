//! The colours of the timeline. IRQL is ordinal, so lightness is monotone: the higher the level, the more it stands
//! out from the page. Knows of no pixel and no record.

use crate::program::{Irql, Ladder};

/// Groups of levels that share a colour.
const GROUPS: usize = 7;

/// The colours of a theme, each as the four bytes R, G, B, A read as one little-endian word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Before, between and after the lanes.
    pub page: u32,
    /// Behind the bars.
    pub lane: u32,
    /// The line on which the bars stand: all that is left of an idle processor.
    pub axis: u32,
    /// The faint line at the top of DISPATCH_LEVEL.
    pub guide: u32,
    /// The threads in turn, and last several of them at once.
    pub tints: [u32; 5],
    /// The bars: PASSIVE, APC, DISPATCH, devices, CLOCK, IPI and POWER, HIGH.
    pub fills: [u32; GROUPS],
    /// Their top edges.
    pub borders: [u32; GROUPS],
    /// The hatch of a spinning processor.
    pub hatch: u32,
    /// What is flagged.
    pub flag: u32,
}

impl Palette {
    /// The light theme.
    #[must_use]
    pub const fn light() -> Self {
        Self {
            page: rgb(0xFF_FF_FF),
            lane: rgb(0xF6_F8_FA),
            axis: rgb(0x8C_95_9F),
            guide: rgb(0xE4_E8_EC),
            tints: [rgb(0xB4_BD_C6), rgb(0x7D_88_94), rgb(0xCF_D6_DD), rgb(0x98_A2_AD), rgb(0xA6_B0_BA)],
            fills: [
                rgb(0xEA_F4_F9),
                rgb(0x61_D6_FF),
                rgb(0xBD_A2_04),
                rgb(0xC0_65_3B),
                rgb(0xAA_14_46),
                rgb(0x62_04_6F),
                rgb(0x12_0C_3C),
            ],
            borders: [
                rgb(0x68_97_AD),
                rgb(0x11_9E_C5),
                rgb(0xAA_91_07),
                rgb(0xC0_65_3B),
                rgb(0xAA_14_46),
                rgb(0x62_04_6F),
                rgb(0x12_0C_3C),
            ],
            hatch: rgb(0x1F_23_28),
            flag: rgb(0xE5_00_1F),
        }
    }

    /// The dark theme.
    #[must_use]
    pub const fn dark() -> Self {
        Self {
            page: rgb(0x0F_14_19),
            lane: rgb(0x16_1B_22),
            axis: rgb(0x6B_76_82),
            guide: rgb(0x26_2D_36),
            tints: [rgb(0x5A_65_71), rgb(0x8B_96_A2), rgb(0x42_4C_57), rgb(0x72_7D_89), rgb(0x66_71_7D)],
            fills: [
                rgb(0x2E_36_3F),
                rgb(0x00_59_84),
                rgb(0x86_6E_06),
                rgb(0xCE_83_38),
                rgb(0xF5_9E_9D),
                rgb(0xFF_C2_FF),
                rgb(0xFB_F9_FC),
            ],
            borders: [
                rgb(0x4B_67_86),
                rgb(0x1E_6A_97),
                rgb(0x86_6E_06),
                rgb(0xCE_83_38),
                rgb(0xF5_9E_9D),
                rgb(0xFF_C2_FF),
                rgb(0xFB_F9_FC),
            ],
            hatch: rgb(0xE6_ED_F3),
            flag: rgb(0xFF_3B_47),
        }
    }
}

impl Palette {
    /// How many colours there are.
    pub const COUNT: usize = 2 * GROUPS + 11;

    /// A palette from colours 0xRRGGBB in this order: fills, borders, page, lane, axis, guide, tints, hatch, flag.
    #[must_use]
    pub fn from_rgb(colours: &[u32]) -> Option<Self> {
        let [
            f0,
            f1,
            f2,
            f3,
            f4,
            f5,
            f6,
            b0,
            b1,
            b2,
            b3,
            b4,
            b5,
            b6,
            page,
            lane,
            axis,
            guide,
            t0,
            t1,
            t2,
            t3,
            t4,
            hatch,
            flag,
        ] = <[u32; Self::COUNT]>::try_from(colours).ok()?.map(rgb);
        let (fills, borders) = ([f0, f1, f2, f3, f4, f5, f6], [b0, b1, b2, b3, b4, b5, b6]);
        Some(Self { page, lane, axis, guide, tints: [t0, t1, t2, t3, t4], fills, borders, hatch, flag })
    }
}

/// The group of a level: an index of [`Palette::fills`].
pub(super) fn group(irql: Irql, ladder: Ladder) -> usize {
    match irql {
        Ladder::PASSIVE..=Ladder::DISPATCH => usize::from(irql),
        _ if irql <= ladder.device_max() => 3,
        _ if irql <= ladder.clock() => 4,
        _ if irql < ladder.high() => 5,
        _ => 6,
    }
}

const fn rgb(hex: u32) -> u32 {
    0xFF00_0000 | (hex & 0xFF) << 16 | hex & 0xFF00 | hex >> 16
}

/// A colour in the making, of 256 parts in all.
#[derive(Clone, Copy, Default)]
pub(super) struct Mix(u32, u32);

impl Mix {
    /// Adds so many parts of a colour.
    #[inline]
    pub(super) fn add(self, colour: u32, parts: u32) -> Self {
        Self(self.0 + (colour & 0x00FF_00FF) * parts, self.1 + (colour >> 8 & 0x00FF_00FF) * parts)
    }

    /// So many parts as were added, and the rest from the ground.
    #[inline]
    pub(super) fn over(self, ground: u32, parts: u32) -> u32 {
        let Self(rb, ga) = self.add(ground, 256 - parts);
        rb >> 8 & 0x00FF_00FF | ga & 0xFF00_FF00
    }
}
