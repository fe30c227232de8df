//! The processor at work on the scenario's code: operations of the register code.

use super::Machine;
use super::routines::{Flow, done};
use crate::base::NONE;
use crate::nt::alpc::STATUS_INVALID_HANDLE;
use crate::nt::{CodePage, FrameId};
use crate::program::{
    Caller, Class, Field, IRP_SLOT, ObjectRef, Op, ParamKind, ResultKind, Routine, RoutineInfo, Slot, TIME_ASSERTION,
};

/// Operations on the frame alone that one step may execute together: nobody else can see them.
const LOCAL_OPS_PER_STEP: u32 = 64;

/// What GetThreadPriority returns when it fails.
const THREAD_PRIORITY_ERROR_RETURN: i64 = 0x7FFF_FFFF;

/// Phases of the frame of an operation that takes time or may not go on; `nt` uses the low ones for waits.
pub(super) mod phase {
    /// Nothing has begun.
    pub(in crate::sim) const FRESH: u8 = 0;
    /// Work has begun.
    pub(in crate::sim) const WORKING: u8 = 8;
    /// A spin lock is wanted; the IRQL is raised and the old level is in the frame.
    pub(in crate::sim) const SPINNING: u8 = 9;
    /// The service is done; what is due is delivered before it returns.
    pub(in crate::sim) const RETURNING: u8 = 10;
    /// Drains are asked for; what is queued is waited for.
    pub(in crate::sim) const FLUSHING: u8 = 11;
    /// A mutex is released; its critical region is left next.
    pub(in crate::sim) const RELEASED: u8 = 12;
    /// A call with stages of its own is between two of them.
    pub(in crate::sim) const HALFWAY: u8 = 15;
    /// A service was entered, and that is paid for.
    pub(in crate::sim) const ENTERED: u8 = 16;
}

// Here a run spends its time, so lists are indexed as slices: where code is built small, an index into a `Vec` is a call.
impl Machine {
    #[inline(always)]
    pub(super) fn slot(&self, frame: FrameId, slot: Slot) -> i64 {
        self.kernel.state.slots.as_slice()[frame.index() * self.kernel.program.slots_per_frame as usize + slot as usize]
    }

    #[inline(always)]
    pub(super) fn set_slot(&mut self, frame: FrameId, slot: Slot, value: i64) {
        let at = frame.index() * self.kernel.program.slots_per_frame as usize + slot as usize;
        self.kernel.state.slots.as_mut_slice()[at] = value;
    }

    /// Executes the top frame's code up to the next operation that others can see, and that one.
    pub(super) fn execute(&mut self, cpu: usize, top: FrameId) {
        let frame = &self.kernel.state.frames.as_slice()[top.index()];
        let since = frame.since;
        // A service that it has called is in the kernel until it is done.
        let in_user_mode = frame.user && matches!(frame.phase, phase::FRESH | phase::WORKING | phase::RETURNING);
        if in_user_mode && self.user_apcs_are_due(cpu) {
            let thread = self.kernel.state.kprcb[cpu].current_thread;
            return self.kernel.deliver_user_apcs(cpu, thread);
        }
        // A routine that it has called is code of the kernel, which is always there.
        let its_own = matches!(frame.phase, phase::FRESH | phase::WORKING);
        let (body, pc) = (frame.body, frame.pc);
        if self.kernel.state.code_pages.as_slice()[body as usize] != CodePage::Nonpaged && its_own {
            self.kernel.enter_code(since, pc);
            if !self.kernel.run_pageable_code(cpu, body) {
                return;
            }
        }
        for _ in 0..LOCAL_OPS_PER_STEP {
            let pc = self.kernel.state.frames.as_slice()[top.index()].pc;
            self.kernel.state.ops_at_instant += 1;
            if self.kernel.state.ops_at_instant > self.kernel.limits.ops_at_instant {
                self.kernel.enter_code(since, pc);
                let limit = u64::from(self.kernel.limits.ops_at_instant);
                return self.kernel.stop_at_limit("ops_at_instant", limit);
            }
            let op = self.kernel.program.code.as_slice()[pc as usize];
            if !self.execute_local(top, op) {
                self.kernel.enter_code(since, pc);
                return self.execute_visible(cpu, top, op);
            }
        }
    }

