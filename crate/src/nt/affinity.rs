//! Where threads may run (TH-17): a set of processors for each thread, within that of its process; the temporary set of a
//! driver; and what a change means for a thread that is ready, that is next, or that runs.

use super::Kernel;
use super::state::ThreadState;
use crate::base::NONE;
use crate::program::Ladder;
use crate::trace::{Kind, Rule};

/// The ideal processor within a set: the one that is wished for, else the lowest.
pub(super) fn ideal_processor(affinity: u64, wish: u8) -> u8 {
    if affinity >> wish & 1 == 1 { wish } else { affinity.trailing_zeros() as u8 }
}

impl Kernel {
    /// KeSetSystemAffinityThread(Ex): a temporary set for the current thread. The temporary one of before, 0 for none. A
    /// set that names processors which are not there, or none, changes nothing.
    pub fn set_system_affinity(&mut self, cpu: usize, affinity: u64) -> u64 {
        let thread = self.state.kprcb[cpu].current_thread;
        if thread == NONE {
            return 0;
        }
        let bound = self.is_dpc_thread(thread);
        let t = &mut self.state.kthread[thread as usize];
        let old = if t.system_affinity_active { t.affinity } else { 0 };
        if self.program.machine.is_affinity(affinity) && !bound {
            t.system_affinity_active = true;
            let ideal = t.ideal_processor;
            let changed = self.use_affinity(cpu, thread, affinity, ideal);
            self.exit_after_move(cpu, changed);
        }
        old
    }

    /// KeRevertToUserAffinityThread(Ex): back to the set that the thread has of its own (0), or to the temporary one of
    /// before. Nothing changes without a temporary one.
    pub fn revert_to_user_affinity(&mut self, cpu: usize, affinity: u64) {
        let thread = self.state.kprcb[cpu].current_thread;
        let Some(t) = self.state.kthread.get_mut(thread as usize).filter(|t| t.system_affinity_active) else { return };
        let (affinity, ideal) = if affinity == 0 {
            t.system_affinity_active = false;
            (t.user_affinity, t.user_ideal_processor)
        } else {
            (affinity, t.ideal_processor)
        };
        if self.program.machine.is_affinity(affinity) {
            let changed = self.use_affinity(cpu, thread, affinity, ideal);
            self.exit_after_move(cpu, changed);
        }
    }

    /// SetThreadAffinityMask: the thread's own set of before; 0, and nothing changes, unless the new one names a processor
    /// and lies within that of its process.
    pub fn set_thread_affinity(&mut self, cpu: usize, thread: u16, affinity: u64) -> u64 {
        let process = self.program.threads[thread as usize].process as usize;
        if affinity == 0 || affinity & !self.state.kprocess[process].affinity != 0 {
            return 0;
        }
        let old = self.state.kthread[thread as usize].user_affinity;
        let changed = self.set_own_affinity(cpu, thread, affinity);
        self.exit_after_move(cpu, changed);
        old
    }

    /// SetProcessAffinityMask: a set for the process, and for each of its threads; false for one that names processors
    /// which are not there, or none.
    pub fn set_process_affinity(&mut self, cpu: usize, process: u16, affinity: u64) -> bool {
        if !self.program.machine.is_affinity(affinity) {
            return false;
        }
        self.state.kprocess[process as usize].affinity = affinity;
        let mut last = None;
        for thread in 0..self.program.threads.len() as u16 {
            if self.program.threads[thread as usize].process == process && !self.is_dpc_thread(thread) {
                last = self.set_own_affinity(cpu, thread, affinity).or(last);
            }
        }
        self.exit_after_move(cpu, last);
        true
    }

    /// SetThreadIdealProcessor: the ideal processor of before. One that the thread may not use is not taken.
    pub fn set_ideal_processor(&mut self, cpu: usize, thread: u16, ideal: u8) -> u8 {
        let t = &mut self.state.kthread[thread as usize];
        let old = t.user_ideal_processor;
        if t.affinity >> ideal & 1 == 1 && t.ideal_processor != ideal {
            t.ideal_processor = ideal;
            if !t.system_affinity_active {
                t.user_ideal_processor = ideal;
            }
            self.emit(cpu, Kind::IdealProcessorChanged, Rule::TH4, thread, u32::from(ideal));
        }
        old
    }

