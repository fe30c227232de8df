//! DPC objects and their queues on each processor (DP-3, DP-6…8, DP-14): DpcData[0] for ordinary DPCs, DpcData[1] for threaded ones. This
//! is what lies where; when it runs is told by its neighbours.

use super::Kernel;
use super::state::{Kprcb, NO_CPU};
use crate::base::NONE;
use crate::program::{Class, Importance, KI_EXECUTE_DPC, KI_RETIRE_DPC_LIST, ObjectRef, Routine};
use crate::trace::{Kind, Rule};

/// The queue of ordinary DPCs.
pub const DPC_NORMAL: usize = 0;
/// The queue of threaded DPCs.
pub const DPC_THREADED: usize = 1;

/// A queue of DPCs: a KDPC_DATA.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KdpcData {
    /// Head and tail of DpcListHead.
    pub dpc_list: (u16, u16),
    /// DpcQueueDepth.
    pub dpc_queue_depth: u16,
    /// DpcCount: insertions so far.
    pub dpc_count: u32,
}

impl KdpcData {
    /// No DPC, never one.
    pub(super) const EMPTY: Self = Self { dpc_list: (NONE, NONE), dpc_queue_depth: 0, dpc_count: 0 };
}

impl Kprcb {
    /// How many ordinary DPCs are queued.
    #[inline]
    #[must_use]
    pub fn dpc_depth(&self) -> u16 {
        self.dpc_data[DPC_NORMAL].dpc_queue_depth
    }
}

impl Kernel {
    /// KeInitializeDpc and KeInitializeThreadedDpc (DP-3): Medium importance, no target, this routine; what the object
    /// held is forgotten. In the midst of a queue that would tear the list, so the machine stops as for any place where
    /// no KDPC may be.
    pub fn initialize_dpc(&mut self, cpu: usize, dpc: u16, threaded: bool, routine: u16, context: i64) {
        let d = &mut self.state.kdpc[dpc as usize];
        if d.queued_on != NO_CPU {
            let address = self.dpc_address(dpc);
            return self.bugcheck(cpu, Rule::DP3, 0xC7, [1, address, 0, 0]);
        }
        (d.threaded, d.importance, d.number) = (threaded, Importance::Medium, NO_CPU);
        (d.routine, d.context, d.processor_history) = (routine, context, 0);
        let routine = ObjectRef { class: Class::Body, index: routine }.pack();
        self.emit(cpu, Kind::DpcInitialized, Rule::DP3, dpc, routine);
    }

    /// KeInsertQueueDpc (DP-8, DP-13).
    pub fn insert_queue_dpc(&mut self, cpu: usize, dpc: u16, arguments: [i64; 2]) -> bool {
        let queue = self.state.dpc_queue(&self.program, dpc);
        let d = &self.state.kdpc[dpc as usize];
        let target = if d.number == NO_CPU { cpu } else { d.number as usize };
        if d.queued_on != NO_CPU {
            let depth = self.state.kprcb[d.queued_on as usize].dpc_data[queue].dpc_queue_depth;
            self.emit(cpu, Kind::DpcRefused, Rule::DP8, dpc, u32::from(depth));
            return false;
        }
        let head = d.importance == Importance::High;
        let (first, last) = self.state.kprcb[target].dpc_data[queue].dpc_list;
        let linked = !head && last != NONE;
        if linked && !self.dpc_is_there(cpu, last, Class::Routine.at(Routine::KeInsertQueueDpc as u16), true) {
            return false;
        }
        let links = if first == NONE {
            (dpc, dpc)
        } else if head {
            self.state.kdpc[dpc as usize].next = first;
            (dpc, last)
        } else {
            self.state.kdpc[last as usize].next = dpc;
            (first, dpc)
        };
        let data = &mut self.state.kprcb[target].dpc_data[queue];
        data.dpc_list = links;
        data.dpc_queue_depth += 1;
        data.dpc_count = data.dpc_count.wrapping_add(1);
        let depth = data.dpc_queue_depth;
        let d = &mut self.state.kdpc[dpc as usize];
        d.queued_on = target as u8;
        d.processor_history |= 1 << target;
        d.arguments = arguments;
        // The record counter is what the insertion's record will be: a copy made at that record must know it.
        d.since = self.state.records;
        let rule = if queue == DPC_NORMAL { Rule::DP8 } else { Rule::DP13 };
        let n = self.emit(cpu, Kind::DpcInserted, rule, dpc, u32::from(depth));
        if queue == DPC_NORMAL {
            self.request_drain(cpu, target, dpc, depth, n);
        } else {
            self.request_dpc_thread(cpu, target, n);
        }
        true
    }

    /// KeRemoveQueueDpc (DP-14).
    pub fn remove_queue_dpc(&mut self, cpu: usize, dpc: u16) -> bool {
        let queue = self.state.dpc_queue(&self.program, dpc);
        let queued_on = self.state.kdpc[dpc as usize].queued_on;
        if queued_on == NO_CPU {
            return false;
        }
        let mut links = self.state.kprcb[queued_on as usize].dpc_data[queue].dpc_list;
        let (mut before, mut at) = (NONE, links.0);
        while at != dpc {
            // Those before it in the list are followed.
            if !self.dpc_is_there(cpu, at, Class::Routine.at(Routine::KeRemoveQueueDpc as u16), false) {
                return false;
            }
            (before, at) = (at, self.state.kdpc[at as usize].next);
        }
        let next = std::mem::replace(&mut self.state.kdpc[dpc as usize].next, NONE);
        if before == NONE {
            links.0 = next;
        } else {
            self.state.kdpc[before as usize].next = next;
        }
        if links.1 == dpc {
            links.1 = before;
        }
        let data = &mut self.state.kprcb[queued_on as usize].dpc_data[queue];
        data.dpc_list = links;
        data.dpc_queue_depth -= 1;
        let depth = data.dpc_queue_depth;
        self.state.kdpc[dpc as usize].queued_on = NO_CPU;
        self.emit(cpu, Kind::DpcRemoved, Rule::DP14, dpc, u32::from(depth));
        self.end_flushes(cpu);
        true
    }

    /// Takes the head of a queue that is not empty: the DPC, its arguments, the record of its insertion. `None`: its
    /// memory is no longer there, and the machine stops.
    pub(super) fn take_queued_dpc(&mut self, cpu: usize, queue: usize) -> Option<(u16, [i64; 2], u32)> {
        let (dpc, last) = self.state.kprcb[cpu].dpc_data[queue].dpc_list;
        let by = if queue == DPC_NORMAL { KI_RETIRE_DPC_LIST } else { KI_EXECUTE_DPC };
        if !self.dpc_is_there(cpu, dpc, by, false) {
            return None;
        }
        let data = &mut self.state.kprcb[cpu].dpc_data[queue];
        let d = &mut self.state.kdpc[dpc as usize];
        let next = std::mem::replace(&mut d.next, NONE);
        d.queued_on = NO_CPU;
        data.dpc_list = (next, if next == NONE { NONE } else { last });
        data.dpc_queue_depth -= 1;
        Some((dpc, d.arguments, d.since))
    }
}
