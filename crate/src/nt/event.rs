//! Events (WT-1, WT-11).

use super::Kernel;
use crate::base::NONE;
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// KeSetEvent: returns the previous state.
    pub fn set_event(&mut self, cpu: usize, event: u16, increment: i64) -> bool {
        let previous = self.signal_event(cpu, event, increment);
        self.exit_dispatcher(cpu);
        previous
    }

    /// KeSetEvent up to the dispatcher's exit, which is the caller's.
    pub(super) fn signal_event(&mut self, cpu: usize, event: u16, increment: i64) -> bool {
        let notification = self.program.events[event as usize].notification;
        let e = &mut self.state.kevent[event as usize];
        let previous = e.signalled;
        let waiting = e.waiters.0 != NONE;
        // A synchronization event with a waiter is consumed by it and stays clear.
        e.signalled = notification || !waiting;
        e.since = self.state.records;
        let set = self.emit(cpu, Kind::EventSet, Rule::WT1, event, u32::from(previous));
        let outer = std::mem::replace(&mut self.cause, set);
        let object = ObjectRef { class: Class::Event, index: event };
        self.release_waiters(cpu, object, notification, increment, Rule::WT1);
        self.cause = outer;
        previous
    }

    /// KeResetEvent, KeClearEvent: returns the previous state.
    pub fn clear_event(&mut self, cpu: usize, event: u16) -> bool {
        let previous = std::mem::replace(&mut self.state.kevent[event as usize].signalled, false);
        self.emit(cpu, Kind::EventCleared, Rule::WT11, event, u32::from(previous));
        previous
    }
}