    /// AP-15: the code is about to run in user mode while user APCs are pending.
    fn user_apcs_are_due(&self, cpu: usize) -> bool {
        let prcb = &self.kernel.state.kprcb[cpu];
        let Some(thread) = self.kernel.state.kthread.get(prcb.current_thread as usize) else { return false };
        (thread.user_apc_pending || thread.special_user_apc_pending)
            && !thread.user_apc_taken
            && prcb.irql == 0
            && thread.combined_apc_disable() == 0
            && thread.apc_state_index == 0
            && prcb.frame == FrameId::NONE
    }

    /// An operation that touches the frame alone; false for any other.
    #[inline]
    fn execute_local(&mut self, top: FrameId, op: Op) -> bool {
        match op {
            Op::Const { dst, value } => self.set_slot(top, dst, value),
            Op::Copy { dst, src } => self.set_slot(top, dst, self.slot(top, src)),
            Op::Unary { op, dst, src } => {
                let result = op.apply(self.slot(top, src));
                self.set_slot(top, dst, result);
            }
            Op::Binary { op, dst, a, b } => {
                let result = op.apply(self.slot(top, a), self.slot(top, b));
                self.set_slot(top, dst, result);
            }
            Op::Jump { to } => {
                self.kernel.state.frames.as_mut_slice()[top.index()].pc = to;
                return true;
            }
            Op::JumpUnless { condition, to } => {
                if self.slot(top, condition) == 0 {
                    self.kernel.state.frames.as_mut_slice()[top.index()].pc = to;
                    return true;
                }
            }
            _ => return false,
        }
        self.kernel.state.frames.as_mut_slice()[top.index()].pc += 1;
        true
    }

    fn execute_visible(&mut self, cpu: usize, top: FrameId, op: Op) {
        match op {
            Op::LoadGlobal { dst, global } => {
                let value = self.kernel.state.globals[global as usize];
                self.set_slot(top, dst, value);
            }
            Op::StoreGlobal { global, src } => {
                let value = self.slot(top, src);
                self.kernel.store_global(cpu, global, value);
            }
            Op::LoadField { dst, irp, field } => {
                let value = self.load_field(top, irp, field);
                self.set_slot(top, dst, value);
            }
            Op::StoreField { irp, field, src } => {
                let value = self.slot(top, src) as u32;
                let irp = self.irp(top, irp);
                let irp = &mut self.kernel.state.irp[irp as usize];
                match field {
                    Field::Status => irp.status = value,
                    Field::Information => irp.information = value,
                    Field::PendingReturned | Field::Cancel | Field::CancelIrql => {}
                }
            }
            Op::LoadMessage { dst, message, field } => {
                let value = self.kernel.state.alpc.buffers[message as usize].get(field);
                self.set_slot(top, dst, value);
            }
            Op::StoreMessage { message, field, src } => {
                let value = self.slot(top, src);
                self.kernel.state.alpc.buffers[message as usize].set(field, value);
            }
            Op::Touch { global, write } if !self.kernel.touch_variable(cpu, global, write) => return,
            Op::Locate { object } => {
                let located = ObjectRef::unpack(object).is_none_or(|object| self.kernel.locate(cpu, object));
                if !located {
                    return;
                }
            }
            Op::Work { duration, .. } => return self.execute_work(cpu, top, duration),
            Op::Call { routine, dst, args } => return self.execute_call(cpu, top, routine, dst, args),
            Op::CallBody { body, args, .. } => return self.kernel.call_body(cpu, top, body, args),
            Op::Return { value } => {
                let value = self.slot(top, value);
                return self.kernel.return_from_body(cpu, value);
            }
            Op::Assert { condition, text } if self.slot(top, condition) == 0 => {
                return self.kernel.fail_assertion(cpu, text);
            }
            Op::Mark { marker } => self.kernel.pass_marker(cpu, marker),
            _ => {}
        }
        self.kernel.state.frames[top.index()].pc += 1;
    }

