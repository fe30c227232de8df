//! Spin locks between processors (IR-17), and the cycles of processors that wait for each other (IR-20).

use super::Kernel;
use super::state::{NO_CPU, Stop};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Irql, Ladder};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// One attempt to take a lock. False: it is held, and the processor spins; try again when the frame runs again.
    pub fn acquire_spin_lock(&mut self, cpu: usize, lock: u16, old: Irql) -> bool {
        let owner = self.state.spin_lock[lock as usize].owner;
        let multiprocessor = self.state.kprcb.len() > 1;
        let spinning = self.state.kprcb[cpu].spinning_on == lock;
        if owner != NO_CPU && self.program.machine.checked && (!multiprocessor || usize::from(owner) == cpu) {
            self.bugcheck(cpu, Rule::IR17, 0xF, [u64::from(lock), 0, 0, 0]);
            return false;
        }
        if owner != NO_CPU && multiprocessor {
            if !spinning {
                self.state.kprcb[cpu].spinning_on = lock;
                self.emit(cpu, Kind::SpinLockContended, Rule::IR17, lock, u32::from(owner));
                self.find_deadlock(cpu, lock);
            }
            self.state.runnable &= !(1 << cpu);
            return false;
        }
        let freed = self.state.spin_lock[lock as usize].since;
        self.state.kprcb[cpu].spinning_on = NONE;
        self.state.spin_lock[lock as usize].owner = cpu as u8;
        // A processor that has spun got the lock because another one freed it.
        let cause = if spinning && freed != NO_RECORD { freed } else { self.cause };
        let n = self.emit_from(cause, cpu, Kind::SpinLockAcquired, Rule::IR17, lock, u32::from(old));
        self.state.spin_lock[lock as usize].since = n;
        true
    }

    /// KeRaiseIrql to DISPATCH_LEVEL as a part of KeAcquireSpinLock. Returns the old level.
    pub fn raise_for_spin_lock(&mut self, cpu: usize) -> Irql {
        let old = self.state.kprcb[cpu].irql;
        if old > Ladder::DISPATCH {
            return self.raise_irql(cpu, i64::from(Ladder::DISPATCH)); // misuse (IR-10)
        }
        if old < Ladder::DISPATCH {
            self.set_irql(cpu, Ladder::DISPATCH);
            self.emit(cpu, Kind::IrqlRaised, Rule::IR17, NONE, u32::from(old));
        }
        old
    }

    /// Frees a lock; with `new`, lowers the IRQL to it afterwards.
    pub fn release_spin_lock(&mut self, cpu: usize, lock: u16, new: Option<i64>) {
        if self.state.spin_lock[lock as usize].owner == NO_CPU && self.program.machine.checked {
            return self.bugcheck(cpu, Rule::IR17, 0x10, [u64::from(lock), 0, 0, 0]);
        }
        self.state.spin_lock[lock as usize].owner = NO_CPU;
        let then = new.unwrap_or(i64::from(self.state.kprcb[cpu].irql));
        let n = self.emit(cpu, Kind::SpinLockReleased, Rule::IR17, lock, then as u32);
        self.state.spin_lock[lock as usize].since = n;
        for other in 0..self.state.kprcb.len() {
            if self.state.kprcb[other].spinning_on == lock {
                self.poke(other);
            }
        }
        if let Some(new) = new
            && new != i64::from(self.state.kprcb[cpu].irql)
        {
            self.lower_irql(cpu, new);
        }
    }

    /// Follows who waits for whom from a processor that begins to spin: a way back to it never ends.
    fn find_deadlock(&mut self, cpu: usize, lock: u16) {
        let mut cycle = vec![(cpu as u8, lock)];
        let mut owner = self.state.spin_lock[lock as usize].owner;
        while owner != NO_CPU && cycle.len() <= self.state.kprcb.len() {
            if usize::from(owner) == cpu {
                self.emit(cpu, Kind::DeadlockFound, Rule::IR20, lock, cpu as u32);
                self.state.stop = Some(Stop::Deadlock(cycle));
                return;
            }
            let next = self.state.kprcb[owner as usize].spinning_on;
            if next == NONE {
                return;
            }
            cycle.push((owner, next));
            owner = self.state.spin_lock[next as usize].owner;
        }
    }
}
