//! Work items and the system's worker threads (SE-3…6): how an item is queued, what a worker thread does, and what must
//! be true when a routine has returned. The queue itself is a KQUEUE, as a completion port is: `queue` knows who gets
//! an item.

use super::Kernel;
use super::frame::{Frame, FrameId, FrameKind, Stack};
use super::request::Packet;
use super::wait::Wait;
use crate::base::{INFINITE, NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef, Program};
use crate::trace::{Kind, Rule};

/// Parameter 1 of 0xE4, WORKER_INVALID.
mod invalid {
    /// Memory that holds a queued item is used for something else.
    pub(super) const OVERWRITTEN: u64 = 0;
    /// An item is queued that is queued.
    pub(super) const QUEUED: u64 = 1;
    /// An I/O item is freed that is queued.
    pub(super) const FREED: u64 = 2;
    /// An I/O item is initialised for what is neither a device nor a driver.
    pub(super) const OBJECT: u64 = 3;
    /// There is no such queue.
    pub(super) const QUEUE_TYPE: u64 = 6;
}

/// Bytes of a WORK_QUEUE_ITEM on x64.
const SIZE: u64 = 0x20;

/// A work item: a WORK_QUEUE_ITEM, or an IO_WORKITEM with one in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkItem {
    /// WorkerRoutine's body.
    pub routine: u16,
    /// Parameter, or Context.
    pub context: i64,
    /// IoObject: the device or the driver that it works for, packed; 0 for none.
    pub io_object: i64,
    /// List.Flink is not NULL.
    pub queued: bool,
}

/// The work items before the machine starts.
pub(super) fn work_items(program: &Program) -> Vec<WorkItem> {
    let item = |body| WorkItem { routine: body, context: 0, io_object: 0, queued: false };
    program.work_items.iter().map(|def| item(def.body)).collect()
}

impl Kernel {
    /// The worker threads were started long before the run begins: each waits for its queue. The last waiter is served
    /// first, so the first thread of each queue comes last.
    pub(super) fn park_worker_threads(&mut self) {
        for queue in self.program.work_queues.clone() {
            for thread in (queue.first_thread..queue.first_thread + queue.threads).rev() {
                let frame = Frame::kernel(FrameKind::WorkerThread, Ladder::PASSIVE, NO_RECORD);
                let frame = Frame { object: queue.queue, ..frame };
                self.park(thread, frame, ObjectRef { class: Class::Queue, index: queue.queue });
                self.state.kthread[thread as usize].queue = queue.queue;
            }
        }
    }

    /// ExInitializeWorkItem. In the midst of a queue that would tear the list, so the machine stops as for any place
    /// where no work item may be (SE-5).
    pub fn initialize_work_item(&mut self, cpu: usize, item: u16, routine: u16, context: i64) {
        if self.overwrites_queued(cpu, item) {
            return;
        }
        let w = &mut self.state.work_items[item as usize];
        (w.routine, w.context, w.io_object) = (routine, context, 0);
        let routine = ObjectRef { class: Class::Body, index: routine }.pack();
        self.emit(cpu, Kind::WorkItemInitialized, Rule::SE4, item, routine);
    }

    /// IoInitializeWorkItem: the object that it works for; a routine comes with the queueing.
    pub fn initialize_io_work_item(&mut self, cpu: usize, item: u16, io_object: i64) {
        let object = u32::try_from(io_object).ok().and_then(ObjectRef::unpack);
        if !object.is_some_and(|o| matches!(o.class, Class::Interrupt | Class::Driver)) {
            let object = ObjectRef::address_of(io_object as u64);
            return self.worker_invalid(cpu, invalid::OBJECT, item, [object, 0]);
        }
        if self.overwrites_queued(cpu, item) {
            return;
        }
        self.state.work_items[item as usize].io_object = io_object;
        self.emit(cpu, Kind::WorkItemInitialized, Rule::SE4, item, 0);
    }

    fn overwrites_queued(&mut self, cpu: usize, item: u16) -> bool {
        let queued = self.state.work_items[item as usize].queued;
        if queued {
            let start = Class::WorkItem.at(item);
            self.worker_invalid(cpu, invalid::OVERWRITTEN, item, [start, start + SIZE]);
        }
        queued
    }

    /// IoUninitializeWorkItem: not while the item is queued.
    pub fn uninitialize_work_item(&mut self, cpu: usize, item: u16) {
        let w = &mut self.state.work_items[item as usize];
        if w.queued {
            let routine = self.program.routine_address(w.routine);
            return self.worker_invalid(cpu, invalid::FREED, item, [routine, 0]);
        }
        w.io_object = 0;
    }

