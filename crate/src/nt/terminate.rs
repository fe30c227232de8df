//! Ending another thread (TE-1, TE-2): a normal kernel APC that queues itself again as a user APC, whose kernel routine
//! exits the thread on its way to user mode. What exiting means is told in `thread_exit`.

use super::Kernel;
use super::frame::FrameId;
use crate::base::NONE;
use crate::program::{ApcKind, Ladder};
use crate::trace::{Kind, Rule};

/// Boost of the exit APC.
const EXIT_INCREMENT: i64 = 2;

impl Kernel {
    /// NtTerminateThread for another thread than the current one; false when it is a system thread, which only ends
    /// itself, or is exiting already. A second request for the same end adds nothing.
    pub fn terminate_thread(&mut self, cpu: usize, thread: u16) -> bool {
        let system = self.program.threads[thread as usize].system;
        let Some(apc) = self.program.exit_apc.filter(|_| !system) else { return false };
        if !self.state.kthread[thread as usize].apc_queueable {
            self.emit(cpu, Kind::ApcRefused, Rule::AP7, apc, u32::from(thread));
            return false;
        }
        if std::mem::replace(&mut self.state.kthread[thread as usize].terminated, true) {
            return true;
        }
        self.insert_new_apc(cpu, apc, ApcKind::NormalKernel, thread, [0; 3], EXIT_INCREMENT);
        self.force_resume(cpu, thread);
        self.exit_dispatcher(cpu);
        true
    }

    /// PspExitNormalApc, in the thread that is to end: the APC again, now for user mode, at the head of its list.
    pub(super) fn exit_normal_apc(&mut self, cpu: usize, thread: u16, def: u16) {
        let started = self.emit(cpu, Kind::ApcNormalRoutineStarted, Rule::TE1, def, u32::from(thread));
        self.cause = started;
        self.insert_new_apc(cpu, def, ApcKind::User, thread, [0; 3], EXIT_INCREMENT);
        self.emit_from(started, cpu, Kind::ApcNormalRoutineEnded, Rule::TE1, def, u32::from(thread));
    }

    /// PsExitSpecialApc, on the way to user mode: the thread exits instead.
    pub(super) fn exit_special_apc(&mut self, cpu: usize) {
        let old = self.state.kprcb[cpu].irql;
        self.set_irql(cpu, Ladder::PASSIVE);
        self.emit(cpu, Kind::IrqlLowered, Rule::TE1, NONE, u32::from(old));
        self.exit_thread(cpu);
    }

    /// PsTerminateSystemThread, ExitThread, TerminateThread of itself: the code that calls it never goes on.
    pub fn exit_current_thread(&mut self, cpu: usize) {
        let prcb = &self.state.kprcb[cpu];
        let thread = prcb.current_thread;
        if prcb.frame != FrameId::NONE {
            return self.illegal_switch(cpu, prcb.next_thread);
        }
        if self.check_worker_exit(cpu, thread) {
            self.exit_thread(cpu);
        }
    }
}
