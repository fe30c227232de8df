//! Spin locks between processors (IR-17…19): those of the scenario, and the ActualLock of each interrupt object.

use super::Kernel;
use super::frame::FrameId;
use super::state::NO_CPU;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, Irql, Routine};
use crate::trace::{Kind, Rule};
use std::hash::Hash;

/// Code that spins, for a lock or for the answer to an inter-processor interrupt. A processor has one for each frame of
/// its stacks that does: an ISR may spin over a spinning DPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spin {
    /// The processor.
    pub cpu: u8,
    /// The lock that it wants; `NONE`: an answer.
    pub lock: u16,
    /// The frame that wants it.
    pub frame: FrameId,
    /// It keeps to the order of arrival.
    pub queued: bool,
    /// The record that began it.
    pub since: u32,
}

impl Kernel {
    /// One attempt of a frame to take a lock. False: it is held, and the processor spins; try again when the frame
    /// runs again. `old` is the level of before, for the record; `queued` keeps to the order of arrival.
    pub fn acquire_spin_lock(&mut self, cpu: usize, frame: FrameId, lock: u16, old: Irql, queued: bool) -> bool {
        if self.spin_for(cpu, frame, lock, queued) {
            return false;
        }
        let freed = self.state.spin_lock[lock as usize].since;
        let spun = self.stop_spinning(frame);
        // A processor that has spun got the lock because another one freed it.
        let cause = if spun && freed != NO_RECORD { freed } else { self.cause };
        self.own_lock(cpu, lock, queued);
        let n = self.emit_from(cause, cpu, Kind::SpinLockAcquired, Rule::IR17, lock, u32::from(old));
        self.state.spin_lock[lock as usize].since = n;
        true
    }

    /// KeTryToAcquireSpinLockAtDpcLevel: takes the lock if it is free, and never spins.
    pub fn try_spin_lock(&mut self, cpu: usize, lock: u16) -> bool {
        let owner = self.state.spin_lock[lock as usize].owner;
        if owner != NO_CPU && self.state.kprcb.len() > 1 {
            self.emit(cpu, Kind::SpinLockRefused, Rule::IR17, lock, u32::from(owner));
            return false;
        }
        self.own_lock(cpu, lock, false);
        let irql = u32::from(self.state.kprcb[cpu].irql);
        let n = self.emit(cpu, Kind::SpinLockAcquired, Rule::IR17, lock, irql);
        self.state.spin_lock[lock as usize].since = n;
        true
    }

    /// KeTestSpinLock: whether an attempt to take the lock would not spin.
    #[must_use]
    pub fn spin_lock_is_free(&self, lock: u16) -> bool {
        self.state.spin_lock[lock as usize].owner == NO_CPU || self.state.kprcb.len() == 1
    }

    /// The attempt of interrupt dispatch to take the ActualLock (IN-2), which tells only when it has to spin.
    #[inline]
    pub(super) fn acquire_actual_lock(&mut self, cpu: usize, frame: FrameId, lock: u16) -> bool {
        if self.state.spin_lock[lock as usize].owner == NO_CPU && self.state.spins.is_empty() {
            self.own_lock(cpu, lock, false);
            return true;
        }
        let spun = self.state.spins.iter().any(|s| s.frame == frame);
        if spun {
            let irql = self.state.kprcb[cpu].irql;
            return self.acquire_spin_lock(cpu, frame, lock, irql, false);
        }
        let taken = !self.spin_for(cpu, frame, lock, false);
        if taken {
            self.own_lock(cpu, lock, false);
        }
        taken
    }

    /// Who holds a lock from now on.
    #[inline]
    fn own_lock(&mut self, cpu: usize, lock: u16, queued: bool) {
        let prcb = &self.state.kprcb[cpu];
        let (thread, under) = if prcb.frame == FrameId::NONE { (prcb.current_thread, 0) } else { (NONE, prcb.spins) };
        let l = &mut self.state.spin_lock[lock as usize];
        (l.owner, l.thread, l.under, l.queued) = (cpu as u8, thread, under, queued);
    }

