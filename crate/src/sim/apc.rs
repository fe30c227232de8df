//! The routines of APCs and of the regions that hold them back.

use super::Machine;
use super::execute::index;
use super::routines::{Flow, done};
use crate::base::NONE;
use crate::nt::alpc::STATUS_INSUFFICIENT_RESOURCES;
use crate::nt::{ApcInit, FrameId, Region, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, STATUS_UNSUCCESSFUL};
use crate::program::{Routine, Slot};

/// QUEUE_USER_APC_FLAGS_SPECIAL_USER_APC.
const SPECIAL_USER_APC: i64 = 1;
/// MemoryReserveUserApc of MEMORY_RESERVE_TYPE.
const MEMORY_RESERVE_USER_APC: i64 = 0;

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
            R::KeInitializeApc => {
                let body = |n| index(a(self, n));
                let init = ApcInit {
                    thread: body(1),
                    environment: a(self, 2) as u8,
                    kernel_routine: body(3),
                    rundown_routine: body(4),
                    normal_routine: body(5),
                    context: a(self, 7),
                };
                self.kernel.initialize_apc(cpu, object, init);
            }
            R::KeInsertQueueApc => {
                let (arguments, increment) = ([a(self, 1), a(self, 2)], a(self, 3));
                return done(self.kernel.insert_queue_apc(cpu, object, arguments, increment));
            }
            R::NtAllocateReserveObject => {
                if a(self, 2) != MEMORY_RESERVE_USER_APC {
                    return Flow::Done(STATUS_INVALID_PARAMETER.into(), Some(0));
                }
                let handle = self.kernel.allocate_reserve(cpu);
                let status = if handle.is_some() { STATUS_SUCCESS } else { STATUS_INSUFFICIENT_RESOURCES };
                return Flow::Done(status.into(), Some(handle.unwrap_or_default()));
            }
            R::KeRemoveQueueApc => return done(self.kernel.remove_queue_apc(cpu, object)),
            R::QueueUserAPC | R::QueueUserAPC2 => {
                let (thread, data) = (index(a(self, 1)), a(self, 2));
                let special = routine == R::QueueUserAPC2 && a(self, 3) & SPECIAL_USER_APC != 0;
                return done(self.kernel.queue_user_apc(cpu, object, thread, [data, 0, 0], special));
            }
            _ => {
                // NtQueueApcThread; the others have a reserve handle, flags, or one value for both, before the routine.
                let before = match routine {
                    R::NtQueueApcThreadEx2 => 2,
                    R::NtQueueApcThreadEx => 1,
                    _ => 0,
                };
                let arguments = [2, 3, 4].map(|n| a(self, n + before));
                let (reserve, flags) = match (before, a(self, 1)) {
                    (2, reserve) => (reserve, a(self, 2)),
                    (1, SPECIAL_USER_APC) => (0, SPECIAL_USER_APC),
                    (1, reserve) => (reserve, 0),
                    _ => (0, 0),
                };
                let special = flags & SPECIAL_USER_APC != 0;
                let apc = match index(a(self, 1 + before)) {
                    NONE => self.kernel.program.null_apc.unwrap_or_default(),
                    apc => apc,
                };
                if reserve != 0 {
                    return done(match special {
                        true => STATUS_INVALID_PARAMETER,
                        false => self.kernel.queue_reserved_apc(cpu, reserve, apc, object, arguments),
                    });
                }
                let queued = self.kernel.queue_user_apc(cpu, apc, object, arguments, special);
                return done(if queued { STATUS_SUCCESS } else { STATUS_UNSUCCESSFUL });
            }
        }
        done(0)
    }
}
