//! Threads: creation and the way to their routine (TH-2, TH-15).

use super::Kernel;
use super::frame::{Frame, FrameKind};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Irql, Ladder};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// A thread is created and becomes ready.
    pub fn start_thread(&mut self, thread: u16) {
        let body = self.program.threads[thread as usize].body;
        let stack = Self::stack_of(thread);
        self.enter_code(NO_RECORD, NONE);
        self.push_body(stack, body, thread, &[], NO_RECORD);
        // A new thread begins at APC_LEVEL (TH-15).
        self.push_frame(stack, Frame::kernel(FrameKind::Startup, Ladder::APC, NO_RECORD));
        self.state.kthread[thread as usize].wait_irql = Ladder::APC;
        let cpu = self.state.kthread[thread as usize].ideal_processor as usize;
        self.ready_thread(cpu, thread, Rule::TH4);
        let prcb = &self.state.kprcb[cpu];
        if prcb.next_thread == thread && prcb.current_thread != NONE && !prcb.dpc_routine_active {
            // It preempts whom it finds running: the switch is made by the DISPATCH interrupt (TH-6).
            self.cause = prcb.next_since;
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::TH6);
        }
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
