//! Waits: the wait loop, alertability, timeouts, and the ends of waits (WT-1…7, WT-10).

use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::state::{ThreadState, due_time};
use super::{Kernel, Ntstatus, STATUS_ALERTED, STATUS_KERNEL_APC, STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_USER_APC};
use crate::base::{INFINITE, NONE};
use crate::program::{Class, Ladder, ObjectRef, initial_stack};
use crate::trace::{Kind, Rule};

/// The arguments of a wait.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The object or the list of objects, packed; 0: time alone (KeDelayExecutionThread).
    pub object: u32,
    /// WaitMode is UserMode.
    pub user_mode: bool,
    /// Alertable.
    pub alertable: bool,
    /// Negative: relative; positive: absolute; 0: poll; `INFINITE`: for ever. Nanoseconds.
    pub timeout: i64,
}

/// Phases of the frame whose operation waits.
pub(super) const FRESH: u8 = 0;
/// Blocked.
pub(super) const BLOCKED: u8 = 1;
/// The wait is over; the status is in the frame.
pub(super) const OVER: u8 = 2;
/// Kernel APCs go first; then the operation is tried again.
const RETRY: u8 = 3;

impl Kernel {
    /// The wait loop (WT-3) of the operation that the top frame of the current thread is at. `None`: it does not
    /// go on now; call it again when the frame runs again.
    pub fn wait(&mut self, cpu: usize, wait: Wait) -> Option<Ntstatus> {
        let top = self.state.top(cpu);
        let frame = &mut self.state.frames[top.index()];
        let (phase, status) = (std::mem::replace(&mut frame.phase, FRESH), frame.value as Ntstatus);
        let due = match phase {
            OVER if status != STATUS_KERNEL_APC => {
                frame.remaining = 0;
                return Some(status);
            }
            OVER | RETRY => frame.remaining, // WT-3.7: the original expiry
            _ => due_time(self.state.now, wait.timeout).map_or(INFINITE, |due| due as i64),
        };
        let next = self.is_next_wait(cpu);
        if next {
            self.begin_next_wait(cpu);
        }
        let status = self.try_wait(cpu, wait, due);
        let frame = &mut self.state.frames[top.index()];
        frame.value = 0;
        let result = match status {
            Attempt::Done(status) => {
                frame.remaining = 0;
                // What the code does next, it does because this wait is over.
                frame.since = self.cause;
                let prcb = &self.state.kprcb[cpu];
                let (current, in_thread) = (prcb.current_thread, prcb.frame == FrameId::NONE);
                if in_thread && current != NONE {
                    self.forget_deadlock_of(current, wait.object);
                    if self.charge_wait(cpu, current) {
                        self.review_next_thread(cpu, cpu);
                        self.exit_dispatcher(cpu);
                    }
                }
                Some(status)
            }
            Attempt::Deliver => {
                frame.phase = RETRY;
                frame.remaining = due;
                None
            }
            Attempt::Block => {
                frame.phase = BLOCKED;
                frame.remaining = due;
                let kind = if phase == OVER { Kind::WaitResumed } else { Kind::WaitStarted };
                self.block(cpu, wait, due, kind, wait_rule(wait.object));
                return None;
            }
        };
        if next {
            // Whoever has become ready since the object was signalled may run now.
            self.exit_dispatcher(cpu);
        }
        result
    }