    /// IoQueueWorkItem: the routine and the context come with the call.
    pub fn queue_io_work_item(&mut self, cpu: usize, item: u16, queue_type: i64, routine: u16, context: i64) {
        if self.may_queue(cpu, item, queue_type) {
            let w = &mut self.state.work_items[item as usize];
            (w.routine, w.context) = (routine, context);
            self.queue_work_item(cpu, item, queue_type);
        }
    }

    /// ExQueueWorkItem (SE-4): to the tail of its queue; a worker thread that waits gets it, if one more may run.
    pub fn queue_work_item(&mut self, cpu: usize, item: u16, queue_type: i64) {
        if !self.may_queue(cpu, item, queue_type) {
            return;
        }
        let queues = &self.program.work_queues;
        let Some(queue) = queues.iter().find(|q| i64::from(q.queue_type) == queue_type).map(|q| q.queue) else {
            return;
        };
        self.state.work_items[item as usize].queued = true;
        self.insert_queue(cpu, queue, Packet::work_item(item), Rule::SE4);
        self.exit_dispatcher(cpu);
    }

    /// Whether an item is in no queue, and there is such a queue (SE-5).
    fn may_queue(&mut self, cpu: usize, item: u16, queue_type: i64) -> bool {
        let known = self.program.work_queues.iter().any(|q| i64::from(q.queue_type) == queue_type);
        let trouble = if self.state.work_items[item as usize].queued {
            invalid::QUEUED
        } else if !known {
            invalid::QUEUE_TYPE
        } else {
            return true;
        };
        self.worker_invalid(cpu, trouble, item, [queue_type as u64, 0]);
        false
    }

    fn worker_invalid(&mut self, cpu: usize, trouble: u64, item: u16, rest: [u64; 2]) {
        self.bugcheck(cpu, Rule::SE5, 0xE4, [trouble, Class::WorkItem.at(item), rest[0], rest[1]]);
    }

    /// ExpWorkerThread: the worker thread takes the next item of its queue, or waits for one.
    pub fn continue_worker_thread(&mut self, cpu: usize, thread: u16) {
        let top = self.state.top(cpu);
        let (since, queue) = (self.state.frames[top.index()].since, self.state.frames[top.index()].object);
        self.enter_code(since, NONE);
        let object = ObjectRef { class: Class::Queue, index: queue }.pack();
        let wait = Wait { object, user_mode: false, alertable: false, timeout: INFINITE };
        // A routine that took from another queue has left this one.
        self.join_queue(cpu, queue);
        if self.wait(cpu, wait).is_none() {
            return;
        }
        let packet = self.read_packet(cpu);
        let item = packet.work_item;
        let w = &self.state.work_items[item as usize];
        let (body, object) = (w.routine, ObjectRef { class: Class::WorkItem, index: item }.pack());
        let arguments = [w.io_object, w.context, object.into()];
        let routine = ObjectRef { class: Class::Body, index: body }.pack();
        let started = self.emit_from(packet.since, cpu, Kind::WorkItemStarted, Rule::SE4, item, routine);
        self.push_body(Stack::Thread(thread), body, item, &arguments, started);
        self.exit_dispatcher(cpu);
    }

    /// A worker routine has returned (SE-3). APC_LEVEL is not what the thread is checked for: it keeps it.
    pub(super) fn finish_work_item(
        &mut self,
        cpu: usize,
        thread: u16,
        worker: FrameId,
        item: u16,
        body: u16,
        started: u32,
    ) {
        self.enter_code(started, NONE);
        let (t, irql) = (&self.state.kthread[thread as usize], self.state.kprcb[cpu].irql);
        let (index, disable) = (t.apc_state_index, t.combined_apc_disable());
        let (unbalanced, high) = (index != 0 || disable != 0, irql >= Ladder::DISPATCH);
        if !unbalanced && !high {
            self.pop_frame(Stack::Thread(thread));
        }
        let routine = ObjectRef { class: Class::Body, index: body }.pack();
        let ended = self.emit(cpu, Kind::WorkItemEnded, Rule::SE3, item, routine);
        self.state.frames[worker.index()].since = ended;
        let routine = self.program.routine_address(body);
        if unbalanced {
            self.bugcheck(cpu, Rule::SE3, 0x1, [routine, u64::from(index), u64::from(disable), 1]);
        } else if high {
            let context = ObjectRef::address_of(self.state.work_items[item as usize].context as u64);
            self.bugcheck(cpu, Rule::SE3, 0xE1, [routine, u64::from(irql), context, Class::WorkItem.at(item)]);
        }
    }

    /// A thread is about to end itself: a worker thread must not (SE-6). True when the machine goes on.
    pub(super) fn check_worker_exit(&mut self, cpu: usize, thread: u16) -> bool {
        let worker = self.program.work_queues.iter().any(|q| q.has_thread(thread));
        if worker {
            self.bugcheck(cpu, Rule::SE6, 0xE9, [Class::Thread.at(thread), 0, 0, 0]);
        }
        !worker
    }
}
