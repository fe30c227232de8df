//! The routines of APCs and of the regions that hold them back.

use super::Machine;
use super::execute::index;
use super::routines::{Flow, done};
use crate::base::NONE;
use crate::nt::{FrameId, Region};
use crate::program::{Routine, Slot};

impl Machine {
    /// Calls one of them.
    pub(super) fn apc_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |machine: &Self, n: u16| machine.slot(top, args + n);
        let object = index(a(self, 0));
        match routine {
            R::KeEnterCriticalRegion => self.kernel.enter_region(cpu, Region::Critical),
            R::KeEnterGuardedRegion => self.kernel.enter_region(cpu, Region::Guarded),
            R::KeLeaveCriticalRegion => self.kernel.leave_region(cpu, Region::Critical),
            R::KeLeaveGuardedRegion => self.kernel.leave_region(cpu, Region::Guarded),
            R::KeAreApcsDisabled => return done(self.kernel.are_apcs_disabled(cpu)),
            R::KeAreAllApcsDisabled => return done(self.kernel.are_all_apcs_disabled(cpu)),
            R::KeInsertQueueApc => {
                let (arguments, increment) = ([a(self, 1), a(self, 2)], a(self, 3));
                if self.kernel.state.kapc[object as usize].thread == NONE {
                    return done(0); // the checker asks for a thread
                }
                return done(self.kernel.insert_queue_apc(cpu, object, arguments, increment));
            }
            _ => {
                // QueueUserAPC
                let (thread, data) = (index(a(self, 1)), a(self, 2));
                return done(self.kernel.queue_user_apc(cpu, object, thread, data));
            }
        }
        done(0)
    }
}
