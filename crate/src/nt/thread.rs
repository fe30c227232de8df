//! Threads: creation and the way to their routine (TH-2, TH-15).

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind};
use super::state::ThreadState;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Irql, Ladder};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// A thread is created from outside, when the scenario says so, and becomes ready.
    pub fn start_thread(&mut self, thread: u16) {
        if !self.is_uncreated(thread) {
            return;
        }
        self.enter_code(NO_RECORD, NONE);
        self.build_stack(thread, 0, NO_RECORD);
        let cpu = self.state.kthread[thread as usize].ideal_processor as usize;
        self.ready_thread(cpu, thread, Rule::TH4);
        let prcb = &self.state.kprcb[cpu];
        if prcb.next_thread == thread && prcb.current_thread != NONE && !prcb.dpc_routine_active {
            // It preempts whom it finds running: the switch is made by the DISPATCH interrupt (TH-6).
            self.cause = prcb.next_since;
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::TH6);
        }
    }

    /// CreateThread, PsCreateSystemThread: false when the thread was created before, or its process
    /// has ended. A suspended one finds its APC before
    /// its routine.
    pub fn create_thread(&mut self, cpu: usize, thread: u16, argument: i64, suspended: bool) -> bool {
        let process = &self.state.kprocess[self.program.threads[thread as usize].process as usize];
        if !self.is_uncreated(thread) || process.header.is_signalled() {
            return false;
        }
        let created = self.emit(cpu, Kind::ThreadCreated, Rule::TH15, thread, u32::from(suspended));
        let outer = std::mem::replace(&mut self.cause, created);
        self.build_stack(thread, argument, created);
        self.join_process(thread);
        self.state.kthread[thread as usize].apc_queueable = true;
        if suspended {
            // Nobody else knows of the thread, so nothing can be in the way.
            let _ = self.count_suspension(cpu, thread);
        }
        self.ready_thread(cpu, thread, Rule::TH4);
        self.cause = outer;
        self.exit_dispatcher(cpu);
        true
    }

    /// Whether a call can name a thread: there is no handle to one that code creates, before it does. One that begins by
    /// itself exists from the outset.
    #[must_use]
    pub fn thread_exists(&self, thread: u16) -> bool {
        !self.program.threads[thread as usize].created_by_code || !self.is_uncreated(thread)
    }

    fn is_uncreated(&self, thread: u16) -> bool {
        let t = &self.state.kthread[thread as usize];
        t.state == ThreadState::Initialized && t.frame == FrameId::NONE
    }

    /// The stack of a new thread: its routine, and over it what comes before; it begins at APC_LEVEL (TH-15).
    fn build_stack(&mut self, thread: u16, argument: i64, since: u32) {
        let (stack, body) = (Self::stack_of(thread), self.program.threads[thread as usize].body);
        let count = usize::from(self.program.bodies[body as usize].params);
        self.push_body(stack, body, thread, &[argument][..count.min(1)], since);
        self.push_frame(stack, Frame::kernel(FrameKind::Startup, Ladder::APC, since));
        self.state.kthread[thread as usize].wait_irql = Ladder::APC;
    }

    /// KiThreadStartup (TH-15): lower to PASSIVE_LEVEL, then the loader's NtTestAlert, then the routine.
    pub fn continue_startup(&mut self, cpu: usize, thread: u16, phase: u8) -> bool {
        let since = self.state.kthread[thread as usize].since;
        self.enter_code(since, NONE);
        if phase == 0 {
            let old: Irql = self.state.kprcb[cpu].irql;
            self.set_irql(cpu, Ladder::PASSIVE);
            self.emit(cpu, Kind::IrqlLowered, Rule::TH15, NONE, u32::from(old));
            return true;
        }
        self.pop_frame(Self::stack_of(thread));
        let started = self.emit(cpu, Kind::ThreadStarted, Rule::TH15, thread, 0);
        let body = self.state.kthread[thread as usize].frame;
        self.state.frames[body.index()].since = started;
        if !self.program.threads[thread as usize].system {
            self.test_alert(cpu, thread);
        }
        false
    }
}
