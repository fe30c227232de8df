//! Deadlocks: circles of the wait-for graph (SIM-5). Only a new wait can close one, so each is looked for when a processor
//! begins to spin, when a thread begins to wait, and when one becomes ready while processors spin; where somebody has to
//! resume a thread, also when one ends who could.
//!
//! A processor in a circle never runs anything else again: the machine hangs there and then, unless the scenario lets it go
//! on to see the watchdog. Threads leave the others running: their circle is told, and the run ends in a deadlock unless something has broken it by then, such as the
//! termination of one of them.

use super::Kernel;
use super::frame::FrameKind;
use super::state::{Stop, ThreadState};
use super::wait_for::{Circle, Link, NOTHING, Waiter};
use crate::base::NONE;
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// A wait that stands in a circle which was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Deadlocked {
    /// The record that told of the circle.
    pub told: u32,
    /// The wait.
    pub link: Link,
}

impl Kernel {
    /// A processor has begun to spin.
    pub(super) fn find_deadlock(&mut self, cpu: usize) {
        let Some(spin) = self.state.spins.iter().rposition(|s| usize::from(s.cpu) == cpu) else { return };
        let circle = self.circle_of(Waiter::Spin(spin), true);
        self.report(cpu, circle);
    }

    /// A thread has begun to wait.
    pub(super) fn find_deadlock_of_thread(&mut self, cpu: usize, thread: u16) {
        if self.state.kthread[thread as usize].suspend_count > 0 {
            return self.find_deadlocks_of_threads(cpu, true);
        }
        let circle = self.circle_of(Waiter::Thread(thread), true);
        self.report(cpu, circle);
    }

    /// A thread has become ready, or may use other processors than before: those that are left may all spin.
    #[inline]
    pub(super) fn find_deadlock_of_ready_thread(&mut self, cpu: usize, thread: u16) {
        if self.state.spins.is_empty() {
            return;
        }
        let circle = self.circle_of(Waiter::Thread(thread), true);
        self.report(cpu, circle);
    }

    /// Somebody may wait, or spin, for a thread that has ended, or that is suspended and nobody resumes any more (SU-5).
    pub(super) fn find_deadlocks_of_threads(&mut self, cpu: usize, resumed: bool) {
        let waits = |t: &u16| self.state.kthread[*t as usize].state == ThreadState::Waiting;
        let waiting: Vec<u16> = (0..self.state.kthread.len() as u16).filter(waits).collect();
        for thread in waiting {
            let circle = self.circle_of(Waiter::Thread(thread), resumed);
            self.report(cpu, circle);
        }
        for spin in 0..self.state.spins.len() {
            let circle = self.circle_of(Waiter::Spin(spin), resumed);
            self.report(cpu, circle);
        }
    }

    /// Tells of a circle, and stops the machine when a processor is in it.
    fn report(&mut self, cpu: usize, Circle { mut round, others }: Circle) {
        let count = round.len();
        if count == 0 || self.is_told(&round) {
            return;
        }
        // A suspended thread stands last; else who has waited longest stands first.
        let processor = round.iter().chain(&others).find(|link| link.who.class == Class::Processor).copied();
        let suspended = round.iter().position(|link| self.waits_for_resumption(link));
        if processor.is_none() {
            let oldest = (0..count).min_by_key(|at| round[*at].since).unwrap_or(0);
            round.rotate_left(suspended.map_or(oldest, |at| (at + 1) % count));
        }
        let mut circle = round;
        circle.extend(others);
        if let Some(spin) = processor {
            let (lock, rule) = match spin.what.class {
                Class::SpinLock => (spin.what.index, Rule::IR20),
                _ => (NONE, Rule::IN10),
            };
            let told = self.emit(cpu, Kind::DeadlockFound, rule, lock, spin.who.index.into());
            if self.program.machine.goes_on_in_deadlock {
                self.state.deadlocked.extend(circle.into_iter().map(|link| Deadlocked { told, link }));
            } else {
                self.state.stop = Some(Stop::Deadlock(circle, None));
            }
            return;
        }
        let waits = circle.iter().copied().filter(|link| !self.waits_for_resumption(link));
        let Some(last) = waits.max_by_key(|link| link.since) else { return };
        let rule = if suspended.is_some() { Rule::SU5 } else { Rule::SIM5 };
        let nowhere = usize::from(u8::MAX);
        let waited_for = self.state.kthread[last.who.index as usize].wait_object;
        let any = ObjectRef::unpack(waited_for).is_some_and(|o| o.class == Class::AnyOf);
        let what = if any { waited_for } else { last.what.pack() };
        let told = self.emit_from(last.since, nowhere, Kind::ThreadsDeadlocked, rule, last.who.index, what);
        self.state.deadlocked.extend(circle.into_iter().map(|link| Deadlocked { told, link }));
    }

