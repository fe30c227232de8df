//! The routines that signal, clear and read events, semaphores and mutexes, and those that alert threads.

use super::Machine;
use super::execute::{index, phase};
use super::routines::{Flow, done};
use crate::base::NONE;
use crate::nt::{FrameId, Ntstatus, STATUS_ALERTED, STATUS_SUCCESS};
use crate::program::{Routine, Slot};

/// EVENT_INCREMENT: the boost of whoever waits for an event that user mode sets (TH-11).
const EVENT_INCREMENT: i64 = 1;

impl Machine {
    /// Calls one of them.
    pub(super) fn signal_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |n: u16| self.slot(top, args + n);
        let object = index(a(0));
        let i = object as usize;
        // Where a call may end in a wait, this is its last parameter.
        let wait = match routine {
            R::KeSetEvent | R::KePulseEvent => a(2) != 0,
            R::KeReleaseSemaphore => a(3) != 0,
            R::KeReleaseMutex => a(1) != 0,
            _ => false,
        };
        let fresh = self.kernel.state.frames[top.index()].phase == phase::FRESH;
        // Not each of them has as many arguments.
        let argument = |n: u16| if usize::from(n) < routine.info().params.len() { a(n) } else { 0 };
        let (first, second, third) = (argument(0), argument(1), argument(2));
        if fresh && !self.kernel.may_wait_next(cpu, routine, wait) {
            return done(0);
        }
        let state = &self.kernel.state;
        match routine {
            R::KeSetEvent => done(self.kernel.set_event(cpu, object, second, wait)),
            R::KePulseEvent => done(self.kernel.pulse_event(cpu, object, second, wait)),
            R::SetEvent => {
                self.kernel.set_event(cpu, object, EVENT_INCREMENT, false);
                done(1)
            }
            R::PulseEvent => {
                self.kernel.pulse_event(cpu, object, EVENT_INCREMENT, false);
                done(1)
            }
            R::KeResetEvent => done(self.kernel.clear_event(cpu, object)),
            R::KeClearEvent => {
                self.kernel.clear_event(cpu, object);
                done(0)
            }
            R::ResetEvent => {
                self.kernel.clear_event(cpu, object);
                done(1)
            }
            R::KeReadStateEvent => done(state.kevent[i].header.signal_state),
            R::KeReadStateSemaphore => done(state.ksemaphore[i].header.signal_state),
            R::KeReadStateMutex => done(state.kmutant[i].header.signal_state),
            R::KeReleaseSemaphore => {
                let released = self.kernel.release_semaphore(cpu, object, second, third, wait);
                self.or_raise(cpu, released)
            }
            R::ReleaseSemaphore if second <= 0 => Flow::Done(0, Some(0)),
            R::ReleaseSemaphore => {
                let released = self.kernel.release_semaphore(cpu, object, 1, second, false);
                Flow::Done(released.is_ok().into(), Some(released.map_or(0, i64::from)))
            }
            R::KeReleaseMutex => self.release_mutex(cpu, top, object, wait),
            R::ReleaseMutex => done(self.kernel.release_mutex(cpu, object, false).is_ok()),
            R::KeAlertThread => done(self.kernel.alert_thread(cpu, object, second != 0)),
            R::NtAlertThread => {
                self.kernel.alert_thread(cpu, object, true);
                done(STATUS_SUCCESS)
            }
            R::NtTestAlert => {
                let thread = state.kprcb[cpu].current_thread;
                let alerted = self.kernel.test_alert(cpu, thread);
                done(if alerted { STATUS_ALERTED } else { STATUS_SUCCESS })
            }
            _ => {
                // KeTestAlertThread
                let thread = state.kprcb[cpu].current_thread;
                done(thread != NONE && self.kernel.test_alert_thread(cpu, thread, first != 0))
            }
        }
    }

    /// KeReleaseMutex (WT-13): the owner of a driver's mutex leaves its critical region when it runs again.
    fn release_mutex(&mut self, cpu: usize, top: FrameId, mutant: u16, wait: bool) -> Flow {
        let frame = &mut self.kernel.state.frames[top.index()];
        if frame.phase == phase::RELEASED {
            let previous = std::mem::take(&mut frame.remaining);
            self.kernel.leave_mutex_region(cpu);
            return done(previous);
        }
        let released = self.kernel.release_mutex(cpu, mutant, wait);
        if let Ok((previous, true)) = released {
            let frame = &mut self.kernel.state.frames[top.index()];
            (frame.phase, frame.remaining) = (phase::RELEASED, i64::from(previous));
            return Flow::Wait;
        }
        self.or_raise(cpu, released.map(|(previous, _)| previous))
    }

    /// What a kernel routine returns, or the exception that it raises.
    fn or_raise(&mut self, cpu: usize, result: Result<i32, Ntstatus>) -> Flow {
        done(result.unwrap_or_else(|status| {
            self.kernel.raise_exception(cpu, status);
            0
        }))
    }
}
