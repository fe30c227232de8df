//! Priorities that change while the machine runs (TH-2…6): a thread's own one, its base, and what the change means for
//! a thread that is ready, that is next, or that runs.

use super::Kernel;
use super::state::ThreadState;
use crate::base::NONE;
use crate::trace::{Kind, Rule};

/// LOW_REALTIME_PRIORITY: from here on nothing boosts a priority, and nothing decays.
pub(super) const LOW_REALTIME_PRIORITY: u8 = 16;
/// HIGH_PRIORITY.
const HIGH_PRIORITY: u8 = 31;
/// An increment of so much or more, either way, is the end of the range, whatever the process's priority.
const SATURATION: i64 = 16;

impl Kernel {
    /// KeSetPriorityThread (TH-2): the priority of before. The base priority stays, and a dynamic priority comes back to
    /// it with the ends of quantums.
    pub fn set_priority(&mut self, cpu: usize, thread: u16, priority: u8) -> u8 {
        let old = self.state.kthread[thread as usize].priority;
        // Priority 0 is the zero-page thread's.
        self.change_priority(cpu, thread, priority.clamp(1, HIGH_PRIORITY));
        self.exit_dispatcher(cpu);
        old
    }

    /// KeSetBasePriorityThread (TH-2): the increment of before. A boost that the thread has stays on top of its base.
    pub fn set_base_priority(&mut self, cpu: usize, thread: u16, increment: i64) -> i64 {
        let process = self.base_priority_of_process(thread);
        let old = self.base_priority_increment(thread);
        let saturation = if increment.abs() < SATURATION { 0 } else { increment.signum() as i8 };
        let range = if process < LOW_REALTIME_PRIORITY {
            1..=15
        } else {
            i64::from(LOW_REALTIME_PRIORITY)..=HIGH_PRIORITY.into()
        };
        let clamp = |priority: i64| priority.clamp(*range.start(), *range.end());
        let base = clamp(i64::from(process).saturating_add(increment));
        let t = &mut self.state.kthread[thread as usize];
        t.saturation = saturation;
        let before = std::mem::replace(&mut t.base_priority, base as u8);
        let fixed = process >= LOW_REALTIME_PRIORITY || saturation != 0;
        let priority = if fixed { base } else { clamp(i64::from(t.priority.max(before)) + base - i64::from(before)) };
        if base != i64::from(before) {
            let n = self.emit(cpu, Kind::BasePriorityChanged, Rule::TH2, thread, base as u32);
            let outer = std::mem::replace(&mut self.cause, n);
            self.change_priority(cpu, thread, priority as u8);
            self.cause = outer;
        } else {
            self.change_priority(cpu, thread, priority as u8);
        }
        self.exit_dispatcher(cpu);
        old
    }

    /// How far a thread's base priority is from that of its process: 16, either way, when it was told to be at the end of
    /// the range.
    #[must_use]
    pub fn base_priority_increment(&self, thread: u16) -> i64 {
        let t = &self.state.kthread[thread as usize];
        if t.saturation != 0 {
            return SATURATION * i64::from(t.saturation);
        }
        i64::from(t.base_priority) - i64::from(self.base_priority_of_process(thread))
    }

    /// BasePriority of the process that a thread was created in.
    #[must_use]
    pub fn base_priority_of_process(&self, thread: u16) -> u8 {
        self.program.processes[self.program.threads[thread as usize].process as usize].base_priority
    }

    /// KiSetPriorityThread: the priority changes, with a fresh quantum, and the thread finds its new place. The
    /// dispatcher's exit is the caller's.
    fn change_priority(&mut self, cpu: usize, thread: u16, priority: u8) {
        let t = &self.state.kthread[thread as usize];
        let (old, state, processor) = (t.priority, t.state, t.next_processor as usize);
        if priority == old {
            return;
        }
        if state == ThreadState::Ready {
            self.remove_ready(thread);
        }
        self.refill_quantum(thread);
        self.state.kthread[thread as usize].priority = priority;
        let n = self.emit(cpu, Kind::PriorityChanged, Rule::TH2, thread, u32::from(priority));
        let outer = std::mem::replace(&mut self.cause, n);
        match state {
            ThreadState::Ready => self.ready_thread(cpu, thread, Rule::TH4),
            ThreadState::Standby | ThreadState::Running => self.review_next_thread(cpu, processor),
            ThreadState::Initialized | ThreadState::Waiting | ThreadState::Terminated => {}
        }
        self.cause = outer;
    }

    /// The choice of who runs next on `target` may have become wrong (TH-3): who is next gives way to a higher thread
    /// that is ready, or to the thread that runs; and if that one is no longer the highest, the highest is next.
    pub(super) fn review_next_thread(&mut self, cpu: usize, target: usize) {
        let prcb = &self.state.kprcb[target];
        let (current, next) = (prcb.current_thread, prcb.next_thread);
        let runs = self.state.kthread.get(current as usize).is_some_and(|t| t.state == ThreadState::Running);
        let runs = runs && self.may_run(current, target);
        // What it takes to run in place of the current thread: an equal priority does not (TH-4).
        let enough = if runs { self.state.kthread[current as usize].priority + 1 } else { 0 };
        let of_next = if next == NONE { 0 } else { self.state.kthread[next as usize].priority };
        let stays = next != NONE && of_next >= enough;
        let Some(best) = self.take_ready(target, if stays { of_next + 1 } else { enough }) else {
            if next != NONE && !stays {
                self.state.kprcb[target].next_thread = NONE;
                self.state.kthread[current as usize].preempted = false;
                self.withdraw(cpu, target, next, current);
            }
            return;
        };
        self.state.kprcb[target].next_thread = NONE;
        self.set_standby(cpu, target, best, self.cause, Rule::TH3);
        if next != NONE {
            self.withdraw(cpu, target, next, best);
        }
    }

    /// A thread that was to run next on `target` becomes ready again, in favour of another one.
    fn withdraw(&mut self, cpu: usize, target: usize, thread: u16, favoured: u16) {
        self.state.kthread[thread as usize].state = ThreadState::Ready;
        let n = self.emit_from(self.cause, target, Kind::StandbyReplaced, Rule::TH3, thread, u32::from(favoured));
        let outer = std::mem::replace(&mut self.cause, n);
        self.ready_thread(cpu, thread, Rule::TH4);
        self.cause = outer;
    }
}
