//! APC objects, their two lists on each thread, insertion, signalling and delivery (AP-1…10, AP-13, AP-15…17).

use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::state::{Kapc, ThreadState};
use super::{Kernel, STATUS_KERNEL_APC, STATUS_USER_APC};
use crate::base::{NO_RECORD, NONE};
use crate::program::{ApcKind, Irql, Ladder};
use crate::trace::{Kind, Rule};

/// Phases of KiDeliverApc (AP-13): what it does when its frame runs again.
mod phase {
    /// Looks at the lists.
    pub(super) const LISTS: u8 = 0;
    /// A special APC's kernel routine has returned.
    pub(super) const SPECIAL_RAN: u8 = 1;
    /// A normal kernel APC's kernel routine has returned.
    pub(super) const KERNEL_RAN: u8 = 2;
    /// A normal kernel APC's normal routine has returned.
    pub(super) const NORMAL_RAN: u8 = 3;
    /// A user APC's kernel routine has returned.
    pub(super) const USER_KERNEL_RAN: u8 = 4;
    /// A user APC's routine has returned to the user-mode dispatcher.
    pub(super) const USER_RAN: u8 = 5;
}

/// Index of the kernel list and of the user list of a thread.
const KERNEL: usize = 0;
const USER: usize = 1;

impl Kernel {
    /// KeInsertQueueApc (AP-7).
    pub fn insert_queue_apc(&mut self, cpu: usize, apc: u16, arguments: [i64; 2], increment: i64) -> bool {
        let inserted = self.link_and_signal_apc(cpu, apc, arguments, increment);
        self.exit_dispatcher(cpu);
        inserted
    }

    /// KeInsertQueueApc up to the dispatcher's exit, which is the caller's.
    fn link_and_signal_apc(&mut self, cpu: usize, apc: u16, arguments: [i64; 2], increment: i64) -> bool {
        let a = &self.state.kapc[apc as usize];
        let (def, thread) = (a.def, a.thread);
        if a.inserted || !self.state.kthread[thread as usize].apc_queueable {
            self.emit(cpu, Kind::ApcRefused, Rule::AP7, def, u32::from(thread));
            return false;
        }
        let a = &mut self.state.kapc[apc as usize];
        a.inserted = true;
        a.arguments[1..].copy_from_slice(&arguments);
        a.since = self.state.records;
        self.link_apc(apc);
        let kind = self.state.kapc[apc as usize].kind;
        let inserted = self.emit(cpu, Kind::ApcInserted, Rule::AP8, def, u32::from(thread));
        let outer = std::mem::replace(&mut self.cause, inserted);
        if kind == ApcKind::User {
            self.signal_user_apc(cpu, thread, increment);
        } else {
            self.signal_kernel_apc(cpu, thread, kind, increment);
        }
        self.cause = outer;
        true
    }

    /// QueueUserAPC: a new object, then as KeInsertQueueApc.
    pub fn queue_user_apc(&mut self, cpu: usize, def: u16, thread: u16, data: i64) -> bool {
        if !self.state.kthread[thread as usize].apc_queueable {
            self.emit(cpu, Kind::ApcRefused, Rule::AP7, def, u32::from(thread));
            return false;
        }
        let inserted = self.insert_new_user_apc(cpu, def, thread, [data, 0, 0], 0);
        self.exit_dispatcher(cpu);
        inserted
    }

    /// Queues a user APC whose object is made for this once and freed when it is delivered. The dispatcher's exit
    /// is the caller's.
    pub(super) fn insert_new_user_apc(
        &mut self,
        cpu: usize,
        def: u16,
        thread: u16,
        arguments: [i64; 3],
        increment: i64,
    ) -> bool {
        let apc = Kapc {
            def,
            kind: ApcKind::User,
            thread,
            inserted: false,
            pooled: true,
            next: NONE,
            arguments,
            since: NO_RECORD,
        };
        let index = match self.state.kapc_free.pop() {
            Some(index) => {
                self.state.kapc[index as usize] = apc;
                index
            }
            None => {
                let made = self.state.kapc.len() - self.program.apcs.len();
                if made >= self.limits.apc_pool as usize {
                    self.stop_at_limit("apc_pool", u64::from(self.limits.apc_pool));
                    return false;
                }
                self.state.kapc.push(apc);
                self.state.kapc.len() as u16 - 1
            }
        };
        self.link_and_signal_apc(cpu, index, [arguments[1], arguments[2]], increment)
    }

