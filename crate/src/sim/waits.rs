//! The routines that wait: what their arguments mean to the kernel's one wait loop, and its answer to them.

use super::Machine;
use super::execute::phase;
use super::routines::{Flow, done};
use crate::base::INFINITE;
use crate::nt::{FrameId, STATUS_ALERTED, STATUS_NO_YIELD_PERFORMED, STATUS_SUCCESS, STATUS_USER_APC, Wait};
use crate::program::{Class, Ladder, ObjectRef, Routine, Slot};
use crate::trace::Rule;

/// MAXIMUM_WAIT_OBJECTS: the most objects of a wait.
const MAXIMUM_WAIT_OBJECTS: usize = 64;
/// THREAD_WAIT_OBJECTS: the most without a WaitBlockArray.
const THREAD_WAIT_OBJECTS: usize = 3;
/// WAIT_FAILED.
const WAIT_FAILED: u32 = u32::MAX;

impl Machine {
    pub(super) fn wait_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let first = self.slot(top, args);
        let object = u32::try_from(first).unwrap_or(0); // what does not fit is no object
        if routine == R::KeWaitForSingleObject && !self.kernel.is_dispatcher_object(object) {
            self.kernel.follow_bad_pointer(cpu, first as u64);
            return Flow::Wait;
        }
        let a = |n: u16| self.slot(top, args + n);
        match routine {
            R::KeWaitForSingleObject | R::KeWaitForMutexObject => {
                let (user_mode, alertable, timeout) = (a(2) != 0, a(3) != 0, a(4));
                self.wait(cpu, Wait { object, user_mode, alertable, timeout })
            }
            R::KeWaitForMultipleObjects => {
                let object = objects(a(1), a(2) == 0);
                let (user_mode, alertable, timeout) = (a(4) != 0, a(5) != 0, a(6));
                let most = if a(7) == 0 { THREAD_WAIT_OBJECTS } else { MAXIMUM_WAIT_OBJECTS };
                if self.kernel.program.wait_count(object) > most {
                    self.kernel.bugcheck(cpu, Rule::WT8, 0xC, [0; 4]);
                    return done(0);
                }
                self.wait(cpu, Wait { object, user_mode, alertable, timeout })
            }
            R::WaitForMultipleObjects | R::WaitForMultipleObjectsEx => {
                let object = objects(a(1), a(2) != 0);
                let alertable = routine == R::WaitForMultipleObjectsEx && a(4) != 0;
                let timeout = win32_timeout(a(3));
                if self.kernel.program.wait_count(object) > MAXIMUM_WAIT_OBJECTS {
                    return done(WAIT_FAILED);
                }
                self.win32_wait(cpu, Wait { object, user_mode: true, alertable, timeout })
            }
            R::KeDelayExecutionThread => {
                let (user_mode, alertable, timeout) = (a(0) != 0, a(1) != 0, a(2));
                if user_mode && timeout == 0 && !alertable && self.delay_of_nothing_yields(cpu) {
                    let yielded = self.kernel.yield_execution(cpu); // WT-10
                    return done(if yielded { STATUS_SUCCESS } else { STATUS_NO_YIELD_PERFORMED });
                }
                self.wait(cpu, Wait { object: 0, user_mode, alertable, timeout })
            }
            R::SignalObjectAndWait => {
                let (alertable, timeout) = (a(3) != 0, win32_timeout(a(2)));
                let (signalled, object) = (object, a(1) as u32);
                let fresh = self.kernel.state.frames[top.index()].phase == phase::FRESH;
                if fresh && !self.kernel.signal_into_wait(cpu, signalled) {
                    return done(WAIT_FAILED);
                }
                self.win32_wait(cpu, Wait { object, user_mode: true, alertable, timeout })
            }
            R::SleepEx => self.sleep(cpu, top, a(0), a(1) != 0),
            R::Sleep => self.sleep(cpu, top, a(0), false),
            _ => {
                let alertable = routine == R::WaitForSingleObjectEx && a(2) != 0;
                let (handle, timeout) = (a(0), win32_timeout(a(1)));
                let mut object = object;
                if self.kernel.state.frames[top.index()].phase == phase::FRESH {
                    let Some(of_handle) = self.waited_for(cpu, handle) else { return done(WAIT_FAILED) };
                    // The handle may be closed while the wait lasts: what is waited for is the object.
                    self.set_slot(top, args, of_handle.into());
                    object = of_handle;
                }
                self.win32_wait(cpu, Wait { object, user_mode: true, alertable, timeout })
            }
        }
    }

    /// The object of a handle that user mode waits for: one that is declared, one that a message has brought, or a waitable
    /// port's (LP-12).
    fn waited_for(&mut self, cpu: usize, handle: i64) -> Option<u32> {
        let value = u32::try_from(handle).ok()?;
        if ObjectRef::unpack(value)?.class == Class::Port {
            return self.kernel.waited_for_by_handle(cpu, handle);
        }
        self.kernel.is_dispatcher_object(value).then_some(value)
    }

    fn wait(&mut self, cpu: usize, wait: Wait) -> Flow {
        self.kernel.wait(cpu, wait).map_or(Flow::Wait, done)
    }

    /// SleepEx: STATUS_USER_APC is WAIT_IO_COMPLETION, everything else 0. Sleep(0) yields (WT-10).
    fn sleep(&mut self, cpu: usize, top: FrameId, time: i64, alertable: bool) -> Flow {
        let fresh = self.kernel.state.frames[top.index()].phase == phase::FRESH;
        if fresh && time == 0 && !alertable && self.delay_of_nothing_yields(cpu) {
            self.kernel.yield_execution(cpu);
            return done(0);
        }
        let wait = Wait { object: 0, user_mode: true, alertable, timeout: win32_timeout(time) };
        match self.win32_wait(cpu, wait) {
            Flow::Done(status, _) if status != i64::from(STATUS_USER_APC) => done(0),
            flow => flow,
        }
    }

    /// A wait of Win32, which never tells of an alert: it waits again, for as long as at first (AL-3).
    fn win32_wait(&mut self, cpu: usize, wait: Wait) -> Flow {
        loop {
            match self.kernel.wait(cpu, wait) {
                None => return Flow::Wait,
                Some(STATUS_ALERTED) => {}
                Some(status) => return done(status),
            }
        }
    }

    /// WT-10: a user-mode delay of no time that is not alertable yields, unless user APCs are pending.
    fn delay_of_nothing_yields(&self, cpu: usize) -> bool {
        let prcb = &self.kernel.state.kprcb[cpu];
        let in_thread = prcb.irql < Ladder::DISPATCH && prcb.frame == FrameId::NONE;
        let thread = self.kernel.state.kthread.get(prcb.current_thread as usize);
        in_thread && thread.is_some_and(|t| !t.user_apc_pending)
    }
}

/// The list of objects to wait for, any or all of them.
fn objects(list: i64, all: bool) -> u32 {
    let class = if all { Class::AllOf } else { Class::AnyOf };
    ObjectRef { class, index: list as u16 }.pack()
}

pub(super) fn win32_timeout(time: i64) -> i64 {
    if time == INFINITE { INFINITE } else { -time.max(0) }
}
