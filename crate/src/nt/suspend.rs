//! Suspending and resuming threads (SU-1…4, SU-6): the count, the thread's built-in normal kernel APC, and its routine that
//! waits until the thread is resumed. What it waits for is a semaphore, or an event in the newer model; nothing else here
//! depends on which.

use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::wait::Wait;
use super::{Kernel, Ntstatus, STATUS_SUSPEND_COUNT_EXCEEDED, STATUS_THREAD_IS_TERMINATING};
use crate::base::{INFINITE, NONE};
use crate::program::{Class, Ladder, ObjectRef, SuspendModel};
use crate::trace::{Kind, Rule};

/// MAXIMUM_SUSPEND_COUNT.
const MOST_SUSPENSIONS: u8 = 127;

impl Kernel {
    /// KeSuspendThread (SU-1, SU-2): the previous count.
    pub fn suspend_thread(&mut self, cpu: usize, thread: u16) -> Result<u8, Ntstatus> {
        let previous = self.count_suspension(cpu, thread)?;
        self.exit_dispatcher(cpu);
        Ok(previous)
    }

    /// The same up to the dispatcher's exit, which is the caller's.
    pub(super) fn count_suspension(&mut self, cpu: usize, thread: u16) -> Result<u8, Ntstatus> {
        let t = &mut self.state.kthread[thread as usize];
        let previous = t.suspend_count;
        if previous == MOST_SUSPENSIONS {
            return Err(STATUS_SUSPEND_COUNT_EXCEEDED);
        }
        // Suspended again, a thread that is to end never would.
        if t.terminated || !t.apc_queueable {
            return Err(STATUS_THREAD_IS_TERMINATING);
        }
        t.suspend_count += 1;
        let asked = self.emit(cpu, Kind::ThreadSuspensionCounted, Rule::SU1, thread, u32::from(previous) + 1);
        let Some(objects) = self.program.suspension.filter(|_| previous == 0) else { return Ok(previous) };
        let apc = objects.first_apc + thread;
        let outer = std::mem::replace(&mut self.cause, asked);
        let inserted = self.state.kapc[apc as usize].inserted;
        // If it is still inserted, it will wait after all: what the resume since then has given it is taken back.
        let ObjectRef { class, index } = objects.object_of(thread);
        match class {
            Class::Event => self.state.kevent[index as usize].header.signal_state = 0,
            _ => self.state.ksemaphore[index as usize].header.signal_state -= i32::from(inserted),
        }
        if !inserted {
            self.link_and_signal_apc(cpu, apc, [0; 2], 0);
        }
        self.cause = outer;
        Ok(previous)
    }

    /// KeResumeThread (SU-3): the previous count.
    pub fn resume_thread(&mut self, cpu: usize, thread: u16) -> u8 {
        let previous = self.state.kthread[thread as usize].suspend_count;
        if previous != 0 {
            self.set_suspend_count(cpu, thread, previous - 1);
        }
        self.exit_dispatcher(cpu);
        previous
    }

    /// KeForceResumeThread: whatever the count, it is over (TE-1). The dispatcher's exit is the caller's.
    pub(super) fn force_resume(&mut self, cpu: usize, thread: u16) {
        if self.state.kthread[thread as usize].suspend_count != 0 {
            self.set_suspend_count(cpu, thread, 0);
        }
    }

    /// The count falls; at 0 what the suspended thread waits for is signalled.
    fn set_suspend_count(&mut self, cpu: usize, thread: u16, count: u8) {
        self.state.kthread[thread as usize].suspend_count = count;
        let resumed = self.emit(cpu, Kind::ThreadResumptionCounted, Rule::SU3, thread, u32::from(count));
        let Some(objects) = self.program.suspension.filter(|_| count == 0) else { return };
        let object = objects.object_of(thread);
        match object.class {
            Class::Event => self.state.kevent[object.index as usize].header.signal_state = 1,
            _ => self.state.ksemaphore[object.index as usize].header.signal_state += 1,
        }
        let outer = std::mem::replace(&mut self.cause, resumed);
        self.wait_test(cpu, object, 0, Rule::SU3);
        self.cause = outer;
    }

    /// The rule by whose objects threads are suspended.
    pub(super) fn suspend_rule(&self) -> Rule {
        match self.program.machine.suspend_model {
            SuspendModel::ApcNt5 => Rule::SU2,
            SuspendModel::SchedApcWin8 => Rule::SU6,
        }
    }

    /// KiSuspendThread, the normal routine of the APC, begins in the thread itself.
    pub(super) fn begin_suspension(&mut self, cpu: usize, thread: u16, def: u16) {
        let rule = self.suspend_rule();
        let started = self.emit(cpu, Kind::ApcNormalRoutineStarted, rule, def, u32::from(thread));
        let frame = Frame::kernel(FrameKind::Suspend, Ladder::PASSIVE, started);
        self.push_frame(Stack::Thread(thread), Frame { object: def, ..frame });
    }

    /// KiSuspendThread goes on: it waits, in kernel mode and not alertable, until it is resumed.
    pub fn continue_suspension(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let (since, def) = (self.state.frames[id.index()].since, self.state.frames[id.index()].object);
        self.enter_code(since, NONE);
        let Some(objects) = self.program.suspension else { return };
        let object = objects.object_of(thread).pack();
        let wait = Wait { object, user_mode: false, alertable: false, timeout: INFINITE };
        if self.wait(cpu, wait).is_some() {
            self.emit(cpu, Kind::ApcNormalRoutineEnded, Rule::SU3, def, u32::from(thread));
            self.pop_frame(Stack::Thread(thread));
        }
    }
}
