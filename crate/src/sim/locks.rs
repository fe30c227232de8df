//! The routines of spin locks: each is a level to raise to, a lock to take, and perhaps a function to call meanwhile.

use super::Machine;
use super::execute::{index, phase};
use super::routines::{Flow, done};
use crate::nt::{CALLBACK_RETURNED, FrameId};
use crate::program::{Class, Irql, Ladder, ObjectRef, Routine, Slot};
use crate::trace::Rule;

impl Machine {
    pub(super) fn synch_level(&self) -> Irql {
        let machine = &self.kernel.program.machine;
        machine.ladder.synch(machine.processors)
    }

    /// Calls one of them.
    pub(super) fn lock_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let object = index(self.slot(top, args));
        let dispatch = Some((Ladder::DISPATCH, Rule::IR17));
        match routine {
            R::KeAcquireSpinLock => self.acquire(cpu, top, object, dispatch, false).map_or(Flow::Wait, out),
            R::KeAcquireSpinLockRaiseToDpc | R::KeAcquireSpinLockForDpc => {
                self.acquire(cpu, top, object, dispatch, false).map_or(Flow::Wait, done)
            }
            R::KeAcquireSpinLockRaiseToSynch => {
                let synch = Some((self.synch_level(), Rule::IR18));
                self.acquire(cpu, top, object, synch, false).map_or(Flow::Wait, done)
            }
            R::KeAcquireSpinLockAtDpcLevel => {
                self.acquire(cpu, top, object, None, false).map_or(Flow::Wait, |_| done(0))
            }
            R::KeTryToAcquireSpinLockAtDpcLevel => done(self.kernel.try_spin_lock(cpu, object)),
            R::KeTestSpinLock => done(self.kernel.spin_lock_is_free(object)),
            R::KeAcquireInStackQueuedSpinLock | R::KeAcquireInStackQueuedSpinLockForDpc => {
                let old = self.acquire(cpu, top, object, dispatch, true);
                old.map_or(Flow::Wait, |old| out(handle(object, old)))
            }
            R::KeAcquireInStackQueuedSpinLockAtDpcLevel => {
                let old = self.acquire(cpu, top, object, None, true);
                old.map_or(Flow::Wait, |old| out(handle(object, old)))
            }
            R::KeAcquireInterruptSpinLock => {
                let (level, lock) = self.interrupt_lock(object);
                self.acquire(cpu, top, lock, Some((level, Rule::IR19)), false).map_or(Flow::Wait, done)
            }
            R::KeSynchronizeExecution => self.synchronize_execution(cpu, top, args),
            _ => self.release(cpu, top, routine, args),
        }
    }

    /// Raises, when a level is given, and takes a lock. The old level; none as long as the processor spins.
    pub(super) fn acquire(
        &mut self,
        cpu: usize,
        top: FrameId,
        lock: u16,
        raise: Option<(Irql, Rule)>,
        queued: bool,
    ) -> Option<i64> {
        if self.kernel.state.frames[top.index()].phase != phase::SPINNING {
            let old = match raise {
                Some((level, rule)) => self.kernel.raise_for_lock(cpu, level, rule),
                None => self.kernel.state.kprcb[cpu].irql,
            };
            if self.kernel.state.stop.is_some() {
                return None;
            }
            let frame = &mut self.kernel.state.frames[top.index()];
            (frame.phase, frame.value) = (phase::SPINNING, i64::from(old));
        }
        let old = self.kernel.state.frames[top.index()].value;
        if !self.kernel.acquire_spin_lock(cpu, top, lock, old as Irql, queued) {
            return None;
        }
        self.kernel.state.frames[top.index()].value = 0;
        Some(old)
    }

    fn release(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let first = self.slot(top, args);
        let new_irql = || Some(self.slot(top, args + 1)); // not each of them has it
        let mut queued = false;
        let (lock, irql) = match routine {
            R::KeReleaseSpinLock | R::KeReleaseSpinLockForDpc => (index(first), new_irql()),
            R::KeReleaseInterruptSpinLock => (self.interrupt_lock(index(first)).1, new_irql()),
            R::KeReleaseSpinLockFromDpcLevel => (index(first), None),
            _ => {
                let held = ObjectRef::unpack((first >> 8) as u32).filter(|o| o.class == Class::SpinLock);
                let Some(held) = held.filter(|o| usize::from(o.index) < self.kernel.state.spin_lock.len()) else {
                    self.kernel.bad_lock_handle(cpu, first);
                    return done(0);
                };
                queued = true;
                let at_dpc_level = routine == R::KeReleaseInStackQueuedSpinLockFromDpcLevel;
                (held.index, (!at_dpc_level).then_some(first & 0xFF))
            }
        };
        self.kernel.tell_mixed_release(cpu, lock, routine, queued);
        self.kernel.release_spin_lock(cpu, lock, irql);
        done(0)
    }

    /// SynchronizeIrql and ActualLock of a device's interrupt.
    fn interrupt_lock(&self, interrupt: u16) -> (Irql, u16) {
        let def = &self.kernel.program.interrupts[interrupt as usize];
        (def.synchronize_irql, def.lock)
    }

    /// KeSynchronizeExecution (IN-6): raise, lock, call, release, restore.
    fn synchronize_execution(&mut self, cpu: usize, top: FrameId, args: Slot) -> Flow {
        let interrupt = index(self.slot(top, args));
        if self.kernel.program.interrupts[interrupt as usize].passive.is_some() {
            return self.synchronize_passively(cpu, top, interrupt, args);
        }
        let (level, lock) = self.interrupt_lock(interrupt);
        let frame = &mut self.kernel.state.frames[top.index()];
        if frame.phase == CALLBACK_RETURNED {
            let (old, returned) = (std::mem::take(&mut frame.value), std::mem::take(&mut frame.remaining));
            self.kernel.release_spin_lock(cpu, lock, Some(old));
            return done(i64::from(returned as u8));
        }
        let Some(old) = self.acquire(cpu, top, lock, Some((level, Rule::IN6)), false) else { return Flow::Wait };
        self.kernel.state.frames[top.index()].value = old;
        self.call_synchronized(cpu, top, args)
    }

    fn call_synchronized(&mut self, cpu: usize, top: FrameId, args: Slot) -> Flow {
        let (body, context) = (self.slot(top, args + 1) as u16, self.slot(top, args + 2));
        self.kernel.call_function(cpu, body, &[context]);
        Flow::Wait
    }

    /// KeSynchronizeExecution for a passive-level interrupt (IN-6, IN-7): take its event, call, give it back. From above
    /// SynchronizeIrql, PASSIVE_LEVEL, it is misuse as for any interrupt.
    fn synchronize_passively(&mut self, cpu: usize, top: FrameId, interrupt: u16, args: Slot) -> Flow {
        let machine = &self.kernel.program.machine;
        let checks = machine.verifier || machine.checked;
        let frame = &mut self.kernel.state.frames[top.index()];
        if frame.phase == CALLBACK_RETURNED {
            let returned = std::mem::take(&mut frame.remaining);
            self.kernel.release_passive_event(cpu, interrupt);
            return done(i64::from(returned as u8));
        }
        if frame.phase == phase::FRESH && self.kernel.state.kprcb[cpu].irql > Ladder::PASSIVE && checks {
            self.kernel.raise_irql(cpu, Ladder::PASSIVE.into());
            return Flow::Wait;
        }
        if !self.kernel.acquire_passive_event(cpu, interrupt) {
            return Flow::Wait;
        }
        self.call_synchronized(cpu, top, args)
    }
}

/// It is over, and this is what the out parameter gets.
fn out(value: i64) -> Flow {
    Flow::Done(0, Some(value))
}

/// A KLOCK_QUEUE_HANDLE: the lock and the old level.
fn handle(lock: u16, old: i64) -> i64 {
    i64::from(ObjectRef { class: Class::SpinLock, index: lock }.pack()) << 8 | old
}