    /// Whether a frame has to spin; if so it does.
    fn spin_for(&mut self, cpu: usize, frame: FrameId, lock: u16, queued: bool) -> bool {
        let owner = self.state.spin_lock[lock as usize].owner;
        let multiprocessor = self.state.kprcb.len() > 1;
        if owner != NO_CPU && self.program.machine.checked && (!multiprocessor || usize::from(owner) == cpu) {
            self.bugcheck(cpu, Rule::IR17, 0xF, [Class::SpinLock.at(lock), 0, 0, 0]);
            return true;
        }
        // Whoever keeps to the order of arrival waits for all who came before.
        let mut before = self.state.spins.iter().take_while(|s| s.frame != frame);
        let before = before.find(|s| queued && s.queued && s.lock == lock).map(|s| s.cpu);
        if !multiprocessor || (owner == NO_CPU && before.is_none()) {
            return false;
        }
        if !self.state.spins.iter().any(|s| s.frame == frame) {
            self.begin_spin(Spin { cpu: cpu as u8, lock, frame, queued, since: self.state.records });
            let whom = if owner == NO_CPU { before.unwrap_or(NO_CPU) } else { owner };
            self.emit(cpu, Kind::SpinLockContended, Rule::IR17, lock, u32::from(whom));
            self.find_deadlock(cpu);
        }
        // Misuse may have lowered the IRQL: what that unmasks comes first.
        if self.deliverable(cpu).is_none() {
            self.state.runnable &= !(1 << cpu);
        }
        true
    }

    pub(super) fn begin_spin(&mut self, spin: Spin) {
        let prcb = &mut self.state.kprcb[spin.cpu as usize];
        prcb.spins += 1;
        prcb.spinning_on = spin.lock;
        self.state.spins.push(spin);
    }

    /// A frame spins no longer. True if it did.
    pub(super) fn stop_spinning(&mut self, frame: FrameId) -> bool {
        let Some(at) = self.state.spins.iter().position(|s| s.frame == frame) else { return false };
        let cpu = self.state.spins.remove(at).cpu;
        let below = self.state.spins.iter().rfind(|s| s.cpu == cpu).map_or(NONE, |s| s.lock);
        let prcb = &mut self.state.kprcb[cpu as usize];
        prcb.spins -= 1;
        prcb.spinning_on = below;
        true
    }

    /// A thread that spins below DISPATCH_LEVEL, which no careful driver lets happen, loses its processor.
    pub(super) fn abandon_spins(&mut self, cpu: usize) {
        self.state.spins.retain(|s| usize::from(s.cpu) != cpu);
        let prcb = &mut self.state.kprcb[cpu];
        (prcb.spins, prcb.spinning_on) = (0, NONE);
    }

    /// KeRaiseIrql as a part of taking a lock. Returns the old level.
    pub fn raise_for_lock(&mut self, cpu: usize, level: Irql, rule: Rule) -> Irql {
        let old = self.state.kprcb[cpu].irql;
        if old > level {
            return self.raise_irql(cpu, i64::from(level)); // misuse (IR-10)
        }
        if old < level {
            self.set_irql(cpu, level);
            self.emit(cpu, Kind::IrqlRaised, rule, NONE, u32::from(old));
        }
        old
    }

    /// A routine frees a lock that is held: one of a family that has not taken it must not. Nobody checks that.
    pub fn tell_mixed_release(&mut self, cpu: usize, lock: u16, routine: Routine, queued: bool) {
        let l = &self.state.spin_lock[lock as usize];
        if l.owner != NO_CPU && l.queued != queued {
            self.emit(cpu, Kind::MisuseUnchecked, Rule::IR17, routine as u16, 0);
        }
    }

    /// Frees a lock; with `new`, lowers the IRQL to it afterwards.
    pub fn release_spin_lock(&mut self, cpu: usize, lock: u16, new: Option<i64>) {
        if self.state.spin_lock[lock as usize].owner == NO_CPU && self.program.machine.checked {
            return self.bugcheck(cpu, Rule::IR17, 0x10, [Class::SpinLock.at(lock), 0, 0, 0]);
        }
        let then = new.unwrap_or(i64::from(self.state.kprcb[cpu].irql));
        self.state.spin_lock[lock as usize].owner = NO_CPU;
        let n = self.emit(cpu, Kind::SpinLockReleased, Rule::IR17, lock, then as u32);
        self.free_lock(lock, n);
        if let Some(new) = new
            && new != i64::from(self.state.kprcb[cpu].irql)
        {
            self.lower_irql(cpu, new);
        }
    }

    /// A lock is free, by record `freed`; whoever spins for it tries again.
    #[inline]
    pub(super) fn free_lock(&mut self, lock: u16, freed: u32) {
        let l = &mut self.state.spin_lock[lock as usize];
        (l.owner, l.since) = (NO_CPU, freed);
        for at in 0..self.state.spins.len() {
            let spin = self.state.spins[at];
            if spin.lock == lock {
                self.poke(spin.cpu as usize);
            }
        }
    }
}
