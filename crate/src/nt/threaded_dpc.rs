//! Threaded DPCs (DP-13, DP-25): each processor's DPC thread, how it is woken, and what it does. It knows nothing of
//! the drain of ordinary DPCs.

use super::Kernel;
use super::dpc_queue::DPC_THREADED;
use super::frame::{Frame, FrameKind};
use super::wait::{FRESH, Wait};
use crate::base::{INFINITE, NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef};
use crate::trace::Rule;

impl Kernel {
    /// The DPC threads were started long before the run begins: each waits for its event.
    pub(super) fn park_dpc_threads(&mut self) {
        let Some(threads) = self.program.dpc_threads else { return };
        for cpu in 0..u16::from(self.program.machine.processors) {
            let (thread, event) = (threads.first_thread + cpu, threads.first_event + cpu);
            let frame = Frame::kernel(FrameKind::DpcThread, Ladder::PASSIVE, NO_RECORD);
            self.park(thread, frame, ObjectRef { class: Class::Event, index: event });
        }
    }

    /// A threaded DPC was inserted: the target's DPC thread is asked for, by the way that quantum ends take (DP-13).
    pub(super) fn request_dpc_thread(&mut self, cpu: usize, target: usize, inserted: u32) {
        let prcb = &mut self.state.kprcb[target];
        if prcb.dpc_thread_active || prcb.dpc_thread_requested {
            return;
        }
        prcb.dpc_thread_requested = true;
        prcb.dpc_set_event_request = inserted;
        prcb.quantum_end = true;
        let outer = std::mem::replace(&mut self.cause, inserted);
        if cpu == target {
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::DP13);
        } else {
            self.send_ipi(cpu, target, Ladder::DISPATCH, Rule::DP13);
        }
        self.cause = outer;
    }

    /// KiQuantumEnd's first act, also done by the idle loop: a DPC thread that was asked for gets its event (DP-13).
    #[inline]
    pub(super) fn signal_dpc_thread(&mut self, cpu: usize) {
        let asked = std::mem::replace(&mut self.state.kprcb[cpu].dpc_set_event_request, NO_RECORD);
        if asked == NO_RECORD {
            return;
        }
        if let Some(threads) = self.program.dpc_threads {
            let outer = (self.cause, self.pc);
            self.enter_code(asked, NONE);
            self.signal_event(cpu, threads.first_event + cpu as u16, 0);
            self.enter_code(outer.0, outer.1);
        }
    }

    /// KiExecuteDpc (DP-25): the DPC thread takes the next DPC, or waits for its event when there is none.
    pub fn continue_dpc_thread(&mut self, cpu: usize) {
        let top = self.state.top(cpu);
        let (since, phase) = (self.state.frames[top.index()].since, self.state.frames[top.index()].phase);
        self.enter_code(since, NONE);
        let Some(threads) = self.program.dpc_threads else { return };
        let prcb = &mut self.state.kprcb[cpu];
        if phase != FRESH || prcb.dpc_data[DPC_THREADED].dpc_queue_depth == 0 {
            (prcb.dpc_thread_active, prcb.dpc_thread_requested) = (false, false);
            let event = ObjectRef { class: Class::Event, index: threads.first_event + cpu as u16 };
            let wait = Wait { object: event.pack(), user_mode: false, alertable: false, timeout: INFINITE };
            if self.wait(cpu, wait).is_some() {
                self.state.kprcb[cpu].dpc_thread_active = true;
            }
            return;
        }
        if let Some(taken) = self.take_queued_dpc(cpu, DPC_THREADED) {
            self.call_deferred_routine(cpu, DPC_THREADED, taken, Rule::DP25);
        }
    }
}
