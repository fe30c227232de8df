//! Threads: creation, the way to their routine, exit (TH-2, TH-15, TH-19, TE-3).

use super::frame::{Frame, FrameKind};
use super::request::IrpState;
use super::state::ThreadState;
use super::{Kernel, STATUS_CANCELLED};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, Irql, Ladder, ObjectRef};
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

    /// A thread's routine has returned (TE-3).
    pub fn exit_thread(&mut self, cpu: usize, thread: u16) {
        let t = &self.state.kthread[thread as usize];
        let disable = u64::from(t.combined_apc_disable());
        if disable != 0 {
            return self.bugcheck(cpu, Rule::TE3, 0x20, [0, disable, 0, 1]);
        }
        let irql = self.state.kprcb[cpu].irql;
        if irql != Ladder::PASSIVE {
            // A system thread that returns above PASSIVE_LEVEL: what PspExitThread's own wait runs into.
            return self.bugcheck(cpu, Rule::TE3, 0xA, [0, u64::from(irql), 0, 0]);
        }
        for irp in 0..self.state.irp.len() as u16 {
            let i = &mut self.state.irp[irp as usize];
            if i.thread == thread && matches!(i.state, IrpState::Pending | IrpState::Deferred) {
                i.state = IrpState::Idle;
                i.cancel_routine = NONE;
                i.status_block = [STATUS_CANCELLED, 0];
                self.emit(cpu, Kind::IoCancelled, Rule::IO5, irp, 0);
            }
        }
        if !self.abandon_mutants(cpu, thread) {
            return;
        }
        let pending = self.rundown_apcs(thread);
        if pending != NONE {
            return self.bugcheck(cpu, Rule::TE3, 0x20, [u64::from(pending), disable, u64::from(irql), 0]);
        }
        let t = &mut self.state.kthread[thread as usize];
        t.apc_queueable = false;
        t.state = ThreadState::Terminated;
        t.header.signal_state = 1;
        let ended = self.emit(cpu, Kind::ThreadEnded, Rule::TH19, thread, 0);
        self.state.kthread[thread as usize].since = ended;
        self.cause = ended;
        self.wait_test(cpu, ObjectRef { class: Class::Thread, index: thread }, 0, Rule::TH19);
        self.leave_queue(cpu, thread);
        self.pop_frame(Self::stack_of(thread));
        self.switch_away(cpu, ended);
    }
}
