//! Semaphores (WT-1).

use super::dispatcher_object::DispatcherHeader;
use super::{Kernel, Ntstatus, STATUS_SEMAPHORE_LIMIT_EXCEEDED};
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

/// A semaphore: its count is its SignalState.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ksemaphore {
    /// Header.
    pub header: DispatcherHeader,
    /// Limit.
    pub limit: i32,
    /// The record that released it last.
    pub since: u32,
}

impl Kernel {
    /// KeReleaseSemaphore: returns the previous count; beyond the limit nothing changes.
    pub fn release_semaphore(
        &mut self,
        cpu: usize,
        semaphore: u16,
        increment: i64,
        adjustment: i64,
        wait: bool,
    ) -> Result<i32, Ntstatus> {
        let s = &mut self.state.ksemaphore[semaphore as usize];
        let previous = s.header.signal_state;
        let count = i64::from(previous).saturating_add(adjustment);
        if count > i64::from(s.limit) || count < i64::from(previous) {
            return Err(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
        }
        s.header.signal_state = count as i32;
        s.since = self.state.records;
        let released = self.emit(cpu, Kind::SemaphoreReleased, Rule::WT1, semaphore, count as u32);
        let outer = std::mem::replace(&mut self.cause, released);
        let object = ObjectRef { class: Class::Semaphore, index: semaphore };
        self.wait_test(cpu, object, increment, Rule::WT1);
        self.cause = outer;
        self.leave_dispatcher(cpu, wait);
        Ok(previous)
    }
}
