//! Fast mutexes and guarded mutexes (AP-22, AP-23, WT-17). They differ in what keeps APCs from their owner, and that
//! is all: the level APC_LEVEL, a guarded region, or, for the Unsafe routines, something that the caller has seen to.

use super::Kernel;
use super::dispatcher_object::DispatcherHeader;
use super::region::Region;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, GuardedMutex, Irql, Ladder, ObjectRef};
use crate::trace::{Kind, Rule};

/// The boost of who gets it.
const INCREMENT: i64 = 1;

/// A FAST_MUTEX, and since Windows 8 a KGUARDED_MUTEX too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FastMutex {
    /// The gate that waiters wait at: signalled while the mutex is free.
    pub header: DispatcherHeader,
    /// Owner, or `NONE`.
    pub owner: u16,
    /// OldIrql: where its owner goes back to.
    pub old_irql: Irql,
    /// The record that gave it to its owner, or made it free.
    pub since: u32,
}

impl Default for FastMutex {
    fn default() -> Self {
        Self { header: DispatcherHeader::new(1), owner: NONE, old_irql: 0, since: NO_RECORD }
    }
}

/// What keeps APCs from the owner of a fast or a guarded mutex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// APC_LEVEL.
    Level,
    /// A guarded region.
    Region,
    /// The caller's own doing.
    Caller,
}

impl Kernel {
    /// What the routines of guarded mutexes rely on: it depends on the system's age.
    #[must_use]
    pub fn guard_of_guarded_mutexes(&self) -> Guard {
        match self.program.machine.guarded_mutex {
            GuardedMutex::Win8 => Guard::Level,
            GuardedMutex::Nt52 => Guard::Region,
        }
    }

    /// Keeps APCs away before a mutex is acquired. Returns the level of before.
    pub fn guard(&mut self, cpu: usize, guard: Guard) -> Irql {
        let (irql, thread) = (self.state.kprcb[cpu].irql, self.state.kprcb[cpu].current_thread);
        match guard {
            Guard::Level => return self.raise_for_lock(cpu, Ladder::APC, Rule::AP23),
            Guard::Region if thread != NONE => self.disable_apcs(cpu, thread, Region::Guarded, Rule::AP22),
            Guard::Region | Guard::Caller => {}
        }
        irql
    }

    /// Lets APCs through again after a mutex was released.
    pub fn unguard(&mut self, cpu: usize, guard: Guard, old: Irql) {
        let (irql, thread) = (self.state.kprcb[cpu].irql, self.state.kprcb[cpu].current_thread);
        match guard {
            Guard::Level if old != irql => self.lower_irql(cpu, i64::from(old)),
            Guard::Region if thread != NONE => self.enable_apcs(cpu, thread, Region::Guarded, Rule::AP22),
            _ => {}
        }
    }

    /// The Unsafe routines are for callers that keep APCs away themselves (AP-23); Driver Verifier looks. True when
    /// the machine goes on.
    pub fn check_unsafe_call(&mut self, cpu: usize, mutex: u16, subcode: u64) -> bool {
        let irql = self.state.kprcb[cpu].irql;
        let guarded = irql == Ladder::APC || (irql < Ladder::APC && self.are_apcs_disabled(cpu));
        if guarded || !self.program.machine.verifier {
            return true;
        }
        self.bugcheck(cpu, Rule::AP23, 0xC4, [subcode, u64::from(irql), Class::FastMutex.at(mutex), 0]);
        false
    }

    /// A wait gives a mutex to a thread.
    pub(super) fn own_fast_mutex(&mut self, cpu: usize, mutex: u16, thread: u16) {
        let m = &mut self.state.fast_mutex[mutex as usize];
        m.header.signal_state = 0;
        (m.owner, m.since) = (thread, self.state.records);
        self.emit(cpu, Kind::FastMutexAcquired, Rule::AP23, mutex, u32::from(thread));
    }

    /// Takes a mutex if it is free.
    pub fn try_fast_mutex(&mut self, cpu: usize, mutex: u16) -> bool {
        let thread = self.state.kprcb[cpu].current_thread;
        let m = &self.state.fast_mutex[mutex as usize];
        let (free, owner) = (m.header.is_signalled() && thread != NONE, m.owner);
        if free {
            self.own_fast_mutex(cpu, mutex, thread);
        } else {
            self.emit(cpu, Kind::FastMutexRefused, Rule::AP23, mutex, u32::from(owner));
        }
        free
    }

    /// Frees a mutex, or hands it to the first who waits.
    pub fn release_fast_mutex(&mut self, cpu: usize, mutex: u16) {
        let m = &mut self.state.fast_mutex[mutex as usize];
        m.header.signal_state = 1;
        let owner = std::mem::replace(&mut m.owner, NONE);
        m.since = self.state.records;
        let released = self.emit(cpu, Kind::FastMutexReleased, Rule::AP23, mutex, u32::from(owner));
        let outer = std::mem::replace(&mut self.cause, released);
        self.wait_test(cpu, ObjectRef { class: Class::FastMutex, index: mutex }, INCREMENT, Rule::AP23);
        self.cause = outer;
        self.exit_dispatcher(cpu);
    }
}