    /// User code reads its status block; kernel code reads what the driver has put into the IRP.
    fn load_field(&self, top: FrameId, irp: u16, field: Field) -> i64 {
        let user = self.kernel.state.frames[top.index()].user;
        let irp = &self.kernel.state.irp[self.irp(top, irp) as usize];
        i64::from(match (user, field) {
            (true, Field::Status) => irp.status_block[0],
            (true, Field::Information) => irp.status_block[1],
            (false, Field::Status) => irp.status,
            (false, Field::Information) => irp.information,
            (_, Field::PendingReturned) => irp.pending_returned.into(),
            (_, Field::Cancel) => irp.cancel.into(),
            (_, Field::CancelIrql) => irp.cancel_irql.into(),
        })
    }

    /// The request that a field belongs to: a named one, or the one that a driver's code has in hand.
    fn irp(&self, top: FrameId, irp: u16) -> u16 {
        if irp == NONE { index(self.slot(top, IRP_SLOT)) } else { irp }
    }

    fn execute_work(&mut self, cpu: usize, top: FrameId, duration: Slot) {
        let duration = self.slot(top, duration);
        self.spend(cpu, top, duration, true);
    }

    /// Spends processor time; true when it is spent and the operation is over.
    fn spend(&mut self, cpu: usize, top: FrameId, duration: i64, tell: bool) -> bool {
        let frame = &mut self.kernel.state.frames[top.index()];
        let body = frame.body;
        let resumed = frame.phase == phase::WORKING;
        let left = if resumed { frame.remaining } else { duration };
        if left < 0 {
            self.kernel.fail_assertion(cpu, TIME_ASSERTION);
            return false;
        }
        if left == 0 {
            frame.phase = phase::FRESH;
            frame.remaining = 0;
            frame.pc += 1;
            return true;
        }
        frame.phase = phase::WORKING;
        frame.remaining = left;
        if tell {
            self.kernel.begin_work(cpu, body, left, resumed);
        }
        self.work(cpu, left);
        false
    }

    fn execute_call(&mut self, cpu: usize, top: FrameId, routine: Routine, dst: Slot, args: Slot) {
        let info = routine.info();
        let frame = &self.kernel.state.frames[top.index()];
        let (at, user) = (frame.phase, frame.user);
        let service = info.is_service(user);
        if at == phase::RETURNING {
            let value = self.slot(top, dst);
            if self.kernel.leave_service(cpu, routine, value) {
                self.end_call(top);
            }
            return;
        }
        if at == phase::FRESH {
            if self.kernel.call_is_misuse(cpu, info) {
                let (object, timeout) = self.misused(top, info, args);
                if !self.kernel.pass_misuse(cpu, info, object, timeout) {
                    return;
                }
            }
            if service {
                if !self.kernel.check_service_call(cpu, info) {
                    return;
                }
                self.kernel.enter_service(cpu, routine);
                let cost = self.kernel.program.machine.costs.system_call;
                if cost > 0 {
                    let frame = &mut self.kernel.state.frames[top.index()];
                    (frame.cost, frame.phase) = (frame.cost + cost, phase::ENTERED);
                    return;
                }
            }
            if self.kernel.objects_in_blocks() && !self.reach_objects(cpu, top, info, args) {
                return;
            }
        }
        if at == phase::ENTERED {
            self.kernel.state.frames[top.index()].phase = phase::FRESH;
        }
        let flow = match self.without_thread(cpu, top, info, args) {
            Some(flow) => flow,
            None => self.call(cpu, top, routine, args),
        };
        match flow {
            Flow::Wait => {}
            Flow::Busy(duration) => {
                self.spend(cpu, top, duration, true);
            }
            Flow::Done(value, out) => {
                if let Some(out) = out {
                    self.set_slot(top, dst + 1, out);
                }
                self.result(top, dst, value, service);
            }
            Flow::Pair(value, outs) => {
                for (slot, out) in (dst + 1..).zip(outs) {
                    self.set_slot(top, slot, out);
                }
                self.result(top, dst, value, service);
            }
            Flow::Received(value, outs) => {
                for (slot, out) in (dst + 1..).zip(outs) {
                    self.set_slot(top, slot, out);
                }
                self.result(top, dst, value, service);
            }
        }
    }

