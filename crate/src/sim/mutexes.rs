//! The routines of fast mutexes, guarded mutexes and executive resources.

use super::Machine;
use super::execute::{index, phase};
use super::routines::{Flow, done};
use crate::base::INFINITE;
use crate::nt::{Access, FrameId, Guard, Region, Wait};
use crate::program::{Class, ObjectRef, Routine, Slot};

impl Machine {
    /// Calls one of those of fast and guarded mutexes.
    pub(super) fn fast_mutex_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let mutex = index(self.slot(top, args));
        let guarded = self.kernel.guard_of_guarded_mutexes();
        match routine {
            R::ExAcquireFastMutex => self.acquire_fast_mutex(cpu, top, mutex, Guard::Level),
            R::KeAcquireGuardedMutex => self.acquire_fast_mutex(cpu, top, mutex, guarded),
            R::ExTryToAcquireFastMutex => self.try_fast_mutex(cpu, mutex, Guard::Level),
            R::KeTryToAcquireGuardedMutex => self.try_fast_mutex(cpu, mutex, guarded),
            R::ExReleaseFastMutex => self.release_fast_mutex(cpu, top, mutex, Guard::Level),
            R::KeReleaseGuardedMutex => self.release_fast_mutex(cpu, top, mutex, guarded),
            R::ExAcquireFastMutexUnsafe | R::KeAcquireGuardedMutexUnsafe => {
                let fresh = self.kernel.state.frames[top.index()].phase == phase::FRESH;
                if fresh && !self.kernel.check_unsafe_call(cpu, mutex, 0x39) {
                    return done(0);
                }
                self.acquire_fast_mutex(cpu, top, mutex, Guard::Caller)
            }
            _ => {
                if !self.kernel.check_unsafe_call(cpu, mutex, 0x3A) {
                    return done(0);
                }
                self.release_fast_mutex(cpu, top, mutex, Guard::Caller)
            }
        }
    }

    fn acquire_fast_mutex(&mut self, cpu: usize, top: FrameId, mutex: u16, guard: Guard) -> Flow {
        if self.kernel.state.frames[top.index()].phase == phase::FRESH {
            let old = self.kernel.guard(cpu, guard);
            self.kernel.state.frames[top.index()].old_irql = old;
            if self.kernel.state.stop.is_some() {
                return Flow::Wait;
            }
        }
        let object = ObjectRef { class: Class::FastMutex, index: mutex }.pack();
        let wait = Wait { object, user_mode: false, alertable: false, timeout: INFINITE };
        if self.kernel.wait(cpu, wait).is_none() {
            return Flow::Wait;
        }
        let old = self.kernel.state.frames[top.index()].old_irql;
        self.kernel.state.fast_mutex[mutex as usize].old_irql = old;
        done(0)
    }

    fn try_fast_mutex(&mut self, cpu: usize, mutex: u16, guard: Guard) -> Flow {
        let old = self.kernel.guard(cpu, guard);
        let taken = self.kernel.try_fast_mutex(cpu, mutex);
        if taken {
            self.kernel.state.fast_mutex[mutex as usize].old_irql = old;
        } else {
            self.kernel.unguard(cpu, guard, old);
        }
        done(taken)
    }

    /// Whoever gets the mutex may run before its old owner lets APCs through again.
    fn release_fast_mutex(&mut self, cpu: usize, top: FrameId, mutex: u16, guard: Guard) -> Flow {
        let old = self.kernel.state.fast_mutex[mutex as usize].old_irql;
        let frame = &mut self.kernel.state.frames[top.index()];
        if frame.phase == phase::RELEASED {
            let old = frame.old_irql;
            self.kernel.unguard(cpu, guard, old);
            return done(0);
        }
        (frame.phase, frame.old_irql) = (phase::RELEASED, old);
        self.kernel.release_fast_mutex(cpu, mutex);
        Flow::Wait
    }

    /// Calls one of those of executive resources.
    pub(super) fn resource_routine(&mut self, cpu: usize, top: FrameId, routine: Routine, args: Slot) -> Flow {
        use Routine as R;
        let resource = index(self.slot(top, args));
        let thread = self.kernel.state.kprcb[cpu].current_thread;
        let acquire = |machine: &mut Self, access| {
            let wait = machine.slot(top, args + 1) != 0;
            machine.acquire_resource(cpu, top, resource, access, wait)
        };
        match routine {
            R::ExAcquireResourceExclusiveLite => acquire(self, Access::Exclusive),
            R::ExAcquireResourceSharedLite => acquire(self, Access::Shared),
            R::ExAcquireSharedStarveExclusive => acquire(self, Access::SharedStarveExclusive),
            R::ExAcquireSharedWaitForExclusive => acquire(self, Access::SharedWaitForExclusive),
            R::ExEnterCriticalRegionAndAcquireResourceExclusive | R::ExEnterCriticalRegionAndAcquireResourceShared => {
                if self.kernel.state.frames[top.index()].phase == phase::FRESH {
                    self.kernel.enter_region(cpu, Region::Critical);
                }
                let exclusive = routine == R::ExEnterCriticalRegionAndAcquireResourceExclusive;
                let access = if exclusive { Access::Exclusive } else { Access::Shared };
                self.acquire_resource(cpu, top, resource, access, true)
            }
            R::ExReleaseResourceLite => {
                if self.kernel.check_apcs_are_off(cpu, resource, 0x38) {
                    self.kernel.release_resource(cpu, resource);
                }
                done(0)
            }
            R::ExReleaseResourceAndLeaveCriticalRegion => {
                let frame = &mut self.kernel.state.frames[top.index()];
                if frame.phase == phase::RELEASED {
                    self.kernel.leave_region(cpu, Region::Critical);
                    return done(0);
                }
                frame.phase = phase::RELEASED;
                if self.kernel.check_apcs_are_off(cpu, resource, 0x38) {
                    self.kernel.release_resource(cpu, resource);
                }
                Flow::Wait
            }
            R::ExConvertExclusiveToSharedLite => {
                self.kernel.share_resource(cpu, resource);
                done(0)
            }
            R::ExIsResourceAcquiredExclusiveLite => {
                let exclusive = self.kernel.state.resource[resource as usize].owned_exclusive;
                done(exclusive && self.kernel.owner_count(resource, thread) > 0)
            }
            _ => done(self.kernel.owner_count(resource, thread)), // ExIsResourceAcquiredSharedLite
        }
    }

    fn acquire_resource(&mut self, cpu: usize, top: FrameId, resource: u16, access: Access, wait: bool) -> Flow {
        let frame = &mut self.kernel.state.frames[top.index()];
        if frame.phase == phase::FRESH {
            if !self.kernel.check_apcs_are_off(cpu, resource, 0x37) {
                return Flow::Wait;
            }
            if self.kernel.try_resource(cpu, resource, access) {
                return done(1);
            }
            if !wait {
                self.kernel.refuse_resource(cpu, resource);
                return done(0);
            }
            self.kernel.queue_for_resource(resource, access);
        }
        let exclusive = access == Access::Exclusive;
        let class = if exclusive { Class::ExclusiveWaiters } else { Class::SharedWaiters };
        let object = ObjectRef { class, index: resource }.pack();
        let wait = Wait { object, user_mode: false, alertable: false, timeout: INFINITE };
        self.kernel.wait(cpu, wait).map_or(Flow::Wait, |_| done(1))
    }
}
