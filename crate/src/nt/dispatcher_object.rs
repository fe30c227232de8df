//! Objects that can be waited for: the header and the list of wait blocks that each has, and what a wait does to the
//! object that satisfies it (WT-1, WT-8, WT-9). Knows nothing of timeouts, alerts and APCs: those are the wait's.

use super::state::State;
use super::{Kernel, Ntstatus, STATUS_KERNEL_APC, STATUS_SUCCESS};
use crate::base::NONE;
use crate::program::{Class, ObjectRef, Program};
use crate::trace::Rule;

/// No wait block.
const NO_BLOCK: u32 = u32::MAX;

/// A DISPATCHER_HEADER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DispatcherHeader {
    /// SignalState: the object is signalled while this is above 0.
    pub signal_state: i32,
    /// Head and tail of WaitListHead: wait blocks, first come first.
    pub wait_list: (u32, u32),
}

impl DispatcherHeader {
    /// An object for which nobody waits.
    #[must_use]
    pub fn new(signal_state: i32) -> Self {
        Self { signal_state, wait_list: (NO_BLOCK, NO_BLOCK) }
    }

    /// Whether it is signalled.
    #[must_use]
    pub fn is_signalled(&self) -> bool {
        self.signal_state > 0
    }

    /// Whether nobody waits.
    #[must_use]
    pub fn nobody_waits(&self) -> bool {
        self.wait_list.0 == NO_BLOCK
    }
}

/// A KWAIT_BLOCK: one thread that waits for one object. A thread has as many as the longest wait of the scenario takes,
/// side by side from its WaitBlockList on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KwaitBlock {
    /// Thread.
    pub thread: u16,
    /// WaitKey: the object's number in the wait.
    pub wait_key: u8,
    /// Object, packed, while the block is in its list.
    pub object: u32,
    /// Next in that list.
    pub next: u32,
    /// Previous in that list.
    pub prev: u32,
}

/// The wait blocks of all threads.
pub(super) fn wait_blocks(program: &Program) -> Vec<KwaitBlock> {
    let block = |thread, wait_key| KwaitBlock { thread, wait_key, object: 0, next: NO_BLOCK, prev: NO_BLOCK };
    let threads = 0..program.threads.len() as u16;
    threads.flat_map(|t| (0..program.blocks_per_thread()).map(move |key| block(t, key))).collect()
}

impl State {
    /// The header of a dispatcher object.
    pub(super) fn header(&mut self, object: u32) -> Option<&mut DispatcherHeader> {
        let ObjectRef { class, index } = ObjectRef::unpack(object)?;
        let i = index as usize;
        match class {
            Class::Event => self.kevent.get_mut(i).map(|e| &mut e.header),
            Class::Timer => self.ktimer.get_mut(i).map(|t| &mut t.header),
            Class::Semaphore => self.ksemaphore.get_mut(i).map(|s| &mut s.header),
            Class::Mutant => self.kmutant.get_mut(i).map(|m| &mut m.header),
            Class::FastMutex => self.fast_mutex.get_mut(i).map(|m| &mut m.header),
            Class::SharedWaiters => self.resource.get_mut(i).map(|r| &mut r.shared_waiters),
            Class::ExclusiveWaiters => self.resource.get_mut(i).map(|r| &mut r.exclusive_waiters),
            Class::Thread => self.kthread.get_mut(i).map(|t| &mut t.header),
            Class::Process => self.kprocess.get_mut(i).map(|p| &mut p.header),
            Class::Queue => self.kqueue.get_mut(i).map(|q| &mut q.header),
            _ => None,
        }
    }

    /// The wait blocks in an object's list, in their order; no more than there are.
    pub fn wait_list(&self, header: &DispatcherHeader) -> impl Iterator<Item = &KwaitBlock> {
        let first = self.wait_blocks.get(header.wait_list.0 as usize);
        std::iter::successors(first, |b| self.wait_blocks.get(b.next as usize)).take(self.wait_blocks.len() + 1)
    }

    /// A thread's wait block for this object goes to the tail of the object's list.
    pub(super) fn link_wait_block(&mut self, thread: u16, key: usize, object: u32) {
        let block = self.kthread[thread as usize].wait_block_list + key as u32;
        let Some(header) = self.header(object) else { return };
        let last = std::mem::replace(&mut header.wait_list.1, block);
        if last == NO_BLOCK {
            header.wait_list.0 = block;
        } else {
            self.wait_blocks[last as usize].next = block;
        }
        let b = &mut self.wait_blocks[block as usize];
        (b.object, b.prev) = (object, last);
    }

    /// Takes a thread's wait block out of the list that it is in.
    pub(super) fn unlink_wait_block(&mut self, thread: u16, key: usize) {
        let block = self.kthread[thread as usize].wait_block_list + key as u32;
        let b = &mut self.wait_blocks[block as usize];
        let object = std::mem::take(&mut b.object);
        let (next, prev) = (std::mem::replace(&mut b.next, NO_BLOCK), std::mem::replace(&mut b.prev, NO_BLOCK));
        if let Some(b) = self.wait_blocks.get_mut(next as usize) {
            b.prev = prev;
        }
        if let Some(b) = self.wait_blocks.get_mut(prev as usize) {
            b.next = next;
        }
        let Some(header) = self.header(object) else { return };
        if prev == NO_BLOCK {
            header.wait_list.0 = next;
        }
        if next == NO_BLOCK {
            header.wait_list.1 = prev;
        }
    }

