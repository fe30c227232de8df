//! The clock interrupt (IN-11…13) and what it starts: timers (DP-22), the DPC rate (DP-17), the quantum (TH-8).

use super::Kernel;
use super::dpc_queue::DPC_NORMAL;
use super::frame::FrameId;
use crate::base::{NO_RECORD, NONE, Ns};
use crate::program::{CLOCK, Irql, Ladder};
use crate::trace::{Kind, Rule};

/// The shortest time between ticks that a request can bring about (IN-11).
const FINEST_INTERVAL: Ns = 500_000;

/// Where a tick is charged, as an index of `Kprcb::run_time`.
enum RunTime {
    Kernel,
    User,
    Dpc,
    Interrupt,
}

impl Kernel {
    /// The clock's ISR, whole: it takes no virtual time (IN-12).
    pub(super) fn accept_clock(&mut self, cpu: usize) {
        let irql = self.program.machine.ladder.clock();
        let prcb = &mut self.state.kprcb[cpu];
        prcb.requests &= !(1 << irql);
        let requested = std::mem::replace(&mut prcb.clock_pending, NO_RECORD);
        let old = std::mem::replace(&mut prcb.irql, irql);
        prcb.controller_irql = irql;
        self.enter_code(requested, NONE);
        self.cause = self.emit(cpu, Kind::InterruptAccepted, Rule::IN2, CLOCK, u32::from(old));
        if cpu == 0 {
            self.state.tick_count += 1;
            self.state.interrupt_time = self.state.now;
        }
        let tick = self.emit(cpu, Kind::ClockTicked, Rule::IN12, NONE, self.state.tick_count);
        self.cause = tick;
        self.state.kprcb[cpu].tick_record = tick;
        if cpu == 0 && self.state.timers.peek().is_some_and(|(due, _)| due <= self.state.now) {
            self.state.kprcb[cpu].timer_request = true;
            self.request_software_interrupt(cpu, Ladder::DISPATCH, Rule::IN12);
        }
        self.charge_run_time(cpu, old);
        self.update_dpc_rate(cpu);
        self.charge_quantum(cpu);
        if !self.watch_dpcs(cpu, old) {
            return;
        }
        self.set_irql(cpu, old);
        self.emit(cpu, Kind::InterruptEnded, Rule::IR12, CLOCK, u32::from(old));
    }

    /// IN-12: one tick is charged to what it interrupted, by its level `old`.
    fn charge_run_time(&mut self, cpu: usize, old: Irql) {
        let prcb = &self.state.kprcb[cpu];
        let top = self.state.top(cpu);
        let user = top != FrameId::NONE && self.state.frames[top.index()].user;
        let account = match old {
            0..Ladder::DISPATCH if user => RunTime::User,
            Ladder::DISPATCH if prcb.dpc_routine_active => RunTime::Dpc,
            0..=Ladder::DISPATCH => RunTime::Kernel,
            _ => RunTime::Interrupt,
        };
        self.state.kprcb[cpu].run_time[account as usize] += 1;
    }

    /// ExSetTimerResolution (IN-11): the clock ticks more often until every such request is taken back. Returns the
    /// time between ticks.
    pub fn set_timer_resolution(&mut self, cpu: usize, desired: i64, set: bool) -> Ns {
        let slowest = self.program.machine.clock_interval;
        let before = self.state.clock_interval;
        if set {
            let wanted = (desired.max(0) as Ns).clamp(FINEST_INTERVAL.min(slowest), slowest);
            self.state.resolution_requests += 1;
            self.state.clock_interval = wanted.min(before);
        } else {
            self.state.resolution_requests = self.state.resolution_requests.saturating_sub(1);
            if self.state.resolution_requests == 0 {
                self.state.clock_interval = slowest;
            }
        }
        let interval = self.state.clock_interval;
        if interval != before {
            self.emit(cpu, Kind::ClockIntervalChanged, Rule::IN11, NONE, interval as u32);
        }
        interval
    }

    /// DP-17.
    fn update_dpc_rate(&mut self, cpu: usize) {
        let machine = &self.program.machine;
        let (default_depth, threshold) = (machine.dpc_queue_depth_max, machine.dpc_adjust_threshold);
        let prcb = &mut self.state.kprcb[cpu];
        let count = prcb.dpc_data[DPC_NORMAL].dpc_count;
        prcb.dpc_request_rate = (count.wrapping_sub(prcb.dpc_last_count) + prcb.dpc_request_rate) >> 1;
        prcb.dpc_last_count = count;
        if prcb.dpc_depth() > 0 && !prcb.dpc_routine_active {
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
}
