//! The Interlocked routines: one step reads and writes a global variable, so that nothing comes between.

use super::Machine;
use super::routines::{Flow, done};
use crate::nt::FrameId;
use crate::program::{Routine, Slot};

impl Machine {
    /// Calls one of the Interlocked routines with the arguments from slot `args` on.
    pub(super) fn interlocked(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let variable = self.slot(top, args);
        let argument = |n: Slot| self.slot(top, args + n);
        let old = self.kernel.state.globals[variable as usize];
        let (new, result_is_new) = match routine {
            R::InterlockedIncrement => (old.wrapping_add(1), true),
            R::InterlockedDecrement => (old.wrapping_sub(1), true),
            R::InterlockedAdd => (old.wrapping_add(argument(1)), true),
            R::InterlockedExchangeAdd => (old.wrapping_add(argument(1)), false),
            R::InterlockedAnd => (old & argument(1), false),
            R::InterlockedOr => (old | argument(1), false),
            R::InterlockedCompareExchange if old != argument(2) => return done(old),
            _ => (argument(1), false), // the exchanges
        };
        self.kernel.store_global(cpu, variable as u16, new);
        done(if result_is_new { new } else { old })
    }
}
