//! The routines that change when and where threads run.

use super::Machine;
use super::execute::index;
use super::routines::{Flow, done};
use crate::base::NONE;
use crate::nt::FrameId;
use crate::program::{Class, ObjectRef, PRIORITY_ASSERTION, Routine, Slot, constant};

/// What SetThreadPriority takes for the ends of the range: THREAD_PRIORITY_TIME_CRITICAL and, negative, THREAD_PRIORITY_IDLE.
const END_OF_RANGE: i64 = 15;
/// What SetThreadIdealProcessor returns when it fails.
const FAILED: i64 = u32::MAX as i64;
/// The real-time class's base priority.
const REALTIME: u8 = 24;

impl Machine {
    /// Calls one of them. The current thread that a routine is asked for is none while a processor is idle.
    pub(super) fn scheduling_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |n: u16| self.slot(top, args + n);
        let current = self.kernel.state.kprcb[cpu].current_thread;
        let thread = index(a(0));
        match routine {
            R::KeGetCurrentThread | R::PsGetCurrentThread | R::GetCurrentThread if current == NONE => done(0),
            R::KeGetCurrentThread | R::PsGetCurrentThread | R::GetCurrentThread => {
                done(ObjectRef { class: Class::Thread, index: current }.pack())
            }
            R::KeSetSystemAffinityThread | R::KeSetSystemAffinityThreadEx => {
                let affinity = a(0) as u64;
                done(self.kernel.set_system_affinity(cpu, affinity) as i64)
            }
            R::KeRevertToUserAffinityThread => {
                self.kernel.revert_to_user_affinity(cpu, 0);
                done(0)
            }
            R::KeRevertToUserAffinityThreadEx => {
                let affinity = a(0) as u64;
                self.kernel.revert_to_user_affinity(cpu, affinity);
                done(0)
            }
            R::SetProcessAffinityMask => {
                let affinity = a(1) as u64; // of a process
                done(self.kernel.set_process_affinity(cpu, thread, affinity))
            }
            _ if thread == NONE => done(0),
            R::SetThreadAffinityMask => {
                let affinity = a(1) as u64;
                done(self.kernel.set_thread_affinity(cpu, thread, affinity) as i64)
            }
            R::SetThreadIdealProcessor => {
                let ideal = a(1);
                done(self.set_ideal_processor(cpu, thread, ideal))
            }
            R::KeSetPriorityThread => match u8::try_from(a(1)) {
                Ok(priority @ 0..=31) => done(self.kernel.set_priority(cpu, thread, priority)),
                _ => {
                    self.kernel.fail_assertion(cpu, PRIORITY_ASSERTION);
                    Flow::Wait
                }
            },
            R::KeQueryPriorityThread => done(self.kernel.state.kthread[thread as usize].priority),
            R::KeSetBasePriorityThread => {
                let increment = a(1);
                done(self.kernel.set_base_priority(cpu, thread, increment))
            }
            R::SetThreadPriority => {
                let level = a(1);
                done(self.set_thread_priority(cpu, thread, level))
            }
            // GetThreadPriority
            _ => done(self.kernel.base_priority_increment(thread).clamp(-END_OF_RANGE, END_OF_RANGE)),
        }
    }

    /// SetThreadIdealProcessor: -1 for a processor that is not there.
    fn set_ideal_processor(&mut self, cpu: usize, thread: u16, ideal: i64) -> i64 {
        if constant("MAXIMUM_PROCESSORS", &self.kernel.program.machine) == Some(ideal) {
            return self.kernel.state.kthread[thread as usize].user_ideal_processor.into();
        }
        match u8::try_from(ideal) {
            Ok(ideal) if usize::from(ideal) < self.kernel.state.kprcb.len() => {
                self.kernel.set_ideal_processor(cpu, thread, ideal).into()
            }
            _ => FAILED,
        }
    }

    /// SetThreadPriority: false for a value that the process's class does not have.
    fn set_thread_priority(&mut self, cpu: usize, thread: u16, level: i64) -> bool {
        let increment = match level {
            END_OF_RANGE => END_OF_RANGE + 1,
            _ if level == -END_OF_RANGE => -END_OF_RANGE - 1,
            -2..=2 => level,
            -7..=6 if self.kernel.base_priority_of_process(thread) == REALTIME => level,
            _ => return false,
        };
        self.kernel.set_base_priority(cpu, thread, increment);
        true
    }
}
