//! The end of a thread (TE-3, TH-19): what must be true of it, what is cancelled, run down and signalled, in which order.
//! It knows nothing of who ends it: its routine that has returned, or somebody else.

use super::Kernel;
use super::apc::{KERNEL, USER};
use super::frame::{CALLBACK_RETURNED, Frame, FrameId, FrameKind, Stack};
use super::request::IrpState;
use super::state::ThreadState;
use super::wait::{FRESH, Wait};
use super::{Ntstatus, STATUS_CANCELLED};
use crate::base::NONE;
use crate::program::{Class, Ladder, ObjectRef, PSP_EXIT_THREAD};
use crate::trace::{Kind, Rule};

/// `object` of an exiting thread's frame: how far it is.
const REQUESTS: u16 = 0;
const APCS: u16 = 1;

/// Phase of the frame while the cancel spin lock is wanted; the others are those of waits and callbacks.
const CANCELLING: u8 = 5;

/// How long an exiting thread sleeps before it looks at its requests again: 100 ms, as IoCancelThreadIo does.
const LOOK_AGAIN: i64 = -100_000_000;

impl Kernel {
    /// PspExitThread, in the thread that ends.
    pub fn exit_thread(&mut self, cpu: usize) {
        let thread = self.state.kprcb[cpu].current_thread;
        let t = &self.state.kthread[thread as usize];
        if t.apc_state_index != 0 {
            let (own, now) = (Class::Process.at(t.saved_apc_state.process), Class::Process.at(t.process));
            return self.bugcheck(cpu, Rule::TE3, 0x5, [own, now, u64::from(t.apc_state_index), 0]);
        }
        let disable = u64::from(t.combined_apc_disable());
        if disable != 0 {
            return self.bugcheck(cpu, Rule::TE3, 0x20, [0, disable, 0, 1]);
        }
        if !self.exits_at_passive(cpu) {
            return;
        }
        let since = self.cause;
        let frame = Frame { object: REQUESTS, ..Frame::kernel(FrameKind::Exit, Ladder::PASSIVE, since) };
        let frame = self.push_frame(Stack::Thread(thread), frame);
        self.go_on_exiting(cpu, thread, frame);
    }

