//! Executive resources: ERESOURCE, owned by one thread or shared by several. They leave APCs alone, so whoever acquires
//! one has to be in a critical region (AP-22).

use super::Kernel;
use super::dispatcher_object::DispatcherHeader;
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef};
use crate::trace::{Kind, Rule};

/// An ERESOURCE. Who owns it stands in [`OwnerEntry`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Eresource {
    /// SharedWaiters, a semaphore.
    pub shared_waiters: DispatcherHeader,
    /// ExclusiveWaiters, a synchronization event.
    pub exclusive_waiters: DispatcherHeader,
    /// ActiveCount: owners, and waiters that it has been given to.
    pub active_count: u16,
    /// ResourceOwnedExclusive.
    pub owned_exclusive: bool,
    /// NumberOfSharedWaiters.
    pub number_of_shared_waiters: u16,
    /// NumberOfExclusiveWaiters.
    pub number_of_exclusive_waiters: u16,
    /// The record that changed it last.
    pub since: u32,
}

impl Default for Eresource {
    fn default() -> Self {
        Self {
            shared_waiters: DispatcherHeader::new(0),
            exclusive_waiters: DispatcherHeader::new(0),
            active_count: 0,
            owned_exclusive: false,
            number_of_shared_waiters: 0,
            number_of_exclusive_waiters: 0,
            since: NO_RECORD,
        }
    }
}

/// An OWNER_ENTRY: a thread that owns a resource, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnerEntry {
    /// The resource.
    pub resource: u16,
    /// OwnerThread.
    pub thread: u16,
    /// OwnerCount.
    pub count: u16,
}

/// How a resource is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// For oneself alone.
    Exclusive,
    /// Beside others, behind those who want it for themselves.
    Shared,
    /// Beside others, before those who want it for themselves.
    SharedStarveExclusive,
    /// Beside others, behind those who want it for themselves even if it is one's own already.
    SharedWaitForExclusive,
}

impl Kernel {
    /// A resource does not hold APCs back, so its caller has to (AP-22); Driver Verifier looks. True when the machine
    /// goes on.
    pub fn check_apcs_are_off(&mut self, cpu: usize, resource: u16, subcode: u64) -> bool {
        let prcb = &self.state.kprcb[cpu];
        let (irql, thread) = (prcb.irql, prcb.current_thread);
        let disable = self.state.kthread.get(thread as usize).map_or(0, |t| t.combined_apc_disable());
        if irql >= Ladder::APC || disable != 0 || !self.program.machine.verifier {
            return true;
        }
        let parameters = [subcode, u64::from(irql), u64::from(disable), Class::Resource.at(resource)];
        self.bugcheck(cpu, Rule::AP22, 0xC4, parameters);
        false
    }

    fn owner_entry(&mut self, resource: u16, thread: u16) -> Option<&mut OwnerEntry> {
        self.state.resource_owners.iter_mut().find(|o| o.resource == resource && o.thread == thread)
    }

    /// How often a thread owns a resource.
    #[must_use]
    pub fn owner_count(&self, resource: u16, thread: u16) -> u16 {
        let mut owners = self.state.resource_owners.iter();
        owners.find(|o| o.resource == resource && o.thread == thread).map_or(0, |o| o.count)
    }

    /// Takes a resource for the current thread if that can be done at once.
    pub fn try_resource(&mut self, cpu: usize, resource: u16, access: Access) -> bool {
        let thread = self.state.kprcb[cpu].current_thread;
        let mine = self.owner_count(resource, thread) > 0;
        let r = &self.state.resource[resource as usize];
        let after_exclusive = r.number_of_exclusive_waiters > 0;
        let exclusive = access == Access::Exclusive;
        let granted = match access {
            _ if r.active_count == 0 => true,
            _ if r.owned_exclusive => mine,
            Access::Exclusive => false,
            Access::Shared => mine || !after_exclusive,
            Access::SharedStarveExclusive => true,
            Access::SharedWaitForExclusive => !after_exclusive,
        };
        if granted {
            let r = &mut self.state.resource[resource as usize];
            r.owned_exclusive |= exclusive;
            r.active_count += u16::from(!mine);
            self.own_resource(cpu, resource, thread);
        }
        granted
    }