    /// AP-8: special kernel APCs stand before all normal ones, everything else at the tail.
    fn link_apc(&mut self, apc: u16) {
        let (kind, thread) = (self.state.kapc[apc as usize].kind, self.state.kapc[apc as usize].thread);
        let list = if kind == ApcKind::User { USER } else { KERNEL };
        let (first, last) = self.state.kthread[thread as usize].apc_list[list];
        let mut after = last;
        if kind == ApcKind::SpecialKernel {
            after = NONE;
            let mut at = first;
            while at != NONE && self.state.kapc[at as usize].kind == ApcKind::SpecialKernel {
                after = at;
                at = self.state.kapc[at as usize].next;
            }
        }
        let next = if after == NONE { first } else { self.state.kapc[after as usize].next };
        self.state.kapc[apc as usize].next = next;
        if after != NONE {
            self.state.kapc[after as usize].next = apc;
        }
        let ends = &mut self.state.kthread[thread as usize].apc_list[list];
        if after == NONE {
            ends.0 = apc;
        }
        if next == NONE {
            ends.1 = apc;
        }
    }

    /// Takes the head of a list; its `Inserted` is clear from then on.
    fn unlink_apc(&mut self, thread: u16, list: usize) -> u16 {
        let (first, last) = self.state.kthread[thread as usize].apc_list[list];
        let apc = &mut self.state.kapc[first as usize];
        apc.inserted = false;
        let next = std::mem::replace(&mut apc.next, NONE);
        self.state.kthread[thread as usize].apc_list[list] = (next, if next == NONE { NONE } else { last });
        first
    }

    /// AP-9.
    fn signal_kernel_apc(&mut self, cpu: usize, thread: u16, kind: ApcKind, increment: i64) {
        let t = &mut self.state.kthread[thread as usize];
        t.kernel_apc_pending = true;
        match t.state {
            ThreadState::Running => {
                let target = t.next_processor as usize;
                if target != cpu {
                    self.send_ipi(cpu, target, Ladder::APC, Rule::AP9);
                } else if t.special_apc_disable == 0 {
                    self.request_software_interrupt(cpu, Ladder::APC, Rule::AP9);
                }
            }
            ThreadState::Waiting => {
                let normal_held = t.kernel_apc_disable != 0 || t.kernel_apc_in_progress;
                let deliverable = t.wait_irql == Ladder::PASSIVE
                    && t.special_apc_disable == 0
                    && (kind == ApcKind::SpecialKernel || !normal_held);
                if deliverable {
                    self.end_wait(cpu, thread, STATUS_KERNEL_APC, increment, Rule::AP9);
                }
            }
            _ => {}
        }
    }

    /// AP-10.
    fn signal_user_apc(&mut self, cpu: usize, thread: u16, increment: i64) {
        let t = &self.state.kthread[thread as usize];
        if t.state != ThreadState::Waiting || t.wait_mode == 0 || !(t.alertable || t.user_apc_pending) {
            return;
        }
        self.set_user_apc_pending(cpu, thread, Rule::AP10);
        self.end_wait(cpu, thread, STATUS_USER_APC, increment, Rule::AP10);
    }

    /// User APCs will be delivered at the next return to user mode.
    pub(super) fn set_user_apc_pending(&mut self, cpu: usize, thread: u16, rule: Rule) {
        let n = self.emit(cpu, Kind::UserApcPending, rule, thread, 0);
        let t = &mut self.state.kthread[thread as usize];
        t.user_apc_pending = true;
        t.user_apc_pending_since = n;
    }

    /// KeTestAlertThread(UserMode) (AL-2).
    pub fn test_alert(&mut self, cpu: usize, thread: u16) -> bool {
        let t = &mut self.state.kthread[thread as usize];
        if std::mem::take(&mut t.alerted[USER]) {
            return true;
        }
        if t.apc_list[USER].0 != NONE && !t.user_apc_pending {
            self.set_user_apc_pending(cpu, thread, Rule::AL2);
        }
        false
    }

    /// The APC software interrupt fires in the current thread (AP-12, IR-15).
    pub fn accept_apc(&mut self, cpu: usize) {
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests &= !(1 << Ladder::APC);
        let (requested, old, thread) = (prcb.requested_by[0], prcb.irql, prcb.current_thread);
        if thread == NONE {
            return; // the idle thread has no APCs; it stands below DISPATCH_LEVEL only by a driver's mistake
        }
        if prcb.frame != FrameId::NONE {
            return self.bugcheck_under_routine(cpu);
        }
        prcb.irql = Ladder::APC;
        let (level, arg) = (u16::from(Ladder::APC), u32::from(old));
        let n = self.emit_from(requested, cpu, Kind::SoftwareInterruptAccepted, Rule::IR14, level, arg);
        let frame = Frame::kernel(FrameKind::DeliverApc, old, n);
        self.begin_apc_delivery(cpu, thread, frame, Rule::AP13);
    }

