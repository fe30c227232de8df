//! Who waits for whom, and for ever: processors that spin for locks or wait for the answer to an inter-processor
//! interrupt (IR-20, IN-10), and threads that wait for what other threads own (WT-13, TH-19).
//!
//! A lock is freed only when all code above its holder's on the same stacks is done. So a spin waits for every
//! wait of the holder's processor that began after the lock was taken; a way back to the processor that begins
//! to wait is a deadlock, and only a new wait can close such a circle. The machine hangs there and then. Threads that
//! wait for each other leave the others running, so their circle is looked for when the run is over.

use super::Kernel;
use super::frame::{FrameId, FrameKind};
use super::generic_call::{GATHERING, RAISED};
use super::spin_lock::Spin;
use super::state::{NO_CPU, Stop, ThreadState};
use crate::base::NONE;
use crate::program::{Class, IPI, Irql, ObjectRef};
use crate::trace::{Kind, Rule};

/// One wait of those that stand in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Who waits: a processor or a thread.
    pub who: ObjectRef,
    /// For what: a spin lock, the inter-processor interrupt, or an object that a thread owns.
    pub what: ObjectRef,
    /// The record that began the wait.
    pub since: u32,
}

/// A processor that has to go on, and how many waits on its stacks need not end for that.
type Holder = (u8, usize);

impl Kernel {
    /// Looks for the circle that a processor closes by the wait it has just begun.
    pub(super) fn find_deadlock(&mut self, cpu: usize) {
        let mut circle = vec![];
        let Some(spin) = self.state.spins.iter().rposition(|s| usize::from(s.cpu) == cpu) else { return };
        if self.leads_back(spin, cpu as u8, &mut vec![false; self.state.spins.len()], &mut circle) {
            let lock = self.state.spins[spin].lock;
            let rule = if lock == NONE { Rule::IN10 } else { Rule::IR20 };
            self.emit(cpu, Kind::DeadlockFound, rule, lock, cpu as u32);
            self.state.stop = Some(Stop::Deadlock(circle));
        }
    }

    /// Whether a wait ends only when `start` goes on, over however many others; `path` is the waits on the way there.
    fn leads_back(&self, spin: usize, start: u8, seen: &mut [bool], path: &mut Vec<Link>) -> bool {
        if std::mem::replace(&mut seen[spin], true) {
            return false;
        }
        path.push(self.link(&self.state.spins[spin]));
        for (cpu, under) in self.holders(&self.state.spins[spin]) {
            let above: Vec<usize> = self.spins_of(cpu).skip(under).collect();
            if cpu == start || above.into_iter().any(|next| self.leads_back(next, start, seen, path)) {
                return true;
            }
        }
        path.pop();
        false
    }

    fn link(&self, spin: &Spin) -> Link {
        let who = ObjectRef { class: Class::Processor, index: spin.cpu.into() };
        let what = match spin.lock {
            NONE => ObjectRef { class: Class::Interrupt, index: IPI },
            lock => ObjectRef { class: Class::SpinLock, index: lock },
        };
        Link { who, what, since: spin.since }
    }

    /// Every processor that still waits when nothing else is left to happen.
    #[must_use]
    pub fn spinning(&self) -> Vec<Link> {
        self.state.spins.iter().map(|s| self.link(s)).collect()
    }

    /// The processors that have to go on for a wait to end.
    fn holders(&self, spin: &Spin) -> Vec<Holder> {
        if spin.lock != NONE {
            return self.holder(spin.lock).into_iter().collect();
        }
        let call = &self.state.generic_call;
        let frame = &self.state.frames[spin.frame.index()];
        let others = (0..self.state.kprcb.len() as u8).filter(|cpu| *cpu != call.initiator);
        match frame.phase {
            // For nobody: it has been let go and calls the function once it runs.
            _ if frame.kind == FrameKind::Interrupt && call.released => Vec::new(),
            // For all that the initiator of this call has to do.
            _ if frame.kind == FrameKind::Interrupt => vec![(call.initiator, call.under)],
            // For all that the initiator of the call before it has to do.
            RAISED => vec![(call.initiator, call.under)],
            // For the processors that mask the interrupt: what they do there now has to end.
            GATHERING => {
                let ipi = self.program.machine.ladder.ipi();
                let masked = |cpu: &u8| call.arrived >> cpu & 1 == 0 && self.state.kprcb[*cpu as usize].irql >= ipi;
                others.filter(masked).map(|cpu| (cpu, self.spins_below(cpu, ipi))).collect()
            }
            // For the function, which runs over what each processor did before.
            _ => {
                let runs = |cpu: &u8| call.done >> cpu & 1 == 0;
                others.filter(runs).map(|cpu| (cpu, self.spins_under_call(cpu))).collect()
            }
        }
    }

    /// How many waits of a processor may last when its level is to fall below `level`: those that an interrupt has
    /// interrupted at a lower one.
    fn spins_below(&self, cpu: u8, level: Irql) -> usize {
        let mut above = 0;
        for id in self.frames_of(cpu) {
            above += self.state.spins.iter().filter(|s| s.frame == id).count();
            let frame = &self.state.frames[id.index()];
            if matches!(frame.kind, FrameKind::Interrupt | FrameKind::Dispatch) && frame.irql < level {
                break;
            }
        }
        self.spins_of(cpu).count() - above
    }

    /// The frames of a processor: of its own stacks, then of its thread's, the top one first.
    fn frames_of(&self, cpu: u8) -> impl Iterator<Item = FrameId> {
        let prcb = &self.state.kprcb[cpu as usize];
        let of_thread = self.state.kthread.get(prcb.current_thread as usize).map_or(FrameId::NONE, |t| t.frame);
        let some = |id: FrameId| Some(id).filter(|id| *id != FrameId::NONE);
        let stack = move |top| std::iter::successors(some(top), move |id| some(self.state.frames[id.index()].parent));
        stack(prcb.frame).chain(stack(of_thread))
    }