    /// What a call does that is given something else than a thread where it takes one: the first or the second argument.
    /// A handle of nothing fails it, a bad pointer is followed, and 0 is the idle thread, which nothing can be done with.
    fn without_thread(&mut self, cpu: usize, top: FrameId, info: &RoutineInfo, args: Slot) -> Option<Flow> {
        let at = info.params.iter().take(2).position(|p| p.kind == ParamKind::Thread)?;
        let value = self.slot(top, args + at as Slot);
        let thread = u32::try_from(value).ok().and_then(ObjectRef::unpack).filter(|o| o.class == Class::Thread);
        if thread.is_some_and(|t| usize::from(t.index) < self.kernel.program.threads.len()) {
            return None;
        }
        Some(match info.result {
            _ if info.caller == Caller::Kernel && value != 0 => {
                self.kernel.follow_bad_pointer(cpu, value as u64);
                Flow::Wait
            }
            ResultKind::Status => done(STATUS_INVALID_HANDLE),
            ResultKind::WaitResult => done(u32::MAX),
            ResultKind::State if info.caller == Caller::User => done(THREAD_PRIORITY_ERROR_RETURN),
            _ => done(0),
        })
    }

    /// The objects that a call is about must be there, if they lie in blocks of pool. False: one is not.
    fn reach_objects(&mut self, cpu: usize, top: FrameId, info: &RoutineInfo, args: Slot) -> bool {
        for (param, at) in info.params.iter().zip(args..) {
            let value = self.slot(top, at) as u32;
            if !matches!(param.kind, ParamKind::Object(_) | ParamKind::Dispatcher | ParamKind::Dispatchers) {
                continue;
            }
            for key in 0..self.kernel.program.wait_count(value) {
                let object = ObjectRef::unpack(self.kernel.program.wait_object(value, key));
                if object.is_some_and(|object| !self.kernel.reach(cpu, object, info.routine)) {
                    return false;
                }
            }
        }
        true
    }

    fn result(&mut self, top: FrameId, dst: Slot, value: i64, service: bool) {
        self.set_slot(top, dst, value);
        if service {
            self.kernel.state.frames[top.index()].phase = phase::RETURNING;
        } else {
            self.end_call(top);
        }
    }

    /// What a call of the wrong IRQL is about: its object, and the timeout of a wait.
    fn misused(&self, top: FrameId, info: &RoutineInfo, args: Slot) -> (u64, u64) {
        let value = |of_kind: fn(ParamKind) -> bool| {
            let at = info.params.iter().position(|p| of_kind(p.kind));
            at.map_or(0, |at| self.slot(top, args + at as Slot) as u64)
        };
        let object = value(|kind| matches!(kind, ParamKind::Object(_) | ParamKind::Thread | ParamKind::Dispatcher));
        (object, value(|kind| kind == ParamKind::Timeout))
    }

    fn end_call(&mut self, top: FrameId) {
        let frame = &mut self.kernel.state.frames[top.index()];
        frame.phase = phase::FRESH;
        frame.pc += 1;
    }
}

/// The index in a packed object, or in anything that stands for one.
pub(super) fn index(value: i64) -> u16 {
    if value == 0 { NONE } else { value as u16 }
}