    /// A thread owns a resource, once more or for the first time.
    pub(super) fn own_resource(&mut self, cpu: usize, resource: u16, thread: u16) {
        match self.owner_entry(resource, thread) {
            Some(entry) => entry.count += 1,
            None => self.state.resource_owners.push(OwnerEntry { resource, thread, count: 1 }),
        }
        let r = &mut self.state.resource[resource as usize];
        r.since = self.state.records;
        let exclusive = r.owned_exclusive;
        let kind = if exclusive { Kind::ResourceOwnedExclusive } else { Kind::ResourceOwnedShared };
        self.emit(cpu, kind, Rule::AP22, resource, u32::from(thread));
    }

    /// An attempt without a wait fails.
    pub fn refuse_resource(&mut self, cpu: usize, resource: u16) {
        let count = u32::from(self.state.resource[resource as usize].active_count);
        self.emit(cpu, Kind::ResourceRefused, Rule::AP22, resource, count);
    }

    /// The current thread is about to wait for a resource.
    pub fn queue_for_resource(&mut self, resource: u16, access: Access) {
        let r = &mut self.state.resource[resource as usize];
        let exclusive = access == Access::Exclusive;
        r.number_of_exclusive_waiters += u16::from(exclusive);
        r.number_of_shared_waiters += u16::from(!exclusive);
    }

    /// ExReleaseResourceLite by the current thread.
    pub fn release_resource(&mut self, cpu: usize, resource: u16) {
        let thread = self.state.kprcb[cpu].current_thread;
        let Some(entry) = self.owner_entry(resource, thread) else {
            return self.bugcheck(
                cpu,
                Rule::AP22,
                0xE3,
                [Class::Resource.at(resource), Class::Thread.at(thread), 0, 0],
            );
        };
        entry.count -= 1;
        let last = entry.count == 0;
        self.state.resource_owners.retain(|o| o.count > 0);
        let r = &mut self.state.resource[resource as usize];
        r.since = self.state.records;
        r.active_count -= u16::from(last);
        let left = u32::from(r.active_count);
        let released = self.emit(cpu, Kind::ResourceReleased, Rule::AP22, resource, left);
        if last && left == 0 {
            let outer = std::mem::replace(&mut self.cause, released);
            self.pass_resource_on(cpu, resource);
            self.cause = outer;
        }
        self.exit_dispatcher(cpu);
    }

    /// A resource has no owner any more: after a thread that had it alone the sharing waiters are next, all of them,
    /// else the first that wants it alone.
    fn pass_resource_on(&mut self, cpu: usize, resource: u16) {
        let r = &mut self.state.resource[resource as usize];
        let was_exclusive = std::mem::take(&mut r.owned_exclusive);
        if r.number_of_exclusive_waiters > 0 && !(was_exclusive && r.number_of_shared_waiters > 0) {
            r.number_of_exclusive_waiters -= 1;
            (r.owned_exclusive, r.active_count) = (true, 1);
            r.exclusive_waiters.signal_state = 1;
            let object = ObjectRef { class: Class::ExclusiveWaiters, index: resource };
            return self.wait_test(cpu, object, 0, Rule::AP22);
        }
        self.admit_shared_waiters(cpu, resource);
    }

    fn admit_shared_waiters(&mut self, cpu: usize, resource: u16) {
        let r = &mut self.state.resource[resource as usize];
        let count = std::mem::take(&mut r.number_of_shared_waiters);
        r.active_count += count;
        r.shared_waiters.signal_state += i32::from(count);
        self.wait_test(cpu, ObjectRef { class: Class::SharedWaiters, index: resource }, 0, Rule::AP22);
    }

    /// ExConvertExclusiveToSharedLite: its owner goes on sharing it, and those who want to share it come in.
    pub fn share_resource(&mut self, cpu: usize, resource: u16) {
        let thread = self.state.kprcb[cpu].current_thread;
        if thread == NONE || self.owner_count(resource, thread) == 0 {
            return self.bugcheck(
                cpu,
                Rule::AP22,
                0xE3,
                [Class::Resource.at(resource), Class::Thread.at(thread), 0, 0],
            );
        }
        let r = &mut self.state.resource[resource as usize];
        (r.owned_exclusive, r.since) = (false, self.state.records);
        self.emit(cpu, Kind::ResourceOwnedShared, Rule::AP22, resource, u32::from(thread));
        self.admit_shared_waiters(cpu, resource);
        self.exit_dispatcher(cpu);
    }
}
