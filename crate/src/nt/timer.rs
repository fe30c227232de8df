//! Timers (WT-15), and the expiry of all that is due as part of the drain (DP-22): waits that end by time, and
//! timers with their waiters and DPCs. It does not know when a tick finds something due; the clock does.

use super::Kernel;
use super::dispatcher_object::DispatcherHeader;
use super::dpc_queue::DPC_NORMAL;
use super::state::{NO_CPU, due_time};
use crate::base::{NO_RECORD, NONE, Ns};
use crate::program::{Class, KI_TIMER_EXPIRATION, ObjectRef};
use crate::trace::{Kind, Rule};

/// The processor whose tick looks for timers (IN-11, IN-12).
pub(super) const CLOCK_OWNER: usize = 0;

/// A timer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ktimer {
    /// Header.
    pub header: DispatcherHeader,
    /// Period; 0: it expires once.
    pub period: Ns,
    /// Dpc, or `NONE`.
    pub dpc: u16,
    /// The record that set or signalled it last.
    pub since: u32,
    /// The address of the block of pool that it lies in, when it was last named; or [`super::NOT_IN_POOL`].
    pub base: u64,
}

impl Ktimer {
    /// A timer that is not set, in the block at this address.
    pub(super) fn new(base: u64) -> Self {
        Self { header: DispatcherHeader::new(0), period: 0, dpc: NONE, since: NO_RECORD, base }
    }
}

impl Kernel {
    /// The timer's place in the list of all that falls due: after the threads' own timers.
    pub(super) fn source(&self, timer: u16) -> u32 {
        self.state.kthread.len() as u32 + u32::from(timer)
    }

    /// KeSetTimerEx (WT-15): returns whether the timer was set already. `due` is a kernel timeout in nanoseconds,
    /// `period` nanoseconds.
    pub fn set_timer(&mut self, cpu: usize, timer: u16, due: i64, period: i64, dpc: u16) -> bool {
        let source = self.source(timer);
        let was_set = self.state.timers.due(source).is_some();
        self.state.timers.disarm(source);
        let now = self.state.now;
        let due = due_time(now, due);
        let left = due.map_or(Ns::MAX, |due| due.saturating_sub(now));
        let since = self.state.records;
        let t = &mut self.state.ktimer[timer as usize];
        (t.header.signal_state, t.period, t.dpc, t.since) = (0, period.max(0) as Ns, dpc, since);
        if let Some(due) = due.filter(|due| *due > now) {
            self.state.timers.arm(source, due);
        }
        let set = self.emit(cpu, Kind::TimerSet, Rule::WT15, timer, u32::try_from(left).unwrap_or(u32::MAX));
        if left == 0 {
            let outer = std::mem::replace(&mut self.cause, set);
            let signalled = self.signal_timer(cpu, timer, now, Rule::WT15);
            if dpc != NONE {
                self.cause = signalled;
                let time = halves(self.state.interrupt_time);
                self.insert_queue_dpc(cpu, dpc, time);
            }
            self.cause = outer;
            self.exit_dispatcher(cpu);
        }
        was_set
    }

    /// KeCancelTimer (WT-15): returns whether the timer was set. A DPC that it has queued stays queued.
    pub fn cancel_timer(&mut self, cpu: usize, timer: u16) -> bool {
        let source = self.source(timer);
        let was_set = self.state.timers.due(source).is_some();
        self.state.timers.disarm(source);
        self.emit(cpu, Kind::TimerCancelled, Rule::WT15, timer, u32::from(was_set));
        was_set
    }

    /// All that is due, as part of the drain (DP-22). DPCs of timers are called when the rest is done.
    pub(super) fn expire_timers(&mut self, cpu: usize) {
        let now = self.state.now;
        let due = self.state.timers.armed().filter(|s| self.state.timers.due(*s).is_some_and(|due| due <= now)).count();
        if due == 0 {
            return;
        }
        self.cause = self.emit(cpu, Kind::TimersExpired, Rule::DP22, NONE, due as u32);
        self.state.timer_dpc_time = self.state.interrupt_time;
        while let Some((due, source)) = self.state.timers.peek().filter(|next| next.0 <= now) {
            match (source as usize).checked_sub(self.state.kthread.len()) {
                None => self.end_wait_by_time(cpu, source as u16),
                Some(timer) => self.expire_timer(cpu, timer as u16, due),
            }
            if self.state.stop.is_some() {
                return; // it, or its DPC, is no longer there
            }
        }
    }

    fn expire_timer(&mut self, cpu: usize, timer: u16, due: Ns) {
        if !self.timer_is_there(cpu, timer) {
            return;
        }
        let source = self.source(timer);
        self.state.timers.disarm(source);
        let signalled = self.signal_timer(cpu, timer, due, Rule::DP22);
        let dpc = self.state.ktimer[timer as usize].dpc;
        if dpc == NONE || !self.dpc_is_there(cpu, dpc, KI_TIMER_EXPIRATION, false) {
            return;
        }
        let number = self.state.kdpc[dpc as usize].number;
        let here = number == NO_CPU || usize::from(number) == cpu;
        if here && self.state.dpc_queue(&self.program, dpc) == DPC_NORMAL {
            self.state.timer_dpcs.push((dpc, signalled));
        } else {
            let outer = std::mem::replace(&mut self.cause, signalled);
            self.insert_queue_dpc(cpu, dpc, halves(self.state.timer_dpc_time));
            self.cause = outer;
        }
    }

    /// A timer that was due at `due` is signalled, its waiters are released, and it is set again if it is periodic.
    fn signal_timer(&mut self, cpu: usize, timer: u16, due: Ns, rule: Rule) -> u32 {
        let (source, now) = (self.source(timer), self.state.now);
        let t = &mut self.state.ktimer[timer as usize];
        t.header.signal_state = 1;
        t.since = self.state.records;
        let period = t.period;
        // Counted from when it was due, so that no lateness adds up; periods that are over are left out.
        if let Some(over) = now.saturating_sub(due).checked_div(period) {
            self.state.timers.arm(source, due.saturating_add((over + 1).saturating_mul(period)));
        }
        let arg = u32::try_from(period).unwrap_or(u32::MAX);
        let signalled = self.emit(cpu, Kind::TimerSignalled, rule, timer, arg);
        let outer = std::mem::replace(&mut self.cause, signalled);
        self.wait_test(cpu, ObjectRef { class: Class::Timer, index: timer }, 0, rule);
        self.cause = outer;
        signalled
    }

    /// Calls the next DPC of the timers that have expired; it passes by the queue (DP-22). False: there is none.
    pub(super) fn start_timer_dpc(&mut self, cpu: usize) -> bool {
        if cpu != CLOCK_OWNER || self.state.timer_dpcs.is_empty() {
            return false;
        }
        let (dpc, signalled) = self.state.timer_dpcs.remove(0);
        let time = halves(self.state.timer_dpc_time);
        self.call_deferred_routine(cpu, DPC_NORMAL, (dpc, time, signalled), Rule::DP22);
        true
    }
}

/// SystemArgument1 and SystemArgument2 of a timer's DPC: the halves of the system time in 100 ns.
fn halves(time: Ns) -> [i64; 2] {
    let time = (time / 100) as i64;
    [time & 0xFFFF_FFFF, time >> 32]
}
