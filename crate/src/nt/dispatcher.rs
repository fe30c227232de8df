//! The dispatcher: readying, standby, preemption, context switches (TH-3…6, TH-13, TH-14).

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::priority::LOW_REALTIME_PRIORITY;
use super::quantum::separation;
use super::state::ThreadState;
use crate::base::NONE;
use crate::program::{Irql, Ladder};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// Makes a thread ready and finds a place for it (TH-4). `cpu` is where the running code is.
    pub(super) fn ready_thread(&mut self, cpu: usize, thread: u16, rule: Rule) {
        self.place_ready_thread(cpu, thread, rule);
        self.find_deadlock_of_ready_thread(cpu, thread);
    }

    fn place_ready_thread(&mut self, cpu: usize, thread: u16, rule: Rule) {
        let priority = self.state.kthread[thread as usize].priority;
        let readied = self.emit(cpu, Kind::ThreadReadied, rule, thread, u32::from(priority));
        self.state.kthread[thread as usize].since = readied;
        if let Some(idle) = self.idle_processor_for(thread) {
            return self.set_standby(cpu, idle, thread, readied, Rule::TH4);
        }
        let target = self.state.kthread[thread as usize].ideal_processor as usize;
        let prcb = &self.state.kprcb[target];
        let (current, next) = (prcb.current_thread, prcb.next_thread);
        if next != NONE {
            if priority > self.state.kthread[next as usize].priority {
                self.emit_from(readied, target, Kind::StandbyReplaced, Rule::TH4, next, u32::from(thread));
                self.set_standby(cpu, target, thread, readied, Rule::TH4);
                self.insert_ready(target, next, true);
                return;
            }
        } else if current != NONE && priority > self.state.kthread[current as usize].priority {
            // One that has just begun to wait gives way anyhow.
            if self.state.kthread[current as usize].state == ThreadState::Running {
                self.state.kthread[current as usize].preempted = true;
                self.emit_from(readied, target, Kind::ThreadPreempted, Rule::TH4, current, u32::from(thread));
            }
            return self.set_standby(cpu, target, thread, readied, Rule::TH4);
        }
        self.insert_ready(target, thread, false);
    }

    /// An idle processor that the thread may use: the ideal one, the last one, the lowest one.
    pub(super) fn idle_processor_for(&self, thread: u16) -> Option<usize> {
        let t = &self.state.kthread[thread as usize];
        let idle = |cpu: usize| {
            let prcb = &self.state.kprcb[cpu];
            prcb.current_thread == NONE && prcb.next_thread == NONE && t.affinity >> cpu & 1 == 1
        };
        [t.ideal_processor, t.next_processor]
            .into_iter()
            .map(usize::from)
            .chain(0..self.state.kprcb.len())
            .find(|cpu| idle(*cpu))
    }

    /// A thread is to run next on `target`, whose dispatcher is told of it.
    pub(super) fn set_standby(&mut self, cpu: usize, target: usize, thread: u16, cause: u32, rule: Rule) {
        let t = &mut self.state.kthread[thread as usize];
        t.state = ThreadState::Standby;
        t.next_processor = target as u8;
        let priority = u32::from(t.priority);
        self.state.kprcb[target].next_thread = thread;
        let n = self.emit_from(cause, target, Kind::ThreadStandby, rule, thread, priority);
        self.state.kprcb[target].next_since = n;
        if target != cpu {
            let outer = std::mem::replace(&mut self.cause, n);
            self.send_ipi(cpu, target, Ladder::DISPATCH, rule);
            self.cause = outer;
        }
        self.poke(target);
    }

    /// Puts a thread into a ready list, at its head when it was preempted (TH-5).
    pub(super) fn insert_ready(&mut self, cpu: usize, thread: u16, head: bool) {
        let t = &mut self.state.kthread[thread as usize];
        t.state = ThreadState::Ready;
        t.preempted = false;
        t.next_processor = cpu as u8;
        let priority = t.priority as usize;
        let (first, last) = self.state.kprcb[cpu].ready[priority];
        let links = if first == NONE {
            (thread, thread)
        } else if head {
            self.state.kthread[first as usize].prev = thread;
            self.state.kthread[thread as usize].next = first;
            (thread, last)
        } else {
            self.state.kthread[last as usize].next = thread;
            self.state.kthread[thread as usize].prev = last;
            (first, thread)
        };
        let prcb = &mut self.state.kprcb[cpu];
        prcb.ready[priority] = links;
        prcb.ready_summary |= 1 << priority;
    }

    /// Takes the first thread of the highest priority, if that is at least `lowest` (TH-3).
    pub(super) fn take_ready(&mut self, cpu: usize, lowest: u8) -> Option<u16> {
        let summary = self.state.kprcb[cpu].ready_summary;
        if summary == 0 {
            return None;
        }
        let priority = 31 - summary.leading_zeros() as u8;
        if priority < lowest {
            return None;
        }
        let (first, last) = self.state.kprcb[cpu].ready[priority as usize];
        let next = std::mem::replace(&mut self.state.kthread[first as usize].next, NONE);
        if next == NONE {
            self.state.kprcb[cpu].ready_summary &= !(1 << priority);
            self.state.kprcb[cpu].ready[priority as usize] = (NONE, NONE);
        } else {
            self.state.kthread[next as usize].prev = NONE;
            self.state.kprcb[cpu].ready[priority as usize] = (next, last);
        }
        Some(first)
    }

    /// KiExitDispatcher (TH-6): who is to run next does so.
    pub fn exit_dispatcher(&mut self, cpu: usize) {
        if self.state.kprcb[cpu].next_thread != NONE {
            self.switch_or_request(cpu, Rule::TH6);
        }
    }

    /// Below DISPATCH_LEVEL the switch is made at once, above it is requested (TH-6).
    pub(super) fn switch_or_request(&mut self, cpu: usize, rule: Rule) {
        let prcb = &self.state.kprcb[cpu];
        if prcb.irql < Ladder::DISPATCH && prcb.frame == FrameId::NONE {
            let irql = prcb.irql;
            self.yield_to_next(cpu, irql, rule);
        } else if !prcb.dpc_routine_active && prcb.requests >> Ladder::DISPATCH & 1 == 0 {
            self.request_software_interrupt(cpu, Ladder::DISPATCH, rule);
        }
    }

    /// The current thread gives way to NextThread: it goes to the head of its list when it was preempted, else to
    /// the tail (TH-5), and to another processor when it may not run here any more (TH-17). It will go on at `irql`
    /// (TH-13).
    pub(super) fn yield_to_next(&mut self, cpu: usize, irql: Irql, rule: Rule) {
        let current = self.state.kprcb[cpu].current_thread;
        if current != NONE {
            let thread = &mut self.state.kthread[current as usize];
            thread.wait_irql = irql;
            let preempted = thread.preempted;
            if self.may_run(current, cpu) {
                self.insert_ready(cpu, current, preempted);
            } else {
                self.state.kthread[current as usize].state = ThreadState::Ready;
                self.ready_thread(cpu, current, Rule::TH17);
            }
        }
        let next = self.state.kprcb[cpu].next_thread;
        if next == NONE {
            return self.switch_away(cpu, self.cause);
        }
        let since = self.state.kprcb[cpu].next_since;
        self.swap_context(cpu, next, since, rule);
    }

    /// The current thread no longer runs (it waits, or it has ended): the next one does, or the idle thread.
    pub(super) fn switch_away(&mut self, cpu: usize, cause: u32) {
        let next = self.state.kprcb[cpu].next_thread;
        if next != NONE {
            let since = self.state.kprcb[cpu].next_since;
            return self.swap_context(cpu, next, since, Rule::TH3);
        }
        let next = self.take_ready(cpu, 0).or_else(|| self.take_ready_elsewhere(cpu)).unwrap_or(NONE);
        self.swap_context(cpu, next, cause, Rule::TH3);
    }

    /// A processor that would idle takes a thread that is ready on another one and may run here: the highest
    /// priority, then the lowest processor. Real kernels share ready queues or search them (TH-3).
    fn take_ready_elsewhere(&mut self, cpu: usize) -> Option<u16> {
        let mut best = None;
        for prcb in &self.state.kprcb {
            let mut left = prcb.ready_summary;
            while left != 0 {
                let priority = 31 - left.leading_zeros() as u8;
                left &= !(1 << priority);
                if best.is_some_and(|(_, found)| found >= priority) {
                    break;
                }
                let next = |t: &u16| Some(self.state.kthread[*t as usize].next).filter(|t| *t != NONE);
                let mut list = std::iter::successors(Some(prcb.ready[priority as usize].0), next);
                if let Some(thread) = list.find(|t| self.may_run(*t, cpu)) {
                    best = Some((thread, priority));
                }
            }
        }
        let (thread, _) = best?;
        self.remove_ready(thread);
        Some(thread)
    }

    /// Takes a thread out of the ready list that it is in.
    pub(super) fn remove_ready(&mut self, thread: u16) {
        let t = &self.state.kthread[thread as usize];
        let (cpu, priority) = (t.next_processor as usize, t.priority as usize);
        let links = self.unlink(self.state.kprcb[cpu].ready[priority], thread);
        let prcb = &mut self.state.kprcb[cpu];
        prcb.ready[priority] = links;
        if links.0 == NONE {
            prcb.ready_summary &= !(1 << priority);
        }
    }

    /// The idle loop finds a thread (TH-16); false when there is none.
    pub(super) fn idle_schedule(&mut self, cpu: usize) -> bool {
        let prcb = &mut self.state.kprcb[cpu];
        prcb.dpc_watchdog_count = 0;
        let (next, since) = if prcb.next_thread != NONE {
            (prcb.next_thread, prcb.next_since)
        } else {
            match self.take_ready(cpu, 0).or_else(|| self.take_ready_elsewhere(cpu)) {
                Some(thread) => (thread, self.state.kthread[thread as usize].since),
                None => return false,
            }
        };
        self.swap_context(cpu, next, since, Rule::TH16);
        true
    }

    /// KiSwapContext: `next` (`NONE`: the idle thread) becomes current, at its own IRQL (TH-13).
    fn swap_context(&mut self, cpu: usize, next: u16, cause: u32, rule: Rule) {
        if self.state.kprcb[cpu].spinning_on != NONE {
            self.abandon_spins(cpu);
        }
        let prcb = &mut self.state.kprcb[cpu];
        let old = prcb.current_thread;
        if prcb.next_thread == next {
            prcb.next_thread = NONE;
        }
        prcb.current_thread = next;
        prcb.context_switches += 1;
        prcb.quantum_end = false;
        self.leave_idle_loop(cpu);
        self.pc = NONE;
        let irql = if next == NONE {
            Ladder::DISPATCH
        } else {
            let thread = &mut self.state.kthread[next as usize];
            thread.state = ThreadState::Running;
            thread.preempted = false;
            thread.next_processor = cpu as u8;
            thread.wait_irql
        };
        self.set_irql(cpu, irql);
        let n = self.emit_from(cause, cpu, Kind::ContextSwitched, rule, next, u32::from(old));
        self.cause = n;
        if next == NONE {
            self.state.kprcb[cpu].idle_since = n;
        } else {
            self.state.kthread[next as usize].since = n;
            self.swap_in(cpu, next, n);
            self.charge(cpu, self.program.machine.costs.context_switch);
        }
    }

    /// TH-14: what a thread finds that has kernel APCs pending when it gets the processor.
    fn swap_in(&mut self, cpu: usize, next: u16, cause: u32) {
        let thread = &self.state.kthread[next as usize];
        if !thread.kernel_apc_pending || thread.special_apc_disable != 0 {
            return;
        }
        let broken_wait = self.wait_broken(next);
        if broken_wait && thread.wait_irql == 0 {
            let frame = Frame::kernel(FrameKind::DeliverApc, Ladder::PASSIVE, cause);
            self.begin_apc_delivery(cpu, next, frame, Rule::TH14);
        } else {
            self.request_software_interrupt(cpu, Ladder::APC, Rule::TH14);
        }
    }

    /// Whether kernel code may give the processor to a thread that is ready; if it is ready and may not, the machine
    /// stops (section 3's table, BC-2).
    pub fn may_yield(&mut self, cpu: usize) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let summary = prcb.ready_summary & !1;
        let ready = summary.checked_ilog2().map_or(NONE, |priority| prcb.ready[priority as usize].0);
        let next = if prcb.next_thread == NONE { ready } else { prcb.next_thread };
        if next == NONE {
            return false;
        }
        let in_thread = prcb.frame == FrameId::NONE && prcb.irql < Ladder::DISPATCH;
        if !in_thread {
            self.illegal_switch(cpu, next);
        }
        in_thread
    }

    /// NtYieldExecution (TH-18). True when another thread took over.
    pub fn yield_execution(&mut self, cpu: usize) -> bool {
        if self.state.kprcb[cpu].next_thread == NONE {
            let Some(peer) = self.take_ready(cpu, 1) else { return false };
            self.state.kthread[peer as usize].state = ThreadState::Standby;
            self.state.kprcb[cpu].next_thread = peer;
            self.state.kprcb[cpu].next_since = self.cause;
        }
        let current = self.state.kprcb[cpu].current_thread;
        self.refill_quantum(current);
        self.state.kthread[current as usize].preempted = false;
        let irql = self.state.kprcb[cpu].irql;
        self.yield_to_next(cpu, irql, Rule::TH18);
        true
    }

    /// The priority boost of a wait that ends (TH-11): only dynamic threads without one outstanding.
    pub(super) fn boost(&mut self, cpu: usize, thread: u16, increment: i64) {
        let more = i64::from(separation(&self.program, thread));
        let t = &mut self.state.kthread[thread as usize];
        let dynamic = t.base_priority < LOW_REALTIME_PRIORITY && t.priority == t.base_priority;
        if increment + more <= 0 || !dynamic || !self.program.machine.boosts {
            return;
        }
        let boosted = (i64::from(t.base_priority) + increment + more).min(15) as u8;
        if boosted > t.priority {
            t.priority = boosted;
            self.emit(cpu, Kind::PriorityChanged, Rule::TH11, thread, u32::from(boosted));
        }
    }

    /// Takes a thread out of the list that `links` are the ends of.
    pub(super) fn unlink(&mut self, links: (u16, u16), thread: u16) -> (u16, u16) {
        let t = &mut self.state.kthread[thread as usize];
        let (prev, next) = (std::mem::replace(&mut t.prev, NONE), std::mem::replace(&mut t.next, NONE));
        let mut ends = links;
        if prev == NONE {
            ends.0 = next;
        } else {
            self.state.kthread[prev as usize].next = next;
        }
        if next == NONE {
            ends.1 = prev;
        } else {
            self.state.kthread[next as usize].prev = prev;
        }
        ends
    }

    /// The stack of a thread.
    pub(super) fn stack_of(thread: u16) -> Stack {
        Stack::Thread(thread)
    }
}