    /// The thread that has waited for the shortest time, or `NONE`.
    pub(super) fn last_waiter(&self, header: &DispatcherHeader) -> u16 {
        self.wait_blocks.get(header.wait_list.1 as usize).map_or(NONE, |b| b.thread)
    }
}

impl Kernel {
    /// Whether a value stands for an object that can be waited for.
    pub fn is_dispatcher_object(&mut self, value: u32) -> bool {
        self.state.header(value).is_some()
    }

    /// WT-3.3, WT-8: satisfies a wait of the current thread if that can be done at once; gives the status, and the
    /// object that did it.
    pub(super) fn take_signal(&mut self, cpu: usize, object: u32) -> Option<(Ntstatus, u32)> {
        let thread = self.state.kprcb[cpu].current_thread;
        match ObjectRef::unpack(object)?.class {
            Class::AnyOf => {
                let objects = (0u32..).zip(self.wait_objects(object));
                let (key, first) = objects.into_iter().find(|(_, object)| self.is_signalled(*object, thread))?;
                Some((self.satisfy(cpu, first, thread) | key, first))
            }
            Class::AllOf => {
                let objects = self.wait_objects(object);
                let all = objects.iter().all(|object| self.is_signalled(*object, thread));
                let taken = |status, object| status | self.satisfy(cpu, object, thread);
                all.then(|| (objects.into_iter().fold(STATUS_SUCCESS, taken), object))
            }
            Class::Queue => self.remove_queue(cpu, object as u16).then_some((STATUS_SUCCESS, object)),
            _ => self.is_signalled(object, thread).then(|| (self.satisfy(cpu, object, thread), object)),
        }
    }

    fn wait_objects(&self, object: u32) -> Vec<u32> {
        (0..self.program.wait_count(object)).map(|key| self.program.wait_object(object, key)).collect()
    }

    /// Whether an object satisfies a wait of this thread: one for a mutex that is its own already is satisfied too. The
    /// idle thread, which a DPC may have interrupted, comes to own nothing.
    fn is_signalled(&mut self, object: u32, thread: u16) -> bool {
        let signalled = self.state.header(object).is_some_and(|h| h.is_signalled());
        match ObjectRef::unpack(object) {
            Some(ObjectRef { class: Class::Mutant, index }) if thread != NONE => {
                signalled || self.state.kmutant[index as usize].owner_thread == thread
            }
            Some(ObjectRef { class: Class::Mutant | Class::FastMutex, .. }) if thread == NONE => false,
            _ => signalled,
        }
    }

    /// What a wait that an object satisfies does to the object.
    fn satisfy(&mut self, cpu: usize, object: u32, thread: u16) -> Ntstatus {
        let Some(ObjectRef { class, index }) = ObjectRef::unpack(object) else { return STATUS_SUCCESS };
        let i = index as usize;
        match class {
            Class::Event if !self.program.events[i].notification => self.state.kevent[i].header.signal_state = 0,
            Class::Timer if !self.program.timers[i].notification => self.state.ktimer[i].header.signal_state = 0,
            Class::Semaphore => self.state.ksemaphore[i].header.signal_state -= 1,
            Class::Mutant => return self.acquire_mutant(cpu, index, thread),
            Class::FastMutex => self.own_fast_mutex(cpu, index, thread),
            Class::SharedWaiters => {
                self.state.resource[i].shared_waiters.signal_state -= 1;
                self.own_resource(cpu, index, thread);
            }
            Class::ExclusiveWaiters => {
                self.state.resource[i].exclusive_waiters.signal_state = 0;
                self.own_resource(cpu, index, thread);
            }
            _ => {}
        }
        STATUS_SUCCESS
    }

    /// KiWaitTest: as long as an object is signalled it serves those who wait for it, in their order. Who waits for
    /// more objects too is woken to look at all of them (WT-9).
    pub(super) fn wait_test(&mut self, cpu: usize, object: ObjectRef, increment: i64, rule: Rule) {
        let object = object.pack();
        while let Some(header) = self.state.header(object).filter(|h| h.is_signalled()) {
            let head = header.wait_list.0;
            let Some(&KwaitBlock { thread, wait_key, .. }) = self.state.wait_blocks.get(head as usize) else { return };
            let of = ObjectRef::unpack(self.state.kthread[thread as usize].wait_object);
            if of.is_some_and(|of| of.class == Class::AllOf) {
                self.end_wait(cpu, thread, STATUS_KERNEL_APC, increment, Rule::WT9);
            } else {
                let status = self.satisfy(cpu, object, thread) | u32::from(wait_key);
                self.end_wait(cpu, thread, status, increment, rule);
            }
        }
    }
}
