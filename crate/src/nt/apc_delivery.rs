//! KiDeliverApc: what a thread does with its queued APCs, and in which order (AP-12…17, AP-24).

use super::Kernel;
use super::apc::{KERNEL, USER};
use super::frame::{Frame, FrameId, FrameKind, Stack};
use crate::base::NONE;
use crate::program::{ApcKind, ApcOwner, BodyKind, Class, Irql, Ladder, ObjectRef};
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

/// `value` of a delivery's frame: the previous mode, and for the last a special user APC in hand (AP-24).
const SPECIAL_USER: i64 = 2;

impl Kernel {
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
        frame.pc = self.state.kthread[thread as usize].process;
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
        self.state.frames[id.index()].phase = phase::LISTS;
        match at {
            phase::SPECIAL_RAN => {
                self.state.kthread[thread as usize].special_apc_in_progress = false;
                self.next_apc(cpu, thread, id);
            }
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
            phase::USER_RAN => self.nt_continue(cpu, thread, id),
            _ => self.next_apc(cpu, thread, id),
        }
    }

    /// AP-13, steps 1 to 3: what is at the heads of the lists.
    fn next_apc(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let t = &self.state.kthread[thread as usize];
        let user_mode = self.state.frames[id.index()].value != 0;
        let head = t.apc_list[KERNEL].0;
        if t.special_apc_disable != 0 {
            return self.end_apc_delivery(cpu, thread, id);
        }
        if head == NONE {
            if user_mode && self.take_user_apc(cpu, thread, id) {
                return;
            }
            self.state.kthread[thread as usize].user_apc_pending &= !user_mode;
            return self.end_apc_delivery(cpu, thread, id);
        }
        if self.state.kapc[head as usize].kind == ApcKind::SpecialKernel {
            let apc = self.unlink_apc(thread, KERNEL);
            self.state.kthread[thread as usize].special_apc_in_progress = true;
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

    /// AP-13.3: the head of the user list, if it is pending: a special one always is, any other when UserApcPending says
    /// so.
    fn take_user_apc(&mut self, cpu: usize, thread: u16, id: FrameId) -> bool {
        let t = &mut self.state.kthread[thread as usize];
        let Some(first) = self.state.kapc.get(t.apc_list[USER].0 as usize) else { return false };
        let special = first.kind == ApcKind::SpecialUser;
        if !(special || t.user_apc_pending) {
            return false;
        }
        t.user_apc_pending &= special;
        let apc = self.unlink_apc(thread, USER);
        self.state.frames[id.index()].value = if special { SPECIAL_USER } else { USER as i64 };
        self.call_kernel_routine(cpu, thread, id, apc, phase::USER_KERNEL_RAN);
        true
    }

    /// Calls KernelRoutine at APC_LEVEL. It gets, and may change, what the normal routine will get (AP-5).
    fn call_kernel_routine(&mut self, cpu: usize, thread: u16, id: FrameId, apc: u16, then: u8) {
        let a = &self.state.kapc[apc as usize];
        let (def, since, pooled, body) = (a.def, a.since, a.pooled, a.kernel_routine);
        let [context, argument1, argument2] = a.arguments;
        let normal = match self.program.apcs[def as usize].owner {
            ApcOwner::Suspend | ApcOwner::Exit => ObjectRef { class: Class::Apc, index: def }.pack().into(),
            _ => routine_value(a.normal_routine),
        };
        let in_hand = [normal, context, argument1, argument2];
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
        let (owner, usual, arg) = (declared.owner, declared.kernel_body, u32::from(thread));
        let rule = match owner {
            ApcOwner::Scenario if body == NONE => return,
            ApcOwner::Scenario => {
                self.tell_routine(cpu, def, body, usual);
                let started = self.emit_from(since, cpu, Kind::ApcKernelRoutineStarted, Rule::AP13, def, arg);
                self.push_body(Stack::Thread(thread), body, def, &in_hand, started);
                return;
            }
            ApcOwner::Request(_) => Rule::IO2,
            ApcOwner::Service => Rule::AP13,
            ApcOwner::Suspend => self.suspend_rule(),
            ApcOwner::Exit => Rule::TE1,
            ApcOwner::Context => Rule::SU7,
        };
        // The kernel's own routines take no time.
        self.cause = self.emit_from(since, cpu, Kind::ApcKernelRoutineStarted, rule, def, arg);
        match owner {
            ApcOwner::Request(irp) => self.finish_request(cpu, irp, false),
            ApcOwner::Context => self.context_kernel_routine(cpu, thread, [context, argument1]),
            ApcOwner::Exit if then == phase::USER_KERNEL_RAN => return self.exit_special_apc(cpu),
            _ => {}
        }
        self.emit(cpu, Kind::ApcKernelRoutineEnded, rule, def, arg);
        self.exit_dispatcher(cpu);
    }

    /// A routine that is not the one of the APC's declaration is told beforehand: its record comes right before that of
    /// its beginning.
    pub(super) fn tell_routine(&mut self, cpu: usize, def: u16, body: u16, usual: u16) {
        if body != usual {
            let routine = ObjectRef { class: Class::Body, index: body };
            self.emit(cpu, Kind::ApcRoutineNamed, Rule::AP5, def, routine.pack());
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
            let irql = self.state.kprcb[cpu].irql;
            if irql != Ladder::APC {
                let routine = self.program.routine_address(self.state.frames[body.index()].body);
                let normal = ObjectRef::unpack(left[0] as u32).map_or(0, |r| self.program.routine_address(r.index));
                let unique = u64::from(at != phase::SPECIAL_RAN);
                let level = u64::from(irql) << 16 | u64::from(Ladder::APC) << 8 | unique;
                return self.bugcheck(cpu, Rule::AP13, 0xC8, [level, routine, Class::Apc.at(def), normal]);
            }
        } else {
            self.emit(cpu, Kind::ApcNormalRoutineEnded, Rule::AP13, def, u32::from(thread));
        }
        self.pop_frame(stack);
    }

    /// AP-13.2b: the normal routine of a kernel APC, at PASSIVE_LEVEL.
    fn call_normal_routine(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16) {
        let owner = self.program.apcs[def as usize].owner;
        if matches!(owner, ApcOwner::Suspend | ApcOwner::Exit) {
            self.state.kthread[thread as usize].kernel_apc_in_progress = true;
            self.state.frames[id.index()].phase = phase::NORMAL_RAN;
            self.set_irql(cpu, Ladder::PASSIVE);
            return match owner {
                ApcOwner::Suspend => self.begin_suspension(cpu, thread, def),
                _ => self.exit_normal_apc(cpu, thread, def),
            };
        }
        let Some(body) = self.normal_routine(cpu, thread, id, def, BodyKind::ApcNormalRoutine) else { return };
        self.state.kthread[thread as usize].kernel_apc_in_progress = true;
        self.state.frames[id.index()].phase = phase::NORMAL_RAN;
        self.call_at_passive(cpu, thread, id, def, body);
    }

    /// AP-13.3: the user frame for the user-mode dispatcher, and the routine in it.
    fn call_user_routine(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16) {
        self.state.frames[id.index()].phase = phase::USER_RAN;
        let Some(body) = self.normal_routine(cpu, thread, id, def, BodyKind::UserApc) else { return };
        self.call_at_passive(cpu, thread, id, def, body);
        self.state.kthread[thread as usize].user_apc_taken = true;
    }

    /// The NormalRoutine that the kernel routine has left, in code of its ring; none when there is none to call (AP-5).
    fn normal_routine(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16, kind: BodyKind) -> Option<u16> {
        let [value, ..]: [i64; 4] = self.slots(id);
        let body = ObjectRef::unpack(value as u32).filter(|r| r.class == Class::Body).map(|r| r.index);
        let body = body.filter(|b| self.program.bodies.get(*b as usize).is_some_and(|b| b.kind == kind));
        match body {
            None => {
                self.emit(cpu, Kind::ApcNormalRoutineSkipped, Rule::AP5, def, u32::from(thread));
            }
            Some(body) => {
                let usual = self.program.apcs[def as usize].normal_body;
                self.tell_routine(cpu, def, body, usual);
            }
        }
        body
    }

    fn call_at_passive(&mut self, cpu: usize, thread: u16, id: FrameId, def: u16, body: u16) {
        let [_, arguments @ ..]: [i64; 4] = self.slots(id);
        self.set_irql(cpu, Ladder::PASSIVE);
        let started = self.emit(cpu, Kind::ApcNormalRoutineStarted, Rule::AP13, def, u32::from(thread));
        self.push_body(Stack::Thread(thread), body, def, &arguments, started);
    }

    /// NtContinue with TestAlert (AP-15): more user APCs make the next one pending. After a special one there is no such
    /// test: the thread was in no alertable wait.
    fn nt_continue(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let special = self.state.frames[id.index()].value == SPECIAL_USER;
        self.pop_frame(Stack::Thread(thread));
        self.set_irql(cpu, Ladder::PASSIVE);
        self.emit(cpu, Kind::ApcDeliveryEnded, Rule::AP15, thread, 0);
        if !special {
            self.test_alert(cpu, thread);
        }
    }

    fn end_apc_delivery(&mut self, cpu: usize, thread: u16, id: FrameId) {
        let (old, process): (Irql, u16) = (self.state.frames[id.index()].irql, self.state.frames[id.index()].pc);
        let t = &self.state.kthread[thread as usize];
        if t.process != process {
            let (entered, now) = (Class::Process.at(process), Class::Process.at(t.process));
            return self.bugcheck(cpu, Rule::AP13, 0x5, [entered, now, u64::from(t.apc_state_index), 0]);
        }
        self.pop_frame(Stack::Thread(thread));
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::ApcDeliveryEnded, Rule::AP13, thread, 0);
    }
}

/// The address of a routine, NULL for none.
fn routine_value(body: u16) -> i64 {
    if body == NONE { 0 } else { ObjectRef { class: Class::Body, index: body }.pack().into() }
}
