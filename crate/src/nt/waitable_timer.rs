//! Waitable timers of user mode: a timer whose DPC queues a user APC to the thread that set it (WT-16).

use super::{Kapc, Kernel};
use crate::base::NONE;
use crate::program::ApcKind;

impl Kernel {
    /// NtSetTimer by the current thread: `completion` is the completion routine's APC, or `NONE`, and what it gets.
    pub fn set_waitable_timer(&mut self, cpu: usize, timer: u16, due: i64, period: i64, completion: (u16, i64)) {
        self.drop_timer_apc(cpu, timer);
        let (def, argument) = completion;
        let dpc = match self.program.timer_completions {
            Some(first) if def != NONE => {
                let thread = self.state.kprcb[cpu].current_thread;
                let declared = &self.program.apcs[def as usize];
                let apc = Kapc { kind: ApcKind::User, thread, kernel_routine: NONE, ..Kapc::new(def, declared) };
                self.state.kapc[(first.apc + timer) as usize] = Kapc { arguments: [argument, 0, 0], ..apc };
                first.dpc + timer
            }
            _ => NONE,
        };
        self.set_timer(cpu, timer, due, period, dpc);
    }

    /// NtCancelTimer: what has not run by now does not.
    pub fn cancel_waitable_timer(&mut self, cpu: usize, timer: u16) {
        self.drop_timer_apc(cpu, timer);
        self.cancel_timer(cpu, timer);
        self.state.ktimer[timer as usize].dpc = NONE;
    }

    /// Takes a timer's DPC and its APC out of their queues.
    fn drop_timer_apc(&mut self, cpu: usize, timer: u16) {
        if let Some(first) = self.program.timer_completions {
            self.remove_queue_dpc(cpu, first.dpc + timer);
            self.remove_queue_apc(cpu, first.apc + timer);
        }
    }

    /// What a waitable timer's DPC does: its APC is queued, unless it still is.
    pub(super) fn queue_timer_apc(&mut self, cpu: usize, timer: u16, time: [i64; 2]) {
        if let Some(first) = self.program.timer_completions {
            self.insert_queue_apc(cpu, first.apc + timer, time, 0);
        }
    }

    /// A thread ends: timers that would call its completion routines are stopped.
    pub(super) fn cancel_timers_of(&mut self, cpu: usize, thread: u16) {
        let Some(first) = self.program.timer_completions else { return };
        for timer in 0..self.program.timers.len() as u16 {
            let its = self.state.kapc[(first.apc + timer) as usize].thread == thread;
            if its && self.state.ktimer[timer as usize].dpc == first.dpc + timer {
                self.cancel_timer(cpu, timer);
                self.state.ktimer[timer as usize].dpc = NONE;
            }
        }
    }
}