    /// The thread's own set changes. While it has a temporary one, that is what counts.
    fn set_own_affinity(&mut self, cpu: usize, thread: u16, affinity: u64) -> Option<u32> {
        let t = &mut self.state.kthread[thread as usize];
        t.user_affinity = affinity;
        t.user_ideal_processor = ideal_processor(affinity, t.user_ideal_processor);
        let ideal = t.user_ideal_processor;
        if t.system_affinity_active { None } else { self.use_affinity(cpu, thread, affinity, ideal) }
    }

    /// The set that counts changes, and a thread that is where it may not be any more goes elsewhere. The dispatcher's
    /// exit is the caller's. The record that tells; `None` when the set is the same.
    fn use_affinity(&mut self, cpu: usize, thread: u16, affinity: u64, ideal: u8) -> Option<u32> {
        let t = &mut self.state.kthread[thread as usize];
        t.ideal_processor = ideal_processor(affinity, ideal);
        if std::mem::replace(&mut t.affinity, affinity) == affinity {
            return None;
        }
        let (state, at) = (t.state, t.next_processor as usize);
        let n = self.emit(cpu, Kind::AffinityChanged, Rule::TH17, thread, affinity as u32);
        if self.state.kprcb.len() > 32 {
            self.emit_from(n, cpu, Kind::AffinityAbove32, Rule::TH17, thread, (affinity >> 32) as u32);
        }
        let outer = std::mem::replace(&mut self.cause, n);
        let allowed = self.may_run(thread, at);
        match state {
            ThreadState::Ready if !allowed || self.idle_processor_for(thread).is_some() => {
                self.remove_ready(thread);
                self.ready_thread(cpu, thread, Rule::TH17);
            }
            ThreadState::Standby if !allowed => {
                self.state.kprcb[at].next_thread = NONE;
                if let Some(current) = self.state.kthread.get_mut(self.state.kprcb[at].current_thread as usize) {
                    current.preempted = false;
                }
                self.state.kthread[thread as usize].state = ThreadState::Ready;
                self.ready_thread(cpu, thread, Rule::TH17);
                self.review_next_thread(cpu, at);
            }
            ThreadState::Ready => self.find_deadlock_of_ready_thread(cpu, thread),
            ThreadState::Running => self.review_running(cpu, at),
            _ => {}
        }
        self.cause = outer;
        Some(n)
    }

    /// The current thread of `target` may no longer, or may again, run there. Whoever is to run in its place is chosen; it
    /// goes when the dispatcher of that processor comes to it.
    fn review_running(&mut self, cpu: usize, target: usize) {
        self.review_next_thread(cpu, target);
        let prcb = &self.state.kprcb[target];
        if target != cpu && prcb.next_thread == NONE && self.is_misplaced(target) {
            self.send_ipi(cpu, target, Ladder::DISPATCH, Rule::TH17);
        }
    }

    /// The dispatcher's exit after the record `changed`, where the current thread may have lost its processor without
    /// anybody to take its place.
    fn exit_after_move(&mut self, cpu: usize, changed: Option<u32>) {
        self.cause = changed.unwrap_or(self.cause);
        let leaves = self.state.kprcb[cpu].next_thread == NONE && self.is_misplaced(cpu);
        if leaves {
            self.switch_or_request(cpu, Rule::TH17);
        } else {
            self.exit_dispatcher(cpu);
        }
    }

    /// Whether the current thread of a processor has to leave it.
    #[inline]
    pub(super) fn is_misplaced(&self, cpu: usize) -> bool {
        let current = self.state.kprcb[cpu].current_thread;
        current != NONE && !self.may_run(current, cpu)
    }

    /// Whether a thread may run on a processor.
    #[inline]
    pub(super) fn may_run(&self, thread: u16, cpu: usize) -> bool {
        self.state.kthread[thread as usize].affinity >> cpu & 1 == 1
    }

    /// The threads of threaded DPCs are bound (DP-25).
    fn is_dpc_thread(&self, thread: u16) -> bool {
        let count = u16::from(self.program.machine.processors);
        self.program.dpc_threads.is_some_and(|t| (t.first_thread..t.first_thread + count).contains(&thread))
    }
}
