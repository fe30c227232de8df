//! Events (WT-1, WT-11).

use super::Kernel;
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// KeSetEvent: returns the previous state.
    pub fn set_event(&mut self, cpu: usize, event: u16, increment: i64, wait: bool) -> bool {
        let previous = self.signal_event(cpu, event, increment);
        self.leave_dispatcher(cpu, wait);
        previous
    }

    /// KePulseEvent (WT-11): serves who waits at this moment, and leaves the event clear. Returns the previous state.
    pub fn pulse_event(&mut self, cpu: usize, event: u16, increment: i64, wait: bool) -> bool {
        let e = &mut self.state.kevent[event as usize];
        let previous = std::mem::replace(&mut e.header.signal_state, 1) > 0;
        e.since = self.state.records;
        let pulsed = self.emit(cpu, Kind::EventPulsed, Rule::WT11, event, u32::from(previous));
        if !previous {
            let outer = std::mem::replace(&mut self.cause, pulsed);
            self.wait_test(cpu, ObjectRef { class: Class::Event, index: event }, increment, Rule::WT11);
            self.cause = outer;
        }
        self.state.kevent[event as usize].header.signal_state = 0;
        self.leave_dispatcher(cpu, wait);
        previous
    }

    /// KeSetEvent up to the dispatcher's exit, which is the caller's.
    pub(super) fn signal_event(&mut self, cpu: usize, event: u16, increment: i64) -> bool {
        let e = &mut self.state.kevent[event as usize];
        let previous = std::mem::replace(&mut e.header.signal_state, 1) > 0;
        e.since = self.state.records;
        let set = self.emit(cpu, Kind::EventSet, Rule::WT1, event, u32::from(previous));
        if !previous {
            let outer = std::mem::replace(&mut self.cause, set);
            self.wait_test(cpu, ObjectRef { class: Class::Event, index: event }, increment, Rule::WT1);
            self.cause = outer;
        }
        previous
    }

    /// KeResetEvent, KeClearEvent: returns the previous state.
    pub fn clear_event(&mut self, cpu: usize, event: u16) -> bool {
        let previous = std::mem::take(&mut self.state.kevent[event as usize].header.signal_state) > 0;
        self.emit(cpu, Kind::EventCleared, Rule::WT11, event, u32::from(previous));
        previous
    }
}