    /// A wait of a thread has come to its end: a circle that it stood in is none any more, and would be told again. A wait
    /// of an APC in the midst of it is another one.
    #[inline]
    pub(super) fn forget_deadlock_of(&mut self, thread: u16, object: u32) {
        if self.state.deadlocked.is_empty() {
            return;
        }
        let who = ObjectRef { class: Class::Thread, index: thread };
        let keys = 0..self.program.wait_count(object);
        let waited: Vec<u32> = keys.map(|key| self.program.wait_object(object, key)).collect();
        // What is waited for as such is another object there.
        let same = |what: ObjectRef| matches!(what.class, Class::Port | Class::Dpc) || waited.contains(&what.pack());
        let broken = self.state.deadlocked.iter().find(|d| d.link.who == who && same(d.link.what)).map(|d| d.told);
        self.state.deadlocked.retain(|d| Some(d.told) != broken);
    }

    /// Whether a wait is that of a suspended thread.
    pub(super) fn waits_for_resumption(&self, link: &Link) -> bool {
        let thread = link.who.class == Class::Thread;
        thread && self.program.suspension.is_some_and(|s| link.what == s.object_of(link.who.index))
    }

    /// Whether all waits of a circle were told before; of a way to a suspended thread, whether that one was.
    fn is_told(&self, circle: &[Link]) -> bool {
        let told = |link: &Link| {
            let same = |d: &Deadlocked| (d.link.who, d.link.what) == (link.who, link.what);
            self.state.deadlocked.iter().any(same)
        };
        circle.iter().all(told) || circle.iter().any(|link| self.waits_for_resumption(link) && told(link))
    }

    /// The first circle that was told and still stands.
    fn standing_deadlock(&self, resumed: bool) -> Option<Stop> {
        let mut circles = self.state.deadlocked.chunk_by(|a, b| a.told == b.told);
        circles.find_map(|circle| {
            let links: Vec<Link> = circle.iter().map(|d| d.link).collect();
            self.are_stuck(&links, resumed).then(|| Stop::Deadlock(links, Some(circle[0].told)))
        })
    }

    /// The run is over: by itself, because the scenario's time is up, or because processors spin for ever.
    pub fn end_run(&mut self, stop: Stop) {
        let kind = if stop == Stop::End { Kind::EndReached } else { Kind::RunEnded };
        let quiescent = stop == Stop::Quiescent;
        if quiescent {
            self.pc = NONE;
            self.find_deadlocks_of_threads(usize::from(u8::MAX), false);
        }
        self.emit_outside(kind, Rule::SIM4, NONE, 0);
        self.state.stop = Some(self.standing_deadlock(!quiescent).unwrap_or(stop));
    }

    /// The threads that wait in the scenario's code, each with the first object that it waits for.
    #[must_use]
    pub fn waiting_threads(&self) -> Vec<Link> {
        // The kernel's own threads wait for work; whoever waits in a routine of the scenario is told.
        let parked = |t: &super::Kthread| {
            let top = self.state.frames.get(t.frame.index());
            top.is_some_and(|f| {
                matches!(f.kind, FrameKind::DpcThread | FrameKind::WorkerThread) || f.waits_to_be_woken()
            })
        };
        let waiting = (0..).zip(&self.state.kthread).filter(|(_, t)| t.state == ThreadState::Waiting && !parked(t));
        let link = |(index, t): (u16, &super::Kthread)| {
            let what = ObjectRef::unpack(t.wait_object).unwrap_or(NOTHING);
            Link { who: ObjectRef { class: Class::Thread, index }, what, by: NOTHING, since: t.wait_since }
        };
        waiting.map(link).collect()
    }
}