    /// How many waits of a processor began before it took the interrupt of the call that is under way.
    fn spins_under_call(&self, cpu: u8) -> usize {
        let mut frames = self.frames_of(cpu).map(|id| &self.state.frames[id.index()]);
        let call = frames.find(|f| f.kind == FrameKind::Interrupt && f.object == IPI);
        call.map_or(0, |frame| frame.remaining as usize)
    }

    /// The processor that must go on for a lock to be free, and how many waits were on its stacks before.
    fn holder(&self, lock: u16) -> Option<Holder> {
        let l = &self.state.spin_lock[lock as usize];
        if l.owner == NO_CPU {
            // It belongs to the first in its queue, which an ISR keeps from taking it.
            let first = self.state.spins.iter().find(|s| s.lock == lock && s.queued)?;
            let below = self.spins_of(first.cpu).take_while(|s| self.state.spins[*s].frame != first.frame).count();
            return Some((first.cpu, below + 1));
        }
        if l.thread == NONE {
            return Some((l.owner, usize::from(l.under)));
        }
        // A thread that has left the processor with the lock (misuse) may come back on any.
        let thread = &self.state.kthread[l.thread as usize];
        (thread.state == ThreadState::Running).then_some((thread.next_processor, 0))
    }

    /// The waits of a processor, as they lie on its stacks.
    fn spins_of(&self, cpu: u8) -> impl Iterator<Item = usize> {
        self.state.spins.iter().enumerate().filter(move |(_, s)| s.cpu == cpu).map(|(at, _)| at)
    }

    /// Threads that wait for each other, in a circle, with nothing else that could end their waits: who waits for
    /// any one of several objects, alertably, or only until a time, stands in none. When the run is `quiescent`, with
    /// nobody left who could resume a thread, also those that wait for what a suspended thread owns (SU-5), and that one.
    #[must_use]
    pub fn thread_circle(&self, quiescent: bool) -> Vec<Link> {
        let count = self.state.kthread.len();
        let mut seen = vec![false; count];
        for start in 0..count as u16 {
            let mut path = Vec::new();
            if self.waits_in_circle(start, quiescent, &mut seen, &mut path) {
                return path;
            }
        }
        Vec::new()
    }

    /// Follows a thread's wait; true when it runs into a thread of the path, which then is the circle.
    fn waits_in_circle(&self, thread: u16, quiescent: bool, seen: &mut [bool], path: &mut Vec<Link>) -> bool {
        let who = ObjectRef { class: Class::Thread, index: thread };
        if let Some(at) = path.iter().position(|link| link.who == who) {
            path.drain(..at);
            return true;
        }
        let t = &self.state.kthread[thread as usize];
        if t.suspend_count > 0 && t.state == ThreadState::Waiting && quiescent && !path.is_empty() {
            let what = ObjectRef::unpack(t.wait_object).unwrap_or(who);
            path.push(Link { who, what, since: t.wait_since });
            return true;
        }
        let until = self.state.timers.due(u32::from(thread)).is_some();
        if std::mem::replace(&mut seen[thread as usize], true)
            || t.state != ThreadState::Waiting
            || t.alertable
            || until
        {
            return false;
        }
        let any = ObjectRef::unpack(t.wait_object).is_none_or(|o| o.class == Class::AnyOf);
        let objects = if any { 0 } else { self.program.wait_count(t.wait_object) };
        for what in (0..objects).filter_map(|key| ObjectRef::unpack(self.program.wait_object(t.wait_object, key))) {
            path.push(Link { who, what, since: t.wait_since });
            let mut owners = self.owners_of(what).into_iter();
            if owners.any(|owner| self.waits_in_circle(owner, quiescent, seen, path)) {
                return true;
            }
            path.pop();
        }
        false
    }

    /// The threads that all have to go on before an object satisfies a wait.
    fn owners_of(&self, object: ObjectRef) -> Vec<u16> {
        let (state, i) = (&self.state, object.index as usize);
        let known = |thread: u16| Some(thread).filter(|t| *t != NONE).into_iter().collect();
        match object.class {
            Class::Mutant => known(state.kmutant[i].owner_thread),
            Class::FastMutex => known(state.fast_mutex[i].owner),
            Class::Thread => vec![object.index],
            // Shared owners do not keep others from sharing; those who want it for themselves do.
            Class::SharedWaiters if !state.resource[i].owned_exclusive => {
                state.wait_list(&state.resource[i].exclusive_waiters).map(|block| block.thread).collect()
            }
            Class::SharedWaiters | Class::ExclusiveWaiters => {
                state.resource_owners.iter().filter(|o| o.resource == object.index).map(|o| o.thread).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The threads that wait in the scenario's code, each with the first object that it waits for.
    #[must_use]
    pub fn waiting_threads(&self) -> Vec<Link> {
        // The kernel's own threads wait for work; whoever waits in a routine of the scenario is told.
        let parked = |t: &super::Kthread| {
            let top = self.state.frames.get(t.frame.index());
            top.is_some_and(|f| matches!(f.kind, FrameKind::DpcThread | FrameKind::WorkerThread))
        };
        let waiting = (0..).zip(&self.state.kthread).filter(|(_, t)| t.state == ThreadState::Waiting && !parked(t));
        let link = |(index, t): (u16, &super::Kthread)| {
            let none = ObjectRef { class: Class::None, index: 0 };
            let what = ObjectRef::unpack(t.wait_object).unwrap_or(none);
            Link { who: ObjectRef { class: Class::Thread, index }, what, since: t.wait_since }
        };
        waiting.map(link).collect()
    }
}