    /// WT-3, steps 2 to 5.
    fn try_wait(&mut self, cpu: usize, wait: Wait, due: i64) -> Attempt {
        let prcb = &self.state.kprcb[cpu];
        let (irql, current) = (prcb.irql, prcb.current_thread);
        let in_thread = prcb.frame == FrameId::NONE && current != NONE;
        if in_thread {
            let t = &self.state.kthread[current as usize];
            if t.kernel_apc_pending && t.special_apc_disable == 0 && irql < Ladder::APC {
                let frame = Frame::kernel(FrameKind::DeliverApc, irql, self.cause);
                self.begin_apc_delivery(cpu, current, frame, Rule::WT3);
                return Attempt::Deliver;
            }
        }
        if irql >= Ladder::DISPATCH && wait.timeout != 0 && self.program.machine.verifier {
            // Driver Verifier does not ask whether the object is signalled (section 10).
            self.illegal_wait(cpu, wait, irql);
            return Attempt::Done(STATUS_SUCCESS);
        }
        if let Some((status, object)) = self.take_signal(cpu, wait.object) {
            // A packet's own record has told it.
            if class_of(object) != Some(Class::Queue) {
                let rule = wait_rule(wait.object);
                self.cause = self.emit(cpu, Kind::WaitSatisfied, rule, current, object);
            }
            return Attempt::Done(status);
        }
        if in_thread && let Some(status) = self.test_alertability(cpu, current, wait) {
            self.cause = self.emit(cpu, Kind::WaitEnded, Rule::WT4, current, status);
            return Attempt::Done(status);
        }
        if due != INFINITE && due as u64 <= self.state.now {
            let status = if wait.object == 0 { STATUS_SUCCESS } else { STATUS_TIMEOUT };
            self.cause = self.emit(cpu, Kind::WaitEnded, Rule::WT3, current, status);
            return Attempt::Done(status);
        }
        if irql >= Ladder::DISPATCH || !in_thread {
            self.illegal_wait(cpu, wait, irql);
            return Attempt::Done(STATUS_SUCCESS);
        }
        Attempt::Block
    }

    /// A blocking wait at DISPATCH_LEVEL or above (section 3's table, BC-2).
    pub(super) fn illegal_wait(&mut self, cpu: usize, wait: Wait, irql: u8) {
        if self.program.machine.verifier {
            let parameters = [0x3B, u64::from(irql), ObjectRef::address_of(wait.object.into()), wait.timeout as u64];
            self.bugcheck(cpu, Rule::BC2, 0xC4, parameters);
        } else {
            self.illegal_switch(cpu, self.state.kprcb[cpu].next_thread);
        }
    }

    /// Code at DISPATCH_LEVEL or above is about to switch to a thread.
    pub(super) fn illegal_switch(&mut self, cpu: usize, next: u16) {
        let prcb = &self.state.kprcb[cpu];
        if prcb.dpc_routine_active {
            let (old, new) = (Class::Thread.at(prcb.current_thread), Class::Thread.at(next));
            let stack = initial_stack(Class::Thread, prcb.current_thread);
            self.bugcheck(cpu, Rule::TH14, 0xB8, [old, new, stack, 0]);
        } else {
            self.bugcheck(cpu, Rule::BC2, 0xA, [0; 4]);
        }
    }

    /// WT-4.
    fn test_alertability(&mut self, cpu: usize, current: u16, wait: Wait) -> Option<Ntstatus> {
        let t = &mut self.state.kthread[current as usize];
        let mode = usize::from(wait.user_mode);
        if wait.alertable {
            if std::mem::take(&mut t.alerted[mode]) {
                return Some(STATUS_ALERTED);
            }
            if wait.user_mode && t.apc_list[1].0 != NONE {
                self.set_user_apc_pending(cpu, current, Rule::WT4);
                return Some(STATUS_USER_APC);
            }
            return std::mem::take(&mut t.alerted[0]).then_some(STATUS_ALERTED);
        }
        (wait.user_mode && t.user_apc_pending).then_some(STATUS_USER_APC)
    }

    /// A thread of the kernel's own was started long before the run begins: it waits for its object, in this frame.
    pub(super) fn park(&mut self, thread: u16, mut frame: Frame, object: ObjectRef) {
        (frame.phase, frame.remaining) = (BLOCKED, INFINITE);
        self.push_frame(Stack::Thread(thread), frame);
        self.state.link_wait_block(thread, 0, object.pack());
        let t = &mut self.state.kthread[thread as usize];
        (t.state, t.wait_irql, t.wait_object) = (ThreadState::Waiting, Ladder::PASSIVE, object.pack());
    }

