//! KeFlushQueuedDpcs: a thread waits until every DPC that was queued before has finished (DP-15).

use super::Kernel;
use super::frame::FrameId;
use super::state::ThreadState;
use super::wait::{BLOCKED, OVER, Wait};
use crate::base::{INFINITE, NO_RECORD, NONE};
use crate::program::Ladder;
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

    /// Whether a DPC is queued or runs that was inserted before record `since`, or is the next of a timer that expired
    /// before it.
    fn older_dpcs(&self, since: u32) -> bool {
        let some = |dpc: u16| Some(dpc).filter(|d| *d != NONE);
        let of_timers = self.state.timer_dpcs.iter().any(|(_, expired)| *expired < since);
        let older = |prcb: &super::Kprcb| {
            let mut queues = prcb.dpc_data.iter().flat_map(|data| {
                std::iter::successors(some(data.dpc_list.0), |dpc| some(self.state.kdpc[*dpc as usize].next))
            });
            prcb.running_since.iter().any(|running| *running < since)
                || queues.any(|dpc| self.state.kdpc[dpc as usize].since < since)
        };
        of_timers || self.state.kprcb.iter().any(older)
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
