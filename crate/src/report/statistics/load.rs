//! Where the processors' time goes: idle, threads, DPCs, ISRs, over the run as a whole and in equal slices of it.

use crate::base::Ns;

/// Slices of a run, for a plot.
pub const SLICES: usize = 48;

/// What a processor spends its time on. Clock ticks, inter-processor interrupts and thread switches take none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Use {
    /// Nothing.
    Idle,
    /// A thread, with the APCs that it runs and the locks that it spins for.
    Thread,
    /// A DPC.
    Dpc,
    /// An ISR.
    Isr,
}

/// The time of one processor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// Nanoseconds by [`Use`].
    pub total: [Ns; 4],
    /// The same in each slice of the run; all slices are equally long, but for the last.
    pub slices: [[Ns; 4]; SLICES],
    /// Interrupts taken in each slice, the clock's among them.
    pub interrupts: [u32; SLICES],
}

impl Load {
    pub(super) const NONE: Self = Self { total: [0; 4], slices: [[0; 4]; SLICES], interrupts: [0; SLICES] };

    /// Charges the time from `from` to `to`. Times never fall, so all charges together cost one visit a slice and
    /// one a charge.
    pub(super) fn charge(&mut self, what: Use, from: Ns, to: Ns, slice: Ns) {
        self.total[what as usize] += to - from;
        let mut at = from;
        while at < to {
            let n = slice_of(at, slice);
            let end = if n == SLICES - 1 { to } else { to.min((n as Ns + 1) * slice) };
            self.slices[n][what as usize] += end - at;
            at = end;
        }
    }

    pub(super) fn interrupt(&mut self, time: Ns, slice: Ns) {
        self.interrupts[slice_of(time, slice)] += 1;
    }
}

/// How long a slice of a run is.
pub(super) fn slice_length(end: Ns) -> Ns {
    end.div_ceil(SLICES as Ns).max(1)
}

fn slice_of(time: Ns, slice: Ns) -> usize {
    ((time / slice) as usize).min(SLICES - 1)
}
