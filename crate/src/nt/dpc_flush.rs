//! KeFlushQueuedDpcs: a thread waits until every DPC that was queued before has finished (DP-15).

use super::Kernel;
use super::dpc_queue::{DPC_NORMAL, DPC_THREADED};
use super::frame::{FrameId, FrameKind};
use super::state::ThreadState;
use super::timer::CLOCK_OWNER;
use super::wait::{BLOCKED, OVER, Wait};
use crate::base::{INFINITE, NO_RECORD, NONE};
use crate::program::{Class, Ladder, ObjectRef};
use crate::trace::{Kind, Rule};

/// What a thread that flushes does: it waits for no object and for no time.
const FLUSH: Wait = Wait { object: 0, user_mode: false, alertable: false, timeout: INFINITE };

impl Kernel {
    /// Begins a flush: every processor with ordinary DPCs is asked to drain them, this one before the
    /// thread goes on. The threads of threaded DPCs have been woken already.
    pub fn begin_flush(&mut self, cpu: usize) {
        let prcb = &self.state.kprcb[cpu];
        let (irql, thread) = (prcb.irql, prcb.current_thread);
        if irql >= Ladder::DISPATCH || prcb.frame != FrameId::NONE || thread == NONE {
            return self.illegal_wait(cpu, FLUSH, irql);
        }
        self.state.kthread[thread as usize].flush_since = self.state.records;
        for target in 0..self.state.kprcb.len() {
            let prcb = &mut self.state.kprcb[target];
            if prcb.dpc_depth() == 0 || prcb.dpc_routine_active || prcb.dpc_interrupt_requested {
                continue;
            }
            prcb.dpc_interrupt_requested = true;
            if target == cpu {
                self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::DP15);
            } else {
                self.send_ipi(cpu, target, Ladder::DISPATCH, Rule::DP15);
            }
        }
    }

    /// Goes on with the flush of the current thread: true when all is done; else the thread waits.
    pub fn continue_flush(&mut self, cpu: usize) -> bool {
        let thread = self.state.kprcb[cpu].current_thread;
        let since = self.state.kthread[thread as usize].flush_since;
        let top = self.state.top(cpu);
        let frame = &mut self.state.frames[top.index()];
        frame.value = 0;
        // A wait that is over: all is done, or a kernel APC has broken it.
        if frame.phase == OVER {
            self.state.flushing -= 1;
        }
        if !self.older_dpcs(since) {
            self.state.kthread[thread as usize].flush_since = NO_RECORD;
            self.state.frames[top.index()].remaining = 0;
            return true;
        }
        let frame = &mut self.state.frames[top.index()];
        frame.phase = BLOCKED;
        frame.remaining = INFINITE;
        self.state.flushing += 1;
        self.block(cpu, FLUSH, INFINITE, Kind::WaitStarted, Rule::DP15);
        false
    }

    /// Whether a DPC is queued or runs that was inserted before record `since`.
    fn older_dpcs(&self, since: u32) -> bool {
        let older = |cpu, queue| self.older_dpc(cpu, queue, since).is_some();
        (0..self.state.kprcb.len()).any(|cpu| older(cpu, DPC_NORMAL) || older(cpu, DPC_THREADED))
    }

    /// A DPC of a processor's queue that was inserted before record `since` and runs or is still queued, or is the next of
    /// a timer that expired before it.
    pub(super) fn older_dpc(&self, cpu: usize, queue: usize, since: u32) -> Option<ObjectRef> {
        let prcb = &self.state.kprcb[cpu];
        let some = |dpc: u16| Some(dpc).filter(|d| *d != NONE);
        let list = prcb.dpc_data[queue].dpc_list.0;
        let mut queued = std::iter::successors(some(list), |dpc| some(self.state.kdpc[*dpc as usize].next));
        let runs = (prcb.running_since[queue] < since).then(|| self.running_dpc(cpu, queue));
        let of_timer = || {
            let here = cpu == CLOCK_OWNER && queue == DPC_NORMAL;
            self.state.timer_dpcs.iter().find(|(_, expired)| here && *expired < since).map(|(dpc, _)| *dpc)
        };
        let dpc = runs.or_else(of_timer).or_else(|| queued.find(|d| self.state.kdpc[*d as usize].since < since));
        dpc.map(|index| ObjectRef { class: Class::Dpc, index })
    }

    /// The DPC whose routine runs.
    fn running_dpc(&self, cpu: usize, queue: usize) -> u16 {
        let threads = self.program.dpc_threads.filter(|_| queue == DPC_THREADED);
        let thread = threads.map(|t| usize::from(t.first_thread) + cpu);
        let top = thread.map_or(self.state.kprcb[cpu].frame, |thread| self.state.kthread[thread].frame);
        let mut frames = self.state.stack(top).map(|id| &self.state.frames[id.index()]);
        let routine = frames.find(|frame| {
            let caller = self.state.frames.get(frame.parent.index()).map(|caller| caller.kind);
            matches!(caller, Some(FrameKind::Dispatch | FrameKind::IdleRetire | FrameKind::DpcThread))
        });
        routine.map_or(NONE, |frame| frame.object)
    }

    /// A DPC has finished or has been taken out of its queue: ends the waits of those that waited for the last of these.
    pub(super) fn end_flushes(&mut self, cpu: usize) {
        if self.state.flushing == 0 {
            return;
        }
        for thread in 0..self.state.kthread.len() as u16 {
            let t = &self.state.kthread[thread as usize];
            if t.flush_since != NO_RECORD && t.state == ThreadState::Waiting && !self.older_dpcs(t.flush_since) {
                self.end_wait(cpu, thread, super::STATUS_SUCCESS, 0, Rule::DP15);
            }
        }
        self.exit_dispatcher(cpu);
    }
}
