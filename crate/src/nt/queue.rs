//! KQUEUE, what is in it and the threads that serve it (IO-8, WT-1): completion ports, the queues of worker threads, and
//! those of drivers.
//!
//! A thread belongs to the queue that it removed from last, and counts as active there while it does not wait. No
//! more threads are released than the queue wants active ones; when one of them waits for something else, another
//! one is released in its place.

use super::request::Packet;
use super::{Kernel, STATUS_SUCCESS};
use crate::base::{NO_RECORD, NONE};
use crate::program::{Class, ObjectRef};
use crate::trace::{Kind, Rule};

impl Packet {
    /// A packet of PostQueuedCompletionStatus.
    #[must_use]
    pub fn posted(information: u32, key: i64, overlapped: i64) -> Self {
        let (status, irp, work_item) = (STATUS_SUCCESS, NONE, NONE);
        Self { key, overlapped, status, information, irp, work_item, next: NONE, since: NO_RECORD }
    }

    /// A work item in its queue.
    #[must_use]
    pub(super) fn work_item(item: u16) -> Self {
        Self { work_item: item, ..Self::posted(0, 0, 0) }
    }
}

impl Kernel {
    /// KeInsertQueue: the packet goes to the tail, and to a waiting thread if one more may be active. The
    /// dispatcher's exit is the caller's.
    pub(super) fn insert_queue(&mut self, cpu: usize, queue: u16, packet: Packet, rule: Rule) {
        let index = match self.state.packet_free.pop() {
            Some(index) => {
                self.state.packets[index as usize] = packet;
                index
            }
            None if self.state.packets.len() >= self.limits.packet_pool as usize => {
                return self.stop_at_limit("packet_pool", u64::from(self.limits.packet_pool));
            }
            None => {
                self.state.packets.push(packet);
                self.state.packets.len() as u16 - 1
            }
        };
        self.state.packets[index as usize].since = self.state.records;
        let item = self.state.packets[index as usize].work_item;
        let q = &mut self.state.kqueue[queue as usize];
        if q.entries.0 == NONE {
            q.entries = (index, index);
        } else {
            self.state.packets[q.entries.1 as usize].next = index;
            q.entries.1 = index;
        }
        q.header.signal_state += 1;
        let depth = q.header.signal_state as u32;
        let queued = if item == NONE {
            self.emit(cpu, Kind::PacketQueued, rule, queue, depth)
        } else {
            let queue = ObjectRef { class: Class::Queue, index: queue }.pack();
            self.emit(cpu, Kind::WorkItemQueued, rule, item, queue)
        };
        let outer = std::mem::replace(&mut self.cause, queued);
        self.activate_waiter(cpu, queue);
        self.cause = outer;
    }

    /// PostQueuedCompletionStatus, KeInsertQueue: the packets that were there before.
    pub fn post_packet(&mut self, cpu: usize, queue: u16, packet: Packet) -> i32 {
        let previous = self.state.kqueue[queue as usize].header.signal_state;
        let rule = self.queue_rule(queue);
        self.insert_queue(cpu, queue, packet, rule);
        self.exit_dispatcher(cpu);
        previous
    }

    /// The rule by which a queue's packets are told of.
    fn queue_rule(&self, queue: u16) -> Rule {
        if self.program.queues[queue as usize].port { Rule::IO8 } else { Rule::WT1 }
    }

    /// The current thread is about to remove a packet: from now on it is a thread of this queue. The dispatcher's exit
    /// is the caller's: the queue that it leaves may release another thread.
    pub fn join_queue(&mut self, cpu: usize, queue: u16) {
        let thread = self.state.kprcb[cpu].current_thread;
        if self.state.kthread[thread as usize].queue != queue {
            self.leave_queue(cpu, thread);
            self.state.kthread[thread as usize].queue = queue;
            self.state.kqueue[queue as usize].current_count += 1;
        }
    }