    /// WT-3.6: the wait blocks go to the tails, and another thread runs.
    pub(super) fn block(&mut self, cpu: usize, wait: Wait, due: i64, kind: Kind, rule: Rule) {
        let thread = self.state.kprcb[cpu].current_thread;
        if due != INFINITE {
            self.state.timers.arm(u32::from(thread), due as u64);
        }
        for key in 0..self.program.wait_count(wait.object) {
            let object = self.program.wait_object(wait.object, key);
            self.state.link_wait_block(thread, key, object);
        }
        let t = &mut self.state.kthread[thread as usize];
        t.state = ThreadState::Waiting;
        t.wait_irql = self.state.kprcb[cpu].irql;
        t.wait_object = wait.object;
        t.wait_mode = u8::from(wait.user_mode);
        t.alertable = wait.alertable;
        t.wait_since = self.state.records;
        t.since = self.state.records;
        let queue = self.stop_being_active(thread);
        let began = self.emit(cpu, kind, rule, thread, wait.object);
        let outer = std::mem::replace(&mut self.cause, began);
        self.activate_waiter(cpu, queue);
        self.find_deadlock_of_thread(cpu, thread);
        self.cause = outer;
        self.switch_away(cpu, began);
    }

    /// A thread's wait ends: it is unlinked, gets its status and becomes ready. The caller exits the dispatcher.
    pub(super) fn end_wait(&mut self, cpu: usize, thread: u16, status: Ntstatus, increment: i64, rule: Rule) {
        let object = self.state.kthread[thread as usize].wait_object;
        for key in 0..self.program.wait_count(object) {
            self.state.unlink_wait_block(thread, key);
        }
        self.state.timers.disarm(u32::from(thread));
        let t = &mut self.state.kthread[thread as usize];
        t.wait_object = 0;
        let (top, queue) = (t.frame, t.queue);
        if queue != NONE {
            self.state.kqueue[queue as usize].current_count += 1;
        }
        let outer = self.cause;
        // From here until it is placed, the thread is in no list.
        self.state.kthread[thread as usize].state = ThreadState::Ready;
        self.cause = if status == STATUS_KERNEL_APC {
            let kind = if rule == Rule::WT9 { Kind::WaitRetested } else { Kind::WaitBroken };
            self.emit(cpu, kind, rule, thread, object)
        } else {
            self.emit(cpu, Kind::WaitEnded, rule, thread, status)
        };
        let frame = &mut self.state.frames[top.index()];
        frame.phase = OVER;
        frame.value = i64::from(status);
        // What the thread does next, it does because its wait ended.
        frame.since = self.cause;
        if status != STATUS_KERNEL_APC || increment > 0 {
            self.boost(cpu, thread, increment);
        }
        if status != STATUS_KERNEL_APC {
            self.forget_deadlock_of(thread, object);
            self.charge_wait(cpu, thread);
        }
        self.ready_thread(cpu, thread, Rule::TH4);
        self.cause = outer;
    }

    /// A wait's time is up (WT-3.5, WT-10).
    pub(super) fn end_wait_by_time(&mut self, cpu: usize, thread: u16) {
        let delay = self.state.kthread[thread as usize].wait_object == 0;
        let (status, rule) = if delay { (STATUS_SUCCESS, Rule::WT10) } else { (STATUS_TIMEOUT, Rule::WT3) };
        self.end_wait(cpu, thread, status, 0, rule);
    }

    /// Whether a thread was taken out of a wait by a kernel APC and has not run since.
    pub(super) fn wait_broken(&self, thread: u16) -> bool {
        let top = self.state.kthread[thread as usize].frame;
        let frame = &self.state.frames[top.index()];
        frame.kind.may_wait() && frame.phase == OVER && frame.value as Ntstatus == STATUS_KERNEL_APC
    }
}

/// The rule that tells of a wait for this.
fn wait_rule(object: u32) -> Rule {
    match class_of(object) {
        None => Rule::WT10,
        Some(Class::AnyOf | Class::AllOf) => Rule::WT8,
        Some(Class::FastMutex) => Rule::WT17,
        Some(_) => Rule::WT3,
    }
}

fn class_of(object: u32) -> Option<Class> {
    ObjectRef::unpack(object).map(|o| o.class)
}

impl Frame {
    /// A wait of its operation has begun and its end has not been looked at.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.phase, BLOCKED | OVER | RETRY)
    }

    /// A wait of it has ended, and it has not gone on since: `value` is the status, `since` the record that tells.
    #[must_use]
    pub fn wait_is_over(&self) -> bool {
        self.phase == OVER && self.kind.may_wait()
    }
}

enum Attempt {
    /// The wait is over with this status.
    Done(Ntstatus),
    /// Kernel APCs are being delivered first.
    Deliver,
    /// The thread has to block.
    Block,
}
