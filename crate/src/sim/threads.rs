//! The routines that create threads, suspend and resume them, look into them, and end them.

use super::Machine;
use super::execute::{index, phase};
use super::routines::{Flow, done};
use crate::nt::alpc::STATUS_INVALID_HANDLE;
use crate::nt::{
    FrameId, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, STATUS_SUSPEND_COUNT_EXCEEDED, STATUS_THREAD_IS_TERMINATING,
    STATUS_UNSUCCESSFUL,
};
use crate::program::{Class, ObjectRef, Routine, Slot};

/// CREATE_SUSPENDED of CreateThread.
const CREATE_SUSPENDED: i64 = 4;
/// What SuspendThread and ResumeThread return when they fail.
const FAILED: i64 = u32::MAX as i64;

impl Machine {
    /// Calls one of them.
    pub(super) fn thread_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let a = |n: u16| self.slot(top, args + n);
        let thread = index(a(0)); // of some, a process
        match routine {
            R::SuspendThread | R::ResumeThread if !self.kernel.thread_exists(thread) => done(FAILED),
            R::NtSuspendThread | R::NtResumeThread if !self.kernel.thread_exists(thread) => {
                Flow::Done(STATUS_INVALID_HANDLE.into(), Some(0))
            }
            R::SuspendThread => done(self.kernel.suspend_thread(cpu, thread).map_or(FAILED, i64::from)),
            R::NtSuspendThread => match self.kernel.suspend_thread(cpu, thread) {
                Ok(previous) => Flow::Done(STATUS_SUCCESS.into(), Some(previous.into())),
                Err(status) => Flow::Done(status.into(), Some(0)),
            },
            R::KeSuspendThread => match self.kernel.suspend_thread(cpu, thread) {
                Ok(previous) => done(previous),
                // A thread that exits is not suspended, and the count tells nothing of it.
                Err(STATUS_THREAD_IS_TERMINATING) => done(0),
                Err(_) => {
                    self.kernel.raise_exception(cpu, STATUS_SUSPEND_COUNT_EXCEEDED);
                    done(0)
                }
            },
            R::ResumeThread | R::KeResumeThread => done(self.kernel.resume_thread(cpu, thread)),
            R::NtResumeThread => {
                let previous = self.kernel.resume_thread(cpu, thread);
                Flow::Done(STATUS_SUCCESS.into(), Some(previous.into()))
            }
            R::GetThreadContext => self.context(cpu, top, thread, None),
            R::SetThreadContext => {
                let value = a(1);
                self.context(cpu, top, thread, Some(value))
            }
            R::TerminateThread if thread != self.kernel.state.kprcb[cpu].current_thread => {
                done(self.kernel.terminate_thread(cpu, thread))
            }
            R::PsTerminateSystemThread if !self.in_system_thread(cpu) => done(STATUS_INVALID_PARAMETER),
            R::TerminateThread | R::ExitThread | R::PsTerminateSystemThread => {
                self.kernel.exit_current_thread(cpu);
                Flow::Wait
            }
            R::KeStackAttachProcess | R::KeAttachProcess => {
                let state = self.kernel.attach_process(cpu, thread, routine == R::KeStackAttachProcess);
                Flow::Done(0, (routine == R::KeStackAttachProcess).then_some(state))
            }
            R::KeUnstackDetachProcess | R::KeDetachProcess => {
                let state = if routine == R::KeDetachProcess { self.kernel.own_apc_state(cpu) } else { a(0) };
                if self.kernel.detach_process(cpu, state) { done(0) } else { Flow::Wait }
            }
            R::PsGetCurrentProcess => {
                done(ObjectRef { class: Class::Process, index: self.kernel.current_process(cpu) }.pack())
            }
            R::CreateThread => {
                let (thread, parameter, suspended) = (index(a(2)), a(3), a(4) & CREATE_SUSPENDED != 0);
                let created = self.kernel.create_thread(cpu, thread, parameter, suspended);
                let (handle, id) = if created { (handle(thread), thread_id(thread)) } else { (0, 0) };
                Flow::Done(handle, Some(id))
            }
            _ => {
                // PsCreateSystemThread
                let (thread, context) = (index(a(5)), a(6));
                if self.kernel.create_thread(cpu, thread, context, false) {
                    return Flow::Done(STATUS_SUCCESS.into(), Some(handle(thread)));
                }
                Flow::Done(STATUS_UNSUCCESSFUL.into(), Some(0))
            }
        }
    }

    /// GetThreadContext, SetThreadContext: queues the APC, then waits for it.
    fn context(&mut self, cpu: usize, top: FrameId, thread: u16, write: Option<i64>) -> Flow {
        let fresh = self.kernel.state.frames[top.index()].phase == phase::FRESH;
        let at_once = if fresh { self.kernel.begin_context(cpu, thread, write) } else { None };
        if at_once.is_none() && !self.kernel.continue_context(cpu) {
            return Flow::Wait;
        }
        let copied = at_once != Some(false);
        let value = if copied { self.kernel.state.kthread[thread as usize].context } else { 0 };
        Flow::Done(copied.into(), write.is_none().then_some(value))
    }

    fn in_system_thread(&self, cpu: usize) -> bool {
        let thread = self.kernel.state.kprcb[cpu].current_thread;
        self.kernel.program.threads.get(thread as usize).is_some_and(|t| t.system)
    }
}

/// A thread's id: a multiple of 4, as Windows gives them.
fn thread_id(thread: u16) -> i64 {
    4 * (i64::from(thread) + 1)
}

/// A thread's handle: its packed object.
fn handle(thread: u16) -> i64 {
    ObjectRef { class: Class::Thread, index: thread }.pack().into()
}