    /// The way back to user mode finds UserApcPending (AP-15).
    pub fn deliver_user_apcs(&mut self, cpu: usize, thread: u16) {
        let since = self.state.kthread[thread as usize].user_apc_pending_since;
        let mut frame = Frame::kernel(FrameKind::DeliverApc, Ladder::PASSIVE, since);
        frame.object = USER as u16;
        self.begin_apc_delivery(cpu, thread, frame, Rule::AP15);
    }

    /// KiDeliverApc begins, at APC_LEVEL. `frame.object` is the previous mode until an APC is in hand.
    pub(super) fn begin_apc_delivery(&mut self, cpu: usize, thread: u16, mut frame: Frame, rule: Rule) {
        let user = frame.object == USER as u16;
        frame.value = i64::from(user);
        self.set_irql(cpu, Ladder::APC);
        let n = self.emit_from(frame.since, cpu, Kind::ApcDeliveryStarted, rule, thread, u32::from(user));
        frame.since = n;
        self.state.kthread[thread as usize].kernel_apc_pending = false;
        self.push_frame(Stack::Thread(thread), frame);
    }

    /// KiDeliverApc goes on (AP-13).
    pub fn continue_apc_delivery(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let frame = &self.state.frames[id.index()];
        let (at, since, apc) = (frame.phase, frame.since, frame.object);
        self.enter_code(since, NONE);
        let irql = self.state.kprcb[cpu].irql;
        let kernel_routine_ran = matches!(at, phase::SPECIAL_RAN | phase::KERNEL_RAN | phase::USER_KERNEL_RAN);
        if kernel_routine_ran && irql != Ladder::APC {
            let code = u64::from(irql) << 16 | u64::from(Ladder::APC) << 8;
            return self.bugcheck(cpu, Rule::AP13, 0xC8, [code, u64::from(apc), 0, 0]);
        }
        self.state.frames[id.index()].phase = phase::LISTS;
        match at {
            phase::KERNEL_RAN => self.call_normal_routine(cpu, thread, id, apc),
            phase::NORMAL_RAN => {
                if irql > Ladder::APC {
                    self.raise_irql(cpu, i64::from(Ladder::APC)); // it has not lowered what it raised (IR-10)
                } else {
                    self.set_irql(cpu, Ladder::APC);
                }
                self.state.kthread[thread as usize].kernel_apc_in_progress = false;
            }
            phase::USER_KERNEL_RAN => self.call_user_routine(cpu, thread, id, apc),
            phase::USER_RAN => self.nt_continue(cpu, thread),
            _ => self.next_apc(cpu, thread, id),
        }
    }

    /// AP-13, steps 1 to 3: what is at the heads of the lists.
    fn next_apc(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let t = &self.state.kthread[thread as usize];
        let user_mode = self.state.frames[id.index()].value == 1;
        let head = t.apc_list[KERNEL].0;
        if t.special_apc_disable != 0 {
            return self.end_apc_delivery(cpu, thread, id);
        }
        if head == NONE {
            if user_mode && t.user_apc_pending && t.apc_list[USER].0 != NONE {
                self.state.kthread[thread as usize].user_apc_pending = false;
                let apc = self.unlink_apc(thread, USER);
                return self.call_kernel_routine(cpu, thread, id, apc, phase::USER_KERNEL_RAN);
            }
            self.state.kthread[thread as usize].user_apc_pending &= !user_mode;
            return self.end_apc_delivery(cpu, thread, id);
        }
        if self.state.kapc[head as usize].kind == ApcKind::SpecialKernel {
            let apc = self.unlink_apc(thread, KERNEL);
            return self.call_kernel_routine(cpu, thread, id, apc, phase::SPECIAL_RAN);
        }
        if t.kernel_apc_in_progress || t.kernel_apc_disable != 0 {
            let def = self.state.kapc[head as usize].def;
            self.emit(cpu, Kind::ApcHeld, Rule::AP13, def, u32::from(thread));
            return self.end_apc_delivery(cpu, thread, id);
        }
        let apc = self.unlink_apc(thread, KERNEL);
        self.call_kernel_routine(cpu, thread, id, apc, phase::KERNEL_RAN);
    }