    /// A running thread no longer belongs to its queue.
    pub(super) fn leave_queue(&mut self, cpu: usize, thread: u16) {
        let queue = self.stop_being_active(thread);
        self.state.kthread[thread as usize].queue = NONE;
        self.activate_waiter(cpu, queue);
    }

    /// A thread is about to wait or to leave: its queue, or `NONE`, which may then release another thread.
    pub(super) fn stop_being_active(&mut self, thread: u16) -> u16 {
        let queue = self.state.kthread[thread as usize].queue;
        if queue != NONE {
            self.state.kqueue[queue as usize].current_count -= 1;
        }
        queue
    }

    /// KiActivateWaiterQueue: gives the first packet to the thread that has waited for the shortest time, if one more
    /// may be active. `queue` may be `NONE`.
    pub(super) fn activate_waiter(&mut self, cpu: usize, queue: u16) {
        let Some(q) = self.state.kqueue.get(queue as usize) else { return };
        let thread = self.state.last_waiter(&q.header);
        if thread == NONE || q.entries.0 == NONE || q.current_count >= q.maximum_count {
            return;
        }
        self.give_packet(cpu, queue, thread);
        self.end_wait(cpu, thread, STATUS_SUCCESS, 0, Rule::WT1);
    }

    /// KeRemoveQueue without its wait: true when the current thread has got a packet. It is one of the active
    /// threads itself.
    pub(super) fn remove_queue(&mut self, cpu: usize, queue: u16) -> bool {
        let q = &self.state.kqueue[queue as usize];
        if q.entries.0 == NONE || q.current_count > q.maximum_count {
            return false;
        }
        let thread = self.state.kprcb[cpu].current_thread;
        self.cause = self.give_packet(cpu, queue, thread);
        true
    }

    fn give_packet(&mut self, cpu: usize, queue: u16, thread: u16) -> u32 {
        let first = self.unlink_packet(queue);
        // The frame that waits: a kernel APC that comes before it has read may take a packet of its own.
        let waits = self.state.kthread[thread as usize].frame;
        self.state.frames[waits.index()].packet = first;
        let packet = &self.state.packets[first as usize];
        let (since, item) = (packet.since, packet.work_item);
        let Some(w) = self.state.work_items.get_mut(item as usize) else {
            return self.emit_from(since, cpu, Kind::PacketTaken, self.queue_rule(queue), queue, u32::from(thread));
        };
        // From here on it may be queued again (SE-5).
        w.queued = false;
        self.emit_from(since, cpu, Kind::WorkItemTaken, Rule::SE4, item, u32::from(thread))
    }

    /// Takes the first packet out of a queue that has one.
    fn unlink_packet(&mut self, queue: u16) -> u16 {
        let q = &mut self.state.kqueue[queue as usize];
        let (first, last) = q.entries;
        let next = std::mem::replace(&mut self.state.packets[first as usize].next, NONE);
        q.entries = (next, if next == NONE { NONE } else { last });
        q.header.signal_state -= 1;
        first
    }

    /// KeRemoveQueue in a DPC, which is no thread of any queue: the first packet, if there is one.
    pub fn take_packet(&mut self, cpu: usize, queue: u16) -> Option<Packet> {
        if self.state.kqueue[queue as usize].entries.0 == NONE {
            return None;
        }
        let first = self.unlink_packet(queue);
        let packet = self.state.packets[first as usize].clone();
        self.state.packet_free.push(first);
        let (rule, thread) = (self.queue_rule(queue), self.state.kprcb[cpu].current_thread);
        self.cause = self.emit_from(packet.since, cpu, Kind::PacketTaken, rule, queue, u32::from(thread));
        Some(packet)
    }

    /// The running code reads the packet that its wait ended with.
    pub fn read_packet(&mut self, cpu: usize) -> Packet {
        let top = self.state.top(cpu);
        let index = std::mem::replace(&mut self.state.frames[top.index()].packet, NONE);
        let packet = self.state.packets[index as usize].clone();
        self.state.packet_free.push(index);
        if packet.irp != NONE {
            self.finish_dequeued(cpu, packet.irp, packet.since);
        }
        packet
    }
}
