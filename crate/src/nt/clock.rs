//! The clock interrupt (IN-11…13) and what it starts: timers (DP-22), the DPC rate (DP-17), the quantum (TH-8).

use super::Kernel;
use super::state::ThreadState;
use crate::base::{NO_RECORD, NONE};
use crate::program::{CLOCK, Ladder};
use crate::trace::{Kind, Rule};

/// Quantum units that one tick takes (TH-7).
const UNITS_PER_TICK: i16 = 3;

impl Kernel {
    /// The clock's ISR, whole: it takes no virtual time (IN-12).
    pub(super) fn accept_clock(&mut self, cpu: usize) {
        let irql = self.program.machine.ladder.clock();
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests &= !(1 << irql);
        let requested = std::mem::replace(&mut prcb.clock_pending, NO_RECORD);
        let old = std::mem::replace(&mut prcb.irql, irql);
        self.enter_code(requested, NONE);
        self.cause = self.emit(cpu, Kind::InterruptAccepted, Rule::IN2, CLOCK, u32::from(old));
        if cpu == 0 {
            self.state.tick_count += 1;
        }
        let tick = self.emit(cpu, Kind::ClockTicked, Rule::IN12, NONE, self.state.tick_count);
        self.cause = tick;
        self.state.kprcb[cpu].tick_record = tick;
        if cpu == 0 && self.state.timers.peek().is_some_and(|(due, _)| due <= self.state.now) {
            self.state.kprcb[cpu].timer_request = true;
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::IN12);
        }
        self.update_dpc_rate(cpu);
        self.charge_quantum(cpu);
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, CLOCK, u32::from(old));
    }

    /// DP-17.
    fn update_dpc_rate(&mut self, cpu: usize) {
        let machine = &self.program.machine;
        let (default_depth, threshold) = (machine.dpc_queue_depth_max, machine.dpc_adjust_threshold);
        let prcb = &mut self.state.kprcb[cpu];
        prcb.dpc_request_rate = (prcb.dpc_count.wrapping_sub(prcb.dpc_last_count) + prcb.dpc_request_rate) >> 1;
        prcb.dpc_last_count = prcb.dpc_count;
        if prcb.dpc_queue_depth > 0 && !prcb.dpc_routine_active {
            prcb.adjust_dpc_threshold = threshold;
            if prcb.dpc_request_rate < machine.dpc_rate_ideal && prcb.maximum_dpc_queue_depth > 1 {
                prcb.maximum_dpc_queue_depth -= 1;
            }
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::DP17);
        } else {
            prcb.adjust_dpc_threshold -= 1;
            if prcb.adjust_dpc_threshold == 0 {
                prcb.adjust_dpc_threshold = threshold;
                if prcb.maximum_dpc_queue_depth != default_depth {
                    prcb.maximum_dpc_queue_depth += 1;
                }
            }
        }
    }

    /// TH-8: nothing is queued for it; a flag and a DISPATCH request.
    fn charge_quantum(&mut self, cpu: usize) {
        let current = self.state.kprcb[cpu].current_thread;
        if current == NONE {
            return;
        }
        let thread = &mut self.state.kthread[current as usize];
        if thread.state != ThreadState::Running {
            return;
        }
        thread.quantum -= UNITS_PER_TICK;
        if thread.quantum <= 0 {
            self.state.kprcb[cpu].quantum_end = true;
            self.emit(cpu, Kind::QuantumRanOut, Rule::TH8, current, 0);
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::TH8);
        }
    }

    /// The timers that are due, as part of the drain (DP-22).
    pub(super) fn expire_timers(&mut self, cpu: usize) {
        let mut expired = 0;
        while let Some((due, thread)) = self.state.timers.peek() {
            if due > self.state.now {
                break;
            }
            if expired == 0 {
                // Counted first so that the record stands before what the expiry does.
                self.cause = self.emit(cpu, Kind::TimersExpired, Rule::DP22, NONE, self.due_timers());
            }
            expired += 1;
            self.end_wait_by_time(cpu, thread as u16);
        }
    }

    fn due_timers(&self) -> u32 {
        let now = self.state.now;
        self.state.timers.armed().filter(|s| self.state.timers.due(*s).is_some_and(|due| due <= now)).count() as u32
    }
}