    /// Calls KernelRoutine at APC_LEVEL. It gets, and may change, what the normal routine will get (AP-5).
    fn call_kernel_routine(&mut self, cpu: usize, thread: u16, id: FrameId, apc: u16, then: u8) {
        let a = &self.state.kapc[apc as usize];
        let (def, since, pooled) = (a.def, a.since, a.pooled);
        let [context, argument1, argument2] = a.arguments;
        let special = a.kind == ApcKind::SpecialKernel;
        let in_hand = [i64::from(!special), context, argument1, argument2];
        if pooled {
            self.state.kapc_free.push(apc);
        }
        let at = id.index() * self.program.slots_per_frame as usize;
        self.state.slots[at..at + 4].copy_from_slice(&in_hand);
        let frame = &mut self.state.frames[id.index()];
        frame.phase = then;
        frame.object = def;
        frame.since = since;
        let declared = &self.program.apcs[def as usize];
        let (body, irp) = (declared.kernel_body, declared.irp);
        if special && irp != NONE {
            self.cause = self.emit_from(since, cpu, Kind::ApcKernelRoutineStarted, Rule::IO2, def, u32::from(thread));
            self.finish_request(cpu, irp, false);
            self.emit(cpu, Kind::ApcKernelRoutineEnded, Rule::IO2, def, u32::from(thread));
            self.exit_dispatcher(cpu);
        } else if body != NONE {
            let arg = u32::from(thread);
            let started = self.emit_from(since, cpu, Kind::ApcKernelRoutineStarted, Rule::AP13, def, arg);
            self.push_body(Stack::Thread(thread), body, def, &in_hand, started);
        }
    }

    /// A routine that KiDeliverApc called has returned: keep what a kernel routine leaves (AP-5).
    pub(super) fn apc_routine_returned(&mut self, cpu: usize, stack: Stack, body: FrameId, delivery: FrameId) {
        let (since, def) = (self.state.frames[body.index()].since, self.state.frames[body.index()].object);
        let Stack::Thread(thread) = stack else { return };
        let at = self.state.frames[delivery.index()].phase;
        self.enter_code(since, NONE);
        if matches!(at, phase::SPECIAL_RAN | phase::KERNEL_RAN | phase::USER_KERNEL_RAN) {
            let left: [i64; 4] = self.slots(body);
            let place = delivery.index() * self.program.slots_per_frame as usize;
            self.state.slots[place..place + 4].copy_from_slice(&left);
            self.emit(cpu, Kind::ApcKernelRoutineEnded, Rule::AP13, def, u32::from(thread));
        } else {
            self.emit(cpu, Kind::ApcNormalRoutineEnded, Rule::AP13, def, u32::from(thread));
        }
        self.pop_frame(stack);
    }

    /// AP-13.2b: the normal routine of a kernel APC, at PASSIVE_LEVEL.
    fn call_normal_routine(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16) {
        let [normal, arguments @ ..]: [i64; 4] = self.slots(id);
        let body = self.program.apcs[def as usize].normal_body;
        if normal == 0 || body == NONE {
            return;
        }
        self.state.kthread[thread as usize].kernel_apc_in_progress = true;
        self.state.frames[id.index()].phase = phase::NORMAL_RAN;
        self.call_at_passive(cpu, thread, def, body, &arguments);
    }

    /// AP-13.3: the user frame for the user-mode dispatcher, and the routine in it.
    fn call_user_routine(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16) {
        let [normal, arguments @ ..]: [i64; 4] = self.slots(id);
        let body = self.program.apcs[def as usize].normal_body;
        self.state.frames[id.index()].phase = phase::USER_RAN;
        if normal == 0 || body == NONE {
            return;
        }
        self.call_at_passive(cpu, thread, def, body, &arguments);
    }

    fn call_at_passive(&mut self, cpu: usize, thread: u16, def: u16, body: u16, arguments: &[i64; 3]) {
        self.set_irql(cpu, Ladder::PASSIVE);
        let started = self.emit(cpu, Kind::ApcNormalRoutineStarted, Rule::AP13, def, u32::from(thread));
        self.push_body(Stack::Thread(thread), body, def, arguments, started);
    }

    /// NtContinue with TestAlert (AP-15): more user APCs make the next one pending.
    fn nt_continue(&mut self, cpu: usize, thread: u16) {
        self.pop_frame(Stack::Thread(thread));
        self.set_irql(cpu, Ladder::PASSIVE);
        self.emit(cpu, Kind::ApcDeliveryEnded, Rule::AP15, thread, 0);
        self.test_alert(cpu, thread);
    }

    fn end_apc_delivery(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let old: Irql = self.state.frames[id.index()].irql;
        self.pop_frame(Stack::Thread(thread));
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::ApcDeliveryEnded, Rule::AP13, thread, 0);
    }

    /// A thread exits: its user APCs are dropped and never called (AP-25, TE-3). A kernel APC that is still queued, or
    /// `NONE`.
    pub(super) fn rundown_apcs(&mut self, thread: u16) -> u16 {
        while self.state.kthread[thread as usize].apc_list[USER].0 != NONE {
            let apc = self.unlink_apc(thread, USER);
            if self.state.kapc[apc as usize].pooled {
                self.state.kapc_free.push(apc);
            }
        }
        self.state.kthread[thread as usize].apc_list[KERNEL].0
    }
}
