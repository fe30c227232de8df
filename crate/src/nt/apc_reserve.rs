//! Reserve objects for user APCs (AP-26): the memory of one APC, had in advance, so that queueing cannot fail for want of it.
//! It is in use from the insertion until the APC's kernel routine runs, or its thread runs it down.

use super::alpc::STATUS_INVALID_HANDLE;
use super::state::Kapc;
use super::{Kernel, Ntstatus, STATUS_INVALID_PARAMETER_2, STATUS_SUCCESS, STATUS_UNSUCCESSFUL};
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

impl Kernel {
    /// NtAllocateReserveObject: a handle; `None` when there are as many as there can be.
    pub fn allocate_reserve(&mut self, cpu: usize) -> Option<i64> {
        let index = self.program.apc_reserves.clone().nth(self.state.apc_reserves.into())?;
        self.state.apc_reserves += 1;
        self.emit(cpu, Kind::ReserveAllocated, Rule::AP26, index, 0);
        Some(ObjectRef { class: Class::Apc, index }.pack().into())
    }

    /// NtQueueApcThreadEx with a reserve's handle: as with a new object, but in the reserve's memory, if that is free. Its
    /// kernel routine frees it, so that the APC's own routine may use it again.
    pub fn queue_reserved_apc(
        &mut self,
        cpu: usize,
        handle: i64,
        def: u16,
        thread: u16,
        arguments: [i64; 3],
    ) -> Ntstatus {
        let reserve = |o: &ObjectRef| {
            let mut allocated = self.program.apc_reserves.clone().take(self.state.apc_reserves.into());
            o.class == Class::Apc && allocated.any(|index| index == o.index)
        };
        let known = u32::try_from(handle).ok().and_then(ObjectRef::unpack).filter(reserve);
        let Some(ObjectRef { index, .. }) = known else { return STATUS_INVALID_HANDLE };
        if self.state.kapc[index as usize].inserted {
            let apc = ObjectRef { class: Class::Apc, index: def }.pack();
            self.emit(cpu, Kind::ReserveRefused, Rule::AP26, index, apc);
            return STATUS_INVALID_PARAMETER_2;
        }
        let declared = &self.program.apcs[def as usize];
        self.state.kapc[index as usize] = Kapc { thread, arguments, ..Kapc::new(def, declared) };
        let inserted = self.insert_queue_apc(cpu, index, [arguments[1], arguments[2]], 0);
        if inserted { STATUS_SUCCESS } else { STATUS_UNSUCCESSFUL }
    }
}
