//! Mutexes: KMUTANT, as drivers have them (KMUTEX) and as user mode has them (WT-13, WT-14).

use super::dispatcher_object::DispatcherHeader;
use super::region::Region;
use super::{Kernel, Ntstatus, STATUS_ABANDONED, STATUS_MUTANT_NOT_OWNED, STATUS_SUCCESS};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// MUTANT_INCREMENT: the boost of who gets it.
const MUTANT_INCREMENT: i64 = 1;

/// A mutex: its SignalState is 1 while it is free, and one less for each time its owner has acquired it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kmutant {
    /// Header.
    pub header: DispatcherHeader,
    /// OwnerThread, or `NONE`.
    pub owner_thread: u16,
    /// Abandoned: its last owner has ended with it.
    pub abandoned: bool,
    /// The record that gave it to its owner, or made it free.
    pub since: u32,
}

impl Default for Kmutant {
    fn default() -> Self {
        Self { header: DispatcherHeader::new(1), owner_thread: NONE, abandoned: false, since: NO_RECORD }
    }
}

impl Kernel {
    /// A wait of a thread takes a mutex, or takes it once more.
    pub(super) fn acquire_mutant(&mut self, cpu: usize, mutant: u16, thread: u16) -> Ntstatus {
        let m = &mut self.state.kmutant[mutant as usize];
        m.header.signal_state -= 1;
        let first = m.owner_thread == NONE;
        let abandoned = std::mem::take(&mut m.abandoned);
        m.owner_thread = thread;
        if first {
            m.since = self.state.records;
        }
        self.emit(cpu, Kind::MutexAcquired, Rule::WT13, mutant, u32::from(thread));
        // A DPC over the idle thread takes it in the name of a thread that has no APCs.
        if first && thread != NONE && self.program.mutants[mutant as usize].apc_disable {
            self.disable_apcs(cpu, thread, Region::Critical, Rule::WT13);
        }
        if abandoned { STATUS_ABANDONED } else { STATUS_SUCCESS }
    }

    /// KeReleaseMutant by the current thread: the previous state, and whether its owner has a critical region to
    /// leave once it runs again. Whoever does not own it gets an error.
    pub fn release_mutex(&mut self, cpu: usize, mutant: u16, wait: bool) -> Result<(i32, bool), Ntstatus> {
        let thread = self.state.kprcb[cpu].current_thread;
        let m = &mut self.state.kmutant[mutant as usize];
        if m.owner_thread == NONE || m.owner_thread != thread {
            return Err(if m.abandoned { STATUS_ABANDONED } else { STATUS_MUTANT_NOT_OWNED });
        }
        let previous = m.header.signal_state;
        m.header.signal_state += 1;
        let last = m.header.is_signalled();
        if last {
            (m.owner_thread, m.since) = (NONE, self.state.records);
        }
        let released = self.emit(cpu, Kind::MutexReleased, Rule::WT13, mutant, -previous as u32);
        if last {
            let outer = std::mem::replace(&mut self.cause, released);
            self.wait_test(cpu, ObjectRef { class: Class::Mutant, index: mutant }, MUTANT_INCREMENT, Rule::WT13);
            self.cause = outer;
        }
        self.leave_dispatcher(cpu, wait);
        Ok((previous, last && self.program.mutants[mutant as usize].apc_disable))
    }

    /// The last release has left the owner in its critical region; now it runs again and leaves it.
    pub fn leave_mutex_region(&mut self, cpu: usize) {
        let thread = self.state.kprcb[cpu].current_thread;
        if thread != NONE {
            self.enable_apcs(cpu, thread, Region::Critical, Rule::WT13);
        }
    }

    /// A thread ends: what it owns is abandoned, the mutex that it has owned longest first (WT-14). False: that was
    /// a driver's mutex, and the machine stops.
    pub(super) fn abandon_mutants(&mut self, cpu: usize, thread: u16) -> bool {
        let owned = |state: &super::State| {
            let all = (0u16..).zip(&state.kmutant).filter(|(_, m)| m.owner_thread == thread);
            all.min_by_key(|(_, m)| m.since).map(|(mutant, _)| mutant)
        };
        while let Some(mutant) = owned(&self.state) {
            if self.program.mutants[mutant as usize].apc_disable {
                self.bugcheck(cpu, Rule::WT14, 0x4000_008A, [Class::Thread.at(thread), Class::Mutant.at(mutant), 0, 0]);
                return false;
            }
            let m = &mut self.state.kmutant[mutant as usize];
            (m.owner_thread, m.abandoned, m.since) = (NONE, true, self.state.records);
            m.header.signal_state = 1;
            let abandoned = self.emit(cpu, Kind::MutexAbandoned, Rule::WT14, mutant, u32::from(thread));
            let outer = std::mem::replace(&mut self.cause, abandoned);
            self.wait_test(cpu, ObjectRef { class: Class::Mutant, index: mutant }, MUTANT_INCREMENT, Rule::WT14);
            self.cause = outer;
        }
        true
    }
}