    /// What ends a thread is pageable code of the kernel, and lowers the IRQL first (BC-3). What that delivers at APC_LEVEL
    /// runs before the end is tried again.
    fn exits_at_passive(&mut self, cpu: usize) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        if irql > Ladder::APC {
            self.bugcheck(cpu, Rule::BC3, 0xA, [PSP_EXIT_THREAD, u64::from(irql), 8, 0]);
        } else if irql == Ladder::APC {
            self.lower_irql(cpu, 0);
        }
        irql == Ladder::PASSIVE
    }

    /// The frame of an exiting thread runs again.
    pub fn continue_exit(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let since = self.state.frames[id.index()].since;
        self.enter_code(since, NONE);
        if self.state.frames[id.index()].phase == CALLBACK_RETURNED {
            self.state.frames[id.index()].phase = FRESH;
        }
        self.go_on_exiting(cpu, thread, id);
    }

    fn go_on_exiting(&mut self, cpu: usize, thread: u16, id: FrameId) {
        if self.state.frames[id.index()].object == REQUESTS {
            if !self.cancel_requests(cpu, thread, id) {
                return;
            }
            self.cancel_timers_of(cpu, thread);
            if !self.abandon_mutants(cpu, thread) {
                return;
            }
            // From here on nobody can queue an APC to it.
            self.state.kthread[thread as usize].apc_queueable = false;
            self.state.frames[id.index()].object = APCS;
            self.exit_dispatcher(cpu);
            if self.state.kprcb[cpu].current_thread != thread {
                return; // who has waited for a mutex of it goes first
            }
        }
        if self.run_down_apcs(cpu, thread) && self.exits_at_passive(cpu) {
            match self.tell_kernel_servers(cpu, thread) {
                Some(body) => self.call_function(cpu, body, &[]),
                None => self.end_thread(cpu, thread),
            }
        }
    }

    /// IoCancelThreadIo: each pending request is cancelled as IoCancelIrp does it, and waited for. True when none is left.
    /// A driver that the scenario does not show cancels what it is asked to.
    fn cancel_requests(&mut self, cpu: usize, thread: u16, id: FrameId) -> bool {
        let (mut cancel, mut left) = (false, false);
        for irp in 0..self.state.irp.len() as u16 {
            let i = &self.state.irp[irp as usize];
            if i.thread != thread || !matches!(i.state, IrpState::Pending | IrpState::Deferred) {
                continue;
            }
            let shown = i.location < self.program.irps[irp as usize].stack_count;
            if shown && i.state == IrpState::Pending {
                left = true;
                cancel |= !i.cancel;
            } else {
                self.drop_request(cpu, irp, STATUS_CANCELLED);
            }
        }
        let frame = &mut self.state.frames[id.index()];
        if cancel || frame.phase == CANCELLING {
            self.cancel_next_request(cpu, thread, id);
            return false;
        }
        if left {
            let wait = Wait { object: 0, user_mode: false, alertable: false, timeout: LOOK_AGAIN };
            if self.wait(cpu, wait).is_some() {
                self.poke(cpu); // and looks again
            }
            return false;
        }
        (frame.phase, frame.remaining, frame.value) = (FRESH, 0, 0);
        true
    }

    fn drop_request(&mut self, cpu: usize, irp: u16, status: Ntstatus) {
        let i = &mut self.state.irp[irp as usize];
        i.state = IrpState::Idle;
        i.cancel_routine = NONE;
        i.status_block = [status, 0];
        self.emit(cpu, Kind::IoCancelled, Rule::IO5, irp, 0);
    }

    /// One request is cancelled, under the cancel spin lock.
    fn cancel_next_request(&mut self, cpu: usize, thread: u16, id: FrameId) {
        if self.state.frames[id.index()].phase != CANCELLING {
            self.raise_for_lock(cpu, Ladder::DISPATCH, Rule::IR17);
            self.state.frames[id.index()].phase = CANCELLING;
        }
        let lock = self.program.cancel_spin_lock();
        if !self.acquire_spin_lock(cpu, id, lock, Ladder::PASSIVE, false) {
            return;
        }
        self.state.frames[id.index()].phase = FRESH;
        let wanted = |i: &super::Kirp| i.thread == thread && i.state == IrpState::Pending && !i.cancel;
        match self.state.irp.iter().position(wanted) {
            Some(irp) => {
                self.cancel_irp(cpu, irp as u16, Ladder::PASSIVE, Rule::IO6);
            }
            // Completed while the lock was wanted.
            None => self.release_spin_lock(cpu, lock, Some(i64::from(Ladder::PASSIVE))),
        }
    }

    /// User APCs that are still queued: each gets its RundownRoutine, or is just dropped; its other routines are never
    /// called (AP-25, AP-30). True when none is left, and none of the kernel's is.
    fn run_down_apcs(&mut self, cpu: usize, thread: u16) -> bool {
        while self.state.kthread[thread as usize].apc_list[USER].0 != NONE {
            let apc = self.unlink_apc(thread, USER);
            let a = &self.state.kapc[apc as usize];
            let (def, body, pooled) = (a.def, a.rundown_routine, a.pooled);
            if pooled {
                self.state.kapc_free.push(apc);
            }
            if body == NONE {
                self.emit(cpu, Kind::ApcDropped, Rule::TE3, def, u32::from(thread));
                continue;
            }
            self.tell_routine(cpu, def, body, self.program.apcs[def as usize].rundown_body);
            let started = self.emit(cpu, Kind::ApcRundownRoutineStarted, Rule::TE3, def, u32::from(thread));
            self.push_body(Stack::Thread(thread), body, def, &[], started);
            return false;
        }
        let t = &self.state.kthread[thread as usize];
        let pending = t.apc_list[KERNEL].0;
        if pending == NONE {
            return true;
        }
        let irql = self.state.kprcb[cpu].irql;
        let apc = Class::Apc.at(self.state.kapc[pending as usize].def);
        let parameters = [apc, u64::from(t.combined_apc_disable()), u64::from(irql), 0];
        self.bugcheck(cpu, Rule::TE3, 0x20, parameters);
        false
    }

    /// A RundownRoutine has returned.
    pub(super) fn rundown_routine_returned(&mut self, cpu: usize, stack: Stack, body: FrameId) {
        let frame = &self.state.frames[body.index()];
        let (since, def) = (frame.since, frame.object);
        let thread = self.state.kprcb[cpu].current_thread;
        self.enter_code(since, NONE);
        self.emit(cpu, Kind::ApcRundownRoutineEnded, Rule::TE3, def, u32::from(thread));
        self.pop_frame(stack);
    }

    /// The last of it: the thread is Terminated, its object signalled, its stack gone.
    fn end_thread(&mut self, cpu: usize, thread: u16) {
        let t = &mut self.state.kthread[thread as usize];
        t.state = ThreadState::Terminated;
        t.header.signal_state = 1;
        let ended = self.emit(cpu, Kind::ThreadEnded, Rule::TH19, thread, 0);
        self.state.kthread[thread as usize].since = ended;
        self.cause = ended;
        self.wait_test(cpu, ObjectRef { class: Class::Thread, index: thread }, 0, Rule::TH19);
        self.tell_of_end(cpu, thread);
        self.leave_process(cpu, thread);
        self.leave_queue(cpu, thread);
        while self.pop_frame(Self::stack_of(thread)) != FrameId::NONE {}
        self.find_deadlocks_of_threads(cpu, true);
        self.switch_away(cpu, ended);
    }
}
